//! Satisfaction: instruments, surveys, estimates.

use std::path::PathBuf;

use citx::{CountsOptions, ScoreOptions, SurveyOptions};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};

use crate::citizens::Population;
use crate::error::{Answer, detached, invalid};
use crate::input;
use crate::options::{Count, Names, breakdowns, count, pairs};
use crate::run::Long;
use crate::segments::Membership;
use crate::table::Table;
use crate::value::type_name;

/// A published standard's measures, or scales of one's own.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Instrument(citx::Instrument);

/// Answers with their design: weights, strata, PSUs.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Survey(pub(crate) citx::Survey);

/// A figure with its uncertainty, base, unit and method.
#[pyclass(frozen, eq, module = "citx")]
#[derive(PartialEq)]
pub(crate) struct Estimate(citx::Estimate);

type Standing = (u8, u64, (f64, f64, f64), Option<u64>);

/// Where a figure stands among its peers.
#[pyclass(frozen, eq, get_all, module = "citx")]
#[derive(PartialEq)]
pub(crate) struct Benchmark {
    quartile: u8,
    peers: u64,
    quartiles: (f64, f64, f64),
    rank: Option<u64>,
}

/// The sample a standard requires.
#[pyclass(frozen, eq, get_all, module = "citx")]
#[derive(PartialEq)]
pub(crate) struct SampleSize {
    required: u64,
    exact: f64,
    moe: f64,
}

/// An instrument given as itself or by its name.
fn instrument(py: Python<'_>, given: &Bound<'_, PyAny>) -> Answer<citx::Instrument> {
    if let Ok(instrument) = given.cast::<Instrument>() {
        return Ok(instrument.get().0.clone());
    }
    let name: String =
        given.extract().map_err(|_| invalid(format!("`instrument` must be a name or a citx.Instrument, not {}", type_name(given))))?;
    detached(py, || citx::Instrument::builtin(&name))
}

fn options(level: f64, min_base: u64, method: &str) -> ScoreOptions {
    let mut options = ScoreOptions::default();
    options.level = level;
    options.min_base = min_base;
    options.method = method.to_owned();
    options
}

/// What a share counts, as the text that values are compared by.
fn equals_text(given: &Bound<'_, PyAny>) -> Answer<String> {
    value_text("`equals`", given)
}

/// An answer of a scale, as the text that the data write.
fn answer_text(given: &Bound<'_, PyAny>) -> Answer<String> {
    value_text("an answer", given)
}

fn value_text(what: &str, given: &Bound<'_, PyAny>) -> Answer<String> {
    if let Ok(truth) = given.cast::<PyBool>() {
        return Ok(if truth.is_true() { "true" } else { "false" }.into());
    }
    if given.is_instance_of::<PyString>() || given.is_instance_of::<PyInt>() || given.is_instance_of::<PyFloat>() {
        return Ok(given.str()?.to_cow()?.into_owned());
    }
    Err(invalid(format!("{what} must be text, a number or a boolean, not {}", type_name(given))))
}

#[pymethods]
impl Instrument {
    /// An instrument that ships with citx.
    #[staticmethod]
    fn builtin(py: Python<'_>, name: &str) -> Answer<Self> {
        Ok(Self(detached(py, || citx::Instrument::builtin(name))?))
    }

    /// An instrument of one's own from a TOML file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> Answer<Self> {
        Ok(Self(detached(py, || citx::read_instrument(&path))?))
    }

    /// An instrument of one's own from TOML text.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> Answer<Self> {
        Ok(Self(detached(py, || citx::Instrument::parse(text))?))
    }

    /// An instrument of one scale, of which every measure is.
    #[staticmethod]
    #[pyo3(signature = (name, *, answers, positive=None, excluded=None, values=None, figure="proportion", decimals=None))]
    #[allow(clippy::too_many_arguments)]
    fn scale(
        py: Python<'_>,
        name: &str,
        answers: Vec<Bound<'_, PyAny>>,
        positive: Option<Vec<Bound<'_, PyAny>>>,
        excluded: Option<Vec<Bound<'_, PyAny>>>,
        values: Option<Vec<f64>>,
        figure: &str,
        decimals: Option<u32>,
    ) -> Answer<Self> {
        let texts = |given: Vec<Bound<'_, PyAny>>| given.iter().map(answer_text).collect::<Answer<Vec<_>>>();
        let mut options = citx::ScaleOptions::default();
        options.answers = texts(answers)?;
        options.positive = texts(positive.unwrap_or_default())?;
        options.excluded = texts(excluded.unwrap_or_default())?;
        options.values = values.unwrap_or_default();
        options.figure = figure.to_owned();
        options.decimals = decimals;
        Ok(Self(detached(py, || citx::Instrument::scale(name, options))?))
    }

    /// Its name and version.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Its measures as a table.
    fn explain(&self, py: Python<'_>) -> Answer<Table> {
        Ok(Table(detached(py, || Ok(self.0.explain()))?))
    }

    /// Where an estimate stands among its national peers.
    #[pyo3(signature = (measure, estimate, *, peer, year))]
    fn benchmark(&self, py: Python<'_>, measure: &str, estimate: &Bound<'_, Estimate>, peer: &str, year: &str) -> Answer<Benchmark> {
        let estimate = &estimate.get().0;
        let found = detached(py, || self.0.benchmark(measure, estimate, peer, year))?;
        Ok(Benchmark { quartile: found.quartile, peers: found.peers, quartiles: found.quartiles, rank: found.rank })
    }

    fn __repr__(&self) -> String {
        format!("Instrument({})", self.0.name())
    }
}

/// The sample that a standard requires of a population.
#[pyfunction]
#[pyo3(signature = (*, instrument, population))]
pub(crate) fn sample_size(py: Python<'_>, instrument: &Bound<'_, PyAny>, population: Count) -> Answer<SampleSize> {
    let instrument = self::instrument(py, instrument)?;
    let size = detached(py, || instrument.sample_size(population.0))?;
    Ok(SampleSize { required: size.required, exact: size.exact, moe: size.moe })
}

#[pymethods]
impl SampleSize {
    #[new]
    fn new(required: u64, exact: f64, moe: f64) -> Self {
        Self { required, exact, moe }
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (u64, f64, f64)) {
        let this = slf.get();
        (slf.get_type().into_any(), (this.required, this.exact, this.moe))
    }

    fn __repr__(&self) -> String {
        format!("SampleSize(required={}, exact={:?}, moe={:?})", self.required, self.exact, self.moe)
    }
}

#[pymethods]
impl Benchmark {
    #[new]
    fn new(quartile: u8, peers: u64, quartiles: (f64, f64, f64), rank: Option<u64>) -> Self {
        Self { quartile, peers, quartiles, rank }
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, Standing) {
        let this = slf.get();
        (slf.get_type().into_any(), (this.quartile, this.peers, this.quartiles, this.rank))
    }

    fn __repr__(&self) -> String {
        let rank = self.rank.map_or("None".into(), |rank| rank.to_string());
        format!("Benchmark(quartile={}, rank={rank}, peers={}, quartiles={:?})", self.quartile, self.peers, self.quartiles)
    }
}

#[pymethods]
impl Survey {
    /// A survey from answers, one row for each respondent.
    #[staticmethod]
    #[pyo3(signature = (table, *, instrument=None, questions=None, key=None, weights=None, strata=None, psu=None, fpc=None,
        frame_size=None, selection=None, mode=None, collected_at=None, lonely_psu=None))]
    #[allow(clippy::too_many_arguments)]
    fn from_arrow(
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        instrument: Option<&Bound<'_, PyAny>>,
        questions: Option<&Bound<'_, PyAny>>,
        key: Option<String>,
        weights: Option<String>,
        strata: Option<String>,
        psu: Option<Names>,
        fpc: Option<Names>,
        frame_size: Option<Count>,
        selection: Option<String>,
        mode: Option<String>,
        collected_at: Option<String>,
        lonely_psu: Option<String>,
    ) -> Answer<Self> {
        let mut options = SurveyOptions::default();
        options.instrument = instrument.map(|given| self::instrument(py, given)).transpose()?;
        options.questions = pairs("questions", questions)?;
        options.key = key;
        options.weights = weights;
        options.strata = strata;
        options.psu = psu.unwrap_or_default().0;
        options.fpc = fpc.unwrap_or_default().0;
        options.frame_size = frame_size.map(|size| size.0);
        options.selection = selection;
        options.mode = mode;
        options.collected_at = collected_at;
        options.lonely_psu = lonely_psu;
        let table = input::table(py, table)?;
        Ok(Self(Long::default().call(py, |_| citx::Survey::from_table(&table, &options))?))
    }

    /// A survey from counts of answers, one row for each unit, measure and answer.
    #[staticmethod]
    #[pyo3(signature = (table, *, instrument, unit, measure, answer, count, frame_size=None, selection=None))]
    #[allow(clippy::too_many_arguments)]
    fn from_counts(
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        instrument: &Bound<'_, PyAny>,
        unit: String,
        measure: String,
        answer: String,
        count: String,
        frame_size: Option<String>,
        selection: Option<String>,
    ) -> Answer<Self> {
        let mut options = CountsOptions::new(self::instrument(py, instrument)?, unit, measure, answer, count);
        options.frame_size = frame_size;
        options.selection = selection;
        let table = input::table(py, table)?;
        Ok(Self(Long::default().call(py, |_| citx::Survey::from_counts(&table, &options))?))
    }

    /// The same answers, each with its citizen's attributes and segments.
    #[pyo3(signature = (people, membership=None))]
    fn with_population(&self, py: Python<'_>, people: &Bound<'_, Population>, membership: Option<&Bound<'_, Membership>>) -> Answer<Self> {
        let (people, membership) = (&people.get().0, membership.map(|membership| &membership.get().0));
        let survey = Long::default().call(py, |_| {
            let names = membership.map(citx::Membership::names).unwrap_or_default();
            let segment = |name: &str| Ok((name.to_owned(), membership.map(|all| all.segment(name)).transpose()?));
            let segments: Vec<_> = names.into_iter().map(segment).collect::<citx::Result<_>>()?;
            let masks: Vec<_> =
                segments.into_iter().filter_map(|(name, segment)| segment.map(|segment| (name, segment.bitmap().clone()))).collect();
            self.0.with_population(people, &masks)
        });
        Ok(Self(survey?))
    }

    /// The score of one measure, for one unit where the survey has units.
    #[pyo3(signature = (measure, *, unit=None, level=0.95, min_base=0, method="wilson"))]
    fn score(&self, py: Python<'_>, measure: &str, unit: Option<&str>, level: f64, min_base: u64, method: &str) -> Answer<Estimate> {
        let options = options(level, min_base, method);
        Ok(Estimate(Long::default().call(py, |_| self.0.score(measure, unit, &options))?))
    }

    /// All measures, overall or by unit, and by each breakdown.
    #[pyo3(signature = (by=None, *, level=0.95, min_base=0, method="wilson"))]
    fn scores(
        &self,
        py: Python<'_>,
        by: Option<&Bound<'_, PyAny>>,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
        method: &str,
    ) -> Answer<Table> {
        let (by, options) = (breakdowns(by)?.unwrap_or_default(), options(level, min_base, method));
        Ok(Table(Long::default().call(py, |run| self.0.scores_with(&by, &options, run))?))
    }

    /// The mean of a numeric column: an Estimate, or a Table with by.
    #[pyo3(signature = (column, *, by=None, level=0.95, min_base=0))]
    fn mean<'py>(
        &self,
        py: Python<'py>,
        column: &str,
        by: Option<&Bound<'py, PyAny>>,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
    ) -> Answer<Bound<'py, PyAny>> {
        let (by, options) = (breakdowns(by)?, options(level, min_base, "wilson"));
        Ok(match by {
            None => Bound::new(py, Estimate(Long::default().call(py, |_| self.0.mean(column, &options))?))?.into_any(),
            Some(by) => Bound::new(py, Table(Long::default().call(py, |_| self.0.mean_by(column, &by, &options))?))?.into_any(),
        })
    }

    /// The share whose value is this: an Estimate, or a Table with by.
    #[pyo3(signature = (column, *, equals, by=None, level=0.95, min_base=0, method="wilson"))]
    #[allow(clippy::too_many_arguments)]
    fn proportion<'py>(
        &self,
        py: Python<'py>,
        column: &str,
        equals: &Bound<'py, PyAny>,
        by: Option<&Bound<'py, PyAny>>,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
        method: &str,
    ) -> Answer<Bound<'py, PyAny>> {
        let (equals, by, options) = (equals_text(equals)?, breakdowns(by)?, options(level, min_base, method));
        Ok(match by {
            None => Bound::new(py, Estimate(Long::default().call(py, |_| self.0.proportion(column, &equals, &options))?))?.into_any(),
            Some(by) => {
                Bound::new(py, Table(Long::default().call(py, |_| self.0.proportion_by(column, &equals, &by, &options))?))?.into_any()
            }
        })
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

type Figures = (f64, f64, (f64, f64), f64, f64, u64, f64, f64, f64);
type Words = (String, String, Option<String>, Option<String>, Vec<String>);

#[pymethods]
impl Estimate {
    #[staticmethod]
    fn _restore(figures: Figures, words: Words) -> Self {
        let (value, std_error, ci, level, df, n, n_eff, deff, moe) = figures;
        let mut estimate = citx::Estimate::from_stored(value, std_error, ci, level, n, words.0);
        (estimate.df, estimate.n_eff, estimate.deff, estimate.moe) = (df, n_eff, deff, moe);
        (estimate.method, estimate.published, estimate.published_unit, estimate.warnings) = (words.1, words.2, words.3, words.4);
        Self(estimate)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Figures, Words))> {
        let e = &slf.get().0;
        let figures = (e.value, e.std_error, e.ci, e.level, e.df, e.n, e.n_eff, e.deff, e.moe);
        let words = (e.unit.clone(), e.method.clone(), e.published.clone(), e.published_unit.clone(), e.warnings.clone());
        Ok((slf.get_type().getattr("_restore")?, (figures, words)))
    }

    /// The figure; a share is in [0, 1].
    #[getter]
    fn value(&self) -> f64 {
        self.0.value
    }

    /// Its design-based standard error.
    #[getter]
    fn std_error(&self) -> f64 {
        self.0.std_error
    }

    /// The interval, low and high.
    #[getter]
    fn ci(&self) -> (f64, f64) {
        self.0.ci
    }

    /// The interval's level.
    #[getter]
    fn level(&self) -> f64 {
        self.0.level
    }

    /// Degrees of freedom of the design.
    #[getter]
    fn df(&self) -> f64 {
        self.0.df
    }

    /// How many answers it rests on, unweighted.
    #[getter]
    fn n(&self) -> u64 {
        self.0.n
    }

    /// Effective sample size.
    #[getter]
    fn n_eff(&self) -> f64 {
        self.0.n_eff
    }

    /// Design effect.
    #[getter]
    fn deff(&self) -> f64 {
        self.0.deff
    }

    /// Margin of error: half the interval's width.
    #[getter]
    fn moe(&self) -> f64 {
        self.0.moe
    }

    /// What the figure is: "proportion", "mean", ...
    #[getter]
    fn unit(&self) -> &str {
        &self.0.unit
    }

    /// How value and interval were made.
    #[getter]
    fn method(&self) -> &str {
        &self.0.method
    }

    /// The standard's own text form, or "[S]".
    #[getter]
    fn published(&self) -> Option<&str> {
        self.0.published.as_deref()
    }

    /// Unit of the published text.
    #[getter]
    fn published_unit(&self) -> Option<&str> {
        self.0.published_unit.as_deref()
    }

    /// What to keep in mind.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.0.warnings.clone()
    }

    /// The figures as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let e = &self.0;
        for (name, value) in [("value", e.value), ("std_error", e.std_error), ("ci_low", e.ci.0), ("ci_high", e.ci.1)] {
            dict.set_item(name, value)?;
        }
        dict.set_item("level", e.level)?;
        dict.set_item("df", e.df)?;
        dict.set_item("n", e.n)?;
        for (name, value) in [("n_eff", e.n_eff), ("deff", e.deff), ("moe", e.moe)] {
            dict.set_item(name, value)?;
        }
        dict.set_item("unit", &e.unit)?;
        dict.set_item("method", &e.method)?;
        dict.set_item("published", &e.published)?;
        dict.set_item("published_unit", &e.published_unit)?;
        dict.set_item("warnings", &e.warnings)?;
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        let e = &self.0;
        let published = e.published.as_ref().map(|text| format!(", published={text:?}")).unwrap_or_default();
        format!(
            "Estimate(value={:?}, ci=({:?}, {:?}), level={:?}, n={}, unit={:?}{published}, method={:?})",
            e.value, e.ci.0, e.ci.1, e.level, e.n, e.unit, e.method
        )
    }
}
