//! The tables of a return.

use super::super::{Benchmark, Estimate, Representativeness, ScoreOptions};
use super::management::ManagementFigure;
use super::returns::{Part, Perception, TsmReturn};
use crate::Result;
use crate::statistics::ExactSum;
use crate::table::{Column, Table, Value};

/// One row of the table of measures.
#[derive(Default)]
struct Row {
    measure: String,
    tenure: Option<String>,
    kind: &'static str,
    value: Option<f64>,
    value_unit: &'static str,
    published: Option<String>,
    published_unit: &'static str,
    numerator: Option<f64>,
    denominator: Option<f64>,
    n: Option<u64>,
    regulator_moe: Option<f64>,
    estimate: Option<Estimate>,
    not_applicable_share: Option<f64>,
    filter_share: Option<f64>,
    exactly_100: Option<bool>,
    benchmark: Option<(Benchmark, String, String)>,
}

const LEFT_BLANK: &str = "[X]";
const NOT_REQUIRED: &str = "[Z]";
/// How quartiles of the national figures were made.
const QUARTILE_METHOD: &str =
    "type 7 (linear interpolation, Excel QUARTILE.INC) over landlords, unweighted; the better quartile at a quartile's own figure";

fn known(value: f64) -> Option<f64> {
    Some(value).filter(|value| value.is_finite())
}

pub(super) fn measures(tsm: &TsmReturn) -> Result<Table> {
    let mut rows = Vec::new();
    for part in &tsm.parts {
        rows.extend(part.measures.iter().map(|perception| perception_row(tsm, part, perception)));
    }
    rows.extend(management_rows(tsm));
    let text = |name: &str, cell: &dyn Fn(&Row) -> Option<String>| Column::text(name, rows.iter().map(cell));
    let float = |name: &str, cell: &dyn Fn(&Row) -> Option<f64>| Column::float(name, rows.iter().map(cell));
    let design = |name: &str, cell: fn(&Estimate) -> f64| float(name, &|row| row.estimate.as_ref().map(cell).and_then(known));
    let peers = |name: &str, cell: fn(&Benchmark) -> f64| float(name, &|row| row.benchmark.as_ref().map(|(peers, ..)| cell(peers)));
    let is_symbol = |text: &String| text.starts_with('[');
    Table::from_columns([
        text("measure", &|row| Some(row.measure.clone())),
        text("tenure", &|row| row.tenure.clone()),
        text("kind", &|row| Some(row.kind.to_owned())),
        float("value", &|row| row.value),
        text("value_unit", &|row| Some(row.value_unit.to_owned())),
        text("published", &|row| row.published.clone()),
        text("published_unit", &|row| Some(row.published_unit.to_owned())),
        text("symbol", &|row| row.published.clone().filter(is_symbol)),
        float("numerator", &|row| row.numerator),
        float("denominator", &|row| row.denominator),
        Column::integer("n", rows.iter().map(|row| row.n.and_then(|n| i64::try_from(n).ok()))),
        float("regulator_moe", &|row| row.regulator_moe),
        design("moe", |estimate| estimate.moe),
        design("ci_low", |estimate| estimate.ci.0),
        design("ci_high", |estimate| estimate.ci.1),
        design("n_eff", |estimate| estimate.n_eff),
        design("deff", |estimate| estimate.deff),
        float("not_applicable_share", &|row| row.not_applicable_share),
        float("filter_share", &|row| row.filter_share),
        Column::boolean("is_exactly_100", rows.iter().map(|row| row.exactly_100)),
        Column::integer("quartile", rows.iter().map(|row| row.benchmark.as_ref().map(|(peers, ..)| i64::from(peers.quartile)))),
        text("quartile_method", &|row| row.benchmark.as_ref().map(|_| QUARTILE_METHOD.to_owned())),
        text("benchmark_year", &|row| row.benchmark.as_ref().map(|(_, _, year)| year.clone())),
        peers("peers", |peers| peers.peers as f64),
        text("peer_group", &|row| row.benchmark.as_ref().map(|(_, group, _)| group.clone())),
        peers("peer_lower", |peers| peers.quartiles.0),
        peers("peer_median", |peers| peers.quartiles.1),
        peers("peer_upper", |peers| peers.quartiles.2),
        text("warnings", &|row| row.estimate.as_ref().map(|estimate| estimate.warnings.join("; "))),
    ])
}

fn perception_row(tsm: &TsmReturn, part: &Part, perception: &Perception) -> Row {
    let mut row = Row {
        measure: perception.measure.clone(),
        tenure: Some(part.given.tenure.clone()),
        kind: "perception",
        value_unit: "proportion",
        published_unit: "percent",
        ..Row::default()
    };
    let Some(estimate) = &perception.estimate else {
        row.published = Some(if perception.required { LEFT_BLANK } else { NOT_REQUIRED }.to_owned());
        return row;
    };
    let (positive, base, excluded) = sums(part, perception);
    row.value = known(estimate.value);
    row.published.clone_from(&estimate.published);
    if row.value.is_some() {
        (row.numerator, row.denominator) = (Some(positive), Some(base));
        row.exactly_100 = Some(positive == base);
        row.regulator_moe = part.population.and_then(|population| part.instrument.margin_of_error(estimate.n, population).ok());
        row.benchmark = benchmark(tsm, part, &perception.measure, estimate);
    }
    row.n = Some(estimate.n);
    row.not_applicable_share = known(excluded / (base + excluded));
    row.filter_share = perception.filter.and_then(|filter| known(filter.share));
    row.estimate = Some(estimate.clone());
    row
}

/// Weighted sums of positive answers, of answers that count, and of those that do not.
pub(super) fn sums(part: &Part, perception: &Perception) -> (f64, f64, f64) {
    let values = part.instrument.measure(&perception.measure).map(|(_, scale)| scale.values.clone()).unwrap_or_default();
    let counting = || perception.counts.iter().filter(|count| count.counts);
    let sum = |terms: &mut dyn Iterator<Item = f64>| terms.collect::<ExactSum>().value();
    let positive = sum(&mut counting().zip(&values).map(|(count, value)| count.weighted * value));
    let base = sum(&mut counting().map(|count| count.weighted));
    let excluded = sum(&mut perception.counts.iter().filter(|count| !count.counts).map(|count| count.weighted));
    (positive, base, excluded)
}

fn benchmark(tsm: &TsmReturn, part: &Part, measure: &str, estimate: &Estimate) -> Option<(Benchmark, String, String)> {
    let tenure = &part.given.tenure;
    // The regulator's data sets write LARP, its headlines LA.
    let kind = tsm.options.landlord_type.as_deref().map(|kind| if kind == "LARP" { "LA" } else { kind });
    let group = kind.map_or(tenure.clone(), |kind| format!("{tenure}:{kind}"));
    let years = match &tsm.options.benchmark_year {
        Some(year) => vec![year.clone()],
        None => part.instrument.benchmark_years().into_iter().filter(|year| *year <= tsm.options.year).rev().collect(),
    };
    let of = |group: &String| {
        let mut found =
            years.iter().filter_map(|year| Some((part.instrument.benchmark(measure, estimate, group, year).ok()?, year.clone())));
        found.next().map(|(peers, year)| (peers, group.clone(), year))
    };
    of(&group).or_else(|| of(tenure))
}

/// The management measures, each once, those of complaints for each tenure; what there is no figure of is left blank.
fn management_rows(tsm: &TsmReturn) -> Vec<Row> {
    let figures = tsm.management.as_ref().map_or(&[][..], |management| management.figures());
    let mut rows = Vec::new();
    for part in &tsm.requirements.management {
        let tenures: Vec<Option<String>> = match part.by_tenure {
            true => complaint_tenures(tsm),
            false => vec![None],
        };
        for tenure in tenures {
            let of_tenure = |figure: &&ManagementFigure| figure.tenure == tenure || (figure.tenure.is_none() && tsm.parts.len() < 2);
            let figure = figures.iter().filter(|figure| figure.measure == part.code()).find(of_tenure);
            let (unit, published_unit) = if part.per == 100 { ("proportion", "percent") } else { ("per_1000", "per_1000") };
            rows.push(Row {
                measure: part.code(),
                tenure,
                kind: "management",
                value: figure.and_then(|figure| known(figure.value)),
                value_unit: unit,
                published: figure.map_or(Some(LEFT_BLANK.to_owned()), |figure| figure.published.clone()),
                published_unit,
                numerator: figure.and_then(|figure| figure.numerator),
                denominator: figure.and_then(|figure| figure.denominator),
                exactly_100: figure.filter(|figure| figure.value.is_finite()).map(|figure| figure.is_exactly_100),
                ..Row::default()
            });
        }
    }
    rows
}

/// The tenures of which complaints are returned: those surveyed, and those of which there are figures.
pub(super) fn complaint_tenures(tsm: &TsmReturn) -> Vec<Option<String>> {
    let figures = tsm.management.as_ref().map_or(&[][..], |management| management.figures());
    let surveyed = tsm.parts.iter().map(|part| part.given.tenure.as_str());
    let given = figures.iter().filter(|figure| figure.symbol.is_none()).filter_map(|figure| figure.tenure.as_deref());
    let named: Vec<&str> = surveyed.chain(given).collect();
    let tenures: Vec<Option<String>> =
        ["LCRA", "LCHO", "Combined"].into_iter().filter(|tenure| named.contains(tenure)).map(|tenure| Some(tenure.to_owned())).collect();
    if tenures.is_empty() { vec![None] } else { tenures }
}

pub(super) fn samples(tsm: &TsmReturn) -> Result<Table> {
    let parts = &tsm.parts;
    let size = |part: &Part| part.population.and_then(|population| part.instrument.sample_size(population).ok());
    let margin = |part: &Part| part.population.and_then(|population| part.instrument.margin_of_error(part.achieved, population).ok());
    let whole = |name: &str, cell: &dyn Fn(&Part) -> Option<u64>| {
        Column::integer(name, parts.iter().map(|part| cell(part).and_then(|number| i64::try_from(number).ok())))
    };
    let float = |name: &str, cell: &dyn Fn(&Part) -> Option<f64>| Column::float(name, parts.iter().map(cell));
    Table::from_columns([
        Column::text("tenure", parts.iter().map(|part| Some(&part.given.tenure))),
        whole("population", &|part| part.population),
        whole("achieved", &|part| Some(part.achieved)),
        Column::text("selection", parts.iter().map(|part| part.selection.as_ref())),
        whole("required", &|part| size(part).map(|size| size.required)),
        float("required_exact", &|part| size(part).map(|size| size.exact)),
        float("moe_required", &|part| size(part).map(|size| size.moe)),
        float("moe_achieved", &margin),
        float("n_eff", &|part| part.given.survey.respondents().map(|answers| answers.weight_facts().0)),
        float("moe_weighted", &weighted_margin),
        whole("short_by", &|part| size(part).map(|size| size.required.saturating_sub(part.achieved))),
        Column::boolean("census_suffices", parts.iter().map(|part| part.population.map(|_| part.known.census_suffices))),
        Column::text("rule", parts.iter().map(|part| Some(rule(part)))),
    ])
}

/// Whether the sample is what the standard requires.
pub(super) fn rule(part: &Part) -> &'static str {
    match part.known.required {
        None => "unknown",
        Some(required) if part.achieved >= required => "met",
        Some(_) if part.known.census_suffices => "met by census",
        Some(_) => "not met",
    }
}

/// The regulator's formula with the effective sample: 1.96 sqrt(0.25 / n_eff (N - n) / (N - 1)).
fn weighted_margin(part: &Part) -> Option<f64> {
    let margin = part.instrument.margin_of_error(part.achieved, part.population?).ok()?;
    let (n_eff, _) = part.given.survey.respondents()?.weight_facts();
    known(margin * (part.achieved as f64 / n_eff).sqrt())
}

pub(super) fn methods(tsm: &TsmReturn) -> Result<Table> {
    let mut rows: Vec<(&str, &str, u64, f64, Option<Estimate>)> = Vec::new();
    for part in &tsm.parts {
        let all: u64 = part.modes.iter().map(|mode| mode.responses).sum();
        for mode in &part.modes {
            let estimate = by_method(tsm, part, &mode.name)?;
            rows.push((&part.given.tenure, &mode.name, mode.responses, mode.responses as f64 / all as f64, estimate));
        }
    }
    let enough = |responses: u64| responses >= tsm.requirements.rules.method_surveys;
    let predominant = |tenure: &str| tsm.parts.iter().find(|part| part.given.tenure == tenure).and_then(|part| predominant(tsm, part));
    Table::from_columns([
        Column::text("tenure", rows.iter().map(|row| Some(row.0))),
        Column::text("method", rows.iter().map(|row| Some(row.1))),
        Column::integer("responses", rows.iter().map(|row| i64::try_from(row.2).ok())),
        Column::float("share", rows.iter().map(|row| known(row.3))),
        Column::text("predominant", rows.iter().map(|row| predominant(row.0))),
        Column::float("value", rows.iter().map(|row| row.4.as_ref().filter(|_| enough(row.2)).and_then(|estimate| known(estimate.value)))),
        Column::text(
            "published",
            rows.iter().map(|row| match &row.4 {
                Some(_) if !enough(row.2) => Some("[S]".to_owned()),
                estimate => estimate.as_ref().and_then(|estimate| estimate.published.clone()),
            }),
        ),
    ])
}

/// The predominant method of collection, or that there is none; nothing where methods are not known.
pub(super) fn predominant(tsm: &TsmReturn, part: &Part) -> Option<String> {
    let all: u64 = part.modes.iter().map(|mode| mode.responses).sum();
    let most = part.modes.iter().max_by_key(|mode| mode.responses)?;
    let share = most.responses as f64 / all as f64;
    Some(if share > tsm.requirements.rules.predominant_above { most.name.clone() } else { "No predominant method".to_owned() })
}

/// TP01 of those who answered by one method.
fn by_method(tsm: &TsmReturn, part: &Part, method: &str) -> Result<Option<Estimate>> {
    let Some(answers) = part.given.survey.respondents() else { return Ok(None) };
    let (Some(column), Ok(variable)) = (&answers.options.mode, answers.measure("TP01")) else { return Ok(None) };
    let codes = answers.codes(column)?;
    let wanted = codes.labels.iter().position(|label| label == method).map(|at| at as u32);
    let members: Vec<u32> = answers.design.order.iter().copied().filter(|&row| codes.codes.get(row as usize).copied() == wanted).collect();
    let options = ScoreOptions { min_base: 0, ..tsm.options.score.clone() };
    answers.estimate(&variable, Some(&members), &options).map(Some)
}

pub(super) fn answer_counts(tsm: &TsmReturn) -> Result<Table> {
    let given = |part: &Part, measure: &str, answer: &str| {
        let found = part.given.unweighted.iter().find(|(known, _)| same_answer(part, measure, known, answer));
        (measure == "TP01").then(|| found.map(|(_, count)| *count)).flatten()
    };
    let mut rows = Vec::new();
    for part in &tsm.parts {
        for perception in &part.measures {
            for count in &perception.counts {
                let respondents = given(part, &perception.measure, &count.answer).or(count.respondents);
                rows.push((part.given.tenure.as_str(), perception.measure.as_str(), count, respondents));
            }
        }
    }
    Table::from_columns([
        Column::text("tenure", rows.iter().map(|row| Some(row.0))),
        Column::text("measure", rows.iter().map(|row| Some(row.1))),
        Column::text("answer", rows.iter().map(|row| Some(&row.2.answer))),
        Column::boolean("in_base", rows.iter().map(|row| Some(row.2.counts))),
        Column::float("respondents", rows.iter().map(|row| row.3)),
        Column::float("weighted", rows.iter().map(|row| known(row.2.weighted))),
    ])
}

fn same_answer(part: &Part, measure: &str, a: &str, b: &str) -> bool {
    let Ok((_, scale)) = part.instrument.measure(measure) else { return false };
    matches!((scale.read(a), scale.read(b)), (Some(a), Some(b)) if a == b)
}

pub(super) fn weighting(tsm: &TsmReturn) -> Result<Table> {
    let parts = &tsm.parts;
    let facts = |part: &Part| part.given.survey.respondents().map(super::super::answers::Answers::weight_facts);
    let float = |name: &str, cell: &dyn Fn(&Part) -> Option<f64>| Column::float(name, parts.iter().map(|part| cell(part).and_then(known)));
    let weighted = |part: &Part| part.estimate("TP01").map(|estimate| estimate.value);
    Table::from_columns([
        Column::text("tenure", parts.iter().map(|part| Some(&part.given.tenure))),
        Column::boolean("weighted", parts.iter().map(is_weighted)),
        Column::integer("n", parts.iter().map(|part| i64::try_from(part.achieved).ok())),
        float("n_eff", &|part| facts(part).map(|facts| facts.0)),
        float("efficiency", &|part| facts(part).map(|facts| facts.0 / part.achieved as f64)),
        float("largest_weight", &|part| facts(part).map(|facts| facts.1)),
        float("tp01_unweighted", &unweighted_tp01),
        float("tp01_weighted", &weighted),
        float("effect_pp", &|part| Some(100.0 * (weighted(part)? - unweighted_tp01(part)?))),
    ])
}

/// Whether some answers count more than others; of counts, whether they are fractional or unweighted ones stand beside them.
pub(super) fn is_weighted(part: &Part) -> Option<bool> {
    match part.given.survey.respondents() {
        Some(answers) => Some(answers.is_weighted()),
        None => {
            let fractional = part.measures.iter().flat_map(|perception| &perception.counts).any(|count| count.weighted.fract() != 0.0);
            Some(fractional || !part.given.unweighted.is_empty())
        }
    }
}

/// TP01 of the respondents as they are.
pub(super) fn unweighted_tp01(part: &Part) -> Option<f64> {
    let perception = part.measures.iter().find(|perception| perception.measure == "TP01")?;
    let (_, scale) = part.instrument.measure("TP01").ok()?;
    let given = |answer: &str| part.given.unweighted.iter().find(|(known, _)| same_answer(part, "TP01", known, answer));
    let (mut positive, mut base) = (0.0, 0.0);
    for (count, value) in perception.counts.iter().filter(|count| count.counts).zip(&scale.values) {
        let n = if part.given.unweighted.is_empty() { count.respondents? } else { given(&count.answer).map_or(0.0, |(_, n)| *n) };
        base += n;
        positive += n * value;
    }
    known(positive / base)
}

/// A table of each tenure, one below the other, with the tenure in front.
pub(super) fn by_tenure(tsm: &TsmReturn, of: fn(&Part) -> Option<&Table>) -> Result<Table> {
    let mut records = Vec::new();
    let mut empty = true;
    for part in &tsm.parts {
        let Some(table) = of(part) else { continue };
        for at in 0..table.num_rows() {
            let mut record = crate::table::Record::default();
            record.set("tenure", Value::Text(part.given.tenure.clone()));
            for (name, value) in table.row(at).fields() {
                record.set(name.clone(), value.clone());
            }
            records.push(record);
            empty = false;
        }
    }
    if empty { Table::from_columns([Column::text("tenure", std::iter::empty::<Option<&str>>())]) } else { Table::from_records(&records) }
}

/// An assessment of representativeness in words.
pub(super) fn assessment(found: &Representativeness) -> String {
    let table = &found.characteristics;
    let sentence = |at: usize| {
        let row = table.row(at);
        let text = |name: &str| match row.get(name) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let number = |name: &str| match row.get(name) {
            Some(Value::Float(number)) => *number,
            _ => f64::NAN,
        };
        let effect = number("effect_pp");
        let effect = if effect.is_nan() { String::new() } else { format!(", weighting by it would change TP01 by {effect:+.1} points") };
        format!(
            "by {} the sample differs from the population by at most {:.1} percentage points ({:.1} after weighting){effect}",
            text("characteristic"),
            number("largest_difference_pp"),
            number("largest_weighted_difference_pp"),
        )
    };
    (0..table.num_rows()).map(sentence).collect::<Vec<_>>().join("; ")
}

pub(super) fn approach(tsm: &TsmReturn) -> Result<Table> {
    let rows: Vec<_> = tsm.parts.iter().flat_map(|part| part.summary.items.iter().map(move |item| (&part.given.tenure, item))).collect();
    Table::from_columns([
        Column::text("tenure", rows.iter().map(|(tenure, _)| Some(tenure))),
        Column::text("item", rows.iter().map(|(_, item)| Some(&item.item))),
        Column::text("name", rows.iter().map(|(_, item)| Some(&item.name))),
        Column::text("heading", rows.iter().map(|(_, item)| Some(&item.heading))),
        Column::text("text", rows.iter().map(|(_, item)| Some(&item.text))),
        Column::boolean("complete", rows.iter().map(|(_, item)| Some(item.complete))),
    ])
}

pub(super) fn sources(tsm: &TsmReturn) -> Result<Table> {
    let mut rows = vec![
        ("landlord".to_owned(), tsm.options.landlord.clone()),
        ("reporting year".to_owned(), tsm.options.year.clone()),
        ("citx".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
    ];
    if let Some(part) = tsm.parts.first() {
        rows.push(("instrument".to_owned(), part.instrument.name().to_owned()));
        rows.push(("requirements".to_owned(), part.instrument.source().to_owned()));
    }
    rows.push((
        "national figures".to_owned(),
        "computed from the Tenant Satisfaction Measures data sets of the Regulator of Social Housing, Open Government Licence v3.0"
            .to_owned(),
    ));
    rows.push(("quartiles".to_owned(), QUARTILE_METHOD.to_owned()));
    rows.push((
        "margins of error".to_owned(),
        "regulator_moe is the regulator's formula, which knows nothing of weights; moe is half the interval of the design".to_owned(),
    ));
    rows.extend(tsm.requirements.symbols.iter().map(|(symbol, meaning)| (symbol.clone(), meaning.clone())));
    Table::from_columns([
        Column::text("what", rows.iter().map(|(what, _)| Some(what))),
        Column::text("source", rows.iter().map(|(_, source)| Some(source))),
    ])
}
