//! `tests/conformance/rules.tsv` through the facade: every case explained, and matched where that says the same.

mod support;

use citx::{Context, Record, Result, SegmentBook, SegmentDefinition, TimeZone};
use support::{Case, cases, expected_error, instant, record};

fn explained(case: &Case, citizen: &Record, context: &Context) -> Result<Option<bool>> {
    let book = SegmentBook::new([SegmentDefinition::new("case", case.text("rule"))])?;
    let outcome = book.explain("case", citizen, context)?.outcome;
    let matched = !book.match_record(citizen, context)?.is_empty();
    assert_eq!(matched, outcome == Some(true), "{}: match and explain differ", case.place());
    Ok(outcome)
}

#[test]
fn rules_agree_with_the_conformance_cases() {
    let cases = cases("rules.tsv");
    assert!(cases.len() >= 120, "only {} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let zone: TimeZone = case.text("time_zone").parse().expect("a zone");
        let context = Context { as_of: instant(&case.text("as_of"), zone), time_zone: zone };
        let found = explained(case, &record(case.raw("record")), &context);
        let expected = case.text("expected");
        let agrees = match (&found, expected_error(&expected)) {
            (Ok(outcome), None) => expected == outcome.map_or("unknown", |outcome| if outcome { "true" } else { "false" }),
            (Err(error), Some(kind)) => error.kind() == kind,
            _ => false,
        };
        if !agrees {
            wrong.push(format!("{}: {}: expected {expected}, found {found:?}", case.place(), case.text("rule")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
