//! The rows of a file of format 1, in two tables: docs/spec/ledger.md section 10.

use std::sync::LazyLock;

use citx_core::Result;
use rusqlite::{Connection, Params, Row, Statement};

use super::super::chain::{Hash, Sealed};
use super::super::store::{Field, Last, Rows, Stored, Take, damaged, number};
use super::super::tables::{COLUMNS, EventRow, Personal, Tables};
use super::rows::{check, hash, hashes, insert, last, prepare, with_values};
use super::schema::sql;

/// The columns of `personal`, in order.
const PERSONAL: [&str; 4] = ["event", "field", "salt", "value"];
/// The columns of `events` as a list.
static EVENTS: LazyLock<String> = LazyLock::new(|| COLUMNS.join(", "));

/// The rows that a connection's transaction sees.
pub(super) struct Format1Rows<'c>(pub(super) &'c Connection);

/// Adds rows until one cannot be read; whether there is none of that kind.
fn collect<T>(
    into: &mut Vec<T>,
    statement: &mut Statement<'_>,
    parameters: impl Params,
    read: impl Fn(&Row<'_>) -> Option<T>,
) -> Result<bool> {
    let mut rows = statement.query(parameters).map_err(sql)?;
    while let Some(row) = rows.next().map_err(sql)? {
        let Some(row) = read(row) else { return Ok(false) };
        into.push(row);
    }
    Ok(true)
}

fn events(condition: &str) -> String {
    format!("SELECT {} FROM events {condition} ORDER BY id", *EVENTS)
}

fn personal(condition: &str) -> String {
    format!("SELECT event, field, salt, value FROM personal {condition} ORDER BY event, field")
}

impl Rows for Format1Rows<'_> {
    fn last(&mut self) -> Result<Option<Last>> {
        last(self.0, "SELECT id, hash, recorded_at FROM events ORDER BY id DESC LIMIT 1", |row| {
            let id = u64::try_from(row.get::<_, i64>(0).ok()?).ok()?;
            Some(Last { id, hash: hash(row, 1)??, recorded_at: row.get(2).ok()? })
        })
    }

    fn hashes(&mut self, from: i64, to: i64) -> Result<Vec<Hash>> {
        hashes(self.0, from, to)
    }

    fn with_values(&mut self, field: Field, values: &[&str]) -> Result<Vec<(usize, u64)>> {
        // The number is written into the text: only then does SQLite see that the index of that field serves.
        let text = format!("SELECT event FROM personal WHERE field = {} AND value = ?1 ORDER BY event", field as u8);
        with_values(self.0, &text, values)
    }

    fn erasures(&mut self, marks: Option<&[Hash]>, take: Take<'_>) -> Result<()> {
        let mut found = Tables::default();
        let all = match marks {
            None => {
                let mut statement = prepare(self.0, &events("INDEXED BY events_mark WHERE mark IS NOT NULL"))?;
                collect(&mut found.events, &mut statement, [], read)?
            }
            Some(marks) => {
                let mut statement = prepare(self.0, &events("WHERE mark = ?1"))?;
                let mut collect = |mark: &Hash| collect(&mut found.events, &mut statement, [mark.as_slice()], read);
                marks.iter().try_fold(true, |all, mark| Ok::<_, citx_core::Error>(all & collect(mark)?))?
            }
        };
        if !all {
            return Err(damaged("an erasure in the ledger is damaged"));
        }
        found.hand(take);
        Ok(())
    }

    fn some(&mut self, ids: &[u64], take: Take<'_>) -> Result<()> {
        let mut found = Tables::default();
        let before = "(SELECT hash FROM events AS other WHERE other.id = events.id - 1)";
        let mut events = prepare(self.0, &format!("SELECT {}, {before} FROM events WHERE id = ?1", *EVENTS))?;
        let mut personal = prepare(self.0, &personal("WHERE event = ?1"))?;
        for id in ids {
            let id = [number(*id)?];
            let read = |row: &Row<'_>| Some(EventRow { before: hash(row, COLUMNS.len())?, ..read(row)? });
            collect(&mut found.events, &mut events, id, read)?;
            collect(&mut found.personal, &mut personal, id, read_personal)?;
        }
        found.hand(take);
        Ok(())
    }

    fn each(&mut self, from: i64, to: i64, take: Take<'_>) -> Result<()> {
        let mut found = Tables::default();
        let mut events = prepare(self.0, &events("WHERE id BETWEEN ?1 AND ?2"))?;
        let mut personal = prepare(self.0, &personal("WHERE event BETWEEN ?1 AND ?2"))?;
        let read = collect(&mut found.events, &mut events, [from, to], read);
        let read_personal = collect(&mut found.personal, &mut personal, [from, to], read_personal);
        if read.is_err() || read_personal.is_err() {
            // Of the last event whose values were read there may be more values; and nothing is known of events that were not read.
            let known = if read_personal.is_err() { found.personal.last().map_or(0, |row| row.event) } else { u64::MAX };
            found.events.retain(|row| row.id < known);
            let last = found.events.last().map_or(0, |row| row.id);
            found.personal.retain(|row| row.event <= last);
        }
        found.hand(take);
        read.and(read_personal).map(drop)
    }

    fn insert(&mut self, events: &[Stored]) -> Result<()> {
        let personal: Vec<_> =
            events.iter().flat_map(|event| event.personal().map(|(field, salt, value)| (event.id, field, salt, value))).collect();
        insert(self.0, ("personal", &PERSONAL), &personal, |values, (event, field, salt, value)| {
            values.add(number(*event)?)?;
            values.add(field)?;
            values.add(salt)?;
            values.add(value)
        })?;
        insert(self.0, ("events", &COLUMNS), events, |values, event| {
            let sealed = event.read()?;
            values.add(number(event.id)?)?;
            values.add(sealed.recorded_at)?;
            values.add(sealed.captured_at)?;
            values.add(sealed.status)?;
            values.add(sealed.scope)?;
            for text in [sealed.purpose, sealed.channel, sealed.topic, sealed.notice] {
                values.add(text)?;
            }
            values.add(sealed.valid_from)?;
            values.add(sealed.valid_until)?;
            for text in [sealed.method, sealed.jurisdiction, sealed.source] {
                values.add(text)?;
            }
            sealed.commitments.iter().try_for_each(|commitment| values.add(commitment))?;
            values.add(sealed.erases)?;
            values.add(event.mark)?;
            values.add(event.hash)
        })
    }

    fn forget(&mut self, ids: &[u64]) -> Result<()> {
        let mut statement = prepare(self.0, "DELETE FROM personal WHERE event = ?1")?;
        ids.iter().try_for_each(|id| statement.execute([number(*id)?]).map(drop).map_err(sql))
    }

    fn check(&mut self) -> Result<()> {
        check(self.0)
    }
}

/// A row of `events`; `None` if a value is not of the width it should have.
fn read(row: &Row<'_>) -> Option<EventRow> {
    let text = |index: usize| row.get_ref(index).ok()?.as_str_or_null().ok();
    let blob = |index: usize| row.get_ref(index).ok()?.as_blob_or_null().ok();
    let hashes = [14, 15, 16, 17, 18, 19].map(|index| hash(row, index));
    let [Some(Some(_)), Some(_), Some(_), Some(_), Some(_), Some(_)] = hashes else { return None };
    let sealed = Sealed {
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
        commitments: hashes.each_ref().map(|hash| hash.as_ref().and_then(Option::as_ref)),
        erases: blob(20)?,
    };
    let mut bytes = Vec::with_capacity(256);
    sealed.write(&mut bytes);
    let id = u64::try_from(row.get::<_, i64>(0).ok()?).ok()?;
    Some(EventRow { id, sealed: bytes, mark: blob(21)?.map(<[u8]>::to_vec), hash: hash(row, 22)??, before: None })
}

/// A row of `personal`: event, field, salt, value.
fn read_personal(row: &Row<'_>) -> Option<Personal> {
    let event = u64::try_from(row.get::<_, i64>(0).ok()?).ok()?;
    let field = usize::try_from(row.get::<_, i64>(1).ok()?).ok()?;
    Some(Personal { event, field, salt: row.get(2).ok()?, value: row.get(3).ok()? })
}
