use std::fmt;

use hashbrown::HashMap;

use super::wrong;
use crate::Result;
use crate::citizens::Population;
use crate::consent::signals::Document;
use crate::table::{Column, Table, Value};
use crate::time::Date;

/// Which columns of a table say where somebody lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressColumns {
    /// The surname; left out, everybody at an address.
    pub surname: Option<String>,
    /// The lines of the address, with or without the postcode.
    pub address: Vec<String>,
    /// The postcode; left out, it is looked for in the address.
    pub postcode: Option<String>,
}

impl AddressColumns {
    /// These lines of an address.
    pub fn new<C: Into<String>>(address: impl IntoIterator<Item = C>) -> Self {
        Self { address: address.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// The same with a column of surnames.
    #[must_use]
    pub fn surname(mut self, column: impl Into<String>) -> Self {
        self.surname = Some(column.into());
        self
    }

    /// The same with a column of postcodes.
    #[must_use]
    pub fn postcode(mut self, column: impl Into<String>) -> Self {
        self.postcode = Some(column.into());
        self
    }
}

/// The addresses of the MPS. `Debug` shows how many.
///
/// # Example
/// ```
/// use citx_core::citizens::{FactColumns, Population};
/// use citx_core::consent::signals::{AddressColumns, AddressList, Document, screen_post};
/// use citx_core::table::{Column, Table, Value};
///
/// let table = Table::from_columns([
///     Column::text("surname", [Some("Vimes")]),
///     Column::text("address", [Some("Flat 3, 12 High Street")]),
///     Column::text("postcode", [Some("AB1 2CD")]),
/// ])?;
/// let columns = AddressColumns::new(["address"]).surname("surname").postcode("postcode");
/// let mps = AddressList::new(Document::of("mps.csv", b"..."), "2026-11-01".parse()?, &table, &columns)?;
///
/// let residents = Table::from_columns([
///     Column::text("id", [Some("C-17"), Some("C-18"), Some("C-19")]),
///     Column::text("home", [Some("12 High St (flat 3), Anytown, ab12cd"), Some("14 High St, AB1 2CD"), Some("Anytown")]),
/// ])?;
/// let people = Population::from_table(residents, "id")?.with_facts(FactColumns::new().address(["home"]))?;
/// let screening = screen_post(&people, &mps, None)?;
/// let listed: Vec<Value> = screening.column("mps_listed")?.values().collect();
/// assert_eq!(listed, [Value::Boolean(true), Value::Boolean(false), Value::Null]);
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
pub struct AddressList {
    document: Document,
    released: Date,
    /// The surnames by address; an empty one is everybody.
    surnames: HashMap<String, Vec<String>>,
    unread: usize,
}

impl AddressList {
    /// The rows of the file `document`, of the day on which the list was released.
    ///
    /// # Errors
    /// `UnknownName` for a column that is not there; `InvalidArgument` for columns that are no address, or a table in which no row has one, because everybody
    /// would pass.
    pub fn new(document: Document, released: Date, table: &Table, columns: &AddressColumns) -> Result<Self> {
        let columns = Columns::of(table, columns)?;
        let (mut surnames, mut unread) = (HashMap::<String, Vec<String>>::new(), 0);
        for row in 0..table.num_rows() {
            match columns.place(row) {
                Some(place) => surnames.entry(place).or_default().push(columns.surname(row)),
                None => unread += 1,
            }
        }
        if surnames.is_empty() {
            return Err(wrong("a list without addresses screens nobody").context(document.name().to_owned()));
        }
        Ok(Self { document, released, surnames, unread })
    }

    /// How many addresses.
    pub fn len(&self) -> usize {
        self.surnames.len()
    }

    /// Whether there are none, which is never.
    pub fn is_empty(&self) -> bool {
        self.surnames.is_empty()
    }

    /// How many rows had no postcode, or nothing else of an address, and so match nobody.
    pub fn unread(&self) -> usize {
        self.unread
    }

    fn has(&self, place: &str, surname: &str) -> bool {
        let same = |listed: &String| listed.is_empty() || surname.is_empty() || listed == surname;
        self.surnames.get(place).is_some_and(|listed| listed.iter().any(same))
    }
}

impl fmt::Debug for AddressList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AddressList({} addresses of {})", self.len(), self.released)
    }
}

/// Screens everyone's address against the MPS: a table of all citizens in order, the key, `mps_listed` and `evidence`. Two addresses are the same if they
/// have the same postcode and the same numbers, in any order, or without numbers the same first line; and the same surname, as far as both
/// name one. Null where an address has no postcode, or nothing beside it: that is not screened.
///
/// Without `columns`, the address is the fact `address`, and a surname is not asked for.
///
/// # Errors
/// `InvalidArgument` where no column is known as the fact `address`; `UnknownName` for a column that is not there.
pub fn screen_post(people: &Population, mps: &AddressList, columns: Option<&AddressColumns>) -> Result<Table> {
    let facts = || AddressColumns::new(people.facts().map_or(&[][..], |facts| facts.address.as_slice()));
    let columns = Columns::of(people.table(), &columns.cloned().unwrap_or_else(facts))?;
    let listed = |row: usize| columns.place(row).map(|place| mps.has(&place, &columns.surname(row)));
    let listed: Vec<Option<bool>> = (0..people.len()).map(listed).collect();
    let said = |listed: bool| format!("{} of {}: {}", mps.document, mps.released, if listed { "listed" } else { "not listed" });
    let said = [false, true].map(said);
    let evidence = listed.iter().map(|listed| listed.map(|listed| if listed { &said[1] } else { &said[0] }));
    Table::from_columns([people.keys(), Column::boolean("mps_listed", listed.iter().copied()), Column::text("evidence", evidence)])
}

/// The columns of an address, read.
struct Columns {
    surname: Option<Column>,
    address: Vec<Column>,
    postcode: Option<Column>,
}

impl Columns {
    fn of(table: &Table, columns: &AddressColumns) -> Result<Self> {
        if columns.address.is_empty() {
            return Err(wrong("no column is known as an address"));
        }
        let one = |name: &Option<String>| name.as_deref().map(|name| table.column(name)).transpose();
        let address = columns.address.iter().map(|name| table.column(name)).collect::<Result<_>>()?;
        Ok(Self { surname: one(&columns.surname)?, address, postcode: one(&columns.postcode)? })
    }

    /// The letters of the surname; empty where there is none.
    fn surname(&self, row: usize) -> String {
        self.surname.as_ref().map_or(String::new(), |column| letters(&text(column, row)))
    }

    /// What two rows of one address have in common.
    fn place(&self, row: usize) -> Option<String> {
        let lines: Vec<String> = self.address.iter().map(|column| text(column, row)).collect();
        let address = lines.join(", ").to_uppercase();
        let mut words: Vec<&str> = address.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let within = take_postcode(&mut words);
        let stated = self.postcode.as_ref().map_or(String::new(), |column| text(column, row).to_uppercase());
        let stated: String = stated.chars().filter(|c| c.is_alphanumeric()).collect();
        let postcode = if stated.is_empty() { within? } else { stated };
        let mut numbers: Vec<&str> = words.iter().filter(|word| word.chars().any(char::is_numeric)).copied().collect();
        numbers.sort_unstable();
        if numbers.is_empty() {
            let first = address.split([',', '\n']).map(letters).find(|line| !line.is_empty())?;
            return (!words.is_empty()).then(|| format!("{postcode} {first}"));
        }
        Some(format!("{postcode} {}", numbers.join(" ")))
    }
}

/// Takes the last words that are a postcode of the United Kingdom out of an address.
fn take_postcode(words: &mut Vec<&str>) -> Option<String> {
    for at in (0..words.len()).rev() {
        let word = words.get(at)?;
        let split = word.len().checked_sub(3).and_then(|split| word.split_at_checked(split));
        if split.is_some_and(|(outward, inward)| is_outward(outward) && is_inward(inward)) {
            return Some(words.remove(at).to_owned());
        }
        let before = at.checked_sub(1).and_then(|before| words.get(before)).filter(|_| is_inward(word));
        if let Some(outward) = before.filter(|outward| is_outward(outward)) {
            let postcode = format!("{outward}{word}");
            words.drain(at - 1..=at);
            return Some(postcode);
        }
    }
    None
}

fn is_outward(word: &str) -> bool {
    let area = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = word.as_bytes().get(area..).unwrap_or_default();
    let district = matches!(rest, [digit] | [digit, _] if digit.is_ascii_digit());
    (1..=2).contains(&area) && district && rest.iter().all(u8::is_ascii_alphanumeric)
}

fn is_inward(word: &str) -> bool {
    matches!(word.as_bytes(), [digit, a, b] if digit.is_ascii_digit() && a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn text(column: &Column, row: usize) -> String {
    match column.value(row) {
        Value::Text(text) => text,
        Value::Integer(number) => number.to_string(),
        _ => String::new(),
    }
}
