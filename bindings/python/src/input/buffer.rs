//! Columns from buffers of numbers.

use std::sync::Arc;

use arrow_array::{ArrayRef, ArrowPrimitiveType, BooleanArray, PrimitiveArray, types};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{Answer, invalid};
use crate::value::type_name;

/// The values of a buffer of numbers or booleans, such as a numpy array, a memoryview or an array.array; `None` for what is none.
pub(super) fn column(py: Python<'_>, name: &str, given: &Bound<'_, PyAny>) -> Answer<Option<ArrayRef>> {
    let wrong = |what: &str| invalid(format!("column `{name}`: {what}"));
    if let Ok(dtype) = given.getattr(intern!(py, "dtype")) {
        if given.getattr(intern!(py, "ndim")).and_then(|ndim| ndim.extract::<usize>()).is_ok_and(|ndim| ndim != 1) {
            return Err(wrong("expected an array of one dimension"));
        }
        // Numpy's dates and masks are not in its buffers; as Python values they are.
        let kind: String = dtype.getattr(intern!(py, "kind")).and_then(|kind| kind.extract()).unwrap_or_default();
        if kind == "M" {
            // The zoned instants of older pandas are no datetime64: they go as the values they hold.
            let plain = given.call_method1(intern!(py, "astype"), ("datetime64[us]",)).unwrap_or_else(|_| given.clone());
            return super::column(py, name, &plain.call_method0(intern!(py, "tolist"))?).map(Some);
        }
        if given.hasattr(intern!(py, "mask"))? || !matches!(kind.as_str(), "b" | "i" | "u" | "f") {
            return super::column(py, name, &given.call_method0(intern!(py, "tolist"))?).map(Some);
        }
    }
    let Ok(view) = py.import("builtins")?.getattr("memoryview")?.call1((given,)) else { return Ok(None) };
    if view.getattr("ndim")?.extract::<usize>()? != 1 {
        return Err(wrong("expected an array of one dimension"));
    }
    let format: String = view.getattr("format")?.extract()?;
    let size: usize = view.getattr("itemsize")?.extract()?;
    let bytes = view.call_method0("tobytes")?;
    let bytes = bytes.cast::<PyBytes>().map_err(|_| wrong("the buffer cannot be read"))?.as_bytes();
    let swapped = matches!(format.as_bytes().first(), Some(b'>' | b'!'));
    let array = match (format.trim_start_matches(['@', '=', '<', '>', '!']), size) {
        _ if swapped && size > 1 => None,
        ("?", 1) => Some(Arc::new(bytes.iter().map(|byte| Some(*byte != 0)).collect::<BooleanArray>()) as ArrayRef),
        ("b" | "h" | "i" | "l" | "q" | "n", 1) => Some(numbers::<types::Int8Type, 1>(bytes, i8::from_ne_bytes)),
        ("b" | "h" | "i" | "l" | "q" | "n", 2) => Some(numbers::<types::Int16Type, 2>(bytes, i16::from_ne_bytes)),
        ("b" | "h" | "i" | "l" | "q" | "n", 4) => Some(numbers::<types::Int32Type, 4>(bytes, i32::from_ne_bytes)),
        ("b" | "h" | "i" | "l" | "q" | "n", 8) => Some(numbers::<types::Int64Type, 8>(bytes, i64::from_ne_bytes)),
        ("B" | "H" | "I" | "L" | "Q" | "N", 1) => Some(numbers::<types::UInt8Type, 1>(bytes, u8::from_ne_bytes)),
        ("B" | "H" | "I" | "L" | "Q" | "N", 2) => Some(numbers::<types::UInt16Type, 2>(bytes, u16::from_ne_bytes)),
        ("B" | "H" | "I" | "L" | "Q" | "N", 4) => Some(numbers::<types::UInt32Type, 4>(bytes, u32::from_ne_bytes)),
        ("B" | "H" | "I" | "L" | "Q" | "N", 8) => Some(numbers::<types::UInt64Type, 8>(bytes, u64::from_ne_bytes)),
        ("f", 4) => Some(numbers::<types::Float32Type, 4>(bytes, f32::from_ne_bytes)),
        ("d", 8) => Some(numbers::<types::Float64Type, 8>(bytes, f64::from_ne_bytes)),
        _ => None,
    };
    match array {
        Some(array) => Ok(Some(array)),
        None if given.hasattr(intern!(py, "tolist"))? => super::column(py, name, &given.call_method0(intern!(py, "tolist"))?).map(Some),
        None => Err(wrong(&format!("{} is a buffer of a format that citx does not read", type_name(given)))),
    }
}

fn numbers<T: ArrowPrimitiveType, const N: usize>(bytes: &[u8], read: impl Fn([u8; N]) -> T::Native) -> ArrayRef {
    let values = bytes.chunks_exact(N).filter_map(|chunk| chunk.try_into().ok()).map(read);
    Arc::new(PrimitiveArray::<T>::from_iter_values(values))
}
