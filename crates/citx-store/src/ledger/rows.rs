//! Events to rows and back, and the walk that checks them all.

use std::collections::HashSet;
use std::iter::Peekable;
use std::sync::mpsc::sync_channel;
use std::vec::IntoIter;

use citx_core::consent::{Event, RecordedEvent, Status};
use citx_core::time::Timestamp;
use citx_core::{Error, ErrorKind, Result};

use super::chain::{Hash, Sealed, commitment};
use super::random;
use super::store::{FIELDS, Identity, Last, Personal, Rows, Span, Stored, broken, damaged, number};

/// How many events are read or written at a time.
pub(super) const CHUNK: usize = 4_096;

/// Makes the rows of new events, which have no place in the chain yet: they are numbered from 1.
#[derive(Default)]
pub(super) struct Committing {
    span: Span,
    salts: Vec<Hash>,
}

impl Committing {
    /// Adds an event, and commits to its personal values, each with a salt of its own. `contact_key` is its contact point as it is compared.
    pub(super) fn commit(&mut self, event: &Event, contact_key: Option<String>) -> Result<()> {
        let mut sealed = Sealed {
            id: self.span.events.len() as u64 + 1,
            recorded_at: 0,
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
            commitments: [None; FIELDS],
            erases: None,
            mark: None,
        };
        let texts = [&event.contact, &event.evidence_ref, &event.actor, &event.idempotency_key];
        let [contact, evidence_ref, actor, idempotency_key] = texts.map(Clone::clone);
        let values = [Some(event.citizen.clone()), contact, evidence_ref, actor, idempotency_key, contact_key];
        for (index, (value, place)) in values.into_iter().zip(&mut sealed.commitments).enumerate() {
            let Some(value) = value else { continue };
            let salt = self.salt()?;
            *place = Some(commitment(&salt, &value));
            self.span.personal.push(Personal { event: sealed.id, field: index + 1, salt, value });
        }
        self.span.events.push(Stored { sealed, hash: Hash::default() });
        Ok(())
    }

    fn salt(&mut self) -> Result<Hash> {
        if self.salts.is_empty() {
            self.salts = random::<{ 32 * 256 }>()?.as_chunks::<32>().0.to_vec();
        }
        self.salts.pop().ok_or_else(|| Error::new(ErrorKind::Io, "the system gives no random numbers"))
    }

    pub(super) fn rows(self) -> Span {
        self.span
    }
}

impl Span {
    /// Of new events, keeps those that are new indeed.
    pub(super) fn keep(&mut self, is_new: &[bool]) {
        if is_new.iter().all(|is_new| *is_new) {
            return;
        }
        let numbers: Vec<u64> = is_new
            .iter()
            .scan(0, |kept, is_new| {
                *kept += u64::from(*is_new);
                Some(*kept)
            })
            .collect();
        let number = |id: &mut u64| {
            let row = *id as usize - 1;
            *id = numbers.get(row).copied().unwrap_or(0);
            is_new.get(row).copied().unwrap_or(false)
        };
        self.events.retain_mut(|stored| number(&mut stored.sealed.id));
        self.personal.retain_mut(|personal| number(&mut personal.event));
    }
}

/// Gives new events the next places in the chain after `last`, which moves on to the last of them, and writes them.
pub(super) fn seal(rows: &mut dyn Rows, last: &mut Last, mut span: Span, recorded_at: i64) -> Result<()> {
    let before = last.id;
    for Stored { sealed, hash } in &mut span.events {
        (sealed.id, sealed.recorded_at) = (before + sealed.id, recorded_at);
        *hash = sealed.hash(&last.hash);
        *last = Last { id: sealed.id, hash: *hash, recorded_at };
    }
    for personal in &mut span.personal {
        personal.event += before;
    }
    if span.events.is_empty() { Ok(()) } else { rows.insert(&span) }
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

/// Events that were found by a personal value, hashes and commitments checked; `ids` ascend, and so do they.
pub(super) fn load(rows: &mut dyn Rows, identity: &Identity, ids: &[u64]) -> Result<Vec<RecordedEvent>> {
    let mut events = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let span = rows.some(ids)?;
        let mut personal = span.personal.into_iter().peekable();
        let mut stored = span.events.into_iter().zip(span.before);
        for &id in ids {
            let (Stored { sealed, hash }, before) = stored.next().ok_or_else(|| broken(id))?;
            let previous = if id == 1 { Some(identity.genesis()) } else { before };
            let previous = previous.ok_or_else(|| broken(id))?;
            let kept = Kept::take(&mut personal, id)?;
            if sealed.id != id || sealed.hash(&previous) != hash || !kept.are_those_of(&sealed) {
                return Err(broken(id));
            }
            events.push(recorded(sealed, kept).ok_or_else(|| broken(id))?);
        }
    }
    Ok(events)
}

/// The personal values of one event with their salts.
#[derive(Default)]
pub(super) struct Kept(pub(super) [Option<([u8; 32], String)>; FIELDS]);

impl Kept {
    /// Takes the values of event `id`, which are next.
    pub(super) fn take(personal: &mut Peekable<IntoIter<Personal>>, id: u64) -> Result<Self> {
        let mut kept = Self::default();
        while let Some(row) = personal.next_if(|row| row.event <= id) {
            let place = row.field.checked_sub(1).and_then(|field| kept.0.get_mut(field));
            match place.filter(|place| place.is_none() && row.event == id) {
                Some(place) => *place = Some((row.salt, row.value)),
                None => return Err(broken(id)),
            }
        }
        Ok(kept)
    }

    /// Whether they are those that the event committed to, none more and none less.
    fn are_those_of(&self, sealed: &Sealed) -> bool {
        let committed = |value: &Option<([u8; 32], String)>| value.as_ref().map(|(salt, value)| commitment(salt, value));
        self.0.iter().map(committed).eq(sealed.commitments)
    }

    fn are_gone(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

fn recorded(sealed: Sealed, Kept(values): Kept) -> Option<RecordedEvent> {
    let [citizen, contact, evidence_ref, actor, idempotency_key, _] = values.map(|value| value.map(|(_, value)| value));
    let mut event = Event::new(citizen?, sealed.status.parse().ok()?, Timestamp::from_micros(sealed.captured_at));
    event.scope = sealed.scope.parse().ok()?;
    (event.purpose, event.channel, event.topic, event.notice) = (sealed.purpose, sealed.channel, sealed.topic, sealed.notice);
    event.valid_from = sealed.valid_from.map(Timestamp::from_micros);
    event.valid_until = sealed.valid_until.map(Timestamp::from_micros);
    (event.method, event.jurisdiction, event.source) = (sealed.method, sealed.jurisdiction, sealed.source);
    (event.contact, event.evidence_ref, event.actor, event.idempotency_key) = (contact, evidence_ref, actor, idempotency_key);
    Some(RecordedEvent { id: sealed.id, recorded_at: Timestamp::from_micros(sealed.recorded_at), event })
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
    for Stored { sealed, .. } in rows.erasures(marks)? {
        let damage = || damaged("an erasure in the ledger is damaged");
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
pub(super) fn walk(rows: &mut dyn Rows, identity: &Identity, take: impl FnMut(RecordedEvent) -> Result<()> + Send) -> Result<Last> {
    let erasures = erasures(rows, None)?;
    let end = last(rows, identity)?.id;
    let listed = erasures.ids.len();
    let walked = Last { id: 0, hash: identity.genesis(), recorded_at: i64::MIN };
    let mut walk = Walk { walked, erased: erasures.ids, listed, take };
    if end <= CHUNK as u64 {
        let span = rows.span(i64::MIN, i64::MAX)?;
        walk.check(span)?;
        return walk.end(end);
    }
    // The database reads what is next while what was read is hashed.
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel(2);
        let checking = scope.spawn(move || {
            receive.into_iter().try_for_each(|span| walk.check(span))?;
            walk.end(end)
        });
        for (from, to) in spans(end) {
            let span = rows.span(from, to).unwrap_or_else(|error| Span { failed: Some(error), ..Span::default() });
            if send.send(span).is_err() {
                break;
            }
        }
        drop(send);
        checking.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// What is checked so far.
struct Walk<T> {
    walked: Last,
    erased: HashSet<u64>,
    /// How many of the erased are still to come.
    listed: usize,
    take: T,
}

impl<T: FnMut(RecordedEvent) -> Result<()>> Walk<T> {
    fn check(&mut self, Span { events, personal, failed, .. }: Span) -> Result<()> {
        let mut personal = personal.into_iter().peekable();
        let checked = events.into_iter().try_for_each(|stored| self.check_event(stored, &mut personal));
        if let Some(error) = failed {
            return Err(error.context(format!("event {} of the ledger", self.walked.id + 1)));
        }
        checked?;
        personal.next().map_or(Ok(()), |spare| Err(broken(spare.event)))
    }

    fn check_event(&mut self, Stored { sealed, hash }: Stored, personal: &mut Peekable<IntoIter<Personal>>) -> Result<()> {
        let (id, recorded_at) = (self.walked.id + 1, sealed.recorded_at);
        if sealed.id != id || recorded_at < self.walked.recorded_at || sealed.hash(&self.walked.hash) != hash {
            return Err(broken(id));
        }
        let kept = Kept::take(personal, id)?;
        if self.erased.contains(&id) {
            if !kept.are_gone() || sealed.status.parse::<Status>().is_err() {
                return Err(broken(id));
            }
            self.listed -= 1;
        } else if kept.are_those_of(&sealed) && sealed.erases.is_none() && sealed.mark.is_none() {
            (self.take)(recorded(sealed, kept).ok_or_else(|| broken(id))?)?;
        } else {
            return Err(broken(id));
        }
        self.walked = Last { id, hash, recorded_at };
        Ok(())
    }

    fn end(self, end: u64) -> Result<Last> {
        match (self.walked.id == end, self.listed) {
            (false, _) => Err(broken(self.walked.id + 1)),
            (true, 0) => Ok(self.walked),
            _ => Err(damaged(format!("the ledger has erasures of events beyond its last, {end}"))),
        }
    }
}

/// All numbers that a row can have, in parts that hold the events up to `end` by `CHUNK`.
fn spans(end: u64) -> impl Iterator<Item = (i64, i64)> {
    let parts = end.div_ceil(CHUNK as u64).max(1);
    let edge = |part: u64| i64::try_from(part.saturating_mul(CHUNK as u64)).unwrap_or(i64::MAX);
    (0..parts).map(move |part| {
        let from = if part == 0 { i64::MIN } else { edge(part).saturating_add(1) };
        let to = if part + 1 == parts { i64::MAX } else { edge(part + 1) };
        (from, to)
    })
}
