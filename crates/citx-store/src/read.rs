//! Tables from files: CSV, Parquet, Arrow IPC, XLSX.

use std::path::Path;

use citx_core::Result;
use citx_core::citizens::Population;
use citx_core::segments::SegmentBook;
use citx_core::table::Table;

/// What happens to a bad row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// The whole read fails, naming file, column and row.
    #[default]
    Fail,
    /// The row is set aside with a reason.
    Quarantine,
}

/// How a file is read.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Types by column: `text`, `integer`, `float`, `decimal(10, 2)`, `boolean`, `date`, `date:%d/%m/%Y`, `timestamp`, `timestamp:FORMAT`.
    pub types: Vec<(String, String)>,
    /// Encoding of a CSV file, such as `utf-8` (default) or `windows-1252`.
    pub encoding: Option<String>,
    /// What happens to a bad row.
    pub on_error: OnError,
    /// Sheet of a workbook; absent is the first.
    pub sheet: Option<String>,
}

/// Citizens from a `.csv`, `.parquet`, `.arrow` or `.xlsx` file.
///
/// # Errors
/// `Io`, `InvalidArgument` naming file, column and row, `Unsupported` for another kind of file.
pub fn read_population(path: impl AsRef<Path>, key: &str, options: &ReadOptions) -> Result<Population> {
    let _ = (path.as_ref(), key, options);
    unimplemented!()
}

/// A table from a `.csv`, `.parquet`, `.arrow` or `.xlsx` file; `text` names columns that are text whatever they look like.
///
/// # Errors
/// As [`read_population`].
pub fn read_table(path: impl AsRef<Path>, text: &[&str], options: &ReadOptions) -> Result<Table> {
    let _ = (path.as_ref(), text, options);
    unimplemented!()
}

/// A segment book from a TOML file.
///
/// # Errors
/// `Io`, and as [`SegmentBook::parse_toml`].
pub fn read_segment_book(path: impl AsRef<Path>) -> Result<SegmentBook> {
    let _ = path.as_ref();
    unimplemented!()
}
