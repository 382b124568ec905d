//! The rows of both tables in SQL.

use std::sync::LazyLock;

use citx_core::{Error, Result};
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, ToSql};

use super::super::chain::{Hash, Sealed};
use super::super::store::{COLUMNS, Field, Last, Personal, Rows, Span, Stored, damaged, number};
use super::schema::sql;

/// The columns of `personal`, in order.
const PERSONAL: [&str; 4] = ["event", "field", "salt", "value"];
/// The columns of `events` as a list.
static EVENTS: LazyLock<String> = LazyLock::new(|| COLUMNS.join(", "));
/// How many rows a statement writes at most: to begin and end one costs as much as a row does.
const ROWS: usize = 64;

/// The rows that a connection's transaction sees.
pub(super) struct SqliteRows<'c>(pub(super) &'c Connection);

impl SqliteRows<'_> {
    fn prepare(&self, text: &str) -> Result<CachedStatement<'_>> {
        self.0.prepare_cached(text).map_err(sql)
    }

    /// Writes rows, whose values `bind` gives in the order of the columns.
    fn insert_rows<T>(
        &self,
        table: &str,
        columns: &[&str],
        rows: &[T],
        bind: impl Fn(&mut Values<'_, '_>, &T) -> Result<()>,
    ) -> Result<()> {
        let row = format!("({})", vec!["?"; columns.len()].join(", "));
        let (groups, rest) = rows.as_chunks::<ROWS>();
        for (rows, at_once) in [(groups.as_flattened(), ROWS), (rest, 1)] {
            if rows.is_empty() {
                continue;
            }
            // What fails is undone with its transaction: SQLite needs no journal of this one statement.
            let text = format!("INSERT OR FAIL INTO {table} ({}) VALUES {}", columns.join(", "), vec![row.as_str(); at_once].join(", "));
            let mut statement = self.prepare(&text)?;
            for rows in rows.chunks(at_once) {
                let mut values = Values { statement: &mut statement, bound: 0 };
                rows.iter().try_for_each(|row| bind(&mut values, row))?;
                statement.raw_execute().map_err(sql)?;
            }
        }
        Ok(())
    }
}

/// The values of a statement that writes, bound one after the other.
struct Values<'s, 'c> {
    statement: &'s mut CachedStatement<'c>,
    bound: usize,
}

impl Values<'_, '_> {
    fn add(&mut self, value: impl ToSql) -> Result<()> {
        self.bound += 1;
        self.statement.raw_bind_parameter(self.bound, value).map_err(sql)
    }
}

/// Adds rows until one cannot be read.
fn collect<T>(into: &mut Vec<T>, failed: &mut Option<Error>, rows: &mut rusqlite::Rows<'_>, read: impl Fn(&Row<'_>) -> Option<T>) {
    loop {
        match rows.next() {
            Ok(Some(row)) => match read(row) {
                Some(row) => into.push(row),
                None => return,
            },
            Ok(None) => return,
            Err(error) => {
                failed.get_or_insert(sql(error));
                return;
            }
        }
    }
}

fn events(condition: &str) -> String {
    format!("SELECT {} FROM events {condition} ORDER BY id", *EVENTS)
}

fn personal(condition: &str) -> String {
    format!("SELECT event, field, salt, value FROM personal {condition} ORDER BY event, field")
}

impl Rows for SqliteRows<'_> {
    fn last(&mut self) -> Result<Option<Last>> {
        let mut statement = self.prepare("SELECT id, hash, recorded_at FROM events ORDER BY id DESC LIMIT 1")?;
        let last = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?));
        match statement.query_row([], last).optional().map_err(sql)? {
            Some((id, hash, recorded_at)) if id > 0 => Ok(Some(Last { id: id.unsigned_abs(), hash, recorded_at })),
            Some(_) => Err(damaged("the ledger has an event with an impossible id")),
            None => Ok(None),
        }
    }

    fn hashes(&mut self, from: i64, to: i64) -> Result<Vec<Hash>> {
        let mut statement = self.prepare("SELECT hash FROM events WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
        let hashes = statement.query_map([from, to], |row| row.get(0)).map_err(sql)?;
        hashes.collect::<rusqlite::Result<_>>().map_err(sql)
    }

    fn with_values(&mut self, field: Field, values: &[&str]) -> Result<Vec<(usize, u64)>> {
        // The number is written into the text: only then does SQLite see that the index of that field serves.
        let text = format!("SELECT event FROM personal WHERE field = {} AND value = ?1 ORDER BY event", field as u8);
        let mut statement = self.prepare(&text)?;
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

    fn erasures(&mut self, marks: Option<&[Hash]>) -> Result<Vec<Stored>> {
        let mut found = Vec::new();
        let mut failed = None;
        match marks {
            None => {
                let text = events("INDEXED BY events_mark WHERE mark IS NOT NULL");
                let mut statement = self.prepare(&text)?;
                let mut rows = statement.query([]).map_err(sql)?;
                while let Some(row) = rows.next().map_err(sql)? {
                    found.push(read(row).ok_or_else(|| damaged("an erasure in the ledger is damaged"))?);
                }
            }
            Some(marks) => {
                let mut statement = self.prepare(&events("WHERE mark = ?1"))?;
                for mark in marks {
                    collect(&mut found, &mut failed, &mut statement.query([mark.as_slice()]).map_err(sql)?, read);
                }
            }
        }
        failed.map_or(Ok(found), Err)
    }

    fn some(&mut self, ids: &[u64]) -> Result<Span> {
        let mut span = Span::default();
        let before = "(SELECT hash FROM events AS other WHERE other.id = events.id - 1)";
        let mut events = self.prepare(&format!("SELECT {}, {before} FROM events WHERE id = ?1", *EVENTS))?;
        let mut personal = self.prepare(&personal("WHERE event = ?1"))?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let id = [number(*id)?];
            let read = |row: &Row<'_>| Some((read(row)?, hash(row, COLUMNS.len())?));
            collect(&mut found, &mut span.failed, &mut events.query(id).map_err(sql)?, read);
            collect(&mut span.personal, &mut span.failed, &mut personal.query(id).map_err(sql)?, read_personal);
        }
        (span.events, span.before) = found.into_iter().unzip();
        span.failed.take().map_or(Ok(span), Err)
    }

    fn span(&mut self, from: i64, to: i64) -> Result<Span> {
        let mut span = Span::default();
        let mut events = self.prepare(&events("WHERE id BETWEEN ?1 AND ?2"))?;
        collect(&mut span.events, &mut span.failed, &mut events.query([from, to]).map_err(sql)?, read);
        let mut personal = self.prepare(&personal("WHERE event BETWEEN ?1 AND ?2"))?;
        collect(&mut span.personal, &mut span.failed, &mut personal.query([from, to]).map_err(sql)?, read_personal);
        Ok(span)
    }

    fn insert(&mut self, span: &Span) -> Result<()> {
        self.insert_rows("personal", &PERSONAL, &span.personal, |values, Personal { event, field, salt, value }| {
            values.add(number(*event)?)?;
            values.add(*field as i64)?;
            values.add(salt)?;
            values.add(value)
        })?;
        self.insert_rows("events", &COLUMNS, &span.events, |values, Stored { sealed, hash }| {
            values.add(number(sealed.id)?)?;
            values.add(sealed.recorded_at)?;
            values.add(sealed.captured_at)?;
            values.add(&sealed.status)?;
            values.add(&sealed.scope)?;
            for text in [&sealed.purpose, &sealed.channel, &sealed.topic, &sealed.notice] {
                values.add(text)?;
            }
            values.add(sealed.valid_from)?;
            values.add(sealed.valid_until)?;
            for text in [&sealed.method, &sealed.jurisdiction, &sealed.source] {
                values.add(text)?;
            }
            sealed.commitments.iter().try_for_each(|commitment| values.add(commitment))?;
            values.add(&sealed.erases)?;
            values.add(&sealed.mark)?;
            values.add(hash)
        })
    }

    fn forget(&mut self, ids: &[u64]) -> Result<()> {
        let mut statement = self.prepare("DELETE FROM personal WHERE event = ?1")?;
        ids.iter().try_for_each(|id| statement.execute([number(*id)?]).map(drop).map_err(sql))
    }

    fn check(&mut self) -> Result<()> {
        let answer: String = self.0.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(sql)?;
        if answer == "ok" { Ok(()) } else { Err(damaged("SQLite's integrity check of the ledger fails")) }
    }
}

/// A hash that may be absent; `None` if it is not of 32 bytes.
fn hash(row: &Row<'_>, index: usize) -> Option<Option<Hash>> {
    match row.get_ref(index).ok()? {
        ValueRef::Null => Some(None),
        ValueRef::Blob(bytes) => Some(Some(Hash::try_from(bytes).ok()?)),
        _ => None,
    }
}

/// A row of `events`; `None` if a value is not of the width it should have.
fn read(row: &Row<'_>) -> Option<Stored> {
    let text = |index: usize| match row.get_ref(index).ok()? {
        ValueRef::Null => Some(None),
        ValueRef::Text(bytes) => Some(Some(str::from_utf8(bytes).ok()?.to_owned())),
        _ => None,
    };
    let hash = |index: usize| hash(row, index);
    let blob = |index: usize| match row.get_ref(index).ok()? {
        ValueRef::Null => Some(None),
        ValueRef::Blob(bytes) => Some(Some(bytes.to_vec())),
        _ => None,
    };
    let commitments = [Some(hash(14)??), hash(15)?, hash(16)?, hash(17)?, hash(18)?, hash(19)?];
    let sealed = Sealed {
        id: u64::try_from(row.get::<_, i64>(0).ok()?).ok()?,
        recorded_at: row.get(1).ok()?,
        captured_at: row.get(2).ok()?,
        status: text(3)??,
        scope: text(4)??,
        purpose: text(5)?,
        channel: text(6)?,
        topic: text(7)?,
        notice: text(8)?,
        valid_from: row.get(9).ok()?,
        valid_until: row.get(10).ok()?,
        method: text(11)?,
        jurisdiction: text(12)?,
        source: text(13)?,
        commitments,
        erases: blob(20)?,
        mark: blob(21)?,
    };
    Some(Stored { sealed, hash: hash(22)?? })
}

/// A row of `personal`: event, field, salt, value.
fn read_personal(row: &Row<'_>) -> Option<Personal> {
    let event = u64::try_from(row.get::<_, i64>(0).ok()?).ok()?;
    let field = usize::try_from(row.get::<_, i64>(1).ok()?).ok()?;
    Some(Personal { event, field, salt: row.get(2).ok()?, value: row.get(3).ok()? })
}
