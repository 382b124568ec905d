//! Response rates and coverage.

use citx::satisfaction;
use pyo3::prelude::*;

use crate::error::{Answer, detached};
use crate::input;
use crate::table::Table;

/// The outcome rates of a sample's final dispositions.
#[pyfunction]
#[pyo3(signature = (dispositions, *, code, count=None, eligible=None))]
pub(crate) fn response_rates(
    py: Python<'_>,
    dispositions: &Bound<'_, PyAny>,
    code: &str,
    count: Option<&str>,
    eligible: Option<f64>,
) -> Answer<Table> {
    let table = input::table(py, dispositions)?;
    Ok(Table(detached(py, || satisfaction::response_rates(&table, code, count, eligible))?))
}

/// Whom answers stand for.
#[pyfunction]
#[pyo3(signature = (answers, *, citizen, household=None))]
pub(crate) fn coverage(py: Python<'_>, answers: &Bound<'_, PyAny>, citizen: &str, household: Option<&str>) -> Answer<Table> {
    let table = input::table(py, answers)?;
    Ok(Table(detached(py, || satisfaction::coverage(&table, citizen, household))?))
}
