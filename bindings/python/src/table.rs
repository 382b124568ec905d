//! Tables and columns for Python: frozen, read value by value or as Arrow.

use std::sync::Arc;

use arrow_array::{ArrayRef, StructArray};
use arrow_schema::{Field, Schema as ArrowSchema};
use pyo3::exceptions::{PyImportError, PyIndexError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList, PySlice, PyString, PyTuple};
use pyo3_arrow::ffi::{ArrayIterator, to_array_pycapsules, to_schema_pycapsule, to_stream_pycapsule};

use crate::citizens::Schema;
use crate::error::{Answer, Failure, detached, guarded, invalid};
use crate::input;
use crate::options::{Names, pairs};
use crate::run::Long;
use crate::value::{read, type_name};

/// Named columns of equal length.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Table(pub(crate) citx::Table);

/// One named column.
#[pyclass(frozen, module = "citx")]
pub(crate) struct Column(pub(crate) citx::Column);

/// Walks over rows or values.
#[pyclass(module = "citx")]
pub(crate) struct Rows {
    source: Source,
    next: usize,
}

enum Source {
    Table(Vec<citx::Column>, usize),
    Column(citx::Column),
}

/// The stream capsule of a table.
pub(crate) fn export<'py>(
    py: Python<'py>,
    table: &citx::Table,
    requested_schema: Option<Bound<'py, PyCapsule>>,
) -> Answer<Bound<'py, PyCapsule>> {
    guarded(|| {
        let schema = table.batch().schema();
        let field = Field::new_struct("", schema.fields().clone(), false).with_metadata(schema.metadata().clone());
        let array: ArrayRef = Arc::new(StructArray::from(table.batch().clone()));
        let chunks = ArrayIterator::new(std::iter::once(Ok(array)), Arc::new(field));
        Ok(to_stream_pycapsule(py, Box::new(chunks), requested_schema).map_err(PyErr::from)?)
    })
}

/// The schema capsule of a table.
pub(crate) fn export_schema<'py>(py: Python<'py>, schema: &ArrowSchema) -> Answer<Bound<'py, PyCapsule>> {
    Ok(to_schema_pycapsule(py, schema).map_err(PyErr::from)?)
}

/// A module that citx does without, asked for by name.
fn module<'py>(py: Python<'py>, name: &str, method: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(name).map_err(|error| {
        let hint = PyImportError::new_err(format!("{method}() needs {name}, which is not installed: pip install {name}"));
        hint.set_cause(py, Some(error));
        hint
    })
}

fn index_of(len: usize, index: isize) -> Answer<usize> {
    let found = if index < 0 { len.checked_add_signed(index) } else { usize::try_from(index).ok() };
    found.filter(|index| *index < len).ok_or_else(|| PyIndexError::new_err("index out of range").into())
}

fn row_dict<'py>(py: Python<'py>, columns: &[citx::Column], row: usize) -> Answer<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for column in columns {
        dict.set_item(column.name(), read(py, column, row)?)?;
    }
    Ok(dict)
}

fn values<'py>(py: Python<'py>, column: &citx::Column) -> Answer<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for row in 0..column.len() {
        list.append(read(py, column, row)?)?;
    }
    Ok(list)
}

#[pymethods]
impl Table {
    /// A table from any Arrow producer, dict of columns or list of rows.
    #[staticmethod]
    fn from_arrow(py: Python<'_>, table: &Bound<'_, PyAny>) -> Answer<Self> {
        Ok(Self(input::table(py, table)?))
    }

    /// A table from a CSV, Parquet, Arrow or XLSX file.
    #[staticmethod]
    #[pyo3(signature = (path, *, text=None, types=None, encoding=None, sheet=None))]
    fn read(
        py: Python<'_>,
        path: std::path::PathBuf,
        text: Option<Names>,
        types: Option<&Bound<'_, PyAny>>,
        encoding: Option<String>,
        sheet: Option<String>,
    ) -> Answer<Self> {
        let mut options = citx::ReadOptions::default();
        options.types = pairs("types", types)?;
        options.encoding = encoding;
        options.sheet = sheet;
        let Names(text) = text.unwrap_or_default();
        let text: Vec<&str> = text.iter().map(String::as_str).collect();
        Ok(Self(Long::default().call(py, |_| citx::read_table(&path, &text, &options))?))
    }

    /// Write the table as CSV.
    fn write_csv(&self, py: Python<'_>, path: std::path::PathBuf) -> Answer<()> {
        detached(py, || citx::write_csv(&self.0, &path))
    }

    /// Write the table as Parquet.
    fn write_parquet(&self, py: Python<'_>, path: std::path::PathBuf) -> Answer<()> {
        detached(py, || citx::write_parquet(&self.0, &path))
    }

    /// How many rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.0.num_rows()
    }

    /// The names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.0.column_names()
    }

    /// Names and types of the columns.
    #[getter]
    fn schema(&self) -> Schema {
        Schema::of(&self.0)
    }

    /// The rows as dicts.
    fn to_pylist<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyList>> {
        guarded(|| {
            let columns: Vec<citx::Column> = self.0.columns().collect();
            let list = PyList::empty(py);
            for row in 0..self.0.num_rows() {
                list.append(row_dict(py, &columns, row)?)?;
            }
            Ok(list)
        })
    }

    /// The columns as a dict of lists.
    fn to_pydict<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyDict>> {
        guarded(|| {
            let dict = PyDict::new(py);
            for column in self.0.columns() {
                dict.set_item(column.name(), values(py, &column)?)?;
            }
            Ok(dict)
        })
    }

    /// The table as a pyarrow.Table.
    fn to_pyarrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        module(slf.py(), "pyarrow", "to_pyarrow")?.call_method1("table", (slf,))
    }

    /// The table as a polars.DataFrame.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        module(slf.py(), "polars", "to_polars")?.call_method1("DataFrame", (slf,))
    }

    /// The table as a pandas.DataFrame.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> Answer<Bound<'py, PyAny>> {
        let pandas = module(slf.py(), "pandas", "to_pandas")?;
        if slf.py().import("pyarrow").is_ok() {
            return Ok(Self::to_pyarrow(slf)?.call_method0("to_pandas")?);
        }
        Ok(pandas.call_method1("DataFrame", (slf.get().to_pydict(slf.py())?,))?)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyCapsule>>) -> Answer<Bound<'py, PyCapsule>> {
        export(py, &self.0, requested_schema)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyCapsule>> {
        export_schema(py, &self.0.batch().schema())
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    fn __getitem__(&self, name: &Bound<'_, PyAny>) -> Answer<Column> {
        let name = name.cast::<PyString>().map_err(|_| invalid(format!("a column is asked for by name, not by {}", type_name(name))))?;
        Ok(Column(self.0.column(name.to_cow()?.as_ref())?))
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        name.extract::<String>().is_ok_and(|name| self.0.column_names().contains(&name.as_str()))
    }

    fn __iter__(&self) -> Rows {
        Rows::over(&self.0)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| {
            let (a, b) = (self.0.batch(), other.get().0.batch());
            a.num_rows() == b.num_rows() && a.schema_ref().fields() == b.schema_ref().fields() && a.columns() == b.columns()
        })
    }

    fn __repr__(&self) -> String {
        format!("Table({} rows; {})", self.0.num_rows(), self.0.column_names().join(", "))
    }
}

#[pymethods]
impl Column {
    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Its type, in the words of rules.
    #[getter(r#type)]
    fn data_type(&self) -> String {
        citx::AttributeType::of(self.0.data_type()).to_string()
    }

    /// The values as a list.
    fn to_pylist<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyList>> {
        guarded(|| values(py, &self.0))
    }

    /// The column as a pyarrow.Array.
    fn to_pyarrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        module(slf.py(), "pyarrow", "to_pyarrow")?.call_method1("array", (slf,))
    }

    /// The column as a polars.Series.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        module(slf.py(), "polars", "to_polars")?.call_method1("Series", (slf.get().0.name(), slf))
    }

    /// The column as a pandas.Series.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> Answer<Bound<'py, PyAny>> {
        let py = slf.py();
        let pandas = module(py, "pandas", "to_pandas")?;
        let series = if py.import("pyarrow").is_ok() {
            Self::to_pyarrow(slf)?.call_method0("to_pandas")?
        } else {
            pandas.call_method1("Series", (slf.get().to_pylist(py)?,))?
        };
        Ok(series.call_method1("rename", (slf.get().0.name(),))?)
    }

    /// The column as a numpy array, for numpy.asarray; nulls make it one of objects.
    #[pyo3(signature = (dtype=None, copy=None))]
    fn __array__<'py>(&self, py: Python<'py>, dtype: Option<Bound<'py, PyAny>>, copy: Option<bool>) -> Answer<Bound<'py, PyAny>> {
        if copy == Some(false) {
            return Err(invalid("a numpy array of a column is a copy; take the column as Arrow to share its memory"));
        }
        Ok(module(py, "numpy", "numpy.asarray")?.call_method1("array", (self.to_pylist(py)?, dtype))?)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyCapsule>>) -> Answer<Bound<'py, PyTuple>> {
        guarded(|| Ok(to_array_pycapsules(py, self.field(), self.0.array(), requested_schema).map_err(PyErr::from)?))
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyCapsule>>) -> Answer<Bound<'py, PyCapsule>> {
        guarded(|| {
            let chunks = ArrayIterator::new(std::iter::once(Ok(self.0.array().clone())), self.field());
            Ok(to_stream_pycapsule(py, Box::new(chunks), requested_schema).map_err(PyErr::from)?)
        })
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> Answer<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, &self.field()).map_err(PyErr::from)?)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, index: &Bound<'py, PyAny>) -> Answer<Bound<'py, PyAny>> {
        guarded(|| {
            if let Ok(slice) = index.cast::<PySlice>() {
                return Ok(values(py, &self.0)?.as_any().get_item(slice)?);
            }
            let index =
                index.extract::<isize>().map_err(|_| invalid(format!("a value is asked for by its row, not by {}", type_name(index))))?;
            read(py, &self.0, index_of(self.0.len(), index)?)
        })
    }

    fn __iter__(&self) -> Rows {
        Rows::of(self.0.clone())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.0.name() == other.get().0.name() && self.0.array() == other.get().0.array())
    }

    fn __repr__(&self) -> String {
        format!("Column({}, {}, {} values)", self.0.name(), self.data_type(), self.0.len())
    }
}

impl Column {
    fn field(&self) -> Arc<Field> {
        Arc::new(Field::new(self.0.name(), self.0.data_type().clone(), true))
    }
}

impl Rows {
    /// Over the rows of a table.
    pub(crate) fn over(table: &citx::Table) -> Self {
        Self { source: Source::Table(table.columns().collect(), table.num_rows()), next: 0 }
    }

    /// Over the values of a column.
    pub(crate) fn of(column: citx::Column) -> Self {
        Self { source: Source::Column(column), next: 0 }
    }
}

#[pymethods]
impl Rows {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> Answer<Option<Bound<'py, PyAny>>> {
        let row = self.next;
        self.next += 1;
        guarded(|| match &self.source {
            Source::Table(columns, rows) if row < *rows => Ok(Some(row_dict(py, columns, row)?.into_any())),
            Source::Column(column) if row < column.len() => read(py, column, row).map(Some),
            _ => Ok::<_, Failure>(None),
        })
    }
}
