//! What is believed of the weights before any example is seen.

use super::example::LearnError;

/// What is believed before seeing examples.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// The hand-set weight of each column.
    pub weights: Vec<f64>,
    /// What the weight of each column may not go below: 0 for what cannot count against an organization, else −∞.
    pub lower: Vec<f64>,
    /// Utility of the outside option; none where "nobody" is not an option and unanswered examples say nothing.
    ///
    /// Fitted, without prior, where examples with alternatives are unanswered and others are not: one constant for all of
    /// them. Otherwise the data cannot place it and it stays as given here.
    pub outside: Option<f64>,
}

impl Prior {
    /// The number of columns, if the prior of strength `lambda` can be computed with.
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
