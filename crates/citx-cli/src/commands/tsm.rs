//! `citx tsm`.

use std::collections::BTreeMap;

use citx::report::count;
use citx::{Result, Run, TsmRelease, TsmReturn};
use serde_json::{Value as Json, json};

use super::Answer;
use super::survey::Citizens;
use crate::args::Tsm;
use crate::text::{aligned, cell};
use crate::{Project, flow, json as to_json, tsm};

pub(super) fn tsm(arguments: &Tsm, run: &Run) -> Result<Answer> {
    let (made, landlord, year) = match (&arguments.release, &arguments.landlord, &arguments.year) {
        (Some(file), Some(landlord), Some(year)) => {
            (tsm::of_landlord(&citx::read_tsm_release(file)?, landlord, year)?, landlord.clone(), year.clone())
        }
        (Some(file), ..) => return published(&citx::read_tsm_release(file)?),
        (None, ..) => {
            let project = Project::read(&arguments.project.project)?;
            let section = project.tsm.as_ref().ok_or_else(|| flow::lacks(&project, "tsm"))?;
            let citizens = Citizens::read(&project, project.citizens.is_some(), arguments.as_of.as_deref(), run)?;
            (tsm::returned(&project, section, citizens.known())?, section.landlord.clone(), section.year.clone())
        }
    };
    let mut json = tsm::as_json(&made, &landlord, &year)?;
    let mut text = shown(&made, &arguments.show)?;
    if let Some(to) = &arguments.to {
        tsm::workbook(&made)?.write(to)?;
        text.push_str(&format!("written to {}\n", to.display()));
        if let Some(json) = json.as_object_mut() {
            json.insert("file".to_owned(), Json::from(to.display().to_string()));
        }
    }
    Answer::new(text, json)
}

fn shown(made: &TsmReturn, what: &str) -> Result<String> {
    let table = match what {
        "approach" => return Ok(made.summary_markdown()),
        "samples" => made.samples()?,
        "answers" => made.answer_counts()?,
        "methods" => made.methods()?,
        "representativeness" => made.representativeness()?,
        "characteristics" => made.characteristics()?,
        "weighting" => made.weighting()?,
        "warnings" => made.warning_table()?,
        "sources" => made.sources()?,
        "management" => match made.management()? {
            Some(figures) => figures,
            None => return Ok("no management figures\n".to_owned()),
        },
        _ => {
            let warnings = made.warnings().iter().map(|warning| format!("{}: {}\n", warning.code, warning.sentence)).collect::<String>();
            let warnings = if warnings.is_empty() { warnings } else { format!("\nwhat a regulator would ask about:\n{warnings}") };
            return Ok(crate::text::table(&tsm::shown(made)?) + &warnings);
        }
    };
    Ok(crate::text::table(&table))
}

/// What the regulator published of each landlord: a row for each return as text, every figure as JSON.
fn published(release: &TsmRelease) -> Result<Answer> {
    let (returns, figures) = (tsm::column_texts(&release.published, "return")?, tsm::column_texts(&release.published, "measure")?);
    let (percent, symbol) = (release.published.column("percent")?, tsm::column_texts(&release.published, "symbol")?);
    let mut by_return: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    for (row, (name, measure)) in returns.iter().zip(&figures).enumerate() {
        let text = match percent.value(row) {
            citx::Value::Float(percent) => format!("{percent:.1}"),
            _ => symbol.get(row).cloned().unwrap_or_default(),
        };
        by_return.entry(name).or_default().insert(measure, text);
    }
    let mut measures: Vec<&str> = figures.iter().map(String::as_str).collect();
    measures.sort_unstable();
    measures.dedup();
    let (achieved, names) = (release.returns.column("achieved")?, tsm::column_texts(&release.returns, "return")?);
    let line = |(row, name): (usize, &String)| {
        let own = by_return.get(name.as_str());
        let figure = |measure: &&str| own.and_then(|own| own.get(measure)).cloned().unwrap_or_default();
        [name.clone(), cell(&achieved.value(row))].into_iter().chain(measures.iter().map(figure)).collect()
    };
    let rows: Vec<Vec<String>> = names.iter().enumerate().map(line).collect();
    let headings: Vec<&str> = ["return", "answers"].into_iter().chain(measures.iter().copied()).collect();
    let text = format!("{}{} returns, percentages as published\n", aligned(&headings, &rows), count(rows.len() as u64));
    let json = json!({
        "returns": to_json::rows(&release.returns),
        "published": to_json::rows(&release.published),
        "management": to_json::rows(&release.management),
    });
    Answer::new(text, json)
}
