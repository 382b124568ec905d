//! Single rows, dates and instants.

use std::mem::MaybeUninit;

use engine::{Date, Decimal, Error, ErrorKind, Record, Result, TimeZone, Timestamp, Value};

use super::error::{citx_error, citx_status};
use super::text::citx_text;
use crate::guard;
use crate::handle::{Exclusive, ExclusiveHandle as _, SharedHandle as _, exclusive};
use crate::raw::{self, citx_str};

/// One row as names and values: a citizen to match or explain, or a row of a table.
///
/// Setting a name that is there replaces its value. Views of text are valid until the record is changed or freed.
pub struct citx_record(Exclusive<Record>);
exclusive!(citx_record, Record);

/// What kind of value something has: one of CITX_TYPE_*.
pub type citx_type = u32;

/// Not known.
pub const CITX_TYPE_NULL: citx_type = 0;
/// True or false.
pub const CITX_TYPE_BOOLEAN: citx_type = 1;
/// A whole number.
pub const CITX_TYPE_INTEGER: citx_type = 2;
/// A binary floating point number.
pub const CITX_TYPE_FLOAT: citx_type = 3;
/// An exact decimal.
pub const CITX_TYPE_DECIMAL: citx_type = 4;
/// Text.
pub const CITX_TYPE_TEXT: citx_type = 5;
/// A calendar date.
pub const CITX_TYPE_DATE: citx_type = 6;
/// An instant.
pub const CITX_TYPE_TIMESTAMP: citx_type = 7;
/// A type that is carried but has no value here: time of day, binary, struct.
pub const CITX_TYPE_OTHER: citx_type = 8;
/// A list.
pub const CITX_TYPE_LIST: citx_type = 9;

/// An empty record. `*out` is to be freed with citx_record_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_new(
    out: Option<&mut MaybeUninit<Box<citx_record>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        guard::place(out, "out")?.write(citx_record::boxed(Record::default()));
        Ok(())
    })
}

/// Sets `name` to null: known to be not known. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_record_set_null(
    record: *mut citx_record,
    name: citx_str,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(record) }, err, |record| set(record, name, Value::Null))
}

/// Sets `name` to true or false. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_record_set_bool(
    record: *mut citx_record,
    name: citx_str,
    value: bool,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(record) }, err, |record| set(record, name, Value::Boolean(value)))
}

/// Sets `name` to a whole number. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_record_set_int(
    record: *mut citx_record,
    name: citx_str,
    value: i64,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(record) }, err, |record| set(record, name, Value::Integer(value)))
}

/// Sets `name` to a floating point number. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_record_set_float(
    record: *mut citx_record,
    name: citx_str,
    value: f64,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(record) }, err, |record| set(record, name, Value::Float(value)))
}

/// Sets `name` to an exact decimal written as `-12.340`. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_record_set_decimal(
    record: *mut citx_record,
    name: citx_str,
    value: citx_str,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(record) }, err, |record| set(record, name, Value::Decimal(parse_decimal(value.text("value")?)?)))
}

/// Sets `name` to text, which is copied. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_record_set_str(
    record: *mut citx_record,
    name: citx_str,
    value: citx_str,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(record) }, err, |record| set(record, name, Value::Text(value.text("value")?.to_owned())))
}

/// Sets `name` to a date: days since 1970-01-01. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_record_set_date(
    record: *mut citx_record,
    name: citx_str,
    days: i32,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(record) }, err, |record| set(record, name, Value::Date(Date::from_days(days))))
}

/// Sets `name` to an instant: microseconds since 1970-01-01T00:00:00Z. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_record_set_instant(
    record: *mut citx_record,
    name: citx_str,
    micros: i64,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(record) }, err, |record| set(record, name, Value::Timestamp(Timestamp::from_micros(micros))))
}

/// How many names. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_len(
    record: Option<&citx_record>,
    out: Option<&mut MaybeUninit<usize>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| {
        guard::place(out, "out")?.write(record.fields().len());
        Ok(())
    })
}

/// The name at `index`, from 0: a view into `record`. Status: OUT_OF_RANGE, INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_name(
    record: Option<&citx_record>,
    index: usize,
    out: Option<&mut MaybeUninit<citx_str>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| {
        let out = guard::place(out, "out")?;
        let (name, _) = record.fields().get(index).ok_or_else(|| beyond("name", index, record.fields().len()))?;
        out.write(citx_str::view(name));
        Ok(())
    })
}

/// The kind of value that `name` has: one of CITX_TYPE_*. Status: UNKNOWN_NAME, INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_type(
    record: Option<&citx_record>,
    name: citx_str,
    out: Option<&mut MaybeUninit<citx_type>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| {
        let out = guard::place(out, "out")?;
        out.write(type_of(field(record, name)?));
        Ok(())
    })
}

/// The value of a boolean. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a value of another type or null, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_get_bool(
    record: Option<&citx_record>,
    name: citx_str,
    out: Option<&mut MaybeUninit<bool>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| match (guard::place(out, "out")?, field(record, name)?) {
        (out, Value::Boolean(value)) => {
            out.write(*value);
            Ok(())
        }
        (_, other) => Err(mismatch(name, "boolean", other)),
    })
}

/// The value of a whole number. Status: as citx_record_get_bool. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_get_int(
    record: Option<&citx_record>,
    name: citx_str,
    out: Option<&mut MaybeUninit<i64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| match (guard::place(out, "out")?, field(record, name)?) {
        (out, Value::Integer(value)) => {
            out.write(*value);
            Ok(())
        }
        (_, other) => Err(mismatch(name, "integer", other)),
    })
}

/// The value of a floating point number. Status: as citx_record_get_bool. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_get_float(
    record: Option<&citx_record>,
    name: citx_str,
    out: Option<&mut MaybeUninit<f64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| match (guard::place(out, "out")?, field(record, name)?) {
        (out, Value::Float(value)) => {
            out.write(*value);
            Ok(())
        }
        (_, other) => Err(mismatch(name, "float", other)),
    })
}

/// The value of a decimal, written as `-12.340`. `*out` is to be freed with citx_text_free. Status: as
/// citx_record_get_bool. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_get_decimal(
    record: Option<&citx_record>,
    name: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| match (guard::place(out, "out")?, field(record, name)?) {
        (out, Value::Decimal(value)) => {
            out.write(citx_text::boxed(value.to_string()));
            Ok(())
        }
        (_, other) => Err(mismatch(name, "decimal", other)),
    })
}

/// The value of a text: a view into `record`. Status: as citx_record_get_bool. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_get_str(
    record: Option<&citx_record>,
    name: citx_str,
    out: Option<&mut MaybeUninit<citx_str>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| match (guard::place(out, "out")?, field(record, name)?) {
        (out, Value::Text(value)) => {
            out.write(citx_str::view(value));
            Ok(())
        }
        (_, other) => Err(mismatch(name, "text", other)),
    })
}

/// The value of a date: days since 1970-01-01. Status: as citx_record_get_bool. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_get_date(
    record: Option<&citx_record>,
    name: citx_str,
    out: Option<&mut MaybeUninit<i32>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| match (guard::place(out, "out")?, field(record, name)?) {
        (out, Value::Date(value)) => {
            out.write(value.as_days());
            Ok(())
        }
        (_, other) => Err(mismatch(name, "date", other)),
    })
}

/// The value of an instant: microseconds since 1970-01-01T00:00:00Z. Status: as citx_record_get_bool. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_get_instant(
    record: Option<&citx_record>,
    name: citx_str,
    out: Option<&mut MaybeUninit<i64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| match (guard::place(out, "out")?, field(record, name)?) {
        (out, Value::Timestamp(value)) => {
            out.write(value.as_micros());
            Ok(())
        }
        (_, other) => Err(mismatch(name, "timestamp", other)),
    })
}

/// Frees a record; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_free(record: Option<Box<citx_record>>) {
    guard::free(record);
}

/// The days since 1970-01-01 of a date such as `2026-11-22`. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_date_parse(
    text: citx_str,
    out: Option<&mut MaybeUninit<i32>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(text.text("text")?.parse::<Date>()?.as_days());
        Ok(())
    })
}

/// The microseconds since 1970-01-01T00:00:00Z of an instant such as `2026-11-22T09:30:00Z`, or of a date, which starts
/// at midnight in `time_zone` (UTC if empty). Status: INVALID_ARGUMENT, UNKNOWN_NAME for the zone, OUT_OF_RANGE. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_instant_parse(
    text: citx_str,
    time_zone: citx_str,
    out: Option<&mut MaybeUninit<i64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(Timestamp::parse(text.text("text")?, zone(&time_zone)?)?.as_micros());
        Ok(())
    })
}

/// The zone of an argument `time_zone`; UTC if empty.
pub(crate) fn zone(name: &citx_str) -> Result<TimeZone> {
    match name.text("time_zone")? {
        "" => Ok(TimeZone::UTC),
        name => name.parse(),
    }
}

/// The error for an index beyond the end.
pub(crate) fn beyond(what: &str, index: usize, len: usize) -> Error {
    Error::new(ErrorKind::OutOfRange, format!("there is no {what} at {index}; there are {len}, counted from 0"))
}

/// The kind of a value.
pub(crate) fn type_of(value: &Value) -> citx_type {
    match value {
        Value::Null => CITX_TYPE_NULL,
        Value::Boolean(_) => CITX_TYPE_BOOLEAN,
        Value::Integer(_) => CITX_TYPE_INTEGER,
        Value::Float(_) => CITX_TYPE_FLOAT,
        Value::Decimal(_) => CITX_TYPE_DECIMAL,
        Value::Text(_) => CITX_TYPE_TEXT,
        Value::Date(_) => CITX_TYPE_DATE,
        Value::Timestamp(_) => CITX_TYPE_TIMESTAMP,
        Value::List(_) => CITX_TYPE_LIST,
        _ => CITX_TYPE_OTHER,
    }
}

pub(crate) fn set(record: &mut Record, name: citx_str, value: Value) -> Result<()> {
    record.set(name.text("name")?, value);
    Ok(())
}

pub(crate) fn field(record: &Record, name: citx_str) -> Result<&Value> {
    let name = name.text("name")?;
    record.get(name).ok_or_else(|| Error::new(ErrorKind::UnknownName, format!("the record has no `{name}`")))
}

pub(crate) fn mismatch(name: citx_str, wanted: &str, found: &Value) -> Error {
    let name = name.text("name").unwrap_or_default();
    Error::new(ErrorKind::InvalidArgument, format!("`{name}` is of type {}, not {wanted}", found.type_name()))
}

pub(crate) fn parse_decimal(text: &str) -> Result<Decimal> {
    let wrong = || Error::new(ErrorKind::InvalidArgument, "expected a decimal such as -12.340 of at most 38 digits");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let unsigned = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let count = unsigned.len() + fraction.len();
    if count == 0 || count > 38 || !unsigned.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let digits = format!("{whole}{fraction}").parse().map_err(|_| wrong())?;
    Ok(Decimal { digits, scale: i8::try_from(fraction.len()).map_err(|_| wrong())? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_read_back() {
        for text in ["0", "-12.340", "0.05", "-0.5", "99999999999999999999999999999999999999"] {
            assert_eq!(parse_decimal(text).expect("a decimal").to_string(), text);
        }
        for text in ["", "-", ".", "1e5", "--1", "1.-2", "1.2.3", " 1", "100000000000000000000000000000000000000"] {
            assert!(parse_decimal(text).is_err(), "{text}");
        }
    }
}
