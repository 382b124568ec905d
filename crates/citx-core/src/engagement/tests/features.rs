//! Features against rules over the same events, and against sums in another order.

use super::*;
use crate::CancelToken;
use crate::statistics::ExactSum;

/// To the edges of [`WINDOWS`], and to before the calendar.
const DAYS: [i64; 4] = [90, 1, 31, i32::MAX as i64];

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Rules that are true of everyone where the columns are what the functions of events give.
fn agreements(kinds: &[&str]) -> Vec<Rule> {
    let mut texts = Vec::new();
    for kind in kinds {
        for days in DAYS {
            texts.push(format!("event_count('{kind}', INTERVAL '{days} days') = {}", quoted(&format!("{kind}_{days}d"))));
        }
        for end in ["last", "first"] {
            let (call, column) = (format!("{end}_event('{kind}')"), quoted(&format!("{end}_{kind}_at")));
            texts.push(format!("{call} = {column} OR {call} IS NULL AND {column} IS NULL"));
        }
    }
    texts.iter().enumerate().map(|(index, text)| Rule::parse(&format!("r{index}"), text).expect("parses")).collect()
}

fn floats(table: &Table, column: &str) -> Vec<u64> {
    let value = |value| if let Value::Float(value) = value { value.to_bits() } else { u64::MAX };
    table.column(column).expect("a column").values().map(value).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn features_are_what_rules_ask_of_events(
        (context, mut entries) in context().prop_flat_map(|context| (Just(context), entries(context))),
        values in prop::collection::vec(prop_oneof![Just(None), any::<f64>().prop_map(Some), (-500..500_i32).prop_map(|pence| Some(f64::from(pence) / 100.0))], 200),
        (layout, own) in (0..16_usize, 0..16_usize),
        rows in prop::sample::select(vec![0_i64, 1, 40, 65]),
    ) {
        entries.iter_mut().zip(values).for_each(|(entry, value)| entry.value = value);
        let numbers: Vec<i64> = (0..rows).map(|row| (row * 37 + 11) % rows.max(1)).collect();
        let people = people(&numbers, own);
        let events = Events::from_table(&table_of(&entries, layout), &columns()).expect("good events");
        let kinds = ["click", "never", "open", "", "\u{e9}t\u{e9}"];
        let options = FeatureOptions::new(DAYS).kinds(kinds);
        let features = events.features(&people, &context, &options, &Run::new().threads(1)).expect("features");
        let known = people.with_features(&features).expect("joins");
        let rules = agreements(&kinds);
        let truths = Plan::compile(&rules, known.schema()).expect("compiles")
            .evaluate_with(&known, &context, &Sources::new().events(&events), &Run::new()).expect("evaluates");
        for (rule, truth) in rules.iter().zip(&truths) {
            prop_assert_eq!(truth.is_true.count_ones(), rows as usize, "{}", rule.text());
        }
        entries.reverse();
        let again = Events::from_table(&table_of(&entries, layout + 1), &columns()).expect("good events");
        let again = again.features(&people, &context, &options, &Run::new()).expect("features");
        for kind in kinds {
            for days in DAYS {
                let name = format!("{kind}_value_{days}d");
                let found = floats(&features, &name);
                prop_assert_eq!(&found, &floats(&again, &name), "the order of rows does not matter");
                let back = Interval { months: 0, days: -(days as i32), micros: 0 };
                let after = context.as_of.checked_add(back, context.time_zone).map_or(i64::MIN, Timestamp::as_micros);
                for (number, found) in numbers.iter().zip(found) {
                    let own = entries.iter().filter(|entry| entry.citizen == *number && entry.kind == kind && entry.at > after);
                    let sum: ExactSum = own.filter(|entry| entry.at <= context.as_of.as_micros()).filter_map(|entry| entry.value).collect();
                    prop_assert!(sum.value().to_bits() == found || sum.value().is_nan() && f64::from_bits(found).is_nan());
                }
            }
        }
    }
}

fn some_events() -> Events {
    let entry = |citizen, kind, day: &str, value| Entry { citizen, kind, at: at(day).as_micros(), channel: None, value };
    let entries = [
        entry(1, "open", "2026-11-22", Some(0.1)),
        entry(1, "open", "2026-11-01", Some(0.2)),
        entry(1, "open", "2026-10-23", Some(0.3)),
        entry(1, "open", "2026-11-23", Some(9.0)),
        entry(3, "open_value", "2026-01-01", None),
        entry(7, "click", "2026-11-20", Some(1.0)),
    ];
    Events::from_table(&table_of(&entries, 0), &columns()).expect("good events")
}

fn day() -> Context {
    Context { as_of: at("2026-11-22"), time_zone: TimeZone::UTC }
}

#[test]
fn every_citizen_has_a_row_and_later_events_do_not_count() {
    let people = people(&[3, 1, 2], 2);
    let features = some_events().features(&people, &day(), &FeatureOptions::new([30, 365]).kinds(["open"]), &Run::new()).expect("features");
    let names = ["citizen_id", "open_30d", "open_365d", "last_open_at", "first_open_at", "open_value_30d", "open_value_365d"];
    assert_eq!(features.column_names(), names);
    let values = |column: &str| features.column(column).expect("a column").values().collect::<Vec<_>>();
    assert_eq!(values("citizen_id"), ["3", "1", "2"].map(|key| Value::Text(key.to_owned())));
    // 2026-10-23 is 30 days before.
    assert_eq!(values("open_30d"), [0, 2, 0].map(Value::Integer));
    assert_eq!(values("open_365d"), [0, 3, 0].map(Value::Integer));
    assert_eq!(values("last_open_at"), [Value::Null, Value::Timestamp(at("2026-11-22")), Value::Null]);
    assert_eq!(values("first_open_at"), [Value::Null, Value::Timestamp(at("2026-10-23")), Value::Null]);
    assert_eq!(values("open_value_365d"), [0.0, 0.6, 0.0].map(Value::Float), "rounded once; from the left it is 0.6000000000000001");
    let later = Context { as_of: at("2026-11-23"), ..day() };
    let known = people.with_features(&features).expect("joins");
    let features = some_events().features(&known, &later, &FeatureOptions::new([30]).kinds(["open"]), &Run::new()).expect("features");
    let known = known.with_features(&features).expect("a later day takes the place of the earlier");
    assert_eq!(known.row("1").expect("a citizen").get("open_value_30d"), Some(&Value::Float(9.3)));
}

#[test]
fn a_date_is_midnight_of_the_zone() {
    let zone: TimeZone = "Europe/London".parse().expect("a zone");
    let entry = |at| Entry { citizen: 1, kind: "open", at, channel: None, value: None };
    // The clocks went back on 2026-10-25: 30 days before midnight of 2026-11-22 is 23:00 of the 22nd in UTC.
    let entries = [entry(at("2026-10-22T23:00:00Z").as_micros()), entry(at("2026-10-22T23:00:01Z").as_micros())];
    let events = Events::from_table(&table_of(&entries, 0), &EventColumns::default()).expect("good events");
    let context = Context { as_of: Timestamp::parse("2026-11-22", zone).expect("a day"), time_zone: zone };
    let features = events.features(&people(&[1], 0), &context, &FeatureOptions::new([30]), &Run::new()).expect("features");
    assert_eq!(features.column("open_30d").expect("a column").value(0), Value::Integer(1));
}

#[test]
fn features_that_cannot_be_are_refused() {
    let (events, people) = (some_events(), people(&[1, 2, 3], 0));
    let problem = |options: &FeatureOptions| {
        let error = events.features(&people, &day(), options, &Run::new()).expect_err("bad");
        (error.kind(), error.to_string())
    };
    for (options, kind, words) in [
        (FeatureOptions::new([]), ErrorKind::InvalidArgument, "none was given"),
        (FeatureOptions::new([30, 90, 30]), ErrorKind::InvalidArgument, "30 days is given twice"),
        (FeatureOptions::new([0]), ErrorKind::OutOfRange, "found 0"),
        (FeatureOptions::new([-30]), ErrorKind::OutOfRange, "found -30"),
        (FeatureOptions::new([1 << 31]), ErrorKind::OutOfRange, "found 2147483648"),
        (FeatureOptions::new([30]), ErrorKind::InvalidArgument, "`open_value_30d`"),
        (FeatureOptions::new([30]).kinds(["open", "open"]), ErrorKind::InvalidArgument, "`open` is asked for twice"),
        (FeatureOptions::new(1..10_001).kinds(["open"]), ErrorKind::LimitExceeded, "the limit is 10000"),
        (FeatureOptions::new(1..1 << 15), ErrorKind::LimitExceeded, "windows"),
    ] {
        let (found, message) = problem(&options);
        assert!(found == kind && message.contains(words), "{message}");
    }
    let keyed = Table::from_columns([Column::integer("open_30d", [Some(1)])]).expect("one column");
    let keyed = Population::from_table(keyed, "open_30d").expect("keys are unique");
    let options = FeatureOptions::new([30]).kinds(["open"]);
    let error = events.features(&keyed, &day(), &options, &Run::new()).expect_err("the key's name");
    assert!(error.kind() == ErrorKind::InvalidArgument && error.to_string().contains("key column"), "{error}");
    let error = events.features(&people, &day(), &options, &Run::new().memory_limit(10)).expect_err("a limit");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    let cancel = CancelToken::new();
    cancel.cancel();
    let error = events.features(&people, &day(), &options, &Run::new().cancel(cancel)).expect_err("cancelled");
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    let none = Events::from_table(&table_of(&[], 0), &columns()).expect("no rows are fine");
    let features = none.features(&people, &day(), &FeatureOptions::new([30]), &Run::new()).expect("features");
    assert_eq!((features.column_names(), features.num_rows()), (vec!["citizen_id"], 3));
}

#[test]
fn threads_change_no_feature() {
    let entries: Vec<Entry> = (0..100_000_i64)
        .map(|n| Entry {
            citizen: n * 7_919 % 60_000,
            kind: KINDS[n as usize % 2],
            at: at("2026-11-22").as_micros() - n * 300_000_000,
            channel: None,
            value: (n % 3 > 0).then_some(n as f64 / 10.0),
        })
        .collect();
    let events = Events::from_table(&table_of(&entries, 0), &columns()).expect("good events");
    let people = people(&(0..50_001).rev().collect::<Vec<i64>>(), 2);
    let made = |threads| {
        let run = Run::new().threads(threads);
        events.features(&people, &day(), &FeatureOptions::new([30, 90]), &run).expect("features").batch().clone()
    };
    let alone = made(1);
    for threads in [2, 3, 8] {
        assert!(made(threads) == alone);
    }
}
