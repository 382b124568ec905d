use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};

use super::estimate::Estimate;
use super::instrument::{Scale, Symbols};
use crate::Result;
use crate::statistics::DecimalSum;
use crate::table::{Column, Table};

/// One row of a table of scores.
#[derive(Debug)]
pub(super) struct Cell {
    pub measure: String,
    pub by: Option<String>,
    pub group: Option<String>,
    pub estimate: Estimate,
}

pub(super) type Rows = Vec<Cell>;

/// The rows as a table: measure, by, group, the figures of [`Estimate`] with null for what is not known, suppressed, warnings, base.
pub(super) fn table(rows: &[Cell]) -> Result<Table> {
    let text = |name: &str, cell: &dyn Fn(&Cell) -> Option<String>| {
        Column::new(name, Arc::new(rows.iter().map(cell).collect::<StringArray>()) as ArrayRef)
    };
    let number = |name: &str, cell: &dyn Fn(&Estimate) -> f64| {
        let numbers = rows.iter().map(|row| Some(cell(&row.estimate)).filter(|number| !number.is_nan()));
        Column::new(name, Arc::new(numbers.collect::<Float64Array>()) as ArrayRef)
    };
    let n: Int64Array = rows.iter().map(|row| i64::try_from(row.estimate.n).ok()).collect();
    let suppressed: BooleanArray = rows.iter().map(|row| Some(row.estimate.is_suppressed())).collect();
    Table::from_columns([
        text("measure", &|row| Some(row.measure.clone())),
        text("by", &|row| row.by.clone()),
        text("group", &|row| row.group.clone()),
        number("value", &|estimate| estimate.value),
        number("std_error", &|estimate| estimate.std_error),
        number("ci_low", &|estimate| estimate.ci.0),
        number("ci_high", &|estimate| estimate.ci.1),
        number("level", &|estimate| estimate.level),
        number("df", &|estimate| estimate.df),
        Column::new("n", Arc::new(n)),
        number("n_eff", &|estimate| estimate.n_eff),
        number("deff", &|estimate| estimate.deff),
        number("moe", &|estimate| estimate.moe),
        text("unit", &|row| Some(row.estimate.unit.clone())),
        text("published", &|row| row.estimate.published.clone()),
        text("published_unit", &|row| row.estimate.published_unit.clone()),
        text("method", &|row| Some(row.estimate.method.clone())),
        Column::new("suppressed", Arc::new(suppressed)),
        text("warnings", &|row| Some(row.estimate.warnings.join("; "))),
        text("base", &|row| Some(row.estimate.base.clone()).filter(|base| !base.is_empty())),
    ])
}

impl Estimate {
    /// Estimates of everyone, each with the name of its measure, as the overall rows of the table of [`super::Survey::scores`].
    ///
    /// ```
    /// use citx_core::satisfaction::Estimate;
    /// use citx_core::table::Value;
    /// let rent = Estimate::from_stored(94.5, 1.2, (92.1, 96.9), 0.95, 412, "mean");
    /// let table = Estimate::table([("rent", rent)])?;
    /// assert_eq!((table.column("measure")?.value(0), table.column("value")?.value(0)), (Value::Text("rent".into()), Value::Float(94.5)));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `LimitExceeded` for more rows than a table has.
    pub fn table<S: Into<String>>(estimates: impl IntoIterator<Item = (S, Self)>) -> Result<Table> {
        let row = |(measure, estimate): (S, Self)| Cell { measure: measure.into(), by: None, group: None, estimate };
        table(&estimates.into_iter().map(row).collect::<Rows>())
    }

    /// Sets the published text of a figure that is no share of answers.
    pub(super) fn publish_value(&mut self, scale: &Scale, symbols: &Symbols) {
        self.definition.clone_from(&scale.definition);
        match scale.published_value(self.value) {
            Some((text, unit)) => (self.published, self.published_unit) = (Some(text), Some(unit.to_owned())),
            None => self.published.clone_from(&symbols.no_answers),
        }
    }

    /// Sets the published text from the exact sums of weights of each answer.
    pub(super) fn publish(&mut self, scale: &Scale, sums: &[DecimalSum], symbols: &Symbols) {
        self.definition.clone_from(&scale.definition);
        if self.n == 0 {
            self.published.clone_from(&symbols.no_answers);
        } else if let Some((text, unit)) = scale.published(sums) {
            (self.published, self.published_unit) = (Some(text), Some(unit.to_owned()));
        }
    }
}
