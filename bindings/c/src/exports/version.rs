//! Versions.

use crate::exports::error::citx_status;
use crate::exports::record::citx_record;
use crate::guard::{self, ErrorOut};
use crate::raw::{self, citx_str};
use std::mem::MaybeUninit;

use super::error::citx_error;

/// Major version of the header.
pub const CITX_VERSION_MAJOR: u32 = 0;
/// Minor version of the header.
pub const CITX_VERSION_MINOR: u32 = 1;
/// Patch version of the header.
pub const CITX_VERSION_PATCH: u32 = 0;
/// Version of the binary interface: a library with the same number fits this header if its version is not lower than
/// the header's.
pub const CITX_ABI_VERSION: u32 = 1;

/// The version of the library, such as `0.1.0`. Valid for ever. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_version() -> citx_str {
    citx_str::view(env!("CARGO_PKG_VERSION"))
}

/// The version of the library's binary interface, to be compared with CITX_ABI_VERSION. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_abi_version() -> u32 {
    CITX_ABI_VERSION
}

/// Panics inside the library on purpose and poisons `record`, so that a host can test what it does then. Status: PANIC,
/// INVALID_ARGUMENT for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_test_panic(record: *mut citx_record, err: Option<&mut MaybeUninit<Box<citx_error>>>) -> citx_status {
    let err: ErrorOut<'_> = err;
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(record) }, err, |_| panic!("asked for by citx_test_panic"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_has_the_version_of_the_package() {
        assert_eq!(format!("{CITX_VERSION_MAJOR}.{CITX_VERSION_MINOR}.{CITX_VERSION_PATCH}"), env!("CARGO_PKG_VERSION"));
    }
}
