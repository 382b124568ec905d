//! A project's survey: read, joined to citizens, weighted, and what is made of it.

mod compare;
mod drivers;
mod figures;
mod protect;
mod scored;
mod weighting;

use std::sync::Arc;

use citx::satisfaction::Weighting;
use citx::{
    Column, CountsOptions, Error, ErrorKind, Instrument, Membership, Population, Result, ScoreOptions, Survey, SurveyOptions, Table,
};

pub(crate) use compare::compared;
pub(crate) use figures::{figure, figure_table};
pub(crate) use protect::{Protection, named_rule};
pub(crate) use scored::{Scored, scored};

use crate::flow::is_file;
use crate::project::{CountsColumns, Project, SurveySection};

/// The citizens that answers are joined to by key, and their segments.
#[derive(Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    pub(crate) people: Option<&'a Population>,
    pub(crate) membership: Option<&'a Membership>,
}

/// A survey, and what the report needs of its source beside the answers.
pub(crate) struct Asked {
    pub(crate) survey: Survey,
    pub(crate) instrument: Option<Instrument>,
    /// The table of counts, with the units' whole names in the column [`UNIT`].
    pub(crate) counts: Option<Table>,
    /// What was done to the weights, in order.
    pub(crate) weighting: Vec<Arc<Weighting>>,
}

/// The column of the units' whole names.
pub(crate) const UNIT: &str = "unit";

/// The project's own survey.
pub(crate) fn asked(project: &Project, known: Known<'_>) -> Result<Asked> {
    let section = project.survey.as_ref().ok_or_else(|| crate::flow::lacks(project, "survey"))?;
    read(project, section, "survey", known)
}

/// The survey of a section, called `place` in messages; with citizens and segments where the project has them and the survey a key.
pub(crate) fn read(project: &Project, section: &SurveySection, place: &str, known: Known<'_>) -> Result<Asked> {
    let instrument = instrument(project, section, place)?;
    let within = |error: Error| error.context(format!("[{place}]"));
    if let Some(columns) = &section.counts {
        let table = with_units(&table(section)?, columns).map_err(within)?;
        let needed = || within(Error::new(ErrorKind::InvalidArgument, "counts need an instrument or a scale"));
        let mut options =
            CountsOptions::new(instrument.clone().ok_or_else(needed)?, UNIT, &columns.measure, &columns.answer, &columns.count);
        options.frame_size.clone_from(&columns.frame_size);
        options.selection.clone_from(&columns.selection);
        options.base.clone_from(&section.base);
        let survey = Survey::from_counts(&table, &options).map_err(within)?;
        return Ok(Asked { survey, instrument, counts: Some(table), weighting: Vec::new() });
    }
    let survey = Survey::from_table(&table(section)?, &survey_options(section, instrument.clone())).map_err(within)?;
    let survey = joined(survey, section, known).map_err(within)?;
    let (survey, weighting) = weighting::weighted(survey, &section.weighting, place)?;
    Ok(Asked { survey, instrument, counts: None, weighting })
}

fn instrument(project: &Project, section: &SurveySection, place: &str) -> Result<Option<Instrument>> {
    let instrument = match (&section.instrument, &section.scale) {
        (Some(name), _) if is_file(name) => citx::read_instrument(project.folder.join(name))?,
        (Some(name), _) => Instrument::builtin(name).map_err(|error| error.context(format!("[{place}] instrument")))?,
        (None, Some(scale)) => Instrument::scale("scale", scale.clone()).map_err(|error| error.context(format!("[{place}.scale]")))?,
        (None, None) => return Ok(None),
    };
    Ok(Some(instrument))
}

fn joined(survey: Survey, section: &SurveySection, known: Known<'_>) -> Result<Survey> {
    let people = known.membership.map(Membership::population).or(known.people);
    let (Some(people), Some(_)) = (people, &section.key) else { return Ok(survey) };
    let mask = |membership: &Membership, name: &str| Ok((name.to_owned(), membership.segment(name)?.bitmap().clone()));
    let masks = known.membership.map_or(Ok(Vec::new()), |membership| {
        membership.names().into_iter().map(|name| mask(membership, name)).collect::<Result<Vec<_>>>()
    })?;
    survey.with_population(people, &masks)
}

/// The survey's file; its key and codes are text, whatever they look like.
fn table(section: &SurveySection) -> Result<Table> {
    let mut text: Vec<&str> = section.key.iter().chain(&section.base_key).map(String::as_str).collect();
    if let Some(columns) = &section.counts {
        text.extend(columns.unit.iter().chain([&columns.measure, &columns.answer]).map(String::as_str));
    }
    citx::read_table(&section.source.path, &text, &section.source.options)
}

fn survey_options(section: &SurveySection, instrument: Option<Instrument>) -> SurveyOptions {
    let mut options = SurveyOptions::default();
    options.instrument = instrument;
    options.questions.clone_from(&section.questions);
    options.key.clone_from(&section.key);
    options.weights.clone_from(&section.weights);
    options.strata.clone_from(&section.strata);
    options.psu.clone_from(&section.psu);
    options.fpc.clone_from(&section.fpc);
    options.frame_size = section.frame_size;
    options.selection.clone_from(&section.selection);
    options.mode.clone_from(&section.mode);
    options.collected_at.clone_from(&section.collected_at);
    options.lonely_psu.clone_from(&section.lonely_psu);
    options.base.clone_from(&section.base);
    options.base_key.clone_from(&section.base_key);
    options
}

/// The table with the column [`UNIT`]: the one column that names the unit, or `NAME (SECOND, THIRD)` of several.
fn with_units(table: &Table, columns: &CountsColumns) -> Result<Table> {
    let parts = columns.unit.iter().map(|name| table.column(name)).collect::<Result<Vec<Column>>>()?;
    let name = |row: usize| {
        let mut parts = parts.iter().map(|part| crate::text::cell(&part.value(row)));
        let first = parts.next().unwrap_or_default();
        let rest: Vec<String> = parts.collect();
        Some(if rest.is_empty() { first } else { format!("{first} ({})", rest.join(", ")) })
    };
    let unit = Column::text(UNIT, (0..table.num_rows()).map(name));
    let others = table.columns().filter(|column| column.name() != UNIT);
    Table::from_columns(std::iter::once(unit).chain(others))
}

pub(crate) fn score_options(section: &SurveySection) -> ScoreOptions {
    let mut options = ScoreOptions::default();
    options.level = section.level.unwrap_or(options.level);
    options.min_base = section.min_base.unwrap_or(options.min_base);
    if let Some(method) = &section.method {
        options.method.clone_from(method);
    }
    if let Some(reference) = &section.deff_reference {
        options.deff_reference.clone_from(reference);
    }
    options
}

/// The tables as one, row after row.
pub(crate) fn together(tables: &[Table]) -> Result<Table> {
    let Some(first) = tables.first() else { return Table::from_columns([]) };
    let batches: Vec<_> = tables.iter().map(|table| table.batch().clone()).collect();
    Table::from_batches(first.schema().clone(), &batches)
}
