//! Live segments: memberships that are kept while citizens change, time moves and events come in.

mod cells;
mod changes;
mod people;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use crate::citizens::{Attribute, AttributeType, Population, Schema};
use crate::rules::{Context, Standing};
use crate::run::Run;
use crate::table::{Column, Record, Table, unknown_name};
use crate::time::Timestamp;
use crate::{Bitmap, Error, ErrorKind, Result};

use super::{Membership, SegmentBook};
use people::{People, Rows};

pub use changes::{Change, Changes};

/// Who is in which segment, kept up to date while citizens change and time moves. At every moment the memberships are those of
/// [`SegmentBook::evaluate`] over [`LiveSegments::population`] at [`LiveSegments::context`].
///
/// Only the predicates of attributes that change, and what depends on them, are evaluated again.
///
/// # Example
/// ```
/// use citx_core::Run;
/// use citx_core::citizens::Population;
/// use citx_core::rules::Context;
/// use citx_core::segments::{SegmentBook, SegmentDefinition};
/// use citx_core::table::{Column, Record, Table, Value};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let book = SegmentBook::new([SegmentDefinition::new("adult", "age(dob) >= 18")])?;
/// let table = Table::from_columns([Column::text("id", [Some("C-17")]), Column::date("dob", [Some("2009-03-01".parse()?)])])?;
/// let zone: TimeZone = "Europe/London".parse()?;
/// let context = Context { as_of: Timestamp::parse("2026-11-22", zone)?, time_zone: zone };
/// let mut live = book.live(&Population::from_table(table, "id")?, &context, &Run::new())?;
/// assert_eq!(live.counts(), [("adult".to_owned(), 0)]);
///
/// let changes = live.advance(Timestamp::parse("2027-03-01", zone)?)?;
/// assert!(changes.iter().eq(changes.get(0)) && changes.get(0).is_some_and(|change| change.entered && change.key == "C-17"));
///
/// let born_later: Record =
///     [("id".to_owned(), Value::Text("C-17".to_owned())), ("dob".to_owned(), Value::Date("2010-03-01".parse()?))].into_iter().collect();
/// let changes = live.upsert(&born_later)?;
/// assert!(changes.get(0).is_some_and(|change| !change.entered && change.seq == 2));
/// # Ok::<(), citx_core::Error>(())
/// ```
pub struct LiveSegments {
    book: SegmentBook,
    names: Arc<[String]>,
    people: People,
    standing: Standing,
    seq: u64,
    /// Used again by each upsert: the attributes written, and the segments entered or left.
    written: Vec<u32>,
    flips: Vec<(u32, bool)>,
}

impl SegmentBook {
    /// Evaluates the book over `people` and keeps the memberships from then on.
    ///
    /// # Errors
    /// As [`SegmentBook::evaluate`].
    pub fn live(&self, people: &Population, context: &Context, run: &Run) -> Result<LiveSegments> {
        LiveSegments::start(self, people, context, 0, run)
    }
}

impl LiveSegments {
    fn start(book: &SegmentBook, people: &Population, context: &Context, seq: u64, run: &Run) -> Result<Self> {
        book.check_key(people.key_name())?;
        let standing = Standing::new(book.compile(people.schema())?, people.table(), context, run)?;
        let names = book.definitions().iter().map(|definition| definition.name.clone()).collect();
        let (written, flips) = (Vec::new(), Vec::new());
        Ok(Self { book: book.clone(), names, people: People::new(people.clone()), standing, seq, written, flips })
    }

    /// The number of the last change; 0 before the first.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The instant and zone that the memberships are of.
    pub fn context(&self) -> &Context {
        self.standing.context()
    }

    /// How many citizens.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes one citizen's attributes: one that is absent keeps its value, a null writes null, a new key inserts (absent attributes null).
    ///
    /// # Errors
    /// As [`Population::upsert`]; nothing is written then.
    pub fn upsert(&mut self, record: &Record) -> Result<Changes> {
        match self.people.plain(record) {
            Some(row) => {
                let mut changes = self.changes();
                let number = row.row;
                self.written.clear();
                self.people.write_row(row, &mut self.written);
                self.update(number, &mut changes);
                self.counted(changes)
            }
            None => self.upsert_records(std::slice::from_ref(record)),
        }
    }

    /// The same for many records, each of which may lack other attributes, one after the other: several may be one citizen's.
    ///
    /// # Errors
    /// As [`Population::upsert_records`], but for keys that appear twice; nothing is written then.
    pub fn upsert_records(&mut self, records: &[Record]) -> Result<Changes> {
        if records.is_empty() {
            return Ok(self.changes());
        }
        self.write(&self.people.check_records(records)?)
    }

    /// The same for a table, row after row: a column that is absent keeps its values, and several rows may be one citizen's.
    ///
    /// # Errors
    /// As [`Population::upsert`], but for keys that appear twice; nothing is written then.
    pub fn upsert_table(&mut self, rows: &Table) -> Result<Changes> {
        self.write(&self.people.check(rows)?)
    }

    fn write(&mut self, rows: &Rows) -> Result<Changes> {
        if let Some(fields) = self.people.retyped(rows) {
            let attribute =
                |field: &arrow_schema::Field| Attribute { name: field.name().clone(), data_type: AttributeType::of(field.data_type()) };
            let plan = self.book.compile(&Schema::new(fields.iter().map(attribute)))?;
            self.people.retype(rows);
            self.standing.replace(plan, &self.people);
        }
        let mut changes = self.changes();
        for index in 0..rows.len() {
            self.written.clear();
            let (row, is_new) = self.people.write(rows, index, &mut self.written);
            if is_new {
                self.flips.clear();
                self.standing.insert(&self.people, &mut self.flips);
                changes.extend(&self.people.key(row), &self.flips);
            } else {
                self.update(row, &mut changes);
            }
        }
        self.counted(changes)
    }

    fn update(&mut self, row: u32, changes: &mut Changes) {
        self.flips.clear();
        self.standing.update(row, &self.written, &self.people, &mut self.flips);
        if !self.flips.is_empty() {
            changes.extend(&self.people.key(row), &self.flips);
        }
    }

    /// Moves time forward. The changes are those between before and after: who entered and left again in between is not among them.
    /// Moving to [`LiveSegments::next_change_at`] again and again shows every one.
    ///
    /// # Errors
    /// `InvalidArgument` for an instant before that of [`LiveSegments::context`]; nothing changes then.
    pub fn advance(&mut self, as_of: Timestamp) -> Result<Changes> {
        if as_of < self.context().as_of {
            return Err(Error::new(ErrorKind::InvalidArgument, "time moves forward only; evaluate the book for an earlier instant"));
        }
        let mut changes = self.changes();
        let people = &self.people;
        self.standing.advance(as_of, people, &mut |row, flips| changes.extend(&people.key(row), flips));
        self.counted(changes)
    }

    fn changes(&self) -> Changes {
        Changes::new(self.names.clone(), self.people.key_type().clone(), self.seq + 1)
    }

    fn counted(&mut self, changes: Changes) -> Result<Changes> {
        self.seq += changes.len() as u64;
        Ok(changes)
    }

    /// How many members each segment has, in the book's order.
    pub fn counts(&self) -> Vec<(String, usize)> {
        self.names.iter().cloned().zip(self.standing.counts().iter().copied()).collect()
    }

    /// The keys of a segment's members in population order, in the key's own type.
    ///
    /// # Errors
    /// `UnknownName` for the segment.
    pub fn members(&self, segment: &str) -> Result<Column> {
        let index = self.names.iter().position(|name| name == segment);
        let index = index.ok_or_else(|| unknown_name("segment", segment, self.names.iter().map(String::as_str)))?;
        let rows = (0..self.people.len() as u32).filter(|row| self.standing.is_member(*row, index));
        self.people.keys(rows)
    }

    /// The citizens as they are now.
    ///
    /// # Errors
    /// `LimitExceeded` for more text than a column holds.
    pub fn population(&self) -> Result<Population> {
        self.people.population()
    }

    /// The memberships as they are now.
    ///
    /// # Errors
    /// As [`LiveSegments::population`].
    pub fn membership(&self) -> Result<Membership> {
        let members: Vec<Bitmap> = self.standing.members();
        let columns = (0..members.len()).map(|index| self.standing.plan().columns_used(index));
        let segments = self.names.iter().cloned().zip(members).zip(columns);
        let segments = segments.map(|((name, members), columns)| (name, members, columns));
        Ok(Membership::new(self.book.clone(), self.population()?, *self.context(), segments))
    }
}

impl fmt::Debug for LiveSegments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LiveSegments({} segments, {} citizens, {} changes)", self.names.len(), self.len(), self.seq)
    }
}
