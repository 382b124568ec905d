//! Values and tables as JSON. A float that is no number is null; decimals and instants are text.

use citx::{Table, Value};
use serde_json::{Map, Value as Json, json};

use crate::text;

pub(crate) fn value(value: &Value) -> Json {
    match value {
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::List(items) => Json::Array(items.iter().map(self::value).collect()),
        Value::Null | Value::Other => Json::Null,
        other => json!(text::cell(other)),
    }
}

/// One object for each row.
pub(crate) fn rows(table: &Table) -> Vec<Json> {
    let columns: Vec<_> = table.columns().collect();
    let object = |row: usize| columns.iter().map(|column| (column.name().to_owned(), value(&column.value(row)))).collect::<Map<_, _>>();
    (0..table.num_rows()).map(|row| Json::Object(object(row))).collect()
}
