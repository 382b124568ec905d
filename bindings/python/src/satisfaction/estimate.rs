//! Estimates.

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A figure with its uncertainty, base, unit and method.
#[pyclass(frozen, eq, module = "citx")]
#[derive(PartialEq)]
pub(crate) struct Estimate(pub(crate) citx::Estimate);

type Figures = (f64, f64, (f64, f64), f64, f64, u64, f64, f64, f64, f64);
type Words = (String, String, Option<String>, Option<String>, Vec<String>, String, String, String);

#[pymethods]
impl Estimate {
    #[staticmethod]
    fn _restore(figures: Figures, words: Words) -> Self {
        let (value, std_error, ci, level, df, n, n_eff, deff, moe, standard_moe) = figures;
        let mut estimate = citx::Estimate::from_stored(value, std_error, ci, level, n, words.0);
        (estimate.df, estimate.n_eff, estimate.deff, estimate.moe, estimate.standard_moe) = (df, n_eff, deff, moe, standard_moe);
        (estimate.method, estimate.published, estimate.published_unit, estimate.warnings) = (words.1, words.2, words.3, words.4);
        (estimate.deff_reference, estimate.definition, estimate.base) = (words.5, words.6, words.7);
        Self(estimate)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Figures, Words))> {
        let e = &slf.get().0;
        let figures = (e.value, e.std_error, e.ci, e.level, e.df, e.n, e.n_eff, e.deff, e.moe, e.standard_moe);
        let published = (e.published.clone(), e.published_unit.clone());
        let said = (e.deff_reference.clone(), e.definition.clone(), e.base.clone());
        let words = (e.unit.clone(), e.method.clone(), published.0, published.1, e.warnings.clone(), said.0, said.1, said.2);
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

    /// How many answers, citizens, households or homes it rests on.
    #[getter]
    fn n(&self) -> u64 {
        self.0.n
    }

    /// What n counts.
    #[getter]
    fn base(&self) -> &str {
        &self.0.base
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

    /// What the design effect compares with: "srswr" or "srswor".
    #[getter]
    fn deff_reference(&self) -> &str {
        &self.0.deff_reference
    }

    /// The margin of error by the instrument's own formula.
    #[getter]
    fn standard_moe(&self) -> f64 {
        self.0.standard_moe
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

    /// What an instrument's measure is, in words.
    #[getter]
    fn definition(&self) -> &str {
        &self.0.definition
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
        dict.set_item("base", &e.base)?;
        for (name, value) in [("n_eff", e.n_eff), ("deff", e.deff), ("moe", e.moe), ("standard_moe", e.standard_moe)] {
            dict.set_item(name, value)?;
        }
        dict.set_item("deff_reference", &e.deff_reference)?;
        dict.set_item("unit", &e.unit)?;
        dict.set_item("method", &e.method)?;
        dict.set_item("definition", &e.definition)?;
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
