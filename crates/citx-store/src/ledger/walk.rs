//! The walk over all events that recomputes everything.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use citx_core::Result;
use citx_core::consent::{RecordedEvent, Status};

use super::chain::{self, Reader, Sealed};
use super::rows::{self, CHUNK, are_those_of, blank, fill, taking};
use super::store::{FIELDS, Identity, Last, Row, Rows, Store, broken, damaged};

/// Walks all events in their order, recomputing everything, hands each that was not erased to `take`, and returns the last. In `store`, where
/// that is given, the same may be read by another thread.
///
/// # Errors
/// `Corrupted` naming the first bad event; what `take` gives.
pub(super) fn walk(
    store: Option<&dyn Store>,
    rows: &mut dyn Rows,
    identity: &Identity,
    mut take: impl FnMut(&RecordedEvent) -> Result<()> + Send,
) -> Result<Last> {
    let erased = rows::erasures(rows, None)?.ids;
    let last = rows::last(rows, identity)?;
    let walk = Walk { identity, erased: &erased, last };
    let parts = parts(last.id);
    let taken = match parts.as_slice() {
        [part] => {
            let checked = walk.check(rows, part)?;
            checked.hand(&mut blank(), &mut take)?;
            checked.erased
        }
        parts => walk.in_parallel(store, rows, parts, take)?,
    };
    if taken == erased.len() { Ok(last) } else { Err(damaged(format!("the ledger has erasures of events beyond its last, {}", last.id))) }
}

/// Rows that are read at a time: all numbers that a row can have up to the next, which hold the events from `first` to `last`.
struct Part {
    numbers: (i64, i64),
    first: u64,
    last: u64,
}

/// All events up to `end`, by [`CHUNK`].
fn parts(end: u64) -> Vec<Part> {
    let parts = end.div_ceil(CHUNK as u64).max(1);
    let edge = |part: u64| part.saturating_mul(CHUNK as u64);
    let number = |id: u64| i64::try_from(id).unwrap_or(i64::MAX);
    let part = |part: u64| {
        let (first, last) = (edge(part).saturating_add(1), edge(part + 1).min(end));
        let from = if part == 0 { i64::MIN } else { number(first) };
        let to = if part + 1 == parts { i64::MAX } else { number(last) };
        Part { numbers: (from, to), first, last }
    };
    (0..parts).map(part).collect()
}

#[derive(Clone, Copy)]
struct Walk<'w> {
    identity: &'w Identity,
    erased: &'w HashSet<u64>,
    last: Last,
}

impl Walk<'_> {
    /// Two threads read and recompute every other part, or one all where the second cannot; a third takes the events in their order. Gives how
    /// many were erased.
    fn in_parallel(
        self,
        store: Option<&dyn Store>,
        rows: &mut dyn Rows,
        parts: &[Part],
        mut take: impl FnMut(&RecordedEvent) -> Result<()> + Send,
    ) -> Result<usize> {
        std::thread::scope(|scope| {
            let beside = store.filter(|store| store.is_shared()).and_then(|store| {
                let ((send, receive), (agree, agreed)) = (sync_channel(2), sync_channel(1));
                scope.spawn(move || self.beside(store, parts, agree, &send));
                agreed.recv().is_ok().then_some(receive)
            });
            let (send, receive) = sync_channel(2);
            let readers: Vec<Receiver<Result<Checked>>> = [receive].into_iter().chain(beside).collect();
            let every = readers.len();
            let taking = scope.spawn(move || {
                let (mut event, mut erased) = (blank(), 0);
                for left in (0..parts.len()).rev() {
                    let checked = readers.get(left % every).and_then(|reader| reader.recv().ok());
                    let checked = checked.ok_or_else(|| damaged("the ledger was not read"))??;
                    checked.hand(&mut event, &mut take)?;
                    erased += checked.erased;
                }
                Ok(erased)
            });
            // The last part is this thread's: in the other's snapshot there may be more events since.
            for part in shared(parts, every, 0) {
                if send.send(self.check(rows, part)).is_err() {
                    break;
                }
            }
            drop(send);
            taking.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Reads every other part in a snapshot of its own, if that has the same events, none of them erased since.
    fn beside(self, store: &dyn Store, parts: &[Part], agree: SyncSender<()>, send: &SyncSender<Result<Checked>>) {
        let mut agree = Some(agree);
        // Why it could not be read, the other thread finds out, who reads on alone.
        let _ = store.read(&mut |rows| {
            let Some(agree) = agree.take() else { return Ok(()) };
            let same = rows::hash_of(rows, self.identity, self.last.id)? == Some(self.last.hash);
            if same && rows::erasures(rows, None)?.marks.iter().all(|(_, erasure)| erasure.id <= self.last.id) && agree.send(()).is_ok() {
                for part in shared(parts, 2, 1) {
                    if send.send(self.check(rows, part)).is_err() {
                        break;
                    }
                }
            }
            Ok(())
        });
    }

    /// Recomputes the events of a part. The hash before its first is taken as stored: the part before checks it.
    fn check(self, rows: &mut dyn Rows, part: &Part) -> Result<Checked> {
        let walked = match part.first - 1 {
            0 => Some(Last { id: 0, hash: self.identity.genesis(), recorded_at: i64::MIN }),
            id => {
                let mut before = None;
                let read = |row: Row<'_>| {
                    before = Sealed::read(row.sealed).map(|sealed| Last { id, hash: row.hash, recorded_at: sealed.recorded_at });
                    Ok(())
                };
                taking(|take| rows.some(&[id], take), read)?;
                before
            }
        };
        let mut walked = walked.ok_or_else(|| broken(part.first - 1))?;
        let (mut checked, mut taken) = (Checked::default(), Ok(()));
        let (from, to) = part.numbers;
        let read = rows.each(from, to, &mut |row| {
            taken = self.check_event(&mut walked, &row, &mut checked);
            taken.is_ok()
        });
        taken?;
        read.map_err(|error| error.context(format!("event {} of the ledger", walked.id + 1)))?;
        if walked.id == part.last { Ok(checked) } else { Err(broken(walked.id + 1)) }
    }

    fn check_event(self, walked: &mut Last, row: &Row<'_>, checked: &mut Checked) -> Result<()> {
        let id = walked.id + 1;
        let genuine = row.id == id && chain::hash(&walked.hash, id, row.sealed, row.mark) == row.hash;
        let sealed = Sealed::read(row.sealed).filter(|sealed| genuine && sealed.recorded_at >= walked.recorded_at);
        let (Some(sealed), Some(values)) = (sealed, &row.values) else { return Err(broken(id)) };
        if self.erased.contains(&id) {
            if values.iter().any(Option::is_some) || sealed.status.parse::<Status>().is_err() {
                return Err(broken(id));
            }
            checked.erased += 1;
        } else if are_those_of(values, &sealed) && sealed.erases.is_none() && row.mark.is_none() {
            checked.ids.push(id);
            let texts = values.iter().flatten().map(|(_, text)| text.as_bytes());
            [row.sealed].into_iter().chain(texts).for_each(|bytes| chain::write_bytes(&mut checked.bytes, bytes));
        } else {
            return Err(broken(id));
        }
        *walked = Last { id, hash: row.hash, recorded_at: sealed.recorded_at };
        Ok(())
    }
}

/// Of the parts every so many, counted from the last, which is in share 0.
fn shared(parts: &[Part], every: usize, share: usize) -> impl Iterator<Item = &Part> {
    (0..parts.len()).rev().zip(parts).filter(move |(left, _)| left % every == share).map(|(_, part)| part)
}

/// Events that were recomputed and not erased, for another thread to take: of each the sealed bytes and its personal values.
#[derive(Default)]
struct Checked {
    ids: Vec<u64>,
    bytes: Vec<u8>,
    erased: usize,
}

impl Checked {
    /// Hands them on, each as `event`, whose memory is used again.
    fn hand(&self, event: &mut RecordedEvent, take: &mut impl FnMut(&RecordedEvent) -> Result<()>) -> Result<()> {
        let mut reader = Reader(&self.bytes);
        for &id in &self.ids {
            let mut read = || {
                let sealed = Sealed::read(reader.bytes()?)?;
                let mut values = [None; FIELDS];
                for (value, _) in values.iter_mut().zip(&sealed.commitments).filter(|(_, commitment)| commitment.is_some()) {
                    *value = Some(reader.text()?);
                }
                fill(event, id, &sealed, values)
            };
            read().ok_or_else(|| broken(id))?;
            take(event)?;
        }
        Ok(())
    }
}
