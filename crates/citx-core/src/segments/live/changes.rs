use std::fmt;
use std::sync::Arc;

use arrow_schema::DataType;

use crate::Result;
use crate::citizens::keys_in;
use crate::table::{Column, Table};

/// One citizen who entered or left one segment. `Debug` shows no key.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change<'c> {
    /// Which change it is since the segments went live, from 1.
    pub seq: u64,
    /// The segment's name.
    pub segment: &'c str,
    /// The citizen's key as canonical text: 17 is `17`.
    pub key: &'c str,
    /// Whether the citizen is a member now; else one no longer.
    pub entered: bool,
}

/// Who entered and left which segment, in the order of [`Change::seq`]: citizen for citizen as they were written (by row when time
/// moved), for each in the order of the book.
///
/// # Example
/// ```
/// # use citx_core::{Run, citizens::Population, rules::Context, segments::*, table::*, time::*};
/// # let people = Table::from_columns([Column::integer("id", [Some(1)]), Column::integer("clicks", [Some(0)])])?;
/// # let people = Population::from_table(people, "id")?;
/// # let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
/// let book = SegmentBook::new([SegmentDefinition::new("active", "clicks > 5")])?;
/// let mut live = book.live(&people, &context, &Run::new())?;
/// let row: Record = [("id".to_owned(), Value::Integer(1)), ("clicks".to_owned(), Value::Integer(9))].into_iter().collect();
/// let changes = live.upsert(&row)?;
/// let change = changes.iter().next().expect("one");
/// assert_eq!((change.seq, change.segment, change.key, change.entered), (1, "active", "1", true));
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Changes {
    segments: Arc<[String]>,
    key_type: DataType,
    first: u64,
    keys: Vec<Box<str>>,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    segment: u32,
    /// Index into the keys.
    key: u32,
    entered: bool,
}

impl Changes {
    pub(super) fn new(segments: Arc<[String]>, key_type: DataType, first: u64) -> Self {
        Self { segments, key_type, first, keys: Vec::new(), entries: Vec::new() }
    }

    /// Adds the flips of one citizen.
    pub(super) fn extend(&mut self, key: &str, flips: &[(u32, bool)]) {
        if flips.is_empty() {
            return;
        }
        let index = self.keys.len() as u32;
        self.keys.push(key.into());
        self.entries.extend(flips.iter().map(|&(segment, entered)| Entry { segment, key: index, entered }));
    }

    /// How many changes.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nobody entered or left anything.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The change at `index`, in the order of [`Change::seq`].
    pub fn get(&self, index: usize) -> Option<Change<'_>> {
        let entry = self.entries.get(index)?;
        Some(Change {
            seq: self.first + index as u64,
            segment: self.segments.get(entry.segment as usize)?,
            key: self.keys.get(entry.key as usize)?,
            entered: entry.entered,
        })
    }

    /// The changes, in the order of [`Change::seq`].
    pub fn iter(&self) -> impl Iterator<Item = Change<'_>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The key of each change, in the population's key type.
    ///
    /// # Errors
    /// `LimitExceeded` for more text than a column holds.
    pub fn keys(&self) -> Result<Column> {
        let keys = self.iter().map(|change| Some(change.key.into()));
        Ok(Column::new("key", keys_in(&Column::text::<&str>("key", []), keys, &self.key_type)?))
    }

    /// A table: `seq`, `segment`, `key` (in the population's key type), `entered`.
    ///
    /// # Errors
    /// `LimitExceeded` for more text than a column holds.
    pub fn to_table(&self) -> Result<Table> {
        Table::from_columns([
            Column::integer("seq", self.iter().map(|change| i64::try_from(change.seq).ok())),
            Column::text("segment", self.iter().map(|change| Some(change.segment))),
            self.keys()?,
            Column::boolean("entered", self.iter().map(|change| Some(change.entered))),
        ])
    }
}

impl fmt::Debug for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({}: {} `{}`)", self.seq, if self.entered { "entered" } else { "left" }, self.segment)
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Changes({} from {})", self.len(), self.first)
    }
}
