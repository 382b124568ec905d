//! Tables from files: CSV, Parquet, Arrow IPC, XLSX.
//!
//! Text formats go through one [`grid::Grid`] of text cells, so that a CSV file and a workbook with the same cells give the same
//! columns: `csv` and `xlsx` fill it, `infer` finds the types that were not declared, `parse` makes the columns.

mod arrow;
mod csv;
mod grid;
mod infer;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod parse;
mod signals;
#[cfg(test)]
mod tests;
#[cfg(feature = "xlsx")]
mod tsm;
mod types;
#[cfg(feature = "xlsx")]
mod xlsx;

use std::io;
use std::path::Path;

use citx_core::citizens::{Population, Rejected};
use citx_core::consent::Policy;
use citx_core::satisfaction::Instrument;
use citx_core::segments::SegmentBook;
use citx_core::table::Table;
use citx_core::{Error, ErrorKind, Result};

pub use options::{OnError, ReadOptions};
pub use signals::{read_address_list, read_document, read_number_list, read_preference_mapping, read_preferences, read_provider_mapping};
#[cfg(feature = "xlsx")]
pub use tsm::{TsmRelease, read_tsm_release};

/// What was read: the good rows, and what became of the others.
struct Loaded {
    table: Table,
    rejected: Rejected,
}

/// Citizens from a `.csv`, `.tsv`, `.parquet`, `.arrow` (`.feather`, `.ipc`) or `.xlsx` file.
///
/// The key column of a text format is read as text unless `types` says otherwise. With [`OnError::Quarantine`] the rows that cannot be
/// read, or whose key is null or in an earlier row, are in [`Population::rejected`].
///
/// # Errors
/// `Io`; `InvalidArgument` naming file, column and row; `Corrupted` for a damaged file; `Unsupported` for another kind of file.
///
/// # Example
/// ```
/// use citx_store::{ReadOptions, read_population};
///
/// let folder = tempfile::tempdir().expect("a folder");
/// let path = folder.path().join("residents.csv");
/// std::fs::write(&path, "citizen_id,born,visits\n007,31/12/1980,4\n008,,\n").expect("written");
///
/// let options = ReadOptions::new().column_type("born", "date:%d/%m/%Y");
/// let people = read_population(&path, "citizen_id", &options)?;
/// assert_eq!(people.key(0).as_deref(), Some("007"));
/// assert_eq!(people.schema().find("born").map(|(_, kind)| kind.to_string()).as_deref(), Some("date"));
/// # Ok::<(), citx_core::Error>(())
/// ```
pub fn read_population(path: impl AsRef<Path>, key: &str, options: &ReadOptions) -> Result<Population> {
    let path = path.as_ref();
    let loaded = load(path, &[key], options)?;
    let people = match options.on_error {
        OnError::Fail => Population::from_table(loaded.table, key),
        OnError::Quarantine => Population::from_table_quarantined(loaded.table, key, loaded.rejected),
    };
    people.map_err(|error| error.context(file_name(path)))
}

/// A table from a `.csv`, `.tsv`, `.parquet`, `.arrow` (`.feather`, `.ipc`) or `.xlsx` file; `text` names columns that are text whatever
/// they look like, as far as the file has them. Rows set aside by [`OnError::Quarantine`] are dropped: [`read_table_and_rejected`] keeps them.
///
/// # Errors
/// As [`read_population`].
pub fn read_table(path: impl AsRef<Path>, text: &[&str], options: &ReadOptions) -> Result<Table> {
    Ok(load(path.as_ref(), text, options)?.table)
}

/// The same, and the rows that were set aside: row, line, column, reason.
///
/// # Errors
/// As [`read_population`].
pub fn read_table_and_rejected(path: impl AsRef<Path>, text: &[&str], options: &ReadOptions) -> Result<(Table, Table)> {
    let loaded = load(path.as_ref(), text, options)?;
    Ok((loaded.table, loaded.rejected.to_table()?))
}

/// A segment book from a TOML file.
///
/// # Errors
/// `Io`; `InvalidArgument` for text that is not UTF-8; and as [`SegmentBook::parse_toml`].
pub fn read_segment_book(path: impl AsRef<Path>) -> Result<SegmentBook> {
    parsed(path.as_ref(), SegmentBook::parse_toml)
}

/// A consent policy from a TOML file.
///
/// # Errors
/// `Io`; `InvalidArgument` for text that is not UTF-8; and as [`Policy::parse`].
pub fn read_policy(path: impl AsRef<Path>) -> Result<Policy> {
    parsed(path.as_ref(), Policy::parse)
}

/// An instrument of one's own from a TOML file.
///
/// # Errors
/// `Io`; `InvalidArgument` for text that is not UTF-8; and as [`Instrument::parse`].
pub fn read_instrument(path: impl AsRef<Path>) -> Result<Instrument> {
    parsed(path.as_ref(), Instrument::parse)
}

fn parsed<T>(path: &Path, parse: impl Fn(&str) -> Result<T>) -> Result<T> {
    let bytes = std::fs::read(path).map_err(|error| io_error(path, error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::new(ErrorKind::InvalidArgument, "expected UTF-8 text; save the file as UTF-8").context(file_name(path)))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    parse(text).map_err(|error| error.context(file_name(path)))
}

fn load(path: &Path, text: &[&str], options: &ReadOptions) -> Result<Loaded> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    let loaded = match extension.as_str() {
        "csv" | "tsv" => csv::read(path, extension == "tsv", options).and_then(|grid| grid.into_table(text, options)),
        #[cfg(feature = "xlsx")]
        "xlsx" | "xlsm" => xlsx::read(path, options).and_then(|grid| grid.into_table(text, options)),
        #[cfg(feature = "parquet")]
        "parquet" => options.refuse_types("Parquet").and_then(|()| parquet::read(path)).map(Loaded::whole),
        "arrow" | "feather" | "ipc" | "arrows" => options.refuse_types("Arrow").and_then(|()| arrow::read(path)).map(Loaded::whole),
        _ => Err(Error::new(ErrorKind::Unsupported, "expected a file that ends in .csv, .tsv, .parquet, .arrow, .feather or .xlsx")),
    };
    loaded.map_err(|error| error.context(file_name(path)))
}

impl Loaded {
    /// A file whose format cannot have a bad row.
    fn whole(table: Table) -> Self {
        Self { table, rejected: Rejected::default() }
    }
}

/// The name of a file, for messages: the folders above it may be named after people.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The error for a file that the system does not let us read or write.
pub(crate) fn io_error(path: &Path, error: io::Error) -> Error {
    io_failure(error).context(file_name(path))
}

/// The same for a caller that names the file itself.
fn io_failure(error: io::Error) -> Error {
    let what = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder",
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::IsADirectory => "this is a folder, not a file",
        io::ErrorKind::OutOfMemory => "the file is larger than the memory",
        _ => "the system could not read or write the file",
    };
    Error::new(ErrorKind::Io, what).caused_by(error)
}

/// Runs a decoder of somebody else's over bytes that may be hostile: should it panic, the file is damaged, and the host lives on.
fn guarded<T>(format: &str, decode: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(decode)).unwrap_or_else(|_| Err(damaged(format)))
}

/// The error for a file that is not what its name says.
fn damaged(format: &str) -> Error {
    Error::new(ErrorKind::Corrupted, format!("the file is damaged or not {format}"))
}
