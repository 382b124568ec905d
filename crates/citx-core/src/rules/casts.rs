//! What CAST makes of a value: text forms and rounding as in DuckDB.

use std::borrow::Cow;
use std::fmt::Write;

use chrono::Datelike;

use crate::table::Decimal;
use crate::time::{Date, TimeZone, Timestamp};

use super::ast::Target;
use super::functions::{decimal_to_float, power_of_ten, rescale, round_digits};
use super::row::Scalar;

const DAY_MICROS: i64 = 86_400_000_000;

/// The value in another type, null where it has no such form. Without a zone a date as text is no timestamp.
pub(super) fn cast<'a>(value: &Scalar<'a>, to: Target, zone: Option<TimeZone>) -> Scalar<'a> {
    match to {
        Target::Boolean => boolean(value).into(),
        Target::Integer => integer(value).into(),
        Target::Float => float(value).map_or(Scalar::Null, Scalar::Float),
        Target::Decimal { precision, scale } => {
            let digits = decimal(value, scale).filter(|digits| fits(*digits, precision));
            digits.map_or(Scalar::Null, |digits| Scalar::Decimal(digits, scale))
        }
        Target::Text => text(value).map_or(Scalar::Null, Scalar::Text),
        Target::Date => match value {
            Scalar::Text(text) => text_to_date(text).map_or(Scalar::Null, |date| Scalar::Date(date.as_days())),
            _ => Scalar::Null,
        },
        Target::Timestamp => match (value, zone) {
            (Scalar::Text(text), Some(zone)) => text_to_instant(text, zone).map_or(Scalar::Null, |at| Scalar::Timestamp(at.as_micros())),
            _ => Scalar::Null,
        },
    }
}

fn boolean(value: &Scalar<'_>) -> Option<bool> {
    match value {
        Scalar::Boolean(value) => Some(*value),
        Scalar::Integer(value) => Some(*value != 0),
        Scalar::Float(value) => Some(*value != 0.0),
        Scalar::Decimal(digits, _) => Some(*digits != 0),
        Scalar::Text(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn integer(value: &Scalar<'_>) -> Option<i64> {
    match value {
        Scalar::Boolean(value) => Some(i64::from(*value)),
        Scalar::Integer(value) => Some(*value),
        Scalar::Float(value) => float_to_integer(*value),
        Scalar::Decimal(digits, scale) => i64::try_from(round_digits(*digits, *scale, 0)?).ok(),
        Scalar::Text(text) => i64::try_from(text_to_digits(text, 0)?).ok(),
        _ => None,
    }
}

/// Halves go to the even neighbour.
fn float_to_integer(value: f64) -> Option<i64> {
    let rounded = value.round_ties_even();
    // 2^63 is a float, and the first that is too large.
    (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&rounded).then_some(rounded as i64)
}

fn float(value: &Scalar<'_>) -> Option<f64> {
    match value {
        Scalar::Boolean(value) => Some(f64::from(u8::from(*value))),
        Scalar::Integer(value) => Some(*value as f64),
        Scalar::Float(value) => Some(*value),
        Scalar::Decimal(digits, scale) => Some(decimal_to_float(*digits, *scale)),
        Scalar::Text(text) => text.trim_ascii().parse().ok(),
        _ => None,
    }
}

/// The digits at a scale of 0 or more.
fn decimal(value: &Scalar<'_>, scale: i8) -> Option<i128> {
    match value {
        Scalar::Boolean(value) => rescale(i128::from(*value), 0, scale),
        Scalar::Integer(value) => rescale(i128::from(*value), 0, scale),
        Scalar::Float(value) => {
            let digits = (value * power_of_ten(u32::try_from(scale).ok()?)).round();
            (digits.abs() < 1e38).then_some(digits as i128)
        }
        Scalar::Decimal(digits, from) => round_digits(*digits, *from, scale),
        Scalar::Text(text) => text_to_digits(text, scale),
        _ => None,
    }
}

fn fits(digits: i128, precision: u8) -> bool {
    10_u128.checked_pow(u32::from(precision)).is_some_and(|bound| digits.unsigned_abs() < bound)
}

/// A number as text, at a scale: exact, halves away from zero.
fn text_to_digits(text: &str, scale: i8) -> Option<i128> {
    let text = text.trim_ascii();
    let (negative, text) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if whole.len() + fraction.len() == 0 || !digits().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // So many of the digits lie in front of the point once it is moved by the scale.
    let kept = i64::try_from(whole.len()).ok()? + i64::from(exponent) + i64::from(scale);
    let mut value = 0_i128;
    for digit in digits().take(usize::try_from(kept).unwrap_or(0)) {
        value = value.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    let missing = kept - (whole.len() + fraction.len()) as i64;
    if missing > 0 && value != 0 {
        value = value.checked_mul(10_i128.checked_pow(u32::try_from(missing).ok()?)?)?;
    }
    let next = usize::try_from(kept).ok().and_then(|kept| digits().nth(kept));
    value = value.checked_add(i128::from(next.is_some_and(|digit| digit >= b'5')))?;
    Some(if negative { -value } else { value })
}

fn text<'a>(value: &Scalar<'a>) -> Option<Cow<'a, str>> {
    Some(match value {
        Scalar::Text(text) => text.clone(),
        Scalar::Boolean(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
        Scalar::Integer(value) => Cow::Owned(value.to_string()),
        Scalar::Float(value) => Cow::Owned(float_to_text(*value)),
        Scalar::Decimal(digits, scale) => Cow::Owned(Decimal { digits: *digits, scale: *scale }.to_string()),
        Scalar::Date(days) => Cow::Owned(date_to_text(Date::from_days(*days))?),
        Scalar::Timestamp(at) => Cow::Owned(instant_to_text(*at)?),
        Scalar::Null | Scalar::List(_) => return None,
    })
}

/// The shortest digits that read back as the same float: plain from 0.0001 to 1e16, else with an exponent.
fn float_to_text(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value < 0.0 { "-inf" } else { "inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>().unwrap_or(0) {
        -4..16 => {
            let mut plain = value.to_string();
            if !plain.contains('.') {
                plain.push_str(".0");
            }
            plain
        }
        exponent => format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs()),
    }
}

fn date_to_text(date: Date) -> Option<String> {
    let date = date.to_chrono()?;
    let (year, era) = if date.year() > 0 { (date.year(), "") } else { (1 - date.year(), " (BC)") };
    Some(format!("{year:04}-{:02}-{:02}{era}", date.month(), date.day()))
}

/// Date and time in UTC, as a text without an offset is read.
fn instant_to_text(at: i64) -> Option<String> {
    let (day, micros) = (i32::try_from(at.div_euclid(DAY_MICROS)).ok()?, at.rem_euclid(DAY_MICROS));
    let mut text = date_to_text(Date::from_days(day))?;
    let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
    let written = write!(text, " {:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if fraction > 0 {
        let digits = format!(".{fraction:06}");
        text.push_str(digits.trim_end_matches('0'));
    }
    written.ok().map(|()| text)
}

/// `2026-11-22`, also `2026/1/5`; a time behind it is dropped.
fn text_to_date(text: &str) -> Option<Date> {
    let mut reader = Reader { rest: text.trim_ascii().as_bytes() };
    let date = reader.date()?;
    (reader.rest.is_empty() || reader.time().is_some()).then_some(date)
}

/// A date is its local midnight; a time without an offset is UTC.
fn text_to_instant(text: &str, zone: TimeZone) -> Option<Timestamp> {
    let mut reader = Reader { rest: text.trim_ascii().as_bytes() };
    let date = reader.date()?;
    if reader.rest.is_empty() {
        return date.midnight(zone);
    }
    let (micros, offset) = reader.time()?;
    let midnight = i64::from(date.as_days()).checked_mul(DAY_MICROS)?;
    midnight.checked_add(micros)?.checked_sub(offset * 1_000_000).map(Timestamp::from_micros)
}

struct Reader<'t> {
    rest: &'t [u8],
}

impl Reader<'_> {
    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        if !wanted(first) {
            return None;
        }
        self.rest = rest;
        Some(first)
    }

    /// A number of at least one and at most so many digits.
    fn number(&mut self, most: usize) -> Option<i32> {
        let mut value = 0;
        let mut digits = 0;
        while digits < most
            && let Some(digit) = self.take(|byte| byte.is_ascii_digit())
        {
            value = value * 10 + i32::from(digit - b'0');
            digits += 1;
        }
        (digits > 0).then_some(value)
    }

    fn date(&mut self) -> Option<Date> {
        let year = self.number(6)?;
        let separator = self.take(|byte| matches!(byte, b'-' | b'/'))?;
        let month = self.number(2)?;
        self.take(|byte| byte == separator)?;
        let day = self.number(2)?;
        Date::from_ymd(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
    }

    /// The rest, a time of day: microseconds, and the seconds that its clock is ahead of UTC.
    fn time(&mut self) -> Option<(i64, i64)> {
        self.take(|byte| matches!(byte, b'T' | b't' | b' '))?;
        while self.take(|byte| byte == b' ').is_some() {}
        let hour = i64::from(self.number(2)?);
        self.take(|byte| byte == b':')?;
        let minute = i64::from(self.number(2)?);
        let (mut second, mut micros) = (0, 0);
        if self.take(|byte| byte == b':').is_some() {
            second = i64::from(self.number(2)?);
            if self.take(|byte| byte == b'.').is_some() {
                micros = self.fraction()?;
            }
        }
        let offset = self.offset()?;
        let whole = (hour * 60 + minute) * 60 + second;
        let is_time = hour < 24 && minute < 60 && second < 60 || whole == 86_400 && micros == 0 && hour == 24;
        (is_time && self.rest.is_empty()).then_some((whole * 1_000_000 + micros, offset))
    }

    /// Microseconds; digits beyond them are dropped.
    fn fraction(&mut self) -> Option<i64> {
        let (mut micros, mut unit) = (i64::from(self.take(|byte| byte.is_ascii_digit())? - b'0') * 100_000, 10_000);
        while let Some(digit) = self.take(|byte| byte.is_ascii_digit()) {
            micros += i64::from(digit - b'0') * unit;
            unit /= 10;
        }
        Some(micros)
    }

    /// `Z`, `+01`, `+01:00`, `+0100` or nothing.
    fn offset(&mut self) -> Option<i64> {
        while self.take(|byte| byte == b' ').is_some() {}
        if self.rest.is_empty() || self.take(|byte| matches!(byte, b'Z' | b'z')).is_some() {
            return Some(0);
        }
        let sign = if self.take(|byte| matches!(byte, b'+' | b'-'))? == b'-' { -1 } else { 1 };
        let hours = i64::from(self.number(2)?);
        let minutes = if self.take(|byte| byte == b':').is_some() || !self.rest.is_empty() { i64::from(self.number(2)?) } else { 0 };
        (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_text(text: &str, to: Target) -> Scalar<'_> {
        cast(&Scalar::Text(Cow::Borrowed(text)), to, Some("Europe/London".parse().expect("a zone")))
    }

    #[test]
    fn numbers_are_read_as_duckdb_reads_them() {
        let whole = [
            ("2.5", Some(3)),
            ("-2.5", Some(-3)),
            ("2.4999999999999999999999", Some(2)),
            ("1e3", Some(1_000)),
            ("15e-1", Some(2)),
            ("25e-1", Some(3)),
            ("1e-2", Some(0)),
            (" 5 ", Some(5)),
            ("\t5\n", Some(5)),
            ("+5", Some(5)),
            ("5.", Some(5)),
            (".5", Some(1)),
            ("00005", Some(5)),
            ("1E+2", Some(100)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("", None),
            (".", None),
            ("-", None),
            ("1e", None),
            ("1e2.5", None),
            ("- 5", None),
            ("nan", None),
            ("true", None),
            ("1.5e300", None),
            ("0e99999", Some(0)),
            ("1e-99999", Some(0)),
        ];
        for (text, wanted) in whole {
            assert_eq!(of_text(text, Target::Integer), wanted.into(), "{text:?}");
        }
        for (text, precision, scale, wanted) in [
            ("1.005", 10, 2, Some(101)),
            ("-1.005", 10, 2, Some(-101)),
            ("1.5e-2", 10, 2, Some(2)),
            ("99.95", 3, 1, None),
            ("5.", 3, 1, Some(50)),
            ("1e30", 38, 2, Some(10_i128.pow(32))),
            ("nan", 5, 2, None),
        ] {
            let wanted = wanted.map_or(Scalar::Null, |digits| Scalar::Decimal(digits, scale));
            assert_eq!(of_text(text, Target::Decimal { precision, scale }), wanted, "{text}");
        }
        for (text, wanted) in
            [("1e400", Some(f64::INFINITY)), ("-INF", Some(f64::NEG_INFINITY)), (".5", Some(0.5)), (".", None), ("1.5x", None)]
        {
            assert_eq!(of_text(text, Target::Float), wanted.map_or(Scalar::Null, Scalar::Float), "{text}");
        }
        for (value, wanted) in [
            (2.5, Some(2)),
            (3.5, Some(4)),
            (-2.5, Some(-2)),
            (9.3e18, None),
            (-9.223_372_036_854_776e18, Some(i64::MIN)),
            (f64::NAN, None),
        ] {
            assert_eq!(cast(&Scalar::Float(value), Target::Integer, None), wanted.into(), "{value}");
        }
        let digits = |value, scale| cast(&Scalar::Float(value), Target::Decimal { precision: 38, scale }, None);
        assert_eq!((digits(1.005, 2), digits(0.125, 2)), (Scalar::Decimal(100, 2), Scalar::Decimal(13, 2)));
        assert_eq!(digits(0.1, 30), Scalar::Decimal(100_000_000_000_000_009_025_336_901_632, 30));
    }

    #[test]
    fn values_are_written_as_duckdb_writes_them() {
        for (value, wanted) in [
            (1.0, "1.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (1e100, "1e+100"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (123_456.789, "123456.789"),
            (-0.0, "-0.0"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(float_to_text(value), wanted);
        }
        for (at, wanted) in [
            ("2026-11-22T09:30:00Z", "2026-11-22 09:30:00"),
            ("2026-11-22T09:30:00.5Z", "2026-11-22 09:30:00.5"),
            ("2026-11-22T09:30:00.123450Z", "2026-11-22 09:30:00.12345"),
        ] {
            let at = Timestamp::parse_datetime(at).expect("an instant");
            assert_eq!(instant_to_text(at.as_micros()).as_deref(), Some(wanted));
        }
        let written = |year, month, day| date_to_text(Date::from_ymd(year, month, day).expect("a date"));
        assert_eq!(written(10_000, 1, 1).as_deref(), Some("10000-01-01"));
        assert_eq!(written(-43, 3, 15).as_deref(), Some("0044-03-15 (BC)"));
        assert_eq!(date_to_text(Date::from_days(i32::MAX)), None);
    }

    #[test]
    fn dates_are_read_as_duckdb_reads_them() {
        for (text, wanted) in [
            ("2026-1-5", Some("2026-01-05")),
            ("2026/01/05", Some("2026-01-05")),
            (" 2026-01-05 ", Some("2026-01-05")),
            ("2026-01-05 10:00:00", Some("2026-01-05")),
            ("2026-01-05T10:00:00Z", Some("2026-01-05")),
            ("2026-06-30 23:30:00-02:00", Some("2026-06-30")),
            ("2026-01-05x", None),
            ("05/01/2026", None),
            ("20260105", None),
            ("2026-02-30", None),
            ("2026-13-05", None),
            ("2026-01/05", None),
            ("2026-001-05", None),
            ("+2026-01-05", None),
            ("2026-01-05 10:00:60", None),
            ("", None),
        ] {
            let wanted = wanted.map_or(Scalar::Null, |date| Scalar::Date(date.parse::<Date>().expect("a date").as_days()));
            assert_eq!(of_text(text, Target::Date), wanted, "{text:?}");
        }
        for (text, wanted) in [
            ("2026-07-05", Some("2026-07-04T23:00:00Z")),
            ("2026-01-05 10:00", Some("2026-01-05T10:00:00Z")),
            ("2026-01-05T10:00", Some("2026-01-05T10:00:00Z")),
            ("2026-01-05 1:2:3", Some("2026-01-05T01:02:03Z")),
            ("2026-01-05  10:00:00.1234567", Some("2026-01-05T10:00:00.123456Z")),
            ("2026-01-05 24:00:00", Some("2026-01-06T00:00:00Z")),
            ("2026-07-05 10:00:00+01", Some("2026-07-05T09:00:00Z")),
            ("2026-07-05 10:00:00 -0130", Some("2026-07-05T11:30:00Z")),
            ("2026-01-05 10", None),
            ("2026-01-05 24:00:01", None),
            ("2026-01-05 10:00:00 Europe/Paris", None),
        ] {
            let wanted = wanted.and_then(Timestamp::parse_datetime).map_or(Scalar::Null, |at| Scalar::Timestamp(at.as_micros()));
            assert_eq!(of_text(text, Target::Timestamp), wanted, "{text:?}");
        }
    }
}
