//! Tables to files.

use std::path::Path;

use citx_core::Result;
use citx_core::table::Table;

/// Writes a table as CSV: UTF-8, a header line, empty for null, safe against spreadsheet formulas.
///
/// # Errors
/// `Io`; nothing is left half written.
pub fn write_csv(table: &Table, path: impl AsRef<Path>) -> Result<()> {
    let _ = (table, path.as_ref());
    unimplemented!()
}

/// Writes a table as Parquet.
///
/// # Errors
/// As [`write_csv`].
#[cfg(feature = "parquet")]
pub fn write_parquet(table: &Table, path: impl AsRef<Path>) -> Result<()> {
    let _ = (table, path.as_ref());
    unimplemented!()
}
