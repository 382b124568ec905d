//! Statistics of weighted totals with their covariance by Taylor linearisation (Sarndal, Swensson and Wretman 1992, 5.5 and 5.8) or by
//! replicate weights.

use super::design::{CERTAIN, Design, LonelyPsu, Stage};
use super::exact::ExactSum;
use crate::{Error, ErrorKind, Result};

/// What the estimates of one domain are made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moments {
    /// Respondents with a weight above 0.
    pub n: f64,
    /// The mean, total or ratio.
    pub value: f64,
    /// Its design-based variance; NaN where one unit was drawn.
    pub variance: f64,
    /// Primary units in the domain less strata in the domain.
    pub df: f64,
    /// Kish's effective sample size.
    pub n_eff: f64,
    /// Sum of the weights, on their own scale.
    pub weight: f64,
    /// The variance of a simple random sample with replacement of `n`; 0 where the values do not differ.
    pub simple: f64,
}

impl Moments {
    /// The design effect against a simple random sample with replacement of the same size.
    pub fn deff(&self) -> f64 {
        self.variance / self.simple
    }

    /// The share of the population that a simple sample without replacement of the same size leaves out; NaN where the weights do not
    /// add up to more than the sample, and so do not say how large the population is.
    pub fn left_out(&self) -> f64 {
        if self.weight > self.n { 1.0 - self.n / self.weight } else { f64::NAN }
    }
}

/// Row numbers of a domain in the design's order, and the value of each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Domain<'a> {
    pub rows: &'a [u32],
    pub values: &'a [f64],
}

/// The statistics of columns' totals.
pub(crate) type OfTotals<'a> = dyn Fn(&[f64]) -> Vec<f64> + 'a;

/// What a row with these values of the columns adds to each statistic per unit of its weight, to the first order, given the totals.
pub(crate) type Linear<'a> = dyn Fn(&[f64], &[f64]) -> Vec<f64> + 'a;

/// Statistics that are functions of the weighted totals of some columns.
pub(crate) struct Statistic<'a> {
    /// Each as long as the domain's rows.
    pub columns: &'a [&'a [f64]],
    pub of_totals: &'a OfTotals<'a>,
    pub linear: &'a Linear<'a>,
}

/// Values with their covariance matrix.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Estimates {
    pub values: Vec<f64>,
    pub covariance: Vec<Vec<f64>>,
}

impl Design {
    /// The moments of the mean over a domain; nothing for one without weight. `base`, for a simple design, is how many of the sample
    /// answered at all, and takes the place of the sample's size.
    ///
    /// # Errors
    /// `InsufficientData` for a stratum with one unit, where the design says so; `OutOfRange` for sums beyond doubles.
    pub fn moments(&self, domain: Domain<'_>, base: Option<f64>) -> Result<Option<Moments>> {
        let Some((weights, mut moments)) = self.bases(domain.rows)? else { return Ok(None) };
        let mut products = ExactSum::new();
        self.weighted(domain.rows).for_each(|(at, count, weight)| add_times(&mut products, count, weight * domain.values[at]));
        moments.value = finite(products.value())? / weights;
        let residuals: Vec<f64> = domain
            .rows
            .iter()
            .zip(domain.values)
            .map(|(&row, &value)| match self.weights[row as usize] {
                weight if weight > 0.0 => weight * (value - moments.value) / weights,
                _ => 0.0,
            })
            .collect();
        moments.simple = self.simple_variance(domain, moments.value, weights) / (moments.n - 1.0);
        moments.variance = match &self.replicates {
            None => self.covariance_of(domain.rows, &[&residuals], base)?[0][0],
            Some(_) => {
                let ones = vec![1.0; domain.rows.len()];
                let ratio = Statistic {
                    columns: &[domain.values, &ones],
                    of_totals: &|totals| vec![totals[0] / totals[1]],
                    linear: &|_, _| vec![0.0],
                };
                self.replicate_estimates(domain.rows, &ratio)?.covariance[0][0]
            }
        };
        Ok(Some(moments))
    }

    /// The moments of the total over a domain, on the weights' own scale.
    ///
    /// # Errors
    /// As [`Design::moments`].
    pub fn total(&self, domain: Domain<'_>) -> Result<Option<Moments>> {
        let Some((weights, mut moments)) = self.bases(domain.rows)? else { return Ok(None) };
        let total = Statistic { columns: &[domain.values], of_totals: &<[f64]>::to_vec, linear: &|values, _| values.to_vec() };
        let Estimates { values, covariance } = self.statistics(domain.rows, &total)?;
        let unit = self.unit_weight();
        moments.value = values[0] * unit;
        moments.variance = covariance[0][0] * unit * unit;
        let mean = values[0] / weights;
        moments.simple = self.simple_variance(domain, mean, weights) / (moments.n - 1.0) * moments.weight * moments.weight;
        Ok(Some(moments))
    }

    /// The moments of the ratio of two totals over a domain: `values` by `of`.
    ///
    /// # Errors
    /// As [`Design::moments`].
    pub fn ratio(&self, domain: Domain<'_>, of: &[f64]) -> Result<Option<Moments>> {
        let Some((weights, mut moments)) = self.bases(domain.rows)? else { return Ok(None) };
        let ratio = Statistic {
            columns: &[domain.values, of],
            of_totals: &|totals| vec![totals[0] / totals[1]],
            linear: &|values, totals| vec![(values[0] - totals[0] / totals[1] * values[1]) / totals[1]],
        };
        let Estimates { values, covariance } = self.statistics(domain.rows, &ratio)?;
        moments.value = values[0];
        moments.variance = covariance[0][0];
        let residuals: Vec<f64> = domain.values.iter().zip(of).map(|(value, of)| value - moments.value * of).collect();
        let denominator: ExactSum = self.weighted(domain.rows).map(|(at, count, weight)| count * weight * of[at]).collect();
        let mean = denominator.value() / weights;
        let spread = self.simple_variance(Domain { rows: domain.rows, values: &residuals }, 0.0, weights);
        moments.simple = spread / (moments.n - 1.0) / (mean * mean);
        Ok(Some(moments))
    }

    /// Statistics of a domain's totals, with the weights scaled as [`Design::weights`] are.
    ///
    /// # Errors
    /// As [`Design::moments`].
    pub fn statistics(&self, rows: &[u32], statistic: &Statistic<'_>) -> Result<Estimates> {
        if self.replicates.is_some() {
            return self.replicate_estimates(rows, statistic);
        }
        let totals = self.totals(rows, statistic.columns)?;
        let values = (statistic.of_totals)(&totals);
        let mut scores = vec![vec![0.0; rows.len()]; values.len()];
        for (at, _, weight) in self.weighted(rows) {
            let own: Vec<f64> = statistic.columns.iter().map(|column| column[at]).collect();
            let linear = (statistic.linear)(&own, &totals);
            scores.iter_mut().zip(linear).for_each(|(scores, linear)| scores[at] = weight * linear);
        }
        let scores: Vec<&[f64]> = scores.iter().map(Vec::as_slice).collect();
        Ok(Estimates { covariance: self.covariance_of(rows, &scores, None)?, values })
    }

    /// The covariance matrix of the totals of `scores`: for each row weight x linearised value, 0 outside the domain.
    ///
    /// # Errors
    /// As [`Design::moments`].
    pub fn covariance(&self, scores: &[Vec<f64>]) -> Result<Vec<Vec<f64>>> {
        let ordered: Vec<Vec<f64>> = scores.iter().map(|scores| self.order.iter().map(|&row| scores[row as usize]).collect()).collect();
        let ordered: Vec<&[f64]> = ordered.iter().map(Vec::as_slice).collect();
        self.covariance_of(&self.order, &ordered, None)
    }

    /// Degrees of freedom of a domain.
    pub fn degrees(&self, rows: &[u32]) -> f64 {
        self.degrees_of_freedom(rows, self.weighted(rows).map(|(_, count, _)| count).collect::<ExactSum>().value())
    }

    /// Exact totals of columns over the rows of a domain.
    fn totals(&self, rows: &[u32], columns: &[&[f64]]) -> Result<Vec<f64>> {
        let total = |column: &&[f64]| {
            let mut sum = ExactSum::new();
            self.weighted(rows).for_each(|(at, count, weight)| add_times(&mut sum, count, weight * column[at]));
            finite(sum.value())
        };
        columns.iter().map(total).collect()
    }

    /// Sum of the scaled weights of a domain and what does not depend on its values; nothing without weight.
    fn bases(&self, rows: &[u32]) -> Result<Option<(f64, Moments)>> {
        let [mut n, mut weights, mut squares] = std::array::from_fn(|_| ExactSum::new());
        for (_, count, weight) in self.weighted(rows) {
            n.add(count);
            add_times(&mut weights, count, weight);
            add_times(&mut squares, count, weight * weight);
        }
        let (n, weights) = (n.value(), finite(weights.value())?);
        if weights <= 0.0 {
            return Ok(None);
        }
        let n_eff = weights / (squares.value() / weights);
        let (weight, df) = (weights * self.unit_weight(), self.degrees_of_freedom(rows, n));
        Ok(Some((weights, Moments { n, value: f64::NAN, variance: f64::NAN, df, n_eff, weight, simple: f64::NAN })))
    }

    /// Weighted mean square of the values about `centre`.
    fn simple_variance(&self, domain: Domain<'_>, centre: f64, weights: f64) -> f64 {
        let mut spread = ExactSum::new();
        for (at, count, weight) in self.weighted(domain.rows) {
            let deviation = domain.values[at] - centre;
            add_times(&mut spread, count, weight * deviation * deviation);
        }
        spread.value() / weights
    }

    /// Place in `rows`, how many it stands for, and weight, of the rows with a weight above 0.
    fn weighted<'a>(&'a self, rows: &'a [u32]) -> impl Iterator<Item = (usize, f64, f64)> + 'a {
        let count = |row: u32| self.counts.as_ref().map_or(1.0, |counts| counts[row as usize]);
        let weighted = move |(at, &row): (usize, &u32)| (at, count(row), self.weights[row as usize]);
        rows.iter().enumerate().map(weighted).filter(|&(_, _, weight)| weight > 0.0)
    }

    /// Primary units with weight less strata with weight, both in the domain: R's `degf(subset(design, domain))`.
    fn degrees_of_freedom(&self, rows: &[u32], n: f64) -> f64 {
        if let Some(df) = self.replicates.as_ref().and_then(|replicates| replicates.degrees_of_freedom(rows)) {
            return df;
        }
        let Some(stage) = self.stages.first() else { return f64::NAN };
        // No stratum or unit has the greatest number: codes end before it.
        let (mut strata, mut units, mut last) = (0.0, 0.0, (u32::MAX, u32::MAX));
        for (at, _, _) in self.weighted(rows) {
            let row = rows[at];
            let (parent, unit) = (stage.parents[row as usize], stage.unit(row));
            strata += f64::from(u8::from(last.0 != parent));
            units += f64::from(u8::from(last.1 != unit));
            last = (parent, unit);
        }
        (if stage.units.is_none() { (n + 0.5).floor() } else { units }) - strata
    }

    /// The covariance matrix of the totals of `scores`, each as long as `rows`.
    fn covariance_of(&self, rows: &[u32], scores: &[&[f64]], base: Option<f64>) -> Result<Vec<Vec<f64>>> {
        let packed = if self.adjustments.is_empty() {
            self.stage_covariance(0, rows, scores, base)?
        } else {
            let adjusted: Vec<Vec<f64>> = scores.iter().map(|scores| self.adjusted(rows, scores)).collect();
            self.stage_covariance(0, &self.order, &adjusted.iter().map(Vec::as_slice).collect::<Vec<_>>(), base)?
        };
        let at = |i: usize, j: usize| if i >= j { i * (i + 1) / 2 + j } else { j * (j + 1) / 2 + i };
        Ok((0..scores.len()).map(|i| (0..scores.len()).map(|j| packed[at(i, j)]).collect()).collect())
    }

    /// The scores of all rows in the design's order, less what the weightings explain of them.
    fn adjusted(&self, rows: &[u32], scores: &[f64]) -> Vec<f64> {
        let mut all = vec![0.0; self.rows()];
        rows.iter().zip(scores).for_each(|(&row, &score)| all[row as usize] = score);
        self.adjustments.iter().for_each(|adjustment| adjustment.residuals(&mut all));
        self.order.iter().map(|&row| all[row as usize]).collect()
    }

    /// The covariances of the totals of `scores` over stage `depth` and those below it, the lower triangle row by row.
    fn stage_covariance(&self, depth: usize, rows: &[u32], scores: &[&[f64]], base: Option<f64>) -> Result<Vec<f64>> {
        let stage = &self.stages[depth];
        let mut totals = vec![ExactSum::new(); scores.len() * (scores.len() + 1) / 2];
        let (mut parents, mut known) = (0.0, 0.0);
        for (start, end) in runs(rows, |row| stage.parents[row as usize]) {
            let within: Vec<&[f64]> = scores.iter().map(|scores| &scores[start..end]).collect();
            parents += 1.0;
            if let Some(own) = self.parent_covariance(depth, &rows[start..end], &within, base)? {
                known += 1.0;
                totals.iter_mut().zip(own).for_each(|(total, own)| total.add(own));
            }
        }
        let scale = if known == parents { 1.0 } else { parents / known };
        let mut totals: Vec<f64> = totals.iter().map(|total| total.value() * scale).collect();
        if depth + 1 < self.stages.len() {
            for (start, end) in runs(rows, |row| stage.unit(row)) {
                let fraction = stage.fraction(stage.parents[rows[start] as usize]);
                if fraction > 0.0 {
                    let within: Vec<&[f64]> = scores.iter().map(|scores| &scores[start..end]).collect();
                    let below = self.stage_covariance(depth + 1, &rows[start..end], &within, None)?;
                    totals.iter_mut().zip(below).for_each(|(total, below)| *total += fraction * below);
                }
            }
        }
        Ok(totals)
    }

    /// What the units drawn in one parent add: (1 - f) n / (n - 1) sum (z - mean z)(z' - mean z'), over all n units drawn, 0 outside the
    /// domain. Nothing where one unit was drawn and the average of the other parents stands for it.
    fn parent_covariance(&self, depth: usize, rows: &[u32], scores: &[&[f64]], base: Option<f64>) -> Result<Option<Vec<f64>>> {
        let stage = &self.stages[depth];
        let parent = stage.parents[rows[0] as usize];
        let n = base.unwrap_or(stage.sampled[parent as usize]);
        let left_out = 1.0 - stage.fraction(parent);
        let pairs = (0..scores.len()).flat_map(|i| (0..=i).map(move |j| (i, j)));
        if left_out < CERTAIN {
            return Ok(Some(pairs.map(|_| 0.0).collect()));
        }
        let units: Vec<Vec<(f64, f64)>> = scores.iter().map(|scores| self.unit_totals(stage, rows, scores)).collect();
        if n <= 1.0 {
            return self.lonely_covariance(depth, rows[0], left_out, &units);
        }
        let inside = match &self.counts {
            None => units[0].len() as f64,
            Some(_) => units[0].iter().map(|&(_, count)| count).collect::<ExactSum>().value(),
        };
        let outside = (n - inside).max(0.0);
        let mean = |units: &Vec<(f64, f64)>| {
            let mut sum = ExactSum::new();
            units.iter().for_each(|&(total, count)| add_times(&mut sum, count, total));
            sum.value() / n
        };
        let means: Vec<f64> = units.iter().map(mean).collect();
        let covariance = |(i, j): (usize, usize)| {
            let mut products = ExactSum::new();
            for (&(a, count), &(b, _)) in units[i].iter().zip(&units[j]) {
                add_times(&mut products, count, (a - means[i]) * (b - means[j]));
            }
            left_out * n / (n - 1.0) * (products.value() + outside * means[i] * means[j])
        };
        Ok(Some(pairs.map(covariance).collect()))
    }

    fn lonely_covariance(&self, depth: usize, row: u32, left_out: f64, units: &[Vec<(f64, f64)>]) -> Result<Option<Vec<f64>>> {
        let pairs = (0..units.len()).flat_map(|i| (0..=i).map(move |j| (i, j)));
        if depth == 0 && self.strata.is_none() {
            return Ok(Some(pairs.map(|_| f64::NAN).collect()));
        }
        match self.lonely {
            LonelyPsu::Certainty => Ok(Some(pairs.map(|_| 0.0).collect())),
            LonelyPsu::Average => Ok(None),
            LonelyPsu::Adjust => {
                let product = |(i, j): (usize, usize)| {
                    left_out * units[i].iter().zip(&units[j]).map(|(&(a, count), &(b, _))| count * a * b).sum::<f64>()
                };
                Ok(Some(pairs.map(product).collect()))
            }
            LonelyPsu::Fail => {
                let what = match &self.strata {
                    Some(column) if depth == 0 => format!("column `{column}`: the stratum of row {}", row + 1),
                    _ => format!("the sampling unit of row {} at stage {}", row + 1, depth),
                };
                let message =
                    format!("{what} has one PSU; set `lonely_psu` to `certainty`, `adjust` or `average`, or merge it with another");
                Err(Error::new(ErrorKind::InsufficientData, message))
            }
        }
    }

    /// Total of the scores of each unit, and how many units have that total.
    fn unit_totals(&self, stage: &Stage, rows: &[u32], scores: &[f64]) -> Vec<(f64, f64)> {
        if stage.units.is_none() {
            let count = |row: u32| self.counts.as_ref().map_or(1.0, |counts| counts[row as usize]);
            return rows.iter().zip(scores).map(|(&row, &score)| (score, count(row))).collect();
        }
        let total = |(start, end): (usize, usize)| (scores[start..end].iter().copied().collect::<ExactSum>().value(), 1.0);
        runs(rows, |row| stage.unit(row)).map(total).collect()
    }
}

fn finite(total: f64) -> Result<f64> {
    if total.is_finite() {
        return Ok(total);
    }
    Err(Error::new(ErrorKind::OutOfRange, "the values, or their counts, are too large to be added up"))
}

pub(super) fn add_times(sum: &mut ExactSum, times: f64, term: f64) {
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
