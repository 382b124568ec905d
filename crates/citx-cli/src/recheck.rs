//! A contact list, decided again just before it is sent.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use citx::consent::{Outcome, Verdict};
use citx::{Bitmap, Column, Error, ErrorKind, Policy, Population, Result, Run, Table, Value};
use serde::Serialize;

use crate::project::AudienceSection;
use crate::{Project, consent_import, flow, text};

/// How a list is rechecked.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RecheckOptions {
    /// The audience that the list is of; the name of the file says it where this is left out.
    pub audience: Option<String>,
    /// Where to write the list without those who must not be contacted.
    pub out: Option<PathBuf>,
}

/// Who must be taken out of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Recheck {
    /// The audience.
    pub audience: String,
    /// The purpose of the message.
    pub purpose: String,
    /// The instant decided for.
    pub as_of: String,
    /// The policy that decided.
    pub policy: String,
    /// Rows of the list.
    pub rows: u64,
    /// Rows that may stay.
    pub kept: u64,
    /// When the first of these must be decided again; `None`: nothing changes within 400 days unless somebody does something.
    pub expires_at: Option<String>,
    /// The others.
    pub removed: Vec<Removed>,
    /// Where the rows that may stay were written.
    pub file: Option<String>,
}

/// A row that must not be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Removed {
    /// Its number in the list, from 1.
    pub row: u64,
    /// The citizen's key, if the list has keys.
    pub key: Option<String>,
    /// The channel.
    pub channel: String,
    /// The rule that refuses; `None` if the list does not fit the citizens any more.
    pub rule: Option<String>,
    /// Why.
    pub reason: String,
}

/// Decides about everyone in the list `file` again, by the project's citizens and ledger as they are for `as_of`.
///
/// A list with keys is matched by key, and a contact point that is not the citizen's any more is taken out. A list for GOV.UK Notify has none:
/// each row stands for the citizens who have its contact point, of these for the audience's members, of these for those whom its
/// personalisation fits; it stays if all of them may be contacted.
///
/// # Errors
/// As [`Project::read`]; `InvalidArgument` for a file that is no contact list, or whose audience is not known; `Io`.
pub fn recheck(project: impl AsRef<Path>, file: impl AsRef<Path>, as_of: &str, options: &RecheckOptions, run: &Run) -> Result<Recheck> {
    let (project, file) = (Project::read(project)?, file.as_ref());
    let context = flow::context(as_of, &project)?;
    let list = List::read(file)?;
    let section = section(&project, file, options.audience.as_deref())?;
    let policy = flow::policy(&project)?;
    let view = consent_import::ledger(&project, &policy)?.as_of(context.as_of, None)?;
    let view = section.quiet_hours.iter().try_fold(view, |view, quiet| view.with_quiet_hours(quiet.clone()))?;
    let (people, book) = (flow::people(&project)?, flow::book(&project)?);
    let outside = flow::Outside::new(&project, Some(view.clone()))?;
    let people = outside.people(&project, people, &context, run)?;
    let segment = flow::membership(&book, &people, &context, &outside, run)?.segment(&section.segment)?;
    let meant = Meant::new(&list, &people, &policy, segment.bitmap(), &section.personalisation)?;
    let mut found = vec![None; list.rows.len()];
    let mut expires_at = None;
    for channel in list.channels() {
        let mut asked = Bitmap::zeros(people.len());
        let of_channel: Vec<usize> = (0..list.rows.len()).filter(|row| list.channel(*row) == channel).collect();
        let citizens: Vec<Result<Vec<usize>, &str>> = of_channel.iter().map(|row| meant.citizens(*row)).collect();
        citizens.iter().flatten().flatten().for_each(|citizen| asked.set(*citizen));
        let verdicts = view.decide_many(&people, &asked, &section.purpose, channel, segment.columns_used(), run)?;
        let verdicts: HashMap<usize, Verdict> = verdicts.iter().map(|verdict| (verdict.row, verdict)).collect();
        let mut kept: Vec<Verdict> = Vec::new();
        for (row, citizens) in of_channel.iter().zip(citizens) {
            let refused = match &citizens {
                Err(reason) => Some((None, (*reason).to_owned())),
                Ok(citizens) => {
                    let of_row: Vec<Verdict> = citizens.iter().filter_map(|citizen| verdicts.get(citizen).copied()).collect();
                    let refused = of_row.iter().find(|verdict| verdict.outcome != Outcome::Allow);
                    if refused.is_none() {
                        kept.extend(&of_row);
                    }
                    refused.map(|verdict| {
                        let rule = policy.rules().get(verdict.rule).map(|rule| rule.id.clone());
                        (rule, view.reason(verdict, &people, segment.columns_used()))
                    })
                }
            };
            if let (Some((rule, reason)), Some(place)) = (refused, found.get_mut(*row)) {
                *place = Some(Removed { row: *row as u64 + 1, key: list.key(*row), channel: channel.to_owned(), rule, reason });
            }
        }
        kept.sort_by_key(|verdict| verdict.row);
        kept.dedup_by_key(|verdict| verdict.row);
        let change = view.first_change(&people, &kept, (&section.purpose, channel), segment.columns_used(), run)?;
        expires_at = expires_at.into_iter().chain(change).min();
    }
    let stays: Vec<usize> = found.iter().enumerate().filter(|(_, removed)| removed.is_none()).map(|(row, _)| row).collect();
    if let Some(out) = &options.out {
        list.write(&stays, out)?;
    }
    Ok(Recheck {
        audience: section.name.clone(),
        purpose: section.purpose.clone(),
        as_of: context.as_of.to_string(),
        policy: policy.id(),
        rows: list.rows.len() as u64,
        kept: stays.len() as u64,
        expires_at: expires_at.map(|at| at.to_string()),
        removed: found.into_iter().flatten().collect(),
        file: options.out.as_ref().map(|out| out.display().to_string()),
    })
}

/// The audience named, or the one that the file's name begins with: `audience-NAME.csv`, `audience-NAME-CHANNEL-K.csv`.
fn section<'a>(project: &'a Project, file: &Path, name: Option<&str>) -> Result<&'a AudienceSection> {
    let audiences = project.audiences.iter();
    let known = || project.audiences.iter().map(|audience| audience.name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(name) = name {
        let found = project.audiences.iter().find(|audience| audience.name == name);
        return found.ok_or_else(|| Error::new(ErrorKind::UnknownName, format!("there is no audience `{name}`; there are: {}", known())));
    }
    let stem = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let rest = stem.strip_prefix("audience-").unwrap_or_default();
    let begins = |audience: &&AudienceSection| {
        rest.strip_prefix(audience.name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    audiences
        .filter(begins)
        .max_by_key(|audience| audience.name.len())
        .ok_or_else(|| wrong(format!("the file's name does not say which audience it is of; name it with --audience: {}", known())))
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

/// A contact list as it lies in its file.
struct List {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    form: Form,
    /// The table, if the file is Parquet.
    parquet: Option<Table>,
}

/// Which columns say whom a row is for.
enum Form {
    /// `key`, `channel` and perhaps `contact`.
    Keys { key: usize, channel: usize, contact: Option<usize> },
    /// One channel of GOV.UK Notify, and the columns of its contact point.
    Notify { channel: &'static str, contact: Vec<usize> },
}

impl List {
    fn read(path: &Path) -> Result<Self> {
        let named = |error: Error| error.context(path.display().to_string());
        let is_parquet = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
        let (names, rows, parquet) = if is_parquet {
            let table = citx::read_table(path, &["key", "contact"], &citx::ReadOptions::default())?;
            let columns: Vec<Column> = table.columns().collect();
            let row = |row: usize| columns.iter().map(|column| text::cell(&column.value(row))).collect();
            let names = table.column_names().into_iter().map(str::to_owned).collect();
            (names, (0..table.num_rows()).map(row).collect(), Some(table))
        } else {
            let (names, rows) = read_csv(path).map_err(named)?;
            (names, rows, None)
        };
        let form = Form::of(&names).map_err(named)?;
        Ok(Self { names, rows, form, parquet })
    }

    fn cell(&self, row: usize, column: usize) -> &str {
        self.rows.get(row).and_then(|cells| cells.get(column)).map_or("", String::as_str)
    }

    fn key(&self, row: usize) -> Option<String> {
        if let Form::Keys { key, .. } = self.form { Some(unquoted(self.cell(row, key)).to_owned()) } else { None }
    }

    fn channel(&self, row: usize) -> &str {
        match &self.form {
            Form::Keys { channel, .. } => self.cell(row, *channel),
            Form::Notify { channel, .. } => channel,
        }
    }

    fn channels(&self) -> Vec<&str> {
        let mut channels: Vec<&str> = (0..self.rows.len()).map(|row| self.channel(row)).collect();
        channels.sort_unstable();
        channels.dedup();
        channels
    }

    /// The contact point of a row, as it is written.
    fn contact(&self, row: usize) -> Option<String> {
        let columns = match &self.form {
            Form::Keys { contact, .. } => contact.as_slice(),
            Form::Notify { contact, .. } => contact,
        };
        let parts: Vec<&str> =
            columns.iter().map(|column| unquoted(self.cell(row, *column)).trim()).filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// Writes the rows that stay, in the form of the file.
    fn write(&self, stays: &[usize], path: &Path) -> Result<()> {
        if let Some(table) = &self.parquet {
            let columns = table.columns().map(|column| column.take(stays)).collect::<Result<Vec<Column>>>()?;
            return citx::write_parquet(&Table::from_columns(columns)?, path);
        }
        let failed = |error: csv::Error| {
            Error::new(ErrorKind::Io, "the list cannot be written").context(path.display().to_string()).caused_by(error)
        };
        let partial = path.with_extension("partial");
        let mut writer = csv::Writer::from_path(&partial).map_err(failed)?;
        writer.write_record(&self.names).map_err(failed)?;
        for row in stays.iter().filter_map(|row| self.rows.get(*row)) {
            writer.write_record(row).map_err(failed)?;
        }
        writer.flush().map_err(|error| failed(error.into()))?;
        std::fs::rename(&partial, path).map_err(|error| failed(error.into()))
    }
}

fn read_csv(path: &Path) -> Result<(Vec<String>, Vec<Vec<String>>)> {
    // What the reader says of a bad row may hold its cells.
    let failed = |error: csv::Error| match error.position() {
        Some(place) if !error.is_io_error() => {
            wrong(format!("line {}: the row is not UTF-8 text with as many cells as the first", place.line()))
        }
        _ => Error::new(ErrorKind::Io, "the list cannot be read").caused_by(error),
    };
    let mut reader = csv::Reader::from_path(path).map_err(failed)?;
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<String>>();
    let mut names = cells(reader.headers().map_err(failed)?);
    if let Some(first) = names.first_mut() {
        *first = first.trim_start_matches('\u{feff}').to_owned();
    }
    let rows = reader.records().map(|record| record.map(|record| cells(&record)).map_err(failed)).collect::<Result<_>>()?;
    Ok((names, rows))
}

impl Form {
    fn of(names: &[String]) -> Result<Self> {
        let find = |name: &str| names.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
        if let (Some(key), Some(channel)) = (find("key"), find("channel")) {
            return Ok(Self::Keys { key, channel, contact: find("contact") });
        }
        let lines: Vec<usize> = (1..=7).filter_map(|line| find(&format!("address line {line}"))).collect();
        match (find("email address"), find("phone number"), lines.is_empty()) {
            (Some(email), None, true) => Ok(Self::Notify { channel: "email", contact: vec![email] }),
            (None, Some(phone), true) => Ok(Self::Notify { channel: "sms", contact: vec![phone] }),
            (None, None, false) => Ok(Self::Notify { channel: "post", contact: lines }),
            _ => Err(wrong("a contact list has the columns `key` and `channel`, or those of one channel of GOV.UK Notify")),
        }
    }
}

/// A cell without the mark that keeps a spreadsheet from running it.
fn unquoted(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])).unwrap_or(cell)
}

/// Whom each row is for.
struct Meant<'a> {
    list: &'a List,
    people: &'a Population,
    policy: &'a Policy,
    members: &'a Bitmap,
    /// The contact points of everyone, by channel.
    points: HashMap<String, Vec<Option<String>>>,
    /// The citizens of a contact point, where rows have no key.
    by_point: HashMap<String, Vec<usize>>,
    /// Columns of the list, and what they are filled from.
    personal: Vec<(usize, Column)>,
}

const NOBODY: &str = "no citizen of the project has this key";
const NO_OWNER: &str = "no citizen of the project has this contact point";
const MOVED: &str = "the contact point is not the citizen's any more";

impl<'a> Meant<'a> {
    fn new(
        list: &'a List,
        people: &'a Population,
        policy: &'a Policy,
        members: &'a Bitmap,
        personalisation: &[(String, String)],
    ) -> Result<Self> {
        let points = list.channels().into_iter().map(|channel| Ok((channel.to_owned(), policy.contact_points(people, channel)?)));
        let points: HashMap<String, Vec<Option<String>>> = points.collect::<Result<_>>()?;
        let mut by_point: HashMap<String, Vec<usize>> = HashMap::new();
        let mut personal = Vec::new();
        if let Form::Notify { channel, .. } = list.form {
            for (row, point) in points.get(channel).into_iter().flatten().enumerate() {
                if let Some(point) = point {
                    by_point.entry(point.clone()).or_default().push(row);
                }
            }
            for (placeholder, column) in personalisation {
                if let Some(place) = list.names.iter().position(|name| name == placeholder) {
                    personal.push((place, people.table().column(column)?));
                }
            }
        }
        Ok(Self { list, people, policy, members, points, by_point, personal })
    }

    /// The citizens whom the row may be for, all of whom must be allowed; or why it is for nobody.
    fn citizens(&self, row: usize) -> Result<Vec<usize>, &'static str> {
        let contact = self.list.contact(row).map(|contact| self.policy.normal_contact(&contact));
        let Some(key) = self.list.key(row) else {
            let owners = contact.and_then(|contact| self.by_point.get(&contact)).ok_or(NO_OWNER)?;
            let members = narrowed(owners.clone(), |citizen| self.members.get(citizen));
            return Ok(narrowed(members, |citizen| self.fits(row, citizen)));
        };
        let citizen = self.people.find(&key).ok_or(NOBODY)?;
        let own = self.points.get(self.list.channel(row)).and_then(|points| points.get(citizen)).cloned().flatten();
        if contact.is_some() && contact != own { Err(MOVED) } else { Ok(vec![citizen]) }
    }

    /// Whether the row is personalised as it would be for the citizen.
    fn fits(&self, row: usize, citizen: usize) -> bool {
        self.personal.iter().all(|(place, column)| match column.value(citizen) {
            Value::Float(_) => true,
            value => text::cell(&value).trim() == unquoted(self.list.cell(row, *place)).trim(),
        })
    }
}

/// Those who fit; all of them if none does.
fn narrowed(all: Vec<usize>, fits: impl Fn(usize) -> bool) -> Vec<usize> {
    let some: Vec<usize> = all.iter().copied().filter(|citizen| fits(*citizen)).collect();
    if some.is_empty() { all } else { some }
}
