//! The file: its schema, pragmas and identity, and what SQLite's errors mean. docs/spec/ledger.md section 1.

use std::path::Path;
use std::time::{Duration, Instant};

use citx_core::{Error, ErrorKind, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, ffi};

use super::super::store::{Identity, damaged};

/// `citx` in ASCII.
const APPLICATION_ID: i64 = 0x6369_7478;
/// How long a writer waits for another one.
const BUSY: Duration = Duration::from_secs(10);

/// How a file keeps its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// In two tables, column by column; read and written on, but not created any more.
    One = 1,
    /// One row an event. The newest that is read, and the one that is created.
    Two,
}

/// Name and text of everything in a schema, in the order of creation.
type Schema = [(&'static str, &'static str)];

const META: (&str, &str) = ("meta", "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID");
const MARKS: (&str, &str) = ("events_mark", "CREATE INDEX events_mark ON events (mark) WHERE mark IS NOT NULL");

const FORMAT_2: [(&str, &str); 6] = [
    META,
    (
        "events",
        "CREATE TABLE events (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL, sealed BLOB NOT NULL, mark BLOB, salts BLOB, citizen TEXT, contact TEXT, evidence_ref TEXT,
    actor TEXT, idempotency_key TEXT, contact_key TEXT) STRICT",
    ),
    ("events_citizen", "CREATE INDEX events_citizen ON events (citizen) WHERE citizen IS NOT NULL"),
    ("events_idempotency_key", "CREATE UNIQUE INDEX events_idempotency_key ON events (idempotency_key) WHERE idempotency_key IS NOT NULL"),
    ("events_contact_key", "CREATE INDEX events_contact_key ON events (contact_key) WHERE contact_key IS NOT NULL"),
    MARKS,
];

const FORMAT_1: [(&str, &str); 7] = [
    META,
    (
        "events",
        "CREATE TABLE events (
    id INTEGER PRIMARY KEY, recorded_at INTEGER NOT NULL, captured_at INTEGER NOT NULL, status TEXT NOT NULL, scope TEXT NOT NULL,
    purpose TEXT, channel TEXT, topic TEXT, notice TEXT, valid_from INTEGER, valid_until INTEGER, method TEXT, jurisdiction TEXT,
    source TEXT, citizen_hash BLOB NOT NULL, contact_hash BLOB, evidence_hash BLOB, actor_hash BLOB, idempotency_hash BLOB,
    contact_key_hash BLOB, erases BLOB, mark BLOB, hash BLOB NOT NULL) STRICT",
    ),
    (
        "personal",
        "CREATE TABLE personal (
    event INTEGER NOT NULL, field INTEGER NOT NULL, salt BLOB NOT NULL, value TEXT NOT NULL, PRIMARY KEY (event, field)) STRICT, WITHOUT ROWID",
    ),
    ("personal_citizen", "CREATE INDEX personal_citizen ON personal (value, event) WHERE field = 1"),
    ("personal_idempotency", "CREATE UNIQUE INDEX personal_idempotency ON personal (value) WHERE field = 5"),
    ("personal_contact_key", "CREATE INDEX personal_contact_key ON personal (value, event) WHERE field = 6"),
    MARKS,
];

impl Format {
    fn schema(self) -> &'static Schema {
        match self {
            Self::One => &FORMAT_1,
            Self::Two => &FORMAT_2,
        }
    }
}

/// Failures to read that mean damage, not a refusal.
const DAMAGE: [i32; 3] = [ffi::SQLITE_IOERR_SHORT_READ, ffi::SQLITE_IOERR_CORRUPTFS, ffi::SQLITE_IOERR_DATA];

/// What an error of SQLite means. Its own text may quote a value, so only the code goes into the message.
pub(super) fn sql(error: rusqlite::Error) -> Error {
    use rusqlite::Error as Sql;
    let (kind, message) = match &error {
        Sql::SqliteFailure(failure, _) if DAMAGE.contains(&failure.extended_code) => {
            (ErrorKind::Corrupted, "the ledger's database is damaged")
        }
        Sql::SqliteFailure(failure, _) => match failure.extended_code & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => (ErrorKind::Busy, "another process is writing to the ledger; try again"),
            ffi::SQLITE_CORRUPT
            | ffi::SQLITE_NOTADB
            | ffi::SQLITE_FORMAT
            | ffi::SQLITE_MISMATCH
            | ffi::SQLITE_CONSTRAINT
            | ffi::SQLITE_ERROR => (ErrorKind::Corrupted, "the ledger's database is damaged or is none"),
            ffi::SQLITE_FULL => (ErrorKind::Io, "the disk of the ledger is full"),
            ffi::SQLITE_NOMEM => (ErrorKind::LimitExceeded, "the ledger needs more memory than there is"),
            ffi::SQLITE_TOOBIG => (ErrorKind::LimitExceeded, "a value is too long for the ledger"),
            _ => (ErrorKind::Io, "the ledger's database cannot be read or written"),
        },
        Sql::InvalidParameterName(_) | Sql::InvalidParameterCount(..) | Sql::NulError(_) | Sql::InvalidPath(_) => {
            (ErrorKind::Io, "the ledger's database cannot be opened")
        }
        // Everything else is a value that is not what the schema promises.
        _ => (ErrorKind::Corrupted, "the ledger's database holds what it should not"),
    };
    let code = match &error {
        Sql::SqliteFailure(failure, _) => format!("{message} (SQLite {})", failure.extended_code),
        _ => message.to_owned(),
    };
    Error::new(kind, code)
}

/// Opens a database for writing, creating it where `create`.
pub(super) fn open_writable(path: Option<&Path>, create: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = match path {
        Some(path) => Connection::open_with_flags(path, flags),
        None => Connection::open_in_memory_with_flags(flags | OpenFlags::SQLITE_OPEN_CREATE),
    };
    ready(connection.map_err(sql)?)
}

/// Opens a database for reading. `still`: nobody is writing, so that no lock or shared memory file is needed or made.
pub(super) fn open_readable(path: &Path, still: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = if still {
        flags |= OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(uri(path)?, flags)
    } else {
        Connection::open_with_flags(path, flags)
    };
    ready(connection.map_err(sql)?)
}

/// What every connection needs.
fn ready(connection: Connection) -> Result<Connection> {
    connection.busy_timeout(BUSY).map_err(sql)?;
    // Otherwise SQLite plans anew, for each value bound, the statements that a partial index may serve.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(sql)?;
    Ok(connection)
}

/// The path as a URI that says the file does not change.
fn uri(path: &Path) -> Result<String> {
    let absolute =
        std::path::absolute(path).map_err(|error| Error::new(ErrorKind::Io, "the ledger's path cannot be read").caused_by(error))?;
    let Some(text) = absolute.to_str() else {
        return Err(Error::new(ErrorKind::Unsupported, "a ledger opened for reading needs a path that is UTF-8"));
    };
    let text = if cfg!(windows) { format!("/{}", text.trim_start_matches(r"\\?\").replace('\\', "/")) } else { text.to_owned() };
    let escaped: String = text
        .bytes()
        .map(|byte| match byte {
            b'/' | b':' | b'.' | b'-' | b'_' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    Ok(format!("file://{escaped}?immutable=1"))
}

/// Write-ahead log, synced at each commit, and nothing left behind of what is deleted.
pub(super) fn tune(connection: &Connection) -> Result<()> {
    let start = Instant::now();
    loop {
        // SQLite does not wait for a lock when it changes the journal.
        match connection.pragma_update(None, "journal_mode", "wal") {
            Err(error) if sql_busy(&error) && start.elapsed() < BUSY => std::thread::sleep(Duration::from_millis(5)),
            result => break result.map_err(sql)?,
        }
    }
    for (pragma, value) in [("synchronous", "full"), ("secure_delete", "on"), ("trusted_schema", "off"), ("cell_size_check", "on")] {
        connection.pragma_update(None, pragma, value).map_err(sql)?;
    }
    Ok(())
}

fn sql_busy(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(failure, _) if matches!(failure.extended_code & 0xff, ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED))
}

fn pragma(connection: &Connection, name: &str) -> Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0)).map_err(sql)
}

/// Whether the database holds nothing at all.
pub(super) fn is_blank(connection: &Connection) -> Result<bool> {
    let objects: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(sql)?;
    Ok(objects == 0 && pragma(connection, "application_id")? == 0 && pragma(connection, "user_version")? == 0)
}

/// Writes schema and identity into a blank database, unless another process was faster.
pub(super) fn create(connection: &mut Connection, format: Format) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
    if is_blank(&transaction)? {
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(sql)?;
        transaction.pragma_update(None, "user_version", format as i64).map_err(sql)?;
        for (_, text) in format.schema() {
            transaction.execute(text, []).map_err(sql)?;
        }
        let random = "INSERT INTO meta VALUES ('ledger_id', randomblob(16)), ('mark_key', randomblob(32))";
        transaction.execute(random, []).map_err(sql)?;
    }
    transaction.commit().map_err(sql)
}

/// Checks that the database is a ledger of a format that can be read, and returns who it is, and which that is.
///
/// # Errors
/// `Corrupted`, `FormatVersion`.
pub(super) fn identify(connection: &Connection) -> Result<(Identity, Format)> {
    if pragma(connection, "application_id")? != APPLICATION_ID {
        return Err(damaged("the file is not a citx ledger"));
    }
    let format = match pragma(connection, "user_version")? {
        1 => Format::One,
        2 => Format::Two,
        newer if newer > 2 => {
            let message = format!("the ledger is of format {newer}, this version of citx reads up to 2; update citx");
            return Err(Error::new(ErrorKind::FormatVersion, message));
        }
        _ => return Err(damaged("the ledger's format number is damaged")),
    };
    check_schema(connection, format)?;
    let mut identity = Identity { ledger_id: [0; 16], mark_key: [0; 32] };
    let mut statement = connection.prepare("SELECT name, value FROM meta ORDER BY name").map_err(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))).map_err(sql)?;
    let rows: Vec<(String, Vec<u8>)> = rows.collect::<rusqlite::Result<_>>().map_err(sql)?;
    match rows.as_slice() {
        [(first, id), (second, key)] if first == "ledger_id" && second == "mark_key" && id.len() == 16 && key.len() == 32 => {
            identity.ledger_id.copy_from_slice(id);
            identity.mark_key.copy_from_slice(key);
            Ok((identity, format))
        }
        _ => Err(damaged("the ledger's identity is damaged")),
    }
}

/// A trigger, a view or a changed column would make the rest mean something else.
fn check_schema(connection: &Connection, format: Format) -> Result<()> {
    let query = "SELECT name, sql FROM sqlite_schema ORDER BY rowid";
    let mut statement = connection.prepare(query).map_err(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).map_err(sql)?;
    let found: Vec<(String, String)> = rows.collect::<rusqlite::Result<_>>().map_err(sql)?;
    let expected = format.schema().iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    if found.into_iter().eq(expected) { Ok(()) } else { Err(damaged("the ledger's schema is not that of its format")) }
}
