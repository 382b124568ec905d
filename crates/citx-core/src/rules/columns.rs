//! Arrow columns to vectors, a block at a time.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, OffsetSizeTrait};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, TimeUnit};

use super::vector::{Lists, Mask, Strings, Texts, Valid, Values, Vector, build};

/// A column, ready to be read in blocks.
pub(super) enum Reader<'a> {
    Plain(&'a ArrayRef),
    /// Rows are keys into a few values, which are decoded once.
    Dictionary {
        column: &'a ArrayRef,
        decoded: Vector<'a>,
    },
    List {
        column: &'a ArrayRef,
        elements: Box<Reader<'a>>,
    },
}

/// A key that means null.
pub(super) const NULL_KEY: u32 = u32::MAX;

impl<'a> Reader<'a> {
    pub fn new(column: &'a ArrayRef) -> Self {
        if let Some(dictionary) = column.as_any_dictionary_opt() {
            let dictionary = dictionary.values();
            let decoded = Self::new(dictionary).read(0, dictionary.len());
            return Self::Dictionary { column, decoded };
        }
        match elements(column) {
            Some(elements) => Self::List { column, elements: Box::new(Self::new(elements)) },
            None => Self::Plain(column),
        }
    }

    /// Whether the values of a column of this type are null just where the column is.
    pub fn keeps_nulls(data_type: &DataType) -> bool {
        use DataType::{
            Boolean, Date32, Float16, Float32, Float64, Int8, Int16, Int32, Int64, LargeUtf8, UInt8, UInt16, UInt32, Utf8, Utf8View,
        };
        use DataType::{Decimal32, Decimal64, Decimal128};
        matches!(
            data_type,
            Boolean
                | Int8
                | Int16
                | Int32
                | Int64
                | UInt8
                | UInt16
                | UInt32
                | Float16
                | Float32
                | Float64
                | Decimal32(..)
                | Decimal64(..)
                | Decimal128(..)
                | Utf8
                | LargeUtf8
                | Utf8View
                | Date32
                | DataType::Timestamp(TimeUnit::Microsecond | TimeUnit::Nanosecond, _)
        )
    }

    /// The values of `rows` rows from `start`.
    pub fn read(&self, start: usize, rows: usize) -> Vector<'a> {
        match self {
            Self::Plain(column) => read(column, start, rows),
            Self::Dictionary { column, decoded, .. } => gather(decoded, &keys(column, start, rows)),
            Self::List { column, elements } => lists(column, elements, start, rows),
        }
    }
}

/// The elements of all lists of a column.
fn elements(column: &ArrayRef) -> Option<&ArrayRef> {
    match column.data_type() {
        DataType::List(_) => Some(column.as_list::<i32>().values()),
        DataType::LargeList(_) => Some(column.as_list::<i64>().values()),
        DataType::FixedSizeList(..) => Some(column.as_fixed_size_list().values()),
        _ => None,
    }
}

fn lists<'a>(column: &ArrayRef, elements: &Reader<'a>, start: usize, rows: usize) -> Vector<'a> {
    fn ends<O: OffsetSizeTrait>(column: &ArrayRef, start: usize, rows: usize) -> Vec<usize> {
        let offsets = column.as_list::<O>().value_offsets();
        offsets.get(start..=start + rows).unwrap_or(&[]).iter().map(|offset| offset.as_usize()).collect()
    }
    let ends: Vec<usize> = match column.data_type() {
        DataType::List(_) => ends::<i32>(column, start, rows),
        DataType::LargeList(_) => ends::<i64>(column, start, rows),
        DataType::FixedSizeList(_, width) => {
            let width = usize::try_from(*width).unwrap_or(0);
            (start..=start + rows).map(|row| row * width).collect()
        }
        _ => vec![0; rows + 1],
    };
    let (first, last) = (ends.first().copied().unwrap_or(0), ends.last().copied().unwrap_or(0));
    let ranges = ends.windows(2).map(|pair| (pair[0] - first, pair[1] - first)).collect();
    Vector::Lists(Lists { ranges, elements: Arc::new(elements.read(first, last - first)), valid: valid(column, start, rows) })
}

/// The dictionary keys of `rows` rows from `start`, [`NULL_KEY`] where the row is null.
pub(super) fn keys(column: &ArrayRef, start: usize, rows: usize) -> Vec<u32> {
    let Some(dictionary) = column.as_any_dictionary_opt() else { return vec![NULL_KEY; rows] };
    let keys = dictionary.keys();
    macro_rules! keys {
        ($type:ty) => {{
            let values = keys.as_primitive::<$type>().values();
            let one = |row: usize| match values.get(row) {
                Some(&key) if keys.is_valid(row) => u32::try_from(key).unwrap_or(NULL_KEY),
                _ => NULL_KEY,
            };
            (start..start + rows).map(one).collect()
        }};
    }
    match keys.data_type() {
        DataType::Int8 => keys!(Int8Type),
        DataType::Int16 => keys!(Int16Type),
        DataType::Int32 => keys!(Int32Type),
        DataType::Int64 => keys!(Int64Type),
        DataType::UInt8 => keys!(UInt8Type),
        DataType::UInt16 => keys!(UInt16Type),
        DataType::UInt32 => keys!(UInt32Type),
        DataType::UInt64 => keys!(UInt64Type),
        _ => vec![NULL_KEY; rows],
    }
}

/// The values that `keys` point at.
fn gather<'a>(values: &Vector<'a>, keys: &[u32]) -> Vector<'a> {
    let has_value = |key: u32| key != NULL_KEY && values.is_valid(key as usize);
    let valid = Some(super::vector::bits(keys.len(), |row| keys.get(row).is_some_and(|&key| has_value(key))));
    fn pick<T: Copy + Default>(values: &Values<'_, T>, keys: &[u32], valid: Valid) -> Values<'static, T> {
        let data = keys.iter().map(|&key| values.data.get(key as usize).copied().unwrap_or_default()).collect();
        Values { data: Cow::Owned(data), valid }
    }
    match values {
        Vector::Mask(mask) => {
            let bit = |wanted: bool| {
                super::vector::bits(keys.len(), |row| keys.get(row).is_some_and(|&key| mask.get(key as usize) == Some(wanted)))
            };
            Vector::Mask(Mask { truths: bit(true), falses: bit(false) })
        }
        Vector::Lists(lists) => {
            let ranges = keys.iter().map(|&key| lists.ranges.get(key as usize).copied().unwrap_or_default()).collect();
            Vector::Lists(Lists { ranges, elements: lists.elements.clone(), valid })
        }
        Vector::Integers(values) => Vector::Integers(pick(values, keys, valid)),
        Vector::Floats(values) => Vector::Floats(pick(values, keys, valid)),
        Vector::Decimals(values) => Vector::Decimals(pick(values, keys, valid)),
        Vector::Texts(texts) => Vector::Texts(Texts { data: texts.data.pick(keys), valid }),
    }
}

fn words(buffer: &BooleanBuffer, start: usize, rows: usize) -> Vec<u64> {
    buffer.slice(start, rows).bit_chunks().iter_padded().take(rows.div_ceil(64)).collect()
}

fn valid(column: &ArrayRef, start: usize, rows: usize) -> Valid {
    column.nulls().filter(|nulls| nulls.null_count() > 0).map(|nulls| words(nulls.inner(), start, rows))
}

/// The values of a column that is not dictionary-encoded. A type that rules cannot read has none.
fn read(column: &ArrayRef, start: usize, rows: usize) -> Vector<'_> {
    let valid = valid(column, start, rows);
    fn slice<T: ArrowPrimitiveType>(column: &ArrayRef, start: usize, rows: usize) -> &[T::Native] {
        column.as_primitive::<T>().values().get(start..start + rows).unwrap_or(&[])
    }
    macro_rules! converted {
        ($variant:ident, $type:ty, $convert:expr) => {{
            let data = slice::<$type>(column, start, rows);
            Vector::$variant(build(rows, valid, |row| data.get(row).copied().and_then($convert)))
        }};
    }
    // Widening cannot fail, and without that question the loop is a plain copy.
    macro_rules! widened {
        ($variant:ident, $type:ty, $widen:expr) => {{
            let data = slice::<$type>(column, start, rows).iter().map($widen).collect();
            Vector::$variant(Values { data: Cow::Owned(data), valid })
        }};
    }
    macro_rules! borrowed {
        ($variant:ident, $type:ty) => {
            Vector::$variant(Values { data: Cow::Borrowed(slice::<$type>(column, start, rows)), valid })
        };
    }
    match column.data_type() {
        DataType::Boolean => Vector::Mask(Mask::known(rows, words(column.as_boolean().values(), start, rows), &valid)),
        DataType::Int8 => widened!(Integers, Int8Type, |value| i64::from(*value)),
        DataType::Int16 => widened!(Integers, Int16Type, |value| i64::from(*value)),
        DataType::Int32 => widened!(Integers, Int32Type, |value| i64::from(*value)),
        DataType::Int64 => borrowed!(Integers, Int64Type),
        DataType::UInt8 => widened!(Integers, UInt8Type, |value| i64::from(*value)),
        DataType::UInt16 => widened!(Integers, UInt16Type, |value| i64::from(*value)),
        DataType::UInt32 => widened!(Integers, UInt32Type, |value| i64::from(*value)),
        DataType::UInt64 => converted!(Integers, UInt64Type, |value| i64::try_from(value).ok()),
        DataType::Float16 => widened!(Floats, Float16Type, |value| value.to_f64()),
        DataType::Float32 => widened!(Floats, Float32Type, |value| f64::from(*value)),
        DataType::Float64 => borrowed!(Floats, Float64Type),
        DataType::Decimal32(..) => widened!(Decimals, Decimal32Type, |value| i128::from(*value)),
        DataType::Decimal64(..) => widened!(Decimals, Decimal64Type, |value| i128::from(*value)),
        DataType::Decimal128(..) => borrowed!(Decimals, Decimal128Type),
        DataType::Decimal256(..) => converted!(Decimals, Decimal256Type, |value| value.to_i128()),
        DataType::Utf8 => Vector::Texts(Texts { data: Strings::Column { column: column.as_string(), start, rows }, valid }),
        DataType::LargeUtf8 => Vector::Texts(Texts { data: Strings::LargeColumn { column: column.as_string(), start, rows }, valid }),
        DataType::Utf8View => {
            let array = column.as_string_view();
            let one = |row: usize| if array.is_valid(row) { array.value(row) } else { "" };
            Vector::Texts(Texts { data: Strings::Apart((start..start + rows).map(one).collect()), valid })
        }
        DataType::Date32 => widened!(Integers, Date32Type, |days| i64::from(*days)),
        DataType::Date64 => {
            converted!(Integers, Date64Type, |millis| i32::try_from(millis.div_euclid(86_400_000)).ok().map(i64::from))
        }
        DataType::Timestamp(TimeUnit::Second, _) => converted!(Integers, TimestampSecondType, |at| at.checked_mul(1_000_000)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => converted!(Integers, TimestampMillisecondType, |at| at.checked_mul(1_000)),
        DataType::Timestamp(TimeUnit::Microsecond, _) => borrowed!(Integers, TimestampMicrosecondType),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            converted!(Integers, TimestampNanosecondType, |at| Some(at.div_euclid(1_000)))
        }
        _ => Vector::Mask(Mask::constant(rows, None)),
    }
}
