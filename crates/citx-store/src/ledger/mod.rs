//! The consent ledger, in a SQLite file or on a PostgreSQL server: `docs/spec/ledger.md` fixes its rows, bytes and protocol.

mod chain;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
mod proof;
mod rights;
mod rows;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod subject;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod tables;
#[cfg(test)]
mod tests;
mod walk;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{SystemTime, UNIX_EPOCH};

use citx_core::consent::{ConsentView, Decision, Disclosures, Event, Policy, Question, RecordedEvent, ViewBuilder};
use citx_core::table::Table;
use citx_core::time::{TimeZone, Timestamp};
use citx_core::{Error, ErrorKind, Result};

use chain::Hash;
pub use proof::InclusionProof;
use rows::{CHUNK, Committing, Erasure};
use store::{Field, Identity, Last, Rows, Store, Stored};
pub use subject::SubjectAccess;

/// Checked events, in order, and the rows that they would have.
struct Part<'e> {
    events: Cow<'e, [Event]>,
    rows: Vec<Stored>,
}

/// How a ledger is opened.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LedgerOptions {
    /// Refuses to append and to create, and writes nothing beside the ledger either.
    pub read_only: bool,
    /// Opens without recomputing every hash: for hosts that open a large ledger often and call [`ConsentLedger::verify`] by themselves.
    pub quick: bool,
}

impl LedgerOptions {
    /// For reading and writing, verified on opening.
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses to append and to create.
    #[must_use]
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// Opens without recomputing every hash.
    #[must_use]
    pub fn quick(mut self, quick: bool) -> Self {
        self.quick = quick;
        self
    }
}

/// An append-only, hash-chained ledger of consent events. May be shared between threads and used by several processes at once; after
/// a fork the child reopens the database by itself. A clone shares the database. `Debug` shows the policy only.
///
/// # Example
/// ```
/// use citx_core::consent::{Controller, Event, Policy, Purpose, Question, Status};
/// use citx_core::time::{TimeZone, Timestamp};
/// use citx_store::{ConsentLedger, LedgerOptions};
///
/// let policy = Policy::builtin("uk-2026")?
///     .with_controller(Controller::new("Anytown Council", "public_authority", "Europe/London".parse()?))?
///     .with_purpose(Purpose::new("newsletter", "direct_marketing", "consent"))?;
/// let ledger = ConsentLedger::open(":memory:", &policy, &LedgerOptions::new())?;
/// let at = |text| Timestamp::parse(text, TimeZone::UTC);
///
/// let mut event = Event::new("C-17", Status::Given, at("2026-03-01T10:00:00Z")?);
/// event.purpose = Some("newsletter".to_owned());
/// event.channel = Some("email".to_owned());
/// assert_eq!(ledger.append(&event)?, 1);
///
/// let question = Question::new("C-17", "newsletter", "email");
/// assert!(ledger.decide(&question, at("2026-11-22T00:00:00Z")?)?.allowed());
/// assert!(!ledger.decide(&question, at("2026-02-01T00:00:00Z")?)?.allowed(), "not given yet");
/// assert_eq!(ledger.verify()?, 1);
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct ConsentLedger {
    policy: Policy,
    store: Arc<dyn Store>,
}

impl Disclosures for ConsentLedger {
    fn disclose(&self, events: &[Event]) -> Result<()> {
        self.append_all(events).map(drop)
    }
}

impl ConsentLedger {
    /// Opens or creates the ledger at `path`; `:memory:` is one without a file, and `postgresql://USER@HOST/DATABASE` one on a server.
    ///
    /// # Errors
    /// `InvalidArgument` for an empty path or an address that cannot be read; `Io`; `Corrupted` where the database is behind its head file,
    /// damaged or not a ledger; `FormatVersion`; `Busy`; `Unsupported` for a server from within async code: call it in a blocking task.
    pub fn open(path: impl AsRef<Path>, policy: &Policy, options: &LedgerOptions) -> Result<Self> {
        Ok(Self { policy: policy.clone(), store: store(path.as_ref(), options)? })
    }

    /// Whether what stands where a path is given is the address of a PostgreSQL server. It may hold a password, and is not to be shown.
    pub fn is_address(path: impl AsRef<Path>) -> bool {
        path.as_ref().to_str().is_some_and(|path| path.starts_with("postgresql:") || path.starts_with("postgres:"))
    }

    /// The policy it decides by.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Appends one event and returns its id when it is durable.
    ///
    /// # Errors
    /// `InvalidArgument`; `UnknownName` for a purpose or channel that the policy does not have; `Conflict` for an idempotency key used with
    /// other content; `Io`, after which appending again with the same idempotency key is safe.
    pub fn append(&self, event: &Event) -> Result<u64> {
        self.check(event, false)?;
        let (ids, _) = self.append_parts([self.part(Cow::Borrowed(std::slice::from_ref(event)))], false)?;
        ids.first().copied().ok_or_else(|| Error::new(ErrorKind::Io, "nothing was appended"))
    }

    /// Appends all events in one transaction and returns their ids.
    ///
    /// # Errors
    /// As [`ConsentLedger::append`], naming the row (from 1); nothing is appended then.
    pub fn append_all(&self, events: &[Event]) -> Result<Vec<u64>> {
        for (row, event) in events.iter().enumerate() {
            self.check(event, true).map_err(|error| error.context(format!("row {}", row + 1)))?;
        }
        Ok(self.append_parts(events.chunks(CHUNK).map(|events| self.part(Cow::Borrowed(events))), true)?.0)
    }

    /// Appends a table's events (see [`Event::from_table`]) in one transaction and returns how many were new.
    ///
    /// # Errors
    /// As [`ConsentLedger::append`], naming column and row; nothing is appended then.
    pub fn append_table(&self, table: &Table) -> Result<u64> {
        let checked = |(first, events): (usize, Result<Vec<Event>>)| {
            let events = events?;
            for (row, event) in (first..).zip(&events) {
                self.check(event, true).map_err(|error| error.context(format!("row {}", row + 1)))?;
            }
            self.part(Cow::Owned(events))
        };
        let mut parts = (0..).step_by(CHUNK).zip(Event::parts(table, self.zone(), CHUNK)?).map(checked);
        // The next part is read, checked and committed to while one is written.
        std::thread::scope(|scope| {
            let (send, receive) = sync_channel(2);
            scope.spawn(move || parts.try_for_each(|part| send.send(part)));
            Ok(self.append_parts(receive, true)?.1)
        })
    }

    fn zone(&self) -> TimeZone {
        self.policy.controller().map_or(TimeZone::UTC, |controller| controller.time_zone)
    }

    /// Appends checked events, which come in parts, in one transaction; gives their ids, and how many are new.
    fn append_parts<'e>(&self, parts: impl IntoIterator<Item = Result<Part<'e>>>, many: bool) -> Result<(Vec<u64>, u64)> {
        self.write(|rows, before| {
            let now = now().max(before.recorded_at);
            let (mut ids, mut last) = (Vec::new(), before);
            for part in parts {
                let Part { events, rows: mut new } = part?;
                let place = |row: usize, error: Error| if many { error.context(format!("row {}", ids.len() + row + 1)) } else { error };
                let known = self.known(rows, &events).map_err(|(row, error)| place(row, error))?;
                let mut added: HashMap<&str, (&Event, u64)> = HashMap::new();
                let (mut of_part, mut is_new, mut next) = (Vec::with_capacity(events.len()), Vec::with_capacity(events.len()), last.id + 1);
                for (row, (event, known)) in events.iter().zip(known).enumerate() {
                    let key = event.idempotency_key.as_deref();
                    let id = match (known, key.and_then(|key| added.get(key))) {
                        (Some(id), _) => id,
                        (None, Some((same, id))) if *same == event => *id,
                        (None, Some((_, id))) => return Err(place(row, conflict(*id))),
                        (None, None) => next,
                    };
                    is_new.push(id == next);
                    if id == next {
                        added.extend(key.map(|key| (key, (event, id))));
                        next += 1;
                    }
                    of_part.push(id);
                }
                ids.extend(of_part);
                rows::keep(&mut new, &is_new);
                rows::seal(rows, &mut last, new, now)?;
            }
            Ok(((ids, last.id - before.id), last))
        })
    }

    fn part<'e>(&self, events: Cow<'e, [Event]>) -> Result<Part<'e>> {
        let rows = self.commit(&events)?;
        Ok(Part { events, rows })
    }

    /// The rows of checked events that are new.
    fn commit(&self, events: &[Event]) -> Result<Vec<Stored>> {
        let mut committing = Committing::default();
        let contact_key = |event: &Event| event.contact.as_deref().map(|contact| self.policy.normal_contact(contact));
        events.iter().try_for_each(|event| committing.commit(event, contact_key(event), None))?;
        Ok(committing.events())
    }

    fn check(&self, event: &Event, many: bool) -> Result<()> {
        self.policy.check_event(event).map_err(|error| match error.kind() {
            // In a file the cell may hold anything, so that only its place is named.
            ErrorKind::UnknownName if many => Error::new(ErrorKind::UnknownName, "a purpose or channel that the policy does not have"),
            _ => error,
        })
    }

    /// For each event the id of the one that has its idempotency key already, or the row of the first that has it with other content.
    fn known(&self, rows: &mut dyn Rows, events: &[Event]) -> std::result::Result<Vec<Option<u64>>, (usize, Error)> {
        let mut known = vec![None; events.len()];
        let keyed: Vec<(usize, &str)> =
            events.iter().enumerate().filter_map(|(row, event)| Some((row, event.idempotency_key.as_deref()?))).collect();
        let keys: Vec<&str> = keyed.iter().map(|(_, key)| *key).collect();
        let found = rows.with_values(Field::Idempotency, &keys).map_err(|error| (0, error))?;
        let ids: BTreeSet<u64> = found.iter().map(|(_, id)| *id).collect();
        let ids: Vec<u64> = ids.into_iter().collect();
        let loaded = rows::load(rows, self.store.identity(), &ids).map_err(|error| (0, error))?;
        for (position, id) in found {
            let Some((row, event)) = keyed.get(position).and_then(|(row, _)| Some((*row, events.get(*row)?))) else { continue };
            let recorded = ids.binary_search(&id).ok().and_then(|place| loaded.get(place));
            if recorded.is_none_or(|recorded| recorded.event != *event) {
                return Err((row, conflict(id)));
            }
            if let Some(place) = known.get_mut(row) {
                *place = Some(id);
            }
        }
        Ok(known)
    }

    /// One decision at an instant.
    ///
    /// # Errors
    /// As [`ConsentView::decide`]; `Io` and `Corrupted` where the ledger cannot be read: it never decides then.
    pub fn decide(&self, question: &Question, at: Timestamp) -> Result<Decision> {
        let contact = self.policy.contact_key(question)?;
        let (events, marks) = self.read(|rows| {
            let mut events = self.of_person(rows, &question.citizen)?;
            let own: BTreeSet<u64> = events.iter().map(|event| event.id).collect();
            let named = events.iter().filter_map(|event| event.event.contact.as_deref()).map(|contact| self.policy.normal_contact(contact));
            let contacts = contact.clone().map_or_else(|| named.collect(), |contact| BTreeSet::from([contact]));
            let contacts: Vec<&str> = contacts.iter().map(String::as_str).collect();
            let shared: BTreeSet<u64> = rows.with_values(Field::ContactKey, &contacts)?.into_iter().map(|(_, id)| id).collect();
            let others: Vec<u64> = shared.difference(&own).copied().collect();
            events.extend(rows::load(rows, self.store.identity(), &others)?);
            let citizens: BTreeSet<&str> =
                events.iter().map(|event| event.event.citizen.as_str()).chain([question.citizen.as_str()]).collect();
            let marks: Vec<Hash> = citizens.iter().map(|citizen| chain::mark(&self.store.identity().mark_key, citizen)).collect();
            let marks = rows::erasures(rows, Some(&marks))?.marks;
            Ok((events, marks))
        })?;
        let mut builder = ViewBuilder::new(&self.policy, at)?;
        events.iter().try_for_each(|event| builder.push(event))?;
        self.suppress(builder, marks, None).decide(question)
    }

    /// The events of a citizen, and of the records that theirs was ever merged with.
    fn of_person(&self, rows: &mut dyn Rows, citizen: &str) -> Result<Vec<RecordedEvent>> {
        let mut citizens = vec![citizen.to_owned()];
        let mut events = Vec::new();
        let mut next = 0;
        while let Some(citizen) = citizens.get(next) {
            let ids = ids_of(rows, Field::Citizen, citizen)?;
            for event in rows::load(rows, self.store.identity(), &ids)? {
                if let Some(other) = event.event.merged_with().filter(|other| !citizens.iter().any(|known| known == other)) {
                    citizens.push(other.to_owned());
                }
                events.push(event);
            }
            next += 1;
        }
        Ok(events)
    }

    /// The consent of everyone at an instant; with `known_at`, as it was known then. Every hash is recomputed on the way. What audiences chosen
    /// by the view hand out is recorded in the ledger, unless it was opened for reading only; the view keeps it open.
    ///
    /// # Errors
    /// `Io`, `Corrupted`; `PolicyInvalid` for a policy without a controller.
    pub fn as_of(&self, at: Timestamp, known_at: Option<Timestamp>) -> Result<ConsentView> {
        let known = |recorded_at: Timestamp| known_at.is_none_or(|known_at| recorded_at <= known_at);
        let (builder, marks) = self.read(|rows| {
            let mut builder = ViewBuilder::new(&self.policy, at)?;
            if !self.store.is_read_only() {
                builder = builder.recorded_in(Arc::new(self.clone()));
            }
            let take = |event: &RecordedEvent| if known(event.recorded_at) { builder.push(event) } else { Ok(()) };
            walk::walk(Some(&*self.store), rows, self.store.identity(), take)?;
            Ok((builder, rows::erasures(rows, None)?.marks))
        })?;
        Ok(self.suppress(builder, marks, known_at))
    }

    /// The view, with those erased by then known as such.
    fn suppress(&self, builder: ViewBuilder, marks: Vec<(Hash, Erasure)>, known_at: Option<Timestamp>) -> ConsentView {
        let known = |erasure: &Erasure| known_at.is_none_or(|known_at| erasure.recorded_at <= known_at);
        let marks: HashMap<Hash, Erasure> = marks.into_iter().filter(|(_, erasure)| known(erasure)).collect();
        if marks.is_empty() {
            return builder.finish();
        }
        let key = self.store.identity().mark_key;
        let erased = move |citizen: &str| marks.get(&chain::mark(&key, citizen)).map(|erasure| erasure.id);
        builder.erased(erased).finish()
    }

    /// A citizen's events, in order.
    ///
    /// # Errors
    /// `Io`, `Corrupted`.
    pub fn history(&self, citizen: &str) -> Result<Vec<RecordedEvent>> {
        self.read(|rows| {
            let ids = ids_of(rows, Field::Citizen, citizen)?;
            rows::load(rows, self.store.identity(), &ids)
        })
    }

    /// Everyone's events, in order, but for those erased.
    ///
    /// # Errors
    /// `Io`, `Corrupted`.
    pub fn events(&self) -> Result<Vec<RecordedEvent>> {
        self.read(|rows| {
            let mut events = Vec::new();
            walk::walk(Some(&*self.store), rows, self.store.identity(), |event| {
                events.push(event.clone());
                Ok(())
            })?;
            Ok(events)
        })
    }

    /// Recomputes every hash and compares the head, and returns how many events were verified.
    ///
    /// # Errors
    /// `Corrupted` naming the first bad event, `Io`.
    pub fn verify(&self) -> Result<u64> {
        self.read(|rows| verify(Some(&*self.store), rows, self.store.identity()).map(|last| last.id))
    }

    /// The last event's number and chain hash in hex: keep it elsewhere, and a later truncation shows.
    ///
    /// # Errors
    /// `Io`, `Corrupted`.
    pub fn head(&self) -> Result<(u64, String)> {
        self.read(|rows| rows::last(rows, self.store.identity()).map(head))
    }

    /// Accepts the database as it is after a backup was restored: verifies its chain and writes the head file anew.
    ///
    /// # Errors
    /// `Io`, `Corrupted` where the chain does not verify, `NotFound` where there is no database; `Unsupported` for the address of a server,
    /// which has no head file.
    #[cfg(feature = "sqlite")]
    pub fn accept_head(path: impl AsRef<Path>, policy: &Policy) -> Result<(u64, String)> {
        let _ = policy;
        let path = path.as_ref();
        if Self::is_address(path) {
            return Err(Error::new(ErrorKind::Unsupported, "a ledger on a server has no head file to accept"));
        }
        sqlite::SqliteStore::accept_head(path).map(head).map_err(|error| error.context(path.display().to_string()))
    }

    /// How many events.
    ///
    /// # Errors
    /// `Io`, `Corrupted`.
    pub fn len(&self) -> Result<u64> {
        Ok(self.head()?.0)
    }

    /// Whether there are none.
    ///
    /// # Errors
    /// As [`ConsentLedger::len`].
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    fn read<T>(&self, mut what: impl FnMut(&mut dyn Rows) -> Result<T>) -> Result<T> {
        let mut result = None;
        self.store.read(&mut |rows| {
            result = Some(what(rows)?);
            Ok(())
        })?;
        result.ok_or_else(|| store::damaged("the ledger was not read"))
    }

    fn write<T>(&self, what: impl FnOnce(&mut dyn Rows, Last) -> Result<(T, Last)>) -> Result<T> {
        let (mut what, mut result) = (Some(what), None);
        self.store.write(&mut |rows, last| match what.take() {
            Some(what) => {
                let (value, last) = what(rows, last)?;
                result = Some(value);
                Ok(last)
            }
            None => Ok(last),
        })?;
        result.ok_or_else(|| Error::new(ErrorKind::Io, "nothing was written"))
    }
}

#[cfg(feature = "postgres")]
fn server(address: &str, options: &LedgerOptions) -> Result<Arc<dyn Store>> {
    Ok(Arc::new(postgres::PostgresStore::open(address, options)?))
}

#[cfg(not(feature = "postgres"))]
fn server(_: &str, _: &LedgerOptions) -> Result<Arc<dyn Store>> {
    Err(Error::new(ErrorKind::Unsupported, "this build keeps no ledger on a PostgreSQL server; its feature `postgres` does"))
}

#[cfg(feature = "sqlite")]
fn file(path: &Path, options: &LedgerOptions) -> Result<Arc<dyn Store>> {
    Ok(Arc::new(sqlite::SqliteStore::open(path, options)?))
}

#[cfg(not(feature = "sqlite"))]
fn file(_: &Path, _: &LedgerOptions) -> Result<Arc<dyn Store>> {
    Err(Error::new(ErrorKind::Unsupported, "this build keeps no ledger in a file; its feature `sqlite` does"))
}

fn store(path: &Path, options: &LedgerOptions) -> Result<Arc<dyn Store>> {
    match path.to_str().filter(|path| ConsentLedger::is_address(path)) {
        // The address is not shown: it may hold a password.
        Some(address) => server(address, options),
        None => file(path, options).map_err(|error| error.context(path.display().to_string())),
    }
}

fn conflict(id: u64) -> Error {
    Error::new(ErrorKind::Conflict, format!("the idempotency key was used for event {id}, with other content"))
}

fn head(last: Last) -> (u64, String) {
    (last.id, chain::hex(&last.hash))
}

/// The events that have a value in a field, in order.
fn ids_of(rows: &mut dyn Rows, field: Field, value: &str) -> Result<Vec<u64>> {
    Ok(rows.with_values(field, &[value])?.into_iter().map(|(_, id)| id).collect())
}

impl fmt::Debug for ConsentLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConsentLedger({})", self.policy.id())
    }
}

/// Recomputes everything and has the database check itself.
fn verify(store: Option<&dyn Store>, rows: &mut dyn Rows, identity: &Identity) -> Result<Last> {
    let last = walk::walk(store, rows, identity, |_| Ok(()))?;
    rows.check()?;
    Ok(last)
}

/// Bytes that nobody can guess.
fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    let refused = |error| Error::new(ErrorKind::Io, "the system gives no random numbers").caused_by(error);
    getrandom::fill(&mut bytes).map_err(refused)?;
    Ok(bytes)
}

/// The store's clock: the instant at which an event is recorded.
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
