//! Plans: made in the background, kept, decided on, and made again.

pub(super) mod background;
pub(super) mod basis;
pub(super) mod jobs;
pub(super) mod kept;
pub(super) mod plan;

pub use background::PlanOrder;
pub use basis::PlanBasis;
pub use jobs::{PlanFigures, PlanJob};
