use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::CellOptions;
use crate::satisfaction::instrument::invalid;
use crate::statistics::codes::{Codes, bad_row, labels, numbers};
use crate::table::Table;
use crate::{Error, ErrorKind, Result};

/// Why a count is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    None,
    Primary,
    Secondary,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }
}

/// A cell's categories that are no totals: position of the column, label. Two tables that show one of the same name show one cell.
pub(super) type Key = Vec<(usize, String)>;

#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub key: Key,
    /// Null where it is withheld and only the published table is at hand.
    pub value: Option<i64>,
    pub status: Status,
    /// A sum that no table shows, though several tables have it.
    pub unseen: bool,
    /// Table and row, for messages.
    at: (usize, usize),
}

/// A total and what it is the sum of, besides a remainder that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub total: usize,
    pub parts: Vec<usize>,
    pub rest: i64,
}

impl Line {
    /// The cells with their signs, which sum to the remainder.
    pub fn terms(&self) -> impl Iterator<Item = (usize, i64)> + '_ {
        std::iter::once((self.total, 1)).chain(self.parts.iter().map(|&part| (part, -1)))
    }
}

/// The cells of linked tables and the sums that bind them.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    pub columns: Vec<String>,
    pub cells: Vec<Cell>,
    pub lines: Vec<Line>,
    /// The lines of each cell.
    pub of: Vec<Vec<usize>>,
    /// For each table the cell of each row.
    pub rows: Vec<Vec<usize>>,
}

/// Sums of crossings of more categories than this are not made up, only those in the tables.
const MOST_CROSSED: usize = 6;

/// Counts up to this are exact in the sums and in the solver's integers.
const LARGEST: f64 = 1e9;

impl Cells {
    /// The cells of `tables`. Counts that are withheld may be null if `status` names the column that says so.
    pub fn read(tables: &[Table], options: &CellOptions, status: Option<&str>) -> Result<Self> {
        if options.categories.is_empty() {
            return Err(invalid("name the `categories`: the columns that say which cell a row is"));
        }
        let mut cells = Self { columns: options.categories.clone(), ..Self::default() };
        let mut known: BTreeMap<Key, usize> = BTreeMap::new();
        let mut parents = Parents::default();
        let mut found = BTreeSet::new();
        for (number, table) in tables.iter().enumerate() {
            let named = |error: Error| if tables.len() > 1 { error.context(format!("table {}", number + 1)) } else { error };
            let read = Categories::read(table, options).map_err(named)?;
            parents.learn(&read, options).map_err(named)?;
            cells.add(table, number, &read, options, status, &mut known).map_err(named)?;
            let rows = cells.rows.last().map_or(&[][..], Vec::as_slice);
            read.lines(rows).try_for_each(|(column, line)| {
                cells.check(&line, &cells.columns[read.columns[column]]).map_err(named)?;
                found.insert(line);
                Ok(())
            })?;
        }
        for (column, line) in parents.lines(&cells, &known) {
            cells.check(&line, &cells.columns[column])?;
            found.insert(line);
        }
        found.extend(cells.linked(&options.hierarchy())?);
        cells.lines = found.into_iter().collect();
        cells.link();
        Ok(cells)
    }

    /// Totals that one table shows and of which another has the parts, without rows of its own for those totals. What the parts leave
    /// of a total is known where all of them are; else they are taken to be everyone.
    fn linked(&self, hierarchy: &[(usize, usize)]) -> Result<Vec<Line>> {
        let shown = self.breakdowns();
        let mut lines = Vec::new();
        for (number, rows) in self.rows.iter().enumerate() {
            let mut own: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
            for &cell in rows {
                own.entry(self.cells[cell].key.iter().map(|(column, _)| *column).collect()).or_default().push(cell);
            }
            for (columns, members) in own.iter().filter(|(columns, _)| columns.len() <= MOST_CROSSED) {
                let coarser: Vec<Vec<usize>> = subsets(columns).filter(|subset| shown.contains_key(subset)).collect();
                let nearest = |subset: &&Vec<usize>| {
                    !coarser.iter().any(|other| other != *subset && subset.iter().all(|column| other.contains(column)))
                };
                // A child's total is its parent's, which the hierarchy binds.
                let leaves_child =
                    |subset: &Vec<usize>| hierarchy.iter().any(|(child, _)| columns.contains(child) && !subset.contains(child));
                for subset in coarser.iter().filter(nearest).filter(|subset| !own.contains_key(*subset) && !leaves_child(subset)) {
                    let mut groups = self.within(members, subset);
                    for &total in &shown[subset] {
                        let Some(parts) = groups.remove(&self.cells[total].key) else { continue };
                        let sum: Option<i64> = parts.iter().map(|&part| self.cells[part].value).sum();
                        let rest = self.cells[total].value.zip(sum).map_or(0, |(total, sum)| total - sum);
                        if rest < 0 {
                            let (table, row) = (self.cells[total].at.0 + 1, self.cells[total].at.1 + 1);
                            let message = format!("table {} has more people than their total, row {row} of table {table}", number + 1);
                            return Err(invalid(message));
                        }
                        lines.push(Line { total, parts, rest });
                    }
                }
            }
        }
        Ok(lines)
    }

    /// Binds the cells once all lines between those shown are known.
    pub fn link(&mut self) {
        self.imply();
        self.of = vec![Vec::new(); self.cells.len()];
        for (number, line) in self.lines.iter().enumerate() {
            for (cell, _) in line.terms() {
                self.of[cell].push(number);
            }
        }
    }

    /// A cell with its value.
    pub fn push(&mut self, key: Key, value: i64, status: Status, row: usize) {
        self.cells.push(Cell { key, value: Some(value), status, unseen: false, at: (0, row) });
    }

    /// The cells by the columns of their categories.
    pub fn breakdowns(&self) -> BTreeMap<Vec<usize>, Vec<usize>> {
        let mut breakdowns: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (at, cell) in self.cells.iter().enumerate() {
            breakdowns.entry(cell.key.iter().map(|(column, _)| *column).collect()).or_default().push(at);
        }
        breakdowns
    }

    /// Sums that no table shows but two breakdowns share, such as those by region where there are tables by region and age and by
    /// region and gender only: what each says of them must agree.
    fn imply(&mut self) {
        let breakdowns = self.breakdowns();
        let mut shared: BTreeMap<Vec<usize>, Vec<&Vec<usize>>> = BTreeMap::new();
        for columns in breakdowns.keys().filter(|columns| columns.len() <= MOST_CROSSED) {
            for subset in subsets(columns).filter(|subset| !breakdowns.contains_key(subset)) {
                shared.entry(subset).or_default().push(columns);
            }
        }
        for (subset, crossings) in shared.into_iter().filter(|(_, crossings)| crossings.len() > 1) {
            let mut sums: BTreeMap<Key, Vec<Vec<usize>>> = BTreeMap::new();
            for columns in crossings {
                for (key, parts) in self.within(&breakdowns[columns], &subset) {
                    sums.entry(key).or_default().push(parts);
                }
            }
            for (key, groups) in sums.into_iter().filter(|(_, groups)| groups.len() > 1) {
                let sum = |parts: &Vec<usize>| parts.iter().map(|&part| self.cells[part].value).sum::<Option<i64>>();
                let found: Option<Vec<i64>> = groups.iter().map(sum).collect();
                let value = found.as_ref().and_then(|sums| sums.iter().max().copied());
                let rest = |at: usize| value.zip(found.as_ref()).map_or(0, |(value, sums)| value - sums[at]);
                let total = self.cells.len();
                let lines: Vec<Line> = groups.into_iter().enumerate().map(|(at, parts)| Line { total, parts, rest: rest(at) }).collect();
                self.lines.extend(lines);
                self.cells.push(Cell { key, value, status: Status::Secondary, unseen: true, at: (0, 0) });
            }
        }
    }

    /// Cells by what their keys have of some columns.
    pub fn within(&self, cells: &[usize], columns: &[usize]) -> BTreeMap<Key, Vec<usize>> {
        let mut groups: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for &cell in cells {
            let key = self.cells[cell].key.iter().filter(|(column, _)| columns.contains(column)).cloned().collect();
            groups.entry(key).or_default().push(cell);
        }
        groups
    }

    fn add(
        &mut self,
        table: &Table,
        number: usize,
        read: &Categories,
        options: &CellOptions,
        status: Option<&str>,
        known: &mut BTreeMap<Key, usize>,
    ) -> Result<()> {
        let counts = counts(table, &options.count)?;
        let statuses = statuses(table, status)?;
        let hierarchy = options.hierarchy();
        let mut rows = Vec::with_capacity(counts.len());
        for (row, (&value, &status)) in counts.iter().zip(&statuses).enumerate() {
            if value.is_none() && status == Status::None {
                return Err(bad_row(&options.count, row, "a count that is not withheld must not be null"));
            }
            let cell = Cell { key: read.key(row, &hierarchy), value, status, unseen: false, at: (number, row) };
            let at = match known.get(&cell.key) {
                None => {
                    known.insert(cell.key.clone(), self.cells.len());
                    self.cells.push(cell);
                    self.cells.len() - 1
                }
                Some(&at) => {
                    self.meet(at, &cell, &options.count)?;
                    at
                }
            };
            rows.push(at);
        }
        self.rows.push(rows);
        Ok(())
    }

    /// A cell that an earlier row has too.
    fn meet(&mut self, at: usize, again: &Cell, column: &str) -> Result<()> {
        let earlier = &mut self.cells[at];
        let (table, row) = (earlier.at.0 + 1, earlier.at.1 + 1);
        if earlier.at.0 == again.at.0 {
            return Err(bad_row(column, again.at.1, &format!("the same cell is in row {row} too")));
        }
        if let (Some(one), Some(other)) = (earlier.value, again.value)
            && one != other
        {
            return Err(bad_row(column, again.at.1, &format!("the same cell has another count in table {table}, row {row}")));
        }
        // What one table shows, the others cannot hide.
        let shown = earlier.status == Status::None || again.status == Status::None;
        earlier.status = if shown { Status::None } else { earlier.status.min(again.status) };
        earlier.value = earlier.value.or(again.value);
        Ok(())
    }

    fn check(&self, line: &Line, column: &str) -> Result<()> {
        let parts: Option<i64> = line.parts.iter().map(|&part| self.cells[part].value).sum();
        let total = &self.cells[line.total];
        match (total.value, parts) {
            (Some(total), Some(parts)) if total == parts => Ok(()),
            (Some(_), Some(_)) => {
                let (table, row) = (total.at.0 + 1, total.at.1 + 1);
                Err(invalid(format!("column `{column}`: the rows do not add up to their total, row {row} of table {table}")))
            }
            _ => Ok(()),
        }
    }
}

/// Every part of `columns` but all of them.
pub(super) fn subsets(columns: &[usize]) -> impl Iterator<Item = Vec<usize>> + '_ {
    let part = |set: usize| (0..columns.len()).filter(move |at| set >> at & 1 == 1).map(|at| columns[at]).collect();
    (0..(1_usize << columns.len().min(20)).saturating_sub(1)).map(part)
}

/// The category columns of one table.
struct Categories {
    /// Positions among all category columns.
    columns: Vec<usize>,
    labels: Vec<Vec<String>>,
    /// The label of each column's totals.
    totals: Vec<String>,
}

impl Categories {
    fn read(table: &Table, options: &CellOptions) -> Result<Self> {
        let names = table.column_names();
        let columns: Vec<usize> = (0..options.categories.len()).filter(|&at| names.contains(&options.categories[at].as_str())).collect();
        if columns.is_empty() {
            return Err(invalid(format!("the table has none of the categories: {}", options.categories.join(", "))));
        }
        let mut labels = Vec::new();
        for &at in &columns {
            let name = &options.categories[at];
            let codes = Codes::of(&table.column(name)?)?.require(name, "category; write unknown as one")?;
            labels.push(codes.codes.iter().map(|&code| codes.labels[code as usize].clone()).collect());
        }
        let totals = columns.iter().map(|&at| options.total(&options.categories[at]).to_owned()).collect();
        Ok(Self { columns, labels, totals })
    }

    fn is_total(&self, column: usize, row: usize) -> bool {
        self.labels[column][row] == self.totals[column]
    }

    /// The parent's category is left out beside the child's, which implies it.
    fn key(&self, row: usize, hierarchy: &[(usize, usize)]) -> Key {
        let inner: Vec<usize> = (0..self.columns.len()).filter(|&column| !self.is_total(column, row)).collect();
        let has = |at: usize| inner.iter().any(|&column| self.columns[column] == at);
        let implied = |at: usize| hierarchy.iter().any(|&(child, parent)| parent == at && has(child));
        let kept = inner.iter().filter(|&&column| !implied(self.columns[column]));
        kept.map(|&column| (self.columns[column], self.labels[column][row].clone())).collect()
    }

    /// For each column the totals with the rows that are alike but for it.
    fn lines<'a>(&'a self, rows: &'a [usize]) -> impl Iterator<Item = (usize, Line)> + 'a {
        (0..self.columns.len()).flat_map(move |column| {
            let mut groups: HashMap<Vec<&str>, (Option<usize>, BTreeSet<usize>)> = HashMap::new();
            for (row, &cell) in rows.iter().enumerate() {
                let others = (0..self.columns.len()).filter(|&other| other != column).map(|other| self.labels[other][row].as_str());
                let group = groups.entry(others.collect()).or_default();
                if self.is_total(column, row) {
                    group.0 = Some(cell);
                } else {
                    group.1.insert(cell);
                }
            }
            let line = move |(total, mut parts): (Option<usize>, BTreeSet<usize>)| {
                let total = total?;
                parts.remove(&total);
                (!parts.is_empty()).then(|| (column, Line { total, parts: parts.into_iter().collect(), rest: 0 }))
            };
            groups.into_values().filter_map(line)
        })
    }
}

/// Which parent each child label has, for each pair of columns of the hierarchies.
#[derive(Default)]
struct Parents {
    known: BTreeMap<(usize, usize), BTreeMap<String, String>>,
}

impl Parents {
    fn learn(&mut self, read: &Categories, options: &CellOptions) -> Result<()> {
        for (child, parent) in options.hierarchy() {
            let place = |at: usize| read.columns.iter().position(|&column| column == at);
            let (Some(low), Some(high)) = (place(child), place(parent)) else { continue };
            let map = self.known.entry((child, parent)).or_default();
            for row in 0..read.labels[low].len() {
                if read.is_total(low, row) || read.is_total(high, row) {
                    continue;
                }
                let (label, above) = (&read.labels[low][row], &read.labels[high][row]);
                if map.insert(label.clone(), above.clone()).is_some_and(|other| other != *above) {
                    let (child, parent) = (&options.categories[child], &options.categories[parent]);
                    return Err(bad_row(child, row, &format!("it has another `{parent}` in an earlier row")));
                }
            }
        }
        Ok(())
    }

    /// Each parent's cell with its children's, in tables that do not have both columns.
    fn lines(&self, cells: &Cells, known: &BTreeMap<Key, usize>) -> Vec<(usize, Line)> {
        let mut lines = Vec::new();
        for (&(child, parent), map) in &self.known {
            let mut groups: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
            for (at, cell) in cells.cells.iter().enumerate() {
                let Some((_, label)) = cell.key.iter().find(|(column, _)| *column == child) else { continue };
                let Some(above) = map.get(label) else { continue };
                let mut key: Key = cell.key.iter().filter(|(column, _)| *column != child).cloned().collect();
                key.push((parent, above.clone()));
                key.sort();
                groups.entry(key).or_default().push(at);
            }
            for (key, parts) in groups {
                if let Some(&total) = known.get(&key) {
                    lines.push((child, Line { total, parts, rest: 0 }));
                }
            }
        }
        lines
    }
}

fn counts(table: &Table, column: &str) -> Result<Vec<Option<i64>>> {
    let counts = numbers(&table.column(column)?)?;
    let count = |(row, count): (usize, Option<f64>)| match count {
        None => Ok(None),
        Some(count) if count.fract() != 0.0 || count < 0.0 => {
            Err(bad_row(column, row, "a count of people is a whole number of 0 or more; weights do not protect, give unweighted counts"))
        }
        Some(count) if count > LARGEST => {
            Err(Error::new(ErrorKind::OutOfRange, format!("column `{column}`, row {}: counts go up to {LARGEST}", row + 1)))
        }
        Some(count) => Ok(Some(count as i64)),
    };
    counts.into_iter().enumerate().map(count).collect()
}

fn statuses(table: &Table, column: Option<&str>) -> Result<Vec<Status>> {
    let Some(column) = column else { return Ok(vec![Status::None; table.num_rows()]) };
    let status = |(row, label): (usize, Option<String>)| match label.as_deref() {
        None | Some("none" | "false") => Ok(Status::None),
        Some("primary" | "true") => Ok(Status::Primary),
        Some("secondary") => Ok(Status::Secondary),
        Some(_) => Err(bad_row(column, row, "expected `none`, `primary`, `secondary`, true or false")),
    };
    labels(&table.column(column)?)?.into_iter().enumerate().map(status).collect()
}
