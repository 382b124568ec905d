use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Cells, Key, Line, Status, subsets};
use super::publish::blank;
use super::suppress::protect;
use super::{DisclosureRule, SuppressOptions};
use crate::satisfaction::groups::CROSS;
use crate::satisfaction::instrument::invalid;
use crate::statistics::codes::{bad_row, labels, numbers};
use crate::table::{Column, Table};
use crate::{Error, ErrorKind, Result};

/// A table of scores as it may be published: the table that [`super::super::Survey::scores`] makes, with every group withheld whose n the
/// rule withholds, and as many others as it takes so that no such n can be found from other groups, other breakdowns or the overall rows.
///
/// Overall rows are the totals of every breakdown, and a breakdown by `a` has the totals of one by `a x b`. Who is in no group of a
/// breakdown is taken to be known. Rows that are suppressed already, as by `min_base`, stay so and are protected like the rule's own:
/// their n is withheld too. Measures with the same overall n are taken to have the same respondents, and the same groups are withheld from
/// each of them. In a withheld row all figures and n are null, `published` is the rule's symbol and `suppressed` is true; the columns are
/// the same.
///
/// n is the number of respondents. Weights do not protect: a weighted figure of three people is a figure of three people.
///
/// # Errors
/// `UnknownName` for a column that is not there; `InvalidArgument` for an n that is null or not a whole number, a row that is there twice, groups with more
/// respondents than their total, or a crossed group whose labels cannot be told apart; `NotConverged` if a group cannot be protected as
/// far as asked for.
pub fn protect_scores(table: &Table, rule: &DisclosureRule, options: &SuppressOptions) -> Result<Table> {
    options.check()?;
    let rows = Rows::read(table)?;
    let mut classes: BTreeMap<(Option<i64>, usize), Vec<usize>> = BTreeMap::new();
    for (measure, members) in rows.measures.iter().enumerate() {
        let overall = members.iter().find(|&&row| rows.keys[row].is_empty()).map(|&row| rows.n[row]);
        // Without an overall row nothing says that two measures have the same respondents.
        let alone = if overall.is_some() { 0 } else { measure + 1 };
        classes.entry((overall, alone)).or_default().push(measure);
    }
    let mut withheld = vec![false; table.num_rows()];
    let mut earlier = BTreeSet::new();
    for measures in classes.into_values().rev() {
        let hidden = rows.protect(&measures, rule, options, &earlier)?;
        for &row in measures.iter().flat_map(|&measure| &rows.measures[measure]) {
            withheld[row] = hidden.contains(&rows.keys[row]);
        }
        earlier.extend(hidden);
    }
    let columns = table.columns().map(|column| withhold(&column, &withheld, rule));
    Table::from_columns(columns.collect::<Result<Vec<_>>>()?)
}

/// Figures of a row that is withheld are null.
const FIGURES: [&str; 11] = ["value", "std_error", "ci_low", "ci_high", "df", "n", "n_eff", "deff", "moe", "published_unit", "warnings"];

fn withhold(column: &Column, withheld: &[bool], rule: &DisclosureRule) -> Result<Column> {
    match column.name() {
        "published" => {
            let texts = labels(column)?;
            let text = |(text, &withheld): (Option<String>, &bool)| if withheld { Some(rule.symbol().to_owned()) } else { text };
            Ok(Column::text("published", texts.into_iter().zip(withheld).map(text)))
        }
        "suppressed" => Ok(Column::boolean("suppressed", withheld.iter().copied().map(Some))),
        name if FIGURES.contains(&name) => blank(column, |row| withheld.get(row) == Some(&true)),
        _ => Ok(column.clone()),
    }
}

struct Rows {
    columns: Vec<String>,
    keys: Vec<Key>,
    n: Vec<i64>,
    /// Withheld before, as by a least base.
    suppressed: Vec<bool>,
    /// The rows of each measure.
    measures: Vec<Vec<usize>>,
}

impl Rows {
    fn read(table: &Table) -> Result<Self> {
        let measure = labels(&table.column("measure")?)?;
        let (by, group) = (labels(&table.column("by")?)?, labels(&table.column("group")?)?);
        let suppressed = labels(&table.column("suppressed")?)?.iter().map(|label| label.as_deref() == Some("true")).collect();
        let whole = |(row, n): (usize, Option<f64>)| match n {
            Some(n) if n.fract() == 0.0 && (0.0..=1e9).contains(&n) => Ok(n as i64),
            _ => Err(bad_row("n", row, "expected a number of respondents; protect the table once, before it is published")),
        };
        let n = numbers(&table.column("n")?)?.into_iter().enumerate().map(whole).collect::<Result<Vec<_>>>()?;
        let mut rows = Self { columns: Vec::new(), keys: Vec::new(), n, suppressed, measures: Vec::new() };
        let known = single_labels(&by, &group);
        let mut measures: BTreeMap<&Option<String>, Vec<usize>> = BTreeMap::new();
        for row in 0..table.num_rows() {
            let key = match (&by[row], &group[row]) {
                (None, None) => Key::new(),
                (Some(by), Some(group)) => rows.key(by, group, &known).ok_or_else(|| {
                    bad_row("group", row, &format!("its labels cannot be told apart, one has `{CROSS}` in it; rename that"))
                })?,
                _ => return Err(bad_row("by", row, "`by` and `group` are both null, for an overall row, or neither")),
            };
            rows.keys.push(key);
            measures.entry(&measure[row]).or_default().push(row);
        }
        rows.measures = measures.into_values().collect();
        Ok(rows)
    }

    fn column(&mut self, name: &str) -> usize {
        self.columns.iter().position(|known| known == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        })
    }

    /// The key of a group, crossed or not.
    fn key(&mut self, by: &str, group: &str, known: &BTreeMap<&str, BTreeSet<&str>>) -> Option<Key> {
        let names: Vec<&str> = by.split(CROSS).collect();
        let plain: Vec<&str> = group.split(CROSS).collect();
        let labels = if names.len() == 1 || plain.len() < names.len() {
            return Some(vec![(self.column(by), group.to_owned())]);
        } else if plain.len() == names.len() {
            plain
        } else {
            split(&names, group, known)?
        };
        let mut key: Key = names.iter().zip(labels).map(|(name, label)| (self.column(name), label.to_owned())).collect();
        key.sort();
        key.dedup();
        Some(key)
    }

    /// The groups to withhold from measures of the same respondents.
    fn protect(
        &self,
        measures: &[usize],
        rule: &DisclosureRule,
        options: &SuppressOptions,
        earlier: &BTreeSet<Key>,
    ) -> Result<BTreeSet<Key>> {
        let mut hidden: BTreeSet<Key> = BTreeSet::new();
        // Each round but the last withholds more, and what is withheld from one measure is from the next.
        loop {
            let before = hidden.len();
            for &measure in measures {
                let cells = self.cells(&self.measures[measure], &hidden)?;
                let preferred: Vec<bool> = cells.cells.iter().map(|cell| earlier.contains(&cell.key)).collect();
                let status = protect(&cells, rule, options, &preferred)?;
                let found = cells.cells.iter().zip(status).filter(|(cell, status)| *status != Status::None && !cell.unseen);
                hidden.extend(found.map(|(cell, _)| cell.key.clone()));
            }
            if hidden.len() == before || measures.len() == 1 {
                return Ok(hidden);
            }
        }
    }

    fn cells(&self, rows: &[usize], hidden: &BTreeSet<Key>) -> Result<Cells> {
        let mut cells = Cells { columns: self.columns.clone(), ..Cells::default() };
        let mut known: BTreeMap<&Key, usize> = BTreeMap::new();
        for &row in rows {
            let (key, n) = (&self.keys[row], self.n[row]);
            match known.get(key) {
                Some(&earlier) if self.n[earlier] == n => continue,
                Some(&earlier) => {
                    return Err(bad_row("n", row, &format!("row {} has another n for the same group", earlier + 1)));
                }
                None => drop(known.insert(key, row)),
            }
            let status = match (self.suppressed[row], hidden.contains(key)) {
                (true, _) => Status::Primary,
                (_, true) => Status::Secondary,
                _ => Status::None,
            };
            cells.push(key.clone(), n, status, row);
        }
        cells.lines = lines(&cells)?;
        cells.link();
        Ok(cells)
    }
}

/// The labels of each breakdown by one name.
fn single_labels<'a>(by: &'a [Option<String>], group: &'a [Option<String>]) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (by, group) in by.iter().zip(group) {
        if let (Some(by), Some(group)) = (by, group)
            && !by.contains(CROSS)
        {
            known.entry(by).or_default().insert(group);
        }
    }
    known
}

/// The one way to cut a crossed group into labels that are known.
fn split<'a>(names: &[&str], group: &'a str, known: &BTreeMap<&str, BTreeSet<&str>>) -> Option<Vec<&'a str>> {
    let (name, rest) = names.split_first()?;
    let labels = known.get(name)?;
    if rest.is_empty() {
        return labels.contains(group).then(|| vec![group]);
    }
    let mut ways = group.match_indices(CROSS).filter_map(|(at, _)| {
        let (label, after) = (&group[..at], &group[at + CROSS.len()..]);
        let mut way = vec![label];
        way.extend(labels.contains(label).then(|| split(rest, after, known))??);
        Some(way)
    });
    let way = ways.next()?;
    ways.next().is_none().then_some(way)
}

/// Each group with those of the breakdowns next finer than its own. Who is in none of them is the remainder.
fn lines(cells: &Cells) -> Result<Vec<Line>> {
    let breakdowns = cells.breakdowns();
    let mut lines = Vec::new();
    for (columns, members) in &breakdowns {
        if columns.len() > 12 {
            return Err(Error::new(ErrorKind::LimitExceeded, "at most 12 names are crossed"));
        }
        let coarser: Vec<Vec<usize>> = subsets(columns).filter(|subset| breakdowns.contains_key(subset)).collect();
        let nearest = |subset: &&Vec<usize>| {
            let between = |other: &Vec<usize>| other != *subset && subset.iter().all(|column| other.contains(column));
            !coarser.iter().any(between)
        };
        for subset in coarser.iter().filter(nearest) {
            let mut groups = cells.within(members, subset);
            for &total in &breakdowns[subset] {
                let parts = groups.remove(&cells.cells[total].key).unwrap_or_default();
                let value = |at: usize| cells.cells[at].value.unwrap_or(0);
                let rest = value(total) - parts.iter().map(|&part| value(part)).sum::<i64>();
                if rest < 0 {
                    let by: Vec<&str> = columns.iter().map(|&column| cells.columns[column].as_str()).collect();
                    return Err(invalid(format!("the groups by {} have more respondents than their total", by.join(CROSS))));
                }
                if !parts.is_empty() {
                    lines.push(Line { total, parts, rest });
                }
            }
        }
    }
    Ok(lines)
}
