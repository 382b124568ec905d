//! Columns as sorted codes: what groups, strata, PSUs, arms and clusters are made of.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use crate::table::{Column, Decimal, Value};
use crate::{Error, ErrorKind, Result};

/// One value of each row as a number into sorted labels.
#[derive(Clone, Debug)]
pub(crate) struct Codes {
    /// For each row the position of its label, or [`Codes::NULL`].
    pub codes: Vec<u32>,
    /// Distinct labels: by number where all are numbers, else by bytes.
    pub labels: Vec<String>,
}

impl Codes {
    /// The code of a row without a value.
    pub const NULL: u32 = u32::MAX;

    /// The codes of a column.
    ///
    /// # Errors
    /// `InvalidArgument` for a column of a type that cannot be a label.
    pub fn of(column: &Column) -> Result<Self> {
        let array = plain(column.array());
        let mut index = Index::default();
        match array.data_type() {
            DataType::Utf8 => array.as_string::<i32>().iter().for_each(|label| index.push(label)),
            DataType::LargeUtf8 => array.as_string::<i64>().iter().for_each(|label| index.push(label)),
            DataType::Utf8View => array.as_string_view().iter().for_each(|label| index.push(label)),
            _ => labels(column)?.iter().for_each(|label| index.push(label.as_deref())),
        }
        Ok(index.sorted())
    }

    /// The codes of labels as they are.
    pub fn from_labels(labels: &[Option<String>]) -> Self {
        let mut index = Index::default();
        labels.iter().for_each(|label| index.push(label.as_deref()));
        index.sorted()
    }

    /// Fails where a row has no value, naming `what` the column is for.
    pub fn require(self, column: &str, what: &str) -> Result<Self> {
        match self.codes.iter().position(|&code| code == Self::NULL) {
            Some(row) => Err(bad_row(column, row, &format!("every row needs a {what}, this one is null"))),
            None => Ok(self),
        }
    }

    /// How many distinct labels.
    pub fn len(&self) -> usize {
        self.labels.len()
    }
}

/// Codes in order of appearance.
#[derive(Default)]
struct Index {
    known: HashMap<String, u32>,
    labels: Vec<String>,
    codes: Vec<u32>,
}

impl Index {
    fn push(&mut self, label: Option<&str>) {
        let Some(label) = label else { return self.codes.push(Codes::NULL) };
        let code = self.known.get(label).copied().unwrap_or_else(|| {
            let code = self.labels.len() as u32;
            self.known.insert(label.to_owned(), code);
            self.labels.push(label.to_owned());
            code
        });
        self.codes.push(code);
    }

    fn sorted(mut self) -> Codes {
        let (order, rank) = sorted(&self.labels);
        for code in &mut self.codes {
            if let Some(&rank) = rank.get(*code as usize) {
                *code = rank;
            }
        }
        let labels = order.iter().filter_map(|&at| self.labels.get_mut(at as usize).map(std::mem::take)).collect();
        Codes { codes: self.codes, labels }
    }
}

/// The positions of `labels` in sorted order, and for each label its rank.
fn sorted(labels: &[String]) -> (Vec<u32>, Vec<u32>) {
    let numbers: Option<Vec<f64>> = labels.iter().map(|label| label.parse().ok().filter(|number: &f64| number.is_finite())).collect();
    let mut order: Vec<u32> = (0..labels.len() as u32).collect();
    let label = |at: u32| labels.get(at as usize).map_or("", String::as_str);
    let number = |at: u32| numbers.as_ref().and_then(|numbers| numbers.get(at as usize)).copied().unwrap_or_default();
    order.sort_by(|&a, &b| number(a).total_cmp(&number(b)).then_with(|| label(a).cmp(label(b))));
    let mut rank = vec![0; labels.len()];
    for (position, &at) in order.iter().enumerate() {
        if let Some(rank) = rank.get_mut(at as usize) {
            *rank = position as u32;
        }
    }
    (order, rank)
}

/// The label of each row: its value as canonical text, so that 17, 17.0 and '17' are one label.
///
/// # Errors
/// `InvalidArgument` for a column of a type that cannot be a label.
pub(crate) fn labels(column: &Column) -> Result<Vec<Option<String>>> {
    let array = plain(column.array());
    let mut labels = Vec::with_capacity(array.len());
    for row in 0..array.len() {
        labels.push(label(&Value::read(&array, row)).map_err(|()| {
            let found = column.data_type();
            Error::new(ErrorKind::InvalidArgument, format!("column `{}` of type {found} cannot be used here; make it text", column.name()))
        })?);
    }
    Ok(labels)
}

/// The text of one value; nothing for null, an error for a type that has none.
pub(crate) fn label(value: &Value) -> Result<Option<String>, ()> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Decimal(value) => decimal_text(*value),
        Value::Text(value) => value.clone(),
        Value::Date(value) => value.to_string(),
        Value::Timestamp(value) => value.to_string(),
        _ => return Err(()),
    }))
}

/// The numbers of a column; null where it is null.
///
/// # Errors
/// `InvalidArgument` for a column that is not numeric, and naming the row of a NaN or an infinity.
pub(crate) fn numbers(column: &Column) -> Result<Vec<Option<f64>>> {
    let array = plain(column.array());
    let name = column.name();
    if let Some(floats) = array.as_primitive_opt::<Float64Type>() {
        if let Some(row) = floats.iter().position(|number| number.is_some_and(|number| !number.is_finite())) {
            return Err(not_finite(name, row));
        }
        return Ok(floats.iter().collect());
    }
    if let Some(integers) = array.as_primitive_opt::<Int64Type>() {
        return Ok(integers.iter().map(|number| number.map(|number| number as f64)).collect());
    }
    let mut numbers = Vec::with_capacity(array.len());
    for row in 0..array.len() {
        let number = match Value::read(&array, row) {
            Value::Null => None,
            Value::Integer(number) => Some(number as f64),
            Value::Float(number) if number.is_finite() => Some(number),
            Value::Float(_) => return Err(not_finite(name, row)),
            Value::Decimal(number) => Some(decimal_number(number)),
            other => {
                let found = other.type_name();
                return Err(Error::new(ErrorKind::InvalidArgument, format!("column `{name}` must hold numbers, it holds {found} values")));
            }
        };
        numbers.push(number);
    }
    Ok(numbers)
}

fn not_finite(column: &str, row: usize) -> Error {
    bad_row(column, row, "a finite number is wanted; write null where it is not known")
}

/// The array without dictionary encoding, which would be decoded anew for each value read.
pub(crate) fn plain(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Dictionary(_, values) => arrow_cast::cast(array, values).unwrap_or_else(|_| array.clone()),
        _ => array.clone(),
    }
}

fn decimal_text(Decimal { mut digits, mut scale }: Decimal) -> String {
    while scale > 0 && digits % 10 == 0 {
        digits /= 10;
        scale -= 1;
    }
    if scale <= 0 {
        let zeros = if digits == 0 { 0 } else { usize::from(scale.unsigned_abs()) };
        return format!("{digits}{}", "0".repeat(zeros));
    }
    let places = usize::from(scale.unsigned_abs());
    let sign = if digits < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, fraction) = text.split_at(text.len() - places);
    format!("{sign}{whole}.{fraction}")
}

/// The nearest double, through text because dividing by a power of ten would round twice.
fn decimal_number(decimal: Decimal) -> f64 {
    format!("{}e{}", decimal.digits, -i32::from(decimal.scale)).parse().unwrap_or(f64::NAN)
}

/// The error for one value of a column, which it does not show. Rows count from 1.
pub(crate) fn bad_row(column: &str, row: usize, problem: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, format!("column `{column}`, row {}: {problem}", row + 1))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{BooleanArray, Decimal128Array, Float64Array, Int64Array, StringArray, Time32SecondArray};

    use super::*;

    #[test]
    fn numbers_sort_as_numbers_and_equal_values_share_a_label() {
        let codes = Codes::of(&Column::new("a", Arc::new(Int64Array::from(vec![Some(10), Some(2), None, Some(10)])))).expect("integers");
        assert_eq!(codes.labels, ["2", "10"]);
        assert_eq!(codes.codes, [1, 0, Codes::NULL, 1]);
        let floats = Codes::of(&Column::new("a", Arc::new(Float64Array::from(vec![17.0, 0.5])))).expect("floats");
        assert_eq!(floats.labels, ["0.5", "17"]);
        let decimals = Decimal128Array::from(vec![1700, -5, 0]).with_precision_and_scale(10, 2).expect("fits");
        assert_eq!(Codes::of(&Column::new("a", Arc::new(decimals))).expect("decimals").labels, ["-0.05", "0", "17"]);
        let texts = Codes::of(&Column::new("a", Arc::new(StringArray::from(vec!["b", "10", "9"])))).expect("texts");
        assert_eq!(texts.labels, ["10", "9", "b"]);
    }

    #[test]
    fn dictionaries_are_read_and_other_types_refused() {
        let mut builder = arrow_array::builder::StringDictionaryBuilder::<arrow_array::types::Int32Type>::new();
        builder.append_value("x");
        builder.append_null();
        let column = Column::new("d", Arc::new(builder.finish()));
        assert_eq!(Codes::of(&column).expect("texts").codes, [0, Codes::NULL]);
        let times = Column::new("t", Arc::new(Time32SecondArray::from(vec![1])));
        assert_eq!(Codes::of(&times).expect_err("a time").kind(), ErrorKind::InvalidArgument);
        assert_eq!(
            numbers(&Column::new("b", Arc::new(BooleanArray::from(vec![true])))).expect_err("boolean").kind(),
            ErrorKind::InvalidArgument
        );
    }

    #[test]
    fn a_bad_number_is_named_by_its_row_only() {
        let column = Column::new("wt", Arc::new(Float64Array::from(vec![Some(1.0), None, Some(f64::NAN)])));
        let error = numbers(&column).expect_err("a NaN").to_string();
        assert!(error.contains("column `wt`, row 3"), "{error}");
    }
}
