//! Who is in which segment, one segment, and what changed between two memberships.

use citx::rules::Sources;
use citx::{AudienceOptions, QuietHours, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyIterator, PyList, PyMapping, PyString};

use super::{SegmentBook, sources};
use crate::audience::{Audience, Cap};
use crate::citizens::Population;
use crate::consent::ConsentView;
use crate::engagement::Events;
use crate::error::{Answer, detached, invalid};
use crate::input;
use crate::options::{Count, Names, context, key};
use crate::rules::Explanation;
use crate::run::{CancelToken, Long};
use crate::table::{Column, Rows, Table, export};
use crate::value::{to_python, type_name};

/// Who is in which segment, at one instant.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Membership(pub(crate) citx::Membership);

/// The members of one segment, or of a combination.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Segment(pub(crate) citx::Segment);

/// What has changed since an earlier membership.
#[pyclass(frozen, module = "citx")]
pub(crate) struct MembershipDiff(citx::MembershipDiff);

#[pymethods]
impl Membership {
    /// How many members each segment has.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        self.0.counts().into_iter().try_for_each(|(name, count)| dict.set_item(name, count))?;
        Ok(dict)
    }

    /// The segments' names, in the book's order.
    #[getter]
    fn names(&self) -> Vec<&str> {
        self.0.names()
    }

    /// A membership that was kept as Roaring bytes by segment.
    #[staticmethod]
    #[pyo3(signature = (segments, book, people, *, as_of, time_zone="UTC"))]
    fn from_roaring(
        py: Python<'_>,
        segments: &Bound<'_, PyAny>,
        book: &Bound<'_, SegmentBook>,
        people: &Bound<'_, Population>,
        as_of: &Bound<'_, PyAny>,
        time_zone: &str,
    ) -> Answer<Self> {
        let (context, book, people) = (context(as_of, time_zone)?, &book.get().0, &people.get().0);
        let pieces = segments.cast::<PyMapping>().map_err(|_| invalid("segments must be a dict of names to Roaring bytes"))?;
        let mut given = Vec::with_capacity(pieces.len()?);
        for item in pieces.items()?.iter() {
            let (name, bytes): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
            let name: String = name.extract().map_err(|_| invalid(format!("a segment's name must be text, not {}", type_name(&name))))?;
            let bytes = input::bytes(&format!("segment `{name}`"), &bytes)?;
            given.push((name, bytes));
        }
        let pieces = || given.iter().map(|(name, bytes)| (name.as_str(), &**bytes));
        Ok(Self(detached(py, || citx::Membership::from_roaring(book, people, &context, pieces()))?))
    }

    /// These segments alone, in this order.
    fn select(&self, names: Names) -> Answer<Self> {
        Ok(Self(self.0.select(&names.0)?))
    }

    /// Each citizen in the first segment alone, of those they are in.
    fn exclusive(&self, py: Python<'_>) -> Answer<Self> {
        Ok(Self(detached(py, || Ok(self.0.exclusive()))?))
    }

    /// How many members every two segments share.
    #[pyo3(signature = (*, memory_limit=None, threads=None, cancel=None, progress=None))]
    fn overlap<'py>(
        &self,
        py: Python<'py>,
        memory_limit: Option<Count>,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Table> {
        let long = Long::new(threads, cancel, progress)?.memory_limit(memory_limit);
        Ok(Table(long.call(py, |run| self.0.overlap(run))?))
    }

    /// Who entered and who left each segment since an earlier membership.
    #[pyo3(signature = (previous, *, threads=None, cancel=None, progress=None))]
    fn diff<'py>(
        &self,
        py: Python<'py>,
        previous: &Bound<'py, Self>,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<MembershipDiff> {
        let (previous, long) = (&previous.get().0, Long::new(threads, cancel, progress)?);
        Ok(MembershipDiff(long.call(py, |run| self.0.diff(previous, run))?))
    }

    /// How many members each segment has in each group of a column.
    #[pyo3(signature = (column, *, threads=None, cancel=None, progress=None))]
    fn crosstab<'py>(
        &self,
        py: Python<'py>,
        column: &str,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Table> {
        let long = Long::new(threads, cancel, progress)?;
        Ok(Table(long.call(py, |run| self.0.crosstab(column, run))?))
    }

    /// The names of the segments that one citizen is in.
    fn segments_of(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> Answer<Vec<&str>> {
        let key = self::key(key)?;
        detached(py, || self.0.segments_of(&key))
    }

    /// Why one citizen is in a segment or not.
    #[pyo3(signature = (name, key, *, events=None, view=None))]
    fn explain<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        key: &Bound<'py, PyAny>,
        events: Option<&Bound<'py, Events>>,
        view: Option<&Bound<'py, ConsentView>>,
    ) -> Answer<Explanation> {
        let (key, sources): (_, Sources<'_>) = (self::key(key)?, sources(events, view));
        Ok(Explanation(detached(py, || self.0.explain_with(name, &key, &sources))?))
    }

    /// The instant it was evaluated for.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyAny>> {
        to_python(py, &Value::Timestamp(self.0.context().as_of))
    }

    /// The book whose rules were evaluated.
    #[getter]
    fn book(&self) -> SegmentBook {
        SegmentBook(self.0.book().clone())
    }

    /// The citizens it was evaluated over.
    #[getter]
    fn population(&self) -> Population {
        Population(self.0.population().clone())
    }

    /// The key and one boolean column for each segment.
    fn to_arrow(&self, py: Python<'_>) -> Answer<Table> {
        Ok(Table(detached(py, || Ok(self.0.to_table()))?))
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyCapsule>>) -> Answer<Bound<'py, PyCapsule>> {
        export(py, &detached(py, || Ok(self.0.to_table()))?, requested_schema)
    }

    fn __getitem__(&self, name: &Bound<'_, PyAny>) -> Answer<Segment> {
        let name = name.cast::<PyString>().map_err(|_| invalid(format!("a segment is asked for by name, not by {}", type_name(name))))?;
        Ok(Segment(self.0.segment(name.to_cow()?.as_ref())?))
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        name.extract::<String>().is_ok_and(|name| self.0.names().contains(&name.as_str()))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        PyList::new(py, self.0.names())?.try_iter()
    }

    fn __len__(&self) -> usize {
        self.0.names().len()
    }

    fn __repr__(&self) -> String {
        format!("Membership({} segments, {} citizens)", self.0.names().len(), self.0.population().len())
    }
}

#[pymethods]
impl Segment {
    /// What it is called; a combination is called by its expression.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The attributes its rules read, sorted.
    #[getter]
    fn columns_used(&self) -> Vec<String> {
        self.0.columns_used().to_vec()
    }

    /// The citizens it is a segment of.
    #[getter]
    fn population(&self) -> Population {
        Population(self.0.population().clone())
    }

    /// A segment of the rows in Roaring bytes.
    #[staticmethod]
    #[pyo3(signature = (data, people, *, as_of, time_zone="UTC", name="segment", columns_used=None))]
    fn from_roaring(
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        people: &Bound<'_, Population>,
        as_of: &Bound<'_, PyAny>,
        time_zone: &str,
        name: &str,
        columns_used: Option<Names>,
    ) -> Answer<Self> {
        let (context, people, bytes) = (context(as_of, time_zone)?, &people.get().0, input::bytes("`data`", data)?);
        Ok(Self(detached(py, || {
            let segment = citx::Segment::from_roaring(people, &context, name, &bytes)?;
            columns_used.map_or(Ok(segment.clone()), |Names(columns)| segment.with_columns_used(columns))
        })?))
    }

    /// The members' rows as portable Roaring bytes.
    fn to_roaring<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &detached(py, || Ok(self.0.to_roaring()))?))
    }

    /// The members' keys in population order, in the key's own type.
    fn keys(&self, py: Python<'_>) -> Answer<Column> {
        Ok(Column(detached(py, || Ok(self.0.keys()))?))
    }

    /// Whether each citizen is a member, in population order, without nulls.
    fn mask(&self, py: Python<'_>) -> Answer<Column> {
        Ok(Column(detached(py, || Ok(self.0.mask()))?))
    }

    /// The members who may be contacted, and why not the others.
    #[pyo3(signature = (view, *, purpose, channels, prefer="citizen", one_per=None, cap=None, quiet_hours=None, holdout=0.0, seed=7, threads=None, cancel=None, progress=None))]
    #[allow(clippy::too_many_arguments)]
    fn audience<'py>(
        &self,
        py: Python<'py>,
        view: &Bound<'py, ConsentView>,
        purpose: &str,
        channels: Vec<String>,
        prefer: Option<&str>,
        one_per: Option<&str>,
        cap: Option<&Bound<'py, Cap>>,
        quiet_hours: Option<(String, String)>,
        holdout: f64,
        seed: u64,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Audience> {
        let prefer = match prefer {
            Some("citizen") => true,
            None => false,
            Some(_) => return Err(invalid("`prefer` must be \"citizen\" or None")),
        };
        let household = match one_per {
            Some("household") => true,
            None => false,
            Some(_) => return Err(invalid("`one_per` must be \"household\" or None")),
        };
        let mut options =
            AudienceOptions::new(purpose, channels).prefer_citizen(prefer).one_per_household(household).holdout(holdout, seed);
        options.cap = cap.map(|cap| cap.get().0.clone());
        options.quiet_hours = quiet_hours.map(|(from, to)| QuietHours::new(from, to));
        let (view, long) = (&view.get().0, Long::new(threads, cancel, progress)?);
        Ok(Audience(long.call(py, |run| self.0.audience(view, &options, run))?))
    }

    fn __and__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> Answer<Self> {
        let other = &other.get().0;
        Ok(Self(detached(py, || self.0.and(other))?))
    }

    fn __or__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> Answer<Self> {
        let other = &other.get().0;
        Ok(Self(detached(py, || self.0.or(other))?))
    }

    fn __sub__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> Answer<Self> {
        let other = &other.get().0;
        Ok(Self(detached(py, || self.0.minus(other))?))
    }

    fn __invert__(&self, py: Python<'_>) -> Answer<Self> {
        Ok(Self(detached(py, || Ok(self.0.complement()))?))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __iter__(&self, py: Python<'_>) -> Answer<Rows> {
        Ok(Rows::of(detached(py, || Ok(self.0.keys()))?))
    }

    fn __contains__(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> Answer<bool> {
        let Ok(key) = self::key(key) else { return Ok(false) };
        detached(py, || Ok(self.0.population().find(&key).is_some_and(|row| self.0.bitmap().get(row))))
    }

    fn __repr__(&self) -> String {
        format!("Segment({}, {} of {} citizens)", self.0.name(), self.0.len(), self.0.population().len())
    }
}

#[pymethods]
impl MembershipDiff {
    /// The segments that the earlier membership lacks.
    #[getter]
    fn added(&self) -> Vec<String> {
        self.0.added.clone()
    }

    /// The segments that only the earlier membership has.
    #[getter]
    fn removed(&self) -> Vec<String> {
        self.0.removed.clone()
    }

    /// Segment, key, change: who entered and who left.
    #[getter]
    fn changes(&self) -> Table {
        Table(self.0.changes.clone())
    }

    /// Segment, before, after, entered, left.
    #[getter]
    fn counts(&self) -> Table {
        Table(self.0.counts.clone())
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyCapsule>>) -> Answer<Bound<'py, PyCapsule>> {
        export(py, &self.0.changes, requested_schema)
    }

    fn __iter__(&self) -> Rows {
        Rows::over(&self.0.changes)
    }

    fn __len__(&self) -> usize {
        self.0.changes.num_rows()
    }

    fn __repr__(&self) -> String {
        let (added, removed) = (self.0.added.len(), self.0.removed.len());
        format!("MembershipDiff({added} added, {removed} removed, {} changes)", self.0.changes.num_rows())
    }
}
