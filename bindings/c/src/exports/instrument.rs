//! Instruments, benchmarks and figures of counts.

use std::mem::MaybeUninit;

use engine::satisfaction::Counted;
use engine::{Benchmark, Instrument, Result, SampleForm, ScaleOptions};

use super::error::{citx_error, citx_status};
use super::estimate::citx_estimate;
use super::table::citx_table;
use super::text::citx_names;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_numbers, citx_pairs, citx_str, citx_strs};

/// A published standard's measures, or scales of one's own. Never changes.
pub struct citx_instrument(Shared<Instrument>);
shared!(citx_instrument, Instrument);

/// Where a figure stands among its peers. Never changes.
pub struct citx_benchmark(Shared<Benchmark>);
shared!(citx_benchmark, Benchmark);

/// A figure of counts that were all counted, so that no sample stands between them and it. Never changes; its texts are
/// views, valid until it is freed.
pub struct citx_counted(Shared<Counted>);
shared!(citx_counted, Counted);

/// A scale: what may be answered and what is made of it. `answers` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_scale_options {
    /// sizeof(citx_scale_options).
    pub struct_size: usize,
    /// The answers that count towards the base, as the data write them.
    pub answers: citx_strs,
    /// Those of them that count as positive; for a figure that is a proportion or net.
    pub positive: citx_strs,
    /// Those of them that are taken from the positive; for a net figure.
    pub negative: citx_strs,
    /// Answers left out of numerator and denominator, such as don't know.
    pub excluded: citx_strs,
    /// An answer and another spelling of it; one with several is there several times.
    pub spellings: citx_pairs,
    /// What is made of the answers: `proportion` (the default), `net`, `mean`, or `index`, a mean over `divide_by`.
    pub figure: citx_str,
    /// For a mean or an index, the number of each answer; without, the answers are numbers themselves.
    pub values: citx_numbers,
    /// What an index divides each number by; NULL for 1.
    pub divide_by: *const f64,
    /// What the value is multiplied by to be published; NULL for 100, for a mean 1.
    pub times: *const u32,
    /// Decimals of the published text, at most 12; NULL for 1, for a mean 2.
    pub decimals: *const u32,
    /// Whether a `higher` (the default) or a `lower` figure is better.
    pub polarity: citx_str,
    /// The method in words, which goes with every result.
    pub definition: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists and NULL.
unsafe impl Options for citx_scale_options {
    const NAME: &'static str = "citx_scale_options";
}

/// What was counted in one period.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_period {
    /// The numerator, such as completed transactions.
    numerator: f64,
    /// The denominator, such as started ones.
    denominator: f64,
}

/// Periods, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_periods {
    /// The first period.
    items: *const citx_period,
    /// How many periods.
    len: usize,
}

/// The names of the instruments that ship with citx. `*out` is to be freed with citx_names_free. Status:
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_builtin_names(
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let names = Instrument::builtin_names().into_iter().map(str::to_owned).collect();
        guard::place(out, "out")?.write(citx_names::boxed(names));
        Ok(())
    })
}

/// An instrument that ships with citx, such as `tsm-2022` or `nps`. `*out` is to be freed with citx_instrument_free. Status:
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

/// An instrument of one's own from a TOML file. `*out` is to be freed with citx_instrument_free. Status: IO,
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_read(
    path: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_instrument>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_instrument::boxed(engine::read_instrument(path.text("path")?)?));
        Ok(())
    })
}

/// An instrument of one scale, of which every measure is. `*out` is to be freed with citx_instrument_free. Status:
/// INVALID_ARGUMENT for a scale without answers, an answer named twice, a positive answer that is none, or an answer
/// without a number for a mean. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_instrument_scale(
    name: citx_str,
    options: *const citx_scale_options,
    out: Option<&mut MaybeUninit<Box<citx_instrument>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size and numbers, as the header asks.
        let options = unsafe { scale_options(options) }?;
        out.write(citx_instrument::boxed(Instrument::scale(name.text("name")?, options)?));
        Ok(())
    })
}

/// Its name and version, valid until `instrument` is freed; none for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_name(instrument: Option<&citx_instrument>) -> citx_str {
    guard::get(instrument, citx_str::NONE, |instrument| citx_str::view(instrument.name()))
}

/// Its measures as a table: measure, asks_about, scale, excluded, filter, tenures, not_applicable, source, figure, answers,
/// polarity, definition, experimental. Those of counts have no scale; their `answers` are numerator and denominator.
///
/// `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
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

/// A measure of counts, pooled over periods: the sum of the numerators by the sum of the denominators, never a mean of
/// means.
///
/// `*out` is to be freed with citx_counted_free. Status: UNKNOWN_NAME for the measure, INVALID_ARGUMENT for counts below 0
/// or a part that is more than the whole, INSUFFICIENT_DATA where nothing was counted. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_counted(
    instrument: Option<&citx_instrument>,
    measure: citx_str,
    periods: citx_periods,
    out: Option<&mut MaybeUninit<Box<citx_counted>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(instrument, err, |instrument| {
        let out = guard::place(out, "out")?;
        // SAFETY: the caller promises `len` periods at `items` for the time of the call.
        let periods = unsafe { raw::slice(periods.items, periods.len, "periods") }?;
        let periods: Vec<(f64, f64)> = periods.iter().map(|period| (period.numerator, period.denominator)).collect();
        out.write(citx_counted::boxed(instrument.counted(measure.text("measure")?, &periods)?));
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
    citx_instrument_sample_size_by(instrument, population, citx_str::NONE, required, exact, moe, err)
}

/// That sample in another `form`: `plain`, n0 / (1 + n0 / N), or `cochran`, n0 / (1 + (n0 - 1) / N) (Cochran 1977, section
/// 4.4); empty for the standard's own. Status: as citx_instrument_sample_size. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instrument_sample_size_by(
    instrument: Option<&citx_instrument>,
    population: u64,
    form: citx_str,
    required: Option<&mut MaybeUninit<u64>>,
    exact: Option<&mut MaybeUninit<f64>>,
    moe: Option<&mut MaybeUninit<f64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(instrument, err, |instrument| {
        let (required, exact, moe) = (guard::place(required, "required")?, guard::place(exact, "exact")?, guard::place(moe, "moe")?);
        let size = match form.maybe("form")? {
            Some(form) => instrument.sample_size_by(population, SampleForm::parse(&form)?)?,
            None => instrument.sample_size(population)?,
        };
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

/// The figure: a proportion where the numerator is part of the denominator. Not a number for NULL, here and below. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_counted_value(counted: Option<&citx_counted>) -> f64 {
    guard::get(counted, f64::NAN, |counted| counted.value)
}

/// Sum of the numerators. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_counted_numerator(counted: Option<&citx_counted>) -> f64 {
    guard::get(counted, f64::NAN, |counted| counted.numerator)
}

/// Sum of the denominators. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_counted_denominator(counted: Option<&citx_counted>) -> f64 {
    guard::get(counted, f64::NAN, |counted| counted.denominator)
}

/// The standard's own text form. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_counted_published(counted: Option<&citx_counted>) -> citx_str {
    guard::get(counted, citx_str::NONE, |counted| citx_str::view(&counted.published))
}

/// Its unit, such as `percent`. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_counted_published_unit(counted: Option<&citx_counted>) -> citx_str {
    guard::get(counted, citx_str::NONE, |counted| citx_str::view(&counted.published_unit))
}

/// Whether the value is exactly 1, which the text may say of one that is not; false for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_counted_is_exactly_1(counted: Option<&citx_counted>) -> bool {
    guard::get(counted, false, |counted| counted.is_exactly_1)
}

/// The method in words. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_counted_definition(counted: Option<&citx_counted>) -> citx_str {
    guard::get(counted, citx_str::NONE, |counted| citx_str::view(&counted.definition))
}

/// How many warnings it carries; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_counted_num_warnings(counted: Option<&citx_counted>) -> usize {
    guard::get(counted, 0, |counted| counted.warnings.len())
}

/// The warning at `index`, from 0, such as `Experimental`; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_counted_warning(counted: Option<&citx_counted>, index: usize) -> citx_str {
    guard::get(counted, citx_str::NONE, |counted| citx_str::view_of(counted.warnings.get(index).map(String::as_str)))
}

/// Frees a figure of counts; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_counted_free(counted: Option<Box<citx_counted>>) {
    guard::free(counted);
}

/// # Safety
/// As [`raw::options`]; the numbers in it are NULL or lie there for the time of the call.
unsafe fn scale_options(pointer: *const citx_scale_options) -> Result<ScaleOptions> {
    // SAFETY: as promised by the caller.
    let given = unsafe { raw::options(pointer) }?.ok_or_else(|| guard::null("options"))?;
    let mut options = ScaleOptions::default();
    options.answers = given.answers.texts("answers")?;
    options.positive = given.positive.texts("positive")?;
    options.negative = given.negative.texts("negative")?;
    options.excluded = given.excluded.texts("excluded")?;
    for (answer, spelling) in given.spellings.pairs("spellings")? {
        options.spellings.entry(answer).or_default().push(spelling);
    }
    options.figure = given.figure.text("figure")?.to_owned();
    options.values = given.values.numbers("values")?.to_vec();
    // SAFETY: as promised by the caller.
    options.divide_by = unsafe { raw::item(given.divide_by, "divide_by") }?;
    // SAFETY: as promised by the caller.
    options.times = unsafe { raw::item(given.times, "times") }?;
    // SAFETY: as promised by the caller.
    options.decimals = unsafe { raw::item(given.decimals, "decimals") }?;
    options.polarity = given.polarity.text("polarity")?.to_owned();
    options.definition = given.definition.text("definition")?.to_owned();
    Ok(options)
}
