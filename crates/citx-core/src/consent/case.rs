//! One citizen, one question, any instant.

use super::decision::Question;
use super::engine::{Answer, Fixed, Person};
use super::facts::Known;
use super::state::{Asked, State};
use super::timing::Quiet;
use super::view::ConsentView;
use super::vocabulary::Origin;
use crate::Result;
use crate::table::Value;
use crate::time::{DAY_MICROS, Interval, Timestamp};

/// How far ahead a change of the answer is looked for.
pub(super) const HORIZON: i64 = 400 * DAY_MICROS;

/// A question, of whomever it is asked.
pub(super) struct Asking<'a> {
    pub(super) view: &'a ConsentView,
    purpose: &'a str,
    channel: &'a str,
    topic: Option<&'a str>,
    special_category_used: bool,
    asked: Asked,
    /// The names of the vocabulary that time can make matter, with the steps from their values.
    pub(super) matters: Vec<(usize, &'a [Interval])>,
}

impl<'a> Asking<'a> {
    pub(super) fn new(
        view: &'a ConsentView,
        (purpose, channel, topic): (&'a str, &'a str, Option<&'a str>),
        special_category_used: bool,
    ) -> Self {
        let matters = view.policy().data().matters.iter().map(|(number, steps)| (*number, steps.as_slice())).collect();
        let asked = view.asked((purpose, channel, topic), view.as_of());
        Self { view, purpose, channel, topic, special_category_used, asked, matters }
    }

    pub(super) fn of(view: &'a ConsentView, question: &'a Question) -> Self {
        Self::new(view, (&question.purpose, &question.channel, question.topic.as_deref()), false)
    }

    pub(super) fn fixed(&self, at: Timestamp) -> Result<Fixed<'a>> {
        let asked = (self.purpose, self.channel);
        Ok(self.view.fixed_at(asked, self.special_category_used, at)?.about(self.topic))
    }
}

/// A question about one citizen.
pub(super) struct Case<'a> {
    asking: &'a Asking<'a>,
    citizen: &'a str,
    known: Known,
    contact: Option<u32>,
}

impl<'a> Case<'a> {
    pub(super) fn new(asking: &'a Asking<'a>, citizen: &'a str, known: Known) -> Self {
        let contact = asking.view.contact(&known, asking.channel);
        Self { asking, citizen, known, contact }
    }

    fn asked(&self, at: Timestamp) -> Asked {
        Asked { contact: self.contact, at, ..self.asking.asked.clone() }
    }

    /// What the rules say at the instant of `fixed`.
    pub(super) fn answer(&self, fixed: &Fixed<'_>) -> Result<(Answer, State)> {
        let state = self.asking.view.index().state(self.citizen, &self.asked(fixed.context.as_of));
        let answer = fixed.answer(&Person { state: &state, known: &self.known })?;
        Ok((answer, state))
    }

    /// The first instant after the view's at which outcome or rule differ from `now`.
    pub(super) fn until(&self, now: &Answer) -> Result<Option<Timestamp>> {
        let mut before = self.asking.fixed(self.asking.view.as_of())?;
        let end = self.asking.view.as_of().as_micros().saturating_add(HORIZON);
        for at in self.critical(&before) {
            if let Some(quiet) = self.quiet_change(now, before, at)? {
                return Ok(Some(quiet));
            }
            let fixed = self.asking.fixed(at)?;
            if self.answer(&fixed)?.0.differs(now) {
                return Ok(Some(at));
            }
            before = fixed;
        }
        // The horizon itself counts.
        self.quiet_change(now, before, Timestamp::from_micros(end.saturating_add(1)))
    }

    /// The first instant between two critical ones at which quiet hours begin or end, if that changes the answer: nothing else can.
    fn quiet_change(&self, now: &Answer, from: Fixed<'a>, to: Timestamp) -> Result<Option<Timestamp>> {
        let Some(change) = quiet_edge(&from).filter(|at| *at < to) else { return Ok(None) };
        Ok(self.answer(&from.turned())?.0.differs(now).then_some(change))
    }

    /// Every instant within the horizon at which an answer can change, ascending: nothing else in a guard depends on the time.
    pub(super) fn critical(&self, fixed: &Fixed<'_>) -> Vec<Timestamp> {
        let view = self.asking.view;
        let (data, zone) = (view.policy().data(), view.context().time_zone);
        let events = view.index().instants(self.citizen, &self.asked(view.as_of()));
        let mut critical: Vec<Timestamp> = events.clone();
        let mut around = |from: &Value, step: Interval| match from {
            // An age is reached on the day itself or, from 29 February, the day after; a last day ends with it.
            Value::Date(date) => critical.extend(date.checked_add(step).into_iter().flat_map(|date| {
                let next = Interval { days: 1, ..Interval::default() };
                [Some(date), date.checked_add(next)].into_iter().flatten().filter_map(|date| date.midnight(zone))
            })),
            // Just after it as well: a guard may compare with `<` or with `<=`.
            Value::Timestamp(at) => critical.extend(at.checked_add(step, zone).into_iter().flat_map(|at| {
                let after = at.as_micros().checked_add(1).map(Timestamp::from_micros);
                [Some(at), after].into_iter().flatten()
            })),
            _ => {}
        };
        let stateless = Person { state: &State::default(), known: &self.known };
        for (number, steps) in &self.asking.matters {
            let Some(item) = data.vocabulary.get(*number).filter(|_| !steps.is_empty()) else { continue };
            let from: Vec<Value> = match item.origin {
                Origin::State(_) => events.iter().copied().map(Value::Timestamp).collect(),
                _ => vec![fixed.value(item, Some(&stateless))],
            };
            for step in *steps {
                from.iter().for_each(|from| around(from, *step));
            }
        }
        for cap in &self.asking.asked.caps {
            events.iter().for_each(|at| around(&Value::Timestamp(*at), cap.within));
        }
        data.instants.iter().for_each(|date| around(&Value::Date(*date), Interval::default()));
        let now = view.as_of().as_micros();
        critical.retain(|at| at.as_micros() > now && at.as_micros().saturating_sub(now) <= HORIZON);
        critical.sort_unstable();
        critical.dedup();
        critical
    }
}

/// The first instant after that of `from` at which its quiet hours begin or end.
pub(super) fn quiet_edge(from: &Fixed<'_>) -> Option<Timestamp> {
    let quiet: Vec<&Quiet> = from.quiet().collect();
    if quiet.is_empty() { None } else { Quiet::change(&quiet, from.context.as_of, from.context.time_zone) }
}
