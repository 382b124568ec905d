use crate::statistics::adjustment::dot;
use crate::statistics::exact::ExactSum;
use crate::statistics::linear::solve;

/// How far calibrated weights are from those of before (Deville and Sarndal 1992, 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distance {
    /// Case 1: chi-squared; within bounds case 7.
    Linear,
    /// Case 2: multiplicative, as raking is.
    Raking,
    /// Case 6: logit between bounds.
    Logit,
}

/// Factors of weights, and how they came about.
#[derive(Clone, Debug)]
pub(crate) struct Calibrated {
    /// Weight after over weight before.
    pub factors: Vec<f64>,
    pub iterations: usize,
    /// Largest distance of a total from its target over 1 + the target, as R measures it.
    pub gap: f64,
    /// The auxiliary variable of that total.
    pub worst: usize,
}

/// Factors F(x'b) such that the weights x factors meet `targets` in each auxiliary variable, by Newton's method from b = 0, halving steps
/// that leave the domain. `bounds` hold the factors; without, they are (-inf, inf).
pub(crate) fn calibrate(
    weights: &[f64],
    auxiliaries: &[Vec<f64>],
    targets: &[f64],
    (distance, bounds): (Distance, (f64, f64)),
    (tolerance, most): (f64, usize),
) -> Option<Calibrated> {
    let k = auxiliaries.len();
    // Auxiliaries of one size make the system as regular as it can be; b is then of the scaled ones.
    let sizes: Vec<f64> = auxiliaries.iter().map(|x| x.iter().fold(0.0_f64, |size, x| size.max(x.abs()))).collect();
    let scaled: Vec<Vec<f64>> =
        auxiliaries.iter().zip(&sizes).map(|(x, &size)| x.iter().map(|x| if size > 0.0 { x / size } else { 0.0 }).collect()).collect();
    let linear = |b: &[f64]| -> Vec<f64> { (0..weights.len()).map(|row| scaled.iter().zip(b).map(|(x, b)| x[row] * b).sum()).collect() };
    let factor = |u: f64| distance.factor(u, bounds);
    let misfit = |factors: &[(f64, f64)]| -> Vec<f64> {
        let total = |x: &Vec<f64>| (0..weights.len()).map(|row| weights[row] * factors[row].0 * x[row]).collect::<ExactSum>().value();
        scaled
            .iter()
            .zip(targets)
            .zip(&sizes)
            .map(|((x, target), size)| if *size > 0.0 { target / size - total(x) } else { *target })
            .collect()
    };
    let largest = |misfit: &[f64]| {
        let gaps = misfit
            .iter()
            .zip(targets)
            .zip(&sizes)
            .map(|((gap, target), size)| gap.abs() * size.max(f64::MIN_POSITIVE) / (1.0 + target.abs()));
        gaps.enumerate().fold((0.0, 0), |worst, (at, gap)| if gap > worst.0 || gap.is_nan() { (gap, at) } else { worst })
    };
    let mut b = vec![0.0; k];
    let mut factors: Vec<(f64, f64)> = linear(&b).into_iter().map(factor).collect();
    let mut gaps = misfit(&factors);
    let mut calibrated = Calibrated { factors: Vec::new(), iterations: 0, gap: f64::INFINITY, worst: 0 };
    (calibrated.gap, calibrated.worst) = largest(&gaps);
    while calibrated.iterations < most && (calibrated.gap.is_nan() || calibrated.gap > tolerance) {
        calibrated.iterations += 1;
        let slopes: Vec<f64> = weights.iter().zip(&factors).map(|(weight, factor)| weight * factor.1).collect();
        let weighted: Vec<Vec<f64>> = scaled.iter().map(|x| x.iter().zip(&slopes).map(|(x, slope)| x * slope).collect()).collect();
        let matrix: Vec<Vec<f64>> = weighted.iter().map(|a| scaled.iter().map(|b| dot(a, b)).collect()).collect();
        let step = solve(&matrix, &gaps.iter().map(|&gap| vec![gap]).collect::<Vec<_>>())?;
        let mut length = 1.0;
        loop {
            let next: Vec<f64> = b.iter().zip(&step).map(|(b, step)| b + length * step[0]).collect();
            let next_factors: Vec<(f64, f64)> = linear(&next).into_iter().map(factor).collect();
            let defined = next_factors.iter().all(|(value, slope)| value.is_finite() && slope.is_finite());
            // A step that leads further away went beyond what is nearly straight.
            if defined && (largest(&misfit(&next_factors)).0 < calibrated.gap || length < 1e-6) {
                (b, factors) = (next, next_factors);
                break;
            }
            length /= 2.0;
            if length < 1e-9 {
                return None;
            }
        }
        gaps = misfit(&factors);
        (calibrated.gap, calibrated.worst) = largest(&gaps);
    }
    calibrated.factors = factors.into_iter().map(|(value, _)| value).collect();
    Some(calibrated)
}

impl Distance {
    /// The factor at `u`, and its slope.
    fn factor(self, u: f64, (low, high): (f64, f64)) -> (f64, f64) {
        match self {
            Self::Logit => {
                let steepness = (high - low) / ((1.0 - low) * (high - 1.0));
                let e = (steepness * u).exp();
                let below = high - 1.0 + (1.0 - low) * e;
                let value = if e.is_infinite() { high } else { (low * (high - 1.0) + high * (1.0 - low) * e) / below };
                let slope = if e.is_infinite() { 0.0 } else { (high - low) * (high - low) * e / (below * below) };
                (value, slope)
            }
            Self::Linear | Self::Raking => {
                let (value, slope) = if self == Self::Linear { (1.0 + u, 1.0) } else { (u.exp(), u.exp()) };
                (value.clamp(low, high), if value > low && value < high { slope } else { 0.0 })
            }
        }
    }
}
