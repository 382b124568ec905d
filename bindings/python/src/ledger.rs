//! The consent ledger.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use citx::{Error, ErrorKind, Event, InclusionProof, LedgerOptions, RecordedEvent, Sources, Timestamp};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::citizens::Population;
use crate::consent::{ConsentView, Decision, Policy, question, zone_of};
use crate::error::{Answer, detached};
use crate::input;
use crate::options::{instant, key, optional_instant};
use crate::records;
use crate::run::Long;
use crate::segments::SegmentBook;
use crate::table::Table;

/// An append-only, hash-chained ledger of consent events.
#[pyclass(frozen, module = "citx")]
pub(crate) struct ConsentLedger {
    open: Mutex<Option<Arc<citx::ConsentLedger>>>,
    policy: citx::Policy,
    path: PathBuf,
}

impl ConsentLedger {
    fn inner(&self) -> Answer<Arc<citx::ConsentLedger>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.clone().ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "the ledger is closed").into())
    }
}

/// `ConsentLedger::merge` or `unmerge`.
type Join = fn(&citx::ConsentLedger, &str, &str, Timestamp, Option<&str>) -> citx::Result<[u64; 2]>;

impl ConsentLedger {
    fn join(&self, py: Python<'_>, what: Join, [citizen, other, at]: [&Bound<'_, PyAny>; 3], actor: Option<&str>) -> Answer<(u64, u64)> {
        let (ledger, at) = (self.inner()?, instant("at", at, zone_of(&self.policy))?);
        let (citizen, other) = (key(citizen)?, key(other)?);
        detached(py, || what(&ledger, &citizen, &other, at, actor)).map(Into::into)
    }
}

#[pymethods]
impl ConsentLedger {
    /// Open or create the ledger at a path.
    #[staticmethod]
    #[pyo3(signature = (path, *, policy, read_only=false))]
    fn open(py: Python<'_>, path: PathBuf, policy: &Bound<'_, Policy>, read_only: bool) -> Answer<Self> {
        let policy = policy.get().0.clone();
        let options = LedgerOptions::new().read_only(read_only);
        let ledger = detached(py, || citx::ConsentLedger::open(&path, &policy, &options))?;
        Ok(Self { open: Mutex::new(Some(Arc::new(ledger))), policy, path })
    }

    /// Accept a database as it is after a backup was restored.
    #[staticmethod]
    #[pyo3(signature = (path, *, policy))]
    fn accept_head(py: Python<'_>, path: PathBuf, policy: &Bound<'_, Policy>) -> Answer<(u64, String)> {
        let policy = &policy.get().0;
        detached(py, || citx::ConsentLedger::accept_head(&path, policy))
    }

    /// Close it; closing twice is closing once.
    fn close(&self, py: Python<'_>) -> Answer<()> {
        let ledger = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        detached(py, move || {
            drop(ledger);
            Ok(())
        })
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, pyo3::types::PyTuple>) -> Answer<()> {
        self.close(py)
    }

    /// Whether it was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// The policy it decides by.
    #[getter]
    fn policy(&self) -> Policy {
        Policy(self.policy.clone())
    }

    /// Append one event and return its id when it is durable.
    #[pyo3(signature = (*, citizen, status, captured_at, purpose=None, channel=None, method=None, contact=None, topic=None, scope="channel",
        notice=None, evidence_ref=None, valid_from=None, valid_until=None, actor=None, jurisdiction=None, source=None, idempotency_key=None))]
    #[allow(clippy::too_many_arguments)]
    fn append(
        &self,
        py: Python<'_>,
        citizen: &Bound<'_, PyAny>,
        status: &str,
        captured_at: &Bound<'_, PyAny>,
        purpose: Option<String>,
        channel: Option<String>,
        method: Option<String>,
        contact: Option<String>,
        topic: Option<String>,
        scope: &str,
        notice: Option<String>,
        evidence_ref: Option<String>,
        valid_from: Option<&Bound<'_, PyAny>>,
        valid_until: Option<&Bound<'_, PyAny>>,
        actor: Option<String>,
        jurisdiction: Option<String>,
        source: Option<String>,
        idempotency_key: Option<String>,
    ) -> Answer<u64> {
        let (ledger, zone) = (self.inner()?, zone_of(&self.policy));
        let mut event = Event::new(key(citizen)?, status.parse()?, instant("captured_at", captured_at, zone)?);
        event.purpose = purpose;
        event.channel = channel;
        event.method = method;
        event.contact = contact;
        event.topic = topic;
        event.scope = scope.parse()?;
        event.notice = notice;
        event.evidence_ref = evidence_ref;
        event.valid_from = optional_instant("valid_from", valid_from, zone)?;
        event.valid_until = optional_instant("valid_until", valid_until, zone)?;
        event.actor = actor;
        event.jurisdiction = jurisdiction;
        event.source = source;
        event.idempotency_key = idempotency_key;
        detached(py, || ledger.append(&event))
    }

    /// Append a table's events in one transaction and return how many were new.
    fn append_arrow(&self, py: Python<'_>, table: &Bound<'_, PyAny>) -> Answer<u64> {
        let (ledger, table) = (self.inner()?, input::table(py, table)?);
        detached(py, || ledger.append_table(&table))
    }

    /// One decision at an instant.
    #[pyo3(signature = (citizen, *, purpose, channel, at, topic=None, facts=None))]
    #[allow(clippy::too_many_arguments)]
    fn decide(
        &self,
        py: Python<'_>,
        citizen: &Bound<'_, PyAny>,
        purpose: String,
        channel: String,
        at: &Bound<'_, PyAny>,
        topic: Option<String>,
        facts: Option<&Bound<'_, PyAny>>,
    ) -> Answer<Decision> {
        let (ledger, at) = (self.inner()?, instant("at", at, zone_of(&self.policy))?);
        let question = question(citizen, purpose, channel, topic, facts)?;
        Ok(Decision::of(detached(py, || ledger.decide(&question, at))?))
    }

    /// The consent of everyone at an instant; with known_at, as it was known then.
    #[pyo3(signature = (at, known_at=None))]
    fn as_of(&self, py: Python<'_>, at: &Bound<'_, PyAny>, known_at: Option<&Bound<'_, PyAny>>) -> Answer<ConsentView> {
        let (ledger, zone) = (self.inner()?, zone_of(&self.policy));
        let (at, known_at) = (instant("at", at, zone)?, optional_instant("known_at", known_at, zone)?);
        Ok(ConsentView(Long::default().call(py, |_| ledger.as_of(at, known_at))?))
    }

    /// A citizen's events, in order.
    fn history(&self, py: Python<'_>, citizen: &Bound<'_, PyAny>) -> Answer<Table> {
        let (ledger, citizen) = (self.inner()?, key(citizen)?);
        Ok(Table(detached(py, || ledger.history(&citizen).map(|events| RecordedEvent::to_table(&events)))?))
    }

    /// Everyone's events, in order, but for those erased.
    fn events(&self, py: Python<'_>) -> Answer<Table> {
        let ledger = self.inner()?;
        Ok(Table(Long::default().call(py, |_| ledger.events().map(|events| RecordedEvent::to_table(&events)))?))
    }

    /// Erase a citizen's personal values and return the id of the erasure.
    fn erase(&self, py: Python<'_>, citizen: &Bound<'_, PyAny>) -> Answer<u64> {
        let (ledger, citizen) = (self.inner()?, key(citizen)?);
        detached(py, || ledger.erase(&citizen))
    }

    /// Correct an event that was recorded wrongly, and return the id of the corrected one.
    #[pyo3(signature = (event_id, table))]
    fn rectify(&self, py: Python<'_>, event_id: u64, table: &Bound<'_, PyAny>) -> Answer<u64> {
        let (ledger, table, zone) = (self.inner()?, input::table(py, table)?, zone_of(&self.policy));
        detached(py, || match Event::from_table(&table, zone)?.as_slice() {
            [corrected] => ledger.rectify(event_id, corrected),
            _ => Err(Error::new(ErrorKind::InvalidArgument, "an event is corrected by one event: a table of one row")),
        })
    }

    /// Say that two records are of one person, from an instant on.
    #[pyo3(signature = (citizen, other, *, at, actor=None))]
    fn merge(
        &self,
        py: Python<'_>,
        citizen: &Bound<'_, PyAny>,
        other: &Bound<'_, PyAny>,
        at: &Bound<'_, PyAny>,
        actor: Option<&str>,
    ) -> Answer<(u64, u64)> {
        self.join(py, citx::ConsentLedger::merge, [citizen, other, at], actor)
    }

    /// Say that two merged records are of two people after all, from an instant on.
    #[pyo3(signature = (citizen, other, *, at, actor=None))]
    fn unmerge(
        &self,
        py: Python<'_>,
        citizen: &Bound<'_, PyAny>,
        other: &Bound<'_, PyAny>,
        at: &Bound<'_, PyAny>,
        actor: Option<&str>,
    ) -> Answer<(u64, u64)> {
        self.join(py, citx::ConsentLedger::unmerge, [citizen, other, at], actor)
    }

    /// Everything that is held about a citizen.
    #[pyo3(signature = (citizen, *, at=None, people=None, book=None, tables=None))]
    fn subject_access(
        &self,
        py: Python<'_>,
        citizen: &Bound<'_, PyAny>,
        at: Option<&Bound<'_, PyAny>>,
        people: Option<&Bound<'_, Population>>,
        book: Option<&Bound<'_, SegmentBook>>,
        tables: Option<&Bound<'_, PyDict>>,
    ) -> Answer<SubjectAccess> {
        let (ledger, citizen) = (self.inner()?, key(citizen)?);
        let at = optional_instant("at", at, zone_of(&self.policy))?;
        let people = people.map(|people| people.get().0.clone());
        let book = book.map(|book| book.get().0.clone());
        let mut others: Vec<(String, citx::Table, String)> = Vec::new();
        for (name, table) in tables.into_iter().flatten() {
            let (table, key): (Bound<'_, PyAny>, String) = table.extract()?;
            others.push((name.extract()?, input::table(py, &table)?, key));
        }
        let held = detached(py, || {
            let mut held = ledger.subject_access(&citizen, at)?;
            if let Some(people) = &people {
                held = held.with_population(people, &ledger)?;
            }
            if let Some(book) = &book {
                held = held.with_segments(book, &Sources::new())?;
            }
            others.iter().try_fold(held, |held, (name, table, key)| held.with_table(name, table, key))
        })?;
        Ok(SubjectAccess(held))
    }

    /// The receipt of one event, as a dict shaped after ISO/IEC TS 27560.
    #[pyo3(signature = (event_id, *, controller=None, words=None))]
    fn receipt<'py>(
        &self,
        py: Python<'py>,
        event_id: u64,
        controller: Option<&Bound<'py, PyAny>>,
        words: Option<&Bound<'py, PyAny>>,
    ) -> Answer<Bound<'py, PyAny>> {
        let ledger = self.inner()?;
        let more = match (controller, words) {
            (Some(controller), Some(words)) => Some((records::profile(controller)?, records::words(words)?)),
            (None, None) => None,
            _ => return Err(Error::new(ErrorKind::InvalidArgument, "`controller` and `words` are given both or neither").into()),
        };
        let receipt = detached(py, || ledger.receipt(event_id, more.as_ref().map(|(controller, words)| (controller, words))))?;
        Ok(PyModule::import(py, "json")?.call_method1("loads", (receipt,))?)
    }

    /// How many events there are, and the root of the Merkle tree over their hashes.
    fn root(&self, py: Python<'_>) -> Answer<(u64, String)> {
        let ledger = self.inner()?;
        detached(py, || ledger.root())
    }

    /// The proof, as JSON, that an event is among the first so many.
    fn prove(&self, py: Python<'_>, event_id: u64, size: u64) -> Answer<String> {
        let ledger = self.inner()?;
        detached(py, || Ok(ledger.prove(event_id, size)?.to_json()))
    }

    /// Recompute every hash and compare the head; the number of events verified.
    fn verify(&self, py: Python<'_>) -> Answer<u64> {
        let ledger = self.inner()?;
        Long::default().call(py, |_| ledger.verify())
    }

    /// The last event's number and chain hash in hex.
    fn head(&self, py: Python<'_>) -> Answer<(u64, String)> {
        let ledger = self.inner()?;
        detached(py, || ledger.head())
    }

    fn __len__(&self, py: Python<'_>) -> Answer<usize> {
        let ledger = self.inner()?;
        Ok(usize::try_from(detached(py, || ledger.len())?).unwrap_or(usize::MAX))
    }

    fn __bool__(&self) -> bool {
        true
    }

    fn __repr__(&self) -> String {
        // The address of a server may hold a password.
        let path = self.path.to_string_lossy();
        let path = if citx::ConsentLedger::is_address(&self.path) { "a PostgreSQL server".into() } else { path };
        format!("ConsentLedger({path:?}{})", if self.closed() { ", closed" } else { "" })
    }
}

/// Everything that is held about one citizen.
#[pyclass(frozen, module = "citx")]
pub(crate) struct SubjectAccess(citx::SubjectAccess);

#[pymethods]
impl SubjectAccess {
    /// Everything, to read.
    fn to_text(&self) -> String {
        self.0.to_text()
    }

    /// Everything, as JSON.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// What the citizen provided, to take along.
    fn to_portable_json(&self) -> String {
        self.0.to_portable_json()
    }

    /// Every event, in order.
    #[getter]
    fn events(&self) -> Table {
        Table(RecordedEvent::to_table(self.0.events()))
    }

    /// To whom data was handed out.
    #[getter]
    fn recipients(&self) -> Table {
        Table(RecordedEvent::to_table(&self.0.recipients().cloned().collect::<Vec<_>>()))
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// Check a proof of inclusion against a root that was noted; the id of the event that it proves.
#[pyfunction]
pub(crate) fn verify_proof(proof: &str, size: u64, root: &str) -> Answer<u64> {
    Ok(InclusionProof::read(proof)?.verify(size, root)?)
}
