//! The cases of tests/conformance/surveys.tsv: operations on surveys, against R.

mod support;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use citx::satisfaction::{CalibrateOptions, Counted, Margin, QuantileOptions, RakeOptions, ReplicateOptions, Test, TrimOptions, Weighting};
use citx::{Estimate, Instrument, ReadOptions, Result, ScaleOptions, ScoreOptions, Survey, SurveyOptions, Table, Value};
use support::{Case, cases, expected_error};

type Pairs = HashMap<String, String>;

/// What a case asks for.
enum Figure {
    Estimate(Estimate),
    Row(Table, usize),
    Test(Test),
    Weighting(Option<Arc<Weighting>>),
    Weights(Vec<f64>),
    Counted(Counted),
}

fn pairs(text: &str, separator: char) -> Pairs {
    let item = |item: &str| item.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).expect("name=value");
    text.split(separator).filter(|part| !part.is_empty()).map(item).collect()
}

fn list(options: &Pairs, name: &str, separator: char) -> Vec<String> {
    options.get(name).map(|items| items.split(separator).filter(|item| !item.is_empty()).map(str::to_owned).collect()).unwrap_or_default()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

fn set(field: &mut String, options: &Pairs, name: &str) {
    options.get(name).into_iter().for_each(|value| field.clone_from(value));
}

fn instrument(options: &Pairs) -> Result<Option<Instrument>> {
    if !options.contains_key("answers") {
        return options.get("instrument").map(|name| Instrument::builtin(name)).transpose();
    }
    let mut scale = ScaleOptions::default();
    (scale.answers, scale.positive) = (list(options, "answers", '|'), list(options, "positive", '|'));
    (scale.negative, scale.excluded) = (list(options, "negative", '|'), list(options, "excluded", '|'));
    set(&mut scale.figure, options, "figure");
    set(&mut scale.definition, options, "definition");
    scale.decimals = options.get("decimals").map(|decimals| decimals.parse().expect("a count"));
    Instrument::scale("own", scale).map(Some)
}

fn survey(case: &Case) -> Result<Survey> {
    let given = pairs(case.raw("survey"), ';');
    let mut options = SurveyOptions::default();
    options.instrument = instrument(&given)?;
    let questions = given.get("questions").into_iter();
    options.questions =
        questions.map(|pair| pair.split_once('|').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("measure|column")).collect();
    let text = |name: &str| given.get(name).cloned();
    (options.weights, options.strata) = (text("weights"), text("strata"));
    (options.psu, options.fpc) = (list(&given, "psu", '|'), list(&given, "fpc", '|'));
    (options.selection, options.lonely_psu) = (text("selection"), text("lonely_psu"));
    (options.base, options.base_key) = (text("base"), text("base_key"));
    options.frame_size = text("frame_size").map(|size| size.parse().expect("a count"));
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "tests", case.raw("table")].iter().collect();
    steps(Survey::from_table(&citx::read_table(path, &[], &ReadOptions::new())?, &options)?, case.raw("steps"))
}

/// The survey after weightings and replicates.
fn steps(mut survey: Survey, steps: &str) -> Result<Survey> {
    let (mut margins, mut totals) = (Vec::new(), Vec::new());
    for step in steps.split(';').filter(|step| !step.is_empty()) {
        let (verb, words) = step.split_once('|').unwrap_or((step, ""));
        let numbers = |text: &str| -> Vec<(String, f64)> {
            let item = |item: &str| item.split_once('=').map(|(name, total)| (name.to_owned(), number(total))).expect("name=total");
            text.split('|').map(item).collect()
        };
        if verb == "margin" {
            let (by, categories) = words.split_once('|').expect("totals");
            margins.push(Margin::new([by.to_owned()], numbers(categories)));
            continue;
        }
        let given = pairs(words, '|');
        let bound = |name: &str| given.get(name).map(|bound| number(bound));
        survey = match verb {
            "total" => {
                totals.extend(numbers(words));
                continue;
            }
            "post_stratify" => survey.post_stratify(&std::mem::take(&mut margins)[0])?,
            "rake" => {
                let mut options = RakeOptions::default();
                options.max_iterations = given.get("max_iterations").map_or(options.max_iterations, |most| most.parse().expect("a count"));
                survey.rake(&std::mem::take(&mut margins), &options)?
            }
            "calibrate" => {
                let mut options = CalibrateOptions::default();
                (options.margins, options.totals) = (std::mem::take(&mut margins), std::mem::take(&mut totals));
                set(&mut options.distance, &given, "distance");
                let bounds = given.get("bounds").and_then(|bounds| bounds.split_once(','));
                options.bounds = bounds.map(|(low, high)| (number(low), number(high)));
                survey.calibrate(&options)?
            }
            "trim" => {
                let mut options = TrimOptions::default();
                (options.lower, options.upper) = (bound("lower"), bound("upper"));
                set(&mut options.rule, &given, "rule");
                survey.trim(&options)?
            }
            "replicated" => survey.replicated(&given["kind"], 0, 0)?,
            "replicate_weights" => {
                let mut options = ReplicateOptions::default();
                (options.columns, options.kind) = (list(&given, "columns", ','), given["kind"].clone());
                options.mse = given.get("mse").is_some_and(|mse| mse == "true");
                survey.with_replicate_weights(&options)?
            }
            other => panic!("{other}"),
        };
    }
    Ok(survey)
}

fn figure(case: &Case) -> Result<Figure> {
    let words: Vec<&str> = case.raw("figure").split('|').collect();
    let given = pairs(case.raw("options"), ';');
    if let ["counted", measure, periods @ ..] = words.as_slice() {
        let instrument = instrument(&pairs(case.raw("survey"), ';'))?.expect("an instrument");
        let period = |period: &&str| period.split_once('/').map(|(a, b)| (number(a), number(b))).expect("numerator/denominator");
        return instrument.counted(measure, &periods.iter().map(period).collect::<Vec<_>>()).map(Figure::Counted);
    }
    let survey = survey(case)?;
    let level = given.get("level").map_or(0.95, |level| number(level));
    let mut options = ScoreOptions::default();
    options.level = level;
    set(&mut options.method, &given, "method");
    set(&mut options.deff_reference, &given, "deff_reference");
    if let (Some(by), Some(group)) = (given.get("by"), given.get("group")) {
        let by = [vec![by.clone()]];
        let table = match words.as_slice() {
            ["mean", column] => survey.mean_by(column, &by, &options)?,
            ["total", column] => survey.total_by(column, None, &by, &options)?,
            other => panic!("{other:?}"),
        };
        let row = (0..table.num_rows()).find(|&row| table.column("group").expect("there").value(row) == Value::Text(group.clone()));
        return Ok(Figure::Row(table, row.expect("the group")));
    }
    let estimate = match words.as_slice() {
        ["mean", column] => survey.mean(column, &options),
        ["total", column, equals @ ..] => survey.total(column, equals.first().copied(), &options),
        ["ratio", numerator, denominator] => survey.ratio(numerator, denominator, &options),
        ["proportion", column, equals] => survey.proportion(column, equals, &options),
        ["score", measure] => survey.score(measure, None, &options),
        ["quantile", column, share] => {
            let mut options = QuantileOptions::default();
            options.level = level;
            set(&mut options.rule, &given, "rule");
            set(&mut options.method, &given, "method");
            survey.quantile(column, &[number(share)], &options).map(|mut estimates| estimates.remove(0))
        }
        ["test", column, by] => return survey.test(column, by, level).map(Figure::Test),
        ["test_mean", column, mean] => return survey.test_mean(column, number(mean), level).map(Figure::Test),
        ["chi_squared", rows, columns, statistic] => return survey.chi_squared(rows, columns, statistic).map(Figure::Test),
        ["weighting"] => return Ok(Figure::Weighting(survey.weighting())),
        ["weights"] => return survey.weights().map(Figure::Weights),
        other => panic!("{other:?}"),
    };
    estimate.map(Figure::Estimate)
}

/// One of the numbers of a result, or the text it has in its place.
fn field(figure: &Figure, name: &str) -> std::result::Result<f64, String> {
    match (figure, name) {
        (Figure::Estimate(e), "unit") => Err(e.unit.clone()),
        (Figure::Estimate(e), "method") => Err(e.method.clone()),
        (Figure::Estimate(e), "definition") => Err(e.definition.clone()),
        (Figure::Estimate(e), "base") => Err(e.base.clone()),
        (Figure::Estimate(e), "deff_reference") => Err(e.deff_reference.clone()),
        (Figure::Estimate(e), "published") => Err(e.published.clone().unwrap_or_default()),
        (Figure::Estimate(e), "published_unit") => Err(e.published_unit.clone().unwrap_or_default()),
        (Figure::Estimate(e), "warnings") => Err(e.warnings.join(", ")),
        (Figure::Estimate(e), "value") => Ok(e.value),
        (Figure::Estimate(e), "std_error") => Ok(e.std_error),
        (Figure::Estimate(e), "ci_low") => Ok(e.ci.0),
        (Figure::Estimate(e), "ci_high") => Ok(e.ci.1),
        (Figure::Estimate(e), "df") => Ok(e.df),
        (Figure::Estimate(e), "n") => Ok(e.n as f64),
        (Figure::Estimate(e), "deff") => Ok(e.deff),
        (Figure::Row(table, row), _) => match table.column(name).expect("a column").value(*row) {
            Value::Float(number) => Ok(number),
            other => Err(format!("{other:?}")),
        },
        (Figure::Test(test), "groups") => Err(test.groups.join(", ")),
        (Figure::Test(test), "statistic") => Ok(test.statistic),
        (Figure::Test(test), "df") => Ok(test.df),
        (Figure::Test(test), "df_denominator") => Ok(test.df_denominator),
        (Figure::Test(test), "p_value") => Ok(test.p_value),
        (Figure::Test(test), "difference") => Ok(test.difference),
        (Figure::Weighting(None), "method") => Err(String::new()),
        (Figure::Weighting(Some(weighting)), "method") => Err(weighting.method.clone()),
        (Figure::Weighting(Some(weighting)), "n") => Ok(weighting.n as f64),
        (Figure::Weighting(Some(weighting)), "n_eff") => Ok(weighting.n_eff),
        (Figure::Weighting(Some(weighting)), "deff") => Ok(weighting.deff),
        (Figure::Weighting(Some(weighting)), "deff_before") => Ok(weighting.deff_before),
        (Figure::Weighting(Some(weighting)), "smallest") => Ok(weighting.smallest),
        (Figure::Weighting(Some(weighting)), "largest") => Ok(weighting.largest),
        (Figure::Weighting(Some(weighting)), "trimmed") => Ok(weighting.trimmed as f64),
        (Figure::Weights(weights), "count") => Ok(weights.len() as f64),
        (Figure::Weights(weights), "sum") => Ok(weights.iter().sum()),
        (Figure::Counted(counted), "published") => Err(counted.published.clone()),
        (Figure::Counted(counted), "published_unit") => Err(counted.published_unit.clone()),
        (Figure::Counted(counted), "is_exactly_1") => Err(counted.is_exactly_1.to_string()),
        (Figure::Counted(counted), "value") => Ok(counted.value),
        (Figure::Counted(counted), "numerator") => Ok(counted.numerator),
        (Figure::Counted(counted), "denominator") => Ok(counted.denominator),
        (_, other) => panic!("no result has `{other}`"),
    }
}

#[test]
fn every_case_is_as_r_has_it() {
    let cases = cases("surveys.tsv");
    for case in &cases {
        let (found, expected, place) = (figure(case), case.raw("expected"), case.place());
        if let Some(kind) = expected_error(expected) {
            assert_eq!(found.err().map(|error| error.kind()), Some(kind), "{place}");
            continue;
        }
        let found = found.unwrap_or_else(|error| panic!("{place}: {error}"));
        for item in expected.split(';') {
            let (name, wanted) = item.split_once('=').expect("name=value");
            match field(&found, name) {
                Err(text) => assert_eq!(text, wanted, "{place}, {name}"),
                Ok(ours) => {
                    let (theirs, tolerance) = (number(wanted), number(case.raw("tolerance")));
                    assert!((ours - theirs).abs() <= tolerance * theirs.abs(), "{place}, {name}: {ours} against {theirs}");
                }
            }
        }
    }
    assert!(cases.len() > 300, "{}", cases.len());
}
