//! What one need's lists say of the organizations: one number a list, read block by block or for one organization.

use std::borrow::Cow;

use crate::catalog::{CHUNK, List, Past, RegionStep, Supposed, find};

/// Number of a list; also the place of its number in the facts of an organization.
pub(super) type Slot = usize;

/// The lists that one need asks for.
#[derive(Default)]
pub(super) struct Lists<'a> {
    lists: Vec<Cow<'a, List>>,
    /// An organization whose history is supposed to be another one.
    supposed: Option<&'a Supposed>,
}

impl<'a> Lists<'a> {
    pub(super) fn new(supposed: Option<&'a Supposed>) -> Self {
        Self { lists: Vec::new(), supposed }
    }

    /// Number of lists.
    pub(super) fn len(&self) -> usize {
        self.lists.len()
    }

    /// Adds the masses of a sector.
    pub(super) fn sector(&mut self, past: &'a Past, sector: u16) -> Slot {
        self.mass(past.sectors.list(sector), |it| it.sector(sector))
    }

    /// Adds the masses of a place.
    pub(super) fn region(&mut self, past: &'a Past, step: RegionStep) -> Slot {
        self.mass(past.regions.list(step), |it| it.region(step))
    }

    /// Adds the masses of a group.
    pub(super) fn group(&mut self, past: &'a Past, group: u16) -> Slot {
        self.mass(past.groups.list(group), |it| it.group(group))
    }

    /// Adds the masses of a mode.
    pub(super) fn mode(&mut self, past: &'a Past, mode: u16) -> Slot {
        self.mass(past.modes.list(mode), |it| it.mode(mode))
    }

    fn mass(&mut self, list: &'a List, of: impl Fn(&Supposed) -> f64) -> Slot {
        let Some(supposed) = self.supposed else { return self.add(list) };
        let organization = supposed.organization as u32;
        let (start, end) =
            (list.partition_point(|entry| entry.0 < organization), list.partition_point(|entry| entry.0 <= organization));
        let own = Some((organization, of(supposed) as f32)).filter(|entry| entry.1 > 0.0);
        let changed: Vec<(u32, f32)> = list[..start].iter().copied().chain(own).chain(list[end..].iter().copied()).collect();
        self.add(changed)
    }

    /// Adds a list, ascending by organization.
    pub(super) fn add(&mut self, list: impl Into<Cow<'a, List>>) -> Slot {
        self.lists.push(list.into());
        self.lists.len() - 1
    }

    /// Adds an inverted list, unless it is empty.
    pub(super) fn add_if_any(&mut self, list: &'a List) -> Option<Slot> {
        (!list.is_empty()).then(|| self.add(list))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &List> {
        self.lists.iter().map(AsRef::as_ref)
    }

    /// The numbers of one organization, 0 where a list does not name it.
    pub(super) fn of(&self, organization: usize) -> Vec<f32> {
        self.lists.iter().map(|list| find(list, organization) as f32).collect()
    }
}

/// The facts of [`CHUNK`] neighbouring organizations. Those that no list names share one row of zeros.
pub(super) struct Block {
    facts: Vec<f32>,
    touched: Vec<bool>,
    width: usize,
}

impl Block {
    pub(super) fn new(lists: &Lists<'_>) -> Self {
        let width = lists.lists.len();
        Self { facts: vec![0.0; (CHUNK + 1) * width], touched: vec![false; CHUNK], width }
    }

    /// Reads the lists for the organizations from `start` on.
    pub(super) fn read(&mut self, lists: &Lists<'_>, start: usize) {
        for (n, touched) in self.touched.iter_mut().enumerate().filter(|(_, touched)| **touched) {
            self.facts[n * self.width..(n + 1) * self.width].fill(0.0);
            *touched = false;
        }
        let end = (start + CHUNK) as u32;
        for (slot, list) in lists.lists.iter().enumerate() {
            let from = list.partition_point(|entry| (entry.0 as usize) < start);
            for &(organization, value) in list[from..].iter().take_while(|entry| entry.0 < end) {
                let n = organization as usize - start;
                self.touched[n] = true;
                self.facts[n * self.width + slot] = value;
            }
        }
    }

    /// True if a list names the `n`th organization of the block.
    pub(super) fn is_touched(&self, n: usize) -> bool {
        self.touched[n]
    }

    /// The facts of the `n`th organization of the block.
    pub(super) fn of(&self, n: usize) -> &[f32] {
        let row = if self.touched[n] { n } else { CHUNK };
        &self.facts[row * self.width..(row + 1) * self.width]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_block_says_of_each_organization_what_the_lists_say(
            lists in prop::collection::vec(prop::collection::btree_map(0..3000_u32, 1..9_u8, 0..60), 0..5),
        ) {
            let mut all = Lists::default();
            for list in lists {
                all.add(list.into_iter().map(|(organization, value)| (organization, f32::from(value))).collect::<Vec<_>>());
            }
            let mut block = Block::new(&all);
            for start in [2048, 0, 1024] {
                block.read(&all, start);
                for n in 0..CHUNK {
                    let single = all.of(start + n);
                    prop_assert_eq!(block.of(n), single.as_slice());
                }
            }
        }
    }
}
