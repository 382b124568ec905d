//! Values and tables as text for people: aligned columns.

use citx::{Table, Value};

/// A value as a person reads it; nothing for a null.
pub(crate) fn cell(value: &Value) -> String {
    match value {
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::Date(value) => value.to_string(),
        Value::Timestamp(value) => value.to_string(),
        Value::List(items) => format!("[{}]", items.iter().map(cell).collect::<Vec<_>>().join(", ")),
        _ => String::new(),
    }
}

/// Rows under headings, columns aligned; a column whose cells all read as numbers is set to the right. Control characters, which could
/// steer a terminal, become U+FFFD.
pub(crate) fn aligned(headings: &[&str], rows: &[Vec<String>]) -> String {
    let clean = |text: &str| -> String { text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect() };
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| clean(cell)).collect()).collect();
    let column = |at: usize| rows.iter().filter_map(move |row| row.get(at));
    let width = |at: usize, heading: &str| column(at).map(|cell| cell.chars().count()).chain([heading.chars().count()]).max().unwrap_or(0);
    let numeric = |at: usize| {
        column(at).all(|cell| cell.is_empty() || cell == "-" || cell.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c)))
    };
    let layout: Vec<(usize, bool)> = headings.iter().enumerate().map(|(at, heading)| (width(at, heading), numeric(at))).collect();
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::new();
        for (cell, (width, right)) in cells.zip(&layout) {
            let cell = if *right { format!("{cell:>width$}  ") } else { format!("{cell:<width$}  ") };
            line.push_str(&cell);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    };
    line(&mut headings.iter().copied());
    for row in &rows {
        line(&mut row.iter().map(String::as_str));
    }
    text
}

/// A whole table, aligned; figures are shown to six digits behind the point, the files hold them in full.
pub(crate) fn table(table: &Table) -> String {
    let shown = |value: &Value| match value {
        Value::Float(number) if number.fract() != 0.0 => format!("{number:.6}"),
        value => cell(value),
    };
    let columns: Vec<_> = table.columns().collect();
    let rows: Vec<Vec<String>> =
        (0..table.num_rows()).map(|row| columns.iter().map(|column| shown(&column.value(row))).collect()).collect();
    aligned(&table.column_names(), &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_terminals_are_safe() {
        let rows = [vec!["a".to_owned(), "5".to_owned()], vec!["b\u{1b}[2J".to_owned(), "1000".to_owned()]];
        assert_eq!(aligned(&["name", "n"], &rows), "name      n\na         5\nb\u{fffd}[2J  1000\n");
    }
}
