//! Bytes.

use std::ptr;

use crate::guard;
use crate::handle::{Shared, shared};

/// Bytes of their own: Roaring bitmaps, snapshots.
pub struct citx_bytes(Shared<Vec<u8>>);
shared!(citx_bytes, Vec<u8>);

/// The first byte, citx_bytes_len of them, valid until `bytes` is freed; NULL where there are none. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_bytes_data(bytes: Option<&citx_bytes>) -> *const u8 {
    guard::get(bytes, ptr::null(), |bytes| if bytes.is_empty() { ptr::null() } else { bytes.as_ptr() })
}

/// How many bytes; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_bytes_len(bytes: Option<&citx_bytes>) -> usize {
    guard::get(bytes, 0, Vec::len)
}

/// Frees bytes; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_bytes_free(bytes: Option<Box<citx_bytes>>) {
    guard::free(bytes);
}
