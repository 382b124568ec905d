use std::collections::BTreeMap;

use super::CellOptions;
use crate::Result;
use crate::satisfaction::instrument::invalid;
use crate::statistics::codes::{bad_row, labels, numbers};
use crate::table::{Record, Table, Value};

/// The table with a row for every total: each category, and each set of them, summed over. Rows and columns of `table` come first and stay
/// as they are, except that categories become text; other columns are null in the totals. A parent category is summed over only together
/// with its children.
///
/// ```
/// use citx_core::satisfaction::{CellOptions, with_totals};
/// use citx_core::table::{Column, Table};
/// let table = Table::from_columns([
///     Column::text("area", [Some("North"), Some("North"), Some("South")]),
///     Column::text("age", [Some("under 65"), Some("65+"), Some("65+")]),
///     Column::integer("n", [Some(4), Some(7), Some(30)]),
/// ])?;
/// assert_eq!(with_totals(&table, &CellOptions::new(["area", "age"], "n"))?.num_rows(), 3 + 2 + 2 + 1);
/// # Ok::<(), citx_core::Error>(())
/// ```
///
/// # Errors
/// `UnknownName` for a column; `InvalidArgument` for a count that is null or not a whole number, a category that is null, or a table that has
/// totals already.
pub fn with_totals(table: &Table, options: &CellOptions) -> Result<Table> {
    options.check()?;
    let names: Vec<&String> = options.categories.iter().filter(|name| table.column_names().contains(&name.as_str())).collect();
    if names.is_empty() || names.len() > 16 {
        return Err(invalid("totals are made over 1 to 16 categories of the table"));
    }
    let counts = numbers(&table.column(&options.count)?)?;
    let mut categories: Vec<Vec<String>> = Vec::new();
    for name in &names {
        let total = options.total(name);
        let mut column = Vec::new();
        for (row, label) in labels(&table.column(name)?)?.into_iter().enumerate() {
            let label = label.ok_or_else(|| bad_row(name, row, "every row needs a category; write unknown as one"))?;
            if label == total {
                return Err(bad_row(name, row, "the table has totals already"));
            }
            column.push(label);
        }
        categories.push(column);
    }
    let place = |at: usize| names.iter().position(|name| **name == options.categories[at]);
    let hierarchy: Vec<(usize, usize)> =
        options.hierarchy().into_iter().filter_map(|(child, parent)| Some((place(child)?, place(parent)?))).collect();
    let mut sums: BTreeMap<(usize, Vec<&str>), i64> = BTreeMap::new();
    for (row, count) in counts.iter().enumerate() {
        let count = count.filter(|count| count.fract() == 0.0 && (0.0..=1e9).contains(count));
        let count = count.ok_or_else(|| bad_row(&options.count, row, "a count of people is a whole number of 0 or more"))?;
        for set in 1..1_usize << names.len() {
            let over = |at: usize| set >> at & 1 == 1;
            if hierarchy.iter().any(|&(child, parent)| over(parent) && !over(child)) {
                continue;
            }
            let label = |at: usize| if over(at) { options.total(names[at]) } else { categories[at][row].as_str() };
            *sums.entry((set, (0..names.len()).map(label).collect())).or_default() += count as i64;
        }
    }
    let mut records: Vec<Record> = (0..table.num_rows()).map(|row| table.row(row)).collect();
    for (row, record) in records.iter_mut().enumerate() {
        for (at, name) in names.iter().enumerate() {
            record.set(*name, Value::Text(categories[at][row].clone()));
        }
        record.set(options.count.clone(), Value::Integer(counts[row].unwrap_or(0.0) as i64));
    }
    for ((_, labels), sum) in sums {
        let mut record: Record = names.iter().zip(labels).map(|(name, label)| ((*name).clone(), Value::Text(label.to_owned()))).collect();
        record.set(options.count.clone(), Value::Integer(sum));
        records.push(record);
    }
    Table::from_records(&records)
}
