//! Reports: one self-contained, accessible HTML page.
#![forbid(unsafe_code)]
