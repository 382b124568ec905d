//! Tests of segments.

mod changes;
mod large;
mod records;
mod sets;

use super::*;
use crate::citizens::Population;
use crate::rules::Context;
use crate::table::{Column, Record, Table, Value};
use crate::time::{TimeZone, Timestamp};
use crate::{ErrorKind, Run};

fn context() -> Context {
    Context { as_of: Timestamp::parse("2026-11-22", TimeZone::UTC).expect("an instant"), time_zone: TimeZone::UTC }
}

fn people() -> Population {
    let columns = [
        Column::text("id", [Some("C-1"), Some("C-2"), Some("C-3"), Some("C-4")]),
        Column::integer("clicks", [Some(0), Some(9), None, Some(3)]),
        Column::text("ward", [Some("North"), Some("South"), Some("North"), None]),
    ];
    Population::from_table(Table::from_columns(columns).expect("columns of one length"), "id").expect("unique keys")
}

fn book(segments: &[(&str, &str)]) -> crate::Result<SegmentBook> {
    SegmentBook::new(segments.iter().map(|(name, rule)| SegmentDefinition::new(*name, *rule)))
}

fn membership() -> Membership {
    let book = book(&[("active", "clicks > 2"), ("north", "ward = 'North'"), ("both", "in_segment('active') AND in_segment('north')")]);
    book.expect("parses").evaluate(&people(), &context(), &Run::new()).expect("evaluates")
}

fn keys(segment: &Segment) -> Vec<String> {
    segment.keys().values().map(|value| if let Value::Text(key) = value { key } else { String::new() }).collect()
}

#[test]
fn members_are_those_for_whom_the_rule_is_true() {
    let membership = membership();
    assert_eq!(membership.names(), ["active", "north", "both"]);
    assert_eq!(membership.counts(), [("active".to_owned(), 2), ("north".to_owned(), 2), ("both".to_owned(), 0)]);
    let active = membership.segment("active").expect("there");
    assert_eq!(keys(&active), ["C-2", "C-4"]);
    assert_eq!(active.keys().name(), "id");
    let mask: Vec<Value> = active.mask().values().collect();
    assert!(mask == [false, true, false, true].map(Value::Boolean));
    let error = membership.segment("activ").expect_err("not there");
    assert_eq!(error.kind(), ErrorKind::UnknownName);
    assert!(error.to_string().contains("did you mean `active`?"));
}

#[test]
fn segments_combine_as_sets() {
    let membership = membership();
    let (active, north) = (membership.segment("active").expect("there"), membership.segment("north").expect("there"));
    let not_active = active.complement();
    assert_eq!(keys(&not_active), ["C-1", "C-3"]);
    let both = active.or(&north).expect("one population").minus(&active).expect("one population");
    assert_eq!((both.name(), keys(&both)), ("(active | north) - active", vec!["C-1".to_owned(), "C-3".to_owned()]));
    assert_eq!(both.columns_used(), ["clicks", "ward"]);
    assert_eq!(active.and(&not_active).expect("one population").name(), "active & ~active");
    assert!(active.and(&not_active).expect("one population").is_empty());
    let elsewhere = book(&[("a", "TRUE")]).expect("parses").evaluate(&people(), &context(), &Run::new()).expect("evaluates");
    let error = active.and(&elsewhere.segment("a").expect("there")).expect_err("two populations");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_membership_is_a_table_of_key_and_masks() {
    let table = membership().to_table();
    assert_eq!(table.column_names(), ["id", "active", "north", "both"]);
    assert_eq!(table.num_rows(), 4);
    let clash = book(&[("id", "TRUE")]).expect("parses").evaluate(&people(), &context(), &Run::new());
    assert_eq!(clash.expect_err("called as the key").kind(), ErrorKind::Conflict);
    let empty = Table::from_columns([Column::text::<&str>("id", []), Column::integer("clicks", [])]).expect("no rows");
    let nobody = Population::from_table(empty, "id").expect("no keys");
    let membership = book(&[("a", "clicks > 2")]).expect("parses").evaluate(&nobody, &context(), &Run::new()).expect("evaluates");
    assert_eq!((membership.to_table().num_rows(), membership.counts()), (0, vec![("a".to_owned(), 0)]));
    assert_eq!(membership.segment("a").expect("there").complement().len(), 0);
}

#[test]
fn keys_keep_their_type() {
    let columns = [Column::integer("id", [Some(17), Some(-4)]), Column::boolean("b", [Some(false), Some(true)])];
    let people = Population::from_table(Table::from_columns(columns).expect("a table"), "id").expect("unique keys");
    let membership = book(&[("b", "b")]).expect("parses").evaluate(&people, &context(), &Run::new()).expect("evaluates");
    let keys = membership.segment("b").expect("there").keys();
    assert!(keys.values().collect::<Vec<_>>() == [Value::Integer(-4)]);
}

#[test]
fn names_are_checked() {
    for name in ["", "1a", "_a", "a b", "\u{e9}", "a.b", "a/b", &"a".repeat(65)] {
        assert_eq!(book(&[(name, "TRUE")]).expect_err(name).kind(), ErrorKind::InvalidArgument, "{name}");
    }
    assert!(book(&[("A-b_9", "TRUE"), (&"a".repeat(64), "TRUE")]).is_ok());
    assert_eq!(book(&[("a", "TRUE"), ("a", "TRUE")]).expect_err("twice").kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_book_keeps_the_order_of_its_toml() {
    let text = "zeta = \"clicks > 2\"\n[alpha]\nrule = \"in_segment('zeta')\"\ndescription = \"d\"\nowner = \"o\"\nreview_by = 2027-04-01\n[beta]\nrule = 'TRUE'\nreview_by = \"2027-04-01\"\n";
    let book = SegmentBook::parse_toml(text).expect("TOML");
    let names: Vec<&str> = book.definitions().iter().map(|definition| definition.name.as_str()).collect();
    assert_eq!(names, ["zeta", "alpha", "beta"]);
    assert_eq!(book.definitions()[1].review_by.as_deref(), Some("2027-04-01"));
    for (text, kind) in [
        ("a = 3", ErrorKind::InvalidArgument),
        ("[a]\nowner = 'x'", ErrorKind::InvalidArgument),
        ("[a]\nrule = 'TRUE'\nowned = 'x'", ErrorKind::InvalidArgument),
        ("[a]\nrule = 3", ErrorKind::InvalidArgument),
        ("[a]\nrule = 'TRUE'\nreview_by = '1 April 2027'", ErrorKind::InvalidArgument),
        ("[a]\nrule = 'TRUE'\nreview_by = 2027-04-01T10:00:00Z", ErrorKind::InvalidArgument),
        ("a = 'TRUE'\na = 'FALSE'", ErrorKind::InvalidArgument),
        ("a = ", ErrorKind::InvalidArgument),
        ("a = 'x >'", ErrorKind::RuleSyntax),
        ("a = \"in_segment('b')\"", ErrorKind::UnknownName),
        ("a = \"in_segment('a')\"", ErrorKind::RuleSyntax),
    ] {
        assert_eq!(SegmentBook::parse_toml(text).expect_err(text).kind(), kind, "{text}");
    }
    assert!(SegmentBook::parse_toml("").expect("an empty book").definitions().is_empty());
}

#[test]
fn a_book_may_stand_below_a_heading_as_in_a_project_file() {
    let names = |text: &str| {
        let book = SegmentBook::parse_toml(text).expect(text);
        book.definitions().iter().map(|definition| definition.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names("[segments]\nzeta = 'TRUE'\n[segments.alpha]\nrule = 'FALSE'"), ["zeta", "alpha"]);
    assert_eq!(names("[segments]\nrule = 'TRUE'"), ["segments"]);
    assert_eq!(names("[segments]\nrule = 'TRUE'\n[other]\nrule = 'TRUE'"), ["segments", "other"]);
    assert!(names("[segments]").is_empty());
    assert!(SegmentBook::parse_toml("[segments]\na = 'TRUE'\n[b]\nrule = 'TRUE'").is_err());
}

#[test]
fn one_record_needs_the_attributes_that_are_read_and_no_more() {
    let book = book(&[("active", "clicks > 2"), ("north", "ward = 'North'"), ("quiet", "NOT in_segment('active')")]).expect("parses");
    let record = |fields: &[(&str, Value)]| fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<Record>();
    let whole = record(&[("clicks", Value::Integer(5)), ("ward", Value::Null), ("other", Value::Other)]);
    assert_eq!(book.match_record(&whole, &context()).expect("all there"), ["active"]);
    let lacking = record(&[("clicks", Value::Integer(5))]);
    let error = book.match_record(&lacking, &context()).expect_err("no ward");
    assert_eq!(error.kind(), ErrorKind::UnknownName);
    assert!(error.to_string().contains("`ward`"));
    // Only the segment asked about, and what it calls, is compiled.
    assert_eq!(book.explain("quiet", &lacking, &context()).expect("no ward is needed").outcome, Some(false));
    assert_eq!(book.explain("nort", &lacking, &context()).expect_err("not there").kind(), ErrorKind::UnknownName);
    assert_eq!(book.columns_used("quiet").expect("there"), ["clicks"]);
    assert_eq!(book.columns_used("quite").expect_err("not there").kind(), ErrorKind::UnknownName);
    // Records of many shapes come and go.
    for shape in 0..40 {
        let odd = record(&[
            ("clicks", Value::Float(f64::from(shape))),
            ("ward", Value::Text("North".into())),
            (&format!("x{shape}"), Value::Null),
        ]);
        assert!(book.match_record(&odd, &context()).expect("all there").contains(&"north".to_owned()));
    }
    let wrong = record(&[("clicks", Value::Text("five".into())), ("ward", Value::Null)]);
    let error = book.match_record(&wrong, &context()).expect_err("text is no number");
    assert_eq!(error.kind(), ErrorKind::RuleType);
    assert!(!error.to_string().contains("five"));
}

#[test]
fn a_record_matches_as_its_row_does() {
    let (book, people) = (book(&[("active", "clicks > 2"), ("north", "ward = 'North' OR clicks IS NULL")]).expect("parses"), people());
    let membership = book.evaluate(&people, &context(), &Run::new()).expect("evaluates");
    for row in 0..people.len() {
        let record = people.table().row(row);
        let names = book.match_record(&record, &context()).expect("all there");
        for name in membership.names() {
            assert_eq!(membership.segment(name).expect("there").bitmap().get(row), names.contains(&name.to_owned()));
        }
    }
}

#[test]
fn long_chains_of_segments_cost_no_machine_stack() {
    let work = || {
        let mut definitions = vec![SegmentDefinition::new("s0", "clicks > 2")];
        // Each calls the one before twice: a tree of it would have 2^20000 leaves.
        definitions.extend(
            (1..20_000)
                .map(|n| SegmentDefinition::new(format!("s{n}"), format!("in_segment('s{}') OR NOT NOT in_segment('s{}')", n - 1, n - 1))),
        );
        let book = SegmentBook::new(definitions).expect("parses");
        let record: Record = [("clicks".to_owned(), Value::Integer(5))].into_iter().collect();
        let tree = book.explain("s19999", &record, &context()).expect("explains");
        assert_eq!(tree.outcome, Some(true));
        assert_eq!(book.match_record(&record, &context()).expect("matches").len(), 20_000);
        assert_eq!(book.columns_used("s19999").expect("there"), ["clicks"]);
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(work).expect("a thread").join().expect("no overflow, no panic");
}

#[test]
fn a_book_has_at_most_65_535_segments() {
    let many = (0..65_536).map(|n| SegmentDefinition::new(format!("s{n}"), "TRUE"));
    assert_eq!(SegmentBook::new(many).expect_err("too many").kind(), ErrorKind::LimitExceeded);
}

#[test]
fn instants_a_month_before_lie_in_another_order() {
    let texts = ["2026-03-28T05:00:00Z", "2026-03-28T12:00:00Z", "2026-03-29T00:00:00Z", "2026-03-31T07:00:00Z", "2026-04-01T00:00:00Z"];
    let at = |text: &str| Timestamp::parse(text, TimeZone::UTC).expect("an instant");
    let columns = [Column::text("id", texts.map(Some)), Column::timestamp("at", texts.map(|text| Some(at(text))))];
    let people = Population::from_table(Table::from_columns(columns).expect("columns of one length"), "id").expect("unique keys");
    let book = book(&[("before", "at - INTERVAL '1 month' < as_of()")]).expect("parses");
    let context = Context { as_of: at("2026-02-28T06:00:00Z"), time_zone: TimeZone::UTC };
    let before = book.evaluate(&people, &context, &Run::new()).expect("evaluates").segment("before").expect("there");
    assert_eq!(keys(&before), [texts[0], texts[2]], "28 February at 5:00 and 0:00, not at 12:00, 7:00 nor 1 March");
}
