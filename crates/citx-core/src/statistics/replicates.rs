//! Variances by replicate weights: jackknife, bootstrap, or columns that came with the data.

use std::sync::Arc;

use super::design::{CERTAIN, Design, LonelyPsu};
use super::draws::Draws;
use super::exact::ExactSum;
use super::variance::{Estimates, Statistic};
use crate::{Error, ErrorKind, Result};

/// Replicates times units beyond which the factors would not fit in memory.
const MOST_FACTORS: usize = 50_000_000;

/// Weights as they might have been.
#[derive(Clone, Debug)]
pub(crate) struct Replicates {
    /// Unit of each row.
    units: Vec<u32>,
    /// For each replicate the factor of each unit: of its weight, or instead of it where `combined`.
    factors: Vec<Vec<f64>>,
    combined: bool,
    scale: f64,
    rscales: Vec<f64>,
    /// Deviations from the full estimate, not from the replicates' mean.
    mse: bool,
    /// Degrees of freedom are those of the factors' rank, not of the sampling units.
    by_rank: bool,
}

/// How replicates are made of a design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReplicateMethod {
    /// Each unit left out in turn, without strata.
    Jk1,
    /// Each unit left out in turn within its stratum.
    Jkn,
    /// `replicates` samples with replacement of one unit less than each stratum has.
    Bootstrap { replicates: usize, seed: u64 },
}

/// Replicate weights that came with the data.
#[derive(Clone, Debug)]
pub(crate) struct GivenReplicates {
    /// By replicate, then by row.
    pub columns: Vec<Vec<f64>>,
    pub combined: bool,
    pub scale: f64,
    pub rscales: Vec<f64>,
    pub mse: bool,
}

impl Design {
    /// The same design with variances by replicates of its first stage.
    ///
    /// # Errors
    /// `InvalidArgument` for JK1 with strata, `InsufficientData` for a stratum of one unit, `LimitExceeded`.
    pub fn with_replicates(&self, method: ReplicateMethod) -> Result<Self> {
        let stage = self.stages.first().ok_or_else(|| invalid("the design has no stage"))?;
        let rows = self.rows();
        let mut units = vec![0; rows];
        let mut parents: Vec<u32> = Vec::new();
        let mut last = None;
        for &row in self.order.iter() {
            let unit = (stage.parents[row as usize], stage.unit(row));
            if last != Some(unit) {
                parents.push(unit.0);
                last = Some(unit);
            }
            units[row as usize] = parents.len() as u32 - 1;
        }
        if method == ReplicateMethod::Jk1 && self.strata.is_some() {
            return Err(invalid("a design with strata takes `jkn` or `bootstrap`, not `jk1`"));
        }
        let count = match method {
            ReplicateMethod::Bootstrap { replicates, .. } => replicates,
            _ => parents.len(),
        };
        if count.saturating_mul(parents.len()) > MOST_FACTORS {
            let message = format!("{count} replicates of {} units; at most {MOST_FACTORS} factors are kept", parents.len());
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
        let strata = strata(&parents, |parent| 1.0 - stage.fraction(parent));
        let replicates = match method {
            ReplicateMethod::Bootstrap { replicates, seed } => bootstrap(units, &strata, parents.len(), replicates, seed)?,
            _ => self.jackknife(units, &strata, parents.len())?,
        };
        Ok(Self { replicates: Some(Arc::new(replicates)), ..self.clone() })
    }

    /// The same design with variances by replicate weights that came with the data.
    ///
    /// # Errors
    /// `InvalidArgument` for fewer than two replicates or a scale that is not above 0.
    pub fn with_given_replicates(&self, given: GivenReplicates) -> Result<Self> {
        let GivenReplicates { columns, combined, scale, rscales, mse } = given;
        if columns.len() < 2 || columns.iter().any(|column| column.len() != self.rows()) {
            return Err(invalid("replicate weights need at least two columns"));
        }
        if !(scale > 0.0 && scale.is_finite())
            || rscales.len() != columns.len()
            || rscales.iter().any(|scale| scale.is_nan() || *scale < 0.0)
        {
            return Err(invalid("replicate weights need a `scale` above 0, and one `rscales` of 0 or more for each column"));
        }
        let unit = if combined { self.unit_weight() } else { 1.0 };
        let factors = columns.into_iter().map(|column| column.into_iter().map(|weight| weight / unit).collect()).collect();
        let units = (0..self.rows() as u32).collect();
        let replicates = Replicates { units, factors, combined, scale, rscales, mse, by_rank: true };
        Ok(Self { replicates: Some(Arc::new(replicates)), ..self.clone() })
    }

    /// This design with the replicates of `before`, each after the same weighting as the whole.
    ///
    /// # Errors
    /// What `weighting` fails with.
    pub fn with_replicates_reweighted(self, before: &Self, weighting: impl Fn(&[f64]) -> Result<Vec<f64>>) -> Result<Self> {
        let Some(replicates) = &before.replicates else { return Ok(self) };
        if replicates.factors.len().saturating_mul(self.rows()) > MOST_FACTORS {
            let message = format!(
                "weighting {} replicates of {} respondents; at most {MOST_FACTORS} weights are kept",
                replicates.factors.len(),
                self.rows()
            );
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
        let own = before.own_weights();
        let unit = before.unit_weight();
        let column = |factors: &Vec<f64>| {
            let weight = |(row, &own): (usize, &f64)| {
                let factor = factors[replicates.units[row] as usize];
                if replicates.combined { factor * unit } else { factor * own }
            };
            let weights: Vec<f64> = own.iter().enumerate().map(weight).collect();
            Ok(weighting(&weights)?.into_iter().map(|weight| weight / self.unit_weight()).collect())
        };
        let factors = replicates.factors.iter().map(column).collect::<Result<Vec<Vec<f64>>>>()?;
        let units = (0..self.rows() as u32).collect();
        let replicates = Replicates { units, factors, combined: true, ..(**replicates).clone() };
        Ok(Self { replicates: Some(Arc::new(replicates)), ..self })
    }

    /// Each unit left out, and the others of its stratum raised to make up for it (Wolter 2007, 4.5). Strata of one unit as the design says.
    fn jackknife(&self, units: Vec<u32>, strata: &[Stratum], all: usize) -> Result<Replicates> {
        let (mut factors, mut rscales) = (Vec::new(), Vec::new());
        let mut lonely = 0.0;
        for stratum in strata.iter().filter(|stratum| stratum.left_out >= CERTAIN) {
            let n = stratum.units.len() as f64;
            if stratum.units.len() == 1 {
                match self.lonely {
                    LonelyPsu::Fail => return Err(lonely_stratum()),
                    LonelyPsu::Average => lonely += 1.0,
                    LonelyPsu::Certainty => {}
                    // As R does: the unit is left out, and all other strata are raised to make up for it.
                    LonelyPsu::Adjust if strata.len() > 1 => {
                        let others = strata.len() as f64 / (strata.len() as f64 - 1.0);
                        let mut factor = vec![others; all];
                        factor[stratum.units.start] = 0.0;
                        factors.push(factor);
                        rscales.push(1.0 / others);
                    }
                    LonelyPsu::Adjust => return Err(lonely_stratum()),
                }
                continue;
            }
            for left in stratum.units.clone() {
                let mut factor = vec![1.0; all];
                factor[stratum.units.clone()].fill(n / (n - 1.0));
                factor[left] = 0.0;
                factors.push(factor);
                rscales.push(stratum.left_out * (n - 1.0) / n);
            }
        }
        if factors.is_empty() {
            return Err(Error::new(
                ErrorKind::InsufficientData,
                "everyone was asked, or no stratum has two sampling units: there is nothing to leave out",
            ));
        }
        let scale = if lonely > 0.0 { all as f64 / factors.len() as f64 } else { 1.0 };
        Ok(Replicates { units, factors, combined: false, scale, rscales, mse: false, by_rank: false })
    }

    /// Statistics with the covariance of their replicates: scale x sum of rscale (theta - mean theta)(theta' - mean theta').
    ///
    /// # Errors
    /// `OutOfRange` for sums beyond doubles.
    pub(super) fn replicate_estimates(&self, rows: &[u32], statistic: &Statistic<'_>) -> Result<Estimates> {
        let Some(replicates) = &self.replicates else {
            return Err(invalid("the design has no replicates"));
        };
        let parts = replicates.parts(rows, statistic.columns, |row| self.weights[row as usize]);
        let of = |weight: &dyn Fn(u32) -> f64| {
            let total = |column: usize| {
                let mut sum = ExactSum::new();
                parts.iter().for_each(|(unit, parts)| sum.add(weight(*unit) * parts[column]));
                sum.value()
            };
            (statistic.of_totals)(&(0..statistic.columns.len()).map(total).collect::<Vec<_>>())
        };
        let values = match replicates.combined {
            true => of(&|row| self.weights[row as usize]),
            false => of(&|_| 1.0),
        };
        if values.iter().any(|value| value.is_infinite()) {
            return Err(Error::new(ErrorKind::OutOfRange, "the values are too large to be added up"));
        }
        let thetas =
            replicates.factors.iter().zip(&replicates.rscales).map(|(factors, &rscale)| (of(&|unit| factors[unit as usize]), rscale));
        let covariance = replicates.covariance(&values, thetas.collect());
        Ok(Estimates { values, covariance })
    }
}

impl Replicates {
    /// Of each unit in `rows`, the part of the columns' totals that its factor multiplies.
    fn parts(&self, rows: &[u32], columns: &[&[f64]], weight: impl Fn(u32) -> f64) -> Vec<(u32, Vec<f64>)> {
        let weight = |row: u32| if self.combined { 1.0 } else { weight(row) };
        let mut parts = Vec::new();
        let mut start = 0;
        while let Some(&row) = rows.get(start) {
            let unit = self.units[row as usize];
            let end = start + rows[start..].iter().take_while(|&&row| self.units[row as usize] == unit).count();
            let total = |column: &&[f64]| (start..end).map(|at| weight(rows[at]) * column[at]).collect::<ExactSum>().value();
            parts.push((unit, columns.iter().map(total).collect()));
            start = end;
        }
        parts
    }

    /// Replicates in which a statistic is not defined are left out, as R does.
    fn covariance(&self, values: &[f64], mut thetas: Vec<(Vec<f64>, f64)>) -> Vec<Vec<f64>> {
        thetas.retain(|(theta, _)| theta.iter().all(|theta| theta.is_finite()));
        let counted = thetas.iter().filter(|(_, rscale)| *rscale > 0.0).count() as f64;
        let mean = |at: usize| {
            thetas.iter().filter(|(_, rscale)| *rscale > 0.0).map(|(theta, _)| theta[at]).collect::<ExactSum>().value() / counted
        };
        let centre: Vec<f64> = if self.mse { values.to_vec() } else { (0..values.len()).map(mean).collect() };
        let covariance = |i: usize, j: usize| {
            let term = |(theta, rscale): &(Vec<f64>, f64)| rscale * (theta[i] - centre[i]) * (theta[j] - centre[j]);
            if counted < 2.0 { f64::NAN } else { self.scale * thetas.iter().map(term).collect::<ExactSum>().value() }
        };
        (0..values.len()).map(|i| (0..values.len()).map(|j| covariance(i, j)).collect()).collect()
    }

    /// One less than the rank of the weights in `rows`, where it is not the sampling units that say (R `degf`).
    pub fn degrees_of_freedom(&self, rows: &[u32]) -> Option<f64> {
        self.by_rank.then(|| {
            let column = |factors: &Vec<f64>| rows.iter().map(|&row| factors[self.units[row as usize] as usize]).collect();
            rank(self.factors.iter().map(column).collect()) as f64 - 1.0
        })
    }
}

/// Units in a row that share a stratum.
struct Stratum {
    units: std::ops::Range<usize>,
    left_out: f64,
}

fn strata(parents: &[u32], left_out: impl Fn(u32) -> f64) -> Vec<Stratum> {
    let mut strata: Vec<Stratum> = Vec::new();
    for (unit, &parent) in parents.iter().enumerate() {
        match strata.last_mut() {
            Some(stratum) if parents[stratum.units.start] == parent => stratum.units.end = unit + 1,
            _ => strata.push(Stratum { units: unit..unit + 1, left_out: left_out(parent) }),
        }
    }
    strata
}

/// The factors of one stratum's units, all 1 before, by the rescaling bootstrap of Rao, Wu and Yue (1992): one unit less than the stratum
/// has is drawn with replacement, so that the factor is 1 - s + s n / (n - 1) x times drawn with s = sqrt(1 - f).
pub(crate) fn resample(draws: &mut Draws, left_out: f64, factors: &mut [f64]) {
    let n = factors.len();
    if left_out < CERTAIN || n < 2 {
        return;
    }
    let shrink = left_out.sqrt();
    let mut times = vec![0_u32; n];
    (1..n).for_each(|_| times[draws.below(n as u64) as usize] += 1);
    for (factor, times) in factors.iter_mut().zip(times) {
        *factor = 1.0 - shrink + shrink * n as f64 / (n as f64 - 1.0) * f64::from(times);
    }
}

/// Replicates by [`resample`] within each stratum.
fn bootstrap(units: Vec<u32>, strata: &[Stratum], all: usize, replicates: usize, seed: u64) -> Result<Replicates> {
    if replicates < 2 {
        return Err(invalid("a bootstrap needs at least 2 replicates"));
    }
    if strata.iter().any(|stratum| stratum.units.len() == 1 && stratum.left_out >= CERTAIN) {
        return Err(lonely_stratum());
    }
    let replicate = |counter: usize| {
        let mut draws = Draws::new(seed, counter as u64, "bootstrap");
        let mut factors = vec![1.0; all];
        strata.iter().for_each(|stratum| resample(&mut draws, stratum.left_out, &mut factors[stratum.units.clone()]));
        factors
    };
    let factors = (0..replicates).map(replicate).collect();
    let (scale, rscales) = (1.0 / (replicates as f64 - 1.0), vec![1.0; replicates]);
    Ok(Replicates { units, factors, combined: false, scale, rscales, mse: false, by_rank: false })
}

/// The rank of a matrix by columns: those that keep more than 1e-5 of their length when what the earlier ones explain is taken away, as
/// R's `qr` counts it.
fn rank(mut columns: Vec<Vec<f64>>) -> usize {
    let length = |column: &[f64]| column.iter().map(|x| x * x).sum::<f64>().sqrt();
    let mut kept: Vec<Vec<f64>> = Vec::new();
    for column in &mut columns {
        let before = length(column);
        for _ in 0..2 {
            for basis in &kept {
                let along: f64 = basis.iter().zip(column.iter()).map(|(a, b)| a * b).sum();
                column.iter_mut().zip(basis).for_each(|(x, basis)| *x -= along * basis);
            }
        }
        let after = length(column);
        if before > 0.0 && after > 1e-5 * before {
            kept.push(column.iter().map(|x| x / after).collect());
        }
    }
    kept.len()
}

fn lonely_stratum() -> Error {
    Error::new(ErrorKind::InsufficientData, "a stratum has one PSU, of which there are no replicates; merge it with another")
}

fn invalid(problem: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, problem)
}
