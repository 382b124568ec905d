use std::borrow::Cow;
use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, StringArray, UInt32Array};
use arrow_schema::DataType;

use super::status::{Scope, Status};
use crate::table::{Column, Table, Value, unknown_name};
use crate::time::{TimeZone, Timestamp};
use crate::{Error, ErrorKind, Result};

/// One consent event, before a ledger gives it a number. `Debug` shows no personal value.
///
/// # Example
/// ```
/// use citx_core::consent::{Event, Status};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let at = Timestamp::parse("2026-03-01T10:00:00Z", TimeZone::UTC)?;
/// let mut event = Event::new("C-17", Status::Given, at);
/// assert!(event.check().is_err(), "consent is specific: it names its purpose");
/// event.purpose = Some("newsletter".to_owned());
/// event.channel = Some("email".to_owned());
/// event.check()?;
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Key of the citizen.
    pub citizen: String,
    /// Purpose it concerns; absent for all purposes, which consent cannot be given for.
    pub purpose: Option<String>,
    /// Channel it concerns; absent for all channels.
    pub channel: Option<String>,
    /// What the citizen (or the world) said.
    pub status: Status,
    /// When it was said.
    pub captured_at: Timestamp,
    /// How: `web`, `phone`, `paper`, `sms`, `import`, ...
    pub method: Option<String>,
    /// Contact point it is about, if only one.
    pub contact: Option<String>,
    /// Topic within the purpose, if only one.
    pub topic: Option<String>,
    /// How far it reaches.
    pub scope: Scope,
    /// Privacy notice under which it was given.
    pub notice: Option<String>,
    /// Where the evidence lies.
    pub evidence_ref: Option<String>,
    /// From when a permission holds; absent is `captured_at`. Restrictions bite from `captured_at` in any case.
    pub valid_from: Option<Timestamp>,
    /// Until when a permission holds (not at that instant any more). Of restrictions only `bounced` and `suppressed` lapse.
    pub valid_until: Option<Timestamp>,
    /// Who acted: `self`, `parent`, `attorney`, or staff.
    pub actor: Option<String>,
    /// Jurisdiction, such as `GB-ENG`.
    pub jurisdiction: Option<String>,
    /// System it came from.
    pub source: Option<String>,
    /// Appending twice with one key is appending once.
    pub idempotency_key: Option<String>,
}

/// An event with its number and the instant at which the ledger took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    /// 1, 2, 3, ...
    pub id: u64,
    /// When the ledger took it.
    pub recorded_at: Timestamp,
    /// The event.
    pub event: Event,
}

impl Event {
    /// The names of the fields, as columns of a table have them.
    pub const FIELDS: [&'static str; 17] = [
        "citizen",
        "purpose",
        "channel",
        "status",
        "captured_at",
        "method",
        "contact",
        "topic",
        "scope",
        "notice",
        "evidence_ref",
        "valid_from",
        "valid_until",
        "actor",
        "jurisdiction",
        "source",
        "idempotency_key",
    ];

    /// An event with everything optional left out and the scope `Channel`.
    pub fn new(citizen: impl Into<String>, status: Status, captured_at: Timestamp) -> Self {
        Self {
            citizen: citizen.into(),
            purpose: None,
            channel: None,
            status,
            captured_at,
            method: None,
            contact: None,
            topic: None,
            scope: Scope::Channel,
            notice: None,
            evidence_ref: None,
            valid_from: None,
            valid_until: None,
            actor: None,
            jurisdiction: None,
            source: None,
            idempotency_key: None,
        }
    }

    /// Whether the event makes sense by itself.
    ///
    /// # Errors
    /// `InvalidArgument` for an empty citizen, a grant or renewal without a purpose or with the scope `all` (consent is specific), a topic
    /// event without topic and purpose, a choice about nothing (neither purpose nor channel nor the scope `all`), or a `valid_until` that is
    /// not after `valid_from`.
    pub fn check(&self) -> Result<()> {
        let wrong = |message: String| Err(Error::new(ErrorKind::InvalidArgument, message));
        if self.citizen.is_empty() {
            return wrong("an event needs a citizen, found empty text".to_owned());
        }
        let status = self.status.as_str();
        match self.status {
            Status::Given | Status::Renewed if self.purpose.is_none() || self.scope == Scope::All => {
                return wrong(format!("consent is specific: `{status}` needs a purpose and the scope `channel` or `purpose`"));
            }
            Status::TopicOn | Status::TopicOff if self.purpose.is_none() || self.topic.is_none() => {
                return wrong(format!("`{status}` needs a purpose and a topic"));
            }
            _ if self.scope == Scope::Purpose && self.purpose.is_none() => {
                return wrong("the scope `purpose` needs a purpose".to_owned());
            }
            _ if self.status.is_choice() && self.scope != Scope::All && self.purpose.is_none() && self.channel.is_none() => {
                return wrong(format!("`{status}` needs a purpose, a channel, or the scope `all`"));
            }
            _ => {}
        }
        match (self.valid_from, self.valid_until) {
            (Some(from), Some(until)) if until <= from => wrong("`valid_until` must be after `valid_from`".to_owned()),
            _ => Ok(()),
        }
    }

    /// The key of the record that `merged` and `unmerged` are about: their `evidence_ref`.
    pub fn merged_with(&self) -> Option<&str> {
        matches!(self.status, Status::Merged | Status::Unmerged).then_some(self.evidence_ref.as_deref()).flatten()
    }

    /// A table with a column for each field, as [`Event::from_table`] reads it.
    pub fn to_table(events: &[Self]) -> Table {
        Table::from_columns(fields(events.iter())).unwrap_or_else(|_| unreachable!("BUG: columns of one length and different names"))
    }

    /// Events from a table whose columns are named as the fields of [`Event`]; `citizen`, `status` and `captured_at` must be there.
    /// Instants may be timestamps, dates (local midnight in `zone`) or ISO text; keys may be text or whole numbers.
    ///
    /// # Errors
    /// `UnknownName` for a column that is no field, `InvalidArgument` naming column and row (from 1), never the value.
    pub fn from_table(table: &Table, zone: TimeZone) -> Result<Vec<Self>> {
        let fields = Fields::of(table, zone)?;
        (0..table.num_rows()).map(|row| fields.event(row)).collect()
    }

    /// The same a part at a time, of so many rows each, for tables whose events together would take too much memory.
    ///
    /// # Errors
    /// As [`Event::from_table`], for the columns at once and for the rows of a part with it.
    pub fn parts(table: &Table, zone: TimeZone, rows: usize) -> Result<impl Iterator<Item = Result<Vec<Self>>>> {
        let (fields, end, size) = (Fields::of(table, zone)?, table.num_rows(), rows.max(1));
        let part = move |first: usize| (first..end.min(first.saturating_add(size))).map(|row| fields.event(row)).collect();
        Ok((0..end).step_by(size).map(part))
    }

    /// Hands each event of such a table to `take`, numbered from 1.
    pub(super) fn each(table: &Table, zone: TimeZone, mut take: impl FnMut(u64, &Self) -> Result<()>) -> Result<()> {
        let fields = Fields::of(table, zone)?;
        // One event for all rows, whose texts keep their memory.
        let mut event = Self::new("", Status::Given, Timestamp::from_micros(0));
        for row in 0..table.num_rows() {
            fields.read(row, &mut event)?;
            take(row as u64 + 1, &event)?;
        }
        Ok(())
    }
}

impl RecordedEvent {
    /// Recorded events from a table as [`RecordedEvent::to_table`] gives it, such as the history of a citizen.
    ///
    /// # Errors
    /// `UnknownName` where `id` or `recorded_at` is missing; `InvalidArgument` for an id that is none; and as [`Event::from_table`].
    pub fn from_table(table: &Table, zone: TimeZone) -> Result<Vec<Self>> {
        const OWN: [&str; 2] = ["id", "recorded_at"];
        let [ids, recorded] = [table.column(OWN[0])?, table.column(OWN[1])?];
        let events = Event::from_table(&Table::from_columns(table.columns().filter(|column| !OWN.contains(&column.name())))?, zone)?;
        let one = |(row, event): (usize, Event)| {
            let Value::Integer(id) = ids.value(row) else { return Err(wrong(OWN[0], row, "expected a whole number")) };
            let Value::Timestamp(recorded_at) = recorded.value(row) else { return Err(wrong(OWN[1], row, "expected an instant")) };
            let id = u64::try_from(id).map_err(|_| wrong(OWN[0], row, "expected a number from 1"))?;
            Ok(Self { id, recorded_at, event })
        };
        events.into_iter().enumerate().map(one).collect()
    }

    /// The columns of a table of recorded events: `id`, `recorded_at` and the fields of [`Event`].
    pub fn to_table(events: &[Self]) -> Table {
        let columns = [
            Column::integer("id", events.iter().map(|event| i64::try_from(event.id).ok())),
            Column::timestamp("recorded_at", events.iter().map(|event| Some(event.recorded_at))),
        ];
        let fields = fields(events.iter().map(|recorded| &recorded.event));
        Table::from_columns(columns.into_iter().chain(fields))
            .unwrap_or_else(|_| unreachable!("BUG: columns of one length and different names"))
    }
}

/// The fields of events as columns.
fn fields<'e>(events: impl Iterator<Item = &'e Event> + Clone) -> impl Iterator<Item = Column> {
    let text = |name: &str, of: fn(&Event) -> Option<&str>| Column::text(name, events.clone().map(of));
    let instant = |name: &str, of: fn(&Event) -> Option<Timestamp>| Column::timestamp(name, events.clone().map(of));
    [
        text("citizen", |event| Some(&event.citizen)),
        text("purpose", |event| event.purpose.as_deref()),
        text("channel", |event| event.channel.as_deref()),
        text("status", |event| Some(event.status.as_str())),
        instant("captured_at", |event| Some(event.captured_at)),
        text("method", |event| event.method.as_deref()),
        text("contact", |event| event.contact.as_deref()),
        text("topic", |event| event.topic.as_deref()),
        text("scope", |event| Some(event.scope.as_str())),
        text("notice", |event| event.notice.as_deref()),
        text("evidence_ref", |event| event.evidence_ref.as_deref()),
        instant("valid_from", |event| event.valid_from),
        instant("valid_until", |event| event.valid_until),
        text("actor", |event| event.actor.as_deref()),
        text("jurisdiction", |event| event.jurisdiction.as_deref()),
        text("source", |event| event.source.as_deref()),
        text("idempotency_key", |event| event.idempotency_key.as_deref()),
    ]
    .into_iter()
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("status", &self.status)
            .field("purpose", &self.purpose)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

/// The columns of a table of events.
struct Fields {
    columns: Vec<(String, Cells)>,
    zone: TimeZone,
}

/// The values of a column, read where they lie; those of a dictionary once.
enum Cells {
    Text(StringArray),
    Words { words: Vec<Value>, keys: UInt32Array },
    Other(Column),
}

impl Cells {
    fn of(column: &Column) -> Result<Self> {
        if let Some(texts) = column.array().as_string_opt::<i32>() {
            return Ok(Self::Text(texts.clone()));
        }
        let Some(dictionary) = column.array().as_any_dictionary_opt() else { return Ok(Self::Other(column.clone())) };
        let unreadable =
            |error| Error::new(ErrorKind::InvalidArgument, format!("column `{}` cannot be read", column.name())).caused_by(error);
        let keys = arrow_cast::cast(dictionary.keys(), &DataType::UInt32).map_err(unreadable)?;
        let words = Column::new(column.name(), dictionary.values().clone()).values().collect();
        Ok(Self::Words { words, keys: keys.as_primitive::<UInt32Type>().clone() })
    }

    fn value(&self, row: usize) -> Cow<'_, Value> {
        match self {
            Self::Text(texts) if texts.is_valid(row) => Cow::Owned(Value::Text(texts.value(row).to_owned())),
            Self::Words { words, keys } if keys.is_valid(row) => {
                words.get(keys.value(row) as usize).map_or(Cow::Owned(Value::Null), Cow::Borrowed)
            }
            Self::Text(_) | Self::Words { .. } => Cow::Owned(Value::Null),
            Self::Other(column) => Cow::Owned(column.value(row)),
        }
    }
}

impl Fields {
    fn of(table: &Table, zone: TimeZone) -> Result<Self> {
        for name in table.column_names() {
            if !Event::FIELDS.contains(&name) {
                return Err(unknown_name("field of a consent event", name, Event::FIELDS));
            }
        }
        for needed in ["citizen", "status", "captured_at"] {
            if !table.column_names().contains(&needed) {
                return Err(Error::new(ErrorKind::InvalidArgument, format!("a table of consent events needs the column `{needed}`")));
            }
        }
        let read = |column: Column| Ok((column.name().to_owned(), Cells::of(&column)?));
        Ok(Self { columns: table.columns().map(read).collect::<Result<_>>()?, zone })
    }

    fn event(&self, row: usize) -> Result<Event> {
        let mut event = Event::new("", Status::Given, Timestamp::from_micros(0));
        self.read(row, &mut event)?;
        Ok(event)
    }

    /// Makes `event` that of a row.
    fn read(&self, row: usize, event: &mut Event) -> Result<()> {
        let needed = |field: &'static str| wrong(field, row, "a value is needed, found null");
        if !self.text("citizen", row, &mut event.citizen)? {
            return Err(needed("citizen"));
        }
        let mut word = String::new();
        if !self.text("status", row, &mut word)? {
            return Err(needed("status"));
        }
        event.status = word.parse().map_err(|_| wrong("status", row, "not the name of a consent status"))?;
        event.captured_at = self.instant("captured_at", row)?.ok_or_else(|| needed("captured_at"))?;
        event.scope = match self.text("scope", row, &mut word)? {
            true => word.parse().map_err(|_| wrong("scope", row, "expected `channel`, `purpose` or `all`"))?,
            false => Scope::Channel,
        };
        for (field, place) in [
            ("purpose", &mut event.purpose),
            ("channel", &mut event.channel),
            ("method", &mut event.method),
            ("contact", &mut event.contact),
            ("topic", &mut event.topic),
            ("notice", &mut event.notice),
            ("evidence_ref", &mut event.evidence_ref),
            ("actor", &mut event.actor),
            ("jurisdiction", &mut event.jurisdiction),
            ("source", &mut event.source),
            ("idempotency_key", &mut event.idempotency_key),
        ] {
            let mut text = place.take().unwrap_or_default();
            *place = self.text(field, row, &mut text)?.then_some(text);
        }
        event.valid_from = self.instant("valid_from", row)?;
        event.valid_until = self.instant("valid_until", row)?;
        event.check().map_err(|error| error.context(format!("row {}", row + 1)))
    }

    fn cells(&self, field: &str) -> Option<&Cells> {
        self.columns.iter().find(|(name, _)| name == field).map(|(_, cells)| cells)
    }

    /// Writes text into `place`, or a whole number as its canonical text; false if there is none. Empty text is none, except that a citizen's
    /// key is taken as it is.
    fn text(&self, field: &'static str, row: usize, place: &mut String) -> Result<bool> {
        place.clear();
        let Some(cells) = self.cells(field) else { return Ok(false) };
        if let Cells::Text(texts) = cells {
            place.push_str(if texts.is_valid(row) { texts.value(row) } else { "" });
            return Ok(texts.is_valid(row) && (field == "citizen" || !place.is_empty()));
        }
        match &*cells.value(row) {
            Value::Null => return Ok(false),
            Value::Text(text) if text.is_empty() && field != "citizen" => return Ok(false),
            Value::Text(text) => place.push_str(text),
            Value::Integer(number) => *place = number.to_string(),
            Value::Decimal(decimal) if decimal.scale == 0 => *place = decimal.digits.to_string(),
            other => return Err(wrong(field, row, &format!("expected text, found {}", other.type_name()))),
        }
        Ok(true)
    }

    fn instant(&self, field: &'static str, row: usize) -> Result<Option<Timestamp>> {
        let Some(cells) = self.cells(field) else { return Ok(None) };
        match &*cells.value(row) {
            Value::Null => Ok(None),
            Value::Timestamp(at) => Ok(Some(*at)),
            Value::Date(date) => {
                date.midnight(self.zone).map(Some).ok_or_else(|| wrong(field, row, "a date outside the years that can be computed with"))
            }
            Value::Text(text) if text.is_empty() => Ok(None),
            Value::Text(text) => Timestamp::parse(text, self.zone)
                .map(Some)
                .map_err(|_| wrong(field, row, "expected a date such as 2026-11-22 or an instant such as 2026-11-22T09:30:00Z")),
            other => Err(wrong(field, row, &format!("expected an instant, found {}", other.type_name()))),
        }
    }
}

fn wrong(field: &str, row: usize, message: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, message).context(format!("column `{field}`, row {}", row + 1))
}
