//! What a membership tells beyond who is in it, and members as Roaring bytes.

use std::mem::MaybeUninit;

use engine::{Membership, Segment};

use super::book::{citx_segment_book, context};
use super::bytes::citx_bytes;
use super::error::{citx_error, citx_status};
use super::membership::{citx_membership, citx_segment};
use super::population::citx_population;
use super::run::citx_run_options;
use super::table::citx_table;
use super::text::citx_names;
use crate::guard;
use crate::handle::SharedHandle as _;
use crate::raw::{self, citx_bitmaps, citx_str, citx_strs};

/// Every segment against every other: a table of `a`, `b`, `both`, `either` and `jaccard`, null where both are empty.
///
/// `run` may be NULL. `*out` is to be freed with citx_table_free. Status: LIMIT_EXCEEDED, CANCELLED, INVALID_ARGUMENT.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_membership_overlap(
    membership: Option<&citx_membership>,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(membership, err, |membership| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(citx_table::boxed(membership.membership.overlap(&run)?));
        Ok(())
    })
}

/// Every segment against the groups of `column`, an attribute or `segment:NAME`.
///
/// `run` may be NULL. `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT for a column that
/// makes no groups, LIMIT_EXCEEDED, CANCELLED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_membership_crosstab(
    membership: Option<&citx_membership>,
    column: citx_str,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(membership, err, |membership| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(citx_table::boxed(membership.membership.crosstab(column.text("column")?, &run)?));
        Ok(())
    })
}

/// The same segments, each citizen only in the first that has them. `*out` is to be freed with citx_membership_free.
/// Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_membership_exclusive(
    membership: Option<&citx_membership>,
    out: Option<&mut MaybeUninit<Box<citx_membership>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(membership, err, |membership| {
        guard::place(out, "out")?.write(citx_membership::of(membership.membership.exclusive()));
        Ok(())
    })
}

/// Some of the segments, in this order. `*out` is to be freed with citx_membership_free. Status: UNKNOWN_NAME,
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_membership_select(
    membership: Option<&citx_membership>,
    names: citx_strs,
    out: Option<&mut MaybeUninit<Box<citx_membership>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(membership, err, |membership| {
        let out = guard::place(out, "out")?;
        out.write(citx_membership::of(membership.membership.select(&names.texts("names")?)?));
        Ok(())
    })
}

/// The segments that one citizen is in, by key, a whole number written as text. `*out` is to be freed with
/// citx_names_free. Status: NOT_FOUND, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_membership_segments_of(
    membership: Option<&citx_membership>,
    key: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(membership, err, |membership| {
        let out = guard::place(out, "out")?;
        let names = membership.membership.segments_of(key.text("key")?)?;
        out.write(citx_names::boxed(names.into_iter().map(str::to_owned).collect()));
        Ok(())
    })
}

/// The members' rows, counted from 0, as portable Roaring bytes of 32 bits. `*out` is to be freed with citx_bytes_free.
/// Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_to_roaring(
    segment: Option<&citx_segment>,
    out: Option<&mut MaybeUninit<Box<citx_bytes>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(segment, err, |segment| {
        guard::place(out, "out")?.write(citx_bytes::boxed(segment.to_roaring()));
        Ok(())
    })
}

/// A segment called `name` of the rows in `len` portable Roaring bytes at `bytes`, which are read during the call only.
///
/// `as_of` and `time_zone` as citx_segment_book_evaluate. `*out` is to be freed with citx_segment_free; it may outlive
/// `people`. Status: CORRUPTED, OUT_OF_RANGE for a row that the population does not have, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_segment_from_roaring(
    people: Option<&citx_population>,
    name: citx_str,
    as_of: citx_str,
    time_zone: citx_str,
    bytes: *const u8,
    len: usize,
    out: Option<&mut MaybeUninit<Box<citx_segment>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        let out = guard::place(out, "out")?;
        // SAFETY: the caller promises `len` bytes at `bytes` for the time of the call.
        let bytes = unsafe { raw::slice(bytes, len, "bytes") }?;
        let context = context(&as_of, &time_zone)?;
        out.write(citx_segment::boxed(Segment::from_roaring(people, &context, name.text("name")?, bytes)?));
        Ok(())
    })
}

/// The same segment, decided by these attributes: citx_segment_from_roaring cannot know them, and an audience asks whether
/// any is sensitive. `*out` is to be freed with citx_segment_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_with_columns_used(
    segment: Option<&citx_segment>,
    columns: citx_strs,
    out: Option<&mut MaybeUninit<Box<citx_segment>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(segment, err, |segment| {
        let out = guard::place(out, "out")?;
        out.write(citx_segment::boxed(segment.clone().with_columns_used(columns.texts("columns")?)?));
        Ok(())
    })
}

/// Who is in which segment of `book`, from members that were kept: one bitmap for each segment, in any order.
///
/// `as_of` and `time_zone` as citx_segment_book_evaluate, of the evaluation that was kept. `*out` is to be freed with
/// citx_membership_free; it may outlive `book` and `people`. Status: CORRUPTED, OUT_OF_RANGE for a row that the population
/// does not have, UNKNOWN_NAME for a segment or attribute, RULE_TYPE, INVALID_ARGUMENT for a segment that comes twice or not
/// at all. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_membership_from_roaring(
    book: Option<&citx_segment_book>,
    people: Option<&citx_population>,
    as_of: citx_str,
    time_zone: citx_str,
    segments: citx_bitmaps,
    out: Option<&mut MaybeUninit<Box<citx_membership>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        let context = context(&as_of, &time_zone)?;
        out.write(citx_membership::of(Membership::from_roaring(book, people, &context, segments.bitmaps("segments")?)?));
        Ok(())
    })
}
