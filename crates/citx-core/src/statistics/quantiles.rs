//! Quantiles of weighted values.

use super::exact::ExactSum;
use crate::{Error, ErrorKind, Result};

/// How a quantile is read from weighted values (Hyndman and Fan 1996, extended to weights as R `survey` 4.1 does).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuantileRule {
    /// The least value up to which at least the share lies: the inverse of the distribution function. Hyndman and Fan's type 1.
    Math,
    /// The same, halfway to the next value where the share is met exactly: the schools' median. Type 2.
    School,
    /// Straight lines between points (share, value), which types 4 to 9 place differently.
    Interpolated(u8),
}

impl QuantileRule {
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "math" | "hf1" => Ok(Self::Math),
            "school" | "hf2" => Ok(Self::School),
            "hf4" => Ok(Self::Interpolated(4)),
            "hf5" => Ok(Self::Interpolated(5)),
            "hf6" => Ok(Self::Interpolated(6)),
            "hf7" => Ok(Self::Interpolated(7)),
            "hf8" => Ok(Self::Interpolated(8)),
            "hf9" => Ok(Self::Interpolated(9)),
            _ => Err(Error::new(ErrorKind::InvalidArgument, format!("`rule` is `math`, `school`, or `hf4` to `hf9`, not `{name}`"))),
        }
    }
}

/// Values in order with the weight up to and including each.
#[derive(Clone, Debug)]
pub(crate) struct Weighted {
    values: Vec<f64>,
    weights: Vec<f64>,
    cumulative: Vec<f64>,
}

impl Weighted {
    /// From pairs of a value and a weight above 0.
    pub fn new(mut pairs: Vec<(f64, f64)>) -> Self {
        pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut sum = ExactSum::new();
        let cumulative = pairs
            .iter()
            .map(|pair| {
                sum.add(pair.1);
                sum.value()
            })
            .collect();
        let (values, weights) = pairs.into_iter().unzip();
        Self { values, weights, cumulative }
    }

    /// The quantile at a share in [0, 1]; NaN without values.
    pub fn quantile(&self, share: f64, rule: QuantileRule) -> f64 {
        let Some(&all) = self.cumulative.last() else { return f64::NAN };
        match rule {
            QuantileRule::Interpolated(kind) => self.interpolated(share, kind, all),
            QuantileRule::Math | QuantileRule::School => {
                let up_to = self.cumulative.partition_point(|&weight| weight <= share * all);
                let at = |place: usize| self.values[place.min(self.values.len() - 1)];
                let exact = up_to > 0 && share - self.cumulative[up_to - 1] / all == 0.0;
                match (exact, rule) {
                    (true, QuantileRule::School) => f64::midpoint(at(up_to - 1), at(up_to)),
                    (true, _) => at(up_to - 1),
                    (false, _) => at(up_to),
                }
            }
        }
    }

    fn interpolated(&self, share: f64, kind: u8, all: f64) -> f64 {
        let last = self.values.len() - 1;
        let point = |at: usize| {
            let (up_to, own) = (self.cumulative[at], self.weights[at]);
            let before = if at == 0 { 0.0 } else { self.cumulative[at - 1] };
            let end = self.weights[last];
            match kind {
                4 => up_to / all,
                5 => (up_to - own / 2.0) / all,
                6 => up_to / (all + end),
                7 if last == 0 => 0.0,
                7 => before / self.cumulative[last - 1],
                8 => (before / 3.0 + up_to * 2.0 / 3.0) / (all + end / 3.0),
                _ => (before * 3.0 / 8.0 + up_to * 5.0 / 8.0) / (all + end / 4.0),
            }
        };
        let (mut low, mut high) = (0, last);
        if share <= point(0) || share >= point(last) {
            return self.values[if share <= point(0) { 0 } else { last }];
        }
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if point(middle) <= share { low = middle } else { high = middle }
        }
        let (from, to) = (point(low), point(high));
        let along = (share - from) / (to - from);
        self.values[low] + along * (self.values[high] - self.values[low])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_rules() {
        let equal = Weighted::new([4.0, 1.0, 3.0, 2.0].map(|value| (value, 1.0)).to_vec());
        let at = |share: f64, rule: &str| equal.quantile(share, QuantileRule::parse(rule).expect("a rule"));
        // Unweighted: R 4.2.2 quantile(1:4, share, type = 1, 2, 4, 5, 6, 7, 8, 9), without names
        for (share, expected) in [
            (0.0, [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
            (0.1, [1.0, 1.0, 1.0, 1.0, 1.0, 1.3, 1.0, 1.0]),
            (0.3, [2.0, 2.0, 1.2, 1.7, 1.5, 1.9, 1.633_333_333_333_333_3, 1.65]),
            (0.5, [2.0, 2.5, 2.0, 2.5, 2.5, 2.5, 2.5, 2.5]),
            (1.0, [4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]),
        ] {
            for (rule, expected) in ["math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"].into_iter().zip(expected) {
                assert!((at(share, rule) - expected).abs() < 1e-12, "{rule} at {share}: {} against {expected}", at(share, rule));
            }
        }
        let one = Weighted::new(vec![(7.0, 2.0)]);
        assert!(
            ["math", "school", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]
                .iter()
                .all(|rule| one.quantile(0.5, QuantileRule::parse(rule).expect("a rule")) == 7.0)
        );
        assert!(Weighted::new(Vec::new()).quantile(0.5, QuantileRule::Math).is_nan());
        assert!(QuantileRule::parse("hf10").is_err());
    }
}
