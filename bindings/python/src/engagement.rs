//! Engagement: what citizens did, and did a campaign change anything?

use citx::{EventColumns, FeatureOptions, UpliftOptions, Value};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::citizens::Population;
use crate::error::{Answer, guarded};
use crate::input;
use crate::options::{Count, Names, context, key, zone};
use crate::run::{CancelToken, Long};
use crate::table::Table;
use crate::value::to_python;

/// What citizens did and what happened to them.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Events(pub(crate) citx::Events);

#[pymethods]
impl Events {
    /// Events from any Arrow producer, dict of columns or list of rows, in any order.
    #[staticmethod]
    #[pyo3(signature = (table, citizen="id", kind="kind", at="at", channel=None, value=None, *, time_zone="UTC"))]
    #[allow(clippy::too_many_arguments)]
    fn from_arrow(
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        citizen: &str,
        kind: &str,
        at: &str,
        channel: Option<String>,
        value: Option<String>,
        time_zone: &str,
    ) -> Answer<Self> {
        let mut columns = EventColumns::new(citizen, kind, at).time_zone(zone(time_zone)?);
        columns.channel = channel;
        columns.value = value;
        let table = input::table(py, table)?;
        Ok(Self(Long::default().call(py, |_| citx::Events::from_table(&table, &columns))?))
    }

    /// The kinds that occur, sorted.
    #[getter]
    fn kinds(&self) -> Vec<&str> {
        self.0.kinds()
    }

    /// The events of one citizen as dicts: by kind, of one kind from the earliest on.
    fn of<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> Answer<Vec<Bound<'py, PyDict>>> {
        let key = self::key(key)?;
        guarded(|| {
            let event = |event: citx::rules::Event<'_>| {
                let dict = PyDict::new(py);
                dict.set_item("kind", event.kind)?;
                dict.set_item("at", to_python(py, &Value::Timestamp(event.at))?)?;
                dict.set_item("channel", event.channel)?;
                dict.set_item("value", event.value)?;
                Ok(dict)
            };
            self.0.of(&key).map(event).collect()
        })
    }

    /// What citizens did as columns: how often in the last days, when last and first, and how much.
    #[pyo3(signature = (people, *, as_of, windows, kinds=None, time_zone="UTC", memory_limit=None, threads=None, cancel=None, progress=None))]
    #[allow(clippy::too_many_arguments)]
    fn features<'py>(
        &self,
        py: Python<'py>,
        people: &Bound<'py, Population>,
        as_of: &Bound<'py, PyAny>,
        windows: Vec<Count>,
        kinds: Option<Names>,
        time_zone: &str,
        memory_limit: Option<Count>,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Table> {
        let (context, people) = (context(as_of, time_zone)?, &people.get().0);
        let mut options = FeatureOptions::new(windows.into_iter().map(|Count(days)| i64::try_from(days).unwrap_or(i64::MAX)));
        options.kinds = kinds.map(|Names(kinds)| kinds);
        let long = Long::new(threads, cancel, progress)?.memory_limit(memory_limit);
        Ok(Table(long.call(py, |run| self.0.features(people, &context, &options, run))?))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("Events({} events; {})", self.0.len(), self.0.kinds().join(", "))
    }
}

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
