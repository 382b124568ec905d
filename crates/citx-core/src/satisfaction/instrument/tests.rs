use std::sync::Arc;

use arrow_array::{Float64Array, StringArray};

use super::*;
use crate::satisfaction::{CountsOptions, Estimate, ScoreOptions, Survey, SurveyOptions};
use crate::table::Value;

/// The score of answers counted.
fn score(instrument: &str, measure: &str, counts: &[(&str, u32)]) -> Estimate {
    let rows: Vec<(&str, u32)> = counts.to_vec();
    let texts = |values: Vec<&str>| Arc::new(StringArray::from(values));
    let table = Table::from_columns([
        Column::new("unit", texts(vec!["u"; rows.len()])),
        Column::new("measure", texts(vec![measure; rows.len()])),
        Column::new("answer", texts(rows.iter().map(|row| row.0).collect())),
        Column::new("count", Arc::new(rows.iter().map(|row| Some(f64::from(row.1))).collect::<Float64Array>())),
    ])
    .expect("columns of one length");
    let instrument = Instrument::builtin(instrument).expect("built in");
    let counted =
        Survey::from_counts(&table, &CountsOptions::new(instrument.clone(), "unit", "measure", "answer", "count")).expect("counts");
    let from_counts = counted.score(measure, None, &ScoreOptions::default()).expect("a score");
    // The same answers one by one give the same figure.
    let answers: Vec<&str> = rows.iter().flat_map(|(answer, count)| std::iter::repeat_n(*answer, *count as usize)).collect();
    let table = Table::from_columns([Column::new("q", texts(answers))]).expect("a column");
    let options = SurveyOptions { instrument: Some(instrument), questions: vec![(measure.into(), "q".into())], ..SurveyOptions::default() };
    let singly = Survey::from_table(&table, &options).expect("answers").score(measure, None, &ScoreOptions::default()).expect("a score");
    assert!((singly.value - from_counts.value).abs() < 1e-12 && (singly.std_error - from_counts.std_error).abs() < 1e-12);
    assert_eq!((&singly.published, &singly.published_unit), (&from_counts.published, &from_counts.published_unit));
    from_counts
}

fn published(instrument: &str, measure: &str, counts: &[(&str, u32)]) -> String {
    score(instrument, measure, counts).published.unwrap_or_default()
}

fn close(ours: f64, theirs: f64, tolerance: f64) {
    assert!((ours - theirs).abs() <= tolerance, "{ours} against {theirs}");
}

#[test]
fn every_instrument_that_ships_says_what_it_measures() {
    assert_eq!(Instrument::builtin_names().len(), 18);
    for name in Instrument::builtin_names() {
        let instrument = Instrument::builtin(name).expect("it can be read");
        assert_eq!(instrument.name(), name);
        assert!(!instrument.source().is_empty() && !instrument.title().is_empty(), "{name}");
        let table = instrument.explain();
        assert!(table.num_rows() > 0, "{name}");
        for column in ["measure", "asks_about", "figure", "answers", "polarity", "definition", "source"] {
            let cells = table.column(column).expect("a column");
            let said = |row| matches!(cells.value(row), Value::Text(text) if !text.is_empty());
            assert!((0..table.num_rows()).all(said), "{name}: {column}");
        }
    }
}

#[test]
fn net_promoter_score_is_that_of_its_example_and_takes_0_to_10_only() {
    let nps = score("nps", "NPS", &[("9", 8), ("10", 10), ("7", 5), ("8", 6), ("0", 1), ("6", 1)]);
    close(nps.value, 16.0 / 31.0, 1e-15);
    // SE by the survey's own formula has n - 1 where the example has n.
    close(100.0 * nps.std_error * (30.0_f64 / 31.0).sqrt(), 11.05, 0.005);
    assert_eq!((nps.published.as_deref(), nps.published_unit.as_deref(), nps.unit.as_str()), (Some("52"), Some("points"), "net"));
    let table = Table::from_columns([Column::new("NPS", Arc::new(StringArray::from(vec!["9", "11"])))]).expect("a column");
    let options = SurveyOptions { instrument: Some(Instrument::builtin("nps").expect("built in")), ..SurveyOptions::default() };
    assert!(Survey::from_table(&table, &options).expect_err("11").to_string().contains("row 2"));
    // All alike: no certainty that all citizens are.
    let all = score("nps", "NPS", &[("10", 12)]);
    assert!(all.ci.0.is_nan() && all.warnings.contains(&"ZeroVariance".to_owned()));
}

#[test]
fn govuk_satisfaction_is_that_of_the_performance_platform_and_of_published_months() {
    let counts = |n: [u32; 5]| {
        ["very_dissatisfied", "dissatisfied", "neither", "satisfied", "very_satisfied"].into_iter().zip(n).collect::<Vec<_>>()
    };
    for (n, expected) in [([1, 1, 1, 1, 1], 0.5), ([1, 1, 1, 1, 6], 0.75), ([6, 1, 1, 1, 1], 0.25)] {
        close(score("govuk-satisfaction", "SATISFACTION", &counts(n)).value, expected, 1e-15);
    }
    let march = [67, 73, 205, 1276, 4434];
    close(score("govuk-satisfaction", "SATISFACTION", &counts(march)).value, 0.9103, 5e-5);
    close(score("govuk-satisfaction", "SATISFACTION_2013", &counts(march)).value, 0.9430, 5e-5);
    assert_eq!(published("govuk-satisfaction", "SATISFACTION", &counts(march)), "91");
    assert_eq!(published("govuk-satisfaction", "SATISFACTION_2013", &counts([394, 330, 1253, 5467, 11411])), "90");
    close(score("govuk-satisfaction", "SATISFACTION", &counts([394, 330, 1253, 5467, 11411])).value, 0.8603, 5e-5);
}

#[test]
fn effort_faces_and_friends_are_those_of_their_examples() {
    let effort: Vec<(&str, u32)> = ["1", "2", "3", "4", "5", "6", "7"].into_iter().zip([80, 210, 140, 110, 160, 180, 120]).collect();
    assert_eq!(published("ces-2", "CES2_MEAN", &effort), "4.08");
    // (160 + 180 + 120) / 1000 = 46 %; (180 + 120 - 80 - 210 - 140) / 1000 = -13
    assert_eq!((published("ces-2", "CES2_AGREE", &effort), published("ces-2", "CES2_NET", &effort)), ("46".into(), "-13".into()));
    let fft = [("very_good", 40), ("good", 30), ("neither", 5), ("poor", 10), ("very_poor", 5), ("dont_know", 10)];
    close(score("nhs-fft", "FFT_POSITIVE", &fft).value, 0.70, 1e-15);
    close(score("nhs-fft", "FFT_NEGATIVE", &fft).value, 0.15, 1e-15);
    assert_eq!(published("nhs-fft", "FFT_POSITIVE", &fft), "70");
    let likely = [("extremely_likely", 60), ("likely", 25), ("neither", 5), ("unlikely", 3), ("extremely_unlikely", 2), ("dont_know", 5)];
    assert_eq!(published("nhs-fft-2014", "FFT_RECOMMEND", &likely), "85");
    // 100 x (60 - 5 - 3 - 2) / 95
    assert_eq!(published("nhs-fft-2013", "FFT_NET", &likely), "53");
    let faces = score("govmetric", "GOVMETRIC", &[("good", 200), ("average", 87), ("poor", 44)]);
    assert_eq!((faces.published.as_deref(), faces.published_unit.as_deref()), (Some("0.47"), Some("net")));
    assert_eq!(published("csat", "CSAT", &[("5", 10), ("4", 10), ("3", 5), ("don't know", 9)]), "80.0");
    assert_eq!(published("ukcsi", "UKCSI", &[("8", 1), ("7", 1)]), "75.0");
    assert!(score("star-2020", "OVERALL", &[("very satisfied", 40), ("neither", 3)]).warnings.contains(&"Experimental".to_owned()));
}

#[test]
fn acsi_weighs_three_items_of_those_who_answered_all() {
    let texts = |name: &str, values: Vec<Option<&str>>| Column::new(name, Arc::new(StringArray::from(values)));
    let table = Table::from_columns([
        texts("ACSI_SATISFACTION", vec![Some("8"), Some("8"), Some("9")]),
        texts("ACSI_EXPECTATIONS", vec![Some("7"), Some("7"), Some("9")]),
        texts("ACSI_IDEAL", vec![Some("7"), Some("7"), None]),
    ])
    .expect("columns of one length");
    let options = SurveyOptions { instrument: Some(Instrument::builtin("acsi").expect("built in")), ..SurveyOptions::default() };
    let survey = Survey::from_table(&table, &options).expect("a survey");
    let score = |measure: &str| survey.score(measure, None, &ScoreOptions::default()).expect("a score");
    assert_eq!((score("ACSI").published.as_deref(), score("ACSI_OHIO").published.as_deref()), (Some("70.37"), Some("70.98")));
    assert_eq!((score("ACSI").n, score("ACSI_SATISFACTION").n), (2, 3));
    assert!(survey.measures().contains(&"ACSI") && survey.scores(&[], &ScoreOptions::default()).expect("scores").num_rows() == 5);
}

#[test]
fn figures_of_counts_are_pooled_and_never_above_the_whole() {
    let service = Instrument::builtin("govuk-service").expect("built in");
    let cost = service.counted("COST_PER_TRANSACTION", &[(1000.0, 400.0), (500.05, 100.0)]).expect("a figure");
    assert_eq!((cost.published.as_str(), cost.published_unit.as_str()), ("3.00", "pounds"));
    let nearly = service.counted("COMPLETION_RATE", &[(9999.0, 10_000.0)]).expect("a figure");
    assert_eq!((nearly.published.as_str(), nearly.is_exactly_1), ("100.0", false));
    let kind = |periods: &[(f64, f64)]| service.counted("COMPLETION_RATE", periods).expect_err("bad counts").kind();
    assert_eq!(kind(&[(2.0, 1.0)]), ErrorKind::InvalidArgument);
    assert_eq!(kind(&[(f64::NAN, 1.0)]), ErrorKind::InvalidArgument);
    assert_eq!((kind(&[]), kind(&[(0.0, 0.0)])), (ErrorKind::InsufficientData, ErrorKind::InsufficientData));
    assert_eq!(service.counted("SPEED", &[(1.0, 1.0)]).expect_err("no such measure").kind(), ErrorKind::UnknownName);
}

#[test]
fn files_that_contradict_themselves_are_refused() {
    for (text, problem) in [
        ("name = \"x\"\n[scale.a]\nanswers = [1, 2]\npositive = [1]\nnegative = [2]", "only a net figure has `negative`"),
        ("name = \"x\"\n[scale.a]\nanswers = [1, 2]\npositive = [1]\nfigure = \"net\"", "needs `positive` answers"),
        ("name = \"x\"\n[scale.a]\nanswers = [1, 2]\npositive = [1]\nnegative = [1]\nfigure = \"net\"", "positive and negative"),
        ("name = \"x\"\n[scale.a]\nanswers = [1, 2]\nfigure = \"index\"\ndivide_by = 0", "`divide_by`"),
        ("name = \"x\"\n[scale.a]\nanswers = [1, 2]\npositive = [1]\ndivide_by = 2", "`divide_by`"),
        ("name = \"x\"\n[scale.a]\nanswers = [1, 2]\npositive = [1]\npolarity = \"up\"", "`polarity`"),
        ("name = \"x\"\n[scale.a]\nanswers = [1, 2]\npositive = [1]\nvalues = [1, 2]", "only a mean or an index"),
        ("name = \"x\"\n[scale.a]\nanswers = [1, 2]\npositive = [1]\n[[measure]]\ncode = \"A\"\nscale = \"a\"\nitems = [\"B\"]", "`items`"),
        ("name = \"x\"\n[scale.a]\nanswers = [1, 2]\npositive = [1]\nsurprise = 1", "line 5"),
        ("name = \"x\"", "needs one scale"),
    ] {
        let message = Instrument::parse(text).expect_err(problem).to_string();
        assert!(message.contains(problem), "{message}");
    }
}
