//! How each citizen's experience stands.

use std::mem::MaybeUninit;

use engine::satisfaction::{CitxIndex, IndexColumns, IndexParameters};
use engine::{Result, TimeZone, Timestamp};

use super::error::{citx_error, citx_status};
use super::membership::citx_segment;
use super::population::citx_population;
use super::table::citx_table;
use super::weighting::given_or;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_str, citx_strs};

/// The CitX index of every citizen with a touchpoint. Experimental, a construct of citx; it is no ground for a decision about what
/// a citizen is entitled to. Never changes.
pub struct citx_index(Shared<CitxIndex>);
shared!(citx_index, CitxIndex);

/// Which columns of a table of touchpoints are what; `citizen`, `at` and `kind` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_index_columns {
    /// sizeof(citx_index_columns).
    pub struct_size: usize,
    /// Column of the citizen's key.
    pub citizen: citx_str,
    /// Column of the instant or date (midnight UTC).
    pub at: citx_str,
    /// Column of the kind, as the parameters name it.
    pub kind: citx_str,
    /// Column of the number; null for kinds of a fixed value.
    pub value: citx_str,
    /// Column of the channel.
    pub channel: citx_str,
    /// Column of the service.
    pub service: citx_str,
    /// Column of an id by which a touchpoint that comes twice is counted once.
    pub id: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts.
unsafe impl Options for citx_index_columns {
    const NAME: &'static str = "citx_index_columns";
}

/// The index at `as_of` (a date is midnight UTC); touchpoints that are later are left out. `parameters` are TOML as
/// `data/index/citx-index.toml`, or left out for those that ship with citx.
///
/// `*out` is to be freed with citx_index_free. Status: UNKNOWN_NAME for a column or kind, INVALID_ARGUMENT for parameters or an
/// `as_of` that are none, and naming column and row of a null citizen, an instant that is none, or a value off its scale. Since
/// 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_index_from_table(
    table: Option<&citx_table>,
    columns: *const citx_index_columns,
    parameters: citx_str,
    as_of: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_index>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or columns with their size, as the header asks.
        let columns = unsafe { index_columns(columns) }?;
        let parameters = parameters.maybe("parameters")?;
        let parameters = parameters.as_deref().map_or_else(IndexParameters::builtin, IndexParameters::parse)?;
        let as_of = Timestamp::parse(as_of.text("as_of")?, TimeZone::UTC)?;
        out.write(citx_index::boxed(CitxIndex::new(table, &columns, &parameters, as_of)?));
        Ok(())
    })
}

/// One row a citizen, by key: the key column, citx_index (0 to 100), touchpoints, weight, last_at. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_index_table(
    index: Option<&citx_index>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(index, err, |index| {
        guard::place(out, "out")?.write(citx_table::boxed(index.table()));
        Ok(())
    })
}

/// One citizen's touchpoints, the newest first, with what each adds to the index above or below 50: at, kind, channel, service,
/// value, weight, contribution. The contributions and 50 add up to the index. `*out` is to be freed with citx_table_free. Status:
/// NOT_FOUND for a citizen without touchpoints, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_index_explain(
    index: Option<&citx_index>,
    citizen: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(index, err, |index| {
        let out = guard::place(out, "out")?;
        out.write(citx_table::boxed(index.explain(citizen.text("citizen")?)?));
        Ok(())
    })
}

/// The mean index of all, or of a segment's citizens, overall and by each of `by`: `channel` or `service`, where each citizen
/// counts only the touchpoints there.
///
/// `people` and `segment` are both NULL, or the population and a segment of it. `level` is the intervals'; 0 for 0.95. The table:
/// by, group, value, std_error, ci_low, ci_high, level, n, unit, method, warnings. `*out` is to be freed with citx_table_free.
/// Status: INVALID_ARGUMENT for another breakdown, one whose column was not named, or one of `people` and `segment` alone,
/// OUT_OF_RANGE for the level. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_index_means(
    index: Option<&citx_index>,
    by: citx_strs,
    people: Option<&citx_population>,
    segment: Option<&citx_segment>,
    level: f64,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(index, err, |index| {
        let out = guard::place(out, "out")?;
        let by = by.texts("by")?;
        let by: Vec<&str> = by.iter().map(String::as_str).collect();
        let members = match (people, segment) {
            (None, None) => None,
            _ => Some((guard::given(people, "people")?, guard::given(segment, "segment")?.bitmap())),
        };
        out.write(citx_table::boxed(index.by(&by, members, given_or(level, 0.95))?));
        Ok(())
    })
}

/// Frees an index; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_index_free(index: Option<Box<citx_index>>) {
    guard::free(index);
}

/// The same citizens with more columns: of `features`, which has the population's key column and one row at most for each citizen.
/// A citizen without a row has nulls; a column that was there is replaced.
///
/// `*out` is to be freed with citx_population_free. Status: UNKNOWN_NAME without the key column, INVALID_ARGUMENT naming the row
/// for a key that is null, appears twice or is no citizen's. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_with_features(
    people: Option<&citx_population>,
    features: Option<&citx_table>,
    out: Option<&mut MaybeUninit<Box<citx_population>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        let out = guard::place(out, "out")?;
        out.write(citx_population::boxed(people.with_features(guard::given(features, "features")?)?));
        Ok(())
    })
}

/// # Safety
/// As [`raw::options`].
unsafe fn index_columns(pointer: *const citx_index_columns) -> Result<IndexColumns> {
    // SAFETY: as promised by the caller.
    let given = unsafe { raw::options(pointer) }?.ok_or_else(|| guard::null("columns"))?;
    let mut columns = IndexColumns::default();
    columns.citizen = given.citizen.text("citizen")?.to_owned();
    columns.at = given.at.text("at")?.to_owned();
    columns.kind = given.kind.text("kind")?.to_owned();
    columns.value = given.value.maybe("value")?;
    columns.channel = given.channel.maybe("channel")?;
    columns.service = given.service.maybe("service")?;
    columns.id = given.id.maybe("id")?;
    Ok(columns)
}
