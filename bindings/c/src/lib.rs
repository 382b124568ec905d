//! The C ABI of citx: `libcitx` and, generated from this crate, `include/citx.h`.
//!
//! `exports` holds the functions of the header and little else; `raw` holds every dereference of what C hands over; the rest is safe.
#![deny(unsafe_code)]
#![allow(non_camel_case_types)]

#[expect(unsafe_code, reason = "`no_mangle`, and calls into `raw`")]
#[expect(clippy::missing_safety_doc, reason = "what a caller must keep to stands once, at the top of the header")]
pub mod exports;
mod guard;
mod handle;
#[expect(unsafe_code, reason = "pointers from C are read here")]
pub mod raw;
