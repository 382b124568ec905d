use crate::{BLOCK_WORDS, Level, Mask, simd};

/// Numbers that kernels compare. A NaN is greater than every bound.
pub trait Comparable: Copy + PartialOrd + Sized + simd::Vectored {}

impl<T: Copy + PartialOrd + simd::Vectored> Comparable for T {}

/// For each value whether `low <= value < high`; a bound that is missing does not bind. Bits beyond the values are zero.
///
/// At most a block of values is read.
pub fn in_range<T: Comparable>(level: Level, values: &[T], low: Option<T>, high: Option<T>, out: &mut Mask) {
    *out = [0; BLOCK_WORDS];
    let whole = values.len() / 64;
    T::in_range(level.or_less(), values, low, high, out);
    let rest = values.get(whole * 64..).unwrap_or_default();
    if let Some(word) = out.get_mut(whole).filter(|_| !rest.is_empty()) {
        *word = rest.iter().enumerate().fold(0, |word, (bit, value)| word | u64::from(is_within(*value, low, high)) << bit);
    }
}

/// The test of one value. `low` and `high` are not NaN.
#[inline(always)]
#[expect(clippy::neg_cmp_op_on_partial_ord, reason = "NaN is not below any bound")]
pub(crate) fn is_within<T: PartialOrd + Copy>(value: T, low: Option<T>, high: Option<T>) -> bool {
    low.is_none_or(|low| !(value < low)) && high.is_none_or(|high| value < high)
}

/// Whole words, by a compiler that vectorises; `pack` makes 64 bytes of 0 and 1 a word.
#[inline(always)]
pub(crate) fn words<T: PartialOrd + Copy>(values: &[T], low: Option<T>, high: Option<T>, out: &mut Mask, pack: impl Fn(&[u8; 64]) -> u64) {
    for (chunk, word) in values.as_chunks::<64>().0.iter().zip(out) {
        let mut hits = [0_u8; 64];
        match (low, high) {
            (Some(low), Some(high)) => fill(&mut hits, chunk, |value| is_within(value, Some(low), Some(high))),
            (Some(low), None) => fill(&mut hits, chunk, |value| is_within(value, Some(low), None)),
            (None, Some(high)) => fill(&mut hits, chunk, |value| value < high),
            (None, None) => hits = [1; 64],
        }
        *word = pack(&hits);
    }
}

#[inline(always)]
fn fill<T: Copy>(hits: &mut [u8; 64], values: &[T; 64], test: impl Fn(T) -> bool) {
    for (hit, value) in hits.iter_mut().zip(values) {
        *hit = u8::from(test(*value));
    }
}

/// 64 bytes of 0 and 1 as bits: the multiplication gathers eight of them in its highest byte.
#[inline(always)]
pub(crate) fn pack(hits: &[u8; 64]) -> u64 {
    let (eights, _) = hits.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |word, (index, eight)| {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word | gathered << (8 * index)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn equal_to_the_scalar_test<T: Comparable + std::fmt::Debug>(values: &[T], low: Option<T>, high: Option<T>) {
        let expected: Vec<bool> = values.iter().map(|value| is_within(*value, low, high)).collect();
        for level in Level::available() {
            let mut mask = [u64::MAX; BLOCK_WORDS];
            in_range(level, values, low, high, &mut mask);
            let bit = |row: usize| mask[row / 64] >> (row % 64) & 1 == 1;
            assert!((0..values.len()).all(|row| bit(row) == expected[row]), "{level:?} {low:?} {high:?}");
            assert!((values.len()..crate::BLOCK_ROWS).all(|row| !bit(row)), "{level:?}: bits beyond the rows");
        }
    }

    macro_rules! every_width {
        ($($name:ident $type:ty,)*) => {
            proptest! {
                $(#[test]
                fn $name(
                    values in proptest::collection::vec(any::<$type>(), 0..300),
                    low in proptest::option::of(any::<$type>()),
                    high in proptest::option::of(any::<$type>()),
                ) {
                    equal_to_the_scalar_test(&values, low, high);
                    let (first, last) = (values.first().copied(), values.last().copied());
                    equal_to_the_scalar_test(&values, first, last);
                })*
            }
        };
    }

    every_width! {
        bytes u8, signed_bytes i8, shorts u16, signed_shorts i16, words_32 u32, signed_words_32 i32, words_64 u64, signed_words_64 i64,
    }

    proptest! {
        #[test]
        fn floats(
            values in proptest::collection::vec(prop_oneof![any::<f64>(), Just(f64::NAN), Just(-0.0), Just(f64::INFINITY)], 0..300),
            low in proptest::option::of(proptest::num::f64::NORMAL | proptest::num::f64::ZERO),
            high in proptest::option::of(proptest::num::f64::NORMAL | proptest::num::f64::INFINITE),
        ) {
            equal_to_the_scalar_test(&values, low, high);
        }
    }
}
