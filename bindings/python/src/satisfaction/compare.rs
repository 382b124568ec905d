//! Comparisons of waves, groups and units; drivers.

use citx::satisfaction::{self, CompareOptions, DriverOptions, GroupOptions, LetterOptions, RollingOptions, TrendOptions, UnitOptions};
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use super::{Estimate, Survey};
use crate::error::{Answer, invalid};
use crate::options::{Names, count};
use crate::run::Long;
use crate::table::Table;

/// Two waves of one measure.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Comparison(satisfaction::Comparison);

#[pymethods]
impl Comparison {
    /// The measure.
    #[getter]
    fn measure(&self) -> &str {
        &self.0.measure
    }

    /// The wave before.
    #[getter]
    fn before(&self) -> Estimate {
        Estimate(self.0.before.clone())
    }

    /// The wave after.
    #[getter]
    fn after(&self) -> Estimate {
        Estimate(self.0.after.clone())
    }

    /// After less before.
    #[getter]
    fn difference(&self) -> f64 {
        self.0.difference
    }

    /// The difference in percentage points.
    #[getter]
    fn difference_pp(&self) -> f64 {
        self.0.difference_pp()
    }

    /// Its standard error.
    #[getter]
    fn std_error(&self) -> f64 {
        self.0.std_error
    }

    /// Its interval.
    #[getter]
    fn ci(&self) -> (f64, f64) {
        self.0.ci
    }

    /// The interval's level.
    #[getter]
    fn level(&self) -> f64 {
        self.0.level
    }

    /// The statistic: z or t.
    #[getter]
    fn statistic(&self) -> f64 {
        self.0.statistic
    }

    /// Degrees of freedom; infinite for z.
    #[getter]
    fn df(&self) -> f64 {
        self.0.df
    }

    /// Two-sided p value.
    #[getter]
    fn p_value(&self) -> f64 {
        self.0.p_value
    }

    /// Whether p is below 1 less the level.
    #[getter]
    fn significant(&self) -> bool {
        self.0.is_significant()
    }

    /// What the figures are.
    #[getter]
    fn unit(&self) -> &str {
        &self.0.unit
    }

    /// How interval and test were made.
    #[getter]
    fn method(&self) -> &str {
        &self.0.method
    }

    /// Base before.
    #[getter]
    fn n_before(&self) -> u64 {
        self.0.n_before
    }

    /// Base after.
    #[getter]
    fn n_after(&self) -> u64 {
        self.0.n_after
    }

    /// Respondents of both waves.
    #[getter]
    fn n_matched(&self) -> u64 {
        self.0.n_matched
    }

    /// Covariance of the two estimates.
    #[getter]
    fn covariance(&self) -> f64 {
        self.0.covariance
    }

    /// What is not the same in both waves.
    #[getter]
    fn changed(&self) -> Vec<String> {
        self.0.changed.clone()
    }

    /// What to keep in mind.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.0.warnings.clone()
    }

    fn __repr__(&self) -> String {
        let c = &self.0;
        format!("Comparison({}, difference={:?}, ci={:?}, p_value={:?}, method={:?})", c.measure, c.difference, c.ci, c.p_value, c.method)
    }
}

/// A measure over waves.
#[pyclass(frozen, get_all, module = "citx")]
pub(crate) struct Trend {
    table: Py<Table>,
    slope: f64,
    slope_std_error: f64,
    slope_p: f64,
    mann_kendall_s: i64,
    tau: f64,
    mann_kendall_p: f64,
    chart: String,
}

/// Which columns of a table of shares differ.
#[pyclass(frozen, get_all, module = "citx")]
pub(crate) struct ColumnLetters {
    cells: Py<Table>,
    tests: Py<Table>,
    mode: String,
}

/// What moves a measure.
#[pyclass(frozen, get_all, module = "citx")]
pub(crate) struct Drivers {
    outcome: String,
    r_squared: f64,
    r_squared_ci: (f64, f64),
    level: f64,
    n: u64,
    n_eff: f64,
    n_outcome: u64,
    missing: String,
    coding: String,
    replicates: u64,
    warnings: Vec<String>,
    table: Py<Table>,
}

#[allow(clippy::too_many_arguments)]
fn options(
    unit: Option<String>,
    level: f64,
    interval: Option<String>,
    test: Option<String>,
    fpc: Option<bool>,
    overlap: Option<String>,
    min_base: u64,
) -> CompareOptions {
    let mut options = CompareOptions::default();
    (options.unit, options.level, options.min_base) = (unit, level, min_base);
    interval.into_iter().for_each(|interval| options.interval = interval);
    test.into_iter().for_each(|test| options.test = test);
    fpc.into_iter().for_each(|fpc| options.fpc = fpc);
    overlap.into_iter().for_each(|overlap| options.overlap = overlap);
    options
}

/// One measure in two waves.
#[pyfunction]
#[pyo3(signature = (before, after, measure, *, unit=None, level=0.95, interval=None, test=None, fpc=None, overlap=None, min_base=0))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn compare(
    py: Python<'_>,
    before: &Bound<'_, Survey>,
    after: &Bound<'_, Survey>,
    measure: &str,
    unit: Option<String>,
    level: f64,
    interval: Option<String>,
    test: Option<String>,
    fpc: Option<bool>,
    overlap: Option<String>,
    #[pyo3(from_py_with = count)] min_base: u64,
) -> Answer<Comparison> {
    let options = options(unit, level, interval, test, fpc, overlap, min_base);
    let (before, after) = (&before.get().0, &after.get().0);
    Ok(Comparison(Long::default().call(py, |_| satisfaction::compare(before, after, measure, &options))?))
}

/// Measures of all units in two waves, corrected for their number.
#[pyfunction]
#[pyo3(signature = (before, after, *, measures=None, adjust=None, level=0.95, interval=None, test=None, fpc=None, min_base=0))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn compare_units(
    py: Python<'_>,
    before: &Bound<'_, Survey>,
    after: &Bound<'_, Survey>,
    measures: Option<Vec<String>>,
    adjust: Option<String>,
    level: f64,
    interval: Option<String>,
    test: Option<String>,
    fpc: Option<bool>,
    #[pyo3(from_py_with = count)] min_base: u64,
) -> Answer<Table> {
    let mut all = UnitOptions::default();
    all.measures = measures.unwrap_or_default();
    adjust.into_iter().for_each(|adjust| all.adjust = adjust);
    all.compare = options(None, level, interval, test, fpc, None, min_base);
    let (before, after) = (&before.get().0, &after.get().0);
    Ok(Table(Long::default().call(py, |_| satisfaction::compare_units(before, after, &all))?))
}

/// Waves by their names, in order.
fn waves(given: &Bound<'_, PyAny>) -> Answer<Vec<(String, citx::Survey)>> {
    let pairs = if let Ok(mapping) = given.cast::<PyMapping>() { mapping.items()?.into_any() } else { given.clone() };
    let pair = |item: PyResult<Bound<'_, PyAny>>| -> Answer<(String, citx::Survey)> {
        let (name, survey): (String, Py<Survey>) =
            item?.extract().map_err(|_| invalid("waves are a dict of name to Survey, or pairs of them"))?;
        Ok((name, survey.get().0.clone()))
    };
    pairs.try_iter()?.map(pair).collect()
}

/// A measure over waves, with control limits and tests of trend.
#[pyfunction]
#[pyo3(signature = (waves, measure, *, adjust=None, chart=None, level=0.95, unit=None, min_base=0))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn trend(
    py: Python<'_>,
    waves: &Bound<'_, PyAny>,
    measure: &str,
    adjust: Option<String>,
    chart: Option<String>,
    level: f64,
    unit: Option<String>,
    #[pyo3(from_py_with = count)] min_base: u64,
) -> Answer<Trend> {
    let waves = self::waves(waves)?;
    let mut all = TrendOptions::default();
    adjust.into_iter().for_each(|adjust| all.adjust = adjust);
    chart.into_iter().for_each(|chart| all.chart = chart);
    all.compare = options(unit, level, None, None, None, None, min_base);
    let trend = Long::default().call(py, |_| satisfaction::trend(&waves, measure, &all))?;
    Ok(Trend {
        table: Py::new(py, Table(trend.table))?,
        slope: trend.slope,
        slope_std_error: trend.slope_std_error,
        slope_p: trend.slope_p,
        mann_kendall_s: trend.mann_kendall_s,
        tau: trend.tau,
        mann_kendall_p: trend.mann_kendall_p,
        chart: trend.chart,
    })
}

/// A measure over the last months, each month's answers pooled with those before.
#[pyfunction]
#[pyo3(signature = (waves, measure, *, months=12, unit=None, level=0.95, min_base=0))]
pub(crate) fn rolling(
    py: Python<'_>,
    waves: &Bound<'_, PyAny>,
    measure: &str,
    months: u32,
    unit: Option<String>,
    level: f64,
    #[pyo3(from_py_with = count)] min_base: u64,
) -> Answer<Table> {
    let waves = self::waves(waves)?;
    let mut options = RollingOptions::default();
    (options.months, options.unit, options.level, options.min_base) = (months, unit, level, min_base);
    Ok(Table(Long::default().call(py, |_| satisfaction::rolling(&waves, measure, &options))?))
}

pub(super) struct Groups<'a> {
    pub by: &'a Bound<'a, PyAny>,
    pub level: f64,
    pub adjust: Option<String>,
    pub reference: Option<String>,
    pub group: Option<String>,
    pub interval: Option<String>,
    pub min_base: u64,
}

pub(super) fn groups(py: Python<'_>, survey: &citx::Survey, measure: &str, given: Groups<'_>) -> Answer<Table> {
    let by = names(given.by)?;
    let mut options = GroupOptions::default();
    (options.level, options.group, options.min_base) = (given.level, given.group, given.min_base);
    given.adjust.into_iter().for_each(|adjust| options.adjust = adjust);
    given.reference.into_iter().for_each(|reference| options.reference = reference);
    given.interval.into_iter().for_each(|interval| options.interval = interval);
    Ok(Table(Long::default().call(py, |_| survey.compare_groups(measure, &by, &options))?))
}

fn names(by: &Bound<'_, PyAny>) -> Answer<Vec<String>> {
    let Names(names) = by.extract().map_err(|_| invalid("`by` is a name, or a tuple of names that are crossed"))?;
    Ok(names)
}

pub(super) fn letters(
    py: Python<'_>,
    survey: &citx::Survey,
    question: &str,
    by: &Bound<'_, PyAny>,
    options: &LetterOptions,
) -> Answer<ColumnLetters> {
    let by = names(by)?;
    let letters = Long::default().call(py, |_| survey.column_letters(question, &by, options))?;
    let (cells, tests) = (Py::new(py, Table(letters.cells))?, Py::new(py, Table(letters.tests))?);
    Ok(ColumnLetters { cells, tests, mode: letters.mode })
}

pub(super) fn drivers(
    py: Python<'_>,
    survey: &citx::Survey,
    outcome: &str,
    drivers: &[String],
    options: &DriverOptions,
) -> Answer<Drivers> {
    let found = Long::default().call(py, |run| survey.drivers_with(outcome, drivers, options, run))?;
    Ok(Drivers {
        outcome: found.outcome,
        r_squared: found.r_squared,
        r_squared_ci: found.r_squared_ci,
        level: found.level,
        n: found.n,
        n_eff: found.n_eff,
        n_outcome: found.n_outcome,
        missing: found.missing,
        coding: found.coding,
        replicates: found.replicates,
        warnings: found.warnings,
        table: Py::new(py, Table(found.table))?,
    })
}

#[pymethods]
impl Drivers {
    fn __repr__(&self) -> String {
        format!("Drivers({}, r_squared={:?}, n={}, missing={:?})", self.outcome, self.r_squared, self.n, self.missing)
    }
}
