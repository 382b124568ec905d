//! Tables as Parquet.

use std::io::Write;
use std::path::Path;

use citx_core::table::Table;
use citx_core::{Error, ErrorKind, Result};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::replace;
use crate::read::file_name;

/// Writes a table as Parquet, compressed with Zstandard, its Arrow types kept.
///
/// # Errors
/// `Io`, and nothing is left half written; `Unsupported` for a type that Parquet does not have.
pub fn write_parquet(table: &Table, path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    replace(path, |file| parquet_to(table, file)).map_err(|error| error.context(file_name(path)))
}

pub(crate) fn parquet_to(table: &Table, output: &mut (dyn Write + Send)) -> Result<()> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer = ArrowWriter::try_new(output, table.schema().clone(), Some(properties)).map_err(failure)?;
    writer.write(table.batch()).map_err(failure)?;
    writer.close().map(|_| ()).map_err(failure)
}

fn failure(error: ParquetError) -> Error {
    match &error {
        ParquetError::NYI(_) | ParquetError::ArrowError(_) => {
            Error::new(ErrorKind::Unsupported, "the table has a column of a type that Parquet does not have").caused_by(error)
        }
        _ => Error::new(ErrorKind::Io, "the file could not be written").caused_by(error),
    }
}
