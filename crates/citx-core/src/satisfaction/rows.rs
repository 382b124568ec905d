use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};

use crate::table::Column;

/// Columns of a table with one row for each of some results.
pub(super) struct Results<'a, T>(pub &'a [T]);

impl<'a, T> Results<'a, T> {
    pub fn text<S: AsRef<str>>(&self, name: &str, cell: impl Fn(&'a T) -> S) -> Column {
        self.maybe(name, |row| Some(cell(row)))
    }

    pub fn maybe<S: AsRef<str>>(&self, name: &str, cell: impl Fn(&'a T) -> Option<S>) -> Column {
        let cells: StringArray = self.0.iter().map(|row| cell(row).map(|text| text.as_ref().to_owned())).collect();
        Column::new(name, Arc::new(cells) as ArrayRef)
    }

    /// Null where a number is not known or has no end.
    pub fn number(&self, name: &str, cell: impl Fn(&'a T) -> f64) -> Column {
        let cells: Float64Array = self.0.iter().map(|row| Some(cell(row)).filter(|number| number.is_finite())).collect();
        Column::new(name, Arc::new(cells) as ArrayRef)
    }

    pub fn whole(&self, name: &str, cell: impl Fn(&'a T) -> Option<u64>) -> Column {
        let cells: Int64Array = self.0.iter().map(|row| cell(row).and_then(|number| i64::try_from(number).ok())).collect();
        Column::new(name, Arc::new(cells) as ArrayRef)
    }

    pub fn flag(&self, name: &str, cell: impl Fn(&'a T) -> Option<bool>) -> Column {
        let cells: BooleanArray = self.0.iter().map(cell).collect();
        Column::new(name, Arc::new(cells) as ArrayRef)
    }
}
