//! Columns and tables made from values.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, LargeListArray, LargeStringArray, NullArray,
    StringArray, TimestampMicrosecondArray,
};
use arrow_buffer::{BooleanBuffer, Buffer, OffsetBuffer};
use arrow_schema::Field;

use super::{Column, Decimal, Record, Table, Value};
use crate::time::{Date, Timestamp};
use crate::{Bitmap, Error, ErrorKind, Result};

/// Whole numbers up to this size are exact as f64.
const EXACT_FLOAT: u64 = 1 << 53;

/// The most digits that an Arrow decimal of 128 bits holds.
const DECIMAL_DIGITS: u8 = 38;

impl Column {
    /// A column of text.
    pub fn text<S: AsRef<str>>(name: impl Into<String>, values: impl IntoIterator<Item = Option<S>>) -> Self {
        let values: Vec<Option<S>> = values.into_iter().collect();
        let bytes = values.iter().flatten().fold(0_usize, |bytes, value| bytes.saturating_add(value.as_ref().len()));
        let array: ArrayRef = if i32::try_from(bytes).is_ok() {
            Arc::new(values.into_iter().collect::<StringArray>())
        } else {
            Arc::new(values.into_iter().collect::<LargeStringArray>())
        };
        Self::new(name, array)
    }

    /// A column of whole numbers.
    pub fn integer(name: impl Into<String>, values: impl IntoIterator<Item = Option<i64>>) -> Self {
        Self::new(name, Arc::new(values.into_iter().collect::<Int64Array>()))
    }

    /// A column of floating point numbers.
    pub fn float(name: impl Into<String>, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        Self::new(name, Arc::new(values.into_iter().collect::<Float64Array>()))
    }

    /// A column of true and false.
    pub fn boolean(name: impl Into<String>, values: impl IntoIterator<Item = Option<bool>>) -> Self {
        Self::new(name, Arc::new(values.into_iter().collect::<BooleanArray>()))
    }

    /// A column of true and false without nulls.
    pub(crate) fn bits(name: impl Into<String>, bits: &Bitmap) -> Self {
        let bytes: Vec<u8> = bits.words().iter().flat_map(|word| word.to_le_bytes()).collect();
        let buffer = BooleanBuffer::new(Buffer::from_vec(bytes), 0, bits.len());
        Self::new(name, Arc::new(BooleanArray::new(buffer, None)))
    }

    /// A column of calendar dates.
    pub fn date(name: impl Into<String>, values: impl IntoIterator<Item = Option<Date>>) -> Self {
        Self::new(name, Arc::new(values.into_iter().map(|value| value.map(Date::as_days)).collect::<Date32Array>()))
    }

    /// A column of instants: microseconds in UTC.
    pub fn timestamp(name: impl Into<String>, values: impl IntoIterator<Item = Option<Timestamp>>) -> Self {
        let micros = values.into_iter().map(|value| value.map(Timestamp::as_micros)).collect::<TimestampMicrosecondArray>();
        Self::new(name, Arc::new(micros.with_timezone("UTC")))
    }

    /// A column of exact decimals with `scale` digits behind the point.
    ///
    /// # Errors
    /// `InvalidArgument` for a scale outside 0 to 38, or a value that needs more digits than 38, naming the row.
    pub fn decimal(name: impl Into<String>, scale: i8, values: impl IntoIterator<Item = Option<Decimal>>) -> Result<Self> {
        let name = name.into();
        let wrong = |what: String| Error::new(ErrorKind::InvalidArgument, what).context(format!("column `{name}`"));
        let digits = values
            .into_iter()
            .enumerate()
            .map(|(row, value)| match value {
                None => Ok(None),
                Some(value) => value.digits_at(scale).map(Some).ok_or_else(|| wrong(format!("row {} needs more than 38 digits", row + 1))),
            })
            .collect::<Result<Vec<Option<i128>>>>()?;
        let array = Decimal128Array::from(digits)
            .with_precision_and_scale(DECIMAL_DIGITS, scale)
            .map_err(|_| wrong(format!("expected a scale from 0 to 38, found {scale}")))?;
        Ok(Self::new(name, Arc::new(array)))
    }

    /// A column whose type is the one that all values share: only nulls is the null type, whole numbers beside floating
    /// point are floating point, whole numbers beside decimals are decimals.
    ///
    /// # Errors
    /// `InvalidArgument` naming the first row whose type does not fit the rows before it, or whose number would not be exact.
    ///
    /// # Example
    /// ```
    /// use citx_core::table::{Column, Value};
    ///
    /// let ages = Column::from_values("age", [Value::Integer(41), Value::Null, Value::Integer(7)])?;
    /// assert_eq!(ages.data_type().to_string(), "Int64");
    /// assert!(Column::from_values("age", [Value::Integer(41), Value::Text("old".into())]).is_err());
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn from_values(name: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Result<Self> {
        let (name, values): (String, Vec<Value>) = (name.into(), values.into_iter().collect());
        let kind = Kind::of(&values).map_err(|error| error.context(format!("column `{name}`")))?;
        macro_rules! pick {
            ($variant:ident) => {
                values.into_iter().map(|value| match value {
                    Value::$variant(value) => Some(value),
                    _ => None,
                })
            };
        }
        Ok(match kind {
            Kind::Null => Self::new(name, Arc::new(NullArray::new(values.len()))),
            Kind::Boolean => Self::boolean(name, pick!(Boolean)),
            Kind::Integer => Self::integer(name, pick!(Integer)),
            Kind::Text => Self::text(name, pick!(Text)),
            Kind::Date => Self::date(name, pick!(Date)),
            Kind::Timestamp => Self::timestamp(name, pick!(Timestamp)),
            Kind::List => return lists(name, values),
            Kind::Float => return floats(name, &values),
            Kind::Decimal { scale } => return Self::decimal(name, scale, values.iter().map(as_decimal)),
        })
    }
}

impl Table {
    /// A table of records: the columns are the names in the order in which they first appear, absent values are null.
    ///
    /// # Errors
    /// As [`Column::from_values`].
    pub fn from_records(records: &[Record]) -> Result<Self> {
        let mut names: Vec<&str> = Vec::new();
        let mut seen = HashSet::new();
        for (name, _) in records.iter().flat_map(Record::fields) {
            if seen.insert(name.as_str()) {
                names.push(name);
            }
        }
        let column = |(place, name): (usize, &&str)| {
            let values = records.iter().map(|record| record.get_near(place, name).cloned().unwrap_or(Value::Null));
            Column::from_values(*name, values)
        };
        Self::from_columns_with_rows(names.iter().enumerate().map(column).collect::<Result<Vec<_>>>()?, Some(records.len()))
    }
}

/// The one type that all values of a column share.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Null,
    Boolean,
    Integer,
    Float,
    Decimal { scale: i8 },
    Text,
    Date,
    Timestamp,
    List,
}

impl Kind {
    fn of(values: &[Value]) -> Result<Self> {
        let mut kind = Self::Null;
        for (row, value) in values.iter().enumerate() {
            let next = match value {
                Value::Null => continue,
                Value::Boolean(_) => Self::Boolean,
                Value::Integer(_) => Self::Integer,
                Value::Float(_) => Self::Float,
                Value::Decimal(decimal) => Self::Decimal { scale: decimal.scale.max(0) },
                Value::Text(_) => Self::Text,
                Value::Date(_) => Self::Date,
                Value::Timestamp(_) => Self::Timestamp,
                Value::List(_) => Self::List,
                Value::Other => Self::Null,
            };
            kind = match (kind, next) {
                (Self::Null, next) if next != Self::Null => next,
                (kind, next) if kind == next && kind != Self::Null => kind,
                (Self::Integer, Self::Float) | (Self::Float, Self::Integer) => Self::Float,
                (Self::Integer, decimal @ Self::Decimal { .. }) | (decimal @ Self::Decimal { .. }, Self::Integer) => decimal,
                (Self::Decimal { scale }, Self::Decimal { scale: other }) => Self::Decimal { scale: scale.max(other) },
                _ => {
                    let message = format!(
                        "row {} is {}, which does not fit the rows before it; give one column one type",
                        row + 1,
                        value.type_name()
                    );
                    return Err(Error::new(ErrorKind::InvalidArgument, message));
                }
            };
        }
        Ok(kind)
    }
}

fn floats(name: String, values: &[Value]) -> Result<Column> {
    let float = |(row, value): (usize, &Value)| match value {
        Value::Float(value) => Ok(Some(*value)),
        Value::Integer(value) if value.unsigned_abs() > EXACT_FLOAT => {
            let message = format!("row {} is a whole number too large to be exact beside floating point", row + 1);
            Err(Error::new(ErrorKind::InvalidArgument, message).context(format!("column `{name}`")))
        }
        Value::Integer(value) => Ok(Some(*value as f64)),
        _ => Ok(None),
    };
    let values = values.iter().enumerate().map(float).collect::<Result<Vec<_>>>()?;
    Ok(Column::float(name, values))
}

/// Lists of one type of values, one list for each row.
fn lists(name: String, values: Vec<Value>) -> Result<Column> {
    let (mut items, mut lengths, mut valid) = (Vec::new(), Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
    for value in values {
        let before = items.len();
        valid.push(matches!(value, Value::List(_)));
        if let Value::List(list) = value {
            if list.iter().any(|item| matches!(item, Value::List(_))) {
                let message = format!("column `{name}` has lists of lists; give them as Arrow");
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
            items.extend(list);
        }
        lengths.push(items.len() - before);
    }
    let items = Column::from_values("item", items).map_err(|error| error.context(format!("the lists of column `{name}`")))?;
    let field = Arc::new(Field::new("item", items.data_type().clone(), true));
    let offsets = OffsetBuffer::<i64>::from_lengths(lengths);
    let array = LargeListArray::try_new(field, offsets, items.array().clone(), Some(valid.into()))
        .map_err(|error| Error::new(ErrorKind::InvalidArgument, format!("column `{name}` cannot be built")).caused_by(error))?;
    Ok(Column::new(name, Arc::new(array)))
}

fn as_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(decimal) => Some(*decimal),
        Value::Integer(value) => Some(Decimal { digits: i128::from(*value), scale: 0 }),
        _ => None,
    }
}

impl Decimal {
    /// The digits with `scale` of them behind the point; `None` where digits would be lost or there are more than 38.
    pub fn digits_at(self, scale: i8) -> Option<i128> {
        let shift = i32::from(scale) - i32::from(self.scale);
        let power = 10_i128.checked_pow(shift.unsigned_abs());
        let digits = match (self.digits, shift >= 0) {
            (0, _) => 0,
            (digits, true) => digits.checked_mul(power?)?,
            (digits, false) => (digits % power? == 0).then_some(digits / power?)?,
        };
        (digits.unsigned_abs() < 10_u128.pow(u32::from(DECIMAL_DIGITS))).then_some(digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::citizens::AttributeType;

    fn decimal(digits: i128, scale: i8) -> Value {
        Value::Decimal(Decimal { digits, scale })
    }

    fn of(values: Vec<Value>) -> Result<(AttributeType, Vec<Value>)> {
        let column = Column::from_values("c", values)?;
        Ok((AttributeType::of(column.data_type()), column.values().collect()))
    }

    #[test]
    fn values_find_the_type_they_share() {
        let (int, float, null) = (Value::Integer(2), Value::Float(0.5), Value::Null);
        assert!(of(vec![]).unwrap() == (AttributeType::Null, vec![]));
        assert!(of(vec![null.clone(), null.clone()]).unwrap().0 == AttributeType::Null);
        assert!(of(vec![null.clone(), int.clone()]).unwrap() == (AttributeType::Integer, vec![null.clone(), int.clone()]));
        assert!(of(vec![int.clone(), float.clone()]).unwrap() == (AttributeType::Float, vec![Value::Float(2.0), float.clone()]));
        let (kind, values) = of(vec![int.clone(), decimal(15, 1), decimal(-125, 2), decimal(3, -2)]).unwrap();
        assert_eq!(kind, AttributeType::Decimal { precision: 38, scale: 2 });
        assert!(values == [decimal(200, 2), decimal(150, 2), decimal(-125, 2), decimal(30_000, 2)]);
        // A whole number beyond i64, as a key of 64 bits without a sign may be.
        let large = decimal(i128::from(u64::MAX), 0);
        assert!(of(vec![large.clone(), Value::Integer(-1)]).unwrap().1 == [large, decimal(-1, 0)]);
    }

    #[test]
    fn values_of_two_types_are_refused_by_row() {
        let text = || Value::Text("secret".into());
        for pair in [
            [text(), Value::Integer(1)],
            [Value::Boolean(true), Value::Integer(1)],
            [decimal(1, 0), Value::Float(0.5)],
            [Value::Date(Date::from_days(0)), Value::Timestamp(Timestamp::from_micros(0))],
            [Value::Null, Value::Other],
        ] {
            let error = of(pair.to_vec()).expect_err("two types");
            assert!(error.to_string().starts_with("column `c`: row 2 is "), "{error}");
        }
        let inexact = of(vec![Value::Float(0.5), Value::Integer((1 << 53) + 1)]).expect_err("inexact");
        assert_eq!(inexact.kind(), ErrorKind::InvalidArgument);
        assert_eq!(of(vec![decimal(i128::MAX, 0)]).expect_err("39 digits").kind(), ErrorKind::InvalidArgument);
    }

    #[test]
    fn records_make_a_table_of_all_their_names() {
        let record =
            |fields: &[(&str, i64)]| fields.iter().map(|(name, value)| ((*name).to_owned(), Value::Integer(*value))).collect::<Record>();
        let table = Table::from_records(&[record(&[("b", 1)]), record(&[]), record(&[("a", 2), ("b", 3)])]).unwrap();
        assert_eq!((table.column_names(), table.num_rows()), (vec!["b", "a"], 3));
        assert!(table.row(1).fields().iter().all(|(_, value)| *value == Value::Null));
        assert!(table.row(0).get("b") == Some(&Value::Integer(1)) && table.row(2).get("b") == Some(&Value::Integer(3)));
        assert_eq!(Table::from_records(&[record(&[]), record(&[])]).unwrap().num_rows(), 2);
        assert_eq!(table.take(&[2, 2, 0]).unwrap().num_rows(), 3);
        assert_eq!(table.take(&[3]).expect_err("beyond").kind(), ErrorKind::OutOfRange);
    }

    #[test]
    fn decimals_rescale_exactly_or_not_at_all() {
        assert_eq!(Decimal { digits: 150, scale: 2 }.digits_at(1), Some(15));
        assert_eq!(Decimal { digits: 155, scale: 2 }.digits_at(1), None);
        assert_eq!(Decimal { digits: 0, scale: 100 }.digits_at(-100), Some(0));
        assert_eq!(Decimal { digits: 1, scale: -128 }.digits_at(127), None);
        assert_eq!(Decimal { digits: i128::MIN, scale: 0 }.digits_at(0), None);
    }
}
