//! The one question to ask first.

use serde::Serialize;

use super::convert::each;
use crate::app;

/// What is most worth asking before the ranking is used.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FirstQuestion {
    /// The question; null if nothing is missing, or if no answer would change the first five.
    pub question: Option<OneQuestion>,
}

/// A question about a field that a need leaves open.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct OneQuestion {
    /// The field of a question for suggestions that takes the answer: `region`, `sector`, `amount` or `group`.
    pub field: &'static str,
    /// The question, in Chinese.
    pub question: String,
    /// Discounted gain among the first five that the answer is expected to add, 0 to 1.
    pub gain: f64,
    /// Likely answers, most likely first. Others are possible.
    pub answers: Vec<OneAnswer>,
}

/// An answer that is offered.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct OneAnswer {
    /// The answer, in Chinese.
    pub label: String,
    /// The value of the field.
    pub value: String,
    /// How likely it is among the offered ones, as far as similar past projects tell.
    pub probability: f64,
}

impl From<Option<app::OneQuestion>> for FirstQuestion {
    fn from(it: Option<app::OneQuestion>) -> Self {
        Self { question: it.map(OneQuestion::from) }
    }
}

impl From<app::OneQuestion> for OneQuestion {
    fn from(it: app::OneQuestion) -> Self {
        let app::OneQuestion { field, question, gain, answers } = it;
        Self { field, question, gain, answers: each(answers) }
    }
}

impl From<app::OneAnswer> for OneAnswer {
    fn from(it: app::OneAnswer) -> Self {
        let app::OneAnswer { label, value, probability } = it;
        Self { label, value, probability }
    }
}
