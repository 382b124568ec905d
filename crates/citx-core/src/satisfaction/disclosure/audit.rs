use std::collections::BTreeMap;

use super::cells::{Cells, Status};
use super::solve::{Answer, Program, Whole};
use super::{CellOptions, DisclosureRule, SuppressOptions};
use crate::satisfaction::instrument::invalid;
use crate::table::{Column, Table};
use crate::{Error, ErrorKind, Result, Run};

/// What the reader of the tables is taken to know, and how well withheld counts must be protected.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuditOptions {
    /// Column that says what is withheld: `none`, `primary`, `secondary`, or true and false.
    pub suppressed: String,
    /// Width, percent, and what the reader knows.
    pub protection: SuppressOptions,
    /// The rule by which counts were withheld: with it the reader knows its least withheld count, and with `knows_primary` its
    /// threshold.
    pub rule: Option<DisclosureRule>,
    /// More withheld cells than this are refused: 5,000 unless said otherwise.
    pub max_cells: usize,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self { suppressed: "suppressed".into(), protection: SuppressOptions::default(), rule: None, max_cells: 5000 }
    }
}

/// What can be found out about each withheld count from all that the tables show: every table that adds up is a table the reader must
/// reckon with, and the least and the greatest count of a cell in any of them are its bounds.
///
/// A table of a row for each withheld cell: the categories (the total's label where a cell is a total), `count` (null if it is not in
/// the tables), `suppressed`, `lower` and `upper` (null without limit), `recoverable` (the bounds are one number), `protected` (they are at
/// least as far apart as asked for) and `attained` (both bounds are counts of whole tables that were found; where false, the bounds are
/// those of linear programming, and the reader may do better).
///
/// Counts may be null where they are withheld, so that a published table can be audited without the original. Weights do not protect:
/// counts are of people.
///
/// ```
/// use citx_core::satisfaction::{AuditOptions, CellOptions, audit};
/// use citx_core::table::{Column, Table, Value};
/// let table = Table::from_columns([
///     Column::text("area", [Some("North"), Some("South"), Some("West"), Some("Total")]),
///     Column::integer("n", [Some(4), Some(7), Some(30), Some(41)]),
///     Column::text("suppressed", [Some("primary"), Some("secondary"), Some("none"), Some("none")]),
/// ])?;
/// let found = audit(&[table], &CellOptions::new(["area"], "n"), &AuditOptions::default())?;
/// assert!(found.row(0).get("lower") == Some(&Value::Integer(0)) && found.row(0).get("upper") == Some(&Value::Integer(11)));
/// # Ok::<(), citx_core::Error>(())
/// ```
///
/// # Errors
/// `UnknownName` for a column; `InvalidArgument` for a count that is not a whole number of 0 or more, a cell that is there twice, rows that
/// do not add up to their total (naming its row), or published counts that no table has; `LimitExceeded` for too many withheld cells;
/// `NotConverged` if the solver gave no answer.
pub fn audit(tables: &[Table], cells: &CellOptions, options: &AuditOptions) -> Result<Table> {
    audit_with(tables, cells, options, &Run::new())
}

pub(super) fn audit_with(tables: &[Table], cells: &CellOptions, options: &AuditOptions, run: &Run) -> Result<Table> {
    cells.check()?;
    options.protection.check()?;
    let read = Cells::read(tables, cells, Some(&options.suppressed))?;
    let hidden = read.hidden();
    let count = read.cells.iter().filter(|cell| cell.status != Status::None && !cell.unseen).count();
    if count > options.max_cells {
        let message = format!("{count} cells are withheld, the audit takes at most {}", options.max_cells);
        return Err(Error::new(ErrorKind::LimitExceeded, message));
    }
    let bounds = Attack::new(&read, hidden, options.rule.as_ref(), &options.protection).bounds(run)?;
    result(&read, cells, &bounds, &options.protection)
}

fn result(read: &Cells, options: &CellOptions, bounds: &[Option<Bounds>], protection: &SuppressOptions) -> Result<Table> {
    let rows: Vec<(usize, &Bounds)> = bounds
        .iter()
        .enumerate()
        .filter(|(at, _)| !read.cells[*at].unseen)
        .filter_map(|(at, bounds)| Some((at, bounds.as_ref()?)))
        .collect();
    let cell = |at: usize| &read.cells[at];
    let label = |column: usize, at: usize| {
        let named = cell(at).key.iter().find(|(place, _)| *place == column);
        Some(named.map_or(options.total(&options.categories[column]), |(_, label)| label.as_str()))
    };
    let mut columns: Vec<Column> = (0..options.categories.len())
        .map(|column| Column::text(&options.categories[column], rows.iter().map(|&(at, _)| label(column, at))))
        .collect();
    let protected = |&(at, bounds): &(usize, &Bounds)| {
        let needed = protection.needed(cell(at).value.unwrap_or(bounds.low));
        Some(bounds.high.is_none_or(|high| high - bounds.low >= needed))
    };
    columns.extend([
        Column::integer("count", rows.iter().map(|&(at, _)| cell(at).value)),
        Column::text("suppressed", rows.iter().map(|&(at, _)| Some(cell(at).status.name()))),
        Column::integer("lower", rows.iter().map(|(_, bounds)| Some(bounds.low))),
        Column::integer("upper", rows.iter().map(|(_, bounds)| bounds.high)),
        Column::boolean("recoverable", rows.iter().map(|(_, bounds)| Some(bounds.high == Some(bounds.low)))),
        Column::boolean("protected", rows.iter().map(protected)),
        Column::boolean("attained", rows.iter().map(|(_, bounds)| Some(bounds.attained))),
    ]);
    Table::from_columns(columns)
}

impl Cells {
    pub fn hidden(&self) -> Vec<bool> {
        self.cells.iter().map(|cell| cell.status != Status::None).collect()
    }
}

/// The least and the greatest count a cell may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub low: i64,
    pub high: Option<i64>,
    pub attained: bool,
}

/// A reader who knows every count shown, every sum, and the limits of what is withheld.
pub(super) struct Attack<'a> {
    cells: &'a Cells,
    hidden: Vec<bool>,
    /// Limits before anything is added up.
    limits: Vec<(i64, Option<i64>)>,
}

impl<'a> Attack<'a> {
    pub fn new(cells: &'a Cells, hidden: Vec<bool>, rule: Option<&DisclosureRule>, protection: &SuppressOptions) -> Self {
        let limits = cells.cells.iter().map(|cell| limits(cell.status, rule, protection)).collect();
        Self { cells, hidden, limits }
    }

    /// The bounds of each withheld cell; none for one that is shown.
    pub fn bounds(&self, run: &Run) -> Result<Vec<Option<Bounds>>> {
        let limits = self.propagated()?;
        let components = self.components();
        let found = run.map(components.len(), |at| self.component(&components[at], &limits))?;
        let mut bounds = vec![None; self.hidden.len()];
        for (cell, bound) in found.into_iter().flatten() {
            bounds[cell] = Some(bound);
        }
        Ok(bounds)
    }

    /// A line's withheld cells with their signs, and what they sum to.
    fn equation(&self, line: usize) -> (Vec<(usize, i64)>, i64) {
        let line = &self.cells.lines[line];
        let mut sum = line.rest;
        let mut terms = Vec::new();
        for (cell, sign) in line.terms() {
            if self.hidden[cell] {
                terms.push((cell, sign));
            } else {
                sum -= sign * self.cells.cells[cell].value.unwrap_or(0);
            }
        }
        (terms, sum)
    }

    /// Limits that follow from one line at a time, until nothing changes. They hold for every table, though they may be wider than need be.
    fn propagated(&self) -> Result<Vec<(i64, Option<i64>)>> {
        let mut limits = self.limits.clone();
        let equations: Vec<_> = (0..self.cells.lines.len()).map(|line| self.equation(line)).collect();
        let mut changed = true;
        // Each round may tighten by one only, so that there is a last round.
        for _ in 0..64 {
            if !std::mem::take(&mut changed) {
                break;
            }
            for (line, (terms, sum)) in equations.iter().enumerate() {
                if terms.is_empty() && *sum != 0 {
                    return Err(self.contradiction(line));
                }
                for &(cell, sign) in terms {
                    // sign * cell = sum - others
                    let others = || terms.iter().filter(|&&(other, _)| other != cell);
                    let least: Option<i64> = others().map(|&(other, sign)| extreme(limits[other], sign, false)).sum();
                    let most: Option<i64> = others().map(|&(other, sign)| extreme(limits[other], sign, true)).sum();
                    let (low, high) = (most.map(|most| sum - most), least.map(|least| sum - least));
                    let (low, high) = if sign > 0 { (low, high) } else { (high.map(|high| -high), low.map(|low| -low)) };
                    let old = limits[cell];
                    let new = (old.0.max(low.unwrap_or(old.0)), [old.1, high].into_iter().flatten().min());
                    if new.1.is_some_and(|high| high < new.0) {
                        return Err(self.contradiction(line));
                    }
                    changed |= new != old;
                    limits[cell] = new;
                }
            }
        }
        Ok(limits)
    }

    fn contradiction(&self, line: usize) -> Error {
        let key = self.cells.lines.get(line).map_or(&[][..], |line| &self.cells.cells[line.total].key);
        let names: Vec<&str> = key.iter().map(|(column, _)| self.cells.columns[*column].as_str()).collect();
        let names = if names.is_empty() { "grand total".to_owned() } else { format!("total by {}", names.join(" and ")) };
        invalid(format!("no counts fit what is shown beside a {names}: the published tables contradict each other or the limits given"))
    }

    /// Withheld cells that are bound to each other by lines.
    fn components(&self) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.hidden.len()];
        let mut components = Vec::new();
        for start in 0..self.hidden.len() {
            if !self.hidden[start] || seen[start] {
                continue;
            }
            seen[start] = true;
            let mut component = vec![start];
            let mut at = 0;
            while let Some(&cell) = component.get(at) {
                at += 1;
                for &line in &self.cells.of[cell] {
                    for (other, _) in self.cells.lines[line].terms() {
                        if self.hidden[other] && !std::mem::replace(&mut seen[other], true) {
                            component.push(other);
                        }
                    }
                }
            }
            component.sort_unstable();
            components.push(component);
        }
        components
    }

    fn component(&self, component: &[usize], limits: &[(i64, Option<i64>)]) -> Result<Vec<(usize, Bounds)>> {
        let mut program = self.program(component, limits);
        // The least and greatest count of each cell in the tables found so far.
        let mut met: Vec<Option<(i64, i64)>> = vec![None; component.len()];
        let meet = |values: &[i64], met: &mut Vec<Option<(i64, i64)>>| {
            for (met, &value) in met.iter_mut().zip(values) {
                let (low, high) = met.unwrap_or((value, value));
                *met = Some((low.min(value), high.max(value)));
            }
        };
        let mut bounds = Vec::with_capacity(component.len());
        for (at, &cell) in component.iter().enumerate() {
            let (low, high) = limits[cell];
            let mut bound = Bounds { low, high, attained: true };
            program.variables[at].cost = 1.0;
            if met[at].is_none_or(|(least, _)| least > low) {
                match program.least()? {
                    Answer::Attained { cost, values, best } => {
                        bound.low = if best { values[at] } else { (cost - 1e-6).ceil() as i64 };
                        bound.attained &= values[at] == bound.low;
                        meet(&values, &mut met);
                    }
                    Answer::Relaxed { cost } => (bound.low, bound.attained) = ((cost - 1e-6).ceil() as i64, false),
                    Answer::Unbounded => bound.attained = false,
                    Answer::Infeasible => return Err(self.contradiction(self.cells.of[cell].first().copied().unwrap_or(0))),
                }
            }
            if met[at].is_none_or(|(_, most)| high.is_none_or(|high| most < high)) {
                match program.greatest()? {
                    Answer::Attained { cost, values, best } => {
                        let most = if best { values[at] } else { (cost + 1e-6).floor() as i64 };
                        bound.high = Some(most);
                        bound.attained &= values[at] == most;
                        meet(&values, &mut met);
                    }
                    Answer::Relaxed { cost } => (bound.high, bound.attained) = (Some((cost + 1e-6).floor() as i64), false),
                    Answer::Unbounded => bound.high = None,
                    Answer::Infeasible => return Err(self.contradiction(self.cells.of[cell].first().copied().unwrap_or(0))),
                }
            }
            program.variables[at].cost = 0.0;
            bounds.push((cell, bound));
        }
        Ok(bounds)
    }

    fn program(&self, component: &[usize], limits: &[(i64, Option<i64>)]) -> Program {
        let place: BTreeMap<usize, usize> = component.iter().enumerate().map(|(at, &cell)| (cell, at)).collect();
        let variables = component.iter().map(|&cell| Whole { cost: 0.0, low: limits[cell].0, high: limits[cell].1 }).collect();
        let mut lines: Vec<usize> = component.iter().flat_map(|&cell| self.cells.of[cell].iter().copied()).collect();
        lines.sort_unstable();
        lines.dedup();
        let equation = |line: usize| {
            let (terms, sum) = self.equation(line);
            (terms.into_iter().map(|(cell, sign)| (place[&cell], sign)).collect(), sum)
        };
        Program { variables, equations: lines.into_iter().map(equation).collect() }
    }
}

/// What a reader knows of a withheld count before adding up.
pub(super) fn limits(status: Status, rule: Option<&DisclosureRule>, protection: &SuppressOptions) -> (i64, Option<i64>) {
    let floor = protection.floor.map_or_else(|| rule.map_or(0, DisclosureRule::floor), |floor| i64::try_from(floor).unwrap_or(i64::MAX));
    let below = rule.filter(|_| protection.knows_primary && status == Status::Primary);
    (floor, below.map(|rule| rule.threshold() as i64 - 1))
}

/// The least or greatest of `sign` times a number within limits; none where there is no limit.
fn extreme((low, high): (i64, Option<i64>), sign: i64, most: bool) -> Option<i64> {
    if (sign > 0) == most { high.map(|high| sign * high) } else { Some(sign * low) }
}
