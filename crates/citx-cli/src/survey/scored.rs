use citx::report::{Figure, Report, Standing};
use citx::{Error, ErrorKind, Result, Run, Table};
use serde_json::{Map, Value as Json, json};

use super::drivers::Driven;
use super::{Asked, Known, Protection, asked, compare, figure_table, score_options, together, weighting};
use crate::json as to_json;
use crate::outputs::{Outputs, write_json};
use crate::project::{Project, SurveySection};
use crate::standing::{Standings, asks_about};
use crate::summary::{SurveyFigure, figure_sentence};

/// What is made of a project's survey.
pub(crate) struct Scored {
    asked: Asked,
    /// The measures' scores, and after them the figures of the project's own.
    scores: Table,
    /// Where the measures end, and each figure.
    ends: Vec<usize>,
    standings: Option<Standings>,
    foreground: Vec<Standing>,
    compare: Option<Table>,
    compare_groups: Option<Table>,
    drivers: Option<Driven>,
    protection: Option<Protection>,
}

pub(crate) fn scored(project: &Project, known: Known<'_>, run: &Run) -> Result<Scored> {
    let section = project.survey.as_ref().ok_or_else(|| crate::flow::lacks(project, "survey"))?;
    let protection = section.protect.as_ref().map(|protect| Protection::new(project, protect)).transpose()?;
    let asked = asked(project, known)?;
    let (scores, ends) = scores(section, &asked, run)?;
    let scores = protection.as_ref().map_or_else(|| Ok(scores.clone()), |protection| protection.scores(&scores))?;
    let protected = protection.as_ref();
    let compare = section.compare.as_ref();
    let compare = compare.map(|compare| compare::waves(project, section, compare, &asked, known, protected)).transpose()?;
    let groups = section.compare_groups.as_ref();
    let groups = groups.map(|groups| compare::groups(section, groups, &asked.survey, protected)).transpose()?;
    let drivers = section.drivers.as_ref();
    let drivers = drivers.map(|drivers| Driven::new(drivers, &asked.survey, protected, run)).transpose()?;
    let (standings, foreground) = standings(section, &asked, &scores)?;
    Ok(Scored { asked, scores, ends, standings, foreground, compare, compare_groups: groups, drivers, protection })
}

fn scores(section: &SurveySection, asked: &Asked, run: &Run) -> Result<(Table, Vec<usize>)> {
    let options = score_options(section);
    let mut tables = vec![asked.survey.scores_with(&section.by, &options, run).map_err(|error| error.context("[survey]"))?];
    for figure in &section.figures {
        let table = figure_table(&asked.survey, figure.name.as_deref(), &figure.kind, &figure.by, &options);
        tables.push(table.map_err(|error| error.context("[[survey.figure]]"))?);
    }
    let mut end = 0;
    let ends = tables.iter().map(|table| {
        end += table.num_rows();
        end
    });
    let ends = ends.collect();
    Ok((together(&tables)?, ends))
}

/// Where units stand, and the one in the foreground.
fn standings(section: &SurveySection, asked: &Asked, scores: &Table) -> Result<(Option<Standings>, Vec<Standing>)> {
    let Some(columns) = &section.counts else { return Ok((None, Vec::new())) };
    let standings = Standings::new(asked, scores, columns)?;
    let (Some(known), Some(landlord)) = (&standings, &columns.landlord) else { return Ok((standings, Vec::new())) };
    let foreground = known.called(landlord, asked.instrument.as_ref());
    if foreground.is_empty() {
        let hint = known.nearest(landlord).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        return Err(Error::new(ErrorKind::NotFound, format!("no unit is called `{landlord}`{hint}")).context("[survey] landlord"));
    }
    Ok((standings, foreground))
}

impl Scored {
    /// What the report calls the instrument.
    pub(crate) fn instrument(&self) -> Option<&str> {
        self.asked.instrument.as_ref().map(citx::Instrument::name)
    }

    pub(crate) fn foreground(&self) -> &[Standing] {
        &self.foreground
    }

    /// The figures that the summary shows: the foreground's, or everyone's.
    pub(crate) fn figures(&self) -> Result<Vec<SurveyFigure>> {
        if !self.foreground.is_empty() {
            let figures = |standing: &Standing| {
                standing.figures.iter().map(|figure| SurveyFigure::new(Some(&standing.name), figure)).collect::<Vec<_>>()
            };
            return Ok(self.foreground.iter().flat_map(figures).collect());
        }
        if self.standings.is_some() {
            return Ok(Vec::new());
        }
        let overall = self.all_figures()?.into_iter().filter(|figure| figure.by.is_none());
        Ok(overall.map(|figure| SurveyFigure::new(None, &figure)).collect())
    }

    /// What was done to the weights, each figure of everyone where they are few, and what differs.
    pub(crate) fn sentences(&self, section: &SurveySection) -> Result<Vec<String>> {
        const FEW: usize = 6;
        let figures = if self.standings.is_some() { Vec::new() } else { self.all_figures()? };
        let overall: Vec<&Figure> = figures.iter().filter(|figure| figure.by.is_none()).collect();
        let mut sentences: Vec<String> = self.asked.weighting.iter().map(|step| weighting::sentence(step)).collect();
        if overall.len() <= FEW {
            sentences.extend(overall.into_iter().map(figure_sentence));
        }
        if let (Some(found), Some(compare)) = (&self.compare, &section.compare) {
            let options = (compare.options.adjust.as_str(), compare.options.compare.level);
            sentences.push(compare::sentence(found, "changes since the earlier wave are significant", options)?);
        }
        if let (Some(found), Some(compare)) = (&self.compare_groups, &section.compare_groups) {
            let options = (compare.options.adjust.as_str(), compare.options.level);
            sentences.push(compare::sentence(found, "differences between groups are significant", options)?);
        }
        sentences.extend(self.drivers.as_ref().map(Driven::sentence).transpose()?);
        if let Some(protection) = &self.protection {
            let withheld = self.scores.column("suppressed")?.values().filter(|value| *value == citx::Value::Boolean(true)).count();
            sentences.push(format!("{withheld} of {} figures are withheld by the rule {}", self.scores.num_rows(), protection.rule.name()));
        }
        Ok(sentences)
    }

    fn all_figures(&self) -> Result<Vec<Figure>> {
        let about = asks_about(self.asked.instrument.as_ref());
        let mut figures = Figure::read(&self.scores)?;
        for figure in &mut figures {
            figure.about = about.get(&figure.measure).cloned();
        }
        Ok(figures)
    }

    pub(crate) fn report(&self, mut report: Report) -> Result<Report> {
        if let Some(standings) = &self.standings {
            let foreground = self.foreground.iter().cloned();
            report = foreground.fold(report, Report::standing).units(standings.all(self.asked.instrument.as_ref()));
        } else {
            let mut figures = self.all_figures()?;
            let mut parts: Vec<Vec<Figure>> = self.ends.iter().rev().skip(1).map(|end| figures.split_off(*end)).collect();
            if !figures.is_empty() {
                report = report.figures("Everyone", figures);
            }
            parts.reverse();
            for part in parts {
                let title = part.first().map(|figure| figure.measure.clone()).unwrap_or_default();
                report = report.figures(title, part);
            }
        }
        for step in &self.asked.weighting {
            report = report.table(format!("Weights by {}", step.method), &weighting::margins(step, self.protection.is_some())?);
        }
        for (title, table) in [("Changes since the earlier wave", &self.compare), ("Differences between groups", &self.compare_groups)] {
            if let Some(table) = table {
                report = compare::report(report, title, table)?;
            }
        }
        if let Some(driven) = &self.drivers {
            report = report.table(format!("What drives {}", driven.found.outcome), &driven.table);
        }
        Ok(report)
    }

    pub(crate) fn write(&self, outputs: &mut Outputs) -> Result<()> {
        let scores = match &self.standings {
            Some(standings) => standings.add_to(&self.scores)?,
            None => self.scores.clone(),
        };
        citx::write_csv(&scores, outputs.file("estimates.csv")?)?;
        if let (Some(standings), Some(instrument)) = (&self.standings, &self.asked.instrument) {
            let samples = standings.samples(instrument)?;
            if samples.num_rows() > 0 {
                citx::write_csv(&samples, outputs.file("samples.csv")?)?;
            }
        }
        let drivers = self.drivers.as_ref().map(|driven| driven.table.clone());
        for (name, table) in [("compare", &self.compare), ("compare-groups", &self.compare_groups), ("drivers", &drivers)] {
            if let Some(table) = table {
                citx::write_csv(table, outputs.file(format!("{name}.csv"))?)?;
            }
        }
        write_json(&outputs.file("estimates.json")?, &self.as_json(&scores)?)
    }

    /// The figures, and how they came about.
    fn as_json(&self, scores: &Table) -> Result<Json> {
        let mut json = Map::new();
        json.insert("estimates".into(), json!(to_json::rows(scores)));
        if !self.asked.weighting.is_empty() {
            let steps = self.asked.weighting.iter().map(|step| weighting::as_json(step, self.protection.is_some()));
            json.insert("weighting".into(), Json::Array(steps.collect::<Result<_>>()?));
        }
        for (name, table) in [("compare", &self.compare), ("compare_groups", &self.compare_groups)] {
            json.extend(table.as_ref().map(|table| (name.to_owned(), json!(to_json::rows(table)))));
        }
        json.extend(self.drivers.as_ref().map(|driven| ("drivers".to_owned(), driven.as_json())));
        json.extend(self.protection.as_ref().map(|protection| {
            let rule = &protection.rule;
            ("protect".to_owned(), json!({ "rule": rule.name(), "symbol": rule.symbol(), "under": rule.threshold() }))
        }));
        Ok(Json::Object(json))
    }
}
