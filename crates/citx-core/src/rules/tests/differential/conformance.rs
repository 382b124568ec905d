//! `tests/conformance/rules.tsv`: its lines as tables of one row, and failures as lines of it.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, ListArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::Field;

use super::super::super::*;
use super::oracles::Oracle;
use crate::table::Column;
use crate::time::{Date, TimeZone};

/// A null among the items of a list.
pub const NULL: &str = "\\N";

/// Asks an oracle about every line that is no error.
pub fn check(oracle: &mut dyn Oracle) {
    let text = include_str!("../../../../../../tests/conformance/rules.tsv");
    let mut asked = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, record, as_of, zone, rule, expected] = fields[..] else { continue };
        if expected.starts_with("error") {
            continue;
        }
        let columns = record.split(';').filter(|item| !item.is_empty()).map(column).chain([Column::integer("row of the case", [Some(0)])]);
        let table = Table::from_columns(columns).expect("columns of one row");
        let zone: TimeZone = zone.parse().expect("a zone");
        let context = Context { as_of: Timestamp::parse(as_of, zone).expect("an instant"), time_zone: zone };
        let Ok(rule) = Rule::parse("r", &unescape(rule)) else { continue };
        let Ok(plan) = Plan::compile(std::slice::from_ref(&rule), &Schema::of(&table)) else { continue };
        let sql = match plan.to_sql(0, oracle.dialect(), &context) {
            Ok(sql) => sql,
            Err(error) if error.kind() == ErrorKind::Unsupported => continue,
            Err(error) => panic!("{id}: {error}"),
        };
        let wanted = match expected {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        match oracle.ask(&table, std::slice::from_ref(&sql)).pop() {
            Some(Ok(found)) => assert_eq!(found, [wanted], "{id}: {} in {}: {sql}", rule.text(), oracle.dialect()),
            Some(Err(message)) if oracle.may_refuse(&message) => continue,
            other => panic!("{id}: {other:?}: {sql}"),
        }
        asked += 1;
    }
    eprintln!("{}: {asked} cases of rules.tsv mean the same", oracle.dialect());
    assert!(asked > 100, "most cases can be asked");
}

/// The line of `rules.tsv` that a table of one row and a rule are.
pub fn line(table: &Table, rule: &Rule, context: &Context) -> String {
    let names = rule.names();
    let schema = Schema::of(table);
    let item = |(attribute, (name, value)): (&Attribute, &(String, Value))| {
        let data_type = match attribute.data_type {
            AttributeType::Null => "text".to_owned(),
            // Without the digits of decimals.
            data_type => data_type.to_string().split('(').next().unwrap_or_default().to_owned(),
        };
        let text = match value {
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| text(item).map_or(NULL.to_owned(), |text| escape(&text))).collect();
                Some(items.join("|"))
            }
            value => text(value).map(|text| escape(&text)),
        };
        format!("{}:{data_type}{}", escape(name), text.map_or(String::new(), |text| format!("={text}")))
    };
    let row = if table.num_rows() > 0 { table.row(0) } else { Record::default() };
    let fields = schema.attributes().iter().zip(row.fields()).filter(|(_, (name, _))| names.contains(&name.as_str()));
    let record: Vec<String> = fields.map(item).collect();
    format!("found\t{}\t{}\t{}\t{}\t?", record.join(";"), context.as_of, context.time_zone.name(), escape(rule.text()))
}

/// A value in the words of the file; `None` for null.
pub fn text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::Date(value) => value.to_string(),
        Value::Timestamp(value) => value.to_string(),
        _ => return None,
    })
}

pub fn escape(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n");
    text.replace(';', "\\s").replace('|', "\\p").replace('=', "\\e")
}

pub fn unescape(text: &str) -> String {
    let mut unescaped = String::new();
    let mut chars = text.chars();
    while let Some(ch) = chars.next() {
        unescaped.push(match ch {
            '\\' => match chars.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('s') => ';',
                Some('p') => '|',
                Some('e') => '=',
                other => other.expect("a character behind a backslash"),
            },
            ch => ch,
        });
    }
    unescaped
}

/// A column of one row from `name:type=value`.
fn column(item: &str) -> Column {
    let (declared, raw) = item.split_once('=').map_or((item, None), |(declared, raw)| (declared, Some(raw)));
    let (name, data_type) = declared.rsplit_once(':').expect("a name and a type");
    let array = match data_type.strip_prefix("list of ") {
        None => array(data_type, vec![raw.map(unescape)]),
        Some(items_type) => {
            let items = raw.filter(|raw| !raw.is_empty()).map_or(Vec::new(), |raw| raw.split('|').collect());
            let items = array(items_type, items.into_iter().map(|item| (item != NULL).then(|| unescape(item))).collect());
            let field = Arc::new(Field::new("item", items.data_type().clone(), true));
            let (offsets, valid) = (OffsetBuffer::from_lengths([items.len()]), NullBuffer::from(vec![raw.is_some()]));
            Arc::new(ListArray::new(field, offsets, items, Some(valid)))
        }
    };
    Column::new(unescape(name), array)
}

/// Values of one of the types that records have.
fn array(data_type: &str, texts: Vec<Option<String>>) -> ArrayRef {
    fn read<T: std::str::FromStr>(texts: Vec<Option<String>>) -> Vec<Option<T>> {
        texts.into_iter().map(|text| text.map(|text| text.parse().ok().expect("a value of the type"))).collect()
    }
    let column = match data_type {
        "boolean" => Column::boolean("", read::<bool>(texts)),
        "integer" => Column::integer("", read::<i64>(texts)),
        "float" => Column::float("", read::<f64>(texts)),
        "text" => Column::text("", texts),
        "date" => Column::date("", read::<Date>(texts)),
        "timestamp" => {
            let instant = |text: String| Timestamp::parse(&text, TimeZone::UTC).expect("an instant");
            Column::timestamp("", texts.into_iter().map(|text| text.map(instant)))
        }
        "decimal" => {
            let scale_of = |text: &str| text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            let scale = texts.iter().flatten().map(|text| scale_of(text)).max().unwrap_or(0);
            let digits = |text: String| format!("{}{}", text.replace('.', ""), "0".repeat(scale - scale_of(&text)));
            let decimal = |text| Decimal { digits: digits(text).parse().expect("digits"), scale: scale as i8 };
            Column::decimal("", scale as i8, texts.into_iter().map(|text| text.map(decimal))).expect("decimals")
        }
        other => panic!("unknown type {other}"),
    };
    column.array().clone()
}
