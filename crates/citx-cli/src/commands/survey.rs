//! `citx score` and `citx compare`.

use citx::{Column, Error, ErrorKind, Estimate, Membership, Population, Result, Run, Table, Value};
use serde_json::{Value as Json, json};

use super::{Answer, pair};
use crate::args::{Compare, Figure, Score};
use crate::project::{FigureKind, SurveySection};
use crate::survey::{self, Known, Protection};
use crate::{Project, flow};

pub(super) fn score(arguments: &Score, run: &Run) -> Result<Answer> {
    let (project, measure) = match arguments.words.as_slice() {
        [] => ("citx.toml", None),
        [project] if is_project(project) => (project.as_str(), None),
        [measure] => ("citx.toml", Some(measure.as_str())),
        [project, measure, ..] => (project.as_str(), Some(measure.as_str())),
    };
    let kind = kind(&arguments.figure)?;
    if measure.is_some() && kind.is_some() {
        return Err(Error::new(ErrorKind::InvalidArgument, "name a measure or a figure of a column, not both"));
    }
    let project = Project::read(project)?;
    let section = project.survey.as_ref().ok_or_else(|| flow::lacks(&project, "survey"))?;
    let by: Vec<Vec<String>> = arguments.by.iter().map(|names| names.split(',').map(|name| name.trim().to_owned()).collect()).collect();
    let citizens = Citizens::of_answers(&project, section, arguments.as_of.as_deref(), &by, run)?;
    let asked = survey::asked(&project, citizens.known())?;
    let protection = section.protect.as_ref().map(|protect| Protection::new(&project, protect)).transpose()?;
    let options = survey::score_options(section);
    let measure = measure.filter(|measure| *measure != "all");
    let unit = arguments.unit.as_deref();
    let single = by.is_empty() && (unit.is_some() || asked.counts.is_none());
    let estimates = match (&kind, measure.filter(|_| single)) {
        (Some(kind), _) if by.is_empty() => survey::figure(&asked.survey, None, kind, &options)?,
        (None, Some(measure)) => vec![(measure.to_owned(), asked.survey.score(measure, unit, &options)?)],
        _ => Vec::new(),
    };
    if !estimates.is_empty() {
        return alone(&estimates, unit, protection.as_ref());
    }
    let scores = match &kind {
        Some(kind) => survey::figure_table(&asked.survey, None, kind, &by, &options)?,
        None => asked.survey.scores_with(&by, &options, run)?,
    };
    let scores = protection.map_or_else(|| Ok(scores.clone()), |protection| protection.scores(&scores))?;
    let scores = keep(&scores, "measure", measure, "measure")?;
    let scores = keep(&scores, "group", unit, "unit")?;
    Answer::table(&scores, "scores")
}

/// Figures of everyone, or of one unit, unless too few answered.
fn alone(estimates: &[(String, Estimate)], unit: Option<&str>, protection: Option<&Protection>) -> Result<Answer> {
    if let Some(rule) = protection.map(|protection| &protection.rule)
        && let Some((name, _)) = estimates.iter().find(|(_, estimate)| rule.withholds(estimate.n))
    {
        let message = format!("`{name}` rests on too few answers to be shown by the rule {}", rule.name());
        return Err(Error::new(ErrorKind::Suppressed, message));
    }
    let text: String = estimates.iter().map(|(name, estimate)| words(name, estimate)).collect();
    let mut json: Vec<Json> = estimates.iter().map(|(name, estimate)| as_json(name, unit, estimate)).collect();
    match json.pop() {
        Some(one) if json.is_empty() => Answer::new(text, one),
        last => Answer::new(text, json!({ "scores": json.into_iter().chain(last).collect::<Vec<_>>() })),
    }
}

/// The figure that the arguments ask for.
fn kind(figure: &Figure) -> Result<Option<FigureKind>> {
    let sides = |word: &str| match word.split_once('=') {
        Some((column, value)) => (column.to_owned(), Some(value.to_owned())),
        None => (word.to_owned(), None),
    };
    if let Some(column) = &figure.mean {
        return Ok(Some(FigureKind::Mean { column: column.clone() }));
    }
    if let Some(word) = &figure.total {
        let (column, equals) = sides(word);
        return Ok(Some(FigureKind::Total { column, equals }));
    }
    if let Some(word) = &figure.proportion {
        let (column, equals) = pair(word, "--proportion COLUMN=VALUE")?;
        return Ok(Some(FigureKind::Proportion { column: column.to_owned(), equals: equals.to_owned() }));
    }
    if let Some(word) = &figure.ratio {
        let wrong = || Error::new(ErrorKind::InvalidArgument, "expected --ratio COLUMN/COLUMN");
        let (numerator, denominator) = word.split_once('/').ok_or_else(wrong)?;
        return Ok(Some(FigureKind::Ratio { numerator: numerator.to_owned(), denominator: denominator.to_owned() }));
    }
    let Some(word) = &figure.quantile else { return Ok(None) };
    let (column, shares) = sides(word);
    let shares = shares.as_deref().unwrap_or("0.5").split(',').map(|share| share.trim().parse::<f64>()).collect::<Result<_, _>>();
    let shares = shares.map_err(|_| Error::new(ErrorKind::InvalidArgument, "expected --quantile COLUMN=SHARES, such as rent=0.25,0.75"))?;
    Ok(Some(FigureKind::Quantile { column, shares, rule: None, method: None }))
}

/// The citizens behind the answers, as far as what is asked needs them.
pub(super) struct Citizens {
    people: Option<Population>,
    membership: Option<Membership>,
}

impl Citizens {
    fn of_answers(project: &Project, section: &SurveySection, as_of: Option<&str>, by: &[Vec<String>], run: &Run) -> Result<Self> {
        let weighted: Vec<&String> = section.weighting.margins().flat_map(|margin| &margin.by).collect();
        if as_of.is_none() && by.iter().flatten().chain(weighted.iter().copied()).any(|name| name.starts_with("segment:")) {
            return Err(Error::new(
                ErrorKind::InvalidArgument,
                "a breakdown or margin by segment needs --as-of: segments change with time",
            ));
        }
        let wanted = project.citizens.is_some() && section.key.is_some() && (as_of.is_some() || !weighted.is_empty());
        Self::read(project, wanted, as_of, run)
    }

    /// The citizens, where they are wanted or there is an instant, at which they are in segments.
    pub(super) fn read(project: &Project, wanted: bool, as_of: Option<&str>, run: &Run) -> Result<Self> {
        let people = (wanted || as_of.is_some()).then(|| flow::people(project)).transpose()?;
        let (Some(people), Some(as_of)) = (people.clone(), as_of) else { return Ok(Self { people, membership: None }) };
        let context = flow::context(as_of, project)?;
        let outside = crate::run::outside(project, &context)?;
        let people = outside.people(project, people, &context, run)?;
        let segments = (!project.segments.is_empty()).then(|| flow::book(project)).transpose()?;
        let membership = segments.map(|book| flow::membership(&book, &people, &context, &outside, run)).transpose()?;
        Ok(Self { people: Some(people), membership })
    }

    pub(super) fn known(&self) -> Known<'_> {
        Known { people: self.people.as_ref(), membership: self.membership.as_ref() }
    }
}

pub(super) fn compare(arguments: &Compare, run: &Run) -> Result<Answer> {
    let (earlier, later) = match arguments.projects.as_slice() {
        [earlier, later, ..] => (Some(Project::read(earlier)?), Project::read(later)?),
        [one] => (None, Project::read(one)?),
        [] => (None, Project::read("citx.toml")?),
    };
    let section = later.survey.as_ref().ok_or_else(|| flow::lacks(&later, "survey"))?;
    let own = section.compare.as_ref();
    let mut options = own.map_or_else(Default::default, |compare| compare.options.clone());
    if own.is_none() {
        options.compare.level = section.level.unwrap_or(options.compare.level);
        options.compare.min_base = section.min_base.unwrap_or(options.compare.min_base);
    }
    if !arguments.measures.is_empty() {
        options.measures.clone_from(&arguments.measures);
    }
    let set = |given: &Option<String>, option: &mut String| given.iter().for_each(|given| option.clone_from(given));
    set(&arguments.adjust, &mut options.adjust);
    set(&arguments.interval, &mut options.compare.interval);
    set(&arguments.overlap, &mut options.compare.overlap);
    options.compare.level = arguments.level.unwrap_or(options.compare.level);
    let wave = |project: &Project, section: &SurveySection, place: &str| {
        // A project without citizens has no segments either.
        let as_of = arguments.as_of.as_deref().filter(|_| project.citizens.is_some());
        let citizens = Citizens::of_answers(project, section, as_of, &[], run)?;
        Ok::<_, Error>(survey::read(project, section, place, citizens.known())?.survey)
    };
    let before = match (&earlier, own) {
        (Some(project), _) => wave(project, project.survey.as_ref().ok_or_else(|| flow::lacks(project, "survey"))?, "survey")?,
        (None, Some(compare)) => wave(&later, &compare.before, "survey.compare.before")?,
        (None, None) => return Err(flow::lacks(&later, "survey.compare")),
    };
    let after = wave(&later, section, "survey")?;
    let protection = section.protect.as_ref().map(|protect| Protection::new(&later, protect)).transpose()?;
    Answer::table(&survey::compared(&before, &after, section, &options, protection.as_ref())?, "compare")
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
        "{measure}: {:.4} ({}), {}% interval {:.4} to {:.4}\n{published}{}s: {} (effective {:.1}, design effect {:.3}), standard error {:.4}\nmethod: {}\n{warnings}",
        estimate.value,
        estimate.unit,
        estimate.level * 100.0,
        estimate.ci.0,
        estimate.ci.1,
        estimate.base,
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
        "base": estimate.base,
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
