//! What several tests of learning share.

pub(super) mod simulation;
