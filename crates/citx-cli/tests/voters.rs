//! 344,084 voters: segments counted anew, an audience that follows the generated consent, and the published effects.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use citx::{Column, Table, Value};
use common::{Example, number, text};

const AS_OF: &str = "2006-08-01";

fn column(table: &Table, name: &str) -> Column {
    table.column(name).expect("a column")
}

fn whole(column: &Column, row: usize) -> i64 {
    match column.value(row) {
        Value::Integer(number) => number,
        _ => panic!("row {row} of `{}` is no whole number", column.name()),
    }
}

fn flag(column: &Column, row: usize) -> bool {
    column.value(row) == Value::Boolean(true)
}

/// The voters who gave the newsletter's consent and neither withdrew it nor objected, by the instant of the run.
fn consenting(consent: &Table) -> BTreeSet<i64> {
    let (citizens, statuses, captured) = (column(consent, "citizen"), column(consent, "status"), column(consent, "captured_at"));
    let instant = |row: usize| match captured.value(row) {
        Value::Timestamp(instant) => instant,
        _ => panic!("row {row} has no instant"),
    };
    let as_of = citx::Timestamp::parse("2006-08-01T04:00:00Z", citx::TimeZone::UTC).expect("an instant");
    let mut last = BTreeMap::new();
    for row in 0..consent.num_rows() {
        let (citizen, status) = (whole(&citizens, row), statuses.value(row));
        let newsletter = text(consent, "purpose", row) == "civic-newsletter" || text(consent, "scope", row) == "all";
        if newsletter && instant(row) <= as_of && last.get(&citizen).is_none_or(|(before, _)| *before <= instant(row)) {
            last.insert(citizen, (instant(row), status));
        }
    }
    last.into_iter().filter(|(_, (_, status))| *status == Value::Text("given".into())).map(|(citizen, _)| citizen).collect()
}

#[test]
fn segments_audience_and_effects_are_right_and_a_second_run_repeats() {
    let example = Example::new("voters");
    let summary = example.run(AS_OF);
    segments(&example, &summary);
    audience(&example);
    effects(&example);
    generated(&example);

    let consent = summary.consent.as_ref().expect("a ledger");
    // What the audience hands out is recorded too.
    assert_eq!((consent.events, consent.imported), (20_644 + 81_987, 20_644));
    let first = example.outputs();
    let again = example.run(AS_OF).consent.expect("a ledger");
    assert_eq!((again.events, again.imported, &again.head), (20_644 + 81_987, 0, &consent.head));
    for (name, bytes) in example.outputs() {
        assert!(first[&name] == bytes, "{name} differs in a second run");
    }
}

fn segments(example: &Example, summary: &citx_cli::RunSummary) {
    let voters = example.table("voters.parquet");
    let (born, size, past) = (column(&voters, "birth_year"), column(&voters, "household_size"), column(&voters, "past_votes"));
    let primaries = ["p2000", "p2002", "p2004"].map(|name| column(&voters, name));
    let count = |member: &dyn Fn(usize) -> bool| (0..voters.num_rows()).filter(|row| member(*row)).count() as u64;
    let expected = [
        ("over_65", count(&|row| whole(&born, row) <= 1941)),
        ("under_30", count(&|row| whole(&born, row) > 1976)),
        ("lives_alone", count(&|row| whole(&size, row) == 1)),
        ("large_household", count(&|row| whole(&size, row) >= 4)),
        ("regular_voter", count(&|row| whole(&past, row) >= 5)),
        ("general_only", count(&|row| !primaries.iter().any(|primary| flag(primary, row)))),
        ("young_general_only", count(&|row| whole(&born, row) > 1976 && !primaries.iter().any(|primary| flag(primary, row)))),
        ("missed_last_primary", count(&|row| !flag(&primaries[2], row) && (flag(&primaries[0], row) || flag(&primaries[1], row)))),
    ];
    let ours: Vec<(&str, u64)> = summary.segments.iter().map(|segment| (segment.segment.as_str(), segment.members)).collect();
    assert_eq!(ours, expected);
}

fn audience(example: &Example) {
    let (voters, consent) = (example.table("voters.parquet"), example.table("consent.parquet"));
    let past = column(&voters, "past_votes");
    let consenting = consenting(&consent);
    let expected: Vec<i64> = (0..voters.num_rows())
        .filter(|row| whole(&past, *row) >= 5)
        .map(|row| row as i64 + 1)
        .filter(|voter| consenting.contains(voter))
        .collect();
    let allowed = example.table("out/audience-newsletter.csv");
    let ours: Vec<i64> = (0..allowed.num_rows()).map(|row| text(&allowed, "key", row).parse().expect("a number")).collect();
    assert_eq!(ours, expected);
    let refused = example.table("out/refused-newsletter.csv");
    assert_eq!(allowed.num_rows() + refused.num_rows(), 79_773, "everyone of the segment is allowed or refused");
    // One letter to a household, and none to a household whose every letter came back.
    let letters = example.table("out/audience-remind-post-1.csv");
    let households: BTreeSet<String> = (0..letters.num_rows()).map(|row| text(&letters, "address line 1", row)).collect();
    assert_eq!(households.len(), letters.num_rows());
}

fn effects(example: &Example) {
    let table = example.table("out/uplift-mailing.csv");
    let published = [
        ("Civic Duty", 0.315, 38_218.0, 0.018, 0.017_899_3, 0.003_236_6),
        ("Hawthorne", 0.322, 38_204.0, 0.026, 0.025_736_3, 0.003_257_9),
        ("Neighbors", 0.378, 38_201.0, 0.081, 0.081_309_9, 0.003_369_5),
        ("Self", 0.345, 38_218.0, 0.049, 0.048_513_2, 0.003_300_0),
    ];
    for (row, (arm, turnout, n, rounded, effect, std_error)) in published.into_iter().enumerate() {
        let figure = |name: &str| number(&table, name, row).expect("a figure");
        assert_eq!((text(&table, "arm", row).as_str(), figure("n")), (arm, n));
        assert!((figure("mean") - turnout).abs() < 5e-4 && (figure("mean_control") - 0.296_638_3).abs() < 5e-8);
        assert!((figure("effect") - effect).abs() < 5e-8 && (figure("effect") - rounded).abs() < 5e-4, "{arm}");
        assert!((figure("std_error") - std_error).abs() < 5e-8, "{arm}");
    }
    assert_eq!((table.num_rows(), number(&table, "n_control", 0)), (4, Some(191_243.0)));
}

/// Every page and file made from generated consent says so.
fn generated(example: &Example) {
    let outputs = example.outputs();
    let report = String::from_utf8(outputs["report.html"].clone()).expect("UTF-8");
    assert!(report.contains(citx::report::GENERATED_CONSENT));
    for (name, bytes) in outputs.iter().filter(|(name, _)| name.starts_with("audience-") || name.starts_with("refused-")) {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        assert!(text.lines().skip(1).all(|line| line.ends_with(",generated consent record")), "{name}");
    }
    let manifest = String::from_utf8(outputs["run.json"].clone()).expect("UTF-8");
    assert!(manifest.contains("\"generated\": true"));
}
