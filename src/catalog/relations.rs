//! What an organization is to others by its names: a stub that gives way to a full record, or a branch of another one.
//!
//! A stub, which is known only from other records, gives way to the full record whose name or alias is its name, if there is
//! exactly one. What a branch does counts for its head too ([`family`](super::family)).

use super::absent::NOBODY;
use super::facts::OrganizationFacts;
use super::family;
use crate::hash::fnv1a;

/// Where organizations are looked up by what their names say.
pub(super) trait Registry {
    /// The facts of an organization.
    fn facts(&self, at: usize) -> OrganizationFacts<'_>;

    /// Those who may bear a name, as [`name_key`] gives it.
    fn bearers(&self, key: u64) -> Vec<u32>;

    /// Those who may be the head that branches with a key begin with.
    fn heads(&self, key: u64) -> Vec<u32>;

    /// The place of an organization in the order of ids.
    fn id_order(&self, at: usize) -> u64;
}

/// The key of a name: names are compared without blanks and in one width of characters.
pub(super) fn name_key(name: &str) -> u64 {
    fnv1a(plain(name).as_bytes())
}

/// The name without blanks and in one width of characters.
pub(super) fn plain(name: &str) -> String {
    qianshou_index::normalize::normalize(name).text.split_whitespace().collect()
}

/// The full record to which a stub gives way, or [`NOBODY`].
pub(super) fn replaced_by(registry: &impl Registry, at: usize) -> u32 {
    let stub = registry.facts(at);
    if !stub.is_stub() {
        return NOBODY;
    }
    let bears = |&it: &u32| {
        let it = registry.facts(it as usize);
        !it.is_stub() && it.names().any(|name| name == stub.name())
    };
    match registry.bearers(name_key(stub.name())).into_iter().filter(bears).collect::<Vec<_>>()[..] {
        [full] => full,
        _ => NOBODY,
    }
}

/// The organization that this one is a branch of, or [`NOBODY`].
pub(super) fn head(registry: &impl Registry, at: usize) -> u32 {
    let own = registry.facts(at);
    if own.is_replaced() {
        return NOBODY;
    }
    let bears = |it: u32, name: &str| {
        let it = registry.facts(it as usize);
        family::head_name(&it).is_some_and(|own| own == name)
    };
    // Of those with the same name, the one with the smallest id.
    let of_name = |name: &str| {
        let found = registry.heads(fnv1a(name.as_bytes())).into_iter().filter(|&it| bears(it, name));
        found.min_by_key(|&it| registry.id_order(it as usize))
    };
    let spelled = family::possible_heads(&own).iter().find_map(|name| of_name(name));
    // Another spelling of the same name is the same organization; an identical name may be a namesake.
    let head = spelled.filter(|&head| head as usize != at && registry.facts(head as usize).name() != own.name());
    head.unwrap_or(NOBODY)
}
