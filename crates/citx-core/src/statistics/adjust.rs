//! P values of several tests read together.

use crate::{Error, ErrorKind, Result};

/// What several tests at once may get wrong, and how that is held down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MultipleTesting {
    /// Nothing: each test by itself.
    None,
    /// The chance of any false finding, each p times their number (Bonferroni 1936).
    Bonferroni,
    /// The same chance, step down (Holm 1979); never weaker than Bonferroni.
    Holm,
    /// The same chance, step up, for independent tests (Hochberg 1988).
    Hochberg,
    /// The expected share of false findings (Benjamini and Hochberg 1995).
    #[default]
    Bh,
    /// That share under any dependence (Benjamini and Yekutieli 2001).
    By,
}

impl MultipleTesting {
    /// The adjustment named `none`, `bonferroni`, `holm`, `hochberg`, `bh` (or `fdr`) or `by`.
    ///
    /// # Errors
    /// `InvalidArgument` for another name.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "none" => Ok(Self::None),
            "bonferroni" => Ok(Self::Bonferroni),
            "holm" => Ok(Self::Holm),
            "hochberg" => Ok(Self::Hochberg),
            "bh" | "fdr" => Ok(Self::Bh),
            "by" => Ok(Self::By),
            other => {
                let message = format!("`adjust` is `none`, `bonferroni`, `holm`, `hochberg`, `bh` or `by`, not `{other}`");
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
        }
    }
}

/// P values adjusted for their number, in the order given, as R's `p.adjust`. NaN is a test that was not made: it stays NaN and does not count.
///
/// ```
/// # use citx_core::statistics::{MultipleTesting, adjust_p};
/// assert_eq!(adjust_p(&[0.01, f64::NAN, 0.02], MultipleTesting::Bonferroni)[0], 0.02);
/// assert_eq!(adjust_p(&[0.01, 0.02, 0.03], MultipleTesting::Bh), [0.03, 0.03, 0.03]);
/// ```
pub fn adjust_p(p: &[f64], method: MultipleTesting) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).filter(|&at| !p[at].is_nan()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let m = order.len() as f64;
    let mut adjusted = vec![f64::NAN; p.len()];
    let harmonic: f64 = (1..=order.len()).map(|rank| 1.0 / rank as f64).sum();
    let scaled = |rank: f64, p: f64| match method {
        MultipleTesting::None => p,
        MultipleTesting::Bonferroni => p * m,
        MultipleTesting::Holm | MultipleTesting::Hochberg => p * (m + 1.0 - rank),
        MultipleTesting::Bh => p * (m / rank),
        MultipleTesting::By => p * (m / rank * harmonic),
    };
    let ranked = order.iter().enumerate().map(|(place, &at)| (at, scaled(place as f64 + 1.0, p[at]).min(1.0)));
    match method {
        MultipleTesting::None | MultipleTesting::Bonferroni => ranked.for_each(|(at, value)| adjusted[at] = value),
        MultipleTesting::Holm => {
            let mut largest = 0.0_f64;
            for (at, value) in ranked {
                largest = largest.max(value);
                adjusted[at] = largest;
            }
        }
        MultipleTesting::Hochberg | MultipleTesting::Bh | MultipleTesting::By => {
            let mut smallest = 1.0_f64;
            for (at, value) in ranked.rev() {
                smallest = smallest.min(value);
                adjusted[at] = smallest;
            }
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Benjamini and Hochberg 1995, 4.
    const BH_1995: [f64; 15] =
        [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0];

    #[test]
    fn the_example_of_benjamini_and_hochberg_is_theirs() {
        let expected = [
            0.0015,
            0.0030,
            0.0095,
            0.035625,
            0.0603,
            0.063_857_142_857,
            0.063_857_142_857,
            0.0645,
            0.0765,
            0.486,
            0.581_181_818_182,
            0.714_875,
            0.753_230_769_231,
            0.813_214_285_714,
            1.0,
        ];
        for (ours, theirs) in adjust_p(&BH_1995, MultipleTesting::Bh).iter().zip(expected) {
            assert!((ours - theirs).abs() < 1e-11, "{ours} against {theirs}");
        }
        let rejected = |method| adjust_p(&BH_1995, method).iter().filter(|&&p| p <= 0.05).count();
        let counts = [
            MultipleTesting::None,
            MultipleTesting::Bonferroni,
            MultipleTesting::Holm,
            MultipleTesting::Hochberg,
            MultipleTesting::Bh,
            MultipleTesting::By,
        ];
        assert_eq!(counts.map(rejected), [9, 3, 3, 3, 4, 3]);
    }

    #[test]
    fn what_was_not_tested_does_not_count() {
        assert!(adjust_p(&[], MultipleTesting::Bh).is_empty());
        let adjusted = adjust_p(&[f64::NAN, 0.04, f64::NAN, 0.03], MultipleTesting::Holm);
        assert!(adjusted[0].is_nan() && adjusted[2].is_nan());
        assert_eq!([adjusted[1], adjusted[3]], [0.06, 0.06]);
        assert_eq!(MultipleTesting::parse("fdr").expect("known"), MultipleTesting::Bh);
        assert_eq!(MultipleTesting::parse("BH").expect_err("unknown").kind(), ErrorKind::InvalidArgument);
    }

    proptest! {
        #[test]
        fn adjusting_keeps_order_and_never_helps(p in proptest::collection::vec(0.0_f64..=1.0, 0..30), turn in 0_usize..30) {
            for method in [MultipleTesting::Bonferroni, MultipleTesting::Holm, MultipleTesting::Hochberg, MultipleTesting::Bh, MultipleTesting::By] {
                let adjusted = adjust_p(&p, method);
                for (i, a) in p.iter().enumerate() {
                    prop_assert!(adjusted[i] >= *a && adjusted[i] <= 1.0);
                    for (j, b) in p.iter().enumerate() {
                        prop_assert!(a > b || adjusted[i] <= adjusted[j]);
                    }
                }
                let mut turned = p.clone();
                turned.rotate_left(turn.min(p.len()));
                let mut expected = adjusted.clone();
                expected.rotate_left(turn.min(p.len()));
                prop_assert_eq!(adjust_p(&turned, method), expected);
            }
        }
    }
}
