//! Consent: events, the policy (ordered rules as data), the state events fold into, and the decision.

use std::sync::Arc;

use crate::citizens::Population;
use crate::run::Run;
use crate::table::{Column, Table, Value};
use crate::time::{TimeZone, Timestamp};
use crate::{Bitmap, Result};

/// One consent event, before a ledger gives it a number. `Debug` shows no personal value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Key of the citizen.
    pub citizen: String,
    /// Purpose it concerns; may be absent where `scope` is `All`.
    pub purpose: Option<String>,
    /// Channel it concerns; absent for all channels of the purpose.
    pub channel: Option<String>,
    /// What the citizen (or the world) said.
    pub status: Status,
    /// When it was said.
    pub captured_at: Timestamp,
    /// How: `web`, `phone`, `paper`, `sms`, `import`, ...
    pub method: Option<String>,
    /// Contact point it is about, if only one.
    pub contact: Option<String>,
    /// Topic within the purpose.
    pub topic: Option<String>,
    /// How far it reaches.
    pub scope: Scope,
    /// Privacy notice under which it was given.
    pub notice: Option<String>,
    /// Where the evidence lies.
    pub evidence_ref: Option<String>,
    /// From when it holds; absent is `captured_at`.
    pub valid_from: Option<Timestamp>,
    /// Until when it holds (not at that instant any more).
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

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum Status {
    Given,
    Refused,
    Withdrawn,
    Objected,
    ObjectionUpheld,
    ObjectionOverridden,
    Restricted,
    Released,
    Renewed,
    Agreed,
    TopicOn,
    TopicOff,
    Bounced,
    Suppressed,
    Disclosed,
    Merged,
    Unmerged,
    Erased,
}

/// How far an event reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One purpose and channel.
    #[default]
    Channel,
    /// Every channel of one purpose.
    Purpose,
    /// Everything.
    All,
}

/// Whose policy it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Controller {
    /// The body's name.
    pub name: String,
    /// `public_authority`, `housing_association`, `charity` or `company`.
    pub kind: String,
    /// The zone in which its days begin.
    pub time_zone: TimeZone,
}

/// What the controller contacts people for, and on which lawful basis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Purpose {
    /// Its name.
    pub name: String,
    /// `direct_marketing`, `service`, ...: the words of DESIGN, from the policy data.
    pub message_class: String,
    /// `consent`, `contract`, ...
    pub basis: String,
    /// Further constants of the purpose by name, as the policy's vocabulary lists them: `justification.task`,
    /// `article9_condition`, `incident_reference`, `assessment_reference`, ...
    pub constants: Vec<(String, String)>,
}

/// Versioned rule data, made the body's own by its controller and purposes. Immutable; `with_*` returns a new one.
#[derive(Clone, Debug)]
pub struct Policy {
    _todo: Arc<()>,
}

/// One rule of a policy, as a lawyer reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyRule {
    /// `R13`.
    pub id: String,
    /// `definition`, `permission` or `timing`.
    pub stage: String,
    /// The condition, in the rule language.
    pub guard: String,
    /// What it does when the guard is true.
    pub outcome: String,
    /// What it does when the guard is unknown: `fires`, `passes` or `skip`.
    pub when_unknown: String,
    /// The reason, in plain words.
    pub reason: String,
    /// Where it comes from.
    pub source: String,
}

/// Facts known for one decision, by the names of the policy's vocabulary.
#[derive(Clone, Default, PartialEq)]
pub struct Facts {
    values: Vec<(String, Value)>,
}

/// What is asked of a view: may we contact this citizen, about this, this way?
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// Key of the citizen.
    pub citizen: String,
    /// Purpose of the message.
    pub purpose: String,
    /// Channel of the message.
    pub channel: String,
    /// Topic within the purpose.
    pub topic: Option<String>,
    /// What else is known.
    pub facts: Facts,
}

/// Allow, deny, or not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Outcome {
    Allow,
    Deny,
    Defer,
}

/// The answer, with its legal reason and evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// Allow, deny or defer.
    pub outcome: Outcome,
    /// The rule that decided.
    pub rule: String,
    /// The rule that permitted it, before timing.
    pub permitted_by: Option<String>,
    /// The basis relied on when allowed: `consent`, ..., `soft_opt_in`.
    pub basis: Option<String>,
    /// The reason, in plain words.
    pub reason: String,
    /// The events that the firing guard read.
    pub evidence: Vec<u64>,
    /// The next instant at which the same events and facts give another answer, within 400 days.
    pub until: Option<Timestamp>,
    /// `uk-2026@1.0.0#hash`.
    pub policy: String,
}

/// One row's answer when everyone is asked at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The row in the population.
    pub row: usize,
    /// Allow, deny or defer.
    pub outcome: Outcome,
    /// Position of the rule that decided in [`Policy::rules`].
    pub rule: usize,
}

/// The consent of everyone at one instant. Immutable.
#[derive(Clone, Debug)]
pub struct ConsentView {
    _todo: Arc<()>,
}

impl Event {
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

    /// Events from a table whose columns are named as the fields of [`Event`]; `citizen`, `status` and `captured_at` must be there.
    ///
    /// # Errors
    /// `UnknownName` for a column that is no field, `InvalidArgument` naming column and row.
    pub fn from_table(table: &Table, zone: TimeZone) -> Result<Vec<Self>> {
        let _ = (table, zone);
        unimplemented!()
    }
}

impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Event")
            .field("status", &self.status)
            .field("purpose", &self.purpose)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl Status {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        unimplemented!()
    }
}

impl std::str::FromStr for Status {
    type Err = crate::Error;

    fn from_str(word: &str) -> Result<Self> {
        let _ = word;
        unimplemented!()
    }
}

impl std::str::FromStr for Scope {
    type Err = crate::Error;

    fn from_str(word: &str) -> Result<Self> {
        let _ = word;
        unimplemented!()
    }
}

impl Controller {
    /// A controller.
    pub fn new(name: impl Into<String>, kind: impl Into<String>, time_zone: TimeZone) -> Self {
        Self { name: name.into(), kind: kind.into(), time_zone }
    }
}

impl Purpose {
    /// A purpose with no further constants.
    pub fn new(name: impl Into<String>, message_class: impl Into<String>, basis: impl Into<String>) -> Self {
        Self { name: name.into(), message_class: message_class.into(), basis: basis.into(), constants: Vec::new() }
    }

    /// The same with one more constant.
    #[must_use]
    pub fn constant(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.constants.push((name.into(), value.into()));
        self
    }
}

impl Policy {
    /// A policy that ships with citx: `uk-2026`.
    ///
    /// # Errors
    /// `UnknownName`.
    pub fn builtin(name: &str) -> Result<Self> {
        let _ = name;
        unimplemented!()
    }

    /// A policy from its TOML text.
    ///
    /// # Errors
    /// `PolicyInvalid`, `PolicyUnsupported`.
    pub fn parse(text: &str) -> Result<Self> {
        let _ = text;
        unimplemented!()
    }

    /// The same rules for this controller.
    ///
    /// # Errors
    /// `InvalidArgument` for an unknown kind.
    pub fn with_controller(&self, controller: Controller) -> Result<Self> {
        let _ = controller;
        unimplemented!()
    }

    /// The same with one more purpose (or another one of that name).
    ///
    /// # Errors
    /// `InvalidArgument` for a name that is not one, an unknown class or basis; `UnknownName` for an unknown constant.
    pub fn with_purpose(&self, purpose: Purpose) -> Result<Self> {
        let _ = purpose;
        unimplemented!()
    }

    /// `uk-2026@1.0.0#hash`; the hash covers rules, controller and purposes.
    pub fn id(&self) -> String {
        unimplemented!()
    }

    /// Its rules, in the order in which they are asked.
    pub fn rules(&self) -> &[PolicyRule] {
        unimplemented!()
    }

    /// The body whose policy it is, once given.
    pub fn controller(&self) -> Option<&Controller> {
        unimplemented!()
    }

    /// Its purposes.
    pub fn purposes(&self) -> &[Purpose] {
        unimplemented!()
    }

    /// The channels it knows.
    pub fn channels(&self) -> Vec<&str> {
        unimplemented!()
    }

    /// The names of the facts a question may carry, with their types.
    pub fn facts(&self) -> &crate::citizens::Schema {
        unimplemented!()
    }

    /// Its rules as a table: id, stage, guard, outcome, when_unknown, reason, source.
    pub fn explain(&self) -> Table {
        unimplemented!()
    }
}

impl Facts {
    /// No facts.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more fact.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: Value) -> Self {
        self.values.push((name.into(), value));
        self
    }
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.values.iter().map(|(name, _)| name)).finish()
    }
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").field("purpose", &self.purpose).field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl Question {
    /// A question without topic and facts.
    pub fn new(citizen: impl Into<String>, purpose: impl Into<String>, channel: impl Into<String>) -> Self {
        Self { citizen: citizen.into(), purpose: purpose.into(), channel: channel.into(), topic: None, facts: Facts::default() }
    }
}

impl Outcome {
    /// `allow`, `deny` or `defer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Defer => "defer",
        }
    }
}

impl Decision {
    /// Whether the outcome is `Allow`.
    pub fn allowed(&self) -> bool {
        self.outcome == Outcome::Allow
    }
}

impl ConsentView {
    /// The consent that these events leave at `as_of`; events captured later do not count.
    ///
    /// # Errors
    /// `PolicyInvalid` for a policy without a controller; `InvalidArgument` for an event that contradicts itself.
    pub fn from_events(events: impl IntoIterator<Item = RecordedEvent>, policy: &Policy, as_of: Timestamp) -> Result<Self> {
        let _ = (events.into_iter(), policy, as_of);
        unimplemented!()
    }

    /// The instant it stands for.
    pub fn as_of(&self) -> Timestamp {
        unimplemented!()
    }

    /// The policy it decides by.
    pub fn policy(&self) -> &Policy {
        unimplemented!()
    }

    /// One decision.
    ///
    /// # Errors
    /// `UnknownName` for a fact that the policy does not know, `InvalidArgument` for one of another type. An unknown purpose or channel is denied.
    pub fn decide(&self, question: &Question) -> Result<Decision> {
        let _ = question;
        unimplemented!()
    }

    /// Decisions for the `members` of a population, facts taken from its fact columns. `columns_used` is what the selection
    /// read: a special category column among them needs an Art. 9 condition. In row order.
    ///
    /// # Errors
    /// `Cancelled`.
    pub fn decide_many(
        &self,
        people: &Population,
        members: &Bitmap,
        purpose: &str,
        channel: &str,
        columns_used: &[String],
        run: &Run,
    ) -> Result<Vec<Verdict>> {
        let _ = (people, members, purpose, channel, columns_used, run);
        unimplemented!()
    }

    /// Whether each citizen may be contacted, in population order, without nulls.
    ///
    /// # Errors
    /// As [`ConsentView::decide_many`].
    pub fn mask(&self, people: &Population, purpose: &str, channel: &str, run: &Run) -> Result<Column> {
        let _ = (people, purpose, channel, run);
        unimplemented!()
    }
}
