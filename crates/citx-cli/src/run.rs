//! The run: a project's whole flow, from its files to its results.

use std::path::Path;

use citx::audience::Audience;
use citx::report::{AudienceCounts, Effect, Report, count};
use citx::rules::Context;
use citx::{
    ConsentLedger, ConsentView, CustomerMatchOptions, Events, Membership, NotifyOptions, Policy, Population, Result, Run, SegmentBook,
    Table, TsmReturn,
};
use serde_json::Value as Json;

use crate::flow::{self, Outside};
use crate::outputs::{self, Outputs};
use crate::project::{AudienceSection, Export, Project, UpliftSection};
use crate::summary::{AudienceResult, Citizens, ConsentState, RunSummary, SegmentCount, UpliftEffect, figure_sentence, sample_sentence};
use crate::survey::{Known, Scored, scored};
use crate::{consent_import, tsm};

/// Runs the project file at `path` for the instant `as_of` (a date, an instant, or `now`) and writes its results.
///
/// Everything is read and computed before the first consent event is appended, unless a rule asks for consent, and appended before the first file is put in its place.
///
/// # Errors
/// As [`Project::read`], and what reading, evaluating, deciding, estimating and writing can end with; nothing half written is left.
///
/// # Example
/// ```
/// let folder = std::env::temp_dir().join(format!("citx-doc-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// std::fs::write(folder.join("answers.csv"), "q1\n1\n2\n2\n4\n5\n")?;
/// std::fs::write(
///     folder.join("citx.toml"),
///     "[survey]\nsource = \"answers.csv\"\nscale = { answers = [1, 2, 3, 4], positive = [1, 2], excluded = [5] }\nquestions = { safe = \"q1\" }\n",
/// )?;
/// let summary = citx_cli::run(folder.join("citx.toml"), "2026-11-22", &citx::Run::new())?;
/// assert_eq!((summary.survey[0].value, summary.survey[0].n), (Some(0.75), Some(4)));
/// assert!(folder.join("out/report.html").exists());
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run(path: impl AsRef<Path>, as_of: &str, run: &Run) -> Result<RunSummary> {
    everything(&Project::read(path)?, as_of, run, &|_| ())
}

/// The headline of a run on made-up consent; the report says it in a notice instead.
const GENERATED: &str = "the consent records are generated: no real person said or refused any of it";

/// Hears which step is next.
pub(crate) type Step<'a> = &'a dyn Fn(&str);

/// The run, and its results as files.
pub(crate) fn everything(project: &Project, as_of: &str, run: &Run, step: Step<'_>) -> Result<RunSummary> {
    let context = flow::context(as_of, project)?;
    let before = flow::asks_consent(project).then(|| consent(project, &context, false)).transpose()?.flatten();
    let found = Found::new(project, &context, before.as_ref(), run, step)?;
    step("deciding who may be contacted");
    let mut consent = before.map_or_else(|| consent(project, &context, false), |consent| Ok(Some(consent)))?;
    let audiences = found.audiences(project, consent.as_ref(), run)?;
    run.check()?;
    step("writing");
    let mut outputs = Outputs::into_folder(&project.output.folder)?;
    found.write(project, &audiences, &mut outputs)?;
    consent.as_mut().map_or(Ok(()), Consent::recorded)?;
    let mut summary = found.summary(project, &context, consent.as_ref(), &audiences)?;
    let report = found.report(project, &context, &summary, consent.as_ref(), &audiences)?;
    report.write(outputs.file(&project.output.report)?)?;
    outputs.files().clone_into(&mut summary.files);
    summary.files.sort();
    run.check()?;
    outputs.finish(&manifest(&summary))?;
    Ok(summary)
}

/// The report anew, from the ledger as it is; no other file is touched.
pub(crate) fn report_only(project: &Project, as_of: &str, run: &Run, step: Step<'_>) -> Result<RunSummary> {
    let context = flow::context(as_of, project)?;
    let consent = consent(project, &context, true)?;
    let found = Found::new(project, &context, consent.as_ref(), run, step)?;
    let audiences = found.audiences(project, consent.as_ref(), run)?;
    let summary = found.summary(project, &context, consent.as_ref(), &audiences)?;
    std::fs::create_dir_all(&project.output.folder).map_err(|error| {
        let folder = project.output.folder.display().to_string();
        citx::Error::new(citx::ErrorKind::Io, "the output folder cannot be made").context(folder).caused_by(error)
    })?;
    found.report(project, &context, &summary, consent.as_ref(), &audiences)?.write(project.output.folder.join(&project.output.report))?;
    Ok(summary)
}

/// The summary without what differs between two runs of the same input: how many events were new.
fn manifest(summary: &RunSummary) -> Json {
    let mut manifest = serde_json::to_value(summary).unwrap_or_default();
    if let Some(consent) = manifest.get_mut("consent").and_then(Json::as_object_mut) {
        consent.remove("imported");
    }
    manifest
}

/// What the run found, before anyone's consent is asked.
struct Found {
    people: Option<Population>,
    book: Option<SegmentBook>,
    membership: Option<Membership>,
    scored: Option<Scored>,
    tsm: Option<TsmReturn>,
    uplifts: Vec<(UpliftSection, Table)>,
    events: Option<Events>,
}

/// The ledger's answer.
struct Consent {
    ledger: ConsentLedger,
    view: ConsentView,
    state: ConsentState,
}

impl Consent {
    /// What the ledger is after it recorded to whom the lists were handed out: a second run finds it so from the start.
    fn recorded(&mut self) -> Result<()> {
        (self.state.events, self.state.head) = (self.ledger.len()?, self.ledger.head()?);
        Ok(())
    }
}

/// Opens the ledger, appends what the project imports, and takes the view of the run's instant.
fn consent(project: &Project, context: &Context, read_only: bool) -> Result<Option<Consent>> {
    let Some(section) = &project.consent else { return Ok(None) };
    let policy = flow::policy(project)?;
    let events = match &section.import {
        Some(import) if !read_only || section.ledger.is_none() => consent_import::events(project, import)?,
        _ => Vec::new(),
    };
    let ledger = flow::ledger(project, &policy, read_only)?;
    let imported = if events.is_empty() { 0 } else { import(project, &ledger, &events)? };
    let view = ledger.as_of(context.as_of, None)?;
    let state = state(&ledger, &policy, imported, section.generated)?;
    Ok(Some(Consent { ledger, view, state }))
}

/// What rules read beside the citizens' table, without writing: the ledger as it is, if a rule asks for consent.
pub(crate) fn outside(project: &Project, context: &Context) -> Result<Outside> {
    let consent = flow::asks_consent(project).then(|| consent(project, context, true)).transpose()?.flatten();
    Outside::new(project, consent.map(|consent| consent.view))
}

impl Found {
    fn new(project: &Project, context: &Context, consent: Option<&Consent>, run: &Run, step: Step<'_>) -> Result<Self> {
        step("reading citizens");
        let people = project.citizens.is_some().then(|| flow::people(project)).transpose()?;
        let outside = Outside::new(project, consent.map(|consent| consent.view.clone()))?;
        let people = people.map(|people| outside.people(project, people, context, run)).transpose()?;
        run.check()?;
        step("evaluating segments");
        let book = (!project.segments.is_empty()).then(|| flow::book(project)).transpose()?;
        let membership = match (&people, &book) {
            (Some(people), Some(book)) => Some(flow::membership(book, people, context, &outside, run)?),
            _ => None,
        };
        run.check()?;
        step("estimating");
        let known = Known { people: people.as_ref(), membership: membership.as_ref() };
        let scored = project.survey.is_some().then(|| scored(project, known, run)).transpose()?;
        let tsm = project.tsm.as_ref().map(|section| tsm::returned(project, section, known)).transpose()?;
        let uplift = |section: &UpliftSection| Ok((section.clone(), flow::uplift(section, membership.as_ref(), people.as_ref(), run)?));
        let uplifts = project.uplifts.iter().map(uplift).collect::<Result<_>>()?;
        Ok(Self { people, book, membership, scored, tsm, uplifts, events: outside.into_events() })
    }

    fn audiences<'p>(&self, project: &'p Project, consent: Option<&Consent>, run: &Run) -> Result<Vec<(&'p AudienceSection, Audience)>> {
        let (Some(membership), Some(consent)) = (&self.membership, consent) else { return Ok(Vec::new()) };
        let audience = |section| Ok((section, flow::audience(membership, &consent.view, self.events.as_ref(), section, run)?));
        project.audiences.iter().map(audience).collect()
    }

    fn summary(
        &self,
        project: &Project,
        context: &Context,
        consent: Option<&Consent>,
        audiences: &[(&AudienceSection, Audience)],
    ) -> Result<RunSummary> {
        let mut summary = RunSummary {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            project: project.path.display().to_string(),
            as_of: context.as_of.to_string(),
            folder: project.output.folder.display().to_string(),
            report: project.output.folder.join(&project.output.report).display().to_string(),
            consent: consent.map(|consent| consent.state.clone()),
            ..RunSummary::default()
        };
        summary.citizens =
            self.people.as_ref().map(|people| Citizens { count: people.len() as u64, rejected: people.rejected().num_rows() as u64 });
        let counts = self.membership.as_ref().map(Membership::counts).unwrap_or_default();
        summary.segments = counts.into_iter().map(|(segment, members)| SegmentCount { segment, members: members as u64 }).collect();
        for (section, audience) in audiences {
            summary.audiences.push(AudienceResult::new(&section.name, &AudienceCounts::of(audience)?));
        }
        if let Some(scored) = &self.scored {
            summary.survey = scored.figures()?;
        }
        for (section, table) in &self.uplifts {
            let effects = Effect::read(table, &section.control)?;
            summary.uplifts.extend(effects.iter().map(|effect| UpliftEffect::new(&section.name, effect)));
        }
        summary.headlines = self.headlines(project, &summary)?;
        Ok(summary)
    }

    fn headlines(&self, project: &Project, summary: &RunSummary) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        if let Some(citizens) = &summary.citizens {
            let rejected = match citizens.rejected {
                0 => String::new(),
                rejected => format!(", {} rows set aside with a reason in rejected.csv", count(rejected)),
            };
            lines.push(format!("{} citizens, {} segments{rejected}", count(citizens.count), summary.segments.len()));
        }
        if summary.consent.as_ref().is_some_and(|consent| consent.generated) {
            lines.push(GENERATED.to_owned());
        }
        for audience in &summary.audiences {
            let held_out = if audience.held_out > 0 { format!(", {} are held out", count(audience.held_out)) } else { String::new() };
            lines.push(format!(
                "{}: {} may be contacted for {}, {} may not{held_out}",
                audience.audience,
                count(audience.allowed),
                audience.purpose,
                count(audience.refused)
            ));
        }
        for standing in self.scored.iter().flat_map(Scored::foreground) {
            lines.extend(sample_sentence(standing));
            lines.extend(standing.figures.first().map(figure_sentence));
        }
        if let (Some(scored), Some(section)) = (&self.scored, &project.survey) {
            lines.extend(scored.sentences(section)?);
        }
        if let (Some(tsm), Some(section)) = (&self.tsm, &project.tsm) {
            lines.push(tsm::sentence(tsm, section));
        }
        lines.extend(effect_sentences(summary));
        Ok(lines)
    }

    fn write(&self, project: &Project, audiences: &[(&AudienceSection, Audience)], outputs: &mut Outputs) -> Result<()> {
        let generated = project.consent.as_ref().is_some_and(|consent| consent.generated);
        if let Some(people) = self.people.as_ref().filter(|people| people.rejected().num_rows() > 0) {
            citx::write_csv(people.rejected(), outputs.file("rejected.csv")?)?;
        }
        if let Some(membership) = &self.membership {
            citx::write_parquet(&membership.to_table(), outputs.file("memberships.parquet")?)?;
        }
        for (section, audience) in audiences {
            write_audience(section, audience, generated, outputs)?;
        }
        if let Some(scored) = &self.scored {
            scored.write(outputs)?;
        }
        if let (Some(tsm), Some(section)) = (&self.tsm, &project.tsm) {
            tsm::write(tsm, section, outputs)?;
        }
        for (section, table) in &self.uplifts {
            citx::write_csv(table, outputs.file(format!("uplift-{}.csv", section.name))?)?;
        }
        Ok(())
    }

    fn report(
        &self,
        project: &Project,
        context: &Context,
        summary: &RunSummary,
        consent: Option<&Consent>,
        audiences: &[(&AudienceSection, Audience)],
    ) -> Result<Report> {
        let mut report = Report::new(&project.output.title).as_of(as_people_read(context.as_of, context.time_zone));
        if consent.is_some_and(|consent| consent.state.generated) {
            report = report.generated_consent();
        }
        for line in summary.headlines.iter().filter(|line| *line != GENERATED) {
            report = report.lead(line);
        }
        if let Some(membership) = &self.membership {
            report = report.segments(membership, self.book.as_ref());
        }
        for (section, audience) in audiences {
            report = report.audience(&section.name, audience)?;
        }
        if let Some(scored) = &self.scored {
            report = scored.report(report)?;
        }
        if let Some(tsm) = &self.tsm {
            report = tsm::report(tsm, report)?;
        }
        for (section, table) in &self.uplifts {
            report = report.uplift(&section.name, table, &section.control)?;
        }
        for (what, from) in project.sources() {
            report = report.source(what, from);
        }
        if let Some(instrument) = self.scored.as_ref().and_then(Scored::instrument) {
            report = report.source("Instrument", instrument);
        }
        if let Some(consent) = consent {
            let (number, hash) = &consent.state.head;
            report =
                report.source("Consent policy", &consent.state.policy).source("Consent ledger", format!("{number} events, head {hash}"));
        }
        Ok(report)
    }
}

/// What each arm changed, breakdowns left out.
fn effect_sentences(summary: &RunSummary) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut control: Option<&UpliftEffect> = None;
    for effect in summary.uplifts.iter().filter(|effect| effect.group.is_none()) {
        match (effect.effect, effect.ci, control) {
            (Some(change), Some((low, high)), Some(control)) => {
                let (times, unit, mark) = if effect.unit == "proportion" { (100.0, " points", "%") } else { (1.0, "", "") };
                let outcome = |arm: &UpliftEffect| format!("{:.1}{mark} of {}", arm.outcome.unwrap_or(f64::NAN) * times, count(arm.n));
                sentences.push(format!(
                    "{}: {} {:+.1}{unit} ({:+.1} to {:+.1}): {} against {}",
                    effect.uplift,
                    effect.arm,
                    change * times,
                    low * times,
                    high * times,
                    outcome(effect),
                    outcome(control)
                ));
            }
            (None, ..) => control = Some(effect),
            _ => (),
        }
    }
    sentences
}

fn import(project: &Project, ledger: &ConsentLedger, events: &[citx::Event]) -> Result<u64> {
    let source = project.consent.as_ref().and_then(|consent| consent.import.as_ref());
    let name = source.map_or_else(String::new, |source| source.name.clone());
    consent_import::append(ledger, events).map_err(|error| error.context(name))
}

fn state(ledger: &ConsentLedger, policy: &Policy, imported: u64, generated: bool) -> Result<ConsentState> {
    Ok(ConsentState { policy: policy.id(), events: ledger.len()?, imported, head: ledger.head()?, generated })
}

/// One audience's files: whom to contact, and who was refused and why.
fn write_audience(section: &AudienceSection, audience: &Audience, generated: bool, outputs: &mut Outputs) -> Result<()> {
    let within = |error: citx::Error| error.context(format!("[audience.{}]", section.name));
    let stem = format!("audience-{}", section.name);
    let mut written = Vec::new();
    match section.export {
        Export::Csv => {
            let path = outputs.file(format!("{stem}.csv"))?;
            citx::write_audience_csv(audience, &path).map_err(within)?;
            written.push(path);
        }
        Export::Notify => {
            let mut options = NotifyOptions::default();
            options.personalisation.clone_from(&section.personalisation);
            options.prefix = Some(stem);
            let paths = citx::write_notify(audience, outputs.staging(), &options).map_err(within)?;
            outputs.wrote(&paths)?;
            written.extend(paths);
        }
        Export::Parquet => {
            let path = outputs.file(format!("{stem}.parquet"))?;
            citx::write_audience_parquet(audience, &path).map_err(within)?;
            if generated {
                outputs::mark_parquet(&path)?;
            }
        }
        Export::CustomerMatch => {
            let path = outputs.file(format!("{stem}.csv"))?;
            let mut columns = section.columns.iter();
            let options = columns.try_fold(CustomerMatchOptions::new(), |options, (name, column)| options.column(name, column));
            let left_out = options.and_then(|options| citx::write_customer_match(audience, &path, &options)).map_err(within)?;
            written.push(path);
            if left_out.num_rows() > 0 {
                let path = outputs.file(format!("{stem}-not-sent.csv"))?;
                citx::write_csv(&left_out, &path)?;
                written.push(path);
            }
        }
    }
    if section.holdout > 0.0 {
        let path = outputs.file(format!("held-out-{}.csv", section.name))?;
        citx::write_csv(audience.held_out(), &path)?;
        written.push(path);
    }
    let refused = outputs.file(format!("refused-{}.csv", section.name))?;
    citx::write_csv(audience.refused(), &refused)?;
    written.push(refused);
    if generated {
        written.iter().try_for_each(|path| outputs::mark_csv(path))?;
    }
    Ok(())
}

/// The instant as people read it: a day where it is the start of one.
fn as_people_read(as_of: citx::Timestamp, zone: citx::TimeZone) -> String {
    const MONTHS: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let date = as_of.date(zone).filter(|date| date.midnight(zone) == Some(as_of));
    let day = date.and_then(citx::Date::ymd).and_then(|(year, month, day)| Some((year, MONTHS.get(month as usize - 1)?, day)));
    match day {
        Some((year, month, day)) => format!("{day} {month} {year} (start of the day, {})", zone.name()),
        None => as_of.to_string(),
    }
}
