//! How much of an outcome each of several predictors explains, from their correlations alone.

use crate::{Error, ErrorKind, Result};

/// A symmetric matrix by rows.
pub(crate) type Matrix = Vec<Vec<f64>>;

/// Of a variable of unit variance, what must be left after taking away what others explain; below it is collinear with them.
pub(crate) const COLLINEAR: f64 = 1e-9;

/// Blocks beyond which all subsets are too many.
pub(crate) const MOST_BLOCKS: usize = 20;

/// Shares of R squared. A block is one predictor, or a predictor with the indicator of its missing values, which enter together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Importance {
    pub r_squared: f64,
    /// Shapley value of each block: LMG of Lindeman, Merenda and Gold (1980).
    pub lmg: Vec<f64>,
    /// R squared with the block alone.
    pub first: Vec<f64>,
    /// What R squared loses without the block.
    pub last: Vec<f64>,
    /// Johnson's (2000) relative weights.
    pub relative: Vec<f64>,
    /// Standardised coefficient of each block's first predictor; NaN where others determine it.
    pub beta: Vec<f64>,
    /// Pratt's (1987) measure: that coefficient times the correlation with the outcome.
    pub pratt: Vec<f64>,
    /// Variance inflation factor of each block's first predictor; infinite where others determine it.
    pub vif: Vec<f64>,
}

/// The importance of `blocks` of predictors in a correlation matrix whose last variable is the outcome.
///
/// # Errors
/// `LimitExceeded` for more than 20 blocks; `InsufficientData` for a matrix that no data could have, as pairwise correlations may be.
pub(crate) fn importance(correlations: &Matrix, blocks: &[Vec<usize>]) -> Result<Importance> {
    if blocks.len() > MOST_BLOCKS {
        let message = format!("{} drivers have too many subsets to be taken each; at most {MOST_BLOCKS}", blocks.len());
        return Err(Error::new(ErrorKind::LimitExceeded, message));
    }
    let outcome = correlations.len() - 1;
    if eigen(correlations).0.iter().any(|&value| value < -1e-8) {
        let message =
            "the pairwise correlations contradict each other: their matrix has a negative eigenvalue; use `listwise` or `indicator`";
        return Err(Error::new(ErrorKind::InsufficientData, message));
    }
    let r_squared = subsets(correlations, blocks);
    let full = r_squared.len() - 1;
    let (beta, vif) = coefficients(correlations);
    let head = |block: &Vec<usize>| block[0];
    let relative = relative_weights(correlations);
    Ok(Importance {
        r_squared: r_squared[full],
        lmg: shapley(&r_squared, blocks.len()),
        first: (0..blocks.len()).map(|block| r_squared[1 << block]).collect(),
        last: (0..blocks.len()).map(|block| (r_squared[full] - r_squared[full & !(1 << block)]).max(0.0)).collect(),
        relative: blocks.iter().map(|block| block.iter().map(|&at| relative[at]).sum()).collect(),
        beta: blocks.iter().map(|block| beta[head(block)]).collect(),
        pratt: blocks.iter().map(|block| block.iter().map(|&at| beta[at] * correlations[at][outcome]).sum()).collect(),
        vif: blocks.iter().map(|block| vif[head(block)]).collect(),
    })
}

/// R squared of every subset of blocks, by its bits. What is left of the later variables after each choice is handed down, so that all
/// 2^p regressions together cost a few multiples of 2^p operations.
fn subsets(correlations: &Matrix, blocks: &[Vec<usize>]) -> Vec<f64> {
    let mut order: Vec<usize> = blocks.iter().flatten().copied().collect();
    order.push(correlations.len() - 1);
    let left: Vec<f64> = order.iter().flat_map(|&i| order.iter().map(move |&j| correlations[i][j])).collect();
    let mut buffers = vec![vec![0.0; left.len()]; blocks.len()];
    let sizes: Vec<usize> = blocks.iter().map(Vec::len).collect();
    let mut search = Search { size: order.len(), r_squared: vec![0.0; 1 << blocks.len()] };
    search.visit(&left, (0, 0), (&sizes, 1), &mut buffers);
    search.r_squared
}

struct Search {
    /// Rows and columns of a matrix, which is kept row by row.
    size: usize,
    r_squared: Vec<f64>,
}

impl Search {
    /// Chooses for and against the first of the blocks that are left; variables before `start` are done with.
    fn visit(&mut self, left: &[f64], (start, subset): (usize, usize), (blocks, bit): (&[usize], usize), buffers: &mut [Vec<f64>]) {
        let (Some((&block, blocks)), Some((own, buffers))) = (blocks.split_first(), buffers.split_first_mut()) else {
            self.r_squared[subset] = (1.0 - left[left.len() - 1]).clamp(0.0, 1.0);
            return;
        };
        let next = start + block;
        self.visit(left, (next, subset), (blocks, bit << 1), buffers);
        own[start * self.size..].copy_from_slice(&left[start * self.size..]);
        (start..next).for_each(|pivot| eliminate(own, self.size, pivot));
        self.visit(own, (next, subset | bit), (blocks, bit << 1), buffers);
    }
}

/// Takes variable `pivot` into account in what is left of the later ones; one that others determine takes nothing away.
fn eliminate(left: &mut [f64], size: usize, pivot: usize) {
    let (upper, lower) = left.split_at_mut((pivot + 1) * size);
    let own = &upper[pivot * size + pivot + 1..];
    let variance = upper[pivot * size + pivot];
    if variance < COLLINEAR {
        return;
    }
    for row in lower.chunks_exact_mut(size) {
        let factor = row[pivot] / variance;
        row[pivot + 1..].iter_mut().zip(own).for_each(|(value, own)| *value -= factor * own);
    }
}

/// The Shapley value of each block: what it adds to R squared, averaged over the orders in which blocks may enter.
fn shapley(r_squared: &[f64], blocks: usize) -> Vec<f64> {
    // |S|! (p - 1 - |S|)! / p! = 1 / (p choose |S|) / (p - |S|)
    let mut share = Vec::with_capacity(blocks);
    let mut choose = 1.0;
    for size in 0..blocks {
        share.push(1.0 / choose / (blocks - size) as f64);
        choose *= (blocks - size) as f64 / (size + 1) as f64;
    }
    let value = |block: usize| {
        let without = (0..r_squared.len()).filter(|subset| subset & 1 << block == 0);
        without.map(|subset| share[subset.count_ones() as usize] * (r_squared[subset | 1 << block] - r_squared[subset])).sum()
    };
    (0..blocks).map(value).collect()
}

/// Standardised coefficients and variance inflation factors of all predictors, each from the others alone.
fn coefficients(correlations: &Matrix) -> (Vec<f64>, Vec<f64>) {
    let outcome = correlations.len() - 1;
    let size = correlations.len();
    let one = |own: usize| {
        // With the predictor last but the outcome, what is left of it and of its covariance is 1 / VIF and beta / VIF.
        let order: Vec<usize> = (0..outcome).filter(|&at| at != own).chain([own, outcome]).collect();
        let mut left: Vec<f64> = order.iter().flat_map(|&i| order.iter().map(move |&j| correlations[i][j])).collect();
        (0..size - 2).for_each(|pivot| eliminate(&mut left, size, pivot));
        let (variance, covariance) = (left[(size - 2) * size + size - 2], left[(size - 2) * size + size - 1]);
        if variance < COLLINEAR { (f64::NAN, f64::INFINITY) } else { (covariance / variance, 1.0 / variance) }
    };
    (0..outcome).map(one).unzip()
}

/// Johnson's (2000) relative weights: with R = V D V', the shares of the outcome's regression on the orthogonal variables nearest to the
/// predictors, given back to these by Lambda = V sqrt(D) V'. Directions without variance carry nothing.
fn relative_weights(correlations: &Matrix) -> Vec<f64> {
    let p = correlations.len() - 1;
    let predictors: Matrix = correlations[..p].iter().map(|row| row[..p].to_vec()).collect();
    let with_outcome: Vec<f64> = correlations[..p].iter().map(|row| row[p]).collect();
    let (values, vectors) = eigen(&predictors);
    let spectral = |f: &dyn Fn(f64) -> f64, i: usize, j: usize| -> f64 {
        values.iter().zip(&vectors).filter(|(value, _)| **value > COLLINEAR).map(|(value, vector)| vector[i] * f(*value) * vector[j]).sum()
    };
    let shares: Vec<f64> = (0..p)
        .map(|k| {
            let beta: f64 = (0..p).map(|j| spectral(&|value| 1.0 / value.sqrt(), k, j) * with_outcome[j]).sum();
            beta * beta
        })
        .collect();
    (0..p).map(|i| (0..p).map(|k| spectral(&f64::sqrt, i, k).powi(2) * shares[k]).sum()).collect()
}

/// Eigenvalues and unit eigenvectors of a symmetric matrix by Jacobi's rotations (Golub and Van Loan 2013, 8.5).
pub(crate) fn eigen(matrix: &Matrix) -> (Vec<f64>, Matrix) {
    let n = matrix.len();
    let mut a = matrix.clone();
    let mut vectors: Matrix = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for _ in 0..60 {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j] * a[i][j]).sum();
        if off < 1e-30 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), vectors)
}

/// Makes `a[p][q]` 0; `vectors` holds one eigenvector in each row.
fn rotate(a: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    if a[p][q] == 0.0 {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for row in a.iter_mut() {
        (row[p], row[q]) = (cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]);
    }
    for matrix in [a, vectors] {
        let (upper, lower) = matrix.split_at_mut(q);
        for (x, y) in upper[p].iter_mut().zip(&mut lower[0]) {
            (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn singles(count: usize) -> Vec<Vec<usize>> {
        (0..count).map(|at| vec![at]).collect()
    }

    fn close(ours: f64, theirs: f64) {
        assert!((ours - theirs).abs() < 1e-10, "{ours} against {theirs}");
    }

    #[test]
    fn two_predictors_have_the_closed_form() {
        // LMG of x1 is half of r1^2 and of R^2 - r2^2.
        let (r1, r2, r12) = (0.5, 0.3, 0.4);
        let matrix = vec![vec![1.0, r12, r1], vec![r12, 1.0, r2], vec![r1, r2, 1.0]];
        let r_squared = (r1 * r1 + r2 * r2 - 2.0 * r1 * r2 * r12) / (1.0 - r12 * r12);
        let found = importance(&matrix, &singles(2)).expect("a correlation matrix");
        close(found.r_squared, r_squared);
        close(found.lmg[0], (r1 * r1 + r_squared - r2 * r2) / 2.0);
        close(found.first[1], r2 * r2);
        close(found.last[1], r_squared - r1 * r1);
        close(found.beta[0], (r1 - r12 * r2) / (1.0 - r12 * r12));
        close(found.pratt.iter().sum(), r_squared);
        close(found.relative.iter().sum(), r_squared);
        close(found.vif[0], 1.0 / (1.0 - r12 * r12));
    }

    #[test]
    fn twins_share_what_they_explain() {
        let matrix = vec![vec![1.0, 1.0, 0.2, 0.6], vec![1.0, 1.0, 0.2, 0.6], vec![0.2, 0.2, 1.0, 0.3], vec![0.6, 0.6, 0.3, 1.0]];
        let found = importance(&matrix, &singles(3)).expect("a correlation matrix");
        close(found.lmg[0], found.lmg[1]);
        close(found.relative[0], found.relative[1]);
        close(found.lmg.iter().sum(), found.r_squared);
        close(found.last[0], 0.0);
        assert!(found.beta[0].is_nan() && found.vif[1].is_infinite() && found.beta[2].is_finite());
    }

    #[test]
    fn correlations_that_no_data_have_and_too_many_drivers_are_refused() {
        let impossible = vec![vec![1.0, 0.9, -0.9], vec![0.9, 1.0, 0.9], vec![-0.9, 0.9, 1.0]];
        assert_eq!(importance(&impossible, &singles(2)).expect_err("impossible").kind(), ErrorKind::InsufficientData);
        let identity: Matrix = (0..22).map(|i| (0..22).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        assert_eq!(importance(&identity, &singles(21)).expect_err("2^21").kind(), ErrorKind::LimitExceeded);
    }

    /// Correlations of random columns.
    fn correlations(data: &[Vec<f64>]) -> Matrix {
        let centred: Vec<Vec<f64>> = data
            .iter()
            .map(|column| {
                let mean = column.iter().sum::<f64>() / column.len() as f64;
                let length = column.iter().map(|x| (x - mean).powi(2)).sum::<f64>().sqrt();
                column.iter().map(|x| (x - mean) / length).collect()
            })
            .collect();
        centred.iter().map(|a| centred.iter().map(|b| a.iter().zip(b).map(|(a, b)| a * b).sum()).collect()).collect()
    }

    proptest! {
        #[test]
        fn shares_add_up_and_do_not_depend_on_order(
            data in proptest::collection::vec(proptest::collection::vec(-10.0_f64..10.0, 12), 4..=6),
        ) {
            let found = importance(&correlations(&data), &singles(data.len() - 1)).expect("real correlations");
            for shares in [&found.lmg, &found.relative, &found.pratt] {
                prop_assert!((shares.iter().sum::<f64>() - found.r_squared).abs() < 1e-8);
            }
            prop_assert!(found.lmg.iter().zip(&found.last).all(|(lmg, _)| *lmg > -1e-12));
            let mut turned = data.clone();
            let predictors = turned.len() - 1;
            turned[..predictors].rotate_left(1);
            let again = importance(&correlations(&turned), &singles(predictors)).expect("real correlations");
            prop_assert!((again.lmg[predictors - 1] - found.lmg[0]).abs() < 1e-9);
            prop_assert!((again.relative[predictors - 1] - found.relative[0]).abs() < 1e-9);
        }
    }
}
