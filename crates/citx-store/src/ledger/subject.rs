//! What is held about one citizen, for the citizen (Art. 15) or to take along (Art. 20).

use std::fmt::Write;

use citx_core::citizens::Population;
use citx_core::consent::{Decision, Facts, Question, RecordedEvent, Status};
use citx_core::rules::{Context, Explanation, Sources};
use citx_core::segments::SegmentBook;
use citx_core::table::{Column, Record, Table, Value};
use citx_core::time::{TimeZone, Timestamp};
use citx_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value as Json, json};

use super::{ConsentLedger, now};

/// Everything that is held about one citizen. `Debug` shows sizes only.
///
/// The ledger gives events, decisions and recipients; the host adds what else it holds by [`SubjectAccess::with_population`],
/// [`SubjectAccess::with_segments`] and [`SubjectAccess::with_table`].
///
/// # Example
/// ```
/// use citx_core::citizens::Population;
/// use citx_core::consent::{Controller, Event, Policy, Purpose, Status};
/// use citx_core::table::{Column, Table};
/// use citx_core::time::{TimeZone, Timestamp};
/// use citx_store::{ConsentLedger, LedgerOptions};
///
/// let policy = Policy::builtin("uk-2026")?
///     .with_controller(Controller::new("Anytown Council", "public_authority", "Europe/London".parse()?))?
///     .with_purpose(Purpose::new("newsletter", "direct_marketing", "consent"))?;
/// let ledger = ConsentLedger::open(":memory:", &policy, &LedgerOptions::new())?;
/// let mut event = Event::new("C-17", Status::Given, Timestamp::parse("2026-03-01", TimeZone::UTC)?);
/// (event.purpose, event.channel) = (Some("newsletter".to_owned()), Some("email".to_owned()));
/// ledger.append(&event)?;
/// let residents = Table::from_columns([Column::text("id", [Some("C-17")]), Column::text("email", [Some("c@example.org")])])?;
/// let people = Population::from_table(residents, "id")?;
///
/// let held = ledger.subject_access("C-17", Some(Timestamp::parse("2026-11-22", TimeZone::UTC)?))?.with_population(&people, &ledger)?;
/// assert!(held.to_text().contains("c@example.org"));
/// assert!(held.to_json().contains(r#""status": "given""#));
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct SubjectAccess {
    citizen: String,
    as_of: Timestamp,
    zone: TimeZone,
    controller: String,
    policy: String,
    attributes: Option<Record>,
    facts: Vec<(String, Facts)>,
    segments: Vec<(String, Explanation)>,
    events: Vec<RecordedEvent>,
    decisions: Vec<(String, String, Decision)>,
    tables: Vec<(String, Table)>,
}

impl ConsentLedger {
    /// What the ledger holds about a citizen and the records merged with theirs, with the decision for every purpose and channel at an
    /// instant, or now, by the clock that events are recorded by. A citizen without events has decisions too.
    ///
    /// # Errors
    /// `Io`, `Corrupted`; `PolicyInvalid` for a policy without a controller.
    pub fn subject_access(&self, citizen: &str, as_of: Option<Timestamp>) -> Result<SubjectAccess> {
        let as_of = as_of.unwrap_or_else(|| Timestamp::from_micros(now()));
        let controller = self.policy.controller().map(|controller| controller.name.clone()).unwrap_or_default();
        let mut held = SubjectAccess {
            citizen: citizen.to_owned(),
            as_of,
            zone: self.zone(),
            controller,
            policy: self.policy.id(),
            attributes: None,
            facts: Vec::new(),
            segments: Vec::new(),
            events: self.history_of_person(citizen)?,
            decisions: Vec::new(),
            tables: Vec::new(),
        };
        held.decide(self)?;
        Ok(held)
    }
}

impl SubjectAccess {
    fn decide(&mut self, ledger: &ConsentLedger) -> Result<()> {
        self.decisions.clear();
        for purpose in ledger.policy.purposes() {
            for channel in ledger.policy.channels() {
                let mut question = Question::new(&self.citizen, &purpose.name, channel);
                if let Some((_, facts)) = self.facts.iter().find(|(of, _)| of == channel) {
                    question.facts = facts.clone();
                }
                let decision = ledger.decide(&question, self.as_of)?;
                self.decisions.push((purpose.name.clone(), channel.to_owned(), decision));
            }
        }
        Ok(())
    }

    /// With the citizen's attributes; the decisions of `ledger` then know the facts that are mapped.
    ///
    /// # Errors
    /// As [`ConsentLedger::subject_access`]; `UnknownName` for a mapped column that is not there. A citizen whom the population does not have has no attributes.
    pub fn with_population(mut self, people: &Population, ledger: &ConsentLedger) -> Result<Self> {
        let Some(row) = people.find(&self.citizen) else { return Ok(self) };
        self.attributes = Some(people.row(&self.citizen)?);
        let facts = |channel: &str| Ok((channel.to_owned(), Facts::of_citizen(people, row, channel, &ledger.policy)?));
        self.facts = ledger.policy.channels().into_iter().map(facts).collect::<Result<_>>()?;
        self.decide(ledger)?;
        Ok(self)
    }

    /// With each segment of a book, and why the citizen is in it or not.
    ///
    /// # Errors
    /// As [`SegmentBook::explain`]. A citizen without attributes is in no segment, so that [`SubjectAccess::with_population`] comes before.
    pub fn with_segments(mut self, book: &SegmentBook, sources: &Sources<'_>) -> Result<Self> {
        let Some(record) = &self.attributes else { return Ok(self) };
        let context = Context { as_of: self.as_of, time_zone: self.zone };
        let explain = |name: &str| Ok((name.to_owned(), book.explain_with(name, record, &context, sources)?));
        self.segments = book.definitions().iter().map(|segment| explain(&segment.name)).collect::<Result<_>>()?;
        Ok(self)
    }

    /// With the citizen's rows of a table that the host holds: survey answers, scores, the arms of campaigns. `key` is its column of keys.
    ///
    /// # Errors
    /// `UnknownName` for a column that is not there; `Conflict` for a name used before.
    pub fn with_table(mut self, name: &str, table: &Table, key: &str) -> Result<Self> {
        if self.tables.iter().any(|(known, _)| known == name) {
            return Err(Error::new(ErrorKind::Conflict, format!("there is a table `{name}` already")));
        }
        let keys = table.column(key)?;
        let is_theirs = |value: Value| match value {
            Value::Text(text) => text == self.citizen,
            Value::Integer(number) => number.to_string() == self.citizen,
            Value::Decimal(decimal) if decimal.scale == 0 => decimal.digits.to_string() == self.citizen,
            _ => false,
        };
        let rows: Vec<usize> = keys.values().enumerate().filter(|(_, value)| is_theirs(value.clone())).map(|(row, _)| row).collect();
        self.tables.push((name.to_owned(), table.take(&rows)?));
        Ok(self)
    }

    /// To whom data about the citizen was handed out: the events with the status `disclosed`.
    pub fn recipients(&self) -> impl Iterator<Item = &RecordedEvent> {
        self.events.iter().filter(|event| event.event.status == Status::Disclosed)
    }

    /// Every event of the citizen, and of the records merged with theirs, in order.
    pub fn events(&self) -> &[RecordedEvent] {
        &self.events
    }

    /// Everything, as JSON.
    pub fn to_json(&self) -> String {
        let decision = |(purpose, channel, decision): &(String, String, Decision)| {
            json!({
                "purpose": purpose, "channel": channel, "outcome": decision.outcome.as_str(), "rule": decision.rule,
                "reason": decision.reason, "evidence": decision.evidence, "until": decision.until.map(|until| until.to_string()),
            })
        };
        let mut whole = self.portable();
        whole.insert("segments".to_owned(), self.segments.iter().map(|(name, why)| segment(name, why)).collect());
        whole.insert("decisions".to_owned(), self.decisions.iter().map(decision).collect());
        let recipients: Vec<RecordedEvent> = self.recipients().cloned().collect();
        whole.insert("recipients".to_owned(), rows(&RecordedEvent::to_table(&recipients)));
        whole.insert("tables".to_owned(), Json::Object(self.tables.iter().map(|(name, table)| (name.clone(), rows(table))).collect()));
        pretty(whole)
    }

    /// What the citizen provided, in a structured and common form to take along (Art. 20): attributes and what they said about consent. What
    /// others made of it, such as segments, is left out.
    pub fn to_portable_json(&self) -> String {
        pretty(self.portable())
    }

    fn portable(&self) -> Map<String, Json> {
        let attributes = self.attributes.iter().flat_map(Record::fields).map(|(name, value)| (name.clone(), cell(value)));
        let mut map = Map::new();
        map.insert("citizen".to_owned(), json!(self.citizen));
        map.insert("as_of".to_owned(), json!(self.as_of.to_string()));
        map.insert("controller".to_owned(), json!(self.controller));
        map.insert("policy".to_owned(), json!(self.policy));
        map.insert("attributes".to_owned(), Json::Object(attributes.collect()));
        let said: Vec<RecordedEvent> = self.events.iter().filter(|event| event.event.status != Status::Disclosed).cloned().collect();
        map.insert("consent".to_owned(), rows(&RecordedEvent::to_table(&said)));
        map
    }

    /// Everything, to read.
    pub fn to_text(&self) -> String {
        let mut text = format!("What {} holds about {}, {}\n", self.controller, self.citizen, self.as_of);
        let mut section = |title: &str, lines: Vec<String>| {
            let none = if lines.is_empty() { "  nothing\n" } else { "" };
            // Writing to a string does not fail.
            let _ = write!(text, "\n{title}\n{none}");
            for line in lines {
                let _ = writeln!(text, "  {line}");
            }
        };
        let attribute = |(name, value): &(String, Value)| format!("{name}: {}", plain(&cell(value)));
        section("Attributes", self.attributes.iter().flat_map(Record::fields).map(attribute).collect());
        let mut lines = Vec::new();
        for (name, why) in &self.segments {
            explained(why, &format!("{name}: "), 0, &mut lines);
        }
        section("Segments, and why", lines);
        let said = |event: &&RecordedEvent| event.event.status != Status::Disclosed;
        section("What was said about consent", self.events.iter().filter(said).map(one_event).collect());
        let decision = |(purpose, channel, decision): &(String, String, Decision)| {
            format!("{purpose} by {channel}: {} ({}: {})", decision.outcome.as_str(), decision.rule, decision.reason)
        };
        section(&format!("Decisions, by {}", self.policy), self.decisions.iter().map(decision).collect());
        section("Recipients", self.recipients().map(one_event).collect());
        for (name, table) in &self.tables {
            let line = |row: usize| {
                let cells: Vec<String> =
                    table.columns().map(|column| format!("{}: {}", column.name(), plain(&cell(&column.value(row))))).collect();
                cells.join(", ")
            };
            section(name, (0..table.num_rows()).map(line).collect());
        }
        text
    }
}

impl std::fmt::Debug for SubjectAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SubjectAccess({} events; {} decisions; {} segments)", self.events.len(), self.decisions.len(), self.segments.len())
    }
}

fn pretty(map: Map<String, Json>) -> String {
    format!("{:#}", Json::Object(map))
}

fn rows(table: &Table) -> Json {
    let columns: Vec<Column> = table.columns().collect();
    let object = |row: usize| columns.iter().map(|column| (column.name().to_owned(), cell(&column.value(row)))).collect();
    (0..table.num_rows()).map(|row| Json::Object(object(row))).collect()
}

/// A value as JSON; what has no form there is text.
fn cell(value: &Value) -> Json {
    match value {
        Value::Null | Value::Other => Json::Null,
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::Text(value) => json!(value),
        Value::List(items) => items.iter().map(cell).collect(),
        Value::Date(value) => json!(value.to_string()),
        Value::Timestamp(value) => json!(value.to_string()),
        Value::Decimal(value) => json!(value.to_string()),
        _ => Json::Null,
    }
}

fn plain(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

fn segment(name: &str, why: &Explanation) -> Json {
    let mut json = explanation(why);
    if let Json::Object(map) = &mut json {
        map.insert("segment".to_owned(), json!(name));
    }
    json
}

/// The tree of an explanation. Its depth is that of a rule, which is limited.
fn explanation(why: &Explanation) -> Json {
    let values = why.values.iter().map(|(name, value)| (name.clone(), cell(value)));
    json!({
        "condition": why.text, "holds": why.outcome, "values": Json::Object(values.collect()),
        "parts": why.parts.iter().map(explanation).collect::<Vec<_>>(),
    })
}

fn explained(why: &Explanation, name: &str, level: usize, lines: &mut Vec<String>) {
    let holds = why.outcome.map_or("unknown", |holds| if holds { "yes" } else { "no" });
    let values: Vec<String> = why.values.iter().map(|(name, value)| format!("{name} = {}", plain(&cell(value)))).collect();
    let values = if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
    lines.push(format!("{}{name}{holds}, {}{values}", "  ".repeat(level), why.text));
    why.parts.iter().for_each(|part| explained(part, "", level + 1, lines));
}

fn one_event(recorded: &RecordedEvent) -> String {
    let event = &recorded.event;
    let mut line = format!("{}: {}", event.captured_at, event.status.as_str());
    let fields = [
        ("purpose", &event.purpose),
        ("channel", &event.channel),
        ("topic", &event.topic),
        ("contact", &event.contact),
        ("notice", &event.notice),
        ("method", &event.method),
        ("by", &event.actor),
        ("evidence", &event.evidence_ref),
        ("source", &event.source),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            let _ = write!(line, ", {name} {value}");
        }
    }
    line
}
