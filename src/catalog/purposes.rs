//! The purposes that organizations' names state, numbered: few of them differ, so each is looked at once per need.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::domain::Organization;
use crate::reference::Reference;

/// Number of the organizations whose names state no purpose.
pub const NO_PURPOSE: u16 = 0;

/// The different purposes, and for each organization the number of its own. A purpose is a set of top-level sectors by number;
/// it is empty if no sector has it. The first stands for none stated.
pub(super) fn purposes(organizations: &[Organization], reference: &Reference) -> (Vec<Vec<usize>>, Box<[u16]>) {
    let of = |it: &Organization| reference.purposes.of_name(&reference.taxonomy, &it.name);
    let stated: Vec<Option<Vec<usize>>> = organizations.par_iter().map(of).collect();
    let mut numbers: BTreeMap<&[usize], u16> = BTreeMap::new();
    for purpose in stated.iter().flatten() {
        numbers.entry(purpose).or_default();
    }
    // A set of sixteen rows has far fewer combinations in names than there are numbers.
    let mut different: Vec<Vec<usize>> = vec![Vec::new()];
    for (purpose, number) in &mut numbers {
        *number = u16::try_from(different.len()).unwrap_or(NO_PURPOSE);
        different.push(purpose.to_vec());
    }
    let own = stated.iter().map(|purpose| purpose.as_deref().map_or(NO_PURPOSE, |purpose| numbers[purpose])).collect();
    (different, own)
}
