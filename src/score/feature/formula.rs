//! What a feature and its family provide. Each family of features has a file of its own, and in it a type for each feature.

use super::definition::Definition;
use super::value::Value;
use crate::catalog::{Catalog, Row, View};
use crate::score::Question;
use crate::score::lists::{Lists, Slot};
use crate::score::own_words::OwnWords;
use crate::score::votes::Votes;

/// What a family prepares a need from.
pub(in crate::score) struct Inputs<'a, 'q> {
    pub(in crate::score) catalog: &'a Catalog,
    pub(in crate::score) view: &'a View,
    pub(in crate::score) question: &'q Question,
    pub(in crate::score) votes: &'q Votes,
    pub(in crate::score) own_words: &'q OwnWords,
}

/// What one need asks of the features of a family, prepared once for all organizations.
pub(super) trait Family: Sized {
    /// Prepares the need and adds the lists that the features read; none where the need asks for nothing of the kind.
    fn new<'a>(inputs: &Inputs<'a, '_>, lists: &mut Lists<'a>) -> Option<Self>;
}

/// Takes a list that a feature reads, and a rising function of a number of the list: the most that an organization with this
/// number has more of the feature, whatever the rest of its record, than one that no list names.
pub(crate) type Impact<'a> = dyn FnMut(Slot, &dyn Fn(f64) -> f64) + 'a;

/// One feature: a pure function of the need, of the organization's [`Row`] and of the facts that the need's lists hold of it;
/// and its sentence, a pure function of the value and of facts.
pub(crate) trait Formula {
    /// Names, theme, sign and bounds.
    const DEFINITION: Definition;
    /// What the need asks of its family; `()` where the feature does not depend on the need.
    type Asked;
    /// What its sentence states beside the value.
    type Facts;

    /// What it says of one organization: a finite number where it is known.
    fn value(asked: &Self::Asked, row: &Row, facts: &[f32]) -> Value;

    /// Calls `impact` with each list that it reads. Nothing for features that read none.
    fn max_impacts(_asked: &Self::Asked, _impact: &mut Impact<'_>) {}

    /// The Chinese sentence for a known value. A number is said only where it means something to a reader.
    fn sentence(value: f64, facts: &Self::Facts) -> String;
}

/// A source of the facts that sentences state. `explain` has it: a sentence itself sees neither catalog nor scorer.
pub(crate) trait Gather<Facts> {
    /// The facts about one organization and one need.
    fn gather(&self) -> Facts;
}
