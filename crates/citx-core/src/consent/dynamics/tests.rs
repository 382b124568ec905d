use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::citizens::FactColumns;
use crate::consent::{Controller, Event, Policy, Purpose, RecordedEvent, Status};
use crate::table::{Column, Table};
use crate::time::{TimeZone, Timestamp};

const PROFILE: &str = "0d923da1-355e-471d-84fa-e30fa198633b";
const PURPOSE: &str = "6952ed55-42bb-4549-9f8b-ddf7af3ccc82";
const TOPIC: &str = "1d7fc107-c915-45e9-99ef-50ad5d5c728f";
const UNIT: &str = "9a6c0f7f-9a26-4717-bb13-025fb514bc5d";

fn mapping() -> ProviderMapping {
    let text = format!(
        "unsubscribe = 'https://anytown.example/p/'\none_click = 'https://anytown.example/u/'\n[channel]\nemail = 'email'\nsms = 'sms'\n\
         [[profile]]\nid = '{{{}}}'\nbusiness_units = ['{UNIT}']\n[profile.purpose]\n'{PURPOSE}' = 'news'\n[profile.topic]\n'{TOPIC}' = 'walks'\n",
        PROFILE.to_uppercase()
    );
    ProviderMapping::parse(&text).expect("a mapping")
}

fn policy() -> Policy {
    let news = Purpose::new("news", "direct_marketing", "consent");
    let controller = Controller::new("Anytown", "public_authority", TimeZone::UTC);
    Policy::builtin("uk-2026").and_then(|policy| policy.with_controller(controller)?.with_purpose(news)).expect("a policy")
}

fn event(citizen: &str, status: Status, contact: Option<&str>) -> Event {
    let mut event = Event::new(citizen, status, Timestamp::from_micros(1_700_000_000_000_000));
    (event.purpose, event.channel) = (Some("news".to_owned()), Some("email".to_owned()));
    event.contact = contact.map(str::to_owned);
    event
}

fn view(events: &[Event]) -> ConsentView {
    let recorded = events.iter().cloned().zip(1..).map(|(event, id)| RecordedEvent { id, recorded_at: event.captured_at, event });
    ConsentView::from_events(recorded, &policy(), Timestamp::from_micros(1_795_000_000_000_000)).expect("a view")
}

fn request(points: &[&str]) -> serde_json::Value {
    json!({
        "contactpoints": points, "purpose": PURPOSE, "topic": null, "channeltype": "email", "complianceprofile": PROFILE,
        "owningbusinessunit": { "Id": UNIT, "LogicalName": "businessunit" },
        "unsubscribeurlrequired": false, "oneclickunsubscribeurlrequired": false, "correlationheaders": { "run": 1 },
    })
}

fn answer(provider: &ConsentProvider, request: &serde_json::Value) -> Result<Vec<serde_json::Value>> {
    let answer = provider.answer(&request.to_string(), &|point| format!("t{}", point.len()))?;
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    Ok(answer["consents"].as_array().expect("consents").clone())
}

fn allowed(provider: &ConsentProvider, request: &serde_json::Value) -> Vec<bool> {
    let answers = answer(provider, request).expect("an answer");
    answers.iter().map(|answer| answer["consentformessage"].as_bool().expect("a boolean")).collect()
}

fn one(events: &[Event]) -> ConsentProvider {
    ConsentProvider::new(&view(events), None, mapping()).expect("a provider")
}

#[test]
fn every_contact_point_is_answered_in_order() {
    let provider = one(&[event("C-17", Status::Given, Some("c17@example.org")), event("C-18", Status::Refused, Some("c18@example.org"))]);
    let answers = answer(&provider, &request(&["nobody@example.org", " C17@Example.org", "c18@example.org", ""])).expect("an answer");
    let said: Vec<_> = answers.iter().map(|answer| (answer["consentformessage"].clone(), answer["contactpoint"].clone())).collect();
    assert_eq!(
        said,
        [
            (json!(false), json!("nobody@example.org")),
            (json!(true), json!(" C17@Example.org")),
            (json!(false), json!("c18@example.org")),
            (json!(false), json!(""))
        ]
    );
    assert!(answers.iter().all(|answer| answer.get("unsubscribeurl").is_none()));
}

#[test]
fn all_who_use_a_contact_point_must_allow() {
    let shared = Some("home@example.org");
    let given = event("C-17", Status::Given, shared);
    assert_eq!(allowed(&one(std::slice::from_ref(&given)), &request(&["home@example.org"])), [true]);
    for other in [Status::Refused, Status::Objected, Status::Bounced, Status::Restricted, Status::Erased] {
        let provider = one(&[given.clone(), event("C-18", other, shared)]);
        assert_eq!(allowed(&provider, &request(&["home@example.org"])), [false], "{}", other.as_str());
    }
    // Somebody who uses it has not consented for it: consent to another purpose is none.
    let mut silent = event("C-18", Status::Given, shared);
    silent.purpose = Some("other".to_owned());
    assert_eq!(allowed(&one(&[given, silent]), &request(&["home@example.org"])), [false]);
}

#[test]
fn the_population_says_who_uses_a_contact_point_and_what_is_known_of_them() {
    let table = Table::from_columns([
        Column::text("id", [Some("C-17"), Some("C-18"), Some("C-19")]),
        Column::text("email", [Some("C17@example.org"), Some("c18@example.org"), Some("c17@example.org")]),
        Column::boolean("dead", [Some(false), Some(true), Some(false)]),
    ]);
    let facts = FactColumns::new().email("email").deceased("dead");
    let people = table.and_then(|table| Population::from_table(table, "id")?.with_facts(facts)).expect("citizens");
    let ask = |events: &[Event]| {
        let provider = ConsentProvider::new(&view(events), Some(&people), mapping()).expect("a provider");
        allowed(&provider, &request(&["c17@example.org", "c18@example.org"]))
    };
    let [first, dead, third] = ["C-17", "C-18", "C-19"].map(|citizen| event(citizen, Status::Given, None));
    assert_eq!(ask(&[first.clone(), dead.clone()]), [false, false], "C-19 has the address of C-17, and did not consent");
    assert_eq!(ask(&[first, dead, third]), [true, false], "C-18 is dead");
}

#[test]
fn what_has_no_place_in_the_mapping_is_denied() {
    let provider = one(&[event("C-17", Status::Given, Some("c17@example.org"))]);
    let base = request(&["c17@example.org"]);
    assert_eq!(allowed(&provider, &base), [true]);
    for (member, value) in [
        ("purpose", json!(TOPIC)),
        ("purpose", json!(null)),
        ("topic", json!(PURPOSE)),
        ("channeltype", json!("push")),
        ("channeltype", json!("Email")),
        ("complianceprofile", json!(PURPOSE)),
        ("complianceprofile", json!(null)),
        ("owningbusinessunit", json!(PURPOSE)),
        ("owningbusinessunit", json!(null)),
    ] {
        let mut other = base.clone();
        other[member] = value.clone();
        assert_eq!(allowed(&provider, &other), [false], "{member} {value}");
    }
    let mut written = base.clone();
    written["purpose"] = json!(format!("{{{}}}", PURPOSE.to_uppercase()));
    assert_eq!(allowed(&provider, &written), [true]);
}

#[test]
fn a_topic_that_was_turned_off_is_denied() {
    let contact = Some("c17@example.org");
    let mut off = event("C-17", Status::TopicOff, contact);
    off.topic = Some("walks".to_owned());
    let mut asked = request(&["c17@example.org"]);
    asked["topic"] = json!(TOPIC);
    let given = event("C-17", Status::Given, contact);
    let dynamics = Policy::builtin("dynamics-365")
        .and_then(|policy| policy.with_controller(Controller::new("Anytown", "company", TimeZone::UTC)))
        .and_then(|policy| {
            policy.with_purpose(Purpose::new("news", "commercial", "consent").constant("enforcement_model", "non_restrictive"))
        })
        .expect("a policy");
    for (events, expected) in [(vec![given.clone()], true), (vec![given, off], false)] {
        let recorded = events.into_iter().zip(1..).map(|(event, id)| RecordedEvent { id, recorded_at: event.captured_at, event });
        let view = ConsentView::from_events(recorded, &dynamics, Timestamp::from_micros(1_795_000_000_000_000)).expect("a view");
        let provider = ConsentProvider::new(&view, None, mapping()).expect("a provider");
        assert_eq!(allowed(&provider, &asked), [expected]);
    }
}

#[test]
fn unsubscribe_addresses_are_made_where_they_are_wanted() {
    let provider = one(&[event("C-17", Status::Given, Some("c17@example.org"))]);
    let mut asked = request(&["c17@example.org", "c18@example.org"]);
    (asked["unsubscribeurlrequired"], asked["oneclickunsubscribeurlrequired"]) = (json!(true), json!(true));
    let answers = answer(&provider, &asked).expect("an answer");
    assert_eq!(answers[0]["unsubscribeurl"], "https://anytown.example/p/t15");
    assert_eq!(answers[0]["oneclickunsubscribeurl"], "https://anytown.example/u/t15");
    assert_eq!(answers[1].get("unsubscribeurl"), None, "no message, no address");
    assert_eq!(provider.answer(&asked.to_string(), &|_| "a b".to_owned()).expect_err("no token").kind(), ErrorKind::InvalidArgument);
    let mut none = mapping();
    (none.unsubscribe, none.one_click) = (None, None);
    let view = view(&[event("C-17", Status::Given, Some("c17@example.org"))]);
    let provider = ConsentProvider::new(&view, None, none).expect("a provider");
    assert_eq!(answer(&provider, &asked).expect_err("no address").kind(), ErrorKind::InvalidArgument);
}

#[test]
fn what_is_no_request_is_an_error_and_never_a_yes() {
    let provider = one(&[event("C-17", Status::Given, Some("c17@example.org"))]);
    let base = request(&["c17@example.org"]);
    for (member, value) in [
        ("contactpoints", json!("c17@example.org")),
        ("contactpoints", json!([17])),
        ("contactpoints", json!(null)),
        ("channeltype", json!(null)),
        ("channeltype", json!(["email"])),
        ("purpose", json!(17)),
        ("purpose", json!({ "name": "news" })),
        ("complianceprofile", json!([])),
        ("unsubscribeurlrequired", json!("yes")),
        ("oneclickunsubscribeurlrequired", json!(1)),
    ] {
        let mut other = base.clone();
        other[member] = value.clone();
        let error = answer(&provider, &other).expect_err(member);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{member} {value}");
        assert!(error.to_string().contains(member) && !error.to_string().contains("c17@"), "{error}");
    }
    for text in ["", "{", "[]", "null", "{\"contactpoints\":[]} x", "\u{0}"] {
        assert!(provider.answer(text, &|_| String::new()).is_err(), "{text}");
    }
    let many = vec!["c17@example.org"; MAX_POINTS + 1];
    assert_eq!(answer(&provider, &request(&many)).expect_err("too many").kind(), ErrorKind::LimitExceeded);
    assert_eq!(answer(&provider, &request(&[&"x".repeat(MAX_POINT + 1)])).expect_err("too long").kind(), ErrorKind::LimitExceeded);
    let long = format!("{base}{}", " ".repeat(MAX_REQUEST));
    assert_eq!(provider.answer(&long, &|_| String::new()).expect_err("too long").kind(), ErrorKind::LimitExceeded);
    assert_eq!(answer(&provider, &request(&[])).expect("nothing asked"), Vec::<serde_json::Value>::new());
}

#[test]
fn mappings_with_mistakes_are_refused() {
    for text in
        ["", "[channel]\nemail='email'", "unsubscribe = 'http://x/'\nprofile = []\n[channel]\n", "profile = []\nclock = 1\n[channel]\n"]
    {
        assert_eq!(ProviderMapping::parse(text).expect_err(text).kind(), ErrorKind::InvalidArgument, "{text}");
    }
    let wrong = |change: fn(&mut ProviderMapping)| {
        let mut mapping = mapping();
        change(&mut mapping);
        ConsentProvider::new(&view(&[]), None, mapping).expect_err("a name that is not there").kind()
    };
    assert_eq!(wrong(|mapping| drop(mapping.channels.insert("push".to_owned(), "pigeon".to_owned()))), ErrorKind::UnknownName);
    assert_eq!(wrong(|mapping| drop(mapping.profiles[0].purposes.insert("x".to_owned(), "weather".to_owned()))), ErrorKind::UnknownName);
}

proptest! {
    /// An answer is what the view decides about each citizen who names the contact point.
    #[test]
    fn an_answer_is_every_decision(
        said in prop::collection::vec((0..4_usize, 0..Status::ALL.len(), 0..3_usize, 0..5_i64), 0..12),
    ) {
        let points = ["a@example.org", "b@example.org"];
        let events: Vec<Event> = said
            .iter()
            .map(|(citizen, status, contact, day)| {
                let mut event = event(&format!("C-{citizen}"), Status::ALL[*status], points.get(*contact).copied());
                event.topic = matches!(event.status, Status::TopicOn | Status::TopicOff).then(|| "walks".to_owned());
                event.captured_at = Timestamp::from_micros(event.captured_at.as_micros() + day * 86_400_000_000);
                event
            })
            .collect();
        let view = view(&events);
        let provider = ConsentProvider::new(&view, None, mapping()).expect("a provider");
        let decided = |point: &str| {
            let mut users: Vec<&str> = events.iter().filter(|event| event.contact.as_deref() == Some(point)).map(|event| event.citizen.as_str()).collect();
            users.push(if users.is_empty() { "nobody" } else { users[0] });
            users.iter().all(|user| {
                let mut question = Question::new(*user, "news", "email");
                question.facts = Facts::new().with("contact", Value::Text(point.to_owned()));
                view.decide(&question).expect("a decision").allowed()
            })
        };
        prop_assert_eq!(allowed(&provider, &request(&points)), points.map(decided));
    }

    #[test]
    fn no_text_panics_or_is_a_yes(text in "\\PC{0,60}") {
        let provider = one(&[event("C-17", Status::Given, Some("c17@example.org"))]);
        if let Ok(answer) = provider.answer(&text, &|_| String::new()) {
            prop_assert!(!answer.contains("true"));
        }
    }
}
