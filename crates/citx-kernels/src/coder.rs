use crate::BLOCK_ROWS;

/// Where ordered values lie between cut points.
///
/// A value's code is the number of cuts that are not above it. A straight line through the range of the cuts tells where to begin
/// looking; from there one walks, seldom more than a step. A NaN is above every cut.
#[derive(Clone, Debug)]
pub struct Coder<T> {
    /// Ascending, without repetitions, none of them NaN.
    cuts: Vec<T>,
    first: f64,
    scale: f64,
    /// By cell: how many cuts lie in the cells before it.
    starts: Vec<u16>,
}

/// Numbers that can be coded.
pub trait Ordered: Copy + PartialOrd {
    /// The nearest double: it must not decrease where the number does not.
    fn to_f64(self) -> f64;
}

macro_rules! coded {
    ($($type:ty)*) => {
        $(impl Ordered for $type {
            #[inline(always)]
            #[allow(clippy::cast_lossless, reason = "one macro for all widths")]
            fn to_f64(self) -> f64 {
                self as f64
            }
        })*
    };
}

coded!(i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);

/// The most cuts, so that codes and their number fit in 16 bits.
const MAX_CUTS: usize = 65_000;

impl<T: Ordered> Coder<T> {
    /// `None` if there are no cuts, too many, or they are not ascending.
    pub fn new(cuts: Vec<T>) -> Option<Self> {
        let (first, last) = (cuts.first()?.to_f64(), cuts.last()?.to_f64());
        if cuts.len() > MAX_CUTS || !cuts.is_sorted_by(|a, b| a < b) || !(last - first).is_finite() {
            return None;
        }
        let cells = (cuts.len() * 8).next_power_of_two().clamp(64, 16_384);
        let scale = if last > first { (cells - 1) as f64 / (last - first) } else { 0.0 };
        let mut coder = Self { cuts, first, scale, starts: vec![0; cells + 1] };
        for index in 0..coder.cuts.len() {
            let cell = coder.cell(coder.cuts[index]);
            coder.starts[cell + 1] += 1;
        }
        for cell in 1..coder.starts.len() {
            coder.starts[cell] += coder.starts[cell - 1];
        }
        Some(coder)
    }

    /// How many cuts, which is the highest code.
    pub fn cuts(&self) -> usize {
        self.cuts.len()
    }

    /// The cell that a number falls in; it never decreases as numbers grow, so that cuts in cells before it are below it.
    #[inline(always)]
    fn cell(&self, value: T) -> usize {
        let at = (value.to_f64() - self.first) * self.scale;
        // A float outside the range, or NaN, becomes the nearest, or 0; the walk puts NaN right.
        (at as i32).clamp(0, self.starts.len() as i32 - 2) as usize
    }

    /// The code of one value.
    #[inline(always)]
    #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "NaN is above every cut")]
    pub fn code(&self, value: T) -> u16 {
        let mut code = self.starts[self.cell(value)];
        while let Some(cut) = self.cuts.get(usize::from(code)) {
            if !(value < *cut) {
                code += 1;
            } else {
                break;
            }
        }
        code
    }

    /// The codes of a block; what is beyond the values stays as it is.
    pub fn encode<C>(&self, values: &[T], out: &mut [C; BLOCK_ROWS], narrow: impl Fn(u16) -> C) {
        for (code, value) in out.iter_mut().zip(values) {
            *code = narrow(self.code(*value));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_counts_the_cuts_that_are_not_above(
            cuts in proptest::collection::btree_set(any::<i64>(), 1..40),
            near in any::<bool>(),
            values in proptest::collection::vec(any::<i64>(), 0..50),
        ) {
            let narrow = |value: i64| if near { value % 100 } else { value };
            let cuts: std::collections::BTreeSet<i64> = cuts.into_iter().map(narrow).collect();
            let cuts: Vec<i64> = cuts.into_iter().collect();
            let coder = Coder::new(cuts.clone()).expect("ascending");
            for value in values.into_iter().map(narrow).chain(cuts.iter().copied()) {
                prop_assert_eq!(usize::from(coder.code(value)), cuts.iter().filter(|cut| **cut <= value).count());
            }
        }

        #[test]
        fn floats_too(
            cuts in proptest::collection::vec(proptest::num::f64::NORMAL | proptest::num::f64::ZERO, 1..40),
            values in proptest::collection::vec(any::<f64>(), 0..50),
        ) {
            let mut cuts = cuts;
            cuts.sort_by(f64::total_cmp);
            cuts.dedup_by(|a, b| a == b);
            if let Some(coder) = Coder::new(cuts.clone()) {
                for value in values.into_iter().chain(cuts.iter().copied()).chain([f64::NAN, f64::INFINITY, f64::NEG_INFINITY]) {
                    let expected = cuts.iter().filter(|cut| value.is_nan() || **cut <= value).count();
                    prop_assert_eq!(usize::from(coder.code(value)), expected);
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_coded_is_refused() {
        assert!(Coder::<i64>::new(vec![]).is_none());
        assert!(Coder::new(vec![2, 1]).is_none());
        assert!(Coder::new(vec![1.0, f64::NAN]).is_none());
    }
}
