use std::collections::HashMap;

use arrow_array::BooleanArray;

use super::cells::{Cells, Key, Status};
use super::suppress::protect;
use super::{CellOptions, DisclosureRule, SuppressOptions};
use crate::table::{Column, Table};
use crate::{Error, ErrorKind, Result};

/// The tables as they may be published: counts that the rule withholds, and as many others as it takes so that nobody can find one of
/// those out from what is shown, through all tables together.
///
/// Each table comes back with its rows and columns; a withheld count is null, and so are the figures and shares that would give it away.
/// New columns: `suppressed` (`none`, `primary` or `secondary`), `shown` (the count, rounded if the rule rounds, or the rule's symbol),
/// `flagged` (few enough to need a caution) and `reason`. Publish the categories and `shown`: the other columns tell the two kinds of
/// withheld counts apart. Cells of the same categories in several tables are one cell. Totals are rows labelled as such; a table without
/// is made one with [`super::with_totals`]. Counts withheld before rounding stay so.
///
/// ```
/// use citx_core::satisfaction::{CellOptions, DisclosureRule, SuppressOptions, suppress};
/// use citx_core::table::{Column, Table, Value};
/// let table = Table::from_columns([
///     Column::text("area", [Some("North"), Some("South"), Some("West"), Some("Total")]),
///     Column::integer("n", [Some(4), Some(17), Some(30), Some(51)]),
/// ])?;
/// let rule = DisclosureRule::builtin("nhs-fft")?;
/// let shown = suppress(&[table], &CellOptions::new(["area"], "n"), &rule, &SuppressOptions::default())?;
/// let texts: Vec<Value> = shown[0].column("shown")?.values().collect();
/// assert!(texts == ["*", "*", "30", "51"].map(|text| Value::Text(text.into())));
/// # Ok::<(), citx_core::Error>(())
/// ```
///
/// # Errors
/// `UnknownName` for a column; `InvalidArgument` for a count that is null or not a whole number of 0 or more, a cell that is there twice or with
/// two counts, or rows that do not add up to their total; `NotConverged` if a cell cannot be protected as far as asked for.
pub fn suppress(tables: &[Table], cells: &CellOptions, rule: &DisclosureRule, options: &SuppressOptions) -> Result<Vec<Table>> {
    cells.check()?;
    options.check()?;
    let read = Cells::read(tables, cells, None)?;
    let status = protect(&read, rule, options, &[])?;
    tables.iter().enumerate().map(|(number, table)| published(table, number, &read, &status, cells, rule)).collect()
}

fn published(table: &Table, number: usize, read: &Cells, status: &[Status], options: &CellOptions, rule: &DisclosureRule) -> Result<Table> {
    let rows = &read.rows[number];
    let hidden = |row: usize| status[rows[row]] != Status::None;
    let no_figures = |row: usize| match status[rows[row]] {
        Status::None => false,
        Status::Primary => true,
        Status::Secondary => !rule.secondary().keeps_figures,
    };
    let mut columns = Vec::new();
    for column in table.columns() {
        let share = options.shares.iter().find(|(name, _)| name == column.name());
        columns.push(if column.name() == options.count {
            blank(&column, hidden)?
        } else if options.figures.iter().any(|name| name == column.name()) {
            blank(&column, no_figures)?
        } else if let Some((_, of)) = share {
            let base = bases(read, rows, options.place(of));
            // A share and the count it is of give away its base, a share and its base the count.
            blank(&column, |row| hidden(row) || base[row].is_none_or(|base| status[base] != Status::None))?
        } else {
            column
        });
    }
    for name in options.figures.iter().chain(options.shares.iter().map(|(name, _)| name)) {
        table.column(name)?;
    }
    let value = |row: usize| read.cells[rows[row]].value.unwrap_or(0).unsigned_abs();
    let all = || 0..rows.len();
    let shown = |row: usize| if hidden(row) { rule.symbol().to_owned() } else { rule.rounded(value(row)).to_string() };
    let reason = |row: usize| match status[rows[row]] {
        Status::Primary => format!("the rule withholds counts under {}", rule.threshold()),
        Status::Secondary => "else a withheld count could be found from the totals".to_owned(),
        Status::None if rule.flags(value(row)) => "few people: read with care".to_owned(),
        Status::None => String::new(),
    };
    for name in ["suppressed", "shown", "flagged", "reason"] {
        columns.retain(|column: &Column| column.name() != name);
    }
    columns.extend([
        Column::text("suppressed", all().map(|row| Some(status[rows[row]].name()))),
        Column::text("shown", all().map(|row| Some(shown(row)))),
        Column::boolean("flagged", all().map(|row| Some(!hidden(row) && rule.flags(value(row))))),
        Column::text("reason", all().map(|row| Some(reason(row)))),
    ]);
    Table::from_columns(columns)
}

/// For each row the cell of the total over a category.
fn bases(read: &Cells, rows: &[usize], category: Option<usize>) -> Vec<Option<usize>> {
    let known: HashMap<&Key, usize> = read.cells.iter().enumerate().map(|(at, cell)| (&cell.key, at)).collect();
    let base = |&cell: &usize| {
        let key: Key = read.cells[cell].key.iter().filter(|(column, _)| Some(*column) != category).cloned().collect();
        known.get(&key).copied()
    };
    rows.iter().map(base).collect()
}

/// The column with null in some rows.
pub(super) fn blank(column: &Column, when: impl Fn(usize) -> bool) -> Result<Column> {
    let mask: BooleanArray = (0..column.len()).map(|row| Some(when(row))).collect();
    let array = arrow_select::nullif::nullif(column.array(), &mask).map_err(|error| {
        Error::new(ErrorKind::InvalidArgument, format!("column `{}` cannot hold nulls", column.name())).caused_by(error)
    })?;
    Ok(Column::new(column.name(), array))
}
