//! Lists as values of records.

use std::mem::MaybeUninit;

use engine::{Date, Error, ErrorKind, Result, Timestamp, Value};

use super::error::{citx_error, citx_status};
use super::record::{
    CITX_TYPE_BOOLEAN, CITX_TYPE_DATE, CITX_TYPE_DECIMAL, CITX_TYPE_FLOAT, CITX_TYPE_INTEGER, CITX_TYPE_LIST, CITX_TYPE_NULL,
    CITX_TYPE_OTHER, CITX_TYPE_TEXT, CITX_TYPE_TIMESTAMP, beyond, citx_record, citx_type, field, mismatch, parse_decimal, set, type_of,
};
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, citx_str, citx_value, citx_values};

/// The items of a list. Never changes.
pub struct citx_list(Shared<Vec<Item>>);
shared!(citx_list, Vec<Item>);

/// An item as [`citx_value`] shows it.
pub(crate) struct Item {
    data_type: citx_type,
    integer: i64,
    number: f64,
    text: Option<String>,
}

impl From<&Value> for Item {
    fn from(value: &Value) -> Self {
        let (mut integer, mut number, mut text) = (0, 0.0, None);
        match value {
            Value::Boolean(value) => integer = i64::from(*value),
            Value::Integer(value) => integer = *value,
            Value::Float(value) => number = *value,
            Value::Decimal(value) => text = Some(value.to_string()),
            Value::Text(value) => text = Some(value.clone()),
            Value::Date(value) => integer = i64::from(value.as_days()),
            Value::Timestamp(value) => integer = value.as_micros(),
            _ => {}
        }
        let data_type = match type_of(value) {
            CITX_TYPE_LIST => CITX_TYPE_OTHER,
            known => known,
        };
        Self { data_type, integer, number, text }
    }
}

/// Sets `name` to a list, for has_any and has_all. The items are copied; none is the empty list. Status: INVALID_ARGUMENT
/// naming an item that is none, such as a list in a list, OUT_OF_RANGE for a date, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_record_set_list(
    record: *mut citx_record,
    name: citx_str,
    items: citx_values,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(record) }, err, |record| {
        let read = |(index, item)| value(item).map_err(|error| error.context(format!("item {index} of the list")));
        let items = items.values("items")?.iter().enumerate().map(read).collect::<Result<_>>()?;
        set(record, name, Value::List(items))
    })
}

/// The items of a list. `*out` is to be freed with citx_list_free; it may outlive `record`. Status: as
/// citx_record_get_bool. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_record_get_list(
    record: Option<&citx_record>,
    name: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_list>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(record, err, |record| match (guard::place(out, "out")?, field(record, name)?) {
        (out, Value::List(items)) => {
            out.write(citx_list::boxed(items.iter().map(Item::from).collect()));
            Ok(())
        }
        (_, other) => Err(mismatch(name, "list", other)),
    })
}

/// How many items; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_list_len(list: Option<&citx_list>) -> usize {
    guard::get(list, 0, Vec::len)
}

/// The item at `index`, from 0; its text is a view into `list`. Status: OUT_OF_RANGE, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_list_get(
    list: Option<&citx_list>,
    index: usize,
    out: Option<&mut MaybeUninit<citx_value>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(list, err, |list| {
        let out = guard::place(out, "out")?;
        let item = list.get(index).ok_or_else(|| beyond("item", index, list.len()))?;
        let text = citx_str::view_of(item.text.as_deref());
        out.write(citx_value { r#type: item.data_type, integer: item.integer, number: item.number, text });
        Ok(())
    })
}

/// Frees a list; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_list_free(list: Option<Box<citx_list>>) {
    guard::free(list);
}

fn value(item: &citx_value) -> Result<Value> {
    Ok(match item.r#type {
        CITX_TYPE_NULL => Value::Null,
        CITX_TYPE_BOOLEAN => Value::Boolean(item.integer != 0),
        CITX_TYPE_INTEGER => Value::Integer(item.integer),
        CITX_TYPE_FLOAT => Value::Float(item.number),
        CITX_TYPE_DECIMAL => Value::Decimal(parse_decimal(item.text.text("text")?)?),
        CITX_TYPE_TEXT => Value::Text(item.text.text("text")?.to_owned()),
        CITX_TYPE_DATE => {
            let beyond = |_| Error::new(ErrorKind::OutOfRange, "a date has days of 32 bits");
            Value::Date(Date::from_days(i32::try_from(item.integer).map_err(beyond)?))
        }
        CITX_TYPE_TIMESTAMP => Value::Timestamp(Timestamp::from_micros(item.integer)),
        other => return Err(Error::new(ErrorKind::InvalidArgument, format!("an item cannot be of type {other}"))),
    })
}
