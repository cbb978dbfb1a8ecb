//! Inverted lists: for each key, the organizations that have a mass there. What a need asks for is then read from a few short
//! lists.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// Organizations by position, ascending, each with a positive mass.
pub type List = [(u32, f32)];

/// Lists by key. The masses do not depend on the order in which rows were computed. A copy shares all lists in which it does not
/// differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Inverted<K: Eq + Hash> {
    lists: HashMap<K, Arc<Vec<(u32, f32)>>>,
}

impl<K: Eq + Hash> Default for Inverted<K> {
    fn default() -> Self {
        Self { lists: HashMap::new() }
    }
}

/// Lists of neighbouring organizations while they are made.
#[derive(Debug)]
pub(super) struct Growing<K> {
    lists: HashMap<K, Vec<(u32, f32)>>,
}

impl<K> Default for Growing<K> {
    fn default() -> Self {
        Self { lists: HashMap::new() }
    }
}

impl<K: Copy + Eq + Hash> Growing<K> {
    /// Appends the row of the next organization: keys, each once, with positive masses.
    pub(super) fn push(&mut self, organization: usize, row: &[(K, f64)]) {
        for &(key, mass) in row {
            self.lists.entry(key).or_default().push((organization as u32, mass as f32));
        }
    }
}

impl<K: Copy + Ord + Hash> Inverted<K> {
    /// From the rows of organizations, ascending.
    pub(super) fn of(rows: impl Iterator<Item = (usize, Vec<(K, f64)>)>) -> Self {
        let mut lists = Growing::default();
        rows.for_each(|(organization, row)| lists.push(organization, &summed(row)));
        Self::joined(vec![lists])
    }

    /// From the lists of neighbouring organizations, ascending.
    pub(super) fn joined(parts: Vec<Growing<K>>) -> Self {
        let mut lengths: HashMap<K, usize> = HashMap::new();
        for (&key, list) in parts.iter().flat_map(|part| &part.lists) {
            *lengths.entry(key).or_default() += list.len();
        }
        let mut lists: HashMap<K, Vec<(u32, f32)>> =
            lengths.into_iter().map(|(key, length)| (key, Vec::with_capacity(length))).collect();
        for (key, list) in parts.into_iter().flat_map(|part| part.lists) {
            lists.entry(key).or_default().extend(list);
        }
        Self { lists: lists.into_iter().map(|(key, list)| (key, Arc::new(list))).collect() }
    }

    /// Replaces the row of an organization.
    pub(super) fn replace(&mut self, organization: usize, old: &[(K, f64)], new: Vec<(K, f64)>) {
        let new = summed(new);
        let mut gone: HashSet<K> = old.iter().map(|entry| entry.0).collect();
        for (key, mass) in new {
            gone.remove(&key);
            let entry = (organization as u32, mass as f32);
            let list = self.lists.get(&key).map(|list| &***list).unwrap_or_default();
            match list.binary_search_by_key(&entry.0, |entry| entry.0) {
                Ok(at) if list[at] == entry => {}
                Ok(at) => self.entries(key)[at] = entry,
                Err(at) => self.entries(key).insert(at, entry),
            }
        }
        for key in gone {
            self.remove(key, organization);
        }
    }

    fn remove(&mut self, key: K, organization: usize) {
        let Some(list) = self.lists.get_mut(&key) else { return };
        let Ok(at) = list.binary_search_by_key(&(organization as u32), |entry| entry.0) else { return };
        if list.len() == 1 {
            self.lists.remove(&key);
        } else {
            Arc::make_mut(list).remove(at);
        }
    }

    fn entries(&mut self, key: K) -> &mut Vec<(u32, f32)> {
        Arc::make_mut(self.lists.entry(key).or_default())
    }

    /// Removes organizations from all lists.
    pub(super) fn remove_all(&mut self, is_out: impl Fn(u32) -> bool) {
        self.lists.retain(|_, list| {
            if list.iter().any(|entry| is_out(entry.0)) {
                Arc::make_mut(list).retain(|entry| !is_out(entry.0));
            }
            !list.is_empty()
        });
    }

    /// Inserts the row of an organization that is in no list yet.
    pub(super) fn insert(&mut self, organization: usize, row: Vec<(K, f64)>) {
        self.replace(organization, &[], row);
    }

    /// The organizations that have a mass at `key`.
    #[must_use]
    pub fn list(&self, key: K) -> &List {
        self.lists.get(&key).map_or(&[], |list| list.as_slice())
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
        lists + self.lists.capacity() * size_of::<(K, Arc<Vec<(u32, f32)>>)>() + self.lists.len() * size_of::<Vec<(u32, f32)>>()
    }
}

/// The row with its keys ascending, each once; equal ones are summed in the order given, and only positive masses are kept.
pub(super) fn summed<K: Copy + Ord>(mut row: Vec<(K, f64)>) -> Vec<(K, f64)> {
    row.sort_by_key(|entry| entry.0);
    let sums = row.chunk_by(|a, b| a.0 == b.0).map(|same| (same[0].0, same.iter().map(|entry| entry.1).sum::<f64>()));
    sums.filter(|&(_, mass)| mass > 0.0).collect()
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

    fn row() -> impl Strategy<Value = Vec<(u8, f64)>> {
        prop::collection::vec((0..6_u8, (0..5_i32).prop_map(f64::from)), 0..8)
    }

    proptest! {
        #[test]
        fn a_list_holds_the_sum_of_what_was_put_in(rows in prop::collection::vec(prop::collection::vec((0..6_u8, 0..5_i32), 0..10), 1..6)) {
            let row = |row: &Vec<(u8, i32)>| row.iter().map(|&(k, m)| (k, f64::from(m))).collect();
            let inverted = Inverted::of(rows.iter().map(row).enumerate());
            for (n, row) in rows.iter().enumerate() {
                for key in 0..6_u8 {
                    let sum: i32 = row.iter().filter(|entry| entry.0 == key).map(|entry| entry.1).sum();
                    prop_assert_eq!(inverted.get(n, key), f64::from(sum));
                    prop_assert!(inverted.list(key).is_sorted_by_key(|entry| entry.0));
                }
            }
        }

        #[test]
        fn a_replaced_row_leaves_what_the_new_rows_alone_give(
            rows in prop::collection::vec((row(), row()), 1..6),
        ) {
            let mut changed = Inverted::of(rows.iter().map(|(old, _)| old.clone()).enumerate());
            let before = changed.clone();
            for (n, (old, new)) in rows.iter().enumerate() {
                changed.replace(n, old, new.clone());
            }
            prop_assert_eq!(changed, Inverted::of(rows.iter().map(|(_, new)| new.clone()).enumerate()));
            prop_assert_eq!(before, Inverted::of(rows.iter().map(|(old, _)| old.clone()).enumerate()), "the copy stays");
        }
    }
}
