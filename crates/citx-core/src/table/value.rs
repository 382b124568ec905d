use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use crate::time::{Date, Timestamp};

/// One value of one citizen. `Debug` shows the type only: values are personal.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Not known.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A binary floating point number.
    Float(f64),
    /// An exact decimal.
    Decimal(Decimal),
    /// Text.
    Text(String),
    /// A calendar date.
    Date(Date),
    /// An instant.
    Timestamp(Timestamp),
    /// A list.
    List(Vec<Value>),
    /// A type that is carried but has no value here (time of day, binary, struct).
    Other,
}

/// An exact decimal: `digits` x 10^-`scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The digits without the point.
    pub digits: i128,
    /// How many digits lie behind the point; negative adds zeros in front of it.
    pub scale: i8,
}

impl fmt::Display for Decimal {
    /// All digits, with the point: `12.50`, `-0.05`, `1200`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits.unsigned_abs().to_string();
        let sign = if self.digits < 0 { "-" } else { "" };
        match usize::try_from(self.scale) {
            Err(_) => write!(f, "{sign}{digits}{}", "0".repeat(usize::from(self.scale.unsigned_abs()))),
            Ok(0) => write!(f, "{sign}{digits}"),
            Ok(scale) => {
                let padded = format!("{digits:0>width$}", width = scale + 1);
                let (whole, fraction) = padded.split_at(padded.len() - scale);
                write!(f, "{sign}{whole}.{fraction}")
            }
        }
    }
}

/// One citizen or one row: names and values, in order.
#[derive(Clone, Default, PartialEq)]
pub struct Record {
    fields: Vec<(String, Value)>,
}

impl Record {
    /// The value of `name`, if the record has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// The same, looked for at `place` first: records of one table have their names in one order, and searching each name in
    /// each record is the square of the columns.
    pub(crate) fn get_near(&self, place: usize, name: &str) -> Option<&Value> {
        let here = self.fields.get(place).filter(|(field, _)| field == name);
        here.map(|(_, value)| value).or_else(|| self.get(name))
    }

    /// Sets `name`, replacing a value it had.
    pub fn set(&mut self, name: impl Into<String>, value: Value) {
        let name = name.into();
        match self.fields.iter_mut().find(|(field, _)| *field == name) {
            Some((_, old)) => *old = value,
            None => self.fields.push((name, value)),
        }
    }

    /// Names and values, in order.
    pub fn fields(&self) -> &[(String, Value)] {
        &self.fields
    }
}

impl FromIterator<(String, Value)> for Record {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        Self { fields: fields.into_iter().collect() }
    }
}

impl Value {
    /// The value at `index` of an Arrow array; null beyond its end. Whole numbers beyond i64 become decimals.
    pub fn read(array: &ArrayRef, index: usize) -> Self {
        if index >= array.len() || array.is_null(index) {
            return Self::Null;
        }
        macro_rules! integer {
            ($type:ty) => {
                Self::Integer(i64::from(array.as_primitive::<$type>().value(index)))
            };
        }
        let decimal = |digits, scale| Self::Decimal(Decimal { digits, scale });
        match array.data_type() {
            DataType::Boolean => Self::Boolean(array.as_boolean().value(index)),
            DataType::Int8 => integer!(Int8Type),
            DataType::Int16 => integer!(Int16Type),
            DataType::Int32 => integer!(Int32Type),
            DataType::Int64 => integer!(Int64Type),
            DataType::UInt8 => integer!(UInt8Type),
            DataType::UInt16 => integer!(UInt16Type),
            DataType::UInt32 => integer!(UInt32Type),
            DataType::UInt64 => {
                let value = array.as_primitive::<UInt64Type>().value(index);
                i64::try_from(value).map_or_else(|_| decimal(i128::from(value), 0), Self::Integer)
            }
            DataType::Float16 => Self::Float(array.as_primitive::<Float16Type>().value(index).to_f64()),
            DataType::Float32 => Self::Float(f64::from(array.as_primitive::<Float32Type>().value(index))),
            DataType::Float64 => Self::Float(array.as_primitive::<Float64Type>().value(index)),
            DataType::Decimal32(_, scale) => decimal(i128::from(array.as_primitive::<Decimal32Type>().value(index)), *scale),
            DataType::Decimal64(_, scale) => decimal(i128::from(array.as_primitive::<Decimal64Type>().value(index)), *scale),
            DataType::Decimal128(_, scale) => decimal(array.as_primitive::<Decimal128Type>().value(index), *scale),
            DataType::Utf8 => Self::Text(array.as_string::<i32>().value(index).to_owned()),
            DataType::LargeUtf8 => Self::Text(array.as_string::<i64>().value(index).to_owned()),
            DataType::Utf8View => Self::Text(array.as_string_view().value(index).to_owned()),
            DataType::Date32 => Self::Date(Date::from_days(array.as_primitive::<Date32Type>().value(index))),
            DataType::Date64 => {
                let millis = array.as_primitive::<arrow_array::types::Date64Type>().value(index);
                i32::try_from(millis.div_euclid(86_400_000)).map_or(Self::Null, |days| Self::Date(Date::from_days(days)))
            }
            DataType::Timestamp(unit, _) => timestamp(array, *unit, index),
            DataType::Decimal256(_, scale) => {
                array.as_primitive::<Decimal256Type>().value(index).to_i128().map_or(Self::Other, |digits| decimal(digits, *scale))
            }
            DataType::Dictionary(_, _) => {
                let dictionary = array.as_any_dictionary();
                // The key alone: reading all keys for one value would make a walk over the column quadratic.
                let key = Self::read(&dictionary.keys().slice(index, 1), 0);
                match key {
                    Self::Integer(key) => usize::try_from(key).map_or(Self::Null, |key| Self::read(dictionary.values(), key)),
                    _ => Self::Null,
                }
            }
            DataType::List(_) => list(&array.as_list::<i32>().value(index)),
            DataType::LargeList(_) => list(&array.as_list::<i64>().value(index)),
            DataType::FixedSizeList(..) => list(&array.as_fixed_size_list().value(index)),
            DataType::Null => Self::Null,
            _ => Self::Other,
        }
    }

    /// The word for the value's type, as rules and messages use it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Integer(_) => "integer",
            Self::Float(_) => "float",
            Self::Decimal(_) => "decimal",
            Self::Text(_) => "text",
            Self::Date(_) => "date",
            Self::Timestamp(_) => "timestamp",
            Self::List(_) => "list",
            Self::Other => "other",
        }
    }
}

fn list(items: &ArrayRef) -> Value {
    Value::List((0..items.len()).map(|index| Value::read(items, index)).collect())
}

fn timestamp(array: &ArrayRef, unit: TimeUnit, index: usize) -> Value {
    use arrow_array::types::{TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType};
    let micros = match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().value(index).checked_mul(1_000_000),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(index).checked_mul(1_000),
        TimeUnit::Microsecond => Some(array.as_primitive::<TimestampMicrosecondType>().value(index)),
        TimeUnit::Nanosecond => Some(array.as_primitive::<TimestampNanosecondType>().value(index).div_euclid(1_000)),
    };
    micros.map_or(Value::Null, |micros| Value::Timestamp(Timestamp::from_micros(micros)))
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name())
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.fields.iter().map(|(name, value)| (name, value.type_name()))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_written_with_all_its_digits() {
        let cases = [(1250, 2, "12.50"), (-5, 2, "-0.05"), (12, -2, "1200"), (7, 0, "7"), (0, 1, "0.0")];
        for (digits, scale, text) in cases {
            assert_eq!(Decimal { digits, scale }.to_string(), text);
        }
        let smallest = Decimal { digits: i128::MIN, scale: 127 }.to_string();
        assert!(smallest.starts_with("-0.0") && smallest.len() == 130);
    }
}
