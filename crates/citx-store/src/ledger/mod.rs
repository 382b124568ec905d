//! The consent ledger in a SQLite file: `docs/spec/ledger.md` fixes its bytes and its protocol.

mod chain;
mod head;
mod rows;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use citx_core::consent::{ConsentView, Decision, Event, Policy, Question, RecordedEvent, Scope, Status, ViewBuilder};
use citx_core::table::Table;
use citx_core::time::{TimeZone, Timestamp};
use citx_core::{Error, ErrorKind, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use chain::Hash;
use head::{Head, HeadFile};
use rows::{Erasure, Last};
use schema::{Identity, damaged, sql};

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
/// a fork the child reopens the database by itself. `Debug` shows the policy only.
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
pub struct ConsentLedger {
    policy: Policy,
    identity: Identity,
    store: Store,
}

enum Store {
    /// A connection that lasts, because opening one costs more than reading with it.
    Writable(Shared, Option<Place>),
    /// Opened anew for each call, so that nothing needs to be created to read.
    ReadOnly(Place),
}

/// A connection shared by threads, and the process that opened it: none may be used across a fork.
struct Shared {
    connection: Mutex<Connection>,
    process: AtomicU32,
}

impl Shared {
    fn new(connection: Connection) -> Self {
        Self { connection: Mutex::new(connection), process: AtomicU32::new(std::process::id()) }
    }
}

/// Where a link leads, so that a ledger has one head file and one log, whatever it is called by.
fn behind_link(path: &Path) -> PathBuf {
    let link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    link.then(|| path.canonicalize().ok()).flatten().unwrap_or_else(|| path.to_path_buf())
}

#[derive(Clone)]
struct Place {
    database: PathBuf,
    head: HeadFile,
}

impl Place {
    fn of(path: &Path) -> Self {
        Self { database: path.to_owned(), head: HeadFile::of(path) }
    }

    /// Whether somebody is writing, or crashed while writing.
    fn has_wal(&self) -> bool {
        let mut wal = self.database.as_os_str().to_owned();
        wal.push("-wal");
        std::fs::metadata(PathBuf::from(wal)).is_ok_and(|wal| wal.len() > 0)
    }

    /// What changes whenever the database is written to.
    fn stamp(&self) -> Option<(u64, Option<SystemTime>, bool)> {
        let database = std::fs::metadata(&self.database).ok()?;
        Some((database.len(), database.modified().ok(), self.has_wal()))
    }

    fn is_empty(&self) -> bool {
        std::fs::metadata(&self.database).map_or(true, |database| database.len() == 0)
    }
}

impl ConsentLedger {
    /// Opens or creates the ledger at `path`; `:memory:` is one without a file.
    ///
    /// # Errors
    /// `InvalidArgument` for an empty path; `Unsupported` for the address of a server; `Io`; `Corrupted` where the database is behind its
    /// head file, damaged or not a ledger; `FormatVersion`; `Busy`.
    pub fn open(path: impl AsRef<Path>, policy: &Policy, options: &LedgerOptions) -> Result<Self> {
        let path = path.as_ref();
        if path.as_os_str().is_empty() {
            // SQLite would keep it in a temporary file and lose it.
            return Err(Error::new(ErrorKind::InvalidArgument, "a ledger needs a path; `:memory:` is one without a file"));
        }
        if path.to_str().is_some_and(|path| path.starts_with("postgresql:") || path.starts_with("postgres:")) {
            // The address is not shown: it may hold a password.
            return Err(Error::new(
                ErrorKind::Unsupported,
                "this version keeps a ledger in a file, not on a PostgreSQL server; give a path",
            ));
        }
        let file = behind_link(path);
        let opened = if path == Path::new(":memory:") {
            Self::open_in_memory(policy)
        } else if options.read_only {
            Self::open_read_only(&file, policy, options)
        } else {
            Self::open_file(&file, policy, options)
        };
        opened.map_err(|error| error.context(path.display().to_string()))
    }

    fn open_in_memory(policy: &Policy) -> Result<Self> {
        let mut connection = schema::open_writable(None, true)?;
        schema::create(&mut connection)?;
        let identity = schema::identify(&connection)?;
        let store = Store::Writable(Shared::new(connection), None);
        Ok(Self { policy: policy.clone(), identity, store })
    }

    fn open_file(path: &Path, policy: &Policy, options: &LedgerOptions) -> Result<Self> {
        let place = Place::of(path);
        let head = place.head.read()?;
        if head.is_some() && place.is_empty() && !place.has_wal() {
            return Err(damaged("the ledger's database is gone, its head file is there; restore a backup"));
        }
        let mut connection = schema::open_writable(Some(path), true)?;
        if schema::is_blank(&connection)? {
            if head.is_some() {
                return Err(damaged("the ledger's database is empty, its head file is not; restore a backup"));
            }
            schema::tune(&connection)?;
            schema::create(&mut connection)?;
        }
        let identity = schema::identify(&connection)?;
        schema::tune(&connection)?;
        let last = {
            let transaction = connection.transaction().map_err(sql)?;
            check_head(&transaction, &identity, &place.head)?;
            if options.quick { rows::last(&transaction, &identity)? } else { verify(&transaction, &identity)? }
        };
        place.head.advance(&Head { ledger_id: identity.ledger_id, sequence: last.id, hash: last.hash })?;
        let store = Store::Writable(Shared::new(connection), Some(place));
        Ok(Self { policy: policy.clone(), identity, store })
    }

    fn open_read_only(path: &Path, policy: &Policy, options: &LedgerOptions) -> Result<Self> {
        let place = Place::of(path);
        if place.is_empty() {
            let gone = "the ledger's database is gone, its head file is there; restore a backup";
            let absent = "there is no ledger; opened for reading only, none is created";
            return Err(if place.head.read()?.is_some() { damaged(gone) } else { Error::new(ErrorKind::Io, absent) });
        }
        let identity = read_still(&place, |connection| match place.head.read()? {
            None if schema::is_blank(connection)? => Err(Error::new(ErrorKind::Io, "the ledger is only being created")),
            _ => schema::identify(connection),
        })?;
        let ledger = Self { policy: policy.clone(), identity, store: Store::ReadOnly(place) };
        ledger.read(|transaction, identity| if options.quick { Ok(()) } else { verify(transaction, identity).map(drop) })?;
        Ok(ledger)
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
        let (ids, _) = self.append_events(std::slice::from_ref(event), false)?;
        ids.first().copied().ok_or_else(|| Error::new(ErrorKind::Io, "nothing was appended"))
    }

    /// Appends all events in one transaction and returns their ids.
    ///
    /// # Errors
    /// As [`ConsentLedger::append`], naming the row (from 1); nothing is appended then.
    pub fn append_all(&self, events: &[Event]) -> Result<Vec<u64>> {
        Ok(self.append_events(events, true)?.0)
    }

    /// Appends a table's events (see [`Event::from_table`]) in one transaction and returns how many were new.
    ///
    /// # Errors
    /// As [`ConsentLedger::append`], naming column and row.
    pub fn append_table(&self, table: &Table) -> Result<u64> {
        let zone = self.policy.controller().map_or(TimeZone::UTC, |controller| controller.time_zone);
        Ok(self.append_events(&Event::from_table(table, zone)?, true)?.1)
    }

    /// The ids of the events, and how many are new.
    fn append_events(&self, events: &[Event], many: bool) -> Result<(Vec<u64>, u64)> {
        let place = |row: usize, error: Error| if many { error.context(format!("row {}", row + 1)) } else { error };
        for (row, event) in events.iter().enumerate() {
            self.check(event, many).map_err(|error| place(row, error))?;
        }
        self.write(|transaction, identity, mut last| {
            let (mut ids, mut new) = (Vec::with_capacity(events.len()), 0);
            let now = now().max(last.recorded_at);
            for (row, event) in events.iter().enumerate() {
                let known = match &event.idempotency_key {
                    Some(key) => self.known(transaction, identity, key, event).map_err(|error| place(row, error))?,
                    None => None,
                };
                let id = match known {
                    Some(id) => id,
                    None => {
                        let contact = event.contact.as_deref().map(|contact| self.policy.normal_contact(contact));
                        last = rows::insert(transaction, rows::seal(event, last.id + 1, now), &rows::personal(event, contact), &last)?;
                        new += 1;
                        last.id
                    }
                };
                ids.push(id);
            }
            Ok(((ids, new), last))
        })
    }

    fn check(&self, event: &Event, many: bool) -> Result<()> {
        self.policy.check_event(event).map_err(|error| match error.kind() {
            // In a file the cell may hold anything, so that only its place is named.
            ErrorKind::UnknownName if many => Error::new(ErrorKind::UnknownName, "a purpose or channel that the policy does not have"),
            _ => error,
        })
    }

    /// The id of the event that has an idempotency key.
    fn known(&self, transaction: &Transaction<'_>, identity: &Identity, key: &str, event: &Event) -> Result<Option<u64>> {
        let Some(&id) = rows::ids_with(transaction, rows::IDEMPOTENCY, key)?.first() else { return Ok(None) };
        if rows::load(transaction, identity, id)?.event == *event {
            return Ok(Some(id));
        }
        let message = format!("the idempotency key was used for event {id}, with other content");
        Err(Error::new(ErrorKind::Conflict, message))
    }

    /// Erases a citizen: removes every personal value of theirs, leaves a suppression mark, and returns the id of the erasure. The chain
    /// still verifies; the citizen is denied as erased, at whatever instant.
    ///
    /// # Errors
    /// `NotFound` for a citizen without events, `Io`.
    pub fn erase(&self, citizen: &str) -> Result<u64> {
        let id = self.write(|transaction, identity, last| {
            let mut ids = rows::ids_with(transaction, rows::CITIZEN, citizen)?;
            if ids.is_empty() {
                return Err(Error::new(ErrorKind::NotFound, "the ledger has no events of this citizen"));
            }
            let now = now().max(last.recorded_at);
            let mut event = Event::new(citizen, Status::Erased, Timestamp::from_micros(now));
            event.scope = Scope::All;
            let mut sealed = rows::seal(&event, last.id + 1, now);
            for id in &ids {
                transaction.execute("DELETE FROM personal WHERE event = ?1", [rows::number(*id)?]).map_err(sql)?;
            }
            ids.push(sealed.id);
            sealed.erases = Some(ids.iter().flat_map(|id| id.to_le_bytes()).collect());
            sealed.mark = Some(chain::mark(&identity.mark_key, citizen).to_vec());
            let last = rows::insert(transaction, sealed, &rows::personal(&event, None), &last)?;
            Ok((last.id, last))
        })?;
        if let Store::Writable(shared, Some(place)) = &self.store {
            let connection = self.connection(shared, Some(place))?;
            // The write-ahead log still has the old pages; a busy reader only puts this off until the next checkpoint.
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(sql)?;
        }
        Ok(id)
    }

    /// One decision at an instant.
    ///
    /// # Errors
    /// As [`ConsentView::decide`]; `Io` and `Corrupted` where the ledger cannot be read: it never decides then.
    pub fn decide(&self, question: &Question, at: Timestamp) -> Result<Decision> {
        let contact = self.policy.contact_key(question)?;
        let events = self.read(|transaction, identity| {
            let load = |id: u64| rows::load(transaction, identity, id);
            let own = rows::ids_with(transaction, rows::CITIZEN, &question.citizen)?;
            let mut events = own.iter().map(|id| load(*id)).collect::<Result<Vec<_>>>()?;
            let named = events.iter().filter_map(|event| event.event.contact.as_deref()).map(|contact| self.policy.normal_contact(contact));
            let contacts = contact.clone().map_or_else(|| named.collect(), |contact| BTreeSet::from([contact]));
            let mut shared = BTreeSet::new();
            for contact in &contacts {
                shared.extend(rows::ids_with(transaction, rows::CONTACT_KEY, contact)?);
            }
            for id in shared.into_iter().filter(|id| !own.contains(id)) {
                events.push(load(id)?);
            }
            Ok((events, rows::erasures(transaction)?.marks))
        });
        let (events, marks) = events?;
        let mut builder = ViewBuilder::new(&self.policy, at)?;
        events.into_iter().try_for_each(|event| builder.push(event))?;
        self.suppress(builder, marks, None).decide(question)
    }

    /// The consent of everyone at an instant; with `known_at`, as it was known then. Every hash is recomputed on the way.
    ///
    /// # Errors
    /// `Io`, `Corrupted`; `PolicyInvalid` for a policy without a controller.
    pub fn as_of(&self, at: Timestamp, known_at: Option<Timestamp>) -> Result<ConsentView> {
        let known = |recorded_at: Timestamp| known_at.is_none_or(|known_at| recorded_at <= known_at);
        let (builder, marks) = self.read(|transaction, identity| {
            let mut builder = ViewBuilder::new(&self.policy, at)?;
            rows::walk(transaction, identity, |event| if known(event.recorded_at) { builder.push(event) } else { Ok(()) })?;
            Ok((builder, rows::erasures(transaction)?.marks))
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
        let key = self.identity.mark_key;
        let erased = move |citizen: &str| marks.get(&chain::mark(&key, citizen)).map(|erasure| erasure.id);
        builder.erased(erased).finish()
    }

    /// A citizen's events, in order.
    ///
    /// # Errors
    /// `Io`, `Corrupted`.
    pub fn history(&self, citizen: &str) -> Result<Vec<RecordedEvent>> {
        self.read(|transaction, identity| {
            let ids = rows::ids_with(transaction, rows::CITIZEN, citizen)?;
            ids.into_iter().map(|id| rows::load(transaction, identity, id)).collect()
        })
    }

    /// Everyone's events, in order, but for those erased.
    ///
    /// # Errors
    /// `Io`, `Corrupted`.
    pub fn events(&self) -> Result<Vec<RecordedEvent>> {
        self.read(|transaction, identity| {
            let mut events = Vec::new();
            rows::walk(transaction, identity, |event| {
                events.push(event);
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
        self.read(|transaction, identity| verify(transaction, identity).map(|last| last.id))
    }

    /// The last event's number and chain hash in hex: keep it elsewhere, and a later truncation shows.
    ///
    /// # Errors
    /// `Io`, `Corrupted`.
    pub fn head(&self) -> Result<(u64, String)> {
        self.read(|transaction, identity| rows::last(transaction, identity).map(|last| (last.id, chain::hex(&last.hash))))
    }

    /// Accepts the database as it is after a backup was restored: verifies its chain and writes the head file anew.
    ///
    /// # Errors
    /// `Io`, `Corrupted` where the chain does not verify, `NotFound` where there is no database.
    pub fn accept_head(path: impl AsRef<Path>, policy: &Policy) -> Result<(u64, String)> {
        let _ = policy;
        let path = &behind_link(path.as_ref());
        let place = Place::of(path);
        let accept = || {
            if place.is_empty() {
                return Err(Error::new(ErrorKind::NotFound, "there is no ledger to accept"));
            }
            let mut connection = schema::open_writable(Some(path), false)?;
            let identity = schema::identify(&connection)?;
            schema::tune(&connection)?;
            // As a writer, so that nobody appends between the look and the new head.
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
            let last = verify(&transaction, &identity)?;
            place.head.accept(&Head { ledger_id: identity.ledger_id, sequence: last.id, hash: last.hash })?;
            Ok((last.id, chain::hex(&last.hash)))
        };
        accept().map_err(|error| error.context(path.display().to_string()))
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

    /// Reads within one transaction that is not behind the head file.
    fn read<T>(&self, what: impl Fn(&Transaction<'_>, &Identity) -> Result<T>) -> Result<T> {
        let within = |connection: &Connection, place: Option<&Place>| {
            // The head first: the transaction that begins after it cannot be older, unless something was lost.
            let head = place.map(|place| place.head.read()).transpose()?;
            let transaction = connection.unchecked_transaction().map_err(sql)?;
            if let Some(head) = head {
                behind(&transaction, &self.identity, head)?;
            }
            what(&transaction, &self.identity)
        };
        match &self.store {
            Store::Writable(shared, place) => within(&*self.connection(shared, place.as_ref())?, place.as_ref()),
            Store::ReadOnly(place) => read_still(place, |connection| {
                if schema::identify(connection)? != self.identity {
                    return Err(damaged("another ledger took the place of the one that was opened"));
                }
                within(connection, Some(place))
            }),
        }
    }

    /// Writes within one transaction, and moves the head forward when it is durable.
    fn write<T>(&self, what: impl FnOnce(&Transaction<'_>, &Identity, Last) -> Result<(T, Last)>) -> Result<T> {
        let Store::Writable(shared, place) = &self.store else {
            return Err(Error::new(ErrorKind::Unsupported, "the ledger was opened for reading only"));
        };
        let mut connection = self.connection(shared, place.as_ref())?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        if let Some(place) = place {
            check_head(&transaction, &self.identity, &place.head)?;
        }
        let before = rows::last(&transaction, &self.identity)?;
        let (result, last) = what(&transaction, &self.identity, before)?;
        transaction.commit().map_err(sql)?;
        if let Some(place) = place
            && last.id > before.id
        {
            place.head.advance(&Head { ledger_id: self.identity.ledger_id, sequence: last.id, hash: last.hash })?;
        }
        Ok(result)
    }

    /// The connection of this process.
    fn connection<'a>(&self, shared: &'a Shared, place: Option<&Place>) -> Result<MutexGuard<'a, Connection>> {
        let forked = || shared.process.load(Ordering::Acquire) != std::process::id();
        let Some(place) = place.filter(|_| forked()) else {
            return Ok(shared.connection.lock().unwrap_or_else(PoisonError::into_inner));
        };
        let mut connection = lock_after_fork(&shared.connection)?;
        if forked() {
            // SQLite remembers the parent's locks on the file as this process's own for as long as the old connection is open. Closing
            // it forgets them; it must not tidy up the parent's log on the way.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(sql)?;
            *connection = schema::open_writable(None, true)?;
            let own = schema::open_writable(Some(&place.database), false)?;
            schema::tune(&own)?;
            if schema::identify(&own)? != self.identity {
                return Err(damaged("another ledger took the place of the one that was opened"));
            }
            *connection = own;
            shared.process.store(std::process::id(), Ordering::Release);
        }
        Ok(connection)
    }
}

/// The lock as a forked child finds it: whoever of the parent's threads held it at that moment is not there to let it go.
fn lock_after_fork(lock: &Mutex<Connection>) -> Result<MutexGuard<'_, Connection>> {
    for _ in 0..1000 {
        match lock.try_lock() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::Poisoned(error)) => return Ok(error.into_inner()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    Err(Error::new(ErrorKind::Busy, "the process was forked while the ledger was in use; open it anew in the child"))
}

impl fmt::Debug for ConsentLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConsentLedger({})", self.policy.id())
    }
}

/// Reads without creating anything: as a file that stands still where nobody is writing, and again if that turns out wrong.
fn read_still<T>(place: &Place, what: impl Fn(&Connection) -> Result<T>) -> Result<T> {
    for _ in 0..20 {
        let before = place.stamp();
        let still = before.is_some_and(|(_, _, wal)| !wal);
        let result = schema::open_readable(&place.database, still).and_then(|connection| what(&connection));
        if !still || place.stamp() == before {
            return result;
        }
    }
    schema::open_readable(&place.database, false).and_then(|connection| what(&connection))
}

/// Requires that the database is not behind its head file.
fn check_head(transaction: &Transaction<'_>, identity: &Identity, head: &HeadFile) -> Result<()> {
    behind(transaction, identity, head.read()?)
}

fn behind(transaction: &Transaction<'_>, identity: &Identity, head: Option<Head>) -> Result<()> {
    match head {
        None if rows::last(transaction, identity)?.id == 0 => Ok(()),
        None => Err(damaged("the ledger has events but no head file; if that is right, accept its head")),
        Some(head) if head.ledger_id != identity.ledger_id => Err(damaged("the head file belongs to another ledger")),
        Some(head) => match rows::hash_of(transaction, identity, head.sequence)? {
            Some(hash) if hash == head.hash => Ok(()),
            Some(_) => Err(damaged(format!("event {} of the ledger is not the one that its head file names", head.sequence))),
            None => {
                let message = format!(
                    "the ledger is behind its head file, which names event {}: events were lost; restore a backup, or accept its head",
                    head.sequence
                );
                Err(damaged(message))
            }
        },
    }
}

/// Recomputes everything and has SQLite check its pages and indexes.
fn verify(transaction: &Transaction<'_>, identity: &Identity) -> Result<Last> {
    let last = rows::walk(transaction, identity, |_| Ok(()))?;
    let answer: String = transaction.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(sql)?;
    if answer == "ok" { Ok(last) } else { Err(damaged("SQLite's integrity check of the ledger fails")) }
}

/// The store's clock: the instant at which an event is recorded.
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
