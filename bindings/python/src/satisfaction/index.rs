//! The CitX index of citizens.

use citx::satisfaction::{self, IndexColumns, IndexParameters};
use citx::{Bitmap, TimeZone};
use pyo3::prelude::*;

use crate::citizens::Population;
use crate::error::Answer;
use crate::input;
use crate::options::{Names, instant, key};
use crate::run::Long;
use crate::segments::Segment;
use crate::table::Table;

/// How each citizen's experience stands.
#[pyclass(frozen, module = "citx")]
pub(crate) struct CitxIndex(satisfaction::CitxIndex);

#[pymethods]
impl CitxIndex {
    #[new]
    #[pyo3(signature = (table, *, citizen, at, kind, as_of, value=None, channel=None, service=None, id=None, parameters=None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        citizen: String,
        at: String,
        kind: String,
        as_of: &Bound<'_, PyAny>,
        value: Option<String>,
        channel: Option<String>,
        service: Option<String>,
        id: Option<String>,
        parameters: Option<String>,
    ) -> Answer<Self> {
        let mut columns = IndexColumns::default();
        (columns.citizen, columns.at, columns.kind, columns.value) = (citizen, at, kind, value);
        (columns.channel, columns.service, columns.id) = (channel, service, id);
        let (table, as_of) = (input::table(py, table)?, instant("as_of", as_of, TimeZone::UTC)?);
        Ok(Self(Long::default().call(py, |_| {
            let parameters = parameters.as_deref().map_or_else(IndexParameters::builtin, IndexParameters::parse)?;
            satisfaction::CitxIndex::new(&table, &columns, &parameters, as_of)
        })?))
    }

    /// One row a citizen.
    #[getter]
    fn table(&self) -> Table {
        Table(self.0.table())
    }

    /// What moved one citizen's index.
    fn explain(&self, citizen: &Bound<'_, PyAny>) -> Answer<Table> {
        Ok(Table(self.0.explain(&key(citizen)?)?))
    }

    /// The mean index, overall and by channel or service.
    #[pyo3(signature = (by=None, *, people=None, segment=None, level=0.95))]
    fn means(
        &self,
        py: Python<'_>,
        by: Option<Names>,
        people: Option<&Bound<'_, Population>>,
        segment: Option<&Bound<'_, Segment>>,
        level: f64,
    ) -> Answer<Table> {
        let by = by.unwrap_or_default().0;
        let by: Vec<&str> = by.iter().map(String::as_str).collect();
        let members: Option<(&citx::Population, Bitmap)> = match (people, segment) {
            (Some(people), Some(segment)) => Some((&people.get().0, segment.get().0.bitmap().clone())),
            _ => None,
        };
        Ok(Table(Long::default().call(py, |_| self.0.by(&by, members.as_ref().map(|(people, mask)| (*people, mask)), level))?))
    }
}
