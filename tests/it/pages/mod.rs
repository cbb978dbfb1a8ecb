//! The pages by area, in-process.

mod plans;
