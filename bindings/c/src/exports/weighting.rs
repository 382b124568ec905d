//! Weights that meet a population's known totals.

use std::mem::MaybeUninit;
use std::sync::Arc;

use engine::satisfaction::{CalibrateOptions, Margin, RakeOptions, TrimOptions, Weighting};
use engine::{Column, Result, Table, Value};

use super::error::{citx_error, citx_status};
use super::survey::{another, citx_survey};
use super::table::citx_table;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_str, citx_strs};

/// How a weighting went. Never changes; its texts are views, valid until it is freed.
pub struct citx_weighting(Shared<Arc<Weighting>>);
shared!(citx_weighting, Arc<Weighting>);

/// A category or column, and its total.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_total {
    /// The category, as its group is written; those of crossed names as `a x b`. Or the column.
    name: citx_str,
    /// Its total.
    total: f64,
}

/// A list of totals, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_totals {
    /// The first total.
    items: *const citx_total,
    /// How many totals.
    len: usize,
}

/// A classification of citizens whose totals are known. Totals are numbers of citizens, or shares where they add up to 1,
/// which are of the sum of the weights.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_margin {
    /// Names, as of a breakdown; crossed where there are several.
    by: citx_strs,
    /// The total of each category.
    totals: citx_totals,
}

/// A list of margins, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_margins {
    /// The first margin.
    items: *const citx_margin,
    /// How many margins.
    len: usize,
}

/// When raking stops. NULL in its place, or zeros: tolerance 1e-12, 1000 rounds.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_rake_options {
    /// sizeof(citx_rake_options).
    pub struct_size: usize,
    /// Largest distance of a category from its target, as a share of the margin's total; 0 for 1e-12.
    pub tolerance: f64,
    /// Rounds over all margins before it is given up; 0 for 1000.
    pub max_iterations: usize,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_rake_options {
    const NAME: &'static str = "citx_rake_options";
}

/// What calibration meets, and how. One of `margins`, `totals` and `population` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_calibrate_options {
    /// sizeof(citx_calibrate_options).
    pub struct_size: usize,
    /// Categorical columns with the total of each category.
    pub margins: citx_margins,
    /// Numeric columns with the total of each.
    pub totals: citx_totals,
    /// How many citizens there are, where no margin says so; NULL where one does.
    pub population: *const f64,
    /// `linear` (the default), `raking` or `logit`, which needs bounds.
    pub distance: citx_str,
    /// Least and greatest factor of a weight: two numbers; NULL for any.
    pub bounds: *const f64,
    /// Largest distance of a total from its target, over 1 + the target; 0 for 1e-11.
    pub tolerance: f64,
    /// Steps before it is given up; 0 for 200.
    pub max_iterations: usize,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty lists, NULL and defaults.
unsafe impl Options for citx_calibrate_options {
    const NAME: &'static str = "citx_calibrate_options";
}

/// Which weights are trimmed, and what becomes of what they lose. `lower` or `upper` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_trim_options {
    /// sizeof(citx_trim_options).
    pub struct_size: usize,
    /// Weights below are raised to this; NULL for none.
    pub lower: *const f64,
    /// Weights above are cut to this; NULL for none.
    pub upper: *const f64,
    /// What the bounds are: `weight` (the default), multiples of the `mean` weight, or `quantile`s of the weights.
    pub of: citx_str,
    /// What is taken away is shared out equally over the weights not trimmed (`redistribute`, the default), again until no
    /// weight is outside (`strict`), or restored by multiplying all weights (`rescale`).
    pub rule: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are NULL and defaults.
unsafe impl Options for citx_trim_options {
    const NAME: &'static str = "citx_trim_options";
}

/// The same survey with weights that meet the total of each category of one margin, or of each cell of several names
/// crossed. Variances are of what the post-strata leave.
///
/// `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: INVALID_ARGUMENT naming a category without a
/// total, a total that nobody in the sample is of, a row without category, or a total that is not above 0; UNKNOWN_NAME.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_post_stratify(
    survey: Option<&citx_survey>,
    margin: *const citx_margin,
    out: Option<&mut MaybeUninit<Box<citx_survey>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    another(survey, out, err, |survey| {
        // SAFETY: NULL, or a margin lies there for the time of the call.
        let margin = unsafe { raw::item(margin, "margin") }?.ok_or_else(|| guard::null("margin"))?;
        survey.post_stratify(&margin.margin()?)
    })
}

/// The same survey with weights that meet the totals of each margin, by iterative proportional fitting. `options` may be
/// NULL.
///
/// `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: as citx_survey_post_stratify,
/// INVALID_ARGUMENT for margins of different totals, NOT_CONVERGED naming the margin and the gap. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_rake(
    survey: Option<&citx_survey>,
    margins: citx_margins,
    options: *const citx_rake_options,
    out: Option<&mut MaybeUninit<Box<citx_survey>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    another(survey, out, err, |survey| {
        let mut how = RakeOptions::default();
        // SAFETY: NULL or options with their size, as the header asks.
        if let Some(given) = unsafe { raw::options(options) }? {
            how.tolerance = given_or(given.tolerance, how.tolerance);
            how.max_iterations = given_or(given.max_iterations, how.max_iterations);
        }
        survey.rake(&margins.margins()?, &how)
    })
}

/// The same survey with weights as close as may be to those of before that meet categories' and columns' totals (R
/// `calibrate`).
///
/// `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: as citx_survey_post_stratify,
/// INVALID_ARGUMENT for bounds that do not hold 1 between them, NOT_CONVERGED naming the total and the gap. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_calibrate(
    survey: Option<&citx_survey>,
    options: *const citx_calibrate_options,
    out: Option<&mut MaybeUninit<Box<citx_survey>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    another(survey, out, err, |survey| {
        // SAFETY: NULL or options with their size, as the header asks.
        let given = unsafe { raw::options(options) }?.ok_or_else(|| guard::null("options"))?;
        let mut how = CalibrateOptions::default();
        (how.margins, how.totals) = (given.margins.margins()?, given.totals.totals()?);
        // SAFETY: NULL, or a number lies there for the time of the call.
        how.population = unsafe { raw::item(given.population, "population") }?;
        if let Some(distance) = given.distance.maybe("distance")? {
            how.distance = distance;
        }
        // SAFETY: NULL, or two numbers lie there for the time of the call.
        how.bounds = unsafe { raw::item(given.bounds.cast::<[f64; 2]>(), "bounds") }?.map(|[low, high]| (low, high));
        how.tolerance = given_or(given.tolerance, how.tolerance);
        how.max_iterations = given_or(given.max_iterations, how.max_iterations);
        survey.calibrate(&how)
    })
}

/// The same survey without weights beyond bounds. What is taken from some is given to others, by the rule that is named;
/// variances are as before.
///
/// `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: INVALID_ARGUMENT without a bound, for bounds
/// that cross, or where no weight is left to take what others lose. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_trim(
    survey: Option<&citx_survey>,
    options: *const citx_trim_options,
    out: Option<&mut MaybeUninit<Box<citx_survey>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    another(survey, out, err, |survey| {
        // SAFETY: NULL or options with their size, as the header asks.
        let given = unsafe { raw::options(options) }?.ok_or_else(|| guard::null("options"))?;
        let mut how = TrimOptions::default();
        // SAFETY: NULL, or a number lies there for the time of the call.
        how.lower = unsafe { raw::item(given.lower, "lower") }?;
        // SAFETY: NULL, or a number lies there for the time of the call.
        how.upper = unsafe { raw::item(given.upper, "upper") }?;
        if let Some(of) = given.of.maybe("of")? {
            how.of = of;
        }
        if let Some(rule) = given.rule.maybe("rule")? {
            how.rule = rule;
        }
        survey.trim(&how)
    })
}

/// The weight of each respondent, in the order of the answers, on its own scale: a table of the column `weight`.
///
/// `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT, also for a survey of counts, which has no
/// respondents. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_weights(
    survey: Option<&citx_survey>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        let weights = Column::from_values("weight", survey.weights()?.into_iter().map(Value::Float))?;
        out.write(citx_table::boxed(Table::from_columns([weights])?));
        Ok(())
    })
}

/// How the last weighting went; `*out` is NULL for weights as they came, and else to be freed with citx_weighting_free; it
/// may outlive `survey`. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_weighting(
    survey: Option<&citx_survey>,
    out: Option<&mut MaybeUninit<Option<Box<citx_weighting>>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        guard::place(out, "out")?.write(survey.weighting().map(citx_weighting::boxed));
        Ok(())
    })
}

/// `post-stratification`, `raking`, `calibration` with its distance, or `trimming` with its rule. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_method(weighting: Option<&citx_weighting>) -> citx_str {
    guard::get(weighting, citx_str::NONE, |weighting| citx_str::view(&weighting.method))
}

/// Rounds or steps; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_iterations(weighting: Option<&citx_weighting>) -> u64 {
    guard::get(weighting, 0, |weighting| weighting.iterations)
}

/// Largest distance from a target: of a category as a share of its margin's total, of a calibrated total over 1 + the
/// total. Not a number for NULL, here and below. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_gap(weighting: Option<&citx_weighting>) -> f64 {
    guard::get(weighting, f64::NAN, |weighting| weighting.gap)
}

/// A table of margin, category, target, before, after: one row for each category or total. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_margins(
    weighting: Option<&citx_weighting>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(weighting, err, |weighting| {
        guard::place(out, "out")?.write(citx_table::boxed(weighting.margins.clone()));
        Ok(())
    })
}

/// Respondents with a weight above 0; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_n(weighting: Option<&citx_weighting>) -> u64 {
    guard::get(weighting, 0, |weighting| weighting.n)
}

/// Kish's effective sample size before, in respondents. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_n_eff_before(weighting: Option<&citx_weighting>) -> f64 {
    guard::get(weighting, f64::NAN, |weighting| weighting.n_eff_before)
}

/// Kish's effective sample size after. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_n_eff(weighting: Option<&citx_weighting>) -> f64 {
    guard::get(weighting, f64::NAN, |weighting| weighting.n_eff)
}

/// Kish's design effect of the weights before: n sum(w^2) / sum(w)^2. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_deff_before(weighting: Option<&citx_weighting>) -> f64 {
    guard::get(weighting, f64::NAN, |weighting| weighting.deff_before)
}

/// Kish's design effect of the weights after. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_deff(weighting: Option<&citx_weighting>) -> f64 {
    guard::get(weighting, f64::NAN, |weighting| weighting.deff)
}

/// The effective over the actual sample size, a proportion: the weighting efficiency. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_efficiency(weighting: Option<&citx_weighting>) -> f64 {
    guard::get(weighting, f64::NAN, |weighting| weighting.efficiency)
}

/// Least weight after. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_smallest(weighting: Option<&citx_weighting>) -> f64 {
    guard::get(weighting, f64::NAN, |weighting| weighting.smallest)
}

/// Greatest weight after. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_largest(weighting: Option<&citx_weighting>) -> f64 {
    guard::get(weighting, f64::NAN, |weighting| weighting.largest)
}

/// Least factor of a weight. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_factor_low(weighting: Option<&citx_weighting>) -> f64 {
    guard::get(weighting, f64::NAN, |weighting| weighting.factors.0)
}

/// Greatest factor of a weight. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_factor_high(weighting: Option<&citx_weighting>) -> f64 {
    guard::get(weighting, f64::NAN, |weighting| weighting.factors.1)
}

/// How many weights were trimmed; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_trimmed(weighting: Option<&citx_weighting>) -> u64 {
    guard::get(weighting, 0, |weighting| weighting.trimmed)
}

/// Frees a weighting; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_weighting_free(weighting: Option<Box<citx_weighting>>) {
    guard::free(weighting);
}

impl citx_totals {
    pub(super) fn totals(&self) -> Result<Vec<(String, f64)>> {
        // SAFETY: the caller promises `len` totals at `items` for the time of the call.
        let items = unsafe { raw::slice(self.items, self.len, "totals") }?;
        items.iter().map(|item| Ok((item.name.text("totals")?.to_owned(), item.total))).collect()
    }
}

impl citx_margin {
    fn margin(&self) -> Result<Margin> {
        Ok(Margin::new(self.by.texts("by")?, self.totals.totals()?))
    }
}

impl citx_margins {
    fn margins(&self) -> Result<Vec<Margin>> {
        // SAFETY: the caller promises `len` margins at `items` for the time of the call.
        let items = unsafe { raw::slice(self.items, self.len, "margins") }?;
        items.iter().map(citx_margin::margin).collect()
    }
}

/// What is given, unless it is left out.
pub(super) fn given_or<T: Default + PartialEq>(given: T, default: T) -> T {
    if given == T::default() { default } else { given }
}
