//! Typed columns from text cells.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use citx_core::Result;
use citx_core::table::{Column, Decimal};
use citx_core::time::{Date, Timestamp};

use super::grid::Cells;
use super::types::CellType;

/// The column of the cells of `rows`; a cell that does not fit is null and its row is given to `misfit`.
pub(super) fn parse(
    name: &str,
    cells: &Cells,
    rows: &[usize],
    kind: &CellType,
    iso_dates: bool,
    misfit: &mut dyn FnMut(usize),
) -> Result<Column> {
    macro_rules! read {
        ($read:expr) => {
            rows.iter().map(|&row| {
                let cell = cells.get(row)?;
                let value = $read(cell.trim_ascii());
                if value.is_none() {
                    misfit(row);
                }
                value
            })
        };
    }
    let iso_date = |cell: &str| cell.parse::<Date>().ok();
    Ok(match kind {
        CellType::Null | CellType::Text if rows.iter().all(|&row| cells.get(row).is_none()) && kind == &CellType::Null => {
            Column::from_values(name, rows.iter().map(|_| citx_core::table::Value::Null))?
        }
        CellType::Null | CellType::Text => Column::text(name, rows.iter().map(|&row| cells.get(row))),
        CellType::Integer => Column::integer(name, read!(|cell: &str| cell.parse::<i64>().ok())),
        CellType::Float => Column::float(name, read!(float)),
        CellType::Boolean => Column::boolean(name, read!(boolean)),
        CellType::Decimal { precision, scale } => {
            let column = Column::decimal(name, *scale, read!(|cell| decimal(cell, *precision, *scale)).collect::<Vec<_>>())?;
            narrowed(column, *precision, *scale)
        }
        CellType::Date(None) => Column::date(name, read!(iso_date)),
        CellType::Date(Some(format)) => {
            let read = |cell: &str| date(cell, format).or_else(|| iso_date(cell).filter(|_| iso_dates));
            Column::date(name, read!(read))
        }
        CellType::Timestamp(None) => Column::timestamp(name, read!(iso_instant)),
        CellType::Timestamp(Some(format)) => {
            let read = |cell: &str| instant(cell, format).or_else(|| iso_instant(cell).filter(|_| iso_dates));
            Column::timestamp(name, read!(read))
        }
    })
}

/// A decimal column of the precision that was declared; its values have been checked against it.
fn narrowed(column: Column, precision: u8, scale: i8) -> Column {
    let target = arrow_schema::DataType::Decimal128(precision, scale);
    match arrow_cast::cast(column.array(), &target) {
        Ok(array) => Column::new(column.name(), array),
        Err(_) => column,
    }
}

/// A number; `nan` and `inf` only where they are written, never by overflow.
fn float(cell: &str) -> Option<f64> {
    let value: f64 = cell.parse().ok()?;
    (value.is_finite() || !cell.bytes().any(|byte| byte.is_ascii_digit())).then_some(value)
}

fn boolean(cell: &str) -> Option<bool> {
    match cell.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// An exact decimal: digits that the scale has no room for must be zeros.
fn decimal(cell: &str, precision: u8, scale: i8) -> Option<Decimal> {
    let (negative, body) = match cell.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, cell.strip_prefix('+').unwrap_or(cell)),
    };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    if body.trim_matches('.').is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let value = Decimal { digits: if negative { -magnitude } else { magnitude }, scale: i8::try_from(fraction.len()).ok()? };
    let fits = value.digits_at(scale)?.unsigned_abs() < 10_u128.pow(u32::from(precision));
    fits.then_some(value)
}

fn date(cell: &str, format: &str) -> Option<Date> {
    let date = NaiveDate::parse_from_str(cell, format).ok()?;
    plausible(date.year()).then(|| Date::from_days(date.to_epoch_days()))
}

fn iso_instant(cell: &str) -> Option<Timestamp> {
    Timestamp::parse_datetime(cell)
}

/// With an offset where the format has one, else UTC; a format without a time is midnight.
fn instant(cell: &str, format: &str) -> Option<Timestamp> {
    let utc = DateTime::parse_from_str(cell, format)
        .map(|at| at.naive_utc())
        .or_else(|_| NaiveDateTime::parse_from_str(cell, format))
        .or_else(|_| NaiveDate::parse_from_str(cell, format).map(|date| date.and_time(chrono::NaiveTime::MIN)))
        .ok()?;
    plausible(utc.year()).then(|| Timestamp::from_micros(utc.and_utc().timestamp_micros()))
}

/// `%Y` also reads `26` as the year 26: a two-digit year needs `%y`.
fn plausible(year: i32) -> bool {
    (1000..=9999).contains(&year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_or_nothing() {
        let read = |cell| decimal(cell, 5, 2).and_then(|value| value.digits_at(2));
        assert_eq!(read("1.5"), Some(150));
        assert_eq!(read("-001.500"), Some(-150));
        assert_eq!(read("+.25"), Some(25));
        assert_eq!(read("999.99"), Some(99_999));
        for cell in ["1000", "1.255", "", ".", "-", "1e2", "1,5", "--1", "9".repeat(60).as_str()] {
            assert_eq!(read(cell), None, "{cell}");
        }
    }

    #[test]
    fn a_year_of_two_digits_is_not_the_first_century() {
        assert_eq!(date("31/12/80", "%d/%m/%Y"), None);
        assert_eq!(date("31/12/80", "%d/%m/%y"), Date::from_ymd(1980, 12, 31));
        assert_eq!(date("31/02/1980", "%d/%m/%Y"), None);
    }

    #[test]
    fn instants_take_the_offset_of_their_format() {
        let utc = |text| Timestamp::parse_datetime(text);
        assert_eq!(instant("22/11/2026 09:30 +0100", "%d/%m/%Y %H:%M %z"), utc("2026-11-22T08:30:00Z"));
        assert_eq!(instant("22/11/2026 09:30", "%d/%m/%Y %H:%M"), utc("2026-11-22T09:30:00Z"));
        assert_eq!(instant("22/11/2026", "%d/%m/%Y"), utc("2026-11-22T00:00:00Z"));
    }

    #[test]
    fn infinity_is_written_not_overflowed_to() {
        assert_eq!(float("inf"), Some(f64::INFINITY));
        assert_eq!(float("1e999"), None);
    }
}
