use crate::satisfaction::instrument::invalid;
use crate::statistics::design::Design;
use crate::statistics::draws::Draws;
use crate::statistics::regression::Matrix;
use crate::statistics::replicates::resample;
use crate::{Error, ErrorKind, Result};

/// What is done with respondents who did not answer everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    Listwise,
    Pairwise,
    Indicator,
}

impl Missing {
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "listwise" => Ok(Self::Listwise),
            "pairwise" => Ok(Self::Pairwise),
            "indicator" => Ok(Self::Indicator),
            other => Err(invalid(format!("`missing` is `listwise`, `pairwise` or `indicator`, not `{other}`"))),
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Listwise => "listwise",
            Self::Pairwise => "pairwise",
            Self::Indicator => "indicator",
        }
    }
}

/// The respondents who count, sorted by what they say rather than by row, so that sums over them do not depend on the order of rows.
pub(super) struct CrossProducts {
    /// Values of a respondent in a row, about each variable's mean; 0 where missing. Drivers, indicators, the outcome.
    values: Vec<f64>,
    /// For `pairwise`: 1 where there is a value, 0 where not.
    present: Option<Vec<f64>>,
    weights: Vec<f64>,
    /// Each respondent's place among the resampled units.
    units: Vec<u32>,
    strata: Vec<Stratum>,
    variables: usize,
    blocks: Vec<Vec<usize>>,
}

struct Stratum {
    /// Its units among which respondents count.
    units: std::ops::Range<usize>,
    /// Units drawn in all.
    sampled: usize,
    left_out: f64,
}

impl CrossProducts {
    pub fn new(design: &Design, rows: &[u32], drivers: &[&[f64]], outcome: &[f64], missing: Missing) -> Result<Self> {
        let (columns, blocks) = columns(rows, drivers, outcome, missing);
        let variables = columns.len();
        let order = sorted(design, rows, &columns);
        let weights: Vec<f64> = order.iter().map(|&at| design.weights[rows[at] as usize]).collect();
        let total: f64 = weights.iter().sum();
        let mean = |column: &Vec<f64>| {
            let (mut sum, mut missing) = (0.0, 0.0);
            for (&at, &weight) in order.iter().zip(&weights) {
                let value = column[at];
                if value.is_nan() { missing += weight } else { sum += weight * value }
            }
            sum / (total - missing)
        };
        let means: Vec<f64> = columns.iter().map(mean).collect();
        if means.iter().any(|mean| !mean.is_finite()) {
            return Err(Error::new(ErrorKind::OutOfRange, "the values of a driver or of the outcome are too large to be averaged"));
        }
        let mut values = Vec::with_capacity(order.len() * variables);
        for &at in &order {
            values.extend(columns.iter().zip(&means).map(|(column, mean)| if column[at].is_nan() { 0.0 } else { column[at] - mean }));
        }
        let flag = |&at: &usize| columns.iter().map(move |column| f64::from(u8::from(!column[at].is_nan()))).collect::<Vec<f64>>();
        let present = (missing == Missing::Pairwise).then(|| order.iter().flat_map(flag).collect());
        let (units, strata) = units(design, rows, &order);
        Ok(Self { values, present, weights, units, strata, variables, blocks })
    }

    /// Each driver's variables: itself and, if it has one, its indicator.
    pub fn blocks(&self) -> &[Vec<usize>] {
        &self.blocks
    }

    /// Strata of one unit, whose variation the bootstrap cannot show.
    pub fn has_lonely(&self) -> bool {
        self.strata.iter().any(|stratum| stratum.sampled < 2 && stratum.left_out > 0.0)
    }

    /// The factor of each respondent's weight in one bootstrap replicate.
    pub fn factors(&self, seed: u64, counter: u64) -> Vec<f64> {
        let mut draws = Draws::new(seed, counter, "drivers");
        let mut factors = vec![1.0; self.strata.last().map_or(0, |stratum| stratum.units.end)];
        for stratum in &self.strata {
            let mut own = vec![1.0; stratum.sampled.max(stratum.units.len())];
            resample(&mut draws, stratum.left_out, &mut own);
            let used = stratum.units.len();
            factors[stratum.units.clone()].copy_from_slice(&own[..used]);
        }
        self.units.iter().map(|&unit| factors[unit as usize]).collect()
    }

    /// Weighted correlations of all variables, with weights times `factors`.
    ///
    /// # Errors
    /// `InsufficientData` where a variable does not vary, or two have no respondents in common.
    pub fn correlations(&self, factors: Option<&[f64]>) -> Result<Matrix> {
        match &self.present {
            None => self.complete(factors),
            Some(present) => self.pairwise(present, factors),
        }
    }

    fn complete(&self, factors: Option<&[f64]>) -> Result<Matrix> {
        let variables = self.variables;
        let (mut weights, mut sums, mut products) = (0.0, vec![0.0; variables], vec![0.0; variables * variables]);
        for (at, row) in self.values.chunks_exact(variables).enumerate() {
            let weight = self.weights[at] * factors.map_or(1.0, |factors| factors[at]);
            weights += weight;
            for (i, value) in row.iter().enumerate() {
                let weighted = weight * value;
                sums[i] += weighted;
                products[i * variables..=i * variables + i].iter_mut().zip(row).for_each(|(product, other)| *product += weighted * other);
            }
        }
        let covariance = |i: usize, j: usize| products[i.max(j) * variables + i.min(j)] / weights - sums[i] / weights * (sums[j] / weights);
        let deviations: Vec<f64> = (0..variables).map(|i| covariance(i, i).sqrt()).collect();
        if !deviations.iter().all(|deviation| *deviation > 0.0 && deviation.is_finite()) {
            return Err(not_varying());
        }
        let correlation = |i: usize, j: usize| if i == j { 1.0 } else { covariance(i, j) / deviations[i] / deviations[j] };
        Ok((0..variables).map(|i| (0..variables).map(|j| correlation(i, j)).collect()).collect())
    }

    /// Each correlation over the respondents with both values, with means and deviations of those.
    fn pairwise(&self, present: &[f64], factors: Option<&[f64]>) -> Result<Matrix> {
        let variables = self.variables;
        let square = || vec![0.0; variables * variables];
        let (mut weights, mut sums, mut squares, mut products) = (square(), square(), square(), square());
        for (at, (row, there)) in self.values.chunks_exact(variables).zip(present.chunks_exact(variables)).enumerate() {
            let weight = self.weights[at] * factors.map_or(1.0, |factors| factors[at]);
            for i in 0..variables {
                for j in 0..variables {
                    let (cell, shared) = (i * variables + j, weight * there[i] * there[j]);
                    weights[cell] += shared;
                    sums[cell] += shared * row[i];
                    squares[cell] += shared * row[i] * row[i];
                    products[cell] += shared * row[i] * row[j];
                }
            }
        }
        let variance = |i: usize, j: usize| {
            let cell = i * variables + j;
            squares[cell] / weights[cell] - (sums[cell] / weights[cell]).powi(2)
        };
        let correlation = |i: usize, j: usize| {
            let (cell, mirror) = (i * variables + j, j * variables + i);
            let covariance = products[cell] / weights[cell] - sums[cell] / weights[cell] * (sums[mirror] / weights[cell]);
            if i == j { 1.0 } else { covariance / (variance(i, j) * variance(j, i)).sqrt() }
        };
        let matrix: Matrix = (0..variables).map(|i| (0..variables).map(|j| correlation(i.max(j), i.min(j))).collect()).collect();
        if matrix.iter().flatten().all(|correlation| correlation.is_finite()) { Ok(matrix) } else { Err(not_varying()) }
    }
}

fn not_varying() -> Error {
    Error::new(ErrorKind::InsufficientData, "a driver does not vary, or is too large, among those who answered it and another")
}

/// Drivers, indicators of what is missing, and the outcome, for `rows`; and which variables are one driver.
fn columns(rows: &[u32], drivers: &[&[f64]], outcome: &[f64], missing: Missing) -> (Vec<Vec<f64>>, Vec<Vec<usize>>) {
    let take = |values: &[f64]| rows.iter().map(|&row| values[row as usize]).collect::<Vec<f64>>();
    let mut columns: Vec<Vec<f64>> = drivers.iter().map(|values| take(values)).collect();
    let mut blocks: Vec<Vec<usize>> = (0..drivers.len()).map(|at| vec![at]).collect();
    if missing == Missing::Indicator {
        for block in &mut blocks {
            let values = &columns[block[0]];
            if values.iter().any(|value| value.is_nan()) {
                let indicator = values.iter().map(|value| f64::from(u8::from(value.is_nan()))).collect();
                block.push(columns.len());
                columns.push(indicator);
            }
        }
    }
    columns.push(take(outcome));
    (columns, blocks)
}

/// The order of `rows` by stratum, unit, and then by what they hold.
fn sorted(design: &Design, rows: &[u32], columns: &[Vec<f64>]) -> Vec<usize> {
    let content = |at: usize| std::iter::once(design.weights[rows[at] as usize]).chain(columns.iter().map(move |column| column[at]));
    let key = |at: usize| {
        let primary = design.primary(rows[at]);
        let hash = content(at).fold(0_u64, |hash, value| (hash.rotate_left(23) ^ value.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        (primary.stratum, primary.unit.unwrap_or_default(), hash)
    };
    let mut order: Vec<((u32, u32, u64), usize)> = (0..rows.len()).map(|at| (key(at), at)).collect();
    order.sort_unstable_by(|(a, at), (b, bt)| a.cmp(b).then_with(|| content(*at).map(f64::to_bits).cmp(content(*bt).map(f64::to_bits))));
    order.into_iter().map(|(_, at)| at).collect()
}

/// The unit of each respondent in `order`, and the strata with theirs. Units in which nobody counts come last in each stratum and have no place.
fn units(design: &Design, rows: &[u32], order: &[usize]) -> (Vec<u32>, Vec<Stratum>) {
    let (mut units, mut strata): (Vec<u32>, Vec<Stratum>) = (Vec::with_capacity(order.len()), Vec::new());
    let (mut count, mut last) = (0_usize, None);
    for &at in order {
        let primary = design.primary(rows[at]);
        if last.is_none_or(|(stratum, _)| stratum != primary.stratum) {
            strata.push(Stratum { units: count..count, sampled: primary.sampled as usize, left_out: primary.left_out });
        }
        if primary.unit.is_none() || last != Some((primary.stratum, primary.unit)) {
            count += 1;
            if let Some(stratum) = strata.last_mut() {
                stratum.units.end = count;
            }
        }
        last = Some((primary.stratum, primary.unit));
        units.push(count as u32 - 1);
    }
    (units, strata)
}
