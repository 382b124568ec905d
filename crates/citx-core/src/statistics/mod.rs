//! What satisfaction, engagement and audience share: exact sums, decimals, intervals, designs and their variances.

pub(crate) mod codes;
mod decimal;
pub(crate) mod design;
mod exact;
mod intervals;
pub(crate) mod variance;

pub use decimal::{DecimalSum, ShortDecimal, round_half_up};
pub use exact::ExactSum;
pub use intervals::{logit_interval, normal_quantile, symmetric_interval, t_quantile, wilson_interval};
