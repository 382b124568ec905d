//! `tests/conformance/rules.tsv`: its lines as tables of one row, and failures as lines of it.

use super::super::super::*;
use super::oracles::Oracle;
use crate::table::Column;
use crate::time::{Date, TimeZone};

/// Asks an oracle about every line that is no error.
pub fn check(oracle: &mut dyn Oracle) {
    let text = include_str!("../../../../../../tests/conformance/rules.tsv");
    let mut asked = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, record, as_of, zone, rule, expected] = fields[..] else { continue };
        let columns: Option<Vec<Column>> = record.split(';').filter(|item| !item.is_empty()).map(column).collect();
        let (Some(columns), false) = (columns, expected.starts_with("error")) else { continue };
        let columns = columns.into_iter().chain([Column::integer("row of the case", [Some(0)])]);
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
    let item = |(name, value): &(String, Value)| {
        let (data_type, text) = match value {
            Value::Boolean(value) => ("boolean", value.to_string()),
            Value::Integer(value) => ("integer", value.to_string()),
            Value::Float(value) => ("float", value.to_string()),
            Value::Decimal(value) => ("decimal", value.to_string()),
            Value::Text(value) => ("text", value.clone()),
            Value::Date(value) => ("date", value.to_string()),
            Value::Timestamp(value) => ("timestamp", value.to_string()),
            _ => return format!("{}:null", escape(name)),
        };
        format!("{}:{data_type}={}", escape(name), escape(&text))
    };
    let row = if table.num_rows() > 0 { table.row(0) } else { Record::default() };
    let record: Vec<String> = row.fields().iter().filter(|(name, _)| names.contains(&name.as_str())).map(item).collect();
    format!("found\t{}\t{}\t{}\t{}\t?", record.join(";"), context.as_of, context.time_zone.name(), escape(rule.text()))
}

fn escape(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n");
    text.replace(';', "\\s").replace('|', "\\p").replace('=', "\\e")
}

fn unescape(text: &str) -> String {
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

/// A column of one row from `name:type=value`; `None` for a type that is not asked about.
fn column(item: &str) -> Option<Column> {
    let (declared, text) = item.split_once('=').map_or((item, None), |(declared, text)| (declared, Some(unescape(text))));
    let (name, data_type) = declared.rsplit_once(':')?;
    let name = unescape(name);
    fn read<T: std::str::FromStr>(text: Option<String>) -> [Option<T>; 1] {
        [text.map(|text| text.parse().ok().expect("a value of the type"))]
    }
    Some(match data_type {
        "boolean" => Column::boolean(name, read::<bool>(text)),
        "integer" => Column::integer(name, read::<i64>(text)),
        "float" => Column::float(name, read::<f64>(text)),
        "text" => Column::text(name, [text]),
        "date" => Column::date(name, read::<Date>(text)),
        "timestamp" => Column::timestamp(name, [text.map(|text| Timestamp::parse(&text, TimeZone::UTC).expect("an instant"))]),
        "decimal" => {
            let scale = text.as_deref().and_then(|text| text.split_once('.')).map_or(0, |(_, fraction)| fraction.len() as i8);
            let value = text.map(|text| Decimal { digits: text.replace('.', "").parse().expect("digits"), scale });
            Column::decimal(name, scale, [value]).ok()?
        }
        _ => return None,
    })
}
