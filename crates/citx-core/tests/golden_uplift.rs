//! Effects against least squares with robust variances, computed in R by their matrices (tests/golden/uplift/make.R).

mod support;

use citx_core::engagement::{UpliftOptions, uplift};
use citx_core::table::{Table, Value};
use support::{Csv, close};

fn number(table: &Table, row: usize, column: &str) -> f64 {
    match table.column(column).expect("a column of effects").value(row) {
        Value::Float(number) => number,
        Value::Integer(number) => number as f64,
        _ => f64::NAN,
    }
}

fn text(table: &Table, row: usize, column: &str) -> String {
    match table.column(column).expect("a column of effects").value(row) {
        Value::Text(text) => text,
        _ => String::new(),
    }
}

#[test]
fn effects_and_their_errors_are_those_of_robust_least_squares() {
    let (trials, expected) = (Csv::read("tests/golden/uplift/trials.csv"), Csv::read("tests/golden/uplift/expected.csv"));
    for at in 0..expected.len() {
        let trial = expected.get(at, "trial").to_owned();
        let data = trials.filter(|row| trials.get(row, "trial") == trial);
        let table = data.table(&["cluster", "arm", "region"], &["outcome"]);
        let mut options = UpliftOptions::new("arm", "outcome", "none");
        options.cluster = (expected.get(at, "kind") == "CR0").then(|| "cluster".into());
        let group = expected.get(at, "group").to_owned();
        options.by = (!group.is_empty()).then(|| "region".into());
        let effects = uplift(&table, &options).expect("effects");
        let row = (0..effects.num_rows())
            .find(|&row| {
                text(&effects, row, "arm") == expected.get(at, "arm") && (group.is_empty() || text(&effects, row, "group") == group)
            })
            .expect("the arm");
        if expected.get(at, "n") == "1" {
            // Least squares takes the one outcome for its arm's mean, without any error.
            assert!(number(&effects, row, "std_error").is_nan() && number(&effects, row, "ci_low").is_nan());
            continue;
        }
        for (ours, theirs) in [
            ("n", "n"),
            ("n_control", "n_control"),
            ("clusters", "clusters"),
            ("effect", "effect"),
            ("std_error", "se"),
            ("ci_low", "low"),
            ("ci_high", "high"),
        ] {
            let what = format!("trial {trial} {} {group} {ours}", expected.get(at, "arm"));
            close(&what, number(&effects, row, ours), expected.number(at, theirs).expect("a number"), 1e-9);
        }
    }
    assert!(expected.len() > 50);
}
