//! A ledger in a SQLite file, with a head file beside it.

mod format_1;
mod head;
mod rows;
mod schema;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use citx_core::{Error, ErrorKind, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

use self::format_1::Format1Rows;
use self::head::{Head, HeadFile};
use self::rows::SqliteRows;
use self::schema::{Format, sql};
use super::pool::Pool;
use super::rows::{hash_of, last};
use super::store::{Identity, Last, Rows, Store, damaged};
use super::{LedgerOptions, verify};

/// The most memory that SQLite keeps pages in while writing, in KiB, negative as SQLite wants it; while checking all; and by default.
const WRITER_CACHE: i64 = -256 * 1024;
const CHECK_CACHE: i64 = -64 * 1024;
const READER_CACHE: i64 = -2000;
/// After so many new events the memory is given back.
const MANY: u64 = 10_000;

/// A ledger in a file, or in memory.
pub(super) struct SqliteStore {
    identity: Identity,
    format: Format,
    access: Access,
}

enum Access {
    Memory(Mutex<Connection>),
    /// Connections that last, because opening one costs more than reading with it.
    Writable(Pool<Connection>, Place),
    /// Opened anew for each call, so that nothing needs to be created to read.
    ReadOnly(Place),
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

impl SqliteStore {
    /// Opens or creates the ledger at `path`; `:memory:` is one without a file.
    pub(super) fn open(path: &Path, options: &LedgerOptions) -> Result<Self> {
        if path.as_os_str().is_empty() {
            // SQLite would keep it in a temporary file and lose it.
            return Err(Error::new(ErrorKind::InvalidArgument, "a ledger needs a path; `:memory:` is one without a file"));
        }
        match (path == Path::new(":memory:"), options.read_only) {
            (true, _) => Self::open_in_memory(),
            (false, true) => Self::open_read_only(&behind_link(path), options),
            (false, false) => Self::open_file(&behind_link(path), options),
        }
    }

    fn open_in_memory() -> Result<Self> {
        let mut connection = schema::open_writable(None, true)?;
        schema::create(&mut connection, Format::Two)?;
        let (identity, format) = schema::identify(&connection)?;
        Ok(Self { identity, format, access: Access::Memory(Mutex::new(connection)) })
    }

    fn open_file(path: &Path, options: &LedgerOptions) -> Result<Self> {
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
            schema::create(&mut connection, Format::Two)?;
        }
        let (identity, format) = schema::identify(&connection)?;
        schema::tune(&connection)?;
        let store = Self { identity, format, access: Access::Writable(Pool::new(connection), place.clone()) };
        let mut found = None;
        store.read(&mut |rows| {
            let identity = &store.identity;
            found = Some(if options.quick { last(rows, identity)? } else { verify(Some(&store), rows, identity)? });
            Ok(())
        })?;
        let last = found.ok_or_else(|| damaged("the ledger was not read"))?;
        place.head.advance(&Head { ledger_id: store.identity.ledger_id, sequence: last.id, hash: last.hash })?;
        Ok(store)
    }

    fn open_read_only(path: &Path, options: &LedgerOptions) -> Result<Self> {
        let place = Place::of(path);
        if place.is_empty() {
            let gone = "the ledger's database is gone, its head file is there; restore a backup";
            let absent = "there is no ledger; opened for reading only, none is created";
            return Err(if place.head.read()?.is_some() { damaged(gone) } else { Error::new(ErrorKind::Io, absent) });
        }
        let (identity, format) = read_still(&place, |connection| match place.head.read()? {
            None if schema::is_blank(connection)? => Err(Error::new(ErrorKind::Io, "the ledger is only being created")),
            _ => schema::identify(connection),
        })?;
        let store = Self { identity, format, access: Access::ReadOnly(place) };
        store.read(&mut |rows| if options.quick { Ok(()) } else { verify(Some(&store), rows, &store.identity).map(drop) })?;
        Ok(store)
    }

    /// Accepts the database at `path` as it is: verifies its chain and writes the head file anew.
    pub(super) fn accept_head(path: &Path) -> Result<Last> {
        let path = &behind_link(path);
        let place = Place::of(path);
        if place.is_empty() {
            return Err(Error::new(ErrorKind::NotFound, "there is no ledger to accept"));
        }
        let mut connection = schema::open_writable(Some(path), false)?;
        let (identity, format) = schema::identify(&connection)?;
        schema::tune(&connection)?;
        // As a writer, so that nobody appends between the look and the new head.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        let last = verify(None, &mut *rows(format, &transaction), &identity)?;
        place.head.accept(&Head { ledger_id: identity.ledger_id, sequence: last.id, hash: last.hash })?;
        Ok(last)
    }

    /// Uses one of the connections to a file.
    fn with<T>(&self, pool: &Pool<Connection>, place: &Place, what: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let open = || {
            let connection = schema::open_writable(Some(&place.database), false)?;
            schema::tune(&connection)?;
            self.is_of(&connection)?;
            Ok(connection)
        };
        // SQLite remembers the parent's locks on the file as this process's own for as long as the old connection is open. Closing it
        // forgets them; it must not tidy up the parent's log on the way, and where that cannot be promised it is not closed.
        let abandon = |connection: Connection| {
            if connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).is_err() {
                std::mem::forget(connection);
            }
        };
        pool.with(open, abandon, what)
    }

    fn is_of(&self, connection: &Connection) -> Result<()> {
        let (identity, format) = schema::identify(connection)?;
        let same = identity == self.identity && format == self.format;
        if same { Ok(()) } else { Err(damaged("another ledger took the place of the one that was opened")) }
    }

    /// Reads in one transaction that is not behind the head file.
    fn read_with(&self, connection: &Connection, head: Option<&HeadFile>, what: &mut dyn FnMut(&mut dyn Rows) -> Result<()>) -> Result<()> {
        // The head first: the transaction that begins after it cannot be older, unless something was lost.
        let head = head.map(HeadFile::read).transpose()?;
        let transaction = connection.unchecked_transaction().map_err(sql)?;
        let rows = &mut *rows(self.format, &transaction);
        if let Some(head) = head {
            behind(rows, &self.identity, head)?;
        }
        what(rows)
    }

    /// Writes in one transaction, and moves the head forward when it is durable.
    fn write_with(
        &self,
        connection: &mut Connection,
        head: Option<&HeadFile>,
        what: &mut dyn FnMut(&mut dyn Rows, Last) -> Result<Last>,
    ) -> Result<()> {
        // The indexes by value are written to all over: pages that leave the cache are written to the log more than once.
        connection.pragma_update(None, "cache_size", WRITER_CACHE).map_err(sql)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        let (before, after) = {
            let rows = &mut *rows(self.format, &transaction);
            if let Some(head) = head {
                behind(rows, &self.identity, head.read()?)?;
            }
            let before = last(rows, &self.identity)?;
            (before, what(rows, before)?)
        };
        transaction.commit().map_err(sql)?;
        if after.id - before.id > MANY {
            less_memory(connection)?;
        }
        // Where nothing is new too: the call that wrote it may not have come as far as the head.
        let head_of = |after: Last| Head { ledger_id: self.identity.ledger_id, sequence: after.id, hash: after.hash };
        head.map_or(Ok(()), |head| head.advance(&head_of(after)))
    }
}

/// Gives the memory of pages back.
fn less_memory(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "cache_size", READER_CACHE).map_err(sql)?;
    connection.execute_batch("PRAGMA shrink_memory").map_err(sql)
}

fn lock(memory: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The rows of a file of a format.
fn rows<'c>(format: Format, connection: &'c Connection) -> Box<dyn Rows + 'c> {
    match format {
        Format::One => Box::new(Format1Rows(connection)),
        Format::Two => Box::new(SqliteRows(connection)),
    }
}

impl Store for SqliteStore {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn is_read_only(&self) -> bool {
        matches!(self.access, Access::ReadOnly(_))
    }

    fn is_shared(&self) -> bool {
        !matches!(self.access, Access::Memory(_))
    }

    fn read(&self, what: &mut dyn FnMut(&mut dyn Rows) -> Result<()>) -> Result<()> {
        match &self.access {
            Access::Memory(memory) => self.read_with(&lock(memory), None, what),
            Access::Writable(pool, place) => self.with(pool, place, |connection| self.read_with(connection, Some(&place.head), what)),
            Access::ReadOnly(place) => read_still(place, |connection| {
                self.is_of(connection)?;
                self.read_with(connection, Some(&place.head), what)
            }),
        }
    }

    fn write(&self, what: &mut dyn FnMut(&mut dyn Rows, Last) -> Result<Last>) -> Result<()> {
        match &self.access {
            Access::Memory(memory) => self.write_with(&mut lock(memory), None, what),
            Access::Writable(pool, place) => {
                let _alone = pool.writer()?;
                self.with(pool, place, |connection| self.write_with(connection, Some(&place.head), what))
            }
            Access::ReadOnly(_) => Err(Error::new(ErrorKind::Unsupported, "the ledger was opened for reading only")),
        }
    }

    /// The write-ahead log still has the old pages; a busy reader only puts this off until the next checkpoint.
    fn scrub(&self) -> Result<()> {
        let Access::Writable(pool, place) = &self.access else { return Ok(()) };
        let checkpoint = |connection: &mut Connection| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(sql);
        self.with(pool, place, checkpoint)
    }
}

/// An empty ledger of format 1, of which none are made any more.
#[cfg(test)]
pub(super) fn create_format_1(path: &Path) -> Result<()> {
    let mut connection = schema::open_writable(Some(path), true)?;
    schema::tune(&connection)?;
    schema::create(&mut connection, Format::One)
}

/// Reads without creating anything: as a file that stands still where nobody is writing, and again if that turns out wrong.
fn read_still<T>(place: &Place, mut what: impl FnMut(&Connection) -> Result<T>) -> Result<T> {
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
fn behind(rows: &mut dyn Rows, identity: &Identity, head: Option<Head>) -> Result<()> {
    match head {
        None if rows.last()?.is_none() => Ok(()),
        None => Err(damaged("the ledger has events but no head file; if that is right, accept its head")),
        Some(head) if head.ledger_id != identity.ledger_id => Err(damaged("the head file belongs to another ledger")),
        Some(head) => match hash_of(rows, identity, head.sequence)? {
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
