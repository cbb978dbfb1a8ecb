//! Shared by several tests of learning.

pub(super) mod simulation;
