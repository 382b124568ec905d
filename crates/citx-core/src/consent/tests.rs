use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::citizens::{FactColumns, Population};
use crate::rules::{Context, Sources};
use crate::segments::{SegmentBook, SegmentDefinition};
use crate::table::{Column, Record, Table, Value};
use crate::time::{Date, TimeZone, Timestamp};
use crate::{Bitmap, ErrorKind, Result, Run};

const UK_2026: &str = include_str!("../../data/policies/uk-2026.toml");
mod households;
mod policies;
mod timing;
mod together;

const DAY: i64 = 86_400_000_000;

fn zone() -> TimeZone {
    "Europe/London".parse().expect("a zone")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text, zone()).expect("an instant")
}

/// The policy of a kind of controller; made once, because reading it takes longer than deciding by it.
fn policy(kind: &str) -> Policy {
    static POLICIES: LazyLock<Vec<Policy>> =
        LazyLock::new(|| ["public_authority", "company", "charity"].map(make_policy).into_iter().collect());
    let mine = |policy: &&Policy| policy.controller().is_some_and(|controller| controller.kind == kind);
    POLICIES.iter().find(mine).expect("a kind").clone()
}

fn make_policy(kind: &str) -> Policy {
    let justified = ["task", "power", "necessity", "proportionality", "approved_by"];
    let walks = Purpose::new("walks", "public_task_promotion", "public_task").constant("justification_review_by", "2026-05-20");
    let walks = justified.iter().fold(walks, |purpose, name| purpose.constant(format!("justification.{name}"), "x"));
    let purposes = [
        Purpose::new("news", "direct_marketing", "consent").constant("online_service", "true"),
        Purpose::new("offers", "direct_marketing", "legitimate_interests"),
        Purpose::new("repairs", "service", "contract"),
        Purpose::new("arrears", "statutory", "contract"),
        Purpose::new("flood", "emergency", "vital_interests").constant("incident_reference", "F1"),
        Purpose::new("survey", "research", "public_task"),
        Purpose::new("mixed", "mixed", "consent"),
        Purpose::new("pixel", "tracking", "consent"),
        Purpose::new("ads", "ad_audience", "consent").constant("valid_notices", "n1"),
        walks,
    ];
    let policy = Policy::builtin("uk-2026").and_then(|policy| policy.with_controller(Controller::new("Anytown", kind, zone())));
    purposes.into_iter().fold(policy.expect("built in"), |policy, purpose| policy.with_purpose(purpose).expect("a purpose"))
}

fn event(status: Status, channel: &str, captured_at: &str) -> Event {
    let mut event = Event::new("c1", status, at(captured_at));
    (event.purpose, event.channel) = (Some("news".to_owned()), Some(channel.to_owned()));
    event
}

fn recorded(events: impl IntoIterator<Item = Event>) -> Vec<RecordedEvent> {
    events.into_iter().zip(1..).map(|(event, id)| RecordedEvent { id, recorded_at: event.captured_at, event }).collect()
}

fn view(events: impl IntoIterator<Item = Event>, day: &str) -> ConsentView {
    ConsentView::from_events(recorded(events), &policy("public_authority"), at(day)).expect("a view")
}

/// The compact table of docs/spec/consent.md: what a citizen without any events and a screened number gets, by class and channel kind;
/// then the same with consent to this purpose on this very channel, and then with an objection to all marketing as well.
#[test]
fn classes_and_channels_give_the_published_table() {
    const TABLE: &str = "
class                  email  phone  auto_call  post  portal
emergency              R02    R02    R02        R02   R02
statutory              R08    R08    R08        R08   R99
service                R09    R09    R09        R09   R09
research               R09b   R09b   R09b       R09b  R09b
public_task_promotion  R10    R10    R10        R10   R10
direct_marketing       R07b   R07b   R07b       R07b  R07b
mixed                  R07b   R07b   R07b       R07b  R07b
tracking               R07b   R07b   R07b       R07b  R07b
ad_audience            R07b   R07b   R07b       R07b  R07b
given direct_marketing R13    R22    R18        R25   R26
given mixed            R13    R22    R18        R25   R26
given tracking         R27    R99    R99        R99   R27
given ad_audience      R28    R99    R99        R99   R99
objected direct_marketing R06 R06    R06        R06   R06
objected ad_audience   R06    R06    R06        R06   R06
objected service       R09    R09    R09        R09   R09
objected public_task_promotion R10 R10 R10      R10   R10";
    let mut lines = TABLE.trim().lines();
    let channels: Vec<&str> = lines.next().expect("a head").split_whitespace().skip(1).collect();
    let facts = Facts::new().with("tps_screened_at", Value::Date("2026-05-10".parse().expect("a date")));
    for line in lines {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        let rules = words.split_off(words.len() - channels.len());
        let (state, class) = if words.len() == 2 { (words[0], words[1]) } else { ("none", words[0]) };
        let name = match class {
            "direct_marketing" => "news",
            "mixed" => "mixed",
            "tracking" => "pixel",
            "ad_audience" => "ads",
            "service" => "repairs",
            "statutory" => "arrears",
            "emergency" => "flood",
            "research" => "survey",
            _ => "walks",
        };
        for (channel, rule) in channels.iter().zip(rules) {
            let mut given = event(Status::Given, channel, "2026-01-01");
            (given.purpose, given.notice) = (Some(name.to_owned()), Some("n1".to_owned()));
            let mut objected = Event::new("c1", Status::Objected, at("2026-02-01"));
            objected.scope = Scope::All;
            let events = match state {
                "given" => vec![given],
                "objected" => vec![given, objected],
                _ => Vec::new(),
            };
            let mut question = Question::new("c1", name, *channel);
            question.facts = facts.clone();
            let decision = view(events, "2026-05-15").decide(&question).expect("a decision");
            assert_eq!(decision.rule, rule, "{line}: {channel}");
        }
    }
}

#[test]
fn a_decision_shows_its_working() -> Result<()> {
    let mut given = event(Status::Given, "email", "2026-01-10");
    given.valid_until = Some(at("2026-09-01"));
    let view = view([given, event(Status::Withdrawn, "email", "2026-07-01")], "2026-05-15");
    let decision = view.decide(&Question::new("c1", "news", "email"))?;
    assert!(decision.allowed());
    assert_eq!((decision.permitted_by.as_deref(), decision.basis.as_deref()), (Some("R13"), Some("consent")));
    assert_eq!(decision.condition.as_deref(), Some("an opt-out in the message"));
    assert_eq!((decision.evidence.as_slice(), decision.until), (&[1][..], Some(at("2026-07-01"))));
    assert_eq!(decision.policy, view.policy().id());
    let decision = view.decide(&Question::new("c1", "mixed", "email"))?;
    assert_eq!(decision.definitions, [("R03".to_owned(), "direct_marketing".to_owned())]);
    assert_eq!((decision.permitted_by, decision.basis, decision.evidence), (None, None, Vec::new()));
    assert_eq!(view.decide(&Question::new("c1", "repairs", "email"))?.basis.as_deref(), Some("contract"));
    Ok(())
}

#[test]
fn a_policy_is_known_by_its_content() -> Result<()> {
    let (a, b) = (Purpose::new("a", "service", "contract"), Purpose::new("b", "service", "contract"));
    let base = Policy::builtin("uk-2026")?;
    let one = base.with_purpose(a.clone())?.with_purpose(b.clone())?.with_controller(Controller::new("X", "charity", zone()))?;
    let other = base.with_controller(Controller::new("X", "charity", zone()))?.with_purpose(b.clone())?.with_purpose(a.clone())?;
    assert_eq!(one.id(), other.id());
    assert_eq!(one.id(), one.with_purpose(a.clone())?.id(), "the same purpose once more");
    assert_ne!(one.id(), one.with_purpose(a.constant("article9_condition", "x"))?.id());
    assert_ne!(one.id(), one.with_controller(Controller::new("Y", "charity", zone()))?.id());
    assert_eq!(Policy::parse(&UK_2026.replace('\n', "\r\n"))?.id(), base.id());
    let (name, hash) = base.id().split_once('#').map(|(name, hash)| (name.to_owned(), hash.to_owned())).expect("a hash");
    assert_eq!((name.as_str(), hash.len()), ("uk-2026@1.0.0", 12));
    Ok(())
}

#[test]
fn a_policy_without_controller_does_not_decide() {
    let error = ConsentView::from_events([], &Policy::builtin("uk-2026").expect("built in"), at("2026-01-01")).expect_err("no controller");
    assert_eq!(error.kind(), ErrorKind::PolicyInvalid);
    assert_eq!(Policy::builtin("uk-2027").expect_err("not there").kind(), ErrorKind::UnknownName);
}

#[test]
fn a_bad_policy_is_refused_with_its_place() {
    let cases: [(&str, &str, ErrorKind, &str); 22] = [
        ("format = 1", "format = 2", ErrorKind::PolicyUnsupported, "update citx"),
        ("format = 1", "format = 0", ErrorKind::PolicyInvalid, "format = 1"),
        ("format = 1\n", "", ErrorKind::PolicyInvalid, "format = 1"),
        ("format = 1", "format = 1\ncolour = 'red'", ErrorKind::PolicyInvalid, "colour"),
        ("version = \"1.0.0\"", "version = ", ErrorKind::PolicyInvalid, "line"),
        ("effective = \"2026-02-05\"", "effective = \"soon\"", ErrorKind::PolicyInvalid, "effective"),
        ("id = \"R12\"", "id = \"R03\"", ErrorKind::PolicyInvalid, "R03"),
        ("guard = \"message_class = 'mixed'\"", "guard = \"message_klass = 'mixed'\"", ErrorKind::PolicyInvalid, "message_class"),
        ("guard = \"message_class = 'mixed'\"", "guard = \"message_class = \"", ErrorKind::PolicyInvalid, "R03"),
        ("guard = \"message_class = 'mixed'\"", "guard = \"message_class + 1\"", ErrorKind::PolicyInvalid, "R03"),
        ("guard = \"message_class = 'mixed'\"", "guard = \"in_segment('a')\"", ErrorKind::PolicyInvalid, "in_segment"),
        ("guard = \"message_class = 'mixed'\"", "guard = \"may_contact ('a')\"", ErrorKind::PolicyInvalid, "may_contact"),
        ("guard = \"message_class = 'mixed'\"", "guard = \"event_count('a') > 1\"", ErrorKind::PolicyInvalid, "event_count"),
        ("guard = \"message_class = 'mixed'\"", "guard = \"Last_Event('a') IS NULL\"", ErrorKind::PolicyInvalid, "last_event"),
        ("guard = \"message_class = 'mixed'\"", "guard = \"deceased\"", ErrorKind::PolicyInvalid, "differs by citizen"),
        ("guard = \"TRUE\"", "guard = \"subject_erased\"", ErrorKind::PolicyInvalid, "last permission rule"),
        ("stage = \"permission\"\nguard = \"TRUE\"", "stage = \"definition\"\nguard = \"TRUE\"", ErrorKind::PolicyInvalid, "R99"),
        ("when_unknown = \"skip\"\nbecause", "when_unknown = \"passes\"\nbecause", ErrorKind::PolicyInvalid, "when_unknown"),
        ("basis = \"vital_interests\"", "basis = \"vibes\"", ErrorKind::PolicyInvalid, "R02"),
        ("contact = \"email\"", "contact = \"mail\"", ErrorKind::PolicyInvalid, "email"),
        ("birth_date = [\"13 years\", \"16 years\", \"18 years\"]\n", "", ErrorKind::PolicyInvalid, "birth_date"),
        ("birth_date = [\"13 years\"", "birth_date = [\"soon\"", ErrorKind::PolicyInvalid, "birth_date"),
    ];
    for (from, to, kind, word) in cases {
        assert!(UK_2026.contains(from), "{from}");
        let error = Policy::parse(&UK_2026.replacen(from, to, 1)).expect_err(to);
        assert_eq!(error.kind(), kind, "{to}: {error}");
        assert!(error.to_string().contains(word), "{to}: {error}");
    }
    for text in ["", "format = 1", "[", "\u{0}", "format = \"1\""] {
        assert_eq!(Policy::parse(text).expect_err("no policy").kind(), ErrorKind::PolicyInvalid);
    }
    let quoted = UK_2026.replacen("guard = \"message_class = 'mixed'\"", "guard = \"message_class = 'in_segment('\"", 1);
    assert!(Policy::parse(&quoted).is_ok(), "quoted text is no call");
}

/// Four citizens: with consent, without, with consent but no address, and one who consented and has died.
#[test]
fn may_contact_in_a_rule_is_what_the_view_decides() -> Result<()> {
    let given = ["C-1", "C-3", "C-4"].map(|citizen| {
        let mut event = event(Status::Given, "email", "2026-03-01");
        event.citizen = citizen.to_owned();
        event
    });
    let view = view(given, "2026-11-22");
    let table = Table::from_columns([
        Column::text("id", [Some("C-1"), Some("C-2"), Some("C-3"), Some("C-4")]),
        Column::text("email", [Some("a@example.org"), Some("b@example.org"), None, Some("d@example.org")]),
        Column::boolean("dec", [Some(false), Some(false), Some(false), Some(true)]),
    ])?;
    let facts = FactColumns::new().email("email").deceased("dec");
    let people = Population::from_table(table, "id")?.with_facts(facts.clone())?;
    let book = SegmentBook::new([
        SegmentDefinition::new("news", "may_contact('news', 'email')"),
        SegmentDefinition::new("not_news", "NOT may_contact('news', 'email')"),
        SegmentDefinition::new("news_by_text", "may_contact('news', 'sms') IS NOT FALSE"),
    ])?;
    let context = Context { as_of: at("2026-11-22"), time_zone: zone() };
    let sources = Sources::new().view(&view).key("id").facts(&facts);
    let membership = book.evaluate_with(&people, &context, &sources, &Run::new())?;
    let mask = view.mask(&people, "news", "email", &Run::new())?;
    assert!(mask.values().eq([true, false, false, false].map(Value::Boolean)));
    let members = |name: &str| Ok::<_, crate::Error>(membership.segment(name)?.mask().values().collect::<Vec<_>>());
    assert!(members("news")? == mask.values().collect::<Vec<_>>());
    assert_eq!((membership.segment("not_news")?.len(), membership.segment("news_by_text")?.len()), (3, 0));
    for key in ["C-1", "C-2", "C-3", "C-4"] {
        let alone = book.match_record_with(&people.row(key)?, &context, &sources)?;
        assert_eq!(alone, [if key == "C-1" { "news" } else { "not_news" }], "{key}");
    }
    let error = book.match_record_with(&people.row("C-1")?, &context, &Sources::new().view(&view)).expect_err("no `citizen_id`");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let misspelt = SegmentBook::new([SegmentDefinition::new("news", "NOT may_contact('newss', 'email')")])?;
    let error = misspelt.evaluate_with(&people, &context, &sources, &Run::new()).expect_err("no such purpose");
    assert_eq!((error.kind(), error.rule_error().and_then(|place| place.suggestion.as_deref())), (ErrorKind::UnknownName, Some("news")));
    assert_eq!(book.columns_used("not_news")?, ["consent:news/email"]);
    Ok(())
}

#[test]
fn every_rule_says_where_it_comes_from() -> Result<()> {
    let policy = Policy::builtin("uk-2026")?;
    assert!(policy.rules().iter().all(|rule| !rule.reason.is_empty() && !rule.source.is_empty() && !rule.reason.ends_with('.')));
    assert_eq!(policy.explain().num_rows(), policy.rules().len());
    let names: Vec<String> = policy.rules().iter().map(|rule| rule.id.clone()).collect();
    for id in "R03 R12 RS1 R01 R02 R00 R05 R06 R07 R07b R08 R09 R09b R10 R13 R25 R99".split(' ') {
        assert!(names.contains(&id.to_owned()), "{id}");
    }
    Ok(())
}

#[test]
fn events_are_read_from_a_table() -> Result<()> {
    let table = Table::from_columns([
        Column::integer("citizen", [Some(17), Some(18)]),
        Column::text("status", [Some("given"), Some("objected")]),
        Column::text("captured_at", [Some("2026-07-01"), Some("2026-07-01T09:00:00Z")]),
        Column::text("purpose", [Some("news"), Some("")]),
        Column::text("scope", [None, Some("all")]),
        Column::date("valid_until", [Date::from_ymd(2026, 12, 1), None]),
        Column::integer("idempotency_key", [Some(1), Some(2)]),
    ])?;
    let events = Event::from_table(&table, zone())?;
    assert_eq!((events[0].citizen.as_str(), events[0].captured_at), ("17", at("2026-06-30T23:00:00Z")));
    assert_eq!((events[0].valid_until, events[0].scope), (Some(at("2026-12-01")), Scope::Channel));
    assert_eq!((events[1].purpose.as_deref(), events[1].scope, events[1].idempotency_key.as_deref()), (None, Scope::All, Some("2")));
    let listed = RecordedEvent::to_table(&recorded(events));
    assert_eq!(listed.num_columns(), 2 + Event::FIELDS.len());
    Ok(())
}

#[test]
fn a_bad_table_is_refused_by_column_and_row_without_the_value() {
    let good = |name: &str| match name {
        "status" => Column::text(name, [Some("given"), Some("given")]),
        "captured_at" => Column::text(name, [Some("2026-07-01"), Some("2026-07-01")]),
        _ => Column::text(name, [Some("a"), Some("b")]),
    };
    let with = |bad: Column| {
        let names = ["citizen", "status", "captured_at", "purpose"];
        let columns: Vec<Column> = names.iter().filter(|name| **name != bad.name()).map(|name| good(name)).collect();
        Event::from_table(&Table::from_columns(columns.into_iter().chain([bad])).expect("a table"), zone())
    };
    let secret = "Jane Doe";
    for (column, kind) in [
        (Column::text("status", [Some("given"), Some(secret)]), ErrorKind::InvalidArgument),
        (Column::text("captured_at", [Some("2026-07-01"), Some(secret)]), ErrorKind::InvalidArgument),
        (Column::text("captured_at", [Some("2026-07-01"), None]), ErrorKind::InvalidArgument),
        (Column::text("citizen", [Some("a"), None]), ErrorKind::InvalidArgument),
        (Column::text("citizen", [Some("a"), Some("")]), ErrorKind::InvalidArgument),
        (Column::text("scope", [None, Some(secret)]), ErrorKind::InvalidArgument),
        (Column::text("purpose", [Some("news"), None]), ErrorKind::InvalidArgument),
        (Column::float("contact", [None, Some(1.5)]), ErrorKind::InvalidArgument),
    ] {
        let name = column.name().to_owned();
        let error = with(column).expect_err(&name);
        assert_eq!(error.kind(), kind, "{name}: {error}");
        let message = format!("{error} {error:?}");
        assert!(message.contains("row 2") && !message.contains(secret), "{name}: {message}");
    }
    let error = with(Column::text("chanel", [Some("a"), None])).expect_err("no such field");
    assert_eq!(error.kind(), ErrorKind::UnknownName);
    assert!(error.to_string().contains("channel"));
    let missing = Table::from_columns([good("citizen"), good("status")]).expect("a table");
    assert_eq!(Event::from_table(&missing, zone()).expect_err("no instant").kind(), ErrorKind::InvalidArgument);
}

#[test]
fn timing_defers_what_was_permitted_and_nothing_else() -> Result<()> {
    let timing = r#"
[[rule]]
id = "R30"
stage = "timing"
guard = "effective_class NOT IN ('emergency', 'statutory') AND (as_of() < TIMESTAMP '2026-05-16 07:00:00') IS NOT FALSE"
outcome = "defer"
when_unknown = "fires"
reason = "quiet until morning"
source = "a test"
confidence = "H"
"#;
    let text = format!("{UK_2026}{timing}").replace("instants = [", "instants = [\"2026-05-16\", ");
    let policy = Policy::parse(&text)?
        .with_controller(Controller::new("Anytown", "charity", zone()))?
        .with_purpose(Purpose::new("news", "direct_marketing", "consent"))?
        .with_purpose(Purpose::new("arrears", "statutory", "contract"))?;
    let view = ConsentView::from_events(recorded([event(Status::Given, "email", "2026-01-10")]), &policy, at("2026-05-15"))?;
    let ask = |purpose: &str, channel: &str| view.decide(&Question::new("c1", purpose, channel));
    let decision = ask("news", "email")?;
    assert_eq!((decision.outcome, decision.rule.as_str(), decision.permitted_by.as_deref()), (Outcome::Defer, "R30", Some("R13")));
    assert_eq!(ask("news", "sms")?.rule, "R07b");
    assert_eq!(ask("arrears", "post")?.rule, "R08");
    let people = Population::from_table(Table::from_columns([Column::text("id", [Some("c1"), Some("c2")])])?, "id")?;
    let verdicts: Vec<Verdict> = view.decide_many(&people, &Bitmap::ones(2), "news", "email", &[], &Run::new())?.iter().collect();
    let rules: Vec<&str> = verdicts.iter().map(|verdict| policy.rules()[verdict.rule].id.as_str()).collect();
    assert_eq!((rules, verdicts[0].outcome), (vec!["R30", "R07b"], Outcome::Defer));
    Ok(())
}

#[test]
fn special_category_columns_stop_an_audience_and_are_named() -> Result<()> {
    let people = Table::from_columns([Column::text("id", [Some("c1")]), Column::text("faith", [Some("x")])])?;
    let people = Population::from_table(people, "id")?.with_facts(FactColumns::new().special_category(["faith"]))?;
    let view = view([event(Status::Given, "email", "2026-01-10")], "2026-05-15");
    let verdict = |used: &[String]| -> Result<Verdict> {
        let verdicts = view.decide_many(&people, &Bitmap::ones(1), "news", "email", used, &Run::new())?;
        Ok(verdicts.get(0).expect("one citizen"))
    };
    let used = ["id".to_owned(), "faith".to_owned()];
    let rules = view.policy().rules();
    assert_eq!(rules[verdict(&[])?.rule].id, "R13");
    let refused = verdict(&used)?;
    assert_eq!((rules[refused.rule].id.as_str(), refused.outcome), ("R05", Outcome::Deny));
    assert!(view.reason(&refused, &people, &used).ends_with(": faith"));
    Ok(())
}

const PURPOSES: [&str; 11] = ["news", "offers", "repairs", "arrears", "flood", "survey", "mixed", "pixel", "ads", "walks", "nothing"];
const CHANNELS: [&str; 8] = ["email", "sms", "phone", "auto_call", "post", "visit", "portal", "fax"];
const CONTACTS: [&str; 3] = ["a@example.org", "A@Example.org ", "0161 496 0000"];

/// Instants around 15 May 2026, with many ties.
fn instants() -> impl Strategy<Value = Timestamp> {
    (-60_i64..60).prop_map(|days| Timestamp::from_micros(at("2026-05-15").as_micros() + days * DAY / 2))
}

fn pick(from: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(from).prop_map(str::to_owned)
}

fn events() -> impl Strategy<Value = Vec<RecordedEvent>> {
    let names = (pick(&["c1", "c2", "c3"]), proptest::option::of(pick(&PURPOSES)), proptest::option::of(pick(&CHANNELS)));
    let said = (proptest::sample::select(&Status::ALL[..]), proptest::sample::select(&Scope::ALL[..]), instants());
    let more =
        (proptest::option::of(pick(&CONTACTS)), proptest::option::of(pick(&["t1", "t2"])), proptest::option::of(pick(&["n1", "n2"])));
    let valid = (proptest::option::of(instants()), proptest::option::of(instants()));
    let one = (names, said, more, valid).prop_map(
        |((citizen, purpose, channel), (status, scope, at), (contact, topic, notice), (from, until))| {
            let mut event = Event::new(citizen, status, at);
            (event.purpose, event.channel, event.scope, event.contact) = (purpose, channel, scope, contact);
            (event.topic, event.notice, event.valid_from, event.valid_until) = (topic, notice, from, until);
            if matches!(status, Status::Merged | Status::Unmerged) {
                event.evidence_ref = Some(if event.citizen == "c1" { "c2" } else { "c1" }.to_owned());
            }
            event
        },
    );
    proptest::collection::vec(one, 0..12).prop_map(|events| recorded(events.into_iter().filter(|event| event.check().is_ok())))
}

/// Values for the facts that a population has columns for.
fn facts() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let text = |from: &'static [&'static str]| pick(from).prop_map(Value::Text).boxed();
    let boolean = || any::<bool>().prop_map(Value::Boolean).boxed();
    let date = || (-40_i32..40).prop_map(|days| Value::Date(Date::from_days(20_588 + days))).boxed();
    let of: [(&'static str, BoxedStrategy<Value>); 9] = [
        ("email", text(&["a@example.org", "b@example.org", " "])),
        ("phone", text(&["+44 161 496 0000", ""])),
        ("deceased", boolean()),
        ("birth_date", (-40_i32..40).prop_map(|days| Value::Date(Date::from_days(20_588 - 4_748 + days))).boxed()),
        ("safe_contact", text(&["none", "email", "post;live_call", "whenever", ""])),
        ("subscriber_kind", text(&["individual", "corporate"])),
        ("tps_listed_at", date()),
        ("tps_screened_at", date()),
        ("mps_listed", boolean()),
    ];
    of.map(|(name, values)| proptest::option::of(values).prop_map(move |value| (name, value.unwrap_or(Value::Null))).boxed()).to_vec()
}

fn asked() -> impl Strategy<Value = (String, String)> {
    (pick(&PURPOSES), pick(&CHANNELS))
}

fn people(facts: &[Vec<(&'static str, Value)>]) -> Population {
    let record = |(index, facts): (usize, &Vec<(&'static str, Value)>)| {
        let key = ("key".to_owned(), Value::Text(format!("c{}", index + 1)));
        [key].into_iter().chain(facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone()))).collect::<Record>()
    };
    // A row that is never asked about gives every column its type.
    let typed = [
        ("email", Value::Text(String::new())),
        ("phone", Value::Text(String::new())),
        ("deceased", Value::Boolean(false)),
        ("birth_date", Value::Date(Date::from_days(0))),
        ("safe_contact", Value::Text(String::new())),
        ("subscriber_kind", Value::Text(String::new())),
        ("tps_listed_at", Value::Date(Date::from_days(0))),
        ("tps_screened_at", Value::Date(Date::from_days(0))),
        ("mps_listed", Value::Boolean(false)),
    ];
    let all: Vec<_> = facts.iter().cloned().chain([typed.to_vec()]).collect();
    let records: Vec<Record> = all.iter().enumerate().map(record).collect();
    let mut columns = FactColumns::new();
    for (name, _) in &typed {
        columns.set(name, [*name]).expect("a fact");
    }
    let table = Table::from_records(&records).expect("a table");
    Population::from_table(table, "key").and_then(|people| people.with_facts(columns)).expect("a population")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn everyone_at_once_and_one_by_one_agree(
        events in events(), facts in proptest::collection::vec(facts(), 3), (purpose, channel) in asked(), kind in pick(&["public_authority", "company", "charity"]),
    ) {
        let view = ConsentView::from_events(events, &policy(&kind), at("2026-05-15")).expect("a view");
        let people = people(&facts);
        let verdicts = view.decide_many(&people, &Bitmap::ones(3), &purpose, &channel, &[], &Run::new()).expect("verdicts");
        let mask = view.mask(&people, &purpose, &channel, &Run::new()).expect("a mask");
        let everyone = view.rules_of_everyone(&people, (&purpose, &channel, false), &Run::new()).expect("rules");
        for (row, facts) in facts.iter().enumerate() {
            let mut question = Question::new(format!("c{}", row + 1), purpose.clone(), channel.clone());
            question.facts = facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            let decision = view.decide(&question).expect("a decision");
            let verdict = verdicts.get(row).expect("a verdict");
            prop_assert_eq!(verdict.row, row);
            prop_assert_eq!((verdict.outcome, &view.policy().rules()[verdict.rule].id), (decision.outcome, &decision.rule));
            prop_assert_eq!(mask.value(row), Value::Boolean(decision.allowed()));
            prop_assert_eq!(usize::from(everyone[row]), verdict.rule);
        }
    }

    #[test]
    fn those_erased_without_a_trace_are_erased_for_everyone_at_once(events in events(), facts in proptest::collection::vec(facts(), 3), (purpose, channel) in asked()) {
        let mut builder = ViewBuilder::new(&policy("company"), at("2026-05-15")).expect("a builder").erased(|citizen| (citizen == "c2").then_some(99));
        events.iter().try_for_each(|event| builder.push(event)).expect("events");
        let (view, people) = (builder.finish(), people(&facts));
        view.bind(&people, &Run::new()).expect("bound");
        let rules = view.rules_of_everyone(&people, (&purpose, &channel, false), &Run::new()).expect("rules");
        for verdict in view.decide_many(&people, &Bitmap::ones(3), &purpose, &channel, &[], &Run::new()).expect("verdicts").iter() {
            prop_assert_eq!(usize::from(rules[verdict.row]), verdict.rule);
            prop_assert!(verdict.row != 1 || verdict.outcome == Outcome::Deny || purpose == "flood");
        }
    }

    #[test]
    fn the_answer_holds_until_it_says_and_not_longer(events in events(), facts in facts(), (purpose, channel) in asked(), later in 0_i64..400) {
        let policy = policy("company");
        let now = at("2026-05-15");
        let at = |at: Timestamp| ConsentView::from_events(events.clone(), &policy, at).expect("a view");
        let mut question = Question::new("c1", purpose, channel);
        question.facts = facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let decide = |then: Timestamp| at(then).decide(&question).map(|decision| (decision.outcome, decision.rule)).expect("a decision");
        let until = at(now).decide(&question).expect("a decision").until;
        let answer = decide(now);
        let horizon = until.unwrap_or(Timestamp::from_micros(now.as_micros() + 400 * DAY));
        if let Some(until) = until {
            prop_assert!(until > now);
            prop_assert_ne!(&decide(until), &answer);
            prop_assert_eq!(&decide(Timestamp::from_micros(until.as_micros() - 1)), &answer);
        }
        let between = now.as_micros() + (horizon.as_micros() - now.as_micros() - 1) * later / 400;
        prop_assert_eq!(decide(Timestamp::from_micros(between)), answer);
    }

    #[test]
    fn the_order_of_reading_changes_nothing(events in events(), (purpose, channel) in asked(), by in 0_usize..12) {
        let view = |events: Vec<RecordedEvent>| ConsentView::from_events(events, &policy("charity"), at("2026-05-15")).expect("a view");
        let mut turned = events.clone();
        turned.rotate_left(by % events.len().max(1));
        let question = Question::new("c1", purpose, channel);
        prop_assert_eq!(view(events).decide(&question).expect("a decision"), view(turned).decide(&question).expect("a decision"));
    }

    #[test]
    fn a_withdrawal_or_objection_now_is_never_overlooked(events in events(), facts in facts(), channel in pick(&CHANNELS), objects in any::<bool>()) {
        let mut last = Event::new("c1", if objects { Status::Objected } else { Status::Withdrawn }, at("2026-05-15"));
        last.scope = Scope::All;
        let id = events.len() as u64 + 1;
        let events = events.into_iter().chain([RecordedEvent { id, recorded_at: last.captured_at, event: last }]);
        let view = ConsentView::from_events(events, &policy("company"), at("2026-05-15")).expect("a view");
        for purpose in ["news", "mixed", "pixel", "ads"] {
            let mut question = Question::new("c1", purpose, channel.clone());
            question.facts = facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            prop_assert_eq!(view.decide(&question).expect("a decision").outcome, Outcome::Deny, "{}", purpose);
        }
    }

    #[test]
    fn nothing_that_is_not_a_policy_panics(cut in 0_usize..UK_2026.len(), insert in "[\\[\\]='\"{}a-z0-9 .\n]{0,6}") {
        let mut text = UK_2026.to_owned();
        text.replace_range(cut..(cut + 3).min(UK_2026.len()), &insert);
        if let Err(error) = Policy::parse(&text) {
            prop_assert!(matches!(error.kind(), ErrorKind::PolicyInvalid | ErrorKind::PolicyUnsupported), "{:?}", error);
        }
    }
}

#[test]
fn recorded_events_are_read_back_from_their_table() {
    let events: Vec<RecordedEvent> = (1..=3)
        .map(|id| {
            let mut event = Event::new(format!("C-{id}"), Status::Given, Timestamp::from_micros(id as i64));
            event.purpose = Some("news".to_owned());
            RecordedEvent { id, recorded_at: Timestamp::from_micros(10 + id as i64), event }
        })
        .collect();
    let table = RecordedEvent::to_table(&events);
    assert_eq!(RecordedEvent::from_table(&table, TimeZone::UTC).expect("events"), events);
    let bare = Event::to_table(&events.iter().map(|recorded| recorded.event.clone()).collect::<Vec<_>>());
    assert!(RecordedEvent::from_table(&bare, TimeZone::UTC).is_err(), "no number of its own");
}
