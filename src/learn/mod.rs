//! Learning the weights from past claims: a conditional logit around the weights that were there before.
//!
//! `design` turns a scored need into rows of numbers, and weights of columns back into weights of features. `model` is the file
//! that keeps them. All other modules see numbers only: `validation` chooses how far to trust the data, `logit` fits, and
//! `calibration` turns fitted utilities into calibrated probabilities.

mod calibration;
mod cholesky;
mod design;
mod example;
mod likelihood;
mod logit;
mod model;
mod newton;
mod posterior;
mod prior;
#[cfg(test)]
mod tests;
mod validation;

pub use calibration::temperature;
pub use design::{COLUMNS, example, prior, weights};
pub use example::{Example, LearnError};
pub use likelihood::Model;
pub use logit::{Fit, fit};
pub use model::{
    CrossFitted, FeatureWeight, FitFigures, FitReached, HeldBack, MODEL_FORMAT, ModelError, ModelFile, RankingMetrics,
    RankingModel,
};
pub use prior::Prior;
pub use validation::{STRENGTHS, choose_lambda};
