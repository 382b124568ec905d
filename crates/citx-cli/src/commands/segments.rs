//! `citx segments` and `citx explain`.

use std::path::{Path, PathBuf};

use citx::{Context, Explanation, Population, Result, Run, SegmentBook};
use serde_json::{Value as Json, json};

use super::{Answer, with_project};
use crate::args::Show;
use crate::flow::Outside;
use crate::run::outside;
use crate::text::{aligned, cell};
use crate::{Project, flow, json as to_json};

pub(super) fn segments(project: &Path, as_of: &str, show: &Show, run: &Run) -> Result<Answer> {
    let project = Project::read(project)?;
    let context = flow::context(as_of, &project)?;
    let book = flow::book(&project)?;
    if show.rules {
        let json = book.to_json();
        let value = serde_json::from_str(&json).unwrap_or_default();
        return Answer::new(format!("{json}\n"), value);
    }
    let people = flow::people(&project)?;
    if let Some(dialect) = &show.sql {
        let people = Outside::new(&project, None)?.people(&project, people, &context, run)?;
        return sql(&book, &people, &context, dialect);
    }
    let outside = outside(&project, &context)?;
    let people = outside.people(&project, people, &context, run)?;
    if show.plan {
        return Answer::table(&book.explain_plan(&people, &context, &outside.sources(), run)?, "plan");
    }
    let membership = flow::membership(&book, &people, &context, &outside, run)?;
    if show.overlap {
        return Answer::table(&membership.overlap(run)?, "overlap");
    }
    if let Some(column) = &show.crosstab {
        return Answer::table(&membership.crosstab(column, run)?, "crosstab");
    }
    if let Some(name) = &show.keys {
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

fn sql(book: &SegmentBook, people: &Population, context: &Context, dialect: &str) -> Result<Answer> {
    let conditions = book.to_sql(dialect.parse()?, people.schema(), context)?;
    let text: String = conditions.iter().map(|(name, condition)| format!("-- {name}\n{condition}\n")).collect();
    let json: Vec<Json> = conditions.iter().map(|(name, condition)| json!({ "segment": name, "sql": condition })).collect();
    Answer::new(text, json!({ "dialect": dialect, "segments": json }))
}

/// Who would move if the segments of another project file took the place of this one's.
pub(super) fn diff(words: &[PathBuf], as_of: &str, moves: bool, run: &Run) -> Result<Answer> {
    let (project, words) = with_project(words, 2);
    let [other] = words else { return Answer::new("", Json::Null) };
    let (project, other) = (Project::read(project)?, Project::read(other)?);
    let context = flow::context(as_of, &project)?;
    let (people, book, after) = (flow::people(&project)?, flow::book(&project)?, flow::book(&other)?);
    // Either book may be the one that asks for consent; both are answered by this project's.
    let mut both = project.clone();
    both.segments.extend(other.segments);
    let outside = outside(&both, &context)?;
    let people = outside.people(&project, people, &context, run)?;
    let diff = book.diff_with(&after, &people, &context, &outside.sources(), run)?;
    if moves {
        return Answer::table(&diff.moves, "moves");
    }
    let mut text = crate::text::table(&diff.counts);
    for (what, names) in [("added", &diff.added), ("removed", &diff.removed), ("changed", &diff.changed)] {
        if !names.is_empty() {
            text.push_str(&format!("{what}: {}\n", names.join(", ")));
        }
    }
    let json = json!({
        "as_of": context.as_of.to_string(), "added": diff.added, "removed": diff.removed, "changed": diff.changed,
        "counts": to_json::rows(&diff.counts), "moves": to_json::rows(&diff.moves),
    });
    Answer::new(text, json)
}

pub(super) fn explain(words: &[String], as_of: &str) -> Result<Answer> {
    let (project, words) = with_project(words, 3);
    let [segment, key] = words else { return Answer::new("", Json::Null) };
    let project = Project::read(project)?;
    let context = flow::context(as_of, &project)?;
    let (people, book) = (flow::people(&project)?, flow::book(&project)?);
    let outside = outside(&project, &context)?;
    let people = outside.people(&project, people, &context, &Run::new())?;
    let facts = people.facts().cloned().unwrap_or_default();
    let sources = outside.sources().key(people.key_name()).facts(&facts);
    let explanation = book.explain_with(segment, &people.row(key)?, &context, &sources)?;
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
