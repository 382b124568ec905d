//! What runs on every row: bitmaps, one bit per citizen and 64 to a word, and the kernels that make and join them.
//!
//! A block is [`BLOCK_ROWS`] rows; a [`Mask`] holds a bit for each of them. Kernels work on whole blocks, have a portable form, and
//! forms for AVX2 and AVX-512 that are chosen when the program runs. All `unsafe` code is in `simd`.
#![deny(unsafe_code)]

mod bitmap;
mod coder;
mod compare;
mod grid;
mod level;
mod logic;
mod lookup;
mod shared;
mod simd;
mod words;

pub use bitmap::Bitmap;
pub use coder::{Coder, Ordered};
pub use compare::{Comparable, in_range};
pub use grid::Grid;
pub use level::Level;
pub use logic::{Instruction, Junction, Outputs, Program, emit, run};
pub use lookup::{Code, PLACES, Table, Translation, blend_nulls, copy, lookup, translate};
pub use shared::count_both;
pub use words::{Spare, Words};

/// Rows in a block: the masks of a whole book stay near the core that works on them.
pub const BLOCK_ROWS: usize = 4_096;

/// Words in a mask.
pub const BLOCK_WORDS: usize = BLOCK_ROWS / 64;

/// One bit for each row of a block.
pub type Mask = [u64; BLOCK_WORDS];

/// Asks for values that will be read soon, so that they are near by then: a block's piece of a column is too short for the processor to see
/// what comes.
pub fn prefetch<T>(values: &[T]) {
    simd::prefetch(values);
}
