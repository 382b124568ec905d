//! What numbers, dates and intervals look like in a rule.

use crate::table::Decimal;
use crate::time::{Date, Interval, TimeZone, Timestamp};

use super::ast::Literal;

/// Reads an unsigned number: whole, exact decimal, or with an exponent a float. Digits beyond 38 make a float too.
pub(super) fn number(text: &str) -> Option<Literal> {
    if text.contains(['e', 'E']) {
        return text.parse().ok().map(Literal::Float);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if text.contains('.') {
        let exact = digits.parse().ok().zip(i8::try_from(fraction.len()).ok().filter(|scale| *scale <= 38));
        return exact.map(|(digits, scale)| Literal::Decimal(Decimal { digits, scale })).or_else(|| text.parse().ok().map(Literal::Float));
    }
    let whole = text.parse().ok().map(Literal::Integer);
    let wide = || text.parse().ok().map(|digits| Literal::Decimal(Decimal { digits, scale: 0 }));
    whole.or_else(wide).or_else(|| text.parse().ok().map(Literal::Float))
}

/// Reads a number with a sign, as a string literal beside a number may have.
pub(super) fn signed_number(text: &str) -> Option<Literal> {
    let text = text.trim_ascii();
    match text.to_ascii_lowercase().as_str() {
        "nan" => return Some(Literal::Float(f64::NAN)),
        "inf" | "infinity" | "+inf" | "+infinity" => return Some(Literal::Float(f64::INFINITY)),
        "-inf" | "-infinity" => return Some(Literal::Float(f64::NEG_INFINITY)),
        _ => {}
    }
    match text.strip_prefix('-') {
        Some(rest) => number(rest).map(negated),
        None => number(text.strip_prefix('+').unwrap_or(text)),
    }
}

fn negated(literal: Literal) -> Literal {
    match literal {
        Literal::Integer(value) => Literal::Integer(-value),
        Literal::Float(value) => Literal::Float(-value),
        // The digits are unsigned until here, so the only one without a positive counterpart cannot occur.
        Literal::Decimal(Decimal { digits, scale: 0 }) if digits == -i128::from(i64::MIN) => Literal::Integer(i64::MIN),
        Literal::Decimal(Decimal { digits, scale }) => Literal::Decimal(Decimal { digits: -digits, scale }),
        other => other,
    }
}

/// Reads a date, or a date with a time.
pub(super) fn date_or_timestamp(text: &str) -> Option<Literal> {
    let text = text.trim_ascii();
    text.parse().map(Literal::Date).ok().or_else(|| Timestamp::parse_datetime(text).map(Literal::Timestamp))
}

/// Reads a date; a time behind it is dropped, as a cast does, whatever its offset.
pub(super) fn date(text: &str) -> Option<Date> {
    match date_or_timestamp(text)? {
        Literal::Date(date) => Some(date),
        Literal::Timestamp(at) => {
            // A year with a sign has other places for month and day.
            let plain = text.trim_ascii().get(..10).filter(|date| !date.starts_with(['+', '-']));
            let written = plain.and_then(|date| date.parse().ok());
            written.or_else(|| at.date(TimeZone::UTC))
        }
        _ => None,
    }
}

/// Reads `true` or `false`, or the short forms that DuckDB casts.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim_ascii().to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// Reads `90 days`, `1 year 2 days`, `-3 months`.
pub(super) fn interval(text: &str) -> Option<Interval> {
    let mut words = text.split_ascii_whitespace().peekable();
    words.peek()?;
    let mut sum = Interval::default();
    while let Some(count) = words.next() {
        sum = add(sum, step(count.parse().ok()?, words.next()?)?)?;
    }
    Some(sum)
}

/// `count` of a unit such as `day` or `MONTHS`.
pub(super) fn step(count: i64, unit: &str) -> Option<Interval> {
    let unit = unit.to_ascii_lowercase();
    let small = |factor: i64| count.checked_mul(factor).and_then(|count| i32::try_from(count).ok());
    let months = |factor| Some(Interval { months: small(factor)?, ..Interval::default() });
    let days = |factor| Some(Interval { days: small(factor)?, ..Interval::default() });
    let micros = |factor: i64| Some(Interval { micros: count.checked_mul(factor)?, ..Interval::default() });
    match unit.strip_suffix('s').unwrap_or(&unit) {
        "microsecond" => micros(1),
        "millisecond" => micros(1_000),
        "second" => micros(1_000_000),
        "minute" => micros(60_000_000),
        "hour" => micros(3_600_000_000),
        "day" => days(1),
        "week" => days(7),
        "month" => months(1),
        "quarter" => months(3),
        "year" => months(12),
        "decade" => months(120),
        "century" | "centurie" => months(1_200),
        _ => None,
    }
}

fn add(a: Interval, b: Interval) -> Option<Interval> {
    Some(Interval { months: a.months.checked_add(b.months)?, days: a.days.checked_add(b.days)?, micros: a.micros.checked_add(b.micros)? })
}
