use std::collections::HashMap;
use std::fmt;

use arrow_array::cast::AsArray;
use arrow_schema::DataType;

use super::data::{Channel, Named, RuleData};
use super::policy::Policy;
use crate::citizens::{AttributeType, FactColumns, Population};
use crate::table::{Column, Value, unknown_name};
use crate::time::{TimeZone, Timestamp};
use crate::{Error, ErrorKind, Result};

/// Facts known for one decision, by the names of the policy's vocabulary. A null says that the fact is held and empty, as an
/// empty cell of a mapped column does; a fact left out is not known. `Debug` shows names only.
///
/// # Example
/// ```
/// use citx_core::consent::Facts;
/// use citx_core::table::Value;
///
/// let facts = Facts::new().with("deceased", Value::Boolean(false)).with("email", Value::Text("c17@example.org".to_owned()));
/// assert_eq!(facts.names().collect::<Vec<_>>(), ["deceased", "email"]);
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Facts {
    values: Vec<(String, Value)>,
}

impl Facts {
    /// No facts.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more fact, or another value for it.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: Value) -> Self {
        let name = name.into();
        self.values.retain(|(known, _)| *known != name);
        self.values.push((name, value));
        self
    }

    /// What a population's fact columns say of the citizen in `row`, as far as a decision about `channel` needs it: so that one decision
    /// rests on the same facts as the decisions for everyone. A value that cannot be read is not known.
    ///
    /// # Errors
    /// `UnknownName` for a mapped column that is not there.
    pub fn of_citizen(people: &Population, row: usize, channel: &str, policy: &Policy) -> Result<Self> {
        let (data, zone) = (policy.data(), policy.controller().map_or(TimeZone::UTC, |controller| controller.time_zone));
        let known = FactTable::of(people, &[row], channel, data, zone)?.row(0, data);
        let facts = data.facts.iter().zip(known.0);
        Ok(facts.filter_map(|(fact, value)| Some((fact.name.clone(), value?))).collect())
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The names of the facts, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, _)| name.as_str())
    }
}

impl FromIterator<(String, Value)> for Facts {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(facts: I) -> Self {
        facts.into_iter().fold(Self::new(), |facts, (name, value)| facts.with(name, value))
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// The facts of one citizen by their numbers in the policy: `None` is not known, a null is known to be empty.
#[derive(Clone, Default)]
pub(super) struct Known(Vec<Option<Value>>);

impl Known {
    /// The facts of a question.
    ///
    /// # Errors
    /// `UnknownName`, `InvalidArgument`.
    pub(super) fn of(facts: &Facts, data: &RuleData, zone: TimeZone) -> Result<Self> {
        let mut known = vec![None; data.facts.len()];
        for (name, value) in &facts.values {
            let Some(number) = data.facts.iter().position(|fact| fact.name == *name) else {
                return Err(unknown_name("fact", name, data.facts.iter().map(|fact| fact.name.as_str())));
            };
            let (Some(fact), Some(place)) = (data.facts.get(number), known.get_mut(number)) else { continue };
            *place = Some(fact.convert(value, zone).map_err(|error| error.context(format!("fact `{name}`")))?);
        }
        Ok(Self(known))
    }

    /// The value of a fact; null where it is not known. Blank text is no value.
    pub(super) fn value(&self, number: usize) -> Value {
        match self.0.get(number) {
            Some(Some(Value::Text(text))) if text.trim().is_empty() => Value::Null,
            Some(Some(value)) => value.clone(),
            _ => Value::Null,
        }
    }

    fn text(&self, number: Option<usize>) -> Option<Option<&str>> {
        match self.0.get(number?)? {
            Some(Value::Text(text)) => Some(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(_) => Some(None),
            None => None,
        }
    }

    /// The contact point that would be used on a channel: `None` if it is not known, `Some(None)` if there is none.
    pub(super) fn contact(&self, channel: Option<&Channel>, data: &RuleData) -> Option<Option<&str>> {
        self.text(data.contact_fact).or_else(|| self.text(channel?.contact))
    }

    /// Whether a safe-contact instruction bars a channel; `None` if it cannot be read. No instruction held is none.
    pub(super) fn bars(&self, channel: &str, data: &RuleData) -> Option<bool> {
        self.text(data.safe_contact_fact).flatten().map_or(Some(false), |words| bars(words, channel, data))
    }
}

/// Whether a safe-contact instruction in these words bars a channel; `None` if it cannot be read.
fn bars(words: &str, channel: &str, data: &RuleData) -> Option<bool> {
    let kind = data.channel(channel).map(|channel| channel.kind.as_str());
    let mut readable = true;
    for word in words.split([',', ';']).map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()) {
        match word.as_str() {
            "none" => {}
            "all" => return Some(true),
            word if word == channel || Some(word) == kind => return Some(true),
            word => readable &= data.channels.iter().any(|channel| channel.name == word || channel.kind == word),
        }
    }
    readable.then_some(false)
}

impl Named {
    /// A value as the vocabulary's type has it.
    ///
    /// # Errors
    /// `InvalidArgument` for another type, or for a word that is not among the values listed.
    pub(super) fn convert(&self, value: &Value, zone: TimeZone) -> Result<Value> {
        let wrong = || {
            let message = format!("expected {}, found {}", self.data_type, value.type_name());
            Err(Error::new(ErrorKind::InvalidArgument, message))
        };
        let outside = || Error::new(ErrorKind::InvalidArgument, "a date outside the years that can be computed with");
        let unreadable = || Error::new(ErrorKind::InvalidArgument, format!("expected a {}, found text that is none", self.data_type));
        match (self.data_type, value) {
            (_, Value::Null) => Ok(Value::Null),
            (AttributeType::Boolean, Value::Boolean(_))
            | (AttributeType::Integer, Value::Integer(_))
            | (AttributeType::Date, Value::Date(_))
            | (AttributeType::Timestamp, Value::Timestamp(_)) => Ok(value.clone()),
            (AttributeType::Text, Value::Text(word)) => {
                let word_known = self.values.is_empty() || word.trim().is_empty() || self.values.contains(&word.trim().to_lowercase());
                let wanted = || format!("expected one of {}, found another word", self.values.join(", "));
                if word_known { Ok(value.clone()) } else { Err(Error::new(ErrorKind::InvalidArgument, wanted())) }
            }
            (AttributeType::Date, Value::Timestamp(at)) => at.date(zone).map(Value::Date).ok_or_else(outside),
            (AttributeType::Timestamp, Value::Date(date)) => date.midnight(zone).map(Value::Timestamp).ok_or_else(outside),
            (AttributeType::Date | AttributeType::Timestamp, Value::Text(text)) => {
                let at = Timestamp::parse(text, zone).map_err(|_| unreadable())?;
                self.convert(&Value::Timestamp(at), zone)
            }
            _ => wrong(),
        }
    }
}

/// The fact columns of a population, as the policy's facts.
pub(super) struct FactTable {
    columns: Vec<Option<Source>>,
    zone: TimeZone,
}

enum Source {
    One(Vec<Value>),
    Address(Vec<Vec<Value>>),
}

impl FactTable {
    /// The facts of the rows `rows` of a population that a decision about `channel` needs; those that no column is mapped to are not known.
    ///
    /// # Errors
    /// `UnknownName` for a mapped column that is not there.
    pub(super) fn of(people: &Population, rows: &[usize], channel: &str, data: &RuleData, zone: TimeZone) -> Result<Self> {
        let read = |name: &str| -> Result<Vec<Value>> {
            let column: Column = people.table().column(name)?.take(rows)?;
            Ok(column.values().collect())
        };
        let mut columns = Vec::new();
        for (number, fact) in data.facts.iter().enumerate() {
            let facts = people.facts().filter(|_| data.needs(number, channel));
            let names = facts.map_or(Vec::new(), |facts| mapped(facts, &fact.name));
            columns.push(match names.as_slice() {
                [] => None,
                [one] => Some(Source::One(read(one)?)),
                lines => Some(Source::Address(lines.iter().map(|line| read(line)).collect::<Result<_>>()?)),
            });
        }
        Ok(Self { columns, zone })
    }

    /// The facts of the row at `index`. A value that cannot be read is not known; a safe-contact instruction stays as it is.
    pub(super) fn row(&self, index: usize, data: &RuleData) -> Known {
        let value = |(source, fact): (&Option<Source>, &Named)| {
            let value = match source.as_ref()? {
                Source::One(values) => values.get(index).cloned()?,
                Source::Address(lines) => address(lines.iter().filter_map(|line| line.get(index).cloned())),
            };
            fact.convert(&value, self.zone).ok()
        };
        Known(self.columns.iter().zip(&data.facts).map(value).collect())
    }
}

/// A fact of everyone, by row: the values that a decision reads.
struct FactColumn<'a> {
    fact: &'a Named,
    /// One, or the lines of an address.
    columns: Vec<Column>,
    zone: TimeZone,
}

impl<'a> FactColumn<'a> {
    /// `None` if no column is mapped to the fact.
    ///
    /// # Errors
    /// `UnknownName` for a mapped column that is not there.
    fn new(people: &Population, number: usize, data: &'a RuleData, zone: TimeZone) -> Result<Option<Self>> {
        let (Some(facts), Some(fact)) = (people.facts(), data.facts.get(number)) else { return Ok(None) };
        let names = mapped(facts, &fact.name);
        let columns: Vec<Column> = names.into_iter().map(|name| people.table().column(name)).collect::<Result<_>>()?;
        Ok((!columns.is_empty()).then_some(Self { fact, columns, zone }))
    }

    fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// As [`FactTable::row`] has it: `None` where the value cannot be read.
    fn value(&self, row: usize) -> Option<Value> {
        let value = match self.columns.as_slice() {
            [one] => one.value(row),
            lines => address(lines.iter().map(|line| line.value(row))),
        };
        self.fact.convert(&value, self.zone).ok()
    }

    /// The column itself, where its values are what a decision reads.
    fn as_it_is(&self) -> Option<&Column> {
        let is_plain =
            |column: &&Column| self.fact.data_type != AttributeType::Text && AttributeType::of(column.data_type()) == self.fact.data_type;
        self.columns.first().filter(is_plain)
    }
}

/// The values of a fact by row; null where it is not known, or blank. `None` if no column is mapped to it.
///
/// # Errors
/// As [`FactTable::of`].
pub(super) fn fact_column(people: &Population, number: usize, data: &RuleData, zone: TimeZone) -> Result<Option<Column>> {
    let Some(column) = FactColumn::new(people, number, data, zone)? else { return Ok(None) };
    if let Some(plain) = column.as_it_is() {
        return Ok(Some(plain.clone()));
    }
    let value = |row: usize| match column.value(row) {
        Some(Value::Text(text)) if text.trim().is_empty() => Value::Null,
        value => value.unwrap_or(Value::Null),
    };
    let values = typed(&column.fact.name, column.fact.data_type, (0..column.rows()).map(value));
    Ok(Some(if column.fact.data_type == AttributeType::Text { coded(&values)? } else { values }))
}

/// Whether each citizen has no contact point on a channel; null where that is not known. `None` if no column is mapped to it. The fact
/// `contact`, which would come first, is never a column.
///
/// # Errors
/// As [`FactTable::of`].
pub(super) fn absent_column(people: &Population, channel: &str, data: &RuleData, zone: TimeZone) -> Result<Option<Column>> {
    let Some(number) = data.channel(channel).and_then(|channel| channel.contact) else { return Ok(None) };
    let Some(column) = FactColumn::new(people, number, data, zone)? else { return Ok(None) };
    let texts = if let [one] = column.columns.as_slice() { one.array().as_string_opt::<i32>() } else { None };
    let name = "contact_absent";
    Ok(Some(match texts.filter(|_| column.fact.values.is_empty()) {
        Some(texts) => Column::boolean(name, texts.iter().map(|text| Some(text.is_none_or(|text| text.trim().is_empty())))),
        None => Column::boolean(
            name,
            (0..column.rows()).map(|row| Some(!matches!(column.value(row)?, Value::Text(text) if !text.trim().is_empty()))),
        ),
    }))
}

/// The contact points of rows on a channel; `None` where it is not known, or there is none. As in [`absent_column`], the channel's own.
///
/// # Errors
/// As [`FactTable::of`].
pub(super) fn contact_points(
    people: &Population,
    rows: &[u32],
    channel: &str,
    data: &RuleData,
    zone: TimeZone,
) -> Result<Vec<Option<String>>> {
    let number = data.channel(channel).and_then(|channel| channel.contact);
    let column = number.map_or(Ok(None), |number| FactColumn::new(people, number, data, zone))?;
    let text = |row: &u32| match column.as_ref()?.value(*row as usize)? {
        Value::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    };
    Ok(rows.iter().map(text).collect())
}

/// Whether each citizen's safe-contact instruction bars a channel; null where it cannot be read. `None` if no column is mapped to it.
///
/// # Errors
/// As [`FactTable::of`].
pub(super) fn bars_column(people: &Population, channel: &str, data: &RuleData, zone: TimeZone) -> Result<Option<Column>> {
    let Some(number) = data.safe_contact_fact else { return Ok(None) };
    let Some(column) = FactColumn::new(people, number, data, zone)? else { return Ok(None) };
    let mut seen: HashMap<String, Option<bool>> = HashMap::new();
    let one = |row: usize| match column.value(row) {
        Some(Value::Text(words)) => *seen.entry(words).or_insert_with_key(|words| bars(words, channel, data)),
        _ => Some(false),
    };
    Ok(Some(Column::boolean("safe_contact_bars", (0..column.rows()).map(one))))
}

/// A column of the type, whatever values it happens to hold.
pub(super) fn typed(name: &str, data_type: AttributeType, values: impl Iterator<Item = Value>) -> Column {
    macro_rules! pick {
        ($variant:ident) => {
            values.map(|value| match value {
                Value::$variant(value) => Some(value),
                _ => None,
            })
        };
    }
    match data_type {
        AttributeType::Boolean => Column::boolean(name, pick!(Boolean)),
        AttributeType::Integer => Column::integer(name, pick!(Integer)),
        AttributeType::Date => Column::date(name, pick!(Date)),
        AttributeType::Timestamp => Column::timestamp(name, pick!(Timestamp)),
        _ => Column::text(name, pick!(Text)),
    }
}

/// A column of texts by code: a few words of many citizens.
///
/// # Errors
/// `Internal`, which does not occur.
pub(super) fn coded(column: &Column) -> Result<Column> {
    let coded = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
    let fault = |error| Error::new(ErrorKind::InvalidArgument, "texts could not be coded").caused_by(error);
    Ok(Column::new(column.name(), arrow_cast::cast(column.array(), &coded).map_err(fault)?))
}

/// An address from its lines; null where all are blank.
fn address(lines: impl Iterator<Item = Value>) -> Value {
    let text = |line: Value| match line {
        Value::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    };
    let lines: Vec<String> = lines.filter_map(text).collect();
    if lines.is_empty() { Value::Null } else { Value::Text(lines.join(", ")) }
}

/// The columns that a population maps to a fact.
fn mapped<'a>(facts: &'a FactColumns, name: &str) -> Vec<&'a str> {
    let one = match name {
        "email" => &facts.email,
        "phone" => &facts.phone,
        "birth_date" => &facts.birth_date,
        "deceased" => &facts.deceased,
        "preferred_channel" => &facts.preferred_channel,
        "subscriber_kind" => &facts.subscriber_kind,
        "collected_at" => &facts.collected_at,
        "collected_how" => &facts.collected_how,
        "tps_listed_at" => &facts.tps_listed_at,
        "tps_screened_at" => &facts.tps_screened_at,
        "mps_listed" => &facts.mps_listed,
        "safe_contact" => &facts.safe_contact,
        "language" => &facts.language,
        "household" => &facts.household,
        "address" => return facts.address.iter().map(String::as_str).collect(),
        _ => return Vec::new(),
    };
    one.as_deref().into_iter().collect()
}
