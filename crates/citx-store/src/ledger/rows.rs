//! Events to rows and back, and the walk that checks them all.

use citx_core::consent::{Event, RecordedEvent};
use citx_core::time::Timestamp;
use citx_core::{Error, ErrorKind, Result};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::chain::{Hash, Sealed, commitment};
use super::schema::{Identity, damaged, sql};

/// The personal fields in the order of their numbers, from 1.
pub(super) const FIELDS: usize = 6;
/// Number of the citizen's key.
pub(super) const CITIZEN: i64 = 1;
/// Number of the idempotency key.
pub(super) const IDEMPOTENCY: i64 = 5;
/// Number of the contact point as it is compared.
pub(super) const CONTACT_KEY: i64 = 6;

const COLUMNS: &str = "id, recorded_at, captured_at, status, scope, purpose, channel, topic, notice, valid_from, valid_until, method, \
     jurisdiction, source, citizen_hash, contact_hash, evidence_hash, actor_hash, idempotency_hash, contact_key_hash, erases, mark, hash";

/// The personal values of an event, in the order of their numbers.
pub(super) type Personal = [Option<String>; FIELDS];

/// A row of `events`.
pub(super) struct Stored {
    pub(super) sealed: Sealed,
    pub(super) hash: Hash,
}

/// The last event's number, hash and instant of recording; number 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Last {
    pub(super) id: u64,
    pub(super) hash: Hash,
    pub(super) recorded_at: i64,
}

/// What an event's row says beside its personal values.
pub(super) fn seal(event: &Event, id: u64, recorded_at: i64) -> Sealed {
    Sealed {
        id,
        recorded_at,
        captured_at: event.captured_at.as_micros(),
        status: event.status.as_str().to_owned(),
        scope: event.scope.as_str().to_owned(),
        purpose: event.purpose.clone(),
        channel: event.channel.clone(),
        topic: event.topic.clone(),
        notice: event.notice.clone(),
        valid_from: event.valid_from.map(Timestamp::as_micros),
        valid_until: event.valid_until.map(Timestamp::as_micros),
        method: event.method.clone(),
        jurisdiction: event.jurisdiction.clone(),
        source: event.source.clone(),
        ..Sealed::default()
    }
}

/// The personal values of an event; `contact_key` is its contact point as it is compared.
pub(super) fn personal(event: &Event, contact_key: Option<String>) -> Personal {
    [
        Some(event.citizen.clone()),
        event.contact.clone(),
        event.evidence_ref.clone(),
        event.actor.clone(),
        event.idempotency_key.clone(),
        contact_key,
    ]
}

/// Writes an event after `last`, and returns what is then last. Personal values of an erasure are committed to, but not stored.
pub(super) fn insert(connection: &Connection, mut sealed: Sealed, personal: &Personal, last: &Last) -> Result<Last> {
    let mut statement = connection.prepare_cached("SELECT randomblob(192)").map_err(sql)?;
    let random: Vec<u8> = statement.query_row([], |row| row.get(0)).map_err(sql)?;
    let (salts, _) = random.as_chunks::<32>();
    let stored = sealed.erases.is_none();
    let mut statement = connection.prepare_cached("INSERT INTO personal VALUES (?1, ?2, ?3, ?4)").map_err(sql)?;
    for (index, ((value, salt), place)) in personal.iter().zip(salts).zip(&mut sealed.commitments).enumerate() {
        let Some(value) = value else { continue };
        *place = Some(commitment(salt, value));
        if stored {
            statement.execute(params![number(sealed.id)?, index as i64 + 1, salt, value]).map_err(sql)?;
        }
    }
    let hash = sealed.hash(&last.hash);
    let text = format!("INSERT INTO events ({COLUMNS}) VALUES (?{})", (1..=23).map(|n| n.to_string()).collect::<Vec<_>>().join(", ?"));
    let [citizen, contact, evidence, actor, idempotency, contact_key] = sealed.commitments;
    let mut statement = connection.prepare_cached(&text).map_err(sql)?;
    let values = params![
        number(sealed.id)?,
        sealed.recorded_at,
        sealed.captured_at,
        sealed.status,
        sealed.scope,
        sealed.purpose,
        sealed.channel,
        sealed.topic,
        sealed.notice,
        sealed.valid_from,
        sealed.valid_until,
        sealed.method,
        sealed.jurisdiction,
        sealed.source,
        citizen,
        contact,
        evidence,
        actor,
        idempotency,
        contact_key,
        sealed.erases,
        sealed.mark,
        hash,
    ];
    statement.execute(values).map_err(sql)?;
    Ok(Last { id: sealed.id, hash, recorded_at: sealed.recorded_at })
}

/// An id as SQLite has it.
pub(super) fn number(id: u64) -> Result<i64> {
    i64::try_from(id).map_err(|_| Error::new(ErrorKind::LimitExceeded, "the ledger is full"))
}

/// The last event; the hash of the empty ledger where there is none.
pub(super) fn last(connection: &Connection, identity: &Identity) -> Result<Last> {
    let mut statement = connection.prepare_cached("SELECT id, hash, recorded_at FROM events ORDER BY id DESC LIMIT 1").map_err(sql)?;
    let row = statement.query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Hash>(1)?, row.get(2)?))).optional().map_err(sql)?;
    match row {
        Some((id, hash, recorded_at)) if id > 0 => Ok(Last { id: id.unsigned_abs(), hash, recorded_at }),
        Some(_) => Err(damaged("the ledger has an event with an impossible id")),
        None => Ok(Last { id: 0, hash: identity.genesis(), recorded_at: i64::MIN }),
    }
}

/// The stored hash of an event, hash 0 for none; `None` if there is no such event.
pub(super) fn hash_of(connection: &Connection, identity: &Identity, id: u64) -> Result<Option<Hash>> {
    if id == 0 {
        return Ok(Some(identity.genesis()));
    }
    let mut statement = connection.prepare_cached("SELECT hash FROM events WHERE id = ?1").map_err(sql)?;
    statement.query_row([number(id)?], |row| row.get(0)).optional().map_err(sql)
}

/// The ids of the events with a personal value, ascending.
pub(super) fn ids_with(connection: &Connection, field: i64, value: &str) -> Result<Vec<u64>> {
    // The number is written into the text: only then does SQLite see that the index of that field serves.
    let text = format!("SELECT event FROM personal WHERE field = {field} AND value = ?1 ORDER BY event");
    let mut statement = connection.prepare_cached(&text).map_err(sql)?;
    let ids = statement.query_map([value], |row| row.get::<_, i64>(0)).map_err(sql)?;
    let id =
        |id: rusqlite::Result<i64>| u64::try_from(id.map_err(sql)?).map_err(|_| damaged("the ledger has an event with an impossible id"));
    ids.map(id).collect()
}

/// One event that was found by a personal value, its hash and commitments checked.
pub(super) fn load(connection: &Connection, identity: &Identity, id: u64) -> Result<RecordedEvent> {
    let broken = || damaged(format!("event {id} of the ledger is damaged"));
    let text = format!("SELECT {COLUMNS} FROM events WHERE id = ?1");
    let mut statement = connection.prepare_cached(&text).map_err(sql)?;
    let stored = statement.query_row([number(id)?], |row| Ok(read(row))).optional().map_err(sql)?.ok_or_else(broken)?.ok_or_else(broken)?;
    let previous = hash_of(connection, identity, id.saturating_sub(1))?.ok_or_else(broken)?;
    let mut statement =
        connection.prepare_cached("SELECT event, field, salt, value FROM personal WHERE event = ?1 ORDER BY field").map_err(sql)?;
    let mut rows = statement.query([number(id)?]).map_err(sql)?;
    let mut values = Values::default();
    while let Some(row) = rows.next().map_err(sql)? {
        values.take(read_personal(row).ok_or_else(broken)?).ok_or_else(broken)?;
    }
    if stored.sealed.id != id || stored.sealed.hash(&previous) != stored.hash || !values.kept(&stored.sealed) {
        return Err(broken());
    }
    recorded(&stored.sealed, values).ok_or_else(broken)
}

/// The personal values of one event with their salts.
#[derive(Default)]
struct Values([Option<([u8; 32], String)>; FIELDS]);

impl Values {
    fn take(&mut self, (_, field, salt, value): (u64, usize, [u8; 32], String)) -> Option<()> {
        let place = self.0.get_mut(field.checked_sub(1)?)?;
        place.is_none().then(|| *place = Some((salt, value)))
    }

    /// Whether they are those that the event committed to, none more and none less.
    fn kept(&self, sealed: &Sealed) -> bool {
        let committed = |value: &Option<([u8; 32], String)>| value.as_ref().map(|(salt, value)| commitment(salt, value));
        self.0.iter().map(committed).eq(sealed.commitments)
    }

    fn are_gone(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

fn recorded(sealed: &Sealed, Values(values): Values) -> Option<RecordedEvent> {
    let [citizen, contact, evidence_ref, actor, idempotency_key, _] = values.map(|value| value.map(|(_, value)| value));
    let mut event = Event::new(citizen?, sealed.status.parse().ok()?, Timestamp::from_micros(sealed.captured_at));
    event.scope = sealed.scope.parse().ok()?;
    event.purpose.clone_from(&sealed.purpose);
    event.channel.clone_from(&sealed.channel);
    event.topic.clone_from(&sealed.topic);
    event.notice.clone_from(&sealed.notice);
    event.valid_from = sealed.valid_from.map(Timestamp::from_micros);
    event.valid_until = sealed.valid_until.map(Timestamp::from_micros);
    event.method.clone_from(&sealed.method);
    event.jurisdiction.clone_from(&sealed.jurisdiction);
    event.source.clone_from(&sealed.source);
    (event.contact, event.evidence_ref, event.actor, event.idempotency_key) = (contact, evidence_ref, actor, idempotency_key);
    Some(RecordedEvent { id: sealed.id, recorded_at: Timestamp::from_micros(sealed.recorded_at), event })
}

/// A row of `events`; `None` if a value is not of the width it should have.
fn read(row: &Row<'_>) -> Option<Stored> {
    let text = |index: usize| match row.get_ref(index).ok()? {
        ValueRef::Null => Some(None),
        ValueRef::Text(bytes) => Some(Some(str::from_utf8(bytes).ok()?.to_owned())),
        _ => None,
    };
    let hash = |index: usize| match row.get_ref(index).ok()? {
        ValueRef::Null => Some(None),
        ValueRef::Blob(bytes) => Some(Some(Hash::try_from(bytes).ok()?)),
        _ => None,
    };
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
fn read_personal(row: &Row<'_>) -> Option<(u64, usize, [u8; 32], String)> {
    let event = u64::try_from(row.get::<_, i64>(0).ok()?).ok()?;
    let field = usize::try_from(row.get::<_, i64>(1).ok()?).ok()?;
    Some((event, field, row.get(2).ok()?, row.get(3).ok()?))
}

/// The ids that an erasure lists; `None` if they are not ascending ids of eight bytes.
pub(super) fn erased_ids(erases: &[u8]) -> Option<Vec<u64>> {
    let (chunks, rest) = erases.as_chunks::<8>();
    let ids: Vec<u64> = chunks.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
    (rest.is_empty() && ids.is_sorted_by(|a, b| a < b)).then_some(ids)
}

/// All erasures: the events they list, and their marks with the erasure's own id and instants.
#[derive(Default)]
pub(super) struct Erasures {
    pub(super) ids: std::collections::HashSet<u64>,
    pub(super) marks: Vec<(Hash, Erasure)>,
}

/// When a citizen was erased.
#[derive(Clone, Copy)]
pub(super) struct Erasure {
    pub(super) id: u64,
    pub(super) recorded_at: Timestamp,
}

/// Reads all erasures. Whether they are genuine shows when the chain is walked.
pub(super) fn erasures(connection: &Connection) -> Result<Erasures> {
    let text = format!("SELECT {COLUMNS} FROM events INDEXED BY events_mark WHERE mark IS NOT NULL ORDER BY id");
    let mut statement = connection.prepare_cached(&text).map_err(sql)?;
    let mut rows = statement.query([]).map_err(sql)?;
    let mut found = Erasures::default();
    while let Some(row) = rows.next().map_err(sql)? {
        let damage = || damaged("an erasure in the ledger is damaged");
        let sealed = read(row).ok_or_else(damage)?.sealed;
        let ids = sealed.erases.as_deref().and_then(erased_ids).ok_or_else(damage)?;
        let mark = sealed.mark.as_deref().and_then(|mark| Hash::try_from(mark).ok()).ok_or_else(damage)?;
        found.ids.extend(ids);
        found.marks.push((mark, Erasure { id: sealed.id, recorded_at: Timestamp::from_micros(sealed.recorded_at) }));
    }
    Ok(found)
}

/// Walks all events in their order, recomputing everything, hands each that was not erased to `take`, and returns the last.
///
/// # Errors
/// `Corrupted` naming the first bad event; what `take` gives.
pub(super) fn walk(connection: &Connection, identity: &Identity, mut take: impl FnMut(RecordedEvent) -> Result<()>) -> Result<Last> {
    let erasures = erasures(connection)?;
    let mut last = Last { id: 0, hash: identity.genesis(), recorded_at: i64::MIN };
    let mut events = connection.prepare(&format!("SELECT {COLUMNS} FROM events ORDER BY id")).map_err(sql)?;
    let mut events = events.query([]).map_err(sql)?;
    let mut personal = connection.prepare("SELECT event, field, salt, value FROM personal ORDER BY event, field").map_err(sql)?;
    let mut personal = personal.query([]).map_err(sql)?;
    let mut ahead = None;
    let mut listed = erasures.ids.len();
    loop {
        let id = last.id + 1;
        let broken = || damaged(format!("event {id} of the ledger is damaged"));
        let Some(row) = events.next().map_err(|error| at(error, id))? else { break };
        let Stored { sealed, hash } = read(row).ok_or_else(broken)?;
        if sealed.id != id || sealed.recorded_at < last.recorded_at || sealed.hash(&last.hash) != hash {
            return Err(broken());
        }
        let mut values = Values::default();
        loop {
            if ahead.is_none() {
                ahead = match personal.next().map_err(|error| at(error, id))? {
                    Some(row) => Some(read_personal(row).ok_or_else(broken)?),
                    None => None,
                };
            }
            match ahead.take() {
                Some(value) if value.0 == id => values.take(value).ok_or_else(broken)?,
                Some(value) if value.0 < id => return Err(broken()),
                later => {
                    ahead = later;
                    break;
                }
            }
        }
        if erasures.ids.contains(&id) {
            listed -= 1;
            if !values.are_gone() || sealed.status.parse::<citx_core::consent::Status>().is_err() {
                return Err(broken());
            }
        } else if values.kept(&sealed) && sealed.erases.is_none() && sealed.mark.is_none() {
            take(recorded(&sealed, values).ok_or_else(broken)?)?;
        } else {
            return Err(broken());
        }
        last = Last { id, hash, recorded_at: sealed.recorded_at };
    }
    let spare = ahead.is_some() || personal.next().map_err(sql)?.is_some();
    if spare || listed > 0 {
        return Err(damaged(format!("the ledger has personal values or erasures beyond its last event, {}", last.id)));
    }
    Ok(last)
}

/// An error of SQLite while reading an event.
fn at(error: rusqlite::Error, id: u64) -> Error {
    sql(error).context(format!("event {id} of the ledger"))
}
