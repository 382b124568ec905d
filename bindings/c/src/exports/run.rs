//! How long calls run.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use engine::CancelToken;

use super::error::{citx_error, citx_status};
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::Options;

/// Stops calls from another thread. Any number of calls may share one; any thread may cancel it.
pub struct citx_cancel(Shared<CancelToken>);
shared!(citx_cancel, CancelToken);

/// How a long call runs. NULL in its place: all cores, no cancelling, no progress.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_run_options {
    /// sizeof(citx_run_options).
    pub struct_size: usize,
    /// Stops the call with CITX_STATUS_CANCELLED once it is cancelled; NULL for never.
    pub cancel: *const citx_cancel,
    /// Hears the share done, from 0 to 1, from threads of citx, several at once; NULL for nobody. Must not throw.
    pub progress: Option<unsafe extern "C" fn(share: f64, data: *mut c_void)>,
    /// Handed to `progress`.
    pub progress_data: *mut c_void,
    /// At most this many threads; 0 is all cores. Results do not depend on it.
    pub threads: u32,
    /// Refuses with CITX_STATUS_LIMIT_EXCEEDED, before it starts, what may take more than so many bytes; 0 is no limit.
    pub memory_limit: u64,
}

// SAFETY: `repr(C)`, a size first, and zeros are no token, no function and no limits.
unsafe impl Options for citx_run_options {
    const NAME: &'static str = "citx_run_options";
}

/// A token that has not been cancelled. `*out` is to be freed with citx_cancel_free. Status: INVALID_ARGUMENT. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_cancel_new(
    out: Option<&mut MaybeUninit<Box<citx_cancel>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        guard::place(out, "out")?.write(citx_cancel::boxed(CancelToken::new()));
        Ok(())
    })
}

/// Asks the calls that hold the token to stop. Any thread, at any time; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_cancel_set(cancel: Option<&citx_cancel>) {
    guard::get(cancel, (), CancelToken::cancel);
}

/// Whether it was asked; false for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_cancel_is_set(cancel: Option<&citx_cancel>) -> bool {
    guard::get(cancel, false, CancelToken::is_cancelled)
}

/// Frees a token that no call holds any more; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_cancel_free(cancel: Option<Box<citx_cancel>>) {
    guard::free(cancel);
}
