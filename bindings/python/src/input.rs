//! Tables from Python: any Arrow producer, a dict of columns, a list of rows.
//!
//! Whatever comes in is checked in full before the core sees it: a producer's offsets and text are not to be trusted.

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::SchemaRef;
use citx::{Column, Error, ErrorKind, Record, Value};
use pyo3::exceptions::{PyException, PyImportError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyCapsule, PyDict, PyList, PyMapping, PyString, PyTuple};
use pyo3_arrow::{PyArray, PyArrayReader, PyRecordBatch, PyRecordBatchReader};

use crate::error::{Answer, Failure, caught, guarded, invalid};
use crate::value::{at, from_python, type_name};

mod buffer;
mod capsule;

/// A table from whatever Python calls one.
pub(crate) fn table(py: Python<'_>, given: &Bound<'_, PyAny>) -> Answer<citx::Table> {
    if let Ok(own) = given.cast::<crate::table::Table>() {
        return Ok(own.get().0.clone());
    }
    guarded(|| {
        if given.hasattr(intern!(py, "__arrow_c_stream__"))? {
            stream(py, given)
        } else if given.hasattr(intern!(py, "__arrow_c_array__"))? {
            batch(py, given)
        } else if let Ok(columns) = given.cast::<PyMapping>() {
            dict(py, columns)
        } else if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
            rows(given)
        } else {
            Err(invalid(format!(
                "expected a table: an object with __arrow_c_stream__ (pandas, polars, pyarrow, duckdb), a dict of columns or a list of dicts, not {}",
                type_name(given)
            )))
        }
    })
}

fn malformed(what: &str) -> Failure {
    invalid(format!("malformed Arrow data: {what}"))
}

fn stream(py: Python<'_>, given: &Bound<'_, PyAny>) -> Answer<citx::Table> {
    let capsule = ask(given, "__arrow_c_stream__")?;
    let capsule = capsule.cast::<PyCapsule>().map_err(|_| malformed("__arrow_c_stream__ returned no capsule"))?;
    capsule::check_stream(capsule)?;
    let reader = PyRecordBatchReader::from_arrow_pycapsule(capsule).and_then(PyRecordBatchReader::into_reader);
    let reader = reader.map_err(|_| malformed("the capsule is not an unused stream of record batches"))?;
    let schema = reader.schema();
    // A producer may itself run Python, or threads that do: it must not find the GIL taken.
    let batches = py.detach(|| {
        caught(|| {
            let mut batches = Vec::new();
            for (index, batch) in reader.enumerate() {
                // What a producer says may quote a value.
                let batch = batch.map_err(|_| {
                    let message = format!("the table's own source failed at its batch {}; ask it for its rows to see why", index + 1);
                    Error::new(ErrorKind::InvalidArgument, message)
                })?;
                validate(&batch)?;
                batches.push(batch);
            }
            Ok(batches)
        })
    });
    joined(py, schema, batches.map_err(stopped)?)
}

fn batch(py: Python<'_>, given: &Bound<'_, PyAny>) -> Answer<citx::Table> {
    let (schema, array) = capsules(given)?;
    let batch = caught(|| Ok(PyRecordBatch::from_arrow_pycapsule(&schema, &array).ok())).map_err(stopped)?;
    let batch = batch.ok_or_else(|| malformed("__arrow_c_array__ did not return a record batch"))?.into_inner();
    py.detach(|| caught(|| validate(&batch))).map_err(stopped)?;
    joined(py, batch.schema(), vec![batch])
}

/// Asks a producer for its capsules. What it says when it fails may quote a value: the error names only what was asked.
fn ask<'py>(given: &Bound<'py, PyAny>, method: &str) -> Answer<Bound<'py, PyAny>> {
    given.call_method0(method).map_err(|error| {
        if !error.is_instance_of::<PyException>(given.py()) {
            return error.into();
        }
        if error.is_instance_of::<PyImportError>(given.py()) {
            return invalid(format!("{} needs pyarrow to hand over its values, which is not installed", type_name(given)));
        }
        let kind = error.get_type(given.py()).name().map_or_else(|_| "an exception".into(), |name| name.to_string());
        invalid(format!("{}.{method}() raised {kind}; call it yourself to see why", type_name(given).trim_matches('`')))
    })
}

fn capsules<'py>(given: &Bound<'py, PyAny>) -> Answer<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
    let pair = ask(given, "__arrow_c_array__")?;
    let pair: (Bound<'py, PyCapsule>, Bound<'py, PyCapsule>) =
        pair.extract().map_err(|_| malformed("__arrow_c_array__ did not return two capsules"))?;
    capsule::check_schema(&pair.0)?;
    Ok(pair)
}

/// A panic on the way in is the producer's malformed data, not a bug of the core.
fn stopped(error: Error) -> Failure {
    if error.kind() == ErrorKind::Panic { malformed("it does not keep to the Arrow C data interface") } else { error.into() }
}

fn joined(py: Python<'_>, schema: SchemaRef, batches: Vec<RecordBatch>) -> Answer<citx::Table> {
    crate::error::detached(py, || citx::Table::from_batches(schema, &batches))
}

fn validate(batch: &RecordBatch) -> citx::Result<()> {
    batch.schema_ref().fields().iter().zip(batch.columns()).try_for_each(|(field, array)| validate_array(field.name(), array))
}

fn validate_array(name: &str, array: &ArrayRef) -> citx::Result<()> {
    // Arrow's own message may quote the text it finds invalid.
    array.to_data().validate_full().map_err(|_| {
        Error::new(ErrorKind::InvalidArgument, format!("malformed Arrow data: column `{name}` has bad offsets or text that is not UTF-8"))
    })
}

/// A column of an Arrow array, of a buffer such as numpy's, or of Python values.
fn column(py: Python<'_>, name: &str, given: &Bound<'_, PyAny>) -> Answer<ArrayRef> {
    if given.is_instance_of::<PyString>() || given.is_instance_of::<PyMapping>() {
        return Err(invalid(format!("column `{name}`: expected a list of values or an array, not {}", type_name(given))));
    }
    if given.hasattr(intern!(py, "__arrow_c_array__"))? {
        let (schema, array) = capsules(given)?;
        let array = caught(|| Ok(PyArray::from_arrow_pycapsule(&schema, &array).ok())).map_err(stopped)?;
        let (array, _) = array.ok_or_else(|| malformed(&format!("column `{name}` is not an unused Arrow array")))?.into_inner();
        py.detach(|| caught(|| validate_array(name, &array))).map_err(stopped)?;
        return Ok(array);
    }
    if given.hasattr(intern!(py, "__arrow_c_stream__"))? {
        return chunks(py, name, given);
    }
    if let Some(array) = buffer::column(py, name, given)? {
        return Ok(array);
    }
    let items = given
        .try_iter()
        .map_err(|_| invalid(format!("column `{name}`: expected a list of values or an array, not {}", type_name(given))))?;
    let mut values = Vec::new();
    for (row, item) in items.enumerate() {
        values.push(known_value(&item?).map_err(|failure| at(failure, &format!("column `{name}`, row {}", row + 1)))?);
    }
    Ok(Column::from_values(name, values)?.array().clone())
}

fn chunks(py: Python<'_>, name: &str, given: &Bound<'_, PyAny>) -> Answer<ArrayRef> {
    let capsule = ask(given, "__arrow_c_stream__")?;
    let capsule = capsule.cast::<PyCapsule>().map_err(|_| malformed("__arrow_c_stream__ returned no capsule"))?;
    capsule::check_stream(capsule)?;
    let reader = PyArrayReader::from_arrow_pycapsule(capsule).and_then(PyArrayReader::into_reader);
    let reader = reader.map_err(|_| malformed(&format!("column `{name}` is not an unused stream of Arrow arrays")))?;
    let field = reader.field();
    let joined = py.detach(|| {
        caught(|| {
            let failed = |_| {
                Error::new(ErrorKind::InvalidArgument, format!("column `{name}`: its own source failed; ask it for its values to see why"))
            };
            let chunks: Vec<ArrayRef> = reader.collect::<Result<_, _>>().map_err(failed)?;
            chunks.iter().try_for_each(|chunk| validate_array(name, chunk))?;
            if chunks.is_empty() {
                return Ok(arrow_array::new_empty_array(field.data_type()));
            }
            arrow_select::concat::concat(&chunks.iter().map(|chunk| &**chunk).collect::<Vec<_>>()).map_err(failed)
        })
    });
    joined.map_err(stopped)
}

fn dict(py: Python<'_>, given: &Bound<'_, PyMapping>) -> Answer<citx::Table> {
    let mut names = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for item in given.items()?.iter() {
        let (name, values): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        let name: String = name.extract().map_err(|_| invalid("the names of columns must be text"))?;
        arrays.push(column(py, &name, &values)?);
        names.push(name);
    }
    if let (Some(first), Some(other)) = (arrays.first(), arrays.iter().position(|array| array.len() != arrays[0].len())) {
        let (rows, found) = (first.len(), arrays[other].len());
        return Err(invalid(format!("columns must be of equal length: `{}` has {rows} values, `{}` has {found}", names[0], names[other])));
    }
    let table = citx::Table::from_columns(names.into_iter().zip(arrays).map(|(name, array)| Column::new(name, array)))?;
    // The limit on rows is where batches are joined.
    Ok(citx::Table::from_batches(table.schema().clone(), &[table.batch().clone()])?)
}

/// A table of dicts; a name that a row lacks is null there.
fn rows(given: &Bound<'_, PyAny>) -> Answer<citx::Table> {
    Ok(citx::Table::from_records(&records(given)?)?)
}

fn records(given: &Bound<'_, PyAny>) -> Answer<Vec<Record>> {
    let mut records = Vec::new();
    for (row, item) in given.try_iter()?.enumerate() {
        let item = item?;
        let place = || format!("row {}", row + 1);
        let fields = item.cast::<PyMapping>().map_err(|_| invalid(format!("{}: expected a dict, not {}", place(), type_name(&item))))?;
        let mut record = Vec::new();
        for field in fields.items()?.iter() {
            let (name, given): (Bound<'_, PyAny>, Bound<'_, PyAny>) = field.extract()?;
            let name: String = name.extract().map_err(|_| invalid(format!("{}: the names of columns must be text", place())))?;
            let value = known_value(&given).map_err(|failure| at(failure, &format!("column `{name}`, {}", place())))?;
            record.push((name, value));
        }
        records.push(record.into_iter().collect::<Record>());
    }
    Ok(records)
}

/// A value, where something that citx does not know is an error.
fn known_value(given: &Bound<'_, PyAny>) -> Answer<Value> {
    match from_python(given)? {
        Value::Other => Err(invalid(format!("{} is not a value citx knows", type_name(given)))),
        Value::List(items) if items.iter().any(|item| matches!(item, Value::Other)) => {
            Err(invalid("a list of what is not a value citx knows; give lists of lists as Arrow"))
        }
        value => Ok(value),
    }
}

/// Bytes, from whatever holds some.
pub(crate) fn bytes(name: &str, given: &Bound<'_, PyAny>) -> Answer<PyBackedBytes> {
    let wrong = |_| invalid(format!("{name} must be bytes, not {}", type_name(given)));
    if let Ok(bytes) = given.extract() {
        return Ok(bytes);
    }
    let view = given.py().import("builtins")?.getattr("memoryview")?.call1((given,)).map_err(wrong)?;
    Ok(view.call_method0("tobytes")?.extract().map_err(PyErr::from)?)
}

/// Places as latitude and longitude: a table with a column for each, or pairs.
pub(crate) fn places(py: Python<'_>, given: &Bound<'_, PyAny>, lat: &str, lon: &str) -> Answer<Vec<(f64, f64)>> {
    let table = given.is_instance_of::<crate::table::Table>()
        || given.cast::<PyMapping>().is_ok()
        || given.hasattr(intern!(py, "__arrow_c_stream__"))?
        || given.hasattr(intern!(py, "__arrow_c_array__"))?
        || (given.is_instance_of::<PyList>() && given.get_item(0).is_ok_and(|first| first.cast::<PyMapping>().is_ok()));
    if table {
        let table = self::table(py, given)?;
        return Ok(degrees(&table, lat)?.into_iter().zip(degrees(&table, lon)?).collect());
    }
    let wrong = || invalid(format!("expected a table with the columns `{lat}` and `{lon}`, or pairs of numbers, not {}", type_name(given)));
    let mut places = Vec::new();
    for (row, pair) in given.try_iter().map_err(|_| wrong())?.enumerate() {
        let place = || invalid(format!("place {}: expected a latitude and a longitude", row + 1));
        let pair: Vec<f64> = pair?.try_iter().and_then(|pair| pair.map(|number| number?.extract()).collect()).map_err(|_| place())?;
        let [lat, lon] = pair[..] else { return Err(place()) };
        places.push((lat, lon));
    }
    Ok(places)
}

fn degrees(table: &citx::Table, name: &str) -> Answer<Vec<f64>> {
    let degrees = |(row, value): (usize, Value)| match value {
        Value::Float(degrees) => Ok(degrees),
        Value::Integer(degrees) => Ok(degrees as f64),
        Value::Decimal(decimal) => Ok(decimal.to_string().parse().unwrap_or(f64::NAN)),
        Value::Null => Err(invalid(format!("column `{name}`, row {}: a place needs a number of degrees", row + 1))),
        other => Err(invalid(format!("column `{name}` must be degrees, as numbers, not {}", other.type_name()))),
    };
    table.column(name)?.values().enumerate().map(degrees).collect()
}

/// Rows to write into a population.
pub(crate) enum Written {
    /// All with the same columns.
    Table(citx::Table),
    /// Each with columns of its own: what a row lacks stays as it is.
    Records(Vec<Record>),
}

/// Rows given as one dict, a list of dicts, or a table.
pub(crate) fn written(py: Python<'_>, given: &Bound<'_, PyAny>, key: &str) -> Answer<Written> {
    let scalar = |value: &Bound<'_, PyAny>| value.is_instance_of::<PyString>() || value.try_iter().is_err();
    if let Ok(one) = given.cast::<PyDict>()
        && one.get_item(key)?.is_some_and(|value| scalar(&value))
    {
        return Ok(Written::Records(records(PyList::new(py, [one])?.as_any())?));
    }
    if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
        return Ok(Written::Records(records(given)?));
    }
    Ok(Written::Table(table(py, given)?))
}
