//! Predicates of a column by its codes: each code has a row of bits that says which predicates it satisfies.
//!
//! ```text
//! codes of 64 citizens      bit rows of the codes, as they stand        transposed: a word for each predicate
//!   3                         1 0 0 1 ...                                 predicate 0:  1 0 1 ...
//!   0             -->         0 0 1 0 ...                      -->        predicate 1:  0 0 1 ...
//!   7                         1 1 0 0 ...                                 ...
//! ```

use crate::{BLOCK_ROWS, Level, Mask, simd};

/// Citizens that are transposed together: eight words, so that each step works on whole vectors.
const TILE_ROWS: usize = 512;

/// Small whole numbers that stand for the values of a column.
pub trait Code: Copy + Into<u32> + simd::Coded {}

impl<T: Copy + Into<u32> + simd::Coded> Code for T {}

/// For each code, the predicates it satisfies.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Bit rows by code, 64 predicates each.
    rows: Vec<Vec<u64>>,
    /// The same by eight predicates, where codes are bytes.
    planes: Vec<[u8; 256]>,
}

impl Table {
    /// For `predicates` predicates and codes below `codes`: which of them `holds`, given a predicate and a code. No other code satisfies any.
    pub fn new(predicates: usize, codes: usize, holds: impl Fn(usize, usize) -> bool) -> Self {
        let rows: Vec<Vec<u64>> = (0..predicates)
            .step_by(64)
            .map(|first| {
                let of_group = first..predicates.min(first + 64);
                let mut rows = vec![0; codes];
                for predicate in of_group {
                    for (code, row) in rows.iter_mut().enumerate() {
                        *row |= u64::from(holds(predicate, code)) << (predicate - first);
                    }
                }
                rows
            })
            .collect();
        let plane = |predicate: usize| {
            let bits = &rows[predicate / 64];
            std::array::from_fn(|code| bits.get(code).map_or(0, |bits| (bits >> (predicate % 64)) as u8))
        };
        let planes = if codes <= 256 { (0..predicates).step_by(8).map(plane).collect() } else { Vec::new() };
        Self { rows, planes }
    }

    pub(crate) fn rows(&self) -> &[Vec<u64>] {
        &self.rows
    }

    pub(crate) fn planes(&self) -> &[[u8; 256]] {
        &self.planes
    }
}

/// The masks of the table's predicates: bit `row` of mask `p` says whether `codes[row]` satisfies predicate `p`.
///
/// `codes` are those of a whole block; rows that are not there have a code that satisfies nothing.
pub fn lookup<C: Code>(level: Level, codes: &[C; BLOCK_ROWS], table: &Table, out: &mut [Mask]) {
    C::lookup(level.or_less(), codes, table, out);
}

/// Every code of 16 bits.
pub const PLACES: usize = 1 << 16;

/// A byte for each place.
#[derive(Clone, Debug)]
pub struct Translation {
    codes: Box<[u8; PLACES]>,
    /// Places from here on have 0.
    used: usize,
}

/// Places that are translated by byte permutes rather than one by one.
pub(crate) const FEW_PLACES: usize = 4_096;

impl Translation {
    /// The codes of the first places; 0 for the others.
    pub fn new(codes: impl IntoIterator<Item = u8>) -> Self {
        let mut all = vec![0; PLACES].into_boxed_slice();
        let mut used = 0;
        for (place, code) in all.iter_mut().zip(codes) {
            *place = code;
            used += 1;
        }
        // The slice is as long as the array, so that the second case does not occur.
        Self { codes: all.try_into().unwrap_or_else(|_| Box::new([0; PLACES])), used }
    }

    /// Whether permutes do it, at the highest level.
    pub fn is_short(&self) -> bool {
        self.used <= FEW_PLACES
    }

    /// The codes of the places in use, and zeros up to a multiple of 128.
    pub(crate) fn short(&self) -> &[[u8; 128]] {
        &self.codes.as_chunks::<128>().0[..self.used.div_ceil(128)]
    }
}

/// The code of each place.
pub fn translate(level: Level, places: &[u16; BLOCK_ROWS], translation: &Translation, out: &mut [u8; BLOCK_ROWS]) {
    simd::translate(level.or_less(), places, translation, out);
}

/// The portable form.
#[inline(always)]
pub(crate) fn one_by_one(places: &[u16; BLOCK_ROWS], translation: &Translation, out: &mut [u8; BLOCK_ROWS]) {
    for (code, place) in out.iter_mut().zip(places) {
        *code = translation.codes[usize::from(*place)];
    }
}

/// Dictionary keys as codes; what is beyond the keys stays as it is. `narrow` must take every key that occurs.
pub fn copy<K: Copy, C>(level: Level, keys: &[K], narrow: impl Fn(K) -> C, out: &mut [C; BLOCK_ROWS]) {
    simd::copy(level.or_less(), keys, narrow, out);
}

#[inline(always)]
pub(crate) fn copy_here<K: Copy, C>(keys: &[K], narrow: impl Fn(K) -> C, out: &mut [C; BLOCK_ROWS]) {
    for (code, key) in out.iter_mut().zip(keys) {
        *code = narrow(*key);
    }
}

/// Sets the codes to `null` where `valid` has a zero.
pub fn blend_nulls<C: Code>(level: Level, codes: &mut [C; BLOCK_ROWS], valid: &Mask, null: C) {
    C::blend_nulls(level.or_less(), codes, valid, null);
}

#[inline(always)]
pub(crate) fn blend<C: Copy>(codes: &mut [C; BLOCK_ROWS], valid: &Mask, null: C) {
    for (chunk, word) in codes.as_chunks_mut::<64>().0.iter_mut().zip(valid) {
        if *word != u64::MAX {
            for (bit, code) in chunk.iter_mut().enumerate() {
                *code = if word >> bit & 1 == 1 { *code } else { null };
            }
        }
    }
}

/// The portable form.
#[inline(always)]
pub(crate) fn by_rows<C: Copy + Into<u32>>(codes: &[C; BLOCK_ROWS], table: &Table, out: &mut [Mask]) {
    for (table, out) in table.rows.iter().zip(out.chunks_mut(64)) {
        for (tile, codes) in codes.as_chunks::<TILE_ROWS>().0.iter().enumerate() {
            let mut bits = [[0_u64; 8]; 64];
            for (lane, codes) in codes.as_chunks::<64>().0.iter().enumerate() {
                for (row, code) in bits.iter_mut().zip(codes) {
                    let code: u32 = (*code).into();
                    row[lane] = table.get(code as usize).copied().unwrap_or(0);
                }
            }
            transpose(&mut bits);
            for (mask, row) in out.iter_mut().zip(&bits) {
                mask[tile * 8..tile * 8 + 8].copy_from_slice(row);
            }
        }
    }
}

/// Transposes eight 64 x 64 bit matrices at once, one in each lane (Warren, Hacker's Delight, 2nd ed., 7-3), three steps to a pass.
#[inline(always)]
fn transpose(bits: &mut [[u64; 8]; 64]) {
    for base in 0..8 {
        let mut eight: [[u64; 8]; 8] = std::array::from_fn(|index| bits[base + 8 * index]);
        swap::<32, 4>(&mut eight, 0x0000_0000_FFFF_FFFF);
        swap::<16, 2>(&mut eight, 0x0000_FFFF_0000_FFFF);
        swap::<8, 1>(&mut eight, 0x00FF_00FF_00FF_00FF);
        for (index, row) in eight.iter().enumerate() {
            bits[base + 8 * index] = *row;
        }
    }
    for eight in bits.as_chunks_mut::<8>().0 {
        swap::<4, 4>(eight, 0x0F0F_0F0F_0F0F_0F0F);
        swap::<2, 2>(eight, 0x3333_3333_3333_3333);
        swap::<1, 1>(eight, 0x5555_5555_5555_5555);
    }
}

/// One step: exchanges the blocks of `SHIFT` bits beside the diagonal, between rows that are `APART` in `rows`.
#[inline(always)]
fn swap<const SHIFT: u32, const APART: usize>(rows: &mut [[u64; 8]; 8], low: u64) {
    for index in 0..8 {
        if index & APART == 0 {
            let (mut a, mut b) = (rows[index], rows[index + APART]);
            for (a, b) in a.iter_mut().zip(&mut b) {
                let exchanged = (*a >> SHIFT ^ *b) & low;
                *a ^= exchanged << SHIFT;
                *b ^= exchanged;
            }
            (rows[index], rows[index + APART]) = (a, b);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn equal_to_one_by_one<C: Code>(codes: &[C; BLOCK_ROWS], rows: &[u128], predicates: usize) {
        let holds = |predicate: usize, code: usize| rows.get(code).is_some_and(|bits| bits >> predicate & 1 == 1);
        let table = Table::new(predicates, rows.len(), holds);
        for level in Level::available() {
            let mut masks = vec![[u64::MAX; 64]; predicates];
            lookup(level, codes, &table, &mut masks);
            for (row, code) in codes.iter().enumerate() {
                let code: u32 = (*code).into();
                for (predicate, mask) in masks.iter().enumerate() {
                    let bit = mask[row / 64] >> (row % 64) & 1 == 1;
                    assert_eq!(bit, holds(predicate, code as usize), "{level:?}: row {row}, predicate {predicate}");
                }
            }
        }
    }

    fn random_codes(seed: u64, below: u32) -> [u32; BLOCK_ROWS] {
        let mut state = seed | 1;
        std::array::from_fn(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as u32 % below
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_bit_is_that_of_the_rows_code(
            seed in any::<u64>(),
            rows in proptest::collection::vec(any::<u128>(), 0..300),
            predicates in 0_usize..=128,
        ) {
            let codes = random_codes(seed, 310);
            equal_to_one_by_one(&codes, &rows, predicates);
            equal_to_one_by_one(&codes.map(|code| code as u16), &rows, predicates);
            for size in [1, 64, 65, 128, 129, 256] {
                let rows = &rows[..rows.len().min(size)];
                equal_to_one_by_one(&codes.map(|code| code as u8), rows, predicates);
            }
        }

        #[test]
        fn a_place_has_its_code_at_every_level(seed in any::<u64>(), codes in proptest::collection::vec(any::<u8>(), 0..5000)) {
            for used in [codes.len(), codes.len().min(128), codes.len().min(129)] {
                let translation = Translation::new(codes[..used].iter().copied());
                for below in [130, 5100, 1 << 16] {
                    let places = random_codes(seed, below).map(|place| place as u16);
                    for level in Level::available() {
                        let mut out = [7; BLOCK_ROWS];
                        translate(level, &places, &translation, &mut out);
                        for (place, code) in places.iter().zip(out) {
                            prop_assert_eq!(code, codes[..used].get(usize::from(*place)).copied().unwrap_or(0));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nulls_get_their_code() {
        let valid: Mask = std::array::from_fn(|word| 0x1234_5678_9ABC_DEF1_u64.rotate_left(word as u32));
        for level in Level::available() {
            let (mut bytes, mut shorts) = ([7_u8; BLOCK_ROWS], [7_u16; BLOCK_ROWS]);
            blend_nulls(level, &mut bytes, &valid, 9);
            blend_nulls(level, &mut shorts, &valid, 999);
            for row in 0..BLOCK_ROWS {
                let is_valid = valid[row / 64] >> (row % 64) & 1 == 1;
                assert_eq!((bytes[row], shorts[row]), if is_valid { (7, 7) } else { (9, 999) }, "{level:?}: row {row}");
            }
        }
    }
}
