//! What a campaign changed.

use std::mem::MaybeUninit;

use engine::UpliftOptions;

use super::error::{citx_error, citx_status};
use super::table::citx_table;
use crate::guard;
use crate::handle::SharedHandle as _;
use crate::raw::{self, Options, citx_str};

/// Which columns of a campaign's outcome are what. `arm`, `outcome` and `control` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_uplift_options {
    /// sizeof(citx_uplift_options).
    pub struct_size: usize,
    /// Column of the arm.
    pub arm: citx_str,
    /// Column of the outcome: boolean, a number, or yes / no text.
    pub outcome: citx_str,
    /// The arm that was left alone.
    pub control: citx_str,
    /// Column of what was randomised, such as the household; left out for individuals.
    pub cluster: citx_str,
    /// Column to break down by; left out for none.
    pub by: citx_str,
    /// Level of the intervals; 0 for 0.95.
    pub level: f64,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and 0.
unsafe impl Options for citx_uplift_options {
    const NAME: &'static str = "citx_uplift_options";
}

/// What each arm of a randomised campaign changed against the control: a table of arm, effect, std_error, ci_low,
/// ci_high, n, ...
///
/// `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column, NOT_FOUND for the control arm,
/// INVALID_ARGUMENT naming column and row, INSUFFICIENT_DATA. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_uplift(
    table: Option<&citx_table>,
    options: *const citx_uplift_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let given = unsafe { raw::options(options) }?.ok_or_else(|| guard::null("options"))?;
        let mut options = UpliftOptions::new(given.arm.text("arm")?, given.outcome.text("outcome")?, given.control.text("control")?);
        options.cluster = given.cluster.maybe("cluster")?;
        options.by = given.by.maybe("by")?;
        if given.level != 0.0 {
            options.level = given.level;
        }
        out.write(citx_table::boxed(engine::uplift(table, &options)?));
        Ok(())
    })
}
