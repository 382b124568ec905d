//! Tables to files. A file is written beside its place and moved into it, so that a reader finds the old one or the new one.

mod atomic;
#[cfg(feature = "parquet")]
mod parquet;
mod safe;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::Path;

use arrow_cast::display::array_value_to_string;
use citx_core::citizens::AttributeType;
use citx_core::table::{Column, Table, Value};
use citx_core::{Error, ErrorKind, Result};

pub(crate) use atomic::replace;
#[cfg(feature = "parquet")]
pub(crate) use parquet::parquet_to;
#[cfg(feature = "parquet")]
pub use parquet::write_parquet;
pub(crate) use safe::{for_spreadsheets, is_email, is_mobile, is_phone};

use crate::read::{file_name, io_error};

/// Writes a table as CSV: UTF-8, a header line, quotes where RFC 4180 wants them, empty for null, instants in UTC.
///
/// Text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line end) gets an apostrophe in front.
/// Valid phone numbers and e-mail addresses stay as they are, and so do columns of numbers.
///
/// # Errors
/// `Io`, and nothing is left half written; `InvalidArgument` for a date beyond the calendar, naming column and row.
///
/// # Example
/// ```
/// use citx_core::table::{Column, Table};
///
/// let table = Table::from_columns([Column::text("phone", [Some("+447700900123"), None]), Column::text("note", [Some("=1+1"), Some("a, b")])])?;
/// let folder = tempfile::tempdir().expect("a folder");
/// let path = folder.path().join("out.csv");
/// citx_store::write_csv(&table, &path)?;
/// assert_eq!(std::fs::read_to_string(&path).expect("written"), "phone,note\n+447700900123,'=1+1\n,\"a, b\"\n");
/// # Ok::<(), citx_core::Error>(())
/// ```
pub fn write_csv(table: &Table, path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    replace(path, |file| csv_to(table, file)).map_err(|error| error.context(file_name(path)))
}

pub(crate) fn csv_to(table: &Table, output: &mut (dyn Write + Send)) -> Result<()> {
    let failed = |error: csv::Error| {
        let error = match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            _ => std::io::ErrorKind::InvalidData.into(),
        };
        Error::new(ErrorKind::Io, "the system could not write the file").caused_by(error)
    };
    let mut writer = csv::Writer::from_writer(output);
    let columns: Vec<Column> = table.columns().collect();
    writer.write_record(columns.iter().map(|column| for_spreadsheets(column.name()).into_owned())).map_err(failed)?;
    for row in 0..table.num_rows() {
        for column in &columns {
            writer.write_field(cell(column, row)?).map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.flush().map_err(|error| Error::new(ErrorKind::Io, "the system could not write the file").caused_by(error))
}

/// One cell as text.
fn cell(column: &Column, row: usize) -> Result<String> {
    let beyond = || {
        let message = format!("column `{}`, row {}: the date is beyond the years that can be written", column.name(), row + 1);
        Error::new(ErrorKind::InvalidArgument, message)
    };
    Ok(match column.value(row) {
        Value::Null => String::new(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        // Debug is the shortest text that reads back, with a point or an exponent: it stays a float when read again.
        Value::Float(value) => format!("{value:?}"),
        Value::Text(text) => for_spreadsheets(&text).into_owned(),
        Value::Date(date) => date.ymd().map(|_| date.to_string()).ok_or_else(beyond)?,
        Value::Timestamp(at) => at.date(citx_core::time::TimeZone::UTC).map(|_| at.to_string()).ok_or_else(beyond)?,
        _ => {
            let text = array_value_to_string(column.array(), row).map_err(|error| {
                let message = format!("column `{}` is {}, which cannot be written as text", column.name(), column.data_type());
                Error::new(ErrorKind::Unsupported, message).caused_by(error)
            })?;
            match AttributeType::of(column.data_type()) {
                AttributeType::Decimal { .. } | AttributeType::Integer => text,
                _ => for_spreadsheets(&text).into_owned(),
            }
        }
    })
}

/// Makes the folder that results go to.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|error| io_error(path, error))
}
