//! What weighting explains of a variable, and so takes out of its variance.

use super::exact::ExactSum;

/// A weighting that a design has been through. Scores lose what it explains of them before their variance is taken, as in R `survey`
/// (Valliant 1993 for post-strata; Deville, Sarndal and Sautory 1993 for raking and calibration).
#[derive(Clone, Debug)]
pub(crate) enum Adjustment {
    PostStrata(Cells),
    Raking { cells: Cells, margins: Vec<Vec<u32>> },
    Calibration(Regression),
}

/// Cells of a cross-classification: what post-strata and the meeting of raking margins are.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    /// Cell of each row.
    pub of_row: Vec<u32>,
    pub count: usize,
    /// Weight of each row before, and after; rows without weight are in no mean.
    pub before: Vec<f64>,
    pub after: Vec<f64>,
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

impl Adjustment {
    /// Takes what it explains out of `scores`: for each row weight x linearised value, 0 outside the domain.
    pub fn residuals(&self, scores: &mut [f64]) {
        match self {
            Self::PostStrata(cells) => {
                let [mut sums, mut weights] = std::array::from_fn(|_| vec![ExactSum::new(); cells.count]);
                for (row, weight) in cells.weighted() {
                    let cell = cells.of_row[row] as usize;
                    if scores[row] != 0.0 {
                        sums[cell].add(scores[row] * weight / cells.after[row]);
                    }
                    weights[cell].add(weight);
                }
                let means: Vec<f64> = sums.iter().zip(&weights).map(|(sum, weight)| sum.value() / weight.value()).collect();
                cells.subtract(scores, &means);
            }
            Self::Raking { cells, margins } => cells.subtract(scores, &raking_effects(cells, margins, scores)),
            Self::Calibration(regression) => regression.residuals(scores),
        }
    }
}

impl Cells {
    /// Rows that have a weight after, with that of before.
    fn weighted(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.before.iter().enumerate().filter(|&(row, _)| self.after[row] > 0.0).map(|(row, &weight)| (row, weight))
    }

    fn subtract(&self, scores: &mut [f64], means: &[f64]) {
        for (row, _) in self.weighted() {
            scores[row] -= self.after[row] * means[self.of_row[row] as usize];
        }
    }
}

/// For each cell the sum of what ten rounds of margin means leave: all that the rounds need of the rows is each cell's sum and size.
fn raking_effects(cells: &Cells, margins: &[Vec<u32>], scores: &[f64]) -> Vec<f64> {
    let mut sums = vec![ExactSum::new(); cells.count];
    let mut sizes = vec![0.0; cells.count];
    for (row, _) in cells.weighted() {
        let cell = cells.of_row[row] as usize;
        sizes[cell] += 1.0;
        if scores[row] != 0.0 {
            sums[cell].add(scores[row] / cells.after[row]);
        }
    }
    let sums: Vec<f64> = sums.iter().map(ExactSum::value).collect();
    let mut effects = vec![0.0; cells.count];
    for margin in (0..ROUNDS).flat_map(|_| margins) {
        let categories = margin.iter().max().map_or(0, |&last| last as usize + 1);
        let (mut left, mut size) = (vec![0.0; categories], vec![0.0; categories]);
        for (cell, &category) in margin.iter().enumerate() {
            left[category as usize] += sums[cell] - sizes[cell] * effects[cell];
            size[category as usize] += sizes[cell];
        }
        for (effect, &category) in effects.iter_mut().zip(margin) {
            if size[category as usize] > 0.0 {
                *effect += left[category as usize] / size[category as usize];
            }
        }
    }
    effects
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
