//! Which measures move an outcome: shares of R squared, with what is missing stated.

mod crossproducts;
mod result;
#[cfg(test)]
mod tests;

use self::crossproducts::{CrossProducts, Missing};
pub use self::result::Drivers;
use super::answers::{Answers, Variable};
use super::instrument::{Figure, Scale, invalid};
use super::survey::Survey;
use crate::statistics::ExactSum;
use crate::statistics::regression::{Importance, MOST_BLOCKS, importance};
use crate::{Error, ErrorKind, Result, Run};

/// How drivers are computed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DriverOptions {
    /// What is done with respondents who did not answer everything:
    ///
    /// | `missing` | Who counts |
    /// |---|---|
    /// | `listwise` (the default) | who answered the outcome and every driver |
    /// | `pairwise` | for each correlation, who answered both of its questions |
    /// | `indicator` | who answered the outcome; a missing driver is its mean, and that it is missing enters beside it as one block |
    pub missing: String,
    /// Numbers of a measure's answers: `order`, the scale's places from worst 1 upwards (the default), or `values`, what the measure
    /// makes of them, such as 1 for satisfied and 0 for others. Columns are taken as they are.
    pub coding: String,
    /// Bootstrap replicates behind the intervals; 0 for none.
    pub replicates: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Level of the intervals.
    pub level: f64,
}

impl Default for DriverOptions {
    fn default() -> Self {
        Self { missing: "listwise".into(), coding: "order".into(), replicates: 200, seed: 0, level: 0.95 }
    }
}

const MOST_REPLICATES: usize = 100_000;

/// A driver, or the outcome, with a number for each respondent; NaN where there is none.
struct Coded {
    name: String,
    values: Vec<f64>,
    /// Weighted mean of the measure's own figure.
    performance: f64,
    figure: Option<Figure>,
}

impl Survey {
    /// How much of the variation of `outcome` each driver accounts for. `outcome` and `drivers` are measures, or numeric columns;
    /// without drivers, all other measures are.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use citx_core::satisfaction::{DriverOptions, Survey, SurveyOptions};
    /// use citx_core::table::{Column, Table};
    /// # use arrow_array::{ArrayRef, Float64Array};
    /// let column = |name: &str, values: &[f64]| Column::new(name, Arc::new(Float64Array::from(values.to_vec())) as ArrayRef);
    /// let table = Table::from_columns([
    ///     column("overall", &[5.0, 4.0, 4.0, 2.0, 1.0, 3.0]),
    ///     column("repairs", &[5.0, 4.0, 3.0, 2.0, 1.0, 3.0]),
    ///     column("letters", &[3.0, 3.0, 4.0, 4.0, 2.0, 1.0]),
    /// ])?;
    /// let survey = Survey::from_table(&table, &SurveyOptions::default())?;
    /// let drivers = survey.drivers("overall", &["repairs".into(), "letters".into()], &DriverOptions::default())?;
    /// assert_eq!(drivers.table.column("driver")?.value(0), citx_core::table::Value::Text("repairs".into()));
    /// assert!(drivers.r_squared > 0.9 && drivers.n == 6);
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `UnknownName`, `InvalidArgument` for a driver named twice or options that are none, `LimitExceeded` for more than 20 drivers,
    /// `InsufficientData` where nobody is left, where the outcome is constant, or where pairwise correlations contradict each other.
    pub fn drivers(&self, outcome: &str, drivers: &[String], options: &DriverOptions) -> Result<Drivers> {
        self.drivers_with(outcome, drivers, options, &Run::new())
    }

    /// [`Survey::drivers`] on as many threads as `run` says.
    ///
    /// # Errors
    /// As [`Survey::drivers`], and `Cancelled`.
    pub fn drivers_with(&self, outcome: &str, drivers: &[String], options: &DriverOptions, run: &Run) -> Result<Drivers> {
        let missing = options.check()?;
        let answers = self.answers()?;
        let names: Vec<String> = if drivers.is_empty() {
            self.measures().into_iter().filter(|name| *name != outcome).map(str::to_owned).collect()
        } else {
            drivers.to_vec()
        };
        check_names(outcome, &names)?;
        let weights: ExactSum = answers.design.weights.iter().copied().collect();
        let coded = |name: &str| answers.coded(name, &options.coding, &weights);
        let outcome = coded(outcome)?;
        let coded = names.iter().map(|name| coded(name)).collect::<Result<Vec<_>>>()?;
        Analysis::new(answers, outcome, coded, missing)?.result(options, run)
    }
}

impl DriverOptions {
    fn check(&self) -> Result<Missing> {
        if !(self.level > 0.0 && self.level < 1.0) {
            return Err(Error::new(ErrorKind::OutOfRange, format!("`level` must lie between 0 and 1, such as 0.95, found {}", self.level)));
        }
        if !matches!(self.coding.as_str(), "order" | "values") {
            return Err(invalid(format!("`coding` is `order` or `values`, not `{}`", self.coding)));
        }
        if self.replicates > MOST_REPLICATES {
            let message = format!("{} bootstrap replicates; at most {MOST_REPLICATES}", self.replicates);
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
        Missing::parse(&self.missing)
    }
}

fn check_names(outcome: &str, names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Err(invalid("there is no driver: name some, or ask for more measures than the outcome"));
    }
    if names.len() > MOST_BLOCKS {
        let message = format!("{} drivers have too many subsets to be taken each; at most {MOST_BLOCKS}", names.len());
        return Err(Error::new(ErrorKind::LimitExceeded, message));
    }
    for (at, name) in names.iter().enumerate() {
        if name == outcome {
            return Err(invalid(format!("`{name}` is the outcome and cannot drive itself")));
        }
        if names[..at].contains(name) {
            return Err(invalid(format!("driver `{name}` is named twice")));
        }
    }
    Ok(())
}

impl Answers {
    fn coded(&self, name: &str, coding: &str, weights: &ExactSum) -> Result<Coded> {
        let Variable { name, figure, values, measure, .. } = self.variable(name)?;
        let performance = self.weighted_mean(&values, weights);
        let figure = measure.is_some().then_some(figure);
        let values = match measure {
            Some((scale, answers)) if coding == "order" => {
                let places = places(scale);
                answers.iter().map(|&answer| places.get(usize::from(answer)).copied().unwrap_or(f64::NAN)).collect()
            }
            _ => values,
        };
        Ok(Coded { name, values, performance, figure })
    }

    /// The mean of the values there are; `weights` is the sum of all weights.
    fn weighted_mean(&self, values: &[f64], weights: &ExactSum) -> f64 {
        let (mut sum, mut weights) = (ExactSum::new(), weights.clone());
        for (&value, &weight) in values.iter().zip(self.design.weights.iter()) {
            if value.is_nan() {
                weights.add(-weight);
            } else if weight > 0.0 {
                sum.add(weight * value);
            }
        }
        sum.value() / weights.value()
    }
}

/// The places of a scale's answers, from 1 for the end that the measure's values call worst.
fn places(scale: &Scale) -> Vec<f64> {
    let count = scale.values.len() as f64;
    let mean = scale.values.iter().sum::<f64>() / count;
    let slope: f64 = scale.values.iter().enumerate().map(|(at, value)| (value - mean) * (at as f64 - (count - 1.0) / 2.0)).sum();
    let place = |at: usize| if slope < 0.0 { count - at as f64 } else { at as f64 + 1.0 };
    (0..scale.values.len()).map(place).collect()
}

impl Coded {
    fn unit(&self) -> &'static str {
        if self.figure == Some(Figure::Proportion) { "proportion" } else { "mean" }
    }
}

/// Kish's effective number of respondents with these weights.
fn n_eff(weights: impl Iterator<Item = f64>) -> f64 {
    let [mut sum, mut squares] = [ExactSum::new(), ExactSum::new()];
    for weight in weights {
        sum.add(weight);
        squares.add(weight * weight);
    }
    sum.value() / (squares.value() / sum.value())
}

/// Why a driver has no share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unusable {
    NoAnswers,
    Constant,
}

/// The drivers that vary, their cross-products, and the importance of each.
struct Analysis {
    outcome: Coded,
    drivers: Vec<Coded>,
    /// Of each driver, why it is left out.
    unusable: Vec<Option<Unusable>>,
    /// How many who answered the outcome answered the driver.
    answered: Vec<u64>,
    outcome_answered: u64,
    /// Respondents the analysis rests on, and Kish's effective number of them.
    base: (u64, f64),
    products: CrossProducts,
    missing: Missing,
    importance: Importance,
    /// Correlation of each driver that varies with the outcome.
    with_outcome: Vec<f64>,
    non_probability: bool,
}

impl Analysis {
    fn new(answers: &Answers, outcome: Coded, drivers: Vec<Coded>, missing: Missing) -> Result<Self> {
        let weights = &answers.design.weights;
        let asked: Vec<u32> =
            (0..weights.len() as u32).filter(|&row| weights[row as usize] > 0.0 && !outcome.values[row as usize].is_nan()).collect();
        let answered: Vec<u64> =
            drivers.iter().map(|driver| asked.iter().filter(|&&row| !driver.values[row as usize].is_nan()).count() as u64).collect();
        let mut unusable: Vec<Option<Unusable>> = answered.iter().map(|&n| (n == 0).then_some(Unusable::NoAnswers)).collect();
        let complete = |row: &u32| {
            drivers.iter().zip(&unusable).all(|(driver, unusable)| unusable.is_some() || !driver.values[*row as usize].is_nan())
        };
        let base: Vec<u32> = if missing == Missing::Listwise { asked.iter().copied().filter(complete).collect() } else { asked.clone() };
        // Correlations of two drivers do not ask for the outcome.
        let everyone = || (0..weights.len() as u32).filter(|&row| weights[row as usize] > 0.0).collect();
        let rows: Vec<u32> = if missing == Missing::Pairwise { everyone() } else { base.clone() };
        if base.len() < 3 {
            let message = format!("{} respondents answered what `{}` needs; drivers need at least 3", base.len(), missing.name());
            return Err(Error::new(ErrorKind::InsufficientData, message));
        }
        let varies = |values: &[f64]| {
            let mut known = rows.iter().map(|&row| values[row as usize]).filter(|value| !value.is_nan());
            known.next().is_some_and(|first| known.any(|value| value != first))
        };
        if !varies(&outcome.values) {
            let message = format!("`{}` is the same for all {} respondents, so that nothing drives it", outcome.name, base.len());
            return Err(Error::new(ErrorKind::InsufficientData, message));
        }
        for (driver, unusable) in drivers.iter().zip(&mut unusable) {
            // A driver without variation may still be missing for some, which `indicator` takes as information.
            if unusable.is_none() && !varies(&driver.values) {
                *unusable = Some(Unusable::Constant);
            }
        }
        let columns: Vec<&[f64]> =
            drivers.iter().zip(&unusable).filter(|(_, unusable)| unusable.is_none()).map(|(driver, _)| driver.values.as_slice()).collect();
        if columns.is_empty() {
            return Err(Error::new(ErrorKind::InsufficientData, "no driver varies among those who answered"));
        }
        let products = CrossProducts::new(&answers.design, &rows, &columns, &outcome.values, missing)?;
        let correlations = products.correlations(None)?;
        let importance = importance(&correlations, products.blocks())?;
        let with_outcome = products.blocks().iter().map(|block| correlations[block[0]][correlations.len() - 1]).collect();
        let non_probability = answers.is_non_probability();
        let base = (base.len() as u64, n_eff(base.iter().map(|&row| weights[row as usize])));
        Ok(Self {
            base,
            with_outcome,
            non_probability,
            outcome_answered: asked.len() as u64,
            outcome,
            drivers,
            unusable,
            answered,
            products,
            missing,
            importance,
        })
    }

    /// The importance in each bootstrap replicate that has one.
    fn bootstrap(&self, options: &DriverOptions, run: &Run) -> Result<Vec<Importance>> {
        let replicate = |counter: usize| {
            let factors = self.products.factors(options.seed, counter as u64);
            let found = self.products.correlations(Some(&factors)).and_then(|matrix| importance(&matrix, self.products.blocks()));
            match found {
                Ok(importance) => Ok(Some(importance)),
                Err(error) if error.kind() == ErrorKind::InsufficientData => Ok(None),
                Err(error) => Err(error),
            }
        };
        Ok(run.map(options.replicates, replicate)?.into_iter().flatten().collect())
    }
}
