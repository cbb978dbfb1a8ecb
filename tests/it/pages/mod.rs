//! The pages in a real browser, in front of the real server: every page at every width, with and without scripts, and the
//! journeys of those who use them.

mod browser;
mod every_page;
