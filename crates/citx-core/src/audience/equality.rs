//! Whom the gate leaves out: the share allowed in each group, small numbers withheld. docs/methods/equality.md says how.

use std::collections::BTreeMap;

use super::{Audience, Inner};
use crate::statistics::codes::Codes;
use crate::statistics::{normal_quantile, wilson_interval};
use crate::table::{Column, Table};
use crate::{Bitmap, Error, ErrorKind, Result};

/// How the groups of [`Audience::equality`] are shown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EqualityOptions {
    /// Level of the intervals.
    pub level: f64,
    /// Groups of fewer members are withheld, with as many others as keep them from being found by subtraction.
    pub min_base: u64,
}

impl Default for EqualityOptions {
    fn default() -> Self {
        Self { level: 0.95, min_base: 10 }
    }
}

impl EqualityOptions {
    /// The level of the intervals.
    #[must_use]
    pub fn level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    /// Groups of fewer members are withheld.
    #[must_use]
    pub fn min_base(mut self, min_base: u64) -> Self {
        self.min_base = min_base;
        self
    }
}

/// A group of members: how many, and how many of them may be contacted.
#[derive(Clone, Debug, Default)]
struct Group {
    /// Its name; `None` for those of whom it is not known.
    label: Option<String>,
    /// Its value of each column that was crossed; empty if not known.
    parts: Vec<String>,
    members: u64,
    allowed: u64,
    withheld: bool,
}

/// The groups by one column, or by several crossed.
struct Breakdown {
    names: Vec<String>,
    groups: Vec<Group>,
}

pub(super) fn table(audience: &Audience, by: &[Vec<String>], options: &EqualityOptions) -> Result<Table> {
    if !(options.level > 0.0 && options.level < 1.0) {
        return Err(Error::new(ErrorKind::OutOfRange, format!("`level` must lie between 0 and 1, such as 0.95, found {}", options.level)));
    }
    let inner = &*audience.inner;
    let mut breakdowns = by.iter().map(|names| Breakdown::of(inner, names)).collect::<Result<Vec<_>>>()?;
    let whole = Group {
        members: inner.members.count_ones() as u64,
        allowed: inner.allowed_rows.len() as u64,
        withheld: (inner.members.count_ones() as u64) < options.min_base,
        ..Group::default()
    };
    withhold(&mut breakdowns, &whole, options.min_base);
    let mut rows = vec![Row::new(None, &whole, &whole, 0.0, options)];
    for breakdown in &breakdowns {
        let name = breakdown.names.join(" x ");
        let best = breakdown.groups.iter().filter(|group| !group.withheld).map(Group::share).fold(0.0, f64::max);
        rows.extend(breakdown.groups.iter().map(|group| Row::new(Some(name.clone()), group, &whole, best, options)));
    }
    as_table(&rows)
}

impl Group {
    fn share(&self) -> f64 {
        if self.members == 0 { f64::NAN } else { self.allowed as f64 / self.members as f64 }
    }
}

impl Breakdown {
    /// The members by their values of the columns `names`; those without a value of each come last, as a group without a label.
    fn of(inner: &Inner, names: &[String]) -> Result<Self> {
        if names.is_empty() {
            return Err(Error::new(ErrorKind::InvalidArgument, "a breakdown needs at least one column"));
        }
        let parts = names.iter().map(|name| Codes::of(&inner.people.table().column(name)?)).collect::<Result<Vec<Codes>>>()?;
        let mut allowed = Bitmap::zeros(inner.people.len());
        inner.allowed_rows.iter().for_each(|row| allowed.set(*row));
        let mut groups: BTreeMap<(bool, Vec<u32>), Group> = BTreeMap::new();
        for row in inner.members.ones_iter() {
            let codes: Vec<u32> = parts.iter().map(|part| part.codes.get(row).copied().unwrap_or(Codes::NULL)).collect();
            let unknown = codes.contains(&Codes::NULL);
            let group = groups.entry((unknown, if unknown { Vec::new() } else { codes })).or_default();
            group.members += 1;
            group.allowed += u64::from(allowed.get(row));
        }
        for ((unknown, codes), group) in &mut groups {
            let part = |(part, code): (&Codes, &u32)| part.labels.get(*code as usize).cloned().unwrap_or_default();
            group.parts = parts.iter().zip(codes).map(part).collect();
            group.label = (!unknown).then(|| group.parts.join(" x "));
        }
        Ok(Self { names: names.to_vec(), groups: groups.into_values().collect() })
    }

    /// The groups of which a total is known, each with whether that total is itself withheld: all of them, and for each crossed column
    /// those of one value.
    fn lines(&self, single: &BTreeMap<(String, String), bool>) -> Vec<(Vec<usize>, bool)> {
        let mut lines = vec![((0..self.groups.len()).collect(), false)];
        if self.names.len() < 2 {
            return lines;
        }
        for (place, name) in self.names.iter().enumerate() {
            let mut by_value: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (index, group) in self.groups.iter().enumerate() {
                if let Some(value) = group.parts.get(place) {
                    by_value.entry(value).or_default().push(index);
                }
            }
            lines.extend(by_value.into_iter().map(|(value, groups)| {
                let withheld = single.get(&(name.clone(), value.to_owned())).copied().unwrap_or(false);
                (groups, withheld)
            }));
        }
        lines
    }

    /// Withholds more groups until those withheld of every line are, together, as many members as may be shown.
    fn complete(&mut self, single: &BTreeMap<(String, String), bool>, min_base: u64) {
        let lines = self.lines(single);
        let mut changed = true;
        while changed {
            changed = false;
            for (line, total_withheld) in &lines {
                let members = |index: &usize| self.groups.get(*index).map_or(0, |group| group.members);
                let is_withheld = |index: &&usize| self.groups.get(**index).is_some_and(|group| group.withheld);
                let hidden: u64 = line.iter().filter(is_withheld).map(members).sum();
                let count = line.iter().filter(is_withheld).count();
                if count == 0 && !total_withheld || count > 1 && hidden >= min_base {
                    continue;
                }
                let next = line.iter().filter(|index| !is_withheld(index)).min_by_key(|index| (members(index), **index)).copied();
                if let Some(group) = next.and_then(|next| self.groups.get_mut(next)) {
                    group.withheld = true;
                    changed = true;
                }
            }
        }
    }
}

/// Marks the groups below `min_base`, and as many more as keep them from being found by subtraction.
fn withhold(breakdowns: &mut [Breakdown], whole: &Group, min_base: u64) {
    for group in breakdowns.iter_mut().flat_map(|breakdown| &mut breakdown.groups) {
        group.withheld = whole.withheld || group.members < min_base;
    }
    let mut single: BTreeMap<(String, String), bool> = BTreeMap::new();
    // Of one column first: what is withheld there must not be the sum of what is shown crossed.
    for crossed in [false, true] {
        for breakdown in breakdowns.iter_mut().filter(|breakdown| (breakdown.names.len() > 1) == crossed) {
            breakdown.complete(&single, min_base);
            if let [name] = breakdown.names.as_slice() {
                let labels = breakdown.groups.iter().filter_map(|group| Some(((name.clone(), group.label.clone()?), group.withheld)));
                single.extend(labels);
            }
        }
    }
}

/// One row: the figures are NaN where they are withheld or do not exist.
struct Row {
    by: Option<String>,
    group: Option<String>,
    counts: Option<(u64, u64)>,
    share: f64,
    ci: (f64, f64),
    ratio: f64,
    difference: f64,
    difference_ci: (f64, f64),
    level: f64,
}

impl Row {
    fn new(by: Option<String>, group: &Group, whole: &Group, best: f64, options: &EqualityOptions) -> Self {
        let nan = (f64::NAN, f64::NAN);
        let mut row = Self {
            by,
            group: group.label.clone(),
            counts: None,
            share: f64::NAN,
            ci: nan,
            ratio: f64::NAN,
            difference: f64::NAN,
            difference_ci: nan,
            level: options.level,
        };
        if group.withheld {
            return row;
        }
        let z = normal_quantile(1.0 - (1.0 - options.level) / 2.0);
        row.counts = Some((group.members, group.allowed));
        row.share = group.share();
        row.ci = wilson_interval(row.share, group.members as f64, z);
        if row.by.is_none() {
            return row;
        }
        row.ratio = if best > 0.0 { row.share / best } else { f64::NAN };
        let rest = Group { members: whole.members - group.members, allowed: whole.allowed - group.allowed, ..Group::default() };
        if rest.members > 0 {
            row.difference = row.share - rest.share();
            row.difference_ci = newcombe((row.share, row.ci), (rest.share(), wilson_interval(rest.share(), rest.members as f64, z)));
        }
        row
    }
}

/// The interval of a difference of two independent shares, each with its Wilson interval (Newcombe 1998, method 10).
fn newcombe((p1, (low1, high1)): (f64, (f64, f64)), (p2, (low2, high2)): (f64, (f64, f64))) -> (f64, f64) {
    let difference = p1 - p2;
    (difference - (p1 - low1).hypot(high2 - p2), difference + (high1 - p1).hypot(p2 - low2))
}

fn as_table(rows: &[Row]) -> Result<Table> {
    let number = |name: &str, figure: &dyn Fn(&Row) -> f64| {
        Column::float(name, rows.iter().map(figure).map(|figure| Some(figure).filter(|figure| !figure.is_nan())))
    };
    let count = |name: &str, figure: &dyn Fn((u64, u64)) -> u64| {
        Column::integer(name, rows.iter().map(|row| row.counts.and_then(|counts| i64::try_from(figure(counts)).ok())))
    };
    Table::from_columns([
        Column::text("by", rows.iter().map(|row| row.by.as_deref())),
        Column::text("group", rows.iter().map(|row| row.group.as_deref())),
        count("members", &|(members, _)| members),
        count("allowed", &|(_, allowed)| allowed),
        number("share", &|row| row.share),
        number("ci_low", &|row| row.ci.0),
        number("ci_high", &|row| row.ci.1),
        number("ratio", &|row| row.ratio),
        number("difference", &|row| row.difference),
        number("difference_ci_low", &|row| row.difference_ci.0),
        number("difference_ci_high", &|row| row.difference_ci.1),
        number("level", &|row| row.level),
        Column::boolean("suppressed", rows.iter().map(|row| Some(row.counts.is_none()))),
    ])
}
