//! What each place of a text has to do with the need: it is where the need is, it helps, or it is only spoken of.

use super::chain::chains;
use super::elsewhere::{is_compared, is_elsewhere};
use super::helpers::{helps, is_called};
use super::passage::Passage;
use crate::reference::{Mention, Reference};

/// What a place has to do with the need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The need is there, as far as the words around the name tell.
    Need,
    /// It helps, or people and goods go there or come from there. If no other place is named, the need is there after all.
    Other,
    /// The need's place is compared with it. It is never the place of the need.
    Compared,
}

/// The role of each of `places`, in order.
pub(super) fn roles(reference: &Reference, passage: &Passage<'_>, places: &[Mention]) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::with_capacity(places.len());
    // 比上海、北京, 销往上海、北京, 请浙江、福建的企业
    let mut of_list = Role::Need;
    for chain in chains(reference.divisions, passage, places) {
        of_list = if is_compared(&chain) {
            Role::Compared
        } else if is_elsewhere(&chain, reference) || is_called(&chain, reference) {
            Role::Other
        } else if chain.continues_list() {
            of_list
        } else {
            Role::Need
        };
        let role = if of_list == Role::Need && helps(&chain, reference) { Role::Other } else { of_list };
        roles.extend(std::iter::repeat_n(role, chain.places.len()));
    }
    roles
}
