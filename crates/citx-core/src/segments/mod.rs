//! Segments: named rules over citizens, and who is in them.

mod book;
mod membership;
#[cfg(test)]
mod tests;

pub use book::{SegmentBook, SegmentDefinition};
pub use membership::{Membership, Segment};

/// Whether a name is `[A-Za-z][A-Za-z0-9_-]{0,63}`: names become column and file names.
pub(crate) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && name.len() <= 64
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}
