//! Bitmaps: one bit per citizen, 64 to a word.
#![forbid(unsafe_code)]

mod bitmap;

pub use bitmap::Bitmap;
