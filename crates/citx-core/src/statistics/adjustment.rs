//! What weighting explains of a variable, and so takes out of its variance.

use std::sync::Arc;

use super::crossed::{CellTable, Crossed, greatest};
use super::exact::ExactSum;

/// A weighting that a design has been through, and the weights before and after it. Scores lose what it explains of them before their
/// variance is taken, as in R `survey` (Valliant 1993 for post-strata; Deville, Sarndal and Sautory 1993 for raking and calibration).
#[derive(Clone, Debug)]
pub(crate) struct Adjusted {
    pub adjustment: Adjustment,
    pub before: Arc<Vec<f64>>,
    pub after: Arc<Vec<f64>>,
}

/// A weighting, by what it explains.
#[derive(Clone, Debug)]
pub(crate) enum Adjustment {
    PostStrata(Arc<Crossed>),
    Raking(Arc<Crossed>),
    Calibration(Regression),
}

/// Orthonormal columns that span sqrt(weight) x auxiliary variables.
#[derive(Clone, Debug)]
pub(crate) struct Regression {
    pub columns: Vec<Vec<f64>>,
    /// Weight after over the square root of the weight before.
    pub scale: Vec<f64>,
}

/// Rounds over the margins of a raking: R does ten.
const ROUNDS: usize = 10;

impl Adjusted {
    /// Takes what it explains out of `scores`: for each row weight x linearised value, 0 outside the domain.
    pub fn residuals(&self, scores: &mut [f64]) {
        let (crossed, effects) = match &self.adjustment {
            Adjustment::Calibration(regression) => return regression.residuals(scores),
            Adjustment::PostStrata(crossed) => (crossed, self.means(crossed, scores)),
            Adjustment::Raking(crossed) => (crossed, self.margin_effects(crossed, scores)),
        };
        let explained = crossed.changed(&vec![0.0; scores.len()], &effects, |sum, effect| sum + effect);
        for ((score, after), explained) in scores.iter_mut().zip(&*self.after).zip(explained).filter(|((_, after), _)| **after > 0.0) {
            *score -= after * explained;
        }
    }

    /// The scores' linearised values; 0 for rows without weight.
    fn values(&self, scores: &[f64]) -> Vec<f64> {
        scores.iter().zip(&*self.after).map(|(score, after)| if *after > 0.0 { score / after } else { 0.0 }).collect()
    }

    /// The mean of each post-stratum, by the weights before.
    fn means(&self, crossed: &Crossed, scores: &[f64]) -> Vec<CellTable> {
        let weighted: Vec<f64> = self.values(scores).iter().zip(&*self.before).map(|(value, before)| value * before).collect();
        let mut means = crossed.weights(&self.before);
        for (group, means) in means.iter_mut().enumerate() {
            let sums = crossed.sums(group, &weighted, &[], greatest(&weighted), |sum, _| sum);
            means.iter_mut().zip(sums).for_each(|(mean, sum)| *mean = if *mean > 0.0 { sum / *mean } else { 0.0 });
        }
        means
    }

    /// For each cell the sum of what rounds of means of the margins leave of one another.
    fn margin_effects(&self, crossed: &Crossed, scores: &[f64]) -> Vec<CellTable> {
        let values = self.values(scores);
        let ones: Vec<f64> = self.after.iter().map(|after| f64::from(u8::from(*after > 0.0))).collect();
        let sizes = crossed.weights(&ones);
        let mut effects = crossed.tables(0.0);
        let (several, largest) = (effects.len() > 1, greatest(&values));
        let mut sums = Vec::new();
        for round in 0..ROUNDS {
            for (group, margins) in crossed.categories().enumerate() {
                if several || round == 0 {
                    let most = effects.iter().fold(largest, |most, effects| most + greatest(effects));
                    sums = crossed.sums(group, &values, &effects, most, |value, effect| value - effect);
                }
                for categories in margins {
                    let count = categories.iter().max().map_or(0, |&last| last as usize + 1);
                    let (mut left, mut size) = (vec![0.0; count], vec![0.0; count]);
                    for (cell, &category) in categories.iter().enumerate() {
                        left[category as usize] += sums[cell] - sizes[group][cell] * effects[group][cell];
                        size[category as usize] += sizes[group][cell];
                    }
                    for (effect, &category) in effects[group].iter_mut().zip(categories) {
                        if size[category as usize] > 0.0 {
                            *effect += left[category as usize] / size[category as usize];
                        }
                    }
                }
            }
        }
        effects
    }
}

impl Regression {
    /// Of auxiliary variables by column and the weights before and after; columns that the earlier ones explain are left out.
    pub fn new(auxiliaries: &[Vec<f64>], before: &[f64], after: &[f64]) -> Self {
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for auxiliary in auxiliaries {
            let mut column: Vec<f64> = auxiliary.iter().zip(before).map(|(x, weight)| x * weight.sqrt()).collect();
            let length = dot(&column, &column).sqrt();
            // Twice is enough (Parlett 1980, 6.9).
            for _ in 0..2 {
                for basis in &columns {
                    let along = dot(basis, &column);
                    column.iter_mut().zip(basis).for_each(|(x, basis)| *x -= along * basis);
                }
            }
            let left = dot(&column, &column).sqrt();
            if left > 1e-9 * length {
                column.iter_mut().for_each(|x| *x /= left);
                columns.push(column);
            }
        }
        let scale = before.iter().zip(after).map(|(before, after)| after / before.sqrt()).collect();
        Self { columns, scale }
    }

    fn residuals(&self, scores: &mut [f64]) {
        let usable = |scale: f64| scale != 0.0 && scale.is_finite();
        let mut left: Vec<f64> = scores.iter().zip(&self.scale).map(|(x, &scale)| if usable(scale) { x / scale } else { 0.0 }).collect();
        for _ in 0..2 {
            for basis in &self.columns {
                let along = dot(basis, &left);
                left.iter_mut().zip(basis).for_each(|(x, basis)| *x -= along * basis);
            }
        }
        for ((score, left), &scale) in scores.iter_mut().zip(left).zip(&self.scale) {
            if usable(scale) {
                *score = left * scale;
            }
        }
    }
}

/// The sum of products, in any order of the rows.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).filter(|&(&a, &b)| a != 0.0 && b != 0.0).map(|(a, b)| a * b).collect::<ExactSum>().value()
}
