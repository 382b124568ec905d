//! The rows of a file in SQL.

use citx_core::Result;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row, Statement, ToSql};

use super::super::chain::Hash;
use super::super::store::{self, FIELDS, Field, Last, Rows, Stored, Take, Values, damaged, number};
use super::schema::sql;
use super::{CHECK_CACHE, less_memory};

/// The columns of `events` from which a row is read, in order.
const COLUMNS: &str = "id, hash, sealed, mark, salts, citizen, contact, evidence_ref, actor, idempotency_key, contact_key";
/// The columns that are written, which SQLite numbers by itself.
const WRITTEN: [&str; 10] =
    ["hash", "sealed", "mark", "salts", "citizen", "contact", "evidence_ref", "actor", "idempotency_key", "contact_key"];
/// How many rows a statement writes at most: to begin and end one costs as much as a row does.
const ROWS: usize = 64;

/// The rows that a connection's transaction sees.
pub(super) struct SqliteRows<'c>(pub(super) &'c Connection);

pub(super) fn prepare<'c>(connection: &'c Connection, text: &str) -> Result<CachedStatement<'c>> {
    connection.prepare_cached(text).map_err(sql)
}

/// Writes rows, whose values `bind` gives in the order of the columns.
pub(super) fn insert<T>(
    connection: &Connection,
    (table, columns): (&str, &[&str]),
    rows: &[T],
    bind: impl Fn(&mut Binding<'_, '_>, &T) -> Result<()>,
) -> Result<()> {
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    let (groups, rest) = rows.as_chunks::<ROWS>();
    for (rows, at_once) in [(groups.as_flattened(), ROWS), (rest, 1)] {
        if rows.is_empty() {
            continue;
        }
        // What fails is undone with its transaction: SQLite needs no journal of this one statement.
        let text = format!("INSERT OR FAIL INTO {table} ({}) VALUES {}", columns.join(", "), vec![row.as_str(); at_once].join(", "));
        let mut statement = prepare(connection, &text)?;
        for rows in rows.chunks(at_once) {
            let mut values = Binding { statement: &mut statement, bound: 0 };
            rows.iter().try_for_each(|row| bind(&mut values, row))?;
            statement.raw_execute().map_err(sql)?;
        }
    }
    Ok(())
}

/// The values of a statement that writes, bound one after the other.
pub(super) struct Binding<'s, 'c> {
    statement: &'s mut CachedStatement<'c>,
    bound: usize,
}

impl Binding<'_, '_> {
    pub(super) fn add(&mut self, value: impl ToSql) -> Result<()> {
        self.bound += 1;
        self.statement.raw_bind_parameter(self.bound, value).map_err(sql)
    }
}

/// The last event.
pub(super) fn last(connection: &Connection, text: &str, read: impl Fn(&Row<'_>) -> Option<Last>) -> Result<Option<Last>> {
    let read = |row: &Row<'_>| Ok(read(row));
    match prepare(connection, text)?.query_row([], read).optional().map_err(sql)? {
        Some(Some(last)) if last.id > 0 => Ok(Some(last)),
        Some(_) => Err(damaged("the ledger has an event with an impossible id or hash")),
        None => Ok(None),
    }
}

pub(super) fn hashes(connection: &Connection, from: i64, to: i64) -> Result<Vec<Hash>> {
    let mut statement = prepare(connection, "SELECT hash FROM events WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
    let hashes = statement.query_map([from, to], |row| row.get(0)).map_err(sql)?;
    hashes.collect::<rusqlite::Result<_>>().map_err(sql)
}

/// Events with the position of the value by which `text` finds them.
pub(super) fn with_values(connection: &Connection, text: &str, values: &[&str]) -> Result<Vec<(usize, u64)>> {
    let mut statement = prepare(connection, text)?;
    let mut found = Vec::new();
    for (position, value) in values.iter().enumerate() {
        let mut rows = statement.query([value]).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            let id = u64::try_from(row.get::<_, i64>(0).map_err(sql)?);
            found.push((position, id.map_err(|_| damaged("the ledger has an event with an impossible id"))?));
        }
    }
    Ok(found)
}

pub(super) fn check(connection: &Connection) -> Result<()> {
    // An index has its rows all over the file. 2 million events: 12 s with the memory of a reader, 9 with this, 7.5 with 256 MB.
    connection.pragma_update(None, "cache_size", CHECK_CACHE).map_err(sql)?;
    let answer = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0)).map_err(sql);
    less_memory(connection)?;
    let answer = answer?;
    if answer == "ok" { Ok(()) } else { Err(damaged("SQLite's integrity check of the ledger fails")) }
}

/// Whether all rows were handed on, or why not.
#[derive(PartialEq, Eq)]
enum Handed {
    All,
    Enough,
    /// Those before one that is not of the form it should have.
    UntilDamaged,
}

fn hand(statement: &mut Statement<'_>, parameters: impl Params, take: Take<'_>) -> Result<Handed> {
    let mut rows = statement.query(parameters).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        match read(row).map(&mut *take) {
            None => return Ok(Handed::UntilDamaged),
            Some(true) => {}
            Some(false) => return Ok(Handed::Enough),
        }
    }
    Ok(Handed::All)
}

impl Rows for SqliteRows<'_> {
    fn last(&mut self) -> Result<Option<Last>> {
        last(self.0, "SELECT id, hash, sealed FROM events ORDER BY id DESC LIMIT 1", |row| {
            let id = u64::try_from(row.get::<_, i64>(0).ok()?).ok()?;
            let recorded_at = row.get_ref(2).ok()?.as_blob().ok()?.first_chunk()?;
            Some(Last { id, hash: hash(row, 1)??, recorded_at: i64::from_le_bytes(*recorded_at) })
        })
    }

    fn hashes(&mut self, from: i64, to: i64) -> Result<Vec<Hash>> {
        hashes(self.0, from, to)
    }

    fn with_values(&mut self, field: Field, values: &[&str]) -> Result<Vec<(usize, u64)>> {
        let column = match field {
            Field::Citizen => "citizen",
            Field::Idempotency => "idempotency_key",
            Field::ContactKey => "contact_key",
        };
        with_values(self.0, &format!("SELECT id FROM events WHERE {column} = ?1 ORDER BY id"), values)
    }

    fn erasures(&mut self, marks: Option<&[Hash]>, take: Take<'_>) -> Result<()> {
        let handed = match marks {
            None => {
                let text = format!("SELECT {COLUMNS} FROM events INDEXED BY events_mark WHERE mark IS NOT NULL ORDER BY id");
                hand(&mut *prepare(self.0, &text)?, [], take)?
            }
            Some(marks) => {
                let mut statement = prepare(self.0, &format!("SELECT {COLUMNS} FROM events WHERE mark = ?1 ORDER BY id"))?;
                let hand = |mark: &Hash| hand(&mut statement, [mark.as_slice()], take);
                let handed = marks.iter().map(hand).find(|handed| !matches!(handed, Ok(Handed::All)));
                handed.unwrap_or(Ok(Handed::All))?
            }
        };
        if handed == Handed::UntilDamaged { Err(damaged("an erasure in the ledger is damaged")) } else { Ok(()) }
    }

    fn some(&mut self, ids: &[u64], take: Take<'_>) -> Result<()> {
        let before = "(SELECT hash FROM events AS other WHERE other.id = events.id - 1)";
        let mut statement = prepare(self.0, &format!("SELECT {COLUMNS}, {before} FROM events WHERE id = ?1"))?;
        for id in ids {
            let mut rows = statement.query([number(*id)?]).map_err(sql)?;
            let Some(row) = rows.next().map_err(sql)? else { break };
            let read = || Some(store::Row { before: hash(row, 1 + WRITTEN.len())?, ..read(row)? });
            if !read().is_some_and(&mut *take) {
                break;
            }
        }
        Ok(())
    }

    fn each(&mut self, from: i64, to: i64, take: Take<'_>) -> Result<()> {
        let text = format!("SELECT {COLUMNS} FROM events WHERE id BETWEEN ?1 AND ?2 ORDER BY id");
        hand(&mut *prepare(self.0, &text)?, [from, to], take).map(drop)
    }

    fn insert(&mut self, events: &[Stored]) -> Result<()> {
        insert(self.0, ("events", &WRITTEN), events, |values, Stored { sealed, mark, hash, values: personal, .. }| {
            values.add(hash)?;
            values.add(sealed)?;
            values.add(mark)?;
            let salts: Vec<Hash> = personal.iter().flatten().map(|(salt, _)| *salt).collect();
            values.add((!salts.is_empty()).then_some(salts.as_flattened()))?;
            personal.iter().try_for_each(|value| values.add(value.as_ref().map(|(_, text)| text)))
        })
    }

    fn forget(&mut self, ids: &[u64]) -> Result<()> {
        let [_, _, _, personal @ ..] = WRITTEN;
        let text = format!("UPDATE events SET {} = NULL WHERE id = ?1", personal.join(" = NULL, "));
        let mut statement = prepare(self.0, &text)?;
        ids.iter().try_for_each(|id| statement.execute([number(*id)?]).map(drop).map_err(sql))
    }

    fn check(&mut self) -> Result<()> {
        check(self.0)
    }
}

/// A hash that may be absent; `None` if it is not of 32 bytes.
pub(super) fn hash(row: &Row<'_>, index: usize) -> Option<Option<Hash>> {
    match row.get_ref(index).ok()? {
        ValueRef::Null => Some(None),
        ValueRef::Blob(bytes) => Some(Some(Hash::try_from(bytes).ok()?)),
        _ => None,
    }
}

/// A row of `events`; `None` if a value is not of the width it should have.
fn read<'r>(row: &'r Row<'_>) -> Option<store::Row<'r>> {
    Some(store::Row {
        id: u64::try_from(row.get_ref(0).ok()?.as_i64().ok()?).ok()?,
        hash: hash(row, 1)??,
        sealed: row.get_ref(2).ok()?.as_blob().ok()?,
        mark: row.get_ref(3).ok()?.as_blob_or_null().ok()?,
        before: None,
        values: values(row),
    })
}

/// The personal values with their salts; `None` if there are more of the one than of the other.
fn values<'r>(row: &'r Row<'_>) -> Option<Values<'r>> {
    let (salts, rest) = row.get_ref(4).ok()?.as_blob_or_null().ok()?.unwrap_or_default().as_chunks::<32>();
    let (mut salts, mut values) = (salts.iter(), [None; FIELDS]);
    for (index, value) in (5..).zip(&mut values) {
        if let Some(text) = row.get_ref(index).ok()?.as_str_or_null().ok()? {
            *value = Some((salts.next()?, text));
        }
    }
    (rest.is_empty() && salts.len() == 0).then_some(values)
}
