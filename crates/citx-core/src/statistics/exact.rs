/// A sum of `f64` that is exact until it is read, so that neither the order of the terms nor how they were split over threads
/// can change a bit of it.
///
/// The terms are laid out as one long fixed-point number in pieces of 32 bits (Neal 2015, "Fast exact summation using small and
/// large superaccumulators"); [`ExactSum::value`] rounds once, to nearest even.
///
/// ```
/// use citx_core::statistics::ExactSum;
/// let sum: ExactSum = [1e100, 1.0, -1e100].into_iter().collect();
/// assert_eq!(sum.value(), 1.0);
/// ```
#[derive(Clone, Debug)]
pub struct ExactSum {
    /// Piece `i` weighs 2^(32 i - 1075); pieces are signed and overlap until carried.
    pieces: [i64; PIECES],
    /// Terms added since the last carry.
    pending: u32,
    nan: bool,
    positive_infinity: bool,
    negative_infinity: bool,
}

/// 2,098 bits of all finite doubles, and room above for the sum of 2^64 of the largest.
const PIECES: usize = 68;
const LOW: i64 = 0xffff_ffff;
/// A piece of less than 2^32 may be added this often to one of less than 2^32 without leaving 63 bits.
const CARRY_AFTER: u32 = 1 << 30;

impl ExactSum {
    /// The sum of no terms, 0.
    pub fn new() -> Self {
        Self { pieces: [0; PIECES], pending: 0, nan: false, positive_infinity: false, negative_infinity: false }
    }

    /// Adds one term.
    pub fn add(&mut self, term: f64) {
        let bits = term.to_bits();
        let exponent = (bits >> 52) & 0x7ff;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = match exponent {
            0x7ff => return self.add_special(term),
            0 => (fraction, 1),
            _ => (fraction | 1 << 52, exponent),
        };
        let shifted = u128::from(mantissa) << (exponent & 31);
        let parts = [shifted & 0xffff_ffff, shifted >> 32 & 0xffff_ffff, shifted >> 64];
        let first = (exponent >> 5) as usize;
        let negative = bits >> 63 == 1;
        for (piece, part) in self.pieces.iter_mut().skip(first).zip(parts) {
            let part = part as i64;
            *piece += if negative { -part } else { part };
        }
        self.pending += 1;
        if self.pending >= CARRY_AFTER {
            self.carry();
        }
    }

    /// Adds `a` x `b` without rounding the product (down to the smallest doubles).
    pub fn add_product(&mut self, a: f64, b: f64) {
        let high = a * b;
        self.add(high);
        if high.is_finite() {
            self.add(a.mul_add(b, -high));
        }
    }

    /// Adds the terms of another sum.
    pub fn merge(&mut self, other: &Self) {
        self.carry();
        let mut other = other.clone();
        other.carry();
        for (piece, more) in self.pieces.iter_mut().zip(other.pieces) {
            *piece += more;
        }
        self.carry();
        self.nan |= other.nan;
        self.positive_infinity |= other.positive_infinity;
        self.negative_infinity |= other.negative_infinity;
    }

    /// The sum, rounded once.
    pub fn value(&self) -> f64 {
        if self.nan || (self.positive_infinity && self.negative_infinity) {
            return f64::NAN;
        }
        if self.positive_infinity || self.negative_infinity {
            return if self.positive_infinity { f64::INFINITY } else { f64::NEG_INFINITY };
        }
        let mut sum = self.clone();
        sum.carry();
        let negative = sum.pieces[PIECES - 1] < 0;
        if negative {
            sum.pieces.iter_mut().for_each(|piece| *piece = -*piece);
            sum.carry();
        }
        let Some(top) = sum.pieces.iter().rposition(|&piece| piece != 0) else { return 0.0 };
        let piece = |at: usize| sum.pieces.get(at).map_or(0, |&piece| piece as u128);
        let lowest = top.saturating_sub(2);
        let mut leading = (lowest..=top).rev().fold(0_u128, |bits, at| bits << 32 | piece(at));
        if sum.pieces.iter().take(lowest).any(|&piece| piece != 0) {
            leading |= 1; // sticky: below the rounding position, since at least 65 bits were taken
        }
        let magnitude = times_power_of_two(leading as f64, 32 * lowest as i32 - 1075);
        if negative { -magnitude } else { magnitude }
    }

    fn carry(&mut self) {
        let mut carried = 0;
        for piece in self.pieces.iter_mut().take(PIECES - 1) {
            let whole = *piece + carried;
            carried = whole >> 32;
            *piece = whole & LOW;
        }
        if let Some(top) = self.pieces.last_mut() {
            *top += carried;
        }
        self.pending = 0;
    }

    fn add_special(&mut self, term: f64) {
        self.nan |= term.is_nan();
        self.positive_infinity |= term == f64::INFINITY;
        self.negative_infinity |= term == f64::NEG_INFINITY;
    }
}

/// Numbers cut into two parts of so few bits that adding up many is exact, and no order of them can change a sum (Demmel and Nguyen 2013,
/// "Fast reproducible floating-point summation"): for sums by the million where [`ExactSum`] would take too long. Of a number's bits those
/// below 2^-100 of the largest, times the square of how many there are, are left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    /// To these a double can be added in whole multiples of the high part's unit only, and of the low part's.
    cuts: [f64; 2],
}

impl Parts {
    /// For sums of `count` numbers of at most `largest` in either direction.
    pub fn new(largest: f64, count: usize) -> Self {
        let bits = 64 - (count as u64).leading_zeros() as i32;
        let above = (largest.to_bits() >> 52) as i32 - 1022;
        let high = times_power_of_two(1.5, bits + above);
        Self { cuts: [high, times_power_of_two(high, bits - 53)] }
    }

    /// The high and the low part.
    #[inline(always)]
    pub fn of(self, number: f64) -> [f64; 2] {
        let [first, second] = self.cuts;
        let high = (number + first) - first;
        [high, (number - high + second) - second]
    }
}

/// `value` x 2^`exponent`, exact unless the result leaves the range of doubles.
pub(crate) fn times_power_of_two(mut value: f64, mut exponent: i32) -> f64 {
    let power = |exponent: i32| f64::from_bits(((exponent + 1023) as u64) << 52);
    while exponent < -1022 {
        value *= power(-1022);
        exponent += 1022;
    }
    while exponent > 1023 {
        value *= power(1023);
        exponent -= 1023;
    }
    value * power(exponent)
}

impl Default for ExactSum {
    fn default() -> Self {
        Self::new()
    }
}

impl FromIterator<f64> for ExactSum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::new();
        terms.into_iter().for_each(|term| sum.add(term));
        sum
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use num_traits::ToPrimitive;
    use proptest::prelude::*;

    use super::*;

    fn sum(terms: &[f64]) -> f64 {
        terms.iter().copied().collect::<ExactSum>().value()
    }

    /// The same sum in whole multiples of 2^-1074.
    fn reference(terms: &[f64]) -> BigInt {
        terms.iter().map(|&term| exact(term)).sum()
    }

    fn exact(term: f64) -> BigInt {
        let bits = term.to_bits();
        let (exponent, fraction) = ((bits >> 52) & 0x7ff, bits & ((1 << 52) - 1));
        let whole = if exponent == 0 { BigInt::from(fraction) } else { BigInt::from(fraction | 1 << 52) << (exponent - 1) };
        if term < 0.0 { -whole } else { whole }
    }

    #[test]
    fn sums_round_once_and_keep_what_cancels() {
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(sum(&[1e308, 1e308, -1e308, -1e308, 5e-324]), 5e-324);
        assert_eq!(sum(&[1.0, 2f64.powi(-53)]), 1.0);
        assert_eq!(sum(&[1.0, 2f64.powi(-53), 5e-324]), 1.0 + 2f64.powi(-52));
        assert_eq!(sum(&[-0.1; 10]), -1.0);
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
        assert!(sum(&[f64::NAN, 1.0]).is_nan());
        assert!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
        assert_eq!(sum(&[f64::NEG_INFINITY, 1.0]), f64::NEG_INFINITY);
    }

    #[test]
    fn a_product_is_added_as_often_as_it_says() {
        let mut product = ExactSum::new();
        product.add_product(1000.0, 0.1);
        assert_eq!(product.value(), sum(&[0.1; 1000]));
    }

    proptest! {
        #[test]
        fn a_sum_is_the_nearest_double(mut terms in proptest::collection::vec(any::<f64>().prop_filter("finite", |x| x.abs() < 1e300), 0..40), split in 0_usize..40) {
            let total = sum(&terms);
            // The error of the rounded sum is at most half the gap to its neighbours on either side.
            let error = reference(&terms) - exact(total);
            let gap = exact(total.abs().next_up()) - exact(total.abs());
            prop_assert!(&error * 2 <= gap && &error * 2 >= -gap, "{:?}", error.to_f64());
            let split = split.min(terms.len());
            let mut merged: ExactSum = terms.iter().take(split).copied().collect();
            merged.merge(&terms.iter().skip(split).copied().collect());
            prop_assert_eq!(merged.value().to_bits(), total.to_bits());
            terms.reverse();
            prop_assert_eq!(sum(&terms).to_bits(), total.to_bits());
        }
    }
}
