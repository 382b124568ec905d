//! What satisfaction, engagement and audience share: exact sums, decimals, intervals, designs and their variances.

mod adjust;
pub(crate) mod adjustment;
pub(crate) mod cells;
pub(crate) mod codes;
pub(crate) mod crossed;
mod decimal;
pub(crate) mod design;
mod distributions;
pub(crate) mod draws;
mod exact;
pub(crate) mod histogram;
mod intervals;
pub(crate) mod linear;
pub(crate) mod quantiles;
pub(crate) mod regression;
pub(crate) mod replicates;
pub(crate) mod variance;
pub(crate) mod weighting;

pub use adjust::{MultipleTesting, adjust_p};
pub use decimal::{DecimalSum, ShortDecimal, round_half_up};
pub use distributions::{beta_quantile, chi_squared_upper, f_upper, normal_cdf, normal_two_sided, t_cdf, t_two_sided};
pub use draws::draw;
pub use exact::ExactSum;
pub(crate) use exact::Parts;
pub use intervals::{
    agresti_coull_interval, arcsine_interval, clopper_pearson_interval, jeffreys_interval, likelihood_interval, logit_interval,
    normal_quantile, symmetric_interval, t_quantile, wilson_interval,
};
