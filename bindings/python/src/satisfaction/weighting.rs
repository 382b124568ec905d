//! Weighting: known totals in, diagnostics out.

use std::sync::Arc;

use citx::satisfaction::Margin;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyMapping, PyTuple};

use super::value_text;
use crate::error::{Answer, invalid};
use crate::options::Names;
use crate::table::Table;

/// How a weighting went.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Weighting(pub(crate) Arc<citx::satisfaction::Weighting>);

#[pymethods]
impl Weighting {
    /// What was done.
    #[getter]
    fn method(&self) -> &str {
        &self.0.method
    }

    /// Rounds or steps.
    #[getter]
    fn iterations(&self) -> u64 {
        self.0.iterations
    }

    /// Largest distance from a target.
    #[getter]
    fn gap(&self) -> f64 {
        self.0.gap
    }

    /// Each category or total with its target, and what the weights made of it before and after.
    #[getter]
    fn margins(&self) -> Table {
        Table(self.0.margins.clone())
    }

    /// Respondents with a weight above 0.
    #[getter]
    fn n(&self) -> u64 {
        self.0.n
    }

    /// Kish's effective sample size before.
    #[getter]
    fn n_eff_before(&self) -> f64 {
        self.0.n_eff_before
    }

    /// Kish's effective sample size after.
    #[getter]
    fn n_eff(&self) -> f64 {
        self.0.n_eff
    }

    /// Kish's design effect before.
    #[getter]
    fn deff_before(&self) -> f64 {
        self.0.deff_before
    }

    /// Kish's design effect after.
    #[getter]
    fn deff(&self) -> f64 {
        self.0.deff
    }

    /// Effective over actual sample size.
    #[getter]
    fn efficiency(&self) -> f64 {
        self.0.efficiency
    }

    /// Least weight after.
    #[getter]
    fn smallest(&self) -> f64 {
        self.0.smallest
    }

    /// Greatest weight after.
    #[getter]
    fn largest(&self) -> f64 {
        self.0.largest
    }

    /// Least and greatest factor of a weight.
    #[getter]
    fn factors(&self) -> (f64, f64) {
        self.0.factors
    }

    /// How many weights were trimmed.
    #[getter]
    fn trimmed(&self) -> u64 {
        self.0.trimmed
    }

    fn __repr__(&self) -> String {
        let w = &self.0;
        format!(
            "Weighting(method={:?}, iterations={}, n_eff={:?}, deff={:?}, largest={:?})",
            w.method, w.iterations, w.n_eff, w.deff, w.largest
        )
    }
}

/// A margin from a name, or a tuple of names that are crossed, and a dict of category to total.
pub(crate) fn margin(by: &Bound<'_, PyAny>, totals: &Bound<'_, PyAny>) -> Answer<Margin> {
    let Names(by) = by.extract().map_err(|_| invalid("a margin is a name, or a tuple of names that are crossed"))?;
    let totals = totals.cast::<PyMapping>().map_err(|_| invalid("the totals of a margin are a dict of category to total"))?;
    let mut pairs = Vec::new();
    for item in totals.items()?.try_iter()? {
        let (category, total): (Bound<'_, PyAny>, f64) = item?.extract().map_err(|_| invalid("each total of a margin is a number"))?;
        pairs.push((category_text(&category)?, total));
    }
    Ok(Margin::new(by, pairs))
}

/// A category as the text of its group: whole floats as whole numbers, a tuple crossed.
fn category_text(given: &Bound<'_, PyAny>) -> Answer<String> {
    if let Ok(crossed) = given.cast::<PyTuple>() {
        let parts = crossed.iter().map(|part| category_text(&part)).collect::<Answer<Vec<_>>>()?;
        return Ok(parts.join(" x "));
    }
    match given.cast::<PyFloat>() {
        Ok(number) if number.value().fract() == 0.0 => Ok(format!("{}", number.value())),
        _ => value_text("a category", given),
    }
}
