//! One past decision: which organizations could have taken a need on, and which did.

use ndarray::Array2;

/// Why examples or a prior cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LearnError {
    /// The number of offsets differs from the number of rows.
    #[error("{offsets} offsets for {rows} alternatives")]
    Offsets {
        /// Offsets given.
        offsets: usize,
        /// Rows of the alternatives.
        rows: usize,
    },
    /// A chosen row that does not exist.
    #[error("row {row} was chosen, but there are {rows} alternatives")]
    Positive {
        /// The row named.
        row: usize,
        /// Rows of the alternatives.
        rows: usize,
    },
    /// A feature or an offset that is infinite or not a number.
    #[error("a feature or the offset of row {row} is not finite")]
    NotFinite {
        /// The first such row.
        row: usize,
    },
    /// Examples, weights or bounds that differ in their number of columns.
    #[error("{found} columns where {expected} were expected")]
    Columns {
        /// As many as the weights.
        expected: usize,
        /// As many as the example or the bounds have.
        found: usize,
    },
    /// A prior weight that is not a number at or above its bound.
    #[error("prior weight {weight} of column {column} is not finite or below its bound {lower}")]
    Prior {
        /// The column.
        column: usize,
        /// Its prior weight.
        weight: f64,
        /// Its bound.
        lower: f64,
    },
    /// A prior strength or an outside utility that is out of range.
    #[error("the {name} {value} is out of range")]
    Constant {
        /// Which.
        name: &'static str,
        /// As given.
        value: f64,
    },
}

/// One decision: alternatives, and which of them were chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    pub(super) day: i64,
    pub(super) alternatives: Array2<f32>,
    pub(super) positives: Vec<usize>,
    pub(super) offsets: Vec<f32>,
}

impl Example {
    /// An example decided on `day` (days since 1970-01-01).
    ///
    /// `alternatives` has a row for each alternative and a column for each feature. `positives` are the chosen rows: several
    /// for a joint claim, none if nobody took the need on. A row that is named twice counts once. `offsets` are −ln q of each
    /// row. q is the probability with which the row would have been sampled **had it not been chosen**; the offset is 0 if all
    /// alternatives are kept. Chosen rows are always kept and still carry their −ln q; otherwise they would look too rare
    /// beside the sampled ones (McFadden 1978, "Modelling the choice of residential location", section on sampling).
    ///
    /// # Errors
    /// The number of offsets differs from the number of rows, a chosen row does not exist, or a number is not finite.
    pub fn new(day: i64, alternatives: Array2<f32>, mut positives: Vec<usize>, offsets: Vec<f32>) -> Result<Self, LearnError> {
        let rows = alternatives.nrows();
        if offsets.len() != rows {
            return Err(LearnError::Offsets { offsets: offsets.len(), rows });
        }
        if let Some(&row) = positives.iter().find(|&&row| row >= rows) {
            return Err(LearnError::Positive { row, rows });
        }
        let finite =
            |(row, offset): (ndarray::ArrayView1<'_, f32>, &f32)| offset.is_finite() && row.iter().all(|x| x.is_finite());
        if let Some(row) = alternatives.rows().into_iter().zip(&offsets).position(|row| !finite(row)) {
            return Err(LearnError::NotFinite { row });
        }
        positives.sort_unstable();
        positives.dedup();
        Ok(Self { day, alternatives, positives, offsets })
    }

    /// w · x of each row.
    pub(super) fn utilities(&self, weights: &[f64]) -> Vec<f64> {
        let utility = |row: ndarray::ArrayView1<'_, f32>| row.iter().zip(weights).map(|(&x, w)| f64::from(x) * w).sum();
        self.alternatives.rows().into_iter().map(utility).collect()
    }

    /// Number of choices in this example: one for each chosen row. If nobody took the need on, that is one choice if it is an
    /// option.
    pub(super) fn choices(&self, may_stay_unanswered: bool) -> usize {
        self.positives.len().max(usize::from(may_stay_unanswered))
    }
}

/// Checks that all examples have as many columns as there are weights.
pub(super) fn check_columns(examples: &[Example], expected: usize) -> Result<(), LearnError> {
    let found = examples.iter().map(|example| example.alternatives.ncols()).find(|&columns| columns != expected);
    found.map_or(Ok(()), |found| Err(LearnError::Columns { expected, found }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn what_cannot_be_computed_with_is_refused_by_name() {
        let two = || array![[1.0_f32], [2.0]];
        assert_eq!(Example::new(0, two(), vec![], vec![0.0]), Err(LearnError::Offsets { offsets: 1, rows: 2 }));
        assert_eq!(Example::new(0, two(), vec![2], vec![0.0; 2]), Err(LearnError::Positive { row: 2, rows: 2 }));
        assert_eq!(Example::new(0, two(), vec![], vec![0.0, f32::NAN]), Err(LearnError::NotFinite { row: 1 }));
        assert_eq!(Example::new(0, array![[f32::INFINITY]], vec![], vec![0.0]), Err(LearnError::NotFinite { row: 0 }));
    }

    #[test]
    fn a_row_named_twice_is_one_choice() {
        let example = Example::new(0, array![[1.0_f32], [2.0]], vec![1, 0, 1], vec![0.0; 2]).unwrap();
        assert_eq!(example.choices(true), 2);
    }
}
