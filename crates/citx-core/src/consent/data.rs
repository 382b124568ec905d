//! A policy's rule data: read from TOML, checked, and its guards compiled. What it may hold: docs/spec/consent.md.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::policy::PolicyRule;
use super::timing::{Cap, FrequencyCap, Quiet, QuietHours};
use super::vocabulary::{Item, Origin, fixed};
use crate::citizens::{Attribute, AttributeType, Schema};
use crate::rules::{Plan, Rule};
use crate::table::{Value, unknown_name};
use crate::time::{Date, Interval, TimeZone};
use crate::{Error, ErrorKind, Result};

/// The newest form of a policy file that this version reads.
const FORMAT: i64 = 1;
/// Functions that depend on who is asked together with whom, or on events: a guard is about one citizen, purpose and channel.
const FORBIDDEN: [&str; 6] = ["in_segment", "may_contact", "event_count", "first_event", "last_event", "within_m_any"];
/// Functions through which time comes into a guard.
const OF_TIME: [&str; 3] = ["as_of", "age", "days_since"];

/// A fact or constant: its name, type and, for words, the values it can have.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) data_type: AttributeType,
    pub(super) values: Vec<String>,
    pub(super) default: Value,
}

/// A channel, its kind, and the number of the fact that holds its contact point.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) contact: Option<usize>,
}

/// The compiled guards of one stage.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) plan: Plan,
    /// Position of its first rule in the policy's rules.
    pub(super) first: usize,
    /// The vocabulary that each guard reads.
    pub(super) reads: Vec<Vec<usize>>,
}

/// Everything a policy says before it has a controller and purposes.
#[derive(Clone, Debug)]
pub(super) struct RuleData {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) title: String,
    pub(super) effective: Date,
    pub(super) sources: Vec<String>,
    pub(super) controller_kinds: Vec<String>,
    pub(super) classes: Vec<String>,
    pub(super) bases: Vec<String>,
    pub(super) phone_prefix: Option<String>,
    pub(super) channels: Vec<Channel>,
    pub(super) facts: Vec<Named>,
    pub(super) fact_schema: Schema,
    pub(super) constants: Vec<Named>,
    pub(super) contact_fact: Option<usize>,
    pub(super) safe_contact_fact: Option<usize>,
    pub(super) special_category_fact: Option<usize>,
    pub(super) vocabulary: Vec<Item>,
    pub(super) rules: Vec<PolicyRule>,
    /// For each definition, the constant that names another class than the rule's own.
    pub(super) becomes_constant: Vec<Option<usize>>,
    pub(super) definitions: Stage,
    pub(super) permission: Stage,
    pub(super) timing: Stage,
    /// Where time matters: a name of the vocabulary and steps from its value.
    pub(super) matters: Vec<(usize, Vec<Interval>)>,
    pub(super) instants: Vec<Date>,
    pub(super) quiet: Vec<Quiet>,
    pub(super) caps: Vec<Cap>,
    pub(super) digest: [u8; 32],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "format")]
    _format: i64,
    name: String,
    version: String,
    title: String,
    effective: String,
    #[serde(default)]
    phone_prefix: Option<String>,
    sources: Vec<String>,
    controller_kinds: Vec<String>,
    message_classes: Vec<String>,
    bases: Vec<String>,
    channel: BTreeMap<String, ChannelFile>,
    #[serde(default)]
    fact: BTreeMap<String, NamedFile>,
    #[serde(default)]
    constant: BTreeMap<String, NamedFile>,
    #[serde(default)]
    matters: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    quiet_hours: Vec<QuietHours>,
    #[serde(default)]
    cap: Vec<FrequencyCap>,
    rule: Vec<RuleFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelFile {
    kind: String,
    contact: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedFile {
    #[serde(rename = "type")]
    data_type: String,
    description: String,
    #[serde(default)]
    values: Vec<String>,
    default: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    id: String,
    stage: String,
    guard: String,
    outcome: String,
    becomes: Option<String>,
    becomes_constant: Option<String>,
    basis: Option<String>,
    condition: Option<String>,
    when_unknown: String,
    because: Option<String>,
    reason: String,
    source: String,
    confidence: String,
}

pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::PolicyInvalid, message)
}

impl RuleData {
    /// Reads and checks a policy file.
    ///
    /// # Errors
    /// `PolicyInvalid` with its place, `PolicyUnsupported` for a newer format.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let bad_toml = |error: toml::de::Error| invalid(format!("not a policy file: {}", error.to_string().trim_end()));
        let table: toml::Table = toml::from_str(text).map_err(bad_toml)?;
        match table.get("format").and_then(toml::Value::as_integer) {
            Some(1..=FORMAT) => {}
            Some(newer) if newer > FORMAT => {
                let message = format!("the policy is of format {newer}, this version of citx reads up to {FORMAT}; update citx");
                return Err(Error::new(ErrorKind::PolicyUnsupported, message));
            }
            _ => return Err(invalid(format!("a policy file needs `format = {FORMAT}`"))),
        }
        let file: File = toml::from_str(text).map_err(bad_toml)?;
        let digest = Sha256::digest(text.replace("\r\n", "\n").as_bytes()).into();
        Self::build(file, digest)
    }

    fn build(file: File, digest: [u8; 32]) -> Result<Self> {
        check_name(&file.name, "the policy's name")?;
        let effective = file.effective.parse().map_err(|_| invalid("`effective` must be a date such as 2026-02-05"))?;
        let facts = named(&file.fact, "fact")?;
        let constants = named(&file.constant, "constant")?;
        let vocabulary = vocabulary(&file, &facts, &constants)?;
        let channels = channels(&file.channel, &facts)?;
        let rules = rules(&file)?;
        let schema = Schema::new(vocabulary.iter().map(|item| Attribute { name: item.name.clone(), data_type: item.data_type }));
        let stage = |name: &str| Stage::compile(&rules, name, &schema);
        let (definitions, permission, timing) = (stage("definition")?, stage("permission")?, stage("timing")?);
        let becomes_constant = becomes(&file.rule, &constants)?;
        definitions_read_no_person(&rules, &definitions, &vocabulary)?;
        let (matters, instants) = matters(&file.matters, &vocabulary)?;
        time_is_declared(&rules, [&definitions, &permission, &timing], &vocabulary, &matters)?;
        let number = |name: &str| facts.iter().position(|fact: &Named| fact.name == name);
        let kinds: Vec<&str> = channels.iter().map(|channel| channel.kind.as_str()).collect();
        let known = (kinds.as_slice(), file.message_classes.as_slice());
        let quiet = |(number, given): (usize, QuietHours)| Quiet::new(given, known).map_err(|error| nth(error, "quiet_hours", number));
        let cap = |(number, given): (usize, FrequencyCap)| Cap::new(given, known).map_err(|error| nth(error, "cap", number));
        Ok(Self {
            quiet: file.quiet_hours.into_iter().enumerate().map(quiet).collect::<Result<_>>()?,
            caps: file.cap.into_iter().enumerate().map(cap).collect::<Result<_>>()?,
            contact_fact: number("contact"),
            safe_contact_fact: number("safe_contact"),
            special_category_fact: number("special_category"),
            fact_schema: Schema::new(facts.iter().map(|fact| Attribute { name: fact.name.clone(), data_type: fact.data_type })),
            name: file.name,
            version: file.version,
            title: file.title,
            effective,
            sources: file.sources,
            controller_kinds: file.controller_kinds,
            classes: file.message_classes,
            bases: file.bases,
            phone_prefix: file.phone_prefix,
            channels,
            facts,
            constants,
            vocabulary,
            rules,
            becomes_constant,
            definitions,
            permission,
            timing,
            matters,
            instants,
            digest,
        })
    }

    /// Whether a rule that is asked for each citizen reads the name at `number` of the vocabulary.
    pub(super) fn reads(&self, number: usize) -> bool {
        [&self.permission, &self.timing].iter().any(|stage| stage.reads.iter().any(|reads| reads.contains(&number)))
    }

    /// Whether a decision about `channel` needs the fact at `number`.
    pub(super) fn needs(&self, number: usize, channel: &str) -> bool {
        let contact = self.channel(channel).and_then(|channel| channel.contact);
        let read = |(index, item): (usize, &Item)| match item.origin {
            Origin::Fact(fact) | Origin::FactOrConstant(fact, _) => fact == number && self.reads(index),
            _ => false,
        };
        [contact, self.contact_fact, self.safe_contact_fact, self.special_category_fact].contains(&Some(number))
            || self.vocabulary.iter().enumerate().any(read)
    }

    /// The channel of that name.
    pub(super) fn channel(&self, name: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.name == name)
    }
}

impl Stage {
    fn compile(rules: &[PolicyRule], name: &str, schema: &Schema) -> Result<Self> {
        let first = rules.iter().position(|rule| rule.stage == name).unwrap_or(0);
        let mut parsed = Vec::new();
        for rule in rules.iter().filter(|rule| rule.stage == name) {
            let bad = |error: Error| guard_error(&rule.id, &error);
            if let Some(function) = FORBIDDEN.iter().find(|function| calls(&rule.guard, function)) {
                return Err(invalid(format!("rule `{}`: a guard may not call `{function}`", rule.id)));
            }
            parsed.push(Rule::parse(&rule.id, &rule.guard).map_err(bad)?);
        }
        let plan = Plan::compile(&parsed, schema).map_err(|error| {
            // Found again one by one, so that the error names its rule.
            let alone = |rule: &Rule| Plan::compile(std::slice::from_ref(rule), schema).err().map(|error| guard_error(rule.name(), &error));
            parsed.iter().find_map(alone).unwrap_or_else(|| guard_error(name, &error))
        })?;
        let number = |name: String| schema.find(&name).map(|(number, _)| number);
        let reads = (0..parsed.len()).map(|index| plan.columns_used(index).into_iter().filter_map(number).collect()).collect();
        Ok(Self { plan, first, reads })
    }
}

fn nth(error: Error, table: &str, number: usize) -> Error {
    error.context(format!("[[{table}]] number {}", number + 1))
}

/// An error in a guard as one of the policy, with its place in the guard.
fn guard_error(id: &str, error: &Error) -> Error {
    let bad = invalid(error.to_string()).context(format!("rule `{id}`"));
    match error.rule_error() {
        Some(location) => invalid("the guard is not a condition over the policy's vocabulary")
            .context(format!("rule `{id}`"))
            .caused_by(error.clone())
            .at(location.clone()),
        None => bad,
    }
}

/// Whether a guard calls a function, leaving quoted text aside.
fn calls(guard: &str, function: &str) -> bool {
    let plain: String = guard.split('\'').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    plain.match_indices(function).any(|(at, _)| {
        let (before, after) = (plain.get(..at).unwrap_or(""), plain.get(at + function.len()..).unwrap_or(""));
        !before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && after.trim_start_matches(['"', ' ', '\n', '\t']).starts_with('(')
    })
}

fn check_name(name: &str, what: &str) -> Result<()> {
    let mut letters = name.chars();
    let good = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        && name.len() <= 64;
    if good { Ok(()) } else { Err(invalid(format!("{what} must be a letter and then up to 63 letters, digits, `_` or `-`"))) }
}

fn named(file: &BTreeMap<String, NamedFile>, what: &str) -> Result<Vec<Named>> {
    let one = |(name, file): (&String, &NamedFile)| {
        let data_type = match file.data_type.as_str() {
            "boolean" => AttributeType::Boolean,
            "integer" => AttributeType::Integer,
            "text" => AttributeType::Text,
            "date" => AttributeType::Date,
            "timestamp" => AttributeType::Timestamp,
            _ => return Err(invalid(format!("{what} `{name}`: `type` is boolean, integer, text, date or timestamp"))),
        };
        if file.default.is_some() && data_type != AttributeType::Boolean {
            return Err(invalid(format!("{what} `{name}`: only a boolean has a default")));
        }
        let default = file.default.map_or(Value::Null, Value::Boolean);
        Ok(Named { name: name.clone(), data_type, values: file.values.clone(), default })
    };
    file.iter().map(one).collect()
}

/// Fixed names, then facts, then the constants that are not facts too.
fn vocabulary(file: &File, facts: &[Named], constants: &[Named]) -> Result<Vec<Item>> {
    let mut items: Vec<Item> = fixed().collect();
    let described = |map: &BTreeMap<String, NamedFile>, name: &str| map.get(name).map_or(String::new(), |item| item.description.clone());
    for (number, fact) in facts.iter().enumerate() {
        let origin = Origin::Fact(number);
        items.push(Item { name: fact.name.clone(), data_type: fact.data_type, origin, description: described(&file.fact, &fact.name) });
    }
    for (number, constant) in constants.iter().enumerate() {
        let name = constant.name.replace('.', "_");
        if let Some(fact) = facts.iter().position(|fact| fact.name == name) {
            let both = items.iter_mut().find(|item| item.name == name);
            match both {
                Some(item) if item.data_type == constant.data_type => item.origin = Origin::FactOrConstant(fact, number),
                _ => return Err(invalid(format!("`{name}` is a fact and a constant of two types"))),
            }
            continue;
        }
        let description = described(&file.constant, &constant.name);
        items.push(Item { name, data_type: constant.data_type, origin: Origin::Constant(number), description });
    }
    for (index, item) in items.iter().enumerate() {
        if items.iter().take(index).any(|earlier| earlier.name == item.name) {
            return Err(invalid(format!("the vocabulary has `{}` twice", item.name)));
        }
    }
    Ok(items)
}

fn channels(file: &BTreeMap<String, ChannelFile>, facts: &[Named]) -> Result<Vec<Channel>> {
    let one = |(name, file): (&String, &ChannelFile)| {
        check_name(name, "a channel's name")?;
        let contact = match &file.contact {
            None => None,
            Some(fact) => match facts.iter().position(|known| known.name == *fact && known.data_type == AttributeType::Text) {
                None => return Err(invalid(format!("channel `{name}`: `contact` names no fact of type text"))),
                found => found,
            },
        };
        Ok(Channel { name: name.clone(), kind: file.kind.clone(), contact })
    };
    file.iter().map(one).collect()
}

const STAGES: [&str; 3] = ["definition", "permission", "timing"];

fn rules(file: &File) -> Result<Vec<PolicyRule>> {
    let mut rules: Vec<PolicyRule> = Vec::new();
    let mut reached = 0;
    for rule in &file.rule {
        let place = |message: &str| invalid(message).context(format!("rule `{}`", rule.id));
        let stage = STAGES.iter().position(|stage| *stage == rule.stage);
        let stage = stage.ok_or_else(|| place("`stage` is definition, permission or timing"))?;
        if stage < reached {
            return Err(place("the rules of a stage come before those of the next"));
        }
        reached = stage;
        if rules.iter().any(|earlier| earlier.id == rule.id) {
            return Err(place("two rules have this id"));
        }
        check_rule(rule, file).map_err(|error| error.context(format!("rule `{}`", rule.id)))?;
        rules.push(PolicyRule {
            id: rule.id.clone(),
            stage: rule.stage.clone(),
            guard: rule.guard.trim().to_owned(),
            outcome: rule.outcome.clone(),
            becomes: rule.becomes.clone(),
            basis: rule.basis.clone(),
            condition: rule.condition.clone(),
            when_unknown: rule.when_unknown.clone(),
            because: rule.because.clone(),
            reason: rule.reason.clone(),
            source: rule.source.clone(),
            confidence: rule.confidence.clone(),
        });
    }
    let last = rules.iter().rfind(|rule| rule.stage == "permission");
    let denies = last.is_some_and(|rule| rule.outcome == "deny" && rule.guard.eq_ignore_ascii_case("true"));
    if denies { Ok(rules) } else { Err(invalid("the last permission rule must deny with the guard TRUE")) }
}

fn check_rule(rule: &RuleFile, file: &File) -> Result<()> {
    let outcomes: &[&str] = match rule.stage.as_str() {
        "definition" => &["class"],
        "permission" => &["allow", "deny", "defer"],
        _ => &["deny", "defer"],
    };
    if !outcomes.contains(&rule.outcome.as_str()) {
        return Err(invalid(format!("`outcome` of a {} rule is {}", rule.stage, outcomes.join(", "))));
    }
    let usual = if rule.outcome == "allow" { "passes" } else { "fires" };
    match rule.when_unknown.as_str() {
        "skip" if rule.because.is_none() => return Err(invalid("`when_unknown = \"skip\"` needs a `because`")),
        word if word == usual || word == "skip" => {}
        _ => return Err(invalid(format!("`when_unknown` of a rule that says {} is {usual}, or skip with a `because`", rule.outcome))),
    }
    if !["H", "M", "L"].contains(&rule.confidence.as_str()) {
        return Err(invalid("`confidence` is H, M or L"));
    }
    let becomes = rule.becomes.as_deref().is_some_and(|class| file.message_classes.iter().any(|known| known == class));
    if (rule.outcome == "class") != becomes || (rule.becomes_constant.is_some() && !becomes) {
        return Err(invalid("a definition, and nothing else, says in `becomes` which message class the message has"));
    }
    match (rule.outcome.as_str(), &rule.basis) {
        ("allow", Some(basis)) if is_basis(basis, file) => Ok(()),
        ("allow", _) => {
            Err(invalid("a rule that allows needs a `basis`: one of `bases`, `soft_opt_in`, `charity_soft_opt_in`, or `purpose`"))
        }
        (_, Some(_)) => Err(invalid("only a rule that allows has a `basis`")),
        _ => Ok(()),
    }
}

fn is_basis(word: &str, file: &File) -> bool {
    ["purpose", "soft_opt_in", "charity_soft_opt_in"].contains(&word) || file.bases.iter().any(|basis| basis == word)
}

fn becomes(file: &[RuleFile], constants: &[Named]) -> Result<Vec<Option<usize>>> {
    let one = |rule: &RuleFile| match &rule.becomes_constant {
        None => Ok(None),
        Some(name) => match constants.iter().position(|constant| constant.name == *name && constant.data_type == AttributeType::Text) {
            None => Err(invalid(format!("rule `{}`: `becomes_constant` names no constant of type text", rule.id))),
            found => Ok(found),
        },
    };
    file.iter().filter(|rule| rule.stage == "definition").map(one).collect()
}

/// A definition is about the message, not about who gets it: it is settled once for everyone.
fn definitions_read_no_person(rules: &[PolicyRule], definitions: &Stage, vocabulary: &[Item]) -> Result<()> {
    for (rule, reads) in rules.iter().zip(&definitions.reads) {
        let personal = reads.iter().filter_map(|&number| vocabulary.get(number)).find(|item| item.origin.is_personal());
        if let Some(item) = personal {
            return Err(invalid(format!("rule `{}`: a definition may not read `{}`, which differs by citizen", rule.id, item.name)));
        }
    }
    Ok(())
}

type Matters = (Vec<(usize, Vec<Interval>)>, Vec<Date>);

fn matters(file: &BTreeMap<String, Vec<String>>, vocabulary: &[Item]) -> Result<Matters> {
    let (mut steps, mut instants) = (Vec::new(), Vec::new());
    for (name, items) in file {
        let place = |error: Error| error.context(format!("[matters] `{name}`"));
        if name == "instants" {
            instants =
                items.iter().map(|text| text.parse().map_err(|_| invalid("expected dates such as 2026-02-05"))).collect::<Result<_>>()?;
            continue;
        }
        let Some(number) = vocabulary.iter().position(|item| item.name == *name) else {
            let error = unknown_name("name in the vocabulary", name, vocabulary.iter().map(|item| item.name.as_str()));
            return Err(place(invalid(error.to_string())));
        };
        steps.push((number, items.iter().map(|text| step(text)).collect::<Result<_>>().map_err(place)?));
    }
    Ok((steps, instants))
}

/// `28 days`, `1 year`, `-3 months`, `6 hours`.
pub(super) fn step(text: &str) -> Result<Interval> {
    let wrong = || invalid("expected a step such as `28 days`, `13 years` or `6 hours`");
    let (count, unit) = text.split_once(' ').ok_or_else(wrong)?;
    let count: i32 = count.parse().map_err(|_| wrong())?;
    let none = Interval::default();
    match unit.trim_end_matches('s') {
        "year" => Ok(Interval { months: count.checked_mul(12).ok_or_else(wrong)?, ..none }),
        "month" => Ok(Interval { months: count, ..none }),
        "day" => Ok(Interval { days: count, ..none }),
        "hour" => Ok(Interval { micros: i64::from(count) * 3_600_000_000, ..none }),
        _ => Err(wrong()),
    }
}

/// Every date or instant that a guard compares with the time says where that matters, or `until` would overlook it.
fn time_is_declared(rules: &[PolicyRule], stages: [&Stage; 3], vocabulary: &[Item], matters: &[(usize, Vec<Interval>)]) -> Result<()> {
    for stage in stages {
        for (rule, reads) in rules.iter().skip(stage.first).zip(&stage.reads) {
            if !OF_TIME.iter().any(|function| calls(&rule.guard, function)) {
                continue;
            }
            for &number in reads {
                let Some(item) = vocabulary.get(number) else { continue };
                let dated = matches!(item.data_type, AttributeType::Date | AttributeType::Timestamp);
                if dated && !matters.iter().any(|(known, _)| *known == number) {
                    let message = format!("rule `{}` compares `{}` with the time: say when under [matters]", rule.id, item.name);
                    return Err(invalid(message));
                }
            }
        }
    }
    Ok(())
}

impl Named {
    /// A constant's value from its text.
    ///
    /// # Errors
    /// `InvalidArgument`.
    pub(super) fn read(&self, text: &str, zone: TimeZone) -> Result<Value> {
        let wrong = |wanted: &str| Error::new(ErrorKind::InvalidArgument, format!("expected {wanted}"));
        let value = match self.data_type {
            AttributeType::Boolean => Value::Boolean(text.parse().map_err(|_| wrong("`true` or `false`"))?),
            AttributeType::Integer => Value::Integer(text.parse().map_err(|_| wrong("a whole number"))?),
            AttributeType::Text if text.trim().is_empty() => Value::Null,
            _ => self.convert(&Value::Text(text.to_owned()), zone)?,
        };
        Ok(value)
    }
}
