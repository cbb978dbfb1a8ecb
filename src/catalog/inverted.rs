//! Inverted lists: for each key, the organizations that have a mass there. What a need asks for is then read from a few short
//! lists.

use std::collections::HashMap;
use std::hash::Hash;

/// Organizations by position, ascending, each with a positive mass.
pub type List = [(u32, f32)];

/// Lists by key. The masses do not depend on the order in which rows were computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Inverted<K: Eq + Hash> {
    lists: HashMap<K, Vec<(u32, f32)>>,
}

impl<K: Eq + Hash> Default for Inverted<K> {
    fn default() -> Self {
        Self { lists: HashMap::new() }
    }
}

impl<K: Copy + Ord + Hash> Inverted<K> {
    /// Appends the row of the next organization. Its keys may be in any order; equal keys are summed in the order given.
    pub(super) fn push(&mut self, organization: usize, mut row: Vec<(K, f64)>) {
        row.sort_by_key(|entry| entry.0);
        for entries in row.chunk_by(|a, b| a.0 == b.0) {
            let mass: f64 = entries.iter().map(|entry| entry.1).sum();
            if mass > 0.0 {
                self.lists.entry(entries[0].0).or_default().push((organization as u32, mass as f32));
            }
        }
    }

    /// Removes organizations from all lists.
    pub(super) fn remove(&mut self, is_out: impl Fn(u32) -> bool) {
        self.lists.retain(|_, list| {
            list.retain(|entry| !is_out(entry.0));
            !list.is_empty()
        });
    }

    /// Inserts the row of an organization that is in no list yet.
    pub(super) fn insert(&mut self, organization: usize, row: Vec<(K, f64)>) {
        let mut own = Self::default();
        own.push(organization, row);
        for (key, entries) in own.lists {
            let list = self.lists.entry(key).or_default();
            let at = list.partition_point(|entry| (entry.0 as usize) < organization);
            list.splice(at..at, entries);
        }
    }

    /// Releases the spare capacity of the lists.
    pub(super) fn shrink(&mut self) {
        self.lists.values_mut().for_each(Vec::shrink_to_fit);
        self.lists.shrink_to_fit();
    }

    /// The organizations that have a mass at `key`.
    #[must_use]
    pub fn list(&self, key: K) -> &List {
        self.lists.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The mass of one organization at `key`; 0 where it has none.
    #[must_use]
    pub fn get(&self, organization: usize, key: K) -> f64 {
        find(self.list(key), organization)
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let lists: usize = self.lists.values().map(|list| list.capacity() * size_of::<(u32, f32)>()).sum();
        lists + self.lists.capacity() * size_of::<(K, Vec<(u32, f32)>)>()
    }
}

/// The mass of one organization in a list; 0 if it is not in the list.
#[must_use]
pub fn find(list: &List, organization: usize) -> f64 {
    list.binary_search_by_key(&(organization as u32), |entry| entry.0).map_or(0.0, |at| f64::from(list[at].1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_holds_the_sum_of_what_was_put_in(rows in prop::collection::vec(prop::collection::vec((0..6_u8, 0..5_i32), 0..10), 1..6)) {
            let mut inverted = Inverted::default();
            for (n, row) in rows.iter().enumerate() {
                inverted.push(n, row.iter().map(|&(k, m)| (k, f64::from(m))).collect());
            }
            for (n, row) in rows.iter().enumerate() {
                for key in 0..6_u8 {
                    let sum: i32 = row.iter().filter(|entry| entry.0 == key).map(|entry| entry.1).sum();
                    prop_assert_eq!(inverted.get(n, key), f64::from(sum));
                    prop_assert!(inverted.list(key).is_sorted_by_key(|entry| entry.0));
                }
            }
        }
    }
}
