//! The cases of tests/conformance/scores.tsv.

use std::sync::Arc;

use citx::{Column, CountsOptions, Error, Estimate, Instrument, Result, ScoreOptions, Survey, Table};

/// A field with its escapes replaced.
fn plain(field: &str) -> String {
    [("\\t", "\t"), ("\\n", "\n"), ("\\s", ";"), ("\\p", "|"), ("\\e", "="), ("\\\\", "\\")]
        .iter()
        .fold(field.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

fn score(measure: &str, counts: &str, frame_size: &str) -> Result<Estimate> {
    let items: Vec<(String, f64)> = counts
        .split(';')
        .map(|item| item.split_once('=').expect("answer=count"))
        .map(|(answer, count)| (plain(answer), count.parse().expect("a number")))
        .collect();
    let text = |name: &str, cell: &dyn Fn(&(String, f64)) -> String| {
        Column::new(name, Arc::new(items.iter().map(|item| Some(cell(item))).collect::<arrow_array::StringArray>()))
    };
    let number = |name: &str, cell: &dyn Fn(&(String, f64)) -> Option<f64>| {
        Column::new(name, Arc::new(items.iter().map(cell).collect::<arrow_array::Float64Array>()))
    };
    let frame: Option<f64> = (!frame_size.is_empty()).then(|| frame_size.parse().expect("a number"));
    let table = Table::from_columns([
        text("unit", &|_| "u".into()),
        text("measure", &|_| measure.into()),
        text("answer", &|(answer, _)| answer.clone()),
        number("count", &|(_, count)| Some(*count)),
        number("frame", &|_| frame),
    ])?;
    let mut options = CountsOptions::new(Instrument::builtin("tsm-2022")?, "unit", "measure", "answer", "count");
    options.frame_size = Some("frame".into());
    Survey::from_counts(&table, &options)?.score(measure, Some("u"), &ScoreOptions::default())
}

#[test]
fn every_case_scores_as_it_says() {
    let text = include_str!("../../../tests/conformance/scores.tsv");
    let mut cases = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[id, measure, counts, frame_size, value, low, high, published] = fields.as_slice() else { panic!("{line}: eight fields") };
        let ours = score(measure, counts, frame_size);
        cases += 1;
        if let Some(kind) = value.strip_prefix("error ") {
            assert_eq!(ours.as_ref().err().map(Error::kind).map(|kind| format!("{kind:?}")).as_deref(), Some(kind), "{id}");
            continue;
        }
        let ours = ours.unwrap_or_else(|error| panic!("{id}: {error}"));
        for (what, ours, expected) in [("value", ours.value, value), ("ci_low", ours.ci.0, low), ("ci_high", ours.ci.1, high)] {
            let expected: f64 = if expected.is_empty() { f64::NAN } else { expected.parse().expect("a number") };
            let near = (ours - expected).abs() <= 1e-9 * expected.abs();
            assert!(near || (ours.is_nan() && expected.is_nan()), "{id} {what}: {ours} against {expected}");
        }
        assert_eq!(ours.published.as_deref(), Some(published), "{id}");
    }
    assert!(cases >= 40);
}
