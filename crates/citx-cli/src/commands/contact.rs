//! `citx decide` and `citx recheck`.

use std::path::{Path, PathBuf};

use citx::{AttributeType, Decision, Error, ErrorKind, Facts, Policy, Question, Result, Run, TimeZone, Timestamp, Value};
use serde_json::{Value as Json, json};

use super::{Answer, with_project};
use crate::args::Decide;
use crate::{Project, Recheck, RecheckOptions, consent_import, flow, text};

pub(super) fn decide(arguments: &Decide) -> Result<Answer> {
    let project = Project::read(&arguments.project.project)?;
    let at = flow::instant(&arguments.at, &project)?;
    let policy = flow::policy(&project)?;
    let ledger = consent_import::ledger(&project, &policy)?;
    let mut question = Question::new(&arguments.citizen, &arguments.purpose, &arguments.channel);
    question.topic.clone_from(&arguments.topic);
    let held = held(&project, &policy, arguments)?;
    question.facts = facts(held, &arguments.facts, &policy, project.time_zone)?;
    let decision = ledger.decide(&question, at)?;
    let generated = project.consent.as_ref().is_some_and(|consent| consent.generated);
    Answer::new(words(&decision, generated), as_json(&decision, generated))
}

/// What the project's own table says of the citizen; nothing of one who is not in it.
fn held(project: &Project, policy: &Policy, arguments: &Decide) -> Result<Facts> {
    if project.citizens.is_none() {
        return Ok(Facts::new());
    }
    let people = flow::people(project)?;
    people.find(&arguments.citizen).map_or(Ok(Facts::new()), |row| Facts::of_citizen(&people, row, &arguments.channel, policy))
}

/// What is held, and then facts written as `name=value`, each in the type that the policy gives it.
fn facts(held: Facts, written: &[String], policy: &Policy, zone: TimeZone) -> Result<Facts> {
    let mut facts = held;
    for fact in written {
        let (name, text) = fact
            .split_once('=')
            .ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "a fact is written name=value, such as deceased=false"))?;
        let kind = policy.facts().find(name).map_or(AttributeType::Text, |(_, kind)| kind);
        facts = facts.with(name, value(name, text, kind, zone)?);
    }
    Ok(facts)
}

fn value(name: &str, text: &str, kind: AttributeType, zone: TimeZone) -> Result<Value> {
    let wrong = || Error::new(ErrorKind::InvalidArgument, format!("the fact `{name}` is of type {kind}"));
    if text.is_empty() {
        return Ok(Value::Null);
    }
    Ok(match kind {
        AttributeType::Boolean => Value::Boolean(text.parse().map_err(|_| wrong())?),
        AttributeType::Integer => Value::Integer(text.parse().map_err(|_| wrong())?),
        AttributeType::Float => Value::Float(text.parse().map_err(|_| wrong())?),
        AttributeType::Date => Value::Date(text.parse().map_err(|_| wrong())?),
        AttributeType::Timestamp => Value::Timestamp(Timestamp::parse(text, zone).map_err(|_| wrong())?),
        _ => Value::Text(text.to_owned()),
    })
}

fn words(decision: &Decision, generated: bool) -> String {
    let mut lines = vec![format!("{} ({}): {}", decision.outcome.as_str(), decision.rule, decision.reason)];
    lines.extend(decision.basis.as_ref().map(|basis| format!("basis: {}", basis.replace('_', " "))));
    lines.extend(decision.permitted_by.as_ref().filter(|rule| **rule != decision.rule).map(|rule| format!("permitted by: {rule}")));
    if !decision.evidence.is_empty() {
        let events: Vec<String> = decision.evidence.iter().map(u64::to_string).collect();
        lines.push(format!("evidence: events {}", events.join(", ")));
    }
    lines.extend(decision.until.map(|until| format!("until: {until}")));
    lines.push(format!("policy: {}", decision.policy));
    if generated {
        lines.push("note: the consent records are generated".to_owned());
    }
    lines.join("\n") + "\n"
}

fn as_json(decision: &Decision, generated: bool) -> Json {
    json!({
        "outcome": decision.outcome.as_str(),
        "allowed": decision.allowed(),
        "rule": decision.rule,
        "permitted_by": decision.permitted_by,
        "basis": decision.basis,
        "reason": decision.reason,
        "evidence": decision.evidence,
        "until": decision.until.map(|until| until.to_string()),
        "policy": decision.policy,
        "generated": generated,
    })
}

pub(super) fn recheck(words: &[PathBuf], as_of: &str, audience: Option<String>, out: Option<PathBuf>, run: &Run) -> Result<Answer> {
    let (project, rest) = with_project(words, 2);
    let file = rest.first().map_or(Path::new(""), PathBuf::as_path);
    let found = crate::recheck(project, file, as_of, &RecheckOptions { audience, out }, run)?;
    Answer::new(removals(&found), serde_json::to_value(&found).unwrap_or_default())
}

fn removals(found: &Recheck) -> String {
    let mut words = format!("{} of {} may be contacted for {}\n", found.kept, found.rows, found.purpose);
    if !found.removed.is_empty() {
        let row = |removed: &crate::Removed| {
            let (key, rule) = (removed.key.clone().unwrap_or_default(), removed.rule.clone().unwrap_or_default());
            vec![removed.row.to_string(), key, removed.channel.clone(), rule, removed.reason.clone()]
        };
        let rows: Vec<Vec<String>> = found.removed.iter().map(row).collect();
        words.push_str(&text::aligned(&["row", "key", "channel", "rule", "reason"], &rows));
    }
    found.expires_at.iter().for_each(|at| words.push_str(&format!("to be decided again at {at}\n")));
    found.file.iter().for_each(|file| words.push_str(&format!("the others are in {file}\n")));
    words
}
