//! Which rows a moving mark passes, and when it passes the next.

use std::collections::BTreeSet;

use crate::time::{TimeZone, Timestamp};

use super::super::plan::OpId;
use super::dial::Mark;
use super::hand::first;

/// The days or instants of rows in order. An entry may be outdated: it only makes someone look at its row again.
#[derive(Default)]
pub(super) struct Index {
    sorted: Vec<(i64, u32)>,
    late: BTreeSet<(i64, u32)>,
}

/// What an index holds.
pub(super) enum Entries {
    /// The keys of the channel, which change.
    Keys,
    /// The instants of the events that this operation reads, which stay.
    Events(OpId),
}

/// Marks over an index, and what to look at for the rows that they pass.
pub(super) struct Track {
    pub index: Index,
    pub marks: Vec<Mark>,
    /// The channels to evaluate again.
    pub channels: Vec<u32>,
    pub entries: Entries,
}

fn clamp(key: i128) -> Option<i64> {
    if key > i128::from(i64::MAX) { None } else { Some(i64::try_from(key).unwrap_or(i64::MIN)) }
}

impl Index {
    pub fn new(mut entries: Vec<(i64, u32)>) -> Self {
        entries.sort_unstable();
        Self { sorted: entries, late: BTreeSet::new() }
    }

    pub fn insert(&mut self, key: i64, row: u32) {
        self.late.insert((key, row));
    }

    /// Whether it is time to make it anew.
    pub fn is_worn(&self) -> bool {
        self.late.len() > 4_096 + self.sorted.len() / 2
    }

    /// The rows whose key is not below `from` and below `to`.
    pub fn between(&self, from: i128, to: i128, mut visit: impl FnMut(u32)) {
        let Some(from) = clamp(from) else { return };
        let is_below = |key: i64| i128::from(key) < to;
        let start = self.sorted.partition_point(|(key, _)| *key < from);
        let sorted = self.sorted.get(start..).unwrap_or_default();
        sorted.iter().take_while(|(key, _)| is_below(*key)).for_each(|(_, row)| visit(*row));
        self.late.range((from, 0)..).take_while(|(key, _)| is_below(*key)).for_each(|(_, row)| visit(*row));
    }

    /// The least key that is not below `from`.
    fn next(&self, from: i128) -> Option<i64> {
        let from = clamp(from)?;
        let start = self.sorted.partition_point(|(key, _)| *key < from);
        let (sorted, late) = (self.sorted.get(start), self.late.range((from, 0)..).next());
        sorted.into_iter().chain(late).map(|(key, _)| *key).min()
    }

    /// The greatest key below `to`.
    fn previous(&self, to: i128) -> Option<i64> {
        let to = clamp(to).unwrap_or(i64::MAX);
        let end = self.sorted.partition_point(|(key, _)| *key < to);
        let (sorted, late) = (end.checked_sub(1).and_then(|last| self.sorted.get(last)), self.late.range(..(to, 0)).next_back());
        sorted.into_iter().chain(late).map(|(key, _)| *key).max()
    }
}

impl Track {
    /// The first instant after `from` at which the mark has passed a key, forwards or back. `None` if it never does.
    pub fn crossing(&self, mark: &Mark, from: Timestamp, zone: TimeZone) -> Option<Timestamp> {
        let (slack, unit) = (mark.hand.slack(), i128::from(mark.unit()));
        let mut now = from;
        let mut place = mark.place(now, zone)?;
        let (ahead, behind) = (self.index.next(place), self.index.previous(place));
        loop {
            let near_behind = behind.is_some_and(|behind| (place - i128::from(behind)).saturating_mul(unit) <= i128::from(slack));
            if !near_behind {
                // Far from both: it moves with time, give or take the slack.
                let gap = (i128::from(ahead?) - place).saturating_mul(unit) - 2 * i128::from(slack);
                if gap > 0 {
                    now = Timestamp::from_micros(i64::try_from(i128::from(now.as_micros()) + gap).ok()?);
                }
            }
            let until = mark.hand.steady_until(now, zone);
            if until <= now {
                return None;
            }
            let passes = |place: i128| ahead.is_some_and(|ahead| place > i128::from(ahead));
            let last = Timestamp::from_micros(until.as_micros() - 1);
            if last > now
                && let Some(at) = first(now, last, |at| mark.place(at, zone).is_none_or(passes))
            {
                return Some(at);
            }
            let then = mark.place(until, zone)?;
            if passes(then) || behind.is_some_and(|behind| then <= i128::from(behind)) {
                return Some(until);
            }
            (now, place) = (until, then);
        }
    }
}
