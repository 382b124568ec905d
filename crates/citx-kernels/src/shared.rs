use crate::{Level, simd};

/// How many bits are one in both; what one is longer by counts as zeros.
pub fn count_both(level: Level, a: &[u64], b: &[u64]) -> u64 {
    simd::count_both(level.or_less(), a, b)
}

#[inline(always)]
pub(crate) fn words(a: &[u64], b: &[u64]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from((a & b).count_ones())).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_are_those_of_single_bits(a in proptest::collection::vec(any::<u64>(), 0..70), b in proptest::collection::vec(any::<u64>(), 0..70)) {
            let bit = |words: &[u64], at: usize| words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1);
            let expected = (0..70 * 64).filter(|&at| bit(&a, at) && bit(&b, at)).count() as u64;
            for level in Level::available() {
                prop_assert_eq!(count_both(level, &a, &b), expected, "{:?}", level);
            }
        }
    }
}
