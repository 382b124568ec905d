//! The rows of both tables in PostgreSQL's SQL.

use std::collections::HashMap;

use citx_core::Result;
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{ToSql, Type};
use postgres::{Row, Transaction};

use super::super::chain::{Hash, Sealed};
use super::super::store::{Field, Last, Rows, Stored, Take, damaged, number};
use super::super::tables::{COLUMNS, EventRow, Personal, Tables};
use super::schema::sql;

/// The rows that a transaction sees.
pub(super) struct PostgresRows<'c>(pub(super) Transaction<'c>);

impl PostgresRows<'_> {
    /// The rows of both tables for one condition, in which `#` is the event's number; `before` is SQL for the hash before an event.
    fn both(&mut self, condition: &str, parameters: &[&(dyn ToSql + Sync)], before: &str) -> Result<Tables> {
        let events = format!("SELECT {}, {before} FROM citx_events WHERE {} ORDER BY id", COLUMNS.join(", "), condition.replace('#', "id"));
        let personal = condition.replace('#', "event");
        let personal = format!("SELECT event, field, salt, value FROM citx_personal WHERE {personal} ORDER BY event, field");
        let events = self.0.query(&events, parameters).map_err(sql)?;
        let personal = self.0.query(&personal, parameters).map_err(sql)?;
        let events = events.iter().map_while(|row| Some(EventRow { before: hash(row, COLUMNS.len())?, ..read(row)? })).collect();
        Ok(Tables { events, personal: personal.iter().map_while(read_personal).collect() })
    }
}

fn numbers(ids: &[u64]) -> Result<Vec<i64>> {
    ids.iter().map(|id| number(*id)).collect()
}

impl Rows for PostgresRows<'_> {
    fn last(&mut self) -> Result<Option<Last>> {
        let row = self.0.query_opt("SELECT id, hash, recorded_at FROM citx_events ORDER BY id DESC LIMIT 1", &[]).map_err(sql)?;
        let last = |row: Row| {
            let id = u64::try_from(row.try_get::<_, i64>(0).ok()?).ok().filter(|id| *id > 0)?;
            Some(Last { id, hash: hash(&row, 1)??, recorded_at: row.try_get(2).ok()? })
        };
        row.map(|row| last(row).ok_or_else(|| damaged("the ledger has an event with an impossible id or hash"))).transpose()
    }

    fn hashes(&mut self, from: i64, to: i64) -> Result<Vec<Hash>> {
        let rows = self.0.query("SELECT hash FROM citx_events WHERE id BETWEEN $1 AND $2 ORDER BY id", &[&from, &to]).map_err(sql)?;
        let wrong = || damaged("the ledger has an event with an impossible hash");
        rows.iter().map(|row| hash(row, 0).flatten().ok_or_else(wrong)).collect()
    }

    fn with_values(&mut self, field: Field, values: &[&str]) -> Result<Vec<(usize, u64)>> {
        let mut positions: HashMap<&str, Vec<usize>> = HashMap::new();
        values.iter().enumerate().for_each(|(position, value)| positions.entry(value).or_default().push(position));
        let distinct: Vec<&str> = positions.keys().copied().collect();
        let mut found = Vec::new();
        if !distinct.is_empty() {
            let text = format!("SELECT value, event FROM citx_personal WHERE field = {} AND value = ANY($1)", field as u8);
            for row in self.0.query(&text, &[&distinct]).map_err(sql)? {
                let (value, id): (String, i64) = (row.try_get(0).map_err(sql)?, row.try_get(1).map_err(sql)?);
                let id = u64::try_from(id).map_err(|_| damaged("the ledger has an event with an impossible id"))?;
                found.extend(positions.get(value.as_str()).into_iter().flatten().map(|position| (*position, id)));
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    fn erasures(&mut self, marks: Option<&[Hash]>, take: Take<'_>) -> Result<()> {
        let text = format!("SELECT {} FROM citx_events WHERE mark IS NOT NULL", COLUMNS.join(", "));
        let rows = match marks {
            None => self.0.query(&format!("{text} ORDER BY id"), &[]),
            Some(marks) => {
                let marks: Vec<&[u8]> = marks.iter().map(Hash::as_slice).collect();
                self.0.query(&format!("{text} AND mark = ANY($1) ORDER BY id"), &[&marks])
            }
        };
        let read = |row: &Row| read(row).ok_or_else(|| damaged("an erasure in the ledger is damaged"));
        let events = rows.map_err(sql)?.iter().map(read).collect::<Result<_>>()?;
        Tables { events, personal: Vec::new() }.hand(take);
        Ok(())
    }

    fn some(&mut self, ids: &[u64], take: Take<'_>) -> Result<()> {
        let before = "(SELECT hash FROM citx_events AS other WHERE other.id = citx_events.id - 1)";
        if !ids.is_empty() {
            self.both("# = ANY($1)", &[&numbers(ids)?], before)?.hand(take);
        }
        Ok(())
    }

    fn each(&mut self, from: i64, to: i64, take: Take<'_>) -> Result<()> {
        self.both("# BETWEEN $1 AND $2", &[&from, &to], "NULL::bytea")?.hand(take);
        Ok(())
    }

    fn insert(&mut self, events: &[Stored]) -> Result<()> {
        let copy = self.0.copy_in("COPY citx_personal FROM STDIN BINARY").map_err(sql)?;
        let mut copy = BinaryCopyInWriter::new(copy, &[Type::INT8, Type::INT8, Type::BYTEA, Type::TEXT]);
        for event in events {
            for (field, salt, value) in event.personal() {
                copy.write(&[&number(event.id)?, &field, &salt.as_slice(), value]).map_err(sql)?;
            }
        }
        copy.finish().map_err(sql)?;
        let copy = self.0.copy_in("COPY citx_events FROM STDIN BINARY").map_err(sql)?;
        let mut types = vec![Type::TEXT; COLUMNS.len()];
        for (place, kind) in types.iter_mut().enumerate() {
            match place {
                0..3 | 9..11 => *kind = Type::INT8,
                14.. => *kind = Type::BYTEA,
                _ => {}
            }
        }
        let mut copy = BinaryCopyInWriter::new(copy, &types);
        for event in events {
            let sealed = event.read()?;
            let [citizen, contact, evidence, actor, idempotency, contact_key] =
                sealed.commitments.map(|commitment| commitment.map(Hash::as_slice));
            copy.write(&[
                &number(event.id)?,
                &sealed.recorded_at,
                &sealed.captured_at,
                &sealed.status,
                &sealed.scope,
                &sealed.purpose,
                &sealed.channel,
                &sealed.topic,
                &sealed.notice,
                &sealed.valid_from,
                &sealed.valid_until,
                &sealed.method,
                &sealed.jurisdiction,
                &sealed.source,
                &citizen,
                &contact,
                &evidence,
                &actor,
                &idempotency,
                &contact_key,
                &sealed.erases,
                &event.mark.as_ref().map(Hash::as_slice),
                &event.hash.as_slice(),
            ])
            .map_err(sql)?;
        }
        copy.finish().map(drop).map_err(sql)
    }

    fn forget(&mut self, ids: &[u64]) -> Result<()> {
        self.0.execute("DELETE FROM citx_personal WHERE event = ANY($1)", &[&numbers(ids)?]).map(drop).map_err(sql)
    }

    /// By PostgreSQL's own means, where they are installed.
    fn check(&mut self) -> Result<()> {
        let has = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'amcheck')";
        if self.0.query_one(has, &[]).map_err(sql)?.try_get(0).map_err(sql)? {
            let check = "SELECT bt_index_check(indexrelid, true) FROM pg_index \
                 WHERE indrelid = ANY(ARRAY[to_regclass('citx_events'), to_regclass('citx_personal')]::oid[])";
            self.0.batch_execute(check).map_err(sql)?;
        }
        Ok(())
    }
}

/// A hash that may be absent; `None` if it is not of 32 bytes.
fn hash(row: &Row, index: usize) -> Option<Option<Hash>> {
    match row.try_get::<_, Option<&[u8]>>(index).ok()? {
        Some(bytes) => Some(Some(Hash::try_from(bytes).ok()?)),
        None => Some(None),
    }
}

/// A row of `events`; `None` if a value is not of the width it should have.
fn read(row: &Row) -> Option<EventRow> {
    let text = |index: usize| row.try_get::<_, Option<&str>>(index).ok();
    let hashes = [14, 15, 16, 17, 18, 19].map(|index| hash(row, index));
    let [Some(Some(_)), Some(_), Some(_), Some(_), Some(_), Some(_)] = hashes else { return None };
    let sealed = Sealed {
        recorded_at: row.try_get(1).ok()?,
        captured_at: row.try_get(2).ok()?,
        status: text(3)??,
        scope: text(4)??,
        purpose: text(5)?,
        channel: text(6)?,
        topic: text(7)?,
        notice: text(8)?,
        valid_from: row.try_get(9).ok()?,
        valid_until: row.try_get(10).ok()?,
        method: text(11)?,
        jurisdiction: text(12)?,
        source: text(13)?,
        commitments: hashes.each_ref().map(|hash| hash.as_ref().and_then(Option::as_ref)),
        erases: row.try_get(20).ok()?,
    };
    let mut bytes = Vec::with_capacity(256);
    sealed.write(&mut bytes);
    let id = u64::try_from(row.try_get::<_, i64>(0).ok()?).ok()?;
    Some(EventRow { id, sealed: bytes, mark: row.try_get(21).ok()?, hash: hash(row, 22)??, before: None })
}

/// A row of `personal`: event, field, salt, value.
fn read_personal(row: &Row) -> Option<Personal> {
    let event = u64::try_from(row.try_get::<_, i64>(0).ok()?).ok()?;
    let field = usize::try_from(row.try_get::<_, i64>(1).ok()?).ok()?;
    let salt = row.try_get::<_, &[u8]>(2).ok()?.try_into().ok()?;
    Some(Personal { event, field, salt, value: row.try_get(3).ok()? })
}
