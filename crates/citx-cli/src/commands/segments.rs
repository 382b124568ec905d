//! `citx segments` and `citx explain`.

use std::path::Path;

use citx::{Explanation, Result, Run};
use serde_json::{Value as Json, json};

use super::{Answer, with_project};
use crate::text::{aligned, cell};
use crate::{Project, flow, json as to_json};

pub(super) fn segments(project: &Path, as_of: &str, keys: Option<&str>, run: &Run) -> Result<Answer> {
    let project = Project::read(project)?;
    let context = flow::context(as_of, &project)?;
    let (people, book) = (flow::people(&project)?, flow::book(&project)?);
    let membership = book.evaluate(&people, &context, run).map_err(|error| error.context("[segments]"))?;
    if let Some(name) = keys {
        let keys: Vec<_> = membership.segment(name)?.keys().values().collect();
        let text: String = keys.iter().map(|key| format!("{}\n", cell(key))).collect();
        return Answer::new(text, json!({ "segment": name, "keys": keys.iter().map(to_json::value).collect::<Vec<_>>() }));
    }
    let counts = membership.counts();
    let rows: Vec<Vec<String>> = counts.iter().map(|(name, members)| vec![name.clone(), members.to_string()]).collect();
    let json: Vec<Json> = counts.iter().map(|(name, members)| json!({ "segment": name, "members": members })).collect();
    let text = aligned(&["segment", "members"], &rows);
    Answer::new(text, json!({ "as_of": context.as_of.to_string(), "citizens": people.len(), "segments": json }))
}

pub(super) fn explain(words: &[String], as_of: &str) -> Result<Answer> {
    let (project, words) = with_project(words, 3);
    let [segment, key] = words else { return Answer::new("", Json::Null) };
    let project = Project::read(project)?;
    let context = flow::context(as_of, &project)?;
    let (people, book) = (flow::people(&project)?, flow::book(&project)?);
    let explanation = book.explain(segment, &people.row(key)?, &context)?;
    let mut text = String::new();
    tree(&explanation, &mut text);
    Answer::new(text, json!({ "segment": segment, "key": key, "explanation": as_json(&explanation) }))
}

/// The tree, one predicate a line, parts below what they are parts of. A rule may be nested 1,000 deep, so the walk keeps its own stack.
fn tree(explanation: &Explanation, text: &mut String) {
    let mut open = vec![(explanation, 0_usize)];
    while let Some((part, depth)) = open.pop() {
        let values: Vec<String> = part.values.iter().map(|(name, value)| format!("{name} is {}", shown(value))).collect();
        let values = if values.is_empty() { String::new() } else { format!("  ({})", values.join(", ")) };
        text.push_str(&format!("{}{}: {}{values}\n", "  ".repeat(depth), outcome(part), part.text));
        open.extend(part.parts.iter().rev().map(|part| (part, depth + 1)));
    }
}

fn shown(value: &citx::Value) -> String {
    match value {
        citx::Value::Null => "not known".to_owned(),
        value => cell(value),
    }
}

fn outcome(part: &Explanation) -> &'static str {
    match part.outcome {
        Some(true) => "true",
        Some(false) => "false",
        None => "unknown",
    }
}

fn as_json(part: &Explanation) -> Json {
    let values: serde_json::Map<String, Json> = part.values.iter().map(|(name, value)| (name.clone(), to_json::value(value))).collect();
    json!({
        "text": part.text,
        "outcome": part.outcome,
        "values": values,
        "parts": part.parts.iter().map(as_json).collect::<Vec<_>>(),
    })
}
