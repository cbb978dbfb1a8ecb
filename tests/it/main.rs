//! One integration binary: whole paths through the library, the HTTP interface, the program and the page.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod abuse;
mod afternoon;
mod api;
mod applicant;
mod architecture;
mod cells;
mod claims;
mod cli;
mod compat;
mod corrected;
mod crash;
mod data;
mod deltas;
mod derived;
mod docs;
mod fixtures;
mod front_door;
mod fuzz;
mod generate;
mod import;
mod learn;
mod lexicon;
mod lists;
mod logit;
mod need_status;
mod one_question;
mod page;
mod pages;
mod partial_rows;
mod plan;
mod plan_cli;
mod plan_numbers;
mod plans;
mod ranking;
mod scale;
mod scoring;
mod sponsors;
mod submit;
mod texts;
mod wire;
mod words;
mod workbook;
