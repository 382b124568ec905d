//! One attribute of everyone, read as it came until it is written for the first time.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, downcast_primitive_array, new_null_array};
use arrow_cast::cast;
use arrow_schema::{DataType, Field, TimeUnit};
use citx_kernels::prefetch;
use hashbrown::HashMap;

use crate::citizens::{AttributeType, values_in};
use crate::rules::{self, Scalar};
use crate::table::{Column, Value, join};
use crate::{Error, ErrorKind, Result};

/// What an attribute of one citizen is, in the unit of its column.
#[derive(Clone)]
pub(super) enum Cell<'v> {
    Null,
    /// Booleans as 0 and 1, whole numbers (an unsigned one of 64 bits by its bits), days, and instants.
    Whole(i64),
    Float(f64),
    /// Digits at the column's scale.
    Decimal(i128),
    Text(Cow<'v, str>),
    /// An array of this one value, of a type that no rule can read.
    Piece(ArrayRef),
}

/// How a column is kept once it is written.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Flag,
    Whole,
    Float,
    Decimal(i8),
    Text,
    Piece,
}

enum Values {
    AsTheyCame,
    /// Bits, so that those of all columns stay near the processor.
    Flags(Bits, Bits),
    Whole(Vec<i64>, Bits),
    Floats(Vec<f64>, Bits),
    Decimals(Vec<i128>, Bits),
    /// What was written over the column that came.
    Written(HashMap<u32, Cell<'static>>),
}

/// One attribute of everyone. Rows beyond those that came or were written are null.
pub(super) struct Attribute {
    field: Arc<Field>,
    came: ArrayRef,
    kind: Kind,
    values: Values,
}

/// Bits that grow.
#[derive(Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn get(&self, index: usize) -> bool {
        self.0.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    fn set(&mut self, index: usize, value: bool) {
        if index / 64 >= self.0.len() {
            self.0.resize(index / 64 + 1, 0);
        }
        if let Some(word) = self.0.get_mut(index / 64) {
            *word = *word & !(1 << (index % 64)) | u64::from(value) << (index % 64);
        }
    }

    fn prefetch(&self, index: usize) {
        prefetch_one(&self.0, index / 64);
    }
}

impl Kind {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Dictionary(_, values) => Self::of(values),
            DataType::Decimal256(..) => Self::Piece,
            plain => match AttributeType::of(plain) {
                AttributeType::Boolean => Self::Flag,
                AttributeType::Integer | AttributeType::Date | AttributeType::Timestamp => Self::Whole,
                AttributeType::Float => Self::Float,
                AttributeType::Decimal { scale, .. } => Self::Decimal(scale),
                AttributeType::Text => Self::Text,
                AttributeType::Null | AttributeType::List(_) | AttributeType::Other => Self::Piece,
            },
        }
    }
}

impl<'v> Cell<'v> {
    /// The cell that a value is in a column of this type, where that is plain to see; `None` where it needs a closer look.
    pub fn of(value: &'v Value, data_type: &DataType) -> Option<Self> {
        let narrow = |value: i64, low: i64, high: i64| (low..=high).contains(&value).then_some(Self::Whole(value));
        match (value, data_type) {
            (Value::Null, _) => Some(Self::Null),
            (Value::Boolean(value), DataType::Boolean) => Some(Self::Whole(i64::from(*value))),
            (Value::Integer(value), DataType::Int64) => Some(Self::Whole(*value)),
            (Value::Integer(value), DataType::Int32) => narrow(*value, i64::from(i32::MIN), i64::from(i32::MAX)),
            (Value::Integer(value), DataType::Int16) => narrow(*value, i64::from(i16::MIN), i64::from(i16::MAX)),
            (Value::Integer(value), DataType::Int8) => narrow(*value, i64::from(i8::MIN), i64::from(i8::MAX)),
            (Value::Integer(value), DataType::UInt64) => narrow(*value, 0, i64::MAX),
            (Value::Integer(value), DataType::UInt32) => narrow(*value, 0, i64::from(u32::MAX)),
            (Value::Integer(value), DataType::UInt16) => narrow(*value, 0, i64::from(u16::MAX)),
            (Value::Integer(value), DataType::UInt8) => narrow(*value, 0, i64::from(u8::MAX)),
            (Value::Float(value), DataType::Float64) => Some(Self::Float(*value)),
            (Value::Integer(value), DataType::Float64) if value.unsigned_abs() <= 1 << 53 => Some(Self::Float(*value as f64)),
            (Value::Date(value), DataType::Date32) => Some(Self::Whole(i64::from(value.as_days()))),
            (Value::Timestamp(value), DataType::Timestamp(TimeUnit::Microsecond, _)) => Some(Self::Whole(value.as_micros())),
            (Value::Text(value), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) => Some(Self::Text(Cow::Borrowed(value))),
            (Value::Text(value), DataType::Dictionary(_, values)) if Kind::of(values) == Kind::Text => {
                Some(Self::Text(Cow::Borrowed(value)))
            }
            _ => None,
        }
    }

    /// The value in a row of an array; null beyond its end.
    pub fn read(array: &'v ArrayRef, row: usize) -> Self {
        if row >= array.len() || array.is_null(row) {
            return Self::Null;
        }
        macro_rules! whole {
            ($type:ty) => {
                Self::Whole(i64::from(array.as_primitive::<$type>().value(row)))
            };
        }
        macro_rules! decimal {
            ($type:ty) => {
                Self::Decimal(i128::from(array.as_primitive::<$type>().value(row)))
            };
        }
        match array.data_type() {
            DataType::Boolean => Self::Whole(i64::from(array.as_boolean().value(row))),
            DataType::Int8 => whole!(Int8Type),
            DataType::Int16 => whole!(Int16Type),
            DataType::Int32 => whole!(Int32Type),
            DataType::Int64 => whole!(Int64Type),
            DataType::UInt8 => whole!(UInt8Type),
            DataType::UInt16 => whole!(UInt16Type),
            DataType::UInt32 => whole!(UInt32Type),
            DataType::UInt64 => Self::Whole(array.as_primitive::<UInt64Type>().value(row) as i64),
            DataType::Date32 => whole!(Date32Type),
            DataType::Date64 => whole!(Date64Type),
            DataType::Timestamp(TimeUnit::Second, _) => whole!(TimestampSecondType),
            DataType::Timestamp(TimeUnit::Millisecond, _) => whole!(TimestampMillisecondType),
            DataType::Timestamp(TimeUnit::Microsecond, _) => whole!(TimestampMicrosecondType),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => whole!(TimestampNanosecondType),
            DataType::Float16 => Self::Float(array.as_primitive::<Float16Type>().value(row).to_f64()),
            DataType::Float32 => Self::Float(f64::from(array.as_primitive::<Float32Type>().value(row))),
            DataType::Float64 => Self::Float(array.as_primitive::<Float64Type>().value(row)),
            DataType::Decimal32(..) => decimal!(Decimal32Type),
            DataType::Decimal64(..) => decimal!(Decimal64Type),
            DataType::Decimal128(..) => decimal!(Decimal128Type),
            DataType::Dictionary(_, values) if Kind::of(values) != Kind::Piece => {
                dictionary_key(array, row).map_or(Self::Null, |key| match array.as_any_dictionary().values() {
                    values if Kind::of(values.data_type()) == Kind::Text => {
                        text(values, key).map_or(Self::Null, |text| Self::Text(Cow::Borrowed(text)))
                    }
                    values => Self::read(values, key),
                })
            }
            plain if Kind::of(plain) == Kind::Text => text(array, row).map_or(Self::Null, |text| Self::Text(Cow::Borrowed(text))),
            _ => Self::Piece(array.slice(row, 1)),
        }
    }

    fn into_owned(self) -> Cell<'static> {
        match self {
            Self::Null => Cell::Null,
            Self::Whole(value) => Cell::Whole(value),
            Self::Float(value) => Cell::Float(value),
            Self::Decimal(digits) => Cell::Decimal(digits),
            Self::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Self::Piece(piece) => Cell::Piece(piece),
        }
    }
}

fn dictionary_key(array: &ArrayRef, row: usize) -> Option<usize> {
    let DataType::Dictionary(keys, _) = array.data_type() else { return None };
    let array = array.as_any_dictionary().keys();
    macro_rules! key {
        ($type:ty) => {
            usize::try_from(array.as_primitive::<$type>().value(row)).ok()
        };
    }
    match keys.as_ref() {
        _ if row >= array.len() || array.is_null(row) => None,
        DataType::Int8 => key!(Int8Type),
        DataType::Int16 => key!(Int16Type),
        DataType::Int32 => key!(Int32Type),
        DataType::Int64 => key!(Int64Type),
        DataType::UInt8 => key!(UInt8Type),
        DataType::UInt16 => key!(UInt16Type),
        DataType::UInt32 => key!(UInt32Type),
        DataType::UInt64 => key!(UInt64Type),
        _ => None,
    }
}

fn prefetch_one<T>(values: &[T], index: usize) {
    prefetch(values.get(index..index + 1).unwrap_or_default());
}

fn prefetch_both<T>(data: &[T], valid: &Bits, index: usize) {
    prefetch_one(data, index);
    valid.prefetch(index);
}

/// Asks for what says which value a row of an array has: of text, where it lies.
fn prefetch_came(array: &dyn Array, row: usize) {
    if let Some(nulls) = array.nulls() {
        prefetch_one(nulls.validity(), (nulls.offset() + row) / 8);
    }
    downcast_primitive_array! {
        array => prefetch_one(array.values(), row),
        DataType::Boolean => {
            let values = array.as_boolean().values();
            prefetch_one(values.values(), (values.offset() + row) / 8);
        }
        DataType::Utf8 => prefetch_one(array.as_string::<i32>().value_offsets(), row),
        DataType::LargeUtf8 => prefetch_one(array.as_string::<i64>().value_offsets(), row),
        DataType::Utf8View => prefetch_one(array.as_string_view().views(), row),
        DataType::Dictionary(..) => prefetch_came(array.as_any_dictionary().keys(), row),
        _ => {}
    }
}

/// The text in a row of an array of text, in any layout.
fn text(array: &ArrayRef, row: usize) -> Option<&str> {
    if row >= array.len() || array.is_null(row) {
        return None;
    }
    match array.data_type() {
        DataType::Utf8 => Some(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Some(array.as_string::<i64>().value(row)),
        DataType::Utf8View => Some(array.as_string_view().value(row)),
        // A dictionary of dictionaries is not made by anything that writes Arrow.
        DataType::Dictionary(..) => {
            let (key, values) = (dictionary_key(array, row)?, array.as_any_dictionary().values());
            if matches!(values.data_type(), DataType::Dictionary(..)) { None } else { plain_text(values, key) }
        }
        _ => None,
    }
}

fn plain_text(array: &ArrayRef, row: usize) -> Option<&str> {
    match array.data_type() {
        _ if row >= array.len() || array.is_null(row) => None,
        DataType::Utf8 => Some(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Some(array.as_string::<i64>().value(row)),
        DataType::Utf8View => Some(array.as_string_view().value(row)),
        _ => None,
    }
}

/// A whole cell of a column of this type, as rules see it.
fn whole(data_type: &DataType, value: i64) -> Scalar<'static> {
    let micros = |micros: Option<i64>| micros.map_or(Scalar::Null, Scalar::Timestamp);
    match data_type {
        DataType::Dictionary(_, values) => match values.as_ref() {
            DataType::Dictionary(..) => Scalar::Null,
            plain => whole(plain, value),
        },
        DataType::Boolean => Scalar::Boolean(value != 0),
        DataType::UInt64 if value < 0 => Scalar::Null,
        DataType::Date32 => i32::try_from(value).map_or(Scalar::Null, Scalar::Date),
        DataType::Date64 => i32::try_from(value.div_euclid(86_400_000)).map_or(Scalar::Null, Scalar::Date),
        DataType::Timestamp(TimeUnit::Second, _) => micros(value.checked_mul(1_000_000)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => micros(value.checked_mul(1_000)),
        DataType::Timestamp(TimeUnit::Microsecond, _) => Scalar::Timestamp(value),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => Scalar::Timestamp(value.div_euclid(1_000)),
        _ => Scalar::Integer(value),
    }
}

impl Attribute {
    pub fn new(field: Arc<Field>, came: ArrayRef) -> Self {
        Self { kind: Kind::of(came.data_type()), values: Values::AsTheyCame, field, came }
    }

    pub fn name(&self) -> &str {
        self.field.name()
    }

    pub fn data_type(&self) -> &DataType {
        self.came.data_type()
    }

    /// The value of a row as rules see it.
    pub fn scalar(&self, row: u32) -> Scalar<'_> {
        let index = row as usize;
        match &self.values {
            Values::AsTheyCame => self.came_scalar(index),
            Values::Flags(data, valid) if valid.get(index) => Scalar::Boolean(data.get(index)),
            Values::Whole(data, valid) if valid.get(index) => data.get(index).map_or(Scalar::Null, |value| whole(self.data_type(), *value)),
            Values::Floats(data, valid) if valid.get(index) => data.get(index).map_or(Scalar::Null, |value| Scalar::Float(*value)),
            Values::Decimals(data, valid) if valid.get(index) => {
                data.get(index).map_or(Scalar::Null, |digits| Scalar::Decimal(*digits, self.scale()))
            }
            Values::Flags(..) | Values::Whole(..) | Values::Floats(..) | Values::Decimals(..) => Scalar::Null,
            Values::Written(written) => match written.get(&row) {
                None => self.came_scalar(index),
                Some(Cell::Text(text)) => Scalar::Text(Cow::Borrowed(text)),
                Some(Cell::Piece(piece)) => piece_scalar(piece, 0),
                Some(_) => Scalar::Null,
            },
        }
    }

    fn came_scalar(&self, row: usize) -> Scalar<'_> {
        match self.kind {
            Kind::Text => text(&self.came, row).map_or(Scalar::Null, |text| Scalar::Text(Cow::Borrowed(text))),
            Kind::Piece => piece_scalar(&self.came, row),
            _ => match Cell::read(&self.came, row) {
                Cell::Whole(value) => whole(self.data_type(), value),
                Cell::Float(value) => Scalar::Float(value),
                Cell::Decimal(digits) => Scalar::Decimal(digits, self.scale()),
                _ => Scalar::Null,
            },
        }
    }

    fn scale(&self) -> i8 {
        if let Kind::Decimal(scale) = self.kind { scale } else { 0 }
    }

    /// Asks for what is kept of a row, which will be written soon.
    pub fn prefetch(&self, row: u32) {
        let index = row as usize;
        match &self.values {
            Values::Flags(data, valid) => {
                data.prefetch(index);
                valid.prefetch(index);
            }
            Values::Whole(data, valid) => prefetch_both(data, valid, index),
            Values::Floats(data, valid) => prefetch_both(data, valid, index),
            Values::Decimals(data, valid) => prefetch_both(data, valid, index),
            Values::AsTheyCame | Values::Written(_) => prefetch_came(self.came.as_ref(), index),
        }
    }

    /// Whether a row has this value, as far as that is cheap to tell.
    fn has(&self, row: u32, cell: &Cell<'_>) -> bool {
        let index = row as usize;
        match (&self.values, cell) {
            (Values::Flags(data, valid), Cell::Whole(value)) => valid.get(index) && i64::from(data.get(index)) == *value,
            (Values::Whole(data, valid), Cell::Whole(value)) => valid.get(index) && data.get(index) == Some(value),
            (Values::Floats(data, valid), Cell::Float(value)) => {
                valid.get(index) && data.get(index).is_some_and(|known| known.to_bits() == value.to_bits())
            }
            (Values::Decimals(data, valid), Cell::Decimal(digits)) => valid.get(index) && data.get(index) == Some(digits),
            (Values::Flags(_, valid) | Values::Whole(_, valid) | Values::Floats(_, valid) | Values::Decimals(_, valid), _) => {
                !valid.get(index)
            }
            (Values::AsTheyCame, cell) => self.came_as(index, cell),
            (Values::Written(written), cell) => match (written.get(&row), cell) {
                (None, cell) => self.came_as(index, cell),
                (Some(Cell::Text(known)), Cell::Text(text)) => known == text,
                (Some(known), cell) => matches!((known, cell), (Cell::Null, Cell::Null)),
            },
        }
    }

    fn came_as(&self, index: usize, cell: &Cell<'_>) -> bool {
        match (self.kind, cell) {
            (Kind::Text, Cell::Text(wanted)) => text(&self.came, index) == Some(wanted.as_ref()),
            (Kind::Text, _) => text(&self.came, index).is_none(),
            (_, cell) => match (Cell::read(&self.came, index), cell) {
                (Cell::Null, Cell::Null) => true,
                (Cell::Whole(known), Cell::Whole(value)) => known == *value,
                (Cell::Float(known), Cell::Float(value)) => known.to_bits() == value.to_bits(),
                (Cell::Decimal(known), Cell::Decimal(digits)) => known == *digits,
                _ => false,
            },
        }
    }

    /// Writes a row; whether it may have had another value.
    pub fn set(&mut self, row: u32, cell: Cell<'_>) -> bool {
        if self.has(row, &cell) {
            return false;
        }
        if matches!(self.values, Values::AsTheyCame) {
            self.values = self.thawed();
        }
        let index = row as usize;
        match (&mut self.values, cell) {
            (Values::Flags(data, valid), Cell::Whole(value)) => {
                data.set(index, value != 0);
                valid.set(index, true);
            }
            (Values::Whole(data, valid), Cell::Whole(value)) => put(data, valid, index, value),
            (Values::Floats(data, valid), Cell::Float(value)) => put(data, valid, index, value),
            (Values::Decimals(data, valid), Cell::Decimal(digits)) => put(data, valid, index, digits),
            (Values::Flags(_, valid) | Values::Whole(_, valid) | Values::Floats(_, valid) | Values::Decimals(_, valid), _) => {
                valid.set(index, false);
            }
            (Values::Written(written), cell) => {
                written.insert(row, cell.into_owned());
            }
            (Values::AsTheyCame, _) => {}
        }
        true
    }

    /// The values that came, in the form that can be written.
    fn thawed(&self) -> Values {
        let rows = 0..self.came.len();
        match self.kind {
            Kind::Flag => {
                let (mut data, mut valid) = (Bits::default(), Bits::default());
                for row in rows {
                    let value = Cell::read(&self.came, row);
                    data.set(row, matches!(value, Cell::Whole(1)));
                    valid.set(row, matches!(value, Cell::Whole(_)));
                }
                Values::Flags(data, valid)
            }
            Kind::Whole => {
                let (data, valid) =
                    collect(rows, |row| if let Cell::Whole(value) = Cell::read(&self.came, row) { Some(value) } else { None });
                Values::Whole(data, valid)
            }
            Kind::Float => {
                let (data, valid) =
                    collect(rows, |row| if let Cell::Float(value) = Cell::read(&self.came, row) { Some(value) } else { None });
                Values::Floats(data, valid)
            }
            Kind::Decimal(_) => {
                let (data, valid) =
                    collect(rows, |row| if let Cell::Decimal(digits) = Cell::read(&self.came, row) { Some(digits) } else { None });
                Values::Decimals(data, valid)
            }
            Kind::Text | Kind::Piece => Values::Written(HashMap::new()),
        }
    }

    /// The values of these rows as an Arrow array, and its field.
    pub fn to_arrow(&self, rows: Range<usize>) -> Result<(Field, ArrayRef)> {
        let array = match &self.values {
            Values::AsTheyCame if rows.end <= self.came.len() => self.came.slice(rows.start, rows.len()),
            Values::AsTheyCame => self.overlaid(&HashMap::new(), rows)?,
            Values::Written(written) => self.overlaid(written, rows)?,
            Values::Flags(data, valid) => {
                let flags: BooleanArray = rows.map(|row| valid.get(row).then(|| data.get(row))).collect();
                self.retyped(&(Arc::new(flags) as ArrayRef))?
            }
            Values::Whole(data, valid) => self.retyped(&whole_array(spelt(self.data_type()), data, valid, rows)?)?,
            Values::Floats(data, valid) => {
                let values: Float64Array = rows.map(|row| data.get(row).copied().filter(|_| valid.get(row))).collect();
                self.retyped(&cast(&values, spelt(self.data_type())).map_err(unwritable)?)?
            }
            Values::Decimals(data, valid) => {
                let digits: Decimal128Array = rows.map(|row| data.get(row).copied().filter(|_| valid.get(row))).collect();
                let digits = digits.with_precision_and_scale(38, self.scale()).map_err(unwritable)?;
                self.retyped(&cast(&digits, spelt(self.data_type())).map_err(unwritable)?)?
            }
        };
        let nullable = self.field.is_nullable() || array.null_count() > 0;
        Ok((self.field.as_ref().clone().with_data_type(array.data_type().clone()).with_nullable(nullable), array))
    }

    /// Values in the type that the column came in: the same, or a dictionary of it.
    fn retyped(&self, array: &ArrayRef) -> Result<ArrayRef> {
        values_in(&Column::new(self.name(), array.clone()), self.data_type())
    }

    /// The column that came, with what was written over it.
    fn overlaid(&self, written: &HashMap<u32, Cell<'_>>, rows: Range<usize>) -> Result<ArrayRef> {
        const CAME: usize = 0;
        const NULL: usize = 1;
        const WRITTEN: usize = 2;
        let mut picks: Vec<(usize, usize)> = rows.clone().map(|row| if row < self.came.len() { (CAME, row) } else { (NULL, 0) }).collect();
        let mut pieces = vec![self.came.clone(), new_null_array(self.data_type(), 1)];
        let mut texts = Vec::new();
        for (row, pick) in rows.zip(&mut picks) {
            let Some(cell) = written.get(&(row as u32)) else { continue };
            match cell {
                Cell::Text(text) => {
                    *pick = (WRITTEN, texts.len());
                    texts.push(Some(text.as_ref()));
                }
                Cell::Piece(piece) => {
                    *pick = (pieces.len(), 0);
                    pieces.push(piece.clone());
                }
                _ => *pick = (NULL, 0),
            }
        }
        if !texts.is_empty() {
            pieces.push(self.retyped(Column::text(self.name(), texts).array())?);
        }
        if let Some(wide) = pieces.last().map(|piece| piece.data_type().clone()).filter(|wide| wide != self.data_type()) {
            pieces =
                pieces.iter().map(|piece| cast(piece, &wide)).collect::<Result<_, _>>().map_err(|error| {
                    Error::new(ErrorKind::LimitExceeded, "the rows do not fit the column's dictionary").caused_by(error)
                })?;
        }
        join::interleave(&pieces, &picks).map_err(|error| error.context(format!("column `{}`", self.name())))
    }
}

/// What a dictionary spells, or the type itself.
fn spelt(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => values,
        plain => plain,
    }
}

fn unwritable(error: arrow_schema::ArrowError) -> Error {
    Error::new(ErrorKind::InvalidArgument, "the values do not fit their column").caused_by(error)
}

fn piece_scalar(array: &ArrayRef, row: usize) -> Scalar<'static> {
    rules::scalar_of(&Value::read(array, row), AttributeType::of(array.data_type()))
}

fn put<T: Copy + Default>(data: &mut Vec<T>, valid: &mut Bits, index: usize, value: T) {
    if index >= data.len() {
        data.resize(index + 1, T::default());
    }
    if let Some(slot) = data.get_mut(index) {
        *slot = value;
        valid.set(index, true);
    }
}

fn collect<T: Default>(rows: Range<usize>, value: impl Fn(usize) -> Option<T>) -> (Vec<T>, Bits) {
    let (mut data, mut valid) = (Vec::with_capacity(rows.len()), Bits(vec![0; rows.len().div_ceil(64)]));
    for row in rows {
        let value = value(row);
        valid.set(row, value.is_some());
        data.push(value.unwrap_or_default());
    }
    (data, valid)
}

fn whole_array(data_type: &DataType, data: &[i64], valid: &Bits, rows: Range<usize>) -> Result<ArrayRef> {
    let values = rows.map(|row| data.get(row).copied().filter(|_| valid.get(row)));
    let whole: ArrayRef = Arc::new(values.collect::<Int64Array>());
    let relabelled = |array: &ArrayRef| {
        let data = array.to_data().into_builder().data_type(data_type.clone()).build();
        data.map(arrow_array::make_array).map_err(unwritable)
    };
    match data_type {
        DataType::UInt64 | DataType::Date64 | DataType::Timestamp(..) => relabelled(&whole),
        DataType::Date32 => relabelled(&cast(&whole, &DataType::Int32).map_err(unwritable)?),
        narrow => cast(&whole, narrow).map_err(unwritable),
    }
}
