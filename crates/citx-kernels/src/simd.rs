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
use crate::{BLOCK_ROWS, Level, Mask, Table, Translation};

/// The forms of kernels that the compiler vectorises by itself: one body, compiled for each level.
macro_rules! at_each_level {
    ($($(#[$doc:meta])* fn $name:ident[$($generic:ident: $bound:path),*]($($argument:ident: $type:ty),*) $(-> $result:ty)? = $body:expr;)*) => {
        $($(#[$doc])*
        pub(crate) fn $name<$($generic: $bound),*>(level: Level, $($argument: $type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
                fn avx2<$($generic: $bound),*>($($argument: $type),*) $(-> $result)? {
                    $body
                }
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,bmi1,bmi2,popcnt,lzcnt")]
                fn avx512<$($generic: $bound),*>($($argument: $type),*) $(-> $result)? {
                    $body
                }
                match level {
                    // SAFETY: the level was detected, so that the processor has these features.
                    Level::Avx512 => return unsafe { avx512($($argument),*) },
                    // SAFETY: as above.
                    Level::Avx2 => return unsafe { avx2($($argument),*) },
                    Level::Portable => {}
                }
            }
            let _ = level;
            $body
        })*
    };
}

at_each_level! {
    /// As [`crate::Coder::encode`].
    fn encode[T: Ordered, C: Sized, N: Fn(u16) -> C](coder: &Coder<T>, values: &[T], out: &mut [C; BLOCK_ROWS], narrow: N)
        = coder.encode_here(values, out, narrow);

    /// As [`crate::Coder::places`].
    fn places[T: Ordered](first: T, last: u16, values: &[T], out: &mut [u16; BLOCK_ROWS]) = coder::places_here(first, last, values, out);

    /// As [`crate::Grid::cells`].
    fn cells[](grid: &Grid, lats: &[f64], lons: &[f64], out: &mut [u16; BLOCK_ROWS]) = grid.cells_here(lats, lons, out);

    /// As [`crate::copy`].
    fn copy[K: Copy, C: Sized, N: Fn(K) -> C](keys: &[K], narrow: N, out: &mut [C; BLOCK_ROWS]) = lookup::copy_here(keys, narrow, out);

    /// As [`crate::lookup()`], from bit rows.
    fn by_rows[C: Coded](codes: &[C; BLOCK_ROWS], table: &Table, out: &mut [Mask]) = lookup::by_rows(codes, table, out);

    /// As [`crate::count_both`].
    fn count_both[](a: &[u64], b: &[u64]) -> u64 = shared::words(a, b);
}

/// As [`crate::prefetch`].
pub(crate) fn prefetch<T>(values: &[T]) {
    #[cfg(target_arch = "x86_64")]
    for line in (0..size_of_val(values)).step_by(64) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: asking for memory changes nothing, wherever it lies.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(values.as_ptr().cast::<i8>().wrapping_add(line)) };
    }
}

/// Numbers with a compare at every level.
pub trait Vectored: Copy + PartialOrd {
    /// As [`crate::in_range`], for whole words.
    fn in_range(level: Level, values: &[Self], low: Option<Self>, high: Option<Self>, out: &mut Mask);
}

/// Codes with a lookup at every level.
pub trait Coded: Copy + Into<u32> {
    /// As [`crate::lookup()`].
    fn lookup(level: Level, codes: &[Self; BLOCK_ROWS], table: &Table, out: &mut [Mask]) {
        by_rows(level, codes, table, out);
    }
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

    impl Coded for u8 {}
    impl Coded for u16 {}

    pub fn translate(_: Level, places: &[u16; BLOCK_ROWS], translation: &Translation, out: &mut [u8; BLOCK_ROWS]) {
        lookup::one_by_one(places, translation, out);
    }

    pub fn run(_: Level, program: &Program, masks: &mut [Mask], all: &Mask, outputs: &mut Outputs<'_, '_>) {
        logic::interpret::<16>(program, masks, all, outputs, logic::emit);
    }
}

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use other::{run, translate};

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{run, translate};

impl Coded for u32 {}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::*;

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
        ($($type:ty, $lanes:literal, $broadcast:ident, $load:ident, $compare:ident, $not_below:expr, $below:expr, $part:ty;)*) => {
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
                            let bits = std::ptr::from_mut(word).cast::<$part>();
                            for (index, lanes) in chunk.as_chunks::<$lanes>().0.iter().enumerate() {
                                // SAFETY: the array is as long as the vector; the load needs no alignment.
                                let lanes = unsafe { $load(lanes.as_ptr().cast()) };
                                let mut hits = !0;
                                if LOW {
                                    hits = $compare::<{ $not_below }>(hits, lanes, low);
                                }
                                if HIGH {
                                    hits = $compare::<{ $below }>(hits, lanes, high);
                                }
                                // SAFETY: the parts of a word are as many as the vectors of a chunk, and least significant first, as
                                // this processor has them.
                                unsafe { bits.wrapping_add(index).write(hits) };
                            }
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
        i8, 64, _mm512_set1_epi8, _mm512_loadu_si512, _mm512_mask_cmp_epi8_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT, u64;
        u8, 64, _mm512_set1_epi8, _mm512_loadu_si512, _mm512_mask_cmp_epu8_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT, u64;
        i16, 32, _mm512_set1_epi16, _mm512_loadu_si512, _mm512_mask_cmp_epi16_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT, u32;
        u16, 32, _mm512_set1_epi16, _mm512_loadu_si512, _mm512_mask_cmp_epu16_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT, u32;
        i32, 16, _mm512_set1_epi32, _mm512_loadu_si512, _mm512_mask_cmp_epi32_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT, u16;
        u32, 16, _mm512_set1_epi32, _mm512_loadu_si512, _mm512_mask_cmp_epu32_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT, u16;
        i64, 8, _mm512_set1_epi64, _mm512_loadu_si512, _mm512_mask_cmp_epi64_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT, u8;
        u64, 8, _mm512_set1_epi64, _mm512_loadu_si512, _mm512_mask_cmp_epu64_mask, _MM_CMPINT_NLT, _MM_CMPINT_LT, u8;
        f64, 8, _mm512_set1_pd, _mm512_loadu_pd, _mm512_mask_cmp_pd_mask, _CMP_NLT_UQ, _CMP_LT_OQ, u8;
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
        fn lookup(level: Level, codes: &[Self; BLOCK_ROWS], table: &Table, out: &mut [Mask]) {
            let codes_in_use = table.rows().first().map_or(0, Vec::len);
            if level < Level::Avx512 || codes_in_use > 256 {
                return by_rows(level, codes, table, out);
            }
            for (plane, masks) in table.planes().iter().zip(out.chunks_mut(8)) {
                match codes_in_use {
                    // SAFETY: the level was detected, so that the processor has these features.
                    0..=64 => unsafe { by_bytes::<1>(codes, plane, masks) },
                    // SAFETY: as above.
                    65..=128 => unsafe { by_bytes::<2>(codes, plane, masks) },
                    // SAFETY: as above.
                    _ => unsafe { by_bytes::<4>(codes, plane, masks) },
                }
            }
        }
    }

    pub fn translate(level: Level, places: &[u16; BLOCK_ROWS], translation: &Translation, out: &mut [u8; BLOCK_ROWS]) {
        if level == Level::Avx512 && translation.is_short() {
            // SAFETY: the level was detected, so that the processor has these features.
            unsafe { translate_by_bytes(places, translation, out) }
        } else {
            lookup::one_by_one(places, translation, out);
        }
    }

    /// 256 places at a time, each looked up among 128 entries after another: a permute finds the byte, a compare says whether it is meant.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    fn translate_by_bytes(places: &[u16; BLOCK_ROWS], translation: &Translation, out: &mut [u8; BLOCK_ROWS]) {
        // SAFETY: the array is as long as the vector; the load needs no alignment.
        let load = |bytes: &[u8; 64]| unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) };
        // SAFETY: as above.
        let load_places = |places: &[u16; 32]| unsafe { _mm512_loadu_si512(places.as_ptr().cast()) };
        let low_bytes = load(&std::array::from_fn(|byte| (2 * byte) as u8));
        let greatest = _mm512_set1_epi16(255);
        for (places, out) in places.as_chunks::<256>().0.iter().zip(out.as_chunks_mut::<256>().0) {
            let (mut low, mut high, mut found) = ([_mm512_setzero_si512(); 4], [_mm512_setzero_si512(); 4], [_mm512_setzero_si512(); 4]);
            for ((low, high), places) in low.iter_mut().zip(&mut high).zip(places.as_chunks::<64>().0) {
                let (halves, _) = places.as_chunks::<32>();
                let (a, b) = (load_places(&halves[0]), load_places(&halves[1]));
                *low = _mm512_permutex2var_epi8(a, low_bytes, b);
                let above = |places: __m512i| _mm512_min_epu16(_mm512_srli_epi16::<7>(places), greatest);
                *high = _mm512_permutex2var_epi8(above(a), low_bytes, above(b));
            }
            for (index, entries) in translation.short().iter().enumerate() {
                let (halves, _) = entries.as_chunks::<64>();
                let (first, second, index) = (load(&halves[0]), load(&halves[1]), _mm512_set1_epi8(index as i8));
                for ((low, high), found) in low.iter().zip(&high).zip(&mut found) {
                    let meant = _mm512_cmpeq_epi8_mask(*high, index);
                    *found = _mm512_mask_mov_epi8(*found, meant, _mm512_permutex2var_epi8(first, *low, second));
                }
            }
            for (found, out) in found.iter().zip(out.as_chunks_mut::<64>().0) {
                // SAFETY: the array is as long as the vector; the store needs no alignment.
                unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), *found) };
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
        logic::interpret::<16>(program, masks, all, outputs, |mask, to| stream_avx2(mask, to));
        _mm_sfence();
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,bmi1,bmi2,popcnt,lzcnt")]
    fn interpret_avx512(program: &Program, masks: &mut [Mask], all: &Mask, outputs: &mut Outputs<'_, '_>) {
        logic::interpret::<64>(program, masks, all, outputs, |mask, to| stream_avx512(mask, to));
        // What was stored past the caches must be seen before this thread says that it is done.
        _mm_sfence();
    }

    pub fn run(level: Level, program: &Program, masks: &mut [Mask], all: &Mask, outputs: &mut Outputs<'_, '_>) {
        match level {
            // SAFETY: the level was detected, so that the processor has these features.
            Level::Avx512 => unsafe { interpret_avx512(program, masks, all, outputs) },
            // SAFETY: as above.
            Level::Avx2 => unsafe { interpret_avx2(program, masks, all, outputs) },
            Level::Portable => logic::interpret::<16>(program, masks, all, outputs, logic::emit),
        }
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
