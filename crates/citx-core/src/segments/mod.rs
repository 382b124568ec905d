//! Segments: named rules over citizens, and who is in them.

mod book;
mod crosstab;
mod diff;
mod json;
mod live;
mod membership;
mod overlap;
mod portable;
mod records;
mod review;
mod sql;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{DictionaryArray, StringArray};

use crate::table::Column;
use crate::{Error, ErrorKind, Result};

pub use book::{SegmentBook, SegmentDefinition};
pub use diff::MembershipDiff;
pub use live::{Change, Changes, LiveSegments, LiveSources};
pub use membership::{Membership, Segment};
pub use review::BookDiff;

/// Whether a name is `[A-Za-z][A-Za-z0-9_-]{0,63}`: names become column and file names.
pub(crate) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && name.len() <= 64
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// A column of a few names that come many times, each stored once; `codes` count into `names`.
fn names_column<'a>(name: &str, codes: Vec<i32>, names: impl IntoIterator<Item = &'a str>) -> Result<Column> {
    let names = StringArray::from_iter_values(names);
    let array = DictionaryArray::<Int32Type>::try_new(codes.into(), Arc::new(names));
    let beyond = |error| Error::new(ErrorKind::OutOfRange, format!("column `{name}` counts beyond its names")).caused_by(error);
    Ok(Column::new(name, Arc::new(array.map_err(beyond)?)))
}

/// An empty vector with room for so many, without aborting where there is none.
fn room<T>(wanted: usize, what: &str) -> Result<Vec<T>> {
    let mut room = Vec::new();
    room.try_reserve_exact(wanted).map_err(|_| Error::new(ErrorKind::LimitExceeded, format!("there is not enough memory for {what}")))?;
    Ok(room)
}
