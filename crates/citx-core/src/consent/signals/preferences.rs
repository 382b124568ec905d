use hashbrown::HashMap;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Document;
use super::bits::wrong;
use crate::consent::{Event, Status};
use crate::table::{Column, Table, Value};
use crate::time::{TimeZone, Timestamp};
use crate::{Error, ErrorKind, Result};

/// What the columns of a preference centre's export mean: data of the body that runs it.
///
/// # Example
/// ```
/// use citx_core::consent::Status;
/// use citx_core::consent::signals::{Document, PreferenceMapping};
/// use citx_core::table::{Column, Table};
/// use citx_core::time::TimeZone;
///
/// let mapping = PreferenceMapping::parse(r#"
///     citizen = "id"
///     captured_at = "updated"
///     [words]
///     yes = ["yes"]
///     no = ["no"]
///     unchanged = ["-"]
///     [[statement]]
///     column = "news by e-mail"
///     purpose = "newsletter"
///     channel = "email"
/// "#)?;
/// let table = Table::from_columns([
///     Column::text("id", [Some("C-17"), Some("C-18"), Some("C-19")]),
///     Column::text("updated", [Some("2026-03-01"); 3]),
///     Column::text("news by e-mail", [Some("Yes"), Some("no"), None]),
/// ])?;
/// let events = mapping.events(&table, &Document::of("export.csv", b"..."), None, TimeZone::UTC)?;
/// let statuses: Vec<Status> = events.iter().map(|event| event.status).collect();
/// assert_eq!(statuses, [Status::Given, Status::Withdrawn], "a blank says nothing");
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PreferenceMapping {
    /// The column of the citizen's key.
    pub citizen: String,
    /// The column of when each row was said; without it, the whole file was said at one instant.
    #[serde(default)]
    pub captured_at: Option<String>,
    /// The type of that column in a text file: `timestamp:%d/%m/%Y %H:%M`, `date:%d/%m/%Y`; without it, ISO dates and instants.
    #[serde(default)]
    pub captured_type: Option<String>,
    /// How it was said.
    #[serde(default = "preference_centre")]
    pub method: String,
    /// The system that the export came from.
    #[serde(default)]
    pub source: Option<String>,
    /// The privacy notice that the preference centre showed.
    #[serde(default)]
    pub notice: Option<String>,
    /// What the cells say.
    pub words: PreferenceWords,
    /// What the columns are about.
    #[serde(rename = "statement")]
    pub statements: Vec<Statement>,
}

/// Which words mean what. Case and the blanks around them do not matter. A blank cell says nothing, as `unchanged` does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PreferenceWords {
    /// Words that give consent.
    pub yes: Vec<String>,
    /// Words that refuse it or take it back.
    pub no: Vec<String>,
    /// Words that say nothing.
    #[serde(default)]
    pub unchanged: Vec<String>,
}

/// What a column is about.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Statement {
    /// The column.
    pub column: String,
    /// The purpose.
    pub purpose: String,
    /// The channel; without it, every one.
    #[serde(default)]
    pub channel: Option<String>,
    /// The topic: its words are `topic_on` and `topic_off`.
    #[serde(default)]
    pub topic: Option<String>,
    /// The column of the contact point that it is about, if only one.
    #[serde(default)]
    pub contact: Option<String>,
    /// What a no is: `withdrawn` (the default), `refused` or `objected`.
    #[serde(default)]
    pub no: Option<String>,
}

fn preference_centre() -> String {
    "preference-centre".to_owned()
}

/// What a cell says.
#[derive(Clone, Copy)]
enum Word {
    Yes,
    No,
    Unchanged,
}

impl PreferenceMapping {
    /// A mapping from its TOML text.
    ///
    /// # Errors
    /// `InvalidArgument` for text that is no mapping, one without statements or without words for yes and no, a word that means two things, and another
    /// word for a no.
    pub fn parse(text: &str) -> Result<Self> {
        let mapping: Self = toml::from_str(text).map_err(|error| wrong("not a mapping of preferences").caused_by(error))?;
        if mapping.statements.is_empty() {
            return Err(wrong("a mapping of preferences needs a `statement`"));
        }
        mapping.words.meanings()?;
        for statement in &mapping.statements {
            statement.status(Word::No).map_err(|error| error.context(format!("statement `{}`", statement.column)))?;
        }
        Ok(mapping)
    }

    /// The columns that are text, whatever they look like.
    pub fn text_columns(&self) -> Vec<&str> {
        let contacts = self.statements.iter().filter_map(|statement| statement.contact.as_deref());
        let columns = self.statements.iter().map(|statement| statement.column.as_str());
        std::iter::once(self.citizen.as_str()).chain(columns).chain(contacts).collect()
    }

    /// The events of an export, row by row, with the file and the row (from 1) as evidence. Each has an idempotency key of its place and content, so that a ledger
    /// takes a file that is imported twice once. `at` is when the whole file was said, where the mapping has no `captured_at`; instants without
    /// an offset are in `zone`.
    ///
    /// # Errors
    /// `UnknownName` for a column that is not there. `InvalidArgument` naming column and row, never the value, for a word that is not among those of
    /// the mapping, a key or instant that is missing or none; and where both `at` and `captured_at` are given, or neither.
    pub fn events(&self, table: &Table, document: &Document, at: Option<Timestamp>, zone: TimeZone) -> Result<Vec<Event>> {
        if at.is_some() == self.captured_at.is_some() {
            return Err(wrong("give either the column `captured_at` in the mapping, or one instant for the whole file"));
        }
        let meanings = self.words.meanings()?;
        let citizens = table.column(&self.citizen)?;
        let captured = self.captured_at.as_deref().map(|name| table.column(name)).transpose()?;
        let columns: Vec<Cells<'_>> = self.statements.iter().map(|statement| Cells::of(statement, table)).collect::<Result<_>>()?;
        let mut events = Vec::new();
        for row in 0..table.num_rows() {
            for cells in &columns {
                let word = match text(&cells.column, row)? {
                    None => continue,
                    Some(word) => *meanings.get(folded(&word).as_str()).ok_or_else(|| {
                        place(wrong("a word that the mapping does not have; add it to `yes`, `no` or `unchanged`"), &cells.column, row)
                    })?,
                };
                let Some(status) = cells.statement.status(word)? else { continue };
                let citizen = text(&citizens, row)?.ok_or_else(|| place(wrong("a key is needed, found none"), &citizens, row))?;
                let said = captured.as_ref().map_or(Ok(at), |column| instant(column, row, zone))?;
                let said = said.ok_or_else(|| wrong("when it was said is needed, found null").context(format!("row {}", row + 1)))?;
                let mut event = self.event(cells.statement, Event::new(citizen, status, said));
                event.contact = cells.contact.as_ref().map_or(Ok(None), |column| text(column, row))?;
                event.evidence_ref = Some(document.row(row + 1));
                event.idempotency_key = Some(key(&event, cells.statement));
                event.check().map_err(|error| place(error, &cells.column, row))?;
                events.push(event);
            }
        }
        Ok(events)
    }

    fn event(&self, statement: &Statement, event: Event) -> Event {
        let mut event = event;
        event.purpose = Some(statement.purpose.clone());
        event.channel.clone_from(&statement.channel);
        event.topic.clone_from(&statement.topic);
        event.method = Some(self.method.clone());
        event.source.clone_from(&self.source);
        event.notice.clone_from(&self.notice);
        event.actor = Some("self".to_owned());
        event
    }
}

impl PreferenceWords {
    fn meanings(&self) -> Result<HashMap<String, Word>> {
        let mut meanings = HashMap::new();
        let lists = [(&self.yes, Word::Yes), (&self.no, Word::No), (&self.unchanged, Word::Unchanged)];
        for (word, meaning) in lists.into_iter().flat_map(|(words, meaning)| words.iter().map(move |word| (word, meaning))) {
            let word = folded(word);
            if word.is_empty() {
                return Err(wrong("a word of `words` is blank; a blank cell says nothing"));
            }
            if meanings.insert(word, meaning).is_some() {
                return Err(wrong("a word of `words` is there twice"));
            }
        }
        if self.yes.is_empty() || self.no.is_empty() {
            return Err(wrong("`words` needs words for `yes` and for `no`"));
        }
        Ok(meanings)
    }
}

impl Statement {
    /// `None` where nothing was said.
    fn status(&self, word: Word) -> Result<Option<Status>> {
        let no = match (self.no.as_deref(), self.topic.is_some()) {
            (None, true) => Status::TopicOff,
            (None | Some("withdrawn"), false) => Status::Withdrawn,
            (Some("refused"), false) => Status::Refused,
            (Some("objected"), false) => Status::Objected,
            _ => return Err(wrong("a `no` is `withdrawn`, `refused` or `objected`; that of a topic is not stated")),
        };
        Ok(match word {
            Word::Yes => Some(if self.topic.is_some() { Status::TopicOn } else { Status::Given }),
            Word::No => Some(no),
            Word::Unchanged => None,
        })
    }
}

/// The columns of a statement.
struct Cells<'a> {
    statement: &'a Statement,
    column: Column,
    contact: Option<Column>,
}

impl<'a> Cells<'a> {
    fn of(statement: &'a Statement, table: &Table) -> Result<Self> {
        let contact = statement.contact.as_deref().map(|name| table.column(name)).transpose()?;
        Ok(Self { statement, column: table.column(&statement.column)?, contact })
    }
}

/// Names the event by the place and content of its statement.
fn key(event: &Event, statement: &Statement) -> String {
    let mut hash = Sha256::new_with_prefix("citx preferences 1");
    let at = event.captured_at.as_micros().to_string();
    let own = [Some(statement.column.as_str()), Some(&event.citizen), Some(event.status.as_str()), Some(&at)];
    let rest =
        [&event.purpose, &event.channel, &event.topic, &event.contact, &event.evidence_ref, &event.method, &event.source, &event.notice];
    for text in own.into_iter().chain(rest.map(|text| text.as_deref())) {
        hash.update(text.map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
        hash.update(text.unwrap_or_default());
    }
    let hex = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("preferences:{hex}")
}

fn folded(word: &str) -> String {
    word.trim().to_lowercase()
}

/// The text of a cell; `None` where it is blank.
fn text(column: &Column, row: usize) -> Result<Option<String>> {
    match column.value(row) {
        Value::Null => Ok(None),
        Value::Text(text) => Ok((!text.trim().is_empty()).then_some(text)),
        Value::Boolean(truth) => Ok(Some(truth.to_string())),
        Value::Integer(number) => Ok(Some(number.to_string())),
        other => Err(place(wrong(format!("expected text, found {}", other.type_name())), column, row)),
    }
}

fn instant(column: &Column, row: usize, zone: TimeZone) -> Result<Option<Timestamp>> {
    let outside = || place(Error::new(ErrorKind::OutOfRange, "a date outside the years that can be computed with"), column, row);
    match column.value(row) {
        Value::Null => Ok(None),
        Value::Timestamp(at) => Ok(Some(at)),
        Value::Date(date) => date.midnight(zone).map(Some).ok_or_else(outside),
        Value::Text(text) if text.trim().is_empty() => Ok(None),
        Value::Text(text) => Timestamp::parse(text.trim(), zone)
            .map(Some)
            .map_err(|_| place(wrong("expected a date such as 2026-11-22 or an instant such as 2026-11-22T09:30:00Z"), column, row)),
        other => Err(place(wrong(format!("expected an instant, found {}", other.type_name())), column, row)),
    }
}

fn place(error: Error, column: &Column, row: usize) -> Error {
    error.context(format!("column `{}`, row {}", column.name(), row + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::consent::{ConsentView, Controller, Policy, Purpose, Question, RecordedEvent};

    const MAPPING: &str = r#"
        citizen = "id"
        captured_at = "updated"
        source = "preferences.example"
        notice = "privacy-2026"
        [words]
        yes = ["Yes", "1"]
        no = ["No", "0"]
        unchanged = ["as before"]
        [[statement]]
        column = "news"
        purpose = "newsletter"
        channel = "email"
        contact = "mail"
        [[statement]]
        column = "walks"
        purpose = "newsletter"
        topic = "walks"
        [[statement]]
        column = "survey"
        purpose = "survey"
        no = "objected"
    "#;

    fn mapping() -> PreferenceMapping {
        PreferenceMapping::parse(MAPPING).expect("a mapping")
    }

    fn table(rows: &[[Option<&str>; 6]]) -> Table {
        let names = ["id", "updated", "mail", "news", "walks", "survey"];
        let column = |(at, name): (usize, &str)| Column::text(name, rows.iter().map(|row| row[at]));
        Table::from_columns(names.into_iter().enumerate().map(column)).expect("a table")
    }

    fn events(rows: &[[Option<&str>; 6]]) -> Result<Vec<Event>> {
        mapping().events(&table(rows), &Document::of("export.csv", b"bytes"), None, TimeZone::UTC)
    }

    const FULL: [Option<&str>; 6] = [Some("C-17"), Some("2026-03-01"), Some("c17@example.org"), Some(" yes "), Some("NO"), Some("0")];

    #[test]
    fn each_cell_that_says_something_is_an_event_with_its_evidence() {
        let found = events(&[[Some("C-16"), None, None, None, Some(""), Some("As before")], FULL]).expect("events");
        let said: Vec<_> = found.iter().map(|event| (event.status, event.purpose.as_deref(), event.topic.as_deref())).collect();
        assert_eq!(said[0], (Status::Given, Some("newsletter"), None));
        assert_eq!(said[1], (Status::TopicOff, Some("newsletter"), Some("walks")));
        assert_eq!(said[2], (Status::Objected, Some("survey"), None));
        assert_eq!((found[0].contact.as_deref(), found[1].contact.as_deref()), (Some("c17@example.org"), None));
        assert!(found.iter().all(|event| event.evidence_ref.as_deref().is_some_and(|text| text.ends_with(" row 2"))));
        assert_eq!(found[0].captured_at.to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(found[0].notice.as_deref(), Some("privacy-2026"));
    }

    #[test]
    fn importing_a_file_twice_gives_the_same_keys_and_other_rows_other_keys() {
        let keys = |rows: &[_]| events(rows).expect("events").into_iter().filter_map(|event| event.idempotency_key).collect::<Vec<_>>();
        let found = keys(&[FULL, FULL]);
        assert_eq!(found, keys(&[FULL, FULL]));
        let mut different = found.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), 6);
    }

    #[test]
    fn what_is_not_known_is_an_error_that_names_its_place_and_not_its_value() {
        let place = |cell: usize, value: Option<&'static str>| {
            let mut row = FULL;
            row[cell] = value;
            let error = events(&[FULL, row]).expect_err("an error");
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            error.to_string()
        };
        for (cell, value, column) in [
            (3, Some("perhaps-secret"), "`news`, row 2"),
            (0, None, "`id`, row 2"),
            (1, Some("secret"), "`updated`, row 2"),
            (1, None, "row 2"),
        ] {
            let message = place(cell, value);
            assert!(message.contains(column) && !message.contains("secret"), "{message}");
        }
        assert_eq!(
            mapping()
                .events(&table(&[]), &Document::of("x", b""), Some(Timestamp::from_micros(0)), TimeZone::UTC)
                .map_err(|error| error.kind()),
            Err(ErrorKind::InvalidArgument)
        );
        let no_column = Table::from_columns([Column::text("id", [Some("C-17")])]).expect("a table");
        assert!(mapping().events(&no_column, &Document::of("x", b""), None, TimeZone::UTC).is_err());
    }

    #[test]
    fn a_file_may_be_of_one_instant() {
        let text = MAPPING.replace("captured_at = \"updated\"", "");
        let mapping = PreferenceMapping::parse(&text).expect("a mapping");
        let document = Document::of("export.csv", b"bytes");
        let at = Timestamp::from_micros(5);
        let found = mapping.events(&table(&[FULL]), &document, Some(at), TimeZone::UTC).expect("events");
        assert!(found.len() == 3 && found.iter().all(|event| event.captured_at == at));
        assert!(mapping.events(&table(&[FULL]), &document, None, TimeZone::UTC).is_err());
    }

    #[test]
    fn mappings_with_mistakes_are_refused() {
        for (from, to) in [
            ("yes = [\"Yes\", \"1\"]", "yes = []"),
            ("yes = [\"Yes\", \"1\"]", "yes = [\"yes\", \"NO\"]"),
            ("yes = [\"Yes\", \"1\"]", "yes = [\"yes\", \" \"]"),
            ("no = \"objected\"", "no = \"given\""),
            ("topic = \"walks\"", "topic = \"walks\"\nno = \"refused\""),
            ("citizen = \"id\"", ""),
            ("citizen = \"id\"", "citizen = \"id\"\nclock = \"now\""),
        ] {
            assert!(MAPPING.contains(from));
            let error = PreferenceMapping::parse(&MAPPING.replacen(from, to, 1)).expect_err(to);
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{to}");
        }
        let head = MAPPING.split("[[statement]]").next().expect("a head");
        assert!(PreferenceMapping::parse(head).is_err() && PreferenceMapping::parse(&format!("statement = []\n{head}")).is_err());
    }

    #[test]
    fn the_last_word_decides() {
        let news = Purpose::new("newsletter", "direct_marketing", "consent");
        let controller = Controller::new("Anytown", "public_authority", TimeZone::UTC);
        let policy =
            Policy::builtin("uk-2026").and_then(|policy| policy.with_controller(controller)?.with_purpose(news)).expect("a policy");
        let mut later = FULL;
        (later[1], later[3]) = (Some("2026-04-01"), Some("no"));
        for (rows, rule) in [(vec![FULL], "R13"), (vec![later, FULL], "R07")] {
            let recorded = events(&rows).expect("events").into_iter().zip(1..).map(|(event, id)| RecordedEvent {
                id,
                recorded_at: event.captured_at,
                event,
            });
            let view = ConsentView::from_events(recorded, &policy, Timestamp::from_micros(1_795_000_000_000_000)).expect("a view");
            assert_eq!(view.decide(&Question::new("C-17", "newsletter", "email")).expect("a decision").rule, rule);
        }
    }

    proptest! {
        /// Whatever stands in the cells: events or an error, and a yes only for a word of yes.
        #[test]
        fn only_a_yes_is_a_yes(cell in "\\PC{0,8}", other in prop::sample::select(vec!["yes", "1", "YES ", "no", "0", "as before", ""])) {
            for word in [cell.as_str(), other] {
                let mut row = FULL;
                row[3] = Some(word);
                let given = events(&[row]).is_ok_and(|events| events.iter().any(|event| event.status == Status::Given));
                prop_assert_eq!(given, ["yes", "1"].contains(&word.trim().to_lowercase().as_str()));
            }
        }
    }
}
