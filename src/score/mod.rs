//! The ranking core: one need against every organization, from what the [`View`](crate::catalog::View) of a day shows.
//!
//! A [`Scorer`] holds what one need asks: its [`Votes`] from similar texts and, for each feature, the few lists of the view
//! that concern it. Every organization is considered, block by block, and scored unless an upper bound of its score rules it
//! out. The score *is* the sum of the points of its [`Parts`]. Hard limits are in [`limit`]. Organizations are ordered by
//! score, then by id.

mod clarifying;
mod evidence;
pub(crate) mod feature;
mod fit;
pub mod limit;
mod lists;
mod one_organization;
mod open_needs;
mod own_words;
mod profile;
mod question;
mod scorer;
mod small_day;
#[cfg(test)]
mod tests;
mod top;
mod upper_bound;
mod votes;
mod weights;

pub use clarifying::{ClarifyingQuestion, LikelyAnswer, MissingField, PossibleValue, clarifying_questions};
pub use evidence::Evidence;
pub use feature::{Feature, Theme, Value, feature_label};
pub use fit::FitScale;
pub use limit::Limit;
pub use one_organization::{OneOrganization, RankedNeed};
pub use open_needs::OpenNeeds;
pub use question::Question;
pub use scorer::{Part, Parts, Scorer, ScoringContext, Texts};
pub use top::Ranked;
pub use votes::{Vote, Votes};
pub use weights::{Weight, Weights};
