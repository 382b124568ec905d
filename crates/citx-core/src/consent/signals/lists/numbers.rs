use std::fmt;

use arrow_array::types::UInt8Type;
use arrow_array::{ArrayRef, DictionaryArray, StringArray, UInt8Array};
use hashbrown::{HashMap, HashSet};

use super::{Rules, midnight};
use crate::citizens::Population;
use crate::consent::Policy;
use crate::consent::signals::Document;
use crate::consent::signals::bits::wrong;
use crate::table::{Column, Table, Value};
use crate::time::{Date, Timestamp};
use crate::{Error, Result};

/// The digits that a number with its country has: more is no number (ITU-T E.164), fewer no subscriber's.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The numbers of the TPS or the CTPS, as a licensee's file has them. `Debug` shows how many.
///
/// # Example
/// ```
/// use citx_core::consent::Policy;
/// use citx_core::consent::signals::NumberList;
///
/// let policy = Policy::builtin("uk-2026")?;
/// let list = NumberList::parse("tps.txt", b"01632 960000\n+44 1632 960001\n", "2026-11-01".parse()?, &policy)?;
/// assert_eq!(list.len(), 2);
/// assert!(NumberList::parse("tps.txt", b"number\n", "2026-11-01".parse()?, &policy).is_err(), "nobody on it is a mistake");
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct NumberList {
    document: Document,
    released: Date,
    numbers: HashSet<u64>,
}

impl NumberList {
    /// Reads the file of that name, of the day on which the list was released: one number in each row, quoted or not, whatever follows behind a
    /// comma, semicolon or tab; blank rows, and a first row without a digit, are skipped. Numbers are compared as the policy compares contact points; one
    /// that lost its leading zero, or the `+` of its country, is taken for what it was.
    ///
    /// # Errors
    /// `InvalidArgument` naming the row of what is no number; for a file without any, because everybody would pass; for a policy without `phone_prefix`.
    pub fn parse(name: &str, file: &[u8], released: Date, policy: &Policy) -> Result<Self> {
        let reader = Reader::new(policy)?;
        let mut numbers = HashSet::new();
        let rows = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).split(|byte| *byte == b'\n');
        for (index, row) in rows.enumerate() {
            let cell = row.split(|byte| b",;\t".contains(byte)).next().unwrap_or_default();
            let cell = cell.trim_ascii();
            let cell = cell.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(cell);
            let header = index == 0 && !row.iter().any(u8::is_ascii_digit);
            if cell.is_empty() && row.trim_ascii().is_empty() || header {
                continue;
            }
            let number = std::str::from_utf8(cell).ok().and_then(|text| reader.number(text));
            let number = number.ok_or_else(|| wrong("expected a telephone number").context(format!("{name}, row {}", index + 1)))?;
            numbers.insert(number);
        }
        if numbers.is_empty() {
            return Err(wrong("a list without numbers screens nobody").context(name.to_owned()));
        }
        Ok(Self { document: Document::of(name, file), released, numbers })
    }

    /// How many numbers.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there are none, which is never.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The day on which it was released.
    pub fn released(&self) -> Date {
        self.released
    }

    /// The file.
    pub fn document(&self) -> &Document {
        &self.document
    }
}

impl fmt::Debug for NumberList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NumberList({} numbers of {})", self.len(), self.released)
    }
}

/// Screens everyone's phone number against the TPS and the CTPS. A table of all citizens in order: the key; `number`, in international form;
/// `tps_listed_at`, null where it is on neither list; `tps_screened_at`, the day of the older list; and `evidence`, the lists and whether it is on them.
/// A citizen without a number that can be read has nulls, and so is not screened.
///
/// `tps_listed_at` is the earliest instant at which the number can have been registered, because only a registration of less than 28 days
/// does not count: the one found before; else the day of the screening before, a table as this gives, if the number was on neither list then;
/// else 28 days before the day of the list, so that it counts at once.
///
/// # Errors
/// `InvalidArgument` where no column is known as the fact `phone`, for a policy without `phone_prefix`, or a `previous` that is no screening.
///
/// # Example
/// ```
/// use citx_core::citizens::{FactColumns, Population};
/// use citx_core::consent::Policy;
/// use citx_core::consent::signals::{NumberList, screen_calls, with_screening};
/// use citx_core::table::{Column, Table, Value};
///
/// let policy = Policy::builtin("uk-2026")?;
/// let residents = Table::from_columns([
///     Column::text("id", [Some("C-17"), Some("C-18")]),
///     Column::text("phone", [Some("01632 960000"), Some("01632 960009")]),
/// ])?;
/// let people = Population::from_table(residents, "id")?.with_facts(FactColumns::new().phone("phone"))?;
/// let tps = NumberList::parse("tps.txt", b"01632960000\n", "2026-11-01".parse()?, &policy)?;
/// let ctps = NumberList::parse("ctps.txt", b"01632960555\n", "2026-11-01".parse()?, &policy)?;
///
/// let screening = screen_calls(&people, &tps, &ctps, None, &policy)?;
/// assert!(screening.column("tps_listed_at")?.value(0) != Value::Null);
/// assert!(screening.column("tps_listed_at")?.value(1) == Value::Null);
/// let people = with_screening(&people, &screening)?;
/// assert_eq!(people.facts().and_then(|facts| facts.tps_screened_at.as_deref()), Some("tps_screened_at"));
/// # Ok::<(), citx_core::Error>(())
/// ```
pub fn screen_calls(people: &Population, tps: &NumberList, ctps: &NumberList, previous: Option<&Table>, policy: &Policy) -> Result<Table> {
    let reader = Reader::new(policy)?;
    let column = people.facts().and_then(|facts| facts.phone.as_deref());
    let phones = people.table().column(column.ok_or_else(|| wrong("no column is known as the fact `phone`"))?)?;
    let before = previous.map_or(Ok(HashMap::new()), |table| earlier(table, &reader).map_err(|error| error.context("`previous`")))?;
    let rules = Rules::builtin()?;
    let lists = [tps, ctps];
    let unknown = lists.map(|list| rules.counts_on(list.released).and_then(|day| midnight(day, policy)));
    let [unknown_tps, unknown_ctps] = unknown;
    let unknown = [unknown_tps?, unknown_ctps?];
    let screened = midnight(tps.released.min(ctps.released), policy)?;

    let number = |value: Value| if let Value::Text(text) = value { reader.number(&text) } else { None };
    let numbers: Vec<Option<u64>> = phones.values().map(number).collect();
    let on = |number: u64| lists.map(|list| list.numbers.contains(&number));
    let listed_at = |number: u64| {
        let latest = on(number).into_iter().zip(unknown).filter_map(|(on, at)| on.then_some(at)).min()?;
        Some(before.get(&number).map_or(latest, |earlier| earlier.listed_at.unwrap_or(earlier.screened_at).min(screened)))
    };
    let code = |number: u64| on(number).into_iter().fold(0_u8, |code, on| code << 1 | u8::from(on));
    Table::from_columns([
        people.keys(),
        Column::text("number", numbers.iter().map(|number| number.map(|number| format!("+{number}")))),
        Column::timestamp("tps_listed_at", numbers.iter().map(|number| listed_at((*number)?))),
        Column::timestamp("tps_screened_at", numbers.iter().map(|number| number.map(|_| screened))),
        evidence(&lists, numbers.iter().map(|number| number.map(code)))?,
    ])
}

/// The words for which of the lists a number is on, by code.
fn evidence(lists: &[&NumberList; 2], codes: impl Iterator<Item = Option<u8>>) -> Result<Column> {
    let words = (0..4_u8).map(|code| {
        let said = lists.iter().zip([code & 2 > 0, code & 1 > 0]).map(|(list, on)| {
            let found = if on { "listed" } else { "not listed" };
            format!("{} of {}: {found}", list.document, list.released)
        });
        said.collect::<Vec<_>>().join("; ")
    });
    let words: ArrayRef = std::sync::Arc::new(StringArray::from_iter_values(words));
    let coded = DictionaryArray::<UInt8Type>::try_new(UInt8Array::from_iter(codes), words);
    coded
        .map(|coded| Column::new("evidence", std::sync::Arc::new(coded)))
        .map_err(|error| wrong("the evidence cannot be written").caused_by(error))
}

/// What a screening found of a number.
struct Earlier {
    listed_at: Option<Timestamp>,
    screened_at: Timestamp,
}

/// An earlier screening by number. Of one number found twice, what restricts more.
fn earlier(table: &Table, reader: &Reader<'_>) -> Result<HashMap<u64, Earlier>> {
    let [numbers, listed, screened] = [table.column("number")?, table.column("tps_listed_at")?, table.column("tps_screened_at")?];
    let mut found: HashMap<u64, Earlier> = HashMap::new();
    for row in 0..table.num_rows() {
        let place = |error: Error| error.context(format!("row {}", row + 1));
        let (number, listed_at, screened_at) = (numbers.value(row), instant(&listed.value(row)), instant(&screened.value(row)));
        let (listed_at, screened_at) = (listed_at.map_err(place)?, screened_at.map_err(place)?);
        let number = if let Value::Text(text) = number { reader.number(&text) } else { None };
        let (Some(number), Some(screened_at)) = (number, screened_at) else { continue };
        let one = found.entry(number).or_insert(Earlier { listed_at, screened_at });
        one.listed_at = [one.listed_at, listed_at].into_iter().flatten().min();
        one.screened_at = one.screened_at.min(screened_at);
    }
    Ok(found)
}

fn instant(value: &Value) -> Result<Option<Timestamp>> {
    match value {
        Value::Null => Ok(None),
        Value::Timestamp(at) => Ok(Some(*at)),
        other => Err(wrong(format!("expected an instant, found {}", other.type_name()))),
    }
}

/// Reads numbers as the policy compares them.
pub(super) struct Reader<'a> {
    policy: &'a Policy,
    /// The digits of the policy's country.
    country: &'a str,
}

impl<'a> Reader<'a> {
    /// # Errors
    /// `InvalidArgument` for a policy without `phone_prefix`.
    pub(super) fn new(policy: &'a Policy) -> Result<Self> {
        let prefix = policy.data().phone_prefix.as_deref();
        let country = prefix.ok_or_else(|| wrong("numbers are screened by a policy that has a `phone_prefix`"))?;
        Ok(Self { policy, country: country.trim_start_matches('+') })
    }

    /// The digits of a number with its country, as a number; `None` for what is none.
    pub(super) fn number(&self, text: &str) -> Option<u64> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with("00");
        let normal = if plain { None } else { Some(self.policy.normal_contact(text)) };
        match normal.as_deref() {
            Some(normal) => match normal.strip_prefix('+') {
                Some(rest) => digits([rest]),
                None => self.national(normal),
            },
            None => self.national(text),
        }
    }

    fn national(&self, text: &str) -> Option<u64> {
        match text.strip_prefix('0') {
            Some(rest) => digits([self.country, rest]),
            None if text.starts_with(self.country) => digits([text]),
            None => digits([self.country, text]),
        }
    }
}

fn digits<const N: usize>(parts: [&str; N]) -> Option<u64> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    if !DIGITS.contains(&length) {
        return None;
    }
    let digit = |number: u64, byte: u8| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0'));
    parts.iter().flat_map(|part| part.bytes()).try_fold(0, digit)
}
