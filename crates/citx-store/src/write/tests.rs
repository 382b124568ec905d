use std::fs;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, Decimal128Array, ListArray, Time32SecondArray, TimestampNanosecondArray};
use citx_core::citizens::Schema;
use citx_core::time::{Date, Timestamp};

use super::*;
use crate::{ReadOptions, read_table};

fn written(table: &Table) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    write_csv(table, &path).unwrap();
    fs::read_to_string(path).unwrap()
}

fn every_type() -> Table {
    let at = Timestamp::parse_datetime("2026-11-22T09:30:00.000001Z");
    let array = |name, array: ArrayRef| Column::new(name, array);
    Table::from_columns([
        Column::text("text", [Some("a \"b\", c"), None]),
        Column::integer("integer", [Some(-7), None]),
        Column::float("float", [Some(3.0), None]),
        Column::boolean("boolean", [Some(true), None]),
        Column::date("date", [Date::from_ymd(2026, 11, 22), None]),
        Column::timestamp("timestamp", [at, None]),
        array("nanos", Arc::new(TimestampNanosecondArray::from(vec![Some(1_000), None]).with_timezone("Europe/London"))),
        array("decimal", Arc::new(Decimal128Array::from(vec![Some(-1_250), None]).with_precision_and_scale(10, 2).unwrap())),
    ])
    .unwrap()
}

#[test]
fn every_type_is_written_and_read_back() {
    let table = every_type();
    assert_eq!(
        written(&table),
        "text,integer,float,boolean,date,timestamp,nanos,decimal\n\
         \"a \"\"b\"\", c\",-7,3.0,true,2026-11-22,2026-11-22T09:30:00.000001Z,1970-01-01T00:00:00.000001Z,-12.50\n\
         ,,,,,,,\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    write_csv(&table, &path).unwrap();
    let back = read_table(&path, &[], &ReadOptions::new().column_type("decimal", "decimal(10, 2)")).unwrap();
    let kinds = |table: &Table| Schema::of(table).attributes().to_vec();
    assert_eq!(kinds(&back), kinds(&table));
    assert!(back.row(0) == table.row(0) && back.row(1) == table.row(1));
}

#[test]
fn extreme_numbers_read_back() {
    let floats = [f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1, -0.0, 1e16, 123_456_789.123];
    let table =
        Table::from_columns([Column::float("f", floats.map(Some)), Column::integer("i", [i64::MIN, i64::MAX, 0, 1, 2, 3, 4].map(Some))])
            .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    write_csv(&table, &path).unwrap();
    let back = read_table(&path, &[], &ReadOptions::new()).unwrap();
    for row in 0..7 {
        assert!(back.row(row) == table.row(row), "row {row}");
    }
}

#[test]
fn formulas_are_disarmed_in_cells_and_headers() {
    let table = Table::from_columns([
        Column::text("=h", [Some("@x"), Some("+447700900123"), Some("\tx"), Some("plain")]),
        Column::integer("n", [Some(-1); 4]),
    ]);
    assert_eq!(written(&table.unwrap()), "'=h,n\n'@x,-1\n+447700900123,-1\n'\tx,-1\nplain,-1\n");
}

#[test]
fn carried_types_are_written_as_text() {
    let table = Table::from_columns([
        Column::new("time", Arc::new(Time32SecondArray::from(vec![34_200]))),
        Column::new("list", Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), None])]))),
    ]);
    assert_eq!(written(&table.unwrap()), "time,list\n09:30:00,\"[1, ]\"\n");
}

#[test]
fn tables_without_rows_or_columns() {
    assert_eq!(written(&every_type().take(&[]).unwrap()).lines().count(), 1);
    assert_eq!(written(&Table::from_columns([Column::text("a", [None::<&str>, Some("x")])]).unwrap()), "a\n\"\"\nx\n");
    written(&Table::from_columns([]).unwrap());
}

#[test]
fn a_date_beyond_the_calendar_is_refused_and_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    fs::write(&path, "old").unwrap();
    let table = Table::from_columns([Column::date("d", [Some(Date::from_days(0)), Some(Date::from_days(i32::MAX))])]).unwrap();
    let error = write_csv(&table, &path).expect_err("beyond");
    assert_eq!(error.to_string(), "t.csv: column `d`, row 2: the date is beyond the years that can be written");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(write_csv(&every_type(), folder.path().join("x").join("t.csv")).expect_err("no folder").kind(), ErrorKind::Io);
    assert_eq!(write_csv(&every_type(), folder.path()).expect_err("a folder").kind(), ErrorKind::Io);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_keeps_types_and_values() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    for table in [every_type(), every_type().take(&[]).unwrap()] {
        write_parquet(&table, &path).unwrap();
        let back = read_table(&path, &[], &ReadOptions::new()).unwrap();
        assert_eq!(back.schema().fields(), table.schema().fields());
        assert!((0..table.num_rows()).all(|row| back.row(row) == table.row(row)));
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Typed columns come back with their types and values, whatever the values are.
    #[test]
    fn typed_columns_come_back(rows in proptest::collection::vec(proptest::arbitrary::any::<(Option<i64>, Option<f64>, Option<bool>, Option<i32>, Option<i64>)>(), 1..30)) {
        let days = |days: i32| Date::from_days(days.rem_euclid(2_932_897));
        let micros = |micros: i64| Timestamp::from_micros(micros.rem_euclid(253_402_300_800_000_000));
        let table = Table::from_columns([
            Column::integer("i", rows.iter().map(|row| row.0)),
            Column::float("f", rows.iter().map(|row| row.1.filter(|value| value.is_finite()))),
            Column::boolean("b", rows.iter().map(|row| row.2)),
            Column::date("d", rows.iter().map(|row| row.3.map(days))),
            Column::timestamp("t", rows.iter().map(|row| row.4.map(micros))),
        ]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        write_csv(&table, &path).unwrap();
        let back = read_table(&path, &[], &ReadOptions::new()).unwrap();
        for (row, _) in rows.iter().enumerate() {
            proptest::prop_assert!(back.row(row) == table.row(row), "row {}", row);
        }
    }
}
