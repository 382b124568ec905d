//! Estimates.

use std::mem::MaybeUninit;

use engine::Estimate;

use super::error::{citx_error, citx_status};
use super::record::beyond;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::citx_str;

/// A figure with its uncertainty, base, unit and method. Never changes; its texts are views, valid until it is freed.
/// Numbers that are not known or withheld are not a number.
pub struct citx_estimate(Shared<Estimate>);
shared!(citx_estimate, Estimate);

/// Some estimates. Never changes.
pub struct citx_estimates(Shared<Vec<Estimate>>);
shared!(citx_estimates, Vec<Estimate>);

/// The figure; a share is in [0, 1]. Not a number for NULL, here and below. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_value(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.value)
}

/// Its design-based standard error. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_std_error(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.std_error)
}

/// The low end of the interval. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_ci_low(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.ci.0)
}

/// The high end of the interval. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_ci_high(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.ci.1)
}

/// The interval's level, such as 0.95. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_level(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.level)
}

/// Degrees of freedom of the design. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_df(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.df)
}

/// How many answers, citizens, households or homes it rests on, as citx_estimate_base says; unweighted. 0 for NULL. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_n(estimate: Option<&citx_estimate>) -> u64 {
    guard::get(estimate, 0, |estimate| estimate.n)
}

/// What citx_estimate_n counts: `answer`, `citizen`, `household` or `home`; empty where that is not known. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_base(estimate: Option<&citx_estimate>) -> citx_str {
    guard::get(estimate, citx_str::NONE, |estimate| citx_str::view(&estimate.base))
}

/// Kish's effective sample size, in respondents. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_n_eff(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.n_eff)
}

/// Design effect, against the sample that citx_estimate_deff_reference names. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_deff(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.deff)
}

/// Margin of error: half the interval's width. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_moe(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.moe)
}

/// What the design effect compares with: `srswr`, a simple random sample with replacement of the same size, or `srswor`,
/// one without replacement from a population of the sum of the weights. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_deff_reference(estimate: Option<&citx_estimate>) -> citx_str {
    guard::get(estimate, citx_str::NONE, |estimate| citx_str::view(&estimate.deff_reference))
}

/// The margin of error by the instrument's own formula, where it has one and the size of the frame is known. It knows
/// nothing of weights and design, and is published beside citx_estimate_moe, not in its place. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_standard_moe(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.standard_moe)
}

/// `proportion`, `net`, `mean`, `index`, `total`, `ratio` or `quantile`. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_unit(estimate: Option<&citx_estimate>) -> citx_str {
    guard::get(estimate, citx_str::NONE, |estimate| citx_str::view(&estimate.unit))
}

/// How value and interval were made. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_method(estimate: Option<&citx_estimate>) -> citx_str {
    guard::get(estimate, citx_str::NONE, |estimate| citx_str::view(&estimate.method))
}

/// What an instrument's measure is, in words: which answers count, what is left out, how it is rounded. Empty without an
/// instrument. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_definition(estimate: Option<&citx_estimate>) -> citx_str {
    guard::get(estimate, citx_str::NONE, |estimate| citx_str::view(&estimate.definition))
}

/// The standard's own text form, or `[S]`; none without a standard. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_published(estimate: Option<&citx_estimate>) -> citx_str {
    guard::get(estimate, citx_str::NONE, |estimate| citx_str::view_of(estimate.published.as_deref()))
}

/// Unit of the published form, such as `percent`; none without a standard. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_published_unit(estimate: Option<&citx_estimate>) -> citx_str {
    guard::get(estimate, citx_str::NONE, |estimate| citx_str::view_of(estimate.published_unit.as_deref()))
}

/// How many warnings it carries; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_num_warnings(estimate: Option<&citx_estimate>) -> usize {
    guard::get(estimate, 0, |estimate| estimate.warnings.len())
}

/// The warning at `index`, from 0, such as `NonProbabilitySample`; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_warning(estimate: Option<&citx_estimate>, index: usize) -> citx_str {
    guard::get(estimate, citx_str::NONE, |estimate| citx_str::view_of(estimate.warnings.get(index).map(String::as_str)))
}

/// Frees an estimate; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_free(estimate: Option<Box<citx_estimate>>) {
    guard::free(estimate);
}

/// How many estimates; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimates_len(estimates: Option<&citx_estimates>) -> usize {
    guard::get(estimates, 0, Vec::len)
}

/// The estimate at `index`, from 0. `*out` is to be freed with citx_estimate_free; it may outlive `estimates`. Status:
/// OUT_OF_RANGE, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimates_get(
    estimates: Option<&citx_estimates>,
    index: usize,
    out: Option<&mut MaybeUninit<Box<citx_estimate>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(estimates, err, |estimates| {
        let out = guard::place(out, "out")?;
        let estimate = estimates.get(index).ok_or_else(|| beyond("estimate", index, estimates.len()))?;
        out.write(citx_estimate::boxed(estimate.clone()));
        Ok(())
    })
}

/// Frees a list of estimates; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimates_free(estimates: Option<Box<citx_estimates>>) {
    guard::free(estimates);
}
