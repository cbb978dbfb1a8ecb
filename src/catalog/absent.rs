//! Numbers that stand for nothing.

/// An absent position.
pub(super) const NOBODY: u32 = u32::MAX;

/// Home number of an organization whose home is unknown.
pub const NO_HOME: u16 = u16::MAX;

/// Number of the organizations whose names state no purpose.
pub const NO_PURPOSE: u16 = 0;
