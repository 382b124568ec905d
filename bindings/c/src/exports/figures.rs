//! Figures of surveys: scores, means, totals, ratios, proportions and quantiles.

use std::mem::MaybeUninit;

use engine::satisfaction::QuantileOptions;
use engine::{Estimate, Result, ScoreOptions, Survey, Table};

use super::error::{citx_error, citx_status};
use super::estimate::{citx_estimate, citx_estimates};
use super::survey::citx_survey;
use super::table::citx_table;
use crate::guard::{self, ErrorOut};
use crate::handle::SharedHandle as _;
use crate::raw::{self, Options, citx_numbers, citx_str, citx_strs};

/// How scores are computed and withheld. NULL in its place, or zeros: level 0.95, nothing suppressed, Wilson.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_score_options {
    /// sizeof(citx_score_options).
    pub struct_size: usize,
    /// Level of the interval; 0 for 0.95.
    pub level: f64,
    /// Fewer answers than this are suppressed.
    pub min_base: u64,
    /// Interval of a proportion: `wilson` (the default), `logit`, `likelihood`, `asin`, `beta`, `agresti_coull`, `jeffreys`,
    /// `clopper_pearson`; `t` and `normal` are also for other figures, whose default is `t`.
    pub method: citx_str,
    /// What the design effect compares with: `srswr` (the default), a simple random sample with replacement, or `srswor`,
    /// one without replacement.
    pub deff_reference: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_score_options {
    const NAME: &'static str = "citx_score_options";
}

/// How quantiles are estimated. NULL in its place, or zeros: rule `math`, interval `t`, level 0.95, nothing suppressed.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_quantile_options {
    /// sizeof(citx_quantile_options).
    pub struct_size: usize,
    /// How a quantile is read from weighted values: `math` (the inverse of the distribution function, the default),
    /// `school`, or `hf4` to `hf9` (Hyndman and Fan 1996).
    pub rule: citx_str,
    /// Interval of the share below the quantile, from which Woodruff's interval is read: `t` (the default), `logit`, `beta`
    /// or `asin`.
    pub method: citx_str,
    /// Level of the interval; 0 for 0.95.
    pub level: f64,
    /// Fewer answers than this are suppressed.
    pub min_base: u64,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_quantile_options {
    const NAME: &'static str = "citx_quantile_options";
}

/// Breakdowns: each item is one, of one column, or of several crossed; `segment:NAME` is a segment.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_breakdowns {
    /// The first breakdown.
    items: *const citx_strs,
    /// How many breakdowns.
    len: usize,
}

impl citx_breakdowns {
    pub(super) fn breakdowns(&self) -> Result<Vec<Vec<String>>> {
        // SAFETY: the caller promises `len` lists at `items` for the time of the call.
        let items = unsafe { raw::slice(self.items, self.len, "by") }?;
        items.iter().map(|item| item.texts("by")).collect()
    }
}

/// The score of one measure, for one unit where the survey has units (`unit` empty where it has none). `options` may be
/// NULL.
///
/// `*out` is to be freed with citx_estimate_free. Status: UNKNOWN_NAME for the measure, NOT_FOUND for the unit,
/// INSUFFICIENT_DATA, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_score(
    survey: Option<&citx_survey>,
    measure: citx_str,
    unit: citx_str,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_estimate>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or options with their size, as the header asks.
    unsafe {
        estimate(survey, options, out, err, |survey, options| {
            survey.score(measure.text("measure")?, unit.maybe("unit")?.as_deref(), options)
        })
    }
}

/// All measures, overall or by unit, and by each breakdown: a table of measure, by, group, value, std_error, ci_low,
/// ci_high, level, df, n, n_eff, deff, moe, unit, published, published_unit, method, suppressed, warnings. `options` may be
/// NULL.
///
/// `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column or segment, INVALID_ARGUMENT. Since
/// 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_scores(
    survey: Option<&citx_survey>,
    by: citx_breakdowns,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or options with their size, as the header asks.
    unsafe { table(survey, options, out, err, |survey, options| survey.scores(&by.breakdowns()?, options)) }
}

/// The mean of a numeric column; nulls are left out. `options` may be NULL.
///
/// `*out` is to be freed with citx_estimate_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a column that is not
/// numeric, INSUFFICIENT_DATA. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_mean(
    survey: Option<&citx_survey>,
    column: citx_str,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_estimate>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or options with their size, as the header asks.
    unsafe { estimate(survey, options, out, err, |survey, options| survey.mean(column.text("column")?, options)) }
}

/// The mean of a numeric column in each group of `by`: the table of citx_survey_scores. Status: as citx_survey_mean.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_mean_by(
    survey: Option<&citx_survey>,
    column: citx_str,
    by: citx_breakdowns,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or options with their size, as the header asks.
    unsafe { table(survey, options, out, err, |survey, options| survey.mean_by(column.text("column")?, &by.breakdowns()?, options)) }
}

/// The population's total of a numeric column by the weights' own scale; or, unless `equals` is left out, how many have
/// that value. Nulls are left out. The weights must add up to the population. `options` may be NULL. Status: as
/// citx_survey_mean. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_total(
    survey: Option<&citx_survey>,
    column: citx_str,
    equals: citx_str,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_estimate>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or options with their size, as the header asks.
    unsafe {
        estimate(survey, options, out, err, |survey, options| {
            survey.total(column.text("column")?, equals.maybe("equals")?.as_deref(), options)
        })
    }
}

/// That total in each group of `by`: the table of citx_survey_scores. Status: as citx_survey_mean. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_total_by(
    survey: Option<&citx_survey>,
    column: citx_str,
    equals: citx_str,
    by: citx_breakdowns,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or options with their size, as the header asks.
    unsafe {
        table(survey, options, out, err, |survey, options| {
            survey.total_by(column.text("column")?, equals.maybe("equals")?.as_deref(), &by.breakdowns()?, options)
        })
    }
}

/// The total of one numeric column by that of another, such as repairs a home. Rows with a null in either are left out.
/// `options` may be NULL. Status: as citx_survey_mean. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_ratio(
    survey: Option<&citx_survey>,
    numerator: citx_str,
    denominator: citx_str,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_estimate>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or options with their size, as the header asks.
    unsafe {
        estimate(survey, options, out, err, |survey, options| {
            survey.ratio(numerator.text("numerator")?, denominator.text("denominator")?, options)
        })
    }
}

/// That ratio in each group of `by`: the table of citx_survey_scores. Status: as citx_survey_mean. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_ratio_by(
    survey: Option<&citx_survey>,
    numerator: citx_str,
    denominator: citx_str,
    by: citx_breakdowns,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or options with their size, as the header asks.
    unsafe {
        table(survey, options, out, err, |survey, options| {
            survey.ratio_by(numerator.text("numerator")?, denominator.text("denominator")?, &by.breakdowns()?, options)
        })
    }
}

/// The share whose value in `column` is written `equals`; nulls are left out. `options` may be NULL. Status: as
/// citx_survey_mean. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_proportion(
    survey: Option<&citx_survey>,
    column: citx_str,
    equals: citx_str,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_estimate>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or options with their size, as the header asks.
    unsafe {
        estimate(survey, options, out, err, |survey, options| survey.proportion(column.text("column")?, equals.text("equals")?, options))
    }
}

/// That share in each group of `by`: the table of citx_survey_scores. Status: as citx_survey_mean. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_proportion_by(
    survey: Option<&citx_survey>,
    column: citx_str,
    equals: citx_str,
    by: citx_breakdowns,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or options with their size, as the header asks.
    unsafe {
        table(survey, options, out, err, |survey, options| {
            survey.proportion_by(column.text("column")?, equals.text("equals")?, &by.breakdowns()?, options)
        })
    }
}

/// Quantiles of a numeric column, one estimate for each of `shares` in (0, 1), with Woodruff's interval: the quantiles at
/// the ends of the interval of the share that lies at or below the estimate. `options` may be NULL.
///
/// `*out` is to be freed with citx_estimates_free. Status: as citx_survey_mean, and OUT_OF_RANGE for a share, or none.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_quantile(
    survey: Option<&citx_survey>,
    column: citx_str,
    shares: citx_numbers,
    options: *const citx_quantile_options,
    out: Option<&mut MaybeUninit<Box<citx_estimates>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { quantile_options(options) }?;
        out.write(citx_estimates::boxed(survey.quantile(column.text("column")?, shares.numbers("shares")?, &options)?));
        Ok(())
    })
}

/// Those quantiles in each group of `by`: the table of citx_survey_scores, where `measure` is the column and the share,
/// such as `rent[0.5]`. Status: as citx_survey_quantile. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_quantile_by(
    survey: Option<&citx_survey>,
    column: citx_str,
    shares: citx_numbers,
    by: citx_breakdowns,
    options: *const citx_quantile_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { quantile_options(options) }?;
        let shares = shares.numbers("shares")?;
        out.write(citx_table::boxed(survey.quantile_by(column.text("column")?, shares, &by.breakdowns()?, &options)?));
        Ok(())
    })
}

/// A call that makes one figure of a survey.
///
/// # Safety
/// As [`raw::options`].
unsafe fn estimate(
    survey: Option<&citx_survey>,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_estimate>>>,
    err: ErrorOut<'_>,
    of: impl FnOnce(&Survey, &ScoreOptions) -> Result<Estimate>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: as promised by the caller.
        let options = unsafe { score_options(options) }?;
        out.write(citx_estimate::boxed(of(survey, &options)?));
        Ok(())
    })
}

/// A call that makes a table of figures of a survey.
///
/// # Safety
/// As [`raw::options`].
unsafe fn table(
    survey: Option<&citx_survey>,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: ErrorOut<'_>,
    of: impl FnOnce(&Survey, &ScoreOptions) -> Result<Table>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: as promised by the caller.
        let options = unsafe { score_options(options) }?;
        out.write(citx_table::boxed(of(survey, &options)?));
        Ok(())
    })
}

/// # Safety
/// As [`raw::options`].
unsafe fn score_options(pointer: *const citx_score_options) -> Result<ScoreOptions> {
    let mut options = ScoreOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    if given.level != 0.0 {
        options.level = given.level;
    }
    options.min_base = given.min_base;
    if let Some(method) = given.method.maybe("method")? {
        options.method = method;
    }
    if let Some(reference) = given.deff_reference.maybe("deff_reference")? {
        options.deff_reference = reference;
    }
    Ok(options)
}

/// # Safety
/// As [`raw::options`].
unsafe fn quantile_options(pointer: *const citx_quantile_options) -> Result<QuantileOptions> {
    let mut options = QuantileOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    if let Some(rule) = given.rule.maybe("rule")? {
        options.rule = rule;
    }
    if let Some(method) = given.method.maybe("method")? {
        options.method = method;
    }
    if given.level != 0.0 {
        options.level = given.level;
    }
    options.min_base = given.min_base;
    Ok(options)
}
