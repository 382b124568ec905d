//! What happened to citizens.

use std::mem::MaybeUninit;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use engine::{EventColumns, Events, FeatureOptions, Result};

use super::book::context;
use super::error::{citx_error, citx_status};
use super::population::citx_population;
use super::record::zone;
use super::run::citx_run_options;
use super::table::citx_table;
use super::text::citx_names;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, arrow, citx_str, citx_strs};

/// What happened to citizens, and when: what event_count, first_event and last_event of rules read. Never changes.
pub struct citx_events(Shared<Events>);
shared!(citx_events, Events);

/// Which columns of a table say what happened. NULL in its place, or zeros: `id`, `kind` and `at`, without channels and
/// values.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_event_columns {
    /// sizeof(citx_event_columns).
    pub struct_size: usize,
    /// Keys of the citizens: text or whole numbers.
    pub citizen: citx_str,
    /// What happened: text.
    pub kind: citx_str,
    /// When: timestamps, or dates, which start at midnight in `time_zone`.
    pub at: citx_str,
    /// Through which channel: text.
    pub channel: citx_str,
    /// How much: a number.
    pub value: citx_str,
    /// The zone of dates; UTC if empty.
    pub time_zone: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts.
unsafe impl Options for citx_event_columns {
    const NAME: &'static str = "citx_event_columns";
}

/// Takes the events of an Arrow stream, all its batches, in any order.
///
/// `stream` is moved: whatever the status, it has been released and is marked so. `columns` may be NULL. `*out` is to be
/// freed with citx_events_free. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT naming column and rows, UNSUPPORTED,
/// LIMIT_EXCEEDED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_events_from_stream(
    stream: *mut FFI_ArrowArrayStream,
    columns: *const citx_event_columns,
    out: Option<&mut MaybeUninit<Box<citx_events>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        // SAFETY: NULL or a stream, as the header asks.
        let table = unsafe { arrow::import_stream(stream) };
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or columns with their size, as the header asks.
        let columns = unsafe { event_columns(columns) }?;
        out.write(citx_events::boxed(Events::from_table(&table?, &columns)?));
        Ok(())
    })
}

/// The events of a table; `table` stays the caller's. `columns` may be NULL.
///
/// `*out` is to be freed with citx_events_free; it may outlive `table`. Status: as citx_events_from_stream. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_events_from_table(
    table: Option<&citx_table>,
    columns: *const citx_event_columns,
    out: Option<&mut MaybeUninit<Box<citx_events>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(table, err, |table| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or columns with their size, as the header asks.
        let columns = unsafe { event_columns(columns) }?;
        out.write(citx_events::boxed(Events::from_table(table, &columns)?));
        Ok(())
    })
}

/// How many events; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_events_len(events: Option<&citx_events>) -> usize {
    guard::get(events, 0, Events::len)
}

/// What kinds of events there are. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_events_kinds(
    events: Option<&citx_events>,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(events, err, |events| {
        let kinds = events.kinds().into_iter().map(str::to_owned).collect();
        guard::place(out, "out")?.write(citx_names::boxed(kinds));
        Ok(())
    })
}

/// Which columns citx_events_features makes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_feature_options {
    /// sizeof(citx_feature_options).
    pub struct_size: usize,
    /// How many days back counts and sums go, each a column of its own: 1 to 2^31 - 1.
    pub windows: *const i64,
    /// How many windows.
    pub windows_len: usize,
    /// Which kinds, whether they occur or not; none for all that occur.
    pub kinds: citx_strs,
}

// SAFETY: `repr(C)`, a size first, and zeros are NULL and no texts.
unsafe impl Options for citx_feature_options {
    const NAME: &'static str = "citx_feature_options";
}

/// What citizens did as columns, for citx_population_with_features: one row for each citizen of the population, in its order.
///
/// Beside the key column there are for each kind `KIND_30d` for each window (events of the last 30 days, as event_count of
/// rules), `last_KIND_at` and `first_KIND_at` (null without one), and if the events have values `KIND_value_30d` for each window
/// (their sum, rounded once; null values add nothing). Events after `as_of` do not count. `as_of` and `time_zone` as
/// citx_segment_book_evaluate; `run` may be NULL. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT without
/// windows, for one given twice, a kind given twice, two columns of one name or one named as the key column, OUT_OF_RANGE for a
/// window, LIMIT_EXCEEDED beyond 10,000 columns or the memory, CANCELLED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_events_features(
    events: Option<&citx_events>,
    people: Option<&citx_population>,
    as_of: citx_str,
    time_zone: citx_str,
    options: *const citx_feature_options,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(events, err, |events| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { feature_options(options) }?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(citx_table::boxed(events.features(people, &context(&as_of, &time_zone)?, &options, &run)?));
        Ok(())
    })
}

/// Frees events; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_events_free(events: Option<Box<citx_events>>) {
    guard::free(events);
}

/// # Safety
/// As [`raw::options`].
unsafe fn feature_options(pointer: *const citx_feature_options) -> Result<FeatureOptions> {
    // SAFETY: as promised by the caller.
    let given = unsafe { raw::options(pointer) }?.ok_or_else(|| guard::null("options"))?;
    // SAFETY: the caller promises `windows_len` numbers at `windows` for the time of the call.
    let windows = unsafe { raw::slice(given.windows, given.windows_len, "windows") }?;
    let options = FeatureOptions::new(windows.iter().copied());
    let kinds = given.kinds.texts("kinds")?;
    Ok(if kinds.is_empty() { options } else { options.kinds(kinds) })
}

/// # Safety
/// As [`raw::options`].
unsafe fn event_columns(columns: *const citx_event_columns) -> Result<EventColumns> {
    let mut wanted = EventColumns::default();
    // SAFETY: as promised by the caller.
    let Some(columns) = (unsafe { raw::options(columns) })? else { return Ok(wanted) };
    for (name, given, place) in
        [("citizen", columns.citizen, &mut wanted.citizen), ("kind", columns.kind, &mut wanted.kind), ("at", columns.at, &mut wanted.at)]
    {
        if let Some(given) = given.maybe(name)? {
            *place = given;
        }
    }
    wanted.channel = columns.channel.maybe("channel")?;
    wanted.value = columns.value.maybe("value")?;
    wanted.time_zone = zone(&columns.time_zone)?;
    Ok(wanted)
}
