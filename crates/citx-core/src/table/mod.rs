//! Columns and tables, in and out. Arrow arrays behind names; values one at a time where a person asks for one.

mod build;
pub(crate) mod join;
mod value;

use std::fmt;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow_schema::{DataType, Field, Schema as ArrowSchema, SchemaRef};

use crate::{Error, ErrorKind, Result};

pub use value::{Decimal, Record, Value};

/// A result or an input: named columns of equal length.
///
/// `Debug` shows the shape only.
#[derive(Clone)]
pub struct Table {
    batch: RecordBatch,
}

/// One named column.
///
/// `Debug` shows the shape only.
#[derive(Clone)]
pub struct Column {
    name: String,
    array: ArrayRef,
}

impl Table {
    /// A table of one Arrow batch.
    pub fn from_batch(batch: RecordBatch) -> Self {
        Self { batch }
    }

    /// A table of many Arrow batches of one schema.
    ///
    /// # Errors
    /// `InvalidArgument` if the batches do not share `schema`; `LimitExceeded` for more than 2^32 - 1 rows.
    pub fn from_batches(schema: SchemaRef, batches: &[RecordBatch]) -> Result<Self> {
        let rows = batches.iter().fold(0_usize, |rows, batch| rows.saturating_add(batch.num_rows()));
        if rows >= u32::MAX as usize {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("at most {} rows, found {rows}", u32::MAX - 1)));
        }
        if let [one] = batches {
            return Ok(Self { batch: one.clone() });
        }
        if batches.iter().any(|batch| !same_types(batch.schema_ref(), &schema)) {
            return Err(Error::new(ErrorKind::InvalidArgument, "the batches do not share one schema"));
        }
        let column = |(index, field): (usize, &Arc<Field>)| {
            let pieces: Vec<ArrayRef> = batches.iter().map(|batch| batch.column(index).clone()).collect();
            let array = if pieces.is_empty() {
                arrow_array::new_empty_array(field.data_type())
            } else {
                join::concat(&pieces).map_err(|error| error.context(format!("column `{}`", field.name())))?
            };
            let nullable = field.is_nullable() || array.null_count() > 0;
            Ok((field.as_ref().clone().with_data_type(array.data_type().clone()).with_nullable(nullable), array))
        };
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) =
            schema.fields().iter().enumerate().map(column).collect::<Result<Vec<_>>>()?.into_iter().unzip();
        let schema = ArrowSchema::new_with_metadata(fields, schema.metadata().clone());
        RecordBatch::try_new_with_options(Arc::new(schema), arrays, &RecordBatchOptions::new().with_row_count(Some(rows)))
            .map(Self::from_batch)
            .map_err(|error| Error::new(ErrorKind::InvalidArgument, "the batches cannot be joined into one table").caused_by(error))
    }

    /// A table of columns.
    ///
    /// # Errors
    /// `InvalidArgument` for columns of unequal length or two of the same name.
    pub fn from_columns(columns: impl IntoIterator<Item = Column>) -> Result<Self> {
        Self::from_columns_with_rows(columns.into_iter().collect(), None)
    }

    /// A table that may have rows without having columns.
    fn from_columns_with_rows(columns: Vec<Column>, rows: Option<usize>) -> Result<Self> {
        for (index, column) in columns.iter().enumerate() {
            if columns.iter().take(index).any(|earlier| earlier.name == column.name) {
                return Err(Error::new(ErrorKind::InvalidArgument, format!("two columns are named `{}`", column.name)));
            }
        }
        let fields: Vec<Field> = columns.iter().map(|column| Field::new(&column.name, column.array.data_type().clone(), true)).collect();
        let rows = columns.first().map(Column::len).or(rows).unwrap_or(0);
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let arrays = columns.into_iter().map(|column| column.array).collect();
        RecordBatch::try_new_with_options(Arc::new(ArrowSchema::new(fields)), arrays, &options)
            .map(Self::from_batch)
            .map_err(|error| Error::new(ErrorKind::InvalidArgument, "the columns do not make a table").caused_by(error))
    }

    /// The Arrow batch.
    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// The Arrow schema: names and types of the columns.
    pub fn schema(&self) -> &SchemaRef {
        self.batch.schema_ref()
    }

    /// How many columns.
    pub fn num_columns(&self) -> usize {
        self.batch.num_columns()
    }

    /// These rows, in this order; a row may come more than once.
    ///
    /// # Errors
    /// `OutOfRange` for a row beyond the end; `LimitExceeded` where the result is too large for its types.
    pub fn take(&self, rows: &[usize]) -> Result<Self> {
        let columns = self.columns().map(|column| column.take(rows)).collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        RecordBatch::try_new_with_options(self.schema().clone(), columns.into_iter().map(|column| column.array).collect(), &options)
            .map(Self::from_batch)
            .map_err(|error| Error::new(ErrorKind::InvalidArgument, "the rows do not make a table").caused_by(error))
    }

    /// How many rows.
    pub fn num_rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// The names of the columns, in order.
    pub fn column_names(&self) -> Vec<&str> {
        self.batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect()
    }

    /// The column of that name.
    ///
    /// # Errors
    /// `UnknownName`, with the name that may have been meant.
    pub fn column(&self, name: &str) -> Result<Column> {
        match self.batch.schema_ref().index_of(name) {
            Ok(index) => Ok(Column { name: name.to_owned(), array: self.batch.column(index).clone() }),
            Err(_) => Err(unknown_name("column", name, self.column_names())),
        }
    }

    /// All columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = Column> + '_ {
        let fields = self.batch.schema_ref().fields().iter();
        fields.zip(self.batch.columns()).map(|(field, array)| Column { name: field.name().clone(), array: array.clone() })
    }

    /// The row at `index` as names and values; empty beyond the end.
    pub fn row(&self, index: usize) -> Record {
        if index < self.num_rows() {
            self.columns().map(|column| (column.name.clone(), column.value(index))).collect()
        } else {
            Record::default()
        }
    }
}

impl Column {
    /// A named Arrow array.
    pub fn new(name: impl Into<String>, array: ArrayRef) -> Self {
        Self { name: name.into(), array }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The Arrow array.
    pub fn array(&self) -> &ArrayRef {
        &self.array
    }

    /// How many values, nulls included.
    pub fn len(&self) -> usize {
        self.array.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.array.is_empty()
    }

    /// Its Arrow type.
    pub fn data_type(&self) -> &DataType {
        self.array.data_type()
    }

    /// The values of these rows, in this order.
    ///
    /// # Errors
    /// `OutOfRange` for a row beyond the end; `LimitExceeded` where the result is too large for its type.
    pub fn take(&self, rows: &[usize]) -> Result<Self> {
        if rows.iter().any(|&row| row >= self.len()) {
            return Err(Error::new(ErrorKind::OutOfRange, format!("column `{}` has {} rows, asked for one beyond", self.name, self.len())));
        }
        let indices = UInt64Array::from_iter_values(rows.iter().map(|&row| row as u64));
        let array = arrow_select::take::take(&self.array, &indices, None).map_err(|error| {
            Error::new(ErrorKind::LimitExceeded, format!("the rows of column `{}` are too large for its type", self.name)).caused_by(error)
        })?;
        Ok(Self { name: self.name.clone(), array })
    }

    /// The values of rows, null where there is none.
    pub(crate) fn take_or_null(&self, rows: &[Option<usize>]) -> Result<Self> {
        let indices: UInt64Array = rows.iter().map(|row| row.map(|row| row as u64)).collect();
        let array = arrow_select::take::take(&self.array, &indices, None).map_err(|error| {
            Error::new(ErrorKind::LimitExceeded, format!("the rows of column `{}` are too large for its type", self.name)).caused_by(error)
        })?;
        Ok(Self { name: self.name.clone(), array })
    }

    /// The values, in order.
    pub fn values(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.len()).map(|index| self.value(index))
    }

    /// The same values under another name.
    #[must_use]
    pub fn renamed(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The value at `index`; null beyond the end.
    pub fn value(&self, index: usize) -> Value {
        Value::read(&self.array, index)
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} rows; {})", self.num_rows(), self.column_names().join(", "))
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({}, {}, {} values)", self.name, self.data_type(), self.len())
    }
}

fn same_types(one: &ArrowSchema, other: &ArrowSchema) -> bool {
    let same = |(one, other): (&Arc<Field>, &Arc<Field>)| one.name() == other.name() && one.data_type() == other.data_type();
    one.fields().len() == other.fields().len() && one.fields().iter().zip(other.fields()).all(same)
}

/// Names longer than this get no suggestion: comparing two takes the product of their lengths in time and memory.
const LONGEST_MISTYPED: usize = 256;

/// The error for a name that is not among `known`, with the nearest as a suggestion.
pub(crate) fn unknown_name<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let suggestion = nearest(name, known).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    Error::new(ErrorKind::UnknownName, format!("there is no {what} `{name}`{suggestion}"))
}

/// The name among `known` that may have been meant by `name`.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the name, and never all of it: farther names are guesses that mislead.
    let lower = name.to_lowercase();
    let length = lower.chars().count();
    let limit = (length / 3).max(1).min(length.saturating_sub(1));
    if length > LONGEST_MISTYPED {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| (candidate.to_lowercase(), candidate))
        .filter(|(spelt, _)| spelt.chars().count().abs_diff(length) <= limit)
        .map(|(spelt, candidate)| (strsim::damerau_levenshtein(&lower, &spelt), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_near_and_cost_little() {
        assert_eq!(nearest("Lenght", ["width", "length"]), Some("length"));
        assert_eq!(nearest("x", ["y", "xy"]), None);
        assert_eq!(nearest("abcdef", ["abcdefghijkl"]), None);
        // Comparing these two would take gigabytes.
        let (page, other) = ("x".repeat(60_000), "x".repeat(59_999));
        assert_eq!(nearest(&page, [other.as_str()]), None);
        assert_eq!(nearest("xx", [other.as_str()]), None);
    }
}
