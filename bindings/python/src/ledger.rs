//! The consent ledger.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use citx::{Error, ErrorKind, Event, LedgerOptions, RecordedEvent};
use pyo3::prelude::*;

use crate::consent::{ConsentView, Decision, Policy, question, zone_of};
use crate::error::{Answer, detached};
use crate::input;
use crate::options::{instant, key, optional_instant};
use crate::run::Long;
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
        format!("ConsentLedger({:?}{})", self.path.display().to_string(), if self.closed() { ", closed" } else { "" })
    }
}
