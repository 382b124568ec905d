//! Failures that are kept: `kept.tsv` beside this file, asked again before anything is drawn.
//!
//! One a line: the dialect in which it was found, the instant, the zone, the rule, and the columns that it reads, each
//! `name:ARROW TYPE=value|value`, with days and microseconds since 1970 for dates and instants and `\N` for null. Of lists stand
//! their lengths and then all items: `name:list of ARROW TYPE=2,0,\N:item|item`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, ListArray, new_null_array};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_cast::cast;
use arrow_schema::{DataType, Field};

use super::super::super::*;
use super::conformance::{self, NULL, escape, unescape};
use crate::table::Column;
use crate::time::Date;

/// A failure that was kept.
pub struct Case {
    pub place: String,
    pub dialect: Dialect,
    pub table: Table,
    pub rule: Rule,
    pub context: Context,
}

const LIST: &str = "list of ";

/// Where failures are kept.
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules/tests/differential/kept.tsv")
}

/// The line that a failure is.
pub fn line(dialect: Dialect, table: &Table, rule: &Rule, context: &Context) -> String {
    let names = rule.names();
    let reads = |column: &Column| names.contains(&column.name());
    let some = table.columns().any(|column| reads(&column));
    // A rule that reads nothing has rows all the same.
    let columns = table.columns().enumerate().filter(|(index, column)| if some { reads(column) } else { *index == 0 });
    let columns: Vec<String> = columns.map(|(_, column)| item(&column)).collect();
    let (as_of, zone) = (context.as_of, context.time_zone.name());
    format!("{dialect}\t{as_of}\t{zone}\t{}\t{}", escape(rule.text()), columns.join(";"))
}

fn item(column: &Column) -> String {
    let name = escape(column.name());
    let written = |values: &mut dyn Iterator<Item = Value>| {
        let texts: Vec<String> = values.map(|value| text(&value).map_or(NULL.to_owned(), |text| escape(&text))).collect();
        texts.join("|")
    };
    let data_type = column.array().data_type();
    let (DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _)) = data_type else {
        return format!("{name}:{data_type}={}", written(&mut column.values()));
    };
    let lists = column.values().map(|value| if let Value::List(items) = value { Some(items) } else { None });
    let lists: Vec<Option<Vec<Value>>> = lists.collect();
    let lengths = lists.iter().map(|list| list.as_ref().map_or(NULL.to_owned(), |items| items.len().to_string()));
    let lengths: Vec<String> = lengths.collect();
    format!("{name}:{LIST}{}={}:{}", field.data_type(), lengths.join(","), written(&mut lists.into_iter().flatten().flatten()))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Date(value) => Some(value.as_days().to_string()),
        Value::Timestamp(value) => Some(value.as_micros().to_string()),
        value => conformance::text(value),
    }
}

/// Appends a line, unless it is there.
pub fn keep(path: &Path, line: &str) -> std::io::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|text| text.lines().any(|kept| kept == line)) {
        return Ok(());
    }
    OpenOptions::new().create(true).append(true).open(path)?.write_all(format!("{line}\n").as_bytes())
}

/// What is kept in a file; nothing if there is none.
pub fn cases(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(index, line)| case(line, format!("{}:{}", path.display(), index + 1))).collect()
}

/// The case that a line is.
pub fn case(line: &str, place: String) -> Case {
    let fields: Vec<&str> = line.split('\t').collect();
    let [dialect, as_of, zone, rule, columns] = fields[..] else { panic!("{place}: expected five fields") };
    let time_zone = zone.parse().expect("a zone");
    Case {
        dialect: dialect.parse().unwrap_or_else(|error| panic!("{place}: {error}")),
        table: Table::from_columns(columns.split(';').map(column)).unwrap_or_else(|error| panic!("{place}: {error}")),
        rule: Rule::parse("r", &unescape(rule)).unwrap_or_else(|error| panic!("{place}: {error}")),
        context: Context { as_of: Timestamp::parse(as_of, time_zone).expect("an instant"), time_zone },
        place,
    }
}

fn column(item: &str) -> Column {
    let (declared, values) = item.split_once('=').expect("a column and its values");
    let (name, data_type) = declared.split_once(':').expect("a name and a type");
    let Some(items_type) = data_type.strip_prefix(LIST) else {
        return Column::new(unescape(name), array(data_type, values.split('|')));
    };
    let (lengths, items) = values.split_once(':').expect("lengths and items");
    let lengths: Vec<Option<usize>> = lengths.split(',').map(|length| length.parse().ok()).collect();
    let count: usize = lengths.iter().flatten().sum();
    let items = array(items_type, items.split('|').take(count));
    let field = Arc::new(Field::new("item", items.data_type().clone(), true));
    let valid = NullBuffer::from_iter(lengths.iter().map(Option::is_some));
    let offsets = OffsetBuffer::from_lengths(lengths.into_iter().map(Option::unwrap_or_default));
    Column::new(unescape(name), Arc::new(ListArray::new(field, offsets, items, Some(valid))) as ArrayRef)
}

fn array<'a>(data_type: &str, values: impl Iterator<Item = &'a str>) -> ArrayRef {
    let data_type: DataType = data_type.parse().unwrap_or_else(|error| panic!("{data_type}: {error}"));
    let column = logical(&data_type, values.map(|value| (value != NULL).then(|| unescape(value))).collect());
    cast(column.array(), &data_type).expect("a layout of the values")
}

fn logical(data_type: &DataType, values: Vec<Option<String>>) -> Column {
    fn read<T: std::str::FromStr>(values: Vec<Option<String>>) -> Vec<Option<T>> {
        values.into_iter().map(|value| value.map(|text| text.parse().ok().expect("a value of the type"))).collect()
    }
    match data_type {
        DataType::Null => Column::new("", new_null_array(data_type, values.len())),
        DataType::Dictionary(_, values_type) => logical(values_type, values),
        DataType::Boolean => Column::boolean("", read::<bool>(values)),
        DataType::Date32 | DataType::Date64 => Column::date("", read(values).into_iter().map(|days| days.map(Date::from_days))),
        DataType::Timestamp(..) => Column::timestamp("", read(values).into_iter().map(|micros| micros.map(Timestamp::from_micros))),
        data_type if data_type.is_integer() => Column::integer("", read::<i64>(values)),
        data_type if data_type.is_floating() => Column::float("", read::<f64>(values)),
        data_type if data_type.is_decimal() => {
            let scale = |text: &String| text.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i8);
            let scale = values.iter().flatten().map(scale).max().unwrap_or(0);
            let digits = values.into_iter().map(|value| value.map(|text| text.replace('.', "")));
            let decimal = |digits: i128| Decimal { digits, scale };
            Column::decimal("", scale, read(digits.collect()).into_iter().map(|digits| digits.map(decimal))).expect("decimals")
        }
        _ => Column::text("", values),
    }
}
