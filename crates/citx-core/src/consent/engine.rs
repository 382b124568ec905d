//! The stages of a policy over state and facts, for one citizen and for many. Both build the same rows of the vocabulary.

use super::data::{RuleData, Stage};
use super::decision::Outcome;
use super::facts::Known;
use super::policy::{Controller, Policy, PolicyRule};
use super::state::State;
use super::timing::Quiet;
use super::vocabulary::{Built, Item, Origin};
use crate::Result;
use crate::rules::Context;
use crate::table::Value;
use crate::time::Timestamp;

/// What one purpose and channel bring to every row, at one instant.
pub(super) struct Fixed<'a> {
    pub(super) policy: &'a Policy,
    controller: &'a Controller,
    pub(super) purpose: &'a str,
    pub(super) channel: &'a str,
    constants: Vec<Value>,
    pub(super) class: Option<String>,
    pub(super) definitions: Vec<(String, String)>,
    special_category_used: bool,
    topic: Option<&'a str>,
    in_quiet_hours: bool,
    pub(super) context: Context,
}

/// One citizen's part of a row.
pub(super) struct Person<'a> {
    pub(super) state: &'a State,
    pub(super) known: &'a Known,
}

/// Which rule decided, and which permitted before timing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    pub(super) rule: usize,
    pub(super) permitted_by: Option<usize>,
}

impl Answer {
    /// Whether another rule or another outcome decided.
    pub(super) fn differs(&self, other: &Self) -> bool {
        (self.outcome, self.rule) != (other.outcome, other.rule)
    }
}

impl<'a> Fixed<'a> {
    /// Settles the definitions for one purpose and channel.
    ///
    /// # Errors
    /// None that a checked policy can give; the rule engine's own.
    pub(super) fn new(
        policy: &'a Policy,
        controller: &'a Controller,
        (purpose, channel): (&'a str, &'a str),
        special_category_used: bool,
        at: Timestamp,
    ) -> Result<Self> {
        let known = policy.purpose(purpose);
        let mut fixed = Self {
            policy,
            controller,
            purpose,
            channel,
            constants: policy.constants(known),
            class: known.map(|purpose| purpose.message_class.clone()),
            definitions: Vec::new(),
            special_category_used,
            topic: None,
            in_quiet_hours: false,
            context: Context { as_of: at, time_zone: controller.time_zone },
        };
        if known.is_some() {
            fixed.define()?;
        }
        let quiet = fixed.quiet().any(|quiet| quiet.holds(at, controller.time_zone));
        fixed.in_quiet_hours = quiet;
        Ok(fixed)
    }

    /// The same about a topic.
    pub(super) fn about(self, topic: Option<&'a str>) -> Self {
        Self { topic, ..self }
    }

    /// The same as if quiet hours had just begun, or ended.
    pub(super) fn turned(self) -> Self {
        Self { in_quiet_hours: !self.in_quiet_hours, ..self }
    }

    /// The quiet hours that the policy keeps for this channel and class.
    pub(super) fn quiet(&self) -> impl Iterator<Item = &'a Quiet> + '_ {
        let kind = self.policy.channel_kind(self.channel);
        self.policy.quiet().filter(move |quiet| quiet.concerns.holds(kind, self.class.as_deref()))
    }

    fn define(&mut self) -> Result<()> {
        let data = self.policy.data();
        for index in 0..data.definitions.reads.len() {
            let row: Vec<Value> = data.vocabulary.iter().map(|item| self.value(item, None)).collect();
            let truth = data.definitions.plan.evaluate_row(&row, &self.context)?.get(index).copied().flatten();
            let Some(rule) = data.rules.get(data.definitions.first + index) else { continue };
            if truth.unwrap_or(rule.fires_when_unknown()) {
                let stated = data.becomes_constant.get(index).copied().flatten().and_then(|number| self.constants.get(number));
                let class = match stated {
                    Some(Value::Text(class)) if !class.trim().is_empty() => Some(class.clone()),
                    _ => rule.becomes.clone(),
                };
                self.definitions.extend(class.clone().map(|class| (rule.id.clone(), class)));
                self.class = class;
            }
        }
        Ok(())
    }

    /// The value of a name; state and facts are null where no person is given.
    pub(super) fn value(&self, item: &Item, person: Option<&Person<'_>>) -> Value {
        let constant = |number: usize| self.constants.get(number).cloned().unwrap_or(Value::Null);
        let fact = |number: usize| person.map_or(Value::Null, |person| person.known.value(number));
        match item.origin {
            Origin::State(column) => person.map_or(Value::Null, |person| person.state.value(column)),
            Origin::Built(built) => self.built(built, person),
            Origin::Fact(number) => fact(number),
            Origin::Constant(number) => constant(number),
            Origin::FactOrConstant(number, other) => match fact(number) {
                Value::Null => constant(other),
                known => known,
            },
        }
    }

    fn built(&self, built: Built, person: Option<&Person<'_>>) -> Value {
        let data = self.policy.data();
        let purpose = self.policy.purpose(self.purpose);
        let channel = data.channel(self.channel);
        let text = |word: Option<&str>| word.map_or(Value::Null, |word| Value::Text(word.to_owned()));
        let boolean = |value: Option<bool>| value.map_or(Value::Null, Value::Boolean);
        match built {
            Built::PurposeKnown => Value::Boolean(purpose.is_some()),
            Built::ChannelKnown => Value::Boolean(channel.is_some()),
            Built::Purpose => text(Some(self.purpose)),
            Built::Channel => text(Some(self.channel)),
            Built::ChannelKind => text(channel.map(|channel| channel.kind.as_str())),
            Built::ControllerKind => text(Some(&self.controller.kind)),
            Built::MessageClass => text(purpose.map(|purpose| purpose.message_class.as_str())),
            Built::EffectiveClass => text(self.class.as_deref()),
            Built::Basis => text(purpose.map(|purpose| purpose.basis.as_str())),
            Built::ContactAbsent => boolean(person.and_then(|person| person.known.contact(channel, data)).map(|contact| contact.is_none())),
            Built::SafeContactBars => boolean(person.and_then(|person| person.known.bars(self.channel, data))),
            Built::Topic => text(self.topic),
            Built::InQuietHours => Value::Boolean(self.in_quiet_hours),
            Built::SpecialCategoryUsed => {
                let stated = |person: &Person<'_>| data.special_category_fact.map(|number| person.known.value(number));
                Value::Boolean(self.special_category_used || person.and_then(stated) == Some(Value::Boolean(true)))
            }
        }
    }

    /// The row of the vocabulary for one citizen.
    pub(super) fn row(&self, person: &Person<'_>) -> Vec<Value> {
        self.policy.data().vocabulary.iter().map(|item| self.value(item, Some(person))).collect()
    }

    /// The answer for one citizen.
    pub(super) fn answer(&self, person: &Person<'_>) -> Result<Answer> {
        let (data, row) = (self.policy.data(), self.row(person));
        let permission = first_hit(data, &data.permission, &data.permission.plan.evaluate_row(&row, &self.context)?);
        let rule = permission.unwrap_or(last_permission(data));
        let mut answer = Answer { outcome: outcome(data, rule), rule, permitted_by: None };
        if answer.outcome == Outcome::Allow {
            answer.permitted_by = Some(rule);
            if !data.timing.reads.is_empty()
                && let Some(rule) = first_hit(data, &data.timing, &data.timing.plan.evaluate_row(&row, &self.context)?)
            {
                (answer.outcome, answer.rule) = (outcome(data, rule), rule);
            }
        }
        Ok(answer)
    }

    /// The events behind the state that the rule at `rule` reads.
    pub(super) fn evidence(&self, rule: usize, state: &State) -> Vec<u64> {
        let data = self.policy.data();
        let stages = [&data.permission, &data.timing];
        let reads = stages.iter().find_map(|stage| stage.reads.get(rule.checked_sub(stage.first)?));
        let columns = reads.into_iter().flatten().filter_map(|&number| match data.vocabulary.get(number)?.origin {
            Origin::State(column) => Some(column),
            _ => None,
        });
        let mut ids: Vec<u64> = columns.flat_map(|column| state.evidence(column)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// The rule that denies what no other rule hit.
fn last_permission(data: &RuleData) -> usize {
    (data.permission.first + data.permission.reads.len()).saturating_sub(1)
}

/// What the rule at `rule` says.
pub(super) fn outcome(data: &RuleData, rule: usize) -> Outcome {
    data.rules.get(rule).map_or(Outcome::Deny, |rule| Outcome::of(&rule.outcome))
}

fn stage_rules<'a>(data: &'a RuleData, stage: &Stage) -> impl Iterator<Item = (usize, &'a PolicyRule)> {
    data.rules.iter().enumerate().skip(stage.first)
}

/// The first rule whose guard is true, or unknown where that fires.
fn first_hit(data: &RuleData, stage: &Stage, truths: &[Option<bool>]) -> Option<usize> {
    let hit = |((number, rule), truth): ((usize, &PolicyRule), &Option<bool>)| truth.unwrap_or(rule.fires_when_unknown()).then_some(number);
    stage_rules(data, stage).zip(truths).find_map(hit)
}
