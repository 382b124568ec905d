//! Which measures move an outcome.

use std::mem::MaybeUninit;

use engine::Result;
use engine::satisfaction::{DriverOptions, Drivers};

use super::error::{citx_error, citx_status};
use super::run::citx_run_options;
use super::survey::citx_survey;
use super::table::citx_table;
use super::weighting::given_or;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_str, citx_strs};

/// What drives an outcome. Never changes; its texts are views, valid until it is freed.
pub struct citx_drivers(Shared<Drivers>);
shared!(citx_drivers, Drivers);

/// How drivers are computed. NULL in its place, or zeros: listwise, in the order of the scale, 200 replicates, seed 0, level
/// 0.95.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_driver_options {
    /// sizeof(citx_driver_options).
    pub struct_size: usize,
    /// Who counts: `listwise` (the default: who answered the outcome and every driver), `pairwise` (for each correlation, who
    /// answered both) or `indicator` (who answered the outcome; a missing driver is its mean, and that it is missing enters
    /// beside it).
    pub missing: citx_str,
    /// Numbers of a measure's answers: `order` (the default: the scale's places, from worst 1 upwards) or `values`, what the
    /// measure makes of them.
    pub coding: citx_str,
    /// Bootstrap replicates behind the intervals, 0 for none; NULL for 200.
    pub replicates: *const u32,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Level of the intervals; 0 for 0.95.
    pub level: f64,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_driver_options {
    const NAME: &'static str = "citx_driver_options";
}

/// How much of the variation of `outcome` each driver accounts for. `outcome` and `drivers` are measures, or numeric columns;
/// without drivers, all other measures are.
///
/// `options` and `run` may be NULL. `*out` is to be freed with citx_drivers_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a
/// driver named twice or options that are none, OUT_OF_RANGE for the level, LIMIT_EXCEEDED for more than 20 drivers,
/// INSUFFICIENT_DATA where nobody is left or the outcome is constant, CANCELLED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_drivers(
    survey: Option<&citx_survey>,
    outcome: citx_str,
    drivers: citx_strs,
    options: *const citx_driver_options,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_drivers>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { driver_options(options) }?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(citx_drivers::boxed(survey.drivers_with(outcome.text("outcome")?, &drivers.texts("drivers")?, &options, &run)?));
        Ok(())
    })
}

/// The measure or column that is driven. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_outcome(drivers: Option<&citx_drivers>) -> citx_str {
    guard::get(drivers, citx_str::NONE, |drivers| citx_str::view(&drivers.outcome))
}

/// The share of its weighted variance that all drivers account for together. Not a number for NULL, here and below. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_r_squared(drivers: Option<&citx_drivers>) -> f64 {
    guard::get(drivers, f64::NAN, |drivers| drivers.r_squared)
}

/// The low end of the bootstrap interval of that share; not a number without replicates. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_r_squared_ci_low(drivers: Option<&citx_drivers>) -> f64 {
    guard::get(drivers, f64::NAN, |drivers| drivers.r_squared_ci.0)
}

/// The high end of it. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_r_squared_ci_high(drivers: Option<&citx_drivers>) -> f64 {
    guard::get(drivers, f64::NAN, |drivers| drivers.r_squared_ci.1)
}

/// Level of the intervals. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_level(drivers: Option<&citx_drivers>) -> f64 {
    guard::get(drivers, f64::NAN, |drivers| drivers.level)
}

/// Respondents it rests on; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_n(drivers: Option<&citx_drivers>) -> u64 {
    guard::get(drivers, 0, |drivers| drivers.n)
}

/// Kish's effective number of them. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_n_eff(drivers: Option<&citx_drivers>) -> f64 {
    guard::get(drivers, f64::NAN, |drivers| drivers.n_eff)
}

/// Respondents who answered the outcome; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_n_outcome(drivers: Option<&citx_drivers>) -> u64 {
    guard::get(drivers, 0, |drivers| drivers.n_outcome)
}

/// How missing answers were dealt with: `listwise`, `pairwise` or `indicator`. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_missing(drivers: Option<&citx_drivers>) -> citx_str {
    guard::get(drivers, citx_str::NONE, |drivers| citx_str::view(&drivers.missing))
}

/// What numbers answers were given: `order` or `values`. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_coding(drivers: Option<&citx_drivers>) -> citx_str {
    guard::get(drivers, citx_str::NONE, |drivers| citx_str::view(&drivers.coding))
}

/// Bootstrap replicates that could be evaluated; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_replicates(drivers: Option<&citx_drivers>) -> u64 {
    guard::get(drivers, 0, |drivers| drivers.replicates)
}

/// How many warnings it carries; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_num_warnings(drivers: Option<&citx_drivers>) -> usize {
    guard::get(drivers, 0, |drivers| drivers.warnings.len())
}

/// The warning at `index`, from 0, such as `Collinear`; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_warning(drivers: Option<&citx_drivers>, index: usize) -> citx_str {
    guard::get(drivers, citx_str::NONE, |drivers| citx_str::view_of(drivers.warnings.get(index).map(String::as_str)))
}

/// One row for each driver, the most important first: driver, rank, lmg, lmg_low, lmg_high, lmg_share, relative_weight,
/// relative_weight_low, relative_weight_high, first, last, pratt, beta, vif, correlation, performance, performance_unit,
/// quadrant, n, dont_know, dont_know_share, reason. Shares of R squared, of 1. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_table(
    drivers: Option<&citx_drivers>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(drivers, err, |drivers| {
        guard::place(out, "out")?.write(citx_table::boxed(drivers.table.clone()));
        Ok(())
    })
}

/// Frees drivers; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_drivers_free(drivers: Option<Box<citx_drivers>>) {
    guard::free(drivers);
}

/// # Safety
/// As [`raw::options`]; the number is NULL or readable.
unsafe fn driver_options(pointer: *const citx_driver_options) -> Result<DriverOptions> {
    let mut options = DriverOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    given.missing.maybe("missing")?.into_iter().for_each(|missing| options.missing = missing);
    given.coding.maybe("coding")?.into_iter().for_each(|coding| options.coding = coding);
    // SAFETY: NULL or one number, as promised by the caller.
    unsafe { raw::item(given.replicates, "replicates") }?.into_iter().for_each(|replicates| options.replicates = replicates as usize);
    options.seed = given.seed;
    options.level = given_or(given.level, options.level);
    Ok(options)
}
