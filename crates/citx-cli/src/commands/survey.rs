//! `citx score` and `citx sample-size`.

use citx::{Column, Error, ErrorKind, Estimate, Instrument, Result, Run, Table, Value};
use serde_json::{Value as Json, json};

use super::Answer;
use crate::args::Score;
use crate::{Project, flow};

pub(super) fn score(arguments: &Score, run: &Run) -> Result<Answer> {
    let (project, measure) = match arguments.words.as_slice() {
        [] => ("citx.toml", None),
        [project] if is_project(project) => (project.as_str(), None),
        [measure] => ("citx.toml", Some(measure.as_str())),
        [project, measure, ..] => (project.as_str(), Some(measure.as_str())),
    };
    let project = Project::read(project)?;
    let section = project.survey.as_ref().ok_or_else(|| flow::lacks(&project, "survey"))?;
    let by: Vec<Vec<String>> = arguments.by.iter().map(|names| names.split(',').map(|name| name.trim().to_owned()).collect()).collect();
    let options = flow::score_options(section);
    let membership = match &arguments.as_of {
        Some(as_of) => {
            let context = flow::context(as_of, &project)?;
            Some(flow::membership(
                &flow::book(&project)?,
                &flow::people(&project)?,
                &context,
                &crate::run::outside(&project, &context)?,
                run,
            )?)
        }
        None if by.iter().flatten().any(|name| name.starts_with("segment:")) => {
            return Err(Error::new(ErrorKind::InvalidArgument, "a breakdown by segment needs --as-of: segments change with time"));
        }
        None => None,
    };
    let asked = flow::survey(&project, membership.as_ref())?;
    let measure = measure.filter(|measure| *measure != "all");
    let single = by.is_empty() && (arguments.unit.is_some() || asked.counts.is_none());
    if let Some(measure) = measure.filter(|_| single) {
        let estimate = asked.survey.score(measure, arguments.unit.as_deref(), &options)?;
        return Answer::new(words(measure, &estimate), as_json(measure, arguments.unit.as_deref(), &estimate));
    }
    let scores = asked.survey.scores(&by, &options)?;
    let scores = keep(&scores, "measure", measure, "measure")?;
    let scores = keep(&scores, "group", arguments.unit.as_deref(), "unit")?;
    Answer::table(&scores, "scores")
}

fn is_project(word: &str) -> bool {
    word.ends_with(".toml") || std::path::Path::new(word).is_file()
}

/// The rows whose text in `column` is `wanted`.
fn keep(table: &Table, column: &str, wanted: Option<&str>, what: &str) -> Result<Table> {
    let Some(wanted) = wanted else { return Ok(table.clone()) };
    let column: Column = table.column(column)?;
    let rows: Vec<usize> = (0..table.num_rows()).filter(|row| matches!(column.value(*row), Value::Text(text) if text == wanted)).collect();
    if rows.is_empty() {
        return Err(Error::new(ErrorKind::NotFound, format!("the survey has no {what} `{wanted}`")));
    }
    table.take(&rows)
}

fn words(measure: &str, estimate: &Estimate) -> String {
    let published = match (&estimate.published, &estimate.published_unit) {
        (Some(text), Some(unit)) => format!("published: {text} {unit}\n"),
        (Some(text), None) => format!("published: {text}\n"),
        _ => String::new(),
    };
    let warnings: String = estimate.warnings.iter().map(|warning| format!("warning: {warning}\n")).collect();
    format!(
        "{measure}: {:.4} ({}), {}% interval {:.4} to {:.4}\n{published}answers: {} (effective {:.1}, design effect {:.3}), standard error {:.4}\nmethod: {}\n{warnings}",
        estimate.value,
        estimate.unit,
        estimate.level * 100.0,
        estimate.ci.0,
        estimate.ci.1,
        estimate.n,
        estimate.n_eff,
        estimate.deff,
        estimate.std_error,
        estimate.method,
    )
}

fn as_json(measure: &str, unit: Option<&str>, estimate: &Estimate) -> Json {
    json!({
        "measure": measure,
        "of": unit,
        "value": estimate.value,
        "std_error": estimate.std_error,
        "ci_low": estimate.ci.0,
        "ci_high": estimate.ci.1,
        "level": estimate.level,
        "df": estimate.df,
        "n": estimate.n,
        "n_eff": estimate.n_eff,
        "deff": estimate.deff,
        "moe": estimate.moe,
        "unit": estimate.unit,
        "published": estimate.published,
        "published_unit": estimate.published_unit,
        "method": estimate.method,
        "warnings": estimate.warnings,
    })
}

pub(super) fn sample_size(name: &str, population: u64) -> Result<Answer> {
    let size = Instrument::builtin(name)?.sample_size(population)?;
    let text = format!(
        "{} answers of {population} ({:.2} before rounding), for a margin of error of {} percentage points either way at 95%\n",
        size.required,
        size.exact,
        (size.moe * 1e4).round() / 100.0
    );
    Answer::new(
        text,
        json!({ "instrument": name, "population": population, "required": size.required, "exact": size.exact, "moe": size.moe }),
    )
}
