//! Overlap, crosstab, exclusive membership, Roaring bytes, explanations.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::types::Int8Type;
use arrow_array::{
    Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int8Array, LargeStringArray, ListArray, NullArray, StringViewArray,
    TimestampSecondArray, UInt64Array,
};
use proptest::prelude::*;

use super::*;
use crate::rules::Sources;
use crate::{Bitmap, CancelToken};

/// A membership of these masks, one segment `s0`, `s1`, .. for each.
fn masks(masks: &[Vec<bool>]) -> Membership {
    let rows = masks.first().map_or(0, Vec::len);
    let key = Column::integer("id", (0..rows as i64).map(Some));
    let columns = masks.iter().enumerate().map(|(index, mask)| Column::boolean(format!("c{index}"), mask.iter().copied().map(Some)));
    let table = Table::from_columns(std::iter::once(key).chain(columns)).expect("columns of one length");
    let people = Population::from_table(table, "id").expect("unique keys");
    let definitions = (0..masks.len()).map(|index| SegmentDefinition::new(format!("s{index}"), format!("c{index}")));
    SegmentBook::new(definitions).expect("parses").evaluate(&people, &context(), &Run::new()).expect("evaluates")
}

fn random_masks(segments: usize, rows: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Vec<bool>>> {
    rows.prop_flat_map(move |rows| proptest::collection::vec(proptest::collection::vec(any::<bool>(), rows), 0..segments))
}

fn integers(table: &Table, column: &str) -> Vec<Option<i64>> {
    let value = |value| if let Value::Integer(value) = value { Some(value) } else { None };
    table.column(column).expect("there").values().map(value).collect()
}

fn texts(table: &Table, column: &str) -> Vec<String> {
    let value = |value| if let Value::Text(value) = value { value } else { String::new() };
    table.column(column).expect("there").values().map(value).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn overlap_counts_every_pair(masks_of in random_masks(7, 0..200), threads in 1_usize..4) {
        let membership = masks(&masks_of);
        let table = membership.overlap(&Run::new().threads(threads)).expect("a matrix");
        prop_assert_eq!(table.num_rows(), masks_of.len() * masks_of.len());
        let (both, either) = (integers(&table, "both"), integers(&table, "either"));
        let (a, b) = (texts(&table, "a"), texts(&table, "b"));
        for (i, one) in masks_of.iter().enumerate() {
            for (j, other) in masks_of.iter().enumerate() {
                let at = i * masks_of.len() + j;
                let count = |wanted: fn(bool, bool) -> bool| one.iter().zip(other).filter(|(a, b)| wanted(**a, **b)).count() as i64;
                let (shared, union) = (count(|a, b| a && b), count(|a, b| a || b));
                prop_assert_eq!((&a[at], &b[at]), (&format!("s{i}"), &format!("s{j}")));
                prop_assert_eq!((both[at], either[at]), (Some(shared), Some(union)));
                let jaccard = table.column("jaccard").expect("there").value(at);
                let expected = if union == 0 { Value::Null } else { Value::Float(shared as f64 / union as f64) };
                prop_assert!(jaccard == expected);
            }
        }
    }

    #[test]
    fn roaring_bytes_come_back_as_they_were(mask in proptest::collection::vec(any::<bool>(), 0..3000), run in any::<bool>()) {
        let mask: Vec<bool> = if run { mask.iter().enumerate().map(|(row, _)| row > 7 && row % 1000 < 900).collect() } else { mask };
        let membership = masks(&[mask]);
        let segment = membership.segment("s0").expect("there");
        let bytes = segment.to_roaring();
        let again = Segment::from_roaring(membership.population(), &context(), "again", &bytes).expect("read");
        prop_assert_eq!(again.bitmap(), segment.bitmap());
        let whole = [("s0", bytes.as_slice())];
        let kept = Membership::from_roaring(membership.book(), membership.population(), &context(), whole).expect("read");
        prop_assert_eq!(kept.counts(), membership.counts());
        let kept = kept.segment("s0").expect("there");
        prop_assert_eq!(kept.columns_used(), segment.columns_used());
    }

    #[test]
    fn no_bytes_make_roaring_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), cookie in any::<bool>()) {
        let membership = masks(&[vec![true; 100]]);
        let cookie: &[u8] = if cookie { &[0x3a, 0x30, 0, 0, 1, 0, 0, 0] } else { &[0x3b, 0x30, 0, 0] };
        let bytes = [cookie, &bytes].concat();
        match Segment::from_roaring(membership.population(), &context(), "x", &bytes) {
            Ok(segment) => prop_assert!(segment.len() <= 100),
            Err(error) => prop_assert!(matches!(error.kind(), ErrorKind::Corrupted | ErrorKind::OutOfRange)),
        }
    }

    #[test]
    fn exclusive_segments_share_nobody_and_lose_nobody(masks_of in random_masks(6, 1..150)) {
        let membership = masks(&masks_of);
        let exclusive = membership.exclusive();
        for row in 0..membership.population().len() {
            let first = membership.segments_of(&row.to_string()).expect("there").first().copied();
            let now = exclusive.segments_of(&row.to_string()).expect("there");
            prop_assert_eq!(now.first().copied(), first);
            prop_assert!(now.len() <= 1);
        }
    }

    #[test]
    fn a_crosstab_counts_members_by_value(rows in proptest::collection::vec((any::<bool>(), proptest::option::of(-2_i8..2)), 1..200)) {
        let columns = [
            Column::integer("id", (0..rows.len() as i64).map(Some)),
            Column::boolean("in", rows.iter().map(|(member, _)| Some(*member))),
            Column::new("band", Arc::new(rows.iter().map(|(_, band)| *band).collect::<Int8Array>())),
        ];
        let people = Population::from_table(Table::from_columns(columns).expect("a table"), "id").expect("unique keys");
        let membership = book(&[("in", "\"in\""), ("all", "TRUE")]).expect("parses").evaluate(&people, &context(), &Run::new()).expect("evaluates");
        let table = membership.crosstab("band", &Run::new()).expect("a table");
        // None sorts first, null last.
        let mut expected: BTreeMap<(bool, Option<i8>), (i64, i64)> = BTreeMap::new();
        for (member, band) in &rows {
            let cell = expected.entry((band.is_none(), *band)).or_default();
            *cell = (cell.0 + i64::from(*member), cell.1 + 1);
        }
        let bands: Vec<Option<i64>> = expected.keys().map(|(_, band)| band.map(i64::from)).collect();
        prop_assert_eq!(integers(&table, "value"), bands.repeat(2));
        let (counts, bases): (Vec<_>, Vec<_>) = expected.values().map(|(count, base)| (Some(*count), Some(*base))).unzip();
        prop_assert_eq!(integers(&table, "count"), [counts, bases.clone()].concat());
        prop_assert_eq!(integers(&table, "base"), bases.repeat(2));
    }
}

#[test]
fn overlap_is_the_same_across_tiles_and_blocks() {
    // More segments than a tile has, more rows than a block.
    let rows = 40_000;
    let masks_of: Vec<Vec<bool>> = (0..70).map(|n| (0..rows).map(|row| row % (n + 2) == 0 && row / 10_000 != n % 4).collect()).collect();
    let membership = masks(&masks_of);
    let tables: Vec<Vec<Option<i64>>> =
        [1, 2, 3, 8].map(|threads| integers(&membership.overlap(&Run::new().threads(threads)).expect("a matrix"), "both")).into();
    assert!(tables.windows(2).all(|pair| pair[0] == pair[1]));
    for (i, j) in [(0, 0), (3, 69), (69, 3), (64, 65), (12, 40)] {
        let shared = masks_of[i].iter().zip(&masks_of[j]).filter(|(a, b)| **a && **b).count() as i64;
        assert_eq!(tables[0][i * 70 + j], Some(shared));
    }
    let cancel = CancelToken::new();
    cancel.cancel();
    assert_eq!(membership.overlap(&Run::new().cancel(cancel)).expect_err("cancelled").kind(), ErrorKind::Cancelled);
}

#[test]
fn a_matrix_has_a_limit_and_a_selection_is_within_it() {
    let people = people();
    let definitions = (0..8_193).map(|n| SegmentDefinition::new(format!("s{n}"), "TRUE"));
    let membership = SegmentBook::new(definitions).expect("parses").evaluate(&people, &context(), &Run::new()).expect("evaluates");
    assert_eq!(membership.overlap(&Run::new()).expect_err("too many").kind(), ErrorKind::LimitExceeded);
    let few = membership.select(&["s8192", "s3", "s8192"]).expect("there");
    assert_eq!(few.names(), ["s8192", "s3"]);
    assert_eq!(few.overlap(&Run::new()).expect("a matrix").num_rows(), 4);
    assert_eq!(few.explain("s3", "C-1").expect("explains").outcome, Some(true));
    assert_eq!(few.segment("s4").expect_err("not selected").kind(), ErrorKind::UnknownName);
    assert_eq!(membership.select(&["s9000"]).expect_err("not there").kind(), ErrorKind::UnknownName);
}

#[test]
fn a_crosstab_takes_columns_of_every_type() {
    let dictionary: DictionaryArray<Int8Type> = [Some("b"), None, Some("a"), Some("b")].into_iter().collect();
    let columns: Vec<(&str, arrow_array::ArrayRef, usize)> = vec![
        ("dictionary", Arc::new(dictionary), 3),
        ("large", Arc::new(LargeStringArray::from(vec![Some("x"), None, Some(""), Some("x")])), 3),
        ("view", Arc::new(StringViewArray::from(vec![Some("x"), None, Some("\u{e9}"), Some("x")])), 3),
        ("float", Arc::new(Float64Array::from(vec![0.0, -0.0, f64::NAN, -f64::NAN])), 2),
        ("decimal", Arc::new(Decimal128Array::from(vec![Some(150), Some(-1), None, Some(150)]).with_precision_and_scale(9, 2).unwrap()), 3),
        ("date", Arc::new(Date32Array::from(vec![Some(9), Some(-9), None, Some(9)])), 3),
        ("instant", Arc::new(TimestampSecondArray::from(vec![Some(9), Some(-9), None, Some(9)])), 3),
        ("unsigned", Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1, u64::MAX])), 3),
        ("nothing", Arc::new(NullArray::new(4)), 1),
        ("boolean", Column::boolean("", [Some(true), None, Some(false), Some(true)]).array().clone(), 3),
    ];
    for (name, array, groups) in columns {
        let table = Table::from_columns([people().keys(), Column::new(name, array.clone())]).expect("a table");
        let people = Population::from_table(table, "id").expect("unique keys");
        let membership =
            book(&[("last", "id IN ('C-3', 'C-4')")]).expect("parses").evaluate(&people, &context(), &Run::new()).expect("evaluates");
        let table = membership.crosstab(name, &Run::new()).expect(name);
        assert_eq!(table.num_rows(), groups, "{name}");
        assert_eq!(integers(&table, "base").iter().flatten().sum::<i64>(), 4, "{name}");
        assert_eq!(integers(&table, "count").iter().flatten().sum::<i64>(), 2, "{name}");
        let values: Vec<Value> = table.column("value").expect("there").values().collect();
        assert_eq!(values.last() == Some(&Value::Null), array.logical_null_count() > 0, "{name}");
    }
    let membership = membership();
    let by_segment = membership.crosstab("segment:north", &Run::new()).expect("a segment");
    assert!(by_segment.column("value").expect("there").value(0) == Value::Boolean(false));
    assert_eq!(integers(&by_segment, "count"), [Some(2), Some(0), Some(0), Some(2), Some(0), Some(0)]);
    let kind = |name: &str| membership.crosstab(name, &Run::new()).expect_err(name).kind();
    assert_eq!((kind("tenure"), kind("segment:south")), (ErrorKind::UnknownName, ErrorKind::UnknownName));
    let lists = ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>((0..4).map(|_| Some(vec![Some(1)])));
    let table = Table::from_columns([people().keys(), Column::new("list", Arc::new(lists))]).expect("a table");
    let people = Population::from_table(table, "id").expect("unique keys");
    let error = book(&[("a", "TRUE")]).expect("parses").evaluate(&people, &context(), &Run::new()).expect("evaluates");
    assert_eq!(error.crosstab("list", &Run::new()).expect_err("a list").kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_column_of_too_many_values_is_no_breakdown() {
    let membership = masks(&vec![vec![true; 3_000]; 6_000 / 10]);
    assert_eq!(membership.crosstab("id", &Run::new()).expect("few enough").num_rows(), 1_800_000);
    let key = Column::integer("id", (0..30_000).map(Some));
    let people = Population::from_table(Table::from_columns([key]).expect("a table"), "id").expect("unique keys");
    let segments = (0..600).map(|n| SegmentDefinition::new(format!("s{n}"), "TRUE"));
    let membership = SegmentBook::new(segments).expect("parses").evaluate(&people, &context(), &Run::new()).expect("evaluates");
    assert_eq!(membership.crosstab("id", &Run::new()).expect_err("too many").kind(), ErrorKind::LimitExceeded);
}

#[test]
fn exclusive_segments_are_chosen_by_what_those_before_read() {
    let exclusive = membership().exclusive();
    assert_eq!(exclusive.counts().iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2, 2, 0]);
    assert_eq!(exclusive.segment("active").expect("there").columns_used(), ["clicks"]);
    assert_eq!(exclusive.segment("north").expect("there").columns_used(), ["clicks", "ward"]);
    let record: Record = [("clicks".to_owned(), Value::Integer(9)), ("ward".to_owned(), Value::Text("North".into()))].into_iter().collect();
    let book = membership().book().clone();
    assert_eq!(book.match_first(&record, &context(), &Sources::new()).expect("all there").as_deref(), Some("active"));
    let record: Record = [("clicks".to_owned(), Value::Null), ("ward".to_owned(), Value::Null)].into_iter().collect();
    assert_eq!(book.match_first(&record, &context(), &Sources::new()).expect("all there"), None);
}

#[test]
fn a_membership_explains_its_citizens() {
    let membership = membership();
    let tree = membership.explain("both", "C-3").expect("explains");
    assert_eq!(tree.outcome, Some(false));
    let parts: Vec<(&str, Option<bool>)> = tree.parts.iter().map(|part| (part.text.as_str(), part.outcome)).collect();
    assert_eq!(parts, [("in_segment('active')", Some(false)), ("in_segment('north')", Some(true))]);
    let behind = &tree.parts[0].parts[0];
    assert!((behind.outcome, &behind.values) == (None, &vec![("clicks".to_owned(), Value::Null)]));
    assert_eq!(membership.explain("both", "C-9").expect_err("no such key").kind(), ErrorKind::NotFound);
    assert_eq!(membership.explain("bth", "C-3").expect_err("no such segment").kind(), ErrorKind::UnknownName);
    assert_eq!(membership.segments_of("C-9").expect_err("no such key").kind(), ErrorKind::NotFound);
    assert!(!membership.explain("both", "secret").expect_err("no such key").to_string().contains("secret"));
}

#[test]
fn bad_bytes_are_told_from_rows_that_are_not_there() {
    let membership = masks(&[(0..100_000).map(|row| row % 3 == 0).collect()]);
    let (people, segment) = (membership.population(), membership.segment("s0").expect("there"));
    let bytes = segment.to_roaring();
    let read = |people: &Population, bytes: &[u8]| Segment::from_roaring(people, &context(), "s", bytes);
    for cut in [0, 1, 4, 7, 8, 15, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(read(people, &bytes[..cut]).expect_err("cut short").kind(), ErrorKind::Corrupted, "{cut}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(read(people, &longer).expect_err("one byte more").kind(), ErrorKind::Corrupted);
    let few = masks(&[vec![true; 99_999]]);
    assert_eq!(read(few.population(), &bytes).expect_err("row 99,999").kind(), ErrorKind::OutOfRange);
    assert!(read(masks(&[vec![true; 100_001]]).population(), &bytes).is_ok());
    let unread = read(people, &bytes).expect("read").with_columns_used(["c9"]);
    assert_eq!(unread.expect_err("no such attribute").kind(), ErrorKind::UnknownName);
    let again = |segments: &[(&'static str, &[u8])]| {
        Membership::from_roaring(membership.book(), people, &context(), segments.iter().copied()).expect_err("not the book's").kind()
    };
    assert_eq!(again(&[]), ErrorKind::InvalidArgument);
    assert_eq!(again(&[("s0", &bytes), ("s0", &bytes)]), ErrorKind::InvalidArgument);
    assert_eq!(again(&[("s1", &bytes)]), ErrorKind::UnknownName);
    let nobody = masks(&[vec![]]);
    let none = nobody.segment("s0").expect("there").to_roaring();
    assert!(read(nobody.population(), &none).expect("read").is_empty());
    assert_eq!(Bitmap::zeros(0), *read(nobody.population(), &none).expect("read").bitmap());
}

/// The sets in `tests/golden/roaring`: name and rows.
fn golden_sets() -> Vec<(String, Vec<usize>)> {
    let text = include_str!("../../../../../tests/golden/roaring/sets.tsv");
    let set = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let number = |text: &str| text.parse::<usize>().expect("a number");
        let range = |range: &str| {
            let (span, step) = range.split_once('/').expect("a step");
            let (first, end) = span.split_once("..").expect("a range");
            (number(first)..number(end)).step_by(number(step))
        };
        let rows: std::collections::BTreeSet<usize> = fields[2].split(',').filter(|range| !range.is_empty()).flat_map(range).collect();
        assert_eq!(rows.len(), number(fields[1]));
        (fields[0].to_owned(), rows.into_iter().collect())
    };
    text.lines().filter(|line| !line.starts_with('#')).skip(1).map(set).collect()
}

#[test]
fn roaring_bytes_are_those_of_croaring() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/roaring");
    let keys = Column::integer("id", (0..1_048_576).map(Some));
    let people = Population::from_table(Table::from_columns([keys]).expect("a table"), "id").expect("unique keys");
    let sets = golden_sets();
    assert_eq!(sets.len(), 8);
    for (name, rows) in sets {
        let mut expected = Bitmap::zeros(people.len());
        rows.iter().for_each(|&row| expected.set(row));
        let read = |kind: &str| std::fs::read(folder.join(format!("{name}.{kind}"))).expect("a golden file");
        for kind in ["plain", "runs"] {
            let segment = Segment::from_roaring(&people, &context(), name.as_str(), &read(kind)).expect("read");
            assert_eq!(*segment.bitmap(), expected, "{name}.{kind}");
            assert_eq!(segment.to_roaring(), read("runs"), "{name}.{kind}");
        }
    }
}
