//! Returns of the Tenant Satisfaction Measures.

use std::collections::BTreeMap;
use std::path::PathBuf;

use citx::satisfaction::{self, ManagementOptions, RepresentativenessOptions, TsmReturnOptions};
use pyo3::prelude::*;

use super::Survey;
use crate::error::Answer;
use crate::input;
use crate::options::{Count, pairs};
use crate::run::Long;
use crate::table::Table;

/// The perception survey of one tenure.
#[pyclass(frozen, module = "citx")]
pub(crate) struct PerceptionPart(satisfaction::PerceptionPart);

#[pymethods]
impl PerceptionPart {
    #[new]
    #[pyo3(signature = (tenure, survey, *, unit=None, population=None, achieved=None, selection=None, modes=None, filters=None, targets=None,
        household=None, excluded=None, unweighted=None, previous_mode=None, approach=None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        tenure: String,
        survey: &Bound<'_, Survey>,
        unit: Option<String>,
        population: Option<Count>,
        achieved: Option<Count>,
        selection: Option<String>,
        modes: Option<BTreeMap<String, u64>>,
        filters: Option<&Bound<'_, PyAny>>,
        targets: Option<&Bound<'_, PyAny>>,
        household: Option<String>,
        excluded: Option<Count>,
        unweighted: Option<BTreeMap<String, f64>>,
        previous_mode: Option<String>,
        approach: Option<BTreeMap<String, String>>,
    ) -> Answer<Self> {
        let mut part = satisfaction::PerceptionPart::new(tenure, survey.get().0.clone());
        let number = |count: Option<Count>| count.map(|count| count.0);
        (part.unit, part.selection, part.household, part.previous_mode) = (unit, selection, household, previous_mode);
        (part.population, part.achieved, part.excluded) = (number(population), number(achieved), number(excluded));
        part.modes = modes.unwrap_or_default().into_iter().collect();
        part.filters = pairs("filters", filters)?;
        part.targets = targets.map(|table| input::table(py, table)).transpose()?;
        part.unweighted = unweighted.unwrap_or_default().into_iter().collect();
        part.approach = approach.unwrap_or_default();
        Ok(Self(part))
    }
}

/// A landlord's return: all 22 measures, the sample rule, and what a regulator would ask.
#[pyclass(frozen, module = "citx")]
pub(crate) struct TsmReturn(satisfaction::TsmReturn);

#[pymethods]
impl TsmReturn {
    #[new]
    #[pyo3(signature = (parts, *, landlord, year, management=None, landlord_type=None, benchmark_year=None, lcra_homes=None, lcho_homes=None,
        level=0.95))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        parts: Vec<Py<PerceptionPart>>,
        landlord: String,
        year: String,
        management: Option<&Bound<'_, PyAny>>,
        landlord_type: Option<String>,
        benchmark_year: Option<String>,
        lcra_homes: Option<Count>,
        lcho_homes: Option<Count>,
        level: f64,
    ) -> Answer<Self> {
        let parts = parts.iter().map(|part| part.get().0.clone()).collect();
        let management = management.map(|table| input::table(py, table)).transpose()?;
        let mut options = TsmReturnOptions::default();
        (options.landlord, options.year) = (landlord, year);
        (options.landlord_type, options.benchmark_year) = (landlord_type, benchmark_year);
        (options.lcra_homes, options.lcho_homes) = (lcra_homes.map(|count| count.0), lcho_homes.map(|count| count.0));
        options.score.level = level;
        Ok(Self(Long::default().call(py, |_| {
            let figures =
                management.map(|table| satisfaction::Management::from_table(&table, &ManagementOptions::default())).transpose()?;
            satisfaction::TsmReturn::new(parts, figures.as_ref(), &options)
        })?))
    }

    /// All measures.
    fn measures(&self) -> Answer<Table> {
        Ok(Table(self.0.measures()?))
    }

    /// The sample rule.
    fn samples(&self) -> Answer<Table> {
        Ok(Table(self.0.samples()?))
    }

    /// Satisfaction by method of collection.
    fn methods(&self) -> Answer<Table> {
        Ok(Table(self.0.methods()?))
    }

    /// Counts of answers.
    fn answer_counts(&self) -> Answer<Table> {
        Ok(Table(self.0.answer_counts()?))
    }

    /// The management figures.
    fn management(&self) -> Answer<Option<Table>> {
        Ok(self.0.management()?.map(Table))
    }

    /// The sample beside the population, by category.
    fn representativeness(&self) -> Answer<Table> {
        Ok(Table(self.0.representativeness()?))
    }

    /// The same by characteristic.
    fn characteristics(&self) -> Answer<Table> {
        Ok(Table(self.0.characteristics()?))
    }

    /// Facts of the weights.
    fn weighting(&self) -> Answer<Table> {
        Ok(Table(self.0.weighting()?))
    }

    /// The summary of approach, items a to k.
    fn summary_of_approach(&self) -> Answer<Table> {
        Ok(Table(self.0.summary_of_approach()?))
    }

    /// The summary of approach as Markdown.
    fn summary_markdown(&self) -> String {
        self.0.summary_markdown()
    }

    /// What a regulator would ask.
    fn warnings(&self) -> Answer<Table> {
        Ok(Table(self.0.warning_table()?))
    }

    /// The workbook.
    fn write(&self, py: Python<'_>, path: PathBuf) -> Answer<()> {
        Long::default().call(py, |_| citx::report::Workbook::new().sheets(&self.0.sheets()?)?.write(&path))
    }
}

/// How a survey was done, items a to k.
#[pyclass(frozen, module = "citx")]
pub(crate) struct SummaryOfApproach(satisfaction::SummaryOfApproach);

#[pymethods]
impl SummaryOfApproach {
    /// item, name, heading, text, complete.
    #[getter]
    fn table(&self) -> Answer<Table> {
        Ok(Table(self.0.table()?))
    }

    /// Headings of what is not stated.
    #[getter]
    fn missing(&self) -> Vec<&str> {
        self.0.missing()
    }

    /// The text to publish.
    fn to_markdown(&self) -> String {
        self.0.to_markdown()
    }

    fn __repr__(&self) -> String {
        format!("SummaryOfApproach({} items, {} not stated)", self.0.items.len(), self.0.missing().len())
    }
}

pub(super) fn summary_of_approach(py: Python<'_>, survey: &citx::Survey, approach: &BTreeMap<String, String>) -> Answer<SummaryOfApproach> {
    Ok(SummaryOfApproach(Long::default().call(py, |_| survey.summary_of_approach(approach))?))
}

/// A sample beside its population.
#[pyclass(frozen, get_all, module = "citx")]
pub(crate) struct Representativeness {
    categories: Py<Table>,
    characteristics: Py<Table>,
}

pub(super) fn representativeness(
    py: Python<'_>,
    survey: &citx::Survey,
    population: &Bound<'_, PyAny>,
    measure: Option<String>,
) -> Answer<Representativeness> {
    let population = input::table(py, population)?;
    let mut options = RepresentativenessOptions::default();
    measure.into_iter().for_each(|measure| options.measure = measure);
    let found = Long::default().call(py, |_| survey.representativeness(&population, &options))?;
    let (categories, characteristics) = (Py::new(py, Table(found.categories))?, Py::new(py, Table(found.characteristics))?);
    Ok(Representativeness { categories, characteristics })
}

/// The regulator's data set of all returns.
#[pyclass(frozen, get_all, module = "citx")]
pub(crate) struct TsmRelease {
    returns: Py<Table>,
    counts: Py<Table>,
    published: Py<Table>,
    methods: Py<Table>,
    filters: Py<Table>,
    unweighted: Py<Table>,
    management: Py<Table>,
}

/// Reads the regulator's own workbook.
#[pyfunction]
pub(crate) fn read_tsm_release(py: Python<'_>, path: PathBuf) -> Answer<TsmRelease> {
    let release = Long::default().call(py, |_| citx::read_tsm_release(&path))?;
    let table = |table| Py::new(py, Table(table));
    Ok(TsmRelease {
        returns: table(release.returns)?,
        counts: table(release.counts)?,
        published: table(release.published)?,
        methods: table(release.methods)?,
        filters: table(release.filters)?,
        unweighted: table(release.unweighted)?,
        management: table(release.management)?,
    })
}
