//! Keys: unique, non-null, compared as the bytes of their canonical text.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Weak};

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Int64Array, LargeStringArray, StringArray, StringViewArray, UInt64Array};
use arrow_cast::cast;
use arrow_schema::DataType;
use hashbrown::HashTable;

use super::{AttributeType, Population};
use crate::table::Column;
use crate::{Error, ErrorKind, Result};

/// How many keys are looked up side by side.
const AT_ONCE: usize = 64;

/// How many row numbers an error lists before it only counts.
const ROWS_SHOWN: usize = 5;

/// The values of a key column, in one of the layouts that text and whole numbers come in.
enum Values {
    Text(StringArray),
    LargeText(LargeStringArray),
    TextView(StringViewArray),
    Signed(Int64Array),
    Unsigned(UInt64Array),
}

/// A key column that finds the row of a key.
///
/// The table holds row numbers and compares with the column itself, so a key costs about six bytes beside its value.
pub(crate) struct Keys {
    values: Values,
    rows: HashTable<u32>,
}

/// A row whose key cannot stand.
pub(super) struct Problem {
    pub(super) row: usize,
    pub(super) what: Fault,
}

pub(super) enum Fault {
    Null,
    Empty,
    /// The same key as in this earlier row.
    Repeats(usize),
}

impl Keys {
    /// Indexes a key column. The rows that cannot stand are left out of the index and listed in row order.
    pub(super) fn index(column: &Column) -> Result<(Self, Vec<Problem>)> {
        let values = Values::of(column)?;
        let too_many = || Error::new(ErrorKind::LimitExceeded, format!("no memory to index {} keys", column.len()));
        if column.len() >= u32::MAX as usize {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("at most {} rows, found {}", u32::MAX - 1, column.len())));
        }
        let mut rows = HashTable::new();
        let hash_row = |values: &Values, row: u32| values.key(row as usize).map_or(0, |key| key.hash());
        rows.try_reserve(column.len(), |&row| hash_row(&values, row)).map_err(|_| too_many())?;
        let mut problems = Vec::new();
        for row in 0..column.len() {
            let what = match values.key(row) {
                None => Fault::Null,
                Some(Key::Text("")) => Fault::Empty,
                Some(key) => {
                    let hash = key.hash();
                    match rows.find(hash, |&other| values.key(other as usize) == Some(key)) {
                        Some(&first) => Fault::Repeats(first as usize),
                        None => {
                            rows.insert_unique(hash, row as u32, |&row| hash_row(&values, row));
                            continue;
                        }
                    }
                }
            };
            problems.push(Problem { row, what });
        }
        Ok((Self { values, rows }, problems))
    }

    /// The keys of rows to look up elsewhere, in which they may repeat: nothing is found here. The rows without a key are listed in order.
    pub(super) fn of(column: &Column) -> Result<(Self, Vec<Problem>)> {
        let values = Values::of(column)?;
        let what = |row| match values.key(row) {
            None => Some(Fault::Null),
            Some(Key::Text("")) => Some(Fault::Empty),
            Some(_) => None,
        };
        let problems = (0..column.len()).filter_map(|row| Some(Problem { row, what: what(row)? })).collect();
        Ok((Self { values, rows: HashTable::new() }, problems))
    }

    /// The number that stands for a row without a key.
    pub(crate) const NONE: u32 = u32::MAX;

    /// Indexes the different keys of a column in which they repeat, and gives the number of each row's; [`Keys::NONE`] where the key is
    /// null or empty.
    pub(crate) fn group(column: &Column) -> Result<(Self, Vec<u32>)> {
        if let Some(dictionary) = column.array().as_any_dictionary_opt() {
            let (keys, numbers) = Self::group(&Column::new(column.name(), dictionary.values().clone()))?;
            let places = cast(dictionary.keys(), &DataType::UInt32).map_err(|error| unreadable(column.name()).caused_by(error))?;
            let number = |place: Option<u32>| place.and_then(|place| numbers.get(place as usize).copied()).unwrap_or(Self::NONE);
            return Ok((keys, places.as_primitive::<UInt32Type>().iter().map(number).collect()));
        }
        let values = Values::of(column)?;
        let (numbers, firsts) = values.number(column.len());
        Ok((Self::index(&column.take(&firsts)?)?.0, numbers))
    }

    /// How many keys.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row of a key given as canonical text.
    pub(crate) fn find(&self, text: &str) -> Option<usize> {
        self.find_key(self.values.parse(text)?)
    }

    /// The rows of keys given as canonical text, [`Keys::NONE`] for those that no row has. One by one, each would wait for memory four
    /// times; many wait at once.
    pub(crate) fn find_each(&self, texts: &[&str]) -> Vec<u32> {
        let mut rows = Vec::with_capacity(texts.len());
        let (mut keys, mut likely) = (Vec::with_capacity(AT_ONCE), Vec::with_capacity(AT_ONCE));
        for texts in texts.chunks(AT_ONCE) {
            keys.clear();
            keys.extend(texts.iter().map(|text| self.values.parse(text).map(|key| (key, key.hash()))));
            likely.clear();
            likely.extend(keys.iter().map(|key| key.and_then(|(_, hash)| self.rows.iter_hash(hash).next().copied())));
            rows.extend(keys.iter().zip(&likely).map(|(key, likely)| match (key, likely) {
                (Some((key, _)), Some(row)) if self.values.key(*row as usize) == Some(*key) => *row,
                (Some((key, hash)), Some(_)) => self.find_hashed(*key, *hash).unwrap_or(Self::NONE),
                _ => Self::NONE,
            }));
        }
        rows
    }

    /// The row of a whole number as a key.
    pub(crate) fn find_number(&self, number: i64) -> Option<usize> {
        self.find_like(Key::Signed(number))
    }

    /// The row that the key of this row has in `other`.
    pub(crate) fn find_in(&self, other: &Self, row: usize) -> Option<usize> {
        other.find_like(self.values.key(row)?)
    }

    /// The row of a key of another column, perhaps of another type.
    fn find_like(&self, key: Key<'_>) -> Option<usize> {
        match (key, &self.values) {
            (Key::Signed(number), Values::Unsigned(_)) => self.find_key(Key::Unsigned(u64::try_from(number).ok()?)),
            (Key::Unsigned(number), Values::Signed(_)) => self.find_key(Key::Signed(i64::try_from(number).ok()?)),
            (Key::Text(text), _) => self.find(text),
            (Key::Signed(_), Values::Signed(_)) | (Key::Unsigned(_), Values::Unsigned(_)) => self.find_key(key),
            (key, _) => self.find(&key.text()),
        }
    }

    fn find_key(&self, key: Key<'_>) -> Option<usize> {
        self.find_hashed(key, key.hash()).map(|row| row as usize)
    }

    fn find_hashed(&self, key: Key<'_>, hash: u64) -> Option<u32> {
        self.rows.find(hash, |&row| self.values.key(row as usize) == Some(key)).copied()
    }

    /// The canonical text of a row's key; `None` beyond the end.
    pub(crate) fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        self.values.key(row).map(Key::text)
    }
}

/// Which index of keys a population has, without keeping it: snapshots of the same citizens share one.
pub(crate) struct KeyIndex(Weak<Keys>);

impl KeyIndex {
    pub(crate) fn of(people: &Population) -> Self {
        Self(Arc::downgrade(people.key_index()))
    }

    pub(crate) fn is_of(&self, people: &Population) -> bool {
        self.0.upgrade().is_some_and(|keys| Arc::ptr_eq(&keys, people.key_index()))
    }
}

fn unreadable(column: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, format!("key column `{column}` cannot be read"))
}

/// One key.
#[derive(Clone, Copy, PartialEq)]
enum Key<'a> {
    Text(&'a str),
    Signed(i64),
    Unsigned(u64),
}

impl<'a> Key<'a> {
    // The fixed keys of `DefaultHasher::new` keep the order of work the same in every run.
    fn hash(self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match self {
            Self::Text(text) => text.as_bytes().hash(&mut hasher),
            Self::Signed(number) => number.hash(&mut hasher),
            Self::Unsigned(number) => number.hash(&mut hasher),
        }
        hasher.finish()
    }

    fn number(self) -> Option<i128> {
        match self {
            Self::Text(_) => None,
            Self::Signed(number) => Some(number.into()),
            Self::Unsigned(number) => Some(number.into()),
        }
    }

    fn text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Signed(number) => Cow::Owned(number.to_string()),
            Self::Unsigned(number) => Cow::Owned(number.to_string()),
        }
    }
}

/// Whether a whole number is written as numbers are.
fn is_canonical(text: &str) -> bool {
    let digits = text.strip_prefix('-').filter(|digits| *digits != "0").unwrap_or(text);
    digits == "0" || digits.starts_with(|first| ('1'..='9').contains(&first))
}

impl Values {
    fn of(column: &Column) -> Result<Self> {
        let name = column.name();
        let decode = |target: DataType| cast(column.array(), &target).map_err(|error| unreadable(name).caused_by(error));
        // A dictionary's text may fit 32-bit offsets while its rows spelt out do not.
        let array: ArrayRef = match column.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Int64 | DataType::UInt64 => column.array().clone(),
            DataType::Dictionary(_, values) if AttributeType::of(values) == AttributeType::Text => decode(DataType::LargeUtf8)?,
            DataType::Dictionary(_, values) if values.as_ref() == &DataType::UInt64 => decode(DataType::UInt64)?,
            other if AttributeType::of(other) == AttributeType::Integer => decode(DataType::Int64)?,
            // Only nulls: every row is reported as one, rather than the type of a column that has none.
            DataType::Null => decode(DataType::Utf8)?,
            other => {
                let found = match AttributeType::of(other) {
                    AttributeType::Other => other.to_string(),
                    known => known.to_string(),
                };
                let message = format!("a key is text or a whole number, but column `{name}` is {found}");
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
        };
        Ok(match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string::<i32>().clone()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string::<i64>().clone()),
            DataType::Utf8View => Self::TextView(array.as_string_view().clone()),
            DataType::UInt64 => Self::Unsigned(array.as_primitive::<UInt64Type>().clone()),
            _ => Self::Signed(array.as_primitive::<Int64Type>().clone()),
        })
    }

    /// The number of each row's key, and by number the rows in which they first appear.
    fn number(&self, rows: usize) -> (Vec<u32>, Vec<usize>) {
        if let Some((least, span)) = self.dense(rows) {
            return self.number_dense(rows, least, span);
        }
        let (mut numbers, mut firsts) = (Vec::with_capacity(rows), Vec::<usize>::new());
        let mut known: HashTable<u32> = HashTable::new();
        let hash_of = |firsts: &[usize], number: u32| firsts.get(number as usize).and_then(|row| self.key(*row)).map_or(0, Key::hash);
        for row in 0..rows {
            let Some(key) = self.key(row).filter(|key| *key != Key::Text("")) else {
                numbers.push(Keys::NONE);
                continue;
            };
            let hash = key.hash();
            let same = |number: &u32| firsts.get(*number as usize).is_some_and(|first| self.key(*first) == Some(key));
            let number = match known.find(hash, same) {
                Some(number) => *number,
                None => {
                    let number = firsts.len() as u32;
                    firsts.push(row);
                    known.insert_unique(hash, number, |other| hash_of(&firsts, *other));
                    number
                }
            };
            numbers.push(number);
        }
        (numbers, firsts)
    }

    /// The least of whole numbers and how many there are from it to the greatest, if a place for each costs no more than hashing them.
    fn dense(&self, rows: usize) -> Option<(i128, usize)> {
        let keys = || (0..rows).filter_map(|row| self.key(row)?.number());
        let (least, greatest) = (keys().min()?, keys().max()?);
        let span = usize::try_from(greatest - least + 1).ok()?;
        (span <= rows.saturating_mul(4)).then_some((least, span))
    }

    /// The same in the order of the keys, which is that of most tables of citizens: neighbours there are neighbours here.
    fn number_dense(&self, rows: usize, least: i128, span: usize) -> (Vec<u32>, Vec<usize>) {
        let place = |row: usize| self.key(row).and_then(Key::number).map(|number| (number - least) as usize);
        let mut known = vec![Keys::NONE; span];
        for row in (0..rows).rev() {
            if let Some(first) = place(row).and_then(|place| known.get_mut(place)) {
                *first = row as u32;
            }
        }
        let mut firsts = Vec::new();
        for first in known.iter_mut().filter(|first| **first != Keys::NONE) {
            firsts.push(*first as usize);
            *first = firsts.len() as u32 - 1;
        }
        let number = |row: usize| place(row).and_then(|place| known.get(place)).copied().unwrap_or(Keys::NONE);
        ((0..rows).map(number).collect(), firsts)
    }

    fn key(&self, row: usize) -> Option<Key<'_>> {
        macro_rules! read {
            ($array:expr, $kind:ident) => {
                (row < $array.len() && $array.is_valid(row)).then(|| Key::$kind($array.value(row)))
            };
        }
        match self {
            Self::Text(array) => read!(array, Text),
            Self::LargeText(array) => read!(array, Text),
            Self::TextView(array) => read!(array, Text),
            Self::Signed(array) => read!(array, Signed),
            Self::Unsigned(array) => read!(array, Unsigned),
        }
    }

    /// The key that has this canonical text: `017` and `+17` are not 17.
    fn parse<'a>(&self, text: &'a str) -> Option<Key<'a>> {
        match self {
            Self::Signed(_) => text.parse().ok().filter(|_| is_canonical(text)).map(Key::Signed),
            Self::Unsigned(_) => text.parse().ok().filter(|_| is_canonical(text)).map(Key::Unsigned),
            _ => Some(Key::Text(text)),
        }
    }
}

impl Fault {
    /// The fault in words, for the table of rejected rows; `number` gives a row's number as the reader counts.
    pub(super) fn reason(&self, number: impl Fn(usize) -> u64) -> String {
        match self {
            Self::Null => "the key is null".to_owned(),
            Self::Empty => "the key is empty text".to_owned(),
            Self::Repeats(first) => format!("the key is already in row {}", number(*first)),
        }
    }
}

/// The error for a key column with problems: which rows, and how many.
pub(super) fn refuse(column: &str, problems: &[Problem]) -> Error {
    let mut parts = Vec::new();
    let mut list = |what: &str, rows: Vec<String>| {
        if !rows.is_empty() {
            let more = rows.len().saturating_sub(ROWS_SHOWN);
            let shown = rows.get(..ROWS_SHOWN.min(rows.len())).unwrap_or_default().join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            parts.push(format!("{what} in row{} {shown}{more}", if rows.len() == 1 { "" } else { "s" }));
        }
    };
    let plain = |wanted: fn(&Fault) -> bool| {
        problems.iter().filter(|problem| wanted(&problem.what)).map(|problem| (problem.row + 1).to_string()).collect()
    };
    list("null", plain(|fault| matches!(fault, Fault::Null)));
    list("empty text", plain(|fault| matches!(fault, Fault::Empty)));
    let repeated = problems.iter().filter_map(|problem| match problem.what {
        Fault::Repeats(first) => Some(format!("{} (first in row {})", problem.row + 1, first + 1)),
        _ => None,
    });
    list("a key that appeared before", repeated.collect());
    let message = format!("keys must be unique and not null, but column `{column}` has {}", parts.join("; "));
    Error::new(ErrorKind::InvalidArgument, message)
}
