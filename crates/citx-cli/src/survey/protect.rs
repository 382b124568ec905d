use std::collections::BTreeSet;
use std::path::Path;

use citx::satisfaction::{DisclosureRule, SuppressOptions, protect_scores};
use citx::{Column, Error, ErrorKind, Result, Table, Value};

use crate::flow::is_file;
use crate::project::{Project, ProtectSection};
use crate::text::cell;

/// The rule by which figures of few people are withheld.
pub(crate) struct Protection {
    pub(crate) rule: DisclosureRule,
    options: SuppressOptions,
}

/// Measure, breakdown and group of a figure; nothing for both where it is of everyone.
type Place = (String, String, String);

impl Protection {
    pub(crate) fn new(project: &Project, section: &ProtectSection) -> Result<Self> {
        let rule = named_rule(&section.rule, &project.folder).map_err(|error| error.context("[survey.protect] rule"))?;
        Ok(Self { rule, options: section.options.clone() })
    }

    /// The scores as they may be shown.
    pub(crate) fn scores(&self, scores: &Table) -> Result<Table> {
        protect_scores(scores, &self.rule, &self.options).map_err(|error| error.context("[survey.protect]"))
    }

    /// The comparisons without the figures of any group that is withheld, or of which so few answered.
    pub(super) fn groups(&self, comparisons: &Table, scores: &Table) -> Result<Table> {
        let withheld = withheld(scores)?;
        let [measure, by, a, b] = ["measure", "by", "group_a", "group_b"].map(|name| comparisons.column(name));
        let (measure, by, a, b) = (measure?, by?, a?, b?);
        let place = |row: usize, group: &Column| (cell(&measure.value(row)), cell(&by.value(row)), cell(&group.value(row)));
        let few = self.few(comparisons, ["n_a", "n_b"])?;
        blanked(comparisons, &["measure", "by", "group_a", "group_b", "level", "unit", "adjust"], |row| {
            few(row) || [&a, &b].into_iter().any(|group| withheld.contains(&place(row, group)))
        })
    }

    /// The same of two waves, each with its scores as they may be shown.
    pub(super) fn waves(&self, comparisons: &Table, waves: [&Table; 2]) -> Result<Table> {
        let withheld = waves.into_iter().map(withheld).collect::<Result<Vec<_>>>()?;
        let withheld: BTreeSet<(String, String)> = withheld.into_iter().flatten().map(|(measure, _, unit)| (measure, unit)).collect();
        let (measure, unit) = (comparisons.column("measure")?, comparisons.column("unit")?);
        let few = self.few(comparisons, ["n_before", "n_after"])?;
        blanked(comparisons, &["measure", "unit", "level", "adjust"], |row| {
            few(row) || withheld.contains(&(cell(&measure.value(row)), cell(&unit.value(row))))
        })
    }

    /// The drivers without the bases that say of how few something is known.
    pub(super) fn drivers(&self, drivers: &Table) -> Result<Table> {
        let few = self.few(drivers, ["n", "dont_know"])?;
        let names: Vec<&str> =
            drivers.column_names().into_iter().filter(|name| !["n", "dont_know", "dont_know_share"].contains(name)).collect();
        blanked(drivers, &names, few)
    }

    fn few(&self, table: &Table, columns: [&str; 2]) -> Result<impl Fn(usize) -> bool + use<'_>> {
        let [a, b] = columns.map(|name| table.column(name));
        let (a, b) = (a?, b?);
        let withheld = |value: Value| match value {
            Value::Integer(n) => self.rule.withholds(n.unsigned_abs()),
            _ => false,
        };
        Ok(move |row: usize| withheld(a.value(row)) || withheld(b.value(row)))
    }
}

/// A rule by its name, or by its file in `folder`.
pub(crate) fn named_rule(name: &str, folder: &Path) -> Result<DisclosureRule> {
    if !is_file(name) {
        return DisclosureRule::builtin(name);
    }
    let path = folder.join(name);
    let failed = |error: std::io::Error| Error::new(ErrorKind::Io, "the disclosure rule cannot be read").caused_by(error);
    let text = std::fs::read_to_string(&path).map_err(|error| failed(error).context(path.display().to_string()))?;
    DisclosureRule::parse(&text).map_err(|error| error.context(path.display().to_string()))
}

/// The places of the figures that are withheld.
fn withheld(scores: &Table) -> Result<BTreeSet<Place>> {
    let [measure, by, group, suppressed] = ["measure", "by", "group", "suppressed"].map(|name| scores.column(name));
    let (measure, by, group, suppressed) = (measure?, by?, group?, suppressed?);
    let rows = (0..scores.num_rows()).filter(|row| suppressed.value(*row) == Value::Boolean(true));
    Ok(rows.map(|row| (cell(&measure.value(row)), cell(&by.value(row)), cell(&group.value(row)))).collect())
}

/// The table with nothing but the columns `kept` in some rows; `warnings` says why.
fn blanked(table: &Table, kept: &[&str], when: impl Fn(usize) -> bool) -> Result<Table> {
    let blank: Vec<bool> = (0..table.num_rows()).map(when).collect();
    if !blank.contains(&true) {
        return Ok(table.clone());
    }
    let column = |column: Column| {
        if kept.contains(&column.name()) {
            return Ok(column);
        }
        let hidden = if column.name() == "warnings" { Value::Text("Suppressed".to_owned()) } else { Value::Null };
        let value = |(value, blank): (Value, &bool)| if *blank { hidden.clone() } else { value };
        Column::from_values(column.name(), column.values().zip(&blank).map(value))
    };
    Table::from_columns(table.columns().map(column).collect::<Result<Vec<_>>>()?)
}
