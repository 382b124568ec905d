use std::collections::BTreeMap;

use crate::satisfaction::answers::{Answers, Variable};
use crate::satisfaction::estimate::{Estimate, ScoreOptions};
use crate::satisfaction::instrument::{Figure, Instrument, Scale, invalid};
use crate::satisfaction::survey::{Source, Survey};
use crate::statistics::codes::Codes;
use crate::statistics::variance::{Domain, Moments};
use crate::{Error, ErrorKind, Result};

/// One measure in one wave.
pub(super) struct Sample<'a> {
    pub figure: Figure,
    pub estimate: Estimate,
    pub moments: Option<Moments>,
    /// An unweighted simple random sample, for which textbook formulas hold.
    pub plain: bool,
    /// Size of the frame of a simple sample.
    pub frame: Option<f64>,
    /// For a survey of answers: it and the variable, with the rows that count in the design's order.
    pub answers: Option<(&'a Answers, Variable<'a>, Vec<u32>)>,
    scale: Option<&'a Scale>,
    instrument: Option<&'a Instrument>,
    selection: Option<String>,
}

/// Modes whose shares differ by more than this in all are a change of mode: within landlords telephone was 14.9 points above internet
/// (regulator's returns 2024/25), so that a tenth moved from one to the other is worth 1.5 points.
const MODE_SHIFT: f64 = 0.1;

impl<'a> Sample<'a> {
    /// The measure in a wave, of one unit where it has units, and of some respondents (by row) where they are given.
    pub fn new(survey: &'a Survey, measure: &str, unit: Option<&str>, only: Option<&[bool]>, options: &ScoreOptions) -> Result<Self> {
        match &survey.inner {
            Source::Answers(_) if unit.is_some() => Err(Error::new(ErrorKind::NotFound, "a survey of answers has no units")),
            Source::Answers(answers) => Self::of_answers(answers, measure, only, options),
            Source::Counts(counts) if only.is_some() => {
                let _ = counts;
                Err(invalid("a survey of counts has no respondents to match"))
            }
            Source::Counts(counts) => {
                let counted = counts.counted(measure, unit, options)?;
                Ok(Self {
                    figure: counted.scale.figure,
                    estimate: counted.estimate,
                    moments: counted.moments,
                    plain: true,
                    frame: counted.frame,
                    answers: None,
                    scale: Some(counted.scale),
                    instrument: Some(counts.instrument()),
                    selection: counted.non_probability.then(|| "non_probability".to_owned()),
                })
            }
        }
    }

    fn of_answers(answers: &'a Answers, measure: &str, only: Option<&[bool]>, options: &ScoreOptions) -> Result<Self> {
        let mut variable = answers.variable(measure)?;
        let kept = |row: &u32| {
            let row = *row as usize;
            answers.design.weights[row] > 0.0 && !variable.values[row].is_nan() && only.is_none_or(|only| only[row])
        };
        let rows: Vec<u32> = answers.design.order.iter().copied().filter(kept).collect();
        let values: Vec<f64> = rows.iter().map(|&row| variable.values[row as usize]).collect();
        if variable.base.is_some() || (only.is_some() && answers.design.is_simple()) {
            variable.base = Some(rows.len() as f64);
        }
        let moments = answers.design.moments(Domain { rows: &rows, values: &values }, variable.base)?;
        let estimate = answers.estimate(&variable, Some(&rows), options)?;
        Ok(Self {
            figure: variable.figure,
            estimate,
            moments,
            plain: answers.design.is_unweighted(),
            frame: answers.design.population(),
            scale: variable.measure.map(|(scale, _)| scale),
            instrument: answers.instrument.as_ref(),
            selection: answers.selection.map(|selection| format!("{selection:?}").to_lowercase()),
            answers: Some((answers, variable, rows)),
        })
    }

    /// What of the method differs from another wave's.
    pub fn changed(&self, other: &Self) -> Vec<String> {
        let names = |sample: &Self| sample.instrument.map(|instrument| instrument.name().to_owned());
        let known = |sample: &Self| sample.scale.map(|scale| (scale.known(), scale.values.clone()));
        let modes = match (self.modes(), other.modes()) {
            (Some(own), Some(others)) => shift(&own, &others) > MODE_SHIFT,
            _ => false,
        };
        let changes = [
            (names(self) != names(other), "instrument"),
            (known(self) != known(other), "scale"),
            (self.figure != other.figure, "figure"),
            (self.estimate.base != other.estimate.base, "base"),
            (modes, "mode"),
            (self.selection != other.selection, "selection"),
        ];
        changes.into_iter().filter(|(changed, _)| *changed).map(|(_, what)| what.to_owned()).collect()
    }

    /// The share of each mode among those who count.
    fn modes(&self) -> Option<BTreeMap<String, f64>> {
        let (answers, _, rows) = self.answers.as_ref()?;
        let codes = Codes::of(&answers.table.column(answers.options.mode.as_ref()?).ok()?).ok()?;
        let mut counts = vec![0_u32; codes.len()];
        for &row in rows {
            if let Some(count) = counts.get_mut(codes.codes[row as usize] as usize) {
                *count += 1;
            }
        }
        let all = f64::from(counts.iter().sum::<u32>().max(1));
        Some(codes.labels.into_iter().zip(counts).map(|(label, count)| (label, f64::from(count) / all)).collect())
    }
}

/// Half the sum of absolute differences of shares: how much would have to move from one mode to another.
fn shift(own: &BTreeMap<String, f64>, others: &BTreeMap<String, f64>) -> f64 {
    let share = |of: &BTreeMap<String, f64>, mode: &String| of.get(mode).copied().unwrap_or(0.0);
    let both = own.keys().chain(others.keys().filter(|mode| !own.contains_key(*mode)));
    both.map(|mode| (share(own, mode) - share(others, mode)).abs()).sum::<f64>() / 2.0
}
