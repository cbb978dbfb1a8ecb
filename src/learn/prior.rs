//! What is known about the weights before any example is seen.

use super::example::LearnError;

/// The hand-set weights and their bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// The hand-set weight of each column.
    pub weights: Vec<f64>,
    /// Lower bound of the weight of each column: 0 for a merit, which cannot count against an organization, else −∞.
    pub lower: Vec<f64>,
    /// Utility of the outside option. None if "nobody takes it on" is not an option; examples without a choice then say
    /// nothing.
    ///
    /// It is fitted, without a prior, if some examples with alternatives have no choice and others have one: one constant for
    /// all of them. Otherwise the data cannot determine it, and it stays as given here.
    pub outside: Option<f64>,
}

impl Prior {
    /// The number of columns, or an error if no fit can be computed with this prior and the strength `lambda`.
    pub(super) fn check(&self, lambda: f64) -> Result<usize, LearnError> {
        let columns = self.weights.len();
        if self.lower.len() != columns {
            return Err(LearnError::Columns { expected: columns, found: self.lower.len() });
        }
        for (column, (&weight, &lower)) in self.weights.iter().zip(&self.lower).enumerate() {
            if !(weight.is_finite() && lower <= weight) {
                return Err(LearnError::Prior { column, weight, lower });
            }
        }
        if !(lambda.is_finite() && lambda >= 0.0) {
            return Err(LearnError::Constant { name: "strength of the prior", value: lambda });
        }
        match self.outside {
            Some(value) if !value.is_finite() => Err(LearnError::Constant { name: "utility of the outside option", value }),
            _ => Ok(columns),
        }
    }
}
