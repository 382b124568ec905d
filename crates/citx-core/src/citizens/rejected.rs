use crate::Result;
use crate::table::{Column, Table};

/// Why one row of the input was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Data row, from 1: the header does not count.
    pub row: u64,
    /// Line of a text file on which the row begins, from 1.
    pub line: Option<u64>,
    /// The column at fault, if it is one.
    pub column: Option<String>,
    /// The reason, in plain words; it holds no value of the row.
    pub reason: String,
}

/// The rows that a reader has set aside before the keys are looked at, and where the remaining rows came from.
#[derive(Clone, Debug, Default)]
pub struct Rejected {
    rows: Vec<Rejection>,
    origins: Option<Vec<(u64, Option<u64>)>>,
}

impl Rejected {
    /// These rows; `origins` has, for each row that remains, its data row and line.
    pub fn new(rows: Vec<Rejection>, origins: Vec<(u64, Option<u64>)>) -> Self {
        Self { rows, origins: Some(origins) }
    }

    /// The data row and line of a row that remains.
    pub(super) fn origin(&self, row: usize) -> (u64, Option<u64>) {
        let known = self.origins.as_ref().and_then(|origins| origins.get(row).copied());
        known.unwrap_or((row as u64 + 1, None))
    }

    pub(super) fn push(&mut self, rejection: Rejection) {
        self.rows.push(rejection);
    }

    /// Row, line, column, reason: sorted by row.
    ///
    /// # Errors
    /// `InvalidArgument` where the columns cannot be made.
    pub fn to_table(&self) -> Result<Table> {
        let mut rows: Vec<&Rejection> = self.rows.iter().collect();
        rows.sort_by_key(|rejection| rejection.row);
        let number = |number: u64| i64::try_from(number).ok();
        Table::from_columns([
            Column::integer("row", rows.iter().map(|rejection| number(rejection.row))),
            Column::integer("line", rows.iter().map(|rejection| rejection.line.and_then(number))),
            Column::text("column", rows.iter().map(|rejection| rejection.column.as_deref())),
            Column::text("reason", rows.iter().map(|rejection| Some(&rejection.reason))),
        ])
    }
}
