//! The citizens behind live segments: the population they began with, and what was written since.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, new_empty_array};
use arrow_schema::{DataType, Field, Schema as ArrowSchema};

use crate::citizens::{Keys, Population, check_columns, keys_in, keys_to_write, values_in};
use crate::rules::{Cells, EventFilter, Scalar};
use crate::table::{Column, Record, Table, Value};
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};

use super::cells::{Attribute, Cell};
use super::consent::Consent;
use super::events::Events;

/// Citizens that change.
pub(super) struct People {
    first: Population,
    attributes: Vec<Attribute>,
    places: HashMap<String, usize>,
    key: usize,
    /// The keys that came after the first population's, in order, and their rows.
    added: Vec<Arc<str>>,
    added_rows: HashMap<Arc<str>, u32>,
    /// Everyone as a population, until something is written.
    whole: OnceLock<Population>,
    pub events: Events,
    pub consent: Consent,
}

/// Rows that fit, ready to be written.
pub(super) struct Rows {
    keys: Keys,
    /// Whose they are, by row; [`Keys::NONE`] for citizens who are not there yet.
    citizens: Vec<u32>,
    /// The keys of citizens who are not there yet, in the key's own type.
    new_keys: ArrayRef,
    columns: Vec<(usize, ArrayRef)>,
    /// By column and row, whether the row says anything; `None` is everywhere.
    present: Option<Vec<Vec<bool>>>,
    /// Attributes that had only nulls, and the type that their first values bring.
    retyped: Vec<(usize, DataType)>,
}

/// Someone who was not there before.
pub(super) struct Newcomer {
    pub has_events: bool,
}

/// One record of a citizen who is there, ready to be written.
pub(super) struct Row<'v> {
    pub row: u32,
    pub cells: Vec<(usize, Cell<'v>)>,
}

impl Cells for People {
    fn cell(&self, attribute: u32, row: u32) -> Scalar<'_> {
        self.attributes.get(attribute as usize).map_or(Scalar::Null, |attribute| attribute.scalar(row))
    }

    fn rows(&self) -> u32 {
        self.len() as u32
    }

    fn event_count(&self, row: u32, wanted: &EventFilter<'_>) -> i64 {
        self.events.count(row, wanted)
    }

    fn event_at(&self, row: u32, wanted: &EventFilter<'_>, last: bool) -> Option<Timestamp> {
        self.events.at(row, wanted, last)
    }

    fn events(&self, kind: &str, channel: Option<&str>) -> Vec<(i64, u32)> {
        self.events.instants(self.rows(), kind, channel)
    }

    fn may_contact(&self, row: u32, purpose: &str, channel: &str) -> bool {
        self.consent.is_allowed(row, purpose, channel)
    }
}

impl People {
    pub fn new(first: Population, events: Events, consent: Consent) -> Self {
        let table = first.table();
        let fields = table.schema().fields().iter().zip(table.batch().columns());
        let attributes: Vec<Attribute> = fields.map(|(field, array)| Attribute::new(field.clone(), array.clone())).collect();
        let places: HashMap<String, usize> =
            attributes.iter().enumerate().map(|(index, attribute)| (attribute.name().to_owned(), index)).collect();
        let key = places.get(first.key_name()).copied().unwrap_or(0);
        let whole = OnceLock::from(first.clone());
        Self { first, attributes, places, key, added: Vec::new(), added_rows: HashMap::new(), whole, events, consent }
    }

    pub fn len(&self) -> usize {
        self.first.len() + self.added.len()
    }

    pub fn key_name(&self) -> &str {
        self.first.key_name()
    }

    pub fn key_type(&self) -> &DataType {
        self.attributes.get(self.key).map_or(&DataType::Null, Attribute::data_type)
    }

    /// The canonical text of a row's key.
    pub fn key(&self, row: u32) -> Cow<'_, str> {
        match (row as usize).checked_sub(self.first.len()) {
            Some(added) => self.added.get(added).map_or(Cow::Borrowed(""), |key| Cow::Borrowed(key.as_ref())),
            None => self.first.key_text(row as usize).unwrap_or_default(),
        }
    }

    pub fn find(&self, key: &str) -> Option<u32> {
        self.first.find(key).map(|row| row as u32).or_else(|| self.added_rows.get(key).copied())
    }

    /// The row of the citizen whose the key of a row to write is.
    fn find_in(&self, keys: &Keys, row: usize) -> Option<u32> {
        let first = keys.find_in(self.first.key_index(), row).map(|row| row as u32);
        first.or_else(|| if self.added.is_empty() { None } else { self.added_rows.get(keys.text(row)?.as_ref()).copied() })
    }

    fn find_number(&self, key: i64) -> Option<u32> {
        let first = self.first.key_index().find_number(key).map(|row| row as u32);
        first.or_else(|| if self.added.is_empty() { None } else { self.added_rows.get(key.to_string().as_str()).copied() })
    }

    /// The keys of these rows, in the key's own type.
    pub fn keys(&self, rows: impl Iterator<Item = u32>) -> Result<Column> {
        let name = self.key_name();
        let texts = rows.map(|row| Some(self.key(row)));
        let column = Column::new(name, Column::text::<&str>(name, []).array().clone());
        Ok(Column::new(name, keys_in(&column, texts, self.key_type())?))
    }

    /// Everyone as a population.
    pub fn population(&self) -> Result<Population> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole.clone());
        }
        let columns = self.attributes.iter().map(|attribute| attribute.to_arrow(0..self.len())).collect::<Result<Vec<_>>>()?;
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
        let schema = ArrowSchema::new_with_metadata(fields, self.first.table().schema().metadata().clone());
        let options = RecordBatchOptions::new().with_row_count(Some(self.len()));
        let batch = RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)
            .map_err(|error| Error::new(ErrorKind::InvalidArgument, "the rows do not make a table").caused_by(error))?;
        let whole = self.first.with_table(Table::from_batch(batch))?;
        Ok(self.whole.get_or_init(|| whole).clone())
    }

    /// One citizen as a population.
    pub fn person(&self, row: u32) -> Result<Population> {
        let row = row as usize;
        let columns = self.attributes.iter().map(|attribute| attribute.to_arrow(row..row + 1)).collect::<Result<Vec<_>>>()?;
        let columns = columns.into_iter().map(|(field, array)| Column::new(field.name(), array));
        let person = Population::from_table(Table::from_columns(columns)?, self.key_name())?;
        self.first.facts().map_or(Ok(person.clone()), |facts| person.with_facts(facts.clone()))
    }

    /// Whether consent may hang on one of these attributes.
    pub fn are_facts(&self, attributes: &[u32]) -> bool {
        let names = attributes.iter().filter_map(|place| self.attributes.get(*place as usize)).map(Attribute::name);
        self.first.facts().is_some_and(|facts| names.into_iter().any(|name| facts.columns().any(|(_, column)| column == name)))
    }

    /// The row of the citizen whose record this is, if they are there and the key plainly is of its column's type.
    pub fn find_plain(&self, record: &Record) -> Option<u32> {
        match record.get(self.key_name())? {
            Value::Text(text) => self.find(text),
            Value::Integer(number) => self.find_number(*number),
            _ => None,
        }
    }

    /// The record as a row of that citizen, if its values are plainly of their columns' types. Asks for what it will be written to.
    pub fn plain<'v>(&self, row: u32, record: &'v Record) -> Option<Row<'v>> {
        let mut cells: Vec<(usize, Cell<'v>)> = Vec::with_capacity(record.fields().len());
        let mut next = 0;
        for (name, value) in record.fields() {
            // Most records have their names in the order of the columns.
            let place = match self.attributes.get(next).filter(|attribute| attribute.name() == name) {
                Some(_) => next,
                None => *self.places.get(name.as_str())?,
            };
            next = place + 1;
            if place != self.key {
                let attribute = self.attributes.get(place)?;
                attribute.prefetch(row);
                cells.push((place, Cell::of(value, attribute.data_type())?));
            }
        }
        // Of two values for one name the first counts, which the longer way knows.
        let is_ordered = cells.is_sorted_by(|(one, _), (other, _)| one < other);
        let is_once = || {
            let mut places: Vec<usize> = cells.iter().map(|(place, _)| *place).collect();
            places.sort_unstable();
            places.is_sorted_by(|one, other| one < other)
        };
        (is_ordered || is_once()).then_some(Row { row, cells })
    }

    /// Rows that fit, each of which says something for every column.
    pub fn check(&self, rows: &Table) -> Result<Rows> {
        self.check_present(rows, None)
    }

    /// The same for records, each of which may lack other columns.
    pub fn check_records(&self, records: &[Record]) -> Result<Rows> {
        let rows = Table::from_records(records)?;
        let has = |name: &str| records.iter().map(|record| record.get(name).is_some()).collect();
        let present = rows.column_names().into_iter().filter(|name| *name != self.key_name()).map(has).collect();
        self.check_present(&rows, Some(present))
    }

    fn check_present(&self, rows: &Table, present: Option<Vec<Vec<bool>>>) -> Result<Rows> {
        let names: Vec<&str> = self.attributes.iter().map(Attribute::name).collect();
        check_columns(rows, &names)?;
        let key = rows.column(self.key_name()).map_err(|error| error.context("the rows to upsert"))?;
        let keys = keys_to_write(&key)?;
        let citizens: Vec<u32> = (0..key.len()).map(|row| self.find_in(&keys, row).unwrap_or(Keys::NONE)).collect();
        let unknown = || citizens.iter().enumerate().filter(|(_, citizen)| **citizen == Keys::NONE);
        let new = unknown().filter_map(|(row, _)| keys.text(row)).collect::<HashSet<_>>().len();
        if self.len() + new >= u32::MAX as usize {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("at most {} citizens", u32::MAX - 1)));
        }
        let new_keys = if new == 0 {
            new_empty_array(self.key_type())
        } else {
            let texts = citizens.iter().enumerate().map(|(row, citizen)| keys.text(row).filter(|_| *citizen == Keys::NONE));
            keys_in(&key, texts, self.key_type())?
        };
        let (mut columns, mut retyped) = (Vec::new(), Vec::new());
        for column in rows.columns() {
            let Some((place, attribute)) = self.places.get(column.name()).and_then(|place| Some((*place, self.attributes.get(*place)?)))
            else {
                continue;
            };
            if place == self.key {
                continue;
            }
            // A column of only nulls has no type yet: it takes that of its first values.
            if attribute.data_type() == &DataType::Null && column.data_type() != &DataType::Null {
                retyped.push((place, column.data_type().clone()));
                columns.push((place, column.array().clone()));
            } else {
                columns.push((place, values_in(&column, attribute.data_type())?));
            }
        }
        Ok(Rows { keys, citizens, new_keys, columns, present, retyped })
    }

    /// The Arrow schema once `rows` are written, if they give types to attributes that had none.
    pub fn retyped(&self, rows: &Rows) -> Option<Vec<Field>> {
        let types: HashMap<usize, &DataType> = rows.retyped.iter().map(|(place, data_type)| (*place, data_type)).collect();
        let field = |(place, attribute): (usize, &Attribute)| {
            let data_type = types.get(&place).copied().unwrap_or(attribute.data_type());
            Field::new(attribute.name(), data_type.clone(), true)
        };
        (!types.is_empty()).then(|| self.attributes.iter().enumerate().map(field).collect())
    }

    /// Gives those attributes their types; their values stay null.
    pub fn retype(&mut self, rows: &Rows) {
        for (place, data_type) in &rows.retyped {
            if let Some(attribute) = self.attributes.get_mut(*place) {
                let field = Field::new(attribute.name(), data_type.clone(), true);
                *attribute = Attribute::new(Arc::new(field), new_empty_array(data_type));
            }
        }
        self.whole = OnceLock::new();
    }

    /// Whose row the one at `index` of `rows` is, if they are there already; asks for what it will be written to.
    pub fn prefetch(&self, rows: &Rows, index: usize) -> Option<u32> {
        let row = rows.citizens.get(index).copied().filter(|row| *row != Keys::NONE)?;
        let attributes = rows.columns.iter().filter_map(|(place, _)| self.attributes.get(*place));
        attributes.for_each(|attribute| attribute.prefetch(row));
        Some(row)
    }

    /// Writes one row; the attributes that it changes are added to `written`.
    pub fn write_row(&mut self, row: Row<'_>, written: &mut Vec<u32>) {
        self.whole = OnceLock::new();
        for (place, cell) in row.cells {
            if let Some(attribute) = self.attributes.get_mut(place)
                && attribute.set(row.row, cell)
            {
                written.push(place as u32);
            }
        }
    }

    /// Writes the row at `index` of `rows`: who that is, and whether they are new. The attributes that it changes are added to `written`.
    pub fn write(&mut self, rows: &Rows, index: usize, written: &mut Vec<u32>) -> (u32, Option<Newcomer>) {
        self.whole = OnceLock::new();
        let known = rows.citizens.get(index).copied().filter(|row| *row != Keys::NONE);
        let (row, is_new) = match known.or_else(|| self.find_in(&rows.keys, index)) {
            Some(row) => (row, None),
            None => {
                let key = rows.keys.text(index).unwrap_or_default();
                let row = self.add(&key, Cell::read(&rows.new_keys, index));
                (row, Some(Newcomer { has_events: self.events.add_citizen(&key, row) }))
            }
        };
        for (column, (place, array)) in rows.columns.iter().enumerate() {
            let says = rows.present.as_ref().is_none_or(|present| present.get(column).and_then(|rows| rows.get(index)) == Some(&true));
            if says
                && let Some(attribute) = self.attributes.get_mut(*place)
                && attribute.set(row, Cell::read(array, index))
            {
                written.push(*place as u32);
            }
        }
        (row, is_new)
    }

    fn add(&mut self, key: &str, cell: Cell<'_>) -> u32 {
        let row = self.len() as u32;
        let key: Arc<str> = key.into();
        self.added.push(key.clone());
        self.added_rows.insert(key, row);
        if let Some(attribute) = self.attributes.get_mut(self.key) {
            attribute.set(row, cell);
        }
        row
    }
}

impl Rows {
    pub fn len(&self) -> usize {
        self.citizens.len()
    }
}
