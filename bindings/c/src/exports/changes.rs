//! Who entered and left live segments.

use std::mem::MaybeUninit;

use engine::segments::{Change, Changes};

use super::error::{citx_error, citx_status};
use super::table::citx_table;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::citx_str;

/// Who entered and who left which live segment by one call, in the order of their numbers. Never changes.
pub struct citx_changes(Shared<Changes>);
shared!(citx_changes, Changes);

/// How many changes; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_changes_len(changes: Option<&citx_changes>) -> usize {
    guard::get(changes, 0, Changes::len)
}

/// The number of the change at `index`, from 0: 1 is the first ever; 0 beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_changes_seq(changes: Option<&citx_changes>, index: usize) -> u64 {
    guard::get(changes, 0, |changes| changes.get(index).map_or(0, |change| change.seq))
}

/// The segment of the change at `index`: a view, valid until `changes` is freed; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_changes_segment(changes: Option<&citx_changes>, index: usize) -> citx_str {
    guard::get(changes, citx_str::NONE, |changes| text_of(changes.get(index), |change| change.segment))
}

/// The key of the citizen of the change at `index`, a whole number written as text: a view, valid until `changes` is
/// freed; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_changes_key(changes: Option<&citx_changes>, index: usize) -> citx_str {
    guard::get(changes, citx_str::NONE, |changes| text_of(changes.get(index), |change| change.key))
}

/// Whether the citizen of the change at `index` entered; otherwise they left. False beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_changes_entered(changes: Option<&citx_changes>, index: usize) -> bool {
    guard::get(changes, false, |changes| changes.get(index).is_some_and(|change| change.entered))
}

/// All of them: a table of `seq`, `segment`, `key`, in the key's own type, and `entered`. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_changes_table(
    changes: Option<&citx_changes>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(changes, err, |changes| {
        guard::place(out, "out")?.write(citx_table::boxed(changes.to_table()?));
        Ok(())
    })
}

/// Frees changes; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_changes_free(changes: Option<Box<citx_changes>>) {
    guard::free(changes);
}

fn text_of<'c>(change: Option<Change<'c>>, text: impl FnOnce(Change<'c>) -> &'c str) -> citx_str {
    citx_str::view_of(change.map(text))
}
