//! Satisfaction: instruments, surveys, estimates.

pub(crate) mod compare;
pub(crate) mod disclosure;
pub(crate) mod dispositions;
mod estimate;
pub(crate) mod index;
mod survey;
mod test;
pub(crate) mod tsm;
mod weighting;

use std::path::PathBuf;

pub(crate) use estimate::Estimate;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString};
pub(crate) use survey::Survey;
pub(crate) use test::Test;
pub(crate) use weighting::Weighting;

use crate::error::{Answer, detached, invalid};
use crate::options::Count;
use crate::table::Table;
use crate::value::type_name;

/// A published standard's measures, or scales of one's own.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Instrument(citx::Instrument);

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

/// A figure of counts that were all counted.
#[pyclass(frozen, eq, get_all, module = "citx")]
#[derive(PartialEq)]
pub(crate) struct Counted {
    value: f64,
    numerator: f64,
    denominator: f64,
    published: String,
    published_unit: String,
    is_exactly_1: bool,
    definition: String,
    warnings: Vec<String>,
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
pub(crate) fn instrument(py: Python<'_>, given: &Bound<'_, PyAny>) -> Answer<citx::Instrument> {
    if let Ok(instrument) = given.cast::<Instrument>() {
        return Ok(instrument.get().0.clone());
    }
    let name: String =
        given.extract().map_err(|_| invalid(format!("`instrument` must be a name or a citx.Instrument, not {}", type_name(given))))?;
    detached(py, || citx::Instrument::builtin(&name))
}

/// An answer of a scale, as the text that the data write.
fn answer_text(given: &Bound<'_, PyAny>) -> Answer<String> {
    value_text("an answer", given)
}

pub(crate) fn value_text(what: &str, given: &Bound<'_, PyAny>) -> Answer<String> {
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

    /// The instruments that ship with citx, by name.
    #[staticmethod]
    fn builtin_names() -> Vec<&'static str> {
        citx::Instrument::builtin_names()
    }

    /// A measure of counts, pooled over periods.
    fn counted(&self, py: Python<'_>, measure: &str, periods: Vec<(f64, f64)>) -> Answer<Counted> {
        let counted = detached(py, || self.0.counted(measure, &periods))?;
        Ok(Counted {
            value: counted.value,
            numerator: counted.numerator,
            denominator: counted.denominator,
            published: counted.published,
            published_unit: counted.published_unit,
            is_exactly_1: counted.is_exactly_1,
            definition: counted.definition,
            warnings: counted.warnings,
        })
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
#[pyo3(signature = (*, instrument, population, form=None))]
pub(crate) fn sample_size(py: Python<'_>, instrument: &Bound<'_, PyAny>, population: Count, form: Option<&str>) -> Answer<SampleSize> {
    let instrument = self::instrument(py, instrument)?;
    let size = detached(py, || match form {
        Some(form) => instrument.sample_size_by(population.0, citx::SampleForm::parse(form)?),
        None => instrument.sample_size(population.0),
    })?;
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
