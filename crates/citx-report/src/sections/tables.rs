use citx_core::table::{Column, Table, Value};

use crate::html::{Align, Heading, Page};
use crate::numbers::short;

/// A table as it is.
#[derive(Clone, Debug)]
pub(crate) struct TablePart {
    title: String,
    headings: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl TablePart {
    pub(crate) fn new(title: String, table: &Table) -> Self {
        let columns: Vec<Column> = table.columns().collect();
        let is_number =
            |column: &Column| matches!(column.values().find(|value| *value != Value::Null), Some(Value::Integer(_) | Value::Float(_)));
        let headings = columns.iter().map(|column| {
            let align = if is_number(column) { Align::Number } else { Align::Text };
            (column.name().replace('_', " "), align)
        });
        let row = |row: usize| columns.iter().map(|column| cell(&column.value(row))).collect();
        Self { title, headings: headings.collect(), rows: (0..table.num_rows()).map(row).collect() }
    }
}

pub(crate) fn table(page: &mut Page, part: &TablePart, number: usize) {
    let id = format!("table-{}", number + 1);
    page.open("section", &[("aria-labelledby", &id)]);
    page.element("h2", &[("id", &id)], &part.title);
    if part.rows.is_empty() {
        page.paragraph("None.");
    } else {
        let headings: Vec<Heading<'_>> = part.headings.iter().map(|(name, align)| (name.as_str(), *align)).collect();
        page.table(&part.title, &headings, &part.rows);
    }
    page.close("section");
}

fn cell(value: &Value) -> String {
    match value {
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => short(*number),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Timestamp(at) => at.to_string(),
        _ => String::new(),
    }
}
