//! Live segments: memberships that are kept while citizens change, time moves and events come in.

mod cells;
mod changes;
mod consent;
mod events;
mod people;
mod snapshot;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use crate::citizens::{Attribute, AttributeType, Population, Schema};
use crate::rules::{Context, Event, MaskSource, Standing};
use crate::run::Run;
use crate::table::{Column, Record, Table, unknown_name};
use crate::time::Timestamp;
use crate::{Bitmap, Error, ErrorKind, Result};

use super::{Membership, SegmentBook};
use consent::Consent;
use events::Events;
use people::{People, Rows};

pub use changes::{Change, Changes};
pub use consent::LiveSources;

/// How many rows of a table are brought into the processor's cache at once.
const AT_ONCE: usize = 16;

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
        self.live_with(people, context, &LiveSources::new(), run)
    }

    /// The same where rules read events or consent.
    ///
    /// # Errors
    /// As [`SegmentBook::evaluate_with`].
    pub fn live_with(&self, people: &Population, context: &Context, sources: &LiveSources, run: &Run) -> Result<LiveSegments> {
        self.check_key(people.key_name())?;
        let plan = self.compile(people.schema())?;
        let members = plan.members_with(people, context, &sources.borrowed(), run)?;
        let numbers = match &sources.events {
            Some(events) => events.citizens(people, run)?.to_vec(),
            None => Vec::new(),
        };
        let consent = Consent::new(sources.view.clone(), &plan.asked_consent(), people, run)?;
        let people = People::new(people.clone(), Events::new(sources.events.clone(), numbers), consent);
        let standing = Standing::new(plan, &people, &members, context, run)?;
        Ok(LiveSegments::new(self.clone(), people, standing, 0))
    }
}

impl LiveSegments {
    fn new(book: SegmentBook, people: People, standing: Standing, seq: u64) -> Self {
        let names = book.definitions().iter().map(|definition| definition.name.clone()).collect();
        Self { book, names, people, standing, seq, written: Vec::new(), flips: Vec::new() }
    }

    /// The number of the last change; 0 before the first.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The instant and zone that the memberships are of.
    pub fn context(&self) -> &Context {
        self.standing.context()
    }

    /// The name of the key column.
    pub fn key_name(&self) -> &str {
        self.people.key_name()
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
        let row = self.people.find_plain(record).and_then(|row| {
            self.standing.prefetch(row);
            self.people.plain(row, record)
        });
        match row {
            Some(row) => {
                let mut changes = self.changes();
                let number = row.row;
                self.written.clear();
                self.people.write_row(row, &mut self.written);
                self.update(number, &mut changes);
                Ok(self.counted(changes))
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
            self.retype(rows, &fields)?;
        }
        let mut changes = self.changes();
        for index in 0..rows.len() {
            if index % AT_ONCE == 0 {
                self.prefetch(rows, index);
            }
            self.written.clear();
            let (row, newcomer) = self.people.write(rows, index, &mut self.written);
            match newcomer {
                Some(newcomer) => {
                    self.decide(row);
                    self.flips.clear();
                    self.standing.insert(newcomer.has_events, &self.people, &mut self.flips);
                    changes.extend(&self.people.key(row), &self.flips);
                }
                None => self.update(row, &mut changes),
            }
        }
        Ok(self.counted(changes))
    }

    /// Asks for what the next rows will be written to, all at once rather than one by one.
    fn prefetch(&self, rows: &Rows, index: usize) {
        for row in (index..index + AT_ONCE).filter_map(|index| self.people.prefetch(rows, index)) {
            self.standing.prefetch(row);
        }
    }

    /// Attributes that had only nulls take the type of their first values: the rules are compiled anew.
    fn retype(&mut self, rows: &Rows, fields: &[arrow_schema::Field]) -> Result<()> {
        let attribute =
            |field: &arrow_schema::Field| Attribute { name: field.name().clone(), data_type: AttributeType::of(field.data_type()) };
        let plan = self.book.compile(&Schema::new(fields.iter().map(attribute)))?;
        let members = self.standing.members(self.people.len());
        self.people.retype(rows);
        // The attributes are still null, so that nobody enters or leaves.
        let context = *self.context();
        self.standing = Standing::new(plan, &self.people, &members, &context, &Run::new().threads(1))?;
        Ok(())
    }

    /// Has the consent view decide about a citizen whose attributes changed. Not knowing is no leave to contact.
    fn decide(&mut self, row: u32) {
        if self.people.consent.is_asked() {
            let decided = self.people.person(row).and_then(|person| self.people.consent.decide(&person));
            let decided = decided.unwrap_or_else(|_| vec![false; self.people.consent.len()]);
            self.people.consent.set(row, &decided);
        }
    }

    fn update(&mut self, row: u32, changes: &mut Changes) {
        self.flips.clear();
        self.standing.update(row, &self.written, &self.people, &mut self.flips);
        if self.people.consent.is_asked() && self.people.are_facts(&self.written) {
            // What both did is one change: a segment left and entered again was not left.
            let mut more = Vec::new();
            self.decide(row);
            self.standing.consent(row, &self.people, &mut more);
            self.flips.extend(more);
            net(&mut self.flips);
        }
        if !self.flips.is_empty() {
            changes.extend(&self.people.key(row), &self.flips);
        }
    }

    /// Takes in an event of a citizen, who need not be there yet. An event with the same citizen, kind, instant and `id` as one before is
    /// that one again, and changes nothing; without an id, so is one with the same citizen, kind and instant as one without an id. Events
    /// may come late, in any order, and before their time: they count from then on. Kinds that no rule asks for are not kept.
    ///
    /// # Errors
    /// `InvalidArgument` for an empty key; `LimitExceeded` beyond 65,535 kinds and channels; nothing changes then.
    ///
    /// # Example
    /// ```
    /// # use citx_core::{Run, citizens::Population, rules::*, segments::*, table::*, time::*, engagement::*};
    /// # let people = Population::from_table(Table::from_columns([Column::text("id", [Some("C-17")])])?, "id")?;
    /// # let at = |text| Timestamp::parse(text, TimeZone::UTC);
    /// # let none = Table::from_columns([Column::text::<&str>("id", []), Column::text::<&str>("kind", []), Column::timestamp("at", [])])?;
    /// # let sources = LiveSources::new().events(Events::from_table(&none, &EventColumns::default())?);
    /// # let context = Context { as_of: at("2026-11-22")?, time_zone: TimeZone::UTC };
    /// let book = SegmentBook::new([SegmentDefinition::new("reader", "event_count('open', INTERVAL '90 days') >= 1")])?;
    /// let mut live = book.live_with(&people, &context, &sources, &Run::new())?;
    /// let event = Event { kind: "open", at: at("2026-11-01")?, channel: None, value: None };
    /// assert_eq!(live.append("C-17", &event, Some("e-1"))?.len(), 1);
    /// assert!(live.append("C-17", &event, Some("e-1"))?.is_empty(), "it is the same event");
    /// assert_eq!(live.next_change_at(), Some(at("2027-01-30")?), "then it is 90 days old");
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn append(&mut self, key: &str, event: &Event<'_>, id: Option<&str>) -> Result<Changes> {
        if key.is_empty() {
            return Err(Error::new(ErrorKind::InvalidArgument, "an event has a citizen, but its key is empty"));
        }
        let mut changes = self.changes();
        if !self.standing.asks_events(event.kind) {
            return Ok(changes);
        }
        let row = self.people.find(key);
        if self.people.events.append(key, row, event, id)?
            && let Some(row) = row
        {
            self.flips.clear();
            self.standing.append(row, (event.kind, event.channel, event.at), &self.people, &mut self.flips);
            changes.extend(&self.people.key(row), &self.flips);
        }
        Ok(self.counted(changes))
    }

    /// Takes a later consent view: a withdrawal, or a grant.
    ///
    /// # Errors
    /// As [`SegmentBook::evaluate_with`]; nothing changes then.
    pub fn set_view(&mut self, view: impl MaskSource + 'static, run: &Run) -> Result<Changes> {
        let view: Arc<dyn MaskSource> = Arc::new(view);
        self.standing.plan().check_view(view.as_ref())?;
        let consent = Consent::new(Some(view), &self.standing.plan().asked_consent(), &self.population()?, run)?;
        let rows = consent.differing(&self.people.consent);
        self.people.consent = consent;
        let mut changes = self.changes();
        for row in rows {
            self.flips.clear();
            self.standing.consent(row, &self.people, &mut self.flips);
            changes.extend(&self.people.key(row), &self.flips);
        }
        Ok(self.counted(changes))
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
        self.standing.advance(as_of, people, |row, flips| changes.extend(&people.key(row), flips));
        Ok(self.counted(changes))
    }

    /// The next instant at which somebody enters or leaves a segment if nothing but time moves, exactly: until then nothing changes, and
    /// then something does. `None` if nothing ever will.
    ///
    /// Two kinds of rules are promised less: that nothing changes before. Where a rule does more with `as_of()` itself than to step it by
    /// intervals and compare it, that is the next microsecond. Where a rule does more with a count of days or years than to compare it with
    /// a number, as in `age(dob) % 10 = 0`, and 400 days bring no change, it is the first midnight after them.
    pub fn next_change_at(&mut self) -> Option<Timestamp> {
        self.standing.next_change(&self.people)
    }

    fn changes(&self) -> Changes {
        Changes::new(self.names.clone(), self.people.key_type().clone(), self.seq + 1)
    }

    fn counted(&mut self, changes: Changes) -> Changes {
        self.seq += changes.len() as u64;
        changes
    }

    /// How many members each segment has, in the book's order.
    pub fn counts(&self) -> Vec<(String, usize)> {
        self.names.iter().enumerate().map(|(index, name)| (name.clone(), self.standing.count(index))).collect()
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
        let members: Vec<Bitmap> = self.standing.members(self.people.len());
        let columns = (0..members.len()).map(|index| self.standing.plan().columns_used(index));
        let segments = self.names.iter().cloned().zip(members).zip(columns);
        let segments = segments.map(|((name, members), columns)| (name, members, columns));
        Ok(Membership::new(self.book.clone(), self.population()?, *self.context(), segments))
    }
}

/// What flipped twice did not flip.
fn net(flips: &mut Vec<(u32, bool)>) {
    flips.sort_by_key(|(segment, _)| *segment);
    let mut kept: Vec<(u32, bool)> = Vec::with_capacity(flips.len());
    for flip in flips.drain(..) {
        match kept.last() {
            Some((segment, _)) if *segment == flip.0 => {
                kept.pop();
            }
            _ => kept.push(flip),
        }
    }
    *flips = kept;
}

impl fmt::Debug for LiveSegments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LiveSegments({} segments, {} citizens, {} changes)", self.names.len(), self.len(), self.seq)
    }
}
