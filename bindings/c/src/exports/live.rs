//! Live segments.

use std::mem::MaybeUninit;

use engine::rules::Event;
use engine::segments::LiveSegments;
use engine::{Column, Error, ErrorKind, Result, Table, Timestamp};

use super::book::{citx_segment_book, context};
use super::bytes::citx_bytes;
use super::changes::citx_changes;
use super::error::{citx_error, citx_status};
use super::membership::citx_membership;
use super::population::citx_population;
use super::record::citx_record;
use super::run::citx_run_options;
use super::sources::{self, citx_sources};
use super::table::{citx_table, single};
use super::view::citx_view;
use crate::guard;
use crate::handle::{Exclusive, ExclusiveHandle as _, SharedHandle as _, exclusive};
use crate::raw::{self, Options, citx_str};

/// The members of every segment of a book, kept while citizens change, events come in and time moves.
///
/// A call that fails changes nothing.
pub struct citx_live(Exclusive<LiveSegments>);
exclusive!(citx_live, LiveSegments);

/// One event of a citizen.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_live_event {
    /// sizeof(citx_live_event).
    pub struct_size: usize,
    /// Key of the citizen, a whole number written as text.
    pub citizen: citx_str,
    /// What happened.
    pub kind: citx_str,
    /// When: an instant, or a date, which starts at midnight in the segments' zone.
    pub at: citx_str,
    /// Through which channel; may be left out.
    pub channel: citx_str,
    /// How much; NULL where it is not known.
    pub value: *const f64,
    /// The source's id of it: the second event of an id is ignored; may be left out.
    pub id: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are NULL and empty texts.
unsafe impl Options for citx_live_event {
    const NAME: &'static str = "citx_live_event";
}

/// Evaluates the book and keeps it up from then on.
///
/// `as_of` and `time_zone` as citx_segment_book_evaluate; `sources` and `run` may be NULL. `*out` is to be freed with
/// citx_live_free; it may outlive all that it was made from. Status: as citx_segment_book_evaluate_with. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_live_new(
    book: Option<&citx_segment_book>,
    people: Option<&citx_population>,
    as_of: citx_str,
    time_zone: citx_str,
    sources: *const citx_sources,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_live>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        // SAFETY: NULL or sources with their size, as the header asks.
        let sources = unsafe { sources::given(sources) }?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(citx_live::boxed(book.live_with(people, &context(&as_of, &time_zone)?, &sources.live(), &run)?));
        Ok(())
    })
}

/// Writes one citizen: a name that `record` lacks keeps its value, a null writes null, a new key inserts.
///
/// `*out` is to be freed with citx_changes_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a value that does not fit its
/// attribute or a record without a key, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_live_upsert(
    live: *mut citx_live,
    record: Option<&citx_record>,
    out: Option<&mut MaybeUninit<Box<citx_changes>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(live) }, err, |live| {
        let out = guard::place(out, "out")?;
        let record = guard::given_lock(record, "record")?;
        out.write(citx_changes::boxed(live.upsert(&record)?));
        Ok(())
    })
}

/// The same for many citizens, all or none, such as a table that came with citx_table_import_stream.
///
/// `*out` is to be freed with citx_changes_free. Status: as citx_live_upsert. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_live_upsert_table(
    live: *mut citx_live,
    rows: Option<&citx_table>,
    out: Option<&mut MaybeUninit<Box<citx_changes>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(live) }, err, |live| {
        let out = guard::place(out, "out")?;
        out.write(citx_changes::boxed(live.upsert_table(guard::given(rows, "rows")?)?));
        Ok(())
    })
}

/// Takes an event of a citizen, who need not be there yet. One that lies in the future counts when its time has come.
///
/// `*out` is to be freed with citx_changes_free. Status: INVALID_ARGUMENT, LIMIT_EXCEEDED, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_live_append(
    live: *mut citx_live,
    event: *const citx_live_event,
    out: Option<&mut MaybeUninit<Box<citx_changes>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(live) }, err, |live| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or an event with its size, as the header asks.
        let event = unsafe { raw::options(event) }?.ok_or_else(|| guard::null("event"))?;
        let channel = event.channel.maybe("channel")?;
        let id = event.id.maybe("id")?;
        let kind = event.kind.text("kind")?;
        if kind.is_empty() {
            return Err(Error::new(ErrorKind::InvalidArgument, "an event has a kind, but it is empty"));
        }
        let at = Timestamp::parse(event.at.text("at")?, live.context().time_zone)?;
        // SAFETY: NULL, or a number lies there for the time of the call.
        let value = unsafe { raw::item(event.value, "value") }?;
        let happened = Event { kind, at, channel: channel.as_deref(), value };
        out.write(citx_changes::boxed(live.append(event.citizen.text("citizen")?, &happened, id.as_deref())?));
        Ok(())
    })
}

/// Moves time on to `as_of`: an instant, or a date, which starts at midnight in the segments' zone.
///
/// `*out` is to be freed with citx_changes_free. Status: INVALID_ARGUMENT for an earlier time, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_live_advance(
    live: *mut citx_live,
    as_of: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_changes>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(live) }, err, |live| {
        let out = guard::place(out, "out")?;
        let as_of = Timestamp::parse(as_of.text("as_of")?, live.context().time_zone)?;
        out.write(citx_changes::boxed(live.advance(as_of)?));
        Ok(())
    })
}

/// Puts another consent view in the place of the one that may_contact asks. `run` may be NULL.
///
/// `*out` is to be freed with citx_changes_free. Status: UNKNOWN_NAME for a purpose or channel, CANCELLED,
/// INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_live_set_view(
    live: *mut citx_live,
    view: Option<&citx_view>,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_changes>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(live) }, err, |live| {
        let out = guard::place(out, "out")?;
        let view = guard::given(view, "view")?.clone();
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(citx_changes::boxed(live.set_view(view, &run)?));
        Ok(())
    })
}

/// Whether a change is due if nothing but time moves: then `*known` is true and `*out` the next such instant, in
/// microseconds since 1970-01-01T00:00:00Z; otherwise `*out` is 0. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_live_next_change_at(
    live: *mut citx_live,
    known: Option<&mut MaybeUninit<bool>>,
    out: Option<&mut MaybeUninit<i64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(live) }, err, |live| {
        let (known, out) = (guard::place(known, "known")?, guard::place(out, "out")?);
        let next = live.next_change_at();
        known.write(next.is_some());
        out.write(next.map_or(0, Timestamp::as_micros));
        Ok(())
    })
}

/// How many changes there have been. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_live_seq(
    live: Option<&citx_live>,
    out: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(live, err, |live| {
        guard::place(out, "out")?.write(live.seq());
        Ok(())
    })
}

/// How many members each segment has: a table of `segment` and `count`. `*out` is to be freed with citx_table_free.
/// Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_live_counts(
    live: Option<&citx_live>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(live, err, |live| {
        let counts = live.counts();
        let segments = Column::text("segment", counts.iter().map(|(name, _)| Some(name)));
        let counts = Column::integer("count", counts.iter().map(|(_, count)| i64::try_from(*count).ok()));
        guard::place(out, "out")?.write(citx_table::boxed(Table::from_columns([segments, counts])?));
        Ok(())
    })
}

/// The keys of one segment's members, in the key's own type: a table of one column. `*out` is to be freed with
/// citx_table_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_live_members(
    live: Option<&citx_live>,
    segment: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(live, err, |live| {
        let out = guard::place(out, "out")?;
        out.write(single(live.members(segment.text("segment")?)?)?);
        Ok(())
    })
}

/// Who is in which segment now, as citx_segment_book_evaluate gives it. `*out` is to be freed with citx_membership_free;
/// it may outlive `live`. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_live_membership(
    live: Option<&citx_live>,
    out: Option<&mut MaybeUninit<Box<citx_membership>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(live, err, |live| {
        guard::place(out, "out")?.write(citx_membership::of(live.membership()?));
        Ok(())
    })
}

/// The citizens as they are now. `*out` is to be freed with citx_population_free; it may outlive `live`. Status:
/// INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_live_population(
    live: Option<&citx_live>,
    out: Option<&mut MaybeUninit<Box<citx_population>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(live, err, |live| {
        guard::place(out, "out")?.write(citx_population::boxed(live.population()?));
        Ok(())
    })
}

/// All that citx_live_restore needs to go on from here: personal data. `*out` is to be freed with citx_bytes_free.
/// Status: UNSUPPORTED, LIMIT_EXCEEDED, INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_live_snapshot(
    live: Option<&citx_live>,
    out: Option<&mut MaybeUninit<Box<citx_bytes>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::read(live, err, |live| {
        guard::place(out, "out")?.write(citx_bytes::boxed(live.snapshot()?));
        Ok(())
    })
}

/// Goes on from a snapshot, `len` bytes at `bytes`, which are read during the call only, with the book that it was taken
/// with, and with `view` if its rules ask for consent; `view` and `run` may be NULL.
///
/// `*out` is to be freed with citx_live_free. Status: CORRUPTED, CONFLICT for another book, FORMAT_VERSION for a later
/// version's snapshot, INVALID_ARGUMENT, CANCELLED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_live_restore(
    book: Option<&citx_segment_book>,
    bytes: *const u8,
    len: usize,
    view: *const citx_view,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_live>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        // SAFETY: the caller promises `len` bytes at `bytes` for the time of the call.
        let bytes = unsafe { raw::slice(bytes, len, "bytes") }?;
        // SAFETY: NULL or live, as the header asks.
        let view = unsafe { raw::given(view, "view") }?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        let live: Result<LiveSegments> = match view {
            Some(view) => LiveSegments::restore_with(bytes, book, view.clone(), &run),
            None => LiveSegments::restore(bytes, book),
        };
        out.write(citx_live::boxed(live?));
        Ok(())
    })
}

/// Frees live segments; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_live_free(live: Option<Box<citx_live>>) {
    guard::free(live);
}
