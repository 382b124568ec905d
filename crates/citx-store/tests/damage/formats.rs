//! A ledger of every format still opens: `tests/golden/ledger`.

use std::path::{Path, PathBuf};

use citx_core::consent::{Event, Scope, Status};
use citx_core::time::Timestamp;
use tempfile::TempDir;

use super::model::{at, newsletter, open, open_read_only};
use super::{beside, folder};

/// A copy of a ledger that was kept.
fn kept(name: &str) -> (TempDir, PathBuf) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/ledger").join(name);
    let folder = folder();
    let path = folder.path().join("consent.db");
    for end in ["", ".head"] {
        std::fs::copy(beside(&source, end), beside(&path, end)).expect("copied");
    }
    (folder, path)
}

fn letter(citizen: &str, status: Status, captured_at: &str, key: Option<&str>) -> Event {
    let mut event = Event::new(citizen, status, at(captured_at));
    (event.purpose, event.channel) = (Some("newsletter".to_owned()), Some("email".to_owned()));
    event.idempotency_key = key.map(str::to_owned);
    event
}

/// The events that `make.py` writes, but for those that were erased.
fn events() -> Vec<(u64, Event)> {
    let mut full = letter("C-1 \u{e9}", Status::Given, "2026-03-01T00:00:00Z", Some("k1"));
    let text = |text: &str| Some(text.to_owned());
    (full.contact, full.evidence_ref, full.actor) = (text(" Ann@Example.org"), text("form 881"), text("self"));
    (full.topic, full.notice) = (text("parks"), text("privacy-2026"));
    (full.method, full.jurisdiction, full.source) = (text("web"), text("GB-ENG"), text("crm \u{e9}"));
    (full.valid_from, full.valid_until) = (Some(at("2026-03-01T00:00:00Z")), Some(at("2027-03-01T00:00:00Z")));
    let mut second = letter("C-2", Status::Given, "2026-03-01T00:00:00.000001Z", Some("k2"));
    second.contact = text("bob@example.org");
    let mut withdrawn = letter("C-2", Status::Withdrawn, "2026-03-31T00:00:00Z", Some("k4"));
    (withdrawn.evidence_ref, withdrawn.actor) = (text("call 17"), text("agent 4"));
    let mut wide = letter("C-4", Status::Given, "2026-03-03T00:00:00Z", None);
    (wide.channel, wide.scope) = (None, Scope::Purpose);
    let mut objected = Event::new("C-5", Status::Objected, Timestamp::from_micros(-1));
    (objected.scope, objected.idempotency_key) = (Scope::All, text("k7"));
    let again = letter("C-3", Status::Given, "2026-03-01T00:00:00Z", Some("k3"));
    vec![(1, full), (2, second), (4, withdrawn), (5, wide), (7, objected), (8, again)]
}

const FORMATS: [&str; 2] = ["format-1.db", "format-2.db"];

#[test]
fn a_ledger_of_each_format_that_was_written_from_the_specification_alone() {
    for (open, format) in [open_read_only, open].into_iter().flat_map(|open| FORMATS.map(|format| (open, format))) {
        let (_folder, path) = kept(format);
        let ledger = open(&path).expect("opens");
        assert_eq!(ledger.verify().expect("verifies"), 8);
        let hash = "4e0a614697ffdee998a1a03843898f658080d7262c1e92dad1679c6e1ac6b9aa";
        assert_eq!(ledger.head().expect("a head"), (8, hash.to_owned()));
        let recorded = ledger.events().expect("events");
        assert!(recorded.iter().map(|event| (event.id, event.event.clone())).eq(events()));
        let first = at("2026-04-30T00:00:00Z").as_micros();
        assert!(recorded.iter().all(|event| event.recorded_at.as_micros() == first + event.id as i64));
        assert_eq!(ledger.history("C-2").expect("a history").iter().map(|event| event.id).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(ledger.history("C-3").expect("a history").len(), 1);
        let rule = |citizen: &str, day: &str| {
            let decision = ledger.decide(&newsletter(citizen), at(day)).expect("decided");
            let viewed = ledger.as_of(at(day), None).and_then(|view| view.decide(&newsletter(citizen))).expect("decided");
            assert_eq!(decision, viewed, "{citizen}, {day}");
            (decision.rule, decision.evidence)
        };
        let expected = |rule: &str, evidence: &[u64]| (rule.to_owned(), evidence.to_vec());
        assert_eq!(rule("C-2", "2026-03-15"), expected("R13", &[2]));
        assert_eq!(rule("C-2", "2026-05-15"), expected("R07", &[4]));
        assert_eq!(rule("C-3", "2026-03-15"), expected("R00", &[6]), "erased, whatever was appended later");
        assert_eq!(rule("C-4", "2026-05-15"), expected("R13", &[5]));
        assert_eq!(rule("C-5", "2026-05-15"), expected("R06", &[7]));
        assert_eq!(rule("C-6", "2026-05-15").0, "R07b");
    }
}

#[test]
fn a_ledger_of_each_format_goes_on() {
    for format in FORMATS {
        let (_folder, path) = kept(format);
        goes_on(&path);
    }
}

fn goes_on(path: &Path) {
    let ledger = open(path).expect("opens");
    for (id, event) in events().into_iter().filter(|(_, event)| event.idempotency_key.is_some()) {
        assert_eq!(ledger.append(&event).expect("known"), id);
    }
    assert_eq!(ledger.append(&letter("C-4", Status::Withdrawn, "2026-06-01T00:00:00Z", None)).expect("appended"), 9);
    assert_eq!(ledger.erase("C-1 \u{e9}").expect("erased"), 10);
    drop(ledger);
    assert_eq!(open(path).and_then(|ledger| ledger.verify()).expect("verifies"), 10);
}
