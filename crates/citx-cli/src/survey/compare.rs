use citx::report::{Report, count};
use citx::satisfaction::{UnitOptions, compare_measures, compare_units};
use citx::{Result, Survey, Table, Value};

use super::{Asked, Known, Protection, figure_table, read, score_options, together};
use crate::project::{CompareGroupsSection, CompareSection, FigureKind, Project, SurveySection};

/// Every measure, or every unit's, in two waves, as it may be shown; `section` says how the scores behind it are made.
pub(crate) fn compared(
    before: &Survey,
    after: &Survey,
    section: &SurveySection,
    options: &UnitOptions,
    protection: Option<&Protection>,
) -> Result<Table> {
    let answers = before.units().is_empty() && after.units().is_empty();
    let found = if answers { compare_measures(before, after, options)? } else { compare_units(before, after, options)? };
    let Some(protection) = protection else { return Ok(found) };
    let named = if answers { options.measures.as_slice() } else { &[] };
    let scores = |survey: &Survey| protection.scores(&with_columns(survey, section, named, &[])?);
    protection.waves(&found, [&scores(before)?, &scores(after)?])
}

/// This wave beside the earlier one.
pub(super) fn waves(
    project: &Project,
    section: &SurveySection,
    compare: &CompareSection,
    asked: &Asked,
    known: Known<'_>,
    protection: Option<&Protection>,
) -> Result<Table> {
    let before = read(project, &compare.before, "survey.compare.before", known)?;
    let found = compared(&before.survey, &asked.survey, section, &compare.options, protection);
    found.map_err(|error| error.context("[survey.compare]"))
}

/// Differences between groups.
pub(super) fn groups(
    section: &SurveySection,
    compare: &CompareGroupsSection,
    survey: &Survey,
    protection: Option<&Protection>,
) -> Result<Table> {
    let within = |error: citx::Error| error.context("[survey.compare_groups]");
    let measures: Vec<&str> =
        if compare.measures.is_empty() { survey.measures() } else { compare.measures.iter().map(String::as_str).collect() };
    let mut tables = Vec::new();
    for names in &compare.by {
        for measure in &measures {
            tables.push(survey.compare_groups(measure, names, &compare.options).map_err(within)?);
        }
    }
    let found = together(&tables)?;
    let Some(protection) = protection.filter(|_| found.num_rows() > 0) else { return Ok(found) };
    let mut by = section.by.clone();
    by.extend(compare.by.iter().filter(|names| !section.by.contains(names)).cloned());
    protection.groups(&found, &protection.scores(&with_columns(survey, section, &compare.measures, &by)?)?)
}

/// All scores, and the means of those `names` that are columns.
fn with_columns(survey: &Survey, section: &SurveySection, names: &[String], by: &[Vec<String>]) -> Result<Table> {
    let options = score_options(section);
    let mut tables = vec![survey.scores(by, &options)?];
    for column in names.iter().filter(|name| !survey.measures().contains(&name.as_str())) {
        tables.push(figure_table(survey, None, &FigureKind::Mean { column: column.clone() }, by, &options)?);
    }
    together(&tables)
}

/// The comparisons as the report shows them: all, or the significant ones where all are too many to be read.
pub(super) fn report(report: Report, title: &str, found: &Table) -> Result<Report> {
    const MOST: usize = 100;
    if found.num_rows() <= MOST {
        return Ok(report.table(title, found));
    }
    let significant = found.column("significant")?;
    let rows: Vec<usize> = (0..found.num_rows()).filter(|row| significant.value(*row) == Value::Boolean(true)).collect();
    let title = format!("{title}: {} significant ones of {}", count(rows.len() as u64), count(found.num_rows() as u64));
    Ok(report.table(title, &found.take(&rows)?))
}

/// How many of the comparisons are significant, as a sentence.
pub(super) fn sentence(found: &Table, what: &str, options: (&str, f64)) -> Result<String> {
    let (adjust, level) = options;
    let significant = found.column("significant")?.values().filter(|value| *value == Value::Boolean(true)).count();
    let correction = match adjust {
        "bh" => "corrected by Benjamini and Hochberg",
        "by" => "corrected by Benjamini and Yekutieli",
        "holm" => "corrected by Holm",
        "hochberg" => "corrected by Hochberg",
        "bonferroni" => "corrected by Bonferroni",
        _ => "not corrected for their number",
    };
    let percent = (100.0 - level * 100.0).round();
    Ok(format!("{significant} of {} {what} at {percent} percent, {correction}", found.num_rows()))
}
