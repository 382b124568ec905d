//! Engagement: did a campaign change anything?

use citx::UpliftOptions;
use pyo3::prelude::*;

use crate::error::Answer;
use crate::input;
use crate::run::Long;
use crate::table::Table;

/// What each arm changed against the control.
#[pyfunction]
#[pyo3(signature = (table, *, arm, outcome, control, cluster=None, by=None, level=0.95))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn uplift(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    arm: String,
    outcome: String,
    control: String,
    cluster: Option<String>,
    by: Option<String>,
    level: f64,
) -> Answer<Table> {
    let table = input::table(py, table)?;
    let mut options = UpliftOptions::new(arm, outcome, control);
    options.cluster = cluster;
    options.by = by;
    options.level = level;
    Ok(Table(Long::default().call(py, |_| citx::uplift(&table, &options))?))
}
