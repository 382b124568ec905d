use citx_core::consent::{Controller, Purpose};

use super::*;

fn policy() -> Policy {
    let zone = "Europe/London".parse().expect("a zone");
    Policy::builtin("uk-2026")
        .and_then(|policy| policy.with_controller(Controller::new("Anytown Council", "public_authority", zone)))
        .and_then(|policy| policy.with_purpose(Purpose::new("newsletter", "direct_marketing", "consent")))
        .and_then(|policy| policy.with_purpose(Purpose::new("repairs", "service", "contract")))
        .expect("a policy")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text, TimeZone::UTC).expect("an instant")
}

fn event(citizen: &str, status: Status, captured_at: &str) -> Event {
    let mut event = Event::new(citizen, status, at(captured_at));
    event.purpose = Some("newsletter".to_owned());
    event.channel = Some("email".to_owned());
    event
}

fn newsletter(citizen: &str) -> Question {
    Question::new(citizen, "newsletter", "email")
}

fn open(path: &Path) -> Result<ConsentLedger> {
    ConsentLedger::open(path, &policy(), &LedgerOptions::new())
}

#[test]
fn a_grant_permits_until_it_is_withdrawn() -> Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("consent.db");
    let ledger = open(&path)?;
    assert_eq!(ledger.append(&event("C-17", Status::Given, "2026-03-01"))?, 1);
    assert_eq!(ledger.append(&event("C-18", Status::Given, "2026-03-01"))?, 2);
    assert_eq!(ledger.append(&event("C-17", Status::Withdrawn, "2026-04-01"))?, 3);
    let rule = |day: &str| ledger.decide(&newsletter("C-17"), at(day)).map(|decision| decision.rule);
    assert_eq!([rule("2026-02-01")?, rule("2026-03-05")?, rule("2026-05-01")?], ["R07b", "R13", "R07"]);
    let decision = ledger.decide(&newsletter("C-17"), at("2026-03-05"))?;
    assert_eq!((decision.evidence, decision.until), (vec![1], Some(at("2026-04-01"))));
    assert_eq!((ledger.len()?, ledger.verify()?, ledger.head()?.0), (3, 3, 3));
    let history = ledger.history("C-17")?;
    assert_eq!(history.iter().map(|event| event.id).collect::<Vec<_>>(), [1, 3]);
    assert!(ledger.history("nobody")?.is_empty());
    drop(ledger);
    let again = open(&path)?;
    assert_eq!(again.head()?.0, 3);
    assert_eq!(again.as_of(at("2026-05-01"), None)?.decide(&newsletter("C-18"))?.rule, "R13");
    Ok(())
}
