//! What a data protection officer asks for: by which policy, for which purposes and on what data contact is decided, and what changed.

use std::collections::BTreeMap;
use std::path::Path;

use citx::report::{Report, count};
use citx::{Bitmap, Column, ConsentView, Error, ErrorKind, Policy, Population, Purpose, Result, Run, Table, Timestamp};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Project, consent_import, flow};

/// What the pack is about, and the files it is made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DpoPack {
    /// Version of citx.
    pub version: String,
    /// The instant it stands for.
    pub as_of: String,
    /// The controller's name.
    pub controller: String,
    /// The policy, with version and hash.
    pub policy: String,
    /// The policy that it is compared with.
    pub since: Option<String>,
    /// Number and hash of the ledger's last event; `None` for a ledger that lives for a run only.
    pub head: Option<(u64, String)>,
    /// SHA-256 of the project file.
    pub project_sha256: String,
    /// Purposes.
    pub purposes: u64,
    /// Purposes and segments whose review was due.
    pub overdue: Vec<String>,
    /// Segments that read special category data, through other segments too.
    pub sensitive_segments: Vec<String>,
    /// Decisions (citizens x purposes x channels) with another outcome or rule than by the other policy.
    pub changed_decisions: Option<u64>,
    /// Name and SHA-256 of each file.
    pub files: BTreeMap<String, String>,
}

/// Writes the pack of a project for the instant `as_of` into `folder`: `policy.csv`, `purposes.csv`, `segments.csv`, with `since` (an earlier policy,
/// built in or a file) also `policy-changes.csv` and `decisions-changed.csv`, all of it as `index.html`, and last `pack.json`. The same input gives the same bytes.
///
/// # Errors
/// As [`Project::read`]; `InvalidArgument` for a project without consent; what reading the ledger and the policy can end with; `Io`.
pub fn dpo_pack(project: impl AsRef<Path>, as_of: &str, folder: impl AsRef<Path>, since: Option<&str>, run: &Run) -> Result<DpoPack> {
    let (project, folder) = (Project::read(project)?, folder.as_ref());
    let at = flow::instant(as_of, &project)?;
    let policy = flow::policy(&project)?;
    let ledger = consent_import::ledger(&project, &policy)?;
    let mut parts = vec![
        ("policy", "The rules, in the order in which they are asked", policy.explain()),
        ("purposes", "Register of purposes", purposes(&policy, &project, at)?),
        ("segments", "Segments, and the special category data they read", segments(&project, at)?),
    ];
    let mut pack = DpoPack {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        as_of: at.to_string(),
        controller: project.controller.as_ref().map_or_else(String::new, |controller| controller.name.clone()),
        policy: policy.id(),
        head: project.consent.as_ref().and_then(|consent| consent.ledger.as_ref()).map(|_| ledger.head()).transpose()?,
        project_sha256: digest(&project.path)?,
        purposes: policy.purposes().len() as u64,
        ..DpoPack::default()
    };
    if let Some(since) = since {
        let earlier = flow::own_policy(&project, since)?;
        let decided = changes(&project, (&earlier, &policy), at, run)?;
        pack.since = Some(earlier.id());
        pack.changed_decisions = Some(total(&decided)?);
        parts.push(("policy-changes", "What is different from the earlier policy", earlier.diff(&policy)));
        parts.push(("decisions-changed", "Decisions that the earlier policy would have made otherwise", decided));
    }
    for (name, _, table) in parts.iter().skip(1).take(2) {
        pack.overdue.extend(flagged(table, "overdue")?.into_iter().map(|item| format!("{name}: {item}")));
    }
    pack.sensitive_segments = parts.get(2).map_or(Ok(Vec::new()), |(_, _, table)| flagged(table, "special_category"))?;
    write(&mut pack, &parts, folder)?;
    Ok(pack)
}

fn write(pack: &mut DpoPack, parts: &[(&str, &str, Table)], folder: &Path) -> Result<()> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, "the pack cannot be written").context(folder.display().to_string()).caused_by(error)
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let manifest = folder.join("pack.json");
    if manifest.exists() {
        std::fs::remove_file(&manifest).map_err(failed)?;
    }
    for old in ["policy-changes.csv", "decisions-changed.csv"].map(|name| folder.join(name)).iter().filter(|old| old.exists()) {
        std::fs::remove_file(old).map_err(failed)?;
    }
    let mut names = Vec::new();
    for (name, _, table) in parts {
        names.push(format!("{name}.csv"));
        citx::write_csv(table, folder.join(format!("{name}.csv")))?;
    }
    report(pack, parts).write(folder.join("index.html"))?;
    names.push("index.html".to_owned());
    pack.files = names.into_iter().map(|name| Ok((name.clone(), digest(&folder.join(name))?))).collect::<Result<_>>()?;
    let text = serde_json::to_value(&*pack).unwrap_or_default();
    std::fs::write(&manifest, format!("{text:#}\n")).map_err(failed)
}

fn report(pack: &DpoPack, parts: &[(&str, &str, Table)]) -> Report {
    let mut report = Report::new(format!("Contact with citizens: {}", pack.controller)).as_of(&pack.as_of);
    report = report.lead(format!("{} purposes are decided by {}", count(pack.purposes), pack.policy));
    for overdue in &pack.overdue {
        report = report.lead(format!("review overdue: {overdue}"));
    }
    for segment in &pack.sensitive_segments {
        report = report.lead(format!("special category data chooses the members of {segment}"));
    }
    if let (Some(since), Some(changed)) = (&pack.since, pack.changed_decisions) {
        report = report.lead(format!("{} decisions are made otherwise than by {since}", count(changed)));
    }
    for (_, title, table) in parts {
        report = report.table(*title, table);
    }
    if let Some((number, hash)) = &pack.head {
        report = report.source("Consent ledger", format!("{number} events, head {hash}"));
    }
    report.source("Consent policy", &pack.policy).source("Project file", format!("SHA-256 {}", pack.project_sha256))
}

fn digest(path: &Path) -> Result<String> {
    let failed = |error| Error::new(ErrorKind::Io, "the file cannot be read").context(path.display().to_string()).caused_by(error);
    let bytes = std::fs::read(path).map_err(failed)?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether the day is over in the project's zone; an unreadable one is.
fn is_over(day: &str, project: &Project, at: Timestamp) -> bool {
    let day = day.trim().parse::<citx::Date>().ok();
    day.is_none_or(|day| at.date(project.time_zone).is_none_or(|today| today > day))
}

const JUSTIFICATION: [&str; 6] = ["task", "power", "necessity", "proportionality", "approved_by", "review_by"];

/// Each purpose with its basis, its justification and what else is recorded of it.
fn purposes(policy: &Policy, project: &Project, at: Timestamp) -> Result<Table> {
    let purposes = policy.purposes();
    let constant =
        |purpose: &Purpose, name: &str| purpose.constants.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let justified = |name: &str| {
        let full = format!("justification.{name}");
        Column::text(name, purposes.iter().map(|purpose| constant(purpose, &full)))
    };
    let others = |purpose: &Purpose| {
        let other = purpose.constants.iter().filter(|(name, _)| !name.starts_with("justification."));
        let words: Vec<String> = other.map(|(name, value)| format!("{name} = {value}")).collect();
        (!words.is_empty()).then(|| words.join("; "))
    };
    let overdue = |purpose: &Purpose| constant(purpose, "justification.review_by").map(|day| is_over(&day, project, at));
    let known = [
        Column::text("purpose", purposes.iter().map(|purpose| Some(&purpose.name))),
        Column::text("message_class", purposes.iter().map(|purpose| Some(&purpose.message_class))),
        Column::text("basis", purposes.iter().map(|purpose| Some(&purpose.basis))),
    ];
    let last = [
        Column::boolean("overdue", purposes.iter().map(|purpose| Some(overdue(purpose).unwrap_or(false)))),
        Column::text("recorded", purposes.iter().map(others)),
    ];
    Table::from_columns(known.into_iter().chain(JUSTIFICATION.map(justified)).chain(last))
}

/// Each segment with the columns that its rule reads, and which of them hold special category data.
fn segments(project: &Project, at: Timestamp) -> Result<Table> {
    let book = if project.segments.is_empty() { None } else { Some(flow::book(project)?) };
    let special = project.citizens.as_ref().map(|citizens| citizens.facts.special_category.clone()).unwrap_or_default();
    let mut used = Vec::new();
    for segment in &project.segments {
        used.push(book.as_ref().map_or(Ok(Vec::new()), |book| book.columns_used(&segment.name))?);
    }
    let segments = &project.segments;
    let sensitive = |columns: &Vec<String>| {
        let found: Vec<&str> = columns.iter().filter(|column| special.contains(column)).map(String::as_str).collect();
        (!found.is_empty()).then(|| found.join(", "))
    };
    Table::from_columns([
        Column::text("segment", segments.iter().map(|segment| Some(&segment.name))),
        Column::text("rule", segments.iter().map(|segment| Some(&segment.rule))),
        Column::text("columns", used.iter().map(|columns| Some(columns.join(", ")))),
        Column::text("special_category", used.iter().map(sensitive)),
        Column::text("owner", segments.iter().map(|segment| segment.owner.as_ref())),
        Column::text("review_by", segments.iter().map(|segment| segment.review_by.as_ref())),
        Column::boolean(
            "overdue",
            segments.iter().map(|segment| Some(segment.review_by.as_ref().is_some_and(|day| is_over(day, project, at)))),
        ),
    ])
}

/// The first cell of each row in which the column is true or has a text.
fn flagged(table: &Table, column: &str) -> Result<Vec<String>> {
    let (flags, names) = (table.column(column)?, table.columns().next());
    let is_set = |value: citx::Value| matches!(value, citx::Value::Boolean(true) | citx::Value::Text(_));
    let name = |row: usize| names.as_ref().map_or_else(String::new, |names| crate::text::cell(&names.value(row)));
    Ok((0..table.num_rows()).filter(|row| is_set(flags.value(*row))).map(name).collect())
}

fn total(decided: &Table) -> Result<u64> {
    let numbers = decided.column("decisions")?;
    Ok(numbers.values().map(|value| if let citx::Value::Integer(number) = value { number.unsigned_abs() } else { 0 }).sum())
}

/// How many citizens get another outcome or rule, for each purpose and channel, by the rule before and the rule after.
fn changes(project: &Project, (earlier, policy): (&Policy, &Policy), at: Timestamp, run: &Run) -> Result<Table> {
    let people = flow::people(project)?;
    let view = |policy: &Policy| consent_import::ledger(project, policy)?.as_of(at, None);
    let (before, after) = (view(earlier)?, view(policy)?);
    let mut counts: BTreeMap<[String; 6], i64> = BTreeMap::new();
    let names: Vec<String> = policy.purposes().iter().chain(earlier.purposes()).map(|purpose| purpose.name.clone()).collect();
    let mut asked: Vec<(String, &str)> = Vec::new();
    for name in names {
        asked.extend(policy.channels().into_iter().chain(earlier.channels()).map(|channel| (name.clone(), channel)));
    }
    asked.sort();
    asked.dedup();
    for (purpose, channel) in asked {
        let (was, is) = (positions(&before, &people, &purpose, channel, run)?, positions(&after, &people, &purpose, channel, run)?);
        let mut moved: BTreeMap<(u16, u16), i64> = BTreeMap::new();
        for pair in was.iter().copied().zip(is.iter().copied()) {
            *moved.entry(pair).or_default() += 1;
        }
        for ((was, is), citizens) in moved {
            let ([from, from_outcome], [to, to_outcome]) = (named(earlier, was), named(policy, is));
            if (&from, &from_outcome) != (&to, &to_outcome) {
                *counts.entry([purpose.clone(), channel.to_owned(), from, from_outcome, to, to_outcome]).or_default() += citizens;
            }
        }
    }
    let names = ["purpose", "channel", "from_rule", "from_outcome", "to_rule", "to_outcome"];
    let column = |(place, name): (usize, &str)| Column::text(name, counts.keys().map(|key| key.get(place)));
    let texts = names.into_iter().enumerate().map(column);
    Table::from_columns(texts.chain([Column::integer("decisions", counts.values().map(|count| Some(*count)))]))
}

/// The position of the rule that decides about each citizen.
fn positions(view: &ConsentView, people: &Population, purpose: &str, channel: &str, run: &Run) -> Result<Vec<u16>> {
    let verdicts = view.decide_many(people, &Bitmap::ones(people.len()), purpose, channel, &[], run)?;
    Ok(verdicts.rules().to_vec())
}

/// Id and outcome of the rule at a position.
fn named(policy: &Policy, position: u16) -> [String; 2] {
    policy.rules().get(usize::from(position)).map_or_else(Default::default, |rule| [rule.id.clone(), rule.outcome.clone()])
}
