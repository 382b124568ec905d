//! The forms of the kernels for one processor or another, and the choice between them. The only `unsafe` code of the core: calls of
//! functions for which the processor was asked, loads and stores of whole arrays, and stores past the caches.
//!
//! Most forms are the portable one, compiled again for wider vectors; intrinsics stand where a compiler does not find the
//! instruction: compares into bits, byte permutes, the transposition of 8 x 8 bits.
#![allow(unsafe_code)]

use crate::coder::{self, Coder, Ordered};
use crate::compare;
use crate::grid::Grid;
use crate::logic::{self, Outputs, Program};
use crate::lookup;
use crate::shared;
use crate::{BLOCK_ROWS, Level, Mask};

/// As [`crate::Coder::encode`].
pub(crate) fn encode<T: Ordered, C>(level: Level, coder: &Coder<T>, values: &[T], out: &mut [C; BLOCK_ROWS], narrow: impl Fn(u16) -> C) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
        fn avx2<T: Ordered, C>(coder: &Coder<T>, values: &[T], out: &mut [C; BLOCK_ROWS], narrow: impl Fn(u16) -> C) {
            coder.encode_here(values, out, narrow);
        }
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,bmi1,bmi2,popcnt,lzcnt")]
        fn avx512<T: Ordered, C>(coder: &Coder<T>, values: &[T], out: &mut [C; BLOCK_ROWS], narrow: impl Fn(u16) -> C) {
            coder.encode_here(values, out, narrow);
        }
        match level {
            // SAFETY: the level was detected, so that the processor has these features.
            Level::Avx512 => return unsafe { avx512(coder, values, out, narrow) },
            // SAFETY: as above.
            Level::Avx2 => return unsafe { avx2(coder, values, out, narrow) },
            Level::Portable => {}
        }
    }
    let _ = level;
    coder.encode_here(values, out, narrow);
}

/// As [`crate::Coder::places`].
pub(crate) fn places<T: Ordered>(level: Level, first: T, last: u16, values: &[T], out: &mut [u16; BLOCK_ROWS]) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
        fn avx2<T: Ordered>(first: T, last: u16, values: &[T], out: &mut [u16; BLOCK_ROWS]) {
            coder::places_here(first, last, values, out);
        }
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,bmi1,bmi2,popcnt,lzcnt")]
        fn avx512<T: Ordered>(first: T, last: u16, values: &[T], out: &mut [u16; BLOCK_ROWS]) {
            coder::places_here(first, last, values, out);
        }
        match level {
            // SAFETY: the level was detected, so that the processor has these features.
            Level::Avx512 => return unsafe { avx512(first, last, values, out) },
            // SAFETY: as above.
            Level::Avx2 => return unsafe { avx2(first, last, values, out) },
            Level::Portable => {}
        }
    }
    let _ = level;
    coder::places_here(first, last, values, out);
}

/// As [`crate::Grid::cells`].
pub(crate) fn cells(level: Level, grid: &Grid, lats: &[f64], lons: &[f64], out: &mut [u16; BLOCK_ROWS]) {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
        fn avx2(grid: &Grid, lats: &[f64], lons: &[f64], out: &mut [u16; BLOCK_ROWS]) {
            grid.cells_here(lats, lons, out);
        }
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,bmi1,bmi2,popcnt,lzcnt")]
        fn avx512(grid: &Grid, lats: &[f64], lons: &[f64], out: &mut [u16; BLOCK_ROWS]) {
            grid.cells_here(lats, lons, out);
        }
        match level {
            // SAFETY: the level was detected, so that the processor has these features.
            Level::Avx512 => return unsafe { avx512(grid, lats, lons, out) },
            // SAFETY: as above.
            Level::Avx2 => return unsafe { avx2(grid, lats, lons, out) },
            Level::Portable => {}
        }
    }
    let _ = level;
    grid.cells_here(lats, lons, out);
}

/// Numbers with a compare at every level.
pub trait Vectored: Copy + PartialOrd {
    /// As [`crate::in_range`], for whole words.
    fn in_range(level: Level, values: &[Self], low: Option<Self>, high: Option<Self>, out: &mut Mask);
}

/// Codes with a lookup at every level.
pub trait Coded: Copy + Into<u32> {
    /// As [`crate::lookup()`].
    fn lookup(level: Level, codes: &[Self; BLOCK_ROWS], table: &[u64], out: &mut [Mask]);
    /// As [`crate::blend_nulls`].
    fn blend_nulls(_level: Level, codes: &mut [Self; BLOCK_ROWS], valid: &Mask, null: Self) {
        lookup::blend(codes, valid, null);
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod other {
    use super::*;

    macro_rules! portable {
        ($($type:ty)*) => {
            $(impl Vectored for $type {
                fn in_range(_: Level, values: &[Self], low: Option<Self>, high: Option<Self>, out: &mut Mask) {
                    compare::words(values, low, high, out, compare::pack);
                }
            })*
        };
    }
    portable!(i8 i16 i32 i64 u8 u16 u32 u64 f64);

    macro_rules! by_rows {
        ($($type:ty)*) => {
            $(impl Coded for $type {
                fn lookup(_: Level, codes: &[Self; BLOCK_ROWS], table: &[u64], out: &mut [Mask]) {
                    lookup::by_rows(codes, table, out);
                }
            })*
        };
    }
    by_rows!(u8 u16 u32);

    pub fn count_both(_: Level, a: &[u64], b: &[u64]) -> u64 {
        shared::words(a, b)
    }

    pub fn run(_: Level, program: &Program, masks: &mut [Mask], all: &Mask, outputs: &mut Outputs<'_, '_>) {
        logic::interpret(program, masks, all, outputs, logic::emit);
    }
}

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use other::{count_both, run};

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{count_both, run};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::*;

    /// The three forms of a kernel that the compiler vectorises by itself.
    macro_rules! compiled_for_each_level {
        ($level:expr, $body:ident :: $avx2:ident, $avx512:ident, ($($argument:expr),*)) => {
            match $level {
                // SAFETY: the level was detected, so that the processor has these features.
                Level::Avx512 => unsafe { $avx512($($argument),*) },
                // SAFETY: as above.
                Level::Avx2 => unsafe { $avx2($($argument),*) },
                Level::Portable => $body($($argument),*),
            }
        };
    }

    pub fn count_both(level: Level, a: &[u64], b: &[u64]) -> u64 {
        #[target_feature(enable = "avx2,popcnt")]
        fn avx2(a: &[u64], b: &[u64]) -> u64 {
            shared::words(a, b)
        }
        #[target_feature(enable = "avx512f,avx512vl,avx512vpopcntdq,popcnt")]
        fn avx512(a: &[u64], b: &[u64]) -> u64 {
            shared::words(a, b)
        }
        let portable = shared::words;
        compiled_for_each_level!(level, portable::avx2, avx512, (a, b))
    }

    #[target_feature(enable = "avx2")]
    fn pack_avx2(hits: &[u8; 64]) -> u64 {
        let half = |half: &[u8; 32]| {
            // SAFETY: the array is as long as the vector; the load needs no alignment.
            let bytes = unsafe { _mm256_loadu_si256(half.as_ptr().cast()) };
            // Each byte is 0 or 1, so that a shift of the wider lanes carries its one bit to the top of the same byte.
            u64::from(_mm256_movemask_epi8(_mm256_slli_epi16::<7>(bytes)) as u32)
        };
        let (halves, _) = hits.as_chunks::<32>();
        half(&halves[0]) | half(&halves[1]) << 32
    }

    macro_rules! vectored {
        ($($type:ty, $wide:ident, $lanes:literal, $broadcast:ident, $load:ident, $compare:ident, $not_below:expr, $below:expr;)*) => {
            $(impl Vectored for $type {
                fn in_range(level: Level, values: &[Self], low: Option<Self>, high: Option<Self>, out: &mut Mask) {
                    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
                    fn avx2(values: &[$type], low: Option<$type>, high: Option<$type>, out: &mut Mask) {
                        compare::words(values, low, high, out, |hits| pack_avx2(hits));
                    }
                    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,bmi1,bmi2,popcnt,lzcnt")]
                    fn avx512<const LOW: bool, const HIGH: bool>(values: &[$type], low: $type, high: $type, out: &mut Mask) {
                        let (low, high) = ($broadcast(low as _), $broadcast(high as _));
                        for (chunk, word) in values.as_chunks::<64>().0.iter().zip(out) {
                            let mut bits = 0;
                            for (index, lanes) in chunk.as_chunks::<$lanes>().0.iter().enumerate() {
                                // SAFETY: the array is as long as the vector; the load needs no alignment.
                                let lanes = unsafe { $load(lanes.as_ptr().cast()) };
                                let mut hits = !0;
                                if LOW {
                                    hits &= $compare::<{ $not_below }>(lanes, low);
                                }
                                if HIGH {
                                    hits &= $compare::<{ $below }>(lanes, high);
                                }
                                bits |= u64::from(hits) << (index * $lanes);
                            }
                            *word = bits;
                        }
                    }
                    match (level, low, high) {
                        // SAFETY: the level was detected, so that the processor has these features.
                        (Level::Avx512, Some(low), Some(high)) => unsafe { avx512::<true, true>(values, low, high, out) },
                        // SAFETY: as above.
                        (Level::Avx512, Some(low), None) => unsafe { avx512::<true, false>(values, low, low, out) },
                        // SAFETY: as above.
                        (Level::Avx512, None, Some(high)) => unsafe { avx512::<false, true>(values, high, high, out) },
                        // SAFETY: as above.
                        (Level::Avx2, ..) => unsafe { avx2(values, low, high, out) },
                        _ => compare::words(values, low, high, out, compare::pack),
                    }
                }
            })*
        };
    }

    vectored! {
        i8, __m512i, 64, _mm512_set1_epi8, _mm512_loadu_si512, _mm512_cmp_epi8_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT;
        u8, __m512i, 64, _mm512_set1_epi8, _mm512_loadu_si512, _mm512_cmp_epu8_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT;
        i16, __m512i, 32, _mm512_set1_epi16, _mm512_loadu_si512, _mm512_cmp_epi16_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT;
        u16, __m512i, 32, _mm512_set1_epi16, _mm512_loadu_si512, _mm512_cmp_epu16_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT;
        i32, __m512i, 16, _mm512_set1_epi32, _mm512_loadu_si512, _mm512_cmp_epi32_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT;
        u32, __m512i, 16, _mm512_set1_epi32, _mm512_loadu_si512, _mm512_cmp_epu32_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT;
        i64, __m512i, 8, _mm512_set1_epi64, _mm512_loadu_si512, _mm512_cmp_epi64_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT;
        u64, __m512i, 8, _mm512_set1_epi64, _mm512_loadu_si512, _mm512_cmp_epu64_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT;
        f64, __m512d, 8, _mm512_set1_pd, _mm512_loadu_pd, _mm512_cmp_pd_mask, _CMP_NLT_UQ, _CMP_LT_OQ;
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
    fn by_rows_avx2<C: Copy + Into<u32>>(codes: &[C; BLOCK_ROWS], table: &[u64], out: &mut [Mask]) {
        lookup::by_rows(codes, table, out);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,bmi1,bmi2,popcnt,lzcnt")]
    fn by_rows_avx512<C: Copy + Into<u32>>(codes: &[C; BLOCK_ROWS], table: &[u64], out: &mut [Mask]) {
        lookup::by_rows(codes, table, out);
    }

    fn by_rows<C: Copy + Into<u32>>(level: Level, codes: &[C; BLOCK_ROWS], table: &[u64], out: &mut [Mask]) {
        use crate::lookup::by_rows;
        compiled_for_each_level!(level, by_rows::by_rows_avx2, by_rows_avx512, (codes, table, out));
    }

    impl Coded for u16 {
        fn blend_nulls(level: Level, codes: &mut [Self; BLOCK_ROWS], valid: &Mask, null: Self) {
            #[target_feature(enable = "avx512f,avx512bw")]
            fn blend(codes: &mut [u16; BLOCK_ROWS], valid: &Mask, null: u16) {
                let null = _mm512_set1_epi16(null as i16);
                for (chunk, word) in codes.as_chunks_mut::<64>().0.iter_mut().zip(valid) {
                    for (half, codes) in chunk.as_chunks_mut::<32>().0.iter_mut().enumerate() {
                        // SAFETY: the array is as long as the vector; the store needs no alignment.
                        unsafe { _mm512_mask_storeu_epi16(codes.as_mut_ptr().cast(), !(word >> (32 * half)) as u32, null) };
                    }
                }
            }
            match level {
                // SAFETY: the level was detected, so that the processor has these features.
                Level::Avx512 => unsafe { blend(codes, valid, null) },
                _ => lookup::blend(codes, valid, null),
            }
        }
        fn lookup(level: Level, codes: &[Self; BLOCK_ROWS], table: &[u64], out: &mut [Mask]) {
            by_rows(level, codes, table, out);
        }
    }

    impl Coded for u32 {
        fn lookup(level: Level, codes: &[Self; BLOCK_ROWS], table: &[u64], out: &mut [Mask]) {
            by_rows(level, codes, table, out);
        }
    }

    impl Coded for u8 {
        fn blend_nulls(level: Level, codes: &mut [Self; BLOCK_ROWS], valid: &Mask, null: Self) {
            #[target_feature(enable = "avx512f,avx512bw")]
            fn blend(codes: &mut [u8; BLOCK_ROWS], valid: &Mask, null: u8) {
                let null = _mm512_set1_epi8(null as i8);
                for (codes, word) in codes.as_chunks_mut::<64>().0.iter_mut().zip(valid) {
                    // SAFETY: the array is as long as the vector; the store needs no alignment.
                    unsafe { _mm512_mask_storeu_epi8(codes.as_mut_ptr().cast(), !word, null) };
                }
            }
            match level {
                // SAFETY: the level was detected, so that the processor has these features.
                Level::Avx512 => unsafe { blend(codes, valid, null) },
                _ => lookup::blend(codes, valid, null),
            }
        }
        fn lookup(level: Level, codes: &[Self; BLOCK_ROWS], table: &[u64], out: &mut [Mask]) {
            if level < Level::Avx512 {
                return by_rows(level, codes, table, out);
            }
            for (plane, masks) in out.chunks_mut(8).enumerate() {
                let mut bytes = [0_u8; 256];
                for (byte, bits) in bytes.iter_mut().zip(table) {
                    *byte = (bits >> (8 * plane)) as u8;
                }
                match table.len() {
                    // SAFETY: the level was detected, so that the processor has these features.
                    0..=64 => unsafe { by_bytes::<1>(codes, &bytes, masks) },
                    // SAFETY: as above.
                    65..=128 => unsafe { by_bytes::<2>(codes, &bytes, masks) },
                    // SAFETY: as above.
                    _ => unsafe { by_bytes::<4>(codes, &bytes, masks) },
                }
            }
        }
    }

    /// Eight predicates at once: a byte permute looks 64 codes up, a product with the unit matrix transposes 8 x 8 bits.
    /// `QUARTERS` says how many quarters of the 256 codes are used; a code beyond them has no bits.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,gfni")]
    fn by_bytes<const QUARTERS: usize>(codes: &[u8; BLOCK_ROWS], bytes: &[u8; 256], masks: &mut [Mask]) {
        // SAFETY: the array is as long as the vector; the load needs no alignment.
        let quarter = |quarter: &[u8; 64]| unsafe { _mm512_loadu_si512(quarter.as_ptr().cast()) };
        let (quarters, _) = bytes.as_chunks::<64>();
        let table = [quarter(&quarters[0]), quarter(&quarters[1]), quarter(&quarters[2]), quarter(&quarters[3])];
        // Byte 8 t + i of the result is byte 8 i + t.
        let across: [u8; 64] = std::array::from_fn(|byte| (byte % 8 * 8 + byte / 8) as u8);
        let reversed: [u8; 64] = std::array::from_fn(|byte| (byte % 16 / 8 * 8 + 7 - byte % 8) as u8);
        // SAFETY: both arrays are as long as the vector.
        let across = unsafe { _mm512_loadu_si512(across.as_ptr().cast()) };
        // SAFETY: as above.
        let reversed = unsafe { _mm512_loadu_si512(reversed.as_ptr().cast()) };
        let unit = _mm512_set1_epi64(0x8040_2010_0804_0201_u64 as i64);
        for (tile, codes) in codes.as_chunks::<512>().0.iter().enumerate() {
            let word = |index: usize| {
                // SAFETY: the array is as long as the vector; the load needs no alignment.
                let codes = unsafe { _mm512_loadu_si512(codes.as_chunks::<64>().0[index].as_ptr().cast()) };
                let hits = match QUARTERS {
                    1 => {
                        let known = _mm512_cmp_epu8_mask::<_MM_CMPINT_LT>(codes, _mm512_set1_epi8(64));
                        _mm512_maskz_permutexvar_epi8(known, codes, table[0])
                    }
                    2 => {
                        let known = !_mm512_movepi8_mask(codes);
                        _mm512_maskz_permutex2var_epi8(known, table[0], codes, table[1])
                    }
                    _ => {
                        let low = _mm512_permutex2var_epi8(table[0], codes, table[1]);
                        let high = _mm512_permutex2var_epi8(table[2], codes, table[3]);
                        _mm512_mask_blend_epi8(_mm512_movepi8_mask(codes), low, high)
                    }
                };
                // The matrix product takes its rows from the last byte on.
                let rows = _mm512_shuffle_epi8(hits, reversed);
                _mm512_permutexvar_epi8(across, _mm512_gf2p8affine_epi64_epi8::<0>(unit, rows))
            };
            let words = transpose([word(0), word(1), word(2), word(3), word(4), word(5), word(6), word(7)]);
            for (mask, words) in masks.iter_mut().zip(words) {
                let to: &mut [u64] = &mut mask[tile * 8..tile * 8 + 8];
                // SAFETY: the slice is as long as the vector; the store needs no alignment.
                unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), words) };
            }
        }
    }

    /// Transposes 8 x 8 words.
    #[target_feature(enable = "avx512f")]
    fn transpose(rows: [__m512i; 8]) -> [__m512i; 8] {
        let [a, b, c, d, e, f, g, h] = rows;
        let even = [_mm512_unpacklo_epi64(a, b), _mm512_unpacklo_epi64(c, d), _mm512_unpacklo_epi64(e, f), _mm512_unpacklo_epi64(g, h)];
        let odd = [_mm512_unpackhi_epi64(a, b), _mm512_unpackhi_epi64(c, d), _mm512_unpackhi_epi64(e, f), _mm512_unpackhi_epi64(g, h)];
        let lanes = |[a, b, c, d]: [__m512i; 4]| {
            let (low, high) = (_mm512_shuffle_i64x2::<0x44>(a, b), _mm512_shuffle_i64x2::<0x44>(c, d));
            let (low_2, high_2) = (_mm512_shuffle_i64x2::<0xEE>(a, b), _mm512_shuffle_i64x2::<0xEE>(c, d));
            [
                _mm512_shuffle_i64x2::<0x88>(low, high),
                _mm512_shuffle_i64x2::<0xDD>(low, high),
                _mm512_shuffle_i64x2::<0x88>(low_2, high_2),
                _mm512_shuffle_i64x2::<0xDD>(low_2, high_2),
            ]
        };
        let ([r0, r2, r4, r6], [r1, r3, r5, r7]) = (lanes(even), lanes(odd));
        [r0, r1, r2, r3, r4, r5, r6, r7]
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
    fn interpret_avx2(program: &Program, masks: &mut [Mask], all: &Mask, outputs: &mut Outputs<'_, '_>) {
        logic::interpret(program, masks, all, outputs, |mask, to| stream_avx2(mask, to));
        _mm_sfence();
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,bmi1,bmi2,popcnt,lzcnt")]
    fn interpret_avx512(program: &Program, masks: &mut [Mask], all: &Mask, outputs: &mut Outputs<'_, '_>) {
        logic::interpret(program, masks, all, outputs, |mask, to| stream_avx512(mask, to));
        // What was stored past the caches must be seen before this thread says that it is done.
        _mm_sfence();
    }

    fn interpret(program: &Program, masks: &mut [Mask], all: &Mask, outputs: &mut Outputs<'_, '_>) {
        logic::interpret(program, masks, all, outputs, logic::emit);
    }

    pub fn run(level: Level, program: &Program, masks: &mut [Mask], all: &Mask, outputs: &mut Outputs<'_, '_>) {
        compiled_for_each_level!(level, interpret::interpret_avx2, interpret_avx512, (program, masks, all, outputs));
    }

    /// As [`logic::emit`], past the caches where the place allows it: results are not read again while a block is worked on.
    #[target_feature(enable = "avx2,popcnt")]
    fn stream_avx2(mask: &Mask, to: &mut [u64]) -> u64 {
        if to.len() != mask.len() || to.as_ptr().align_offset(32) != 0 {
            return logic::emit(mask, to);
        }
        for (from, to) in mask.as_chunks::<4>().0.iter().zip(to.as_chunks_mut::<4>().0) {
            // SAFETY: both arrays are as long as the vector.
            let words = unsafe { _mm256_loadu_si256(from.as_ptr().cast()) };
            // SAFETY: the first array is aligned as the vector is, and so is each 32 bytes on.
            unsafe { _mm256_stream_si256(to.as_mut_ptr().cast(), words) };
        }
        mask.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    #[target_feature(enable = "avx512f,avx512vpopcntdq,popcnt")]
    fn stream_avx512(mask: &Mask, to: &mut [u64]) -> u64 {
        if to.len() != mask.len() || to.as_ptr().align_offset(64) != 0 {
            return logic::emit(mask, to);
        }
        let mut ones = _mm512_setzero_si512();
        for (from, to) in mask.as_chunks::<8>().0.iter().zip(to.as_chunks_mut::<8>().0) {
            // SAFETY: both arrays are as long as the vector.
            let words = unsafe { _mm512_loadu_si512(from.as_ptr().cast()) };
            ones = _mm512_add_epi64(ones, _mm512_popcnt_epi64(words));
            // SAFETY: the first array is aligned as the vector is, and so is each 64 bytes on.
            unsafe { _mm512_stream_si512(to.as_mut_ptr().cast(), words) };
        }
        _mm512_reduce_add_epi64(ones) as u64
    }
}
