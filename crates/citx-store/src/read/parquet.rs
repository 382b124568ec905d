//! Parquet files.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, FieldRef, Schema};
use citx_core::table::Table;
use citx_core::{Error, ErrorKind, Result};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
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
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(failure)?;
    let rows = metadata.metadata().file_metadata().num_rows();
    if !(0..i64::from(u32::MAX)).contains(&rows) {
        return Err(Error::new(ErrorKind::LimitExceeded, format!("at most {} rows", u32::MAX - 1)));
    }
    let columns = metadata.metadata().row_groups().iter().flat_map(|group| group.columns());
    let refused = columns.filter_map(|column| match column.compression() {
        Compression::BROTLI(_) => Some("brotli"),
        Compression::LZO => Some("lzo"),
        _ => None,
    });
    if let Some(name) = refused.min() {
        let message = format!("the file is compressed with {name}; save it with zstd, snappy, gzip, lz4 or none");
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for column in 0..metadata.schema().fields().len() {
        let (field, array) = decode_column(file.try_clone().map_err(io_failure)?, &metadata, column, rows as usize)?;
        fields.push(field);
        arrays.push(array);
    }
    let schema = Schema::new_with_metadata(fields, metadata.schema().metadata().clone());
    let options = RecordBatchOptions::new().with_row_count(Some(rows as usize));
    RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)
        .map(Table::from_batch)
        .map_err(|error| damaged("Parquet").caused_by(error))
}

/// One column after another: only of one of them is there, for a while, more than the table keeps.
fn decode_column(file: File, metadata: &ArrowReaderMetadata, column: usize, rows: usize) -> Result<(FieldRef, ArrayRef)> {
    let field = metadata.schema().field(column);
    // Text would outgrow its offsets, and the dictionaries of row groups differ: those are joined from pieces.
    let is_whole = (field.data_type().is_primitive() || *field.data_type() == DataType::Boolean) && has_room(rows);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone());
    let mask = ProjectionMask::roots(builder.parquet_schema(), [column]);
    let reader = builder.with_projection(mask).with_batch_size(if is_whole { rows.max(1) } else { BATCH_ROWS }).build().map_err(failure)?;
    let schema = Arc::new(Schema::new(vec![field.clone()]));
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().map_err(|error| damaged("Parquet").caused_by(error))?;
    let table = Table::from_batches(schema, &batches)?;
    let batch = table.batch();
    match (batch.schema_ref().fields().first(), batch.columns().first()) {
        (Some(field), Some(array)) => Ok((field.clone(), array.clone())),
        _ => Err(damaged("Parquet")),
    }
}

/// Whether there is memory for so many values, of which a damaged file may say anything: the decoder takes it at once.
fn has_room(values: usize) -> bool {
    Vec::<[u8; 32]>::new().try_reserve_exact(values).is_ok()
}

fn failure(error: ParquetError) -> Error {
    match error {
        ParquetError::NYI(_) => Error::new(ErrorKind::Unsupported, "the file uses a part of Parquet that is not supported"),
        error => damaged("Parquet").caused_by(error),
    }
}
