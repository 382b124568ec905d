//! A landlord's return of the Tenant Satisfaction Measures, and the regulator's own data set.

use citx::report::{Report, Workbook};
use citx::satisfaction::ReturnWarning;
use citx::{Error, ErrorKind, Management, PerceptionPart, Result, Survey, Table, TsmRelease, TsmReturn, TsmReturnOptions};
use serde_json::{Map, Value as Json, json};

use crate::json as to_json;
use crate::outputs::{Outputs, write_json};
use crate::project::{Project, TsmPartSection, TsmSection};
use crate::survey::{Known, read};

/// The return that a project describes.
pub(crate) fn returned(project: &Project, section: &TsmSection, known: Known<'_>) -> Result<TsmReturn> {
    let options = options(section);
    if let Some(release) = &section.release {
        return of_release(&citx::read_tsm_release(&release.path)?, options, section);
    }
    let parts = section.parts.iter().map(|part| perception(project, section, part, known)).collect::<Result<Vec<_>>>()?;
    let management = section.management.as_ref().map(|management| {
        let table = citx::read_table(&management.source.path, &[&management.options.measure], &management.source.options)?;
        let figures = Management::from_table(&table, &management.options)?;
        if management.options.unit.is_some() { figures.of_unit(&section.landlord) } else { Ok(figures) }
    });
    let management = management.transpose().map_err(|error| error.context("[tsm.management]"))?;
    TsmReturn::new(parts, management.as_ref(), &options).map_err(|error| error.context("[tsm]"))
}

/// One landlord's return from the regulator's data set.
pub(crate) fn of_landlord(release: &TsmRelease, landlord: &str, year: &str) -> Result<TsmReturn> {
    let section = TsmSection { landlord: landlord.to_owned(), year: year.to_owned(), ..TsmSection::default() };
    of_release(release, options(&section), &section)
}

fn of_release(release: &TsmRelease, mut options: TsmReturnOptions, section: &TsmSection) -> Result<TsmReturn> {
    let landlords = column_texts(&release.returns, "landlord")?;
    let Some(row) = landlords.iter().position(|name| *name == section.landlord) else {
        let hint = nearest(&section.landlord, landlords).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        return Err(Error::new(ErrorKind::NotFound, format!("the data set has no landlord `{}`{hint}", section.landlord)));
    };
    let mut parts = release.parts(&section.landlord)?;
    for part in &mut parts {
        part.approach = section.approach.iter().cloned().collect();
    }
    let kind = column_texts(&release.returns, "type")?.get(row).filter(|kind| !kind.is_empty()).cloned();
    options.landlord_type = options.landlord_type.or(kind);
    let management = match release.management_of(&section.landlord) {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        found => Some(found?),
    };
    TsmReturn::new(parts, management.as_ref(), &options).map_err(|error| error.context("[tsm]"))
}

/// The texts of a column, empty where they are null.
pub(crate) fn column_texts(table: &Table, name: &str) -> Result<Vec<String>> {
    Ok(table.column(name)?.values().map(|value| crate::text::cell(&value)).collect())
}

fn nearest(name: &str, known: Vec<String>) -> Option<String> {
    let similar = known.into_iter().map(|known| (strsim::jaro_winkler(&known.to_lowercase(), &name.to_lowercase()), known));
    similar.filter(|(likeness, _)| *likeness > 0.85).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

fn options(section: &TsmSection) -> TsmReturnOptions {
    let mut options = TsmReturnOptions::default();
    options.landlord.clone_from(&section.landlord);
    options.year.clone_from(&section.year);
    options.landlord_type.clone_from(&section.landlord_type);
    options.benchmark_year.clone_from(&section.benchmark_year);
    (options.lcra_homes, options.lcho_homes) = (section.lcra_homes, section.lcho_homes);
    options.score.level = section.level.unwrap_or(options.score.level);
    options
}

fn perception(project: &Project, section: &TsmSection, own: &TsmPartSection, known: Known<'_>) -> Result<PerceptionPart> {
    let place = format!("tsm.{}", own.tenure);
    let survey = read(project, &own.survey, &place, known)?.survey;
    let unit = if own.survey.counts.is_some() {
        Some(unit(&survey, section, own).map_err(|error| error.context(format!("[{place}]")))?)
    } else {
        None
    };
    let mut part = PerceptionPart::new(&own.tenure, survey);
    part.unit = unit;
    (part.population, part.achieved, part.excluded) = (own.population, own.achieved, own.excluded);
    part.filters.clone_from(&own.filters);
    part.targets = own.targets.as_ref().map(|targets| citx::read_table(&targets.path, &["category"], &targets.options)).transpose()?;
    part.household.clone_from(&own.household);
    part.previous_mode.clone_from(&own.previous_mode);
    part.modes.clone_from(&own.modes);
    part.unweighted.clone_from(&own.unweighted);
    part.approach = section.approach.iter().chain(&own.approach).cloned().collect();
    Ok(part)
}

/// The landlord among the units of a survey of counts: by its name, or by its name and tenure.
fn unit(survey: &Survey, section: &TsmSection, part: &TsmPartSection) -> Result<String> {
    let landlord = part.survey.counts.as_ref().and_then(|columns| columns.landlord.as_ref()).unwrap_or(&section.landlord);
    let units = survey.units();
    let names = [landlord.clone(), format!("{landlord} ({})", part.tenure)];
    let found = names.into_iter().find(|name| units.contains(&name.as_str()));
    found.ok_or_else(|| {
        let near = nearest(landlord, units.into_iter().map(str::to_owned).collect());
        let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        Error::new(ErrorKind::NotFound, format!("no unit is called `{landlord}`{hint}"))
    })
}

/// Everything of a return, by the names of the sheets of its workbook.
pub(crate) fn as_json(tsm: &TsmReturn, landlord: &str, year: &str) -> Result<Json> {
    let mut json = Map::new();
    json.insert("landlord".into(), json!(landlord));
    json.insert("year".into(), json!(year));
    for (name, table) in tsm.sheets()? {
        json.insert(name.to_lowercase().replace(' ', "_"), json!(to_json::rows(&table)));
    }
    Ok(Json::Object(json))
}

pub(crate) fn workbook(tsm: &TsmReturn) -> Result<Workbook> {
    tsm.sheets()?.iter().try_fold(Workbook::new(), |book, (name, table)| book.sheet(name, table))
}

pub(crate) fn sentence(tsm: &TsmReturn, section: &TsmSection) -> String {
    let warnings = tsm.warnings();
    let missing = warnings.iter().filter(|warning: &&ReturnWarning| warning.code == "MeasureMissing").count();
    let missing = if missing > 0 { format!(", {missing} measures are missing") } else { String::new() };
    format!("{}, return for {}: {} things a regulator would ask about{missing}", section.landlord, section.year, warnings.len())
}

pub(crate) fn write(tsm: &TsmReturn, section: &TsmSection, outputs: &mut Outputs) -> Result<()> {
    citx::write_csv(&tsm.measures()?, outputs.file("tsm-measures.csv")?)?;
    citx::write_csv(&tsm.warning_table()?, outputs.file("tsm-warnings.csv")?)?;
    workbook(tsm)?.write(outputs.file("tsm-return.xlsx")?)?;
    let approach = outputs.file("tsm-approach.md")?;
    std::fs::write(&approach, tsm.summary_markdown()).map_err(|error| {
        Error::new(ErrorKind::Io, "the file cannot be written").context(approach.display().to_string()).caused_by(error)
    })?;
    write_json(&outputs.file("tsm.json")?, &as_json(tsm, &section.landlord, &section.year)?)
}

/// The columns of the measures that a person reads first.
pub(crate) fn shown(tsm: &TsmReturn) -> Result<Table> {
    const SHOWN: [&str; 10] =
        ["measure", "tenure", "published", "published_unit", "n", "regulator_moe", "ci_low", "ci_high", "quartile", "peers"];
    let measures = tsm.measures()?;
    Table::from_columns(SHOWN.iter().map(|name| measures.column(name)).collect::<Result<Vec<_>>>()?)
}

pub(crate) fn report(tsm: &TsmReturn, report: Report) -> Result<Report> {
    let approach = tsm.summary_of_approach()?;
    let items = ["tenure", "item", "heading", "text"].iter().map(|name| approach.column(name)).collect::<Result<Vec<_>>>()?;
    let report =
        report.table("Tenant Satisfaction Measures", &shown(tsm)?).table("What a regulator would ask about", &tsm.warning_table()?);
    Ok(report.table("Summary of approach", &Table::from_columns(items)?))
}
