//! Single records: what one plan may answer of another record's shape.

use super::*;
use crate::table::Decimal;

fn record(fields: &[(&str, Value)]) -> Record {
    fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// A book that has seen no record says the same.
fn matched(book: &SegmentBook, record: &Record) -> std::result::Result<Vec<String>, (ErrorKind, String)> {
    let answer = |book: &SegmentBook| book.match_record(record, &context()).map_err(|error| (error.kind(), error.to_string()));
    let answered = answer(book);
    let fresh = SegmentBook::new(book.definitions().to_vec()).expect("parsed before");
    assert_eq!(answered, answer(&fresh));
    answered
}

#[test]
fn records_with_nulls_are_what_they_are_alone() {
    let book = book(&[
        ("active", "clicks > 2"),
        ("north", "ward = 'North'"),
        ("unknown", "ward IS NULL OR clicks IS NULL"),
        ("few", "coalesce(spent, '10') < '9'"),
        ("tagged", "has_any(tags, 'a')"),
    ])
    .expect("parses");
    let clicks = [Value::Null, Value::Integer(9), Value::Integer(0), Value::Float(2.5)];
    let wards = [text("North"), Value::Null, text("South")];
    let spent = [Value::Integer(10), Value::Null, Value::Decimal(Decimal { digits: 85, scale: 1 })];
    let tags = [Value::Null, Value::List(vec![]), Value::List(vec![text("a"), Value::Null]), Value::List(vec![Value::Null])];
    for index in 0..3 * 144 {
        // In an order that mixes the shapes.
        let place = index * 61 % 144;
        let fields = [
            ("clicks", clicks[place % 4].clone()),
            ("other", if index % 7 == 0 { Value::Null } else { Value::Integer(1) }),
            ("ward", wards[place / 4 % 3].clone()),
            ("tags", tags[place / 12 % 4].clone()),
            ("spent", spent[place / 48].clone()),
        ];
        matched(&book, &record(&fields)).expect("fits");
    }
    let one = |spent: Value| record(&[("clicks", Value::Null), ("ward", Value::Null), ("tags", Value::Null), ("spent", spent)]);
    assert_eq!(matched(&book, &one(Value::Integer(10))), Ok(vec!["unknown".to_owned()]), "10 is a number beside a number");
    assert_eq!(matched(&book, &one(Value::Null)), Ok(vec!["unknown".to_owned(), "few".to_owned()]), "and text beside nothing");
}

#[test]
fn a_type_that_does_not_fit_is_an_error_after_one_that_did() {
    let book = book(&[("active", "clicks > 2"), ("new", "first_order - born < 30")]).expect("parses");
    let day = |day: &str| Value::Date(day.parse().expect("a date"));
    let fields = |clicks: Value, born: Value| record(&[("clicks", clicks), ("born", born), ("first_order", day("2026-02-01"))]);
    assert_eq!(matched(&book, &fields(Value::Integer(3), day("2026-01-20"))), Ok(vec!["active".to_owned(), "new".to_owned()]));
    assert_eq!(matched(&book, &fields(Value::Null, day("2026-01-20"))), Ok(vec!["new".to_owned()]));
    let (kind, message) = matched(&book, &fields(text("3"), day("2026-01-20"))).expect_err("text is no number");
    assert!(kind == ErrorKind::RuleType && message.contains("rule `active`"), "{message}");
    let (kind, _) = matched(&book, &fields(Value::Integer(3), Value::Integer(7))).expect_err("nor is a number a day");
    assert_eq!(kind, ErrorKind::RuleType);
    assert_eq!(matched(&book, &fields(Value::Integer(3), day("2026-01-20"))), Ok(vec!["active".to_owned(), "new".to_owned()]));
    // A null that stands for a day is none.
    assert_eq!(matched(&book, &fields(Value::Integer(3), Value::Null)), Ok(vec!["active".to_owned()]));
}

#[test]
fn a_missing_attribute_is_an_error_and_one_that_no_rule_reads_is_not() {
    let book = book(&[("active", "clicks > 2"), ("north", "ward = 'North'")]).expect("parses");
    let whole = record(&[("ward", text("North")), ("clicks", Value::Integer(3))]);
    assert_eq!(matched(&book, &whole), Ok(vec!["active".to_owned(), "north".to_owned()]));
    let (kind, message) = matched(&book, &record(&[("wards", text("North")), ("clicks", Value::Integer(3))])).expect_err("no ward");
    assert!(kind == ErrorKind::UnknownName && message.contains("did you mean `wards`?"), "{message}");
    assert_eq!(matched(&book, &Record::default()).expect_err("nothing").0, ErrorKind::UnknownName);
    for other in [text("x"), Value::Other, Value::Null, Value::List(vec![Value::Integer(1), text("a")])] {
        let more = record(&[("other", other), ("clicks", Value::Integer(0)), ("ward", text("North"))]);
        assert_eq!(matched(&book, &more), Ok(vec!["north".to_owned()]));
    }
    assert_eq!(matched(&book, &record(&[("clicks", Value::Other), ("ward", Value::Null)])).expect_err("unreadable").0, ErrorKind::RuleType);
    // A name may differ in case where only one does; of two values for one name the first counts.
    let cased =
        |more: &[(&str, Value)]| record(&[&[("WARD", text("North")), ("clicks", Value::Integer(3)), ("clicks", text("3"))], more].concat());
    assert_eq!(matched(&book, &cased(&[])), Ok(vec!["active".to_owned(), "north".to_owned()]));
    assert_eq!(matched(&book, &cased(&[("Ward", text("South"))])).expect_err("which?").0, ErrorKind::UnknownName);
    assert_eq!(matched(&book, &cased(&[("ward", text("South"))])), Ok(vec!["active".to_owned()]));
}

/// `cargo test --release -p citx-core --lib segments::tests::records::speed -- --ignored --nocapture`
#[test]
#[ignore = "measures"]
fn speed() {
    use std::time::Instant;
    let mut state = 7_u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut leaf = || {
        let (attribute, number) = (below(26), below(20) * 50);
        match attribute % 4 {
            0 => format!("a{attribute} > {number}"),
            1 => format!("a{attribute} IN ('t{number}', 't50', 't100')"),
            2 => format!("a{attribute} * 1.5 < {number}"),
            _ => format!("days_since(a{attribute}) > {number}"),
        }
    };
    let rule = |index| SegmentDefinition::new(format!("s{index}"), format!("({} AND {}) OR ({} AND {})", leaf(), leaf(), leaf(), leaf()));
    let book = SegmentBook::new((0..1000).map(rule).collect::<Vec<_>>()).expect("rules");
    let records = (0..2000).map(|_| {
        let value = |index: u64, number: u64| match index % 4 {
            0 => Value::Integer(number as i64),
            1 => text(&format!("t{}", number / 50 * 50)),
            2 => Value::Float(number as f64),
            _ => Value::Date(crate::time::Date::from_days(20_000 + number as i32)),
        };
        (0..26).map(|index| (format!("a{index}"), if below(5) == 0 { Value::Null } else { value(index, below(1000)) })).collect()
    });
    let records: Vec<Record> = records.collect();
    let mut nanos = Vec::new();
    for record in &records {
        let start = Instant::now();
        book.match_record(record, &context()).expect("fits");
        nanos.push(start.elapsed().as_nanos());
    }
    let slow = nanos.iter().filter(|nanos| **nanos > 2_000_000).count();
    eprintln!("first {} us, {slow} of {} above 2 ms", nanos[0] / 1000, nanos.len());
    nanos.sort_unstable();
    eprintln!("median {} us, p99 {} us", nanos[nanos.len() / 2] / 1000, nanos[nanos.len() * 99 / 100] / 1000);
}
