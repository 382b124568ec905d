//! Tests of means and association.

use pyo3::prelude::*;

/// A test with what it rests on.
#[pyclass(frozen, eq, get_all, module = "citx")]
#[derive(PartialEq)]
pub(crate) struct Test {
    statistic: f64,
    df: f64,
    df_denominator: f64,
    p_value: f64,
    difference: f64,
    std_error: f64,
    ci: (f64, f64),
    level: f64,
    n: u64,
    groups: Vec<String>,
    method: String,
    warnings: Vec<String>,
}

impl From<citx::satisfaction::Test> for Test {
    fn from(test: citx::satisfaction::Test) -> Self {
        Self {
            statistic: test.statistic,
            df: test.df,
            df_denominator: test.df_denominator,
            p_value: test.p_value,
            difference: test.difference,
            std_error: test.std_error,
            ci: test.ci,
            level: test.level,
            n: test.n,
            groups: test.groups,
            method: test.method,
            warnings: test.warnings,
        }
    }
}

#[pymethods]
impl Test {
    fn __repr__(&self) -> String {
        format!(
            "Test(statistic={:?}, df={:?}, p_value={:?}, n={}, method={:?})",
            self.statistic, self.df, self.p_value, self.n, self.method
        )
    }
}
