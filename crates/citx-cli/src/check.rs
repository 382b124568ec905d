//! The check: every step of the run that writes nothing, each on its own, so that one problem does not hide the next.

use std::path::Path;

use citx::rules::{Context, Rule};
use citx::{
    ConsentLedger, ConsentView, CustomerMatchOptions, ErrorKind, Membership, Policy, Population, Result, Run, Schema, SegmentBook,
    SegmentDefinition, Timestamp,
};

use crate::flow::Outside;
use crate::project::{AudienceSection, Export, Project};
use crate::survey::{Known, scored};
use crate::{Problem, consent_import, flow, tsm};

/// Everything that is wrong with the project file at `path`, as far as it can be known without writing.
///
/// # Errors
/// `Io` if the file cannot be read, `Cancelled`.
pub fn check(path: impl AsRef<Path>, run: &Run) -> Result<Vec<Problem>> {
    match Project::read_noting(path.as_ref())? {
        Err(problems) => Ok(problems),
        Ok(project) => project.check(run),
    }
}

impl Project {
    /// Everything that is wrong with what the project names: files, columns, rules, policy, purposes, segments, questions.
    ///
    /// # Errors
    /// `Cancelled`.
    pub fn check(&self, run: &Run) -> Result<Vec<Problem>> {
        let mut check = Check { project: self, run, problems: Vec::new() };
        let outside = check.outside();
        let people = check.people(outside.as_ref());
        let membership = check.segments(people.as_ref(), outside.as_ref());
        run.check()?;
        let policy = check.consent();
        check.audiences(policy.as_ref(), people.as_ref());
        run.check()?;
        let known = Known { people: people.as_ref(), membership: membership.as_ref() };
        check.survey(known);
        check.tsm(known);
        check.uplifts(membership.as_ref(), people.as_ref());
        run.check()?;
        Ok(check.problems)
    }
}

struct Check<'p> {
    project: &'p Project,
    run: &'p Run,
    problems: Vec<Problem>,
}

impl Check<'_> {
    /// Keeps what went well; what did not is a problem of the key.
    fn keep<T>(&mut self, key: &str, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.note(key, error.kind(), error.to_string())).ok()
    }

    fn note(&mut self, key: &str, kind: ErrorKind, message: String) {
        self.problems.push(Problem::at(self.project.place(key), kind, message));
    }

    fn people(&mut self, outside: Option<&Outside>) -> Option<Population> {
        self.project.citizens.as_ref()?;
        let people = flow::people(self.project);
        let people = self.keep("citizens", people)?;
        let asks = self.project.events.as_ref().is_some_and(|events| events.features.is_some());
        let Some(outside) = outside else { return (!asks).then_some(people) };
        let featured = outside.people(self.project, people, &self.context(), self.run);
        self.keep("events.features", featured)
    }

    /// No instant is given to a check.
    fn context(&self) -> Context {
        Context { as_of: Timestamp::from_micros(0), time_zone: self.project.time_zone }
    }

    /// Rules are checked one by one; those that refer to others only once all are sound.
    fn segments(&mut self, people: Option<&Population>, outside: Option<&Outside>) -> Option<Membership> {
        let segments = &self.project.segments;
        if segments.is_empty() {
            return None;
        }
        let before = self.problems.len();
        let places = flow::places(self.project);
        let places = self.keep("places", places)?;
        let outside = outside?;
        for segment in segments {
            let checked = alone(segment, people.map(Population::schema), &places).map_err(|error| error.context("[segments]"));
            self.keep(&format!("segments.{}", segment.name), checked);
        }
        let people = people.filter(|_| self.problems.len() == before)?;
        let context = self.context();
        let membership = flow::book(self.project).and_then(|book| flow::membership(&book, people, &context, outside, self.run));
        self.keep("segments", membership)
    }

    /// What rules read: the events, and consent of which nobody has given any, because the check writes no ledger.
    fn outside(&mut self) -> Option<Outside> {
        let nobody = |policy: Policy| ConsentView::from_events([], &policy, Timestamp::from_micros(0));
        let asks = flow::asks_consent(self.project) && self.project.consent.is_some();
        // What is wrong with the policy is said once, by the check of consent.
        let view = if asks { Some(flow::policy(self.project).and_then(nobody).ok()?) } else { None };
        let outside = Outside::new(self.project, view);
        self.keep("events", outside)
    }

    fn consent(&mut self) -> Option<Policy> {
        let consent = self.project.consent.as_ref()?;
        let policy = flow::controllers_policy(self.project);
        let mut policy = self.keep("consent", policy)?;
        let before = self.problems.len();
        for purpose in &self.project.purposes {
            let with = flow::with_purpose(&policy, purpose);
            policy = self.keep(&format!("purpose.{}", purpose.name), with).unwrap_or(policy);
        }
        if self.problems.len() > before {
            return Some(policy);
        }
        if let Some(ledger) = consent.ledger.as_ref().filter(|ledger| ConsentLedger::is_address(ledger) || ledger.exists()) {
            // An address may hold a password.
            let named = |error: citx::Error| {
                if ConsentLedger::is_address(ledger) { error } else { error.context(ledger.display().to_string()) }
            };
            let verified = flow::ledger(self.project, &policy, true).and_then(|ledger| ledger.verify().map(drop).map_err(named));
            self.keep("consent.ledger", verified);
        }
        if let Some(import) = &consent.import {
            let checked = consent_import::check(self.project, import, &policy);
            self.keep("consent.import", checked);
        }
        Some(policy)
    }

    fn audiences(&mut self, policy: Option<&Policy>, people: Option<&Population>) {
        for audience in &self.project.audiences {
            let (key, place) = (format!("audience.{}", audience.name), format!("[audience.{}]", audience.name));
            if !self.project.segments.iter().any(|segment| segment.name == audience.segment) {
                self.note(
                    &format!("{key}.segment"),
                    ErrorKind::UnknownName,
                    format!("{place}: there is no segment `{}`", audience.segment),
                );
            }
            if !self.project.purposes.iter().any(|purpose| purpose.name == audience.purpose) {
                self.note(
                    &format!("{key}.purpose"),
                    ErrorKind::UnknownName,
                    format!("{place}: there is no purpose `{}`; add a table [purpose.{}]", audience.purpose, audience.purpose),
                );
            }
            if audience.channels.is_empty() {
                self.note(&format!("{key}.channels"), ErrorKind::InvalidArgument, format!("{place}: name at least one channel"));
            }
            for channel in &audience.channels {
                if policy.is_some_and(|policy| !policy.channels().contains(&channel.as_str())) {
                    self.note(
                        &format!("{key}.channels"),
                        ErrorKind::UnknownName,
                        format!("{place}: the policy has no channel `{channel}`"),
                    );
                }
            }
            if audience.one_per_household && people.is_some_and(|people| people.facts().is_none_or(|facts| facts.household.is_none())) {
                self.note(
                    &format!("{key}.one_per"),
                    ErrorKind::InvalidArgument,
                    format!("{place}: one per household needs `household` in [citizens.facts]"),
                );
            }
            if !(0.0..1.0).contains(&audience.holdout) {
                let message = format!("{place}: `holdout` must be a share from 0 to below 1");
                self.note(&format!("{key}.holdout"), ErrorKind::OutOfRange, message);
            }
            for (name, column) in &audience.columns {
                let named = CustomerMatchOptions::new().column(name, column).map(drop);
                let found = people.map_or(Ok(()), |people| people.table().column(column).map(drop));
                self.keep(&format!("{key}.columns"), named.and(found).map_err(|error| error.context(format!("[{key}]"))));
            }
            self.personalisation(&key, audience, people);
        }
    }

    fn personalisation(&mut self, key: &str, audience: &AudienceSection, people: Option<&Population>) {
        if audience.export != Export::Notify && !audience.personalisation.is_empty() {
            self.note(
                &format!("{key}.personalisation"),
                ErrorKind::InvalidArgument,
                format!("[{key}]: only `export = \"notify\"` has personalisation"),
            );
        }
        for (_, column) in &audience.personalisation {
            if let Some(people) = people {
                let found = people.table().column(column).map(drop).map_err(|error| error.context(format!("[{key}]")));
                self.keep(&format!("{key}.personalisation"), found);
            }
        }
    }

    fn survey(&mut self, known: Known<'_>) {
        if self.project.survey.is_some() {
            let scored = scored(self.project, known, self.run);
            self.keep("survey", scored);
        }
    }

    fn tsm(&mut self, known: Known<'_>) {
        if let Some(section) = &self.project.tsm {
            let returned = tsm::returned(self.project, section, known);
            self.keep("tsm", returned);
        }
    }

    fn uplifts(&mut self, membership: Option<&Membership>, people: Option<&Population>) {
        for uplift in &self.project.uplifts {
            let unreadable = uplift.source.is_none() && people.is_none();
            if !unreadable {
                let table = flow::uplift(uplift, membership, people, self.run).map(drop);
                self.keep(&format!("uplift.{}", uplift.name), table);
            }
        }
    }
}

/// One segment's rule, against the schema unless it refers to other segments.
fn alone(segment: &SegmentDefinition, schema: Option<&Schema>, places: &[(String, Vec<(f64, f64)>)]) -> Result<()> {
    let named = |error: citx::Error| error.context(segment.name.clone());
    if segment.rule.to_ascii_lowercase().contains("in_segment") {
        return Rule::parse(&segment.name, &segment.rule).map(drop).map_err(named);
    }
    let book = flow::with_places(SegmentBook::new([segment.clone()])?, places)?;
    schema.map_or(Ok(()), |schema| book.check(schema))
}
