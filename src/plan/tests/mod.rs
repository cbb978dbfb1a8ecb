//! Shared by the tests of plans and of the documents made from them.

pub(crate) mod sample;
