//! What tests of plans and of the documents made of them share.

pub(crate) mod sample;
