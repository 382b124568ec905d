//! The events behind live segments: those of a source, and those that came in since.

use std::collections::HashMap;
use std::sync::Arc;

use crate::citizens::Population;
use crate::rules::{Event, EventFilter, EventSource, NO_EVENTS};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};

/// The most kinds and channels of events that come in.
const MAX_WORDS: usize = u16::MAX as usize;
const NO_WORD: u16 = u16::MAX;

/// One event that came in.
#[derive(Clone)]
pub(super) struct Happened {
    kind: u16,
    at: i64,
    channel: u16,
    value: Option<f64>,
    id: Option<Box<str>>,
}

/// The events of all citizens.
#[derive(Default)]
pub(super) struct Events {
    source: Option<Arc<dyn EventSource>>,
    /// By row, the citizen's number in the source.
    numbers: Vec<u32>,
    words: Vec<Box<str>>,
    known_words: HashMap<Box<str>, u16>,
    /// What came in, by row, in the order of kind and instant.
    by_row: HashMap<u32, Vec<Happened>>,
    /// The same of citizens who are not there yet, by key.
    strangers: HashMap<Box<str>, Vec<Happened>>,
}

/// An event as a snapshot has it: the citizen's key, the event, its id.
pub(super) type Told<'a> = (&'a str, Event<'a>, Option<&'a str>);

/// The events by row, as a source for a population of the same rows.
pub(super) struct ByRow<'e>(pub &'e Events, pub &'e Population);

impl EventSource for ByRow<'_> {
    fn citizen(&self, key: &str) -> Option<u32> {
        self.1.find(key).map(|row| row as u32)
    }

    fn each(&self, citizen: u32, visit: &mut dyn FnMut(Event<'_>)) {
        self.0.by_row.get(&citizen).into_iter().flatten().for_each(|event| visit(self.0.event(event)));
    }

    fn has_channels(&self) -> bool {
        true
    }
}

impl Events {
    /// The events of a source, whose numbers for the citizens these are.
    pub fn new(source: Option<Arc<dyn EventSource>>, numbers: Vec<u32>) -> Self {
        Self { source, numbers, ..Self::default() }
    }

    /// Takes in a citizen behind the last; whether there are events of theirs.
    pub fn add_citizen(&mut self, key: &str, row: u32) -> bool {
        if let Some(source) = &self.source {
            self.numbers.push(source.citizen(key).unwrap_or(NO_EVENTS));
        }
        match self.strangers.remove(key) {
            Some(events) => {
                self.by_row.insert(row, events);
                true
            }
            None => self.numbers.last().is_some_and(|number| self.source.is_some() && *number != NO_EVENTS),
        }
    }

    fn word(&mut self, word: &str) -> Result<u16> {
        if let Some(number) = self.known_words.get(word) {
            return Ok(*number);
        }
        if self.words.len() == MAX_WORDS {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("more than {MAX_WORDS} different kinds and channels of events")));
        }
        let number = self.words.len() as u16;
        self.words.push(word.into());
        self.known_words.insert(word.into(), number);
        Ok(number)
    }

    /// Takes in an event; `false` if it was there already: the same citizen, kind, instant and id.
    pub fn append(&mut self, key: &str, row: Option<u32>, event: &Event<'_>, id: Option<&str>) -> Result<bool> {
        if id.is_none() && self.source_has(key, event) {
            return Ok(false);
        }
        self.insert(key, row, event, id, true)
    }

    /// Takes in an event; with `once`, not if it came in before: `false` then.
    pub fn insert(&mut self, key: &str, row: Option<u32>, event: &Event<'_>, id: Option<&str>, once: bool) -> Result<bool> {
        let happened = Happened {
            kind: self.word(event.kind)?,
            at: event.at.as_micros(),
            channel: event.channel.map_or(Ok(NO_WORD), |channel| self.word(channel))?,
            value: event.value,
            id: id.map(Into::into),
        };
        let events = match row {
            Some(row) => self.by_row.entry(row).or_default(),
            None => self.strangers.entry(key.into()).or_default(),
        };
        let place = (happened.kind, happened.at);
        let start = events.partition_point(|event| (event.kind, event.at) < place);
        let mut same = events.iter().skip(start).take_while(|event| (event.kind, event.at) == place);
        if once && same.any(|event| event.id == happened.id) {
            return Ok(false);
        }
        events.insert(start, happened);
        Ok(true)
    }

    fn number(&self, row: u32) -> Option<(&dyn EventSource, u32)> {
        let number = self.numbers.get(row as usize).copied().filter(|number| *number != NO_EVENTS)?;
        Some((self.source.as_deref()?, number))
    }

    fn source_has(&self, key: &str, wanted: &Event<'_>) -> bool {
        let mut any = false;
        if let Some(source) = &self.source
            && let Some(number) = source.citizen(key)
        {
            source.each(number, &mut |event| any |= event.kind == wanted.kind && event.at == wanted.at);
        }
        any
    }

    /// What came in of one kind, up to an instant and perhaps after one.
    fn found(&self, row: u32, wanted: &EventFilter<'_>) -> impl DoubleEndedIterator<Item = &Happened> {
        let events = self.by_row.get(&row).map(Vec::as_slice).unwrap_or_default();
        let kind = self.known_words.get(wanted.kind).copied();
        // A channel that never occurred has no events.
        let channel = wanted.channel.map(|channel| self.known_words.get(channel).copied().unwrap_or(NO_WORD - 1));
        let events = kind.map_or(&events[..0], |kind| {
            let after = wanted.after.map(Timestamp::as_micros);
            let from = events.partition_point(|event| match after {
                Some(after) => (event.kind, event.at) <= (kind, after),
                None => event.kind < kind,
            });
            let to = events.partition_point(|event| (event.kind, event.at) <= (kind, wanted.until.as_micros()));
            events.get(from..to).unwrap_or_default()
        });
        events.iter().filter(move |event| channel.is_none_or(|channel| event.channel == channel))
    }

    pub fn count(&self, row: u32, wanted: &EventFilter<'_>) -> i64 {
        let mut count = [0];
        if let Some((source, number)) = self.number(row) {
            source.counts(wanted, &[number], &mut count);
        }
        count[0] + self.found(row, wanted).count() as i64
    }

    pub fn at(&self, row: u32, wanted: &EventFilter<'_>, last: bool) -> Option<Timestamp> {
        let mut at = [None];
        if let Some((source, number)) = self.number(row) {
            source.instants(wanted, last, &[number], &mut at);
        }
        let mut found = self.found(row, wanted);
        let own = if last { found.next_back() } else { found.next() }.map(|event| Timestamp::from_micros(event.at));
        match (at[0], own) {
            (Some(a), Some(b)) => Some(if last { a.max(b) } else { a.min(b) }),
            (one, other) => one.or(other),
        }
    }

    /// The instants of all events of citizens who are there, of one kind and perhaps one channel.
    pub fn instants(&self, rows: u32, kind: &str, channel: Option<&str>) -> Vec<(i64, u32)> {
        let mut instants = Vec::new();
        let takes = |event: &Event<'_>| event.kind == kind && channel.is_none_or(|channel| event.channel == Some(channel));
        for row in 0..rows {
            if let Some((source, number)) = self.number(row) {
                source.each(number, &mut |event| instants.extend(takes(&event).then_some((event.at.as_micros(), row))));
            }
        }
        for (row, events) in &self.by_row {
            instants.extend(
                events.iter().map(|event| (self.event(event), event.at)).filter(|(event, _)| takes(event)).map(|(_, at)| (at, *row)),
            );
        }
        instants
    }

    fn event(&self, happened: &Happened) -> Event<'_> {
        Event {
            kind: self.words.get(happened.kind as usize).map_or("", |word| word),
            at: Timestamp::from_micros(happened.at),
            channel: self.words.get(happened.channel as usize).map(|word| &**word),
            value: happened.value,
        }
    }

    /// Tells all events that are known, in an order that depends on them alone. `key` is a row's key, `row` the row of a key.
    pub fn tell(&self, rows: u32, key: impl Fn(u32) -> String, row: impl Fn(&str) -> Option<u32>, tell: &mut dyn FnMut(Told<'_>)) {
        for row in 0..rows {
            let (number, came) = (self.number(row), self.by_row.get(&row));
            if number.is_none() && came.is_none() {
                continue;
            }
            let key = key(row);
            if let Some((source, number)) = number {
                source.each(number, &mut |event| tell((&key, event, None)));
            }
            came.into_iter().flatten().for_each(|event| tell((&key, self.event(event), event.id.as_deref())));
        }
        if let Some(source) = &self.source {
            source.each_citizen(&mut |key, number| {
                if row(key).is_none() {
                    source.each(number, &mut |event| tell((key, event, None)));
                }
            });
        }
        let mut strangers: Vec<(&Box<str>, &Vec<Happened>)> = self.strangers.iter().collect();
        strangers.sort_unstable_by_key(|(key, _)| *key);
        for (key, events) in strangers {
            events.iter().for_each(|event| tell((key, self.event(event), event.id.as_deref())));
        }
    }
}
