//! The flow from a project's files to what the engine makes of them, one step at a time. The run, the check and every command take
//! the same steps.

use std::path::Path;

use citx::audience::Audience;
use citx::rules::Context;
use citx::{
    AudienceOptions, Cap, Column, ConsentLedger, ConsentView, Controller, ErrorKind, EventColumns, Events, FrequencyCap, LedgerOptions,
    Membership, Policy, Population, Purpose, QuietHours, Result, Run, SegmentBook, Sources, Table, Timestamp, UpliftOptions, Value,
};

use crate::project::{AudienceSection, PlacesSection, Project, UpliftSection};

/// The instant that `text` means: a date, an instant, or `now`, the only place where a clock is read.
pub(crate) fn instant(text: &str, project: &Project) -> Result<Timestamp> {
    if text == "now" {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        return Ok(Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)));
    }
    Timestamp::parse(text, project.time_zone).map_err(|error| error.context("as_of"))
}

pub(crate) fn context(text: &str, project: &Project) -> Result<Context> {
    Ok(Context { as_of: instant(text, project)?, time_zone: project.time_zone })
}

/// The error for a section that a command needs and the project does not have.
pub(crate) fn lacks(project: &Project, section: &str) -> citx::Error {
    citx::Error::new(ErrorKind::InvalidArgument, format!("the project has no section [{section}], which this needs"))
        .context(project.path.display().to_string())
}

/// The citizens, knowing which columns are facts.
pub(crate) fn people(project: &Project) -> Result<Population> {
    let section = project.citizens.as_ref().ok_or_else(|| lacks(project, "citizens"))?;
    let people = citx::read_population(&section.source.path, &section.key, &section.source.options)?;
    people.with_facts(section.facts.clone()).map_err(|error| error.context("[citizens.facts]"))
}

pub(crate) fn book(project: &Project) -> Result<SegmentBook> {
    if project.segments.is_empty() {
        return Err(lacks(project, "segments"));
    }
    let book = SegmentBook::new(project.segments.iter().cloned()).map_err(|error| error.context("[segments]"))?;
    with_places(book, &places(project)?)
}

/// Sets of places by name: degrees north and east.
pub(crate) type PlaceSets = Vec<(String, Vec<(f64, f64)>)>;

/// The named places of `[places.NAME]`.
pub(crate) fn places(project: &Project) -> Result<PlaceSets> {
    project.place_sets.iter().map(|section| Ok((section.name.clone(), coordinates(section)?))).collect()
}

pub(crate) fn with_places(book: SegmentBook, places: &[(String, Vec<(f64, f64)>)]) -> Result<SegmentBook> {
    places.iter().try_fold(book, |book, (name, places)| {
        book.with_places(name, places.iter().copied()).map_err(|error| error.context(format!("[places.{name}]")))
    })
}

fn coordinates(section: &PlacesSection) -> Result<Vec<(f64, f64)>> {
    let within = |error: citx::Error| error.context(format!("[places.{}]", section.name));
    let table = citx::read_table(&section.source.path, &[], &section.source.options)?;
    let degrees = |name: &str| {
        let column = table.column(name)?;
        let degrees = column.values().enumerate().map(|(row, value)| match value {
            Value::Float(degrees) => Ok(degrees),
            Value::Integer(degrees) => Ok(degrees as f64),
            _ => Err(citx::Error::new(ErrorKind::InvalidArgument, format!("column `{name}`, row {}: expected degrees, a number", row + 1))),
        });
        degrees.collect::<Result<Vec<f64>>>()
    };
    let (lats, lons) = (degrees(&section.lat).map_err(within)?, degrees(&section.lon).map_err(within)?);
    Ok(lats.into_iter().zip(lons).collect())
}

/// What happened to citizens, if the project says.
pub(crate) fn events(project: &Project) -> Result<Option<Events>> {
    let Some(section) = &project.events else { return Ok(None) };
    let table = citx::read_table(&section.source.path, &[&section.citizen], &section.source.options)?;
    let mut columns = EventColumns::new(&section.citizen, &section.kind, &section.at).time_zone(project.time_zone);
    columns.channel.clone_from(&section.channel);
    columns.value.clone_from(&section.value);
    Events::from_table(&table, &columns).map(Some).map_err(|error| error.context("[events]"))
}

/// Whether a rule asks who may be contacted, so that consent is needed before segments are evaluated.
pub(crate) fn asks_consent(project: &Project) -> bool {
    project.segments.iter().any(|segment| segment.rule.to_ascii_lowercase().contains("may_contact"))
}

/// What rules read beside the citizens' table.
pub(crate) struct Outside {
    events: Option<Events>,
    view: Option<ConsentView>,
}

impl Outside {
    pub(crate) fn new(project: &Project, view: Option<ConsentView>) -> Result<Self> {
        Ok(Self { events: events(project)?, view })
    }

    /// The citizens with the features of their events that the project asks for.
    pub(crate) fn people(&self, project: &Project, people: Population, context: &Context, run: &Run) -> Result<Population> {
        let options = project.events.as_ref().and_then(|section| section.features.as_ref());
        let (Some(events), Some(options)) = (&self.events, options) else { return Ok(people) };
        let features = || {
            let features = events.features(&people, context, options, run)?;
            let own = |name: &&str| *name != people.key_name() && people.schema().find(name).is_some();
            match features.column_names().into_iter().find(own) {
                Some(name) => {
                    let message = format!(
                        "a feature would take the place of the citizens' own column `{name}`; rename that, or leave the feature out"
                    );
                    Err(citx::Error::new(ErrorKind::InvalidArgument, message))
                }
                None => people.with_features(&features),
            }
        };
        features().map_err(|error| error.context("[events]"))
    }

    pub(crate) fn into_events(self) -> Option<Events> {
        self.events
    }

    pub(crate) fn sources(&self) -> Sources<'_> {
        let mut sources = Sources::new();
        if let Some(events) = &self.events {
            sources = sources.events(events);
        }
        match &self.view {
            Some(view) => sources.view(view),
            None => sources,
        }
    }
}

/// Who is in which segment, with the project's events and consent.
pub(crate) fn membership(book: &SegmentBook, people: &Population, context: &Context, outside: &Outside, run: &Run) -> Result<Membership> {
    book.evaluate_with(people, context, &outside.sources(), run).map_err(|error| error.context("[segments]"))
}

/// The policy, made the body's own by its controller and its purposes.
pub(crate) fn policy(project: &Project) -> Result<Policy> {
    with_purposes(project, controllers_policy(project)?)
}

/// Another policy, made the body's own in the same way.
pub(crate) fn own_policy(project: &Project, name: &str) -> Result<Policy> {
    with_purposes(project, controlled(project, named_policy(name, Path::new(""))?)?)
}

fn with_purposes(project: &Project, policy: Policy) -> Result<Policy> {
    project.purposes.iter().try_fold(policy, |policy, purpose| with_purpose(&policy, purpose))
}

pub(crate) fn with_purpose(policy: &Policy, purpose: &Purpose) -> Result<Policy> {
    policy.with_purpose(purpose.clone()).map_err(|error| error.context(format!("[purpose.{}]", purpose.name)))
}

/// The policy with its controller, quiet hours and caps, and no purposes yet.
pub(crate) fn controllers_policy(project: &Project) -> Result<Policy> {
    let consent = project.consent.as_ref().ok_or_else(|| lacks(project, "consent"))?;
    let policy = named_policy(&consent.policy, &project.folder);
    controlled(project, policy.map_err(|error| error.context("[consent] policy"))?)
}

fn controlled(project: &Project, policy: Policy) -> Result<Policy> {
    let controller = project.controller.as_ref().ok_or_else(|| lacks(project, "controller"))?;
    let controller = Controller::new(&controller.name, &controller.kind, project.time_zone);
    let policy = policy.with_controller(controller).map_err(|error| error.context("[controller]"))?;
    let Some(consent) = &project.consent else { return Ok(policy) };
    let quiet = |policy: Policy, hours: &QuietHours| policy.with_quiet_hours(hours.clone());
    let policy = consent.quiet_hours.iter().try_fold(policy, quiet).map_err(|error| error.context("[consent] quiet_hours"))?;
    let capped = |policy: Policy, cap: &FrequencyCap| policy.with_frequency_cap(cap.clone());
    consent.caps.iter().try_fold(policy, capped).map_err(|error| error.context("[consent] cap"))
}

/// A policy by its name, or by its file in `folder`.
pub(crate) fn named_policy(name: &str, folder: &Path) -> Result<Policy> {
    if is_file(name) { citx::read_policy(folder.join(name)) } else { Policy::builtin(name) }
}

/// A name that ends in `.toml` is a file of one's own.
pub(crate) fn is_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

/// The project's ledger; a new one is made unless it is only read.
pub(crate) fn ledger(project: &Project, policy: &Policy, read_only: bool) -> Result<ConsentLedger> {
    let consent = project.consent.as_ref().ok_or_else(|| lacks(project, "consent"))?;
    let mut options = LedgerOptions::default();
    options.read_only = read_only;
    match &consent.ledger {
        None => ConsentLedger::open(":memory:", policy, &LedgerOptions::default()),
        Some(path) => {
            if let Some(folder) = path.parent().filter(|_| !read_only && !ConsentLedger::is_address(path)) {
                std::fs::create_dir_all(folder).map_err(|error| {
                    citx::Error::new(ErrorKind::Io, "the ledger's folder cannot be made")
                        .context(folder.display().to_string())
                        .caused_by(error)
                })?;
            }
            ConsentLedger::open(path, policy, &options)
        }
    }
}

pub(crate) fn audience(
    membership: &Membership,
    view: &ConsentView,
    events: Option<&Events>,
    section: &AudienceSection,
    run: &Run,
) -> Result<Audience> {
    let within = |error: citx::Error| error.context(format!("[audience.{}]", section.name));
    let mut options = AudienceOptions::new(&section.purpose, section.channels.iter().cloned())
        .prefer_citizen(section.prefer_citizen)
        .one_per_household(section.one_per_household)
        .holdout(section.holdout, section.seed);
    options.quiet_hours.clone_from(&section.quiet_hours);
    if let Some(cap) = &section.cap {
        let events = events.ok_or_else(|| within(citx::Error::new(ErrorKind::InvalidArgument, "a cap needs contacts to count")))?;
        options = options.cap(Cap::new(cap.at_most, cap.days, events.clone()).kinds(cap.kinds.clone()).channels(cap.channels.clone()));
    }
    membership.segment(&section.segment).and_then(|segment| segment.audience(view, &options, run)).map_err(within)
}

/// What a campaign changed, and what share of each arm did what it was about.
pub(crate) fn uplift(section: &UpliftSection, membership: Option<&Membership>, people: Option<&Population>, run: &Run) -> Result<Table> {
    run.check()?;
    let within = |error: citx::Error| error.context(format!("[uplift.{}]", section.name));
    let table = match (&section.source, membership, people) {
        (Some(source), ..) => citx::read_table(&source.path, &[], &source.options)?,
        (None, Some(membership), _) => with_segments(membership)?,
        (None, None, Some(people)) => people.table().clone(),
        (None, None, None) => return Err(within(citx::Error::new(ErrorKind::InvalidArgument, "without a `source` it needs [citizens]"))),
    };
    let mut options = UpliftOptions::new(&section.arm, &section.outcome, &section.control);
    options.cluster.clone_from(&section.cluster);
    options.by.clone_from(&section.by);
    options.level = section.level.unwrap_or(options.level);
    citx::uplift(&table, &options).map_err(within)
}

/// The citizens' table with a column `segment:NAME` for each segment.
fn with_segments(membership: &Membership) -> Result<Table> {
    let people = membership.population().table();
    let masks = membership.names().into_iter().map(|name| Ok(membership.segment(name)?.mask().renamed(format!("segment:{name}"))));
    let masks = masks.collect::<Result<Vec<Column>>>()?;
    Table::from_columns(people.columns().chain(masks))
}
