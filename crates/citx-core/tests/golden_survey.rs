//! Estimates against R survey 4.1 (tests/golden/survey), published surveys and published returns.

mod support;

use citx_core::satisfaction::{CountsOptions, Estimate, Instrument, ScaleOptions, ScoreOptions, Survey, SurveyOptions};
use citx_core::table::{Table, Value};
use support::{Csv, close, design_options};

/// The tolerance against R, relative.
const R: f64 = 1e-8;

fn wilson() -> ScoreOptions {
    ScoreOptions::default()
}

fn logit() -> ScoreOptions {
    let mut options = ScoreOptions::default();
    options.method = "logit".into();
    options
}

/// 5 is don't know; the 6 of a few rows is explained nowhere.
fn four_point() -> Instrument {
    scale(&["1", "2", "3", "4"], &["1", "2"], &["5", "6"])
}

fn scale(answers: &[&str], positive: &[&str], excluded: &[&str]) -> Instrument {
    let texts = |answers: &[&str]| answers.iter().map(|answer| (*answer).to_owned()).collect();
    let mut options = ScaleOptions::default();
    (options.answers, options.positive, options.excluded) = (texts(answers), texts(positive), texts(excluded));
    Instrument::scale("own", options).expect("a scale")
}

/// The row of `group` in a table of scores, as an estimate.
fn row(table: &Table, group: &str) -> Option<Estimate> {
    let number = |row, name: &str| match table.column(name).expect("a column of scores").value(row) {
        Value::Float(number) => number,
        Value::Integer(number) => number as f64,
        _ => f64::NAN,
    };
    let at = (0..table.num_rows()).find(|&row| table.column("group").expect("there").value(row) == Value::Text(group.to_owned()))?;
    let ci = (number(at, "ci_low"), number(at, "ci_high"));
    let mut estimate =
        Estimate::from_stored(number(at, "value"), number(at, "std_error"), ci, number(at, "level"), number(at, "n") as u64, "");
    (estimate.df, estimate.n_eff, estimate.deff) = (number(at, "df"), number(at, "n_eff"), number(at, "deff"));
    Some(estimate)
}

#[test]
fn random_designs_are_those_of_r() {
    let (designs, expected) = (Csv::read("tests/golden/survey/designs.csv"), Csv::read("tests/golden/survey/expected.csv"));
    let mut compared = 0;
    for design in 1..=44 {
        let data = designs.filter(|row| designs.get(row, "design") == design.to_string());
        let kind = data.get(0, "kind").to_owned();
        let table = data.table(&["stratum", "psu", "ssu", "answer", "g", "h"], &["weight", "fpc1", "fpc2", "y", "x"]);
        let survey = Survey::from_table(&table, &options(&kind)).expect("a design");
        let expected = expected.filter(|row| expected.get(row, "design") == design.to_string());
        for at in 0..expected.len() {
            let what = format!("design {design} ({kind}), {} {}", expected.get(at, "what"), expected.get(at, "group"));
            compare(&what, &survey, &expected, at);
            compared += 1;
        }
    }
    assert_eq!(compared, expected.len());
}

fn options(kind: &str) -> SurveyOptions {
    let mut options = design_options(kind);
    options.instrument = Some(scale(&["1", "2", "3", "4", "5"], &["1", "2"], &["9"]));
    options.questions = vec![("score".into(), "answer".into())];
    options
}

fn compare(what: &str, survey: &Survey, expected: &Csv, at: usize) {
    let group = expected.get(at, "group");
    let by = |names: &[&str]| vec![names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()];
    let score_of = |options: &ScoreOptions| match expected.get(at, "what") {
        "mean y" => survey.mean("y", options).expect("a mean"),
        "share x" => survey.proportion("x", "1", options).expect("a share"),
        "score" => survey.score("score", None, options).expect("a score"),
        "mean y by g" => row(&survey.mean_by("y", &by(&["g"]), options).expect("means"), group).expect("the group"),
        "share x by g x h" => row(&survey.proportion_by("x", "1", &by(&["g", "h"]), options).expect("shares"), group).expect("the group"),
        "score by h" => row(&survey.scores(&by(&["h"]), options).expect("scores"), group).expect("the group"),
        other => panic!("{other}"),
    };
    let ours = score_of(&wilson());
    let number = |column: &str| expected.number(at, column).unwrap_or(f64::NAN);
    assert_eq!(ours.n as f64, number("n"), "{what}: n");
    assert_eq!(ours.df, number("df"), "{what}: df");
    close(&format!("{what}: value"), ours.value, number("value"), R);
    close(&format!("{what}: n_eff"), ours.n_eff, number("n_eff"), R);
    // Where nothing varies R leaves rounding errors of 1e-17 instead of 0.
    if number("se") > 1e-12 {
        close(&format!("{what}: se"), ours.std_error, number("se"), R);
        if number("deff").is_finite() {
            close(&format!("{what}: deff"), ours.deff, number("deff"), R);
        }
        if number("low").is_finite() {
            close(&format!("{what}: low"), ours.ci.0, number("low"), R);
            close(&format!("{what}: high"), ours.ci.1, number("high"), R);
        } else {
            assert!(ours.ci.0.is_nan() || number("df") > 0.0, "{what}: an interval without degrees of freedom");
        }
        if number("logit_low").is_finite() && number("logit_high").is_finite() {
            let ours = score_of(&logit());
            // R's comes from an iteration, which leaves rounding errors where the interval is nearly all of [0, 1].
            assert!(
                (ours.ci.0 - number("logit_low")).abs() < 1e-6 && (ours.ci.1 - number("logit_high")).abs() < 1e-6,
                "{what}: logit {:?}",
                ours.ci
            );
        }
    }
}

#[test]
fn bloomington_is_that_of_r_and_of_the_newspapers() {
    let (residents, expected) = (Csv::read("examples/bloomington/residents.csv"), Csv::read("tests/golden/survey/bloomington.csv"));
    let items: Vec<String> = (0..expected.len()).map(|row| expected.get(row, "item").to_owned()).collect();
    let names: Vec<&str> = items.iter().map(String::as_str).chain(["q16"]).collect();
    let table = residents.table(&names, &["wt"]);
    let mut options = SurveyOptions::default();
    options.instrument = Some(four_point());
    options.questions = items.iter().map(|item| (item.clone(), item.clone())).collect();
    options.weights = Some("wt".into());
    let survey = Survey::from_table(&table, &options).expect("a survey");
    for (at, item) in items.iter().enumerate() {
        let (ours, logit) = (survey.score(item, None, &wilson()).expect("a score"), survey.score(item, None, &logit()).expect("a score"));
        let number = |column: &str| expected.number(at, column).expect("a number");
        assert_eq!(ours.n as f64, number("n"), "{item}");
        let pairs = [
            (ours.value, "top2"),
            (ours.std_error, "se"),
            (ours.n_eff, "kish_neff"),
            (ours.deff, "deff_replace"),
            (logit.ci.0, "logit_low"),
            (logit.ci.1, "logit_high"),
        ];
        for (value, column) in pairs {
            close(&format!("{item} {column}"), value, number(column), R);
        }
    }
    let published = |item: &str| survey.score(item, None, &wilson()).expect("a score").published;
    assert_eq!((published("q1b").as_deref(), published("q1d").as_deref()), (Some("73.6"), Some("65.0")));
}

#[test]
fn api_schools_are_those_of_r() {
    let schools = |name: &str| Csv::read(&format!("tests/golden/survey/{name}.csv"));
    let expected = Csv::read("tests/golden/survey/api_expected.csv");
    for (design, file, strata, psu, fpc) in [
        ("dstrat", "apistrat", Some("stype"), None, Some("fpc")),
        ("dstrat_nofpc", "apistrat", Some("stype"), None, None),
        ("dclus1", "apiclus1", None, Some("dnum"), Some("fpc")),
        ("dclus1_nofpc", "apiclus1", None, Some("dnum"), None),
    ] {
        let table = schools(file).table(&["stype", "dnum", "sch.wide", "comp.imp"], &["pw", "fpc", "api00", "enroll"]);
        let mut options = SurveyOptions::default();
        options.weights = Some("pw".into());
        options.strata = strata.map(str::to_owned);
        options.psu = psu.into_iter().map(str::to_owned).collect();
        options.fpc = fpc.into_iter().map(str::to_owned).collect();
        let survey = Survey::from_table(&table, &options).expect("a survey");
        let by = vec![vec!["stype".to_owned()]];
        let groups = survey.mean_by("api00", &by, &wilson()).expect("means");
        let api00 = survey.mean("api00", &wilson()).expect("a mean");
        let share = |options: &ScoreOptions| survey.proportion("sch.wide", "Yes", options).expect("a share");
        let mut compared = 0;
        for at in (0..expected.len()).filter(|&at| expected.get(at, "design") == design) {
            let figure = match (expected.get(at, "call"), expected.get(at, "term")) {
                ("svymean(~api00)", _) => api00.clone(),
                ("svymean(~enroll)", _) => survey.mean("enroll", &wilson()).expect("a mean"),
                ("svyby(~api00,~stype,svymean)", group) => row(&groups, group).expect("the group"),
                ("svyciprop(~sch.wide=='Yes',method='logit')", _) => share(&logit()),
                ("svyciprop(~sch.wide=='Yes',method='wilson')", _) => share(&wilson()),
                other => panic!("{other:?}"),
            };
            let ours = match expected.get(at, "stat") {
                "estimate" => figure.value,
                "se" => figure.std_error,
                "deff_replace" => figure.deff,
                "df" => figure.df,
                "low" => figure.ci.0,
                "high" => figure.ci.1,
                other => panic!("{other}"),
            };
            let what = format!("{design} {} {} {}", expected.get(at, "call"), expected.get(at, "term"), expected.get(at, "stat"));
            // The logit interval comes from an iteration, Wilson's from a source with six digits.
            let tolerance = if figure.method == "wilson" && expected.get(at, "stat") != "se" { 1e-6 } else { R.max(1e-7) };
            close(&what, ours, expected.number(at, "value").expect("a number"), tolerance);
            compared += 1;
        }
        assert!(compared > 10, "{design}: {compared}");
    }
}

#[test]
fn every_published_tsm_percentage_follows_from_its_counts() {
    let mut rounded = std::collections::BTreeSet::new();
    let (returns, published) = (Csv::read("examples/tsm/returns.csv"), Csv::read("examples/tsm/published.csv"));
    let mut compared = 0;
    for tenure in ["LCRA", "LCHO", "Combined"] {
        let counts = returns.filter(|row| returns.get(row, "tenure") == tenure);
        let table = counts.table(&["landlord", "measure", "answer"], &["count", "population"]);
        let mut options = CountsOptions::new(Instrument::builtin("tsm-2022").expect("built in"), "landlord", "measure", "answer", "count");
        options.frame_size = Some("population".into());
        let survey = Survey::from_counts(&table, &options).expect("counts");
        for at in (0..published.len()).filter(|&at| published.get(at, "tenure") == tenure) {
            for measure in survey.measures() {
                let Some(percent) = published.number(at, measure) else { continue };
                let estimate = survey.score(measure, Some(published.get(at, "landlord")), &wilson()).expect("a score");
                let what = format!("{} {measure}", published.get(at, "landlord"));
                let difference = (estimate.value * 100.0 - percent).abs();
                // Weighted counts of home ownership were published as whole numbers, the percentages from the fractions.
                let whole = tenure == "LCHO" && published.get(at, "weighted") == "Yes";
                assert!(
                    difference < 1e-9 || (whole && difference < 0.5 * 5.0 / estimate.n as f64 * 100.0),
                    "{what}: {} against {percent}",
                    estimate.value * 100.0
                );
                if difference < 1e-9 {
                    let text: f64 = estimate.published.as_deref().expect("a text").parse().expect("a number");
                    assert!((text - percent).abs() <= 0.05 + 1e-9, "{what}");
                } else {
                    rounded.insert(what.clone());
                }
                assert!(estimate.ci.0 < estimate.value && estimate.value < estimate.ci.1, "{what}");
                compared += 1;
            }
        }
    }
    assert_eq!(
        compared,
        (0..published.len()).map(|at| MEASURES.iter().filter(|measure| !published.get(at, measure).is_empty()).count()).sum::<usize>()
    );
    assert_eq!((compared, rounded.len()), (4788, 63));
}

const MEASURES: [&str; 12] = ["TP01", "TP02", "TP03", "TP04", "TP05", "TP06", "TP07", "TP08", "TP09", "TP10", "TP11", "TP12"];

#[test]
fn required_samples_and_margins_of_the_regulators_file_are_reproduced() {
    let tsm = Instrument::builtin("tsm-2022").expect("built in");
    let published = Csv::read("examples/tsm/published.csv");
    let mut compared = 0;
    for at in 0..published.len() {
        let number = |column: &str| published.number(at, column);
        // The 2023/24 workbook has the requirements and margins of these two in each other's row.
        if ["Sparrow Shared Ownership Limited", "Heylo Housing Registered Provider Limited"].contains(&published.get(at, "landlord")) {
            continue;
        }
        let (Some(population), Some(required), Some(achieved)) = (number("population"), number("required"), number("achieved")) else {
            continue;
        };
        let size = tsm.sample_size(population as u64).expect("a population");
        assert_eq!(size.required as f64, required, "{}", published.get(at, "landlord"));
        if let (Some(percent), true) = (number("moe_percent"), achieved <= population) {
            let moe = tsm.margin_of_error(achieved as u64, population as u64).expect("a sample");
            // One landlord's return has a proportion where the others have a percentage.
            let percent = if percent < 0.1 { percent * 100.0 } else { percent };
            assert!((moe * 100.0 - percent).abs() <= 0.05 + 1e-9, "{}: {moe} against {percent} %", published.get(at, "landlord"));
        }
        compared += 1;
    }
    assert!(compared > 400, "{compared}");
}
