use std::collections::BTreeMap;

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::Zero;

/// The shortest decimal that reads back to an `f64`: what a person meant by 355.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortDecimal {
    digits: i64,
    exponent: i16,
}

impl ShortDecimal {
    /// 0.
    pub const ZERO: Self = Self { digits: 0, exponent: 0 };

    /// The decimal of a finite number; nothing for NaN and the infinities.
    pub fn of(number: f64) -> Option<Self> {
        if !number.is_finite() {
            return None;
        }
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e')?;
        let exponent: i16 = exponent.parse().ok()?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Self { digits, exponent: exponent - i16::try_from(fraction.len()).ok()? })
    }

    /// The power of ten that its digits are in units of.
    pub(crate) fn exponent(&self) -> i16 {
        self.exponent
    }

    /// Its digits in units of 10^`exponent`, which must not be above its own; nothing for more than 24 digits, of which 2^40 could not be added up.
    pub(crate) fn in_units_of(&self, exponent: i16) -> Option<i128> {
        let zeros = usize::try_from(i32::from(self.exponent) - i32::from(exponent)).ok()?;
        let scaled = i128::from(self.digits) * i128::from(*POWERS.get(zeros)?);
        (scaled.unsigned_abs() < MOST).then_some(scaled)
    }
}

/// Powers of ten that fit in 64 bits.
const POWERS: [i64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < 19 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

const MOST: u128 = 10_u128.pow(24);

/// An exact sum of decimals.
///
/// ```
/// use citx_core::statistics::{DecimalSum, ShortDecimal, round_half_up};
/// let sum = |numbers: &[f64]| {
///     let mut sum = DecimalSum::default();
///     numbers.iter().filter_map(|&number| ShortDecimal::of(number)).for_each(|decimal| sum.add(decimal));
///     sum
/// };
/// // Calico's weighted counts of 2024/25; as doubles they do not add up to 860.
/// let (satisfied, all) = (sum(&[355.4, 284.1]), sum(&[355.4, 284.1, 91.5, 61.6, 67.4]));
/// assert_eq!(round_half_up(&satisfied, &all, 100, 1).as_deref(), Some("74.4"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct DecimalSum {
    /// Digits by exponent: at most 2^64 terms of less than 2^57 fit.
    digits: BTreeMap<i16, i128>,
}

impl DecimalSum {
    /// The sum of decimals whose digits, in units of 10^`exponent`, add up to `digits`.
    pub(crate) fn of(digits: i128, exponent: i16) -> Self {
        Self { digits: BTreeMap::from([(exponent, digits)]) }
    }

    /// Adds one decimal.
    pub fn add(&mut self, term: ShortDecimal) {
        let sum = self.digits.entry(term.exponent).or_default();
        *sum = sum.saturating_add(i128::from(term.digits));
    }

    /// Adds the terms of another sum, each `times` times.
    pub fn merge_times(&mut self, other: &Self, times: ShortDecimal) -> &mut Self {
        let mut product: BTreeMap<i16, i128> = BTreeMap::new();
        for (&exponent, &digits) in &other.digits {
            let sum = product.entry(exponent.saturating_add(times.exponent)).or_default();
            *sum = sum.saturating_add(digits.saturating_mul(i128::from(times.digits)));
        }
        for (exponent, digits) in product {
            let sum = self.digits.entry(exponent).or_default();
            *sum = sum.saturating_add(digits);
        }
        self
    }

    /// Adds the terms of another sum.
    pub fn merge(&mut self, other: &Self) -> &mut Self {
        self.merge_times(other, ShortDecimal { digits: 1, exponent: 0 })
    }

    fn lowest(&self) -> i16 {
        self.digits.keys().next().copied().unwrap_or(0)
    }

    /// The sum in units of 10^`exponent`, which must not be above the lowest exponent of the terms.
    fn in_units_of(&self, exponent: i16) -> BigInt {
        let scaled =
            |(&own, &digits): (&i16, &i128)| BigInt::from(digits) * power_of_ten((i32::from(own) - i32::from(exponent)).unsigned_abs());
        self.digits.iter().map(scaled).sum()
    }
}

fn power_of_ten(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

/// `times` x `numerator` / `denominator` as text with so many decimals, a half rounded up (towards plus infinity); nothing where
/// the denominator is not positive.
pub fn round_half_up(numerator: &DecimalSum, denominator: &DecimalSum, times: u32, decimals: u32) -> Option<String> {
    let lowest = numerator.lowest().min(denominator.lowest());
    let (numerator, denominator) = (numerator.in_units_of(lowest), denominator.in_units_of(lowest));
    if denominator.is_zero() || denominator.sign() == Sign::Minus {
        return None;
    }
    let scaled: BigInt = numerator * times * power_of_ten(decimals);
    let twice: BigInt = scaled * 2 + &denominator;
    let rounded: BigInt = twice.div_floor(&(denominator * 2));
    let sign = if rounded.sign() == Sign::Minus { "-" } else { "" };
    let digits = format!("{:0>width$}", rounded.magnitude(), width = decimals as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
    Some(if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(terms: &[f64]) -> DecimalSum {
        let mut sum = DecimalSum::default();
        terms.iter().filter_map(|&term| ShortDecimal::of(term)).for_each(|term| sum.add(term));
        sum
    }

    fn percent(numerator: f64, denominator: f64) -> Option<String> {
        round_half_up(&sum(&[numerator]), &sum(&[denominator]), 100, 1)
    }

    #[test]
    fn exact_ties_of_the_regulators_file_are_rounded_up() {
        // Published 2024/25 figures whose second decimal is exactly 5.
        let ties = [
            (382.0, 800.0, "47.8"),
            (301.0, 400.0, "75.3"),
            (261.0, 400.0, "65.3"),
            (309.0, 400.0, "77.3"),
            (203.0, 464.0, "43.8"),
            (60.0, 192.0, "31.3"),
            (75.0, 240.0, "31.3"),
            (424.0, 640.0, "66.3"),
            (1265.0, 2000.0, "63.3"),
        ];
        for (satisfied, answered, published) in ties {
            assert_eq!(percent(satisfied, answered).as_deref(), Some(published), "{satisfied}/{answered}");
        }
    }

    #[test]
    fn signs_zeros_and_extremes_have_a_text() {
        assert_eq!(percent(0.0, 7.0).as_deref(), Some("0.0"));
        assert_eq!(percent(7.0, 7.0).as_deref(), Some("100.0"));
        assert_eq!(percent(1.0, 0.0), None);
        assert_eq!(percent(1.0, -1.0), None);
        assert_eq!(round_half_up(&sum(&[-1.25]), &sum(&[1.0]), 1, 1).as_deref(), Some("-1.2"));
        assert_eq!(round_half_up(&sum(&[-0.25]), &sum(&[1.0]), 1, 2).as_deref(), Some("-0.25"));
        assert_eq!(round_half_up(&sum(&[2.5]), &sum(&[1.0]), 1, 0).as_deref(), Some("3"));
        assert_eq!(percent(5e-324, 5e-324).as_deref(), Some("100.0"));
        assert_eq!(round_half_up(&sum(&[1e308, 5e-324]), &sum(&[1e308, 1e308]), 100, 1).as_deref(), Some("50.0"));
        assert_eq!(ShortDecimal::of(f64::NAN), None);
    }

    proptest! {
        #[test]
        fn a_decimal_reads_back(number in any::<f64>().prop_filter("finite", |x| x.is_finite())) {
            let decimal = ShortDecimal::of(number).expect("finite");
            let back: f64 = format!("{}e{}", decimal.digits, decimal.exponent).parse().expect("a number");
            prop_assert_eq!(back, number);
        }

        #[test]
        fn rounding_is_the_integer_rule(numerator in 0_u32..100_000, denominator in 1_u32..100_000) {
            let tenths = (2000 * u64::from(numerator) + u64::from(denominator)) / (2 * u64::from(denominator));
            let expected = format!("{}.{}", tenths / 10, tenths % 10);
            prop_assert_eq!(percent(f64::from(numerator), f64::from(denominator)), Some(expected));
        }
    }
}
