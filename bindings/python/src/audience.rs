//! The audience: who may be contacted, and why not the others.

use std::path::PathBuf;

use citx::{CustomerMatchOptions, EqualityOptions, NotifyOptions};
use pyo3::prelude::*;

use crate::citizens::Population;
use crate::engagement::Events;
use crate::error::{Answer, detached};
use crate::options::{Names, breakdowns, count, pairs};
use crate::run::Long;
use crate::table::Table;

/// At most so many contacts in so many days.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Cap(pub(crate) citx::Cap);

#[pymethods]
impl Cap {
    #[new]
    #[pyo3(signature = (at_most, *, days, contacts, kinds=None, channels=None))]
    fn new(at_most: u32, days: u32, contacts: &Bound<'_, Events>, kinds: Option<Names>, channels: Option<Names>) -> Self {
        let words = |names: Option<Names>| names.map_or_else(Vec::new, |names| names.0);
        Self(citx::Cap::new(at_most, days, contacts.get().0.clone()).kinds(words(kinds)).channels(words(channels)))
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// The members who may be contacted, each with channel, basis and rule, and the others with reasons.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Audience(pub(crate) citx::Audience);

impl Audience {
    fn to(&self, system: Option<&str>) -> citx::Audience {
        system.map_or_else(|| self.0.clone(), |system| self.0.for_system(system))
    }
}

#[pymethods]
impl Audience {
    /// Key, channel, basis, rule: one row for each citizen who may be contacted.
    #[getter]
    fn allowed(&self) -> Table {
        Table(self.0.allowed().clone())
    }

    /// Key, channel, reason, rule: one row for each channel tried in vain.
    #[getter]
    fn refused(&self) -> Table {
        Table(self.0.refused().clone())
    }

    /// Key, channel: one row for each citizen who might be contacted and is held out.
    #[getter]
    fn held_out(&self) -> Table {
        Table(self.0.held_out().clone())
    }

    /// Outcome, channel, rule, reason and how many.
    fn summary(&self, py: Python<'_>) -> Answer<Table> {
        Ok(Table(detached(py, || Ok(self.0.summary()))?))
    }

    /// When the first of the allowed may not be contacted any more; None if nothing changes within 400 days.
    #[getter]
    fn expires_at(&self, py: Python<'_>) -> Answer<Option<chrono::DateTime<chrono::Utc>>> {
        let at = detached(py, || Ok(self.0.expires_at()))?;
        Ok(at.and_then(|at| chrono::DateTime::from_timestamp_micros(at.as_micros())))
    }

    /// The share allowed in each group of the members, small numbers withheld.
    #[pyo3(signature = (by=None, *, level=0.95, min_base=10))]
    fn equality(
        &self,
        py: Python<'_>,
        by: Option<&Bound<'_, PyAny>>,
        level: f64,
        #[pyo3(from_py_with = count)] min_base: u64,
    ) -> Answer<Table> {
        let by = breakdowns(by)?.unwrap_or_default();
        let options = EqualityOptions::default().level(level).min_base(min_base);
        Ok(Table(detached(py, || self.0.equality(&by, &options))?))
    }

    /// The citizens it was chosen from.
    #[getter]
    fn population(&self) -> Population {
        Population(self.0.population().clone())
    }

    /// The purpose it was made for.
    #[getter]
    fn purpose(&self) -> &str {
        self.0.purpose()
    }

    /// Write GOV.UK Notify files, one for each channel and piece, and return their paths.
    #[pyo3(signature = (directory, *, personalisation=None, prefix=None, system=None))]
    fn write_notify(
        &self,
        py: Python<'_>,
        directory: PathBuf,
        personalisation: Option<&Bound<'_, PyAny>>,
        prefix: Option<String>,
        system: Option<&str>,
    ) -> Answer<Vec<PathBuf>> {
        let mut options = NotifyOptions::default();
        options.personalisation = pairs("personalisation", personalisation)?;
        options.prefix = prefix;
        Long::default().call(py, |_| citx::write_notify(&self.to(system), &directory, &options))
    }

    /// Write key, channel, contact, basis and rule as CSV.
    #[pyo3(signature = (path, *, system=None))]
    fn write_csv(&self, py: Python<'_>, path: PathBuf, system: Option<&str>) -> Answer<()> {
        Long::default().call(py, |_| citx::write_audience_csv(&self.to(system), &path))
    }

    /// Write key, channel, contact, basis and rule as Parquet.
    #[pyo3(signature = (path, *, system=None))]
    fn write_parquet(&self, py: Python<'_>, path: PathBuf, system: Option<&str>) -> Answer<()> {
        Long::default().call(py, |_| citx::write_audience_parquet(&self.to(system), &path))
    }

    /// Write hashed contact points for Google Customer Match, and return who was left out.
    #[pyo3(signature = (path, *, columns=None, system=None))]
    fn write_customer_match(
        &self,
        py: Python<'_>,
        path: PathBuf,
        columns: Option<&Bound<'_, PyAny>>,
        system: Option<&str>,
    ) -> Answer<Table> {
        let columns = pairs("columns", columns)?;
        Ok(Table(Long::default().call(py, |_| {
            let options = columns.iter().try_fold(CustomerMatchOptions::new(), |options, (name, column)| options.column(name, column))?;
            citx::write_customer_match(&self.to(system), &path, &options)
        })?))
    }

    fn __len__(&self) -> usize {
        self.0.allowed().num_rows()
    }

    fn __bool__(&self) -> bool {
        true
    }

    fn __repr__(&self) -> String {
        let (allowed, refused) = (self.0.allowed().num_rows(), self.0.refused().num_rows());
        format!("Audience({}, {allowed} allowed, {refused} refusals)", self.0.purpose())
    }
}
