//! The models and all computation of citx: segments, consent, satisfaction, engagement.
//!
//! No I/O, no clock, no globals: tables and instants come in as arguments. Applications depend on the facade `citx`.
#![forbid(unsafe_code)]

pub mod audience;
pub mod citizens;
pub mod consent;
pub mod engagement;
mod error;
mod json;
pub mod rules;
mod run;
pub mod satisfaction;
pub mod segments;
pub mod statistics;
pub mod table;
pub mod time;

pub use citx_kernels::Bitmap;
pub use error::{Error, ErrorKind, Result, RuleLocation};
pub use run::{CancelToken, Run};
