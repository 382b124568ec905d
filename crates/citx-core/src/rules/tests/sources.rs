//! What rules say of sources: types, names, lineage, and what happens without them.

use super::*;
use crate::engagement::{EventColumns, Events};

/// Consent for everyone but the first, about one purpose through two channels.
struct Consent;

impl MaskSource for Consent {
    fn purposes(&self) -> Vec<&str> {
        vec!["newsletter"]
    }

    fn channels(&self) -> Vec<&str> {
        vec!["email", "post"]
    }

    fn may_contact(&self, people: &Population, _: &str, channel: &str, _: &Run) -> Result<Bitmap> {
        Ok((0..people.len()).map(|row| channel == "email" && people.key(row).as_deref() != Some("1")).collect())
    }
}

fn people() -> Population {
    let n: Vec<Option<i64>> = (1..=70).map(Some).collect();
    let table = Table::from_columns([Column::integer("citizen_id", n.clone()), Column::integer("n", n)]).expect("two columns");
    Population::from_table(table, "citizen_id").expect("keys are unique")
}

fn events() -> Events {
    let table = Table::from_columns([
        Column::integer("id", [Some(1), Some(2), Some(2)]),
        Column::text("kind", [Some("open"), Some("open"), Some("click")]),
        Column::timestamp("at", ["2026-11-01", "2026-11-02", "2026-12-01"].map(|at| Timestamp::parse(at, TimeZone::UTC).ok())),
    ]);
    Events::from_table(&table.expect("three columns"), &EventColumns::default()).expect("good events")
}

fn plan(texts: &[&str]) -> Result<Plan> {
    let rules: Result<Vec<Rule>> = texts.iter().enumerate().map(|(index, text)| Rule::parse(&format!("r{index}"), text)).collect();
    let mut places = Places::default();
    places.set("libraries", [(51.5, -0.1)])?;
    Plan::compile_with(&rules?, people().schema(), &places)
}

#[test]
fn rules_without_their_source_say_which() {
    let error = |text: &str, sources: &Sources<'_>| {
        let plan = plan(&["n > 1", text]).expect(text);
        let error = plan.evaluate_with(&people(), &context(), sources, &Run::new()).expect_err(text);
        let row = [Value::Integer(1), Value::Integer(1)];
        let alone = plan.evaluate_row_with(&row, &context(), sources).expect_err(text);
        assert_eq!(error.to_string(), alone.to_string());
        (error.kind(), error.to_string())
    };
    let (none, events) = (Sources::new(), events());
    assert_eq!(
        error("n > 1 AND event_count('open') > 0", &none),
        (
            ErrorKind::InvalidArgument,
            "rule `r1`: event_count reads a table of events, and none was given: pass it to the call that evaluates (line 1, column 11)\n\
             n > 1 AND event_count('open') > 0\n          ^^^^^^^^^^^^^^^^^^^"
                .to_owned()
        )
    );
    let (kind, message) = error("NOT may_contact('newsletter', 'email')", &none.events(&events));
    assert!(kind == ErrorKind::InvalidArgument && message.contains("may_contact reads a consent view"), "{message}");
    let (kind, message) = error("last_event('open', 'email') IS NULL", &none.events(&events));
    assert!(kind == ErrorKind::InvalidArgument && message.contains("the events were read without one"), "{message}");
    let (kind, message) = error("may_contact('newsleter', 'email')", &none.view(&Consent));
    assert!(kind == ErrorKind::UnknownName && message.contains("no purpose `newsleter`") && message.contains("`newsletter`?"), "{message}");
    let (kind, message) = error("may_contact('newsletter', 'mail')", &none.view(&Consent));
    assert!(kind == ErrorKind::UnknownName && message.contains("no channel `mail`") && message.contains("`email`?"), "{message}");
    // What evaluates a table alone has no citizens to ask about.
    let plan = plan(&["event_count('open') = 0"]).expect("compiles");
    assert_eq!(plan.evaluate(people().table(), &context(), &Run::new()).expect_err("no events").kind(), ErrorKind::InvalidArgument);
}

#[test]
fn calls_of_sources_are_checked_when_compiled() {
    for (text, kind, wanted) in [
        ("event_count(n) > 1", ErrorKind::RuleType, "event_count wants a kind of event in single quotes"),
        ("event_count(NULL) > 1", ErrorKind::RuleType, "event_count wants a kind of event in single quotes"),
        ("event_count('a', 90) > 1", ErrorKind::RuleType, "event_count wants a channel in single quotes"),
        (
            "event_count('a', 'email', INTERVAL '1 day') > 1",
            ErrorKind::RuleType,
            "event_count wants a kind, then a window, and then a channel",
        ),
        ("event_count('a', INTERVAL '0 days') > 1", ErrorKind::RuleType, "a window is longer than nothing"),
        ("event_count('a', INTERVAL '-9 days') > 1", ErrorKind::RuleType, "a window is longer than nothing"),
        ("event_count('a', - INTERVAL '9 days') > 1", ErrorKind::RuleType, "a window is longer than nothing"),
        ("event_count() > 1", ErrorKind::RuleType, "event_count takes 1 to 3 arguments, found 0"),
        ("last_event('a', INTERVAL '1 day') IS NULL", ErrorKind::RuleType, "last_event wants a kind and then a channel"),
        ("first_event('a') > 5", ErrorKind::RuleType, "cannot be compared"),
        ("first_event('a')", ErrorKind::RuleType, "a rule is a condition; this is a timestamp"),
        ("may_contact('a')", ErrorKind::RuleType, "may_contact takes 2 arguments, found 1"),
        ("may_contact('a', n)", ErrorKind::RuleType, "may_contact wants a channel in single quotes"),
        ("within_m_any(n, n, libraries, 5)", ErrorKind::UnknownName, "there is no attribute `libraries`"),
        ("within_m_any(n, n, 'librarys', 5)", ErrorKind::UnknownName, "there is no set of places `librarys`"),
        ("within_m_any(n, 'x', 'libraries', 5)", ErrorKind::RuleType, "within_m_any wants a number; this is text"),
        ("event_cuont('a') > 1", ErrorKind::UnknownName, "did you mean `event_count`?"),
    ] {
        let error = plan(&[text]).expect_err(text);
        assert!(error.kind() == kind && error.to_string().contains(wanted), "{error}");
        assert!(error.rule_error().is_some(), "{text}");
    }
}

#[test]
fn sources_join_with_all_else() {
    let events = events();
    let sources = Sources::new().events(&events).view(&Consent);
    let rules = [
        "may_contact('newsletter', 'email') AND event_count('open') > 0",
        "may_contact('newsletter', 'post')",
        "NOT may_contact('newsletter', 'email')",
        "last_event('open') > first_event('click')",
        "days_since(last_event('open')) = 20",
        "event_count('never') = 0 AND last_event('never') IS NULL",
        "coalesce(last_event('open'), as_of()) = as_of()",
        "in_segment('r0') OR event_count('open') + n = 2",
    ];
    let plan = plan(&rules).expect("compiles");
    let truths = plan.evaluate_with(&people(), &context(), &sources, &Run::new()).expect("evaluates");
    let members: Vec<Vec<usize>> = truths.iter().map(|truths| truths.is_true.ones_iter().map(|row| row + 1).collect()).collect();
    let unknown = |rule: usize| 70 - truths[rule].is_true.count_ones() - truths[rule].is_false.count_ones();
    assert_eq!(members[0], [2]);
    assert_eq!((members[1].len(), &members[2], members[3].len(), &members[4]), (0, &vec![1], 0, &vec![2]));
    // The click lies in the future, so no one has clicked.
    assert_eq!((unknown(1), unknown(2), unknown(3), unknown(4)), (0, 0, 70, 68));
    assert_eq!((members[5].len(), members[6].len(), &members[7]), (70, 68, &vec![1, 2]));
    for row in [0_usize, 1, 2, 69] {
        let values = [Value::Integer(row as i64 + 1), Value::Integer(row as i64 + 1)];
        let alone = plan.evaluate_row_with(&values, &context(), &sources).expect("evaluates");
        let among: Vec<Option<bool>> = truths
            .iter()
            .map(|truths| if truths.is_true.get(row) { Some(true) } else { truths.is_false.get(row).then_some(false) })
            .collect();
        assert_eq!(alone, among, "row {row}");
    }
}

#[test]
fn progress_never_falls_back() {
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let listener = told.clone();
    let run = Run::new().threads(1).progress(move |share| listener.lock().expect("one thread").push(share));
    let (events, plan) = (events(), plan(&["may_contact('newsletter', 'email') AND event_count('open') > 0"]).expect("compiles"));
    plan.evaluate_with(&people(), &context(), &Sources::new().events(&events).view(&Consent), &run).expect("evaluates");
    let told = told.lock().expect("one thread");
    assert!(told.is_sorted() && told.last() == Some(&1.0), "{told:?}");
    assert_eq!(told.iter().filter(|share| **share == 1.0).count(), 1);
}

#[test]
fn lineage_goes_through_events_and_consent() {
    let plan = plan(&[
        "n > 1 AND event_count('open', INTERVAL '1 day') > 1 AND last_event('open') IS NULL",
        "in_segment('r0') OR may_contact('newsletter', 'email') OR within_m_any(n, n, 'libraries', 5)",
    ])
    .expect("compiles");
    assert_eq!(plan.columns_used(0), ["n", "event:open"]);
    assert_eq!(plan.columns_used(1), ["n", "consent:newsletter/email", "event:open"]);
}

#[test]
fn explanations_show_what_events_answered() {
    let events = events();
    let plan = plan(&[
        "event_count( 'open',interval '90 days')>=1 AND last_event('open') > first_event('click') AND may_contact('newsletter', 'email')",
    ])
    .expect("compiles");
    let sources = Sources::new().events(&events).view(&Consent);
    let tree = plan.explain_with(0, &[Value::Integer(2), Value::Integer(0)], &context(), &sources).expect("explains");
    let parts: Vec<_> = tree.parts.iter().map(|part| (part.text.as_str(), part.outcome, part.values.len())).collect();
    assert_eq!(
        parts,
        [
            ("event_count('open', INTERVAL '90 days') >= 1", Some(true), 1),
            ("last_event('open') > first_event('click')", None, 2),
            ("may_contact('newsletter', 'email')", Some(true), 0),
        ]
    );
    assert!(tree.parts[0].values == [("event_count('open', INTERVAL '90 days')".to_owned(), Value::Integer(1))]);
    let opened = Timestamp::parse("2026-11-02", TimeZone::UTC).expect("an instant");
    assert!(
        tree.parts[1].values
            == [("last_event('open')".to_owned(), Value::Timestamp(opened)), ("first_event('click')".to_owned(), Value::Null)]
    );
}

#[test]
fn places_are_near_as_single_ones_are() {
    let table = Table::from_columns([
        Column::float("lat", [Some(51.5), Some(51.5), None, Some(91.0), Some(f64::NAN)]),
        Column::float("lon", [Some(-0.1), Some(0.4), Some(0.0), Some(0.0), Some(0.0)]),
        Column::integer("metres", [Some(0), Some(100), Some(100), Some(100), Some(100)]),
    ])
    .expect("three columns");
    let mut places = Places::default();
    places.set("libraries", [(51.5, -0.1), (51.4, 0.2), (-51.4, 0.2)]).expect("on earth");
    places.set("none", []).expect("empty is fine");
    let texts = [
        "within_m_any(lat, lon, 'libraries', metres)",
        "within_m(lat, lon, 51.5, -0.1, metres) OR within_m(lat, lon, 51.4, 0.2, metres) OR within_m(lat, lon, -51.4, 0.2, metres)",
        "within_m_any(lat, lon, 'libraries', 1e7)",
        "within_m_any(lat, lon, 'none', 1e7)",
        "within_m_any(lat, lon, 'libraries', NULL)",
        "within_m_any(51.5, -0.1, 'libraries', 0)",
    ];
    let rules: Vec<Rule> = texts.iter().enumerate().map(|(index, text)| Rule::parse(&format!("r{index}"), text).expect(text)).collect();
    let plan = Plan::compile_with(&rules, &Schema::of(&table), &places).expect("compiles");
    let truths = plan.evaluate(&table, &context(), &Run::new()).expect("evaluates");
    assert!(truths[0] == truths[1]);
    let counts: Vec<(usize, usize)> = truths.iter().map(|truths| (truths.is_true.count_ones(), truths.is_false.count_ones())).collect();
    assert_eq!(counts, [(1, 1), (1, 1), (2, 0), (0, 2), (0, 0), (5, 0)]);
    for row in 0..5 {
        let values: Vec<Value> = table.row(row).fields().iter().map(|(_, value)| value.clone()).collect();
        let alone = plan.evaluate_row(&values, &context()).expect("evaluates");
        assert_eq!(alone[0], if truths[0].is_true.get(row) { Some(true) } else { truths[0].is_false.get(row).then_some(false) });
    }
}
