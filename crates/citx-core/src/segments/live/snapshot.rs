//! Live segments as bytes: `docs/spec/live.md` specifies them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use sha2::{Digest, Sha256};

use crate::citizens::{FactColumns, Population};
use crate::rules::{Cells, Context, Event, MaskSource, Sources, Standing};
use crate::run::Run;
use crate::segments::SegmentBook;
use crate::table::{Column, Table, Value};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};

use super::LiveSegments;
use super::consent::Consent;
use super::events::{ByRow, Events};
use super::people::People;

const MAGIC: &[u8; 8] = b"CITXLIVE";
const VERSION: u32 = 1;
const DIGEST: usize = 32;

impl LiveSegments {
    /// Everything as bytes, from which [`LiveSegments::restore`] goes on: citizens, events, instant and number of the last change. A consent
    /// view is not part of it.
    ///
    /// # Errors
    /// As [`LiveSegments::population`].
    pub fn snapshot(&self) -> Result<Vec<u8>> {
        let people = self.population()?;
        let context = self.context();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.seq.to_le_bytes());
        bytes.extend(context.as_of.as_micros().to_le_bytes());
        bytes.extend(fingerprint(&self.book));
        put(&mut bytes, context.time_zone.name().as_bytes());
        put(&mut bytes, people.key_name().as_bytes());
        let facts: Vec<(&str, &str)> = people.facts().map(|facts| facts.columns().collect()).unwrap_or_default();
        bytes.push(u8::from(people.facts().is_some()));
        bytes.extend((facts.len() as u64).to_le_bytes());
        for (fact, column) in facts {
            put(&mut bytes, fact.as_bytes());
            put(&mut bytes, column.as_bytes());
        }
        put(&mut bytes, &to_stream(people.table())?);
        put(&mut bytes, &to_stream(&self.event_table()?)?);
        let digest = Sha256::digest(&bytes);
        bytes.extend(digest);
        Ok(bytes)
    }

    fn event_table(&self) -> Result<Table> {
        let people = &self.people;
        let (mut keys, mut kinds, mut at, mut channels, mut values, mut ids) = (vec![], vec![], vec![], vec![], vec![], vec![]);
        people.events.tell(people.rows(), |row| people.key(row).into_owned(), |key| people.find(key), &mut |(key, event, id)| {
            if self.standing.asks_events(event.kind) {
                keys.push(Some(key.to_owned()));
                kinds.push(Some(event.kind.to_owned()));
                at.push(Some(event.at));
                channels.push(event.channel.map(str::to_owned));
                values.push(event.value);
                ids.push(id.map(str::to_owned));
            }
        });
        Table::from_columns([
            Column::text("citizen", keys),
            Column::text("kind", kinds),
            Column::timestamp("at", at),
            Column::text("channel", channels),
            Column::float("value", values),
            Column::text("id", ids),
        ])
    }

    /// Goes on from a snapshot with the same book.
    ///
    /// # Errors
    /// `Corrupted` for bytes that are not a whole snapshot, `FormatVersion` for one of another format, `Conflict` for one of another book,
    /// `InvalidArgument` if a rule asks for consent.
    ///
    /// # Example
    /// ```
    /// # use citx_core::{ErrorKind, Run, citizens::Population, rules::*, segments::*, table::*, time::*};
    /// # let people = Population::from_table(Table::from_columns([Column::integer("id", [Some(1)]), Column::integer("n", [Some(7)])])?, "id")?;
    /// # let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
    /// let book = SegmentBook::new([SegmentDefinition::new("active", "n > 5")])?;
    /// let mut bytes = book.live(&people, &context, &Run::new())?.snapshot()?;
    /// let live = LiveSegments::restore(&bytes, &book)?;
    /// assert_eq!(live.counts(), [("active".to_owned(), 1)]);
    /// bytes.pop();
    /// assert_eq!(LiveSegments::restore(&bytes, &book).unwrap_err().kind(), ErrorKind::Corrupted);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn restore(bytes: &[u8], book: &SegmentBook) -> Result<Self> {
        restore(bytes, book, None, &Run::new())
    }

    /// The same where a rule asks for consent.
    ///
    /// # Errors
    /// As [`LiveSegments::restore`] and [`SegmentBook::evaluate_with`].
    pub fn restore_with(bytes: &[u8], book: &SegmentBook, view: impl MaskSource + 'static, run: &Run) -> Result<Self> {
        restore(bytes, book, Some(Arc::new(view)), run)
    }
}

/// What a book's rules are, whatever else it says of its segments.
fn fingerprint(book: &SegmentBook) -> [u8; DIGEST] {
    let mut parts = Vec::new();
    for definition in book.definitions() {
        put(&mut parts, definition.name.as_bytes());
        put(&mut parts, definition.rule.as_bytes());
    }
    Sha256::digest(&parts).into()
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend((part.len() as u64).to_le_bytes());
    bytes.extend(part);
}

fn to_stream(table: &Table) -> Result<Vec<u8>> {
    let unwritable = |error| Error::new(ErrorKind::InvalidArgument, "the table cannot be written into a snapshot").caused_by(error);
    let mut writer = StreamWriter::try_new(Vec::new(), table.schema()).map_err(unwritable)?;
    writer.write(table.batch()).map_err(unwritable)?;
    writer.into_inner().map_err(unwritable)
}

fn corrupted() -> Error {
    Error::new(ErrorKind::Corrupted, "these bytes are no whole snapshot of live segments; take the one before")
}

/// What is left to read.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8]> {
        let (part, rest) = self.0.split_at_checked(count).ok_or_else(corrupted)?;
        self.0 = rest;
        Ok(part)
    }

    fn number(&mut self) -> Result<u64> {
        let bytes = self.take(8)?.try_into().map_err(|_| corrupted())?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn part(&mut self) -> Result<&'b [u8]> {
        let length = usize::try_from(self.number()?).map_err(|_| corrupted())?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'b str> {
        std::str::from_utf8(self.part()?).map_err(|_| corrupted())
    }

    fn table(&mut self) -> Result<Table> {
        let bytes = self.part()?;
        // The digest has held, so that only bytes made up on purpose come this far; the decoder panics at some of them.
        let read = || {
            let reader = StreamReader::try_new(bytes, None)?;
            let schema = reader.schema();
            Ok::<_, arrow_schema::ArrowError>((schema, reader.collect::<Result<Vec<RecordBatch>, _>>()?))
        };
        let (schema, batches) =
            catch_unwind(AssertUnwindSafe(read)).map_err(|_| corrupted())?.map_err(|error| corrupted().caused_by(error))?;
        Table::from_batches(schema, &batches)
    }
}

fn restore(bytes: &[u8], book: &SegmentBook, view: Option<Arc<dyn MaskSource>>, run: &Run) -> Result<LiveSegments> {
    let mut reader = Reader(bytes);
    if reader.take(MAGIC.len())? != MAGIC {
        return Err(corrupted());
    }
    let version = u32::from_le_bytes(reader.take(4)?.try_into().map_err(|_| corrupted())?);
    if version != VERSION {
        let message = format!("the snapshot is of format {version}, this version of citx reads format {VERSION}");
        return Err(Error::new(ErrorKind::FormatVersion, message));
    }
    let (content, digest) = bytes.len().checked_sub(DIGEST).and_then(|at| bytes.split_at_checked(at)).ok_or_else(corrupted)?;
    if Sha256::digest(content).as_slice() != digest {
        return Err(corrupted());
    }
    let seq = reader.number()?;
    let as_of = Timestamp::from_micros(reader.number()? as i64);
    if reader.take(DIGEST)? != fingerprint(book) {
        return Err(Error::new(ErrorKind::Conflict, "the snapshot is of a book with other segments or rules; restore it with its own"));
    }
    let context = Context { as_of, time_zone: reader.text()?.parse().map_err(|_| corrupted())? };
    let key = reader.text()?;
    let facts = facts(&mut reader)?;
    let table = reader.table()?;
    let mut population = Population::from_table(table, key).map_err(|error| corrupted().caused_by(error))?;
    if let Some(facts) = facts {
        population = population.with_facts(facts)?;
    }
    let events = events(&reader.table()?, &population)?;
    book.check_key(population.key_name())?;
    let plan = book.compile(population.schema())?;
    let source = ByRow(&events, &population);
    let mut sources = Sources::new().events(&source);
    if let Some(view) = view.as_deref() {
        sources = sources.view(view);
    }
    let members = plan.members_with(&population, &context, &sources, run)?;
    let consent = Consent::new(view.clone(), &plan.asked_consent(), &population, run)?;
    let people = People::new(population.clone(), events, consent);
    let standing = Standing::new(plan, &people, &members, &context, run)?;
    Ok(LiveSegments::new(book.clone(), people, standing, seq))
}

fn facts(reader: &mut Reader<'_>) -> Result<Option<FactColumns>> {
    let any = reader.take(1)? != [0];
    let count = reader.number()?;
    let mut columns: Vec<(&str, Vec<&str>)> = Vec::new();
    for _ in 0..count {
        let (fact, column) = (reader.text()?, reader.text()?);
        match columns.last_mut() {
            Some((last, columns)) if *last == fact => columns.push(column),
            _ => columns.push((fact, vec![column])),
        }
    }
    let mut facts = FactColumns::new();
    for (fact, columns) in columns {
        facts.set(fact, columns).map_err(|error| corrupted().caused_by(error))?;
    }
    Ok(any.then_some(facts))
}

fn events(table: &Table, people: &Population) -> Result<Events> {
    let column = |name: &str| table.column(name).map_err(|error| corrupted().caused_by(error));
    let (keys, kinds, at) = (column("citizen")?, column("kind")?, column("at")?);
    let (channels, values, ids) = (column("channel")?, column("value")?, column("id")?);
    let mut events = Events::default();
    let text = |value: Value| if let Value::Text(text) = value { Some(text) } else { None };
    for row in 0..table.num_rows() {
        let (Some(key), Some(kind), Value::Timestamp(at)) = (text(keys.value(row)), text(kinds.value(row)), at.value(row)) else {
            return Err(corrupted());
        };
        let (channel, id) = (text(channels.value(row)), text(ids.value(row)));
        let value = if let Value::Float(value) = values.value(row) { Some(value) } else { None };
        let event = Event { kind: &kind, at, channel: channel.as_deref(), value };
        events.insert(&key, people.find(&key).map(|row| row as u32), &event, id.as_deref(), false)?;
    }
    Ok(events)
}
