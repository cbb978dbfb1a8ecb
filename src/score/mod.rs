//! The ranking core: one need against every organization, from what the [`View`](crate::catalog::View) of a day shows.
//!
//! Each [`feature`] is one file. A [`Scorer`] holds what one need asks and turns each organization into [`Parts`]; the
//! score *is* the sum of their points. Hard limits are in [`limit`]. Order: score, then organization id.

pub mod feature;
pub mod limit;
mod question;
mod scorer;
mod votes;
mod weights;

pub use feature::{Feature, Value};
pub use limit::Limit;
pub use question::Question;
pub use scorer::{Evidence, Part, Parts, Ranked, Scorer};
pub use votes::{Vote, Votes};
pub use weights::{Weight, Weights};
