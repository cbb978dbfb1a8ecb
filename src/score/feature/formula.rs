//! What a feature and its family provide. Each family has a file of its own, with a type for each of its features.

use super::definition::Definition;
use super::value::Value;
use crate::catalog::{Catalog, Row, View};
use crate::score::Question;
use crate::score::lists::{Lists, Slot};
use crate::score::own_words::OwnWords;
use crate::score::votes::Votes;

/// What a family is prepared from, for one need.
pub(in crate::score) struct Inputs<'a, 'q> {
    pub(in crate::score) catalog: &'a Catalog,
    pub(in crate::score) view: &'a View,
    pub(in crate::score) question: &'q Question,
    pub(in crate::score) votes: &'q Votes,
    pub(in crate::score) own_words: &'q OwnWords,
}

/// What one need asks of the features of a family, prepared once for all organizations.
pub(super) trait Family: Sized {
    /// Prepares the need and adds the lists that the features read. Returns none if the need asks for nothing of the kind.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self>;
}

/// Takes a list that a feature reads and an increasing function f. Compared with an organization in no list, the number x in
/// that list adds at most f(x) to the feature, whatever else is on the record.
pub(crate) type Impact<'a> = dyn FnMut(Slot, &dyn Fn(f64) -> f64) + 'a;

/// One feature. Its value is a pure function of the need, of the organization's [`Row`] and of the numbers that the need's
/// lists hold for it. Its sentence is a pure function of the value and of facts.
pub(crate) trait Formula {
    /// Names, theme, sign and bounds.
    const DEFINITION: Definition;
    /// What the need asks of its family; `()` where the feature does not depend on the need.
    type Asked;
    /// What its sentence states besides the value.
    type Facts;

    /// The value for one organization: finite where it is known.
    fn value(asked: &Self::Asked, row: &Row, facts: &[f32]) -> Value;

    /// Calls `impact` with each list that the feature reads. Features that read no list do nothing.
    fn max_impacts(_asked: &Self::Asked, _impact: &mut Impact<'_>) {}

    /// The Chinese sentence for a known value. It states a number only where that means something to a reader.
    fn sentence(value: f64, facts: &Self::Facts) -> String;
}

/// A source of the facts that sentences state. `explain` implements it, so a sentence itself sees neither catalog nor scorer.
pub(crate) trait Gather<Facts> {
    /// The facts about one organization and one need.
    fn gather(&self) -> Facts;
}
