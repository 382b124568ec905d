//! The gate: every member on every channel that has to be tried, and what came of it.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::{Audience, AudienceOptions, Inner};
use crate::citizens::Population;
use crate::consent::{ConsentView, Outcome, Verdict};
use crate::run::Run;
use crate::segments::Segment;
use crate::table::{Column, Table, Value};
use crate::time::Timestamp;
use crate::{Bitmap, Error, ErrorKind, Result};

const HOUSEHOLD_RULE: &str = "household";
const HOUSEHOLD_REASON: &str = "another member of the household receives this message";

/// One member on one channel.
#[derive(Clone, Copy)]
struct Try {
    channel: usize,
    verdict: Verdict,
    /// Allowed, but another member of the household is contacted.
    gave_way: bool,
}

impl Try {
    fn allowed(&self) -> bool {
        self.verdict.outcome == Outcome::Allow && !self.gave_way
    }
}

pub(super) fn pass(segment: &Segment, view: &ConsentView, options: &AudienceOptions, run: &Run) -> Result<Audience> {
    check(options)?;
    let people = segment.population();
    let mut tries = tries(segment, view, options, run)?;
    tries.sort_by_key(|one| one.verdict.row);
    if options.one_per_household {
        one_per_household(people, &mut tries)?;
    }
    run.check()?;
    let report = Report { people, view, options, columns_used: segment.columns_used() };
    let allowed: Vec<Try> = tries.iter().filter(|one| one.allowed()).copied().collect();
    let refused: Vec<Try> = tries.iter().filter(|one| !one.allowed()).copied().collect();
    let on = |(number, channel): (usize, &String)| {
        (channel.clone(), allowed.iter().filter(|one| one.channel == number).map(|one| one.verdict).collect())
    };
    let to_expire = Allowed {
        view: view.clone(),
        purpose: options.purpose.clone(),
        columns_used: segment.columns_used().to_vec(),
        verdicts: options.channels.iter().enumerate().map(on).collect(),
    };
    let inner = Inner {
        people: people.clone(),
        members: segment.bitmap().clone(),
        purpose: options.purpose.clone(),
        as_of: view.as_of(),
        recorder: view.recorder(),
        contact_facts: contact_facts(view, options),
        allowed: report.allowed(&allowed)?,
        allowed_rows: allowed.iter().map(|one| one.verdict.row).collect(),
        refused: report.refused(&refused)?,
        summary: report.summary(&tries)?,
        to_expire,
        expires_at: OnceLock::new(),
    };
    Ok(Audience { inner: Arc::new(inner), system: None })
}

/// What it takes to say until when those allowed stay so: it is looked for when somebody asks.
pub(super) struct Allowed {
    view: ConsentView,
    purpose: String,
    columns_used: Vec<String>,
    /// Those allowed on each channel.
    verdicts: Vec<(String, Vec<Verdict>)>,
}

impl Allowed {
    /// The first instant at which someone is not allowed any more, or by another rule.
    pub(super) fn first_change(&self, people: &Population) -> Result<Option<Timestamp>> {
        let change = |(channel, verdicts): &(String, Vec<Verdict>)| {
            self.view.first_change(people, verdicts, (&self.purpose, channel), &self.columns_used, &Run::new())
        };
        let changes: Vec<Option<Timestamp>> = self.verdicts.iter().map(change).collect::<Result<_>>()?;
        Ok(changes.into_iter().flatten().min())
    }
}

fn check(options: &AudienceOptions) -> Result<()> {
    if options.channels.is_empty() {
        return Err(Error::new(ErrorKind::InvalidArgument, "an audience needs at least one channel"));
    }
    for (index, channel) in options.channels.iter().enumerate() {
        if options.channels.iter().take(index).any(|earlier| earlier == channel) {
            return Err(Error::new(ErrorKind::InvalidArgument, format!("channel `{channel}` is named twice")));
        }
    }
    Ok(())
}

fn contact_facts(view: &ConsentView, options: &AudienceOptions) -> Vec<(String, String)> {
    let fact = |channel: &String| Some((channel.clone(), view.policy().contact_fact(channel)?.to_owned()));
    options.channels.iter().filter_map(fact).collect()
}

/// Every try that was made, each member's in order: first those whose preferred channel is among the channels, on that; then whoever is
/// still open, channel by channel.
fn tries(segment: &Segment, view: &ConsentView, options: &AudienceOptions, run: &Run) -> Result<Vec<Try>> {
    let people = segment.population();
    let preferred = preferred(people, segment.bitmap(), options)?;
    let mut open = segment.bitmap().clone();
    let mut tries = Vec::new();
    let ask = |channel: usize, members: &Bitmap, open: &mut Bitmap, tries: &mut Vec<Try>| -> Result<()> {
        let name = options.channels.get(channel).map_or("", String::as_str);
        let verdicts = view.decide_many(people, members, &options.purpose, name, segment.columns_used(), run)?;
        let mut allowed = Bitmap::zeros(open.len());
        for verdict in verdicts.iter() {
            if verdict.outcome == Outcome::Allow {
                allowed.set(verdict.row);
            }
            tries.push(Try { channel, verdict, gave_way: false });
        }
        *open = open.and_not(&allowed);
        Ok(())
    };
    for (channel, members) in preferred.iter().enumerate().filter(|(_, members)| members.count_ones() > 0) {
        ask(channel, members, &mut open, &mut tries)?;
    }
    for (channel, asked_before) in preferred.iter().enumerate() {
        let members = open.and_not(asked_before);
        ask(channel, &members, &mut open, &mut tries)?;
    }
    Ok(tries)
}

/// For each channel the members who prefer it; letter case and blanks around the word do not matter.
fn preferred(people: &Population, members: &Bitmap, options: &AudienceOptions) -> Result<Vec<Bitmap>> {
    let mut preferred = vec![Bitmap::zeros(members.len()); options.channels.len()];
    let column = people.facts().and_then(|facts| facts.preferred_channel.as_ref()).filter(|_| options.prefer_citizen);
    let Some(column) = column else { return Ok(preferred) };
    let column = people.table().column(column)?;
    for row in members.ones_iter() {
        if let Value::Text(word) = column.value(row)
            && let Some(channel) = options.channels.iter().position(|channel| channel.eq_ignore_ascii_case(word.trim_ascii()))
            && let Some(bitmap) = preferred.get_mut(channel)
        {
            bitmap.set(row);
        }
    }
    Ok(preferred)
}

/// Leaves each household its first allowed member.
fn one_per_household(people: &Population, tries: &mut [Try]) -> Result<()> {
    let Some(name) = people.facts().and_then(|facts| facts.household.as_ref()) else {
        let message = "one message for each household needs the fact `household`: name its column with `with_facts`";
        return Err(Error::new(ErrorKind::InvalidArgument, message));
    };
    let column = people.table().column(name)?;
    let mut reached: HashSet<String> = HashSet::new();
    for one in tries.iter_mut().filter(|one| one.allowed()) {
        let household = match column.value(one.verdict.row) {
            Value::Text(text) => text,
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => number.digits.to_string(),
            _ => continue,
        };
        one.gave_way = !household.is_empty() && !reached.insert(household);
    }
    Ok(())
}

struct Report<'a> {
    people: &'a Population,
    view: &'a ConsentView,
    options: &'a AudienceOptions,
    columns_used: &'a [String],
}

impl Report<'_> {
    fn keys(&self, tries: &[Try]) -> Result<Column> {
        let rows: Vec<usize> = tries.iter().map(|one| one.verdict.row).collect();
        Ok(self.people.keys().take(&rows)?.renamed("key"))
    }

    fn channel(&self, one: &Try) -> &str {
        self.options.channels.get(one.channel).map_or("", String::as_str)
    }

    fn rule(&self, one: &Try) -> &str {
        if one.gave_way {
            return HOUSEHOLD_RULE;
        }
        self.view.policy().rules().get(one.verdict.rule).map_or("", |rule| rule.id.as_str())
    }

    fn reason(&self, one: &Try) -> String {
        if one.gave_way { HOUSEHOLD_REASON.to_owned() } else { self.view.reason(&one.verdict, self.people, self.columns_used) }
    }

    fn allowed(&self, tries: &[Try]) -> Result<Table> {
        let bases: Vec<Option<String>> =
            (0..self.view.policy().rules().len()).map(|rule| self.view.policy().basis_of(rule, &self.options.purpose)).collect();
        Table::from_columns([
            self.keys(tries)?,
            Column::text("channel", tries.iter().map(|one| Some(self.channel(one)))),
            Column::text("basis", tries.iter().map(|one| bases.get(one.verdict.rule)?.as_deref())),
            Column::text("rule", tries.iter().map(|one| Some(self.rule(one)))),
        ])
    }

    fn refused(&self, tries: &[Try]) -> Result<Table> {
        // A reason depends on the rule alone, and there are few rules and many citizens.
        let mut reasons: BTreeMap<(usize, bool), String> = BTreeMap::new();
        for one in tries {
            reasons.entry((one.verdict.rule, one.gave_way)).or_insert_with(|| self.reason(one));
        }
        Table::from_columns([
            self.keys(tries)?,
            Column::text("channel", tries.iter().map(|one| Some(self.channel(one)))),
            Column::text("reason", tries.iter().map(|one| reasons.get(&(one.verdict.rule, one.gave_way)))),
            Column::text("rule", tries.iter().map(|one| Some(self.rule(one)))),
        ])
    }

    /// Allowed first, then by outcome, channel in the caller's order, and rule in the policy's.
    fn summary(&self, tries: &[Try]) -> Result<Table> {
        let mut counts: BTreeMap<(u8, usize, bool, usize), (&Try, i64)> = BTreeMap::new();
        for one in tries {
            let place = (one.outcome() as u8, one.channel, one.gave_way, one.verdict.rule);
            counts.entry(place).or_insert((one, 0)).1 += 1;
        }
        Table::from_columns([
            Column::text("outcome", counts.values().map(|(one, _)| Some(one.outcome().as_str()))),
            Column::text("channel", counts.values().map(|(one, _)| Some(self.channel(one)))),
            Column::text("rule", counts.values().map(|(one, _)| Some(self.rule(one)))),
            Column::text("reason", counts.values().map(|(one, _)| Some(self.reason(one)))),
            Column::integer("citizens", counts.values().map(|(_, count)| Some(*count))),
        ])
    }
}

impl Try {
    fn outcome(&self) -> Outcome {
        if self.gave_way { Outcome::Deny } else { self.verdict.outcome }
    }
}
