//! Weights that meet a population's known totals.

pub(crate) mod calibrate;
pub(crate) mod rake;
pub(crate) mod trim;
