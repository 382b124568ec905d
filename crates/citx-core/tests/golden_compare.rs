//! Comparisons against statsmodels, scipy and R survey (tests/golden/compare).

mod support;

use std::sync::Arc;

use arrow_array::{Float64Array, StringArray};
use citx_core::satisfaction::{
    CompareOptions, Comparison, CountsOptions, GroupOptions, Instrument, LetterOptions, ScaleOptions, Survey, SurveyOptions, TrendOptions,
    UnitOptions, compare, compare_units, trend,
};
use citx_core::statistics::{MultipleTesting, adjust_p};
use citx_core::table::{Column, Table, Value};
use support::{Csv, close, design_options};

fn number(table: &Table, row: usize, column: &str) -> f64 {
    match table.column(column).expect("a column").value(row) {
        Value::Float(number) => number,
        Value::Integer(number) => number as f64,
        _ => f64::NAN,
    }
}

fn texts(name: &str, values: &[&str]) -> Column {
    Column::new(name, Arc::new(StringArray::from(values.to_vec())))
}

fn counts(units: &[(String, f64, f64, f64)]) -> Survey {
    let names: Vec<&str> = units.iter().flat_map(|unit| [unit.0.as_str(); 2]).collect();
    let both = |of: fn(&(String, f64, f64, f64)) -> [f64; 2]| Arc::new(units.iter().flat_map(of).collect::<Float64Array>());
    let answers = ["very_satisfied", "neither"].repeat(units.len());
    let table = Table::from_columns([
        texts("unit", &names),
        texts("measure", &["TP01"].repeat(names.len())),
        texts("answer", &answers),
        Column::new("n", both(|unit| [unit.1, unit.2 - unit.1])),
        Column::new("frame", both(|unit| [unit.3; 2])),
    ])
    .expect("columns of one length");
    let mut options = CountsOptions::new(Instrument::builtin("tsm-2022").expect("ships"), "unit", "measure", "answer", "n");
    options.frame_size = Some("frame".into());
    Survey::from_counts(&table, &options).expect("counts")
}

fn options(of: impl Fn(&mut CompareOptions)) -> CompareOptions {
    let mut options = CompareOptions::default();
    of(&mut options);
    options
}

/// Absolute, because differences may be 0.
#[track_caller]
fn near(what: &str, ours: f64, theirs: f64, tolerance: f64) {
    assert!((ours - theirs).abs() <= tolerance || (ours.is_nan() && theirs.is_nan()), "{what}: {ours} against {theirs}");
}

#[test]
fn two_samples_of_counts_are_those_of_statsmodels() {
    let expected = Csv::read("tests/golden/compare/counts.csv");
    for row in 0..expected.len() {
        let theirs = |column: &str| expected.number(row, column).unwrap_or(f64::NAN);
        let wave = |x, n, frame| counts(&[("one".into(), theirs(x), theirs(n), theirs(frame))]);
        let (before, after) = (wave("x1", "n1", "frame1"), wave("x2", "n2", "frame2"));
        let ours = |of: &dyn Fn(&mut CompareOptions)| compare(&before, &after, "TP01", &options(of)).expect("a comparison");
        let what = format!("{}/{} to {}/{}", theirs("x1"), theirs("n1"), theirs("x2"), theirs("n2"));
        near(&what, ours(&|_| {}).difference, theirs("difference"), 1e-14);
        for (interval, column) in [("newcombe", "newcombe"), ("wald", "wald"), ("agresti_caffo", "caffo")] {
            let ci = ours(&|options| options.interval = interval.into()).ci;
            near(&format!("{what} {interval}"), ci.0, theirs(&format!("{column}_low")), 1e-12);
            near(&format!("{what} {interval}"), ci.1, theirs(&format!("{column}_high")), 1e-12);
        }
        for (test, fpc, column) in [
            ("pooled", false, "z_pooled"),
            ("unpooled", false, "z_unpooled"),
            ("pooled", true, "z_pooled_fpc"),
            ("unpooled", true, "z_unpooled_fpc"),
        ] {
            let comparison = ours(&|options| (options.test, options.fpc) = (test.into(), fpc));
            near(&format!("{what} {column}"), comparison.statistic, theirs(column), 1e-9);
        }
        let p = ours(&|_| {}).p_value;
        near(&what, p, theirs("p_pooled"), 1e-10);
    }
}

/// Three landlords of the regulator's returns of 2023/24 and 2024/25; Arches publishes weighted counts, 119.6 and 100.8 satisfied of 288.
#[test]
fn landlords_waves_have_the_numbers_of_the_reference() {
    let before = counts(&[
        ("Abri".into(), 1844.0, 2459.0, 34460.0),
        ("Arches".into(), 220.4, 288.0, 1217.0),
        ("Ashfield".into(), 1389.0, 1573.0, 6475.0),
    ]);
    let after = counts(&[
        ("Abri".into(), 1806.0, 2425.0, 34460.0),
        ("Arches".into(), 266.0, 317.0, 1239.0),
        ("Ashfield".into(), 741.0, 928.0, 6522.0),
    ]);
    let of = |unit: &str, fpc: bool, test: &str| {
        let options = options(|options| (options.unit, options.fpc, options.test) = (Some(unit.into()), fpc, test.into()));
        compare(&before, &after, "TP01", &options).expect("a comparison")
    };
    let text = |comparison: &Comparison| format!("{:.4} {:.4} {:.4}", comparison.difference, comparison.statistic, comparison.p_value);
    assert_eq!(text(&of("Ashfield", false, "auto")), "-0.0845 -5.7458 0.0000");
    assert_eq!(format!("{:.4}", of("Ashfield", false, "unpooled").statistic), "-5.4675");
    assert_eq!(format!("{:.4}", of("Ashfield", true, "pooled").statistic), "-6.3433");
    let ci = of("Ashfield", false, "auto").ci;
    assert_eq!(format!("{:.4} {:.4}", ci.0, ci.1), "-0.1154 -0.0548");
    assert_eq!(text(&of("Arches", false, "auto")), "0.0738 2.2848 0.0223");
    assert_eq!(format!("{:.4}", of("Arches", true, "auto").statistic), "2.6298");
    let ci = of("Arches", false, "auto").ci;
    assert_eq!(format!("{:.4} {:.4}", ci.0, ci.1), "0.0104 0.1375");
    assert!(text(&of("Abri", false, "auto")).starts_with("-0.0052 -0.4146"));
    let units = compare_units(&before, &after, &UnitOptions::default()).expect("three landlords");
    let found: Vec<(Value, Value)> = (0..3)
        .map(|row| (units.column("unit").expect("there").value(row), units.column("significant").expect("there").value(row)))
        .collect();
    let expected = [("Abri", false), ("Arches", true), ("Ashfield", true)];
    assert_eq!(found, expected.map(|(unit, found)| (Value::Text(unit.into()), Value::Boolean(found))));
    near("adjusted", number(&units, 1, "p_adjusted"), of("Arches", false, "auto").p_value * 1.5, 1e-15);
}

fn panel() -> Instrument {
    let texts = |answers: &[&str]| answers.iter().map(|answer| (*answer).to_owned()).collect();
    let mut options = ScaleOptions::default();
    (options.answers, options.positive) = (texts(&["0", "1"]), texts(&["1"]));
    Instrument::scale("own", options).expect("a scale")
}

#[test]
fn panels_are_those_of_scipy_and_statsmodels() {
    let (data, expected) = (Csv::read("tests/golden/compare/panel.csv"), Csv::read("tests/golden/compare/panel_expected.csv"));
    for at in 0..expected.len() {
        let (case, what) = (expected.get(at, "case"), expected.get(at, "what"));
        let wave = |wave: &str| {
            let own = data.filter(|row| data.get(row, "case") == case && data.get(row, "wave") == wave);
            let mut options = SurveyOptions::default();
            (options.instrument, options.key, options.questions) =
                (Some(panel()), Some("key".into()), vec![("share".into(), "share".into())]);
            Survey::from_table(&own.table(&["key", "share"], &["rating"]), &options).expect("a wave")
        };
        let (before, after) = (wave("1"), wave("2"));
        let ours = |overlap: &str, test: &str| {
            compare(&before, &after, what, &options(|options| (options.overlap, options.test) = (overlap.into(), test.into())))
                .expect("a comparison")
        };
        let theirs = |column: &str| expected.number(at, column).unwrap_or(f64::NAN);
        let name = format!("panel {case} {what}");
        let auto = ours("auto", "auto");
        assert_eq!((auto.n_matched as f64, auto.n_before as f64, auto.n_after as f64), (theirs("n12"), theirs("n1"), theirs("n2")));
        near(&name, auto.covariance, theirs("covariance"), 1e-13);
        near(&name, auto.std_error, theirs("std_error"), 1e-12);
        near(&name, auto.difference, theirs("difference"), 1e-13);
        let matched = ours("matched", "unpooled");
        if theirs("paired_t").is_finite() && matched.std_error > 1e-9 && what == "rating" {
            near(&name, matched.statistic, theirs("paired_t"), 1e-9);
            near(&name, matched.df, theirs("paired_df"), 0.0);
            near(&name, matched.p_value, theirs("paired_p"), 1e-12);
        }
        if what == "share" {
            let mcnemar = ours("matched", "pooled");
            near(&name, mcnemar.statistic.powi(2), theirs("mcnemar"), 1e-9);
            near(&name, mcnemar.p_value, theirs("mcnemar_p"), 1e-10);
        } else {
            let independent = ours("none", "auto");
            near(&name, independent.statistic, theirs("welch_t"), 1e-9);
            close(&name, independent.df, theirs("welch_df"), 1e-9);
            near(&name, independent.p_value, theirs("welch_p"), 1e-11);
        }
    }
}

#[test]
fn groups_of_designs_are_those_of_r() {
    let (designs, expected) = (Csv::read("tests/golden/survey/designs.csv"), Csv::read("tests/golden/compare/groups.csv"));
    let mut compared = 0;
    for at in 0..expected.len() {
        let (design, kind) = (expected.get(at, "design"), expected.get(at, "kind"));
        let data = designs.filter(|row| designs.get(row, "design") == design);
        let table = data.table(&["stratum", "psu", "ssu", "answer", "g", "h"], &["weight", "fpc1", "fpc2", "y", "x"]);
        let survey = Survey::from_table(&table, &design_options(kind)).expect("a design");
        let theirs = |column: &str| expected.number(at, column).expect("there");
        let groups = survey
            .compare_groups(expected.get(at, "what"), &[expected.get(at, "by").to_owned()], &GroupOptions::default())
            .expect("groups");
        let text = |row: usize, column: &str| {
            groups.column(column).expect("there").value(row) == Value::Text(expected.get(at, &column[6..]).into())
        };
        let row = (0..groups.num_rows()).find(|&row| text(row, "group_a") && text(row, "group_b")).expect("the pair");
        let what = format!("design {design} ({kind}) {} {} {}", expected.get(at, "what"), expected.get(at, "a"), expected.get(at, "b"));
        near(&what, number(&groups, row, "difference"), theirs("difference"), 1e-8);
        if theirs("statistic").abs() < 1e6 {
            close(&what, number(&groups, row, "df"), theirs("df"), 1e-12);
            near(&what, number(&groups, row, "statistic"), theirs("statistic"), 1e-6 * (1.0 + theirs("statistic").abs()));
            near(&what, number(&groups, row, "p_value"), theirs("p"), 1e-7);
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn adjusted_p_values_are_those_of_statsmodels() {
    let expected = Csv::read("tests/golden/compare/adjust.csv");
    for case in 0..20 {
        let own = expected.filter(|row| expected.get(row, "case") == case.to_string());
        let p: Vec<f64> = (0..own.len()).map(|row| own.number(row, "p").expect("there")).collect();
        for name in ["bonferroni", "holm", "hochberg", "bh", "by"] {
            for (row, ours) in adjust_p(&p, MultipleTesting::parse(name).expect("known")).into_iter().enumerate() {
                close(name, ours, own.number(row, name).expect("there"), 1e-12);
            }
        }
    }
}

#[test]
fn mann_kendall_is_that_of_scipy() {
    let expected = Csv::read("tests/golden/compare/kendall.csv");
    for row in 0..expected.len() {
        let wave = |value: &str| {
            let value: f64 = value.parse().expect("a number");
            let column = Column::new("y", Arc::new(Float64Array::from(vec![value - 1.0, value, value + 1.0])));
            Survey::from_table(&Table::from_columns([column]).expect("a column"), &SurveyOptions::default()).expect("a wave")
        };
        let waves: Vec<(String, Survey)> =
            expected.get(row, "values").split(' ').enumerate().map(|(at, value)| (at.to_string(), wave(value))).collect();
        let found = trend(&waves, "y", &TrendOptions::default()).expect("a trend");
        near("tau", found.tau, expected.number(row, "tau").unwrap_or(f64::NAN), 1e-12);
        if let Some(p) = expected.number(row, "p") {
            near("p", found.mann_kendall_p, p, 1e-12);
        }
    }
}

#[test]
fn column_tests_are_those_of_their_formulas() {
    let (data, expected) = (Csv::read("tests/golden/compare/letters.csv"), Csv::read("tests/golden/compare/letters_expected.csv"));
    let mut compared = 0;
    for case in 0..8 {
        let own = data.filter(|row| data.get(row, "case") == case.to_string());
        let mut options = SurveyOptions::default();
        options.weights = Some("weight".into());
        let survey = Survey::from_table(&own.table(&["group", "answer"], &["weight"]), &options).expect("a survey");
        for mode in ["dim", "askia", "ctables"] {
            let mut options = LetterOptions::default();
            (options.mode, options.min_base, options.bonferroni) = (mode.into(), 0.0, true);
            let found = survey.column_letters("answer", &["group".into()], &options).expect("letters");
            let theirs = expected.filter(|row| expected.get(row, "case") == case.to_string() && expected.get(row, "mode") == mode);
            for at in 0..theirs.len() {
                let is = |row: usize, column: &str, name: &str| {
                    found.tests.column(column).expect("there").value(row) == Value::Text(theirs.get(at, name).into())
                };
                let row = (0..found.tests.num_rows())
                    .find(|&row| is(row, "answer", "answer") && is(row, "group_a", "a") && is(row, "group_b", "b"));
                let row = row.expect("the pair");
                let what = format!("case {case} {mode} {} {}", theirs.get(at, "a"), theirs.get(at, "b"));
                let number_of = |name: &str| theirs.number(at, name).expect("there");
                if found.tests.column("reason").expect("there").value(row) == Value::Null {
                    near(&what, number(&found.tests, row, "proportion_a"), number_of("p"), 1e-13);
                    near(&what, number(&found.tests, row, "statistic"), number_of("statistic"), 1e-10);
                    near(&what, number(&found.tests, row, "p_value"), number_of("p_value"), 1e-10);
                    let times = number(&found.tests, row, "comparisons");
                    near(&what, number(&found.tests, row, "p_adjusted"), (number_of("p_value") * times).min(1.0), 1e-9);
                    compared += 1;
                }
            }
            let reasons = (0..found.tests.num_rows()).filter(|&row| found.tests.column("reason").expect("there").value(row) == Value::Null);
            assert_eq!(reasons.count(), theirs.len(), "case {case} {mode}");
        }
    }
    assert!(compared > 150, "{compared}");
}
