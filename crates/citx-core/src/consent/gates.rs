//! The rules of a stage for one purpose and channel: what follows from the question alone is settled once, the rest is asked of everyone.

use super::data::{RuleData, Stage};
use super::decision::Outcome;
use super::engine::outcome;
use super::policy::PolicyRule;
use crate::rules::{Context, Places, Plan, Rule};
use crate::table::{Table, Value};
use crate::{Bitmap, Result, Run};

/// The rules that may hit, in their order.
pub(super) struct Gates {
    /// Of each rule that is asked, whether it hits.
    plan: Plan,
    /// Their positions in the policy.
    rules: Vec<usize>,
    /// The rule that hits whoever is left.
    last: Option<usize>,
}

impl Gates {
    /// The rules of `stage` where the names of the vocabulary have the values `given`; those with `None` differ by citizen.
    ///
    /// # Errors
    /// None that a checked policy can give; the rule engine's own.
    pub(super) fn new(data: &RuleData, stage: &Stage, given: &[Option<Value>]) -> Result<Self> {
        let compile = |rules: &[Rule]| Plan::compile_given(rules, stage.plan.schema(), &Places::default(), given);
        let rules = data.rules.iter().enumerate().skip(stage.first).take(stage.reads.len());
        let asked: Vec<(usize, Rule)> = rules.map(|(number, rule)| Ok((number, hits(rule)?))).collect::<Result<_>>()?;
        let all: Vec<Rule> = asked.iter().map(|(_, rule)| rule.clone()).collect();
        let plan = compile(&all)?;
        let (mut numbers, mut open, mut last) = (Vec::new(), Vec::new(), None);
        for (index, (number, rule)) in asked.into_iter().enumerate() {
            match plan.settled(index) {
                Some(Some(true)) => {
                    last = Some(number);
                    break;
                }
                Some(_) => {}
                None => {
                    numbers.push(number);
                    open.push(rule);
                }
            }
        }
        Ok(Self { plan: compile(&open)?, rules: numbers, last })
    }

    /// The positions of the rules that are asked: what is given leaves open whether they hit.
    pub(super) fn rules(&self) -> &[usize] {
        &self.rules
    }

    /// What hits everyone alike, which may be no rule; `None` where citizens differ.
    pub(super) fn settled(&self) -> Option<Option<usize>> {
        self.rules.is_empty().then_some(self.last)
    }

    /// The names that the rules read which are not given.
    pub(super) fn columns_used(&self) -> impl Iterator<Item = String> + '_ {
        (0..self.plan.len()).flat_map(|index| self.plan.columns_used(index))
    }

    /// Whom each rule hits whom no earlier one hit, and the rule that hits the rest.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(super) fn hits(&self, table: Option<&Table>, rows: usize, context: &Context, run: &Run) -> Result<Hits> {
        let guards = match table {
            Some(table) => self.plan.members(table, context, run)?,
            // Nothing is read of anybody: the same holds for everyone.
            None => {
                let row = vec![Value::Null; self.plan.schema().attributes().len()];
                let truths = self.plan.evaluate_row(&row, context)?;
                truths.into_iter().map(|truth| if truth == Some(true) { Bitmap::ones(rows) } else { Bitmap::zeros(rows) }).collect()
            }
        };
        let mut open = Bitmap::ones(rows);
        let mut hits = Vec::with_capacity(self.rules.len());
        for (rule, guard) in self.rules.iter().zip(&guards) {
            hits.push((*rule, open.and(guard)));
            open = open.and_not(guard);
        }
        Ok(Hits { hits, rest: (self.last, open) })
    }
}

/// Whom each rule of a stage hits.
pub(super) struct Hits {
    hits: Vec<(usize, Bitmap)>,
    /// Those whom no rule asked for hits, and the rule that hits them all, if there is one.
    rest: (Option<usize>, Bitmap),
}

impl Hits {
    /// The rules that hit, and whom.
    pub(super) fn by_rule(&self) -> impl Iterator<Item = (usize, &Bitmap)> {
        let rest = self.rest.0.map(|rule| (rule, &self.rest.1));
        self.hits.iter().map(|(rule, whom)| (*rule, whom)).chain(rest)
    }

    /// Whom a rule of this outcome hits.
    pub(super) fn whom(&self, data: &RuleData, wanted: Outcome) -> Bitmap {
        let mut whom = self.by_rule().filter(|(rule, _)| outcome(data, *rule) == wanted).map(|(_, whom)| whom);
        let first = whom.next().cloned().unwrap_or_else(|| Bitmap::zeros(self.rest.1.len()));
        whom.fold(first, |all, one| all.or(one))
    }

    /// Whom no rule hits.
    pub(super) fn nobody(&self) -> Bitmap {
        if self.rest.0.is_some() { Bitmap::zeros(self.rest.1.len()) } else { self.rest.1.clone() }
    }
}

/// A rule that is true for those whom a guard hits: where it is unknown, too, if the policy says so.
fn hits(rule: &PolicyRule) -> Result<Rule> {
    let test = if rule.fires_when_unknown() { "NOT FALSE" } else { "TRUE" };
    // On a line of its own, for a guard may end in a comment.
    Rule::parse(&rule.id, &format!("({}\n) IS {test}", rule.guard))
}
