//! Values between Python and the core, one at a time and by column.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use chrono::{DateTime, NaiveDate, NaiveTime};
use citx::{Column, Decimal, Error, ErrorKind, Record, Value};
use pyo3::exceptions::PyOverflowError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDate, PyDateTime, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};

use crate::error::{Answer, invalid};
use crate::options::{day, micros};

/// The name of a Python object's type, for messages: never its value.
pub(crate) fn type_name(given: &Bound<'_, PyAny>) -> String {
    given.get_type().name().map_or_else(|_| "an object".into(), |name| format!("`{name}`"))
}

/// A Python value for the core. Nulls of numpy and pandas are null; scalars of numpy are what they hold. A type that has no value
/// in rules is [`Value::Other`].
pub(crate) fn from_python(given: &Bound<'_, PyAny>) -> Answer<Value> {
    Ok(if given.is_none() {
        Value::Null
    } else if let Ok(text) = given.cast::<PyString>() {
        Value::Text(text.to_str().map_err(|_| invalid("text with a lone surrogate is not Unicode text"))?.to_owned())
    } else if let Ok(truth) = given.cast::<PyBool>() {
        Value::Boolean(truth.is_true())
    } else if let Ok(whole) = given.cast::<PyInt>() {
        whole_number(whole)?
    } else if let Ok(float) = given.cast::<PyFloat>() {
        Value::Float(float.value())
    } else if let Ok(datetime) = given.cast::<PyDateTime>() {
        micros(datetime)?.map_or(Value::Null, Value::Timestamp)
    } else if let Ok(date) = given.cast::<PyDate>() {
        Value::Date(day(date)?)
    } else if given.is_instance(decimal_type(given.py())?)? {
        decimal(given)?
    } else if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
        items(given)?
    } else {
        foreign(given)?
    })
}

/// A list. Lists in it have no value in rules; they are not looked into, because they may be nested without end.
fn items(given: &Bound<'_, PyAny>) -> Answer<Value> {
    let nested = |item: &Bound<'_, PyAny>| item.is_instance_of::<PyList>() || item.is_instance_of::<PyTuple>();
    let item = |item: PyResult<Bound<'_, PyAny>>| {
        let item = item?;
        if nested(&item) { Ok(Value::Other) } else { from_python(&item) }
    };
    Ok(Value::List(given.try_iter()?.map(item).collect::<Answer<_>>()?))
}

/// Values of types that belong to numpy and pandas, told by their names: neither need be installed.
fn foreign(given: &Bound<'_, PyAny>) -> Answer<Value> {
    let class = given.get_type();
    let name = class.name()?;
    match name.to_cow()?.as_ref() {
        "NAType" | "NaTType" | "MaskedConstant" => Ok(Value::Null),
        "datetime64" => {
            let plain = given.call_method1("astype", ("datetime64[us]",))?.call_method0("item")?;
            if plain.is_none() || plain.is_instance_of::<PyDateTime>() {
                from_python(&plain)
            } else {
                Err(invalid("a datetime64 outside the years 1 to 9999"))
            }
        }
        "timedelta64" => Ok(Value::Other),
        "ndarray" => from_python(&given.call_method0("tolist")?),
        _ if given.hasattr(intern!(given.py(), "dtype"))? && given.hasattr(intern!(given.py(), "item"))? => {
            let plain = given.call_method0("item").map_err(|_| invalid("an array is not one value"))?;
            if plain.get_type().is(&class) { Ok(Value::Other) } else { from_python(&plain) }
        }
        _ => Ok(Value::Other),
    }
}

fn whole_number(whole: &Bound<'_, PyInt>) -> Answer<Value> {
    match whole.extract::<i64>() {
        Ok(whole) => Ok(Value::Integer(whole)),
        Err(error) if error.is_instance_of::<PyOverflowError>(whole.py()) => {
            Err(Error::new(ErrorKind::OutOfRange, "a whole number that does not fit 64 bits; give a decimal.Decimal").into())
        }
        Err(error) => Err(error.into()),
    }
}

fn decimal_type(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static TYPE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    TYPE.get_or_try_init(py, || py.import("decimal")?.getattr("Decimal").map(Bound::unbind)).map(|class| class.bind(py))
}

fn decimal(given: &Bound<'_, PyAny>) -> Answer<Value> {
    let parts = given.call_method0(intern!(given.py(), "as_tuple"))?;
    let exponent: i32 = parts
        .getattr(intern!(given.py(), "exponent"))?
        .extract()
        .map_err(|_| invalid("a Decimal that is not finite; give None for what is not known"))?;
    let too_long = || Error::new(ErrorKind::OutOfRange, "a Decimal of more than 38 digits");
    let mut digits: i128 = 0;
    for digit in parts.getattr(intern!(given.py(), "digits"))?.try_iter()? {
        digits = digits.checked_mul(10).and_then(|sum| sum.checked_add(digit.ok()?.extract().ok()?)).ok_or_else(too_long)?;
    }
    let sign: i128 = if parts.getattr(intern!(given.py(), "sign"))?.extract::<u8>()? == 1 { -1 } else { 1 };
    for _ in 0..exponent.clamp(0, 39) {
        digits = digits.checked_mul(10).ok_or_else(too_long)?;
    }
    let scale = i8::try_from((-exponent).max(0)).ok().filter(|scale| *scale <= 38).ok_or_else(too_long)?;
    if digits.unsigned_abs() >= 10_u128.pow(38) {
        return Err(too_long().into());
    }
    Ok(Value::Decimal(Decimal { digits: sign * digits, scale }))
}

/// One citizen from a mapping of names to values.
pub(crate) fn record(given: &Bound<'_, PyAny>) -> Answer<Record> {
    let mapping = given.cast::<PyMapping>().map_err(|_| invalid(format!("a record must be a dict, not {}", type_name(given))))?;
    let mut fields = Vec::with_capacity(mapping.len()?);
    for item in mapping.items()?.iter() {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        let name: String = name.extract().map_err(|_| invalid("the names of a record must be text"))?;
        // A row of a population may hold whole numbers beyond i64: the core carries them as decimals.
        let beyond = value.cast::<PyInt>().ok().filter(|_| !value.is_instance_of::<PyBool>()).and_then(|whole| whole.extract().ok());
        let value = match (from_python(&value), beyond) {
            (Err(_), Some(digits)) => Value::Decimal(Decimal { digits, scale: 0 }),
            (value, _) => value.map_err(|failure| at(failure, &format!("`{name}`")))?,
        };
        fields.push((name, value));
    }
    Ok(fields.into_iter().collect())
}

/// The same failure with where it happened.
pub(crate) fn at(failure: crate::error::Failure, place: &str) -> crate::error::Failure {
    match failure {
        crate::error::Failure::Core(error) => error.context(place).into(),
        python => python,
    }
}

/// A value of the core for Python.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> Answer<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Boolean(truth) => PyBool::new(py, *truth).to_owned().into_any(),
        Value::Integer(whole) => whole.into_pyobject(py)?.into_any(),
        Value::Float(float) => float.into_pyobject(py)?.into_any(),
        Value::Decimal(Decimal { digits, scale }) => make_decimal(py, &digits.to_string(), *scale)?,
        Value::Text(text) => PyString::new(py, text).into_any(),
        Value::Date(date) => make_date(py, i64::from(date.as_days()))?,
        Value::Timestamp(instant) => make_instant(py, Some(instant.as_micros()))?,
        Value::List(items) => PyList::new(py, items.iter().map(|item| to_python(py, item)).collect::<Answer<Vec<_>>>()?)?.into_any(),
        _ => py.None().into_bound(py),
    })
}

/// The value at a row of a column for Python; every Arrow type that Python has a word for.
pub(crate) fn read<'py>(py: Python<'py>, column: &Column, row: usize) -> Answer<Bound<'py, PyAny>> {
    read_array(py, column.array(), row).map_err(|failure| at(failure, &format!("column `{}`, row {}", column.name(), row + 1)))
}

fn read_array<'py>(py: Python<'py>, array: &ArrayRef, row: usize) -> Answer<Bound<'py, PyAny>> {
    if row >= array.len() || array.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    macro_rules! number {
        ($type:ty) => {
            array.as_primitive::<$type>().value(row).into_pyobject(py)?.into_any()
        };
    }
    macro_rules! decimal {
        ($type:ty, $scale:expr) => {
            make_decimal(py, &array.as_primitive::<$type>().value(row).to_string(), *$scale)?
        };
    }
    Ok(match array.data_type() {
        DataType::Null => py.None().into_bound(py),
        DataType::Boolean => PyBool::new(py, array.as_boolean().value(row)).to_owned().into_any(),
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float16 => array.as_primitive::<Float16Type>().value(row).to_f64().into_pyobject(py)?.into_any(),
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Decimal32(_, scale) => decimal!(Decimal32Type, scale),
        DataType::Decimal64(_, scale) => decimal!(Decimal64Type, scale),
        DataType::Decimal128(_, scale) => decimal!(Decimal128Type, scale),
        DataType::Decimal256(_, scale) => decimal!(Decimal256Type, scale),
        DataType::Utf8 => PyString::new(py, array.as_string::<i32>().value(row)).into_any(),
        DataType::LargeUtf8 => PyString::new(py, array.as_string::<i64>().value(row)).into_any(),
        DataType::Utf8View => PyString::new(py, array.as_string_view().value(row)).into_any(),
        DataType::Binary => PyBytes::new(py, array.as_binary::<i32>().value(row)).into_any(),
        DataType::LargeBinary => PyBytes::new(py, array.as_binary::<i64>().value(row)).into_any(),
        DataType::BinaryView => PyBytes::new(py, array.as_binary_view().value(row)).into_any(),
        DataType::FixedSizeBinary(_) => PyBytes::new(py, array.as_fixed_size_binary().value(row)).into_any(),
        DataType::Date32 => make_date(py, i64::from(array.as_primitive::<arrow_array::types::Date32Type>().value(row)))?,
        DataType::Date64 => make_date(py, array.as_primitive::<arrow_array::types::Date64Type>().value(row).div_euclid(86_400_000))?,
        DataType::Timestamp(unit, _) => make_instant(py, instant_micros(array, *unit, row))?,
        DataType::Time32(TimeUnit::Second) => make_time(py, ticks::<Time32SecondType>(array, row), 1)?,
        DataType::Time32(_) => make_time(py, ticks::<Time32MillisecondType>(array, row), 1_000)?,
        DataType::Time64(TimeUnit::Microsecond) => make_time(py, ticks::<Time64MicrosecondType>(array, row), 1_000_000)?,
        DataType::Time64(_) => make_time(py, ticks::<Time64NanosecondType>(array, row), 1_000_000_000)?,
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            let key = arrow_cast::cast(&dictionary.keys().slice(row, 1), &DataType::UInt64).ok().filter(|key| key.is_valid(0));
            let key = key.and_then(|key| usize::try_from(key.as_primitive::<UInt64Type>().value(0)).ok());
            key.map_or_else(|| Ok(py.None().into_bound(py)), |key| read_array(py, dictionary.values(), key))?
        }
        DataType::List(_) => list(py, &array.as_list::<i32>().value(row))?,
        DataType::LargeList(_) => list(py, &array.as_list::<i64>().value(row))?,
        DataType::FixedSizeList(_, _) => list(py, &array.as_fixed_size_list().value(row))?,
        DataType::Struct(fields) => {
            let dict = PyDict::new(py);
            for (field, values) in fields.iter().zip(array.as_struct().columns()) {
                dict.set_item(field.name(), read_array(py, values, row)?)?;
            }
            dict.into_any()
        }
        other => {
            let message = format!("values of type {other} have no Python form here; take the column as Arrow");
            return Err(Error::new(ErrorKind::Unsupported, message).into());
        }
    })
}

fn ticks<T: ArrowPrimitiveType>(array: &ArrayRef, row: usize) -> i64
where
    i64: From<T::Native>,
{
    i64::from(array.as_primitive::<T>().value(row))
}

fn list<'py>(py: Python<'py>, values: &ArrayRef) -> Answer<Bound<'py, PyAny>> {
    let items: Vec<_> = (0..values.len()).map(|row| read_array(py, values, row)).collect::<Answer<_>>()?;
    Ok(PyList::new(py, items)?.into_any())
}

fn make_decimal<'py>(py: Python<'py>, digits: &str, scale: i8) -> Answer<Bound<'py, PyAny>> {
    Ok(decimal_type(py)?.call1((format!("{digits}E{}", -i32::from(scale)),))?)
}

fn beyond() -> Error {
    Error::new(ErrorKind::OutOfRange, "outside the years 1 to 9999 that Python can show; take the column as Arrow")
}

fn make_date(py: Python<'_>, days: i64) -> Answer<Bound<'_, PyAny>> {
    let date = i32::try_from(days).ok().and_then(NaiveDate::from_epoch_days).ok_or_else(beyond)?;
    Ok(date.into_pyobject(py).map_err(|_| beyond())?.into_any())
}

fn make_instant(py: Python<'_>, micros: Option<i64>) -> Answer<Bound<'_, PyAny>> {
    let instant = micros.and_then(DateTime::from_timestamp_micros).ok_or_else(beyond)?;
    Ok(instant.into_pyobject(py).map_err(|_| beyond())?.into_any())
}

fn make_time(py: Python<'_>, ticks: i64, per_second: i64) -> Answer<Bound<'_, PyAny>> {
    let nanos = ticks.rem_euclid(per_second) * (1_000_000_000 / per_second);
    let time = u32::try_from(ticks.div_euclid(per_second))
        .ok()
        .zip(u32::try_from(nanos).ok())
        .and_then(|(seconds, nanos)| NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos))
        .ok_or_else(|| Error::new(ErrorKind::OutOfRange, "a time of day that is not within a day"))?;
    Ok(time.into_pyobject(py)?.into_any())
}

fn instant_micros(array: &ArrayRef, unit: TimeUnit, row: usize) -> Option<i64> {
    use arrow_array::types::{TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType};
    match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().value(row).checked_mul(1_000_000),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(row).checked_mul(1_000),
        TimeUnit::Microsecond => Some(array.as_primitive::<TimestampMicrosecondType>().value(row)),
        TimeUnit::Nanosecond => Some(array.as_primitive::<TimestampNanosecondType>().value(row).div_euclid(1_000)),
    }
}
