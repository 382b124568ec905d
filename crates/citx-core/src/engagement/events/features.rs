//! Events as columns of citizens.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, TimestampMicrosecondArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};

use super::{Events, Inner, NO_WORD};
use crate::citizens::Population;
use crate::rules::{Context, EventSource};
use crate::statistics::ExactSum;
use crate::table::{Column, Table};
use crate::time::{Interval, Timestamp};
use crate::{Error, ErrorKind, Result, Run};

/// Citizens in one piece of work.
const PIECE: usize = 1 << 14;
/// Citizens whose events are fetched before any are counted, so that the waits for memory overlap.
const FETCHED: usize = 1 << 10;
/// Beyond this a table is no longer one of attributes.
const MAX_COLUMNS: usize = 10_000;

/// Which columns [`Events::features`] makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeatureOptions {
    /// How many days back the counts and sums go, each a column of its own.
    pub windows: Vec<i64>,
    /// Which kinds, in this order; `None` is those that occur, sorted.
    pub kinds: Option<Vec<String>>,
}

impl FeatureOptions {
    /// Counts over the last so many days, of the kinds that occur.
    pub fn new(windows: impl IntoIterator<Item = i64>) -> Self {
        Self { windows: windows.into_iter().collect(), kinds: None }
    }

    /// The same of these kinds, whether they occur or not: the columns do not depend on what happened to be read.
    #[must_use]
    pub fn kinds<S: Into<String>>(mut self, kinds: impl IntoIterator<Item = S>) -> Self {
        self.kinds = Some(kinds.into_iter().map(Into::into).collect());
        self
    }
}

impl Events {
    /// What citizens did as columns, for [`Population::with_features`]: one row for each citizen of the population, in its order, with the
    /// population's key column and for each kind
    ///
    /// | Column | Type | What | Without such events |
    /// |---|---|---|---|
    /// | `KIND_30d` for each window | integer | events of the last 30 days, as `event_count('KIND', INTERVAL '30 days')` | 0 |
    /// | `last_KIND_at` | timestamp | when the last was, as `last_event('KIND')` | null |
    /// | `first_KIND_at` | timestamp | when the first was, as `first_event('KIND')` | null |
    /// | `KIND_value_30d` for each window | float | the sum of their values; only if the events have a column of values | 0 |
    ///
    /// A window is what came after local `as_of` less so many calendar days and up to `as_of`; later events do not count, nor do those of
    /// citizens who are not in the population. Null values add nothing. A kind that is no plain name makes no plain column either: rules name
    /// it in double quotes, `"gave up_30d" > 0`. A column that the population has is replaced by `with_features`, so features of
    /// a later day take the place of the earlier ones.
    ///
    /// # Errors
    /// `InvalidArgument` without windows, for one named twice, a kind named twice, two columns of one name (the kinds `a` and `a_value`), or one
    /// named as the key column; `OutOfRange` for a window below 1 day or beyond 2^31 - 1; `LimitExceeded` beyond 10,000 columns, the run's limit
    /// or the memory there is; `Cancelled`.
    ///
    /// # Determinism
    /// The same bits in any order of the rows and at any number of threads: a sum is exact until it is rounded, once.
    ///
    /// # Cost
    /// Linear in citizens, events and columns.
    ///
    /// # Example
    /// ```
    /// use citx_core::Run;
    /// use citx_core::citizens::Population;
    /// use citx_core::engagement::{EventColumns, Events, FeatureOptions};
    /// use citx_core::rules::Context;
    /// use citx_core::table::{Column, Table, Value};
    /// use citx_core::time::{TimeZone, Timestamp};
    ///
    /// let at = |text| Timestamp::parse(text, TimeZone::UTC);
    /// let events = Events::from_table(
    ///     &Table::from_columns([
    ///         Column::text("id", [Some("C-17"), Some("C-17")]),
    ///         Column::text("kind", [Some("open"), Some("open")]),
    ///         Column::timestamp("at", [Some(at("2026-11-01")?), Some(at("2026-01-01")?)]),
    ///     ])?,
    ///     &EventColumns::default(),
    /// )?;
    /// let people = Population::from_table(Table::from_columns([Column::text("id", [Some("C-4"), Some("C-17")])])?, "id")?;
    /// let context = Context { as_of: at("2026-11-22")?, time_zone: TimeZone::UTC };
    /// let features = events.features(&people, &context, &FeatureOptions::new([30, 365]), &Run::new())?;
    /// assert_eq!(features.column_names(), ["id", "open_30d", "open_365d", "last_open_at", "first_open_at"]);
    /// let people = people.with_features(&features)?;
    /// assert_eq!(people.row("C-17")?.get("open_365d"), Some(&Value::Integer(2)));
    /// assert_eq!(people.row("C-4")?.get("last_open_at"), Some(&Value::Null));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn features(&self, people: &Population, context: &Context, options: &FeatureOptions, run: &Run) -> Result<Table> {
        let wanted = Wanted::new(&self.inner, people, context, options)?;
        let rows = people.len();
        // Every column once in pieces and once whole.
        run.check_memory("the features", (wanted.names.len() as u64).saturating_mul(16).saturating_mul(rows as u64))?;
        let citizens = self.citizens(people, &run.quiet())?;
        let piece = |number: usize| {
            let start = number * PIECE;
            wanted.piece(&self.inner, citizens.get(start..rows.min(start + PIECE)).unwrap_or_default())
        };
        let pieces = run.map(rows.div_ceil(PIECE), piece)?;
        let columns = run.quiet().map(wanted.names.len(), |column| wanted.column(column, &pieces, rows))?;
        Table::from_columns([people.table().column(people.key_name())?].into_iter().chain(columns))
    }
}

/// What a column tells of a kind, and over which window.
#[derive(Clone, Copy)]
enum Figure {
    Count(usize),
    Last,
    First,
    Sum(usize),
}

/// What is asked of the events.
struct Wanted {
    /// The windows' beginnings, themselves left out; `None` where that is before the calendar.
    after: Vec<Option<i64>>,
    until: i64,
    /// The number that a kind of the events has among those asked for; [`NO_WORD`] where it is not.
    places: Vec<u16>,
    kinds: usize,
    sums: bool,
    /// Names and figures of the columns, by kind.
    names: Vec<(String, usize, Figure)>,
}

/// The figures of some citizens, all of a column together.
struct Piece {
    rows: usize,
    counts: Vec<i64>,
    sums: Vec<f64>,
    last: Vec<i64>,
    first: Vec<i64>,
    seen: Vec<bool>,
}

impl Wanted {
    fn new(events: &Inner, people: &Population, context: &Context, options: &FeatureOptions) -> Result<Self> {
        let after = beginnings(&options.windows, context)?;
        let kinds: Vec<&str> = match &options.kinds {
            Some(kinds) => kinds.iter().map(String::as_str).collect(),
            None => events.kinds.iter().map(|kind| &**kind).collect(),
        };
        let sums = events.has_values;
        let columns = (after.len() * (1 + usize::from(sums)) + 2).saturating_mul(kinds.len());
        if columns > MAX_COLUMNS {
            let message = format!("{} kinds and {} windows make {columns} columns, the limit is {MAX_COLUMNS}", kinds.len(), after.len());
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
        let mut places = vec![NO_WORD; events.kinds.len()];
        for (place, kind) in kinds.iter().enumerate() {
            if let Some(found) = Inner::number(&events.kinds, kind).and_then(|number| places.get_mut(number as usize)) {
                *found = place as u16;
            }
        }
        let mut names = Vec::with_capacity(columns);
        for (place, kind) in kinds.iter().enumerate() {
            let windows = || options.windows.iter().enumerate();
            names.extend(windows().map(|(window, days)| (format!("{kind}_{days}d"), place, Figure::Count(window))));
            names.push((format!("last_{kind}_at"), place, Figure::Last));
            names.push((format!("first_{kind}_at"), place, Figure::First));
            if sums {
                names.extend(windows().map(|(window, days)| (format!("{kind}_value_{days}d"), place, Figure::Sum(window))));
            }
        }
        check_names(&kinds, &names, people.key_name())?;
        Ok(Self { after, until: context.as_of.as_micros(), places, kinds: kinds.len(), sums, names })
    }

    fn piece(&self, events: &Inner, citizens: &[u32]) -> Result<Piece> {
        let (rows, windows) = (citizens.len(), self.after.len());
        let mut piece = Piece {
            rows,
            counts: zeros(rows * self.kinds * windows)?,
            sums: zeros(if self.sums { rows * self.kinds * windows } else { 0 })?,
            last: zeros(rows * self.kinds)?,
            first: zeros(rows * self.kinds)?,
            seen: zeros(rows * self.kinds)?,
        };
        for (block, citizens) in citizens.chunks(FETCHED).enumerate() {
            for (offset, range) in events.fetched(citizens).into_iter().enumerate() {
                self.citizen(events, range, block * FETCHED + offset, &mut piece);
            }
        }
        Ok(piece)
    }

    /// Puts one citizen's events down in a row.
    fn citizen(&self, events: &Inner, range: Range<usize>, row: usize, piece: &mut Piece) {
        let mut start = range.start;
        for same in events.events.get(range).unwrap_or_default().chunk_by(|one, other| one.kind == other.kind) {
            let begin = start;
            start += same.len();
            let Some(first) = same.first().filter(|first| first.at <= self.until) else { continue };
            let place = self.places.get(first.kind as usize).copied().unwrap_or(NO_WORD);
            if place == NO_WORD {
                continue;
            }
            let known = same.get(..same.partition_point(|event| event.at <= self.until)).unwrap_or_default();
            let values = events.values.get(begin..begin + known.len()).unwrap_or_default();
            let cell = place as usize * piece.rows + row;
            (piece.first[cell], piece.seen[cell]) = (first.at, true);
            piece.last[cell] = known.last().map_or(first.at, |last| last.at);
            for (window, after) in self.after.iter().enumerate() {
                let from = after.map_or(0, |after| known.partition_point(|event| event.at <= after));
                let cell = (place as usize * self.after.len() + window) * piece.rows + row;
                piece.counts[cell] = (known.len() - from) as i64;
                if self.sums {
                    piece.sums[cell] = sum(values.get(from..).unwrap_or_default());
                }
            }
        }
    }

    /// A column of all pieces.
    fn column(&self, column: usize, pieces: &[Piece], rows: usize) -> Result<Column> {
        let (name, kind, figure) = &self.names[column];
        let (kind, windows) = (*kind, self.after.len());
        let instants = |of: fn(&Piece) -> &[i64]| -> Result<Column> {
            let seen = joined(pieces, rows, |piece| (&piece.seen, kind))?;
            let valid = NullBuffer::new(BooleanBuffer::from(seen));
            let instants = TimestampMicrosecondArray::new(joined(pieces, rows, |piece| (of(piece), kind))?.into(), Some(valid));
            Ok(Column::new(name, Arc::new(instants.with_timezone("UTC"))))
        };
        match *figure {
            Figure::Count(window) => {
                let counts = joined(pieces, rows, |piece| (&piece.counts, kind * windows + window))?;
                Ok(Column::new(name, Arc::new(Int64Array::new(counts.into(), None))))
            }
            Figure::Sum(window) => {
                let sums = joined(pieces, rows, |piece| (&piece.sums, kind * windows + window))?;
                Ok(Column::new(name, Arc::new(Float64Array::new(sums.into(), None))))
            }
            Figure::Last => instants(|piece| &piece.last),
            Figure::First => instants(|piece| &piece.first),
        }
    }
}

/// Where windows of so many days up to now begin.
fn beginnings(windows: &[i64], context: &Context) -> Result<Vec<Option<i64>>> {
    if windows.is_empty() {
        return Err(Error::new(ErrorKind::InvalidArgument, "features are counted over windows of days, and none was given"));
    }
    if windows.len() > MAX_COLUMNS {
        return Err(Error::new(ErrorKind::LimitExceeded, format!("at most {MAX_COLUMNS} windows, found {}", windows.len())));
    }
    let mut seen = HashSet::new();
    let beginning = |days: &i64| {
        let whole = i32::try_from(*days).ok().filter(|days| *days > 0).ok_or_else(|| {
            let message = format!("a window is 1 to {} days, found {days}", i32::MAX);
            Error::new(ErrorKind::OutOfRange, message)
        })?;
        if !seen.insert(whole) {
            return Err(Error::new(ErrorKind::InvalidArgument, format!("the window of {days} days is given twice")));
        }
        let back = Interval { months: 0, days: -whole, micros: 0 };
        Ok(context.as_of.checked_add(back, context.time_zone).map(Timestamp::as_micros))
    };
    windows.iter().map(beginning).collect()
}

fn check_names(kinds: &[&str], names: &[(String, usize, Figure)], key: &str) -> Result<()> {
    let refused = |message: String| Err(Error::new(ErrorKind::InvalidArgument, message));
    let mut seen = HashSet::new();
    if let Some(twice) = kinds.iter().find(|kind| !seen.insert(**kind)) {
        return refused(format!("the kind `{twice}` is asked for twice"));
    }
    seen.clear();
    for (name, ..) in names {
        if name == key {
            return refused(format!("a feature would be named `{name}` as the key column is; leave out its kind or window"));
        }
        if !seen.insert(name) {
            return refused(format!("two features would be named `{name}`; leave out one of their kinds or windows"));
        }
    }
    Ok(())
}

/// The sum of what is known, rounded once. Two doubles hold it without an error as long as numbers are of like size; where they do not, all
/// digits are kept.
fn sum(values: &[f64]) -> f64 {
    let known = || values.iter().copied().filter(|value| !value.is_nan());
    let (mut high, mut low, mut exact) = (0.0, 0.0, true);
    for value in known() {
        let (total, error) = two_sum(high, value);
        let (errors, lost) = two_sum(low, error);
        (high, low, exact) = (total, errors, exact && lost == 0.0);
    }
    if exact { high + low } else { known().collect::<ExactSum>().value() }
}

/// A sum and the rounding error in it (Knuth 1997, The Art of Computer Programming 2, section 4.2.2, theorem B).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let back = sum - a;
    (sum, (a - (sum - back)) + (b - back))
}

fn zeros<T: Clone + Default>(len: usize) -> Result<Vec<T>> {
    let mut zeros = room(len)?;
    zeros.resize(len, T::default());
    Ok(zeros)
}

fn room<T>(len: usize) -> Result<Vec<T>> {
    let mut room = Vec::new();
    room.try_reserve_exact(len).map_err(|_| Error::new(ErrorKind::LimitExceeded, "there is not enough memory for the features"))?;
    Ok(room)
}

/// One column of every piece, which says in what and as the how-maniest.
fn joined<'p, T: Copy + 'p>(pieces: &'p [Piece], rows: usize, of: impl Fn(&'p Piece) -> (&'p [T], usize)) -> Result<Vec<T>> {
    let mut whole = room(rows)?;
    for piece in pieces {
        let (figures, place) = of(piece);
        whole.extend_from_slice(figures.get(place * piece.rows..(place + 1) * piece.rows).unwrap_or_default());
    }
    Ok(whole)
}
