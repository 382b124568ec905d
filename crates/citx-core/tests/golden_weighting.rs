//! Weights, and figures after weighting, against R survey 4.1 (tests/golden/survey/weighting.R).

mod support;

use citx_core::satisfaction::{CalibrateOptions, Estimate, Margin, RakeOptions, ScoreOptions, Survey, SurveyOptions, TrimOptions};
use citx_core::table::{Table, Value};
use support::{Csv, close};

/// What R stops at in its iterations; where there are none the agreement is closer.
const R: f64 = 1e-8;

fn read(name: &str) -> Csv {
    Csv::read(&format!("tests/golden/survey/{name}.csv"))
}

fn design(data: &Csv) -> Survey {
    let table = data.table(&["stratum", "psu", "ssu", "a", "b", "c", "g"], &["fpc1", "fpc2", "weight", "y", "z", "x", "row"]);
    let kind = data.get(0, "kind");
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut options = SurveyOptions::default();
    options.weights = Some("weight".into());
    options.strata = matches!(kind, "strata" | "fpc").then(|| "stratum".into());
    options.psu = match kind {
        "psu" => names(&["psu"]),
        "two_stage" => names(&["psu", "ssu"]),
        _ => Vec::new(),
    };
    options.fpc = match kind {
        "two_stage" => names(&["fpc1", "fpc2"]),
        "fpc" => names(&["fpc1"]),
        _ => Vec::new(),
    };
    Survey::from_table(&table, &options).expect("a design")
}

fn margin(totals: &Csv, name: &str) -> Margin {
    let of = (0..totals.len()).filter(|&row| totals.get(row, "margin") == name);
    let totals: Vec<(String, f64)> =
        of.map(|row| (totals.get(row, "category").to_owned(), totals.number(row, "total").expect("a total"))).collect();
    Margin::new([name.to_owned()], totals)
}

fn weighted(survey: &Survey, made: &str, totals: &Csv, (lower, upper): (f64, f64)) -> Survey {
    let margins = |names: &[&str]| names.iter().map(|name| margin(totals, name)).collect::<Vec<_>>();
    let rake = |survey: &Survey, names: &[&str]| survey.rake(&margins(names), &RakeOptions::default()).expect("raked");
    let z = (0..totals.len()).find(|&row| totals.get(row, "margin") == "z").and_then(|row| totals.number(row, "total")).expect("a total");
    let calibrate = |survey: &Survey, distance: &str, bounds| {
        let mut options = CalibrateOptions::default();
        (options.margins, options.totals) = (margins(&["a"]), vec![("z".into(), z)]);
        (options.distance, options.bounds) = (distance.into(), bounds);
        survey.calibrate(&options).expect("calibrated")
    };
    match made {
        "post" => survey.post_stratify(&margin(totals, "a")).expect("post-stratified"),
        "rake" => rake(survey, &["a", "b", "c"]),
        "post_then_rake" => rake(&survey.post_stratify(&margin(totals, "a")).expect("post-stratified"), &["b", "c"]),
        "linear" => calibrate(survey, "linear", None),
        "raking" => calibrate(survey, "raking", None),
        "logit" => calibrate(survey, "logit", Some((0.4, 2.5))),
        "bounded" => calibrate(survey, "linear", Some((0.7, 1.5))),
        "trim" | "strict" => {
            let mut options = TrimOptions::default();
            (options.lower, options.upper) = (Some(lower), Some(upper));
            options.rule = if made == "trim" { "redistribute" } else { "strict" }.into();
            rake(survey, &["a", "b", "c"]).trim(&options).expect("trimmed")
        }
        "jk_post" => survey.replicated("jk1", 0, 0).expect("a jackknife").post_stratify(&margin(totals, "a")).expect("post-stratified"),
        "jk_rake" => rake(&survey.replicated("jk1", 0, 0).expect("a jackknife"), &["a", "b"]),
        "jk_linear" => calibrate(&survey.replicated("jk1", 0, 0).expect("a jackknife"), "linear", None),
        other => panic!("{other}"),
    }
}

#[test]
fn weights_and_what_they_make_of_figures_are_those_of_r() {
    let (data, totals, weights, figures) = (read("weighting"), read("totals"), read("weights"), read("weighting_figures"));
    let mut compared = 0;
    for case in 1..=30 {
        let of_case = |csv: &Csv| csv.filter(|row| csv.get(row, "case") == case.to_string());
        let (data, totals, weights, figures) = (of_case(&data), of_case(&totals), of_case(&weights), of_case(&figures));
        let survey = design(&data);
        for made in
            ["post", "rake", "post_then_rake", "linear", "raking", "logit", "bounded", "trim", "strict", "jk_post", "jk_rake", "jk_linear"]
        {
            let Some(row) = (0..weights.len()).find(|&row| weights.get(row, "made") == made) else { continue };
            let theirs = |column: &str| weights.number(row, column).expect("a number");
            let ours = weighted(&survey, made, &totals, (theirs("lower"), theirs("upper")));
            let what = format!("case {case} ({}), {made}", data.get(0, "kind"));
            let weighting = ours.weighting().expect("a weighting");
            close(&format!("{what}: n_eff"), weighting.n_eff, theirs("n_eff"), R);
            close(&format!("{what}: largest"), weighting.largest, theirs("largest"), R);
            close(&format!("{what}: smallest"), weighting.smallest, theirs("smallest"), 1e-7);
            for at in (0..figures.len()).filter(|&at| figures.get(at, "made") == made) {
                let estimate = figure(&ours, figures.get(at, "what"));
                let what = format!("{what}, {}", figures.get(at, "what"));
                close(&what, estimate.value, figures.number(at, "value").expect("a value"), R);
                close(&format!("{what}: se"), estimate.std_error, figures.number(at, "se").expect("an error"), 1e-7);
                compared += 1;
            }
        }
    }
    assert!(compared > 1500, "{compared}");
}

fn figure(survey: &Survey, what: &str) -> Estimate {
    let options = ScoreOptions::default();
    let by = [vec!["g".to_owned()]];
    let u = |table: Table| {
        let number = |name: &str| match table.column(name).expect("a column").value(0) {
            Value::Float(number) => number,
            _ => f64::NAN,
        };
        Estimate::from_stored(number("value"), number("std_error"), (f64::NAN, f64::NAN), 0.95, 0, "")
    };
    match what {
        "row" => survey.mean("row", &options).expect("a mean"),
        "mean" => survey.mean("y", &options).expect("a mean"),
        "total" => survey.total("y", None, &options).expect("a total"),
        "ratio" => survey.ratio("y", "z", &options).expect("a ratio"),
        "share" => survey.proportion("x", "1", &options).expect("a share"),
        "mean u" => u(survey.mean_by("y", &by, &options).expect("means")),
        "total u" => u(survey.total_by("y", None, &by, &options).expect("totals")),
        other => panic!("{other}"),
    }
}
