//! Segments against the groups of a column.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, LargeStringArray, StringArray, StringViewArray, UInt32Array};
use arrow_schema::DataType;

use crate::citizens::AttributeType;
use crate::run::Run;
use crate::table::{Column, Table, Value, unknown_name};
use crate::{Error, ErrorKind, Result};

use super::{Membership, Segment, names_column, room};

/// The most rows of a table: segments times groups. A column with more groups is no breakdown.
const MAX_ROWS: usize = 1 << 24;

const SEGMENT: &str = "segment:";

/// Every citizen's group.
struct Groups {
    /// By row.
    codes: Vec<u32>,
    /// The value of each group, ascending, null behind the others.
    values: ArrayRef,
    /// How many citizens are in each group.
    sizes: Vec<i64>,
}

impl Membership {
    /// How many members each segment has in each group of a column: a table of `segment`, `value`, `count`, `base` (citizens in the group) and
    /// `share` (count / base). Groups are the column's values, ascending, by bytes if they are text; citizens without a value are the last
    /// group, whose value is null. Every segment has a row for every group. `segment:NAME` stands for a column of who is in that segment.
    ///
    /// # Errors
    /// `UnknownName`; `InvalidArgument` for a column of lists or of a type that rules cannot read; `LimitExceeded` for more than 16,777,216 rows; `Cancelled`.
    ///
    /// # Example
    /// ```
    /// # use citx_core::{Run, citizens::Population, rules::Context, segments::SegmentBook, table::*, time::*};
    /// # let columns = [Column::integer("id", [Some(1), Some(2), Some(3)]), Column::text("tenure", [Some("rent"), Some("rent"), None])];
    /// # let people = Population::from_table(Table::from_columns(columns)?, "id")?;
    /// # let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
    /// let members = SegmentBook::parse_toml("late = 'id > 1'")?.evaluate(&people, &context, &Run::new())?;
    /// let table = members.crosstab("tenure", &Run::new())?;
    /// assert_eq!(table.num_rows(), 2); // those who rent, and those of whom it is not known
    /// assert_eq!(table.row(0).get("share"), Some(&Value::Float(0.5)));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn crosstab(&self, column: &str, run: &Run) -> Result<Table> {
        let groups = Groups::of(&self.grouping(column)?, MAX_ROWS / self.segments().len().max(1))?;
        let counts = run.map(self.segments().len(), |index| Ok(self.segments().get(index).map(|segment| groups.count(segment))))?;
        let counts: Vec<i64> = counts.into_iter().flatten().flatten().collect();
        let width = groups.sizes.len();
        let codes = (0..counts.len()).map(|at| (at / width) as i32).collect();
        let groups_again = UInt32Array::from_iter_values((0..counts.len()).map(|at| (at % width) as u32));
        let values = arrow_select::take::take(&groups.values, &groups_again, None)
            .map_err(|error| Error::new(ErrorKind::LimitExceeded, "the groups are too large for a table").caused_by(error))?;
        let bases = || counts.iter().zip(groups.sizes.iter().cycle());
        Table::from_columns([
            names_column("segment", codes, self.names())?,
            Column::new("value", values),
            Column::integer("count", counts.iter().copied().map(Some)),
            Column::integer("base", bases().map(|(_, base)| Some(*base))),
            Column::float("share", bases().map(|(count, base)| Some(*count as f64 / *base as f64))),
        ])
    }

    fn grouping(&self, name: &str) -> Result<Column> {
        let table = self.population().table();
        let names = table.column_names();
        match name.strip_prefix(SEGMENT) {
            Some(segment) if !names.contains(&name) => Ok(self.segment(segment)?.mask()),
            _ => table.column(name).map_err(|_| unknown_name("attribute", name, names)),
        }
    }
}

/// A value by which citizens are grouped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key<'a> {
    /// Whole numbers, decimals of one scale, days, microseconds, booleans; floats by [`float_order`].
    Number(i128),
    Text(&'a str),
    Null,
}

/// The values of a column as keys.
enum Reader<'a> {
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    /// The keys of the dictionary's values, and each row's place among them.
    Dictionary(Vec<Key<'a>>, Vec<usize>, &'a dyn Array),
    Other(&'a ArrayRef),
}

impl<'a> Reader<'a> {
    fn new(array: &'a ArrayRef) -> Self {
        match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string()),
            DataType::Utf8View => Self::TextView(array.as_string_view()),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let values = Self::new(dictionary.values());
                let keys = (0..dictionary.values().len()).map(|at| values.key(at)).collect();
                let places = if dictionary.values().is_empty() { Vec::new() } else { dictionary.normalized_keys() };
                Self::Dictionary(keys, places, dictionary.keys())
            }
            _ => Self::Other(array),
        }
    }

    fn key(&self, row: usize) -> Key<'a> {
        let text = |array: &dyn Array, text: &dyn Fn() -> &'a str| if array.is_valid(row) { Key::Text(text()) } else { Key::Null };
        match self {
            Self::Text(array) => text(array, &|| array.value(row)),
            Self::LargeText(array) => text(array, &|| array.value(row)),
            Self::TextView(array) => text(array, &|| array.value(row)),
            Self::Dictionary(keys, places, rows) => {
                let place = places.get(row).filter(|_| rows.is_valid(row));
                place.and_then(|place| keys.get(*place)).copied().unwrap_or(Key::Null)
            }
            Self::Other(array) => match Value::read(array, row) {
                Value::Boolean(value) => Key::Number(i128::from(value)),
                Value::Integer(value) => Key::Number(i128::from(value)),
                Value::Float(value) => Key::Number(float_order(value)),
                Value::Decimal(value) => Key::Number(value.digits),
                Value::Date(value) => Key::Number(i128::from(value.as_days())),
                Value::Timestamp(value) => Key::Number(i128::from(value.as_micros())),
                // A decimal of more digits than rules compute with, too.
                _ => Key::Null,
            },
        }
    }
}

/// A number that orders floats as rules do: -0 is 0, NaN is one value and the greatest.
fn float_order(value: f64) -> i128 {
    let bits = if value.is_nan() { f64::NAN.to_bits() } else { (value + 0.0).to_bits() } as i64;
    i128::from(bits ^ (((bits >> 63) as u64) >> 1) as i64)
}

impl Groups {
    fn of(column: &Column, most: usize) -> Result<Self> {
        let (array, name, found) = (column.array(), column.name(), column.data_type());
        if matches!(AttributeType::of(found), AttributeType::List(_) | AttributeType::Other) {
            let message = format!("column `{name}` of type {found} cannot be grouped by; make it text");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        let reader = Reader::new(array);
        // By group in the order of appearance: its key, its first row, its size.
        let mut groups: Vec<(Key<'_>, u32, i64)> = Vec::new();
        let mut known: HashMap<Key<'_>, u32> = HashMap::new();
        let mut codes: Vec<u32> = room(array.len(), "the groups")?;
        for row in 0..array.len() {
            let key = reader.key(row);
            let code = *known.entry(key).or_insert(groups.len() as u32);
            if code as usize == groups.len() {
                groups.push((key, row as u32, 0));
            }
            if groups.len() > most {
                let message = format!("column `{name}` has more than {most} different values; band them, or select fewer segments");
                return Err(Error::new(ErrorKind::LimitExceeded, message));
            }
            groups[code as usize].2 += 1;
            codes.push(code);
        }
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.sort_unstable_by_key(|&group| groups[group].0);
        let mut rank = vec![0; groups.len()];
        for (place, &group) in order.iter().enumerate() {
            rank[group] = place as u32;
        }
        codes.iter_mut().for_each(|code| *code = rank[*code as usize]);
        let firsts: Vec<usize> = order.iter().map(|&group| groups[group].1 as usize).collect();
        let sizes = order.iter().map(|&group| groups[group].2).collect();
        Ok(Self { codes, values: plain(column.take(&firsts)?.array())?, sizes })
    }

    /// How many members a segment has in each group.
    fn count(&self, segment: &Segment) -> Vec<i64> {
        let mut counts = vec![0; self.sizes.len()];
        for row in segment.bitmap().ones_iter() {
            if let Some(count) = self.codes.get(row).and_then(|code| counts.get_mut(*code as usize)) {
                *count += 1;
            }
        }
        counts
    }
}

/// The values without dictionary encoding.
fn plain(array: &ArrayRef) -> Result<ArrayRef> {
    let DataType::Dictionary(_, values) = array.data_type() else { return Ok(array.clone()) };
    let unread = |error| Error::new(ErrorKind::InvalidArgument, "the column's dictionary cannot be read").caused_by(error);
    arrow_cast::cast(array, values).map_err(unread)
}
