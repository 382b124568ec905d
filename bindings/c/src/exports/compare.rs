//! Comparisons of waves, groups and units.

use std::mem::MaybeUninit;

use engine::Survey;
use engine::satisfaction::{
    self, ColumnLetters, CompareOptions, Comparison, GroupOptions, LetterOptions, RollingOptions, Trend, TrendOptions, UnitOptions,
};
use engine::{Error, Result};

use super::error::{citx_error, citx_status};
use super::estimate::citx_estimate;
use super::survey::citx_survey;
use super::table::citx_table;
use super::weighting::given_or;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_str, citx_strs};

/// One measure in two waves. Never changes; its texts are views, valid until it is freed. What is not known or withheld is
/// not a number.
pub struct citx_comparison(Shared<Comparison>);
shared!(citx_comparison, Comparison);

/// A measure over waves. Never changes; its texts are views, valid until it is freed.
pub struct citx_trend(Shared<Trend>);
shared!(citx_trend, Trend);

/// Which columns of a table of shares differ. Never changes; its texts are views, valid until it is freed.
pub struct citx_column_letters(Shared<ColumnLetters>);
shared!(citx_column_letters, ColumnLetters);

/// A survey and the name of its wave, such as `2024/25`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_wave {
    /// The name of the wave.
    name: citx_str,
    /// Its survey.
    survey: *const citx_survey,
}

/// A list of waves, the earliest first, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_waves {
    /// The first wave.
    items: *const citx_wave,
    /// How many waves.
    len: usize,
}

/// How two waves are compared. NULL in its place, or zeros: level 0.95, Newcombe, the pooled z test for proportions of
/// unweighted simple samples and else t, no finite population, respondents of both waves taken into account.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_compare_options {
    /// sizeof(citx_compare_options).
    pub struct_size: usize,
    /// The unit, for surveys of counts; not read by citx_compare_units.
    pub unit: citx_str,
    /// Level of the intervals; 0 for 0.95.
    pub level: f64,
    /// Interval of a difference of proportions: `newcombe` (the default), `wald` or `agresti_caffo`.
    pub interval: citx_str,
    /// Variance of the test of proportions: `auto` (the default), `pooled` or `unpooled`.
    pub test: citx_str,
    /// Whether unweighted simple samples from a frame of known size are compared as parts of it; 0 is no.
    pub fpc: u32,
    /// Respondents with one key in both waves: `auto` (the default) takes their covariance into account, `none` takes the
    /// waves as independent, `matched` compares those respondents only.
    pub overlap: citx_str,
    /// Fewer answers than this in either wave are suppressed.
    pub min_base: u64,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_compare_options {
    const NAME: &'static str = "citx_compare_options";
}

/// How groups of one survey are compared. NULL in its place, or zeros: level 0.95, Benjamini and Hochberg, every pair,
/// Newcombe.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_group_options {
    /// sizeof(citx_group_options).
    pub struct_size: usize,
    /// Level of the intervals, and of what counts as significant; 0 for 0.95.
    pub level: f64,
    /// How p values are adjusted for the number of comparisons: `bh` (the default), `by`, `holm`, `hochberg`, `bonferroni` or
    /// `none`.
    pub adjust: citx_str,
    /// What each group is compared with: `pairs` (the default, every other group), `rest` (all others together) or `group`
    /// (that in `group`).
    pub reference: citx_str,
    /// The group of the reference `group`.
    pub group: citx_str,
    /// Interval of a difference of proportions: `newcombe` (the default) or `wald`.
    pub interval: citx_str,
    /// Groups with fewer answers than this are suppressed, and compared with nothing.
    pub min_base: u64,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_group_options {
    const NAME: &'static str = "citx_group_options";
}

/// How column proportions are compared. NULL in its place, or zeros: `dim`, levels 0.05 and 0.01, bases 10 and 30.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_letter_options {
    /// sizeof(citx_letter_options).
    pub struct_size: usize,
    /// The program whose test it is: `dim` (the default), `askia` or `ctables`.
    pub mode: citx_str,
    /// Level of a lower-case letter, as the chance of a false finding; 0 for 0.05.
    pub level: f64,
    /// Level of an upper-case letter, at most `level`; 0 for 0.01.
    pub strict_level: f64,
    /// Whether p values are multiplied by the comparisons in their row, as SPSS CTABLES does; 0 is no.
    pub bonferroni: u32,
    /// Columns with a smaller base get `**` instead of letters, and are compared with nothing; NULL for 10.
    pub min_base: *const f64,
    /// Columns with a smaller base get `*` beside their letters; NULL for 30.
    pub small_base: *const f64,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_letter_options {
    const NAME: &'static str = "citx_letter_options";
}

/// How answers are pooled over months. NULL in its place, or zeros: 12 months, level 0.95.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_rolling_options {
    /// sizeof(citx_rolling_options).
    pub struct_size: usize,
    /// The unit, for surveys of counts.
    pub unit: citx_str,
    /// Months pooled, each month and those before it; 0 for 12.
    pub months: u32,
    /// Level of the intervals; 0 for 0.95.
    pub level: f64,
    /// Fewer answers than this are suppressed.
    pub min_base: u64,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_rolling_options {
    const NAME: &'static str = "citx_rolling_options";
}

/// One measure (or numeric column) in two waves: the change, its interval and test. `options` may be NULL.
///
/// `*out` is to be freed with citx_comparison_free. Status: UNKNOWN_NAME for the measure, NOT_FOUND for the unit,
/// INVALID_ARGUMENT for options that are none, or waves of which one figure is a mean and the other a proportion,
/// OUT_OF_RANGE for the level, INSUFFICIENT_DATA without answers. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_compare(
    before: Option<&citx_survey>,
    after: Option<&citx_survey>,
    measure: citx_str,
    options: *const citx_compare_options,
    out: Option<&mut MaybeUninit<Box<citx_comparison>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(before, err, |before| {
        let out = guard::place(out, "out")?;
        let after = guard::given(after, "after")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { compare_options(options) }?;
        out.write(citx_comparison::boxed(satisfaction::compare(before, after, measure.text("measure")?, &options)?));
        Ok(())
    })
}

/// Every unit that both surveys of counts have, in both waves, by measure and unit; without `measures`, all that both have.
///
/// The table: measure, unit, before, after, difference, std_error, ci_low, ci_high, level, statistic, p_value, p_adjusted,
/// significant, n_before, n_after, method, adjust, warnings. P values are adjusted over the units of a measure by `adjust`:
/// `bh` (also if empty), `by`, `holm`, `hochberg`, `bonferroni` or `none`. `options` may be NULL. `*out` is to be freed with
/// citx_table_free. Status: as citx_compare, and INVALID_ARGUMENT for surveys of answers. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_compare_units(
    before: Option<&citx_survey>,
    after: Option<&citx_survey>,
    measures: citx_strs,
    adjust: citx_str,
    options: *const citx_compare_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(before, err, |before| {
        let out = guard::place(out, "out")?;
        let after = guard::given(after, "after")?;
        let mut units = UnitOptions::default();
        units.measures = measures.texts("measures")?;
        adjust.maybe("adjust")?.into_iter().for_each(|adjust| units.adjust = adjust);
        // SAFETY: NULL or options with their size, as the header asks.
        units.compare = unsafe { compare_options(options) }?;
        out.write(citx_table::boxed(satisfaction::compare_units(before, after, &units)?));
        Ok(())
    })
}

/// A measure in each of some waves, the earliest first, with each change tested, control limits and tests of a trend.
///
/// P values of the changes are adjusted by `adjust`: `holm` (also if empty), `bh`, `by`, `hochberg`, `bonferroni` or `none`.
/// `chart` gives the control limits: `p` (binomial, for proportions), `xmr` (from moving ranges), or `auto` (also if empty:
/// `p` for proportions, else `xmr`). `options` may be NULL. `*out` is to be freed with citx_trend_free. Status: as
/// citx_compare, INVALID_ARGUMENT for a NULL survey, INSUFFICIENT_DATA for fewer than two waves. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_trend_of(
    waves: citx_waves,
    measure: citx_str,
    adjust: citx_str,
    chart: citx_str,
    options: *const citx_compare_options,
    out: Option<&mut MaybeUninit<Box<citx_trend>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        let waves = waves.waves()?;
        let mut trend = TrendOptions::default();
        adjust.maybe("adjust")?.into_iter().for_each(|adjust| trend.adjust = adjust);
        chart.maybe("chart")?.into_iter().for_each(|chart| trend.chart = chart);
        // SAFETY: NULL or options with their size, as the header asks.
        trend.compare = unsafe { compare_options(options) }?;
        out.write(citx_trend::boxed(satisfaction::trend(&waves, measure.text("measure")?, &trend)?));
        Ok(())
    })
}

/// A measure month by month, each with the months before it: raw answers are pooled, averages never averaged.
///
/// The month of an answer is that of the survey's column of dates; a survey of counts is of the month it is named, such as
/// `2024-05`. The table: month, months (with answers), complete, value, std_error, ci_low, ci_high, level, df, n, n_eff, unit,
/// method, suppressed, warnings. `options` may be NULL. `*out` is to be freed with citx_table_free. Status: as citx_compare,
/// INVALID_ARGUMENT for a survey of answers without a column of dates, naming the row of a text that is no date, or for a
/// name that is no month, INSUFFICIENT_DATA where no answer has a month. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_rolling(
    waves: citx_waves,
    measure: citx_str,
    options: *const citx_rolling_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        let waves = waves.waves()?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { rolling_options(options) }?;
        out.write(citx_table::boxed(satisfaction::rolling(&waves, measure.text("measure")?, &options)?));
        Ok(())
    })
}

/// Differences of a measure (or numeric column) between the groups of `by`, crossed if there are several names, each with its
/// design-based t test, as R `svyttest` on the two groups.
///
/// The table: measure, by, group_a, group_b, value_a, value_b, difference (a less b), std_error, ci_low, ci_high, level,
/// statistic, df, p_value, p_adjusted, significant, n_a, n_b, unit, method, adjust, warnings. `options` may be NULL. `*out`
/// is to be freed with citx_table_free. Status: UNKNOWN_NAME for a name or the group of reference, INVALID_ARGUMENT,
/// OUT_OF_RANGE for the level, INSUFFICIENT_DATA for fewer than two groups, LIMIT_EXCEEDED for more than 200. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_compare_groups(
    survey: Option<&citx_survey>,
    measure: citx_str,
    by: citx_strs,
    options: *const citx_group_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { group_options(options) }?;
        out.write(citx_table::boxed(survey.compare_groups(measure.text("measure")?, &by.texts("by")?, &options)?));
        Ok(())
    })
}

/// The answers to `question`, a measure or any column, in the columns of `by`, each compared with each other column. `by` is one
/// breakdown, crossed if there are several names, or several segments, `segment:NAME`, which may overlap.
///
/// `options` may be NULL. `*out` is to be freed with citx_column_letters_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for
/// options that are none, INSUFFICIENT_DATA for fewer than two columns or no answers, LIMIT_EXCEEDED for more than 100 columns.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_column_letters(
    survey: Option<&citx_survey>,
    question: citx_str,
    by: citx_strs,
    options: *const citx_letter_options,
    out: Option<&mut MaybeUninit<Box<citx_column_letters>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { letter_options(options) }?;
        out.write(citx_column_letters::boxed(survey.column_letters(question.text("question")?, &by.texts("by")?, &options)?));
        Ok(())
    })
}

/// The measure or column. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_measure(comparison: Option<&citx_comparison>) -> citx_str {
    guard::get(comparison, citx_str::NONE, |comparison| citx_str::view(&comparison.measure))
}

/// The estimate of the earlier wave by itself. `*out` is to be freed with citx_estimate_free. Status:
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_before(
    comparison: Option<&citx_comparison>,
    out: Option<&mut MaybeUninit<Box<citx_estimate>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(comparison, err, |comparison| {
        guard::place(out, "out")?.write(citx_estimate::boxed(comparison.before.clone()));
        Ok(())
    })
}

/// The estimate of the later wave by itself. `*out` is to be freed with citx_estimate_free. Status:
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_after(
    comparison: Option<&citx_comparison>,
    out: Option<&mut MaybeUninit<Box<citx_estimate>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(comparison, err, |comparison| {
        guard::place(out, "out")?.write(citx_estimate::boxed(comparison.after.clone()));
        Ok(())
    })
}

/// After less before, in the measure's unit: of shares a proportion. Not a number for NULL, here and below. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_difference(comparison: Option<&citx_comparison>) -> f64 {
    guard::get(comparison, f64::NAN, |comparison| comparison.difference)
}

/// The difference in percentage points; not a number for a mean. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_difference_pp(comparison: Option<&citx_comparison>) -> f64 {
    guard::get(comparison, f64::NAN, Comparison::difference_pp)
}

/// Its standard error, from each wave's own variance. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_std_error(comparison: Option<&citx_comparison>) -> f64 {
    guard::get(comparison, f64::NAN, |comparison| comparison.std_error)
}

/// The low end of its interval. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_ci_low(comparison: Option<&citx_comparison>) -> f64 {
    guard::get(comparison, f64::NAN, |comparison| comparison.ci.0)
}

/// The high end of its interval. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_ci_high(comparison: Option<&citx_comparison>) -> f64 {
    guard::get(comparison, f64::NAN, |comparison| comparison.ci.1)
}

/// The interval's level, such as 0.95. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_level(comparison: Option<&citx_comparison>) -> f64 {
    guard::get(comparison, f64::NAN, |comparison| comparison.level)
}

/// z or t of the test. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_statistic(comparison: Option<&citx_comparison>) -> f64 {
    guard::get(comparison, f64::NAN, |comparison| comparison.statistic)
}

/// Degrees of freedom of t; infinite for z. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_df(comparison: Option<&citx_comparison>) -> f64 {
    guard::get(comparison, f64::NAN, |comparison| comparison.df)
}

/// Two-sided p value. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_p_value(comparison: Option<&citx_comparison>) -> f64 {
    guard::get(comparison, f64::NAN, |comparison| comparison.p_value)
}

/// Whether the p value is at most 1 less the level; false for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_is_significant(comparison: Option<&citx_comparison>) -> bool {
    guard::get(comparison, false, |comparison| comparison.is_significant())
}

/// `proportion` or `mean`. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_unit(comparison: Option<&citx_comparison>) -> citx_str {
    guard::get(comparison, citx_str::NONE, |comparison| citx_str::view(&comparison.unit))
}

/// How it was made, such as `newcombe; pooled z`. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_method(comparison: Option<&citx_comparison>) -> citx_str {
    guard::get(comparison, citx_str::NONE, |comparison| citx_str::view(&comparison.method))
}

/// Answers of the earlier wave that it rests on; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_n_before(comparison: Option<&citx_comparison>) -> u64 {
    guard::get(comparison, 0, |comparison| comparison.n_before)
}

/// Answers of the later wave; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_n_after(comparison: Option<&citx_comparison>) -> u64 {
    guard::get(comparison, 0, |comparison| comparison.n_after)
}

/// Respondents of both waves; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_n_matched(comparison: Option<&citx_comparison>) -> u64 {
    guard::get(comparison, 0, |comparison| comparison.n_matched)
}

/// Covariance of the two estimates from those respondents. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_covariance(comparison: Option<&citx_comparison>) -> f64 {
    guard::get(comparison, f64::NAN, |comparison| comparison.covariance)
}

/// How many things differ in how the waves were made; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_num_changed(comparison: Option<&citx_comparison>) -> usize {
    guard::get(comparison, 0, |comparison| comparison.changed.len())
}

/// What differs at `index`, from 0: `instrument`, `scale`, `figure`, `base`, `mode`, `selection`; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_changed(comparison: Option<&citx_comparison>, index: usize) -> citx_str {
    guard::get(comparison, citx_str::NONE, |comparison| citx_str::view_of(comparison.changed.get(index).map(String::as_str)))
}

/// How many warnings it carries; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_num_warnings(comparison: Option<&citx_comparison>) -> usize {
    guard::get(comparison, 0, |comparison| comparison.warnings.len())
}

/// The warning at `index`, from 0, such as `DifferentMethod`; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_warning(comparison: Option<&citx_comparison>, index: usize) -> citx_str {
    guard::get(comparison, citx_str::NONE, |comparison| citx_str::view_of(comparison.warnings.get(index).map(String::as_str)))
}

/// Frees a comparison; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_comparison_free(comparison: Option<Box<citx_comparison>>) {
    guard::free(comparison);
}

/// One row for each wave: wave, value, std_error, ci_low, ci_high, n, change, change_std_error, change_low, change_high,
/// statistic, df, p_value, p_adjusted, significant, centre, lower, upper, signals, unit, method, warnings. Changes are
/// against the wave before. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_trend_table(
    trend: Option<&citx_trend>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(trend, err, |trend| {
        guard::place(out, "out")?.write(citx_table::boxed(trend.table.clone()));
        Ok(())
    })
}

/// Change from wave to wave, by least squares weighted by the inverse variances. Not a number for NULL, here and below. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_trend_slope(trend: Option<&citx_trend>) -> f64 {
    guard::get(trend, f64::NAN, |trend| trend.slope)
}

/// Its standard error from those variances. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_trend_slope_std_error(trend: Option<&citx_trend>) -> f64 {
    guard::get(trend, f64::NAN, |trend| trend.slope_std_error)
}

/// Two-sided p value of no slope, normal. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_trend_slope_p(trend: Option<&citx_trend>) -> f64 {
    guard::get(trend, f64::NAN, |trend| trend.slope_p)
}

/// Mann and Kendall's S: pairs of waves that rise less pairs that fall; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_trend_mann_kendall_s(trend: Option<&citx_trend>) -> i64 {
    guard::get(trend, 0, |trend| trend.mann_kendall_s)
}

/// Kendall's tau-b of the values and the waves' order. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_trend_tau(trend: Option<&citx_trend>) -> f64 {
    guard::get(trend, f64::NAN, |trend| trend.tau)
}

/// Two-sided p value of no trend. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_trend_mann_kendall_p(trend: Option<&citx_trend>) -> f64 {
    guard::get(trend, f64::NAN, |trend| trend.mann_kendall_p)
}

/// The control chart: `p` or `xmr`. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_trend_chart(trend: Option<&citx_trend>) -> citx_str {
    guard::get(trend, citx_str::NONE, |trend| citx_str::view(&trend.chart))
}

/// Frees a trend; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_trend_free(trend: Option<Box<citx_trend>>) {
    guard::free(trend);
}

/// One row for each answer and column: answer, group, column (its letter), count, n, proportion, letters, flag, base, base_n,
/// base_eff. `letters` are those of the columns whose proportion is significantly lower, in upper case at the stricter
/// level; `flag` is `**` or `*` for small bases. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_column_letters_cells(
    letters: Option<&citx_column_letters>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(letters, err, |letters| {
        guard::place(out, "out")?.write(citx_table::boxed(letters.cells.clone()));
        Ok(())
    })
}

/// One row for each answer and pair of columns: answer, column_a, group_a, column_b, group_b, proportion_a, proportion_b,
/// difference, std_error, statistic, df, p_value, p_adjusted, comparisons, reason. `reason` says why there is no test. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_column_letters_tests(
    letters: Option<&citx_column_letters>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(letters, err, |letters| {
        guard::place(out, "out")?.write(citx_table::boxed(letters.tests.clone()));
        Ok(())
    })
}

/// The mode it was made in. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_column_letters_mode(letters: Option<&citx_column_letters>) -> citx_str {
    guard::get(letters, citx_str::NONE, |letters| citx_str::view(&letters.mode))
}

/// Frees column letters; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_column_letters_free(letters: Option<Box<citx_column_letters>>) {
    guard::free(letters);
}

impl citx_waves {
    fn waves(&self) -> Result<Vec<(String, Survey)>> {
        // SAFETY: the caller promises `len` waves at `items` for the time of the call.
        let items = unsafe { raw::slice(self.items, self.len, "waves") }?;
        let wave = |item: &citx_wave| {
            // SAFETY: NULL or live, as the header asks.
            let survey = unsafe { raw::given(item.survey, "survey") }?.ok_or_else(|| guard::null("survey"))?;
            Ok::<_, Error>((item.name.text("waves")?.to_owned(), survey.clone()))
        };
        items.iter().map(wave).collect()
    }
}

/// # Safety
/// As [`raw::options`].
unsafe fn compare_options(pointer: *const citx_compare_options) -> Result<CompareOptions> {
    let mut options = CompareOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    options.unit = given.unit.maybe("unit")?;
    options.level = given_or(given.level, options.level);
    given.interval.maybe("interval")?.into_iter().for_each(|interval| options.interval = interval);
    given.test.maybe("test")?.into_iter().for_each(|test| options.test = test);
    options.fpc = given.fpc != 0;
    given.overlap.maybe("overlap")?.into_iter().for_each(|overlap| options.overlap = overlap);
    options.min_base = given.min_base;
    Ok(options)
}

/// # Safety
/// As [`raw::options`].
unsafe fn group_options(pointer: *const citx_group_options) -> Result<GroupOptions> {
    let mut options = GroupOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    options.level = given_or(given.level, options.level);
    given.adjust.maybe("adjust")?.into_iter().for_each(|adjust| options.adjust = adjust);
    given.reference.maybe("reference")?.into_iter().for_each(|reference| options.reference = reference);
    options.group = given.group.maybe("group")?;
    given.interval.maybe("interval")?.into_iter().for_each(|interval| options.interval = interval);
    options.min_base = given.min_base;
    Ok(options)
}

/// # Safety
/// As [`raw::options`]; the numbers are NULL or readable.
unsafe fn letter_options(pointer: *const citx_letter_options) -> Result<LetterOptions> {
    let mut options = LetterOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    given.mode.maybe("mode")?.into_iter().for_each(|mode| options.mode = mode);
    options.level = given_or(given.level, options.level);
    options.strict_level = given_or(given.strict_level, options.strict_level);
    options.bonferroni = given.bonferroni != 0;
    // SAFETY: NULL or one number, as promised by the caller.
    unsafe { raw::item(given.min_base, "min_base") }?.into_iter().for_each(|base| options.min_base = base);
    // SAFETY: NULL or one number, as promised by the caller.
    unsafe { raw::item(given.small_base, "small_base") }?.into_iter().for_each(|base| options.small_base = base);
    Ok(options)
}

/// # Safety
/// As [`raw::options`].
unsafe fn rolling_options(pointer: *const citx_rolling_options) -> Result<RollingOptions> {
    let mut options = RollingOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    options.unit = given.unit.maybe("unit")?;
    options.months = given_or(given.months, options.months);
    options.level = given_or(given.level, options.level);
    options.min_base = given.min_base;
    Ok(options)
}
