//! Surveys: answers with their design.

use std::mem::MaybeUninit;

use engine::satisfaction::ReplicateOptions;
use engine::{Bitmap, CountsOptions, Result, Survey, SurveyOptions};

use super::error::{citx_error, citx_status};
use super::instrument::citx_instrument;
use super::membership::{Counted, citx_membership};
use super::population::citx_population;
use super::table::citx_table;
use crate::guard::{self, ErrorOut};
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_numbers, citx_pairs, citx_str, citx_strs};

/// Answers with their design: weights, strata, PSUs. Never changes.
pub struct citx_survey(Shared<Survey>);
shared!(citx_survey, Survey);

/// Which columns of a table of answers are what. All may be left out.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_survey_options {
    /// sizeof(citx_survey_options).
    pub struct_size: usize,
    /// The instrument whose measures the answers are of; NULL for a survey without one.
    pub instrument: *const citx_instrument,
    /// Measure and column, such as `TP01` and `q1`; without any, columns named as measures are taken.
    pub questions: citx_pairs,
    /// Column of the citizen's key.
    pub key: citx_str,
    /// Column of the weights.
    pub weights: citx_str,
    /// Column of the strata.
    pub strata: citx_str,
    /// Columns of the PSUs, one for each stage. A unit is told apart within its stratum or its unit of the stage before.
    pub psu: citx_strs,
    /// Columns of the finite populations, one for each stage: sizes, or sampling fractions if none is above 1.
    pub fpc: citx_strs,
    /// How many there are in the sample frame; 0 for unknown. Without `fpc` and `psu` it is the finite population.
    pub frame_size: u64,
    /// How the sample was drawn: `srs`, `systematic`, `stratified`, `quota` or `census`.
    pub selection: citx_str,
    /// Column of the mode of collection.
    pub mode: citx_str,
    /// Column of the date of collection.
    pub collected_at: citx_str,
    /// What to do with a stratum of one PSU: `fail` (the default), `certainty`, `adjust` or `average`.
    pub lonely_psu: citx_str,
    /// What one row stands for: `answer` (the default), `citizen`, `household` or `home`. Each figure names it; all but answers
    /// may be there once only.
    pub base: citx_str,
    /// Column that tells citizens, households or homes apart; without it `key`.
    pub base_key: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists, no instrument and 0.
unsafe impl Options for citx_survey_options {
    const NAME: &'static str = "citx_survey_options";
}

/// Which columns of a table of counts are what; all but `frame_size`, `selection` and `base` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_counts_options {
    /// sizeof(citx_counts_options).
    pub struct_size: usize,
    /// The instrument whose measures are counted.
    pub instrument: *const citx_instrument,
    /// Column of the unit, such as the landlord.
    pub unit: citx_str,
    /// Column of the measure.
    pub measure: citx_str,
    /// Column of the answer.
    pub answer: citx_str,
    /// Column of the count, which may be weighted and fractional.
    pub count: citx_str,
    /// Column of the size of the sample frame.
    pub frame_size: citx_str,
    /// Column of how the sample was drawn: `srs`, `systematic`, `stratified`, `quota` or `census`.
    pub selection: citx_str,
    /// What is counted: `answer` (the default), `citizen`, `household` or `home`. Each figure names it.
    pub base: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and no instrument.
unsafe impl Options for citx_counts_options {
    const NAME: &'static str = "citx_counts_options";
}
/// Replicate weights that came with the data.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_replicate_options {
    /// sizeof(citx_replicate_options).
    pub struct_size: usize,
    /// Columns of the replicate weights.
    pub columns: citx_strs,
    /// `jk1`, `jkn`, `brr`, `fay`, `bootstrap` or `other`; says the scale where none is given.
    pub kind: citx_str,
    /// What sums of squares are multiplied by; NULL for what `kind` says, which `jkn` and `other` do not.
    pub scale: *const f64,
    /// What each replicate's square is multiplied by; without, 1 each.
    pub rscales: citx_numbers,
    /// Fay's factor.
    pub rho: f64,
    /// Whether the columns are factors of the weights; 0 is no: they are weights themselves.
    pub factors: u32,
    /// Whether deviations are from the full estimate; 0 is no: they are from the mean of the replicates.
    pub mse: u32,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists, NULL and 0.
unsafe impl Options for citx_replicate_options {
    const NAME: &'static str = "citx_replicate_options";
}

/// A survey from answers, one row for each respondent. `options` may be NULL.
///
/// `*out` is to be freed with citx_survey_free; it may outlive `table`. Status: UNKNOWN_NAME for a column or measure,
/// INVALID_ARGUMENT naming column and row, INSUFFICIENT_DATA. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_from_table(
    table: Option<&citx_table>,
    options: *const citx_survey_options,
    out: Option<&mut MaybeUninit<Box<citx_survey>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size and a live instrument, as the header asks.
        let options = unsafe { survey_options(options) }?;
        out.write(citx_survey::boxed(Survey::from_table(table, &options)?));
        Ok(())
    })
}

/// A survey from counts of answers, one row for each unit, measure and answer.
///
/// `*out` is to be freed with citx_survey_free; it may outlive `table`. Status: as citx_survey_from_table. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_from_counts(
    table: Option<&citx_table>,
    options: *const citx_counts_options,
    out: Option<&mut MaybeUninit<Box<citx_survey>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size and a live instrument, as the header asks.
        let options = unsafe { counts_options(options) }?;
        out.write(citx_survey::boxed(Survey::from_counts(table, &options)?));
        Ok(())
    })
}

/// The same answers, each with its citizen's attributes and, where `membership` is not NULL, its segments, so that
/// breakdowns can name both.
///
/// `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: INVALID_ARGUMENT, also for a membership
/// of another population. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_with_population(
    survey: Option<&citx_survey>,
    people: Option<&citx_population>,
    membership: Option<&citx_membership>,
    out: Option<&mut MaybeUninit<Box<citx_survey>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        let segments = match membership {
            Some(_) => segments(guard::given(membership, "membership")?)?,
            None => Vec::new(),
        };
        out.write(citx_survey::boxed(survey.with_population(people, &segments)?));
        Ok(())
    })
}
/// The same survey with variances by `replicates` made of its sampling units: `kind` is `jk1` (jackknife without strata),
/// `jkn` (within strata) or `bootstrap`, drawn by `seed`; the first two make as many as they need.
///
/// `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: INVALID_ARGUMENT for another kind,
/// INSUFFICIENT_DATA for a stratum of one unit, LIMIT_EXCEEDED. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_replicated(
    survey: Option<&citx_survey>,
    kind: citx_str,
    replicates: usize,
    seed: u64,
    out: Option<&mut MaybeUninit<Box<citx_survey>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    another(survey, out, err, |survey| survey.replicated(kind.text("kind")?, replicates, seed))
}

/// The same survey with variances by replicate weights that came with the data.
///
/// `*out` is to be freed with citx_survey_free; `survey` stays valid. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT,
/// for a weight that is null or below 0 naming column and row. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_with_replicate_weights(
    survey: Option<&citx_survey>,
    options: *const citx_replicate_options,
    out: Option<&mut MaybeUninit<Box<citx_survey>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    another(survey, out, err, |survey| {
        // SAFETY: NULL or options with their size, as the header asks.
        let given = unsafe { raw::options(options) }?.ok_or_else(|| guard::null("options"))?;
        let mut options = ReplicateOptions::default();
        options.columns = given.columns.texts("columns")?;
        options.kind = given.kind.text("kind")?.to_owned();
        // SAFETY: NULL, or a number lies there for the time of the call.
        options.scale = unsafe { raw::item(given.scale, "scale") }?;
        options.rscales = given.rscales.numbers("rscales")?.to_vec();
        (options.rho, options.factors, options.mse) = (given.rho, given.factors != 0, given.mse != 0);
        survey.with_replicate_weights(&options)
    })
}

/// Frees a survey; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_free(survey: Option<Box<citx_survey>>) {
    guard::free(survey);
}
/// A call that makes another survey of one.
pub(super) fn another(
    survey: Option<&citx_survey>,
    out: Option<&mut MaybeUninit<Box<citx_survey>>>,
    err: ErrorOut<'_>,
    make: impl FnOnce(&Survey) -> Result<Survey>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        out.write(citx_survey::boxed(make(survey)?));
        Ok(())
    })
}

fn segments(counted: &Counted) -> Result<Vec<(String, Bitmap)>> {
    let membership = &counted.membership;
    membership.names().into_iter().map(|name| Ok((name.to_owned(), membership.segment(name)?.bitmap().clone()))).collect()
}

/// # Safety
/// As [`raw::options`]; the instrument is NULL or live.
unsafe fn survey_options(pointer: *const citx_survey_options) -> Result<SurveyOptions> {
    let mut options = SurveyOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    // SAFETY: as promised by the caller.
    options.instrument = unsafe { raw::given(given.instrument, "instrument") }?.cloned();
    options.questions = given.questions.pairs("questions")?;
    options.key = given.key.maybe("key")?;
    options.weights = given.weights.maybe("weights")?;
    options.strata = given.strata.maybe("strata")?;
    options.psu = given.psu.texts("psu")?;
    options.fpc = given.fpc.texts("fpc")?;
    options.frame_size = (given.frame_size > 0).then_some(given.frame_size);
    options.selection = given.selection.maybe("selection")?;
    options.mode = given.mode.maybe("mode")?;
    options.collected_at = given.collected_at.maybe("collected_at")?;
    options.lonely_psu = given.lonely_psu.maybe("lonely_psu")?;
    options.base = given.base.maybe("base")?;
    options.base_key = given.base_key.maybe("base_key")?;
    Ok(options)
}

/// # Safety
/// As [`raw::options`]; the instrument is NULL or live.
unsafe fn counts_options(pointer: *const citx_counts_options) -> Result<CountsOptions> {
    // SAFETY: as promised by the caller.
    let given = unsafe { raw::options(pointer) }?.ok_or_else(|| guard::null("options"))?;
    // SAFETY: as promised by the caller.
    let instrument = unsafe { raw::given(given.instrument, "instrument") }?.ok_or_else(|| guard::null("instrument"))?;
    let mut options = CountsOptions::new(
        instrument.clone(),
        given.unit.text("unit")?,
        given.measure.text("measure")?,
        given.answer.text("answer")?,
        given.count.text("count")?,
    );
    options.frame_size = given.frame_size.maybe("frame_size")?;
    options.selection = given.selection.maybe("selection")?;
    options.base = given.base.maybe("base")?;
    Ok(options)
}
