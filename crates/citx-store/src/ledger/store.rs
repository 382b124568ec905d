//! What a ledger is kept in: a SQLite file or a PostgreSQL server. Both hold the same rows; what they mean is in `rows`.

use citx_core::{Error, ErrorKind, Result};

use super::chain::{Hash, genesis};

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

/// An event to be written.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) id: u64,
    /// What is hashed between number and mark: see [`super::chain::Sealed`].
    pub(super) sealed: Vec<u8>,
    pub(super) mark: Option<Hash>,
    pub(super) hash: Hash,
    /// Salts and personal values, in the order of the fields.
    pub(super) values: [Option<(Hash, String)>; FIELDS],
}

/// An event as it is read, where it lies.
pub(super) struct Row<'r> {
    pub(super) id: u64,
    pub(super) sealed: &'r [u8],
    pub(super) mark: Option<&'r [u8]>,
    pub(super) hash: Hash,
    /// The hash of the one before, where that was asked for; `None` if it is not there.
    pub(super) before: Option<Hash>,
    /// `None` where something is kept that is no value of the event's.
    pub(super) values: Option<Values<'r>>,
}

/// Salts and personal values, in the order of the fields.
pub(super) type Values<'r> = [Option<(&'r Hash, &'r str)>; FIELDS];

/// Takes rows one by one, and says whether to go on.
pub(super) type Take<'t> = &'t mut dyn FnMut(Row<'_>) -> bool;

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
    fn erasures(&mut self, marks: Option<&[Hash]>, take: Take<'_>) -> Result<()>;

    /// These events, with the hash stored before each.
    fn some(&mut self, ids: &[u64], take: Take<'_>) -> Result<()>;

    /// The events from one number to another, both included, in order. They end before a row that is not of the form it should have.
    fn each(&mut self, from: i64, to: i64, take: Take<'_>) -> Result<()>;

    /// Writes new events, which follow the last.
    fn insert(&mut self, events: &[Stored]) -> Result<()>;

    /// Removes the personal values of these events.
    fn forget(&mut self, ids: &[u64]) -> Result<()>;

    /// Has the database check its own pages and indexes.
    fn check(&mut self) -> Result<()>;
}

/// A database with its transactions.
pub(super) trait Store: Send + Sync {
    fn identity(&self) -> &Identity;

    fn is_read_only(&self) -> bool;

    /// Whether one may read while another does.
    fn is_shared(&self) -> bool;

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
