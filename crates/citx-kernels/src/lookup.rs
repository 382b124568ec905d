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

/// The masks of up to 64 predicates: bit `row` of mask `p` is bit `p` of `table[codes[row]]`, zero where the code is beyond the table.
///
/// `codes` are those of a whole block; rows that are not there have a code whose bits are all zero.
pub fn lookup<C: Code>(level: Level, codes: &[C; BLOCK_ROWS], table: &[u64], out: &mut [Mask]) {
    C::lookup(level.or_less(), codes, table, out);
}

/// Every code of 16 bits.
pub const PLACES: usize = 1 << 16;

/// Code `place` of the table for each place.
pub fn translate(places: &[u16; BLOCK_ROWS], table: &[u8; PLACES], out: &mut [u8; BLOCK_ROWS]) {
    for (code, place) in out.iter_mut().zip(places) {
        *code = table[usize::from(*place)];
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
pub(crate) fn by_rows<C: Copy + Into<u32>>(codes: &[C; BLOCK_ROWS], table: &[u64], out: &mut [Mask]) {
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

    fn equal_to_one_by_one<C: Code>(codes: &[C; BLOCK_ROWS], table: &[u64], predicates: usize) {
        for level in Level::available() {
            let mut masks = vec![[u64::MAX; 64]; predicates];
            lookup(level, codes, table, &mut masks);
            for (row, code) in codes.iter().enumerate() {
                let code: u32 = (*code).into();
                let bits = table.get(code as usize).copied().unwrap_or(0);
                for (predicate, mask) in masks.iter().enumerate() {
                    assert_eq!(mask[row / 64] >> (row % 64) & 1, bits >> predicate & 1, "{level:?}: row {row}, predicate {predicate}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_bit_is_that_of_the_rows_code(
            seed in any::<u64>(),
            table in proptest::collection::vec(any::<u64>(), 0..300),
            predicates in 0_usize..=64,
        ) {
            let mut state = seed | 1;
            let codes: [u32; BLOCK_ROWS] = std::array::from_fn(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 40) as u32 % 310
            });
            equal_to_one_by_one(&codes, &table, predicates);
            equal_to_one_by_one(&codes.map(|code| code as u16), &table, predicates);
            for size in [1, 64, 65, 128, 129, 256] {
                let table = &table[..table.len().min(size)];
                equal_to_one_by_one(&codes.map(|code| code as u8), table, predicates);
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
