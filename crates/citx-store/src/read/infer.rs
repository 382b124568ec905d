//! The type of a column nobody declared, found by looking at every cell.

use citx_core::time::{Date, Timestamp};

use super::types::CellType;

/// Whole numbers up to this size are exact as f64.
const EXACT_FLOAT: u64 = 1 << 53;

/// What one cell can be read as without losing anything.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Boolean,
    Integer { exact_as_float: bool },
    Float,
    Date,
    Timestamp,
    Text,
}

/// The one type of all cells that are not empty; text where they differ. Numbers with leading zeros or a `+` are text: they are codes
/// and phone numbers.
pub(super) fn infer<'a>(cells: impl Iterator<Item = &'a str>) -> CellType {
    let mut seen: Option<Shape> = None;
    for cell in cells {
        let next = shape(cell);
        let merged = match (seen, next) {
            (_, Shape::Text) => Shape::Text,
            (None, next) => next,
            (Some(Shape::Integer { exact_as_float: one }), Shape::Integer { exact_as_float: other }) => {
                Shape::Integer { exact_as_float: one && other }
            }
            (Some(Shape::Float), Shape::Integer { exact_as_float: true })
            | (Some(Shape::Integer { exact_as_float: true }), Shape::Float) => Shape::Float,
            (Some(seen), next) if seen == next => seen,
            _ => Shape::Text,
        };
        seen = Some(merged);
        if merged == Shape::Text {
            break;
        }
    }
    match seen {
        None => CellType::Null,
        Some(Shape::Boolean) => CellType::Boolean,
        Some(Shape::Integer { .. }) => CellType::Integer,
        Some(Shape::Float) => CellType::Float,
        Some(Shape::Date) => CellType::Date(None),
        Some(Shape::Timestamp) => CellType::Timestamp(None),
        Some(Shape::Text) => CellType::Text,
    }
}

fn shape(cell: &str) -> Shape {
    if matches!(cell, "true" | "false" | "TRUE" | "FALSE" | "True" | "False") {
        return Shape::Boolean;
    }
    number(cell).or_else(|| calendar(cell)).unwrap_or(Shape::Text)
}

/// `-12`, `0.5`, `.5`, `1e-3`; not `+12`, `012`, `-0`, `00.5`, and nothing beyond the range of its type.
fn number(cell: &str) -> Option<Shape> {
    let body = cell.strip_prefix('-').unwrap_or(cell);
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if !digits(whole) || !digits(fraction.unwrap_or_default()) || leading_zero || whole.len() + fraction.map_or(0, str::len) == 0 {
        return None;
    }
    match (fraction, exponent) {
        (None, None) if cell == "-0" => None,
        (None, None) => {
            let value: i64 = cell.parse().ok()?;
            Some(Shape::Integer { exact_as_float: value.unsigned_abs() <= EXACT_FLOAT })
        }
        (_, exponent) => {
            let power = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
            if power.is_some_and(|power| power.is_empty() || !digits(power)) {
                return None;
            }
            cell.parse::<f64>().ok().filter(|value| value.is_finite()).map(|_| Shape::Float)
        }
    }
}

/// ISO dates and instants only: `03/04/2026` is in March or April, and nobody should guess.
fn calendar(cell: &str) -> Option<Shape> {
    if is_iso_date(cell) && cell.parse::<Date>().is_ok() {
        return Some(Shape::Date);
    }
    let (date, time) = (cell.get(..10)?, cell.get(10..)?);
    let shaped = is_iso_date(date)
        && matches!(time.as_bytes(), [b'T' | b' ', h1, h2, b':', m1, m2, ..] if [h1, h2, m1, m2].iter().all(|byte| byte.is_ascii_digit()));
    (shaped && Timestamp::parse_datetime(cell).is_some()).then_some(Shape::Timestamp)
}

fn is_iso_date(text: &str) -> bool {
    let pattern = b"dddd-dd-dd";
    let fits = |(byte, pattern): (u8, &u8)| if *pattern == b'd' { byte.is_ascii_digit() } else { byte == *pattern };
    text.len() == pattern.len() && text.bytes().zip(pattern).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> CellType {
        infer(cells.iter().copied())
    }

    #[test]
    fn a_column_is_what_all_its_cells_are() {
        assert_eq!(of(&[]), CellType::Null);
        assert_eq!(of(&["1", "-2", "0"]), CellType::Integer);
        assert_eq!(of(&["1", "2.5"]), CellType::Float);
        assert_eq!(of(&[".5", "5.", "1e-3", "-0.0", "1E+5"]), CellType::Float);
        assert_eq!(of(&["1", "2", "x"]), CellType::Text);
        assert_eq!(of(&["true", "FALSE", "True"]), CellType::Boolean);
        assert_eq!(of(&["true", "1"]), CellType::Text);
        assert_eq!(of(&["2026-11-22", "2024-02-29"]), CellType::Date(None));
        assert_eq!(of(&["2026-11-22T09:30:00Z", "2026-11-22 09:30"]), CellType::Timestamp(None));
        assert_eq!(of(&["2026-11-22", "2026-11-22T09:30:00Z"]), CellType::Text);
    }

    #[test]
    fn codes_and_everything_that_would_not_read_back_are_text() {
        for cell in [
            "007",
            "-07",
            "+44",
            "00.5",
            "-0",
            " 1",
            "1 ",
            "9223372036854775808",
            "1e999",
            "nan",
            "NaN",
            "inf",
            "Infinity",
            "-",
            ".",
            "e5",
            "1e",
            "1e+",
            "1_000",
            "1,000",
            "0x10",
            "22/11/2026",
            "2026-02-30",
            "2026-2-3",
            "2026-11-22T9:30",
            "20261122T093000Z",
            "yes",
            "tRUE",
            "\u{663}",
        ] {
            assert_eq!(of(&[cell]), CellType::Text, "{cell}");
        }
        assert_eq!(of(&["1", "2", "03"]), CellType::Text);
        // A whole number that f64 cannot hold stays exact.
        assert_eq!(of(&["9007199254740993", "0.5"]), CellType::Text);
        assert_eq!(of(&["0.5", "9007199254740993"]), CellType::Text);
        assert_eq!(of(&["9007199254740993"]), CellType::Integer);
    }
}
