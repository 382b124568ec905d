//! The audience: the members of a segment who may be contacted, each with channel, basis and rule, and the others with reasons.
//! Nothing else in citx makes a contact list.

mod cap;
mod equality;
mod gate;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, OnceLock};

pub use cap::Cap;
pub use equality::EqualityOptions;

use crate::citizens::Population;
use crate::consent::{ConsentView, Event, Policy, QuietHours, Recorder, Status, Verdict};
use crate::run::Run;
use crate::segments::Segment;
use crate::table::Table;
use crate::time::Timestamp;
use crate::{Bitmap, Result};

/// What is sent, and which way.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AudienceOptions {
    /// The purpose of the message.
    pub purpose: String,
    /// The channels to try, in the caller's order.
    pub channels: Vec<String>,
    /// Whether the citizen's preferred channel is tried first.
    pub prefer_citizen: bool,
    /// One message for each household at most.
    pub one_per_household: bool,
    /// How often a citizen may be contacted, beside the policy's own caps.
    pub cap: Option<Cap>,
    /// Hours in which this message waits, beside the policy's own.
    pub quiet_hours: Option<QuietHours>,
    /// The share of those allowed who are held out, in [0, 1).
    pub holdout: f64,
    /// The seed of the draw that holds out.
    pub seed: u64,
}

/// Who may be contacted, and why not the others. Immutable; a clone shares everything. `Debug` shows sizes only.
///
/// Each member is tried on the channels in turn, and the first that the policy allows is the member's channel. Those that were tried
/// before it, and all of them for a member who may not be contacted, are in [`Audience::refused`].
#[derive(Clone)]
pub struct Audience {
    inner: Arc<Inner>,
    system: Option<Arc<str>>,
}

struct Inner {
    people: Population,
    members: Bitmap,
    purpose: String,
    view: ConsentView,
    columns_used: Vec<String>,
    as_of: Timestamp,
    recorder: Recorder,
    /// Channel and the fact that holds its contact point, as the policy says.
    contact_facts: Vec<(String, String)>,
    allowed: Table,
    allowed_rows: Vec<usize>,
    refused: Table,
    held_out: Table,
    summary: Table,
    /// Those allowed on each channel.
    verdicts: Vec<(String, Vec<Verdict>)>,
    expires_at: OnceLock<Option<Timestamp>>,
}

impl AudienceOptions {
    /// The citizen's preferred channel first, then these; everyone for themselves.
    pub fn new<C: Into<String>>(purpose: impl Into<String>, channels: impl IntoIterator<Item = C>) -> Self {
        Self {
            purpose: purpose.into(),
            channels: channels.into_iter().map(Into::into).collect(),
            prefer_citizen: true,
            one_per_household: false,
            cap: None,
            quiet_hours: None,
            holdout: 0.0,
            seed: 7,
        }
    }

    /// Whether the citizen's preferred channel is tried first, where it is one of the channels.
    #[must_use]
    pub fn prefer_citizen(mut self, prefer: bool) -> Self {
        self.prefer_citizen = prefer;
        self
    }

    /// One message for each household at most: the first member in population order who may be contacted. A citizen whose household is
    /// not known is one alone.
    #[must_use]
    pub fn one_per_household(mut self, one: bool) -> Self {
        self.one_per_household = one;
        self
    }

    /// At most so many contacts: beyond them the policy's timing rules say what they say of its own caps.
    #[must_use]
    pub fn cap(mut self, cap: Cap) -> Self {
        self.cap = Some(cap);
        self
    }

    /// Hours in which this message waits, on the wall clock of the controller's zone, beside those that the policy keeps.
    #[must_use]
    pub fn quiet_hours(mut self, quiet: QuietHours) -> Self {
        self.quiet_hours = Some(quiet);
        self
    }

    /// Holds out a share of those allowed, in [0, 1), to compare the others with: whoever draws less than `share` from
    /// [`draw`](crate::statistics::draw)`(seed, 0, "holdout citizen KEY")`. So the same citizens are held out again, whoever else is in the
    /// audience and in whatever order. With one message for each household, households draw: `"holdout household HOUSEHOLD"`.
    #[must_use]
    pub fn holdout(mut self, share: f64, seed: u64) -> Self {
        (self.holdout, self.seed) = (share, seed);
        self
    }
}

impl Segment {
    /// The members who may be contacted, and why not the others. Facts come from the fact columns of the segment's own population.
    ///
    /// # Errors
    /// `InvalidArgument` without channels, for a channel named twice, for one per household without a household fact, for quiet hours that
    /// are none, or for a cap on channels with contacts that have none; `OutOfRange` for a cap of no contact or no day, or a holdout outside
    /// [0, 1); `UnknownName` for a channel of the cap; `PolicyUnsupported` for a cap or quiet hours that no rule of the policy heeds; `Cancelled`.
    /// A purpose or channel that the policy does not know is no error: it is denied.
    ///
    /// # Example
    /// ```
    /// use citx_core::Run;
    /// use citx_core::audience::AudienceOptions;
    /// use citx_core::citizens::{FactColumns, Population};
    /// use citx_core::consent::{ConsentView, Controller, Policy, Purpose};
    /// use citx_core::rules::Context;
    /// use citx_core::segments::{SegmentBook, SegmentDefinition};
    /// use citx_core::table::{Column, Table};
    /// use citx_core::time::{TimeZone, Timestamp};
    ///
    /// let table = Table::from_columns([
    ///     Column::text("id", [Some("C-17"), Some("C-18")]),
    ///     Column::text("email", [Some("a@example.org"), None]),
    /// ])?;
    /// let people = Population::from_table(table, "id")?.with_facts(FactColumns::new().email("email"))?;
    /// let as_of = Timestamp::parse("2026-11-22", TimeZone::UTC)?;
    /// let members = SegmentBook::new([SegmentDefinition::new("all", "id IS NOT NULL")])?
    ///     .evaluate(&people, &Context { as_of, time_zone: TimeZone::UTC }, &Run::new())?;
    /// let policy = Policy::builtin("uk-2026")?
    ///     .with_controller(Controller::new("Anytown Homes", "housing_association", TimeZone::UTC))?
    ///     .with_purpose(Purpose::new("repairs", "service", "contract"))?
    ///     .with_purpose(Purpose::new("newsletter", "direct_marketing", "consent"))?;
    /// let view = ConsentView::from_events([], &policy, as_of)?;
    ///
    /// let audience = members.segment("all")?.audience(&view, &AudienceOptions::new("repairs", ["email"]), &Run::new())?;
    /// assert_eq!((audience.allowed().num_rows(), audience.refused().num_rows()), (1, 1));
    /// // Nobody gave consent, so nobody gets the newsletter.
    /// let audience = members.segment("all")?.audience(&view, &AudienceOptions::new("newsletter", ["email"]), &Run::new())?;
    /// assert_eq!(audience.allowed().num_rows(), 0);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn audience(&self, view: &ConsentView, options: &AudienceOptions, run: &Run) -> Result<Audience> {
        gate::pass(self, view, options, run)
    }
}

impl Audience {
    /// Key, channel, basis, rule: one row for each citizen who may be contacted, in population order.
    pub fn allowed(&self) -> &Table {
        &self.inner.allowed
    }

    /// Key, channel, reason, rule: one row for each channel tried in vain, by citizen in population order, then in the order tried.
    /// Whoever gives way to another member of the household has the rule `household`.
    pub fn refused(&self) -> &Table {
        &self.inner.refused
    }

    /// Key, channel: one row for each citizen who might be contacted and is held out, in population order.
    pub fn held_out(&self) -> &Table {
        &self.inner.held_out
    }

    /// Outcome (`allow`, `deny`, `defer`, `held_out`), channel, rule, reason and how many citizens. A citizen refused on one channel and
    /// allowed on the next counts in both. Whoever is held out has the rule `holdout`.
    pub fn summary(&self) -> Table {
        self.inner.summary.clone()
    }

    /// The same for another system, whose name a ledger records with what is handed out to it; left out, that is the kind of file.
    #[must_use]
    pub fn for_system(&self, system: &str) -> Self {
        Self { inner: self.inner.clone(), system: Some(system.into()) }
    }

    /// Records that these citizens' contact points are handed out: an event `disclosed` for each, in the ledger that the view came from.
    /// `rows` are rows of the population with the channel, `form` is the kind of file and `digest` its SHA-256 in hex, which tells one
    /// hand-over from another: the same twice is recorded once. A view without a ledger, or from one opened for reading, records nothing.
    ///
    /// # Errors
    /// As the ledger's own; nothing may be handed out then.
    pub fn disclose<'a>(&self, rows: impl IntoIterator<Item = (usize, &'a str)>, form: &str, digest: &str) -> Result<()> {
        let Some(recorder) = &self.inner.recorder else { return Ok(()) };
        let system = self.system.as_deref().unwrap_or(form);
        let event = |(row, channel): (usize, &str)| {
            let citizen = self.population().key_text(row)?;
            let mut event = Event::new(citizen.as_ref(), Status::Disclosed, self.inner.as_of);
            (event.purpose, event.channel) = (Some(self.purpose().to_owned()), Some(channel.to_owned()));
            (event.method, event.source) = (Some(form.to_owned()), Some(system.to_owned()));
            event.evidence_ref = Some(format!("sha256:{digest}"));
            event.idempotency_key = Some(format!("disclosed {} {system} {digest} {channel} {citizen}", self.inner.as_of.as_micros()));
            Some(event)
        };
        let events: Vec<Event> = rows.into_iter().filter_map(event).collect();
        if events.is_empty() { Ok(()) } else { recorder.disclose(&events) }
    }

    /// The first instant at which someone in [`Audience::allowed`] may not be contacted any more, or only by another rule, though nobody
    /// says or does anything: from then on the list must not be used. The least [`Decision::until`](crate::consent::Decision::until) of
    /// its decisions; `None` if nothing changes within 400 days of the view's instant, which is as far as anybody looked. What happens in
    /// the meantime is not foreseen: a list is decided again just before it is sent.
    pub fn expires_at(&self) -> Option<Timestamp> {
        // What cannot be looked for has failed in the gate; if it does here, nothing is promised.
        let first = || self.inner.first_change().unwrap_or(Some(self.inner.as_of));
        *self.inner.expires_at.get_or_init(first)
    }

    /// Whom the gate leaves out: the share allowed in each group of the members, for the equality duty of a public body (Equality Act
    /// 2010 s. 149). Each item of `by` is one breakdown by columns of the population; several are crossed.
    ///
    /// The first row, without `by`, is everyone. Then for each breakdown the groups in order, those of whom the value is not known last,
    /// without `group`: `members`, `allowed`, `share` with its Wilson interval, `ratio` to the highest share shown of the breakdown,
    /// `difference` from all other members with Newcombe's interval, `level`, `suppressed`. What is withheld or does not exist is null.
    /// Who gives way to another member of the household counts as not allowed.
    ///
    /// # Errors
    /// `UnknownName` for a column; `InvalidArgument` for an empty breakdown, or a column whose values are no labels; `OutOfRange` for a
    /// level that is none.
    pub fn equality(&self, by: &[Vec<String>], options: &EqualityOptions) -> Result<Table> {
        equality::table(self, by, options)
    }

    /// The citizens it was chosen from.
    pub fn population(&self) -> &Population {
        &self.inner.people
    }

    /// The row in the population of each row of [`Audience::allowed`].
    pub fn allowed_rows(&self) -> &[usize] {
        &self.inner.allowed_rows
    }

    /// The purpose it was made for.
    pub fn purpose(&self) -> &str {
        &self.inner.purpose
    }

    /// The policy that decided.
    pub fn policy(&self) -> &Policy {
        self.inner.view.policy()
    }

    /// Of those allowed, who may be contacted on this channel, be it their own or another: rows of the population.
    ///
    /// # Errors
    /// `Cancelled`.
    pub fn allowed_on(&self, channel: &str, run: &Run) -> Result<Bitmap> {
        let mut allowed = Bitmap::zeros(self.inner.people.len());
        self.inner.allowed_rows.iter().for_each(|row| allowed.set(*row));
        let Inner { view, people, purpose, columns_used, .. } = &*self.inner;
        Ok(view.decide_many(people, &allowed, purpose, channel, columns_used, run)?.allowed(people.len()))
    }

    /// Each channel that was tried, and the fact that holds its contact point: `email`, `phone` or `address`. Channels without one, such
    /// as a portal, are left out.
    pub fn contact_facts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.inner.contact_facts.iter().map(|(channel, fact)| (channel.as_str(), fact.as_str()))
    }
}

impl fmt::Debug for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (allowed, refused) = (self.allowed().num_rows(), self.refused().num_rows());
        write!(f, "Audience({allowed} allowed; {refused} refusals; purpose {})", self.purpose())
    }
}
