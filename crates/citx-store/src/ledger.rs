//! The consent ledger in a SQLite file.

use std::path::Path;

use citx_core::Result;
use citx_core::consent::{ConsentView, Decision, Event, Policy, Question, RecordedEvent};
use citx_core::table::Table;
use citx_core::time::Timestamp;

/// How a ledger is opened.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LedgerOptions {
    /// Refuses to append, and to create.
    pub read_only: bool,
}

/// An append-only, hash-chained ledger of consent events. May be shared between threads.
#[derive(Debug)]
pub struct ConsentLedger {
    _todo: (),
}

impl ConsentLedger {
    /// Opens or creates the ledger at `path`; `:memory:` is one without a file.
    ///
    /// # Errors
    /// `Io`; `Corrupted` where the database is behind its head file; `FormatVersion`; `Busy`.
    pub fn open(path: impl AsRef<Path>, policy: &Policy, options: &LedgerOptions) -> Result<Self> {
        let _ = (path.as_ref(), policy, options);
        unimplemented!()
    }

    /// Appends one event and returns its id when it is durable.
    ///
    /// # Errors
    /// `InvalidArgument`; `UnknownName` for a purpose or channel that the policy does not have; `Conflict` for an idempotency key used with other content; `Io`.
    pub fn append(&self, event: &Event) -> Result<u64> {
        let _ = event;
        unimplemented!()
    }

    /// Appends all events in one transaction and returns their ids.
    ///
    /// # Errors
    /// As [`ConsentLedger::append`], naming the row; nothing is appended then.
    pub fn append_all(&self, events: &[Event]) -> Result<Vec<u64>> {
        let _ = events;
        unimplemented!()
    }

    /// Appends a table's events (see [`Event::from_table`]) in one transaction and returns how many were new.
    ///
    /// # Errors
    /// As [`ConsentLedger::append`], naming column and row.
    pub fn append_table(&self, table: &Table) -> Result<u64> {
        let _ = table;
        unimplemented!()
    }

    /// One decision at an instant.
    ///
    /// # Errors
    /// As [`ConsentView::decide`]; `Io` and `Corrupted` where the ledger cannot be read: it never decides then.
    pub fn decide(&self, question: &Question, at: Timestamp) -> Result<Decision> {
        let _ = (question, at);
        unimplemented!()
    }

    /// The consent of everyone at an instant; with `known_at`, as it was known then.
    ///
    /// # Errors
    /// `Io`, `Corrupted`.
    pub fn as_of(&self, at: Timestamp, known_at: Option<Timestamp>) -> Result<ConsentView> {
        let _ = (at, known_at);
        unimplemented!()
    }

    /// A citizen's events, in order.
    ///
    /// # Errors
    /// `Io`, `Corrupted`.
    pub fn history(&self, citizen: &str) -> Result<Vec<RecordedEvent>> {
        let _ = citizen;
        unimplemented!()
    }

    /// Recomputes every hash and compares the head, and returns how many events were verified.
    ///
    /// # Errors
    /// `Corrupted` naming the first bad event, `Io`.
    pub fn verify(&self) -> Result<u64> {
        unimplemented!()
    }

    /// The last event's number and chain hash in hex: keep it elsewhere, and a later truncation shows.
    ///
    /// # Errors
    /// `Io`.
    pub fn head(&self) -> Result<(u64, String)> {
        unimplemented!()
    }

    /// Accepts the database as it is after a backup was restored: writes the head file anew.
    ///
    /// # Errors
    /// `Io`, `Corrupted` where the chain does not verify.
    pub fn accept_head(path: impl AsRef<Path>, policy: &Policy) -> Result<(u64, String)> {
        let _ = (path.as_ref(), policy);
        unimplemented!()
    }

    /// How many events.
    ///
    /// # Errors
    /// `Io`.
    pub fn len(&self) -> Result<u64> {
        unimplemented!()
    }

    /// Whether there are none.
    ///
    /// # Errors
    /// `Io`.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }
}
