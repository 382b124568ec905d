//! Tables.

use std::mem::MaybeUninit;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use engine::{Column, Error, ErrorKind, OnError, ReadOptions, Result, Table};

use super::error::{citx_error, citx_status};
use super::record::{beyond, citx_record};
use crate::guard;
use crate::handle::{ExclusiveHandle as _, Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, arrow, citx_pairs, citx_str, citx_strs};

/// Named columns of equal length: what goes in, and every result that has rows.
pub struct citx_table(Shared<Table>);
shared!(citx_table, Table);

/// How a file is read. NULL in its place, or zeros: types inferred, UTF-8, the first sheet, a bad row fails the whole
/// read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_read_options {
    /// sizeof(citx_read_options).
    pub struct_size: usize,
    /// Column and type: `text`, `integer`, `float`, `decimal(10, 2)`, `boolean`, `date`, `date:%d/%m/%Y`, `timestamp`,
    /// `timestamp:FORMAT`.
    pub types: citx_pairs,
    /// Encoding of a CSV file, such as `utf-8` or `windows-1252`.
    pub encoding: citx_str,
    /// Sheet of a workbook.
    pub sheet: citx_str,
    /// `fail` or `quarantine`: bad rows are set aside, see citx_population_rejected.
    pub on_error: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists.
unsafe impl Options for citx_read_options {
    const NAME: &'static str = "citx_read_options";
}

/// The options of a read.
///
/// # Safety
/// As [`raw::options`].
pub(crate) unsafe fn read_options(options: *const citx_read_options) -> Result<ReadOptions> {
    let mut read = ReadOptions::default();
    // SAFETY: as promised by the caller.
    if let Some(options) = unsafe { raw::options(options) }? {
        read.types = options.types.pairs("types")?;
        read.encoding = options.encoding.maybe("encoding")?;
        read.sheet = options.sheet.maybe("sheet")?;
        read.on_error = match options.on_error.text("on_error")? {
            "" | "fail" => OnError::Fail,
            "quarantine" => OnError::Quarantine,
            _ => return Err(Error::new(ErrorKind::InvalidArgument, "`on_error` is `fail` or `quarantine`")),
        };
    }
    Ok(read)
}

/// A table of one column.
pub(crate) fn single(column: Column) -> Result<Box<citx_table>> {
    Ok(citx_table::boxed(Table::from_columns([column])?))
}

/// Takes the table of an Arrow stream, all its batches.
///
/// `stream` is moved: whatever the status, it has been released and is marked so. Nothing is copied where one batch
/// came; the producer's release callback is called, from any thread, when the last object made from it is gone. Every
/// array is validated. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT, UNSUPPORTED for a type,
/// LIMIT_EXCEEDED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_table_import_stream(
    stream: *mut FFI_ArrowArrayStream,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        // SAFETY: NULL or a stream, as the header asks.
        let table = unsafe { arrow::import_stream(stream) };
        let out = guard::place(out, "out")?;
        out.write(citx_table::boxed(table?));
        Ok(())
    })
}

/// Takes the table of one Arrow struct array and its schema, one child for each column.
///
/// `array` and `schema` are moved: whatever the status, both have been taken over, are marked as released, and will be
/// released as citx_table_import_stream says. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT,
/// UNSUPPORTED, LIMIT_EXCEEDED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_table_import_array(
    array: *mut FFI_ArrowArray,
    schema: *mut FFI_ArrowSchema,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        // SAFETY: NULL or an array and its schema, as the header asks.
        let table = unsafe { arrow::import_array(array, schema) };
        let out = guard::place(out, "out")?;
        out.write(citx_table::boxed(table?));
        Ok(())
    })
}

/// Writes the table as an Arrow stream of one batch to `out`, whose old content is not looked at.
///
/// `*out` is the caller's, to be released through its own callback; it may outlive `table`. Status: INVALID_ARGUMENT.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_export_stream(
    table: Option<&citx_table>,
    out: Option<&mut MaybeUninit<FFI_ArrowArrayStream>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        arrow::export_stream(table, guard::place(out, "out")?);
        Ok(())
    })
}

/// Reads a `.csv`, `.parquet`, `.arrow` or `.xlsx` file; `text` names columns that are text whatever they look like,
/// such as keys.
///
/// `*out` is to be freed with citx_table_free. Status: IO, INVALID_ARGUMENT naming file, column and row, UNSUPPORTED.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_table_read(
    path: citx_str,
    text: citx_strs,
    options: *const citx_read_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { read_options(options) }?;
        let text = text.texts("text")?;
        let text: Vec<&str> = text.iter().map(String::as_str).collect();
        out.write(citx_table::boxed(engine::read_table(path.text("path")?, &text, &options)?));
        Ok(())
    })
}

/// Writes a table as CSV: UTF-8, a header line, empty for null, safe against spreadsheet formulas. Status: IO,
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_write_csv(
    table: Option<&citx_table>,
    path: citx_str,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| engine::write_csv(table, path.text("path")?))
}

/// Writes a table as Parquet. Status: IO, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_write_parquet(
    table: Option<&citx_table>,
    path: citx_str,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| engine::write_parquet(table, path.text("path")?))
}

/// How many rows; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_num_rows(table: Option<&citx_table>) -> usize {
    guard::get(table, 0, Table::num_rows)
}

/// How many columns; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_num_columns(table: Option<&citx_table>) -> usize {
    guard::get(table, 0, |table| table.column_names().len())
}

/// The name of the column at `index`, from 0, valid until `table` is freed; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_column_name(table: Option<&citx_table>, index: usize) -> citx_str {
    guard::get(table, citx_str::NONE, |table| citx_str::view_of(table.column_names().get(index).copied()))
}

/// The row at `index`, from 0, as names and values: for a look at a few rows; many go as Arrow.
///
/// `*out` is to be freed with citx_record_free. Status: OUT_OF_RANGE, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_row(
    table: Option<&citx_table>,
    index: usize,
    out: Option<&mut MaybeUninit<Box<citx_record>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        let out = guard::place(out, "out")?;
        if index >= table.num_rows() {
            return Err(beyond("row", index, table.num_rows()));
        }
        out.write(citx_record::boxed(table.row(index)));
        Ok(())
    })
}

/// Frees a table; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_table_free(table: Option<Box<citx_table>>) {
    guard::free(table);
}
