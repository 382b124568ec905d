use std::collections::HashMap;

use super::sample::Sample;
use crate::Result;
use crate::satisfaction::answers::Answers;
use crate::satisfaction::instrument::invalid;
use crate::statistics::ExactSum;
use crate::statistics::codes::labels;

/// Respondents with a value in both waves.
pub(super) struct Overlap {
    /// By row of each wave, whether its respondent is one.
    pub before: Vec<bool>,
    pub after: Vec<bool>,
    /// Rows of the earlier and the later wave.
    rows: Vec<(u32, u32)>,
}

/// What the respondents of both waves say of the difference.
pub(super) struct Paired {
    pub n: f64,
    /// Covariance of the two waves' estimates.
    pub covariance: f64,
    /// Sum of squared differences, for a test that takes them as equally likely in both directions.
    pub squares: f64,
    /// Whether both waves consist of them.
    pub complete: bool,
}

impl Overlap {
    /// Those whose key is in both waves; nothing for waves without keys. `needed`: the caller asked for them.
    pub fn find(before: &Sample<'_>, after: &Sample<'_>, needed: bool, warnings: &mut Vec<String>) -> Result<Option<Self>> {
        let (Some((earlier, _, before_rows)), Some((later, _, after_rows))) = (&before.answers, &after.answers) else {
            return if needed { Err(invalid("surveys of counts have no respondents to match")) } else { Ok(None) };
        };
        if earlier.options.key.is_none() || later.options.key.is_none() {
            let message = "a wave has no `key`, which says whose each answer is, so that respondents cannot be matched";
            return if needed { Err(invalid(message)) } else { Ok(None) };
        }
        let (own, others) = (keys(earlier, before_rows)?, keys(later, after_rows)?);
        let (Some(own), Some(others)) = (own, others) else {
            let message = "a key is there twice in one wave, so that respondents cannot be matched";
            warnings.push("KeyRepeated".into());
            return if needed { Err(invalid(message)) } else { Ok(None) };
        };
        let mut rows: Vec<(u32, u32)> = own.iter().filter_map(|(key, &row)| others.get(key).map(|&other| (row, other))).collect();
        rows.sort_unstable();
        if rows.is_empty() && !needed {
            return Ok(None);
        }
        if !(before.plain && after.plain) && (is_complex(earlier) || is_complex(later)) {
            warnings.push("OverlapApproximate".into());
        }
        let mut overlap = Self { before: vec![false; earlier.design.rows()], after: vec![false; later.design.rows()], rows };
        for &(row, other) in &overlap.rows {
            overlap.before[row as usize] = true;
            overlap.after[other as usize] = true;
        }
        Ok(Some(overlap))
    }

    /// The covariance of the two estimates: n12 / (n12 - 1) x sum of w1 w2 (y1 - mean y1) (y2 - mean y2) / (W1 W2) over those of both
    /// waves, with their own means, W each wave's sum of weights; unweighted n12 / (n1 n2) x s12 (Kish 1965, 12.4).
    pub fn pairs(&self, before: &Sample<'_>, after: &Sample<'_>) -> Paired {
        let (Some((earlier, x, before_rows)), Some((later, y, after_rows))) = (&before.answers, &after.answers) else {
            return Paired { n: 0.0, covariance: 0.0, squares: 0.0, complete: false };
        };
        let n = self.rows.len() as f64;
        let values = |&(row, other): &(u32, u32)| (x.values[row as usize], y.values[other as usize]);
        let weights = |&(row, other): &(u32, u32)| (earlier.design.weights[row as usize], later.design.weights[other as usize]);
        let weighted_mean = |weights: &[f64], values: &[f64]| {
            let sum: ExactSum = weights.iter().zip(values).map(|(weight, value)| weight * value).collect();
            sum.value() / weights.iter().copied().collect::<ExactSum>().value()
        };
        let (x_values, y_values): (Vec<f64>, Vec<f64>) = self.rows.iter().map(values).unzip();
        let (x_weights, y_weights): (Vec<f64>, Vec<f64>) = self.rows.iter().map(weights).unzip();
        let (own, other) = (weighted_mean(&x_weights, &x_values), weighted_mean(&y_weights, &y_values));
        let product = |pair: &(u32, u32)| weights(pair).0 * weights(pair).1 * (values(pair).0 - own) * (values(pair).1 - other);
        let products: ExactSum = self.rows.iter().map(product).collect();
        let squares: ExactSum = self.rows.iter().map(|pair| (values(pair).1 - values(pair).0).powi(2)).collect();
        let total =
            |answers: &Answers, rows: &[u32]| rows.iter().map(|&row| answers.design.weights[row as usize]).collect::<ExactSum>().value();
        let covariance = products.value() / total(earlier, before_rows) / total(later, after_rows) * n / (n - 1.0);
        let complete = before_rows.len() == self.rows.len() && after_rows.len() == self.rows.len();
        Paired { n, covariance: if n < 2.0 { 0.0 } else { covariance }, squares: squares.value(), complete }
    }
}

fn is_complex(answers: &Answers) -> bool {
    !answers.design.is_simple()
}

/// The row of each key among `rows`; nothing where one is there twice.
fn keys(answers: &Answers, rows: &[u32]) -> Result<Option<HashMap<String, u32>>> {
    let Some(column) = &answers.options.key else { return Ok(None) };
    let mut labels = labels(&answers.table.column(column)?)?;
    let mut keys = HashMap::with_capacity(rows.len());
    for &row in rows {
        if let Some(key) = labels.get_mut(row as usize).and_then(Option::take)
            && keys.insert(key, row).is_some()
        {
            return Ok(None);
        }
    }
    Ok(Some(keys))
}
