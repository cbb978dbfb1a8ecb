//! ln(1 + Σ votes): 0 where no similar project is the organization's, about 0.7 for one close and recent one.
//!
//! A history without a similar project is a fact, not a gap, so the value is 0 and never unknown.

use super::{Question, Value, Votes};

pub(super) fn value(question: &Question, votes: &Votes, organization: usize) -> Value {
    if question.topic.is_empty() {
        return Value::NotAsked;
    }
    let sum: f64 = votes.of(organization).iter().map(|vote| vote.weight).sum();
    Value::Known(sum.ln_1p())
}
