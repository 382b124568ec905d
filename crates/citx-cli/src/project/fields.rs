//! One table of a project file, read key by key: what is wrong is noted with its line and column, and the reading goes on, so that
//! one pass finds every problem.

use std::cell::RefCell;
use std::collections::BTreeMap;

use citx::{ErrorKind, RuleLocation};
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::Problem;

/// The file's text and the problems found in it so far.
#[derive(Debug)]
pub(super) struct Source<'t> {
    text: &'t str,
    problems: RefCell<Vec<Problem>>,
    places: RefCell<Places>,
}

/// Line and column of each key that was read, by its path: `audience.re_engage`.
pub(super) type Places = BTreeMap<String, (usize, usize)>;

/// The fields of one table.
pub(super) struct Fields<'t> {
    source: &'t Source<'t>,
    /// As written: `audience.re_engage`; empty for the file itself.
    name: String,
    /// Where the table begins.
    start: usize,
    table: &'t DeTable<'t>,
    asked: RefCell<Vec<String>>,
}

type Entry<'t> = (usize, &'t DeValue<'t>);

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, problems: RefCell::default(), places: RefCell::default() }
    }

    pub(super) fn note(&self, kind: ErrorKind, at: usize, message: String) {
        let location = RuleLocation::new(self.text, (at, at));
        self.problems.borrow_mut().push(Problem { kind, line: Some(location.line), column: Some(location.column), message });
    }

    /// Where the keys read so far stand.
    pub(super) fn places(&self) -> Places {
        self.places.borrow().clone()
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| (problem.line, problem.column));
        problems
    }
}

impl<'t> Fields<'t> {
    pub(super) fn of_file(source: &'t Source<'t>, table: &'t DeTable<'t>) -> Self {
        Self { source, name: String::new(), start: 0, table, asked: RefCell::default() }
    }

    /// Notes a problem at the start of the table.
    pub(super) fn note(&self, message: String) {
        self.source.note(ErrorKind::InvalidArgument, self.start, format!("[{}]: {message}", self.name));
    }

    /// Notes a problem at the value of `key`.
    pub(super) fn note_at(&self, key: &str, kind: ErrorKind, message: &str) {
        let at = self.table.iter().find(|(name, _)| name.get_ref() == key).map_or(self.start, |(name, _)| name.span().start);
        self.source.note(kind, at, format!("`{}`: {message}", self.path(key)));
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    fn get(&self, key: &str) -> Option<Entry<'t>> {
        self.asked.borrow_mut().push(key.to_owned());
        let (name, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        let at = RuleLocation::new(self.source.text, (name.span().start, name.span().start));
        self.source.places.borrow_mut().insert(self.path(key), (at.line, at.column));
        Some((value.span().start, value.get_ref()))
    }

    fn expected<T>(&self, key: &str, (at, value): Entry<'_>, wanted: &str) -> Option<T> {
        let found = value.type_str();
        self.source.note(ErrorKind::InvalidArgument, at, format!("`{}`: expected {wanted}, found {found}", self.path(key)));
        None
    }

    /// Whether the table has the key at all.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.iter().any(|(name, _)| name.get_ref() == key)
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        let entry = self.get(key)?;
        match entry.1 {
            DeValue::String(text) => Some(text.clone().into_owned()),
            _ => self.expected(key, entry, "text"),
        }
    }

    /// A text that must be there.
    pub(super) fn required(&self, key: &str) -> String {
        if !self.has(key) {
            self.note(format!("`{key} = \"...\"` is missing"));
        }
        self.text(key).unwrap_or_default()
    }

    /// A text that is one of `words`.
    pub(super) fn word(&self, key: &str, words: &[&str]) -> Option<String> {
        let text = self.text(key)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        self.note_at(key, ErrorKind::InvalidArgument, &format!("expected one of {}, found `{text}`", words.join(", ")));
        None
    }

    pub(super) fn boolean(&self, key: &str) -> Option<bool> {
        let entry = self.get(key)?;
        match entry.1 {
            DeValue::Boolean(value) => Some(*value),
            _ => self.expected(key, entry, "true or false"),
        }
    }

    pub(super) fn whole(&self, key: &str) -> Option<u64> {
        let entry = self.get(key)?;
        match entry.1 {
            DeValue::Integer(number) => match u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()) {
                Ok(number) => Some(number),
                Err(_) => self.expected(key, entry, "a whole number from 0"),
            },
            _ => self.expected(key, entry, "a whole number"),
        }
    }

    pub(super) fn number(&self, key: &str) -> Option<f64> {
        let entry = self.get(key)?;
        number(entry.1).or_else(|| self.expected(key, entry, "a number"))
    }

    /// A list of numbers.
    pub(super) fn numbers(&self, key: &str) -> Option<Vec<f64>> {
        let entry = self.get(key)?;
        let items = match entry.1 {
            DeValue::Array(items) => items.iter().map(|item| number(item.get_ref())).collect(),
            _ => None,
        };
        items.or_else(|| self.expected(key, entry, "a list of numbers"))
    }

    /// A table of names and numbers, such as the totals of categories.
    pub(super) fn totals(&self, key: &str) -> Vec<(String, f64)> {
        let Some(table) = self.table(key) else { return Vec::new() };
        table.keys().into_iter().filter_map(|name| table.number(&name).map(|total| (name, total))).collect()
    }

    /// Whether `key = false` says to leave out what another section says.
    pub(super) fn is_off(&self, key: &str) -> bool {
        self.table.iter().any(|(name, value)| name.get_ref() == key && matches!(value.get_ref(), DeValue::Boolean(false)))
            && self.get(key).is_some()
    }

    /// A text, or a list of texts.
    pub(super) fn texts(&self, key: &str) -> Option<Vec<String>> {
        self.lists(key)?.into_iter().map(|mut item| if item.len() == 1 { item.pop() } else { None }).collect::<Option<_>>().or_else(|| {
            self.note_at(key, ErrorKind::InvalidArgument, "expected a text or a list of texts");
            None
        })
    }

    /// A text or a list whose items are texts or lists of texts, such as `["tenure", ["tenure", "area"]]`.
    pub(super) fn lists(&self, key: &str) -> Option<Vec<Vec<String>>> {
        let entry = self.get(key)?;
        let text = |value: &DeValue<'_>| if let DeValue::String(text) = value { Some(text.clone().into_owned()) } else { None };
        let item = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::Array(parts) => parts.iter().map(|part| text(part.get_ref())).collect(),
            one => text(one).map(|one| vec![one]),
        };
        let items: Option<Vec<Vec<String>>> = match entry.1 {
            DeValue::Array(items) => items.iter().map(item).collect(),
            one => text(one).map(|one| vec![vec![one]]),
        };
        items.or_else(|| self.expected(key, entry, "a text or a list of texts"))
    }

    /// The table `key`.
    pub(super) fn table(&self, key: &str) -> Option<Self> {
        let entry = self.get(key)?;
        match entry.1 {
            DeValue::Table(table) => Some(self.inside(key, entry.0, table)),
            _ => self.expected(key, entry, "a table"),
        }
    }

    fn inside(&self, key: &str, start: usize, table: &'t DeTable<'t>) -> Self {
        Self { source: self.source, name: self.path(key), start, table, asked: RefCell::default() }
    }

    /// The tables `[[key]]`, in the order of the file.
    pub(super) fn items(&self, key: &str) -> Vec<Self> {
        let Some(entry) = self.get(key) else { return Vec::new() };
        let tables = match entry.1 {
            DeValue::Array(items) => items.iter().map(|item| Some((item.span().start, item.get_ref().as_table()?))).collect(),
            _ => None,
        };
        let tables: Option<Vec<_>> = tables.or_else(|| self.expected(key, entry, &format!("tables [[{}]]", self.path(key))));
        tables.into_iter().flatten().map(|(start, table)| self.inside(key, start, table)).collect()
    }

    /// Every table inside this one, in the order of the file: `[purpose.newsletter]`, `[purpose.repairs]`.
    pub(super) fn tables(&self) -> Vec<(String, Self)> {
        self.keys().into_iter().filter_map(|key| self.table(&key).map(|table| (key, table))).collect()
    }

    /// The keys in the order of the file.
    pub(super) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<(usize, String)> =
            self.table.iter().map(|(name, _)| (name.span().start, name.get_ref().clone().into_owned())).collect();
        keys.sort();
        keys.into_iter().map(|(_, key)| key).collect()
    }

    /// Names and texts in the order of the file: `[survey.questions]`, `[citizens.types]`.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        self.keys().into_iter().filter_map(|key| self.text(&key).map(|value| (key, value))).collect()
    }

    /// Whatever a policy may know about a purpose: texts, numbers, dates and truths as text, tables with a dot.
    pub(super) fn constants(&self, except: &[&str]) -> Vec<(String, String)> {
        let mut constants = Vec::new();
        for key in self.keys().into_iter().filter(|key| !except.contains(&key.as_str())) {
            let Some(entry) = self.get(&key) else { continue };
            match entry.1 {
                DeValue::Table(table) => {
                    let inner = self.inside(&key, entry.0, table).constants(&[]);
                    constants.extend(inner.into_iter().map(|(name, value)| (format!("{key}.{name}"), value)));
                }
                DeValue::String(text) => constants.push((key, text.clone().into_owned())),
                DeValue::Boolean(value) => constants.push((key, value.to_string())),
                DeValue::Integer(number) => constants.push((key, number.as_str().to_owned())),
                DeValue::Float(number) => constants.push((key, number.as_str().to_owned())),
                DeValue::Datetime(date) => constants.push((key, date.to_string())),
                DeValue::Array(_) => drop(self.expected::<()>(&key, entry, "one value")),
            }
        }
        constants
    }

    /// The value of `key` in a form that the engine defines.
    pub(super) fn read<T: serde::de::DeserializeOwned>(&self, key: &str) -> Option<T> {
        let (at, _) = self.get(key)?;
        let (_, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        match T::deserialize(ValueDeserializer::from(value.clone())) {
            Ok(value) => Some(value),
            Err(error) => {
                let message = format!("`{}`: {}", self.path(key), error.message());
                self.source.note(ErrorKind::InvalidArgument, error.span().map_or(at, |span| span.start), message);
                None
            }
        }
    }

    /// Whether the value of `key` is a table.
    pub(super) fn is_table(&self, key: &str) -> bool {
        self.table.iter().any(|(name, value)| name.get_ref() == key && value.get_ref().is_table())
    }

    /// Notes every key that was not asked for, with the one that may have been meant.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter().filter(|(key, _)| !asked.iter().any(|asked| asked == key.get_ref())) {
            let place = if self.name.is_empty() { "the project file".to_owned() } else { format!("[{}]", self.name) };
            let hint =
                nearest(key.get_ref(), asked.iter().map(String::as_str)).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            self.source.note(ErrorKind::UnknownName, key.span().start, format!("there is no key `{}` in {place}{hint}", key.get_ref()));
        }
    }
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
        DeValue::Integer(number) => number.as_str().replace('_', "").parse().ok(),
        _ => None,
    }
}

/// The name among `known` that may have been meant.
fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let limit = (name.chars().count() / 3).max(2);
    known.map(|known| (strsim::damerau_levenshtein(name, known), known)).filter(|(edits, _)| *edits <= limit).min().map(|(_, known)| known)
}
