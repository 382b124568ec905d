//! Live segments: memberships that are kept while citizens change, events come in and time moves.

use std::sync::{Mutex, MutexGuard};

use citx::rules::Event;
use citx::segments::Changes;
use citx::{Error, ErrorKind, TimeZone, Timestamp, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyMapping, PyString, PyTuple};

use super::SegmentBook;
use super::membership::Membership;
use crate::citizens::Population;
use crate::consent::ConsentView;
use crate::error::{Answer, detached, invalid};
use crate::input::{self, Written};
use crate::options::{Count, instant, key};
use crate::run::{CancelToken, Long};
use crate::table::Column;
use crate::value::{read, to_python, type_name};

/// One citizen who entered or left one segment.
#[pyclass(frozen, get_all, module = "citx")]
pub(crate) struct Change {
    seq: u64,
    segment: Py<PyString>,
    key: Py<PyAny>,
    entered: bool,
}

#[pymethods]
impl Change {
    #[new]
    fn new(seq: u64, segment: Py<PyString>, key: Py<PyAny>, entered: bool) -> Self {
        Self { seq, segment, key, entered }
    }

    /// `entered` or `left`.
    #[getter]
    fn change(&self) -> &'static str {
        if self.entered { "entered" } else { "left" }
    }

    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.seq, &self.segment, &self.key, self.entered).into_pyobject(py)
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else { return Ok(false) };
        self.__getnewargs__(py)?.eq(other.get().__getnewargs__(py)?)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.__getnewargs__(py)?.hash()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("Change({}: {} {})", self.seq, self.change(), self.segment.bind(py))
    }
}

/// Who is in which segment, kept up to date.
#[pyclass(frozen, module = "citx")]
pub(crate) struct LiveSegments {
    live: Mutex<citx::segments::LiveSegments>,
    key: String,
    time_zone: TimeZone,
    names: Vec<String>,
}

impl LiveSegments {
    pub(crate) fn of(live: citx::segments::LiveSegments) -> Self {
        let names = live.counts().into_iter().map(|(name, _)| name).collect();
        Self { key: live.key_name().to_owned(), time_zone: live.context().time_zone, names, live: Mutex::new(live) }
    }

    fn lock(&self) -> citx::Result<MutexGuard<'_, citx::segments::LiveSegments>> {
        self.live.lock().map_err(|_| Error::new(ErrorKind::Panic, "a bug stopped a call that was writing here; restore a snapshot"))
    }

    /// Looks at the segments without the GIL, which another thread that writes them may need.
    fn ask<T: Send>(
        &self,
        py: Python<'_>,
        question: impl FnOnce(&mut citx::segments::LiveSegments) -> citx::Result<T> + Send,
    ) -> Answer<T> {
        detached(py, || question(&mut *self.lock()?))
    }

    fn change(
        &self,
        py: Python<'_>,
        write: impl FnOnce(&mut citx::segments::LiveSegments) -> citx::Result<Changes> + Send,
    ) -> Answer<Vec<Change>> {
        let changes = self.ask(py, write)?;
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let keys = detached(py, || changes.keys())?;
        let mut told: Vec<Change> = Vec::with_capacity(changes.len());
        let mut last = None;
        for (row, change) in changes.iter().enumerate() {
            // A citizen's changes come one after the other, and share their key.
            let key = match told.last().filter(|_| last == Some(change.key)) {
                Some(before) => before.key.clone_ref(py),
                None => read(py, &keys, row)?.unbind(),
            };
            last = Some(change.key);
            told.push(Change { seq: change.seq, segment: PyString::intern(py, change.segment).unbind(), key, entered: change.entered });
        }
        Ok(told)
    }
}

/// An event of a citizen, from a dict.
struct Happened {
    citizen: String,
    kind: String,
    at: Timestamp,
    channel: Option<String>,
    value: Option<f64>,
    id: Option<String>,
}

impl Happened {
    fn new(given: &Bound<'_, PyAny>, zone: TimeZone) -> Answer<Self> {
        let fields = given.cast::<PyMapping>().map_err(|_| invalid(format!("an event must be a dict, not {}", type_name(given))))?;
        let (mut citizen, mut kind, mut at) = (None, None, None);
        let (mut channel, mut value, mut id) = (None, None, None);
        for field in fields.items()?.iter() {
            let (name, given): (Bound<'_, PyAny>, Bound<'_, PyAny>) = field.extract()?;
            let name: String = name.extract().map_err(|_| invalid("the names of an event must be text"))?;
            let text = || {
                given
                    .extract::<Option<String>>()
                    .map_err(|_| invalid(format!("an event's `{name}` must be text, not {}", type_name(&given))))
            };
            match name.as_str() {
                "citizen" | "id" if citizen.is_some() => return Err(invalid("an event has `citizen` or `id`, not both")),
                "citizen" | "id" => citizen = Some(key(&given)?),
                "kind" => kind = text()?,
                "at" => at = Some(instant("at", &given, zone)?),
                "channel" => channel = text()?,
                "value" if given.is_instance_of::<PyBool>() => return Err(invalid("an event's `value` must be a number, not a boolean")),
                "value" => {
                    value =
                        given.extract().map_err(|_| invalid(format!("an event's `value` must be a number, not {}", type_name(&given))))?
                }
                "event_id" => id = if given.is_none() { None } else { Some(key(&given)?) },
                _ => {
                    return Err(invalid(format!(
                        "an event has no `{name}`; expected citizen (or id), kind, at, channel, value or event_id"
                    )));
                }
            }
        }
        let missing = |name: &str| invalid(format!("an event needs `{name}`"));
        let (citizen, kind) = (citizen.ok_or_else(|| missing("citizen"))?, kind.ok_or_else(|| missing("kind"))?);
        Ok(Self { citizen, kind, at: at.ok_or_else(|| missing("at"))?, channel, value, id })
    }
}

#[pymethods]
impl LiveSegments {
    /// Write citizens, and say who entered and left which segment.
    fn upsert(&self, py: Python<'_>, rows: &Bound<'_, PyAny>) -> Answer<Vec<Change>> {
        let rows = input::written(py, rows, &self.key)?;
        self.change(py, |live| match &rows {
            Written::Table(table) => live.upsert_table(table),
            Written::Records(records) => match &records[..] {
                [one] => live.upsert(one),
                many => live.upsert_records(many),
            },
        })
    }

    /// Take in one event, and say who entered and left which segment.
    fn append(&self, py: Python<'_>, event: &Bound<'_, PyAny>) -> Answer<Vec<Change>> {
        let event = Happened::new(event, self.time_zone)?;
        self.change(py, |live| {
            let happened = Event { kind: &event.kind, at: event.at, channel: event.channel.as_deref(), value: event.value };
            live.append(&event.citizen, &happened, event.id.as_deref())
        })
    }

    /// Take a later consent view.
    #[pyo3(signature = (view, *, threads=None, cancel=None, progress=None))]
    fn set_view<'py>(
        &self,
        py: Python<'py>,
        view: &Bound<'py, ConsentView>,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Vec<Change>> {
        let (view, long) = (view.get().0.clone(), Long::new(threads, cancel, progress)?);
        let changes = long.call(py, |run| self.lock()?.set_view(view, run))?;
        self.change(py, |_| Ok(changes))
    }

    /// Move time forward, and say who entered and left which segment.
    #[pyo3(signature = (as_of))]
    fn advance(&self, py: Python<'_>, as_of: &Bound<'_, PyAny>) -> Answer<Vec<Change>> {
        let as_of = instant("as_of", as_of, self.time_zone)?;
        self.change(py, |live| live.advance(as_of))
    }

    /// The next instant at which somebody enters or leaves a segment if nothing but time moves.
    #[getter]
    fn next_change_at<'py>(&self, py: Python<'py>) -> Answer<Option<Bound<'py, PyAny>>> {
        let next = self.ask(py, |live| Ok(live.next_change_at()))?;
        next.map(|next| to_python(py, &Value::Timestamp(next))).transpose()
    }

    /// The number of the last change.
    #[getter]
    fn seq(&self, py: Python<'_>) -> Answer<u64> {
        self.ask(py, |live| Ok(live.seq()))
    }

    /// The instant that the memberships are of.
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyAny>> {
        let as_of = self.ask(py, |live| Ok(live.context().as_of))?;
        to_python(py, &Value::Timestamp(as_of))
    }

    /// The segments' names, in order.
    #[getter]
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// How many members each segment has.
    fn counts<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, count) in self.ask(py, |live| Ok(live.counts()))? {
            dict.set_item(name, count)?;
        }
        Ok(dict)
    }

    /// The keys of a segment's members in population order.
    fn members(&self, py: Python<'_>, name: &str) -> Answer<Column> {
        Ok(Column(self.ask(py, |live| live.members(name))?))
    }

    /// The memberships as they are now.
    fn membership(&self, py: Python<'_>) -> Answer<Membership> {
        Ok(Membership(self.ask(py, |live| live.membership())?))
    }

    /// The citizens as they are now.
    fn population(&self, py: Python<'_>) -> Answer<Population> {
        Ok(Population(self.ask(py, |live| live.population())?))
    }

    /// Everything as bytes, from which `restore` goes on.
    fn snapshot<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.ask(py, |live| live.snapshot())?))
    }

    /// Go on from a snapshot with the same book.
    #[staticmethod]
    #[pyo3(signature = (snapshot, book, *, view=None, threads=None, cancel=None, progress=None))]
    fn restore<'py>(
        py: Python<'py>,
        snapshot: &Bound<'py, PyAny>,
        book: &Bound<'py, SegmentBook>,
        view: Option<&Bound<'py, ConsentView>>,
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Self> {
        let (bytes, book, view) = (input::bytes("`snapshot`", snapshot)?, &book.get().0, view.map(|view| view.get().0.clone()));
        let long = Long::new(threads, cancel, progress)?;
        Ok(Self::of(long.call(py, |run| match view {
            Some(view) => citx::segments::LiveSegments::restore_with(&bytes, book, view, run),
            None => citx::segments::LiveSegments::restore(&bytes, book),
        })?))
    }

    fn __repr__(&self) -> String {
        format!("LiveSegments({} segments)", self.names.len())
    }
}
