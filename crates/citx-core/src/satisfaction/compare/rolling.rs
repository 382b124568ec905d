use std::collections::BTreeMap;

use crate::satisfaction::answers::Answers;
use crate::satisfaction::estimate::{Estimate, ScoreOptions};
use crate::satisfaction::instrument::{Figure, invalid};
use crate::satisfaction::rows::Results;
use crate::satisfaction::survey::{Source, Survey};
use crate::statistics::ExactSum;
use crate::statistics::codes::{bad_row, labels};
use crate::statistics::variance::Moments;
use crate::table::Table;
use crate::{Error, ErrorKind, Result};

/// How answers are pooled over months.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RollingOptions {
    /// The unit, for surveys of counts.
    pub unit: Option<String>,
    /// Months pooled: each month and those before it.
    pub months: u32,
    /// Level of the intervals.
    pub level: f64,
    /// Fewer answers than this are suppressed.
    pub min_base: u64,
}

impl Default for RollingOptions {
    fn default() -> Self {
        Self { unit: None, months: 12, level: 0.95, min_base: 0 }
    }
}

/// One survey's answers to the measure.
struct Part<'a> {
    answers: Option<&'a Answers>,
    rows: Vec<Answer>,
}

struct Answer {
    value: f64,
    weight: f64,
    /// How many respondents it stands for.
    count: f64,
    /// Its month, if it counts and has one.
    month: Option<u32>,
}

struct Row {
    month: u32,
    with_answers: usize,
    complete: bool,
    estimate: Estimate,
}

/// A measure month by month, each with the months before it: raw answers are pooled, averages never averaged. The month of an answer is
/// that of `collected_at`; a survey of counts is of the month it is labelled with, such as `2024-05`. Surveys are independent samples.
///
/// Columns: month, months (with answers), complete (the window lies within the first and the last month), value, std_error, ci_low,
/// ci_high, level, df, n, n_eff, unit, method, suppressed, warnings.
///
/// # Errors
/// `InvalidArgument` for a survey of answers without `collected_at`, naming the row of a text that is no date, or for a label that is no
/// month; `InsufficientData` where no answer has a month.
pub fn rolling(waves: &[(String, Survey)], measure: &str, options: &RollingOptions) -> Result<Table> {
    let scores = ScoreOptions { level: options.level, min_base: options.min_base, ..ScoreOptions::default() };
    scores.check()?;
    if options.months == 0 {
        return Err(invalid("`months` must be 1 or more"));
    }
    let mut figure = None;
    let mut parts = Vec::with_capacity(waves.len());
    for (label, survey) in waves {
        let named = |error: Error| error.context(format!("wave `{label}`"));
        let (own, part) = part(label, survey, measure, options, &scores).map_err(named)?;
        if figure.is_some_and(|figure| figure != own) {
            return Err(invalid(format!("measure `{measure}` is a mean in one wave and a proportion in another")));
        }
        figure = Some(own);
        parts.push(part);
    }
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for month in parts.iter().flat_map(|part| part.rows.iter().filter_map(|row| row.month)) {
        *counts.entry(month).or_default() += 1;
    }
    let (Some(figure), Some((&first, _)), Some((&last, _))) = (figure, counts.first_key_value(), counts.last_key_value()) else {
        return Err(Error::new(ErrorKind::InsufficientData, format!("no answer to `{measure}` has a month")));
    };
    let mut rows = Vec::new();
    for month in first..=last {
        let window = (month + 1).saturating_sub(options.months)..=month;
        let with_answers = counts.range(window.clone()).count();
        let estimate = pooled(&parts, &window, figure, &scores)?.suppressed_below(options.min_base, "[S]");
        rows.push(Row { month, with_answers, complete: *window.start() >= first, estimate });
    }
    table(&rows)
}

fn part<'a>(label: &str, survey: &'a Survey, measure: &str, options: &RollingOptions, scores: &ScoreOptions) -> Result<(Figure, Part<'a>)> {
    match &survey.inner {
        Source::Counts(counts) => {
            let month = month(label).ok_or_else(|| invalid("a survey of counts is labelled with its month, such as `2024-05`"))?;
            let counted = counts.counted(measure, options.unit.as_deref(), scores)?;
            let row = |(&value, &count): (&f64, &f64)| Answer { value, weight: 1.0, count, month: Some(month) };
            let rows = counted.scale.values.iter().zip(&counted.answers).filter(|(_, count)| **count > 0.0).map(row).collect();
            Ok((counted.scale.figure, Part { answers: None, rows }))
        }
        Source::Answers(answers) => {
            let column = answers
                .options
                .collected_at
                .as_ref()
                .ok_or_else(|| invalid("the survey has no `collected_at`, which says when each answer was given"))?;
            let variable = answers.variable(measure)?;
            let unit = answers.design.unit_weight();
            let mut rows = Vec::with_capacity(answers.design.rows());
            for (row, date) in labels(&answers.table.column(column)?)?.into_iter().enumerate() {
                let known = |text: String| month(&text).ok_or_else(|| bad_row(column, row, "a date is written as 2024-05-17"));
                let month = date.map(known).transpose()?;
                let counts = !variable.values[row].is_nan() && answers.design.weights[row] > 0.0;
                let weight = answers.design.weights[row] * unit;
                rows.push(Answer { value: variable.values[row], weight, count: 1.0, month: month.filter(|_| counts) });
            }
            Ok((variable.figure, Part { answers: Some(answers), rows }))
        }
    }
}

/// Months since the year 0 of a text that begins as `2024-05`.
fn month(text: &str) -> Option<u32> {
    let (year, rest) = text.trim().split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let month = rest.get(..2).filter(|month| digits(month) && rest.as_bytes().get(2).is_none_or(|byte| !byte.is_ascii_digit()))?;
    let month: u32 = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    let year: u32 = Some(year).filter(|year| year.len() == 4 && digits(year))?.parse().ok()?;
    Some(year * 12 + month - 1)
}

/// The mean over all answers of a window, with the variance of its residuals in each survey's own design.
fn pooled(parts: &[Part<'_>], window: &std::ops::RangeInclusive<u32>, figure: Figure, scores: &ScoreOptions) -> Result<Estimate> {
    let inside = |row: &Answer| row.month.is_some_and(|month| window.contains(&month));
    let all = || parts.iter().flat_map(|part| &part.rows).filter(|row| inside(row));
    let total = |of: &dyn Fn(&Answer) -> f64| all().map(of).collect::<ExactSum>().value();
    let (n, weights, squares) =
        (total(&|row| row.count), total(&|row| row.weight * row.count), total(&|row| row.weight * row.weight * row.count));
    if weights <= 0.0 {
        return Estimate::new(None, figure, false, scores);
    }
    let mean = total(&|row| row.value * row.weight * row.count) / weights;
    let spread = total(&|row| (row.value - mean) * (row.value - mean) * row.weight * row.count) / weights;
    let (mut variance, mut df) = (0.0, 0.0);
    for part in parts.iter().filter(|part| part.rows.iter().any(inside)) {
        let residual = |row: &Answer| if inside(row) { row.weight * (row.value - mean) / weights } else { 0.0 };
        match part.answers {
            Some(answers) => {
                let residuals: Vec<f64> = part.rows.iter().map(residual).collect();
                variance += answers.design.covariance(&[residuals])?[0][0];
                df += answers.design.degrees(&answers.rows(|row| inside(&part.rows[row as usize])));
            }
            None => {
                let own: f64 = part.rows.iter().map(|row| row.count).sum();
                let sum: f64 = part.rows.iter().map(|row| residual(row) * row.count).sum();
                let squares: f64 = part.rows.iter().map(|row| (residual(row) - sum / own).powi(2) * row.count).sum();
                variance += own / (own - 1.0) * squares;
                df += own - 1.0;
            }
        }
    }
    let moments = Moments { n, value: mean, variance, df, n_eff: weights * weights / squares, weight: weights, simple: spread / (n - 1.0) };
    Estimate::new(Some(&moments), figure, false, scores)
}

fn table(rows: &[Row]) -> Result<Table> {
    let results = Results(rows);
    Table::from_columns([
        results.text("month", |row| format!("{:04}-{:02}", row.month / 12, row.month % 12 + 1)),
        results.whole("months", |row| Some(row.with_answers as u64)),
        results.flag("complete", |row| Some(row.complete)),
        results.number("value", |row| row.estimate.value),
        results.number("std_error", |row| row.estimate.std_error),
        results.number("ci_low", |row| row.estimate.ci.0),
        results.number("ci_high", |row| row.estimate.ci.1),
        results.number("level", |row| row.estimate.level),
        results.number("df", |row| row.estimate.df),
        results.whole("n", |row| Some(row.estimate.n)),
        results.number("n_eff", |row| row.estimate.n_eff),
        results.text("unit", |row| row.estimate.unit.as_str()),
        results.text("method", |row| row.estimate.method.as_str()),
        results.flag("suppressed", |row| Some(row.estimate.is_suppressed())),
        results.text("warnings", |row| row.estimate.warnings.join("; ")),
    ])
}
