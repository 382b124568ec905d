//! Excel workbooks as grids of cells.
//!
//! A cell becomes the text that says the same: numbers in their shortest form, dates as ISO 8601. The cells are read one by one and
//! never as a rectangle, because one cell in the last corner of a sheet would make it 17 thousand million cells large.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};
use citx_core::citizens::Rejection;
use citx_core::{Error, ErrorKind, Result};

use zip::ZipArchive;

use super::grid::{Cells, Faults, Grid};
use super::{ReadOptions, damaged, guarded, io_failure};

/// A sheet of fewer cells than this may be as sparse as it likes, a larger one must have a cell in every so many.
const SMALL_SHEET: usize = 1 << 26;
const SPARSEST: usize = 64;

/// Serial numbers of days: 1 is 1 January 1900, 2,958,465 is 31 December 9999.
const LAST_SERIAL: f64 = 2_958_466.0;
const UNIX_EPOCH_SERIAL: i64 = 25_569;
/// Excel thinks that 1900 was a leap year: serial numbers up to this day are one ahead.
const FALSE_LEAP_DAY: f64 = 60.0;
/// How far the 1904 calendar of old Macintosh workbooks lies behind.
const DAYS_1904: f64 = 1_462.0;
const DAY_MILLIS: i64 = 86_400_000;

/// Whole numbers beyond this have lost digits already.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What a workbook may be unpacked: Excel itself is out of breath long before, and a small file may promise more than any memory.
const UNPACKED: u64 = 4 << 30;

enum CellText {
    Plain(String),
    /// Milliseconds since 1970-01-01 on no particular clock.
    Instant(i64),
    Faulty,
}

/// A cell that has something in it: row and column from 0.
type Placed = (u32, u32, CellText);

pub(super) fn read(path: &Path, options: &ReadOptions) -> Result<Grid> {
    let file = BufReader::new(File::open(path).map_err(io_failure)?);
    let cells = guarded("an Excel workbook", || cells(file, options.sheet.as_deref()))?;
    grid(cells, options)
}

/// Whether the parts of the workbook fit into a memory.
fn check_size<R: Read + Seek>(file: R) -> Result<()> {
    let mut archive = ZipArchive::new(file).map_err(|_| damaged("an Excel workbook"))?;
    let mut unpacked = 0_u64;
    for part in 0..archive.len() {
        unpacked = unpacked.saturating_add(archive.by_index_raw(part).map_err(|_| damaged("an Excel workbook"))?.size());
    }
    if unpacked > UNPACKED {
        return Err(Error::new(
            ErrorKind::LimitExceeded,
            "the workbook is larger than 4 GiB when it is unpacked; save the table as CSV or Parquet",
        ));
    }
    Ok(())
}

fn cells<R: Read + Seek>(file: R, sheet: Option<&str>) -> Result<Vec<Placed>> {
    let mut workbook = open(file)?;
    let sheets = names(&workbook);
    let name = match sheet {
        None => sheets.first().cloned(),
        Some(wanted) if sheets.iter().any(|name| name == wanted) => Some(wanted.to_owned()),
        Some(wanted) => {
            let message = format!("there is no sheet `{wanted}`; the workbook has `{}`", sheets.join("`, `"));
            return Err(Error::new(ErrorKind::UnknownName, message));
        }
    };
    let name = name.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "the workbook has no sheet"))?;
    sheet_cells(&mut workbook, &name)
}

/// A sheet's cells as text, by row and column from 0.
pub(super) type SheetText = BTreeMap<(u32, u32), String>;

/// The sheets whose names are wanted, in the workbook's order. A cell that holds an error is empty.
pub(super) fn sheets(path: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, SheetText)>> {
    let file = BufReader::new(File::open(path).map_err(io_failure)?);
    guarded("an Excel workbook", || {
        let mut workbook = open(file)?;
        let mut read = Vec::new();
        for name in names(&workbook).into_iter().filter(|name| wanted(name)) {
            let text = |(row, column, cell): Placed| match cell {
                CellText::Plain(text) => Some(((row, column), text)),
                CellText::Instant(millis) => Some(((row, column), iso(millis, millis.rem_euclid(DAY_MILLIS) != 0))),
                CellText::Faulty => None,
            };
            let cells = sheet_cells(&mut workbook, &name)?.into_iter().filter_map(text).collect();
            read.push((name, cells));
        }
        Ok(read)
    })
}

fn open<R: Read + Seek>(mut file: R) -> Result<Xlsx<R>> {
    check_size(&mut file)?;
    file.rewind().map_err(io_failure)?;
    Xlsx::new(file).map_err(|error| failure(&error))
}

fn names<R: Read + Seek>(workbook: &Xlsx<R>) -> Vec<String> {
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    sheets.map(|sheet| sheet.name.clone()).collect()
}

fn sheet_cells<R: Read + Seek>(workbook: &mut Xlsx<R>, name: &str) -> Result<Vec<Placed>> {
    let is_1904 = workbook.has_1904_epoch();
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| failure(&error))?;
    let mut placed = Vec::new();
    while let Some(cell) = reader.next_cell().map_err(|error| failure(&error))? {
        let (row, column) = cell.get_position();
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) if text.is_empty() => continue,
            DataRef::SharedString("") => continue,
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => CellText::Plain(text.clone()),
            DataRef::SharedString(text) => CellText::Plain((*text).to_owned()),
            DataRef::Int(number) => CellText::Plain(number.to_string()),
            DataRef::Float(number) => CellText::Plain(shortest(*number)),
            DataRef::Bool(value) => CellText::Plain(value.to_string()),
            DataRef::DateTime(at) => instant(at, is_1904),
            DataRef::Error(_) => CellText::Faulty,
        };
        placed.push((row, column, text));
    }
    Ok(placed)
}

fn failure(error: &XlsxError) -> Error {
    match error {
        XlsxError::Password => Error::new(ErrorKind::Unsupported, "the workbook is protected by a password; save it without"),
        _ => damaged("an Excel workbook"),
    }
}

/// A number as one would type it.
fn shortest(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() <= EXACT { format!("{number:.0}") } else { format!("{number:?}") }
}

/// A serial number as an instant, a time of day or a length of time as text.
fn instant(at: &ExcelDateTime, is_1904: bool) -> CellText {
    let serial = at.as_f64();
    if at.is_duration() || !(0.0..LAST_SERIAL).contains(&serial) {
        return CellText::Plain(shortest(serial));
    }
    let millis_of = |serial: f64| (serial * DAY_MILLIS as f64).round() as i64;
    if serial < 1.0 {
        let seconds = millis_of(serial) / 1_000;
        return CellText::Plain(format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60));
    }
    let serial = match serial {
        serial if is_1904 => serial + DAYS_1904,
        serial if serial < FALSE_LEAP_DAY => serial + 1.0,
        serial => serial,
    };
    CellText::Instant(millis_of(serial) - UNIX_EPOCH_SERIAL * DAY_MILLIS)
}

/// `B7`.
fn address(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push(char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    format!("{}{}", letters.iter().rev().collect::<String>(), row + 1)
}

/// The first row with anything in it is the header; rows without anything are passed over.
fn grid(mut placed: Vec<Placed>, options: &ReadOptions) -> Result<Grid> {
    placed.sort_by_key(|&(row, column, _)| (row, column));
    // A cell given twice is damage; the later one counts, as in Excel.
    placed.reverse();
    placed.dedup_by_key(|&mut (row, column, _)| (row, column));
    placed.reverse();
    let Some(&(header_row, _, _)) = placed.first() else {
        return Err(Error::new(ErrorKind::InvalidArgument, "the sheet is empty; expected a row with the names of the columns"));
    };
    let body = placed.iter().position(|&(row, _, _)| row > header_row).unwrap_or(placed.len());
    let body = placed.split_off(body);
    let (positions, names) = header(&placed)?;
    let mut rows: Vec<u32> = body.iter().map(|&(row, _, _)| row).collect();
    rows.dedup();
    if rows.len().saturating_mul(names.len()) > SMALL_SHEET.max(body.len().saturating_mul(SPARSEST)) {
        return Err(Error::new(ErrorKind::LimitExceeded, "the sheet is almost empty and too large; delete the columns without values"));
    }
    let origin = |row: u32| (u64::from(row - header_row), Some(u64::from(row) + 1));
    let mut faults = Faults::new(options.on_error);
    let mut bad = BTreeSet::new();
    let mut columns: Vec<Vec<(u32, CellText)>> = names.iter().map(|_| Vec::new()).collect();
    for (row, column, text) in body {
        let slot = positions.binary_search(&column).ok().and_then(|index| Some((names.get(index)?, columns.get_mut(index)?)));
        let Some((name, cells)) = slot else {
            let message = format!("cell {} has a value, but its column has no name in the header", address(row, column));
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        };
        if matches!(text, CellText::Faulty) {
            let ((number, line), reason) = (origin(row), format!("cell {} holds an error such as #N/A", address(row, column)));
            faults.add(Rejection { row: number, line, column: Some(name.clone()), reason })?;
            bad.insert(row);
        } else {
            cells.push((row, text));
        }
    }
    rows.retain(|row| !bad.contains(row));
    Ok(Grid {
        columns: columns.iter().map(|cells| column(&rows, cells)).collect::<Result<_>>()?,
        names,
        origins: rows.into_iter().map(origin).collect(),
        faults,
        iso_dates: true,
    })
}

/// The columns that have a name, and their names.
fn header(cells: &[Placed]) -> Result<(Vec<u32>, Vec<String>)> {
    let mut names = Vec::new();
    for (row, column, text) in cells {
        names.push(match text {
            CellText::Plain(name) => name.clone(),
            CellText::Instant(millis) => iso(*millis, false),
            CellText::Faulty => {
                let message = format!("cell {} of the header holds an error such as #N/A", address(*row, *column));
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
        });
    }
    Grid::check_names(&names)?;
    Ok((cells.iter().map(|&(_, column, _)| column).collect(), names))
}

/// One column's cells in the order of `rows`. A workbook does not tell midnight from a date, so dates are dates where all are midnights.
fn column(rows: &[u32], cells: &[(u32, CellText)]) -> Result<Cells> {
    let timed = cells.iter().any(|(_, text)| matches!(text, CellText::Instant(millis) if millis.rem_euclid(DAY_MILLIS) != 0));
    let mut filled = cells.iter().peekable();
    let mut column = Cells::default();
    for row in rows {
        while filled.next_if(|(at, _)| at < row).is_some() {}
        match filled.next_if(|(at, _)| at == row) {
            Some((_, CellText::Plain(text))) => column.push(text)?,
            Some((_, CellText::Instant(millis))) => column.push(&iso(*millis, timed))?,
            Some((_, CellText::Faulty)) | None => column.push("")?,
        }
    }
    Ok(column)
}

fn iso(millis: i64, timed: bool) -> String {
    let at = chrono::DateTime::from_timestamp_millis(millis).unwrap_or_default().naive_utc();
    if timed { format!("{at:?}") } else { format!("{:?}", at.date()) }
}
