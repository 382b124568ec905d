use std::fmt;
use std::sync::Arc;

use arrow_array::types::UInt16Type;
use arrow_array::{ArrayRef, DictionaryArray, StringArray, UInt16Array};

use super::facts::Facts;
use super::policy::Policy;
use crate::table::{Column, Table};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};

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
pub enum Outcome {
    /// The message may be sent.
    Allow,
    /// It must not be sent.
    Deny,
    /// It must not be sent now.
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
    /// What an allowed message must do, such as offer an opt-out.
    pub condition: Option<String>,
    /// The reason, in plain words.
    pub reason: String,
    /// The definitions that gave the message another class, and that class: `R03`, `direct_marketing`.
    pub definitions: Vec<(String, String)>,
    /// The events behind the state that the firing guard read, ascending.
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
    /// Position of the rule that decided in [`Policy::rules`](super::Policy::rules).
    pub rule: usize,
}

/// The answers for many rows, two bytes each: the rule, which says the outcome.
#[derive(Clone, PartialEq)]
pub struct Verdicts {
    /// `None` for every row of the population.
    rows: Option<Vec<usize>>,
    rules: Vec<u16>,
    /// By position of the rule.
    outcomes: Vec<Outcome>,
}

impl Verdicts {
    pub(super) fn new(rows: Option<Vec<usize>>, rules: Vec<u16>, outcomes: Vec<Outcome>) -> Self {
        Self { rows, rules, outcomes }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The verdict at an index, `None` beyond the end.
    pub fn get(&self, index: usize) -> Option<Verdict> {
        let rule = usize::from(*self.rules.get(index)?);
        let row = self.rows.as_ref().map_or(Some(index), |rows| rows.get(index).copied())?;
        Some(Verdict { row, outcome: self.outcomes.get(rule).copied().unwrap_or(Outcome::Deny), rule })
    }

    /// All, in row order.
    pub fn iter(&self) -> impl Iterator<Item = Verdict> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// A table in the same order: `outcome` and `rule`, as words by code.
    ///
    /// # Errors
    /// `InvalidArgument` for another policy than that which decided.
    pub fn to_table(&self, policy: &Policy) -> Result<Table> {
        let column = |name: &str, words: Vec<&str>| {
            let keys = UInt16Array::from(self.rules.clone());
            let words: ArrayRef = Arc::new(StringArray::from_iter_values(words));
            let coded = DictionaryArray::<UInt16Type>::try_new(keys, words);
            coded
                .map(|coded| Column::new(name, Arc::new(coded)))
                .map_err(|error| Error::new(ErrorKind::InvalidArgument, "the verdicts are not of this policy").caused_by(error))
        };
        Table::from_columns([
            column("outcome", self.outcomes.iter().map(|outcome| outcome.as_str()).collect())?,
            column("rule", policy.rules().iter().map(|rule| rule.id.as_str()).collect())?,
        ])
    }

    /// By row their positions in [`Policy::rules`](super::Policy::rules).
    pub fn rules(&self) -> &[u16] {
        &self.rules
    }
}

impl fmt::Debug for Verdicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verdicts({})", self.len())
    }
}

impl Question {
    /// A question without topic and facts.
    pub fn new(citizen: impl Into<String>, purpose: impl Into<String>, channel: impl Into<String>) -> Self {
        Self { citizen: citizen.into(), purpose: purpose.into(), channel: channel.into(), topic: None, facts: Facts::default() }
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").field("purpose", &self.purpose).field("channel", &self.channel).finish_non_exhaustive()
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

    pub(super) fn of(word: &str) -> Self {
        match word {
            "allow" => Self::Allow,
            "defer" => Self::Defer,
            _ => Self::Deny,
        }
    }
}

impl Decision {
    /// Whether the outcome is `Allow`.
    pub fn allowed(&self) -> bool {
        self.outcome == Outcome::Allow
    }
}
