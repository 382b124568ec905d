//! A table of text cells on its way to typed columns, and the rows that fall off on that way.

use std::collections::BTreeSet;

use citx_core::citizens::{Rejected, Rejection};
use citx_core::table::{Column, Table};
use citx_core::{Error, ErrorKind, Result};

use super::infer::infer;
use super::parse::parse;
use super::types::CellType;
use super::{Loaded, OnError, ReadOptions};

/// One column's cells, end to end; an empty cell is a null.
#[derive(Default)]
pub(super) struct Cells {
    text: String,
    ends: Vec<usize>,
}

/// Named columns of text cells.
pub(super) struct Grid {
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<Cells>,
    /// Data row and line of each row.
    pub(super) origins: Vec<(u64, Option<u64>)>,
    pub(super) faults: Faults,
    /// Whether dates were dates in the file and are ISO text only here, whatever format was declared.
    pub(super) iso_dates: bool,
}

/// Bad rows: the first fails the read, or all are set aside.
pub(super) struct Faults {
    on_error: OnError,
    rows: Vec<Rejection>,
}

impl Cells {
    /// # Errors
    /// `LimitExceeded` where there is no memory for it.
    pub(super) fn push(&mut self, cell: &str) -> Result<()> {
        let full = |_| Error::new(ErrorKind::LimitExceeded, "the file is larger than the memory");
        self.text.try_reserve(cell.len()).map_err(full)?;
        self.ends.try_reserve(1).map_err(full)?;
        self.text.push_str(cell);
        self.ends.push(self.text.len());
        Ok(())
    }

    /// The cell of a row; `None` if it is empty.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        let start = row.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..*self.ends.get(row)?).filter(|cell| !cell.is_empty())
    }
}

impl Faults {
    pub(super) fn new(on_error: OnError) -> Self {
        Self { on_error, rows: Vec::new() }
    }

    /// # Errors
    /// The fault itself, unless bad rows are set aside.
    pub(super) fn add(&mut self, rejection: Rejection) -> Result<()> {
        match self.on_error {
            OnError::Fail => Err(refuse(&rejection)),
            OnError::Quarantine => {
                self.rows.push(rejection);
                Ok(())
            }
        }
    }
}

fn refuse(rejection: &Rejection) -> Error {
    let column = rejection.column.as_ref().map_or(String::new(), |column| format!("column `{column}`, "));
    let line = rejection.line.map_or(String::new(), |line| format!(" (line {line})"));
    Error::new(ErrorKind::InvalidArgument, format!("{column}row {}{line}: {}", rejection.row, rejection.reason))
}

impl Grid {
    /// The typed table: declared types first, then those found by looking at all the rows that remain.
    pub(super) fn into_table(mut self, text: &[&str], options: &ReadOptions) -> Result<Loaded> {
        let mut declared = self.declared(&options.types)?;
        for (name, kind) in self.names.iter().zip(&mut declared) {
            if kind.is_none() && text.contains(&name.as_str()) {
                *kind = Some(CellType::Text);
            }
        }
        let all: Vec<usize> = (0..self.origins.len()).collect();
        let mut columns = Vec::with_capacity(self.names.len());
        let mut misfits: Vec<(usize, usize)> = Vec::new();
        for (index, (cells, kind)) in self.columns.iter().zip(&declared).enumerate() {
            columns.push(kind.as_ref().map(|kind| {
                let name = self.names.get(index).map_or("", String::as_str);
                parse(name, cells, &all, kind, self.iso_dates, &mut |row| misfits.push((row, index)))
            }));
        }
        misfits.sort_unstable();
        for &(row, index) in &misfits {
            let (number, line) = self.origins.get(row).copied().unwrap_or_default();
            let wanted = declared.get(index).and_then(Option::as_ref).map_or(String::new(), CellType::wanted);
            let reason = format!("expected {wanted}, found something else; correct the cell or declare another type");
            self.faults.add(Rejection { row: number, line, column: self.names.get(index).cloned(), reason })?;
        }
        let bad: BTreeSet<usize> = misfits.into_iter().map(|(row, _)| row).collect();
        let kept: Vec<usize> = if bad.is_empty() { all } else { all.into_iter().filter(|row| !bad.contains(row)).collect() };
        let columns = self.names.iter().zip(&self.columns).zip(columns).map(|((name, cells), column)| match column {
            Some(column) if bad.is_empty() => column,
            Some(column) => column?.take(&kept),
            None => parse(name, cells, &kept, &infer(kept.iter().filter_map(|&row| cells.get(row))), false, &mut |_| {}),
        });
        let table = Table::from_columns(columns.collect::<Result<Vec<Column>>>()?)?;
        let origins = kept.iter().filter_map(|&row| self.origins.get(row).copied()).collect();
        Ok(Loaded { table, rejected: Rejected::new(self.faults.rows, origins) })
    }

    /// The declared type of each column.
    fn declared(&self, types: &[(String, String)]) -> Result<Vec<Option<CellType>>> {
        let mut declared = vec![None; self.names.len()];
        for (name, spec) in types {
            let kind = CellType::parse(spec).map_err(|error| error.context(format!("types: column `{name}`")))?;
            let slot = self.names.iter().position(|column| column == name).and_then(|index| declared.get_mut(index));
            match slot {
                Some(slot @ None) => *slot = Some(kind),
                Some(Some(_)) => {
                    return Err(Error::new(ErrorKind::InvalidArgument, format!("types: column `{name}` is declared twice")));
                }
                None => return Err(self.unknown(name)),
            }
        }
        Ok(declared)
    }

    fn unknown(&self, name: &str) -> Error {
        // An empty table of the same columns words the error, suggestion included.
        let empty = Table::from_columns(self.names.iter().map(|name| Column::text(name, std::iter::empty::<Option<&str>>())));
        match empty.and_then(|table| table.column(name)) {
            Err(error) => error.context("types"),
            Ok(_) => Error::new(ErrorKind::UnknownName, format!("types: there is no column `{name}`")),
        }
    }

    /// Whether the names can be a table's.
    pub(super) fn check_names(names: &[String]) -> Result<()> {
        let mut seen = BTreeSet::new();
        for (index, name) in names.iter().enumerate() {
            if name.is_empty() {
                let message = format!("column {} has no name in the header; give it one", index + 1);
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
            if !seen.insert(name) {
                return Err(Error::new(ErrorKind::InvalidArgument, format!("two columns are named `{name}`; rename one")));
            }
        }
        Ok(())
    }
}
