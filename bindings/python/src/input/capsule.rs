//! A look at capsules before Arrow imports them: it walks nested types on the machine stack, so they must not be nested without end.
#![allow(unsafe_code)]

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use citx::{Error, ErrorKind};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use super::malformed;
use crate::error::Answer;

/// How deep types may be nested; tables of people have been seen with three levels.
const DEPTH: usize = 64;

/// Checks the schema that a stream will hand over.
pub(super) fn check_stream(capsule: &Bound<'_, PyCapsule>) -> Answer<()> {
    let wrong = || malformed("the capsule is not an unused stream");
    let stream = capsule.pointer_checked(Some(c"arrow_array_stream")).map_err(|_| wrong())?.cast::<FFI_ArrowArrayStream>().as_ptr();
    // SAFETY: the producer vouches by the capsule's name that it holds a stream, the capsule keeps it alive, and nothing else uses it now.
    let held = unsafe { &*stream };
    let get_schema = held.get_schema.filter(|_| held.release.is_some()).ok_or_else(wrong)?;
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: the stream is not released, and `get_schema` may be called any number of times; it fills `schema`, which releases itself.
    let status = unsafe { get_schema(stream, &raw mut schema) };
    if status == 0 { check(&schema) } else { Err(wrong()) }
}

/// Checks the schema of one array.
pub(super) fn check_schema(capsule: &Bound<'_, PyCapsule>) -> Answer<()> {
    let pointer = capsule.pointer_checked(Some(c"arrow_schema")).map_err(|_| malformed("the capsule is not a schema"))?;
    // SAFETY: the producer vouches by the capsule's name that it holds a schema, and the capsule keeps it alive.
    check(unsafe { pointer.cast::<FFI_ArrowSchema>().as_ref() })
}

fn check(schema: &FFI_ArrowSchema) -> Answer<()> {
    let mut level = vec![schema];
    for _ in 0..DEPTH {
        level = level.into_iter().flat_map(|schema| schema.children().chain(schema.dictionary())).collect();
        if level.is_empty() {
            return Ok(());
        }
    }
    Err(Error::new(ErrorKind::LimitExceeded, format!("a column's type is nested more than {DEPTH} levels deep")).into())
}
