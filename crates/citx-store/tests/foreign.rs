//! Files that other tools wrote: one table, the same values from each (`foreign/make.py`).

use std::path::PathBuf;

use citx_core::table::{Record, Value};
use citx_core::time::{Date, TimeZone, Timestamp};
use citx_store::{ReadOptions, read_population};

const COLUMNS: [&str; 8] = ["id", "count", "share", "born", "seen", "active", "tenure", "money"];

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "foreign", name].iter().collect()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn at(value: &str) -> Value {
    Value::Timestamp(Timestamp::parse(value, TimeZone::UTC).expect("an instant"))
}

/// The three rows without `money`, which is a decimal in some files and a float in others.
fn expected(last_seen: &str) -> [Vec<Value>; 3] {
    let born = |year, month, day| Value::Date(Date::from_ymd(year, month, day).expect("a date"));
    let (yes, no) = (Value::Boolean(true), Value::Boolean(false));
    [
        vec![text("007"), Value::Integer(1), Value::Float(0.5), born(1980, 1, 31), at("2026-11-22T09:30:00Z"), yes, text("rented")],
        vec![text("C-18"), Value::Null, Value::Float(0.25), born(2004, 2, 29), Value::Null, no, text("owned")],
        vec![text("Zo\u{eb}"), Value::Integer(-3), Value::Null, Value::Null, at(last_seen), Value::Null, text("rented")],
    ]
}

fn hundredths(record: &Record) -> Option<i64> {
    match record.get("money")? {
        Value::Decimal(money) => i64::try_from(money.digits_at(2)?).ok(),
        Value::Float(money) => Some((money * 100.0).round() as i64),
        _ => None,
    }
}

fn check(name: &str, last_seen: &str) {
    let people = read_population(file(name), "id", &ReadOptions::new()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((people.len(), people.find("Zo\u{eb}")), (3, Some(2)), "{name}");
    for (row, expected) in expected(last_seen).iter().enumerate() {
        let record = people.table().row(row);
        for (column, value) in COLUMNS.iter().zip(expected) {
            assert!(record.get(column) == Some(value), "{name}, row {}, column {column}", row + 1);
        }
        assert_eq!(hundredths(&record), [Some(1_250), None, Some(-1)][row], "{name}, row {}", row + 1);
    }
}

#[test]
fn arrow_files_and_streams_of_pyarrow_and_polars() {
    for name in ["pyarrow-lz4.feather", "pyarrow-chunks.feather", "pyarrow.arrows", "polars.arrow", "polars-lz4.arrow"] {
        check(name, "1969-12-31T23:59:59.999Z");
    }
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_files_of_pyarrow_polars_and_duckdb() {
    for name in ["pyarrow-snappy", "pyarrow-gzip", "pyarrow-lz4", "pyarrow-zstd", "polars", "duckdb"] {
        check(&format!("{name}.parquet"), "1969-12-31T23:59:59.999Z");
    }
    let error = read_population(file("pyarrow-brotli.parquet"), "id", &ReadOptions::new()).expect_err("brotli");
    assert_eq!(error.kind(), citx_core::ErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "pyarrow-brotli.parquet: the file is compressed with brotli; save it with zstd, snappy, gzip, lz4 or none"
    );
}

#[test]
fn a_csv_file_of_duckdb() {
    check("duckdb.csv", "1969-12-31T23:59:59.999Z");
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_of_openpyxl() {
    check("openpyxl.xlsx", "1999-12-31T23:59:59Z");
}
