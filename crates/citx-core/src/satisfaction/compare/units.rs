use super::{CompareOptions, Comparison, compare};
use crate::satisfaction::instrument::invalid;
use crate::satisfaction::rows::Results;
use crate::satisfaction::survey::{Source, Survey};
use crate::statistics::{MultipleTesting, adjust_p};
use crate::table::{Table, unknown_name};
use crate::{ErrorKind, Result};

/// How all units of two surveys of counts are compared.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnitOptions {
    /// Measures to compare; without any, all that both surveys have.
    pub measures: Vec<String>,
    /// How the p values of one measure are adjusted for the number of units: `bh` (the default), `by`, `holm`, `hochberg`, `bonferroni` or `none`.
    pub adjust: String,
    /// How each unit's waves are compared; `unit` is not read.
    pub compare: CompareOptions,
}

impl Default for UnitOptions {
    fn default() -> Self {
        Self { measures: Vec::new(), adjust: "bh".into(), compare: CompareOptions::default() }
    }
}

struct Row {
    unit: Option<String>,
    comparison: Comparison,
    p_adjusted: f64,
}

/// Every unit that both surveys of counts have, in both waves, by measure and unit. P values are adjusted over the units of a measure.
///
/// Columns: measure, unit, before, after, difference, std_error, ci_low, ci_high, level, statistic, p_value, p_adjusted, significant,
/// n_before, n_after, method, adjust, warnings. What cannot be compared for want of answers is null.
///
/// # Errors
/// `UnknownName` for a measure, `InvalidArgument` for surveys of answers, and as [`compare`].
pub fn compare_units(before: &Survey, after: &Survey, options: &UnitOptions) -> Result<Table> {
    let (Source::Counts(earlier), Source::Counts(later)) = (&before.inner, &after.inner) else {
        return Err(invalid("units are compared between two surveys of counts; use `compare` or `compare_groups` for answers"));
    };
    let adjustment = MultipleTesting::parse(&options.adjust)?;
    let known: Vec<&str> = earlier.measures().into_iter().filter(|measure| later.measures().contains(measure)).collect();
    if let Some(unknown) = options.measures.iter().find(|measure| !known.contains(&measure.as_str())) {
        return Err(unknown_name("measure that both surveys have", unknown, known));
    }
    let measures = if options.measures.is_empty() { known } else { options.measures.iter().map(String::as_str).collect() };
    let mut rows = Vec::new();
    for measure in measures {
        let first = rows.len();
        for unit in earlier.units() {
            if !(earlier.has(measure, unit) && later.units().contains(&unit) && later.has(measure, unit)) {
                continue;
            }
            let own = CompareOptions { unit: Some(unit.to_owned()), ..options.compare.clone() };
            match compare(before, after, measure, &own) {
                Ok(comparison) => rows.push(Row { unit: Some(unit.to_owned()), comparison, p_adjusted: f64::NAN }),
                Err(error) if error.kind() == ErrorKind::InsufficientData => {}
                Err(error) => return Err(error.context(format!("unit `{unit}`"))),
            }
        }
        adjust(&mut rows[first..], adjustment);
    }
    table(&rows, options)
}

/// Every measure that two surveys of answers have, in both waves. P values are adjusted over the measures.
///
/// The columns are those of [`compare_units`], with null for the unit. `measures` of the options may name numeric columns too.
///
/// # Errors
/// As [`compare`], and `InvalidArgument` for surveys of counts.
pub fn compare_measures(before: &Survey, after: &Survey, options: &UnitOptions) -> Result<Table> {
    let (Source::Answers(_), Source::Answers(_)) = (&before.inner, &after.inner) else {
        return Err(invalid("measures are compared between two surveys of answers; use `compare_units` for counts"));
    };
    let adjustment = MultipleTesting::parse(&options.adjust)?;
    let (earlier, later) = (before.measures(), after.measures());
    let measures: Vec<&str> = match options.measures.as_slice() {
        [] => later.into_iter().filter(|measure| earlier.contains(measure)).collect(),
        named => named.iter().map(String::as_str).collect(),
    };
    let own = CompareOptions { unit: None, ..options.compare.clone() };
    let row = |measure: &&str| Ok(Row { unit: None, comparison: compare(before, after, measure, &own)?, p_adjusted: f64::NAN });
    let mut rows = measures.iter().map(row).collect::<Result<Vec<_>>>()?;
    adjust(&mut rows, adjustment);
    table(&rows, options)
}

fn adjust(rows: &mut [Row], adjustment: MultipleTesting) {
    let p: Vec<f64> = rows.iter().map(|row| row.comparison.p_value).collect();
    rows.iter_mut().zip(adjust_p(&p, adjustment)).for_each(|(row, p)| row.p_adjusted = p);
}

fn table(rows: &[Row], options: &UnitOptions) -> Result<Table> {
    let results = Results(rows);
    let level = options.compare.level;
    Table::from_columns([
        results.text("measure", |row| row.comparison.measure.as_str()),
        results.maybe("unit", |row| row.unit.as_deref()),
        results.number("before", |row| row.comparison.before.value),
        results.number("after", |row| row.comparison.after.value),
        results.number("difference", |row| row.comparison.difference),
        results.number("std_error", |row| row.comparison.std_error),
        results.number("ci_low", |row| row.comparison.ci.0),
        results.number("ci_high", |row| row.comparison.ci.1),
        results.number("level", |_| level),
        results.number("statistic", |row| row.comparison.statistic),
        results.number("p_value", |row| row.comparison.p_value),
        results.number("p_adjusted", |row| row.p_adjusted),
        results.flag("significant", |row| (!row.p_adjusted.is_nan()).then_some(row.p_adjusted <= 1.0 - level)),
        results.whole("n_before", |row| Some(row.comparison.n_before)),
        results.whole("n_after", |row| Some(row.comparison.n_after)),
        results.text("method", |row| row.comparison.method.as_str()),
        results.text("adjust", |_| options.adjust.as_str()),
        results.text("warnings", |row| row.comparison.warnings.join("; ")),
    ])
}
