//! The regulator's 2023/24 returns: every published figure from its counts.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use citx::{ErrorKind, Instrument, Run, Table};
use common::{Example, number, text};

const AS_OF: &str = "2024-11-26";

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
const SWAPPED: [&str; 2] = ["Heylo Housing Registered Provider Limited (LCHO)", "Sparrow Shared Ownership Limited (LCHO)"];

fn measures() -> impl Iterator<Item = String> {
    (1..=12).map(|number| format!("TP{number:02}"))
}

fn unit(table: &Table, row: usize) -> String {
    format!("{} ({})", text(table, "landlord", row), text(table, "tenure", row))
}

/// Satisfied and base of each return and measure, straight from the file.
fn counts(returns: &Table) -> BTreeMap<(String, String), (f64, f64)> {
    let mut counts = BTreeMap::new();
    for row in 0..returns.num_rows() {
        let answer = text(returns, "answer", row);
        let (satisfied, base) = counts.entry((unit(returns, row), text(returns, "measure", row))).or_insert((0.0, 0.0));
        let count = number(returns, "count", row).expect("a count");
        if ["Very satisfied", "Fairly satisfied", "Strongly agree", "Agree"].contains(&answer.as_str()) {
            *satisfied += count;
        }
        if !answer.starts_with("Not applicable") {
            *base += count;
        }
    }
    counts
}

/// Value, published text, rank of each return and measure.
type Estimates = BTreeMap<(String, String), (Option<f64>, String, Option<f64>)>;

fn estimates(example: &Example) -> Estimates {
    let table = example.table("out/estimates.csv");
    let row = |row: usize| {
        let figures = (number(&table, "value", row), text(&table, "published", row), number(&table, "rank", row));
        ((text(&table, "group", row), text(&table, "measure", row)), figures)
    };
    (0..table.num_rows()).map(row).collect()
}

#[test]
fn every_published_percentage_follows_from_its_counts() {
    let example = Example::new("tsm");
    example.run(AS_OF);
    let (published, counts, estimates) = (example.table("published.csv"), counts(&example.table("returns.csv")), estimates(&example));
    let (mut same, mut rounded, mut other) = (0, BTreeSet::new(), Vec::new());
    for row in 0..published.num_rows() {
        for measure in measures() {
            let Some(percent) = number(&published, &measure, row) else { continue };
            let key = (unit(&published, row), measure);
            let (satisfied, base) = counts[&key];
            let (value, text, ..) = &estimates[&key];
            let value = value.expect("a value");
            assert!((value - satisfied / base).abs() < 1e-12, "{key:?}");
            if base.fract() == 0.0 && satisfied.fract() == 0.0 {
                // Half up, in whole numbers: tenths of a percent.
                let tenths = (2000 * satisfied as u64 + base as u64) / (2 * base as u64);
                assert!(text.parse() == Ok(tenths as f64 / 10.0), "{key:?} {text}");
            }
            if (value * 100.0 - percent).abs() < 1e-9 {
                same += 1;
            } else if ROUNDED_COUNTS.contains(&key.0.as_str()) {
                // Each of two satisfied and three other counts is off by a half at most.
                let not = base - satisfied;
                let (low, high) = ((satisfied - 1.0) / (satisfied + not + 0.5), (satisfied + 1.0) / (satisfied + not - 0.5));
                assert!(low * 100.0 <= percent && percent <= high * 100.0, "{key:?}");
                rounded.insert(key);
            } else {
                other.push(key);
            }
        }
    }
    assert_eq!((same, rounded.len(), other), (4725, 63, Vec::new()));
}

#[test]
fn required_samples_and_margins_are_the_regulators() {
    let example = Example::new("tsm");
    example.run(AS_OF);
    let (published, samples) = (example.table("published.csv"), example.table("out/samples.csv"));
    let ours: BTreeMap<String, (f64, f64)> = (0..samples.num_rows())
        .map(|row| {
            (
                text(&samples, "unit", row),
                (number(&samples, "required", row).expect("known"), number(&samples, "achieved_moe", row).expect("known")),
            )
        })
        .collect();
    let (mut required, mut margins) = (Vec::new(), Vec::new());
    for row in 0..published.num_rows() {
        let unit = unit(&published, row);
        let (ours_required, ours_margin) = ours[&unit];
        if number(&published, "required", row) != Some(ours_required) {
            required.push(unit.clone());
        }
        // The workbook shows percentages with one decimal.
        if (number(&published, "moe_percent", row).expect("known") - ours_margin * 100.0).abs() > 0.05 + 1e-9 {
            margins.push(unit);
        }
    }
    assert_eq!(ours.len(), 413);
    assert_eq!(required, [SWAPPED[1], SWAPPED[0]]);
    // One margin is written as a proportion in a column of percentages.
    assert_eq!(margins, ["Octavia Housing (LCRA)", SWAPPED[1], SWAPPED[0]]);
}

#[test]
fn ranks_and_quartiles_are_among_returns_of_the_same_tenure() {
    let example = Example::new("tsm");
    let summary = example.run(AS_OF);
    let (published, estimates) = (example.table("published.csv"), estimates(&example));
    let brighton = "Brighton and Hove City Council (LCRA)".to_owned();
    for measure in measures() {
        let peers: Vec<f64> = (0..published.num_rows())
            .filter(|row| text(&published, "tenure", *row) == "LCRA")
            .filter_map(|row| number(&published, &measure, row))
            .collect();
        let own = estimates[&(brighton.clone(), measure.clone())].0.expect("a value") * 100.0;
        let better = peers.iter().filter(|other| **other > own + 1e-9).count() as f64;
        assert_eq!(estimates[&(brighton.clone(), measure.clone())].2, Some(better + 1.0), "{measure}");
    }
    let instrument = Instrument::builtin("tsm-2022").expect("ships with citx");
    let survey = citx::CountsOptions::new(instrument.clone(), "landlord", "measure", "answer", "count");
    let returns = example.table("returns.csv");
    let rented: Vec<usize> = (0..returns.num_rows()).filter(|row| text(&returns, "tenure", *row) == "LCRA").collect();
    let survey = citx::Survey::from_counts(&returns.take(&rented).expect("rows"), &survey).expect("a survey");
    for figure in &summary.survey {
        let estimate =
            survey.score(&figure.measure, Some("Brighton and Hove City Council"), &citx::ScoreOptions::default()).expect("a score");
        let national = instrument.benchmark(&figure.measure, &estimate, "LCRA", "2023/24").expect("a benchmark");
        assert_eq!((figure.quartile, figure.peers), (Some(national.quartile), Some(national.peers)), "{}", figure.measure);
    }
    assert_eq!(summary.survey.len(), 12);
}

#[test]
fn the_foreground_is_shown_with_its_sample_and_the_run_repeats() {
    let example = Example::new("tsm");
    let summary = example.run(AS_OF);
    assert!(summary.headlines[0].contains("1,005 of 12,438 answered, 983 required: enough"), "{:?}", summary.headlines);
    let first = example.outputs();
    assert_eq!(
        first.keys().map(String::as_str).collect::<Vec<_>>(),
        [
            "estimates.csv",
            "estimates.json",
            "report.html",
            "run.json",
            "samples.csv",
            "tsm-approach.md",
            "tsm-measures.csv",
            "tsm-return.xlsx",
            "tsm-warnings.csv",
            "tsm.json"
        ]
    );
    let report = String::from_utf8(first["report.html"].clone()).expect("UTF-8");
    for words in ["Brighton and Hove City Council (LCRA)", "62.5% to 68.2%", "249th of 355", "983 answers are required", "All 413 units"] {
        assert!(report.contains(words), "{words}");
    }
    example.run(AS_OF);
    assert!(example.outputs() == first, "a second run gives the same bytes");
}

#[test]
fn a_landlord_with_two_returns_is_shown_twice_and_an_unknown_one_is_not_found() {
    let example = Example::new("tsm");
    example.edit("Brighton and Hove City Council", "Abri Group Limited");
    let summary = example.run(AS_OF);
    let units: BTreeSet<_> = summary.survey.iter().filter_map(|figure| figure.unit.clone()).collect();
    assert_eq!(units.into_iter().collect::<Vec<_>>(), ["Abri Group Limited (LCHO)", "Abri Group Limited (LCRA)"]);
    example.edit("Abri Group Limited", "Abbri Group Limited");
    let error = citx_cli::run(example.path("citx.toml"), AS_OF, &Run::new()).expect_err("there is none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("did you mean `Abri Group Limited"), "{error}");
}
