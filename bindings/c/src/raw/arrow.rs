//! Tables in and out through the Arrow C Data and C Stream interfaces.
//!
//! The structs come from strangers. Whatever can be seen to be wrong is an error before a buffer is touched: arrow-rs asserts or trusts in
//! those places. Afterwards every array is validated in full. What nobody can see is a buffer that is shorter than its array says: the
//! interface does not carry the sizes of buffers.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::sync::Arc;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, RecordBatch, RecordBatchIterator, StructArray};
use arrow_data::layout;
use arrow_schema::{ArrowError, DataType, Schema, SchemaRef};
use engine::{Error, ErrorKind, Result, Table};

/// Deeper nesting is not a table of citizens, and the walks below recurse.
const MAX_DEPTH: usize = 32;
/// More columns than any table of citizens has; keeps a wild `n_children` from being walked.
const MAX_CHILDREN: i64 = 65_536;
/// Longer arrays cannot be in memory.
const MAX_LENGTH: i64 = 1 << 40;
/// Longest metadata text, in bytes.
const MAX_METADATA: i32 = 1 << 26;

/// The table of a stream, which is taken over and released whatever comes out.
///
/// # Safety
/// `stream` is NULL or points at an ArrowArrayStream that keeps to the C Stream Interface, or has been released.
pub(crate) unsafe fn import_stream(stream: *mut FFI_ArrowArrayStream) -> Result<Table> {
    if stream.is_null() {
        return Err(crate::guard::null("stream"));
    }
    // SAFETY: not NULL, and initialised as the caller promises; the caller's struct is marked as released.
    let mut stream = unsafe { FFI_ArrowArrayStream::from_raw(stream) };
    let (Some(_), Some(get_schema), Some(get_next)) = (stream.release, stream.get_schema, stream.get_next) else {
        return Err(invalid("the stream has been released already, or lacks a callback"));
    };
    let mut schema = FFI_ArrowSchema::empty();
    // SAFETY: a live stream and a place for its schema, as the interface wants them.
    let code = unsafe { get_schema(&mut stream, &mut schema) };
    if code != 0 {
        return Err(invalid(format!("the producer of the stream gave no schema (error {code})")));
    }
    let schema = table_schema(&schema)?;
    let mut batches = Vec::new();
    loop {
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: a live stream and a place for its next array, as the interface wants them.
        let code = unsafe { get_next(&mut stream, &mut array) };
        if code != 0 {
            return Err(invalid(format!("the producer of the stream failed after {} batches (error {code})", batches.len())));
        }
        if array.is_released() {
            break;
        }
        batches.push(batch(array, &schema).map_err(|error| error.context(format!("batch {}", batches.len() + 1)))?);
    }
    Table::from_batches(schema, &batches)
}

/// The table of one struct array, which is taken over and released, with its schema, whatever comes out.
///
/// # Safety
/// Each is NULL or points at a struct that keeps to the C Data Interface, or has been released.
pub(crate) unsafe fn import_array(array: *mut FFI_ArrowArray, schema: *mut FFI_ArrowSchema) -> Result<Table> {
    let array = (!array.is_null()).then(|| {
        // SAFETY: not NULL, and initialised as the caller promises.
        unsafe { FFI_ArrowArray::from_raw(array) }
    });
    let schema = (!schema.is_null()).then(|| {
        // SAFETY: not NULL, and initialised as the caller promises.
        unsafe { FFI_ArrowSchema::from_raw(schema) }
    });
    let array = array.ok_or_else(|| crate::guard::null("array"))?;
    let schema = table_schema(&schema.ok_or_else(|| crate::guard::null("schema"))?)?;
    if array.is_released() {
        return Err(invalid("the array has been released already"));
    }
    let batch = batch(array, &schema)?;
    Table::from_batches(schema, &[batch])
}

/// Writes `table` as a stream of one batch.
pub(crate) fn export_stream(table: &Table, out: &mut MaybeUninit<FFI_ArrowArrayStream>) {
    let batch = table.batch().clone();
    let schema = batch.schema();
    out.write(FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema))));
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

fn wrong(error: ArrowError) -> Error {
    invalid("not a valid Arrow array").caused_by(error)
}

fn table_schema(schema: &FFI_ArrowSchema) -> Result<SchemaRef> {
    if schema.release.is_none() {
        return Err(invalid("the Arrow schema has been released already"));
    }
    check_schema(schema, 0)?;
    if !schema.dictionary.is_null() || schema.format() != "+s" {
        return Err(invalid("expected an Arrow struct, one child for each column (format `+s`)"));
    }
    let schema = Schema::try_from(schema).map_err(|error| {
        Error::new(ErrorKind::Unsupported, "the Arrow schema has a type that this version does not read").caused_by(error)
    })?;
    for field in schema.fields() {
        check_type(field.data_type()).map_err(|error| error.context(format!("column `{}`", field.name())))?;
    }
    Ok(Arc::new(schema))
}

/// What `Schema::try_from` would trust.
fn check_schema(schema: &FFI_ArrowSchema, depth: usize) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(Error::new(ErrorKind::LimitExceeded, format!("an Arrow schema nested deeper than {MAX_DEPTH}")));
    }
    if schema.format.is_null() {
        return Err(invalid("an Arrow schema without a format"));
    }
    for (text, what) in [(schema.format, "format"), (schema.name, "name")] {
        // SAFETY: the interface says that a text that is not NULL ends with a zero byte.
        if !text.is_null() && unsafe { CStr::from_ptr(text) }.to_str().is_err() {
            return Err(invalid(format!("the {what} of an Arrow schema is not UTF-8")));
        }
    }
    check_metadata(schema)?;
    let children = children(schema.n_children, schema.children)?;
    let format = schema.format();
    let expected = match format {
        "+l" | "+L" | "+m" | "+vl" | "+vL" => Some(1),
        "+r" => Some(2),
        other if other.starts_with("+w:") => Some(1),
        other if other.starts_with('+') => None,
        _ => Some(0),
    };
    if expected.is_some_and(|expected| expected != children.len()) {
        return Err(invalid(format!("an Arrow schema of format `{format}` with {} children", children.len())));
    }
    for child in children {
        check_schema(child, depth + 1)?;
    }
    // SAFETY: the interface says that a dictionary that is not NULL is a schema that lives as long as this one.
    unsafe { schema.dictionary.as_ref() }.map_or(Ok(()), |dictionary| check_schema(dictionary, depth + 1))
}

/// The metadata's lengths: a wild one would be allocated.
fn check_metadata(schema: &FFI_ArrowSchema) -> Result<()> {
    if schema.metadata.is_null() {
        return Ok(());
    }
    let mut at = schema.metadata.cast::<u8>();
    let mut number = |skip: i32| {
        // SAFETY: the interface says that the number lies behind the text before it; that is at most `MAX_METADATA` bytes.
        at = unsafe { at.add(skip as usize) };
        // SAFETY: the interface says that four bytes lie here; they need not be aligned.
        let number = unsafe { at.cast::<i32>().read_unaligned() };
        // SAFETY: they have just been read.
        at = unsafe { at.add(4) };
        number
    };
    let entries = number(0);
    let mut skip = 0;
    let bad = || invalid("the metadata of an Arrow schema is damaged");
    if !(0..=65_536).contains(&entries) {
        return Err(bad());
    }
    for _ in 0..2 * entries {
        skip = number(skip);
        if !(0..=MAX_METADATA).contains(&skip) {
            return Err(bad());
        }
    }
    Ok(())
}

/// The children of a schema or array.
fn children<'a, T>(count: i64, children: *mut *mut T) -> Result<Vec<&'a T>> {
    if !(0..=MAX_CHILDREN).contains(&count) {
        return Err(invalid(format!("an Arrow struct with {count} children")));
    }
    // SAFETY: the interface says that `count` pointers lie there; `slice` refuses NULL.
    let children = unsafe { super::slice(children.cast_const(), count as usize, "children") }?;
    children
        .iter()
        .map(|child| {
            // SAFETY: the interface says that each points at a struct that lives as long as its parent.
            unsafe { child.as_ref() }.ok_or_else(|| invalid("an Arrow struct with a child that is NULL"))
        })
        .collect()
}

/// Types whose parameters arrow-rs takes as they come, and types that no table of this field has.
fn check_type(data_type: &DataType) -> Result<()> {
    match data_type {
        DataType::Decimal32(precision, scale) => check_decimal(9, *precision, *scale),
        DataType::Decimal64(precision, scale) => check_decimal(18, *precision, *scale),
        DataType::Decimal128(precision, scale) => check_decimal(38, *precision, *scale),
        DataType::Decimal256(precision, scale) => check_decimal(76, *precision, *scale),
        DataType::FixedSizeBinary(width) if *width < 0 => Err(invalid("a fixed size of less than nothing")),
        DataType::FixedSizeList(field, width) if *width >= 0 => check_type(field.data_type()),
        DataType::FixedSizeList(_, _) => Err(invalid("a fixed size of less than nothing")),
        DataType::List(field) | DataType::LargeList(field) => check_type(field.data_type()),
        DataType::Map(field, _) => match field.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => check_type(field.data_type()),
            _ => Err(invalid("a map whose entries are not pairs")),
        },
        DataType::Struct(fields) => fields.iter().try_for_each(|field| check_type(field.data_type())),
        DataType::Dictionary(keys, values) if keys.is_integer() => match values.as_ref() {
            DataType::Dictionary(_, _) => Err(invalid("a dictionary of a dictionary")),
            values => check_type(values),
        },
        DataType::Dictionary(_, _) => Err(invalid("a dictionary whose keys are not whole numbers")),
        DataType::Union(_, _) | DataType::RunEndEncoded(_, _) | DataType::ListView(_) | DataType::LargeListView(_) => {
            Err(Error::new(ErrorKind::Unsupported, "unions, run-end encoding and list views are not read"))
        }
        _ => Ok(()),
    }
}

fn check_decimal(digits: u8, precision: u8, scale: i8) -> Result<()> {
    if precision == 0 || precision > digits || scale.unsigned_abs() > precision {
        return Err(invalid(format!("a decimal of precision {precision} and scale {scale}, where at most {digits} digits fit")));
    }
    Ok(())
}

/// One batch: checked, imported, validated.
fn batch(array: FFI_ArrowArray, schema: &SchemaRef) -> Result<RecordBatch> {
    let data_type = DataType::Struct(schema.fields().clone());
    check_array(&array, &data_type)?;
    if array.is_empty() {
        return Ok(RecordBatch::new_empty(schema.clone()));
    }
    // SAFETY: the producer promises the interface, and what could be checked of it was.
    let data = unsafe { from_ffi_and_data_type(array, data_type) }.map_err(wrong)?;
    data.validate_full().map_err(wrong)?;
    let array = StructArray::from(data);
    if array.null_count() > 0 {
        return Err(invalid("a row that is null as a whole; rows have nulls in their columns only"));
    }
    let columns = array.columns().to_vec();
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(array.len()));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options).map_err(wrong)
}

/// What `from_ffi_and_data_type` would trust or assert.
fn check_array(array: &FFI_ArrowArray, data_type: &DataType) -> Result<()> {
    let (length, offset) = (array.length, array.offset);
    if length < 0 || offset < 0 || length > MAX_LENGTH || offset > MAX_LENGTH {
        return Err(invalid(format!("an Arrow array of length {length} and offset {offset}")));
    }
    if array.null_count < -1 || array.null_count > length {
        return Err(invalid(format!("an Arrow array of length {length} with {} nulls", array.null_count)));
    }
    check_buffers(array, data_type)?;
    let nested: Vec<&DataType> = match data_type {
        DataType::Struct(fields) => fields.iter().map(|field| field.data_type()).collect(),
        DataType::List(field) | DataType::LargeList(field) | DataType::Map(field, _) | DataType::FixedSizeList(field, _) => {
            vec![field.data_type()]
        }
        _ => Vec::new(),
    };
    let children = children(array.n_children, array.children)?;
    if children.len() != nested.len() {
        return Err(invalid(format!("an Arrow array with {} children where its type has {}", children.len(), nested.len())));
    }
    for (index, (child, child_type)) in children.into_iter().zip(nested).enumerate() {
        let named = |error: Error| match data_type {
            DataType::Struct(fields) => error.context(format!("column `{}`", fields.get(index).map_or("", |field| field.name()))),
            _ => error,
        };
        check_array(child, child_type).map_err(named)?;
        if matches!(data_type, DataType::Struct(_)) && child.length < length + offset {
            return Err(named(invalid(format!("{} values in a table of {} rows", child.length, length + offset))));
        }
    }
    match (array.dictionary(), data_type) {
        (Some(dictionary), DataType::Dictionary(_, values)) => check_array(dictionary, values),
        (None, DataType::Dictionary(_, _)) => Err(invalid("a dictionary array without its dictionary")),
        (Some(_), _) => Err(invalid("an array with a dictionary that its type does not have")),
        (None, _) => Ok(()),
    }
}

fn check_buffers(array: &FFI_ArrowArray, data_type: &DataType) -> Result<()> {
    let layout = layout(data_type);
    let fixed = layout.buffers.len() + usize::from(layout.can_contain_null_mask);
    // A view array has one buffer more, with the lengths of its data buffers, and any number of those.
    let right = if layout.variadic {
        array.n_buffers > fixed as i64 && array.n_buffers <= i64::from(i32::MAX)
    } else {
        array.n_buffers == fixed as i64
    };
    if !right {
        return Err(invalid(format!("an Arrow array of type {data_type} with {} buffers where {fixed} belong", array.n_buffers)));
    }
    if array.n_buffers > 0 && array.buffers.is_null() {
        return Err(invalid("an Arrow array whose list of buffers is NULL"));
    }
    if layout.can_contain_null_mask && array.null_count > 0 && array.buffer(0).is_null() {
        return Err(invalid("an Arrow array with nulls and without a validity buffer"));
    }
    let rows = (array.length + array.offset) as usize;
    match data_type {
        DataType::FixedSizeBinary(width) if rows.checked_mul(*width as usize * 8).is_none() => {
            Err(invalid("an Arrow array larger than memory"))
        }
        DataType::Utf8 | DataType::Binary | DataType::List(_) | DataType::Map(_, _) => check_offsets::<i32>(array, rows),
        DataType::LargeUtf8 | DataType::LargeBinary | DataType::LargeList(_) => check_offsets::<i64>(array, rows),
        DataType::Utf8View | DataType::BinaryView => check_view_lengths(array),
        _ => Ok(()),
    }
}

/// The last offset is the size that arrow-rs gives the buffer behind it.
fn check_offsets<T: Copy + Into<i64>>(array: &FFI_ArrowArray, rows: usize) -> Result<()> {
    if array.length == 0 {
        return Ok(());
    }
    let offsets = array.buffer(1).cast::<T>();
    if offsets.is_null() || !offsets.is_aligned() {
        return Err(invalid("an Arrow array whose offsets are NULL or not aligned"));
    }
    // SAFETY: the interface says that length + offset + 1 offsets lie there.
    let offsets = unsafe { std::slice::from_raw_parts(offsets, rows + 1) };
    let (first, last) = (offsets.first().copied().map_or(0, Into::into), offsets.last().copied().map_or(0, Into::into));
    if first < 0 || last < first || last > MAX_LENGTH {
        return Err(invalid("an Arrow array whose offsets do not rise from 0"));
    }
    Ok(())
}

/// The last buffer of a view array holds the lengths of its data buffers.
fn check_view_lengths(array: &FFI_ArrowArray) -> Result<()> {
    let count = array.num_buffers() - 3;
    // SAFETY: the interface says that as many lengths lie there; `slice` refuses NULL and what is not aligned.
    let lengths = unsafe { super::slice(array.buffer(array.num_buffers() - 1).cast::<i64>(), count, "lengths of view buffers") }?;
    if lengths.iter().any(|length| !(0..=MAX_LENGTH).contains(length)) {
        return Err(invalid("an Arrow view array with a data buffer of impossible length"));
    }
    Ok(())
}
