//! The lists of one need: one number per list for an organization, read block by block or for one organization alone.

use std::borrow::Cow;

use crate::catalog::{CHUNK, List, Past, RegionStep, WhatIf, find};

/// Number of a list, and index of its number among the facts of an organization.
pub(super) type Slot = usize;

/// The lists that one need asks for.
#[derive(Default)]
pub(super) struct Lists<'a> {
    lists: Vec<Cow<'a, List>>,
    /// An organization with a what-if history in place of its own.
    what_if: Option<&'a WhatIf>,
    /// If the lists are for one organization only, that and its numbers; the lists themselves are empty then.
    one: Option<(usize, Vec<f32>)>,
}

impl<'a> Lists<'a> {
    pub(super) fn new(what_if: Option<&'a WhatIf>) -> Self {
        Self { what_if, ..Self::default() }
    }

    /// Lists that keep the numbers of one organization only.
    pub(super) fn for_one(organization: usize) -> Self {
        Self { one: Some((organization, Vec::new())), ..Self::default() }
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

    fn mass(&mut self, list: &'a List, of: impl Fn(&WhatIf) -> f64) -> Slot {
        let Some(what_if) = self.what_if else { return self.add(list) };
        let organization = what_if.organization as u32;
        let (start, end) =
            (list.partition_point(|entry| entry.0 < organization), list.partition_point(|entry| entry.0 <= organization));
        let own = Some((organization, of(what_if) as f32)).filter(|entry| entry.1 > 0.0);
        let changed: Vec<(u32, f32)> = list[..start].iter().copied().chain(own).chain(list[end..].iter().copied()).collect();
        self.add(changed)
    }

    /// Adds a list, ascending by organization.
    pub(super) fn add(&mut self, list: impl Into<Cow<'a, List>>) -> Slot {
        let list = list.into();
        self.lists.push(match &mut self.one {
            None => list,
            Some((organization, numbers)) => {
                numbers.push(find(&list, *organization) as f32);
                Cow::Borrowed(&[])
            }
        });
        self.lists.len() - 1
    }

    /// Adds an inverted list, unless it is empty.
    pub(super) fn add_if_any(&mut self, list: &'a List) -> Option<Slot> {
        (!list.is_empty()).then(|| self.add(list))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &List> {
        self.lists.iter().map(AsRef::as_ref)
    }

    /// The numbers of one organization; 0 where it is not in the list.
    pub(super) fn facts_for(&self, organization: usize) -> Vec<f32> {
        self.lists.iter().map(|list| find(list, organization) as f32).collect()
    }

    /// The numbers of the organization that the lists are for.
    pub(super) fn into_facts(self) -> Vec<f32> {
        self.one.map_or_else(Vec::new, |(_, numbers)| numbers)
    }
}

/// [`CHUNK`] neighbouring organizations, with what the lists say of the selected ones.
#[derive(Default)]
pub(super) struct Block {
    start: usize,
    /// The part of each list that falls into the block.
    parts: Vec<std::ops::Range<usize>>,
    /// For each position in the block, the index among the selected organizations.
    row_of: Vec<u16>,
    facts: Vec<f32>,
}

/// Marks an organization that is not selected.
const NO_ROW: u16 = u16::MAX;

impl Block {
    /// Moves the block to the organizations from `start` on.
    pub(super) fn advance_to(&mut self, lists: &Lists<'_>, start: usize) {
        let follows = self.parts.len() == lists.len() && self.start + CHUNK == start;
        self.parts.resize(lists.len(), 0..0);
        self.start = start;
        let end = (start + CHUNK) as u32;
        for (part, list) in self.parts.iter_mut().zip(&lists.lists) {
            let from = if follows { part.end } else { list.partition_point(|entry| (entry.0 as usize) < start) };
            let most = &list[from..list.len().min(from + CHUNK)];
            *part = from..from + most.partition_point(|entry| entry.0 < end);
        }
    }

    /// The parts of all lists that fall into the block.
    pub(super) fn parts<'a>(&'a self, lists: &'a Lists<'_>) -> impl Iterator<Item = (Slot, &'a List)> {
        self.parts.iter().zip(&lists.lists).map(|(part, list)| &list[part.clone()]).enumerate()
    }

    /// Selects organizations by their positions in the block and reads their facts.
    pub(super) fn gather(&mut self, lists: &Lists<'_>, places: &[u16]) {
        self.row_of.clear();
        self.row_of.resize(CHUNK, NO_ROW);
        for (row, &place) in (0..).zip(places) {
            self.row_of[usize::from(place)] = row;
        }
        let width = lists.len();
        self.facts.clear();
        self.facts.resize(places.len() * width, 0.0);
        for (slot, (part, list)) in self.parts.iter().zip(&lists.lists).enumerate() {
            for &(organization, number) in &list[part.clone()] {
                let row = self.row_of[organization as usize - self.start];
                if row != NO_ROW {
                    self.facts[usize::from(row) * width + slot] = number;
                }
            }
        }
    }

    /// The facts of the `n`th selected organization.
    pub(super) fn row(&self, n: usize) -> &[f32] {
        let width = self.parts.len();
        &self.facts[n * width..(n + 1) * width]
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
            looked_at in 0..4_u16,
        ) {
            let mut all = Lists::default();
            for list in lists {
                all.add(list.into_iter().map(|(organization, value)| (organization, f32::from(value))).collect::<Vec<_>>());
            }
            let mut block = Block::default();
            for start in [2048, 0, 1024, 2048] {
                block.advance_to(&all, start);
                let places: Vec<u16> = (0..CHUNK as u16).filter(|place| place % 3 != looked_at).collect();
                block.gather(&all, &places);
                for (n, &place) in places.iter().enumerate() {
                    let single = all.facts_for(start + usize::from(place));
                    prop_assert_eq!(block.row(n), single.as_slice());
                }
            }
        }
    }
}
