use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, StringArray};
use proptest::prelude::*;

use crate::satisfaction::{DriverOptions, Drivers, Instrument, Survey, SurveyOptions};
use crate::table::{Column, Table, Value};
use crate::{ErrorKind, Run};

fn column(name: &str, values: &[Option<f64>]) -> Column {
    Column::new(name, Arc::new(Float64Array::from(values.to_vec())) as ArrayRef)
}

fn known(name: &str, values: &[f64]) -> Column {
    Column::new(name, Arc::new(Float64Array::from(values.to_vec())) as ArrayRef)
}

fn survey(columns: impl IntoIterator<Item = Column>, of: impl Fn(&mut SurveyOptions)) -> Survey {
    let mut options = SurveyOptions::default();
    of(&mut options);
    Survey::from_table(&Table::from_columns(columns).expect("columns of one length"), &options).expect("a survey")
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn options(of: impl Fn(&mut DriverOptions)) -> DriverOptions {
    let mut options = DriverOptions { replicates: 0, ..DriverOptions::default() };
    of(&mut options);
    options
}

fn cell(drivers: &Drivers, driver: &str, column: &str) -> Value {
    let at = |column: &str, row: usize| drivers.table.column(column).expect("a column of drivers").value(row);
    let row = (0..drivers.table.num_rows()).find(|&row| at("driver", row) == Value::Text(driver.into())).expect("the driver");
    at(column, row)
}

fn number(drivers: &Drivers, driver: &str, column: &str) -> f64 {
    match cell(drivers, driver, column) {
        Value::Float(number) => number,
        other => panic!("{driver} {column}: {other:?}"),
    }
}

const Y: [f64; 8] = [5.0, 4.0, 4.0, 2.0, 1.0, 3.0, 5.0, 2.0];
const A: [f64; 8] = [5.0, 3.0, 4.0, 2.0, 2.0, 3.0, 4.0, 1.0];
const B: [f64; 8] = [1.0, 4.0, 2.0, 2.0, 3.0, 5.0, 4.0, 1.0];

#[test]
fn drivers_that_cannot_be_told_apart_are_named() {
    let columns = [known("y", &Y), known("a", &A), known("twin", &A), known("b", &B), known("same", &[3.0; 8]), column("none", &[None; 8])];
    let survey = survey(columns, |_| {});
    let found = survey.drivers("y", &names(&["a", "twin", "b", "same", "none"]), &options(|_| {})).expect("drivers");
    let reason = |driver: &str| cell(&found, driver, "reason");
    let text = |text: &str| Value::Text(text.into());
    assert_eq!([reason("a"), reason("twin"), reason("b")], [text("collinear"), text("collinear"), Value::Null]);
    assert_eq!([reason("same"), reason("none")], [text("constant"), text("no_answers")]);
    assert_eq!((cell(&found, "same", "lmg"), cell(&found, "a", "beta"), cell(&found, "a", "vif")), (Value::Null, Value::Null, Value::Null));
    assert!((number(&found, "a", "lmg") - number(&found, "twin", "lmg")).abs() < 1e-12);
    let total: f64 = ["a", "twin", "b"].iter().map(|driver| number(&found, driver, "lmg")).sum();
    assert!((total - found.r_squared).abs() < 1e-12);
    assert_eq!(found.warnings, ["Collinear", "DriverLeftOut", "SmallBase"]);
    assert_eq!((cell(&found, "none", "dont_know"), cell(&found, "none", "rank")), (Value::Integer(8), Value::Null));
}

#[test]
fn what_cannot_be_analysed_is_refused_with_a_reason() {
    let survey =
        survey([known("y", &Y), known("a", &A), known("same", &[3.0; 8]), column("none", &[None; 8]), column("text", &[None; 8])], |_| {});
    let kind = |outcome: &str, drivers: &[&str], options: &DriverOptions| {
        survey.drivers(outcome, &names(drivers), options).err().map(|error| error.kind())
    };
    let plain = options(|_| {});
    assert_eq!(kind("same", &["a"], &plain), Some(ErrorKind::InsufficientData));
    assert_eq!(kind("none", &["a"], &plain), Some(ErrorKind::InsufficientData));
    assert_eq!(kind("y", &["same", "none"], &plain), Some(ErrorKind::InsufficientData));
    assert_eq!(kind("y", &[], &plain), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind("y", &["y"], &plain), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind("y", &["a", "a"], &plain), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind("y", &["a", "absent"], &plain), Some(ErrorKind::UnknownName));
    let many: Vec<String> = (0..21).map(|at| format!("x{at}")).collect();
    assert_eq!(survey.drivers("y", &many, &plain).err().map(|error| error.kind()), Some(ErrorKind::LimitExceeded));
    for wrong in [options(|options| options.missing = "casewise".into()), options(|options| options.coding = "codes".into())] {
        assert_eq!(kind("y", &["a"], &wrong), Some(ErrorKind::InvalidArgument));
    }
    assert_eq!(kind("y", &["a"], &options(|options| options.level = f64::NAN)), Some(ErrorKind::OutOfRange));
    assert_eq!(kind("y", &["a"], &options(|options| options.replicates = usize::MAX)), Some(ErrorKind::LimitExceeded));
}

#[test]
fn huge_values_are_refused_and_tiny_ones_are_not() {
    let scaled = |times: f64| A.map(|value| value * times);
    let survey = survey([known("y", &Y), known("huge", &scaled(1e307)), known("tiny", &scaled(1e-150)), known("a", &A)], |_| {});
    let error = survey.drivers("y", &names(&["huge"]), &options(|_| {})).expect_err("sums overflow").kind();
    assert!(matches!(error, ErrorKind::OutOfRange | ErrorKind::InsufficientData), "{error:?}");
    let (tiny, plain) = (survey.drivers("y", &names(&["tiny"]), &options(|_| {})), survey.drivers("y", &names(&["a"]), &options(|_| {})));
    assert!((tiny.expect("tiny").r_squared - plain.expect("plain").r_squared).abs() < 1e-12);
}

fn tsm_answers(rows: usize) -> Vec<Column> {
    let words = ["very_satisfied", "fairly_satisfied", "neither", "fairly_dissatisfied", "very_dissatisfied"];
    let answer = |row: usize, times: usize| words[(row * times + row * row / 3 + row / 7) % 5];
    let text = |name: &str, times: usize| {
        let cells = (0..rows).map(|row| Some(answer(row, times)).filter(|_| times != 3 || row % 4 != 0)).collect::<StringArray>();
        Column::new(name, Arc::new(cells) as ArrayRef)
    };
    vec![text("TP01", 1), text("TP04", 2), text("TP05", 3), text("TP07", 4)]
}

#[test]
fn answers_are_numbered_from_the_worst_and_quadrants_set_against_the_means() {
    let survey = survey(tsm_answers(60), |options| options.instrument = Some(Instrument::builtin("tsm-2022").expect("ships")));
    let found = survey.drivers("TP01", &[], &options(|_| {})).expect("drivers");
    assert_eq!((found.n, found.n_outcome, found.table.num_rows()), (45, 60, 3));
    assert_eq!(cell(&found, "TP05", "dont_know"), Value::Integer(15));
    assert_eq!(number(&found, "TP05", "dont_know_share"), 0.25);
    let indicator = survey.drivers("TP01", &[], &options(|options| options.missing = "indicator".into())).expect("drivers");
    let pairwise = survey.drivers("TP01", &[], &options(|options| options.missing = "pairwise".into())).expect("drivers");
    assert_eq!((indicator.n, pairwise.n), (60, 60));
    let words = ["concentrate_here", "keep_up", "low_priority", "possible_overkill"];
    for driver in ["TP04", "TP05", "TP07"] {
        assert!(matches!(cell(&found, driver, "quadrant"), Value::Text(word) if words.contains(&word.as_str())));
    }
    // Places 5 to 1, so that a satisfied driver correlates as its values do.
    let values = survey.drivers("TP01", &[], &options(|options| options.coding = "values".into())).expect("drivers");
    assert!(values.r_squared != found.r_squared && values.coding == "values");
}

#[test]
fn intervals_are_repeatable_at_any_number_of_threads_and_cover_the_figure() {
    let survey = survey(tsm_answers(200), |options| options.instrument = Some(Instrument::builtin("tsm-2022").expect("ships")));
    let of = |seed: u64, threads: usize| {
        let options = options(|options| (options.seed, options.replicates) = (seed, 60));
        survey.drivers_with("TP01", &[], &options, &Run::new().threads(threads)).expect("drivers")
    };
    let one = of(7, 1);
    for threads in [2, 3, 8] {
        assert_eq!(of(7, threads).table.batch(), one.table.batch());
    }
    assert_ne!(of(8, 1).table.batch(), one.table.batch());
    for driver in ["TP04", "TP05", "TP07"] {
        let (low, high) = (number(&one, driver, "lmg_low"), number(&one, driver, "lmg_high"));
        assert!(low < high && low >= 0.0 && high < 1.0, "{driver} {low} {high}");
    }
    assert!(one.r_squared_ci.0 < one.r_squared_ci.1 && one.replicates == 60);
}

#[test]
fn whole_sampling_units_are_drawn() {
    // Two units in each of two strata: a resample draws one of them, so that there are only 4 replicates.
    let unit = [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0];
    let stratum = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
    let survey = survey([known("y", &Y), known("a", &A), known("h", &stratum), known("u", &unit)], |options| {
        options.strata = Some("h".into());
        options.psu = vec!["u".into()];
    });
    let ends: std::collections::BTreeSet<u64> = (0..40)
        .map(|seed| {
            let found =
                survey.drivers("y", &names(&["a"]), &options(|options| (options.seed, options.replicates, options.level) = (seed, 2, 0.5)));
            let ci = found.expect("drivers").r_squared_ci;
            ((ci.0 * 3.0 - ci.1) * 1e9).round().to_bits()
        })
        .collect();
    assert!((2..=4).contains(&ends.len()), "{}", ends.len());
    let fixed = survey.drivers("y", &names(&["a"]), &options(|options| options.replicates = 0)).expect("drivers");
    assert!(fixed.r_squared_ci.0.is_nan());
    assert_eq!(cell(&fixed, "a", "lmg_low"), Value::Null);
}

proptest! {
    #[test]
    fn the_order_of_rows_changes_no_bit(
        rows in proptest::collection::vec((0_u8..6, 0_u8..6, 1_u8..6, 0.1_f64..9.0, 0_u8..4), 12..40), turn in 1_usize..12, missing in 0_usize..3,
    ) {
        let value = |code: u8| (code > 0).then_some(f64::from(code));
        let of = |rows: &[(u8, u8, u8, f64, u8)]| {
            let survey = survey([
                column("a", &rows.iter().map(|row| value(row.0)).collect::<Vec<_>>()),
                column("b", &rows.iter().map(|row| value(row.1)).collect::<Vec<_>>()),
                column("y", &rows.iter().map(|row| value(row.2)).collect::<Vec<_>>()),
                column("w", &rows.iter().map(|row| Some(row.3)).collect::<Vec<_>>()),
                column("h", &rows.iter().map(|row| Some(f64::from(row.4 % 2))).collect::<Vec<_>>()),
            ], |options| (options.weights, options.strata) = (Some("w".into()), Some("h".into())));
            let missing = ["listwise", "pairwise", "indicator"][missing];
            survey.drivers("y", &names(&["a", "b"]), &options(|options| (options.missing, options.replicates) = (missing.into(), 5)))
        };
        let mut turned = rows.clone();
        turned.rotate_left(turn);
        match (of(&rows), of(&turned)) {
            (Ok(one), Ok(other)) => {
                prop_assert_eq!(one.table.batch(), other.table.batch());
                prop_assert_eq!(one.r_squared.to_bits(), other.r_squared.to_bits());
                prop_assert!((0.0..=1.0 + 1e-12).contains(&one.r_squared));
            }
            (Err(one), Err(other)) => prop_assert_eq!(one.kind(), other.kind()),
            (one, other) => prop_assert!(false, "{one:?} {other:?}"),
        }
    }
}
