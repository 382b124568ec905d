use crate::{BLOCK_ROWS, Level, simd};

/// Where ordered values lie between cut points.
///
/// A value's code is the number of cuts that are not above it. A NaN is above every cut. A table over the range of the cuts gives the
/// code at once where the values are whole numbers and the range is small; elsewhere it gives the code but for one compare, or the place
/// from which to look on.
#[derive(Clone, Debug)]
pub struct Coder<T> {
    /// Ascending, without repetitions, none of them NaN.
    cuts: Vec<T>,
    table: Table<T>,
}

#[derive(Clone, Debug)]
enum Table<T> {
    /// By steps above the first cut, one more: the code.
    Exact { first: T, codes: Vec<u16> },
    /// By cell of a straight line through the range: how many cuts lie in the cells before, and the next two; `few` says that no cell has
    /// more than two.
    Cells { first: f64, scale: f64, starts: Vec<u16>, next: Vec<[T; 2]>, few: bool },
}

/// Numbers that can be coded.
pub trait Ordered: Copy + PartialOrd {
    /// The nearest double: it must not decrease where the number does not.
    fn to_f64(self) -> f64;
    /// How many whole steps above `from`, which is not greater; `None` of numbers that are not whole.
    fn steps(self, from: Self) -> Option<u64>;
    /// How many steps above `first`, one more, but at most `last`; 0 below it, and of numbers that are not whole.
    fn place(self, first: Self, last: u16) -> u16;
}

macro_rules! ordered {
    ($($type:ty as $unsigned:ty)*) => {
        $(impl Ordered for $type {
            #[inline(always)]
            #[allow(clippy::cast_lossless, reason = "one macro for all widths")]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            #[allow(clippy::cast_lossless, reason = "one macro for all widths")]
            fn steps(self, from: Self) -> Option<u64> {
                Some(self.wrapping_sub(from) as $unsigned as u64)
            }
            #[inline(always)]
            fn place(self, first: Self, last: u16) -> u16 {
                let most = <$unsigned>::try_from(last - 1).unwrap_or(<$unsigned>::MAX);
                let steps = (self.wrapping_sub(first) as $unsigned).min(most) as u16 + 1;
                if self < first { 0 } else { steps }
            }
        })*
    };
}

ordered!(i8 as u8 i16 as u16 i32 as u32 i64 as u64 u8 as u8 u16 as u16 u32 as u32 u64 as u64);

macro_rules! floats {
    ($($type:ty)*) => {
        $(impl Ordered for $type {
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self.into()
            }
            #[inline(always)]
            fn steps(self, _: Self) -> Option<u64> {
                None
            }
            #[inline(always)]
            fn place(self, _: Self, _: u16) -> u16 {
                0
            }
        })*
    };
}

floats!(f32 f64);

/// The most cuts, so that codes and their number fit in 16 bits.
const MAX_CUTS: usize = 65_000;

/// The longest exact range, so that a place in it, and one for null, fit in 16 bits.
const MAX_EXACT: u64 = 65_533;

/// The most cells.
const MAX_CELLS: usize = 1 << 14;

impl<T: Ordered> Coder<T> {
    /// `None` if there are no cuts, too many, or they are not ascending.
    pub fn new(cuts: Vec<T>) -> Option<Self> {
        let (first, last) = (*cuts.first()?, *cuts.last()?);
        if cuts.len() > MAX_CUTS || !cuts.is_sorted_by(|a, b| a < b) || !(last.to_f64() - first.to_f64()).is_finite() {
            return None;
        }
        let table = match last.steps(first) {
            Some(span) if span < MAX_EXACT => exact(&cuts, first, span as usize),
            _ => cells(&cuts),
        };
        Some(Self { cuts, table })
    }

    /// Whether a value's place tells its code.
    pub fn is_exact(&self) -> bool {
        matches!(self.table, Table::Exact { .. })
    }

    /// The code at each place, where places tell them: fewer than 65,535.
    pub fn codes_of_places(&self) -> &[u16] {
        match &self.table {
            Table::Exact { codes, .. } => codes,
            Table::Cells { .. } => &[],
        }
    }

    /// The places of a block, where they tell the codes; what is beyond the values stays as it is.
    pub fn places(&self, level: Level, values: &[T], out: &mut [u16; BLOCK_ROWS]) {
        if let Table::Exact { first, codes } = &self.table {
            simd::places(level.or_less(), *first, codes.len() as u16 - 1, values, out);
        }
    }

    /// The codes of a block; what is beyond the values stays as it is. `narrow` must take every code up to the number of cuts.
    pub fn encode<C>(&self, level: Level, values: &[T], out: &mut [C; BLOCK_ROWS], narrow: impl Fn(u16) -> C) {
        simd::encode(level.or_less(), self, values, out, narrow);
    }

    #[inline(always)]
    pub(crate) fn encode_here<C>(&self, values: &[T], out: &mut [C; BLOCK_ROWS], narrow: impl Fn(u16) -> C) {
        match &self.table {
            Table::Exact { first, codes } => {
                let last = codes.len() as u16 - 1;
                for (code, value) in out.iter_mut().zip(values) {
                    *code = narrow(codes[usize::from(value.place(*first, last))]);
                }
            }
            Table::Cells { first, scale, starts, next, few: true } => {
                let (last, beyond) = (starts.len() as i32 - 1, self.cuts.len() as u16);
                for (code, value) in out.iter_mut().zip(values) {
                    let cell = cell(*value, *first, *scale, last);
                    let [one, other] = next[cell].map(|cut| u16::from(is_not_below(*value, cut)));
                    let found = (starts[cell] + one + other).min(beyond);
                    *code = narrow(if is_number(*value) { found } else { beyond });
                }
            }
            Table::Cells { first, scale, starts, .. } => {
                for (code, value) in out.iter_mut().zip(values) {
                    let mut found = starts[cell(*value, *first, *scale, starts.len() as i32 - 1)];
                    while self.cuts.get(usize::from(found)).is_some_and(|cut| is_not_below(*value, *cut)) {
                        found += 1;
                    }
                    *code = narrow(found);
                }
            }
        }
    }
}

#[inline(always)]
pub(crate) fn places_here<T: Ordered>(first: T, last: u16, values: &[T], out: &mut [u16; BLOCK_ROWS]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out = value.place(first, last);
    }
}

fn exact<T: Ordered>(cuts: &[T], first: T, span: usize) -> Table<T> {
    let mut codes = vec![0_u16; span + 2];
    for cut in cuts {
        codes[cut.steps(first).unwrap_or(0) as usize + 1] = 1;
    }
    let mut code = 0;
    for entry in &mut codes {
        code += *entry;
        *entry = code;
    }
    Table::Exact { first, codes }
}

fn cells<T: Ordered>(cuts: &[T]) -> Table<T> {
    let (first, last) = (cuts[0].to_f64(), cuts[cuts.len() - 1].to_f64());
    let mut count = (cuts.len() * 4).next_power_of_two().clamp(64, MAX_CELLS);
    loop {
        let scale = if last > first { (count - 1) as f64 / (last - first) } else { 0.0 };
        let mut inside = vec![0_u16; count];
        for cut in cuts {
            inside[cell(*cut, first, scale, count as i32 - 1)] += 1;
        }
        let few = inside.iter().all(|cuts| *cuts <= 2);
        if few || count == MAX_CELLS {
            let starts: Vec<u16> = inside
                .iter()
                .scan(0, |before, cuts| {
                    *before += cuts;
                    Some(*before - cuts)
                })
                .collect();
            let cut = |index: usize| cuts[index.min(cuts.len() - 1)];
            let next = starts.iter().map(|start| [0, 1].map(|more| cut(usize::from(*start) + more))).collect();
            return Table::Cells { first, scale, starts, next, few };
        }
        count *= 2;
    }
}

/// The cell that a number falls in; it never decreases as numbers grow, so that cuts in cells before it are below it.
#[inline(always)]
fn cell<T: Ordered>(value: T, first: f64, scale: f64, last: i32) -> usize {
    // A float outside the range becomes the nearest, and NaN becomes 0.
    (((value.to_f64() - first) * scale) as i32).clamp(0, last) as usize
}

#[inline(always)]
#[expect(clippy::neg_cmp_op_on_partial_ord, reason = "NaN is above every cut")]
fn is_not_below<T: PartialOrd>(value: T, cut: T) -> bool {
    !(value < cut)
}

#[inline(always)]
#[expect(clippy::eq_op, reason = "NaN alone differs from itself")]
fn is_number<T: PartialOrd>(value: T) -> bool {
    value == value
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn codes<T: Ordered>(coder: &Coder<T>, values: &[T]) -> Vec<Vec<u16>> {
        let encode = |level| {
            let mut codes = [7_u16; BLOCK_ROWS];
            coder.encode(level, values, &mut codes, |code| code);
            codes[..values.len()].to_vec()
        };
        if coder.is_exact() {
            for level in Level::available() {
                let mut places = [7_u16; BLOCK_ROWS];
                coder.places(level, values, &mut places);
                let by_place: Vec<u16> = places[..values.len()].iter().map(|place| coder.codes_of_places()[usize::from(*place)]).collect();
                assert_eq!(by_place, encode(level));
            }
        }
        Level::available().map(encode).collect()
    }

    proptest! {
        #[test]
        fn a_code_counts_the_cuts_that_are_not_above(
            cuts in proptest::collection::btree_set(any::<i64>(), 1..40),
            range in prop_oneof![Just(100), Just(1_000_000), Just(i64::MAX)],
            values in proptest::collection::vec(any::<i64>(), 0..50),
        ) {
            let narrow = |value: i64| value % range;
            let cuts: std::collections::BTreeSet<i64> = cuts.into_iter().map(narrow).collect();
            let cuts: Vec<i64> = cuts.into_iter().collect();
            if let Some(coder) = Coder::new(cuts.clone()) {
                let near = cuts.iter().flat_map(|cut| [*cut, cut.saturating_sub(1), cut.saturating_add(1)]);
                let values: Vec<i64> = values.into_iter().map(narrow).chain(near).chain([i64::MIN, i64::MAX]).collect();
                let expected: Vec<u16> = values.iter().map(|value| cuts.iter().filter(|cut| *cut <= value).count() as u16).collect();
                for codes in codes(&coder, &values) {
                    prop_assert_eq!(&codes, &expected);
                }
            }
        }

        #[test]
        fn bytes_too(cuts in proptest::collection::btree_set(any::<i8>(), 1..40)) {
            let coder = Coder::new(cuts.iter().copied().collect()).expect("ascending");
            let values: Vec<i8> = (i8::MIN..=i8::MAX).collect();
            let expected: Vec<u16> = values.iter().map(|value| cuts.range(..=value).count() as u16).collect();
            for codes in codes(&coder, &values) {
                prop_assert_eq!(&codes, &expected);
            }
        }

        #[test]
        fn floats_too(
            cuts in prop_oneof![
                proptest::collection::vec(proptest::num::f64::NORMAL | proptest::num::f64::ZERO, 1..40),
                proptest::collection::vec(-10.0..4_000.0, 1..40),
            ],
            values in proptest::collection::vec(any::<f64>(), 0..50),
        ) {
            let mut cuts = cuts;
            cuts.sort_by(f64::total_cmp);
            cuts.dedup_by(|a, b| a == b);
            if let Some(coder) = Coder::new(cuts.clone()) {
                let values: Vec<f64> = values.into_iter().chain(cuts.iter().copied()).chain([f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0]).collect();
                let expected: Vec<u16> =
                    values.iter().map(|value| cuts.iter().filter(|cut| value.is_nan() || *cut <= value).count() as u16).collect();
                for codes in codes(&coder, &values) {
                    prop_assert_eq!(&codes, &expected);
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
