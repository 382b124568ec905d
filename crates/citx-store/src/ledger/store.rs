//! What a ledger is kept in: a SQLite file or a PostgreSQL server. Both hold the same rows; what they mean is in `rows`.

use citx_core::{Error, ErrorKind, Result};

use super::chain::{Hash, Sealed, genesis};

/// The personal fields in the order of their numbers, from 1.
pub(super) const FIELDS: usize = 6;

/// The fields that events are found by; the numbers are those of the column `field`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Citizen = 1,
    Idempotency = 5,
    /// The contact point as it is compared.
    ContactKey = 6,
}

/// The columns of `events`, in order.
pub(super) const COLUMNS: [&str; 23] = [
    "id",
    "recorded_at",
    "captured_at",
    "status",
    "scope",
    "purpose",
    "channel",
    "topic",
    "notice",
    "valid_from",
    "valid_until",
    "method",
    "jurisdiction",
    "source",
    "citizen_hash",
    "contact_hash",
    "evidence_hash",
    "actor_hash",
    "idempotency_hash",
    "contact_key_hash",
    "erases",
    "mark",
    "hash",
];

/// A row of `events`.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) sealed: Sealed,
    pub(super) hash: Hash,
}

/// A row of `personal`.
#[derive(Clone)]
pub(super) struct Personal {
    pub(super) event: u64,
    pub(super) field: usize,
    pub(super) salt: [u8; 32],
    pub(super) value: String,
}

/// The last event's number, hash and instant of recording; number 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Last {
    pub(super) id: u64,
    pub(super) hash: Hash,
    pub(super) recorded_at: i64,
}

/// Who a ledger is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) ledger_id: [u8; 16],
    pub(super) mark_key: [u8; 32],
}

impl Identity {
    /// The hash of the empty ledger.
    pub(super) fn genesis(&self) -> Hash {
        genesis(&self.ledger_id, &self.mark_key)
    }
}

/// The rows as one transaction sees them. A row that is not of the form it should have is `Corrupted`; whether it is genuine shows when its
/// hash is computed.
pub(super) trait Rows {
    /// The last event; `None` where there is none.
    fn last(&mut self) -> Result<Option<Last>>;

    /// The stored hashes of the events from one number to another, both included.
    fn hashes(&mut self, from: i64, to: i64) -> Result<Vec<Hash>>;

    /// Each event that has one of these values in a field, with the position of the value.
    fn with_values(&mut self, field: Field, values: &[&str]) -> Result<Vec<(usize, u64)>>;

    /// The erasures, in order: all, or those of these marks.
    fn erasures(&mut self, marks: Option<&[Hash]>) -> Result<Vec<Stored>>;

    /// The rows of these events, with the hash stored before each.
    fn some(&mut self, ids: &[u64]) -> Result<Span>;

    /// The rows of the events from one number to another, both included.
    fn span(&mut self, from: i64, to: i64) -> Result<Span>;

    /// Writes new rows.
    fn insert(&mut self, span: &Span) -> Result<()>;

    /// Removes the personal values of these events.
    fn forget(&mut self, ids: &[u64]) -> Result<()>;

    /// Has the database check its own pages and indexes.
    fn check(&mut self) -> Result<()>;
}

/// Rows of both tables, each in its order. Where a row cannot be read, it ends before it.
#[derive(Default)]
pub(super) struct Span {
    pub(super) events: Vec<Stored>,
    pub(super) personal: Vec<Personal>,
    /// By event the hash of the one before, where that was asked for; `None` if it is not there.
    pub(super) before: Vec<Option<Hash>>,
    /// Why the database gave no more, where that was the reason.
    pub(super) failed: Option<Error>,
}

/// A database with its transactions.
pub(super) trait Store: Send + Sync {
    fn identity(&self) -> &Identity;

    fn is_read_only(&self) -> bool;

    /// Reads in one snapshot, which is not older than what was acknowledged. What is read may be read again, if it changed meanwhile.
    fn read(&self, what: &mut dyn FnMut(&mut dyn Rows) -> Result<()>) -> Result<()>;

    /// Writes in one transaction, alone, after the event that is last, and returns when what is then last is durable.
    fn write(&self, what: &mut dyn FnMut(&mut dyn Rows, Last) -> Result<Last>) -> Result<()>;

    /// Removes what deleting left behind in logs and free pages.
    fn scrub(&self) -> Result<()>;
}

/// A `Corrupted` error.
pub(super) fn damaged(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Corrupted, message)
}

/// An event whose row, or a personal value of whose, is not what it was.
pub(super) fn broken(id: u64) -> Error {
    damaged(format!("event {id} of the ledger is damaged"))
}

/// An id as databases have it.
pub(super) fn number(id: u64) -> Result<i64> {
    i64::try_from(id).map_err(|_| Error::new(ErrorKind::LimitExceeded, "the ledger is full"))
}
