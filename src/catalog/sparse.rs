//! One short sorted row of (key, mass) for each organization.

/// Compressed rows: keys ascending within a row, each once.
#[derive(Debug, Clone, PartialEq)]
pub struct Sparse<K> {
    offsets: Vec<u32>,
    entries: Vec<(K, f64)>,
}

impl<K> Default for Sparse<K> {
    fn default() -> Self {
        Self { offsets: vec![0], entries: Vec::new() }
    }
}

impl<K: Copy + Ord> Sparse<K> {
    /// From rows in any order of keys; equal keys are summed in the order given.
    pub(super) fn from_rows(rows: Vec<Vec<(K, f64)>>) -> Self {
        let mut sparse = Self::default();
        for mut row in rows {
            let start = sparse.entries.len();
            row.sort_by_key(|entry| entry.0);
            for (key, mass) in row {
                match sparse.entries[start..].last_mut() {
                    Some(last) if last.0 == key => last.1 += mass,
                    _ => sparse.entries.push((key, mass)),
                }
            }
            sparse.offsets.push(u32::try_from(sparse.entries.len()).unwrap_or(u32::MAX));
        }
        sparse
    }

    /// The entries of a row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[(K, f64)] {
        &self.entries[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    /// The mass of `key` in a row; 0 where it has none.
    #[must_use]
    pub fn get(&self, row: usize, key: K) -> f64 {
        let row = self.row(row);
        row.binary_search_by_key(&key, |entry| entry.0).map_or(0.0, |at| row[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_holds_the_sum_of_what_was_put_in(rows in prop::collection::vec(prop::collection::vec((0..6_u8, 0..5_i32), 0..10), 1..6)) {
            let sparse = Sparse::from_rows(rows.iter().map(|row| row.iter().map(|&(k, m)| (k, f64::from(m))).collect()).collect());
            for (n, row) in rows.iter().enumerate() {
                for key in 0..6_u8 {
                    let sum: i32 = row.iter().filter(|entry| entry.0 == key).map(|entry| entry.1).sum();
                    prop_assert_eq!(sparse.get(n, key), f64::from(sum));
                }
            }
        }
    }
}
