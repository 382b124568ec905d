//! Drivers against brute force in R (tests/golden/drivers).

mod support;

use citx_core::satisfaction::{DriverOptions, Survey, SurveyOptions};
use citx_core::table::{Table, Value};
use support::{Csv, close};

fn number(table: &Table, row: usize, column: &str) -> f64 {
    match table.column(column).expect("a column of drivers").value(row) {
        Value::Float(number) => number,
        Value::Integer(number) => number as f64,
        _ => f64::NAN,
    }
}

const FIGURES: [&str; 8] = ["lmg", "relative_weight", "first", "last", "pratt", "beta", "vif", "correlation"];

#[test]
fn drivers_are_those_of_r() {
    let (data, expected) = (Csv::read("tests/golden/drivers/data.csv"), Csv::read("tests/golden/drivers/expected.csv"));
    let swiss = Csv::read("tests/golden/drivers/swiss.csv");
    let mut compared = 0;
    for at in 0..expected.len() {
        let (case, missing, driver) = (expected.get(at, "case"), expected.get(at, "missing"), expected.get(at, "driver"));
        let same = expected.filter(|row| expected.get(row, "case") == case && expected.get(row, "missing") == missing);
        let names: Vec<String> = (0..same.len()).map(|row| same.get(row, "driver").to_owned()).collect();
        let columns: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut options = SurveyOptions::default();
        let (outcome, table) = if case == "0" {
            ("Fertility", swiss.table(&[], &[&columns[..], &["Fertility"]].concat()))
        } else {
            options.weights = Some("weight".into());
            let own = data.filter(|row| data.get(row, "case") == case);
            ("y", own.table(&[], &[&columns[..], &["y", "weight"]].concat()))
        };
        let survey = Survey::from_table(&table, &options).expect("a survey");
        let mut options = DriverOptions::default();
        (options.missing, options.replicates) = (missing.to_owned(), 0);
        let drivers = survey.drivers(outcome, &names, &options).expect("drivers");
        let what = format!("case {case} {missing} {driver}");
        close(&what, drivers.r_squared, expected.number(at, "r_squared").expect("there"), 1e-9);
        close(&what, drivers.n as f64, expected.number(at, "n").expect("there"), 0.0);
        let row = (0..drivers.table.num_rows())
            .find(|&row| drivers.table.column("driver").expect("there").value(row) == Value::Text(driver.into()));
        for figure in FIGURES {
            if let Some(theirs) = expected.number(at, figure) {
                close(&format!("{what} {figure}"), number(&drivers.table, row.expect("the driver"), figure), theirs, 1e-7);
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared}");
}
