//! The gate: every member on every channel that has to be tried, and what came of it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::{Audience, AudienceOptions, Inner};
use crate::citizens::Population;
use crate::consent::{ConsentView, Outcome, Verdict, Verdicts};
use crate::run::Run;
use crate::segments::Segment;
use crate::statistics::draw;
use crate::table::{Column, Table, Value};
use crate::time::Timestamp;
use crate::{Bitmap, Error, ErrorKind, Result};

/// What may come of a try, in the order of the summary.
const OUTCOMES: [&str; 4] = ["allow", "deny", "defer", "held_out"];
const HOUSEHOLD_RULE: &str = "household";
const HOUSEHOLD_REASON: &str = "another member of the household receives this message";

const HOLDOUT_RULE: &str = "holdout";
const HOLDOUT_REASON: &str = "one of the share that is not contacted, to compare the others with";
const HOUSEHOLD_HELD_OUT: &str = "another member of the household is held out";

/// What came of a member on a channel beside what the policy says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Asked,
    /// Allowed, but another member of the household is contacted.
    GaveWay,
    /// Allowed, but another member of the household would have been, and is held out.
    GaveWayToHeldOut,
    /// Allowed, and held out.
    HeldOut,
}

/// One member on one channel.
#[derive(Clone, Copy)]
struct Try {
    channel: usize,
    verdict: Verdict,
    standing: Standing,
}

impl Try {
    fn allowed(&self) -> bool {
        self.verdict.outcome == Outcome::Allow && self.standing == Standing::Asked
    }

    fn held_out(&self) -> bool {
        self.standing == Standing::HeldOut
    }

    fn outcome(&self) -> &'static str {
        match self.standing {
            Standing::Asked => self.verdict.outcome.as_str(),
            Standing::GaveWay | Standing::GaveWayToHeldOut => Outcome::Deny.as_str(),
            Standing::HeldOut => "held_out",
        }
    }
}

pub(super) fn pass(segment: &Segment, view: &ConsentView, options: &AudienceOptions, run: &Run) -> Result<Audience> {
    check(options)?;
    let people = segment.population();
    let view = &quieter(view, options)?;
    let mut tries = tries(segment, view, options, run)?;
    tries.sort_by_key(|one| one.verdict.row);
    let households = if options.one_per_household { Some(Households::of(people)?) } else { None };
    if let Some(households) = &households {
        households.one_for_each(&mut tries);
    }
    hold_out(people, households.as_ref(), options, &mut tries);
    run.check()?;
    let report = Report { people, view, options, columns_used: segment.columns_used() };
    let those = |wanted: &dyn Fn(&Try) -> bool| -> Vec<Try> { tries.iter().filter(|one| wanted(one)).copied().collect() };
    let (allowed, held_out) = (those(&Try::allowed), those(&Try::held_out));
    let on = |(number, channel): (usize, &String)| {
        (channel.clone(), allowed.iter().filter(|one| one.channel == number).map(|one| one.verdict).collect())
    };
    let inner = Inner {
        people: people.clone(),
        members: segment.bitmap().clone(),
        purpose: options.purpose.clone(),
        view: view.clone(),
        columns_used: segment.columns_used().to_vec(),
        as_of: view.as_of(),
        recorder: view.recorder(),
        contact_facts: contact_facts(view, options),
        allowed: report.allowed(&allowed)?,
        allowed_rows: allowed.iter().map(|one| one.verdict.row).collect(),
        refused: report.refused(&those(&|one| !one.allowed() && !one.held_out()))?,
        held_out: report.held_out(&held_out)?,
        summary: report.summary(&tries)?,
        verdicts: options.channels.iter().enumerate().map(on).collect(),
        expires_at: OnceLock::new(),
    };
    Ok(Audience { inner: Arc::new(inner), system: None })
}

impl Inner {
    /// The first instant at which someone is not allowed any more, or by another rule.
    pub(super) fn first_change(&self) -> Result<Option<Timestamp>> {
        let change = |(channel, verdicts): &(String, Vec<Verdict>)| {
            self.view.first_change(&self.people, verdicts, (&self.purpose, channel), &self.columns_used, &Run::new())
        };
        let changes: Vec<Option<Timestamp>> = self.verdicts.iter().map(change).collect::<Result<_>>()?;
        Ok(changes.into_iter().flatten().min())
    }
}

/// The view with the audience's own quiet hours.
fn quieter(view: &ConsentView, options: &AudienceOptions) -> Result<ConsentView> {
    let Some(quiet) = &options.quiet_hours else { return Ok(view.clone()) };
    view.with_quiet_hours(quiet.clone()).map_err(|error| match error.kind() {
        // They are the caller's words, not the policy's.
        ErrorKind::PolicyInvalid => Error::new(ErrorKind::InvalidArgument, error.to_string()),
        _ => error,
    })
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
    if !(0.0..1.0).contains(&options.holdout) {
        let message = format!("`holdout` must be a share from 0 to below 1, such as 0.1, found {}", options.holdout);
        return Err(Error::new(ErrorKind::OutOfRange, message));
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
    let capped = options.cap.as_ref().map(|cap| cap.reached(people, segment.bitmap(), view, run)).transpose()?;
    let mut open = segment.bitmap().clone();
    let mut tries = Vec::new();
    let ask = |channel: usize, members: &Bitmap, open: &mut Bitmap, tries: &mut Vec<Try>| -> Result<()> {
        let name = options.channels.get(channel).map_or("", String::as_str);
        let verdicts = view.decide_many(people, members, &options.purpose, name, segment.columns_used(), run)?;
        let mut waiting = HashMap::new();
        if let Some(capped) = capped.as_ref().filter(|_| options.cap.as_ref().is_some_and(|cap| cap.holds(name))) {
            let asked = (options.purpose.as_str(), name);
            let again = view.decide_capped(people, &verdicts.allowed(open.len()).and(capped), asked, segment.columns_used(), run)?;
            waiting.extend(again.iter().flat_map(Verdicts::iter).map(|verdict| (verdict.row, verdict)));
        }
        let mut allowed = Bitmap::zeros(open.len());
        for verdict in verdicts.iter() {
            let verdict = waiting.get(&verdict.row).copied().unwrap_or(verdict);
            if verdict.outcome == Outcome::Allow {
                allowed.set(verdict.row);
            }
            tries.push(Try { channel, verdict, standing: Standing::Asked });
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

/// In which household each citizen lives.
struct Households(Column);

impl Households {
    fn of(people: &Population) -> Result<Self> {
        let Some(name) = people.facts().and_then(|facts| facts.household.as_ref()) else {
            let message = "one message for each household needs the fact `household`: name its column with `with_facts`";
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        };
        people.table().column(name).map(Self)
    }

    /// `None` where it is not known.
    fn at(&self, row: usize) -> Option<String> {
        let household = match self.0.value(row) {
            Value::Text(text) => text,
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => number.digits.to_string(),
            _ => String::new(),
        };
        Some(household).filter(|household| !household.is_empty())
    }

    /// Leaves each household its first allowed member.
    fn one_for_each(&self, tries: &mut [Try]) {
        let mut reached: HashSet<String> = HashSet::new();
        for one in tries.iter_mut().filter(|one| one.allowed()) {
            if self.at(one.verdict.row).is_some_and(|household| !reached.insert(household)) {
                one.standing = Standing::GaveWay;
            }
        }
    }
}

/// Holds out the share of those allowed that the draw falls on.
fn hold_out(people: &Population, households: Option<&Households>, options: &AudienceOptions, tries: &mut [Try]) {
    if options.holdout <= 0.0 {
        return;
    }
    for one in tries.iter_mut().filter(|one| one.verdict.outcome == Outcome::Allow) {
        let unit = match households.and_then(|households| households.at(one.verdict.row)) {
            Some(household) => format!("holdout household {household}"),
            None => format!("holdout citizen {}", people.key_text(one.verdict.row).unwrap_or_default()),
        };
        if draw(options.seed, 0, &unit) < options.holdout {
            one.standing = if one.standing == Standing::GaveWay { Standing::GaveWayToHeldOut } else { Standing::HeldOut };
        }
    }
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
        match one.standing {
            Standing::Asked => self.view.policy().rules().get(one.verdict.rule).map_or("", |rule| rule.id.as_str()),
            Standing::GaveWay | Standing::GaveWayToHeldOut => HOUSEHOLD_RULE,
            Standing::HeldOut => HOLDOUT_RULE,
        }
    }

    fn reason(&self, one: &Try) -> String {
        match one.standing {
            Standing::Asked => self.view.reason(&one.verdict, self.people, self.columns_used),
            Standing::GaveWay => HOUSEHOLD_REASON.to_owned(),
            Standing::GaveWayToHeldOut => HOUSEHOLD_HELD_OUT.to_owned(),
            Standing::HeldOut => HOLDOUT_REASON.to_owned(),
        }
    }

    fn held_out(&self, tries: &[Try]) -> Result<Table> {
        Table::from_columns([self.keys(tries)?, Column::text("channel", tries.iter().map(|one| Some(self.channel(one))))])
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
        let mut reasons: BTreeMap<(usize, Standing), String> = BTreeMap::new();
        for one in tries {
            reasons.entry((one.verdict.rule, one.standing)).or_insert_with(|| self.reason(one));
        }
        Table::from_columns([
            self.keys(tries)?,
            Column::text("channel", tries.iter().map(|one| Some(self.channel(one)))),
            Column::text("reason", tries.iter().map(|one| reasons.get(&(one.verdict.rule, one.standing)))),
            Column::text("rule", tries.iter().map(|one| Some(self.rule(one)))),
        ])
    }

    /// Allowed first, then by outcome, channel in the caller's order, and rule in the policy's.
    fn summary(&self, tries: &[Try]) -> Result<Table> {
        let mut counts: BTreeMap<(usize, usize, Standing, usize), (&Try, i64)> = BTreeMap::new();
        let order = |one: &Try| OUTCOMES.iter().position(|outcome| *outcome == one.outcome()).unwrap_or(OUTCOMES.len());
        for one in tries {
            let place = (order(one), one.channel, one.standing, one.verdict.rule);
            counts.entry(place).or_insert((one, 0)).1 += 1;
        }
        Table::from_columns([
            Column::text("outcome", counts.values().map(|(one, _)| Some(one.outcome()))),
            Column::text("channel", counts.values().map(|(one, _)| Some(self.channel(one)))),
            Column::text("rule", counts.values().map(|(one, _)| Some(self.rule(one)))),
            Column::text("reason", counts.values().map(|(one, _)| Some(self.reason(one)))),
            Column::integer("citizens", counts.values().map(|(_, count)| Some(*count))),
        ])
    }
}
