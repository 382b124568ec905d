//! Differences between memberships, and between books.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// Citizens with these keys and clicks.
fn clicking(rows: &[(u32, i64)]) -> Population {
    let columns = [
        Column::text("id", rows.iter().map(|(key, _)| Some(format!("C-{key}")))),
        Column::integer("clicks", rows.iter().map(|(_, clicks)| Some(*clicks))),
    ];
    Population::from_table(Table::from_columns(columns).expect("columns of one length"), "id").expect("unique keys")
}

fn evaluate(book: &SegmentBook, people: &Population) -> Membership {
    book.evaluate(people, &context(), &Run::new()).expect("evaluates")
}

fn changes(table: &Table) -> Vec<(String, String, String)> {
    let texts = |name: &str| table.column(name).expect("there").values().map(text).collect::<Vec<_>>();
    texts("segment").into_iter().zip(texts("key")).zip(texts("change")).map(|((a, b), c)| (a, b, c)).collect()
}

fn text(value: Value) -> String {
    match value {
        Value::Text(text) => text,
        Value::Integer(number) => number.to_string(),
        other => other.type_name().to_owned(),
    }
}

fn counts(table: &Table) -> Vec<(String, [Option<i64>; 4])> {
    let number = |row: usize, name: &str| match table.column(name).expect("there").value(row) {
        Value::Integer(number) => Some(number),
        _ => None,
    };
    let names = table.column("segment").expect("there").values().map(text).collect::<Vec<_>>();
    names
        .into_iter()
        .enumerate()
        .map(|(row, name)| (name, ["before", "after", "entered", "left"].map(|column| number(row, column))))
        .collect()
}

/// Keys in any order, each once.
fn snapshot() -> impl Strategy<Value = Vec<(u32, i64)>> {
    let rows = proptest::collection::btree_map(0_u32..60, 0_i64..4, 0..50);
    rows.prop_map(|rows| rows.into_iter().collect::<Vec<_>>()).prop_shuffle()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_difference_is_that_of_the_sets_of_keys(before in snapshot(), after in snapshot(), upserted in any::<bool>(), threads in 1_usize..4) {
        let book = book(&[("some", "clicks > 0"), ("many", "clicks > 2")]).expect("parses");
        let old = clicking(&before);
        // An upsert keeps the rows and adds new ones behind them.
        let new = if upserted { old.upsert(clicking(&after).table()).expect("of the same columns") } else { clicking(&after) };
        let (old, new) = (evaluate(&book, &old), evaluate(&book, &new));
        let diff = new.diff(&old, &Run::new().threads(threads)).expect("a difference");
        let keys = |membership: &Membership, name: &str| -> BTreeSet<String> {
            membership.segment(name).expect("there").keys().values().map(text).collect()
        };
        for name in ["some", "many"] {
            let (then, now) = (keys(&old, name), keys(&new, name));
            let found = |kind: &str| -> Vec<String> {
                changes(&diff.changes).into_iter().filter(|(segment, _, change)| segment == name && change == kind).map(|(_, key, _)| key).collect()
            };
            let (entered, left) = (found("entered"), found("left"));
            prop_assert_eq!(entered.iter().cloned().collect::<BTreeSet<_>>(), &now - &then);
            prop_assert_eq!(left.iter().cloned().collect::<BTreeSet<_>>(), &then - &now);
            let expected = [then.len(), now.len(), entered.len(), left.len()].map(|count| Some(count as i64));
            prop_assert!(counts(&diff.counts).contains(&(name.to_owned(), expected)));
        }
    }

    #[test]
    fn a_book_shows_the_moves_that_evaluating_both_shows(limits in proptest::array::uniform6(0_i64..4), rows in snapshot()) {
        let people = clicking(&rows);
        let [a, b, c, x, y, z] = limits;
        let rule = |name: &str, limit: i64| format!("in_segment('{name}') AND clicks <> {limit}");
        let old = book(&[("a", &format!("clicks > {a}")), ("b", &rule("a", b)), ("c", &rule("b", c)), ("gone", "TRUE")]).expect("parses");
        let new = book(&[("new", "TRUE"), ("c", &rule("b", z)), ("b", &rule("a", y)), ("a", &format!("clicks > {x}"))]).expect("parses");
        let diff = old.diff(&new, &people, &context(), &Run::new()).expect("a difference");
        let whole = evaluate(&new, &people).diff(&evaluate(&old, &people), &Run::new()).expect("a difference");
        prop_assert_eq!(changes(&diff.moves), changes(&whole.changes));
        prop_assert_eq!((diff.added, diff.removed), (vec!["new".to_owned()], vec!["gone".to_owned()]));
        let changed: Vec<String> = [("c", c != z), ("b", b != y), ("a", a != x)].iter().filter(|one| one.1).map(|one| one.0.to_owned()).collect();
        prop_assert_eq!(diff.changed, changed);
        let all = counts(&whole.counts);
        prop_assert!(counts(&diff.counts).iter().all(|one| all.contains(one)));
    }
}

#[test]
fn segments_of_one_side_are_named_and_not_listed() {
    let people = clicking(&[(1, 1), (2, 3)]);
    let old = evaluate(&book(&[("a", "clicks > 2"), ("b", "TRUE")]).expect("parses"), &people);
    let new = evaluate(&book(&[("c", "TRUE"), ("a", "clicks < 2")]).expect("parses"), &people);
    let diff = new.diff(&old, &Run::new()).expect("a difference");
    assert_eq!((diff.added, diff.removed), (vec!["c".to_owned()], vec!["b".to_owned()]));
    let moved = |key: &str, change: &str| ("a".to_owned(), key.to_owned(), change.to_owned());
    assert_eq!(changes(&diff.changes), [moved("C-1", "entered"), moved("C-2", "left")]);
    let expected = [
        ("c".to_owned(), [None, Some(2), None, None]),
        ("a".to_owned(), [Some(1), Some(1), Some(1), Some(1)]),
        ("b".to_owned(), [Some(2), None, None, None]),
    ];
    assert_eq!(counts(&diff.counts), expected);
    let none = new.diff(&new, &Run::new()).expect("a difference");
    assert_eq!((none.changes.num_rows(), none.added.len(), none.removed.len()), (0, 0, 0));
    assert_eq!(none.changes.column_names(), ["segment", "key", "change"]);
}

#[test]
fn whoever_is_gone_has_left_and_a_key_keeps_its_type() {
    let people = |keys: Column| Population::from_table(Table::from_columns([keys]).expect("a table"), "id").expect("unique keys");
    let book = book(&[("all", "TRUE")]).expect("parses");
    let numbers = evaluate(&book, &people(Column::integer("id", [Some(17), Some(4)])));
    let fewer = evaluate(&book, &people(Column::integer("id", [Some(4), Some(9)])));
    let diff = fewer.diff(&numbers, &Run::new()).expect("a difference");
    let keys: Vec<Value> = diff.changes.column("key").expect("there").values().collect();
    assert!(keys == [Value::Integer(9), Value::Integer(17)]);
    // 17 and '17' are one key.
    let texts = evaluate(&book, &people(Column::text("id", [Some("17"), Some("x")])));
    let diff = texts.diff(&numbers, &Run::new()).expect("a difference");
    let all = |key: &str, change: &str| ("all".to_owned(), key.to_owned(), change.to_owned());
    assert_eq!(changes(&diff.changes), [all("x", "entered"), all("4", "left")]);
    let nobody = evaluate(&book, &people(Column::text::<&str>("id", [])));
    assert_eq!(changes(&nobody.diff(&texts, &Run::new()).expect("a difference").changes), [all("17", "left"), all("x", "left")]);
    assert_eq!(changes(&texts.diff(&nobody, &Run::new()).expect("a difference").changes), [all("17", "entered"), all("x", "entered")]);
}

#[test]
fn keys_of_dictionaries_and_of_slices_are_compared_as_they_are() {
    let keys = |texts: &[&str]| -> arrow_array::ArrayRef {
        std::sync::Arc::new(texts.iter().copied().map(Some).collect::<arrow_array::DictionaryArray<arrow_array::types::Int8Type>>())
    };
    let people = |array: arrow_array::ArrayRef| {
        Population::from_table(Table::from_columns([Column::new("id", array)]).expect("a table"), "id").expect("unique keys")
    };
    let book = book(&[("all", "id <> 'c'")]).expect("parses");
    let then = evaluate(&book, &people(keys(&["x", "a", "b", "c"]).slice(1, 3)));
    let now = evaluate(&book, &people(keys(&["b", "c", "d", "y", "z"]).slice(0, 3)));
    let all = |key: &str, change: &str| ("all".to_owned(), key.to_owned(), change.to_owned());
    assert_eq!(changes(&now.diff(&then, &Run::new()).expect("a difference").changes), [all("d", "entered"), all("a", "left")]);
    // The same rows in both, and more behind them.
    let more = evaluate(&book, &people(keys(&["a", "b", "c", "e"])));
    assert_eq!(changes(&more.diff(&then, &Run::new()).expect("a difference").changes), [all("e", "entered")]);
    assert_eq!(changes(&then.diff(&more, &Run::new()).expect("a difference").changes), [all("e", "left")]);
}

#[test]
fn a_book_is_compared_where_a_change_reaches() {
    let people = clicking(&[(1, 1), (2, 3)]);
    // A rule that no change reaches is not evaluated, so that an attribute it lacks does not matter.
    let old = book(&[("a", "clicks > 2"), ("b", "NOT in_segment('a')"), ("c", "in_segment('b')"), ("far", "no_such_attribute = 1")]);
    // The second is the same rule, written otherwise.
    let new = book(&[("a", "clicks > 0"), ("b", "not (in_segment('a'))"), ("c", "in_segment('b')"), ("far", "no_such_attribute = 1")]);
    let (old, new) = (old.expect("parses"), new.expect("parses"));
    let diff = old.diff(&new, &people, &context(), &Run::new()).expect("a difference");
    let moved = |segment: &str, change: &str| (segment.to_owned(), "C-1".to_owned(), change.to_owned());
    assert_eq!(changes(&diff.moves), [moved("a", "entered"), moved("b", "left"), moved("c", "left")]);
    assert_eq!(diff.changed, ["a"]);
    let same = old.diff(&old, &people, &context(), &Run::new()).expect("a difference");
    assert_eq!((same.moves.num_rows(), same.counts.num_rows(), same.changed.len()), (0, 0, 0));
    let wrong = book(&[("a", "no_such_attribute = 1")]).expect("parses");
    assert_eq!(old.diff(&wrong, &people, &context(), &Run::new()).expect_err("not there").kind(), ErrorKind::UnknownName);
}

#[test]
fn a_book_whose_places_moved_has_changed() {
    let columns = [
        Column::integer("id", [Some(1), Some(2)]),
        Column::float("lat", [Some(51.5), Some(53.5)]),
        Column::float("lon", [Some(0.0), Some(0.0)]),
    ];
    let people = Population::from_table(Table::from_columns(columns).expect("a table"), "id").expect("unique keys");
    let near = book(&[("near", "within_m_any(lat, lon, 'shops', 10)"), ("far", "within_m_any(lat, lon, 'parks', 10)")]).expect("parses");
    let with =
        |shop: (f64, f64)| near.with_places("shops", [shop]).and_then(|book| book.with_places("parks", [(0.0, 0.0)])).expect("on earth");
    let (old, new) = (with((51.5, 0.0)), with((53.5, 0.0)));
    let diff = old.diff(&new, &people, &context(), &Run::new()).expect("a difference");
    assert_eq!(diff.changed, ["near"]);
    let moved = |key: &str, change: &str| ("near".to_owned(), key.to_owned(), change.to_owned());
    assert_eq!(changes(&diff.moves), [moved("2", "entered"), moved("1", "left")]);
    assert!(old.diff(&with((51.5, 0.0)), &people, &context(), &Run::new()).expect("a difference").changed.is_empty());
}

#[test]
fn what_would_take_too_much_memory_is_not_begun() {
    let (people, book) = (clicking(&[(1, 1), (2, 3)]), book(&[("a", "clicks > 2"), ("b", "clicks IN (1, 2)")]).expect("parses"));
    let needed = book.memory_needed(&people, &Run::new().threads(1)).expect("compiles");
    assert!(book.memory_needed(&people, &Run::new().threads(8)).expect("compiles") > needed);
    let evaluate = |limit: u64| book.evaluate(&people, &context(), &Run::new().threads(1).memory_limit(limit));
    let error = evaluate(needed - 1).expect_err("too much");
    assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    assert!(error.to_string().contains(&needed.to_string()), "{error}");
    let overlap = evaluate(needed).expect("enough").overlap(&Run::new().memory_limit(100));
    assert_eq!(overlap.expect_err("too much").kind(), ErrorKind::LimitExceeded);
    // A bit for each citizen and segment is the least.
    let many = clicking(&(0..100_000).map(|key| (key, 1)).collect::<Vec<_>>());
    assert!((25_000..250_000).contains(&book.memory_needed(&many, &Run::new().threads(1)).expect("compiles")));
}

#[test]
fn definitions_say_what_they_are_for_and_when_they_are_due() {
    let text = "plain = 'TRUE'\n[kept]\nrule = 'TRUE'\ndescription = 'd'\nowner = 'o'\nreview_by = 2027-04-01\n[late]\nrule = 'TRUE'\nreview_by = 2026-01-31";
    let book = SegmentBook::parse_toml(text).expect("TOML");
    let kept = book.definition("kept").expect("there");
    assert_eq!((kept.description.as_deref(), kept.owner.as_deref(), kept.review_by.as_deref()), (Some("d"), Some("o"), Some("2027-04-01")));
    assert_eq!(book.definition("kep").expect_err("not there").kind(), ErrorKind::UnknownName);
    let due = |date: &str| book.due_for_review(date.parse().expect("a date")).iter().map(|one| one.name.as_str()).collect::<Vec<_>>();
    assert_eq!((due("2026-01-30"), due("2026-01-31"), due("2027-04-01")), (vec![], vec!["late"], vec!["kept", "late"]));
    assert_eq!((book.len(), book.is_empty(), (&book).into_iter().count()), (3, false, 3));
}
