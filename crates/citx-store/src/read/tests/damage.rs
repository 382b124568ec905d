//! Damaged and hostile files of every binary format: read, or refused with a typed error that names no value.

use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, DictionaryArray, Int64Array, ListArray, RecordBatch, StringArray, StringViewArray};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use citx_core::table::Column;
use std::sync::Arc;

use super::*;

const SECRET: &str = "very-secret-value";

fn batch(rows: usize) -> RecordBatch {
    let words: Vec<String> = (0..rows).map(|row| format!("{SECRET}-{}", row % 7)).collect();
    let texts = || words.iter().map(|word| Some(word.as_str()));
    let array = |name, array: ArrayRef| Column::new(name, array);
    let table = Table::from_columns([
        array("id", Arc::new(Int64Array::from_iter_values(0..rows as i64))),
        array("text", Arc::new(texts().collect::<StringArray>())),
        array("view", Arc::new(texts().collect::<StringViewArray>())),
        array("code", Arc::new(texts().collect::<DictionaryArray<Int8Type>>())),
        array(
            "list",
            Arc::new(ListArray::from_iter_primitive::<arrow_array::types::Int32Type, _, _>(
                (0..rows).map(|row| (row % 3 > 0).then(|| vec![Some(row as i32)])),
            )),
        ),
    ]);
    table.unwrap().batch().clone()
}

fn arrow_file(compression: Option<CompressionType>) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &batch(0).schema(), options).unwrap();
    writer.write(&batch(40)).unwrap();
    writer.write(&batch(60)).unwrap();
    writer.into_inner().unwrap()
}

fn arrow_stream() -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch(0).schema()).unwrap();
    writer.write(&batch(40)).unwrap();
    writer.write(&batch(60)).unwrap();
    writer.into_inner().unwrap()
}

#[cfg(feature = "parquet")]
fn parquet_file() -> Vec<u8> {
    let folder = Folder::new();
    let path = folder.0.path().join("t.parquet");
    crate::write_parquet(&Table::from_batch(batch(100)), &path).unwrap();
    std::fs::read(path).unwrap()
}

/// Reads the bytes under that name; whatever comes out must be usable or typed, and tell nothing.
fn survives(folder: &Folder, name: &str, bytes: &[u8]) {
    match read_table(folder.file(name, bytes), &[], &ReadOptions::new()) {
        Ok(table) => {
            // Values that were not checked would be read here.
            let values = table.columns().flat_map(|column| column.values().collect::<Vec<_>>()).count();
            assert_eq!(values, table.num_rows() * table.num_columns());
        }
        Err(error) => {
            assert!(!error.to_string().contains(SECRET), "{error}");
            let kinds = [
                ErrorKind::Corrupted,
                ErrorKind::InvalidArgument,
                ErrorKind::LimitExceeded,
                ErrorKind::Unsupported,
                ErrorKind::UnknownName,
            ];
            assert!(kinds.contains(&error.kind()), "{error:?}");
        }
    }
}

/// Every truncation and every damaged byte, `step` apart.
fn damage(name: &str, bytes: &[u8], step: usize) {
    let folder = Folder::new();
    survives(&folder, name, bytes);
    assert!(read_table(folder.file(name, bytes), &[], &ReadOptions::new()).is_ok(), "{name} is good before it is damaged");
    for at in (0..bytes.len()).step_by(step) {
        survives(&folder, name, &bytes[..at]);
        let mut broken = bytes.to_vec();
        broken[at] ^= 1 << (at / step % 8);
        survives(&folder, name, &broken);
        broken[at] = 0xff;
        survives(&folder, name, &broken);
        let end = (at + 8).min(broken.len());
        broken[at..end].fill(0xff);
        survives(&folder, name, &broken);
        broken[at..end].fill(0x7f);
        survives(&folder, name, &broken);
    }
}

#[test]
fn damaged_arrow() {
    damage("t.arrow", &arrow_file(None), 61);
    damage("t.arrow", &arrow_stream(), 61);
}

#[test]
fn damaged_compressed_arrow() {
    damage("t.feather", &arrow_file(Some(CompressionType::LZ4_FRAME)), 61);
    damage("t.feather", &arrow_file(Some(CompressionType::ZSTD)), 61);
}

#[cfg(feature = "parquet")]
#[test]
fn damaged_parquet() {
    damage("t.parquet", &parquet_file(), 61);
}

#[cfg(feature = "xlsx")]
#[test]
fn damaged_workbooks() {
    use super::workbooks::{row, workbook};
    let secret = format!("A2=s:{SECRET}");
    let rows = [row(1, &["A1=s:id", "B1=s:n"]), row(2, &[&secret, "B2=n:1"]), row(3, &["A3=s:x", "B3=1:46348"])];
    damage("t.xlsx", &workbook(&[("Sheet1", &rows.concat())]), 61);
}

#[test]
fn every_form_of_arrow_is_read() {
    let folder = Folder::new();
    for bytes in [arrow_file(None), arrow_file(Some(CompressionType::LZ4_FRAME)), arrow_file(Some(CompressionType::ZSTD)), arrow_stream()] {
        let table = read_table(folder.file("t.arrow", bytes), &[], &ReadOptions::new())
            .unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)));
        assert_eq!(table.num_rows(), 100);
        assert!(table.row(99).get("code") == Some(&text(&format!("{SECRET}-{}", 59 % 7))));
        assert!(table.row(99).get("id") == Some(&Value::Integer(59)));
    }
    // A stream cut at a message, without the mark of its end, is a stream.
    let mut stream = arrow_stream();
    stream.truncate(stream.len() - 8);
    assert_eq!(read_table(folder.file("t.arrow", stream), &[], &ReadOptions::new()).unwrap().num_rows(), 100);
}

#[test]
fn a_promised_size_is_not_believed() {
    let mut bytes = arrow_file(Some(CompressionType::LZ4_FRAME));
    // The length before each compressed buffer: more than any memory.
    let frame = [0x04, 0x22, 0x4d, 0x18];
    let at: Vec<usize> = (8..bytes.len() - 4).filter(|&at| bytes[at..at + 4] == frame).collect();
    assert!(!at.is_empty());
    for at in at {
        bytes[at - 8..at].copy_from_slice(&(1_i64 << 46).to_le_bytes());
    }
    let error = read_table(Folder::new().file("t.arrow", bytes), &[], &ReadOptions::new()).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Corrupted);
}

#[test]
fn files_that_are_something_else() {
    let folder = Folder::new();
    for name in ["t.arrow", "t.parquet", "t.xlsx"] {
        for bytes in [
            &b""[..],
            b"PAR1",
            b"PAR1PAR1",
            b"ARROW1",
            b"ARROW1\0\0ARROW1",
            b"PK\x03\x04",
            b"id,name\n1,x\n",
            b"FEA1....FEA1",
            &[0; 64],
            &[0xff; 64],
        ] {
            let error = read_table(folder.file(name, bytes), &[], &ReadOptions::new()).expect_err("refused");
            assert!([ErrorKind::Corrupted, ErrorKind::Unsupported].contains(&error.kind()), "{name}: {error}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300), mark in 0_usize..4) {
        let folder = Folder::new();
        let marks: [&[u8]; 4] = [b"", b"ARROW1\0\0\xff\xff\xff\xff", b"PAR1", b"PK\x03\x04"];
        let all: Vec<u8> = marks[mark].iter().copied().chain(bytes).chain(marks[mark].iter().copied()).collect();
        for name in ["t.arrow", "t.parquet", "t.xlsx"] {
            survives(&folder, name, &all);
        }
    }
}
