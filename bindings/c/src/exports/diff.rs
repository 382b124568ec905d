//! Who moved, or would move.

use std::mem::MaybeUninit;

use engine::{BookDiff, MembershipDiff, Table};

use super::book::{citx_segment_book, context};
use super::error::{citx_error, citx_status};
use super::membership::citx_membership;
use super::population::citx_population;
use super::run::citx_run_options;
use super::sources::{self, citx_sources};
use super::table::citx_table;
use super::text::citx_names;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, citx_str};

/// Who entered and who left which segment, between two memberships or two books. Never changes.
pub struct citx_diff(Shared<Diff>);
shared!(citx_diff, Diff);

pub(crate) struct Diff {
    added: Vec<String>,
    removed: Vec<String>,
    changed: Vec<String>,
    moves: Table,
    counts: Table,
}

impl From<MembershipDiff> for Diff {
    fn from(diff: MembershipDiff) -> Self {
        let MembershipDiff { added, removed, changes, counts, .. } = diff;
        Self { added, removed, changed: Vec::new(), moves: changes, counts }
    }
}

impl From<BookDiff> for Diff {
    fn from(diff: BookDiff) -> Self {
        let BookDiff { added, removed, changed, moves, counts, .. } = diff;
        Self { added, removed, changed, moves, counts }
    }
}

/// What changed since `previous`, of the same or an earlier population: segments by name, citizens by key.
///
/// `run` may be NULL. `*out` is to be freed with citx_diff_free. Status: INVALID_ARGUMENT for keys of two types,
/// CANCELLED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_membership_diff(
    membership: Option<&citx_membership>,
    previous: Option<&citx_membership>,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_diff>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(membership, err, |membership| {
        let out = guard::place(out, "out")?;
        let previous = guard::given(previous, "previous")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(citx_diff::boxed(membership.membership.diff(&previous.membership, &run)?.into()));
        Ok(())
    })
}

/// Who would move if `other` took the place of `book`. Only what differs, and what calls it, is evaluated.
///
/// `as_of` and `time_zone` as citx_segment_book_evaluate; `sources` and `run` may be NULL. `*out` is to be freed with
/// citx_diff_free. Status: as citx_segment_book_evaluate_with. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_segment_book_diff(
    book: Option<&citx_segment_book>,
    other: Option<&citx_segment_book>,
    people: Option<&citx_population>,
    as_of: citx_str,
    time_zone: citx_str,
    sources: *const citx_sources,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_diff>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let (other, people) = (guard::given(other, "other")?, guard::given(people, "people")?);
        // SAFETY: NULL or sources with their size, as the header asks.
        let sources = unsafe { sources::given(sources) }?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        let diff = book.diff_with(other, people, &context(&as_of, &time_zone)?, &sources.sources(), &run)?;
        out.write(citx_diff::boxed(diff.into()));
        Ok(())
    })
}

/// The segments that only the later one has; their members are not listed as entering where two memberships are
/// compared. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_diff_added(
    diff: Option<&citx_diff>,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(diff, err, |diff| {
        guard::place(out, "out")?.write(citx_names::boxed(diff.added.clone()));
        Ok(())
    })
}

/// The segments that only the earlier one has. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_diff_removed(
    diff: Option<&citx_diff>,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(diff, err, |diff| {
        guard::place(out, "out")?.write(citx_names::boxed(diff.removed.clone()));
        Ok(())
    })
}

/// The segments of both books whose own rule is another; none where two memberships are compared. `*out` is to be freed
/// with citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_diff_changed(
    diff: Option<&citx_diff>,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(diff, err, |diff| {
        guard::place(out, "out")?.write(citx_names::boxed(diff.changed.clone()));
        Ok(())
    })
}

/// Who moved: a table of `segment`, `key` and `change`, which is `entered` or `left`. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_diff_moves(
    diff: Option<&citx_diff>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(diff, err, |diff| {
        guard::place(out, "out")?.write(citx_table::boxed(diff.moves.clone()));
        Ok(())
    })
}

/// How many: a table of `segment`, `before`, `after`, `entered` and `left`, null where one lacks the segment. `*out` is
/// to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_diff_counts(
    diff: Option<&citx_diff>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(diff, err, |diff| {
        guard::place(out, "out")?.write(citx_table::boxed(diff.counts.clone()));
        Ok(())
    })
}

/// Frees a difference; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_diff_free(diff: Option<Box<citx_diff>>) {
    guard::free(diff);
}
