//! Tests of means and association.

use std::mem::MaybeUninit;

use engine::satisfaction::Test;
use engine::{Result, Survey};

use super::error::{citx_error, citx_status};
use super::survey::citx_survey;
use crate::guard::{self, ErrorOut};
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::citx_str;

/// A test with what it rests on. Never changes; its texts are views, valid until it is freed. What a test has none of is
/// not a number.
pub struct citx_test(Shared<Test>);
shared!(citx_test, Test);

/// Whether the mean of a numeric column is `mean`, by a t statistic on one degree of freedom less than the design has (R
/// `svyttest(y - mean ~ 0)`); `level` is the interval's, such as 0.95.
///
/// `*out` is to be freed with citx_test_free. Status: as citx_survey_mean, OUT_OF_RANGE for `level`, and INSUFFICIENT_DATA
/// where the design leaves no degrees of freedom or no variance. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_test_mean(
    survey: Option<&citx_survey>,
    column: citx_str,
    mean: f64,
    level: f64,
    out: Option<&mut MaybeUninit<Box<citx_test>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    test(survey, out, err, |survey| survey.test_mean(column.text("column")?, mean, level))
}

/// Whether the means of a numeric column differ between the two groups of `by` (R `svyttest(y ~ group)`): both groups in
/// one design, so that units which hold both count once.
///
/// `*out` is to be freed with citx_test_free. Status: as citx_survey_test_mean, and INVALID_ARGUMENT unless `by` has two
/// groups. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_test(
    survey: Option<&citx_survey>,
    column: citx_str,
    by: citx_str,
    level: f64,
    out: Option<&mut MaybeUninit<Box<citx_test>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    test(survey, out, err, |survey| survey.test(column.text("column")?, by.text("by")?, level))
}

/// Whether two categorical columns are associated (R `svychisq`). Rows with a null in either are left out.
///
/// `statistic` is `F` (the default: Rao and Scott's second order), `Chisq` (their first), `Wald`, or `adjWald`, corrected for
/// few degrees of freedom. `*out` is to be freed with citx_test_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for another
/// statistic, INSUFFICIENT_DATA for fewer than two rows or columns of the table, or a singular covariance, LIMIT_EXCEEDED
/// for more than 400 cells. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_chi_squared(
    survey: Option<&citx_survey>,
    rows: citx_str,
    columns: citx_str,
    statistic: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_test>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    test(survey, out, err, |survey| {
        let statistic = statistic.maybe("statistic")?;
        survey.chi_squared(rows.text("rows")?, columns.text("columns")?, statistic.as_deref().unwrap_or("F"))
    })
}

/// The statistic: t, F or chi-squared. Not a number for NULL, here and below. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_statistic(test: Option<&citx_test>) -> f64 {
    guard::get(test, f64::NAN, |test| test.statistic)
}

/// Degrees of freedom, of the numerator where there are two. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_df(test: Option<&citx_test>) -> f64 {
    guard::get(test, f64::NAN, |test| test.df)
}

/// Degrees of freedom of the denominator. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_df_denominator(test: Option<&citx_test>) -> f64 {
    guard::get(test, f64::NAN, |test| test.df_denominator)
}

/// How likely a statistic as large is where there is no difference or association; two-sided. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_p_value(test: Option<&citx_test>) -> f64 {
    guard::get(test, f64::NAN, |test| test.p_value)
}

/// The mean less what it is compared with, or the second group's mean less the first's. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_difference(test: Option<&citx_test>) -> f64 {
    guard::get(test, f64::NAN, |test| test.difference)
}

/// Standard error of the difference. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_std_error(test: Option<&citx_test>) -> f64 {
    guard::get(test, f64::NAN, |test| test.std_error)
}

/// The low end of the difference's interval. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_ci_low(test: Option<&citx_test>) -> f64 {
    guard::get(test, f64::NAN, |test| test.ci.0)
}

/// The high end of the difference's interval. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_ci_high(test: Option<&citx_test>) -> f64 {
    guard::get(test, f64::NAN, |test| test.ci.1)
}

/// The interval's level, such as 0.95. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_level(test: Option<&citx_test>) -> f64 {
    guard::get(test, f64::NAN, |test| test.level)
}

/// Respondents it rests on; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_n(test: Option<&citx_test>) -> u64 {
    guard::get(test, 0, |test| test.n)
}

/// How many groups were compared: 2, or 0 for another test or NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_num_groups(test: Option<&citx_test>) -> usize {
    guard::get(test, 0, |test| test.groups.len())
}

/// The group at `index`, from 0; none beyond the end. The first is taken from the second. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_group(test: Option<&citx_test>, index: usize) -> citx_str {
    guard::get(test, citx_str::NONE, |test| citx_str::view_of(test.groups.get(index).map(String::as_str)))
}

/// What was computed. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_method(test: Option<&citx_test>) -> citx_str {
    guard::get(test, citx_str::NONE, |test| citx_str::view(&test.method))
}

/// How many warnings it carries; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_num_warnings(test: Option<&citx_test>) -> usize {
    guard::get(test, 0, |test| test.warnings.len())
}

/// The warning at `index`, from 0, as those of an estimate; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_warning(test: Option<&citx_test>, index: usize) -> citx_str {
    guard::get(test, citx_str::NONE, |test| citx_str::view_of(test.warnings.get(index).map(String::as_str)))
}

/// Frees a test; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_test_free(test: Option<Box<citx_test>>) {
    guard::free(test);
}

fn test(
    survey: Option<&citx_survey>,
    out: Option<&mut MaybeUninit<Box<citx_test>>>,
    err: ErrorOut<'_>,
    make: impl FnOnce(&Survey) -> Result<Test>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        out.write(citx_test::boxed(make(survey)?));
        Ok(())
    })
}
