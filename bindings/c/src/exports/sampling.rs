//! Samples drawn, and what became of them.

use std::mem::MaybeUninit;

use engine::satisfaction::{self, Allocation, DrawOptions};
use engine::{Error, ErrorKind, Result};

use super::error::{citx_error, citx_status};
use super::population::citx_population;
use super::table::citx_table;
use super::weighting::citx_totals;
use crate::guard;
use crate::handle::SharedHandle as _;
use crate::raw::{self, Options, citx_str};

/// A name and how many there are of it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_tally {
    /// The name.
    name: citx_str,
    /// How many.
    count: u64,
}

/// A list of names and their numbers, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_tallies {
    /// The first of them.
    items: *const citx_tally,
    /// How many.
    len: usize,
}

/// How a sample is drawn. NULL in its place, or zeros: a simple random sample of citizens with seed 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_draw_options {
    /// sizeof(citx_draw_options).
    pub struct_size: usize,
    /// Column of the strata; left out for none.
    pub strata: citx_str,
    /// How many of each stratum: `proportional` (the default), `equal`, `neyman` (in proportion to its size times its `spread`)
    /// or `given` (its `numbers`).
    pub allocation: citx_str,
    /// Of `neyman`, the standard deviation in each stratum.
    pub spread: citx_totals,
    /// Of `given`, how many of each stratum.
    pub numbers: citx_tallies,
    /// Column of the household, of which one citizen is drawn; left out for none.
    pub one_per: citx_str,
    /// What the draws depend on, beside the keys.
    pub seed: u64,
}

// SAFETY: `repr(C)`, a size first, and zeros are defaults.
unsafe impl Options for citx_draw_options {
    const NAME: &'static str = "citx_draw_options";
}

/// A random sample without replacement of `n` citizens, within strata where they are named, or of one citizen of each of `n`
/// households. Neither the order of rows nor threads can change it.
///
/// The table: the key's own name, stratum, unit (the household, or the key), probability, weight, stratum_population and
/// stratum_sample (in units); sorted by stratum and key. `options` may be NULL. `*out` is to be freed with citx_table_free.
/// Status: OUT_OF_RANGE for 0 or more than there are, INVALID_ARGUMENT naming the row of a null stratum or household or of a
/// household in two strata, UNKNOWN_NAME for a column, or a stratum that is not there. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_population_draw(
    people: Option<&citx_population>,
    n: u64,
    options: *const citx_draw_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { draw_options(options) }?;
        out.write(citx_table::boxed(people.draw(n, &options)?));
        Ok(())
    })
}

/// The outcome rates of a sample's final dispositions by AAPOR's Standard Definitions: RR1 to RR6, COOP1 to COOP4, REF1 to REF3
/// and CON1 to CON3.
///
/// The column `code` has the standard's codes, symbols or words; that of `count`, which may be left out, how many cases each row
/// stands for. `eligible` is the share of unknown cases taken to be eligible; NULL for the share among those that are known. The
/// table: rate, value, numerator, denominator, e, formula, source. `*out` is to be freed with citx_table_free. Status:
/// UNKNOWN_NAME for a column, INVALID_ARGUMENT naming the row of a code that is none or a count below 0, OUT_OF_RANGE for
/// `eligible` outside [0, 1]. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_response_rates(
    dispositions: Option<&citx_table>,
    code: citx_str,
    count: citx_str,
    eligible: *const f64,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(dispositions, err, |dispositions| {
        let out = guard::place(out, "out")?;
        let count = count.maybe("count")?;
        // SAFETY: NULL, or a number lies there for the time of the call.
        let eligible = unsafe { raw::item(eligible, "eligible") }?;
        out.write(citx_table::boxed(satisfaction::response_rates(dispositions, code.text("code")?, count.as_deref(), eligible)?));
        Ok(())
    })
}

/// Whom answers stand for: one row with answers, citizens, citizens_more_than_once, citizens_unknown, and the same of households
/// where `household` is not left out.
///
/// `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT without rows. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_coverage(
    answers: Option<&citx_table>,
    citizen: citx_str,
    household: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(answers, err, |answers| {
        let out = guard::place(out, "out")?;
        let household = household.maybe("household")?;
        out.write(citx_table::boxed(satisfaction::coverage(answers, citizen.text("citizen")?, household.as_deref())?));
        Ok(())
    })
}

impl citx_tallies {
    /// The names and numbers of the argument `name`.
    pub(super) fn tallies(&self, name: &str) -> Result<Vec<(String, u64)>> {
        // SAFETY: the caller promises `len` tallies at `items` for the time of the call.
        let items = unsafe { raw::slice(self.items, self.len, name) }?;
        items.iter().map(|item| Ok((item.name.text(name)?.to_owned(), item.count))).collect()
    }
}

/// # Safety
/// As [`raw::options`].
unsafe fn draw_options(pointer: *const citx_draw_options) -> Result<DrawOptions> {
    let mut options = DrawOptions::default();
    // SAFETY: as promised by the caller.
    let Some(given) = (unsafe { raw::options(pointer) })? else { return Ok(options) };
    options.strata = given.strata.maybe("strata")?;
    options.allocation = match given.allocation.text("allocation")? {
        "" | "proportional" => Allocation::Proportional,
        "equal" => Allocation::Equal,
        "neyman" => Allocation::Neyman(given.spread.totals()?),
        "given" => Allocation::Given(given.numbers.tallies("numbers")?),
        other => {
            let message = format!("`allocation` is `proportional`, `equal`, `neyman` or `given`, not `{other}`");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
    };
    options.one_per = given.one_per.maybe("one_per")?;
    options.seed = given.seed;
    Ok(options)
}
