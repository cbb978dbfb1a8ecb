//! What tests of catalog and score share.

pub(crate) mod small;
