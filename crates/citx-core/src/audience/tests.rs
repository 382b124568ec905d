use super::*;
use crate::citizens::FactColumns;
use crate::consent::{Controller, Event, Policy, Purpose, Question, RecordedEvent, Status};
use crate::rules::Context;
use crate::segments::{SegmentBook, SegmentDefinition};
use crate::table::{Column, Value};
use crate::time::{TimeZone, Timestamp};
use crate::{CancelToken, ErrorKind};

mod equality;
mod limits;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text, TimeZone::UTC).unwrap()
}

fn policy() -> Policy {
    Policy::builtin("uk-2026")
        .unwrap()
        .with_controller(Controller::new("Anytown Homes", "housing_association", TimeZone::UTC))
        .and_then(|policy| policy.with_purpose(Purpose::new("repairs", "service", "contract")))
        .and_then(|policy| policy.with_purpose(Purpose::new("newsletter", "direct_marketing", "consent")))
        .unwrap()
}

/// Consent to the newsletter: citizen and channel.
fn view(given: &[(&str, &str)]) -> ConsentView {
    let event = |(id, (citizen, channel)): (usize, &(&str, &str))| {
        let mut event = Event::new(*citizen, Status::Given, at("2026-01-01"));
        event.purpose = Some("newsletter".into());
        event.channel = Some((*channel).into());
        RecordedEvent { id: id as u64 + 1, recorded_at: event.captured_at, event }
    };
    ConsentView::from_events(given.iter().enumerate().map(event), &policy(), at("2026-11-22")).unwrap()
}

fn people() -> Population {
    let all = |value: &'static str| [Some(value); 5];
    let table = Table::from_columns([
        Column::text("id", ["a", "b", "c", "d", "e"].map(Some)),
        Column::text("email", all("x@example.org")),
        Column::text("mobile", all("+447700900123")),
        Column::text("address", all("1 High Street, Anytown, AB1 2CD")),
        Column::text("wish", [Some("sms"), Some(" Email "), None, Some("pigeon"), Some("sms")]),
        Column::integer("uprn", [Some(1), Some(1), None, None, Some(2)]),
        Column::boolean("faith", [Some(true); 5]),
    ]);
    let facts = FactColumns::new().email("email").phone("mobile").address(["address"]).preferred_channel("wish").household("uprn");
    Population::from_table(table.unwrap(), "id").unwrap().with_facts(facts.special_category(["faith"])).unwrap()
}

fn segment(rule: &str) -> Segment {
    let book = SegmentBook::new([SegmentDefinition::new("s", rule)]).unwrap();
    book.evaluate(&people(), &Context { as_of: at("2026-11-22"), time_zone: TimeZone::UTC }, &Run::new()).unwrap().segment("s").unwrap()
}

fn texts(table: &Table) -> Vec<Vec<String>> {
    let word = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        _ => String::new(),
    };
    (0..table.num_rows()).map(|row| table.row(row).fields().iter().map(|(_, value)| word(value)).collect()).collect()
}

fn columns(table: &Table, names: &[&str]) -> Vec<String> {
    let wanted: Vec<usize> = names.iter().map(|name| table.column_names().iter().position(|column| column == name).unwrap()).collect();
    texts(table).iter().map(|row| wanted.iter().map(|&index| row[index].as_str()).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn the_preferred_channel_comes_first_then_the_callers_order() {
    let view = view(&[("a", "email"), ("a", "sms"), ("b", "sms"), ("c", "sms"), ("e", "email")]);
    let options = AudienceOptions::new("newsletter", ["email", "sms"]);
    let audience = segment("id <> 'x'").audience(&view, &options, &Run::new()).unwrap();
    assert_eq!(audience.allowed().column_names(), ["key", "channel", "basis", "rule"]);
    // a prefers sms; b prefers email, where there is no consent; d has none at all; e prefers sms without consent.
    assert_eq!(
        columns(audience.allowed(), &["key", "channel", "basis", "rule"]),
        ["a sms consent R13", "b sms consent R13", "c sms consent R13", "e email consent R13"]
    );
    assert_eq!(audience.refused().column_names(), ["key", "channel", "reason", "rule"]);
    assert_eq!(
        columns(audience.refused(), &["key", "channel", "rule"]),
        ["b email R07b", "c email R07b", "d email R07b", "d sms R07b", "e sms R07b"]
    );
    assert_eq!(audience.allowed_rows(), [0, 1, 2, 4]);
    let caller = segment("id <> 'x'").audience(&view, &options.clone().prefer_citizen(false), &Run::new()).unwrap();
    assert_eq!(columns(caller.allowed(), &["key", "channel"]), ["a email", "b sms", "c sms", "e email"]);
    assert_eq!(columns(caller.refused(), &["key", "channel"]), ["b email", "c email", "d email", "d sms"]);
}

#[test]
fn every_answer_is_that_of_one_decision() {
    let view = view(&[("a", "email"), ("c", "sms"), ("e", "post")]);
    let channels = ["email", "sms", "post", "phone", "smoke"];
    for purpose in ["newsletter", "repairs", "nothing"] {
        let audience = segment("id <> 'x'").audience(&view, &AudienceOptions::new(purpose, channels), &Run::new()).unwrap();
        for row in texts(audience.refused()).iter().chain(&texts(audience.allowed())) {
            let mut question = Question::new(row[0].as_str(), purpose, row[1].as_str());
            question.facts = question
                .facts
                .with("email", Value::Text("x@example.org".into()))
                .with("phone", Value::Text("+447700900123".into()))
                .with("address", Value::Text("1 High Street, Anytown, AB1 2CD".into()));
            let decision = view.decide(&question).unwrap();
            assert_eq!(decision.rule, row[3], "{purpose} {row:?}");
            assert_eq!(decision.allowed(), texts(audience.allowed()).contains(row));
        }
    }
}

#[test]
fn one_per_household_keeps_the_first_who_may_be_contacted() {
    let options = AudienceOptions::new("newsletter", ["email"]).one_per_household(true);
    let pass = |given: &[(&str, &str)]| segment("id <> 'x'").audience(&view(given), &options, &Run::new()).unwrap();
    let all = pass(&[("a", "email"), ("b", "email"), ("c", "email"), ("d", "email"), ("e", "email")]);
    // c and d have no known household: each is one.
    assert_eq!(columns(all.allowed(), &["key"]), ["a", "c", "d", "e"]);
    assert_eq!(texts(all.refused()), [["b", "email", "another member of the household receives this message", "household"]]);
    assert_eq!(columns(pass(&[("b", "email")]).allowed(), &["key"]), ["b"]);
    let strangers = Population::from_table(people().table().clone(), "id").unwrap();
    let book = SegmentBook::new([SegmentDefinition::new("s", "id <> 'x'")]).unwrap();
    let members = book.evaluate(&strangers, &Context { as_of: at("2026-11-22"), time_zone: TimeZone::UTC }, &Run::new()).unwrap();
    let error = members.segment("s").unwrap().audience(&view(&[]), &options, &Run::new()).expect_err("no household fact");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn the_summary_counts_each_try() {
    let audience = segment("id <> 'x'").audience(
        &view(&[("a", "email"), ("b", "sms")]),
        &AudienceOptions::new("newsletter", ["email", "sms"]),
        &Run::new(),
    );
    let summary = audience.unwrap().summary();
    assert_eq!(summary.column_names(), ["outcome", "channel", "rule", "reason", "citizens"]);
    assert_eq!(
        columns(&summary, &["outcome", "channel", "rule", "citizens"]),
        ["allow email R13 1", "allow sms R13 1", "deny email R07b 4", "deny sms R07b 4"]
    );
}

#[test]
fn a_selection_by_special_category_data_needs_a_condition() {
    let audience = segment("faith").audience(&view(&[]), &AudienceOptions::new("repairs", ["email"]), &Run::new()).unwrap();
    assert_eq!(audience.allowed().num_rows(), 0);
    assert!(columns(audience.refused(), &["rule"]).iter().all(|rule| rule == "R05"));
    let audience = segment("id <> 'x'").audience(&view(&[]), &AudienceOptions::new("repairs", ["email"]), &Run::new()).unwrap();
    assert_eq!(audience.allowed().num_rows(), 5);
}

#[test]
fn special_category_data_is_found_through_other_segments_and_named() {
    let definitions = [
        SegmentDefinition::new("inner", "NOT faith OR id <> 'x'"),
        SegmentDefinition::new("outer", "uprn = 1 AND in_segment('inner')"),
        SegmentDefinition::new("other", "uprn = 1"),
    ];
    let context = Context { as_of: at("2026-11-22"), time_zone: TimeZone::UTC };
    let membership = SegmentBook::new(definitions).unwrap().evaluate(&people(), &context, &Run::new()).unwrap();
    let pass = |segment: &Segment, policy: &Policy| {
        let view = ConsentView::from_events([], policy, at("2026-11-22")).unwrap();
        segment.audience(&view, &AudienceOptions::new("repairs", ["email"]), &Run::new()).unwrap()
    };
    let refused = pass(&membership.segment("outer").unwrap(), &policy());
    assert_eq!(
        (refused.allowed().num_rows(), columns(refused.refused(), &["key", "rule"])),
        (0, vec!["a R05".to_owned(), "b R05".to_owned()])
    );
    assert!(columns(&refused.summary(), &["reason"]).iter().all(|reason| reason.ends_with(": faith")));
    assert_eq!(columns(pass(&membership.segment("other").unwrap(), &policy()).allowed(), &["key"]), ["a", "b"]);
    let condition = Purpose::new("repairs", "service", "contract").constant("article9_condition", "Art. 9(2)(b)");
    let conditioned = pass(&membership.segment("outer").unwrap(), &policy().with_purpose(condition).unwrap());
    assert_eq!(columns(conditioned.allowed(), &["key"]), ["a", "b"]);
}

#[test]
fn options_are_checked_and_a_cancelled_call_stops() {
    let pass = |channels: &[&str], run: &Run| {
        segment("id <> 'x'").audience(&view(&[]), &AudienceOptions::new("repairs", channels.iter().copied()), run)
    };
    assert_eq!(pass(&[], &Run::new()).expect_err("no channel").kind(), ErrorKind::InvalidArgument);
    assert_eq!(pass(&["email", "sms", "email"], &Run::new()).expect_err("twice").kind(), ErrorKind::InvalidArgument);
    let cancel = CancelToken::new();
    cancel.cancel();
    assert_eq!(pass(&["email"], &Run::new().cancel(cancel)).expect_err("cancelled").kind(), ErrorKind::Cancelled);
    assert_eq!(pass(&["smoke"], &Run::new()).unwrap().allowed().num_rows(), 0);
}

#[test]
fn an_empty_segment_is_an_empty_audience() {
    let audience = segment("id = 'x'").audience(&view(&[]), &AudienceOptions::new("repairs", ["email"]), &Run::new()).unwrap();
    assert_eq!((audience.allowed().num_rows(), audience.refused().num_rows(), audience.summary().num_rows()), (0, 0, 0));
    assert_eq!(format!("{audience:?}"), "Audience(0 allowed; 0 refusals; purpose repairs)");
}

#[test]
fn threads_do_not_change_an_audience() {
    let options = AudienceOptions::new("newsletter", ["email", "sms", "post"]).one_per_household(true);
    let pass =
        |threads| segment("id <> 'x'").audience(&view(&[("a", "post"), ("b", "sms")]), &options, &Run::new().threads(threads)).unwrap();
    for threads in [2, 3, 8] {
        assert_eq!(texts(pass(threads).allowed()), texts(pass(1).allowed()));
        assert_eq!(texts(pass(threads).refused()), texts(pass(1).refused()));
    }
}

#[test]
fn an_audience_expires_with_the_first_of_its_decisions() {
    let event = |(id, (citizen, until)): (u64, (&str, Option<&str>))| {
        let mut event = Event::new(citizen, Status::Given, at("2026-01-01"));
        (event.purpose, event.channel) = (Some("newsletter".into()), Some("email".into()));
        event.valid_until = until.map(at);
        RecordedEvent { id, recorded_at: event.captured_at, event }
    };
    let given = [("a", Some("2027-03-01")), ("b", Some("2027-02-01")), ("c", None), ("d", Some("2026-05-01")), ("e", Some("2028-05-01"))];
    let view = ConsentView::from_events((1..).zip(given).map(event), &policy(), at("2026-11-22")).unwrap();
    let expires = |rule: &str, purpose: &str, channels: &[&str]| {
        let options = AudienceOptions::new(purpose, channels.iter().copied());
        segment(rule).audience(&view, &options, &Run::new()).unwrap().expires_at()
    };
    assert_eq!(expires("id <> 'x'", "newsletter", &["email", "sms"]), Some(at("2027-02-01")));
    assert_eq!(expires("id <> 'b'", "newsletter", &["email"]), Some(at("2027-03-01")));
    assert_eq!(expires("id IN ('c', 'd', 'e')", "newsletter", &["email"]), None, "what is refused does not count, nor what is far off");
    assert_eq!(expires("id <> 'x'", "repairs", &["email"]), None);
    assert_eq!(expires("id = 'x'", "newsletter", &["email"]), None);
}
