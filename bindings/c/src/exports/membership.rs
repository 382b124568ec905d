//! Memberships and segments.

use std::mem::MaybeUninit;

use engine::{Error, Membership, Result, Segment};

use super::error::{citx_error, citx_status};
use super::table::{citx_table, single};
use super::text::citx_names;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::citx_str;

/// Who is in which segment, at one instant. Never changes.
pub struct citx_membership(Shared<Counted>);
shared!(citx_membership, Counted);

/// A membership with its counts, so that names can be views.
pub(crate) struct Counted {
    pub(crate) membership: Membership,
    counts: Vec<(String, usize)>,
}

/// The members of one segment, or of a combination. Never changes.
pub struct citx_segment(Shared<Segment>);
shared!(citx_segment, Segment);

impl citx_membership {
    pub(crate) fn of(membership: Membership) -> Box<Self> {
        let counts = membership.counts();
        Self::boxed(Counted { membership, counts })
    }
}

/// How many segments; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_membership_len(membership: Option<&citx_membership>) -> usize {
    guard::get(membership, 0, |membership| membership.counts.len())
}

/// The name of the segment at `index`, from 0 in the book's order, valid until `membership` is freed; none beyond the
/// end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_membership_name(membership: Option<&citx_membership>, index: usize) -> citx_str {
    guard::get(membership, citx_str::NONE, |membership| citx_str::view_of(membership.counts.get(index).map(|(name, _)| name.as_str())))
}

/// How many members the segment at `index` has; 0 beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_membership_count(membership: Option<&citx_membership>, index: usize) -> usize {
    guard::get(membership, 0, |membership| membership.counts.get(index).map_or(0, |(_, count)| *count))
}

/// One segment by name. `*out` is to be freed with citx_segment_free; it may outlive `membership`. Status:
/// UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_membership_segment(
    membership: Option<&citx_membership>,
    name: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_segment>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(membership, err, |membership| {
        let out = guard::place(out, "out")?;
        out.write(citx_segment::boxed(membership.membership.segment(name.text("name")?)?));
        Ok(())
    })
}

/// The key and one boolean column for each segment. `*out` is to be freed with citx_table_free. Status:
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_membership_table(
    membership: Option<&citx_membership>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(membership, err, |membership| {
        guard::place(out, "out")?.write(citx_table::boxed(membership.membership.to_table()));
        Ok(())
    })
}

/// Frees a membership; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_membership_free(membership: Option<Box<citx_membership>>) {
    guard::free(membership);
}

/// How many members; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_len(segment: Option<&citx_segment>) -> usize {
    guard::get(segment, 0, Segment::len)
}

/// What it is called; a combination is called by its expression, such as `a & ~b`. Valid until `segment` is freed; none
/// for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_name(segment: Option<&citx_segment>) -> citx_str {
    guard::get(segment, citx_str::NONE, |segment| citx_str::view(segment.name()))
}

/// The members' keys in population order, in the key's own type: a table of one column. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_keys(
    segment: Option<&citx_segment>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(segment, err, |segment| {
        guard::place(out, "out")?.write(single(segment.keys())?);
        Ok(())
    })
}

/// Whether each citizen is a member, in population order, without nulls: a table of one column. `*out` is to be freed
/// with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_mask(
    segment: Option<&citx_segment>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(segment, err, |segment| {
        guard::place(out, "out")?.write(single(segment.mask())?);
        Ok(())
    })
}

/// The attributes that its rules read, sorted. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_columns_used(
    segment: Option<&citx_segment>,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(segment, err, |segment| {
        guard::place(out, "out")?.write(citx_names::boxed(segment.columns_used().to_vec()));
        Ok(())
    })
}

/// Members of both. `*out` is to be freed with citx_segment_free. Status: INVALID_ARGUMENT, also for segments of two
/// populations. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_and(
    segment: Option<&citx_segment>,
    other: Option<&citx_segment>,
    out: Option<&mut MaybeUninit<Box<citx_segment>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(segment, err, |segment| combine(segment, other, out, Segment::and))
}

/// Members of either. `*out` is to be freed with citx_segment_free. Status: as citx_segment_and. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_or(
    segment: Option<&citx_segment>,
    other: Option<&citx_segment>,
    out: Option<&mut MaybeUninit<Box<citx_segment>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(segment, err, |segment| combine(segment, other, out, Segment::or))
}

/// Members of `segment` that are not in `other`. `*out` is to be freed with citx_segment_free. Status: as
/// citx_segment_and. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_minus(
    segment: Option<&citx_segment>,
    other: Option<&citx_segment>,
    out: Option<&mut MaybeUninit<Box<citx_segment>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(segment, err, |segment| combine(segment, other, out, Segment::minus))
}

/// Everyone who is not a member, those for whom the rule is unknown included. `*out` is to be freed with
/// citx_segment_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_complement(
    segment: Option<&citx_segment>,
    out: Option<&mut MaybeUninit<Box<citx_segment>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(segment, err, |segment| {
        guard::place(out, "out")?.write(citx_segment::boxed(segment.complement()));
        Ok(())
    })
}

/// Frees a segment; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_free(segment: Option<Box<citx_segment>>) {
    guard::free(segment);
}

fn combine(
    segment: &Segment,
    other: Option<&citx_segment>,
    out: Option<&mut MaybeUninit<Box<citx_segment>>>,
    operation: impl FnOnce(&Segment, &Segment) -> Result<Segment, Error>,
) -> Result<()> {
    let out = guard::place(out, "out")?;
    out.write(citx_segment::boxed(operation(segment, guard::given(other, "other")?)?));
    Ok(())
}
