//! Instruments, surveys and estimates.

use std::mem::MaybeUninit;

use engine::{Benchmark, Bitmap, CountsOptions, Estimate, Instrument, Result, ScoreOptions, Survey, SurveyOptions};

use super::error::{citx_error, citx_status};
use super::membership::{Counted, citx_membership};
use super::population::citx_population;
use super::table::citx_table;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_pairs, citx_str, citx_strs};

/// A published standard's measures, or scales of one's own. Never changes.
pub struct citx_instrument(Shared<Instrument>);
shared!(citx_instrument, Instrument);

/// Answers with their design: weights, strata, PSUs. Never changes.
pub struct citx_survey(Shared<Survey>);
shared!(citx_survey, Survey);

/// A figure with its uncertainty, base, unit and method. Never changes; its texts are views, valid until it is freed.
pub struct citx_estimate(Shared<Estimate>);
shared!(citx_estimate, Estimate);

/// Where a figure stands among its peers. Never changes.
pub struct citx_benchmark(Shared<Benchmark>);
shared!(citx_benchmark, Benchmark);

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
    /// Columns of the PSUs, one for each stage.
    pub psu: citx_strs,
    /// Columns of the finite populations, one for each stage.
    pub fpc: citx_strs,
    /// How many there are in the sample frame; 0 for unknown.
    pub frame_size: u64,
    /// How the sample was drawn: `srs`, `systematic`, `stratified`, `quota` or `census`.
    pub selection: citx_str,
    /// Column of the mode of collection.
    pub mode: citx_str,
    /// Column of the date of collection.
    pub collected_at: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists, no instrument and 0.
unsafe impl Options for citx_survey_options {
    const NAME: &'static str = "citx_survey_options";
}

/// Which columns of a table of counts are what; all but `frame_size` and `selection` must be there.
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
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and no instrument.
unsafe impl Options for citx_counts_options {
    const NAME: &'static str = "citx_counts_options";
}

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
    /// Interval of a proportion: `wilson` (the default) or `logit`.
    pub method: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_score_options {
    const NAME: &'static str = "citx_score_options";
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

/// An instrument that ships with citx: `tsm-2022`. `*out` is to be freed with citx_instrument_free. Status:
/// UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_builtin(
    name: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_instrument>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_instrument::boxed(Instrument::builtin(name.text("name")?)?));
        Ok(())
    })
}

/// An instrument of one's own from TOML text. `*out` is to be freed with citx_instrument_free. Status:
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_parse(
    toml: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_instrument>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_instrument::boxed(Instrument::parse(toml.text("toml")?)?));
        Ok(())
    })
}

/// Its name, valid until `instrument` is freed; none for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_name(instrument: Option<&citx_instrument>) -> citx_str {
    guard::get(instrument, citx_str::NONE, |instrument| citx_str::view(instrument.name()))
}

/// Its measures as a table: measure, asks_about, scale, excluded, filter, tenures, source. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_explain(
    instrument: Option<&citx_instrument>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(instrument, err, |instrument| {
        guard::place(out, "out")?.write(citx_table::boxed(instrument.explain()));
        Ok(())
    })
}

/// Where `estimate` stands among its national peers, such as `LCRA` in `2024/25`.
///
/// `*out` is to be freed with citx_benchmark_free. Status: NOT_FOUND for a measure, peer group or year without figures,
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_benchmark(
    instrument: Option<&citx_instrument>,
    measure: citx_str,
    estimate: Option<&citx_estimate>,
    peer: citx_str,
    year: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_benchmark>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(instrument, err, |instrument| {
        let out = guard::place(out, "out")?;
        let estimate = guard::given(estimate, "estimate")?;
        let benchmark = instrument.benchmark(measure.text("measure")?, estimate, peer.text("peer")?, year.text("year")?)?;
        out.write(citx_benchmark::boxed(benchmark));
        Ok(())
    })
}

/// The sample that the standard requires of a population: `*required` answers for a margin of error of `*moe`, a
/// proportion; `*exact` is the number before rounding. Status: UNSUPPORTED for an instrument that requires none,
/// OUT_OF_RANGE, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_sample_size(
    instrument: Option<&citx_instrument>,
    population: u64,
    required: Option<&mut MaybeUninit<u64>>,
    exact: Option<&mut MaybeUninit<f64>>,
    moe: Option<&mut MaybeUninit<f64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(instrument, err, |instrument| {
        let (required, exact, moe) = (guard::place(required, "required")?, guard::place(exact, "exact")?, guard::place(moe, "moe")?);
        let size = instrument.sample_size(population)?;
        required.write(size.required);
        exact.write(size.exact);
        moe.write(size.moe);
        Ok(())
    })
}

/// The margin of error that `n` answers of `population` achieve by the standard's formula, a proportion. Status:
/// OUT_OF_RANGE, UNSUPPORTED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_margin_of_error(
    instrument: Option<&citx_instrument>,
    n: u64,
    population: u64,
    out: Option<&mut MaybeUninit<f64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(instrument, err, |instrument| {
        let out = guard::place(out, "out")?;
        out.write(instrument.margin_of_error(n, population)?);
        Ok(())
    })
}

/// Frees an instrument; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_free(instrument: Option<Box<citx_instrument>>) {
    guard::free(instrument);
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

/// The score of one measure, for one unit where the survey has units (`unit` empty where it has none). `options` may be
/// NULL.
///
/// `*out` is to be freed with citx_estimate_free. Status: UNKNOWN_NAME for the measure, NOT_FOUND for the unit,
/// INSUFFICIENT_DATA, SUPPRESSED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_survey_score(
    survey: Option<&citx_survey>,
    measure: citx_str,
    unit: citx_str,
    options: *const citx_score_options,
    out: Option<&mut MaybeUninit<Box<citx_estimate>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { score_options(options) }?;
        let unit = unit.maybe("unit")?;
        out.write(citx_estimate::boxed(survey.score(measure.text("measure")?, unit.as_deref(), &options)?));
        Ok(())
    })
}

/// All measures, overall or by unit, and by each breakdown: a table. `options` may be NULL.
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
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { score_options(options) }?;
        out.write(citx_table::boxed(survey.scores(&by.breakdowns()?, &options)?));
        Ok(())
    })
}

/// The mean of a numeric column. `options` may be NULL.
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
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { score_options(options) }?;
        out.write(citx_estimate::boxed(survey.mean(column.text("column")?, &options)?));
        Ok(())
    })
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
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { score_options(options) }?;
        out.write(citx_table::boxed(survey.mean_by(column.text("column")?, &by.breakdowns()?, &options)?));
        Ok(())
    })
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
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { score_options(options) }?;
        out.write(citx_estimate::boxed(survey.proportion(column.text("column")?, equals.text("equals")?, &options)?));
        Ok(())
    })
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
    guard::call(survey, err, |survey| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { score_options(options) }?;
        let table = survey.proportion_by(column.text("column")?, equals.text("equals")?, &by.breakdowns()?, &options)?;
        out.write(citx_table::boxed(table));
        Ok(())
    })
}

/// Frees a survey; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_survey_free(survey: Option<Box<citx_survey>>) {
    guard::free(survey);
}

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

/// How many answers it rests on, unweighted; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_n(estimate: Option<&citx_estimate>) -> u64 {
    guard::get(estimate, 0, |estimate| estimate.n)
}

/// Effective sample size. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_n_eff(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.n_eff)
}

/// Design effect. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_deff(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.deff)
}

/// Margin of error: half the interval's width. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_moe(estimate: Option<&citx_estimate>) -> f64 {
    guard::get(estimate, f64::NAN, |estimate| estimate.moe)
}

/// `proportion`, `mean`, ... Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_unit(estimate: Option<&citx_estimate>) -> citx_str {
    guard::get(estimate, citx_str::NONE, |estimate| citx_str::view(&estimate.unit))
}

/// How value and interval were made. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_estimate_method(estimate: Option<&citx_estimate>) -> citx_str {
    guard::get(estimate, citx_str::NONE, |estimate| citx_str::view(&estimate.method))
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

/// The quartile, 1 (best) to 4; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_benchmark_quartile(benchmark: Option<&citx_benchmark>) -> u32 {
    guard::get(benchmark, 0, |benchmark| u32::from(benchmark.quartile))
}

/// How many peers; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_benchmark_peers(benchmark: Option<&citx_benchmark>) -> u64 {
    guard::get(benchmark, 0, |benchmark| benchmark.peers)
}

/// The rank among the peers, 1 is best; 0 where the peers' figures are not known one by one. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_benchmark_rank(benchmark: Option<&citx_benchmark>) -> u64 {
    guard::get(benchmark, 0, |benchmark| benchmark.rank.unwrap_or(0))
}

/// Lower quartile of the peers, a proportion. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_benchmark_lower_quartile(benchmark: Option<&citx_benchmark>) -> f64 {
    guard::get(benchmark, f64::NAN, |benchmark| benchmark.quartiles.0)
}

/// Median of the peers, a proportion. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_benchmark_median(benchmark: Option<&citx_benchmark>) -> f64 {
    guard::get(benchmark, f64::NAN, |benchmark| benchmark.quartiles.1)
}

/// Upper quartile of the peers, a proportion. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_benchmark_upper_quartile(benchmark: Option<&citx_benchmark>) -> f64 {
    guard::get(benchmark, f64::NAN, |benchmark| benchmark.quartiles.2)
}

/// Frees a benchmark; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_benchmark_free(benchmark: Option<Box<citx_benchmark>>) {
    guard::free(benchmark);
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
    Ok(options)
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
    Ok(options)
}
