//! Compact forms of columns, made when a rule first wants them and kept with the population: days of instants, cells of a map, codes
//! of texts, coarse codes of numbers.
//! They take at most a tenth of the table's memory; what does not fit is read as it lies in the table.

use std::hash::BuildHasher;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt16Type,
};
use arrow_array::{Array, ArrayRef, DictionaryArray, UInt16Array};
use arrow_schema::{DataType, TimeUnit};
use citx_kernels::Grid;
use hashbrown::{DefaultHashBuilder, HashTable};

use crate::table::Table;

/// Populations smaller than this are read as they are: there is nothing to save.
const LEAST_ROWS: usize = 1 << 16;

/// The code of a null.
pub(crate) const NONE: u16 = u16::MAX;

/// The compact forms of one table.
pub(crate) struct Compact {
    table: Table,
    /// Bytes that may still be taken.
    left: AtomicUsize,
    days: Box<[OnceLock<Option<Days>>]>,
    codes: Box<[OnceLock<Option<ArrayRef>>]>,
    coarse: Box<[OnceLock<Option<Coarse>>]>,
    map: OnceLock<((usize, usize), Option<Map>)>,
}

/// The UTC day of each instant.
pub(crate) struct Days {
    /// The day that has code 0, since 1970-01-01.
    pub first: i64,
    /// Units of the column in a day.
    pub unit: i64,
    /// By row; [`NONE`] is null.
    pub codes: Vec<u16>,
}

/// About where each value lies among all: how many bounds are not above it.
pub(crate) struct Coarse {
    /// Ascending positions in the order of the column's values.
    pub bounds: Vec<i64>,
    /// By row; null has the code behind the greatest.
    pub codes: Vec<u16>,
}

/// Which cell of a grid over all places each citizen is in.
pub(crate) struct Map {
    pub grid: Grid,
    /// By row; [`Grid::NOWHERE`] is a null, or no place on earth.
    pub cells: Vec<u16>,
}

impl Compact {
    /// None made yet; `more` bytes belong to the table beside its columns.
    pub fn new(table: &Table, more: usize) -> Self {
        let columns = table.batch().num_columns();
        let bytes = if table.num_rows() < LEAST_ROWS { 0 } else { (table.batch().get_array_memory_size() + more) / 10 };
        Self {
            table: table.clone(),
            left: AtomicUsize::new(bytes),
            days: (0..columns).map(|_| OnceLock::new()).collect(),
            codes: (0..columns).map(|_| OnceLock::new()).collect(),
            coarse: (0..columns).map(|_| OnceLock::new()).collect(),
            map: OnceLock::new(),
        }
    }

    fn column(&self, column: usize) -> Option<&ArrayRef> {
        self.table.batch().columns().get(column)
    }

    /// Takes bytes off what is left; false if there are not so many.
    fn take(&self, bytes: usize) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.left.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The days of a column of instants, if they span fewer than 65,535.
    pub fn days(&self, column: usize) -> Option<&Days> {
        self.days.get(column)?.get_or_init(|| self.within(self.table.num_rows() * 2, || days(self.column(column)?))).as_ref()
    }

    /// A column of texts as a dictionary, if it has few different ones.
    pub fn codes(&self, column: usize) -> Option<&ArrayRef> {
        self.codes.get(column)?.get_or_init(|| self.within(self.table.num_rows() * 2, || codes(self.column(column)?))).as_ref()
    }

    /// A column of many different values by coarse codes, as `make` makes them the first time.
    pub fn coarse(&self, column: usize, make: impl FnOnce() -> Option<Coarse>) -> Option<&Coarse> {
        self.coarse.get(column)?.get_or_init(|| self.within(self.table.num_rows() * 2, make)).as_ref()
    }

    /// The cells of places given by two columns, of the first two that are asked for.
    pub fn map(&self, lat: usize, lon: usize) -> Option<&Map> {
        let make = || self.within(self.table.num_rows() * 2, || map(self.column(lat)?, self.column(lon)?));
        let (pair, map) = self.map.get_or_init(|| ((lat, lon), make()));
        map.as_ref().filter(|_| *pair == (lat, lon))
    }

    fn within<T>(&self, bytes: usize, make: impl FnOnce() -> Option<T>) -> Option<T> {
        if !self.take(bytes) {
            return None;
        }
        let made = make();
        if made.is_none() {
            self.give_back(bytes);
        }
        made
    }
}

impl std::fmt::Debug for Compact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Compact({} bytes left)", self.left.load(Ordering::Relaxed))
    }
}

fn days(column: &ArrayRef) -> Option<Days> {
    const SECONDS: i64 = 86_400;
    let (values, unit): (&[i64], i64) = match column.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => (column.as_primitive::<TimestampSecondType>().values(), SECONDS),
        DataType::Timestamp(TimeUnit::Millisecond, _) => (column.as_primitive::<TimestampMillisecondType>().values(), SECONDS * 1_000),
        DataType::Timestamp(TimeUnit::Microsecond, _) => (column.as_primitive::<TimestampMicrosecondType>().values(), SECONDS * 1_000_000),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            (column.as_primitive::<TimestampNanosecondType>().values(), SECONDS * 1_000_000_000)
        }
        _ => return None,
    };
    let nulls = column.nulls();
    let is_valid = |row: usize| nulls.is_none_or(|nulls| nulls.is_valid(row));
    let valid = || values.iter().enumerate().filter(|(row, _)| is_valid(*row)).map(|(_, value)| *value);
    let (least, greatest) = (valid().min()?, valid().max()?);
    let (first, last) = (least.div_euclid(unit), greatest.div_euclid(unit));
    if last - first >= i64::from(NONE) {
        return None;
    }
    // The span is less than 2^16 days, so that no difference overflows where there is a value.
    let base = first.checked_mul(unit)?;
    let code = |(row, value): (usize, &i64)| if is_valid(row) { (value.wrapping_sub(base) as u64 / unit as u64) as u16 } else { NONE };
    Some(Days { first, unit, codes: values.iter().enumerate().map(code).collect() })
}

fn map(lat: &ArrayRef, lon: &ArrayRef) -> Option<Map> {
    let (lats, lons) = (lat.as_primitive_opt::<Float64Type>()?, lon.as_primitive_opt::<Float64Type>()?);
    let place = |row: usize| -> Option<(f64, f64)> {
        let (lat, lon) = (lats.values().get(row)?, lons.values().get(row)?);
        (lats.is_valid(row) && lons.is_valid(row) && lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((*lat, *lon))
    };
    let rows = lats.len().min(lons.len());
    let (mut south, mut north, mut west, mut east) = (90.0_f64, -90.0_f64, 180.0_f64, -180.0_f64);
    for (lat, lon) in (0..rows).filter_map(place) {
        (south, north, west, east) = (south.min(lat), north.max(lat), west.min(lon), east.max(lon));
    }
    if south > north {
        return None;
    }
    let grid = Grid::over(south, north, west, east);
    let cells = (0..rows).map(|row| place(row).map_or(Grid::NOWHERE, |(lat, lon)| grid.cell(lat, lon))).collect();
    Some(Map { grid, cells })
}

/// Rows after which a column shows whether it repeats itself.
const SAMPLE: usize = 4_096;

/// The most different texts.
const MOST_TEXTS: usize = 32_768;

fn codes(column: &ArrayRef) -> Option<ArrayRef> {
    let text = |row: usize| -> Option<&str> {
        match column.data_type() {
            DataType::Utf8 => Some(column.as_string::<i32>()).filter(|array| array.is_valid(row)).map(|array| array.value(row)),
            DataType::LargeUtf8 => Some(column.as_string::<i64>()).filter(|array| array.is_valid(row)).map(|array| array.value(row)),
            DataType::Utf8View => Some(column.as_string_view()).filter(|array| array.is_valid(row)).map(|array| array.value(row)),
            _ => None,
        }
    };
    if !matches!(column.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) {
        return None;
    }
    let hasher = DefaultHashBuilder::default();
    let mut known: HashTable<u16> = HashTable::new();
    let mut texts: Vec<&str> = Vec::new();
    let mut keys: Vec<u16> = Vec::with_capacity(column.len());
    let mut valid = 0;
    for row in 0..column.len() {
        let Some(text) = text(row) else {
            keys.push(NONE);
            continue;
        };
        let hash = hasher.hash_one(text);
        let key = match known.find(hash, |key| texts[usize::from(*key)] == text) {
            Some(key) => *key,
            None => {
                if texts.len() == MOST_TEXTS {
                    return None;
                }
                let key = texts.len() as u16;
                texts.push(text);
                known.insert_unique(hash, key, |key| hasher.hash_one(texts[usize::from(*key)]));
                key
            }
        };
        keys.push(key);
        valid += 1;
        // Texts of which hardly any occurs twice are as well read one by one.
        if valid == SAMPLE && texts.len() > SAMPLE / 2 {
            return None;
        }
    }
    let values: ArrayRef = match column.data_type() {
        DataType::LargeUtf8 => std::sync::Arc::new(arrow_array::LargeStringArray::from_iter_values(texts)),
        _ => std::sync::Arc::new(arrow_array::StringArray::from_iter_values(texts)),
    };
    let nulls = column.nulls().cloned();
    let keys = UInt16Array::new(keys.into_iter().map(|key| if key == NONE { 0 } else { key }).collect::<Vec<_>>().into(), nulls);
    DictionaryArray::<UInt16Type>::try_new(keys, values).ok().map(|array| std::sync::Arc::new(array) as ArrayRef)
}
