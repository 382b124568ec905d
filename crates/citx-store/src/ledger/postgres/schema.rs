//! The tables on the server, who the ledger is, and what PostgreSQL's errors mean. docs/spec/ledger.md section 8.

use citx_core::{Error, ErrorKind, Result};
use postgres::error::SqlState;
use postgres::{Client, GenericClient};

use super::super::random;
use super::super::store::{Identity, damaged};

/// The format that this version writes, and the newest that it reads.
const FORMAT: u8 = 1;

/// Columns of each table with their types, in order; a column is NOT NULL unless its type ends in a question mark.
const TABLES: [(&str, &[(&str, &str)]); 3] = [
    ("citx_meta", &[("name", "text"), ("value", "bytea")]),
    (
        "citx_events",
        &[
            ("id", "bigint"),
            ("recorded_at", "bigint"),
            ("captured_at", "bigint"),
            ("status", "text"),
            ("scope", "text"),
            ("purpose", "text?"),
            ("channel", "text?"),
            ("topic", "text?"),
            ("notice", "text?"),
            ("valid_from", "bigint?"),
            ("valid_until", "bigint?"),
            ("method", "text?"),
            ("jurisdiction", "text?"),
            ("source", "text?"),
            ("citizen_hash", "bytea"),
            ("contact_hash", "bytea?"),
            ("evidence_hash", "bytea?"),
            ("actor_hash", "bytea?"),
            ("idempotency_hash", "bytea?"),
            ("contact_key_hash", "bytea?"),
            ("erases", "bytea?"),
            ("mark", "bytea?"),
            ("hash", "bytea"),
        ],
    ),
    ("citx_personal", &[("event", "bigint"), ("field", "bigint"), ("salt", "bytea"), ("value", "text")]),
];

/// Primary keys and indexes by name, in order; the name of each is PostgreSQL's own choice for the keys.
const INDEXES: [&str; 7] = [
    "citx_events_mark",
    "citx_events_pkey",
    "citx_meta_pkey",
    "citx_personal_citizen",
    "citx_personal_contact_key",
    "citx_personal_idempotency",
    "citx_personal_pkey",
];

const KEYS: [(&str, &str); 3] = [("citx_meta", "name"), ("citx_events", "id"), ("citx_personal", "event, field")];

const INDEX_TEXTS: [&str; 4] = [
    "CREATE INDEX citx_personal_citizen ON citx_personal (value, event) WHERE field = 1",
    "CREATE UNIQUE INDEX citx_personal_idempotency ON citx_personal (value) WHERE field = 5",
    "CREATE INDEX citx_personal_contact_key ON citx_personal (value, event) WHERE field = 6",
    "CREATE INDEX citx_events_mark ON citx_events (mark) WHERE mark IS NOT NULL",
];

/// What an error of PostgreSQL means. Its own text may quote a value, so only the code goes into the message.
pub(super) fn sql(error: postgres::Error) -> Error {
    let (kind, message) = match error.code() {
        None if error.is_closed() => (ErrorKind::Io, "the connection to the PostgreSQL server was lost"),
        None => (ErrorKind::Io, "the PostgreSQL server cannot be reached, or does not answer as it should"),
        Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => (ErrorKind::Busy, "another process is writing to the ledger; try again"),
        Some(code) if [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) => {
            (ErrorKind::Busy, "another process got in the way; try again")
        }
        Some(code) if [SqlState::CHARACTER_NOT_IN_REPERTOIRE, SqlState::UNTRANSLATABLE_CHARACTER].contains(code) => {
            (ErrorKind::InvalidArgument, "PostgreSQL does not keep a character of this text, such as U+0000")
        }
        Some(code) if code.code().starts_with("54") => (ErrorKind::LimitExceeded, "a value is too long for PostgreSQL"),
        Some(code) if ["XX001", "XX002", "22P02", "42P01", "42703", "42804", "23505", "23502"].contains(&code.code()) => {
            (ErrorKind::Corrupted, "the ledger's tables on the server are damaged or are none")
        }
        Some(_) => (ErrorKind::Io, "the PostgreSQL server refused"),
    };
    let message = error.code().map_or_else(|| message.to_owned(), |code| format!("{message} (PostgreSQL {})", code.code()));
    Error::new(kind, message)
}

/// What every connection has: commits that are durable when they return, and an end to waiting for another writer.
pub(super) fn tune(client: &mut Client, read_only: bool) -> Result<()> {
    let durable: String = client.query_one("SHOW synchronous_commit", &[]).map_err(sql)?.get(0);
    if ["off", "local", "remote_write"].contains(&durable.as_str()) {
        client.batch_execute("SET synchronous_commit = on").map_err(sql)?;
    }
    let access = if read_only { "on" } else { "off" };
    client.batch_execute(&format!("SET lock_timeout = '10s'; SET default_transaction_read_only = {access}")).map_err(sql)
}

/// Makes the tables where there are none.
pub(super) fn create(client: &mut Client) -> Result<()> {
    let mut transaction = client.transaction().map_err(sql)?;
    // Of several that create it at once, one does: `citx` in ASCII.
    transaction.batch_execute("SELECT pg_advisory_xact_lock(1667855480)").map_err(sql)?;
    if !exists(&mut transaction)? {
        let encoding: String = transaction.query_one("SHOW server_encoding", &[]).map_err(sql)?.get(0);
        if encoding != "UTF8" {
            return Err(Error::new(ErrorKind::Unsupported, "a ledger needs a database in the encoding UTF8"));
        }
        for ((table, columns), (_, key)) in TABLES.iter().zip(KEYS) {
            let column = |(name, kind): &(&str, &str)| match kind.strip_suffix('?') {
                Some(kind) => format!("{name} {kind}"),
                None => format!("{name} {kind} NOT NULL"),
            };
            let columns: Vec<String> = columns.iter().map(column).collect();
            let text = format!("CREATE TABLE {table} ({}, PRIMARY KEY ({key}))", columns.join(", "));
            transaction.batch_execute(&text).map_err(sql)?;
        }
        // Bytes decide what is equal, whatever the database's language.
        transaction.batch_execute("ALTER TABLE citx_personal ALTER COLUMN value TYPE text COLLATE \"C\"").map_err(sql)?;
        for text in INDEX_TEXTS {
            transaction.batch_execute(text).map_err(sql)?;
        }
        let meta = [("format", vec![FORMAT]), ("ledger_id", random::<16>()?.to_vec()), ("mark_key", random::<32>()?.to_vec())];
        for (name, value) in meta {
            transaction.execute("INSERT INTO citx_meta VALUES ($1, $2)", &[&name, &value]).map_err(sql)?;
        }
    }
    transaction.commit().map_err(sql)
}

fn exists(client: &mut impl GenericClient) -> Result<bool> {
    let row = client.query_one("SELECT to_regclass('citx_meta') IS NOT NULL", &[]).map_err(sql)?;
    row.try_get(0).map_err(sql)
}

/// Checks that the tables are a ledger of a format that can be read, and returns who it is.
///
/// # Errors
/// `Io` where there is none, `Corrupted`, `FormatVersion`.
pub(super) fn identify(client: &mut Client) -> Result<Identity> {
    if !exists(client)? {
        return Err(Error::new(ErrorKind::Io, "there is no ledger; opened for reading only, none is created"));
    }
    let rows = client.query("SELECT name, value FROM citx_meta ORDER BY name COLLATE \"C\"", &[]).map_err(sql)?;
    let meta = |row: &postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
    let meta: Vec<(String, Vec<u8>)> = rows.iter().map(meta).collect::<std::result::Result<_, _>>().map_err(sql)?;
    let parts: Vec<(&str, &[u8])> = meta.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
    let &[("format", &[format]), ("ledger_id", id), ("mark_key", key)] = parts.as_slice() else {
        return Err(damaged("the ledger's identity is damaged"));
    };
    if format > FORMAT {
        let message = format!("the ledger is of format {format}, this version of citx reads up to {FORMAT}; update citx");
        return Err(Error::new(ErrorKind::FormatVersion, message));
    }
    match (format, <[u8; 16]>::try_from(id), <[u8; 32]>::try_from(key)) {
        (FORMAT, Ok(ledger_id), Ok(mark_key)) => {
            check_schema(client)?;
            Ok(Identity { ledger_id, mark_key })
        }
        _ => Err(damaged("the ledger's identity is damaged")),
    }
}

/// A trigger, a rule or a changed column would make the rest mean something else.
fn check_schema(client: &mut Client) -> Result<()> {
    let wrong = || damaged("the ledger's tables are not those of its format");
    for (table, columns) in TABLES {
        let query = "SELECT attname::text, format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN '' ELSE '?' END \
             FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
        let rows = client.query(query, &[&table]).map_err(sql)?;
        let found = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        let found: Vec<(String, String)> = found.collect::<std::result::Result<_, _>>().map_err(sql)?;
        if !found.iter().map(|(name, kind)| (name.as_str(), kind.as_str())).eq(columns.iter().copied()) {
            return Err(wrong());
        }
    }
    let query = "SELECT (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = ANY(o.tables) AND NOT t.tgisinternal) \
             + (SELECT count(*) FROM pg_rewrite r WHERE r.ev_class = ANY(o.tables)) \
             + (SELECT count(*) FROM pg_class c WHERE c.oid = ANY(o.tables) AND (c.relkind <> 'r' OR c.relrowsecurity)), \
             (SELECT array_agg(c.relname::text ORDER BY c.relname COLLATE \"C\") FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
              WHERE i.indrelid = ANY(o.tables) AND i.indisvalid AND i.indisready) \
         FROM (SELECT ARRAY[to_regclass('citx_meta'), to_regclass('citx_events'), to_regclass('citx_personal')]::oid[] AS tables) o";
    let row = client.query_one(query, &[]).map_err(sql)?;
    let (strange, indexes): (i64, Option<Vec<String>>) = (row.try_get(0).map_err(sql)?, row.try_get(1).map_err(sql)?);
    if strange == 0 && indexes.unwrap_or_default() == INDEXES { Ok(()) } else { Err(wrong()) }
}
