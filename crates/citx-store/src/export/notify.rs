//! GOV.UK Notify: a file of recipients for each channel.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use citx_core::Result;
use citx_core::audience::Audience;
use citx_core::table::{Column, Table, Value};

use super::address;
use super::contacts::{Contacts, word};
use super::{handed_out, wrong};
use crate::read::io_error;
use crate::write::{csv_to, is_email, is_mobile, make_folder};

/// Rows that Notify takes in one file (GOV.UK Notify, "Upload a list of recipients": up to 100,000).
const ROWS_PER_FILE: usize = 100_000;

/// How GOV.UK Notify files are written.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct NotifyOptions {
    /// Placeholder and column, such as `name` and `first_name`.
    pub personalisation: Vec<(String, String)>,
    /// Start of the file names: `PREFIX-CHANNEL-K.csv`; the default is `audience`.
    pub prefix: Option<String>,
}

impl NotifyOptions {
    /// No personalisation, and files that begin with `audience`.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the column that fills one more placeholder of the template.
    #[must_use]
    pub fn personalisation(mut self, placeholder: impl Into<String>, column: impl Into<String>) -> Self {
        self.personalisation.push((placeholder.into(), column.into()));
        self
    }

    /// With another start of the file names.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }
}

/// The kinds of message that Notify sends.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Email,
    Text,
    Letter,
}

/// One channel's recipients and those left out.
#[derive(Default)]
struct Batch {
    /// Rows in the population, and the cells of the recipient.
    sent: Vec<(usize, Vec<String>)>,
    /// Rows of the audience, and why.
    not_sent: Vec<(usize, String)>,
}

/// Writes the files that GOV.UK Notify takes as lists of recipients, and returns their paths.
///
/// - `PREFIX-CHANNEL-K.csv`, K from 1, at most 100,000 rows each: `email address` for the channel email, `phone number` for sms,
///   `address line 1` to `address line 7` for post, then a column for each placeholder.
/// - `PREFIX-CHANNEL-not-sent.csv` with key and reason, where a contact detail is missing or not valid or a placeholder would stay
///   empty: Notify refuses a whole list for one such row, and nobody should be dropped unseen.
///
/// Where the audience was chosen by a ledger's view, the ledger records each recipient first: an event `disclosed`.
///
/// Files of these names from an earlier run are replaced or removed, because an old list is no audience any more.
///
/// # Errors
/// `UnknownName` for a column; `InvalidArgument` for a channel that Notify does not have, a channel without contact facts, or a
/// placeholder that is empty, named twice or a column of Notify's own; `Io`, and no file is left then.
pub fn write_notify(audience: &Audience, directory: impl AsRef<Path>, options: &NotifyOptions) -> Result<Vec<PathBuf>> {
    let directory = directory.as_ref();
    let prefix = options.prefix.as_deref().unwrap_or("audience");
    if prefix.is_empty() || prefix.contains(['/', '\\', ':', '\0']) {
        return Err(wrong("the prefix is the start of a file name: not empty, and without `/`, `\\` or `:`"));
    }
    let placeholders = placeholders(audience, &options.personalisation)?;
    let batches = batches(audience, &placeholders)?;
    let mut files: Vec<(PathBuf, Table)> = Vec::new();
    let mut sent: Vec<Vec<(usize, &str)>> = Vec::new();
    for (channel, (kind, batch)) in &batches {
        for (index, part) in batch.sent.chunks(ROWS_PER_FILE).enumerate() {
            let path = directory.join(format!("{prefix}-{channel}-{}.csv", index + 1));
            files.push((path, recipients(*kind, part, &placeholders)?));
            sent.push(part.iter().map(|(row, _)| (*row, channel.as_str())).collect());
        }
        if !batch.not_sent.is_empty() {
            files.push((directory.join(format!("{prefix}-{channel}-not-sent.csv")), not_sent(audience, &batch.not_sent)?));
            sent.push(Vec::new());
        }
    }
    make_folder(directory)?;
    remove_stale(directory, prefix, &files)?;
    for (index, ((path, table), sent)) in files.iter().zip(sent).enumerate() {
        let written = handed_out(path, |file| csv_to(table, file), |digest| audience.disclose(sent, "notify", digest));
        if let Err(error) = written {
            // Part of an audience looks like all of it: better none.
            files.iter().take(index).for_each(|(written, _)| drop(fs::remove_file(written)));
            return Err(error);
        }
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

impl Kind {
    fn of(channel: &str) -> Option<Self> {
        match channel {
            "email" => Some(Self::Email),
            "sms" => Some(Self::Text),
            "post" => Some(Self::Letter),
            _ => None,
        }
    }

    /// The names of Notify's own columns.
    fn headers(self) -> Vec<String> {
        match self {
            Self::Email => vec!["email address".to_owned()],
            Self::Text => vec!["phone number".to_owned()],
            Self::Letter => (1..=address::LINES).map(|line| format!("address line {line}")).collect(),
        }
    }

    /// The cells of those columns, or why the message cannot go there.
    fn recipient(self, parts: &[String]) -> Result<Vec<String>, &'static str> {
        let one = parts.first().map_or("", String::as_str);
        match self {
            Self::Email if one.is_empty() => Err("the e-mail address is missing"),
            Self::Email if !is_email(one) => Err("the e-mail address is not valid"),
            Self::Text if one.is_empty() => Err("the phone number is missing"),
            Self::Text if !is_mobile(one) => Err("the phone number is not a valid mobile number"),
            Self::Email | Self::Text => Ok(vec![one.to_owned()]),
            Self::Letter => address::lines(parts).map(|mut lines| {
                lines.resize(address::LINES, String::new());
                lines
            }),
        }
    }
}

/// A name as Notify compares it: without letter case, blanks, `_` and `-`.
fn notify_name(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && !"_-".contains(*c)).flat_map(char::to_lowercase).collect()
}

/// The columns of the placeholders, named as the placeholders.
fn placeholders(audience: &Audience, personalisation: &[(String, String)]) -> Result<Vec<Column>> {
    let own = [Kind::Email, Kind::Text, Kind::Letter].into_iter().flat_map(Kind::headers).chain(["postcode".to_owned()]);
    let mut taken: Vec<String> = own.map(|name| notify_name(&name)).collect();
    let mut columns = Vec::new();
    for (placeholder, column) in personalisation {
        let name = notify_name(placeholder);
        if name.is_empty() {
            return Err(wrong("personalisation: a placeholder needs a name"));
        }
        if taken.contains(&name) {
            return Err(wrong(format!("personalisation: `{placeholder}` is named twice, or is a column of Notify's own")));
        }
        taken.push(name);
        let column = audience.population().table().column(column).map_err(|error| error.context("personalisation"))?;
        columns.push(column.renamed(placeholder));
    }
    Ok(columns)
}

/// Who is sent to, and who is not, by channel.
fn batches(audience: &Audience, placeholders: &[Column]) -> Result<BTreeMap<String, (Kind, Batch)>> {
    let contacts = Contacts::of(audience)?;
    let channels = audience.allowed().column("channel")?;
    let mut batches: BTreeMap<String, (Kind, Batch)> = BTreeMap::new();
    for (index, &row) in audience.allowed_rows().iter().enumerate() {
        let channel = word(&channels, index);
        let kind = Kind::of(&channel).ok_or_else(|| {
            wrong(format!("GOV.UK Notify has no channel `{channel}`: it sends email, sms and post; export to CSV instead"))
        })?;
        if !contacts.has(&channel) {
            let message = format!("channel `{channel}` needs a fact with the contact detail: name its column with `with_facts`");
            return Err(wrong(message));
        }
        let empty = placeholders.iter().find(|column| matches!(column.value(row), Value::Null) || blank(column, row));
        let (_, batch) = batches.entry(channel.clone()).or_insert_with(|| (kind, Batch::default()));
        match (kind.recipient(&contacts.parts(&channel, row)), empty) {
            (Ok(recipient), None) => batch.sent.push((row, recipient)),
            (Err(reason), _) => batch.not_sent.push((index, reason.to_owned())),
            (Ok(_), Some(column)) => batch.not_sent.push((index, format!("the placeholder `{}` would be empty", column.name()))),
        }
    }
    Ok(batches)
}

fn blank(column: &Column, row: usize) -> bool {
    matches!(column.value(row), Value::Text(text) if text.trim().is_empty())
}

fn recipients(kind: Kind, rows: &[(usize, Vec<String>)], placeholders: &[Column]) -> Result<Table> {
    let own = kind.headers().into_iter().enumerate().map(|(index, header)| {
        Ok(Column::text(header, rows.iter().map(|(_, recipient)| recipient.get(index).filter(|cell| !cell.is_empty()))))
    });
    // Taken with their types: a number is written as one, and never takes a minus for a formula.
    let population_rows: Vec<usize> = rows.iter().map(|(row, _)| *row).collect();
    let personal = placeholders.iter().map(|column| column.take(&population_rows));
    Table::from_columns(own.chain(personal).collect::<Result<Vec<_>>>()?)
}

fn not_sent(audience: &Audience, rows: &[(usize, String)]) -> Result<Table> {
    let indices: Vec<usize> = rows.iter().map(|(index, _)| *index).collect();
    let keys = audience.allowed().column("key")?.take(&indices)?;
    Table::from_columns([keys, Column::text("reason", rows.iter().map(|(_, reason)| Some(reason)))])
}

/// Removes what an earlier run wrote under the same prefix and this one does not.
fn remove_stale(directory: &Path, prefix: &str, files: &[(PathBuf, Table)]) -> Result<()> {
    for entry in fs::read_dir(directory).map_err(|error| io_error(directory, error))? {
        let path = entry.map_err(|error| io_error(directory, error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let rest = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-')?.strip_suffix(".csv"));
        let ours = rest.and_then(|rest| rest.split_once('-')).is_some_and(|(channel, part)| {
            let numbered = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            Kind::of(channel).is_some() && (numbered || part == "not-sent")
        });
        if ours && !files.iter().any(|(file, _)| *file == path) {
            fs::remove_file(&path).map_err(|error| io_error(&path, error))?;
        }
    }
    Ok(())
}
