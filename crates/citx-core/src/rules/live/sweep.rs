//! What time does: the rows that it changes, and when it next does.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use crate::time::{DAY_MICROS, TimeZone, Timestamp};

use super::super::plan::Op;
use super::circuit::{Kind, Pace};
use super::dial::Mark;
use super::hand::Hand;
use super::moment::Moment;
use super::state::{Row, Settling};
use super::track::{Entries, Index, Track};
use super::{Cells, Standing};

/// How many days are tried of a condition that computes with dates in a way of its own.
const MAX_DAYS: i64 = 400;

/// Channels to evaluate anew: some of every row, and some of some rows.
#[derive(Default)]
struct Swept {
    every: Vec<u32>,
    /// Rows and channels, sorted.
    some: Vec<(u32, u32)>,
}

impl Swept {
    /// The first row at `from` or behind it, with its channels in `channels`.
    fn row(&self, from: u32, rows: u32, channels: &mut Vec<u32>) -> Option<u32> {
        let start = self.some.partition_point(|(row, _)| *row < from);
        let some = self.some.get(start..).unwrap_or_default();
        let row = if self.every.is_empty() { some.first()?.0 } else { from };
        if row >= rows {
            return None;
        }
        channels.clear();
        channels.extend_from_slice(&self.every);
        channels.extend(some.iter().take_while(|(other, _)| *other == row).map(|(_, channel)| *channel));
        Some(row)
    }
}

/// Where the next change may come from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// A mark of a track.
    Mark(usize, usize),
    /// The days of a channel that is evaluated as a whole.
    Days(usize),
    /// A channel that any instant may change.
    Any,
}

impl Standing {
    /// Moves time forward; `changed` hears, row by row, which rules became true and which no longer are.
    pub fn advance(&mut self, as_of: Timestamp, cells: &impl Cells, mut changed: impl FnMut(u32, &[(u32, bool)])) {
        let tracks = self.tracks.take().unwrap_or_else(|| self.make_tracks(cells));
        let moment = self.moment.at(&self.circuit, &self.plan.inner.operations, as_of);
        let swept = self.swept(&tracks, &self.moment, &moment);
        self.tracks = Some(tracks);
        self.next = None;
        let before = std::mem::replace(&mut self.moment, moment);
        let mut flips = Vec::new();
        let (mut from, mut channels) = (0, std::mem::take(&mut self.channels));
        while let Some(row) = swept.row(from, cells.rows(), &mut channels) {
            flips.clear();
            std::mem::swap(&mut self.channels, &mut channels);
            self.settle(row, Some(&before), cells, &mut flips);
            std::mem::swap(&mut self.channels, &mut channels);
            if !flips.is_empty() {
                changed(row, &flips);
            }
            from = row + 1;
        }
    }

    fn make_tracks(&self, cells: &impl Cells) -> Vec<Track> {
        let operations = &self.plan.inner.operations;
        let mut tracks = Vec::new();
        for (index, channel) in self.circuit.channels.iter().enumerate() {
            if let Kind::Moving { marks, .. } = &channel.kind {
                let key = |row| Some((self.moment.key(operations, channel, cells, row)?, row));
                let keys = Index::new((0..cells.rows()).filter_map(key).collect());
                tracks.push(Track { index: keys, marks: marks.clone(), channels: vec![index as u32], entries: Entries::Keys });
            }
        }
        for (id, channels) in &self.circuit.sources {
            let Some(Op::EventCount(sought) | Op::EventAt { sought, .. }) = operations.ops.get(*id as usize) else { continue };
            let hands = [Hand::back(None), sought.window.and_then(|window| Hand::back(Some(window)))];
            tracks.push(Track {
                index: Index::new(cells.events(&sought.kind, sought.channel.as_deref())),
                marks: hands.into_iter().flatten().map(|hand| Mark::at(hand, true)).collect(),
                channels: channels.clone(),
                entries: Entries::Events(*id),
            });
        }
        tracks
    }

    /// What differs, or may, between two moments.
    fn swept(&self, tracks: &[Track], before: &Moment, after: &Moment) -> Swept {
        let mut swept = Swept::default();
        let zone = before.fixed.context.time_zone;
        let (from, to) = (before.fixed.context.as_of, after.fixed.context.as_of);
        for track in tracks {
            let is_every = track.channels.iter().any(|channel| !after.reads_as(before, *channel as usize));
            let mut places = Vec::with_capacity(track.marks.len());
            for (index, mark) in track.marks.iter().enumerate() {
                let known = |moment: &Moment| {
                    let dial = track.channels.first().and_then(|channel| moment.dials.get(*channel as usize)).and_then(Option::as_ref);
                    dial.and_then(|dial| dial.places.get(index)).copied().flatten()
                };
                places.push(match track.entries {
                    Entries::Keys => (known(before), known(after)),
                    Entries::Events(_) => (mark.place(from, zone), mark.place(to, zone)),
                });
            }
            if is_every && matches!(track.entries, Entries::Keys) || places.iter().any(|(was, is)| was.is_some() != is.is_some()) {
                swept.every.extend_from_slice(&track.channels);
                continue;
            }
            for (was, is) in places.into_iter().filter_map(|(was, is)| was.zip(is)).filter(|(was, is)| was != is) {
                let add = |row| swept.some.extend(track.channels.iter().map(|channel| (row, *channel)));
                track.index.between(was.min(is), was.max(is), add);
            }
        }
        for (index, channel) in self.circuit.channels.iter().enumerate() {
            let is_changed = match &channel.kind {
                Kind::Plain(Pace::Any) => from != to,
                Kind::Plain(Pace::Days(hands)) => hands.iter().any(|hand| hand.value(from, zone) != hand.value(to, zone)),
                _ => false,
            };
            if is_changed {
                swept.every.push(index as u32);
            }
        }
        swept.some.sort_unstable();
        swept.some.dedup();
        swept
    }

    /// The next instant at which a rule becomes true for a row, or no longer is, if nothing but time moves; `None` if that never happens.
    ///
    /// Conditions that compute with the instant itself in a way of their own may change at any time: then it is the next microsecond.
    /// Of those that compute so with dates, this looks 400 days ahead, and then says when the next day begins.
    pub fn next_change(&mut self, cells: &impl Cells) -> Option<Timestamp> {
        if let Some(known) = self.next {
            return known;
        }
        let mut tracks = self.tracks.take().unwrap_or_else(|| self.make_tracks(cells));
        let next = self.search(&mut tracks, cells);
        self.tracks = Some(tracks);
        self.next = Some(next);
        next
    }

    fn search(&mut self, tracks: &mut [Track], cells: &impl Cells) -> Option<Timestamp> {
        let zone = self.context().time_zone;
        let from = self.context().as_of;
        let mut heap = BinaryHeap::new();
        for (index, track) in tracks.iter().enumerate() {
            for (place, mark) in track.marks.iter().enumerate() {
                heap.extend(track.crossing(mark, from, zone).map(|at| Reverse((at, Origin::Mark(index, place)))));
            }
        }
        for (index, channel) in self.circuit.channels.iter().enumerate() {
            match &channel.kind {
                Kind::Plain(Pace::Any) => heap.push(Reverse((Timestamp::from_micros(from.as_micros().checked_add(1)?), Origin::Any))),
                Kind::Plain(Pace::Days(hands)) => {
                    heap.extend(next_day(hands, from, zone).map(|at| Reverse((at, Origin::Days(index)))));
                }
                _ => {}
            }
        }
        let mut last: Option<Moment> = None;
        // Of several hands each may begin its day at another hour: days are counted by the clock, not by how often one begins.
        let far = from.as_micros().saturating_add(MAX_DAYS * DAY_MICROS);
        while let Some(Reverse((at, origin))) = heap.pop() {
            let mut origins = BTreeSet::from([origin]);
            while let Some(Reverse((_, origin))) = heap.peek().copied().filter(|Reverse((other, _))| *other == at) {
                origins.insert(origin);
                heap.pop();
            }
            let moment = self.moment.at(&self.circuit, &self.plan.inner.operations, at);
            let swept = self.swept(tracks, last.as_ref().unwrap_or(&self.moment), &moment);
            let is_too_far = at.as_micros() >= far && origins.iter().any(|origin| matches!(origin, Origin::Days(_)));
            if origins.contains(&Origin::Any) || is_too_far || self.differs(&swept, &moment, cells) {
                return Some(at);
            }
            // Events that came in may have moved keys.
            self.follow(&swept, &moment, tracks, cells, &mut origins);
            for origin in origins {
                let next = match origin {
                    Origin::Mark(index, place) => tracks.get(index).and_then(|track| track.crossing(track.marks.get(place)?, at, zone)),
                    Origin::Days(index) => match self.circuit.channels.get(index).map(|channel| &channel.kind) {
                        Some(Kind::Plain(Pace::Days(hands))) => next_day(hands, at, zone),
                        _ => None,
                    },
                    Origin::Any => None,
                };
                heap.extend(next.map(|at| Reverse((at, origin))));
            }
            last = Some(moment);
        }
        None
    }

    /// Whether a rule differs, at another moment, for one of the rows swept.
    fn differs(&mut self, swept: &Swept, moment: &Moment, cells: &impl Cells) -> bool {
        let timed = |kind: &Kind| matches!(kind, Kind::Moving { .. } | Kind::Plain(Pace::Days(_) | Pace::Any));
        let channels = self.circuit.channels.iter().enumerate().filter(|(_, channel)| timed(&channel.kind)).map(|(index, _)| index as u32);
        let mut all: Vec<u32> = channels.chain(self.circuit.sources.iter().flat_map(|(_, channels)| channels.iter().copied())).collect();
        all.sort_unstable();
        all.dedup();
        let settling = Settling { circuit: &self.circuit, operations: &self.plan.inner.operations, before: &self.moment, after: moment };
        let (mut from, mut channels, mut flipped) = (0, Vec::new(), Vec::new());
        while let Some(number) = swept.row(from, cells.rows(), &mut channels) {
            let (codes, members) = self.state.read(number);
            let (mut codes, mut members) = (codes.to_vec(), members.to_vec());
            let mut row = Row { number, codes: &mut codes, members: &mut members };
            settling.codes(&mut row, &all, cells, &mut self.scratch);
            settling.roots(&mut row, &mut self.scratch, &mut flipped);
            if !flipped.is_empty() {
                return true;
            }
            from = number + 1;
        }
        false
    }

    /// Enters the keys that the swept rows have at a moment, and has their marks looked at again.
    fn follow(&self, swept: &Swept, moment: &Moment, tracks: &mut [Track], cells: &impl Cells, origins: &mut BTreeSet<Origin>) {
        if self.circuit.sources.is_empty() {
            return;
        }
        for (index, track) in tracks.iter_mut().enumerate().filter(|(_, track)| matches!(track.entries, Entries::Keys)) {
            let Some(own) = track.channels.first().copied() else { continue };
            for (row, _) in swept.some.iter().filter(|(_, channel)| *channel == own) {
                let channel = self.circuit.channels.get(own as usize);
                if let Some(key) = channel.and_then(|channel| moment.key(&self.plan.inner.operations, channel, cells, *row)) {
                    track.index.insert(key, *row);
                    origins.extend((0..track.marks.len()).map(|place| Origin::Mark(index, place)));
                }
            }
        }
    }
}

/// The first instant after `from` at which one of these points at another day.
fn next_day(hands: &[Hand], from: Timestamp, zone: TimeZone) -> Option<Timestamp> {
    let next = |hand: &Hand| {
        let (today, mut now) = (hand.value(from, zone)?, from);
        loop {
            let until = hand.steady_until(now, zone);
            if until <= now || hand.value(until, zone)? != today {
                return Some(until).filter(|until| *until > now);
            }
            now = until;
        }
    };
    hands.iter().filter_map(next).min()
}
