//! Events to rows and back, and the walk that checks them all.

use std::collections::HashSet;

use citx_core::consent::{Event, RecordedEvent, Status};
use citx_core::time::Timestamp;
use citx_core::{Error, ErrorKind, Result};

use super::chain::{self, Hash, Sealed, commitment};
use super::random;
use super::store::{FIELDS, Identity, Last, Row, Rows, Stored, Take, Values, broken, damaged, number};

/// How many events are read or written at a time.
pub(super) const CHUNK: usize = 4_096;

/// Makes the rows of new events, which have no place in the chain yet: they are numbered from 1.
#[derive(Default)]
pub(super) struct Committing {
    events: Vec<Stored>,
    salts: Vec<Hash>,
}

impl Committing {
    /// Adds an event, and commits to its personal values, each with a salt of its own. `contact_key` is its contact point as it is compared,
    /// `erases` what an erasure lists.
    pub(super) fn commit(&mut self, event: &Event, contact_key: Option<String>, erases: Option<&[u8]>) -> Result<()> {
        let texts = [&event.contact, &event.evidence_ref, &event.actor, &event.idempotency_key];
        let [contact, evidence_ref, actor, idempotency_key] = texts.map(Clone::clone);
        let texts = [Some(event.citizen.clone()), contact, evidence_ref, actor, idempotency_key, contact_key];
        let (mut values, mut commitments) = ([const { None }; FIELDS], [None; FIELDS]);
        for ((text, value), place) in texts.into_iter().zip(&mut values).zip(&mut commitments) {
            let Some(text) = text else { continue };
            let salt = self.salt()?;
            *place = Some(commitment(&salt, &text));
            *value = Some((salt, text));
        }
        let sealed = Sealed {
            recorded_at: 0,
            captured_at: event.captured_at.as_micros(),
            status: event.status.as_str(),
            scope: event.scope.as_str(),
            purpose: event.purpose.as_deref(),
            channel: event.channel.as_deref(),
            topic: event.topic.as_deref(),
            notice: event.notice.as_deref(),
            valid_from: event.valid_from.map(Timestamp::as_micros),
            valid_until: event.valid_until.map(Timestamp::as_micros),
            method: event.method.as_deref(),
            jurisdiction: event.jurisdiction.as_deref(),
            source: event.source.as_deref(),
            commitments: commitments.each_ref().map(Option::as_ref),
            erases,
        };
        let mut bytes = Vec::with_capacity(256);
        sealed.write(&mut bytes);
        let id = self.events.len() as u64 + 1;
        self.events.push(Stored { id, sealed: bytes, mark: None, hash: Hash::default(), values });
        Ok(())
    }

    fn salt(&mut self) -> Result<Hash> {
        if self.salts.is_empty() {
            self.salts = random::<{ 32 * 256 }>()?.as_chunks::<32>().0.to_vec();
        }
        self.salts.pop().ok_or_else(|| Error::new(ErrorKind::Io, "the system gives no random numbers"))
    }

    pub(super) fn events(self) -> Vec<Stored> {
        self.events
    }
}

/// Of new events, keeps those that are new indeed.
pub(super) fn keep(events: &mut Vec<Stored>, is_new: &[bool]) {
    if is_new.iter().all(|is_new| *is_new) {
        return;
    }
    let (mut is_new, mut kept) = (is_new.iter(), 0);
    events.retain_mut(|event| {
        let keep = is_new.next().copied().unwrap_or(false);
        kept += u64::from(keep);
        event.id = kept;
        keep
    });
}

/// Gives new events the next places in the chain after `last`, which moves on to the last of them, and writes them.
pub(super) fn seal(rows: &mut dyn Rows, last: &mut Last, mut events: Vec<Stored>, recorded_at: i64) -> Result<()> {
    let before = last.id;
    for Stored { id, sealed, mark, hash, .. } in &mut events {
        *id += before;
        if let Some(instant) = sealed.first_chunk_mut() {
            *instant = recorded_at.to_le_bytes();
        }
        *hash = chain::hash(&last.hash, *id, sealed, mark.as_ref().map(Hash::as_slice));
        *last = Last { id: *id, hash: *hash, recorded_at };
    }
    if events.is_empty() { Ok(()) } else { rows.insert(&events) }
}

/// The last event; the hash of the empty ledger where there is none.
pub(super) fn last(rows: &mut dyn Rows, identity: &Identity) -> Result<Last> {
    Ok(rows.last()?.unwrap_or_else(|| Last { id: 0, hash: identity.genesis(), recorded_at: i64::MIN }))
}

/// The stored hash of an event, hash 0 for none; `None` if there is no such event.
pub(super) fn hash_of(rows: &mut dyn Rows, identity: &Identity, id: u64) -> Result<Option<Hash>> {
    match id {
        0 => Ok(Some(identity.genesis())),
        id => Ok(rows.hashes(number(id)?, number(id)?)?.pop()),
    }
}

/// Lets `read` hand rows to `take` until that fails.
pub(super) fn taking(read: impl FnOnce(Take<'_>) -> Result<()>, mut take: impl FnMut(Row<'_>) -> Result<()>) -> Result<()> {
    let mut taken = Ok(());
    let read = read(&mut |row| {
        taken = take(row);
        taken.is_ok()
    });
    taken.and(read)
}

/// Events that were found by a personal value, hashes and commitments checked; `ids` ascend, and so do they.
pub(super) fn load(rows: &mut dyn Rows, identity: &Identity, ids: &[u64]) -> Result<Vec<RecordedEvent>> {
    let mut events = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let mut wanted = ids.iter();
        taking(
            |take| rows.some(ids, take),
            |row| {
                let id = wanted.next().copied().unwrap_or(row.id);
                let load = || {
                    let previous = if id == 1 { identity.genesis() } else { row.before? };
                    let (sealed, values) = (Sealed::read(row.sealed)?, row.values.as_ref()?);
                    let genuine = row.id == id && chain::hash(&previous, id, row.sealed, row.mark) == row.hash;
                    let mut event = blank();
                    fill(&mut event, id, &sealed, values.map(|value| value.map(|(_, text)| text)))?;
                    (genuine && are_those_of(values, &sealed)).then_some(event)
                };
                events.push(load().ok_or_else(|| broken(id))?);
                Ok(())
            },
        )?;
        if let Some(id) = wanted.next() {
            return Err(broken(*id));
        }
    }
    Ok(events)
}

/// Whether values are those that the event committed to, none more and none less.
pub(super) fn are_those_of(values: &Values<'_>, sealed: &Sealed<'_>) -> bool {
    values.iter().zip(&sealed.commitments).all(|pair| match pair {
        (Some((salt, value)), Some(committed)) => commitment(salt, value) == **committed,
        (None, None) => true,
        _ => false,
    })
}

/// An event that is filled in.
pub(super) fn blank() -> RecordedEvent {
    RecordedEvent { id: 0, recorded_at: Timestamp::from_micros(0), event: Event::new("", Status::Given, Timestamp::from_micros(0)) }
}

/// Makes `recorded` what a row says; its texts keep their memory. `None` for words that are none.
pub(super) fn fill(recorded: &mut RecordedEvent, id: u64, sealed: &Sealed<'_>, values: [Option<&str>; FIELDS]) -> Option<()> {
    fn put(place: &mut Option<String>, text: Option<&str>) {
        match (place.as_mut(), text) {
            (Some(place), Some(text)) => text.clone_into(place),
            (_, text) => *place = text.map(str::to_owned),
        }
    }
    let [citizen, contact, evidence_ref, actor, idempotency_key, _] = values;
    let event = &mut recorded.event;
    citizen?.clone_into(&mut event.citizen);
    (recorded.id, recorded.recorded_at) = (id, Timestamp::from_micros(sealed.recorded_at));
    (event.status, event.scope) = (sealed.status.parse().ok()?, sealed.scope.parse().ok()?);
    event.captured_at = Timestamp::from_micros(sealed.captured_at);
    event.valid_from = sealed.valid_from.map(Timestamp::from_micros);
    event.valid_until = sealed.valid_until.map(Timestamp::from_micros);
    for (place, text) in [
        (&mut event.purpose, sealed.purpose),
        (&mut event.channel, sealed.channel),
        (&mut event.topic, sealed.topic),
        (&mut event.notice, sealed.notice),
        (&mut event.method, sealed.method),
        (&mut event.jurisdiction, sealed.jurisdiction),
        (&mut event.source, sealed.source),
        (&mut event.contact, contact),
        (&mut event.evidence_ref, evidence_ref),
        (&mut event.actor, actor),
        (&mut event.idempotency_key, idempotency_key),
    ] {
        put(place, text);
    }
    Some(())
}

/// The ids that an erasure lists; `None` if they are not ascending ids of eight bytes.
fn erased_ids(erases: &[u8]) -> Option<Vec<u64>> {
    let (chunks, rest) = erases.as_chunks::<8>();
    let ids: Vec<u64> = chunks.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
    (rest.is_empty() && ids.is_sorted_by(|a, b| a < b)).then_some(ids)
}

/// Erasures: the events they list, and their marks with the erasure's own id and instant.
#[derive(Default)]
pub(super) struct Erasures {
    pub(super) ids: HashSet<u64>,
    pub(super) marks: Vec<(Hash, Erasure)>,
}

/// When a citizen was erased.
#[derive(Clone, Copy)]
pub(super) struct Erasure {
    pub(super) id: u64,
    pub(super) recorded_at: Timestamp,
}

/// Reads the erasures, all or those of these marks. Whether they are genuine shows when the chain is walked.
pub(super) fn erasures(rows: &mut dyn Rows, marks: Option<&[Hash]>) -> Result<Erasures> {
    let mut found = Erasures::default();
    taking(
        |take| rows.erasures(marks, take),
        |row| {
            let read = || {
                let sealed = Sealed::read(row.sealed)?;
                Some((sealed.recorded_at, erased_ids(sealed.erases?)?, Hash::try_from(row.mark?).ok()?))
            };
            let (recorded_at, ids, mark) = read().ok_or_else(|| damaged("an erasure in the ledger is damaged"))?;
            found.ids.extend(ids);
            found.marks.push((mark, Erasure { id: row.id, recorded_at: Timestamp::from_micros(recorded_at) }));
            Ok(())
        },
    )?;
    Ok(found)
}
