//! The pages, in-process: what they show, and what their forms do without JavaScript.

mod imports;
