use crate::statistics::exact::ExactSum;

/// What becomes of the weight that trimming takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrimRule {
    /// Shared out equally over the weights that were not trimmed, which may lift some beyond the cap (R `trimWeights`).
    Redistribute,
    /// The same again until none is beyond (R `trimWeights(strict = TRUE)`).
    RedistributeStrictly,
    /// All weights are multiplied by what restores their sum, which may lift trimmed ones beyond the cap again (balance).
    Rescale,
}

/// Trimmed weights, how many were trimmed, and in how many rounds; nothing where no untrimmed weight is left to share with.
pub(crate) fn trim(weights: &[f64], lower: f64, upper: f64, rule: TrimRule) -> Option<(Vec<f64>, usize, usize)> {
    let is_outside = |weight: f64| weight > 0.0 && (weight < lower || weight > upper);
    let mut now = weights.to_vec();
    let mut rounds = 0;
    // A weight once trimmed stays at its bound unless it is shared with; each strict round trims at least one more.
    while now.iter().any(|&weight| is_outside(weight)) && rounds <= weights.len() {
        rounds += 1;
        let outside: Vec<bool> = now.iter().map(|&weight| is_outside(weight)).collect();
        let before = now.clone();
        now.iter_mut().filter(|weight| **weight > 0.0).for_each(|weight| *weight = weight.clamp(lower, upper));
        if rule == TrimRule::Rescale {
            let sum = |weights: &[f64]| weights.iter().copied().collect::<ExactSum>().value();
            let factor = sum(&before) / sum(&now);
            now.iter_mut().for_each(|weight| *weight *= factor);
            break;
        }
        let taken = before.iter().zip(&now).map(|(before, now)| before - now).collect::<ExactSum>().value();
        let kept = outside.iter().zip(&now).filter(|&(outside, &weight)| !outside && weight > 0.0).count();
        if kept == 0 {
            return None;
        }
        let share = taken / kept as f64;
        now.iter_mut().zip(&outside).filter(|(weight, outside)| !**outside && **weight > 0.0).for_each(|(weight, _)| *weight += share);
        if rule == TrimRule::Redistribute {
            break;
        }
    }
    let trimmed = weights.iter().filter(|&&weight| is_outside(weight)).count();
    now.iter().all(|weight| *weight >= 0.0 && weight.is_finite()).then_some((now, trimmed, rounds))
}
