//! Means of domains with their variance by Taylor linearisation (Sarndal, Swensson and Wretman 1992, 5.5 and 5.8).

use super::design::{CERTAIN, Design, LonelyPsu, Stage};
use super::exact::ExactSum;
use crate::{Error, ErrorKind, Result};

/// What the estimates of one domain are made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moments {
    /// Respondents with a weight above 0.
    pub n: f64,
    pub mean: f64,
    /// Design-based variance of the mean; NaN where one unit was drawn.
    pub variance: f64,
    /// Primary units in the domain less strata in the domain.
    pub df: f64,
    /// Kish's effective sample size.
    pub n_eff: f64,
    /// Weighted mean square deviation from the mean.
    pub spread: f64,
}

impl Moments {
    /// The design effect against a simple random sample with replacement of the same size.
    pub fn deff(&self) -> f64 {
        self.variance / (self.spread / (self.n - 1.0))
    }
}

/// Row numbers of a domain in the design's order, and the value of each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Domain<'a> {
    pub rows: &'a [u32],
    pub values: &'a [f64],
}

impl Design {
    /// The moments of a domain; nothing for one without weight. `base`, for a simple design, is how many of the sample
    /// answered at all, and takes the place of the sample's size.
    ///
    /// # Errors
    /// `InsufficientData` for a stratum with one unit, where the design says so; `OutOfRange` for sums beyond doubles.
    pub fn moments(&self, domain: Domain<'_>, base: Option<f64>) -> Result<Option<Moments>> {
        let count = |row: u32| self.counts.as_ref().map_or(1.0, |counts| counts[row as usize]);
        let weight = |row: u32| self.weights[row as usize];
        let weighted = domain.rows.iter().filter(|&&row| weight(row) > 0.0);
        let n = match &self.counts {
            None => weighted.count() as f64,
            Some(counts) => weighted.map(|&row| counts[row as usize]).collect::<ExactSum>().value(),
        };
        let [mut weights, mut squares, mut products, mut spread] = std::array::from_fn(|_| ExactSum::new());
        for (&row, &value) in domain.rows.iter().zip(domain.values) {
            let (count, weight) = (count(row), weight(row));
            if weight > 0.0 {
                add_times(&mut weights, count, weight);
                add_times(&mut squares, count, weight * weight);
                add_times(&mut products, count, weight * value);
            }
        }
        let weights = weights.value();
        if weights <= 0.0 {
            return Ok(None);
        }
        if !(weights.is_finite() && products.value().is_finite()) {
            return Err(Error::new(ErrorKind::OutOfRange, "the values, or their counts, are too large to be added up"));
        }
        let mean = products.value() / weights;
        let mut residuals = Vec::with_capacity(domain.rows.len());
        for (&row, &value) in domain.rows.iter().zip(domain.values) {
            let residual = weight(row) * (value - mean);
            add_times(&mut spread, count(row), residual * (value - mean));
            residuals.push(residual);
        }
        let variance = self.stage_variance(0, domain.rows, &residuals, base)? / weights / weights;
        let n_eff = weights / (squares.value() / weights);
        Ok(Some(Moments { n, mean, variance, df: self.degrees_of_freedom(domain.rows, n), n_eff, spread: spread.value() / weights }))
    }

    /// Primary units with weight less strata with weight, both in the domain: R's `degf(subset(design, domain))`.
    fn degrees_of_freedom(&self, rows: &[u32], n: f64) -> f64 {
        let Some(stage) = self.stages.first() else { return f64::NAN };
        let weighted = rows.iter().filter(|&&row| self.weights[row as usize] > 0.0);
        let (mut strata, mut units, mut last) = (0.0, 0.0, (None, None));
        for &row in weighted {
            let (parent, unit) = (stage.parents[row as usize], stage.unit(row));
            strata += f64::from(u8::from(last.0 != Some(parent)));
            units += f64::from(u8::from(last.1 != Some(unit)));
            last = (Some(parent), Some(unit));
        }
        (if stage.units.is_none() { (n + 0.5).floor() } else { units }) - strata
    }

    /// The variance of the total of `residuals` over stage `depth` and those below it.
    fn stage_variance(&self, depth: usize, rows: &[u32], residuals: &[f64], base: Option<f64>) -> Result<f64> {
        let stage = &self.stages[depth];
        let mut total = ExactSum::new();
        for (start, end) in runs(rows, |row| stage.parents[row as usize]) {
            let (rows, residuals) = (&rows[start..end], &residuals[start..end]);
            total.add(self.parent_variance(depth, rows, residuals, base)?);
            let fraction = stage.fraction(stage.parents[rows[0] as usize]);
            if depth + 1 < self.stages.len() && fraction > 0.0 {
                for (start, end) in runs(rows, |row| stage.unit(row)) {
                    total.add(fraction * self.stage_variance(depth + 1, &rows[start..end], &residuals[start..end], None)?);
                }
            }
        }
        Ok(total.value())
    }

    /// What the units drawn in one parent add: (1 - f) n / (n - 1) sum (z - mean z)^2, over all n units drawn, 0 outside the domain.
    fn parent_variance(&self, depth: usize, rows: &[u32], residuals: &[f64], base: Option<f64>) -> Result<f64> {
        let stage = &self.stages[depth];
        let parent = stage.parents[rows[0] as usize];
        let n = base.unwrap_or(stage.sampled[parent as usize]);
        let left_out = 1.0 - stage.fraction(parent);
        if left_out < CERTAIN {
            return Ok(0.0);
        }
        let units = self.unit_totals(stage, rows, residuals);
        if n <= 1.0 {
            return self.lonely_variance(depth, rows[0], left_out, &units);
        }
        let inside = match &self.counts {
            None => units.len() as f64,
            Some(_) => units.iter().map(|&(_, count)| count).collect::<ExactSum>().value(),
        };
        let [mut sum, mut squares] = std::array::from_fn(|_| ExactSum::new());
        for &(total, count) in &units {
            add_times(&mut sum, count, total);
        }
        let mean = sum.value() / n;
        for &(total, count) in &units {
            add_times(&mut squares, count, (total - mean) * (total - mean));
        }
        let outside = (n - inside).max(0.0);
        Ok(left_out * n / (n - 1.0) * (squares.value() + outside * mean * mean))
    }

    fn lonely_variance(&self, depth: usize, row: u32, left_out: f64, units: &[(f64, f64)]) -> Result<f64> {
        if depth == 0 && self.strata.is_none() {
            return Ok(f64::NAN);
        }
        match self.lonely {
            LonelyPsu::Certainty => Ok(0.0),
            LonelyPsu::Adjust => Ok(left_out * units.iter().map(|&(total, count)| count * total * total).sum::<f64>()),
            LonelyPsu::Fail => {
                let what = match &self.strata {
                    Some(column) if depth == 0 => format!("column `{column}`: the stratum of row {}", row + 1),
                    _ => format!("the sampling unit of row {} at stage {}", row + 1, depth),
                };
                let message = format!("{what} has one PSU; set `lonely_psu` to `certainty` or `adjust`, or merge it with another");
                Err(Error::new(ErrorKind::InsufficientData, message))
            }
        }
    }

    /// Total of the residuals of each unit, and how many units have that total.
    fn unit_totals(&self, stage: &Stage, rows: &[u32], residuals: &[f64]) -> Vec<(f64, f64)> {
        if stage.units.is_none() {
            let count = |row: u32| self.counts.as_ref().map_or(1.0, |counts| counts[row as usize]);
            return rows.iter().zip(residuals).map(|(&row, &residual)| (residual, count(row))).collect();
        }
        let total = |(start, end): (usize, usize)| (residuals[start..end].iter().copied().collect::<ExactSum>().value(), 1.0);
        runs(rows, |row| stage.unit(row)).map(total).collect()
    }
}

fn add_times(sum: &mut ExactSum, times: f64, term: f64) {
    if times == 1.0 { sum.add(term) } else { sum.add_product(times, term) }
}

/// The ranges of `rows` that share a key. Rows come in the design's order, in which equal keys are neighbours.
fn runs<'a, K: PartialEq>(rows: &'a [u32], key: impl Fn(u32) -> K + 'a) -> impl Iterator<Item = (usize, usize)> + 'a {
    let mut start = 0;
    std::iter::from_fn(move || {
        let first = key(*rows.get(start)?);
        let length = rows[start..].iter().take_while(|&&row| key(row) == first).count();
        let range = (start, start + length);
        start += length;
        Some(range)
    })
}
