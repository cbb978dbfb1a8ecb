//! What somebody sends or does to the program that it must withstand, bounded and on loopback, one file a target.

mod connections;
mod jobs;
mod ledger;
mod lists;
mod long_texts;
mod packages;
mod peer;
mod personal;
mod requests;
