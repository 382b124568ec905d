//! The project file and the run.
#![forbid(unsafe_code)]
