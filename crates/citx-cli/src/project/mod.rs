//! The project file: what `citx run` needs to know, as data. `docs/project-file.md` describes every key.

mod fields;
mod parse;
mod survey;
mod tsm;

use std::path::{Path, PathBuf};

use citx::{FactColumns, FeatureOptions, FrequencyCap, OnError, Purpose, QuietHours, ReadOptions, Result, SegmentDefinition, TimeZone};

use crate::Problem;
pub use survey::{
    CompareGroupsSection, CompareSection, CountsColumns, DriversSection, FigureKind, FigureSection, ProtectSection, Replicates,
    SurveySection, WeightingSection,
};
pub use tsm::{ManagementSection, TsmPartSection, TsmSection};

/// A project file, read and found to be well formed. What it names (files, columns, segments) is looked at by [`Project::check`] and
/// by the run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Project {
    /// The file itself.
    pub path: PathBuf,
    /// The folder to which its paths are relative.
    pub folder: PathBuf,
    /// The zone in which days begin: the controller's, or UTC.
    pub time_zone: TimeZone,
    /// Who the citizens are.
    pub citizens: Option<CitizensSection>,
    /// Whose project it is.
    pub controller: Option<ControllerSection>,
    /// By which policy and ledger contact is decided.
    pub consent: Option<ConsentSection>,
    /// What people are contacted for.
    pub purposes: Vec<Purpose>,
    /// The segments' rules.
    pub segments: Vec<SegmentDefinition>,
    /// What happened to citizens, for rules that ask.
    pub events: Option<EventsSection>,
    /// Places that rules name.
    pub place_sets: Vec<PlacesSection>,
    /// Whom to contact.
    pub audiences: Vec<AudienceSection>,
    /// What was asked.
    pub survey: Option<SurveySection>,
    /// A landlord's return.
    pub tsm: Option<TsmSection>,
    /// What was tried.
    pub uplifts: Vec<UpliftSection>,
    /// Where the results go.
    pub output: OutputSection,
    /// Where its keys stand in the file.
    places: fields::Places,
}

/// A file to be read as a table.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SourceFile {
    /// The path as written.
    pub name: String,
    /// The path from here.
    pub path: PathBuf,
    /// How it is read.
    pub options: ReadOptions,
}

/// `[citizens]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CitizensSection {
    /// The table of citizens.
    pub source: SourceFile,
    /// The column of the key.
    pub key: String,
    /// `[citizens.facts]`.
    pub facts: FactColumns,
}

/// `[events]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct EventsSection {
    /// The table of events.
    pub source: SourceFile,
    /// Column of the citizen's key.
    pub citizen: String,
    /// Column of what happened.
    pub kind: String,
    /// Column of when.
    pub at: String,
    /// Column of the channel.
    pub channel: Option<String>,
    /// Column of how much.
    pub value: Option<String>,
    /// What becomes columns of the citizens.
    pub features: Option<FeatureOptions>,
}

/// `[places.NAME]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct PlacesSection {
    /// Its name.
    pub name: String,
    /// The table of places.
    pub source: SourceFile,
    /// Column of the degrees north.
    pub lat: String,
    /// Column of the degrees east.
    pub lon: String,
}

/// `[controller]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ControllerSection {
    /// The body's name.
    pub name: String,
    /// Its kind, such as `public_authority`.
    pub kind: String,
}

/// `[consent]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ConsentSection {
    /// The name of a policy that ships with citx, or the path of one's own.
    pub policy: String,
    /// The ledger's path or address; `None` is one that lives for the run only.
    pub ledger: Option<PathBuf>,
    /// Events to append, once.
    pub import: Option<SourceFile>,
    /// Quiet hours that the body adds to the policy's.
    pub quiet_hours: Vec<QuietHours>,
    /// Caps that the body adds to the policy's.
    pub caps: Vec<FrequencyCap>,
    /// Whether the records are made up, which every page and file made from them then says.
    pub generated: bool,
}

/// `[audience.NAME]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AudienceSection {
    /// Its name.
    pub name: String,
    /// The segment it is of.
    pub segment: String,
    /// The purpose of the message.
    pub purpose: String,
    /// The channels, in order.
    pub channels: Vec<String>,
    /// Whether the citizen's preferred channel is tried first.
    pub prefer_citizen: bool,
    /// One message for each household at most.
    pub one_per_household: bool,
    /// How it is written.
    pub export: Export,
    /// Notify's placeholders and the columns that fill them.
    pub personalisation: Vec<(String, String)>,
    /// What Customer Match takes beside contact points, and the columns that fill it.
    pub columns: Vec<(String, String)>,
    /// How often a citizen may be contacted, counted from `[events]`.
    pub cap: Option<CapSection>,
    /// Hours in which the message waits.
    pub quiet_hours: Option<QuietHours>,
    /// The share of those allowed who are held out.
    pub holdout: f64,
    /// The seed of the draw that holds out.
    pub seed: u64,
}

/// `cap` of an audience.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CapSection {
    /// How many contacts there may be.
    pub at_most: u32,
    /// In any stretch of so many days.
    pub days: u32,
    /// The kinds of event that are contacts; empty: all.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// The channels whose contacts count together, and which it holds for; empty: all.
    #[serde(default)]
    pub channels: Vec<String>,
}

/// How an audience is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Export {
    /// `audience-NAME.csv`.
    #[default]
    Csv,
    /// `audience-NAME-CHANNEL-K.csv` for GOV.UK Notify.
    Notify,
    /// `audience-NAME.parquet`.
    Parquet,
    /// `audience-NAME.csv` for Google Customer Match.
    CustomerMatch,
}

/// `[uplift.NAME]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct UpliftSection {
    /// Its name.
    pub name: String,
    /// The table of outcomes; `None`: the citizens, with a column for each segment.
    pub source: Option<SourceFile>,
    /// Column of the arm.
    pub arm: String,
    /// The arm that was left alone.
    pub control: String,
    /// Column of the outcome.
    pub outcome: String,
    /// Column of what was randomised.
    pub cluster: Option<String>,
    /// Column to break down by.
    pub by: Option<String>,
    /// Level of the intervals.
    pub level: Option<f64>,
}

/// `[output]`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OutputSection {
    /// The folder of the results.
    pub folder: PathBuf,
    /// The report's file name.
    pub report: String,
    /// The report's title.
    pub title: String,
}

impl Project {
    /// Reads a project file.
    ///
    /// # Errors
    /// `Io`; `InvalidArgument` or `UnknownName` naming line and column of the first problem, and how many more there are.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        Self::read_noting(path.as_ref())?.map_err(|problems| Problem::first_of(&problems, path.as_ref()))
    }

    /// Reads a project file, and gives back every problem of its form.
    pub(crate) fn read_noting(path: &Path) -> Result<Result<Self, Vec<Problem>>> {
        let text = std::fs::read(path).map_err(|error| {
            let kind = if error.kind() == std::io::ErrorKind::NotFound {
                "there is no such project file"
            } else {
                "the project file cannot be read"
            };
            citx::Error::new(citx::ErrorKind::Io, kind).context(path.display().to_string()).caused_by(error)
        })?;
        let Ok(text) = String::from_utf8(text) else {
            let message = "a project file is UTF-8 text; this one is not".to_owned();
            return Ok(Err(vec![Problem { kind: citx::ErrorKind::InvalidArgument, line: None, column: None, message }]));
        };
        Ok(parse::project(path, text.strip_prefix('\u{feff}').unwrap_or(&text)))
    }

    /// Line and column of a key, or of the nearest table around it.
    pub(crate) fn place(&self, key: &str) -> Option<(usize, usize)> {
        let mut key = Some(key);
        while let Some(path) = key {
            if let Some(place) = self.places.get(path) {
                return Some(*place);
            }
            key = path.rsplit_once('.').map(|(table, _)| table);
        }
        None
    }

    /// How the citizens' file and the others are called, for the report: what it is and the path as written.
    pub(crate) fn sources(&self) -> Vec<(&'static str, String)> {
        let consent = self.consent.as_ref().and_then(|consent| consent.import.as_ref());
        let mut sources = Vec::new();
        let mut add = |what, source: Option<&SourceFile>| sources.extend(source.map(|source| (what, source.name.clone())));
        add("Citizens", self.citizens.as_ref().map(|citizens| &citizens.source));
        add("Consent events", consent);
        add("Events", self.events.as_ref().map(|events| &events.source));
        for places in &self.place_sets {
            add("Places", Some(&places.source));
        }
        add("Survey", self.survey.as_ref().map(|survey| &survey.source));
        let compare = self.survey.as_ref().and_then(|survey| survey.compare.as_ref());
        add("Earlier survey", compare.map(|compare| &compare.before.source));
        if let Some(tsm) = &self.tsm {
            add("Regulator's data set", tsm.release.as_ref());
            tsm.parts.iter().for_each(|part| add("Tenants' survey", Some(&part.survey.source)));
            add("Management figures", tsm.management.as_ref().map(|management| &management.source));
        }
        for uplift in &self.uplifts {
            add("Campaign outcomes", uplift.source.as_ref());
        }
        sources
    }
}

impl SourceFile {
    /// A file named from here, read with defaults.
    pub(crate) fn at(path: &Path) -> Self {
        Self::new(path.display().to_string(), Path::new(""), Vec::new())
    }

    fn new(name: String, folder: &Path, types: Vec<(String, String)>) -> Self {
        let path = folder.join(&name);
        let mut options = ReadOptions::default();
        options.types = types;
        options.on_error = OnError::Fail;
        Self { name, path, options }
    }
}
