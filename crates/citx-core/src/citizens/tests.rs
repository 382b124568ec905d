use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::*;
use arrow_schema::{DataType, Field, TimeUnit};
use proptest::prelude::*;

use super::*;
use crate::table::{Column, Decimal, Record, Table, Value};
use crate::{Error, ErrorKind};

fn table(columns: Vec<(&str, ArrayRef)>) -> Table {
    Table::from_columns(columns.into_iter().map(|(name, array)| Column::new(name, array))).unwrap()
}

fn people(keys: &[&str]) -> Population {
    let numbers = Column::integer("n", (0..keys.len() as i64).map(Some));
    Population::from_table(Table::from_columns([Column::text("id", keys.iter().map(Some)), numbers]).unwrap(), "id").unwrap()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn refused<T: std::fmt::Debug>(result: crate::Result<T>) -> Error {
    result.expect_err("a refusal")
}

#[test]
fn every_layout_of_text_and_every_width_of_integer_is_a_key() {
    let texts = vec!["17", "18", "20"];
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(texts.clone())),
        Arc::new(LargeStringArray::from(texts.clone())),
        Arc::new(StringViewArray::from(texts.clone())),
        Arc::new(texts.iter().copied().collect::<DictionaryArray<Int8Type>>()),
        Arc::new(Int8Array::from(vec![17, 18, 20])),
        Arc::new(Int16Array::from(vec![17, 18, 20])),
        Arc::new(Int32Array::from(vec![17, 18, 20])),
        Arc::new(Int64Array::from(vec![17, 18, 20])),
        Arc::new(UInt8Array::from(vec![17, 18, 20])),
        Arc::new(UInt16Array::from(vec![17, 18, 20])),
        Arc::new(UInt32Array::from(vec![17, 18, 20])),
        Arc::new(UInt64Array::from(vec![17, 18, 20])),
        Arc::new(DictionaryArray::<Int32Type>::try_new(vec![0, 1, 2].into(), Arc::new(Int64Array::from(vec![17, 18, 20]))).unwrap()),
        Arc::new(StringArray::from(vec!["x", "17", "18", "20", "y"]).slice(1, 3)),
    ];
    for array in arrays {
        let people = Population::from_table(table(vec![("id", array.clone())]), "id").unwrap();
        assert_eq!(people.find("18"), Some(1), "{}", array.data_type());
        assert_eq!(people.key(2).as_deref(), Some("20"));
        assert_eq!((people.find("19"), people.key(3)), (None, None));
        assert_eq!(people.keys().data_type(), array.data_type());
        assert_eq!(people.table().column("id").unwrap().data_type(), array.data_type());
        for other in ["017", "+17", " 17", "17 ", "17.0", "1\u{ff17}"] {
            assert_eq!(people.find(other), None);
        }
    }
}

#[test]
fn keys_of_64_bits_are_exact() {
    let people = Population::from_table(table(vec![("id", Arc::new(UInt64Array::from(vec![u64::MAX, 0])))]), "id").unwrap();
    assert_eq!(people.find("18446744073709551615"), Some(0));
    let people = Population::from_table(table(vec![("id", Arc::new(Int64Array::from(vec![i64::MIN, -1, 0])))]), "id").unwrap();
    assert_eq!((people.find("-9223372036854775808"), people.find("-1"), people.find("-0")), (Some(0), Some(1), None));
}

#[test]
fn keys_are_compared_by_bytes() {
    // Two spellings of one visible name, two cases, and a blank: four citizens.
    let people = people(&["\u{e9}", "e\u{301}", "E\u{301}", "e\u{301} "]);
    assert_eq!(people.len(), 4);
    assert_eq!(people.find("e\u{301}"), Some(1));
}

#[test]
fn many_keys_are_found_as_one_by_one() {
    // So many that some of them share the seven bits by which the index tells them at a glance.
    let numbers = (0..20_000_i64).map(|row| row * 3);
    let columns: [ArrayRef; 2] = [
        Arc::new(Int64Array::from_iter_values(numbers.clone())),
        Arc::new(StringArray::from_iter_values(numbers.map(|key| key.to_string()))),
    ];
    let texts: Vec<String> = (0..70_001).rev().map(|key| key.to_string()).chain(["".into(), "x".into(), "03".into()]).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for column in columns {
        let people = Population::from_table(table(vec![("id", column)]), "id").unwrap();
        for some in [&texts[..0], &texts[..1], &texts[..65], &texts[..]] {
            let one_by_one: Vec<u32> = some.iter().map(|text| people.find(text).map_or(u32::MAX, |row| row as u32)).collect();
            assert_eq!(people.key_index().find_each(some), one_by_one);
        }
    }
}

#[test]
fn bad_keys_are_named_by_row_and_never_by_value() {
    let keys: ArrayRef = Arc::new(StringArray::from(vec![Some("secret"), None, Some(""), Some("secret"), Some("b"), Some("secret")]));
    let error = refused(Population::from_table(table(vec![("id", keys)]), "id"));
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(
        error.to_string(),
        "keys must be unique and not null, but column `id` has null in row 2; empty text in row 3; a key that appeared before in rows 4 (first in row 1), 6 (first in row 1)"
    );
    let many: ArrayRef = Arc::new(Int64Array::from(vec![None; 1000]));
    assert!(
        refused(Population::from_table(table(vec![("id", many)]), "id")).to_string().ends_with("null in rows 1, 2, 3, 4, 5 and 995 more")
    );
}

#[test]
fn only_text_and_whole_numbers_are_keys() {
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(Float64Array::from(vec![1.0])),
        Arc::new(BooleanArray::from(vec![true])),
        Arc::new(Date32Array::from(vec![1])),
        Arc::new(Decimal128Array::from(vec![1])),
        Arc::new(BinaryArray::from(vec![b"a".as_slice()])),
        Arc::new(Time64MicrosecondArray::from(vec![1])),
    ];
    for array in arrays {
        let error = refused(Population::from_table(table(vec![("id", array)]), "id"));
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().starts_with("a key is text or a whole number, but column `id` is "), "{error}");
    }
    let nulls = refused(Population::from_table(table(vec![("id", Arc::new(NullArray::new(2)))]), "id"));
    assert!(nulls.to_string().contains("null in rows 1, 2"));
    assert!(Population::from_table(table(vec![("id", Arc::new(NullArray::new(0)))]), "id").unwrap().is_empty());
}

#[test]
fn a_key_column_must_be_there_and_names_must_differ() {
    let error = refused(Population::from_table(table(vec![("citizen_id", Arc::new(StringArray::from(vec!["a"])))]), "citizen_ix"));
    assert_eq!(error.kind(), ErrorKind::UnknownName);
    assert!(error.to_string().ends_with("did you mean `citizen_id`?"));
    assert_eq!(refused(Population::from_table(Table::from_columns([]).unwrap(), "id")).kind(), ErrorKind::UnknownName);
    let schema = arrow_schema::Schema::new(vec![Field::new("id", DataType::Int64, false), Field::new("id", DataType::Int64, false)]);
    let array: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let batch = RecordBatch::try_new(Arc::new(schema), vec![array.clone(), array]).unwrap();
    assert_eq!(refused(Population::from_table(Table::from_batch(batch), "id")).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn chunks_are_joined_and_empty_ones_do_not_matter() {
    let batch = |keys: Vec<i64>| table(vec![("id", Arc::new(Int64Array::from(keys)))]).batch().clone();
    let batches = [batch(vec![]), batch(vec![3, 1]), batch(vec![]), batch(vec![2])];
    let joined = Table::from_batches(batches[0].schema(), &batches).unwrap();
    let people = Population::from_table(joined, "id").unwrap();
    assert_eq!((people.len(), people.find("2")), (3, Some(2)));
    let other = table(vec![("id", Arc::new(StringArray::from(vec!["a"])))]).batch().clone();
    assert_eq!(refused(Table::from_batches(batches[0].schema(), &[batch(vec![1]), other])).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn quarantine_keeps_the_first_of_a_key_and_says_why_the_others_went() {
    let keys: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("a"), Some("b"), Some("")]));
    let people = Population::from_table_quarantined(table(vec![("id", keys)]), "id", Rejected::default()).unwrap();
    assert_eq!((people.len(), people.find("b")), (2, Some(1)));
    let rows: Vec<Record> = (0..people.rejected().num_rows()).map(|row| people.rejected().row(row)).collect();
    let reasons: Vec<(Option<&Value>, Option<&Value>)> = rows.iter().map(|row| (row.get("row"), row.get("reason"))).collect();
    assert!(
        reasons
            == [
                (Some(&Value::Integer(2)), Some(&text("the key is null"))),
                (Some(&Value::Integer(3)), Some(&text("the key is already in row 1"))),
                (Some(&Value::Integer(5)), Some(&text("the key is empty text"))),
            ]
    );
    assert_eq!(people.rejected().column_names(), ["row", "line", "column", "reason"]);
}

#[test]
fn quarantine_counts_rows_as_the_reader_does() {
    let earlier = Rejection { row: 2, line: Some(3), column: None, reason: "too short".into() };
    let rejected = Rejected::new(vec![earlier], vec![(1, Some(2)), (3, Some(5)), (4, Some(6))]);
    let keys: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "b"]));
    let people = Population::from_table_quarantined(table(vec![("id", keys)]), "id", rejected).unwrap();
    let last = people.rejected().row(1);
    assert!(last.get("row") == Some(&Value::Integer(4)) && last.get("line") == Some(&Value::Integer(6)));
    assert!(last.get("reason") == Some(&text("the key is already in row 3")));
}

#[test]
fn a_missing_citizen_is_not_named() {
    let error = refused(people(&["a"]).row("C-4711"));
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(!error.to_string().contains("4711"));
}

#[test]
fn a_row_has_every_type_in_schema_order() {
    let people = Population::from_table(
        table(vec![
            ("id", Arc::new(UInt8Array::from(vec![9]))),
            ("name", Arc::new(vec!["Ann"].into_iter().collect::<DictionaryArray<Int8Type>>())),
            ("at", Arc::new(TimestampNanosecondArray::from(vec![-1]).with_timezone("Europe/London"))),
            ("money", Arc::new(Decimal256Array::from(vec![arrow_buffer::i256::from(150)]).with_precision_and_scale(50, 2).unwrap())),
            ("half", Arc::new(Float32Array::from(vec![0.5]))),
            ("day", Arc::new(Date64Array::from(vec![-1]))),
            ("time", Arc::new(Time32SecondArray::from(vec![1]))),
            ("none", Arc::new(NullArray::new(1))),
        ]),
        "id",
    )
    .unwrap();
    let row = people.row("9").unwrap();
    let names: Vec<&str> = row.fields().iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["id", "name", "at", "money", "half", "day", "time", "none"]);
    assert!(row.get("name") == Some(&text("Ann")));
    // A nanosecond before 1970 lies in the microsecond before 1970.
    assert!(matches!(row.get("at"), Some(Value::Timestamp(at)) if at.as_micros() == -1));
    assert!(matches!(row.get("money"), Some(Value::Decimal(Decimal { digits: 150, scale: 2 }))));
    assert!(matches!(row.get("day"), Some(Value::Date(day)) if day.as_days() == -1));
    assert!(matches!(row.get("time"), Some(Value::Other)));
    assert!(matches!(row.get("none"), Some(Value::Null)));
}

#[test]
fn facts_need_columns_of_a_type_that_can_be_them() {
    let people = Population::from_table(
        table(vec![
            ("id", Arc::new(Int64Array::from(vec![1]))),
            ("email", Arc::new(StringArray::from(vec!["a@b.example"]))),
            ("dob", Arc::new(Date32Array::from(vec![1]))),
            ("nothing", Arc::new(NullArray::new(1))),
        ]),
        "id",
    )
    .unwrap();
    let known = people.with_facts(FactColumns::new().email("email").birth_date("dob").deceased("nothing").household("id")).unwrap();
    assert_eq!(known.facts().and_then(|facts| facts.email.as_deref()), Some("email"));
    assert!(people.facts().is_none());
    let error = refused(people.with_facts(FactColumns::new().email("e_mail")));
    assert_eq!(error.kind(), ErrorKind::UnknownName);
    assert_eq!(error.to_string(), "fact `email`: there is no column `e_mail`; did you mean `email`?");
    for facts in [FactColumns::new().email("dob"), FactColumns::new().deceased("email"), FactColumns::new().phone("id")] {
        assert_eq!(refused(people.with_facts(facts)).kind(), ErrorKind::InvalidArgument);
    }
    // Dates may be text, if all of it is dates.
    let error = refused(people.with_facts(FactColumns::new().birth_date("email")));
    assert_eq!(error.to_string(), "fact `birth_date` needs dates such as 2026-11-22, but column `email`, row 1 is other text");
    let born = table(vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3]))),
        ("dob", Arc::new(StringArray::from(vec![Some("1980-01-31"), None, Some("")]))),
    ]);
    assert!(Population::from_table(born, "id").unwrap().with_facts(FactColumns::new().birth_date("dob")).is_ok());
    let mut facts = FactColumns::new();
    for name in FactColumns::NAMES {
        facts.set(name, ["nothing"]).unwrap();
    }
    assert_eq!(facts.columns().map(|(fact, _)| fact).collect::<Vec<_>>(), FactColumns::NAMES);
    assert!(people.with_facts(facts.clone()).is_ok());
    assert_eq!(refused(facts.set("emial", ["x"])).kind(), ErrorKind::UnknownName);
    assert_eq!(refused(facts.set("email", ["x", "y"])).kind(), ErrorKind::InvalidArgument);
}

#[test]
fn an_upsert_keeps_absent_columns_writes_nulls_and_inserts() {
    let old = Population::from_table(
        Table::from_columns([
            Column::text("id", [Some("a"), Some("b")]),
            Column::integer("n", [Some(1), Some(2)]),
            Column::text("t", [Some("x"), Some("y")]),
        ])
        .unwrap(),
        "id",
    )
    .unwrap();
    let old = old.with_facts(FactColumns::new().email("t")).unwrap();
    let rows = Table::from_columns([Column::integer("n", [None, Some(7)]), Column::text("id", [Some("b"), Some("c")])]).unwrap();
    let new = old.upsert(&rows).unwrap();
    assert!(new.row("a").unwrap().get("n") == Some(&Value::Integer(1)));
    assert!(new.row("b").unwrap().get("n") == Some(&Value::Null));
    assert!(new.row("b").unwrap().get("t") == Some(&text("y")));
    assert!(new.row("c").unwrap().get("t") == Some(&Value::Null));
    assert!(old.row("b").unwrap().get("n") == Some(&Value::Integer(2)));
    assert!(old.row("c").is_err());
    assert_eq!(new.facts(), old.facts());
    assert_eq!(new.find("c"), Some(2));
}

#[test]
fn upserted_records_may_lack_different_columns() {
    let old = people(&["a", "b"]);
    let record = |fields: &[(&str, Value)]| fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<Record>();
    let new = old.upsert_records(&[record(&[("id", text("a"))]), record(&[("id", text("b")), ("n", Value::Integer(9))])]).unwrap();
    assert!(new.row("a").unwrap().get("n") == Some(&Value::Integer(0)));
    assert!(new.row("b").unwrap().get("n") == Some(&Value::Integer(9)));
    assert_eq!(old.upsert_records(&[]).unwrap().len(), 2);
}

#[test]
fn upserts_fit_where_nothing_is_lost() {
    let at = |unit, zone: Option<&str>| DataType::Timestamp(unit, zone.map(Into::into));
    let fits = |value: ArrayRef, target: DataType| -> Option<Value> {
        let old = Population::from_table(table(vec![("id", Arc::new(Int32Array::from(vec![1]))), ("c", new_null_array(&target, 1))]), "id");
        let new = old.unwrap().upsert(&table(vec![("id", Arc::new(Int64Array::from(vec![1]))), ("c", value)]));
        let new = new.ok()?;
        assert_eq!(new.table().column("c").unwrap().data_type(), &target);
        new.row("1").unwrap().get("c").cloned()
    };
    let int = |value: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![value])) };
    let float = |value: f64| -> ArrayRef { Arc::new(Float64Array::from(vec![value])) };
    let string = |value: &str| -> ArrayRef { Arc::new(StringViewArray::from(vec![value])) };
    assert!(fits(int(127), DataType::Int8) == Some(Value::Integer(127)));
    assert!(fits(int(128), DataType::Int8).is_none());
    assert!(fits(int(-1), DataType::UInt64).is_none());
    assert!(fits(int(1 << 53), DataType::Float64) == Some(Value::Float(9_007_199_254_740_992.0)));
    assert!(fits(int((1 << 53) + 1), DataType::Float64).is_none());
    assert!(fits(int(i64::MAX), DataType::Float64).is_none());
    assert!(fits(float(3.0), DataType::Int16) == Some(Value::Integer(3)));
    assert!(fits(float(3.5), DataType::Int16).is_none());
    assert!(fits(float(f64::NAN), DataType::Int16).is_none());
    assert!(matches!(fits(float(f64::NAN), DataType::Float32), Some(Value::Float(value)) if value.is_nan()));
    assert!(fits(float(0.1), DataType::Float32).is_some());
    assert!(fits(float(1e300), DataType::Float32).is_none());
    assert!(fits(int(5), DataType::Decimal128(10, 2)) == Some(Value::Decimal(Decimal { digits: 500, scale: 2 })));
    assert!(
        fits(Arc::new(Decimal128Array::from(vec![155]).with_precision_and_scale(38, 2).unwrap()), DataType::Decimal64(10, 1)).is_none()
    );
    assert!(fits(string("x"), DataType::LargeUtf8) == Some(text("x")));
    assert!(fits(string("x"), DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8))) == Some(text("x")));
    assert!(fits(string("2026-11-22"), DataType::Date32).is_none());
    assert!(fits(string("1"), DataType::Int64).is_none());
    assert!(fits(int(1), DataType::Utf8).is_none());
    assert!(fits(int(1), DataType::Boolean).is_none());
    assert!(fits(Arc::new(NullArray::new(1)), DataType::Boolean) == Some(Value::Null));
    let untyped = Population::from_table(table(vec![("id", string("1")), ("c", Arc::new(NullArray::new(1)))]), "id").unwrap();
    let typed = untyped.upsert(&table(vec![("id", string("2")), ("c", float(0.5))])).unwrap();
    assert!(typed.row("1").unwrap().get("c") == Some(&Value::Null) && typed.row("2").unwrap().get("c") == Some(&Value::Float(0.5)));
    // A naive instant is UTC, and the zone is only how an instant is shown.
    let noon: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![43_200_000_000]));
    let same = fits(noon.clone(), at(TimeUnit::Second, Some("America/New_York")));
    assert!(matches!(same, Some(Value::Timestamp(at)) if at.as_micros() == 43_200_000_000));
    let odd: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![43_200_000_001]));
    assert!(fits(odd, at(TimeUnit::Second, None)).is_none());
    assert!(fits(Arc::new(Date32Array::from(vec![1])), at(TimeUnit::Second, None)).is_none());
}

#[test]
fn lists_fit_where_their_elements_do() {
    let item = |data_type| Arc::new(arrow_schema::Field::new("element", data_type, true));
    let people = |target: &DataType| {
        let columns = vec![("id", Arc::new(Int32Array::from(vec![1])) as ArrayRef), ("c", new_null_array(target, 1))];
        Population::from_table(table(columns), "id").unwrap()
    };
    let record = |items: Vec<Value>| -> Record {
        [("id".to_owned(), Value::Integer(1)), ("c".to_owned(), Value::List(items))].into_iter().collect()
    };
    let small = DataType::Int8;
    for target in [DataType::List(item(small.clone())), DataType::LargeList(item(small.clone())), DataType::FixedSizeList(item(small), 2)] {
        let people = people(&target);
        let given = || vec![Value::Integer(7), Value::Null];
        let new = people.upsert_records(&[record(given())]).unwrap();
        assert_eq!(new.table().column("c").unwrap().data_type(), &target);
        assert!(new.row("1").unwrap().get("c") == Some(&Value::List(given())));
        let error = refused(people.upsert_records(&[record(vec![Value::Null, Value::Integer(128)])]));
        assert!(error.to_string().ends_with("the value in row 1 does not fit it exactly"), "{error}");
        assert!(people.upsert_records(&[record(vec![text("x"), Value::Null])]).is_err());
    }
    let words = people(&DataType::List(item(DataType::Utf8View)));
    for items in [Vec::new(), vec![Value::Null], vec![text("x")]] {
        let new = words.upsert_records(&[record(items.clone())]).unwrap();
        assert!(new.row("1").unwrap().get("c") == Some(&Value::List(items)));
    }
}

#[test]
fn an_upsert_that_does_not_fit_names_column_and_row() {
    let old = people(&["a", "b"]);
    let rows = |columns: Vec<Column>| Table::from_columns(columns).unwrap();
    let ids = |ids: &[Option<&str>]| Column::text("id", ids.iter().copied());
    let error = refused(old.upsert(&rows(vec![ids(&[Some("a"), Some("b")]), Column::float("n", [Some(1.0), Some(77.25)])])));
    assert_eq!(error.to_string(), "the rows to upsert: column `n` is integer (Int64); the value in row 2 does not fit it exactly");
    let error = refused(old.upsert(&rows(vec![ids(&[Some("a")]), Column::text("n", [Some("77")])])));
    assert_eq!((error.kind(), error.to_string().contains("77")), (ErrorKind::InvalidArgument, false));
    let error = refused(old.upsert(&rows(vec![ids(&[Some("a")]), Column::integer("m", [Some(1)])])));
    assert_eq!(error.kind(), ErrorKind::UnknownName);
    assert_eq!(refused(old.upsert(&rows(vec![Column::integer("n", [Some(1)])]))).kind(), ErrorKind::UnknownName);
    for keys in [[Some("c"), Some("c")], [Some("c"), None], [Some("c"), Some("")]] {
        assert_eq!(refused(old.upsert(&rows(vec![ids(&keys)]))).kind(), ErrorKind::InvalidArgument);
    }
}

#[test]
fn keys_of_another_type_upsert_by_their_canonical_text() {
    let texts = people(&["17", "a"]);
    let new = texts.upsert(&Table::from_columns([Column::integer("id", [Some(17), Some(18)])]).unwrap()).unwrap();
    assert_eq!((new.len(), new.find("18")), (3, Some(2)));
    let numbers = Population::from_table(table(vec![("id", Arc::new(UInt8Array::from(vec![17])))]), "id").unwrap();
    let upsert = |id: &str| numbers.upsert(&Table::from_columns([Column::text("id", [Some(id)])]).unwrap());
    assert_eq!(upsert("17").unwrap().len(), 1);
    assert_eq!(upsert("18").unwrap().find("18"), Some(1));
    for bad in ["018", "+18", "x", "256", "-1"] {
        assert_eq!(refused(upsert(bad)).kind(), ErrorKind::InvalidArgument, "{bad}");
    }
}

#[test]
fn an_upsert_outgrows_a_dictionary() {
    let words: Vec<String> = (0..128).map(|i| format!("w{i}")).collect();
    let packed: ArrayRef = Arc::new(words.iter().map(|word| Some(word.as_str())).collect::<DictionaryArray<Int8Type>>());
    let old = Population::from_table(table(vec![("id", Arc::new(Int64Array::from_iter_values(0..128))), ("w", packed)]), "id").unwrap();
    let rows = Table::from_columns([Column::integer("id", [Some(5), Some(500)]), Column::text("w", [Some("new"), Some("newer")])]).unwrap();
    let new = old.upsert(&rows).unwrap();
    assert!(new.row("5").unwrap().get("w") == Some(&text("new")));
    assert!(new.row("500").unwrap().get("w") == Some(&text("newer")));
    assert!(new.row("127").unwrap().get("w") == Some(&text("w127")));
}

#[test]
fn carried_types_survive_an_upsert() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)]), None]);
    let fields: arrow_schema::Fields = vec![Field::new("x", DataType::Int8, true)].into();
    let pair = StructArray::new(fields, vec![Arc::new(Int8Array::from(vec![1, 2]))], None);
    let run = RunArray::<Int32Type>::try_new(&Int32Array::from(vec![2]), &StringArray::from(vec!["r"])).unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2]))),
        ("list", Arc::new(list)),
        ("pair", Arc::new(pair)),
        ("bytes", Arc::new(BinaryViewArray::from(vec![b"a".as_slice(), b"b"]))),
        ("fixed", Arc::new(FixedSizeBinaryArray::try_from_iter([[1_u8, 2], [3, 4]].iter()).unwrap())),
        ("time", Arc::new(Time64NanosecondArray::from(vec![1, 2]))),
        ("span", Arc::new(DurationSecondArray::from(vec![1, 2]))),
        ("run", Arc::new(run)),
    ];
    let old = Population::from_table(table(columns), "id").unwrap();
    let new = old.upsert(&Table::from_columns([Column::integer("id", [Some(3)])]).unwrap()).unwrap();
    assert_eq!(new.len(), 3);
    let again = new.upsert(&new.table().take(&[0, 2]).unwrap()).unwrap();
    assert_eq!(again.len(), 3);
    assert!(again.row("3").unwrap().get("list") == Some(&Value::Null));
    assert!(matches!(again.row("1").unwrap().get("list"), Some(Value::List(items)) if !items.is_empty()));
}

#[test]
fn debug_shows_the_shape_only() {
    assert_eq!(format!("{:?}", people(&["secret"])), "Population(1 citizens, 2 attributes)");
}

type Cells = BTreeMap<String, [Option<i64>; 2]>;

proptest! {
    /// Random batches of rows, some without a column, against a map.
    #[test]
    fn upserts_are_writes_to_a_map(batches in proptest::collection::vec(
        (proptest::collection::btree_map(0_u8..12, (any::<Option<i64>>(), any::<Option<i64>>()), 0..8), 0_u8..4), 0..8)
    ) {
        let start = Table::from_columns([Column::text("id", [Some("0")]), Column::integer("a", [Some(0)]), Column::integer("b", [None])]).unwrap();
        let mut people = Population::from_table(start, "id").unwrap();
        let mut model: Cells = [("0".to_owned(), [Some(0), None])].into();
        let mut snapshots: Vec<(Population, Cells)> = Vec::new();
        for (rows, columns) in batches {
            snapshots.push((people.clone(), model.clone()));
            let mut table = vec![Column::text("id", rows.keys().map(|key| Some(key.to_string())))];
            if columns & 1 == 1 { table.push(Column::integer("a", rows.values().map(|(a, _)| *a))); }
            if columns & 2 == 2 { table.insert(0, Column::integer("b", rows.values().map(|(_, b)| *b))); }
            people = people.upsert(&Table::from_columns(table).unwrap()).unwrap();
            for (key, (a, b)) in rows {
                let cell = model.entry(key.to_string()).or_insert([None, None]);
                if columns & 1 == 1 { cell[0] = a; }
                if columns & 2 == 2 { cell[1] = b; }
            }
        }
        snapshots.push((people, model));
        for (people, model) in snapshots {
            prop_assert_eq!(people.len(), model.len());
            for (key, cells) in model {
                let row = people.row(&key).unwrap();
                for (name, cell) in [("a", cells[0]), ("b", cells[1])] {
                    prop_assert!(row.get(name) == Some(&cell.map_or(Value::Null, Value::Integer)));
                }
            }
        }
    }
}
