//! What a survey says of itself: who answered, how, when, with which weights.

use std::collections::{BTreeMap, BTreeSet};

use super::super::answers::Answers;
use super::super::instrument::{Instrument, Reading, invalid};
use super::super::survey::{Source, Survey};
use crate::Result;
use crate::statistics::ExactSum;
use crate::statistics::codes::{Codes, labels};
use crate::table::{Table, Value};
use crate::time::{Date, TimeZone};

/// How often an answer was given.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AnswerCount {
    pub answer: String,
    /// Whether it is in numerator or denominator.
    pub counts: bool,
    /// Respondents; nothing where only weighted counts are known.
    pub respondents: Option<f64>,
    /// The sum of their weights, scaled so that all weights add up to the respondents.
    pub weighted: f64,
}

/// One mode of collection.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mode {
    pub name: String,
    pub responses: u64,
}

impl Survey {
    pub(super) fn instrument(&self) -> Result<&Instrument> {
        match &self.inner {
            Source::Counts(counts) => Ok(counts.instrument()),
            Source::Answers(answers) => answers.instrument.as_ref().ok_or_else(|| invalid("the survey has no `instrument`")),
        }
    }

    /// The respondents as a table; nothing for a survey of counts.
    pub(super) fn respondents(&self) -> Option<&Answers> {
        match &self.inner {
            Source::Answers(answers) => Some(answers),
            Source::Counts(_) => None,
        }
    }

    /// How many are in the frame, as far as the survey knows.
    pub(super) fn frame(&self, unit: Option<&str>) -> Result<Option<u64>> {
        match &self.inner {
            Source::Answers(answers) => Ok(answers.options.frame_size),
            Source::Counts(counts) => Ok(counts.frame(unit)?.map(|frame| frame as u64)),
        }
    }

    /// The answers to a measure, in the scale's order, then those that are left out of its base.
    pub(super) fn answer_counts(&self, measure: &str, unit: Option<&str>) -> Result<Vec<AnswerCount>> {
        let (_, scale) = self.instrument()?.measure(measure)?;
        match &self.inner {
            Source::Answers(answers) => answers.answer_counts(measure),
            Source::Counts(counts) => {
                let Some((places, excluded)) = counts.tally(measure, unit)? else { return Ok(Vec::new()) };
                let whole = |count: f64| Some(count).filter(|count| count.fract() == 0.0);
                let one = |answer: &str, counts: bool, count: f64| AnswerCount {
                    answer: answer.to_owned(),
                    counts,
                    respondents: whole(count),
                    weighted: count,
                };
                let answered = scale.answers().iter().zip(places).map(|(answer, &count)| one(answer, true, count));
                Ok(answered.chain(std::iter::once(one("excluded", false, excluded))).collect())
            }
        }
    }
}

impl Answers {
    /// The weights, scaled so that they add up to the respondents who have one above 0.
    pub(super) fn scaled_weights(&self) -> Vec<f64> {
        let weights = &self.design.weights;
        let sum = weights.iter().copied().collect::<ExactSum>().value();
        let n = weights.iter().filter(|&&weight| weight > 0.0).count() as f64;
        weights.iter().map(|&weight| weight * (n / sum)).collect()
    }

    /// Whether some respondents stand for more than others.
    pub(super) fn is_weighted(&self) -> bool {
        let mut weights = self.design.weights.iter().filter(|&&weight| weight > 0.0);
        weights.next().is_some_and(|first| weights.any(|weight| weight != first))
    }

    /// Kish's effective sample size and the largest weight, where the mean weight is 1.
    pub(super) fn weight_facts(&self) -> (f64, f64) {
        let weights = self.scaled_weights();
        let sum = weights.iter().copied().collect::<ExactSum>().value();
        let squares = weights.iter().map(|weight| weight * weight).collect::<ExactSum>().value();
        (sum * sum / squares, weights.iter().copied().fold(0.0, f64::max))
    }

    /// Labels of a column of the answers, or of the population behind them.
    pub(super) fn codes(&self, column: &str) -> Result<Codes> {
        Ok(self.groups(&[column.to_owned()])?.codes.clone())
    }

    /// The column in which the answers to a measure are.
    pub(super) fn column_of(&self, measure: &str) -> String {
        let named = self.options.questions.iter().find(|(name, _)| name == measure);
        named.map_or_else(|| measure.to_owned(), |(_, column)| column.clone())
    }

    fn answer_counts(&self, measure: &str) -> Result<Vec<AnswerCount>> {
        let instrument = self.instrument.as_ref().ok_or_else(|| invalid("the survey has no `instrument`"))?;
        let (_, scale) = instrument.measure(measure)?;
        let codes = Codes::of(&self.table.column(&self.column_of(measure))?)?;
        let weights = self.scaled_weights();
        let mut sums = vec![(0_u64, ExactSum::new()); codes.len()];
        for (&code, &weight) in codes.codes.iter().zip(&weights) {
            if let (Some((n, sum)), true) = (sums.get_mut(code as usize), weight > 0.0) {
                *n += 1;
                sum.add(weight);
            }
        }
        let mut places = vec![(0_u64, ExactSum::new()); scale.answers().len()];
        let mut excluded = Vec::new();
        for (label, (n, sum)) in codes.labels.iter().zip(&sums) {
            match scale.read(label) {
                Some(Reading::Answer(at)) => {
                    if let Some((total, weighted)) = places.get_mut(usize::from(at)) {
                        *total += n;
                        weighted.merge(sum);
                    }
                }
                Some(Reading::Excluded) => excluded.push((label.clone(), false, *n, sum.value())),
                None => {}
            }
        }
        let answered = scale.answers().iter().zip(&places).map(|(answer, (n, sum))| (answer.clone(), true, *n, sum.value()));
        let count =
            |(answer, counts, n, weighted): (String, bool, u64, f64)| AnswerCount { answer, counts, respondents: Some(n as f64), weighted };
        Ok(answered.chain(excluded).map(count).collect())
    }

    /// Respondents by mode, most first.
    pub(super) fn modes(&self) -> Result<Option<Vec<Mode>>> {
        let Some(column) = &self.options.mode else { return Ok(None) };
        let codes = Codes::of(&self.table.column(column)?)?;
        let mut modes: Vec<Mode> = codes.labels.iter().map(|name| Mode { name: name.clone(), responses: 0 }).collect();
        for &code in &codes.codes {
            if let Some(mode) = modes.get_mut(code as usize) {
                mode.responses += 1;
            }
        }
        modes.sort_by(|a, b| b.responses.cmp(&a.responses).then_with(|| a.name.cmp(&b.name)));
        Ok(Some(modes))
    }

    /// The first and last day of collection, and how many dates are not known.
    pub(super) fn period(&self) -> Result<Option<(Date, Date, usize)>> {
        let Some(column) = &self.options.collected_at else { return Ok(None) };
        let dates = dates(&self.table, column)?;
        let missing = dates.iter().filter(|date| date.is_none()).count();
        let known: BTreeSet<Date> = dates.into_iter().flatten().collect();
        Ok(known.first().zip(known.last()).map(|(first, last)| (*first, *last, missing)))
    }

    /// How many respondents are there again, by a column that tells them apart.
    pub(super) fn repeated(&self, column: &str) -> Result<usize> {
        let mut seen = BTreeMap::new();
        for label in labels(&self.table.column(column)?)?.into_iter().flatten() {
            *seen.entry(label).or_insert(0_usize) += 1;
        }
        Ok(seen.values().map(|times| times - 1).sum())
    }

    /// The share who said yes to a filter question, of those who said yes or no; how many said either; and how many answered
    /// `measure` although they said no.
    pub(super) fn filter(&self, column: &str, measure: &str) -> Result<Filter> {
        let codes = Codes::of(&self.table.column(column)?)?;
        let said: Vec<Option<bool>> = codes.labels.iter().map(|label| yes_or_no(label)).collect();
        let answered = self.measure(measure)?.values;
        let weights = self.scaled_weights();
        let (mut yes, mut all, mut contradicting) = (ExactSum::new(), ExactSum::new(), 0);
        for (row, &code) in codes.codes.iter().enumerate() {
            let (Some(Some(said)), Some(&weight)) = (said.get(code as usize), weights.get(row)) else { continue };
            all.add(weight);
            if *said {
                yes.add(weight);
            } else if answered.get(row).is_some_and(|value| !value.is_nan()) {
                contradicting += 1;
            }
        }
        Ok(Filter { share: yes.value() / all.value(), contradicting })
    }
}

/// The answers to a filter question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filter {
    /// Yes, of yes and no; NaN if nobody said either.
    pub share: f64,
    pub contradicting: u64,
}

fn yes_or_no(label: &str) -> Option<bool> {
    match label.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// A column as calendar dates: dates, instants in UTC, or ISO text.
pub(super) fn dates(table: &Table, column: &str) -> Result<Vec<Option<Date>>> {
    let date = |(row, value): (usize, Value)| match value {
        Value::Null => Ok(None),
        Value::Date(date) => Ok(Some(date)),
        Value::Timestamp(at) => Ok(at.date(TimeZone::UTC)),
        Value::Text(text) if text.trim().is_empty() => Ok(None),
        Value::Text(text) => match text.trim().get(..10).and_then(|day| day.parse::<Date>().ok()) {
            Some(date) => Ok(Some(date)),
            None => Err(crate::statistics::codes::bad_row(column, row, "expected a date such as 2024-06-30")),
        },
        _ => Err(crate::statistics::codes::bad_row(column, row, "expected a date")),
    };
    table.column(column)?.values().enumerate().map(date).collect()
}
