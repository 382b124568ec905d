//! Tests of live segments: histories against full evaluations.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::engagement::{EventColumns, Events};
use crate::rules::Sources;
use crate::rules::tests::random::{Random, Writer, table};
use crate::segments::SegmentDefinition;
use crate::table::Value;
use crate::time::{DAY_MICROS, TimeZone};

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/London",
    "America/Sao_Paulo",
    "Pacific/Apia",
    // Its clocks went back from 00:01 to 23:01 the day before.
    "America/St_Johns",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
];
const STARTS: [&str; 8] = [
    "2026-11-22",
    "2024-02-28T22:30:00Z",
    "2026-03-28T23:59:59Z",
    "2018-02-17",
    "2011-12-29T10:00:00Z",
    "2010-11-06",
    "2026-10-24T12:00:00Z",
    "2026-01-30",
];
const STEPS: [i64; 10] = [
    0,
    1,
    60_000_000,
    3_600_000_000,
    7_200_000_000,
    43_200_000_000,
    86_400_000_000,
    3 * 86_400_000_000,
    31 * 86_400_000_000,
    366 * 86_400_000_000,
];

const COUNTS: [&str; 7] = ["7", "0", "1", "-1", "30", "small0", "9000"];

/// Rules that read the clock, of every form there is.
fn timed(random: &mut Random) -> String {
    let date = random.pick(&["date0", "date1", "timestamp0", "timestamp1", "DATE '2026-11-25'"]);
    let instant = random.pick(&["timestamp0", "timestamp1", "date0", "TIMESTAMP '2026-11-23 06:00:00'", "date0 + INTERVAL '36 hours'"]);
    let step = random.pick(&["1 month", "90 days", "1 day", "36 hours", "1 year 2 days", "1 month 1 hour", "30 minutes", "-1 month"]);
    let compare = random.pick(&["<", "<=", "=", ">", ">=", "<>", "IS DISTINCT FROM"]);
    let count = random.pick(&COUNTS);
    match random.below(9) {
        0 => format!("days_since({date}) {compare} {count}"),
        1 => format!("age({date}) {compare} {}", random.pick(&["0", "2", "26", "54", "small1"])),
        2 | 3 => format!("{instant} {compare} as_of() - INTERVAL '{step}'"),
        4 => format!("{instant} + INTERVAL '{step}' {compare} as_of()"),
        5 => format!("days_since({date}) IN (1, 2, 30, {count})"),
        6 => format!("age({date}) % 2 = 0 AND days_since({date}) BETWEEN 0 AND {count}"),
        7 => format!("as_of() {compare} {instant}"),
        _ => format!("as_of() - INTERVAL '{step}' + INTERVAL '1 day' {compare} {instant}"),
    }
}

fn book(random: &mut Random, people: &Population) -> SegmentBook {
    let mut definitions: Vec<SegmentDefinition> = Vec::new();
    for index in 0..1 + random.below(8) {
        let called = definitions.iter().map(|definition| definition.name.clone()).collect();
        let depth = 1 + random.below(3);
        let rule = match random.below(6) {
            4 => evented(random),
            5 => format!("({}) {} ({})", evented(random), random.pick(&["AND", "OR"]), timed(random)),
            0 => Writer { random: &mut *random, called }.condition(depth),
            1 => timed(random),
            2 => format!("({}) OR ({})", timed(random), Writer { random: &mut *random, called }.condition(depth)),
            _ => format!("({}) AND NOT ({})", timed(random), timed(random)),
        };
        definitions.push(SegmentDefinition::new(format!("s{index}"), rule));
        // A product with too many digits, or a type that does not fit, is refused: other rules take its place.
        if SegmentBook::new(definitions.clone()).and_then(|book| book.check(people.schema())).is_err() {
            definitions.pop();
        }
    }
    SegmentBook::new(definitions).expect("checked before")
}

fn keyed(random: &mut Random, rows: usize, keys: impl Iterator<Item = i64>) -> Table {
    let table = table(random, rows);
    let key = Column::integer("id", keys.map(Some).collect::<Vec<_>>());
    let mut dates = Vec::new();
    // Days and instants near those asked for: what happens to them is what time does.
    for name in ["date0", "timestamp0"] {
        let days: Vec<i64> = (0..rows).map(|_| 20_779 - random.pick(&[0, 1, -3, 7, 30, 31, 90, 365, 731, 9_000]) as i64).collect();
        let column = if name == "date0" {
            Column::date(name, days.iter().map(|day| Some(crate::time::Date::from_days(*day as i32))))
        } else {
            let at = |day: &i64| {
                Some(Timestamp::from_micros(day * 86_400_000_000 + random.pick(&[0, 1, 3_600_000_000, 10_860_000_000, 82_800_000_000])))
            };
            Column::timestamp(name, days.iter().map(at).collect::<Vec<_>>())
        };
        dates.push(if random.below(3) == 0 { table.column(name).expect("there") } else { column });
    }
    let columns = table.columns().map(|column| dates.iter().find(|date| date.name() == column.name()).cloned().unwrap_or(column));
    Table::from_columns(std::iter::once(key).chain(columns)).expect("a table")
}

const KINDS: [&str; 3] = ["open", "click", "call"];

fn evented(random: &mut Random) -> String {
    let kind = random.pick(&KINDS[..2]);
    let window = random.pick(&["1 day", "1 month", "36 hours", "90 days"]);
    match random.below(6) {
        0 | 1 => format!("event_count('{kind}', INTERVAL '{window}') >= {}", 1 + random.below(3)),
        2 => format!("days_since(last_event('{kind}')) > {}", random.below(40)),
        3 => format!("last_event('{kind}') < as_of() - INTERVAL '{window}'"),
        4 => format!("event_count('{kind}', INTERVAL '{window}') > event_count('{}', INTERVAL '2 days')", random.pick(&KINDS[..2])),
        _ => format!("first_event('{kind}') IS NULL OR small0 > 5"),
    }
}

/// Some columns of some rows, for citizens who are there or not.
fn rows_to_write(random: &mut Random) -> Table {
    let rows = 1 + random.below(5);
    let keys: Vec<i64> = (0..rows).map(|_| random.below(9) as i64).collect();
    let whole = keyed(random, rows, keys.into_iter());
    let keep = random.pick(&[1, 2, 20]);
    Table::from_columns(whole.columns().filter(|column| column.name() == "id" || random.below(keep) == 0)).expect("a table")
}

/// Who is in what: pairs of segment and key.
fn members(membership: &Membership) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for name in membership.names() {
        for row in membership.segment(name).expect("there").bitmap().ones_iter() {
            all.insert((name.to_owned(), membership.population().key(row).expect("a key")));
        }
    }
    all
}

struct History {
    book: SegmentBook,
    live: LiveSegments,
    people: Population,
    context: Context,
    before: BTreeSet<(String, String)>,
    seq: u64,
    /// Citizen, kind, instant and id.
    events: Vec<(i64, String, Timestamp, Option<String>)>,
}

fn event_table(events: &[(i64, String, Timestamp, Option<String>)]) -> Events {
    let columns = [
        Column::integer("id", events.iter().map(|event| Some(event.0))),
        Column::text("kind", events.iter().map(|event| Some(event.1.as_str()))),
        Column::timestamp("at", events.iter().map(|event| Some(event.2))),
    ];
    Events::from_table(&Table::from_columns(columns).expect("a table"), &EventColumns::default()).expect("events")
}

impl History {
    fn full(&self, people: &Population, as_of: Timestamp) -> BTreeSet<(String, String)> {
        let context = Context { as_of, ..self.context };
        let events = event_table(&self.events);
        members(&self.book.evaluate_with(people, &context, &Sources::new().events(&events), &Run::new().threads(1)).expect("evaluates"))
    }

    /// Nothing changes before the next change, and something does then.
    fn check_next(&mut self, random: &mut Random) {
        let rules: Vec<&str> = self.book.definitions().iter().map(|definition| definition.rule.as_str()).collect();
        let rules = format!("{rules:#?} at {} in {}", self.context.as_of, self.context.time_zone.name());
        let now = self.context.as_of.as_micros();
        // In the last hours of the calendar, steps on the wall clock end as the zone's offset has it.
        let next = self.live.next_change_at().filter(|at| at.as_micros() < 8_000_000_000_000_000_000);
        let until = next.map_or(now + 4_000 * DAY_MICROS, Timestamp::as_micros);
        for _ in 0..4 {
            let between = now + (random.next() % (until - now) as u64) as i64;
            assert_eq!(self.full(&self.people, Timestamp::from_micros(between)), self.before, "between, until {next:?}; {rules}");
        }
        assert_eq!(self.full(&self.people, Timestamp::from_micros(until - 1)), self.before, "before {next:?}; {rules}");
        if let Some(at) = next.filter(|_| until > now + 1 && until < now + 300 * DAY_MICROS) {
            assert_ne!(self.full(&self.people, at), self.before, "at {at}; {rules}");
        }
    }

    /// A new event, or one that was there already.
    fn append(&mut self, random: &mut Random) -> Changes {
        let known = self.events.iter().filter(|event| KINDS[..2].contains(&event.1.as_str())).cloned().collect::<Vec<_>>();
        let new = if random.below(3) == 0 && !known.is_empty() { random.pick(&known) } else { event(random, &self.context) };
        if !self.events.contains(&new) && new.1 != "call" {
            self.events.push(new.clone());
        }
        let told = Event { kind: &new.1, at: new.2, channel: None, value: None };
        self.live.append(&new.0.to_string(), &told, new.3.as_deref()).expect("an event")
    }

    /// The changes are the difference, and what is live is what a full evaluation gives.
    fn check(&mut self, changes: &Changes) {
        let mut now = self.before.clone();
        for change in changes.iter() {
            self.seq += 1;
            assert_eq!(change.seq, self.seq);
            let pair = (change.segment.to_owned(), change.key.to_owned());
            assert!(if change.entered { now.insert(pair) } else { now.remove(&pair) }, "{change:?}");
        }
        assert_eq!(self.live.seq(), self.seq);
        let wanted = self.full(&self.people, self.context.as_of);
        let rules: Vec<&str> = self.book.definitions().iter().map(|definition| definition.rule.as_str()).collect();
        assert_eq!(now, wanted, "changes; rules {rules:#?}");
        let membership = self.live.membership().expect("a membership");
        assert_eq!(members(&membership), wanted);
        assert_eq!(membership.counts(), self.live.counts());
        for name in membership.names() {
            let keys: Vec<Value> = self.live.members(name).expect("there").values().collect();
            assert!(keys == membership.segment(name).expect("there").keys().values().collect::<Vec<_>>());
        }
        let (live, people) = (self.live.population().expect("a population"), &self.people);
        assert_eq!((live.len(), live.schema()), (people.len(), people.schema()));
        assert!((0..people.len()).all(|row| same(&live.table().row(row), &people.table().row(row))));
        self.before = wanted;
    }
}

fn event(random: &mut Random, context: &Context) -> (i64, String, Timestamp, Option<String>) {
    let back = random.pick(&[0, 1, 3_600_000_000, DAY_MICROS, 30 * DAY_MICROS, 91 * DAY_MICROS, -DAY_MICROS, -5 * DAY_MICROS]);
    let at = Timestamp::from_micros(context.as_of.as_micros() - back);
    let id = random.pick(&[None, Some("a"), Some("b")]).map(str::to_owned);
    (random.below(9) as i64, random.pick(&KINDS).to_owned(), at, id)
}

fn same(one: &Record, other: &Record) -> bool {
    fn alike(a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(),
            (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
            (a, b) => a == b,
        }
    }
    one.fields().len() == other.fields().len() && one.fields().iter().zip(other.fields()).all(|(a, b)| alike(&a.1, &b.1))
}

/// The rows written one after the other into a population; `None` if one does not fit.
fn written(people: &Population, rows: &Table) -> Option<Population> {
    (0..rows.num_rows()).try_fold(people.clone(), |people, row| people.upsert(&rows.take(&[row]).ok()?).ok())
}

fn record(rows: &Table, row: usize) -> Record {
    rows.row(row)
}

fn run_history(seed: u64) {
    let random = &mut Random(seed);
    let people = random.below(6);
    let people = Population::from_table(keyed(random, people, 0..people as i64), "id").expect("unique keys");
    let zone: TimeZone = random.pick(&ZONES).parse().expect("a zone");
    let context = Context { as_of: Timestamp::parse(random.pick(&STARTS), zone).expect("an instant"), time_zone: zone };
    let book = book(random, &people);
    let events: Vec<_> = (0..random.below(9)).map(|_| event(random, &context)).map(|(key, kind, at, _)| (key, kind, at, None)).collect();
    let sources = LiveSources::new().events(event_table(&events));
    let live = book.live_with(&people, &context, &sources, &Run::new().threads(1)).expect("goes live");
    let mut history = History { book, live, people, context, before: BTreeSet::new(), seq: 0, events };
    history.before = history.full(&history.people, context.as_of);
    for _ in 0..10 {
        let changes = match random.below(5) {
            3 => history.append(random),
            4 => {
                let bytes = history.live.snapshot().expect("bytes");
                history.live = LiveSegments::restore(&bytes, &history.book).expect("the same book");
                let mut damaged = bytes;
                let place = random.below(damaged.len());
                damaged[place] ^= 1 << random.below(8);
                let kind = LiveSegments::restore(&damaged, &history.book).expect_err("damaged").kind();
                assert!(kind == ErrorKind::Corrupted || kind == ErrorKind::FormatVersion && (8..12).contains(&place));
                damaged.truncate(place);
                assert_eq!(LiveSegments::restore(&damaged, &history.book).expect_err("cut short").kind(), ErrorKind::Corrupted);
                history.live.changes()
            }
            0 => {
                let rows = rows_to_write(random);
                match written(&history.people, &rows).filter(|people| history.book.check(people.schema()).is_ok()) {
                    Some(people) => {
                        history.people = people;
                        history.live.upsert_table(&rows).expect("fits")
                    }
                    None => {
                        history.live.upsert_table(&rows).expect_err("does not fit");
                        history.live.changes()
                    }
                }
            }
            1 => {
                let rows = rows_to_write(random).take(&[0]).expect("a row");
                let one = record(&rows, 0);
                match history
                    .people
                    .upsert_records(std::slice::from_ref(&one))
                    .ok()
                    .filter(|people| history.book.check(people.schema()).is_ok())
                {
                    Some(people) => {
                        history.people = people;
                        history.live.upsert(&one).expect("fits")
                    }
                    None => {
                        history.live.upsert(&one).expect_err("does not fit");
                        history.live.changes()
                    }
                }
            }
            _ => {
                history.context.as_of = Timestamp::from_micros(history.context.as_of.as_micros() + random.pick(&STEPS));
                let back = Timestamp::from_micros(history.live.context().as_of.as_micros() - 1);
                assert_eq!(history.live.advance(back).expect_err("backwards").kind(), ErrorKind::InvalidArgument);
                history.live.advance(history.context.as_of).expect("forwards")
            }
        };
        history.check(&changes);
        if random.below(2) == 0 {
            history.check_next(random);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_history_ends_where_a_full_evaluation_does(seed in any::<u64>()) {
        run_history(seed);
    }
}

#[test]
fn many_rules_stay_what_a_full_evaluation_says() {
    // As a sum of products, this has 64 terms.
    let long = ["small", "wide", "float", "decimal", "date", "timestamp"];
    let long = long.map(|kind| format!("({kind}0 < {kind}1 OR {kind}0 IS NULL OR text0 = '{kind}')")).join(" AND ");
    for seed in 0..3 {
        let random = &mut Random(seed);
        let mut people = Population::from_table(keyed(random, 20, 0..20), "id").expect("unique keys");
        let mut definitions: Vec<SegmentDefinition> = Vec::new();
        while definitions.len() < 150 {
            let rule = match definitions.len() {
                70 => long.clone(),
                71 => "NOT in_segment('s70') AND in_segment('s3')".to_owned(),
                72 => format!("in_segment('s71') IS FALSE AND ({long}) AND NOT in_segment('s5')"),
                _ if random.below(3) == 0 => timed(random),
                _ => Writer { random: &mut *random, called: Vec::new() }.condition(2),
            };
            let definition = SegmentDefinition::new(format!("s{}", definitions.len()), rule);
            let alone = SegmentBook::new([definition.clone()]).and_then(|book| book.check(people.schema()));
            if definition.rule.contains("in_segment") || alone.is_ok() {
                definitions.push(definition);
            }
        }
        let book = SegmentBook::new(definitions).expect("checked before");
        let mut context = london("2026-11-22");
        let mut live = book.live(&people, &context, &Run::new().threads(1)).expect("goes live");
        for step in 0..40 {
            let rows = rows_to_write(random);
            if let Some(after) = written(&people, &rows).filter(|people| book.check(people.schema()).is_ok()) {
                people = after;
                live.upsert_table(&rows).expect("fits");
            }
            if step % 8 == 7 {
                context.as_of = Timestamp::from_micros(context.as_of.as_micros() + random.pick(&STEPS));
                live.advance(context.as_of).expect("forwards");
            }
            let wanted = members(&book.evaluate(&people, &context, &Run::new().threads(1)).expect("evaluates"));
            assert_eq!(members(&live.membership().expect("a membership")), wanted, "seed {seed}, step {step}");
        }
    }
}

fn small() -> Population {
    let columns = [
        Column::text("id", [Some("C-1"), Some("C-2")]),
        Column::integer("clicks", [Some(0), Some(9)]),
        Column::date("dob", [Some("2008-02-29".parse().expect("a date")), None]),
    ];
    Population::from_table(Table::from_columns(columns).expect("a table"), "id").expect("unique keys")
}

fn london(text: &str) -> Context {
    let time_zone: TimeZone = "Europe/London".parse().expect("a zone");
    Context { as_of: Timestamp::parse(text, time_zone).expect("an instant"), time_zone }
}

fn of(segments: &[(&str, &str)]) -> SegmentBook {
    SegmentBook::new(segments.iter().map(|(name, rule)| SegmentDefinition::new(*name, *rule))).expect("rules")
}

#[test]
fn what_is_below_zero_is_not_zero() {
    let column = Column::float("balance", [Some(-0.0), Some(5.0)]);
    let table = Table::from_columns([Column::integer("id", [Some(1), Some(2)]), column]).expect("a table");
    let people = Population::from_table(table, "id").expect("unique keys");
    let book = of(&[("below", "balance < 0"), ("zero", "balance IN (0, 7)"), ("above", "balance > 0")]);
    let mut live = book.live(&people, &london("2026-11-22"), &Run::new()).expect("goes live");
    for (balance, segment) in
        [(-5e-324, "below"), (-0.0, "zero"), (-1.5, "below"), (5e-324, "above"), (f64::NEG_INFINITY, "below"), (0.0, "zero")]
    {
        let record = [("id".to_owned(), Value::Integer(2)), ("balance".to_owned(), Value::Float(balance))].into_iter().collect();
        let changes = live.upsert(&record).expect("fits");
        assert!(changes.iter().any(|change| change.entered && change.segment == segment), "{balance}");
    }
}

#[test]
fn a_birthday_comes_at_local_midnight() {
    let context = london("2026-02-28T12:00:00Z");
    let mut live = of(&[("adult", "age(dob) >= 18")]).live(&small(), &context, &Run::new()).expect("goes live");
    // Who is born on 29 February turns 18 on 1 March, and never leaves again.
    assert_eq!(live.next_change_at(), Some(london("2026-03-01").as_of));
    assert_eq!(live.advance(london("2026-03-01").as_of).expect("forwards").len(), 1);
    assert_eq!(live.next_change_at(), None);
}

#[test]
fn a_month_that_is_shorter_turns_time_back() {
    let column = Column::timestamp("at", [Timestamp::parse_datetime("2026-02-28T12:00:00Z")]);
    let table = Table::from_columns([Column::integer("id", [Some(1)]), column]).expect("a table");
    let people = Population::from_table(table, "id").expect("unique keys");
    let mut live =
        of(&[("old", "at < as_of() - INTERVAL '1 month'")]).live(&people, &london("2026-03-28"), &Run::new()).expect("goes live");
    let mut flips = Vec::new();
    while let Some(next) = live.next_change_at() {
        let changes = live.advance(next).expect("forwards");
        flips.extend(changes.iter().map(|change| (next.to_string(), change.entered)));
    }
    // 28 to 31 March all lie a month after 28 February, each from its own midnight on; clocks go forward on the 29th.
    let wanted = [
        ("2026-03-28T12:00:00.000001Z", true),
        ("2026-03-29T00:00:00Z", false),
        ("2026-03-29T11:00:00.000001Z", true),
        ("2026-03-29T23:00:00Z", false),
        ("2026-03-30T11:00:00.000001Z", true),
        ("2026-03-30T23:00:00Z", false),
        ("2026-03-31T11:00:00.000001Z", true),
    ];
    assert_eq!(flips, wanted.map(|(at, entered)| (at.to_owned(), entered)));
}

#[test]
fn what_fails_changes_nothing() {
    let book = of(&[("active", "clicks > 5"), ("calm", "NOT in_segment('active')")]);
    let mut live = book.live(&small(), &london("2026-11-22"), &Run::new()).expect("goes live");
    let table = |ids: [Option<&str>; 2], clicks: Column| Table::from_columns([Column::text("id", ids), clicks]).expect("a table");
    let wrong = [
        table([Some("C-1"), Some("C-2")], Column::float("clicks", [Some(9.0), Some(1.5)])),
        table([Some("C-1"), None], Column::integer("clicks", [Some(9), Some(9)])),
        table([Some("C-1"), Some("")], Column::integer("clicks", [Some(9), Some(9)])),
        table([Some("C-1"), Some("C-9")], Column::text("clicks", [Some("9"), Some("9")])),
        table([Some("C-1"), Some("C-9")], Column::integer("click", [Some(9), Some(9)])),
    ];
    for rows in wrong {
        assert!(live.upsert_table(&rows).is_err());
        assert_eq!((live.seq(), live.len(), live.counts()[0].1), (0, 2, 1));
    }
    // Several rows of one citizen come one after the other.
    let rows = table([Some("C-1"), Some("C-1")], Column::integer("clicks", [Some(9), Some(0)]));
    let changes = live.upsert_table(&rows).expect("fits");
    let told: Vec<(u64, &str, bool)> = changes.iter().map(|change| (change.seq, change.segment, change.entered)).collect();
    assert_eq!(told, [(1, "active", true), (2, "calm", false), (3, "active", false), (4, "calm", true)]);
    assert_eq!(changes.to_table().expect("a table").column_names(), ["seq", "segment", "key", "entered"]);
    let other = of(&[("active", "clicks > 6")]);
    assert_eq!(LiveSegments::restore(&live.snapshot().expect("bytes"), &other).expect_err("another book").kind(), ErrorKind::Conflict);
    assert_eq!(LiveSegments::restore(b"", &book).expect_err("nothing").kind(), ErrorKind::Corrupted);
}

/// `cargo test --release -p citx-core --lib segments::live::tests::speed -- --ignored --nocapture`
#[test]
#[ignore = "measures"]
fn speed() {
    use std::time::Instant;
    let random = &mut Random(7);
    const ROWS: usize = 100_000;
    const ATTRIBUTES: usize = 50;
    let columns = (0..ATTRIBUTES)
        .map(|index| Column::integer(format!("a{index}"), (0..ROWS).map(|_| Some(random.below(1000) as i64)).collect::<Vec<_>>()));
    let columns: Vec<Column> = std::iter::once(Column::integer("id", (0..ROWS as i64).map(Some))).chain(columns).collect();
    let people = Population::from_table(Table::from_columns(columns).expect("a table"), "id").expect("unique keys");
    let segments = (0..1000).map(|index| {
        let leaf = |random: &mut Random| {
            format!("a{} {} {}", random.below(ATTRIBUTES), random.pick(&[">", "<", "=", ">="]), 50 * random.below(20))
        };
        let rule = (0..3).map(|_| leaf(random)).collect::<Vec<_>>().join(" AND ");
        SegmentDefinition::new(format!("s{index}"), format!("({rule}) OR ({} AND {})", leaf(random), leaf(random)))
    });
    let book = SegmentBook::new(segments.collect::<Vec<_>>()).expect("rules");
    let start = Instant::now();
    let mut live = book.live(&people, &london("2026-11-22"), &Run::new()).expect("goes live");
    let began = start.elapsed();
    let mut kept: Vec<Vec<i64>> = (0..ATTRIBUTES)
        .map(|index| {
            let column = people.table().column(&format!("a{index}")).expect("there");
            column.values().map(|value| if let Value::Integer(value) = value { value } else { 0 }).collect()
        })
        .collect();
    // How many of a row's values are given, and how many of these are new.
    let mut measure = |what: &str, given: usize, new: usize| {
        let mut records: Vec<Record> = Vec::new();
        for _ in 0..20_000 {
            let (first, row) = (random.below(ATTRIBUTES), random.below(ROWS));
            let mut record: Record = [("id".to_owned(), Value::Integer(row as i64))].into_iter().collect();
            for index in 0..given {
                let place = (first + index) % ATTRIBUTES;
                if index < new {
                    kept[place][row] = random.below(1000) as i64;
                }
                record.set(format!("a{place}"), Value::Integer(kept[place][row]));
            }
            records.push(record);
        }
        let (mut nanos, mut changes) = (Vec::new(), 0);
        for record in &records {
            let start = Instant::now();
            changes += live.upsert(record).expect("fits").len();
            nanos.push(start.elapsed().as_nanos());
        }
        nanos.sort_unstable();
        eprintln!("{what}: median {} ns, p99 {} ns, {changes} changes", nanos[nanos.len() / 2], nanos[nanos.len() * 99 / 100]);
    };
    measure("one attribute", 1, 1);
    measure("a whole row, one value new", ATTRIBUTES, 1);
    measure("a whole row, all values new", ATTRIBUTES, ATTRIBUTES);
    let rows = 100_000;
    let batch = Table::from_columns([
        Column::integer("id", (0..rows).map(|_| Some(random.below(ROWS) as i64)).collect::<Vec<_>>()),
        Column::integer("a7", (0..rows).map(|_| Some(random.below(1000) as i64)).collect::<Vec<_>>()),
    ]);
    let start = Instant::now();
    let changes = live.upsert_table(&batch.expect("a table")).expect("fits");
    eprintln!("batch of {rows}: {:?}, {} changes; went live in {began:?}", start.elapsed(), changes.len());
}
