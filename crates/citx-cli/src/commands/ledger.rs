//! `citx ledger`.

use std::path::Path;

use citx::{Column, ConsentLedger, Error, ErrorKind, Policy, RecordedEvent, Result, Table};
use serde_json::json;

use super::{Answer, with_project};
use crate::args::Ledger;
use crate::project::{Project, SourceFile};
use crate::{consent_import, flow};

pub(super) fn ledger(command: &Ledger) -> Result<Answer> {
    match command {
        Ledger::Import { words, preferences, at } => {
            let (project, words) = with_project(words, 2);
            let preferences = preferences.as_deref().map(|mapping| (mapping, at.as_deref()));
            import(&Project::read(project)?, words.first().map_or(Path::new(""), |file| file), preferences)
        }
        Ledger::History { words } => {
            let (project, words) = with_project(words, 2);
            history(&Project::read(project)?, words.first().map_or("", String::as_str))
        }
        Ledger::Verify { project } => {
            let (ledger, _) = open(&Project::read(&project.project)?, true)?;
            let events = ledger.verify()?;
            let (number, hash) = ledger.head()?;
            Answer::new(format!("{events} events verified, head {number} {hash}\n"), json!({ "verified": events, "head": [number, hash] }))
        }
        Ledger::Head { project } => head(open(&Project::read(&project.project)?, true)?.0.head()?),
        Ledger::Export { project, to } => export(&Project::read(&project.project)?, to),
        Ledger::AcceptHead { project } => {
            let project = Project::read(&project.project)?;
            let policy = flow::policy(&project)?;
            head(ConsentLedger::accept_head(path(&project)?, &policy)?)
        }
    }
}

fn path(project: &Project) -> Result<&Path> {
    let ledger = project.consent.as_ref().and_then(|consent| consent.ledger.as_deref());
    ledger.ok_or_else(|| {
        Error::new(ErrorKind::InvalidArgument, "the project names no ledger; add `ledger = \"consent.db\"` to [consent]")
            .context(project.path.display().to_string())
    })
}

fn open(project: &Project, read_only: bool) -> Result<(ConsentLedger, Policy)> {
    path(project)?;
    let policy = flow::policy(project)?;
    Ok((flow::ledger(project, &policy, read_only)?, policy))
}

fn head((number, hash): (u64, String)) -> Result<Answer> {
    Answer::new(format!("{number} {hash}\n"), json!({ "head": [number, hash] }))
}

/// `preferences`: the mapping of a preference centre's export, and when all of it was said.
fn import(project: &Project, file: &Path, preferences: Option<(&Path, Option<&str>)>) -> Result<Answer> {
    let (ledger, _) = open(project, false)?;
    let events = match preferences {
        None => consent_import::events(project, &SourceFile::at(file))?,
        Some((mapping, at)) => {
            let mapping = citx::read_preference_mapping(mapping)?;
            let at = at.map(|at| flow::instant(at, project)).transpose()?;
            citx::read_preferences(file, &mapping, at, project.time_zone)?
        }
    };
    let new = consent_import::append(&ledger, &events).map_err(|error| error.context(file.display().to_string()))?;
    let total = ledger.len()?;
    let text = format!("{new} new of {} events; the ledger holds {total}\n", events.len());
    Answer::new(text, json!({ "read": events.len(), "new": new, "events": total }))
}

fn history(project: &Project, citizen: &str) -> Result<Answer> {
    Answer::table(&events_table(&open(project, true)?.0.history(citizen)?)?, "events")
}

/// Every event to a CSV file, which an import reads back.
fn export(project: &Project, to: &Path) -> Result<Answer> {
    let (ledger, _) = open(project, true)?;
    let events = ledger.events()?;
    citx::write_csv(&events_table(&events)?, to)?;
    Answer::new(
        format!("{} events written to {}\n", events.len(), to.display()),
        json!({ "events": events.len(), "file": to.display().to_string() }),
    )
}

/// Events as a table: the ledger's number and instant, then the columns that an import reads.
fn events_table(events: &[RecordedEvent]) -> Result<Table> {
    let text = |name: &str, field: fn(&RecordedEvent) -> Option<&str>| Column::text(name, events.iter().map(field));
    let scope = |recorded: &RecordedEvent| Some(recorded.event.scope.as_str());
    Table::from_columns([
        Column::integer("id", events.iter().map(|recorded| i64::try_from(recorded.id).ok())),
        Column::timestamp("recorded_at", events.iter().map(|recorded| Some(recorded.recorded_at))),
        text("citizen", |recorded| Some(&recorded.event.citizen)),
        text("purpose", |recorded| recorded.event.purpose.as_deref()),
        text("channel", |recorded| recorded.event.channel.as_deref()),
        text("status", |recorded| Some(recorded.event.status.as_str())),
        Column::timestamp("captured_at", events.iter().map(|recorded| Some(recorded.event.captured_at))),
        text("method", |recorded| recorded.event.method.as_deref()),
        text("contact", |recorded| recorded.event.contact.as_deref()),
        text("topic", |recorded| recorded.event.topic.as_deref()),
        Column::text("scope", events.iter().map(scope)),
        text("notice", |recorded| recorded.event.notice.as_deref()),
        text("evidence_ref", |recorded| recorded.event.evidence_ref.as_deref()),
        Column::timestamp("valid_from", events.iter().map(|recorded| recorded.event.valid_from)),
        Column::timestamp("valid_until", events.iter().map(|recorded| recorded.event.valid_until)),
        text("actor", |recorded| recorded.event.actor.as_deref()),
        text("jurisdiction", |recorded| recorded.event.jurisdiction.as_deref()),
        text("source", |recorded| recorded.event.source.as_deref()),
        text("idempotency_key", |recorded| recorded.event.idempotency_key.as_deref()),
    ])
}
