mod features;

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt32Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};

use crate::citizens::{AttributeType, KeyIndex, Keys, Population};
use crate::rules::{Event, EventFilter, EventSource, NO_EVENTS, in_pieces};
use crate::table::{Column, Table};
use crate::time::{Date, TimeZone, Timestamp};
use crate::{Error, ErrorKind, Result, Run};

pub use features::FeatureOptions;

/// The most kinds, and the most channels; one number more stands for none.
const MAX_WORDS: usize = u16::MAX as usize;
const NO_WORD: u16 = u16::MAX;

/// How many rows an error lists before it only counts.
const ROWS_SHOWN: usize = 5;

/// Which columns of a table say what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventColumns {
    /// The citizen's key: text or whole numbers.
    pub citizen: String,
    /// What happened: text.
    pub kind: String,
    /// When: timestamps, or dates, which are the midnight that starts them.
    pub at: String,
    /// Through which channel: text.
    pub channel: Option<String>,
    /// How much: a number.
    pub value: Option<String>,
    /// The zone whose midnights dates are.
    pub time_zone: TimeZone,
}

impl Default for EventColumns {
    /// `id`, `kind` and `at`; UTC.
    fn default() -> Self {
        Self { citizen: "id".into(), kind: "kind".into(), at: "at".into(), channel: None, value: None, time_zone: TimeZone::UTC }
    }
}

impl EventColumns {
    /// Columns for citizen, kind and instant.
    pub fn new(citizen: impl Into<String>, kind: impl Into<String>, at: impl Into<String>) -> Self {
        Self { citizen: citizen.into(), kind: kind.into(), at: at.into(), ..Self::default() }
    }

    /// The same with a column of channels.
    #[must_use]
    pub fn channel(mut self, column: impl Into<String>) -> Self {
        self.channel = Some(column.into());
        self
    }

    /// The same with a column of values.
    #[must_use]
    pub fn value(mut self, column: impl Into<String>) -> Self {
        self.value = Some(column.into());
        self
    }

    /// The same with the zone whose midnights dates are.
    #[must_use]
    pub fn time_zone(mut self, zone: TimeZone) -> Self {
        self.time_zone = zone;
        self
    }
}

/// What citizens did and what happened to them: kind, instant, and perhaps channel and value of each event. Immutable; a clone shares
/// everything. `Debug` shows the size only.
///
/// # Example
/// ```
/// use citx_core::engagement::{EventColumns, Events};
/// use citx_core::table::{Column, Table};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let at = |text| Timestamp::parse(text, TimeZone::UTC);
/// let table = Table::from_columns([
///     Column::integer("id", [Some(17), Some(4), Some(17)]),
///     Column::text("kind", [Some("open"), Some("open"), Some("click")]),
///     Column::timestamp("at", [Some(at("2026-11-20")?), Some(at("2026-11-01")?), Some(at("2026-11-21")?)]),
/// ])?;
/// let events = Events::from_table(&table, &EventColumns::default())?;
/// assert_eq!((events.len(), events.kinds()), (3, vec!["click", "open"]));
/// assert_eq!(events.of("17").map(|event| event.kind).collect::<Vec<_>>(), ["click", "open"]);
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Events {
    inner: Arc<Inner>,
}

/// Events stand by citizen, kind and instant; 16 bytes each, 24 with values:
///
/// ```text
/// starts   0       3   4          one for each citizen, and the end
///          v       v   v
/// events   a a b   a   b b c      a, b, c: kinds; of one kind from the earliest on
/// values   . . .   .   . . .      only where there is a column of them
/// ```
struct Inner {
    citizens: Keys,
    starts: Vec<u32>,
    events: Vec<Stored>,
    values: Vec<f64>,
    has_values: bool,
    kinds: Vec<Box<str>>,
    /// `None` where the table had no column of channels.
    channels: Option<Vec<Box<str>>>,
    /// The citizens' numbers in the population asked for last.
    bound: Mutex<Option<(KeyIndex, Arc<[u32]>)>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stored {
    kind: u16,
    at: i64,
    channel: u16,
}

impl Events {
    /// Events from a table, in any order.
    ///
    /// # Errors
    /// `UnknownName` for a column that is not there; `InvalidArgument` for one of another type, and naming the rows without a citizen, a kind
    /// or an instant; `LimitExceeded` beyond 65,535 kinds or channels, or
    /// 2^32 - 2 events.
    ///
    /// # Cost
    /// Linear in the rows but for sorting each citizen's own.
    pub fn from_table(table: &Table, columns: &EventColumns) -> Result<Self> {
        if table.num_rows() >= u32::MAX as usize {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("at most {} events, found {}", u32::MAX - 1, table.num_rows())));
        }
        let (citizens, numbers) = Keys::group(&table.column(&columns.citizen)?)?;
        refuse(&columns.citizen, "no key", numbers.iter().map(|number| *number != Keys::NONE))?;
        let (kinds, kind_of) = words(&table.column(&columns.kind)?)?;
        refuse(&columns.kind, "null", kind_of.iter().map(|kind| *kind != NO_WORD))?;
        let at = instants(&table.column(&columns.at)?, columns.time_zone)?;
        let (channels, channel_of) = match &columns.channel {
            Some(name) => {
                let (channels, of) = words(&table.column(name)?)?;
                (Some(channels), of)
            }
            None => (None, Vec::new()),
        };
        let values = columns.value.as_ref().map(|name| numbers_of(&table.column(name)?)).transpose()?.unwrap_or_default();
        let stored = |row: usize| Stored {
            kind: kind_of.get(row).copied().unwrap_or(NO_WORD),
            at: at.get(row).copied().unwrap_or(0),
            channel: channel_of.get(row).copied().unwrap_or(NO_WORD),
        };
        let has_values = columns.value.is_some();
        let (starts, events, values) = by_citizen(citizens.len(), &numbers, stored, &values);
        Ok(Self { inner: Arc::new(Inner { citizens, starts, events, values, has_values, kinds, channels, bound: Mutex::default() }) })
    }

    /// How many events.
    pub fn len(&self) -> usize {
        self.inner.events.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The kinds that occur, sorted.
    pub fn kinds(&self) -> Vec<&str> {
        self.inner.kinds.iter().map(|kind| &**kind).collect()
    }

    /// The events of the citizen with this key, as canonical text: by kind, of one kind from the earliest on.
    pub fn of(&self, key: &str) -> impl Iterator<Item = Event<'_>> {
        self.citizen(key).into_iter().flat_map(|citizen| self.inner.range(citizen)).filter_map(|index| self.inner.event(index))
    }
}

impl Inner {
    /// Where a citizen's events stand.
    fn range(&self, citizen: u32) -> Range<usize> {
        let place = |number: usize| self.starts.get(number).map(|start| *start as usize);
        let number = citizen as usize;
        match (place(number), number.checked_add(1).and_then(place)) {
            (Some(start), Some(end)) => start..end,
            _ => 0..0,
        }
    }

    /// Where the citizens' events stand, and these on their way from memory. Where citizens stand in another order than their events, each is
    /// a wait; touching them all before any is searched lets the waits overlap: 0.67 s of processor for 5 M citizens of 50 M events, 2.9 s
    /// without (x86-64, 2026-11).
    fn fetched(&self, citizens: &[u32]) -> Vec<Range<usize>> {
        let ranges: Vec<Range<usize>> = citizens.iter().map(|citizen| self.range(*citizen)).collect();
        let touch = |range: &Range<usize>| self.events.get(range.start.midpoint(range.end)).map_or(0, |event| event.kind);
        std::hint::black_box(ranges.iter().fold(0, |seen, range| seen ^ touch(range)));
        ranges
    }

    fn event(&self, index: usize) -> Option<Event<'_>> {
        let stored = self.events.get(index)?;
        Some(Event {
            kind: self.kinds.get(stored.kind as usize)?,
            at: Timestamp::from_micros(stored.at),
            channel: self.channels.as_ref().and_then(|channels| channels.get(stored.channel as usize)).map(|channel| &**channel),
            value: self.values.get(index).copied().filter(|value| !value.is_nan()),
        })
    }

    fn number(words: &[Box<str>], word: &str) -> Option<u16> {
        words.binary_search_by(|known| (**known).cmp(word)).ok().map(|number| number as u16)
    }

    /// Calls `visit` with the events asked for of each citizen; not at all where no event can be of that kind or channel.
    fn each_found<T>(&self, wanted: &EventFilter<'_>, citizens: &[u32], into: &mut [T], visit: impl Fn(&mut T, &[Stored], Option<u16>)) {
        let Some(kind) = Self::number(&self.kinds, wanted.kind) else { return };
        let channel = match wanted.channel {
            Some(name) => match self.channels.as_ref().and_then(|channels| Self::number(channels, name)) {
                Some(channel) => Some(channel),
                None => return,
            },
            None => None,
        };
        let (after, until) = (wanted.after.map(Timestamp::as_micros), wanted.until.as_micros());
        for (range, one) in self.fetched(citizens).into_iter().zip(into) {
            let all = self.events.get(range).unwrap_or_default();
            let from = match after {
                Some(after) => all.partition_point(|event| (event.kind, event.at) <= (kind, after)),
                None => all.partition_point(|event| event.kind < kind),
            };
            let rest = all.get(from..).unwrap_or_default();
            let found = rest.get(..rest.partition_point(|event| (event.kind, event.at) <= (kind, until))).unwrap_or_default();
            visit(one, found, channel);
        }
    }
}

impl EventSource for Events {
    fn citizen(&self, key: &str) -> Option<u32> {
        self.inner.citizens.find(key).map(|number| number as u32)
    }

    fn each(&self, citizen: u32, visit: &mut dyn FnMut(Event<'_>)) {
        self.inner.range(citizen).filter_map(|index| self.inner.event(index)).for_each(visit);
    }

    fn has_channels(&self) -> bool {
        self.inner.channels.is_some()
    }

    fn each_citizen(&self, visit: &mut dyn FnMut(&str, u32)) {
        for number in 0..self.inner.citizens.len() {
            if let Some(key) = self.inner.citizens.text(number) {
                visit(&key, number as u32);
            }
        }
    }

    fn citizens(&self, people: &Population, run: &Run) -> Result<Arc<[u32]>> {
        // What is kept is whole or not there, so a panic elsewhere leaves it usable.
        let kept = || self.inner.bound.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, numbers)) = kept().as_ref().filter(|(keys, _)| keys.is_of(people)) {
            return Ok(numbers.clone());
        }
        let keys = people.key_index();
        let numbers =
            in_pieces(people.len(), run, |row| keys.find_in(&self.inner.citizens, row).map_or(NO_EVENTS, |number| number as u32))?;
        *kept() = Some((KeyIndex::of(people), numbers.clone()));
        Ok(numbers)
    }

    fn counts(&self, wanted: &EventFilter<'_>, citizens: &[u32], counts: &mut [i64]) {
        counts.fill(0);
        self.inner.each_found(wanted, citizens, counts, |count, found, channel| {
            *count = match channel {
                Some(channel) => found.iter().filter(|event| event.channel == channel).count() as i64,
                None => found.len() as i64,
            };
        });
    }

    fn instants(&self, wanted: &EventFilter<'_>, last: bool, citizens: &[u32], instants: &mut [Option<Timestamp>]) {
        instants.fill(None);
        self.inner.each_found(wanted, citizens, instants, |instant, found, channel| {
            let mut fitting = found.iter().filter(|event| channel.is_none_or(|channel| event.channel == channel));
            let event = if last { fitting.next_back() } else { fitting.next() };
            *instant = event.map(|event| Timestamp::from_micros(event.at));
        });
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Events({} events, {} kinds)", self.len(), self.inner.kinds.len())
    }
}

/// Events in the order of their citizens' numbers, then sorted; where each citizen's begin; and the values beside them.
fn by_citizen(citizens: usize, numbers: &[u32], stored: impl Fn(usize) -> Stored, values: &[f64]) -> (Vec<u32>, Vec<Stored>, Vec<f64>) {
    let mut starts = vec![0_u32; citizens + 1];
    for number in numbers {
        starts[*number as usize + 1] += 1;
    }
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    let mut next = starts.clone();
    let mut events = vec![Stored { kind: 0, at: 0, channel: 0 }; numbers.len()];
    let mut beside = vec![0.0; values.len()];
    for (row, number) in numbers.iter().enumerate() {
        let place = &mut next[*number as usize];
        events[*place as usize] = stored(row);
        if let Some(value) = values.get(row) {
            beside[*place as usize] = *value;
        }
        *place += 1;
    }
    let mut both: Vec<(Stored, f64)> = Vec::new();
    for pair in starts.windows(2) {
        let own = pair[0] as usize..pair[1] as usize;
        let Some(values) = beside.get_mut(own.clone()) else {
            events[own].sort_unstable();
            continue;
        };
        both.clear();
        both.extend(events[own.clone()].iter().copied().zip(values.iter().copied()));
        both.sort_unstable_by(|(a, a_value), (b, b_value)| a.cmp(b).then(a_value.total_cmp(b_value)));
        for ((event, value), (sorted, sorted_value)) in events[own].iter_mut().zip(values).zip(&both) {
            (*event, *value) = (*sorted, *sorted_value);
        }
    }
    (starts, events, beside)
}

fn wrong_type(column: &Column, wanted: &str) -> Error {
    let found = match AttributeType::of(column.data_type()) {
        AttributeType::Other => column.data_type().to_string(),
        known => known.to_string(),
    };
    Error::new(ErrorKind::InvalidArgument, format!("column `{}` is {found}; expected {wanted}", column.name()))
}

/// An error naming the rows that are not good.
fn refuse(column: &str, what: &str, good: impl Iterator<Item = bool>) -> Result<()> {
    let (mut shown, mut count) = (Vec::new(), 0_usize);
    for (row, _) in good.enumerate().filter(|(_, good)| !good) {
        count += 1;
        if shown.len() < ROWS_SHOWN {
            shown.push((row + 1).to_string());
        }
    }
    if count == 0 {
        return Ok(());
    }
    let more = if count > shown.len() { format!(" and {} more", count - shown.len()) } else { String::new() };
    let rows = format!("row{} {}{more}", if count == 1 { "" } else { "s" }, shown.join(", "));
    let message = format!("an event has a citizen, a kind and an instant, but column `{column}` has {what} in {rows}");
    Err(Error::new(ErrorKind::InvalidArgument, message))
}

/// The different texts of a column, sorted, and the number of each row's.
fn words(column: &Column) -> Result<(Vec<Box<str>>, Vec<u16>)> {
    if let Some(dictionary) = column.array().as_any_dictionary_opt() {
        let (words, numbers) = words(&Column::new(column.name(), dictionary.values().clone()))?;
        let keys = arrow(column, cast(dictionary.keys(), &DataType::UInt32))?;
        let keys = keys.as_primitive::<UInt32Type>().iter();
        let numbers = keys.map(|key| key.and_then(|key| numbers.get(key as usize).copied()).unwrap_or(NO_WORD)).collect();
        return Ok((words, numbers));
    }
    match column.data_type() {
        DataType::Utf8 => number(column, column.array().as_string::<i32>().iter()),
        DataType::LargeUtf8 => number(column, column.array().as_string::<i64>().iter()),
        DataType::Utf8View => number(column, column.array().as_string_view().iter()),
        DataType::Null => Ok((Vec::new(), vec![NO_WORD; column.len()])),
        _ => Err(wrong_type(column, "text")),
    }
}

fn number<'a>(column: &Column, texts: impl Iterator<Item = Option<&'a str>>) -> Result<(Vec<Box<str>>, Vec<u16>)> {
    let mut known: HashMap<&str, u16> = HashMap::new();
    let mut numbers = Vec::with_capacity(column.len());
    for text in texts {
        let next = known.len();
        let number = text.map_or(NO_WORD, |text| *known.entry(text).or_insert(next as u16));
        numbers.push(number);
        if known.len() > MAX_WORDS {
            let message = format!("column `{}` has more than {MAX_WORDS} different texts", column.name());
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
    }
    let mut sorted: Vec<(&str, u16)> = known.into_iter().collect();
    sorted.sort_unstable();
    let mut renumbered = vec![NO_WORD; sorted.len()];
    for (new, (_, old)) in sorted.iter().enumerate() {
        renumbered[*old as usize] = new as u16;
    }
    for number in numbers.iter_mut().filter(|number| **number != NO_WORD) {
        *number = renumbered[*number as usize];
    }
    Ok((sorted.into_iter().map(|(word, _)| word.into()).collect(), numbers))
}

fn arrow(column: &Column, array: Result<ArrayRef, arrow_schema::ArrowError>) -> Result<ArrayRef> {
    let unreadable = || Error::new(ErrorKind::InvalidArgument, format!("column `{}` cannot be read", column.name()));
    array.map_err(|error| unreadable().caused_by(error))
}

/// The column with its rows spelt out, if it is a dictionary.
fn plain(column: &Column) -> Result<ArrayRef> {
    match column.data_type() {
        DataType::Dictionary(_, values) => arrow(column, cast(column.array(), values)),
        _ => Ok(column.array().clone()),
    }
}

/// The microseconds of each row's instant.
fn instants(column: &Column, zone: TimeZone) -> Result<Vec<i64>> {
    let array = plain(column)?;
    let (mut instants, mut good) = (Vec::with_capacity(array.len()), Vec::with_capacity(array.len()));
    let mut read = |instant: Option<i64>| {
        instants.push(instant.unwrap_or(0));
        good.push(instant.is_some());
    };
    let midnight = |day: i64| Date::from_days(i32::try_from(day).ok()?).midnight(zone).map(Timestamp::as_micros);
    macro_rules! each {
        ($type:ty, $convert:expr) => {
            array.as_primitive::<$type>().iter().for_each(|value| read(value.and_then($convert)))
        };
    }
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => each!(TimestampSecondType, |at| at.checked_mul(1_000_000)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => each!(TimestampMillisecondType, |at| at.checked_mul(1_000)),
        DataType::Timestamp(TimeUnit::Microsecond, _) => each!(TimestampMicrosecondType, Some),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => each!(TimestampNanosecondType, |at| Some(at.div_euclid(1_000))),
        DataType::Date32 => each!(Date32Type, |day| midnight(i64::from(day))),
        DataType::Date64 => each!(Date64Type, |millis| midnight(millis.div_euclid(86_400_000))),
        DataType::Null => (0..array.len()).for_each(|_| read(None)),
        _ => return Err(wrong_type(column, "timestamps or dates")),
    }
    refuse(column.name(), "null or an instant beyond the calendar", good.into_iter())?;
    Ok(instants)
}

/// The numbers of a column as floats; NaN where there is none.
fn numbers_of(column: &Column) -> Result<Vec<f64>> {
    use AttributeType::{Decimal, Float, Integer, Null};
    if !matches!(AttributeType::of(column.data_type()), Null | Integer | Float | Decimal { .. }) {
        return Err(wrong_type(column, "a number"));
    }
    let floats = arrow(column, cast(&plain(column)?, &DataType::Float64))?;
    // One NaN and one zero, so that the order of equal events does not hang on bits that no one sees.
    let one = |value: Option<f64>| value.filter(|value| !value.is_nan()).map_or(f64::NAN, |value| value + 0.0);
    Ok(floats.as_primitive::<Float64Type>().iter().map(one).collect())
}
