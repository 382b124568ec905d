mod damage;
#[cfg(feature = "xlsx")]
mod workbooks;

use std::path::PathBuf;

use citx_core::table::{Record, Value};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::write_csv;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn csv(&self, bytes: impl AsRef<[u8]>) -> PathBuf {
        self.file("t.csv", bytes)
    }
}

fn read(bytes: impl AsRef<[u8]>, options: &ReadOptions) -> Result<Table> {
    read_table(Folder::new().csv(bytes), &[], options)
}

fn good(bytes: impl AsRef<[u8]>) -> Table {
    read(bytes, &ReadOptions::new()).unwrap()
}

fn bad(bytes: impl AsRef<[u8]>) -> Error {
    read(bytes, &ReadOptions::new()).expect_err("a refusal")
}

fn types(table: &Table) -> Vec<String> {
    let schema = citx_core::citizens::Schema::of(table);
    schema.attributes().iter().map(|attribute| attribute.data_type.to_string()).collect()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn column(table: &Table, name: &str) -> Vec<Value> {
    table.column(name).unwrap().values().collect()
}

mod csv_files {
    use super::*;

    #[test]
    fn types_are_found_by_looking_at_the_whole_column() {
        let mut csv = String::from("n,f,b,d,t,code,phone,late,none\n");
        for _ in 0..5_000 {
            csv.push_str("1,0.5,true,2026-11-22,2026-11-22T09:30:00Z,007,+447700900123,1,\n");
        }
        csv.push_str("2,3,FALSE,2024-02-29,2026-11-22 09:30,100,020,x,\n");
        let table = good(csv);
        assert_eq!(types(&table), ["integer", "float", "boolean", "date", "timestamp", "text", "text", "text", "null"]);
        assert!(column(&table, "code")[0] == text("007") && column(&table, "code")[5_000] == text("100"));
        assert_eq!(table.num_rows(), 5_001);
    }

    #[test]
    fn an_empty_cell_is_null_quoted_or_not() {
        let table = good("a,b\n,\"\"\n1,x\n");
        assert!(table.row(0) == [("a".to_owned(), Value::Null), ("b".to_owned(), Value::Null)].into_iter().collect::<Record>());
        assert_eq!(types(&table), ["integer", "text"]);
    }

    #[test]
    fn quotes_line_ends_and_marks() {
        for csv in [
            "a,b\n\"x, \"\"y\"\"\",1\nz,2\n",
            "a,b\r\n\"x, \"\"y\"\"\",1\r\nz,2",
            "a,b\r\"x, \"\"y\"\"\",1\rz,2\r",
            "\u{feff}a,b\n\"x, \"\"y\"\"\",1\n\n\nz,2\n\n",
        ] {
            let table = good(csv);
            assert_eq!((table.column_names(), table.num_rows()), (vec!["a", "b"], 2), "{csv:?}");
            assert!(column(&table, "a") == [text("x, \"y\""), text("z")]);
        }
        assert!(column(&good("a,b\n\"two\nlines\",1\n"), "a") == [text("two\nlines")]);
        assert!(column(&good("a\n5\" pipe\n"), "a") == [text("5\" pipe")]);
        assert!(column(&good("a\n\"\"\"\"\n"), "a") == [text("\"")]);
        assert!(column(&good("a\ncitxendofrecords\nx\n"), "a").len() < 3);
    }

    #[test]
    fn files_without_rows() {
        let table = good("a,b\n");
        assert_eq!((table.num_rows(), table.column_names()), (0, vec!["a", "b"]));
        assert!(read_population(Folder::new().csv("id,b"), "id", &ReadOptions::new()).unwrap().is_empty());
        for nothing in ["", "\n\n", "\u{feff}"] {
            assert!(bad(nothing).to_string().starts_with("t.csv: the file is empty"), "{nothing:?}");
        }
    }

    #[test]
    fn bad_headers_are_refused() {
        assert_eq!(bad("a,b,a\n1,2,3\n").to_string(), "t.csv: two columns are named `a`; rename one");
        assert_eq!(bad("a,,c\n1,2,3\n").to_string(), "t.csv: column 2 has no name in the header; give it one");
        for delimiter in ['"', 'x', '\n', '\u{e9}', '\0'] {
            assert_eq!(read("a", &ReadOptions::new().delimiter(delimiter)).expect_err("refused").kind(), ErrorKind::InvalidArgument);
        }
        assert_eq!(types(&read_table(Folder::new().file("t.TSV", "a\tb\n1\tx\n"), &[], &ReadOptions::new()).unwrap()), ["integer", "text"]);
    }

    #[test]
    fn delimiters_are_named_or_seen_in_the_header() {
        for csv in ["a,b\n1,x;y\n", "a;b\n1;x;y\n", "a\tb\n1\tx;y\n", "a|b\r\n1|x;y\r\n", "\"a\";\"b\"\n1;\"x;y\"\n"] {
            let result = read(csv, &ReadOptions::new());
            match result {
                Ok(table) => assert!(table.column_names() == ["a", "b"] && column(&table, "b") == [text("x;y")], "{csv}"),
                Err(error) => assert!(csv.starts_with("a;b") && error.to_string().contains("found 3"), "{csv}: {error}"),
            }
        }
        assert_eq!(types(&good("a;b\n1;2,5\n")), ["integer", "text"]);
        assert_eq!(good("\"a;b\"\nx\n").column_names(), ["a;b"]);
        assert_eq!(read("a;b\nx;y\n", &ReadOptions::new().delimiter(',')).unwrap().column_names(), ["a;b"]);
    }

    #[test]
    fn a_bad_row_is_named_by_row_and_line_and_its_values_are_not() {
        assert_eq!(bad("a,b\n\"x\ny\",1\nsecret\n").to_string(), "t.csv: row 2 (line 4): expected 2 cells as in the header, found 1");
        assert_eq!(bad("a,b\r\n1,2\r\nsecret,2,3\r\n").to_string(), "t.csv: row 2 (line 3): expected 2 cells as in the header, found 3");
        assert_eq!(bad("a\r1\rsecret,2\r").to_string(), "t.csv: row 2: expected 1 cells as in the header, found 2");
        assert!(bad("a,b\n1,\"secret\n2,x\n").to_string().starts_with("t.csv: a quote that opens in row 1 (line 2) is never closed"));
        assert!(bad("a,\"b\n1,2\n").to_string().contains("a quote that opens in the header (line 1)"));
        assert!(bad("a\nse\0cret\n").to_string().starts_with("t.csv: column `a`, row 1 (line 2): a NUL byte"));
        assert!(bad(b"a\nok\n\xff\xfesecret\n").to_string().starts_with("t.csv: column `a`, row 2 (line 3): not UTF-8"));
        for csv in ["a,b\n1\nsecret", "a\n1\nse\0cret\n"] {
            assert!(!bad(csv).to_string().contains("secret"));
        }
    }

    #[test]
    fn declared_types() {
        let options = ReadOptions::new()
            .column_type("d", "date:%d/%m/%Y")
            .column_type("t", "timestamp:%d/%m/%Y %H:%M")
            .column_type("m", "decimal(8, 2)")
            .column_type("i", "integer")
            .column_type("b", "boolean")
            .column_type("f", "float")
            .column_type("s", "text");
        let table = read("d,t,m,i,b,f,s\n01/02/1990,22/11/2026 09:30,12.5,007,Y,1,42\n,,,,,,\n", &options).unwrap();
        assert_eq!(types(&table), ["date", "timestamp", "decimal(8, 2)", "integer", "boolean", "float", "text"]);
        let row = table.row(0);
        assert!(matches!(row.get("d"), Some(Value::Date(date)) if date.ymd() == Some((1990, 2, 1))));
        assert!(matches!(row.get("m"), Some(Value::Decimal(decimal)) if decimal.digits == 1_250));
        assert!(row.get("i") == Some(&Value::Integer(7)) && row.get("b") == Some(&Value::Boolean(true)));
        assert!(table.row(1).fields().iter().all(|(_, value)| *value == Value::Null));
        let error = read("x,d\n1,01/02/1990\n2,1990-secret\n", &ReadOptions::new().column_type("d", "date:%d/%m/%Y")).expect_err("refused");
        assert_eq!(
            error.to_string(),
            "t.csv: column `d`, row 2 (line 3): expected a date of the form %d/%m/%Y, found something else; correct the cell or declare another type"
        );
    }

    #[test]
    fn declarations_are_checked() {
        for (column, spec, kind) in [
            ("b", "text", ErrorKind::UnknownName),
            ("a", "txet", ErrorKind::InvalidArgument),
            ("a", "decimal(40, 2)", ErrorKind::InvalidArgument),
            ("a", "decimal(4, 5)", ErrorKind::InvalidArgument),
            ("a", "date:", ErrorKind::InvalidArgument),
            ("a", "date:%Q", ErrorKind::InvalidArgument),
            ("a", "integer:5", ErrorKind::InvalidArgument),
        ] {
            assert_eq!(read("a\n1\n", &ReadOptions::new().column_type(column, spec)).expect_err("refused").kind(), kind, "{spec}");
        }
        let twice = ReadOptions::new().column_type("a", "text").column_type("a", "integer");
        assert_eq!(read("a\n1\n", &twice).expect_err("refused").kind(), ErrorKind::InvalidArgument);
    }

    #[test]
    fn keys_are_text() {
        let people = read_population(Folder::new().csv("id,n\n17,1\n0017,2\n"), "id", &ReadOptions::new()).unwrap();
        assert_eq!((people.find("17"), people.find("0017"), people.keys().data_type().to_string().as_str()), (Some(0), Some(1), "Utf8"));
        let number = ReadOptions::new().column_type("id", "integer");
        assert_eq!(read_population(Folder::new().csv("id\n17\n"), "id", &number).unwrap().keys().data_type().to_string(), "Int64");
        let error = read_population(Folder::new().csv("id\nsecret\nsecret\n"), "id", &ReadOptions::new()).expect_err("refused");
        assert_eq!(
            error.to_string(),
            "t.csv: keys must be unique and not null, but column `id` has a key that appeared before in row 2 (first in row 1)"
        );
        let error = read_population(Folder::new().csv("id\nx\n"), "ix", &ReadOptions::new()).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::UnknownName);
    }

    #[test]
    fn quarantine_sets_bad_rows_aside_with_reasons() {
        let csv = b"id,d,n\na,01/02/1990,1\nb,secret,2\nc,01/02/1990\na,01/02/1990,4\n,01/02/1990,5\nd,\xff,6\ne,,text\n";
        let options = ReadOptions::new().on_error(OnError::Quarantine).column_type("d", "date:%d/%m/%Y");
        let people = read_population(Folder::new().csv(csv), "id", &options).unwrap();
        assert_eq!((people.len(), people.find("e")), (2, Some(1)));
        let rejected = people.rejected();
        let numbers: Vec<Value> = column(rejected, "row");
        assert!(numbers == [2, 3, 4, 5, 6].map(Value::Integer));
        assert!(column(rejected, "line") == [3, 4, 5, 6, 7].map(Value::Integer));
        assert!(column(rejected, "column") == [text("d"), Value::Null, text("id"), text("id"), text("d")]);
        assert!(column(rejected, "reason")[2] == text("the key is already in row 1"));
        assert!(rejected.columns().flat_map(|column| column.values().collect::<Vec<_>>()).all(|value| value != text("secret")));
        let (table, rejected) = read_table_and_rejected(Folder::new().csv(csv), &["id"], &options).unwrap();
        assert_eq!((table.num_rows(), rejected.num_rows()), (4, 3));
    }

    #[test]
    fn a_rejected_row_has_no_say_in_the_types() {
        let options = ReadOptions::new().on_error(OnError::Quarantine).column_type("d", "date");
        let table = read("d,n\n2026-11-22,1\nno date,no number\n", &options).unwrap();
        assert_eq!((types(&table), table.num_rows()), (vec!["date".to_owned(), "integer".to_owned()], 1));
    }

    #[test]
    fn encodings() {
        let name = |bytes: &[u8], options: &ReadOptions| read(bytes, options).map(|table| column(&table, "name"));
        let utf16 = |mark: bool| {
            let text = format!("{}name\nZo\u{eb}\n", if mark { "\u{feff}" } else { "" });
            text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
        };
        let expected = vec![text("Zo\u{eb}")];
        assert!(name("name\nZo\u{eb}\n".as_bytes(), &ReadOptions::new().encoding("UTF-8")).unwrap() == expected);
        assert!(name(b"name\nZo\xeb\n", &ReadOptions::new().encoding("windows-1252")).unwrap() == expected);
        assert!(name(b"name\nZo\xeb\n", &ReadOptions::new().encoding("latin1")).unwrap() == expected);
        assert!(name(&utf16(true), &ReadOptions::new()).unwrap() == expected);
        assert!(name(&utf16(false), &ReadOptions::new().encoding("utf-16le")).unwrap() == expected);
        let error = name(b"name\n\x82\x00\n", &ReadOptions::new().encoding("shift_jis")).expect_err("refused");
        assert_eq!((error.kind(), error.to_string().contains("line 2")), (ErrorKind::InvalidArgument, true));
        assert_eq!(name(b"name\n", &ReadOptions::new().encoding("klingon")).expect_err("refused").kind(), ErrorKind::InvalidArgument);
    }
}

mod other_files {
    use super::*;

    #[test]
    fn missing_files_folders_and_unknown_kinds() {
        let folder = Folder::new();
        for name in ["gone.csv", "gone.parquet", "gone.arrow", "gone.xlsx"] {
            let error = read_table(folder.0.path().join(name), &[], &ReadOptions::new()).expect_err("gone");
            assert_eq!(error.kind(), ErrorKind::Io);
            assert_eq!(error.to_string(), format!("{name}: there is no such file or folder"));
        }
        for name in ["t.txt", "t", "t.json", "t.xls"] {
            let error = read_table(folder.file(name, "a\n1\n"), &[], &ReadOptions::new()).expect_err("unknown");
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
        std::fs::create_dir(folder.0.path().join("dir.csv")).unwrap();
        assert_eq!(read_table(folder.0.path().join("dir.csv"), &[], &ReadOptions::new()).expect_err("a folder").kind(), ErrorKind::Io);
        assert_eq!(read_segment_book(folder.0.path().join("gone.toml")).expect_err("gone").kind(), ErrorKind::Io);
        assert_eq!(read_segment_book(folder.file("s.toml", b"\xff")).expect_err("not UTF-8").kind(), ErrorKind::InvalidArgument);
    }

    #[test]
    fn declared_types_are_for_text_formats() {
        let options = ReadOptions::new().column_type("a", "text");
        for name in ["t.parquet", "t.arrow"] {
            let error = read_table(Folder::new().file(name, "x"), &[], &options).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any bytes give a table or a typed error.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(prop_oneof![Just(b','), Just(b'"'), Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200), quarantine in any::<bool>()) {
        let on_error = if quarantine { OnError::Quarantine } else { OnError::Fail };
        let _ = read(bytes, &ReadOptions::new().on_error(on_error));
    }

    /// Text that is written comes back, apostrophes before formulas aside.
    #[test]
    fn text_comes_back(cells in proptest::collection::vec(proptest::option::of("[ -~\n\r,\"\u{e9}]{1,12}"), 1..20)) {
        let cells: Vec<Option<String>> = cells;
        let table = Table::from_columns([
            citx_core::table::Column::text("t", cells.iter().map(Option::as_deref)),
            citx_core::table::Column::integer("i", cells.iter().map(|cell| cell.as_ref().map(|cell| cell.len() as i64))),
        ]).unwrap();
        let folder = Folder::new();
        let path = folder.0.path().join("t.csv");
        write_csv(&table, &path).unwrap();
        let back = read_table(&path, &["t"], &ReadOptions::new()).unwrap();
        prop_assert!(column(&back, "i") == column(&table, "i"));
        for (cell, back) in cells.iter().zip(column(&back, "t")) {
            let expected = cell.as_ref().map_or(Value::Null, |cell| Value::Text(crate::write::for_spreadsheets(cell).into_owned()));
            prop_assert!(back == expected);
        }
    }
}

#[cfg(feature = "parquet")]
mod parquet_files {
    use std::sync::Arc;

    use ::parquet::arrow::ArrowWriter;
    use ::parquet::file::properties::WriterProperties;
    use arrow_array::types::{Int8Type, Int32Type};
    use arrow_array::{ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, ListArray, StringArray};
    use citx_core::table::Column;

    use super::*;

    /// Columns of every way of reading, a third of each null.
    fn table(rows: usize) -> Table {
        let row = |index: usize| (!index.is_multiple_of(3)).then_some(index);
        let each = || (0..rows).map(row);
        let columns: [(&str, ArrayRef); 7] = [
            ("flag", Arc::new(each().map(|row| row.map(|row| row % 5 == 1)).collect::<BooleanArray>())),
            ("day", Arc::new(each().map(|row| row.map(|row| row as i32 - 40)).collect::<Date32Array>())),
            ("amount", Arc::new(each().map(|row| row.map(|row| row as i128)).collect::<Decimal128Array>())),
            ("score", Arc::new(each().map(|row| row.map(|row| row as f64 / 7.0)).collect::<Float64Array>())),
            ("name", Arc::new(each().map(|row| row.map(|row| format!("n{row}"))).collect::<StringArray>())),
            (
                "code",
                Arc::new(
                    (0..rows).map(|row| (row % 3 > 0).then_some(["a", "b", "c", "d"][row / 30 % 4])).collect::<DictionaryArray<Int8Type>>(),
                ),
            ),
            (
                "list",
                Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(each().map(|row| row.map(|row| vec![Some(row as i32), None])))),
            ),
        ];
        Table::from_columns(columns.map(|(name, array)| Column::new(name, array))).unwrap()
    }

    #[test]
    fn row_groups_become_one_table() {
        let folder = Folder::new();
        for (rows, group) in [(0, 10), (1, 10), (10, 10), (199, 31), (200, 1_000)] {
            let written = table(rows);
            let path = folder.0.path().join(format!("{rows}.parquet"));
            let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
            let mut writer =
                ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), written.schema().clone(), Some(properties)).unwrap();
            writer.write(written.batch()).unwrap();
            writer.close().unwrap();
            let read = read_table(&path, &[], &ReadOptions::new()).unwrap();
            assert_eq!(read.num_rows(), rows);
            for name in written.schema().fields().iter().map(|field| field.name()) {
                assert_eq!(read.column(name).unwrap().data_type(), written.column(name).unwrap().data_type(), "{name}");
                assert_eq!(column(&read, name), column(&written, name), "{name} of {rows}");
            }
        }
    }
}
