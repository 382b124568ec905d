//! Figures of any survey, with or without an instrument: totals, ratios and quantiles beside means and proportions.

use super::answers::{Answers, Made, Variable};
use super::instrument::Figure;
use super::{Estimate, ScoreOptions, Survey};
use crate::Result;
use crate::table::Table;

impl Survey {
    /// The population's total of a numeric column by the weights' own scale; or, with `equals`, how many have that value. Nulls are left out.
    ///
    /// The weights must add up to the population, as those do that are one over the probability of selection.
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn total(&self, column: &str, equals: Option<&str>, options: &ScoreOptions) -> Result<Estimate> {
        options.check()?;
        let answers = self.answers()?;
        answers.overall(&answers.totalled(column, equals)?, options)
    }

    /// That total in each group of `by`, as the table of [`Survey::scores`].
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn total_by(&self, column: &str, equals: Option<&str>, by: &[Vec<String>], options: &ScoreOptions) -> Result<Table> {
        options.check()?;
        let answers = self.answers()?;
        answers.breakdowns(&answers.totalled(column, equals)?, by, options)
    }

    /// The total of one numeric column by that of another, such as repairs a home. Rows with a null in either are left out.
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn ratio(&self, numerator: &str, denominator: &str, options: &ScoreOptions) -> Result<Estimate> {
        options.check()?;
        let answers = self.answers()?;
        answers.overall(&answers.ratio(numerator, denominator)?, options)
    }

    /// That ratio in each group of `by`, as the table of [`Survey::scores`].
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn ratio_by(&self, numerator: &str, denominator: &str, by: &[Vec<String>], options: &ScoreOptions) -> Result<Table> {
        options.check()?;
        let answers = self.answers()?;
        answers.breakdowns(&answers.ratio(numerator, denominator)?, by, options)
    }
}

impl Answers {
    fn totalled(&self, column: &str, equals: Option<&str>) -> Result<Variable<'_>> {
        let variable = match equals {
            Some(equals) => self.indicator(column, equals)?,
            None => self.numeric(column)?,
        };
        Ok(Variable { figure: Figure::Mean, made: Made::Total, ..variable })
    }

    fn ratio(&self, numerator: &str, denominator: &str) -> Result<Variable<'_>> {
        let mut variable = self.numeric(numerator)?;
        let of = self.numeric(denominator)?.values;
        variable.values.iter_mut().zip(&of).filter(|(_, of)| of.is_nan()).for_each(|(value, _)| *value = f64::NAN);
        Ok(Variable { name: format!("{numerator} / {denominator}"), made: Made::Ratio(of), ..variable })
    }
}
