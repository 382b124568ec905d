//! A new snapshot from an old one and the rows written into it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{DataType, Field, Schema as ArrowSchema};

use super::fit::{Misfit, fit};
use super::keys::{self, Keys};
use super::{AttributeType, Population};
use crate::table::{Column, Table, join, unknown_name};
use crate::{Error, ErrorKind, Result};

/// Where the rows go: for each its row in the new snapshot.
struct Target {
    rows: Vec<usize>,
    inserted: usize,
}

/// The new table. `present` says whether a row has a value, null included, for the column of that name.
pub(super) fn upsert(people: &Population, rows: &Table, present: &dyn Fn(&str, usize) -> bool) -> Result<Table> {
    let old = people.table();
    check_columns(rows, &old.column_names())?;
    let key = rows.column(people.key_name()).map_err(|error| error.context("the rows to upsert"))?;
    let (keys, problems) = Keys::index(&key)?;
    if !problems.is_empty() {
        return Err(keys::refuse(key.name(), &problems).context("the rows to upsert"));
    }
    let target = Target::new(people, &keys, key.len());
    let column = |(index, field): (usize, &Arc<Field>)| -> Result<(Field, ArrayRef)> {
        let before = old.batch().column(index);
        let array = if field.name() == people.key_name() && target.inserted == 0 {
            before.clone()
        } else if field.name() == people.key_name() {
            let new = new_keys(people, &key, &keys, &target)?;
            target.merge(people.len(), before, &new, &|row| target.is_new(people, row))?
        } else {
            match rows.column(field.name()) {
                Err(_) if target.inserted == 0 => before.clone(),
                Err(_) => join::concat(&[before.clone(), new_null_array(before.data_type(), target.inserted)])?,
                // A column of only nulls has no type yet: it takes that of its first values.
                Ok(new) if before.data_type() == &DataType::Null => {
                    let before = new_null_array(new.data_type(), people.len());
                    target.merge(people.len(), &before, new.array(), &|row| present(field.name(), row))?
                }
                Ok(new) => {
                    let new = fit(new.array(), before.data_type()).map_err(|misfit| refuse(&new, before.data_type(), &misfit))?;
                    target.merge(people.len(), before, &new, &|row| present(field.name(), row))?
                }
            }
        };
        let nullable = field.is_nullable() || array.null_count() > 0;
        Ok((field.as_ref().clone().with_data_type(array.data_type().clone()).with_nullable(nullable), array))
    };
    let fields = old.schema().fields().iter().enumerate();
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = fields.map(column).collect::<Result<Vec<_>>>()?.into_iter().unzip();
    let schema = ArrowSchema::new_with_metadata(fields, old.schema().metadata().clone());
    let options = RecordBatchOptions::new().with_row_count(Some(people.len() + target.inserted));
    RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)
        .map(Table::from_batch)
        .map_err(|error| Error::new(ErrorKind::InvalidArgument, "the rows do not make a table").caused_by(error))
}

impl Target {
    fn new(people: &Population, keys: &Keys, rows: usize) -> Self {
        let mut inserted = 0;
        let place = |row| {
            keys.text(row).and_then(|key| people.find(&key)).unwrap_or_else(|| {
                inserted += 1;
                people.len() + inserted - 1
            })
        };
        Self { rows: (0..rows).map(place).collect(), inserted }
    }

    fn is_new(&self, people: &Population, row: usize) -> bool {
        self.rows.get(row).is_some_and(|&target| target >= people.len())
    }

    /// The old column with the new values written where `present`; inserted rows without one are null.
    fn merge(&self, old_len: usize, old: &ArrayRef, new: &ArrayRef, present: &dyn Fn(usize) -> bool) -> Result<ArrayRef> {
        const OLD: usize = 0;
        const NEW: usize = 1;
        const NULL: usize = 2;
        let mut picks: Vec<(usize, usize)> = (0..old_len).map(|row| (OLD, row)).collect();
        picks.resize(old_len + self.inserted, (NULL, 0));
        for (row, &target) in self.rows.iter().enumerate() {
            if let (true, Some(pick)) = (present(row), picks.get_mut(target)) {
                *pick = (NEW, row);
            }
        }
        let mut pieces = vec![old.clone(), new.clone(), new_null_array(old.data_type(), 1)];
        if new.data_type() != old.data_type() {
            // Only a dictionary that outgrew the old keys comes in another type.
            pieces =
                pieces.iter().map(|piece| arrow_cast::cast(piece, new.data_type())).collect::<Result<_, _>>().map_err(|error| {
                    Error::new(ErrorKind::LimitExceeded, "the rows do not fit the column's dictionary").caused_by(error)
                })?;
        }
        join::interleave(&pieces, &picks)
    }
}

/// The keys to insert, in the population's own key type; null for rows that are there already.
fn new_keys(people: &Population, column: &Column, keys: &Keys, target: &Target) -> Result<ArrayRef> {
    let texts = (0..column.len()).map(|row| keys.text(row).filter(|_| target.is_new(people, row)));
    keys_in(column, texts, people.keys().data_type())
}

/// The canonical texts of the keys in `column`, in the key type `wanted`.
pub(crate) fn keys_in<'a>(column: &Column, texts: impl Iterator<Item = Option<Cow<'a, str>>>, wanted: &DataType) -> Result<ArrayRef> {
    let spelt = match wanted {
        DataType::Dictionary(_, values) => values.as_ref(),
        plain => plain,
    };
    let refuse = |misfit: &Misfit| refuse(column, wanted, misfit);
    if AttributeType::of(spelt) != AttributeType::Integer {
        return fit(Column::text(column.name(), texts).array(), wanted).map_err(|misfit| refuse(&misfit));
    }
    // i128 holds every key of 64 bits, signed or not; a decimal takes it into the column's own width, or not at all.
    let numbers = texts
        .enumerate()
        .map(|(row, text)| match text {
            None => Ok(None),
            Some(text) => match text.parse::<i128>() {
                Ok(digits) if digits.to_string() == text => Ok(Some(crate::table::Decimal { digits, scale: 0 })),
                _ => Err(refuse(&Misfit::Row(row))),
            },
        })
        .collect::<Result<Vec<_>>>()?;
    let numbers = Column::decimal(column.name(), 0, numbers)?;
    fit(numbers.array(), wanted).map_err(|misfit| refuse(&misfit))
}

/// The values to write into a column of type `wanted`, in that type.
pub(crate) fn values_in(column: &Column, wanted: &DataType) -> Result<ArrayRef> {
    fit(column.array(), wanted).map_err(|misfit| refuse(column, wanted, &misfit))
}

/// The keys of rows to write, of which several may be one citizen's.
pub(crate) fn keys_to_write(column: &Column) -> Result<Keys> {
    let (keys, problems) = Keys::of(column)?;
    if !problems.is_empty() {
        return Err(keys::refuse(column.name(), &problems).context("the rows to upsert"));
    }
    Ok(keys)
}

/// Whether every column of `rows` is one of `names`, once.
pub(crate) fn check_columns(rows: &Table, names: &[&str]) -> Result<()> {
    let (known, mut seen) = (names.iter().copied().collect::<HashSet<_>>(), HashSet::new());
    for name in rows.column_names() {
        if !known.contains(name) {
            return Err(unknown_name("column", name, names.iter().copied()));
        }
        if !seen.insert(name) {
            return Err(Error::new(ErrorKind::InvalidArgument, format!("two columns are named `{name}`")));
        }
    }
    Ok(())
}

fn refuse(column: &Column, wanted: &DataType, misfit: &Misfit) -> Error {
    let wanted = match AttributeType::of(wanted) {
        AttributeType::Other => wanted.to_string(),
        known => format!("{known} ({wanted})"),
    };
    let message = match misfit {
        Misfit::Type => format!("column `{}` is {wanted}; {} does not fit it", column.name(), column.data_type()),
        Misfit::Row(row) => format!("column `{}` is {wanted}; the value in row {} does not fit it exactly", column.name(), row + 1),
    };
    Error::new(ErrorKind::InvalidArgument, message).context("the rows to upsert")
}
