//! Consent events from a file into the ledger, each once.

use std::collections::HashMap;

use citx::consent::Event;
use citx::{ConsentLedger, Policy, Result, Table};
use sha2::{Digest, Sha256};

use crate::flow;
use crate::project::{Project, SourceFile};

/// Columns that are text, whatever they look like.
const TEXT: [&str; 14] = [
    "citizen",
    "purpose",
    "channel",
    "status",
    "method",
    "contact",
    "topic",
    "scope",
    "notice",
    "evidence_ref",
    "actor",
    "jurisdiction",
    "source",
    "idempotency_key",
];

/// Columns that an export of a ledger has and an event has not.
const LEDGERS_OWN: [&str; 2] = ["id", "recorded_at"];

/// The file's events, each with an idempotency key.
pub(crate) fn events(project: &Project, source: &SourceFile) -> Result<Vec<Event>> {
    let table = citx::read_table(&source.path, &TEXT, &source.options)?;
    let table = Table::from_columns(table.columns().filter(|column| !LEDGERS_OWN.contains(&column.name())))?;
    let mut events = Event::from_table(&table, project.time_zone).map_err(|error| error.context(source.name.clone()))?;
    name_events(&mut events);
    Ok(events)
}

/// The project's ledger, to be asked: one that lives for the run only is filled from the project's import.
pub(crate) fn ledger(project: &Project, policy: &Policy) -> Result<ConsentLedger> {
    let ledger = flow::ledger(project, policy, true)?;
    let consent = project.consent.as_ref().filter(|consent| consent.ledger.is_none());
    if let Some(source) = consent.and_then(|consent| consent.import.as_ref()) {
        append(&ledger, &events(project, source)?).map_err(|error| error.context(source.name.clone()))?;
    }
    Ok(ledger)
}

/// Appends what the ledger does not have yet, and returns how many events that were.
pub(crate) fn append(ledger: &ConsentLedger, events: &[Event]) -> Result<u64> {
    let before = ledger.len()?;
    ledger.append_all(events)?;
    Ok(ledger.len()? - before)
}

/// Gives each event without an idempotency key one of its content and of how often that content came before in the file: a file read
/// twice, or grown at its end or in its middle, adds each event once.
fn name_events(events: &mut [Event]) {
    let mut seen: HashMap<[u8; 32], u64> = HashMap::new();
    for event in events.iter_mut().filter(|event| event.idempotency_key.is_none()) {
        let content = content(event);
        let earlier = seen.entry(content).or_insert(0);
        let name = Sha256::new_with_prefix(b"citx import 1").chain_update(content).chain_update(earlier.to_le_bytes()).finalize();
        *earlier += 1;
        let hex = name.iter().take(16).map(|byte| format!("{byte:02x}"));
        event.idempotency_key = Some(std::iter::once("import:".to_owned()).chain(hex).collect());
    }
}

/// SHA-256 over every field of the event, each with its length before it.
fn content(event: &Event) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut field = |text: Option<&str>| {
        hash.update(text.map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
        hash.update(text.unwrap_or_default());
    };
    let instants = [Some(event.captured_at), event.valid_from, event.valid_until];
    field(Some(&event.citizen));
    field(Some(event.status.as_str()));
    field(Some(&format!("{:?}", event.scope)));
    let texts = [
        &event.purpose,
        &event.channel,
        &event.method,
        &event.contact,
        &event.topic,
        &event.notice,
        &event.evidence_ref,
        &event.actor,
        &event.jurisdiction,
        &event.source,
    ];
    for text in texts {
        field(text.as_deref());
    }
    for instant in instants {
        field(instant.map(|instant| instant.as_micros().to_string()).as_deref());
    }
    hash.finalize().into()
}

/// The events that a project imports, for a check: read, and their purposes and channels known to the policy.
pub(crate) fn check(project: &Project, source: &SourceFile, policy: &Policy) -> Result<()> {
    let events = events(project, source)?;
    let ledger = ConsentLedger::open(":memory:", policy, &citx::LedgerOptions::default())?;
    ledger.append_all(&events).map(drop).map_err(|error| error.context(source.name.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use citx::{Status, Timestamp};

    fn event(citizen: &str) -> Event {
        Event::new(citizen, Status::Given, Timestamp::from_micros(0))
    }

    #[test]
    fn keys_depend_on_content_and_on_repetition_only() {
        let mut once = [event("a"), event("b"), event("a")];
        name_events(&mut once);
        let keys = once.each_ref().map(|event| event.idempotency_key.clone());
        assert!(keys[0] != keys[1] && keys[0] != keys[2]);
        let mut grown = [event("c"), event("a"), event("b"), event("a"), event("b")];
        name_events(&mut grown);
        assert_eq!(keys[..], [1, 2, 3].map(|at| grown[at].idempotency_key.clone()));
    }

    #[test]
    fn a_key_that_is_there_stays() {
        let mut event = event("a");
        event.idempotency_key = Some("form 881".into());
        let mut events = [event];
        name_events(&mut events);
        assert_eq!(events[0].idempotency_key.as_deref(), Some("form 881"));
    }
}
