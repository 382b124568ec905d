//! What rules read from outside the citizens' table: their events, and whether they may be contacted.
//!
//! The questions are put here; who knows the answers implements [`EventSource`] or [`MaskSource`]. Citizens are looked up once for a
//! whole evaluation, and then every question is answered for a block of rows at a time.

use std::fmt;
use std::sync::Arc;

use crate::citizens::{FactColumns, Population};
use crate::run::Run;
use crate::table::{self, Record, Table, Value};
use crate::time::Timestamp;
use crate::{Bitmap, Error, ErrorKind, Result, RuleLocation};

use super::ast::{Ast, Literal, NodeId, Syntax};
use super::functions::Function;
use super::lex::Span;
use super::plan::{Op, Operations, Sought};
use super::row::Scalar;
use super::vector::{Mask, Values, Vector, bits, build};
use super::{Context, Rule};

/// The number of a citizen of whom a source knows no events.
pub const NO_EVENTS: u32 = u32::MAX;

/// The field of a record that holds the citizen's key, if no other is named.
const KEY: &str = "citizen_id";

/// Rows bound in one piece.
const PIECE: usize = 1 << 16;

/// One event of a citizen. `Debug` shows the kind only.
#[derive(Clone, Copy, PartialEq)]
pub struct Event<'a> {
    /// What happened.
    pub kind: &'a str,
    /// When.
    pub at: Timestamp,
    /// Through which channel, where that is known.
    pub channel: Option<&'a str>,
    /// How much, where that is known.
    pub value: Option<f64>,
}

/// Which events a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventFilter<'a> {
    /// Only of this kind.
    pub kind: &'a str,
    /// Only through this channel.
    pub channel: Option<&'a str>,
    /// Only later than this instant.
    pub after: Option<Timestamp>,
    /// Only up to this instant, itself included.
    pub until: Timestamp,
}

impl EventFilter<'_> {
    /// Whether an event is one of those asked for.
    pub fn takes(&self, event: &Event<'_>) -> bool {
        event.kind == self.kind
            && self.channel.is_none_or(|channel| event.channel == Some(channel))
            && self.after.is_none_or(|after| event.at > after)
            && event.at <= self.until
    }
}

/// Who knows citizens' events. It numbers the citizens it knows as it likes.
pub trait EventSource: Send + Sync {
    /// The number of the citizen with this key, as canonical text.
    fn citizen(&self, key: &str) -> Option<u32>;

    /// Calls `visit` with each event of a citizen, in an order that depends on the events alone.
    fn each(&self, citizen: u32, visit: &mut dyn FnMut(Event<'_>));

    /// Whether its events say through which channel they came.
    fn has_channels(&self) -> bool;

    /// Calls `visit` with the key, as canonical text, and the number of every citizen it knows, in the order of their numbers. A source
    /// that cannot list them visits none.
    fn each_citizen(&self, _visit: &mut dyn FnMut(&str, u32)) {}

    /// The number of each row's citizen; [`NO_EVENTS`] where there is none.
    ///
    /// # Errors
    /// `Cancelled`.
    fn citizens(&self, people: &Population, run: &Run) -> Result<Arc<[u32]>> {
        in_pieces(people.len(), run, |row| people.key_text(row).and_then(|key| self.citizen(&key)).unwrap_or(NO_EVENTS))
    }

    /// How many of the events asked for each citizen has; `counts` is as long as `citizens`.
    fn counts(&self, wanted: &EventFilter<'_>, citizens: &[u32], counts: &mut [i64]) {
        for (citizen, count) in citizens.iter().zip(counts) {
            *count = 0;
            self.each(*citizen, &mut |event| *count += i64::from(wanted.takes(&event)));
        }
    }

    /// When the last of them was, or the first; `instants` is as long as `citizens`.
    fn instants(&self, wanted: &EventFilter<'_>, last: bool, citizens: &[u32], instants: &mut [Option<Timestamp>]) {
        for (citizen, instant) in citizens.iter().zip(instants) {
            *instant = None;
            self.each(*citizen, &mut |event| {
                if wanted.takes(&event) {
                    let best = instant.get_or_insert(event.at);
                    *best = if last { event.at.max(*best) } else { event.at.min(*best) };
                }
            });
        }
    }
}

/// Who knows whether citizens may be contacted.
pub trait MaskSource: Send + Sync {
    /// The purposes it knows.
    fn purposes(&self) -> Vec<&str>;

    /// The channels it knows.
    fn channels(&self) -> Vec<&str>;

    /// Who may be contacted about a purpose through a channel, by row.
    ///
    /// # Errors
    /// `Cancelled`; whatever keeps it from knowing. Not knowing is no leave to contact.
    fn may_contact(&self, people: &Population, purpose: &str, channel: &str, run: &Run) -> Result<Bitmap>;
}

/// What a book's rules may read beside the attributes of the citizens.
///
/// # Example
/// ```
/// use citx_core::engagement::{EventColumns, Events};
/// use citx_core::rules::{Context, Sources};
/// use citx_core::segments::{SegmentBook, SegmentDefinition};
/// use citx_core::table::{Column, Record, Table, Value};
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
/// let book = SegmentBook::new([SegmentDefinition::new("reader", "event_count('open', INTERVAL '90 days') >= 1")])?;
/// let context = Context { as_of: at("2026-11-22")?, time_zone: TimeZone::UTC };
/// let citizen: Record = [("citizen_id".to_owned(), Value::Text("C-17".to_owned()))].into_iter().collect();
/// assert_eq!(book.match_record_with(&citizen, &context, &Sources::new().events(&events))?, ["reader"]);
/// assert!(book.match_record(&citizen, &context).is_err(), "no events were given");
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct Sources<'a> {
    events: Option<&'a dyn EventSource>,
    view: Option<&'a dyn MaskSource>,
    key: Option<&'a str>,
    facts: Option<&'a FactColumns>,
}

impl<'a> Sources<'a> {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Events, for `event_count`, `first_event` and `last_event`.
    #[must_use]
    pub fn events(mut self, events: &'a dyn EventSource) -> Self {
        self.events = Some(events);
        self
    }

    /// Consent, for `may_contact`: a [`ConsentView`](crate::consent::ConsentView).
    #[must_use]
    pub fn view(mut self, view: &'a dyn MaskSource) -> Self {
        self.view = Some(view);
        self
    }

    /// Which field of a single record is the citizen's key; `citizen_id` if it is not said. A population knows its own.
    #[must_use]
    pub fn key(mut self, field: &'a str) -> Self {
        self.key = Some(field);
        self
    }

    /// Which fields of a single record are facts of consent. A population knows its own.
    #[must_use]
    pub fn facts(mut self, facts: &'a FactColumns) -> Self {
        self.facts = Some(facts);
        self
    }

    /// Whether the rules can have what they ask for.
    pub(super) fn check<'r>(&self, rules: impl Iterator<Item = &'r Rule>) -> Result<()> {
        for rule in rules {
            for (asked, span) in asked(rule.ast()) {
                self.check_one(&asked, rule, span).map_err(|error| error.context(format!("rule `{}`", rule.name())))?;
            }
        }
        Ok(())
    }

    /// The same of consent alone.
    pub(super) fn check_consent<'r>(&self, rules: impl Iterator<Item = &'r Rule>) -> Result<()> {
        for rule in rules {
            for (asked, span) in asked(rule.ast()).filter(|(asked, _)| matches!(asked, Asked::Consent { .. })) {
                self.check_one(&asked, rule, span).map_err(|error| error.context(format!("rule `{}`", rule.name())))?;
            }
        }
        Ok(())
    }

    fn check_one(&self, asked: &Asked<'_>, rule: &Rule, span: Span) -> Result<()> {
        let wrong = |kind, message: String| Error::new(kind, message).at(RuleLocation::new(rule.text(), span));
        let absent = |function: &str, what: &str| {
            let message = format!("{function} reads {what}, and none was given: pass it to the call that evaluates");
            wrong(ErrorKind::InvalidArgument, message)
        };
        match *asked {
            Asked::Events { function, channel, .. } => {
                let events = self.events.ok_or_else(|| absent(function.name(), "a table of events"))?;
                if channel.is_some() && !events.has_channels() {
                    let message = format!("{} asks for a channel, and the events were read without one", function.name());
                    return Err(wrong(ErrorKind::InvalidArgument, message));
                }
            }
            Asked::Consent { purpose, channel } => {
                let view = self.view.ok_or_else(|| absent(Function::MayContact.name(), "a consent view"))?;
                for (what, name, known) in [("purpose", purpose, view.purposes()), ("channel", channel, view.channels())] {
                    if !known.contains(&name) {
                        let mut location = RuleLocation::new(rule.text(), span);
                        location.suggestion = table::nearest(name, known).map(str::to_owned);
                        let message = format!("the consent policy has no {what} `{name}`");
                        return Err(Error::new(ErrorKind::UnknownName, message).at(location));
                    }
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("events", &self.events.is_some()).field("view", &self.view.is_some()).finish_non_exhaustive()
    }
}

/// What one call in a rule asks of a source.
pub(super) enum Asked<'a> {
    Events { function: Function, kind: &'a str, channel: Option<&'a str> },
    Consent { purpose: &'a str, channel: &'a str },
}

impl Asked<'_> {
    /// The name by which lineage knows it.
    pub fn lineage(&self) -> String {
        match self {
            Self::Events { kind, .. } => format!("event:{kind}"),
            Self::Consent { purpose, channel } => format!("consent:{purpose}/{channel}"),
        }
    }
}

/// What a rule asks of sources, and where.
pub(super) fn asked(ast: &Ast) -> impl Iterator<Item = (Asked<'_>, Span)> {
    let text = |node: &NodeId| match ast.nodes.get(*node).map(|node| &node.syntax) {
        Some(Syntax::Literal(Literal::Text(text))) => Some(text.as_str()),
        _ => None,
    };
    ast.nodes.iter().filter_map(move |node| {
        let Syntax::Call(function, arguments) = &node.syntax else { return None };
        let asked = match function {
            Function::EventCount | Function::FirstEvent | Function::LastEvent => {
                let (kind, others) = arguments.split_first()?;
                Asked::Events { function: *function, kind: text(kind)?, channel: others.iter().find_map(text) }
            }
            Function::MayContact => {
                let (purpose, channel) = arguments.first().zip(arguments.get(1))?;
                Asked::Consent { purpose: text(purpose)?, channel: text(channel)? }
            }
            _ => return None,
        };
        Some((asked, node.span))
    })
}

/// Sources whose citizens were looked up: those of the rows that are evaluated.
#[derive(Default)]
pub(super) struct Bound<'a> {
    events: Option<(&'a dyn EventSource, Arc<[u32]>)>,
    contact: Vec<MayContact>,
}

/// Who may be contacted about a purpose through a channel.
struct MayContact {
    purpose: Arc<str>,
    channel: Arc<str>,
    mask: Bitmap,
}

impl<'a> Bound<'a> {
    /// The sources for the rows of a population; nothing is looked up that no operation needs.
    pub fn to_people(operations: &Operations, sources: &Sources<'a>, people: &Population, run: &Run) -> Result<Self> {
        let (mut bound, run) = (Self::default(), &run.quiet());
        for op in &operations.ops {
            match op {
                Op::EventCount(_) | Op::EventAt { .. } if bound.events.is_none() => {
                    bound.events = sources.events.map(|events| Ok((events, events.citizens(people, run)?))).transpose()?;
                }
                Op::MayContact(purpose, channel) => {
                    if let Some(view) = sources.view {
                        let mask = view.may_contact(people, purpose, channel, run)?;
                        bound.contact.push(MayContact { purpose: purpose.clone(), channel: channel.clone(), mask });
                    }
                }
                _ => {}
            }
        }
        Ok(bound)
    }

    /// The sources for one record.
    pub fn to_record<'f>(
        operations: &Operations,
        sources: &Sources<'a>,
        mut fields: impl Iterator<Item = (&'f str, &'f Value)> + Clone,
    ) -> Result<Self> {
        let asks_consent = operations.ops.iter().any(|op| matches!(op, Op::MayContact(..)));
        let asks_events = operations.ops.iter().any(|op| op.reads_source() && !matches!(op, Op::MayContact(..)));
        let mut bound = Self::default();
        if !asks_events && !asks_consent {
            return Ok(bound);
        }
        let field = sources.key.unwrap_or(KEY);
        let known = fields.clone().filter(|(_, value)| **value != Value::Other);
        let key = fields.find(|(name, _)| *name == field).and_then(|(_, value)| key_text(value)).ok_or_else(|| {
            let message =
                format!("the rules read what is known of the citizen's key, and the record has none in `{field}`; say which field it is");
            Error::new(ErrorKind::InvalidArgument, message)
        })?;
        if let Some(events) = sources.events.filter(|_| asks_events) {
            bound.events = Some((events, [events.citizen(&key).unwrap_or(NO_EVENTS)].into()));
        }
        if asks_consent {
            // Consent is decided as for everyone, so one citizen is a population of one.
            let record: Record = known.map(|(name, value)| (name.to_owned(), value.clone())).collect();
            let person = Population::from_table(Table::from_records(&[record])?, field)?;
            let person = match sources.facts {
                Some(facts) => person.with_facts(facts.clone())?,
                None => person,
            };
            let consent = Operations {
                ops: operations.ops.iter().filter(|op| matches!(op, Op::MayContact(..))).cloned().collect(),
                ..Operations::default()
            };
            bound.contact = Self::to_people(&consent, sources, &person, &Run::new().threads(1))?.contact;
        }
        Ok(bound)
    }

    /// The values of an operation that reads a source, for `rows` rows from `start`.
    pub fn block(&self, op: &Op, context: &Context, start: usize, rows: usize) -> Vector<'static> {
        let citizens = self.events.as_ref().and_then(|(events, citizens)| Some((*events, citizens.get(start..start + rows)?)));
        match op {
            Op::EventCount(sought) => {
                let mut counts = vec![0; rows];
                if let Some((events, citizens)) = citizens {
                    events.counts(&sought.filter(context), citizens, &mut counts);
                }
                Vector::Integers(Values { data: counts.into(), valid: None })
            }
            Op::EventAt { sought, last } => {
                let mut instants = vec![None; rows];
                if let Some((events, citizens)) = citizens {
                    events.instants(&sought.filter(context), *last, citizens, &mut instants);
                }
                Vector::Integers(build(rows, None, |row| instants.get(row).copied().flatten().map(Timestamp::as_micros)))
            }
            Op::MayContact(purpose, channel) => {
                let mask = self.mask(purpose, channel);
                let allowed = bits(rows, |row| mask.is_some_and(|mask| mask.get(start + row)));
                Vector::Mask(Mask::known(rows, allowed, &None))
            }
            _ => Vector::Mask(Mask::constant(rows, None)),
        }
    }

    /// The same for the one row of a record.
    pub fn row(&self, op: &Op, context: &Context) -> Scalar<'static> {
        let citizen = self.events.as_ref().and_then(|(events, citizens)| Some((*events, citizens.get(..1)?)));
        match op {
            Op::EventCount(sought) => {
                let mut count = [0];
                if let Some((events, citizen)) = citizen {
                    events.counts(&sought.filter(context), citizen, &mut count);
                }
                Scalar::Integer(count[0])
            }
            Op::EventAt { sought, last } => {
                let mut instant = [None];
                if let Some((events, citizen)) = citizen {
                    events.instants(&sought.filter(context), *last, citizen, &mut instant);
                }
                instant[0].map_or(Scalar::Null, |at: Timestamp| Scalar::Timestamp(at.as_micros()))
            }
            Op::MayContact(purpose, channel) => Scalar::Boolean(self.mask(purpose, channel).is_some_and(|mask| mask.get(0))),
            _ => Scalar::Null,
        }
    }

    fn mask(&self, purpose: &str, channel: &str) -> Option<&Bitmap> {
        self.contact.iter().find(|known| *known.purpose == *purpose && *known.channel == *channel).map(|known| &known.mask)
    }
}

impl Sought {
    /// What is asked for at an instant. A window that begins before the calendar does has no beginning.
    pub(super) fn filter(&self, context: &Context) -> EventFilter<'_> {
        let start = |window: crate::time::Interval| context.as_of.checked_add(window.negated()?, context.time_zone);
        EventFilter { kind: &self.kind, channel: self.channel.as_deref(), after: self.window.and_then(start), until: context.as_of }
    }
}

/// A value for each of `rows` rows, in parallel.
pub(crate) fn in_pieces(rows: usize, run: &Run, number: impl Fn(usize) -> u32 + Send + Sync) -> Result<Arc<[u32]>> {
    let pieces = run.map(rows.div_ceil(PIECE), |piece| {
        let start = piece * PIECE;
        Ok((start..rows.min(start + PIECE)).map(&number).collect::<Vec<u32>>())
    })?;
    Ok(pieces.concat().into())
}

/// A key as canonical text.
fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Decimal(number) if number.scale == 0 => Some(number.digits.to_string()),
        _ => None,
    }
}
