//! Parquet files.

use std::fs::File;
use std::path::Path;

use arrow_array::RecordBatch;
use citx_core::table::Table;
use citx_core::{Error, ErrorKind, Result};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::errors::ParquetError;

use super::{damaged, guarded, io_failure};

/// Rows decoded at a time: large enough that joining the pieces is cheap, small enough for wide text.
const BATCH_ROWS: usize = 65_536;

pub(super) fn read(path: &Path) -> Result<Table> {
    let file = File::open(path).map_err(io_failure)?;
    guarded("Parquet", || decode(file))
}

fn decode(file: File) -> Result<Table> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(failure)?;
    let rows = builder.metadata().file_metadata().num_rows();
    if !(0..i64::from(u32::MAX)).contains(&rows) {
        return Err(Error::new(ErrorKind::LimitExceeded, format!("at most {} rows", u32::MAX - 1)));
    }
    let columns = builder.metadata().row_groups().iter().flat_map(|group| group.columns());
    let refused = columns.filter_map(|column| match column.compression() {
        Compression::BROTLI(_) => Some("brotli"),
        Compression::LZO => Some("lzo"),
        _ => None,
    });
    if let Some(name) = refused.min() {
        let message = format!("the file is compressed with {name}; save it with zstd, snappy, gzip, lz4 or none");
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    let schema = builder.schema().clone();
    let reader = builder.with_batch_size(BATCH_ROWS).build().map_err(failure)?;
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().map_err(|error| damaged("Parquet").caused_by(error))?;
    Table::from_batches(schema, &batches)
}

fn failure(error: ParquetError) -> Error {
    match error {
        ParquetError::NYI(_) => Error::new(ErrorKind::Unsupported, "the file uses a part of Parquet that is not supported"),
        error => damaged("Parquet").caused_by(error),
    }
}
