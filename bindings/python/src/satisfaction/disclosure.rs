//! Disclosure control: what to withhold, and what a reader could still recover.

use std::path::PathBuf;

use citx::satisfaction::{self, AuditOptions, CellOptions, SuppressOptions};
use pyo3::prelude::*;

use crate::error::{Answer, detached, invalid};
use crate::input;
use crate::options::{Names, pairs};
use crate::run::Long;
use crate::table::Table;
use crate::value::type_name;

/// What a body withholds.
#[pyclass(frozen, module = "citx")]
pub(crate) struct DisclosureRule(satisfaction::DisclosureRule);

#[pymethods]
impl DisclosureRule {
    /// A rule that ships with citx.
    #[staticmethod]
    fn builtin(py: Python<'_>, name: &str) -> Answer<Self> {
        Ok(Self(detached(py, || satisfaction::DisclosureRule::builtin(name))?))
    }

    /// A rule of one's own from TOML text.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> Answer<Self> {
        Ok(Self(detached(py, || satisfaction::DisclosureRule::parse(text))?))
    }

    /// A rule of one's own from a TOML file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> Answer<Self> {
        let text = std::fs::read_to_string(path).map_err(PyErr::from)?;
        Self::parse(py, &text)
    }

    /// The rules that ship with citx.
    #[staticmethod]
    fn names() -> Vec<&'static str> {
        satisfaction::DisclosureRule::names()
    }

    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// What it is, in words.
    #[getter]
    fn title(&self) -> &str {
        self.0.title()
    }

    /// Who says so.
    #[getter]
    fn source(&self) -> &str {
        self.0.source()
    }

    /// What stands in place of a figure.
    #[getter]
    fn symbol(&self) -> &str {
        self.0.symbol()
    }

    /// Counts below this are withheld.
    #[getter]
    fn threshold(&self) -> u64 {
        self.0.threshold()
    }

    fn __repr__(&self) -> String {
        format!("DisclosureRule({})", self.0.name())
    }
}

fn rule(py: Python<'_>, given: &Bound<'_, PyAny>) -> Answer<satisfaction::DisclosureRule> {
    if let Ok(rule) = given.cast::<DisclosureRule>() {
        return Ok(rule.get().0.clone());
    }
    let name: String =
        given.extract().map_err(|_| invalid(format!("`rule` must be a name or a citx.DisclosureRule, not {}", type_name(given))))?;
    detached(py, || satisfaction::DisclosureRule::builtin(&name))
}

fn cells(
    categories: Names,
    count: String,
    total: Option<String>,
    hierarchies: Option<&Bound<'_, PyAny>>,
    figures: Option<Vec<String>>,
    shares: Option<&Bound<'_, PyAny>>,
) -> Answer<CellOptions> {
    let mut options = CellOptions::new(categories.0, count);
    total.into_iter().for_each(|total| options.total = total);
    options.hierarchies = pairs("hierarchies", hierarchies)?;
    options.figures = figures.unwrap_or_default();
    options.shares = pairs("shares", shares)?;
    Ok(options)
}

fn protection(width: u64, percent: f64) -> SuppressOptions {
    let mut options = SuppressOptions::default();
    (options.width, options.percent) = (width, percent);
    options
}

/// What the reader of suppressed tables is taken to know beside the rule.
fn against(mut options: SuppressOptions, knows_primary: bool, singletons: bool, floor: Option<u64>, line_total: u64) -> SuppressOptions {
    (options.knows_primary, options.singletons, options.floor, options.line_total) = (knows_primary, singletons, floor, line_total);
    options
}

/// The same table with small counts withheld, and what else it takes.
#[pyfunction]
#[pyo3(signature = (table, *, categories, count, rule, total=None, hierarchies=None, figures=None, shares=None, width=1, percent=0.0,
    knows_primary=false, singletons=true, floor=None, line_total=0))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn suppress(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    categories: Names,
    count: String,
    rule: &Bound<'_, PyAny>,
    total: Option<String>,
    hierarchies: Option<&Bound<'_, PyAny>>,
    figures: Option<Vec<String>>,
    shares: Option<&Bound<'_, PyAny>>,
    width: u64,
    percent: f64,
    knows_primary: bool,
    singletons: bool,
    floor: Option<u64>,
    line_total: u64,
) -> Answer<Table> {
    let (rule, cells) = (self::rule(py, rule)?, cells(categories, count, total, hierarchies, figures, shares)?);
    let options = against(protection(width, percent), knows_primary, singletons, floor, line_total);
    let table = input::table(py, table)?;
    let made = Long::default().call(py, |_| satisfaction::suppress(&[table], &cells, &rule, &options))?;
    Ok(Table(made.into_iter().next().ok_or_else(|| invalid("no table was made"))?))
}

/// The same for tables that share cells or totals, none of which may give another away.
#[pyfunction]
#[pyo3(signature = (tables, *, categories, count, rule, total=None, hierarchies=None, figures=None, shares=None, width=1, percent=0.0,
    knows_primary=false, singletons=true, floor=None, line_total=0))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn suppress_linked(
    py: Python<'_>,
    tables: Vec<Bound<'_, PyAny>>,
    categories: Names,
    count: String,
    rule: &Bound<'_, PyAny>,
    total: Option<String>,
    hierarchies: Option<&Bound<'_, PyAny>>,
    figures: Option<Vec<String>>,
    shares: Option<&Bound<'_, PyAny>>,
    width: u64,
    percent: f64,
    knows_primary: bool,
    singletons: bool,
    floor: Option<u64>,
    line_total: u64,
) -> Answer<Vec<Table>> {
    let (rule, cells) = (self::rule(py, rule)?, cells(categories, count, total, hierarchies, figures, shares)?);
    let tables = tables.iter().map(|table| input::table(py, table)).collect::<Answer<Vec<_>>>()?;
    let options = against(protection(width, percent), knows_primary, singletons, floor, line_total);
    let made = Long::default().call(py, |_| satisfaction::suppress(&tables, &cells, &rule, &options))?;
    Ok(made.into_iter().map(Table).collect())
}

/// A table of counts with the totals of all margins.
#[pyfunction]
#[pyo3(signature = (table, *, categories, count, total=None))]
pub(crate) fn with_totals(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    categories: Names,
    count: String,
    total: Option<String>,
) -> Answer<Table> {
    let (table, cells) = (input::table(py, table)?, cells(categories, count, total, None, None, None)?);
    Ok(Table(Long::default().call(py, |_| satisfaction::with_totals(&table, &cells))?))
}

/// What a reader could still work out of each withheld count.
#[pyfunction]
#[pyo3(signature = (table, *, linked=None, categories, count, rule=None, suppressed="suppressed", total=None, hierarchies=None, width=1,
    percent=0.0, knows_primary=false, floor=None, max_cells=5000))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn audit(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    linked: Option<Vec<Bound<'_, PyAny>>>,
    categories: Names,
    count: String,
    rule: Option<&Bound<'_, PyAny>>,
    suppressed: &str,
    total: Option<String>,
    hierarchies: Option<&Bound<'_, PyAny>>,
    width: u64,
    percent: f64,
    knows_primary: bool,
    floor: Option<u64>,
    max_cells: usize,
) -> Answer<Table> {
    let linked = linked.unwrap_or_default();
    let tables = std::iter::once(table).chain(&linked).map(|table| input::table(py, table)).collect::<Answer<Vec<_>>>()?;
    let cells = cells(categories, count, total, hierarchies, None, None)?;
    let mut options = AuditOptions::default();
    options.suppressed = suppressed.to_owned();
    options.rule = rule.map(|given| self::rule(py, given)).transpose()?;
    options.protection = protection(width, percent);
    (options.protection.knows_primary, options.protection.floor, options.max_cells) = (knows_primary, floor, max_cells);
    Ok(Table(Long::default().call(py, |_| satisfaction::audit(&tables, &cells, &options))?))
}

/// A table of scores with small bases withheld, and what else it takes.
#[pyfunction]
#[pyo3(signature = (scores, *, rule, width=1, percent=0.0))]
pub(crate) fn protect_scores(
    py: Python<'_>,
    scores: &Bound<'_, PyAny>,
    rule: &Bound<'_, PyAny>,
    width: u64,
    percent: f64,
) -> Answer<Table> {
    let (scores, rule, options) = (input::table(py, scores)?, self::rule(py, rule)?, protection(width, percent));
    Ok(Table(Long::default().call(py, |_| satisfaction::protect_scores(&scores, &rule, &options))?))
}
