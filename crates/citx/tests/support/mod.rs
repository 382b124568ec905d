//! Reads the conformance files: one case a line, fields separated by tabs; see `tests/conformance/README.md`.
#![allow(dead_code, reason = "each runner uses its part")]

use std::collections::HashMap;
use std::path::PathBuf;

use citx::{Decimal, ErrorKind, Record, TimeZone, Timestamp, Value};

/// One line: its fields by name, not yet unescaped.
pub struct Case {
    fields: HashMap<String, String>,
    line: usize,
}

impl Case {
    /// A field as text; empty if the line ends before it.
    pub fn text(&self, field: &str) -> String {
        unescape(self.raw(field))
    }

    /// A field as it stands in the file, to be split before it is unescaped.
    pub fn raw(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    /// `line 7, case and_1`, for messages.
    pub fn place(&self) -> String {
        format!("line {}, case {}", self.line, self.raw("id"))
    }
}

/// The cases of a file in `tests/conformance`.
pub fn cases(file: &str) -> Vec<Case> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "tests", "conformance", file].iter().collect();
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let (_, header) = lines.next().expect("a line that names the fields");
    let names: Vec<&str> = header.split('\t').collect();
    let case = |(index, line): (usize, &str)| {
        let fields: Vec<&str> = line.split('\t').collect();
        assert!(fields.len() <= names.len(), "{file}, line {}: more fields than names", index + 1);
        let fields = names.iter().zip(fields).map(|(name, field)| ((*name).to_owned(), field.to_owned())).collect();
        Case { fields, line: index + 1 }
    };
    lines.map(case).collect()
}

/// `\t`, `\n`, `\s` (semicolon), `\p` (bar), `\e` (equals sign) and `\\` as the characters they stand for.
pub fn unescape(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(ch) = chars.next() {
        text.push(match ch {
            '\\' => match chars.next().expect("a character behind a backslash") {
                't' => '\t',
                'n' => '\n',
                's' => ';',
                'p' => '|',
                'e' => '=',
                '\\' => '\\',
                other => panic!("unknown escape \\{other}"),
            },
            ch => ch,
        });
    }
    text
}

/// A record from `name:type=value;name:type`.
pub fn record(raw: &str) -> Record {
    raw.split(';').filter(|item| !item.is_empty()).map(item).collect()
}

fn item(item: &str) -> (String, Value) {
    let (declared, raw) = item.split_once('=').map_or((item, None), |(declared, raw)| (declared, Some(raw)));
    let (name, data_type) = declared.rsplit_once(':').expect("a name, a colon and a type");
    let given = |raw| match data_type.strip_prefix("list of ") {
        Some(items) => list(items, raw),
        None => value(data_type, &unescape(raw)),
    };
    (unescape(name), raw.map_or(Value::Null, given))
}

fn list(data_type: &str, raw: &str) -> Value {
    let item = |item| if item == "\\N" { Value::Null } else { value(data_type, &unescape(item)) };
    Value::List(raw.split('|').filter(|_| !raw.is_empty()).map(item).collect())
}

/// A value of one of the types that records have.
pub fn value(data_type: &str, text: &str) -> Value {
    match data_type {
        "boolean" => Value::Boolean(text.parse().expect("true or false")),
        "integer" => Value::Integer(text.parse().expect("a whole number")),
        "float" => Value::Float(text.parse().expect("a float")),
        "decimal" => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            let digits = format!("{whole}{fraction}").parse().expect("digits");
            Value::Decimal(Decimal { digits, scale: fraction.len() as i8 })
        }
        "text" => Value::Text(text.to_owned()),
        "date" => Value::Date(text.parse().expect("a date")),
        "timestamp" => Value::Timestamp(instant(text, TimeZone::UTC)),
        other => panic!("unknown type {other}"),
    }
}

/// A date (midnight in `zone`) or an instant.
pub fn instant(text: &str, zone: TimeZone) -> Timestamp {
    Timestamp::parse(text, zone).expect("a date or an instant")
}

/// The kind whose name an expectation `error NAME` has; `None` if it is not one.
pub fn expected_error(expected: &str) -> Option<ErrorKind> {
    let name = expected.strip_prefix("error ")?;
    Some(ErrorKind::ALL.into_iter().find(|kind| format!("{kind:?}") == name).unwrap_or_else(|| panic!("no ErrorKind is called {name}")))
}
