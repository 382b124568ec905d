//! Columns of ordered values as they lie in memory, and the order that all of them share.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::{BooleanBuffer, Buffer, ScalarBuffer};
use arrow_data::ArrayData;
use arrow_schema::{DataType, TimeUnit};
use citx_kernels::{BLOCK_ROWS, BLOCK_WORDS, Mask, prefetch};

/// The values of a column, unconverted. Positions are `i64` in the values' own order, the same for every width.
#[derive(Clone, Copy, Debug)]
pub(super) enum Raw<'a> {
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    U64(&'a [u64]),
    F32(&'a [f32]),
    F64(&'a [f64]),
}

/// Runs `$body` with `$values` bound to the slice, whatever its width.
macro_rules! each_width {
    ($raw:expr, $values:ident => $body:expr) => {
        match $raw {
            Raw::I8($values) => $body,
            Raw::I16($values) => $body,
            Raw::I32($values) => $body,
            Raw::I64($values) => $body,
            Raw::U8($values) => $body,
            Raw::U16($values) => $body,
            Raw::U32($values) => $body,
            Raw::U64($values) => $body,
            Raw::F32($values) => $body,
            Raw::F64($values) => $body,
        }
    };
}

impl<'a> Raw<'a> {
    /// `None` for a column whose values have no order that rules compare by, or are converted when read.
    pub fn of(column: &'a ArrayRef) -> Option<Self> {
        fn slice<T: ArrowPrimitiveType>(column: &ArrayRef) -> &[T::Native] {
            column.as_primitive::<T>().values()
        }
        Some(match column.data_type() {
            DataType::Int8 => Self::I8(slice::<Int8Type>(column)),
            DataType::Int16 => Self::I16(slice::<Int16Type>(column)),
            DataType::Int32 => Self::I32(slice::<Int32Type>(column)),
            DataType::Int64 => Self::I64(slice::<Int64Type>(column)),
            DataType::UInt8 => Self::U8(slice::<UInt8Type>(column)),
            DataType::UInt16 => Self::U16(slice::<UInt16Type>(column)),
            DataType::UInt32 => Self::U32(slice::<UInt32Type>(column)),
            DataType::UInt64 => Self::U64(slice::<UInt64Type>(column)),
            DataType::Float32 => Self::F32(slice::<Float32Type>(column)),
            DataType::Float64 => Self::F64(slice::<Float64Type>(column)),
            DataType::Date32 => Self::I32(slice::<Date32Type>(column)),
            DataType::Date64 => Self::I64(slice::<Date64Type>(column)),
            DataType::Timestamp(TimeUnit::Second, _) => Self::I64(slice::<TimestampSecondType>(column)),
            DataType::Timestamp(TimeUnit::Millisecond, _) => Self::I64(slice::<TimestampMillisecondType>(column)),
            DataType::Timestamp(TimeUnit::Microsecond, _) => Self::I64(slice::<TimestampMicrosecondType>(column)),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => Self::I64(slice::<TimestampNanosecondType>(column)),
            _ => return None,
        })
    }

    /// The keys of a dictionary.
    pub fn of_keys(keys: &'a dyn Array) -> Option<Self> {
        Some(match keys.data_type() {
            DataType::Int8 => Self::I8(keys.as_primitive::<Int8Type>().values()),
            DataType::Int16 => Self::I16(keys.as_primitive::<Int16Type>().values()),
            DataType::Int32 => Self::I32(keys.as_primitive::<Int32Type>().values()),
            DataType::Int64 => Self::I64(keys.as_primitive::<Int64Type>().values()),
            DataType::UInt8 => Self::U8(keys.as_primitive::<UInt8Type>().values()),
            DataType::UInt16 => Self::U16(keys.as_primitive::<UInt16Type>().values()),
            DataType::UInt32 => Self::U32(keys.as_primitive::<UInt32Type>().values()),
            DataType::UInt64 => Self::U64(keys.as_primitive::<UInt64Type>().values()),
            _ => return None,
        })
    }

    /// How many values.
    pub fn len(self) -> usize {
        each_width!(self, values => values.len())
    }

    /// Where the value of a row lies; a NaN lies above all.
    pub fn position(self, row: usize) -> i64 {
        match self {
            Self::F32(values) => values.get(row).filter(|value| !value.is_nan()).map_or(i64::MAX, |value| value.position()),
            Self::F64(values) => values.get(row).filter(|value| !value.is_nan()).map_or(i64::MAX, |value| value.position()),
            other => each_width!(other, values => values.get(row).map_or(i64::MAX, |value| value.position())),
        }
    }

    /// Bytes of a value.
    pub fn width(self) -> usize {
        fn width<T>(_: &[T]) -> usize {
            size_of::<T>()
        }
        each_width!(self, values => width(values))
    }

    /// The least and the greatest position, and that of zero.
    pub fn bounds(self) -> (i64, i64, i64) {
        match self {
            Self::I8(_) => (i8::MIN.into(), i8::MAX.into(), 0),
            Self::I16(_) => (i16::MIN.into(), i16::MAX.into(), 0),
            Self::I32(_) => (i32::MIN.into(), i32::MAX.into(), 0),
            Self::I64(_) => (i64::MIN, i64::MAX, 0),
            Self::U8(_) => (0, u8::MAX.into(), 0),
            Self::U16(_) => (0, u16::MAX.into(), 0),
            Self::U32(_) => (0, u32::MAX.into(), 0),
            Self::U64(_) => (i64::MIN, i64::MAX, i64::MIN),
            Self::F32(_) => (f32::NEG_INFINITY.position(), f32::INFINITY.position(), 0),
            Self::F64(_) => (f64::NEG_INFINITY.position(), f64::INFINITY.position(), 0),
        }
    }

    /// An array of the values at these positions, of the column's type.
    pub fn representatives(self, positions: &[i64], data_type: &DataType) -> Option<ArrayRef> {
        fn buffer<T: Position + arrow_buffer::ArrowNativeType>(_: &[T], positions: &[i64]) -> Buffer {
            ScalarBuffer::from(positions.iter().map(|position| T::at(*position)).collect::<Vec<T>>()).into_inner()
        }
        let values = each_width!(self, values => buffer(values, positions));
        let data = ArrayData::builder(data_type.clone()).len(positions.len()).add_buffer(values).build().ok()?;
        Some(arrow_array::make_array(data))
    }
}

/// A place in the order of all values of a type.
pub(super) trait Position: Copy {
    fn position(self) -> i64;
    /// The value at a position, or the nearest that the type has.
    fn at(position: i64) -> Self;
}

macro_rules! integers {
    ($($type:ty)*) => {
        $(impl Position for $type {
            fn position(self) -> i64 {
                self.into()
            }
            fn at(position: i64) -> Self {
                Self::try_from(position).unwrap_or(if position < 0 { Self::MIN } else { Self::MAX })
            }
        })*
    };
}

integers!(i8 i16 i32 i64 u8 u16 u32);

/// The highest bit, in which the orders of signed and of unsigned numbers differ.
const SIGN: u64 = 1 << 63;

impl Position for u64 {
    fn position(self) -> i64 {
        (self ^ SIGN) as i64
    }
    fn at(position: i64) -> Self {
        position as u64 ^ SIGN
    }
}

impl Position for f64 {
    fn position(self) -> i64 {
        // Negative zero is zero and has no place of its own; a greater magnitude is less among the negative.
        let bits = (self + 0.0).to_bits() as i64;
        if bits < 0 { (bits ^ i64::MAX) + 1 } else { bits }
    }
    fn at(position: i64) -> Self {
        Self::from_bits(if position < 0 { (position - 1) ^ i64::MAX } else { position } as u64)
    }
}

impl Position for f32 {
    fn position(self) -> i64 {
        let bits = (self + 0.0).to_bits() as i32;
        i64::from(if bits < 0 { (bits ^ i32::MAX) + 1 } else { bits })
    }
    fn at(position: i64) -> Self {
        let position = position as i32;
        Self::from_bits(if position < 0 { (position - 1) ^ i32::MAX } else { position } as u32)
    }
}

/// The bits of `rows` rows from `start`; zero beyond them. The next as many are asked for.
pub(super) fn read_bits(bits: &BooleanBuffer, start: usize, rows: usize, out: &mut Mask) {
    let first = bits.offset() + start;
    let (byte, shift) = (first / 8, first % 8);
    let bytes = bits.values().get(byte..).unwrap_or_default();
    let word = |index: usize| -> u64 {
        match bytes.get(index * 8..index * 8 + 8).and_then(|eight| eight.try_into().ok()) {
            Some(eight) => u64::from_le_bytes(eight),
            None => bytes.iter().skip(index * 8).take(8).enumerate().fold(0, |word, (at, byte)| word | u64::from(*byte) << (8 * at)),
        }
    };
    let words = rows.div_ceil(64);
    prefetch(bytes.get(words * 8..words * 16).unwrap_or_default());
    if shift == 0 {
        match bytes.get(..words * 8) {
            Some(bytes) => {
                for (out, eight) in out.iter_mut().zip(bytes.as_chunks::<8>().0) {
                    *out = u64::from_le_bytes(*eight);
                }
            }
            None => (0..words).for_each(|index| out[index] = word(index)),
        }
    } else {
        for (index, out) in out.iter_mut().enumerate().take(words) {
            let above = bytes.get(index * 8 + 8).copied().unwrap_or(0);
            *out = word(index) >> shift | u64::from(above) << (64 - shift);
        }
    }
    trim(rows, out);
}

/// Joins another mask to one, word by word.
pub(super) fn join(mask: &mut Mask, other: &Mask, how: impl Fn(u64, u64) -> u64) {
    mask.iter_mut().zip(other).for_each(|(word, other)| *word = how(*word, *other));
}

/// Clears the bits beyond `rows`.
pub(super) fn trim(rows: usize, mask: &mut Mask) {
    if rows < BLOCK_ROWS {
        let used = rows / 64;
        if let Some(word) = mask.get_mut(used) {
            *word &= (1 << (rows % 64)) - 1;
        }
        mask.iter_mut().skip(used + 1).for_each(|word| *word = 0);
    }
}

/// A one for each of `rows` rows.
pub(super) fn all_rows(rows: usize) -> Mask {
    let mut mask = [u64::MAX; BLOCK_WORDS];
    trim(rows, &mut mask);
    mask
}

/// Which rows of a column have a value; `None` if all have.
pub(super) fn valid_bits(column: &ArrayRef) -> Option<&BooleanBuffer> {
    column.nulls().filter(|nulls| nulls.null_count() > 0).map(|nulls| nulls.inner())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn positions_are_in_the_order_of_the_values(a in any::<f64>(), b in any::<f64>(), c in any::<u64>(), d in any::<u64>(), e in any::<f32>()) {
            prop_assume!(!a.is_nan() && !b.is_nan() && !e.is_nan());
            prop_assert_eq!(a.partial_cmp(&b), Some(a.position().cmp(&b.position())));
            prop_assert_eq!(c.cmp(&d), c.position().cmp(&d.position()));
            prop_assert_eq!(f64::at(a.position()), a);
            prop_assert!(f64::at(a.position() - 1) < a || a.is_infinite());
            prop_assert_eq!(f32::at(e.position()), e);
            prop_assert_eq!(u64::at(c.position()), c);
        }

        #[test]
        fn bits_are_read_from_any_offset(bits in proptest::collection::vec(any::<bool>(), 1..400), skip in 0_usize..70, start in 0_usize..70) {
            let buffer = BooleanBuffer::from(bits.clone());
            let skip = skip.min(bits.len() - 1);
            let sliced = buffer.slice(skip, bits.len() - skip);
            let start = start.min(sliced.len());
            let mut mask = [u64::MAX; BLOCK_WORDS];
            read_bits(&sliced, start, sliced.len() - start, &mut mask);
            for row in 0..BLOCK_ROWS {
                let expected = bits.get(skip + start + row).copied().unwrap_or(false);
                prop_assert_eq!(mask[row / 64] >> (row % 64) & 1 == 1, expected);
            }
        }
    }
}
