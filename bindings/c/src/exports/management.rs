//! The management measures of landlords.

use std::mem::MaybeUninit;

use engine::Result;
use engine::satisfaction::{Management, ManagementOptions};

use super::error::{citx_error, citx_status};
use super::table::citx_table;
use super::text::citx_names;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_str};

/// The management measures of one or many landlords, from their numerators and denominators. Never changes.
pub struct citx_management(Shared<Management>);
shared!(citx_management, Management);

/// Which columns of a table of management figures are what. NULL in its place, or zeros: columns of the fields' names, no
/// landlords. What is optional is left out where the table does not have it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_management_options {
    /// sizeof(citx_management_options).
    pub struct_size: usize,
    /// Column of the measure: `BS01`, `RP02(1)`, or `RP02` with the part in its own column.
    pub measure: citx_str,
    /// Column of the part, 1 or 2; optional.
    pub part: citx_str,
    /// Column of `LCRA`, `LCHO` or `Combined` for the measures of complaints; optional.
    pub tenure: citx_str,
    /// Column of the numerator: a number, or a symbol such as `[X]`.
    pub numerator: citx_str,
    /// Column of the denominator: a number, or a symbol.
    pub denominator: citx_str,
    /// Column of a symbol in place of the figure; optional.
    pub symbol: citx_str,
    /// Column of the landlord, where there are several.
    pub unit: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts.
unsafe impl Options for citx_management_options {
    const NAME: &'static str = "citx_management_options";
}

/// The figures of a table, one row for each measure or part, and landlord. `options` may be NULL.
///
/// `*out` is to be freed with citx_management_free. Status: UNKNOWN_NAME for a column or measure, INVALID_ARGUMENT naming column
/// and row for a count that is neither a number of 0 or more nor a symbol, for a part or tenure that the measure does not have,
/// and for a measure that is there twice. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_management_from_table(
    table: Option<&citx_table>,
    options: *const citx_management_options,
    out: Option<&mut MaybeUninit<Box<citx_management>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { management_options(options) }?;
        out.write(citx_management::boxed(Management::from_table(table, &options)?));
        Ok(())
    })
}

/// The landlords, sorted; none where the table names none. `*out` is to be freed with
/// citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_management_units(
    management: Option<&citx_management>,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(management, err, |management| {
        guard::place(out, "out")?.write(citx_names::boxed(management.units().into_iter().map(str::to_owned).collect()));
        Ok(())
    })
}

/// The figures of one landlord.
///
/// `*out` is to be freed with citx_management_free. Status: NOT_FOUND, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_management_of_unit(
    management: Option<&citx_management>,
    unit: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_management>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(management, err, |management| {
        let out = guard::place(out, "out")?;
        out.write(citx_management::boxed(management.of_unit(unit.text("unit")?)?));
        Ok(())
    })
}

/// The figures: unit, tenure, measure, counts, of, numerator, denominator, value, value_unit, published, published_unit,
/// symbol, is_exactly_100, to_publish. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_management_table(
    management: Option<&citx_management>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(management, err, |management| {
        guard::place(out, "out")?.write(citx_table::boxed(management.table()?));
        Ok(())
    })
}

/// What does not fit together: unit, code, tenure, measure, sentence. `*out` is to be freed with
/// citx_table_free. Status: LIMIT_EXCEEDED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_management_checks(
    management: Option<&citx_management>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(management, err, |management| {
        guard::place(out, "out")?.write(citx_table::boxed(management.checks()?));
        Ok(())
    })
}

/// Frees management figures; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_management_free(management: Option<Box<citx_management>>) {
    guard::free(management);
}

/// # Safety
/// As [`raw::options`].
unsafe fn management_options(pointer: *const citx_management_options) -> Result<ManagementOptions> {
    let mut options = ManagementOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    given.measure.maybe("measure")?.into_iter().for_each(|column| options.measure = column);
    given.part.maybe("part")?.into_iter().for_each(|column| options.part = column);
    given.tenure.maybe("tenure")?.into_iter().for_each(|column| options.tenure = column);
    given.numerator.maybe("numerator")?.into_iter().for_each(|column| options.numerator = column);
    given.denominator.maybe("denominator")?.into_iter().for_each(|column| options.denominator = column);
    given.symbol.maybe("symbol")?.into_iter().for_each(|column| options.symbol = column);
    options.unit = given.unit.maybe("unit")?;
    Ok(options)
}
