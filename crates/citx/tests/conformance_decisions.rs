//! `tests/conformance/decisions.tsv` through the facade: by a view, by a ledger, and for a population.

mod support;

use std::sync::LazyLock;

use citx::{
    Bitmap, ConsentLedger, ConsentView, Controller, Decision, Event, FactColumns, Facts, LedgerOptions, Policy, Population, Purpose,
    Question, RecordedEvent, Result, Run, Scope, Status, Table, TimeZone, Timestamp, Value,
};
use support::{Case, cases, expected_error, instant, record, unescape};

fn zone() -> TimeZone {
    "Europe/London".parse().expect("a zone")
}

fn policy(case: &Case) -> Result<Policy> {
    static BUILTIN: LazyLock<Vec<Policy>> =
        LazyLock::new(|| Policy::BUILTIN.iter().map(|name| Policy::builtin(name).expect("built in")).collect());
    let controller = case.text("controller");
    let (kind, name) = controller.split_once('@').unwrap_or((&controller, "uk-2026"));
    let builtin = BUILTIN.iter().find(|policy| policy.id().starts_with(&format!("{name}@"))).expect("a built-in policy");
    let policy = builtin.with_controller(Controller::new("Anytown", kind, zone()))?;
    let parts: Vec<String> = case.raw("purpose").split('|').map(unescape).collect();
    let [name, class, basis, ..] = parts.as_slice() else { return Ok(policy) };
    let constants = case.raw("purpose").split('|').skip(3).map(|item| item.split_once('=').expect("constant=value"));
    let purpose =
        constants.fold(Purpose::new(name, class, basis), |purpose, (name, value)| purpose.constant(unescape(name), unescape(value)));
    policy.with_purpose(purpose)
}

fn event(raw: &str, purpose: &str) -> Result<Event> {
    let mut event = Event::new("c1", Status::Disclosed, Timestamp::from_micros(0));
    event.purpose = Some(purpose.to_owned());
    for item in raw.split('|') {
        let (field, value) = item.split_once('=').expect("field=value");
        let value = unescape(value);
        let text = Some(value.clone()).filter(|text| !text.is_empty());
        match field {
            "citizen" => event.citizen = value,
            "purpose" => event.purpose = text,
            "channel" => event.channel = text,
            "status" => event.status = value.parse()?,
            "captured_at" => event.captured_at = instant(&value, zone()),
            "contact" => event.contact = text,
            "topic" => event.topic = text,
            "scope" => event.scope = value.parse::<Scope>()?,
            "notice" => event.notice = text,
            "actor" => event.actor = text,
            "valid_from" => event.valid_from = Some(instant(&value, zone())),
            "valid_until" => event.valid_until = Some(instant(&value, zone())),
            other => panic!("a case has no field {other}"),
        }
    }
    Ok(event)
}

fn events(case: &Case) -> Result<Vec<Event>> {
    let purpose = unescape(case.raw("purpose").split('|').next().unwrap_or(""));
    case.raw("events").split(';').filter(|raw| !raw.is_empty()).map(|raw| event(raw, &purpose)).collect()
}

fn question(case: &Case) -> Question {
    let purpose = unescape(case.raw("purpose").split('|').next().unwrap_or(""));
    let mut question = Question::new("c1", purpose, case.text("channel"));
    question.topic = Some(case.text("topic")).filter(|topic| !topic.is_empty());
    question.facts = record(case.raw("facts")).fields().iter().cloned().collect::<Facts>();
    question
}

fn decided(case: &Case) -> Result<Decision> {
    let (policy, at) = (policy(case)?, instant(&case.text("at"), zone()));
    let recorded = events(case)?.into_iter().zip(1..).map(|(event, id)| RecordedEvent { id, recorded_at: event.captured_at, event });
    ConsentView::from_events(recorded, &policy, at)?.decide(&question(case))
}

/// The same through a ledger; `None` where it does not take the events, because they name a purpose that the policy does not have.
fn by_ledger(case: &Case) -> Result<Option<Decision>> {
    let (policy, at) = (policy(case)?, instant(&case.text("at"), zone()));
    let events = events(case)?;
    let known = |event: &Event| event.purpose.as_ref().is_none_or(|purpose| policy.purpose(purpose).is_some());
    if !events.iter().all(known) {
        return Ok(None);
    }
    let ledger = ConsentLedger::open(":memory:", &policy, &LedgerOptions::new())?;
    for event in &events {
        ledger.append(event)?;
    }
    let decision = ledger.decide(&question(case), at)?;
    assert_eq!(ledger.as_of(at, None)?.decide(&question(case))?, decision, "{}: view and ledger differ", case.place());
    Ok(Some(decision))
}

#[test]
fn decisions_agree_with_the_conformance_cases() {
    let cases = cases("decisions.tsv");
    assert!(cases.len() >= 150, "only {} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let (found, expected) = (decided(case), case.text("expected"));
        let agrees = match (&found, expected_error(&expected)) {
            (Ok(decision), None) => expected == format!("{} {}", decision.outcome.as_str(), decision.rule),
            (Err(error), Some(kind)) => error.kind() == kind,
            _ => false,
        };
        if !agrees {
            let found = found.map(|decision| format!("{} {}", decision.outcome.as_str(), decision.rule));
            wrong.push(format!("{}: expected {expected}, found {found:?}", case.place()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same for a population of one, whose columns are the facts; `None` where a fact has no column or a topic is asked about.
fn for_everyone(case: &Case) -> Result<Option<String>> {
    let (policy, at, mut facts) = (policy(case)?, instant(&case.text("at"), zone()), record(case.raw("facts")));
    let mut columns = FactColumns::new();
    // In a population the fact `special_category` names columns; what they are read for is the selection's to say.
    let mappable = |name: &str, value: &Value| *value != Value::Null && name != "special_category";
    let mapped = facts.fields().iter().all(|(name, value)| mappable(name, value) && columns.set(name, [name]).is_ok());
    if !mapped || !case.raw("topic").is_empty() {
        return Ok(None);
    }
    facts.set("key", Value::Text("c1".to_owned()));
    let people = Population::from_table(Table::from_records(&[facts])?, "key")?.with_facts(columns)?;
    let recorded = events(case)?.into_iter().zip(1..).map(|(event, id)| RecordedEvent { id, recorded_at: event.captured_at, event });
    let (view, asked) = (ConsentView::from_events(recorded, &policy, at)?, question(case));
    let verdicts = view.decide_many(&people, &Bitmap::ones(1), &asked.purpose, &asked.channel, &[], &Run::new())?;
    Ok(verdicts.get(0).map(|verdict| format!("{} {}", verdict.outcome.as_str(), policy.rules()[verdict.rule].id)))
}

#[test]
fn a_population_is_decided_as_one_citizen_is() -> Result<()> {
    let mut compared = 0;
    for case in cases("decisions.tsv").iter().filter(|case| !case.raw("expected").starts_with("error")) {
        if let Some(found) = for_everyone(case)? {
            assert_eq!(found, case.text("expected"), "{}", case.place());
            compared += 1;
        }
    }
    assert!(compared >= 130, "only {compared} cases");
    Ok(())
}

#[test]
fn a_ledger_decides_as_a_view_does() -> Result<()> {
    let mut compared = 0;
    for case in cases("decisions.tsv").iter().filter(|case| !case.raw("expected").starts_with("error")) {
        if let Some(decision) = by_ledger(case)? {
            assert_eq!(decision, decided(case)?, "{}", case.place());
            compared += 1;
        }
    }
    assert!(compared >= 130, "only {compared} cases");
    Ok(())
}
