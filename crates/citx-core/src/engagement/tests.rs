//! Events against a list that is searched from end to end, by blocks and by rows, in every layout.

mod features;

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, TimestampMicrosecondArray, UInt64Array};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use proptest::prelude::*;

use super::*;
use crate::citizens::{Population, Schema};
use crate::rules::{Context, EventSource, Plan, Rule, Sources, Truths};
use crate::table::{Column, Record, Table, Value};
use crate::time::{Date, Interval, TimeZone, Timestamp};
use crate::{ErrorKind, Run};

/// One event as a person would write it down.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    citizen: i64,
    kind: &'static str,
    at: i64,
    channel: Option<&'static str>,
    value: Option<f64>,
}

/// All events, in no order; it answers with what the trait itself gives.
struct Diary(Vec<Entry>);

impl EventSource for Diary {
    fn citizen(&self, key: &str) -> Option<u32> {
        self.0.iter().position(|entry| entry.citizen.to_string() == key).map(|first| first as u32)
    }

    fn each(&self, citizen: u32, visit: &mut dyn FnMut(Event<'_>)) {
        let Some(key) = self.0.get(citizen as usize).map(|entry| entry.citizen) else { return };
        for entry in self.0.iter().filter(|entry| entry.citizen == key) {
            visit(Event { kind: entry.kind, at: Timestamp::from_micros(entry.at), channel: entry.channel, value: entry.value });
        }
    }

    fn has_channels(&self) -> bool {
        true
    }
}

const KINDS: [&str; 4] = ["open", "click", "", "\u{e9}t\u{e9}"];
const CHANNELS: [Option<&str>; 3] = [Some("email"), Some("sms"), None];
const WINDOWS: [(&str, i32, i32, i64); 5] = [
    ("90 days", 0, 90, 0),
    ("1 month", 1, 0, 0),
    ("36 hours", 0, 0, 36 * 3_600_000_000),
    ("1 year 2 days", 12, 2, 0),
    ("400000 years", 4_800_000, 0, 0),
];

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text, TimeZone::UTC).expect("an instant")
}

fn start(as_of: Timestamp, zone: TimeZone, window: usize) -> Option<Timestamp> {
    let (_, months, days, micros) = WINDOWS[window];
    as_of.checked_add(Interval { months: -months, days: -days, micros: -micros }, zone)
}

/// One call and what is asked of its value.
#[derive(Clone, Debug)]
enum Test {
    AtLeast(i64),
    Is(i64),
    LastIsNull,
    LastBefore(i64),
    FirstSince(i64),
}

#[derive(Clone, Debug)]
struct Predicate {
    kind: &'static str,
    channel: Option<&'static str>,
    window: Option<usize>,
    test: Test,
}

impl Predicate {
    fn text(&self) -> String {
        let channel = self.channel.map_or(String::new(), |channel| format!(", '{channel}'"));
        let window = self.window.map_or(String::new(), |window| format!(", INTERVAL '{}'", WINDOWS[window].0));
        let count = format!("event_count('{}'{window}{channel})", self.kind);
        let (last, first) = (format!("last_event('{}'{channel})", self.kind), format!("first_event('{}'{channel})", self.kind));
        match self.test {
            Test::AtLeast(n) => format!("{count} >= {n}"),
            Test::Is(n) => format!("{count} = {n}"),
            Test::LastIsNull => format!("{last} IS NULL"),
            Test::LastBefore(micros) => format!("{last} < TIMESTAMP '{}'", Timestamp::from_micros(micros)),
            Test::FirstSince(micros) => format!("{first} >= TIMESTAMP '{}'", Timestamp::from_micros(micros)),
        }
    }

    fn truth(&self, entries: &[Entry], citizen: i64, context: &Context) -> Option<bool> {
        let counted = matches!(self.test, Test::AtLeast(_) | Test::Is(_));
        let after = self.window.filter(|_| counted).and_then(|window| start(context.as_of, context.time_zone, window));
        let instants: Vec<i64> = entries
            .iter()
            .filter(|entry| entry.citizen == citizen && entry.kind == self.kind)
            .filter(|entry| self.channel.is_none() || entry.channel == self.channel)
            .map(|entry| entry.at)
            .filter(|at| *at <= context.as_of.as_micros() && after.is_none_or(|after| *at > after.as_micros()))
            .collect();
        match self.test {
            Test::AtLeast(n) => Some(instants.len() as i64 >= n),
            Test::Is(n) => Some(instants.len() as i64 == n),
            Test::LastIsNull => Some(instants.is_empty()),
            Test::LastBefore(micros) => instants.iter().max().map(|at| *at < micros),
            Test::FirstSince(micros) => instants.iter().min().map(|at| *at >= micros),
        }
    }
}

fn predicate() -> impl Strategy<Value = Predicate> {
    let instant = || prop_oneof![Just(at("2026-11-22").as_micros()), Just(at("2026-06-01").as_micros())];
    let test = prop_oneof![
        (0..4_i64).prop_map(Test::AtLeast),
        (0..3_i64).prop_map(Test::Is),
        Just(Test::LastIsNull),
        instant().prop_map(Test::LastBefore),
        instant().prop_map(Test::FirstSince),
    ];
    let kind = prop_oneof![4 => prop::sample::select(KINDS.to_vec()), 1 => Just("never")];
    let channel = prop_oneof![2 => Just(None), 2 => prop::sample::select(CHANNELS.to_vec()), 1 => Just(Some("post"))];
    (kind, channel, prop::option::of(0..WINDOWS.len()), test).prop_map(|(kind, channel, window, test)| Predicate {
        kind,
        channel,
        window,
        test,
    })
}

/// Instants at the edges of every window, where off-by-one lies.
fn instant(context: Context) -> impl Strategy<Value = i64> {
    let edges: Vec<i64> =
        (0..WINDOWS.len()).filter_map(|window| start(context.as_of, context.time_zone, window)).map(Timestamp::as_micros).collect();
    let edges: Vec<i64> = edges.into_iter().chain([context.as_of.as_micros()]).collect();
    let near = (prop::sample::select(edges), prop::sample::select(vec![-1, 0, 1, 3_600_000_000, -86_400_000_000]))
        .prop_map(|(edge, off)| edge + off);
    let anywhere = (0..700_i64).prop_map(move |days| context.as_of.as_micros() - days * 86_400_000_000 / 2 + 86_400_000_000);
    prop_oneof![2 => near, 1 => anywhere]
}

fn entries(context: Context) -> impl Strategy<Value = Vec<Entry>> {
    let value = prop_oneof![Just(None), (-3..3_i32).prop_map(|value| Some(f64::from(value)))];
    let kinds = prop::sample::select(KINDS.to_vec());
    let entry = (-3..40_i64, kinds, instant(context), prop::sample::select(CHANNELS.to_vec()), value)
        .prop_map(|(citizen, kind, at, channel, value)| Entry { citizen, kind, at, channel, value });
    prop::collection::vec(entry, 0..200)
}

fn context() -> impl Strategy<Value = Context> {
    let zone = prop::sample::select(vec!["UTC", "Europe/London", "America/Sao_Paulo", "Pacific/Apia"]);
    let as_of = prop::sample::select(vec!["2026-11-22", "2026-03-31T01:30:00Z", "2024-02-29T12:00:00Z"]);
    (zone, as_of).prop_map(|(zone, as_of)| {
        let time_zone = zone.parse().expect("a zone");
        Context { as_of: Timestamp::parse(as_of, time_zone).expect("an instant"), time_zone }
    })
}

fn dictionary(of: DataType) -> DataType {
    DataType::Dictionary(Box::new(DataType::Int16), Box::new(of))
}

/// A key column of these numbers, in one of the layouts that hold them.
fn keys(name: &str, numbers: &[i64], layout: usize) -> Column {
    let layouts = [
        DataType::Int64,
        DataType::Int16,
        DataType::Utf8,
        DataType::LargeUtf8,
        DataType::Utf8View,
        dictionary(DataType::Utf8),
        dictionary(DataType::Int32),
        DataType::UInt64,
    ];
    let signed: ArrayRef = Arc::new(Int64Array::from(numbers.to_vec()));
    let target = &layouts[layout % layouts.len()];
    let target = if *target == DataType::UInt64 && numbers.iter().any(|number| *number < 0) { &DataType::Int64 } else { target };
    // Whole numbers become a dictionary of text by way of text.
    let through = if *target == dictionary(DataType::Utf8) { cast(&signed, &DataType::Utf8).expect("text") } else { signed };
    Column::new(name, cast(&through, target).expect("a layout of whole numbers"))
}

fn table_of(entries: &[Entry], layout: usize) -> Table {
    let micros = TimestampMicrosecondArray::from(entries.iter().map(|entry| entry.at).collect::<Vec<i64>>()).with_timezone("UTC");
    let unit = if layout.is_multiple_of(2) { TimeUnit::Microsecond } else { TimeUnit::Nanosecond };
    // Nanoseconds end in 2262 and begin in 1677; the windows here do not go there.
    let instants = cast(&micros, &DataType::Timestamp(unit, Some("Europe/London".into()))).expect("in range");
    let text = if layout.is_multiple_of(3) { DataType::Utf8 } else { dictionary(DataType::LargeUtf8) };
    let texts = |name: &str, texts: Vec<Option<&str>>| {
        let array = cast(Column::text(name, texts).array(), &DataType::LargeUtf8).and_then(|array| cast(&array, &text)).expect("text");
        Column::new(name, array)
    };
    Table::from_columns([
        keys("id", &entries.iter().map(|entry| entry.citizen).collect::<Vec<i64>>(), layout),
        texts("kind", entries.iter().map(|entry| Some(entry.kind)).collect()),
        Column::new("at", instants),
        texts("channel", entries.iter().map(|entry| entry.channel).collect()),
        Column::float("value", entries.iter().map(|entry| entry.value)),
    ])
    .expect("columns of one length")
}

fn columns() -> EventColumns {
    EventColumns::default().channel("channel").value("value")
}

fn people(numbers: &[i64], layout: usize) -> Population {
    let table = Table::from_columns([keys("citizen_id", numbers, layout)]).expect("one column");
    Population::from_table(table, "citizen_id").expect("keys are unique")
}

fn outcome(truths: &Truths, row: usize) -> Option<bool> {
    if truths.is_true.get(row) { Some(true) } else { truths.is_false.get(row).then_some(false) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn rules_over_events_are_a_search_of_all_events(
        (context, entries) in context().prop_flat_map(|context| (Just(context), entries(context))),
        predicates in prop::collection::vec((predicate(), any::<bool>()), 1..6),
        (layout, own) in (0..16_usize, 0..16_usize),
        shuffle in any::<u64>(),
        rows in prop::sample::select(vec![0_i64, 1, 2, 40, 65]),
    ) {
        let rules: Vec<Rule> = predicates.iter().enumerate().map(|(index, (predicate, negated))| {
            let text = if *negated { format!("NOT ({})", predicate.text()) } else { predicate.text() };
            Rule::parse(&format!("r{index}"), &text).expect("parses")
        }).collect();
        // Citizens in an order of their own, some without events; some events of no citizen.
        let numbers: Vec<i64> = (0..rows).map(|row| (row * 37 + 11) % rows.max(1)).collect();
        let people = people(&numbers, own);
        let events = Events::from_table(&table_of(&entries, layout), &columns()).expect("good events");
        let mut shuffled = entries.clone();
        shuffled.sort_by_key(|entry| (entry.at as u64 ^ entry.citizen as u64).wrapping_mul(shuffle | 1));
        let plan = Plan::compile(&rules, people.schema()).expect("compiles");
        let sources = Sources::new().events(&events);
        let truths = plan.evaluate_with(&people, &context, &sources, &Run::new().threads(1)).expect("evaluates");
        let diary = Diary(shuffled.clone());
        let slow = plan.evaluate_with(&people, &context, &Sources::new().events(&diary), &Run::new()).expect("evaluates");
        prop_assert!(truths == slow);
        let again = Events::from_table(&table_of(&shuffled, layout + 1), &columns()).expect("good events");
        prop_assert!(events.of("5").eq(again.of("5")), "the order of rows does not matter");
        for (row, number) in numbers.iter().enumerate() {
            let values: Vec<Value> = people.table().row(row).fields().iter().map(|(_, value)| value.clone()).collect();
            let by_row = plan.evaluate_row_with(&values, &context, &sources).expect("evaluates");
            for (index, (predicate, negated)) in predicates.iter().enumerate() {
                let wanted = predicate.truth(&entries, *number, &context).map(|truth| truth != *negated);
                prop_assert_eq!(outcome(&truths[index], row), wanted, "row {} of {}", row, rules[index].text());
                prop_assert_eq!(by_row[index], wanted, "alone, row {} of {}", row, rules[index].text());
            }
        }
    }

    #[test]
    fn every_event_is_kept_as_it_was(entries in entries(Context { as_of: at("2026-11-22"), time_zone: TimeZone::UTC }), layout in 0..16_usize) {
        // A slice of a larger table, as batches often are.
        let padded: Vec<Entry> = entries.iter().take(3).chain(&entries).chain(entries.iter().take(1)).cloned().collect();
        let slice = table_of(&padded, layout).batch().slice(padded.len() - entries.len() - entries.len().min(1), entries.len());
        let events = Events::from_table(&Table::from_batch(slice), &columns()).expect("good events");
        prop_assert_eq!(events.len(), entries.len());
        for citizen in -3..41_i64 {
            let mut wanted: Vec<Entry> = entries.iter().filter(|entry| entry.citizen == citizen).cloned().collect();
            wanted.sort_by(|a, b| (a.kind, a.at).cmp(&(b.kind, b.at)));
            let found: Vec<Event<'_>> = events.of(&citizen.to_string()).collect();
            prop_assert_eq!(
                found.iter().map(|event| (event.kind, event.at.as_micros())).collect::<Vec<_>>(),
                wanted.iter().map(|entry| (entry.kind, entry.at)).collect::<Vec<_>>()
            );
            let count = |channel: Option<&str>, value: Option<f64>| found.iter().filter(|event| event.channel == channel && event.value == value).count();
            for entry in &wanted {
                let same = wanted.iter().filter(|other| other.channel == entry.channel && other.value == entry.value).count();
                prop_assert_eq!(count(entry.channel, entry.value), same);
            }
        }
    }
}

#[test]
fn threads_and_snapshots_change_nothing() {
    let entries: Vec<Entry> = (0..60_000_i64)
        .map(|n| Entry {
            citizen: n * 7_919 % 90_000,
            kind: KINDS[n as usize % 2],
            at: at("2026-11-22").as_micros() - n * 3_600_000_000,
            channel: None,
            value: None,
        })
        .collect();
    let events = Events::from_table(&table_of(&entries, 0), &columns()).expect("good events");
    let numbers: Vec<i64> = (0..70_001).rev().collect();
    let table =
        Table::from_columns([keys("id", &numbers, 2), Column::integer("n", numbers.iter().map(|n| Some(*n)))]).expect("two columns");
    let people = Population::from_table(table, "id").expect("keys are unique");
    let rules = ["event_count('open', INTERVAL '1 year') >= 1", "last_event('click') < TIMESTAMP '2025-01-01' AND n > 5"];
    let rules: Vec<Rule> = rules.iter().enumerate().map(|(index, text)| Rule::parse(&format!("r{index}"), text).expect("parses")).collect();
    let plan = Plan::compile(&rules, people.schema()).expect("compiles");
    let context = Context { as_of: at("2026-11-22"), time_zone: TimeZone::UTC };
    let run =
        |people: &Population, threads| plan.evaluate_with(people, &context, &Sources::new().events(&events), &Run::new().threads(threads));
    let one = run(&people, 1).expect("evaluates");
    assert!(one[0].is_true.count_ones() > 1_000 && one[1].is_true.count_ones() > 1_000);
    for threads in [2, 3, 8] {
        assert!(run(&people, threads).expect("evaluates") == one);
    }
    // A snapshot of the same citizens shares their numbers; one with another citizen has its own.
    let changed =
        people.upsert(&Table::from_columns([keys("id", &[5], 2), Column::integer("n", [Some(0)])]).expect("a row")).expect("writes");
    assert!(run(&changed, 2).expect("evaluates")[0] == one[0]);
    let larger =
        people.upsert(&Table::from_columns([keys("id", &[70_001], 2), Column::integer("n", [Some(0)])]).expect("a row")).expect("writes");
    assert_eq!(run(&larger, 2).expect("evaluates")[0].is_true.len(), 70_002);
    assert!(run(&people, 2).expect("evaluates") == one);
}

#[test]
fn dates_are_local_midnights_and_units_do_not_matter() {
    let day: Date = "2026-07-01".parse().expect("a date");
    let table = |at: Column| Table::from_columns([keys("id", &[1], 0), Column::text("kind", [Some("open")]), at]).expect("three columns");
    let first =
        |at: Column, columns: EventColumns| Events::from_table(&table(at), &columns).expect("good events").of("1").next().expect("one").at;
    let london = EventColumns::default().time_zone("Europe/London".parse().expect("a zone"));
    assert_eq!(first(Column::date("at", [Some(day)]), EventColumns::default()), at("2026-07-01T00:00:00Z"));
    assert_eq!(first(Column::date("at", [Some(day)]), london.clone()), at("2026-06-30T23:00:00Z"));
    for unit in [TimeUnit::Second, TimeUnit::Millisecond, TimeUnit::Microsecond, TimeUnit::Nanosecond] {
        let instants = Column::timestamp("at", [Some(at("2026-07-01T09:30:00Z"))]);
        let array = cast(instants.array(), &DataType::Timestamp(unit, None)).expect("a unit");
        assert_eq!(first(Column::new("at", array), london.clone()), at("2026-07-01T09:30:00Z"));
    }
    let date64 = cast(Column::date("at", [Some(day)]).array(), &DataType::Date64).expect("dates");
    assert_eq!(first(Column::new("at", date64), london), at("2026-06-30T23:00:00Z"));
}

#[test]
fn bad_events_are_refused_by_column_and_row() {
    let good = || {
        [
            Column::text("id", [Some("Mrs Secret"), Some("b"), Some("c")]),
            Column::text("kind", [Some("secret"); 3]),
            Column::timestamp("at", [Some(at("2026-01-01")); 3]),
            Column::text("channel", [Some("email"), None, None]),
            Column::float("value", [Some(1.0), None, Some(f64::NAN)]),
        ]
    };
    let with = |place: usize, column: Column| {
        let mut given = good();
        given[place] = column;
        Events::from_table(&Table::from_columns(given).expect("five columns"), &columns())
    };
    assert!(with(0, good()[0].clone()).is_ok());
    let none = |name: &str| Column::new(name, Arc::new(arrow_array::NullArray::new(3)));
    for (place, column, wanted) in [
        (0, Column::text("id", [Some("a"), None, Some("c")]), "column `id` has no key in row 2"),
        (0, Column::text("id", [Some(""), None, Some("c")]), "column `id` has no key in rows 1, 2"),
        (0, Column::float("id", [Some(1.0); 3]), "a key is text or a whole number, but column `id` is float"),
        (1, Column::text("kind", [Some("a"), Some("b"), None]), "column `kind` has null in row 3"),
        (1, Column::integer("kind", [Some(1); 3]), "column `kind` is integer; expected text"),
        (1, none("kind"), "column `kind` has null in rows 1, 2, 3"),
        (2, none("at"), "column `at` has null or an instant beyond the calendar in rows 1, 2, 3"),
        (
            2,
            Column::timestamp("at", [None, Some(at("2026-01-01")), None]),
            "column `at` has null or an instant beyond the calendar in rows 1, 3",
        ),
        (
            2,
            Column::date("at", [Some(Date::from_days(i32::MAX)); 3]),
            "column `at` has null or an instant beyond the calendar in rows 1, 2, 3",
        ),
        (2, Column::text("at", [Some("2026-01-01"); 3]), "column `at` is text; expected timestamps or dates"),
        (3, Column::boolean("channel", [Some(true); 3]), "column `channel` is boolean; expected text"),
        (4, Column::text("value", [Some("1"); 3]), "column `value` is text; expected a number"),
    ] {
        let error = with(place, column).expect_err(wanted);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{wanted}");
        assert!(error.to_string().contains(wanted) && !error.to_string().contains("Secret"), "{error}");
    }
    let many = Column::text("kind", (0..9).map(|row| (row == 0).then_some("a")));
    let table =
        Table::from_columns([keys("id", &[1; 9], 0), many, Column::timestamp("at", [Some(at("2026-01-01")); 9])]).expect("three columns");
    let error = Events::from_table(&table, &EventColumns::default()).expect_err("no kinds");
    assert!(error.to_string().contains("rows 2, 3, 4, 5, 6 and 3 more"), "{error}");
    let error = Events::from_table(&table, &EventColumns::new("id", "kinds", "at")).expect_err("no column");
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::UnknownName, "there is no column `kinds`; did you mean `kind`?"));
}

#[test]
fn kinds_have_a_limit_and_none_is_fine() {
    let table = |rows: usize| {
        let kinds: Vec<Option<String>> = (0..rows).map(|row| Some(row.to_string())).collect();
        let instants = Column::timestamp("at", std::iter::repeat_n(Some(at("2026-01-01")), rows));
        Table::from_columns([keys("id", &vec![1; rows], 0), Column::text("kind", kinds), instants]).expect("three columns")
    };
    assert_eq!(Events::from_table(&table(65_535), &EventColumns::default()).expect("fits").kinds().len(), 65_535);
    assert_eq!(Events::from_table(&table(65_536), &EventColumns::default()).expect_err("too many").kind(), ErrorKind::LimitExceeded);
    let none = Events::from_table(&table(0), &EventColumns::default()).expect("no rows are fine");
    assert!(none.is_empty() && none.of("1").next().is_none());
    assert_eq!(format!("{none:?}"), "Events(0 events, 0 kinds)");
}

#[test]
fn whole_numbers_far_apart_are_keys_like_any_other() {
    let far = [i64::MAX, i64::MIN, 0, i64::MAX, -1];
    let instants = || Column::timestamp("at", [Some(at("2026-01-01")); 5]);
    let table = Table::from_columns([keys("id", &far, 0), Column::text("kind", [Some("open"); 5]), instants()]).expect("three columns");
    let events = Events::from_table(&table, &EventColumns::default()).expect("good events");
    assert_eq!(events.of(&i64::MAX.to_string()).count(), 2);
    assert_eq!((events.of(&i64::MIN.to_string()).count(), events.of("-1").count(), events.of("+0").count()), (1, 1, 0));
    let unsigned: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX, i64::MAX as u64, 0, 17, u64::MAX]));
    let table = Table::from_columns([Column::new("id", unsigned.clone()), Column::text("kind", [Some("open"); 5]), instants()])
        .expect("three columns");
    let wide = Events::from_table(&table, &EventColumns::default()).expect("good events");
    assert_eq!(wide.of(&u64::MAX.to_string()).count(), 2);
    // Signed keys of citizens find unsigned ones of events, and the other way round.
    let citizens = people(&[i64::MAX, 17, -1], 0);
    let numbers = wide.citizens(&citizens, &Run::new()).expect("binds");
    assert_eq!(numbers.iter().map(|number| *number == crate::rules::NO_EVENTS).collect::<Vec<_>>(), [false, false, true]);
    let table = Table::from_columns([Column::new("citizen_id", unsigned.slice(0, 4))]).expect("one column");
    let citizens = Population::from_table(table, "citizen_id").expect("keys are unique");
    let numbers = events.citizens(&citizens, &Run::new()).expect("binds");
    assert_eq!(numbers.iter().map(|number| *number == crate::rules::NO_EVENTS).collect::<Vec<_>>(), [true, false, false, true]);
}

#[test]
fn a_record_is_known_by_its_key() {
    let entries = [Entry { citizen: 17, kind: "open", at: at("2026-11-01").as_micros(), channel: Some("email"), value: None }];
    let events = Events::from_table(&table_of(&entries, 0), &columns()).expect("good events");
    let record = |name: &str, key: Value| [(name.to_owned(), key)].into_iter().collect::<Record>();
    let context = Context { as_of: at("2026-11-22"), time_zone: TimeZone::UTC };
    let asks = |sources: &Sources<'_>, record: &Record| {
        let rule = Rule::parse("reader", "event_count('open', INTERVAL '90 days', 'email') = 1").expect("parses");
        let schema: Schema = crate::rules::schema_of(record);
        let values: Vec<Value> = record.fields().iter().map(|(_, value)| value.clone()).collect();
        Plan::compile(&[rule], &schema).expect("compiles").evaluate_row_with(&values, &context, sources).map(|outcomes| outcomes[0])
    };
    let sources = Sources::new().events(&events);
    assert_eq!(asks(&sources, &record("citizen_id", Value::Integer(17))).expect("a key"), Some(true));
    assert_eq!(asks(&sources, &record("citizen_id", Value::Text("17".to_owned()))).expect("a key"), Some(true));
    assert_eq!(asks(&sources, &record("citizen_id", Value::Text("017".to_owned()))).expect("a key"), Some(false));
    assert_eq!(asks(&sources.key("uprn"), &record("uprn", Value::Integer(17))).expect("a key"), Some(true));
    for bad in [record("uprn", Value::Integer(17)), record("citizen_id", Value::Null), record("citizen_id", Value::Float(17.0))] {
        let error = asks(&sources, &bad).expect_err("no key");
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("`citizen_id`"), "{error}");
    }
}
