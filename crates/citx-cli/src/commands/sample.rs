//! `citx sample-size`, `citx draw` and `citx response-rates`.

use std::path::Path;

use citx::satisfaction::{Allocation, DrawOptions};
use citx::{Error, ErrorKind, Instrument, Population, ReadOptions, Result, Run, SampleForm, Table};
use serde_json::json;

use super::{Answer, pair};
use crate::args::Draw;
use crate::{Project, flow};

pub(super) fn draw(arguments: &Draw, run: &Run) -> Result<Answer> {
    let project = Project::read(&arguments.project.project)?;
    let people = drawable(&project, arguments, run)?;
    let mut options = DrawOptions::default();
    options.strata.clone_from(&arguments.strata);
    options.allocation = allocation(arguments)?;
    options.one_per.clone_from(&arguments.one_per);
    options.seed = arguments.seed;
    let sample = people.draw(arguments.n, &options)?;
    let Some(to) = &arguments.to else { return Answer::table(&sample, "sample") };
    write(&sample, to)?;
    let (drawn, file) = (sample.num_rows(), to.display().to_string());
    let text = format!("{drawn} of {} drawn by seed {}, written to {file}\n", people.len(), arguments.seed);
    Answer::new(text, json!({ "drawn": drawn, "of": people.len(), "seed": arguments.seed, "file": file }))
}

/// The citizens, or the members of the segment.
fn drawable(project: &Project, arguments: &Draw, run: &Run) -> Result<Population> {
    let people = flow::people(project)?;
    let (Some(segment), Some(as_of)) = (&arguments.segment, &arguments.as_of) else { return Ok(people) };
    let context = flow::context(as_of, project)?;
    let outside = crate::run::outside(project, &context)?;
    let people = outside.people(project, people, &context, run)?;
    let membership = flow::membership(&flow::book(project)?, &people, &context, &outside, run)?;
    let members = membership.segment(segment)?.bitmap().clone();
    let rows: Vec<usize> = (0..people.len()).filter(|row| members.get(*row)).collect();
    Population::from_table(people.table().take(&rows)?, people.key_name())
}

fn allocation(arguments: &Draw) -> Result<Allocation> {
    let numbers = arguments.numbers.iter().map(|word| pair(word, "--stratum NAME=NUMBER")).collect::<Result<Vec<_>>>()?;
    let wrong = |message: &str| Error::new(ErrorKind::InvalidArgument, message);
    if !numbers.is_empty() && !matches!(arguments.allocation.as_str(), "given" | "neyman") {
        return Err(wrong("--stratum needs --allocation given or neyman"));
    }
    let number = |(name, number): &(&str, &str)| Some(((*name).to_owned(), number.parse().ok()?));
    let spread = |(name, number): &(&str, &str)| Some(((*name).to_owned(), number.parse().ok()?));
    Ok(match arguments.allocation.as_str() {
        "equal" => Allocation::Equal,
        "neyman" => Allocation::Neyman(
            numbers.iter().map(spread).collect::<Option<_>>().ok_or_else(|| wrong("--stratum: expected a number after the name"))?,
        ),
        "given" => Allocation::Given(
            numbers.iter().map(number).collect::<Option<_>>().ok_or_else(|| wrong("--stratum: expected a whole number after the name"))?,
        ),
        _ => Allocation::Proportional,
    })
}

fn write(table: &Table, to: &Path) -> Result<()> {
    match to.extension().map(|extension| extension.to_string_lossy().to_lowercase()).as_deref() {
        Some("csv") => citx::write_csv(table, to),
        Some("parquet") => citx::write_parquet(table, to),
        _ => Err(Error::new(ErrorKind::Unsupported, "a sample is written to a file that ends in .csv or .parquet")),
    }
}

pub(super) fn response_rates(table: &Path, code: &str, count: Option<&str>, eligible: Option<f64>) -> Result<Answer> {
    let cases = citx::read_table(table, &[code], &ReadOptions::default())?;
    let rates = citx::satisfaction::response_rates(&cases, code, count, eligible);
    let rates = rates.map_err(|error| error.context(table.display().to_string()))?;
    let text = Table::from_columns(rates.columns().filter(|column| column.name() != "source"))?;
    Ok(Answer { text: crate::text::table(&text), ..Answer::table(&rates, "rates")? })
}

pub(super) fn sample_size(name: &str, population: u64, form: Option<&str>) -> Result<Answer> {
    let instrument = Instrument::builtin(name)?;
    let size = match form {
        Some(form) => instrument.sample_size_by(population, SampleForm::parse(form)?)?,
        None => instrument.sample_size(population)?,
    };
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
