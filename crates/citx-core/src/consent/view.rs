use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::bound::{Bound, position};
use super::case::{Asking, Case};
use super::decision::{Decision, Outcome, Question, Verdict, Verdicts};
use super::disclosures::{Disclosures, Recorder};
use super::engine::{Fixed, Person};
use super::event::{Event, RecordedEvent};
use super::facts::{FactTable, Known};
use super::policy::{Controller, Policy};
use super::state::{Asked, AskedCap, Index};
use super::timing::{Cap, QuietHours};
use super::vocabulary::{Built, Origin};
use crate::citizens::Population;
use crate::rules::{Context, MaskSource};
use crate::run::Run;
use crate::table::{Column, Table, Value};
use crate::time::Timestamp;
use crate::{Bitmap, Error, ErrorKind, Result};

/// Citizens whom it is not worth binding everyone for.
const FEW: usize = 1_000;

/// The consent of everyone at one instant. Immutable; a clone shares everything. `Debug` shows sizes only.
///
/// # Example
/// ```
/// use citx_core::consent::{ConsentView, Controller, Event, Policy, Purpose, Question, RecordedEvent, Status};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let policy = Policy::builtin("uk-2026")?
///     .with_controller(Controller::new("Anytown Council", "public_authority", "Europe/London".parse()?))?
///     .with_purpose(Purpose::new("newsletter", "direct_marketing", "consent"))?;
/// let at = |text| Timestamp::parse(text, TimeZone::UTC);
/// let mut event = Event::new("C-17", Status::Given, at("2026-03-01T10:00:00Z")?);
/// event.purpose = Some("newsletter".to_owned());
/// event.channel = Some("email".to_owned());
/// let events = [RecordedEvent { id: 1, recorded_at: event.captured_at, event }];
///
/// let view = ConsentView::from_events(events, &policy, at("2026-11-22T00:00:00Z")?)?;
/// let decision = view.decide(&Question::new("C-17", "newsletter", "email"))?;
/// assert_eq!((decision.rule.as_str(), decision.evidence.as_slice()), ("R13", &[1][..]));
/// // Consent is specific: it was not given for text messages.
/// assert_eq!(view.decide(&Question::new("C-17", "newsletter", "sms"))?.rule, "R07b");
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct ConsentView {
    inner: Arc<Inner>,
}

struct Inner {
    index: Arc<Index>,
    policy: Policy,
    controller: Controller,
    as_of: Timestamp,
    /// Where what is handed out by its decisions is recorded.
    recorder: Recorder,
    /// What is kept of the population that was asked about last.
    bound: Mutex<Option<Arc<Bound>>>,
}

/// Makes a [`ConsentView`] event by event, for those who read events one at a time.
pub struct ViewBuilder {
    index: Index,
    policy: Policy,
    controller: Controller,
    as_of: Timestamp,
    recorder: Recorder,
}

impl ViewBuilder {
    /// A view without events.
    ///
    /// # Errors
    /// `PolicyInvalid` for a policy without a controller.
    pub fn new(policy: &Policy, as_of: Timestamp) -> Result<Self> {
        let Some(controller) = policy.controller() else {
            let message = "a policy decides for a controller: give it one with `with_controller`";
            return Err(Error::new(ErrorKind::PolicyInvalid, message));
        };
        Ok(Self { index: Index::default(), policy: policy.clone(), controller: controller.clone(), as_of, recorder: None })
    }

    /// Takes one more event, in any order.
    ///
    /// # Errors
    /// `InvalidArgument` for an event that contradicts itself (see [`Event::check`](super::Event::check)).
    pub fn push(&mut self, event: &RecordedEvent) -> Result<()> {
        event.event.check().map_err(|error| error.context(format!("event {}", event.id)))?;
        self.take(event.id, &event.event);
        Ok(())
    }

    fn take(&mut self, id: u64, event: &Event) {
        let contact = event.contact.as_deref().map(|contact| self.policy.normal_contact(contact));
        self.index.push(id, event, contact.as_deref());
    }

    /// Knows citizens as erased of whom no event is left: `erased` gives the event that did it. They are denied at every instant: what
    /// held before is not known any more.
    #[must_use]
    pub fn erased(mut self, erased: impl Fn(&str) -> Option<u64> + Send + Sync + 'static) -> Self {
        self.index.erased = Some(Arc::new(erased));
        self
    }

    /// Has it recorded what is handed out by the view's decisions.
    #[must_use]
    pub fn recorded_in(mut self, disclosures: Arc<dyn Disclosures>) -> Self {
        self.recorder = Some(disclosures);
        self
    }

    /// The view.
    pub fn finish(mut self) -> ConsentView {
        self.index.finish();
        let Self { index, policy, controller, as_of, recorder } = self;
        let inner = Inner { index: Arc::new(index), policy, controller, as_of, recorder, bound: Mutex::default() };
        ConsentView { inner: Arc::new(inner) }
    }
}

impl fmt::Debug for ViewBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ViewBuilder({} events)", self.index.len())
    }
}

impl ConsentView {
    /// The consent that these events leave at `as_of`; events captured later do not count.
    ///
    /// # Errors
    /// `PolicyInvalid` for a policy without a controller; `InvalidArgument` for an event that contradicts itself (see [`Event::check`](super::Event::check)).
    pub fn from_events(events: impl IntoIterator<Item = RecordedEvent>, policy: &Policy, as_of: Timestamp) -> Result<Self> {
        let mut builder = ViewBuilder::new(policy, as_of)?;
        events.into_iter().try_for_each(|event| builder.push(&event))?;
        Ok(builder.finish())
    }

    /// The same for events in a table, as [`Event::from_table`](super::Event::from_table) reads it; they are numbered from 1 in its order, and recorded when captured.
    ///
    /// # Errors
    /// As [`ConsentView::from_events`] and [`Event::from_table`](super::Event::from_table).
    pub fn from_table(table: &Table, policy: &Policy, as_of: Timestamp) -> Result<Self> {
        let mut builder = ViewBuilder::new(policy, as_of)?;
        let zone = builder.controller.time_zone;
        Event::each(table, zone, |id, event| {
            builder.take(id, event);
            Ok(())
        })?;
        Ok(builder.finish())
    }

    /// The instant it stands for.
    pub fn as_of(&self) -> Timestamp {
        self.inner.as_of
    }

    /// The policy it decides by.
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// The same, keeping more quiet hours than those of its policy.
    ///
    /// # Errors
    /// `PolicyInvalid` as [`Policy::with_quiet_hours`]; `PolicyUnsupported` for a policy of which no rule heeds quiet hours.
    pub fn with_quiet_hours(&self, quiet: QuietHours) -> Result<Self> {
        let policy = self.policy().with_quiet_hours(quiet)?;
        policy.heeds(Origin::Built(Built::InQuietHours), "quiet hours")?;
        let inner = &*self.inner;
        let (index, controller) = (inner.index.clone(), inner.controller.clone());
        let inner = Inner { index, policy, controller, as_of: inner.as_of, recorder: inner.recorder.clone(), bound: Mutex::default() };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// One decision.
    ///
    /// # Errors
    /// `UnknownName` for a fact that the policy does not know, `InvalidArgument` for one of another type. An unknown purpose or channel is denied.
    pub fn decide(&self, question: &Question) -> Result<Decision> {
        let asking = Asking::of(self, question);
        let known = Known::of(&question.facts, self.policy().data(), self.inner.controller.time_zone)?;
        let case = Case::new(&asking, &question.citizen, known);
        let fixed = asking.fixed(self.as_of())?;
        let (answer, state) = case.answer(&fixed)?;
        let until = case.until(&answer)?;
        let (policy, rules) = (self.policy(), self.policy().rules());
        let id = |rule: usize| rules.get(rule).map_or(String::new(), |rule| rule.id.clone());
        let rule = rules.get(answer.rule);
        Ok(Decision {
            outcome: answer.outcome,
            rule: id(answer.rule),
            permitted_by: answer.permitted_by.map(id),
            basis: answer.permitted_by.and_then(|rule| policy.basis_of(rule, &question.purpose)),
            condition: answer.permitted_by.and_then(|rule| rules.get(rule)?.condition.clone()),
            reason: rule.map_or(String::new(), |rule| rule.reason.clone()),
            evidence: fixed.evidence(answer.rule, &state),
            definitions: fixed.definitions,
            until,
            policy: policy.id(),
        })
    }

    /// Prepares to decide about everyone in `people`: finds the citizens whose events the view has, and folds their states for every purpose
    /// and channel of the policy. Deciding does it where it was not done before; a view keeps it for the population asked about last.
    ///
    /// # Errors
    /// `Cancelled`; `UnknownName` for a mapped column that is not there.
    pub fn bind(&self, people: &Population, run: &Run) -> Result<()> {
        let bound = self.bound(people, run)?;
        for purpose in self.policy().purposes() {
            for channel in self.policy().channels() {
                bound.pair(self, people, &(purpose.name.clone(), channel.to_owned(), false), run)?;
            }
        }
        Ok(())
    }

    fn bound(&self, people: &Population, run: &Run) -> Result<Arc<Bound>> {
        let mut kept = self.inner.bound.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bound) = kept.as_ref().filter(|bound| bound.is_of(people)) {
            return Ok(bound.clone());
        }
        let bound = Arc::new(Bound::new(self, people, run)?);
        *kept = Some(bound.clone());
        Ok(bound)
    }

    /// Decisions for the `members` of a population, facts taken from its fact columns. `columns_used` is what the selection
    /// read: a special category column among them needs an Art. 9 condition. In row order.
    ///
    /// Kept, the verdicts of everyone answer one by one without another decision: by row, or by key with [`Population::find`].
    ///
    /// # Errors
    /// `Cancelled`; `UnknownName` for a mapped column that is not there.
    ///
    /// # Example
    /// ```
    /// use citx_core::citizens::Population;
    /// use citx_core::consent::{ConsentView, Controller, Outcome, Policy, Purpose};
    /// use citx_core::table::{Column, Table};
    /// use citx_core::time::Timestamp;
    /// use citx_core::{Bitmap, Run};
    ///
    /// let policy = Policy::builtin("uk-2026")?
    ///     .with_controller(Controller::new("Anytown Council", "public_authority", "Europe/London".parse()?))?
    ///     .with_purpose(Purpose::new("repairs", "service", "contract"))?;
    /// let view = ConsentView::from_events([], &policy, Timestamp::from_micros(0))?;
    /// let people = Population::from_table(Table::from_columns([Column::text("id", [Some("C-17"), Some("C-18")])])?, "id")?;
    ///
    /// let everyone = Bitmap::ones(people.len());
    /// let verdicts = view.decide_many(&people, &everyone, "repairs", "email", &[], &Run::new())?;
    /// let verdict = people.find("C-18").and_then(|row| verdicts.get(row)).expect("a row for everyone");
    /// assert_eq!((verdict.row, verdict.outcome), (1, Outcome::Allow));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn decide_many(
        &self,
        people: &Population,
        members: &Bitmap,
        purpose: &str,
        channel: &str,
        columns_used: &[String],
        run: &Run,
    ) -> Result<Verdicts> {
        let special = !Self::special_category_used(people, columns_used).is_empty();
        if members.count_ones() <= FEW {
            return self.decide_few(people, members, &self.fixed((purpose, channel), special)?, false, run);
        }
        let rules = self.rules_of_everyone(people, (purpose, channel, special), run)?;
        if members.len() == rules.len() && members.count_ones() == rules.len() {
            return Ok(Verdicts::new(None, rules, self.outcomes()));
        }
        let rows: Vec<usize> = members.ones_iter().take_while(|row| *row < rules.len()).collect();
        let rules = rows.iter().filter_map(|row| rules.get(*row).copied()).collect();
        Ok(Verdicts::new(Some(rows), rules, self.outcomes()))
    }

    /// By position of the rule.
    pub(super) fn outcomes(&self) -> Vec<Outcome> {
        self.policy().rules().iter().map(|rule| Outcome::of(&rule.outcome)).collect()
    }

    /// The rule that decides about each citizen.
    pub(super) fn rules_of_everyone(
        &self,
        people: &Population,
        (purpose, channel, special): (&str, &str, bool),
        run: &Run,
    ) -> Result<Vec<u16>> {
        let pair = self.bound(people, run)?.pair(self, people, &(purpose.to_owned(), channel.to_owned(), special), run)?;
        pair.rules(self, people.len(), run)
    }

    /// The same one by one, without a look at everyone; `capped`: as of those who have had as many messages as there may be.
    pub(super) fn decide_few(&self, people: &Population, members: &Bitmap, fixed: &Fixed<'_>, capped: bool, run: &Run) -> Result<Verdicts> {
        let rows: Vec<usize> = members.ones_iter().take_while(|row| *row < people.len()).collect();
        let data = self.policy().data();
        let facts = FactTable::of(people, &rows, fixed.channel, data, fixed.context.time_zone)?;
        let asked = self.asked((fixed.purpose, fixed.channel, None), self.as_of());
        let verdict = |(index, row): (usize, usize)| {
            run.check()?;
            let known = facts.row(index, data);
            let asked = Asked { contact: self.contact(&known, fixed.channel), ..asked.clone() };
            let mut state = self.inner.index.state(&people.key_text(row).unwrap_or_default(), &asked);
            if capped {
                state.capped = state.capped.max(1);
            }
            position(fixed.answer(&Person { state: &state, known: &known })?.rule)
        };
        let rules = rows.iter().enumerate().map(|(index, row)| verdict((index, *row))).collect::<Result<_>>()?;
        Ok(Verdicts::new(Some(rows), rules, self.outcomes()))
    }

    /// Whether each citizen may be contacted, in population order, without nulls.
    ///
    /// # Errors
    /// As [`ConsentView::decide_many`].
    pub fn mask(&self, people: &Population, purpose: &str, channel: &str, run: &Run) -> Result<Column> {
        Ok(Column::bits("may_contact", &self.may_contact(people, purpose, channel, run)?))
    }

    /// The columns of special category data among those that a selection used.
    pub fn special_category_used<'a>(people: &Population, columns_used: &'a [String]) -> Vec<&'a str> {
        let special = people.facts().map_or(&[][..], |facts| facts.special_category.as_slice());
        columns_used.iter().filter(|column| special.contains(column)).map(String::as_str).collect()
    }

    /// The reason for a verdict in plain words; a refusal for special category data names the columns.
    pub fn reason(&self, verdict: &Verdict, people: &Population, columns_used: &[String]) -> String {
        let Some(rule) = self.policy().rules().get(verdict.rule) else { return String::new() };
        let special = Self::special_category_used(people, columns_used);
        let data = self.policy().data();
        let reads = verdict.rule.checked_sub(data.permission.first).and_then(|rule| data.permission.reads.get(rule));
        let about_special = reads
            .into_iter()
            .flatten()
            .any(|&number| data.vocabulary.get(number).is_some_and(|item| item.origin == Origin::Built(Built::SpecialCategoryUsed)));
        if about_special && !special.is_empty() { format!("{}: {}", rule.reason, special.join(", ")) } else { rule.reason.clone() }
    }

    pub(crate) fn recorder(&self) -> Recorder {
        self.inner.recorder.clone()
    }

    pub(super) fn index(&self) -> &Index {
        &self.inner.index
    }

    pub(super) fn context(&self) -> Context {
        Context { as_of: self.inner.as_of, time_zone: self.inner.controller.time_zone }
    }

    /// What a question brings to every row.
    pub(super) fn fixed<'a>(&'a self, asked: (&'a str, &'a str), special_category_used: bool) -> Result<Fixed<'a>> {
        self.fixed_at(asked, special_category_used, self.inner.as_of)
    }

    pub(super) fn fixed_at<'a>(&'a self, asked: (&'a str, &'a str), special_category_used: bool, at: Timestamp) -> Result<Fixed<'a>> {
        Fixed::new(&self.inner.policy, &self.inner.controller, asked, special_category_used, at)
    }

    pub(super) fn asked(&self, (purpose, channel, topic): (&str, &str, Option<&str>), at: Timestamp) -> Asked {
        let inner = &*self.inner;
        let constants = inner.policy.constants(inner.policy.purpose(purpose));
        let number = inner.policy.data().constants.iter().position(|constant| constant.name == "valid_notices");
        let notices = match number.and_then(|number| constants.get(number)) {
            Some(Value::Text(names)) => Some(names.split(',').map(|name| inner.index.find(name.trim())).collect()),
            _ => None,
        };
        Asked {
            purpose: inner.index.find(purpose),
            channel: inner.index.find(channel),
            topic: topic.map_or(super::state::NO_SUCH, |topic| inner.index.find(topic)),
            contact: None,
            at,
            notices,
            caps: self.caps(purpose, channel),
        }
    }

    /// The policy's caps that hold for a purpose and channel, each with every purpose and channel whose messages it counts.
    fn caps(&self, purpose: &str, channel: &str) -> Vec<AskedCap> {
        let inner = &*self.inner;
        let policy = &inner.policy;
        let holds = |cap: &Cap, purpose: &str, channel: &str| {
            let class = policy.purpose(purpose).map(|purpose| purpose.message_class.as_str());
            cap.concerns.holds(policy.channel_kind(channel), class)
        };
        let asked = |cap: &Cap| AskedCap {
            at_most: cap.at_most,
            within: cap.within,
            zone: inner.controller.time_zone,
            purposes: policy
                .purposes()
                .iter()
                .map(|other| &other.name)
                .filter(|other| holds(cap, other, channel))
                .map(|name| inner.index.find(name))
                .collect(),
            channels: policy.channels().into_iter().filter(|other| holds(cap, purpose, other)).map(|name| inner.index.find(name)).collect(),
        };
        policy.caps().filter(|cap| holds(cap, purpose, channel)).map(asked).collect()
    }

    /// The contact point that would be used, as the index numbers it; `None` if it is not known.
    pub(super) fn contact(&self, known: &Known, channel: &str) -> Option<u32> {
        let data = self.policy().data();
        let contact = known.contact(data.channel(channel), data)??;
        Some(self.inner.index.find(&self.policy().normal_contact(contact)))
    }
}

impl MaskSource for ConsentView {
    fn purposes(&self) -> Vec<&str> {
        self.policy().purposes().iter().map(|purpose| purpose.name.as_str()).collect()
    }

    fn channels(&self) -> Vec<&str> {
        self.policy().channels()
    }

    fn may_contact(&self, people: &Population, purpose: &str, channel: &str, run: &Run) -> Result<Bitmap> {
        let pair = self.bound(people, run)?.pair(self, people, &(purpose.to_owned(), channel.to_owned(), false), run)?;
        pair.allowed(self, people.len(), run)
    }
}

impl fmt::Debug for ConsentView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = &self.inner.index;
        write!(f, "ConsentView({} citizens, {} events, as of {})", index.citizens(), index.len(), self.inner.as_of)
    }
}
