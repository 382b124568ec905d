//! The regulator's data set of 2023/24, read as it was published: every figure follows from its counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use citx_core::ErrorKind;
use citx_core::satisfaction::{CountsOptions, Instrument, Management, ManagementOptions, ScoreOptions, Survey};
use citx_core::table::{Table, Value};
use citx_store::{TsmRelease, read_tsm_release};

/// Returns whose counts in the workbook are whole although their percentages were computed from weighted ones.
const ROUNDED_COUNTS: [&str; 7] = [
    "Bromford Housing Group Limited (LCHO)",
    "GreenSquareAccord Limited (LCHO)",
    "LiveWest Homes Limited (LCHO)",
    "Paragon Asra Housing Limited (LCHO)",
    "Peabody Trust (LCHO)",
    "Thames Valley Housing Association Limited (LCHO)",
    "The Riverside Group Limited (LCHO)",
];
/// Two returns whose required sample and margin of error stand in each other's row of the workbook.
const SWAPPED: [&str; 2] = ["Sparrow Shared Ownership Limited (LCHO)", "Heylo Housing Registered Provider Limited (LCHO)"];

fn workbook() -> PathBuf {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/tsm/tsm2024.xlsx");
    std::env::var_os("CITX_TSM_WORKBOOK").map_or(own, PathBuf::from)
}

fn release() -> TsmRelease {
    read_tsm_release(workbook()).expect("the data set")
}

fn text(table: &Table, row: usize, column: &str) -> String {
    match table.row(row).get(column) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

fn number(table: &Table, row: usize, column: &str) -> Option<f64> {
    match table.row(row).get(column) {
        Some(Value::Float(number)) => Some(*number),
        Some(Value::Integer(number)) => Some(*number as f64),
        _ => None,
    }
}

fn tsm() -> Instrument {
    Instrument::builtin("tsm-2022").expect("ships with citx")
}

#[test]
fn all_returns_are_read() {
    let release = release();
    let tenures = |tenure: &str| (0..release.returns.num_rows()).filter(|&row| text(&release.returns, row, "tenure") == tenure).count();
    assert_eq!(["LCRA", "LCHO", "Combined"].map(tenures), [355, 56, 2]);
    assert_eq!(release.counts.num_rows(), 26_391);
    let filters = |measure: &str| (0..release.filters.num_rows()).filter(|&row| text(&release.filters, row, "measure") == measure).count();
    assert_eq!(["TP01", "TP02", "TP03", "TP09", "TP10"].map(filters), [0, 357, 357, 413, 413]);
    let code = "L4172";
    let row = (0..release.returns.num_rows()).find(|&row| text(&release.returns, row, "code") == code).expect("Abri");
    let own = |column: &str| number(&release.returns, row, column);
    assert_eq!((own("population"), own("required"), own("achieved")), (Some(26_840.0), Some(2204.0), Some(2477.0)));
    assert_eq!(
        (text(&release.returns, row, "selection"), text(&release.returns, row, "predominant")),
        ("sample".into(), "Telephone".into())
    );
}

#[test]
fn every_percentage_follows_from_its_counts() {
    let release = release();
    let mut options = CountsOptions::new(tsm(), "return", "measure", "answer", "count");
    options.frame_size = Some("population".into());
    let survey = Survey::from_counts(&release.counts, &options).expect("counts");
    let scores = survey.scores(&[], &ScoreOptions::default()).expect("scores");
    let ours: BTreeMap<(String, String), (f64, String)> = (0..scores.num_rows())
        .map(|row| {
            let figures = (number(&scores, row, "value").expect("a value"), text(&scores, row, "published"));
            ((text(&scores, row, "group"), text(&scores, row, "measure")), figures)
        })
        .collect();
    let (mut same, mut rounded, mut other) = (0, BTreeSet::new(), Vec::new());
    for row in 0..release.published.num_rows() {
        let Some(percent) = number(&release.published, row, "percent") else { continue };
        let key = (text(&release.published, row, "return"), text(&release.published, row, "measure"));
        let (value, published) = &ours[&key];
        if (100.0 * value - percent).abs() < 1e-9 {
            same += 1;
            // Within half a unit of the last digit, whichever way a tie of weighted counts falls.
            assert!((published.parse::<f64>().expect("a number") - percent).abs() <= 0.05 + 1e-9, "{key:?}");
        } else if ROUNDED_COUNTS.contains(&key.0.as_str()) {
            rounded.insert(key);
        } else {
            other.push(key);
        }
    }
    assert_eq!((same, rounded.len(), other), (4725, 63, Vec::new()));
}

#[test]
fn required_samples_and_margins_are_the_regulators() {
    let release = release();
    let (tsm, table) = (tsm(), &release.returns);
    let (mut required, mut margins) = (Vec::new(), Vec::new());
    for row in 0..table.num_rows() {
        let figure = |column: &str| number(table, row, column).expect("known");
        let size = tsm.sample_size(figure("population") as u64).expect("a population");
        if size.required as f64 != figure("required") {
            required.push(text(table, row, "return"));
        }
        let margin = 100.0 * tsm.margin_of_error(figure("achieved") as u64, figure("population") as u64).expect("a sample");
        // The workbook shows one decimal.
        if (margin - figure("moe_percent")).abs() > 0.05 + 1e-9 {
            margins.push(text(table, row, "return"));
        }
    }
    assert_eq!(required, SWAPPED);
    margins.retain(|unit| !SWAPPED.contains(&unit.as_str()));
    // One writes its 3.8 percent as 0.038.
    assert_eq!(margins, ["Octavia Housing (LCRA)"]);
}

#[test]
fn management_figures_follow_from_numerators_and_denominators() {
    let release = release();
    let mut options = ManagementOptions::default();
    options.unit = Some("code".into());
    let management = Management::from_table(&release.management, &options).expect("figures");
    let (mut same, mut whole, mut undefined, mut other) = (0, 0, 0, Vec::new());
    for (row, figure) in management.figures().iter().enumerate() {
        let Some(published) = number(&release.management, row, "published") else { continue };
        let value = figure.value * if figure.published_unit == "percent" { 100.0 } else { 1.0 };
        if figure.symbol.is_some() && published == 0.0 {
            // In this data set what is not defined, or was not asked for, is written 0.
            undefined += 1;
        } else if (value - published).abs() < 1e-9 * published.abs().max(1.0) {
            same += 1;
        } else if figure.tenure.as_deref() != Some("LCRA") && (value + 0.5).floor() == published {
            // Complaints of shared owners are shown as whole numbers.
            whole += 1;
        } else {
            other.push((figure.unit.clone(), figure.tenure.clone(), figure.measure.clone()));
        }
    }
    assert_eq!(other, Vec::new());
    assert_eq!((same, whole, undefined), (4978, 196, 2685));
    let checks = management.checks().expect("checks");
    assert!((0..checks.num_rows()).any(|row| text(&checks, row, "code") == "RoundsTo100"));
}

#[test]
fn what_is_no_data_set_is_refused() {
    let error = read_tsm_release(workbook().with_file_name("no.xlsx")).expect_err("no file");
    assert_eq!(error.kind(), ErrorKind::Io);
    let error = read_tsm_release(workbook().with_file_name("returns.csv")).expect_err("no workbook");
    assert_eq!(error.kind(), ErrorKind::Corrupted);
}
