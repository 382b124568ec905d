use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, StringArray};
use proptest::prelude::*;

use crate::citizens::Population;
use crate::satisfaction::{
    CompareOptions, CountsOptions, GroupOptions, Instrument, LetterOptions, RollingOptions, ScaleOptions, ScoreOptions, Survey,
    SurveyOptions, TrendOptions, UnitOptions, compare, compare_units, rolling, trend,
};
use crate::table::{Column, Table, Value};
use crate::{Bitmap, ErrorKind};

fn texts(name: &str, values: &[&str]) -> Column {
    let cells: StringArray = values.iter().map(|value| Some(*value).filter(|value| !value.is_empty())).collect();
    Column::new(name, Arc::new(cells) as ArrayRef)
}

fn numbers(name: &str, values: &[f64]) -> Column {
    Column::new(name, Arc::new(Float64Array::from(values.to_vec())) as ArrayRef)
}

fn tsm() -> Instrument {
    Instrument::builtin("tsm-2022").expect("ships with citx")
}

fn survey(columns: impl IntoIterator<Item = Column>, of: impl Fn(&mut SurveyOptions)) -> Survey {
    let mut options = SurveyOptions { instrument: Some(tsm()), ..SurveyOptions::default() };
    of(&mut options);
    Survey::from_table(&Table::from_columns(columns).expect("columns of one length"), &options).expect("a survey")
}

/// `satisfied` of `n` are.
fn answers(satisfied: usize, n: usize) -> Vec<&'static str> {
    (0..n).map(|at| if at < satisfied { "very_satisfied" } else { "neither" }).collect()
}

fn counts(units: &[(&str, f64, f64)]) -> Survey {
    let names: Vec<&str> = units.iter().flat_map(|unit| [unit.0; 2]).collect();
    let n: Vec<f64> = units.iter().flat_map(|unit| [unit.1, unit.2 - unit.1]).collect();
    let answers = ["very_satisfied", "neither"].repeat(units.len());
    let table =
        Table::from_columns([texts("u", &names), texts("m", &["TP01"].repeat(names.len())), texts("a", &answers), numbers("n", &n)]);
    Survey::from_counts(&table.expect("a table"), &CountsOptions::new(tsm(), "u", "m", "a", "n")).expect("counts")
}

fn cell(table: &Table, row: usize, column: &str) -> Value {
    table.column(column).expect("a column").value(row)
}

fn number(table: &Table, row: usize, column: &str) -> f64 {
    match cell(table, row, column) {
        Value::Float(number) => number,
        Value::Integer(number) => number as f64,
        other => panic!("{column}, row {row}: {other:?}"),
    }
}

fn text(table: &Table, row: usize, column: &str) -> String {
    match cell(table, row, column) {
        Value::Text(text) => text,
        other => panic!("{column}, row {row}: {other:?}"),
    }
}

fn options(of: impl Fn(&mut CompareOptions)) -> CompareOptions {
    let mut options = CompareOptions::default();
    of(&mut options);
    options
}

fn kind<T>(result: crate::Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

#[test]
fn answers_and_their_counts_compare_alike() {
    let of = |satisfied, n| survey([texts("TP01", &answers(satisfied, n))], |_| {});
    let from_answers = compare(&of(48, 80), &of(56, 70), "TP01", &CompareOptions::default()).expect("a comparison");
    let from_counts =
        compare(&counts(&[("a", 48.0, 80.0)]), &counts(&[("a", 56.0, 70.0)]), "TP01", &CompareOptions::default()).expect("a comparison");
    assert_eq!((from_answers.ci, from_answers.statistic), (from_counts.ci, from_counts.statistic));
    assert_eq!(format!("{:.4} {:.4}", from_answers.ci.0, from_answers.ci.1), "0.0524 0.3339");
    assert_eq!(from_answers.method, "newcombe; pooled z");
    assert!((from_answers.difference_pp() - 20.0).abs() < 1e-12 && from_answers.is_significant());
    assert_eq!((from_answers.df, from_answers.n_matched, from_answers.changed.len()), (f64::INFINITY, 0, 0));
}

#[test]
fn weights_make_an_interval_wider_and_the_test_one_of_the_design() {
    let weights: Vec<f64> = (0..150).map(|at| if at % 3 == 0 { 4.0 } else { 1.0 }).collect();
    let of = |satisfied: usize, weighted: bool| {
        survey([texts("TP01", &answers(satisfied, 150)), numbers("wt", &weights)], |options| {
            options.weights = weighted.then(|| "wt".into())
        })
    };
    let wide = compare(&of(90, true), &of(108, true), "TP01", &CompareOptions::default()).expect("a comparison");
    let plain = compare(&of(90, false), &of(108, false), "TP01", &CompareOptions::default()).expect("a comparison");
    assert_eq!(wide.method, "newcombe; design t");
    assert!(wide.ci.1 - wide.ci.0 > plain.ci.1 - plain.ci.0 && wide.df > 100.0 && wide.df < 299.0);
    // Newcombe's formula on each wave's own interval.
    let (before, after) = (&wide.before, &wide.after);
    let low = wide.difference - ((after.value - after.ci.0).powi(2) + (before.ci.1 - before.value).powi(2)).sqrt();
    assert!((wide.ci.0 - low).abs() < 1e-14);
    let pooled = compare(&of(90, true), &of(108, true), "TP01", &options(|options| options.test = "pooled".into())).expect("a comparison");
    assert_eq!(pooled.method, "newcombe; pooled t on effective bases");
}

#[test]
fn waves_made_otherwise_are_warned_about() {
    let own = |answers: &[&str]| answers.iter().map(|answer| (*answer).to_owned()).collect::<Vec<_>>();
    let mut scale = ScaleOptions::default();
    (scale.answers, scale.positive) = (own(&["very_satisfied", "neither"]), own(&["very_satisfied"]));
    let other = Instrument::scale("own", scale).expect("a scale");
    let modes: Vec<&str> = (0..40).map(|at| if at % 2 == 0 { "telephone" } else { "internet" }).collect();
    let wave = |mode: &[&str], selection: &str, instrument: &Instrument| {
        survey([texts("TP01", &answers(20, 40)), texts("mode", mode)], |options| {
            (options.mode, options.selection) = (Some("mode".into()), Some(selection.into()));
            (options.instrument, options.questions) = (Some(instrument.clone()), vec![("TP01".into(), "TP01".into())]);
        })
    };
    let changed = |after: &Survey| {
        let found = compare(&wave(&modes, "srs", &tsm()), after, "TP01", &CompareOptions::default()).expect("a comparison");
        assert_eq!(found.warnings.iter().any(|warning| warning == "DifferentMethod"), !found.changed.is_empty());
        found.changed.join(" ")
    };
    assert_eq!(changed(&wave(&modes, "srs", &tsm())), "");
    assert_eq!(changed(&wave(&["telephone"; 40], "srs", &tsm())), "mode");
    assert_eq!(changed(&wave(&modes, "quota", &tsm())), "selection");
    assert_eq!(changed(&wave(&modes, "srs", &other)), "instrument scale");
}

#[test]
fn respondents_who_cannot_be_matched_are_said_so() {
    let wave = |keys: &[&str], key: Option<&str>| {
        survey([texts("id", keys), texts("TP01", &answers(2, keys.len()))], |options| options.key = key.map(str::to_owned))
    };
    let (own, twice) = (wave(&["a", "b", "c", "d"], Some("id")), wave(&["a", "a", "c", "d"], Some("id")));
    let matched = options(|options| options.overlap = "matched".into());
    assert_eq!(kind(compare(&own, &twice, "TP01", &matched)), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(compare(&own, &wave(&["a", "b"], None), "TP01", &matched)), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(compare(&counts(&[("a", 1.0, 2.0)]), &counts(&[("a", 1.0, 2.0)]), "TP01", &matched)), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(compare(&own, &wave(&["x", "y"], Some("id")), "TP01", &matched)), Some(ErrorKind::InsufficientData));
    let found = compare(&own, &twice, "TP01", &CompareOptions::default()).expect("independent");
    assert!(found.warnings.contains(&"KeyRepeated".to_owned()) && found.n_matched == 0);
    assert_eq!(compare(&own, &own, "TP01", &CompareOptions::default()).expect("the same").n_matched, 4);
}

#[test]
fn nothing_is_certain_because_everyone_agreed() {
    let of = |satisfied, n| counts(&[("a", satisfied, n)]);
    let found = compare(&of(0.0, 10.0), &of(0.0, 10.0), "TP01", &CompareOptions::default()).expect("a comparison");
    assert_eq!(format!("{:.4} {:.4}", found.ci.0, found.ci.1), "-0.2775 0.2775");
    assert!(found.statistic.is_nan() && found.p_value.is_nan() && !found.is_significant());
    assert!(found.warnings.contains(&"ZeroVariance".to_owned()) && found.warnings.contains(&"SmallBase".to_owned()));
    assert_eq!(kind(compare(&of(0.0, 0.0), &of(1.0, 2.0), "TP01", &CompareOptions::default())), Some(ErrorKind::InsufficientData));
    let strict = compare(&of(3.0, 9.0), &of(40.0, 90.0), "TP01", &options(|options| options.min_base = 10)).expect("withheld");
    assert!(strict.difference.is_nan() && strict.ci.0.is_nan() && strict.p_value.is_nan() && strict.before.is_suppressed());
    assert_eq!((strict.n_before, strict.warnings.last().map(String::as_str)), (9, Some("Suppressed")));
    // One respondent: no degrees of freedom, so no t.
    let one = survey([numbers("y", &[3.0])], |options| options.instrument = None);
    let two = survey([numbers("y", &[3.0, 4.0])], |options| options.instrument = None);
    let found = compare(&one, &two, "y", &CompareOptions::default()).expect("a comparison");
    assert!(found.ci.0.is_nan() && found.p_value.is_nan() && found.std_error.is_nan());
}

#[test]
fn options_that_are_none_are_refused() {
    let wave = counts(&[("a", 5.0, 10.0)]);
    for wrong in [
        options(|options| options.interval = "exact".into()),
        options(|options| options.test = "g".into()),
        options(|options| options.overlap = "some".into()),
    ] {
        assert_eq!(kind(compare(&wave, &wave, "TP01", &wrong)), Some(ErrorKind::InvalidArgument));
    }
    assert_eq!(kind(compare(&wave, &wave, "TP01", &options(|options| options.level = 1.0))), Some(ErrorKind::OutOfRange));
    assert_eq!(kind(compare(&wave, &wave, "TP99", &CompareOptions::default())), Some(ErrorKind::UnknownName));
    assert_eq!(kind(compare(&wave, &wave, "TP01", &options(|options| options.unit = Some("b".into())))), Some(ErrorKind::NotFound));
    let answers = survey([texts("TP01", &answers(1, 4))], |_| {});
    assert_eq!(kind(compare_units(&answers, &wave, &UnitOptions::default())), Some(ErrorKind::InvalidArgument));
    let absent = UnitOptions { measures: vec!["TP02".into()], ..UnitOptions::default() };
    assert_eq!(kind(compare_units(&wave, &wave, &absent)), Some(ErrorKind::UnknownName));
    assert_eq!(kind(answers.compare_groups("TP01", &["area".into()], &GroupOptions::default())), Some(ErrorKind::UnknownName));
    assert_eq!(kind(wave.compare_groups("TP01", &["u".into()], &GroupOptions::default())), Some(ErrorKind::InvalidArgument));
}

#[test]
fn units_in_one_wave_only_are_left_out() {
    let (before, after) = (
        counts(&[("a", 5.0, 50.0), ("b", 5.0, 50.0), ("c", 20.0, 50.0)]),
        counts(&[("b", 25.0, 50.0), ("c", 21.0, 50.0), ("d", 1.0, 5.0)]),
    );
    let found = compare_units(&before, &after, &UnitOptions::default()).expect("two units");
    assert_eq!((text(&found, 0, "unit"), text(&found, 1, "unit"), found.num_rows()), ("b".into(), "c".into(), 2));
    assert_eq!((cell(&found, 0, "significant"), cell(&found, 1, "significant")), (Value::Boolean(true), Value::Boolean(false)));
    assert!((number(&found, 0, "p_adjusted") - 2.0 * number(&found, 0, "p_value")).abs() < 1e-15);
}

#[test]
fn groups_are_compared_with_each_other_the_rest_or_one() {
    let area: Vec<&str> = (0..90).map(|at| ["n", "s", "w"][at % 3]).collect();
    let survey = survey([texts("TP01", &answers(40, 90)), texts("area", &area)], |_| {});
    let of = |reference: &str, group: Option<&str>| {
        let options = GroupOptions { reference: reference.into(), group: group.map(str::to_owned), ..GroupOptions::default() };
        survey.compare_groups("TP01", &["area".into()], &options)
    };
    let pairs =
        |table: Table| (0..table.num_rows()).map(|row| text(&table, row, "group_a") + &text(&table, row, "group_b")).collect::<Vec<_>>();
    assert_eq!(pairs(of("pairs", None).expect("pairs")), ["ns", "nw", "sw"]);
    assert_eq!(pairs(of("rest", None).expect("the rest")), ["nrest", "srest", "wrest"]);
    assert_eq!(pairs(of("group", Some("s")).expect("one")), ["ns", "ws"]);
    assert_eq!(kind(of("group", Some("x"))), Some(ErrorKind::UnknownName));
    assert_eq!((kind(of("group", None)), kind(of("all", None))), (Some(ErrorKind::InvalidArgument), Some(ErrorKind::InvalidArgument)));
    let rest = of("rest", None).expect("the rest");
    assert_eq!((number(&rest, 0, "n_a"), number(&rest, 0, "n_b"), number(&rest, 0, "df")), (30.0, 60.0, 88.0));
    let strict = GroupOptions { min_base: 31, ..GroupOptions::default() };
    let withheld = survey.compare_groups("TP01", &["area".into()], &strict).expect("withheld");
    assert_eq!(
        (cell(&withheld, 0, "difference"), cell(&withheld, 0, "p_value"), cell(&withheld, 0, "significant")),
        (Value::Null, Value::Null, Value::Null)
    );
}

#[test]
fn letters_are_of_lower_columns_and_small_ones_have_none() {
    // 80, 50, 40 and 2 of 100, 100, 100 and 4.
    let of = |shares: &[(usize, usize)]| {
        let mut rows: (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        for (at, &(satisfied, n)) in shares.iter().enumerate() {
            rows.0.extend(answers(satisfied, n));
            rows.1.extend(vec![["e", "n", "s", "w"][at]; n]);
        }
        survey([texts("TP01", &rows.0), texts("area", &rows.1)], |_| {})
    };
    let found = of(&[(80, 100), (50, 100), (40, 100), (2, 4)])
        .column_letters("TP01", &["area".into()], &LetterOptions::default())
        .expect("letters");
    let positive: Vec<usize> = (0..found.cells.num_rows()).filter(|&row| text(&found.cells, row, "answer") == "(positive)").collect();
    let letters: Vec<String> = positive.iter().map(|&row| text(&found.cells, row, "letters")).collect();
    let flags: Vec<String> = positive.iter().map(|&row| text(&found.cells, row, "flag")).collect();
    assert_eq!(
        (letters, flags),
        (vec!["B C".into(), String::new(), String::new(), String::new()], vec!["".into(), "".into(), "".into(), "**".to_owned()])
    );
    // At 5 % but not at 1 %, in lower case; not at all after Bonferroni.
    let close = of(&[(60, 100), (45, 100), (52, 100)]);
    let letters =
        |options: &LetterOptions| text(&close.column_letters("TP01", &["area".into()], options).expect("letters").cells, 15, "letters");
    assert_eq!(letters(&LetterOptions::default()), "b");
    assert_eq!(letters(&LetterOptions { bonferroni: true, ..LetterOptions::default() }), "");
    assert_eq!(letters(&LetterOptions { mode: "askia".into(), ..LetterOptions::default() }), "b");
    // Nobody, or everybody: not compared.
    let empty = of(&[(0, 50), (20, 50)]).column_letters("TP01", &["area".into()], &LetterOptions::default()).expect("letters");
    assert_eq!((text(&empty.tests, 0, "reason"), cell(&empty.tests, 0, "p_value")), ("zero_or_one".into(), Value::Null));
    let wrong = LetterOptions { mode: "spss".into(), ..LetterOptions::default() };
    assert_eq!(kind(close.column_letters("TP01", &["area".into()], &wrong)), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(of(&[(5, 9)]).column_letters("TP01", &["area".into()], &LetterOptions::default())), Some(ErrorKind::InsufficientData));
    assert_eq!(kind(close.column_letters("TP02", &["area".into()], &LetterOptions::default())), Some(ErrorKind::UnknownName));
}

#[test]
fn columns_that_share_respondents_are_less_apart() {
    let keys: Vec<String> = (0..60).map(|at| at.to_string()).collect();
    let ids: Vec<&str> = keys.iter().map(String::as_str).collect();
    let people = Population::from_table(Table::from_columns([texts("id", &ids)]).expect("a table"), "id").expect("citizens");
    let mask = |range: std::ops::Range<usize>| (0..60).map(|at| range.contains(&at)).collect::<Bitmap>();
    let survey = survey([texts("id", &ids), texts("TP01", &answers(35, 60))], |options| options.key = Some("id".into()))
        .with_population(&people, &[("young".into(), mask(0..40)), ("near".into(), mask(20..60))])
        .expect("joined");
    let found =
        survey.column_letters("TP01", &["segment:young".into(), "segment:near".into()], &LetterOptions::default()).expect("letters");
    let row = (0..found.tests.num_rows()).find(|&row| text(&found.tests, row, "answer") == "(positive)").expect("the score");
    // 35 of 40 against 15 of 40, of whom 20 are in both.
    let pooled: f64 = 50.0 / 80.0;
    let error = (pooled * (1.0 - pooled) * (2.0 / 40.0 - 2.0 * 20.0 / 1600.0)).sqrt();
    assert!((number(&found.tests, row, "std_error") - error).abs() < 1e-14);
    assert_eq!(number(&found.tests, row, "df"), 58.0);
    assert_eq!(text(&found.cells, 0, "group"), "segment:young");
}

#[test]
fn a_trend_shows_changes_limits_and_signals() {
    let wave = |at: usize, satisfied: f64| (format!("w{at}"), counts(&[("a", satisfied, 200.0)]));
    let steady: Vec<(String, Survey)> =
        [100.0, 101.0, 103.0, 104.0, 106.0, 107.0, 150.0, 99.0].iter().enumerate().map(|(at, x)| wave(at, *x)).collect();
    let found = trend(&steady, "TP01", &TrendOptions::default()).expect("a trend");
    let signals: Vec<String> = (0..8).map(|row| text(&found.table, row, "signals")).collect();
    assert_eq!(signals[5], "trend_of_six");
    assert_eq!(signals[6], "beyond_limits; trend_of_six");
    assert!(signals[..5].iter().all(String::is_empty));
    let centre = 870.0 / 1600.0;
    assert!((number(&found.table, 0, "centre") - centre).abs() < 1e-14);
    assert!((number(&found.table, 0, "upper") - centre - 3.0 * (centre * (1.0 - centre) / 200.0_f64).sqrt()).abs() < 1e-14);
    assert_eq!((cell(&found.table, 0, "change"), cell(&found.table, 6, "significant")), (Value::Null, Value::Boolean(true)));
    assert!((number(&found.table, 6, "change") - 0.215).abs() < 1e-14);
    let long: Vec<(String, Survey)> =
        (0..16).map(|at| wave(at, if at < 8 { 100.0 + (at % 2) as f64 } else { 110.0 + (at % 3) as f64 })).collect();
    let signals = trend(&long, "TP01", &TrendOptions::default()).expect("a trend").table;
    assert_eq!((text(&signals, 7, "signals"), text(&signals, 6, "signals")), ("run_of_eight".into(), String::new()));
    let chart = TrendOptions { chart: "xmr".into(), ..TrendOptions::default() };
    let xmr = trend(&steady, "TP01", &chart).expect("a trend");
    let ranges = (1.0 + 2.0 + 1.0 + 2.0 + 1.0 + 43.0 + 51.0) / 7.0 / 200.0;
    assert!((number(&xmr.table, 0, "upper") - centre - 3.0 / 1.128 * ranges).abs() < 1e-12);
    let mut gap = steady.clone();
    gap[3] = ("w3".into(), counts(&[("a", 3.0, 4.0)]));
    let withheld = TrendOptions { compare: options(|options| options.min_base = 10), ..TrendOptions::default() };
    let found = trend(&gap, "TP01", &withheld).expect("a trend");
    assert_eq!((cell(&found.table, 3, "value"), cell(&found.table, 4, "change"), found.mann_kendall_s), (Value::Null, Value::Null, 9));
    assert!((number(&found.table, 0, "centre") - 766.0 / 1400.0).abs() < 1e-14 && found.slope.is_finite());
    assert_eq!(kind(trend(&steady[..1], "TP01", &TrendOptions::default())), Some(ErrorKind::InsufficientData));
    assert_eq!(
        kind(trend(&steady, "TP01", &TrendOptions { chart: "c".into(), ..TrendOptions::default() })),
        Some(ErrorKind::InvalidArgument)
    );
}

#[test]
fn rolling_months_pool_answers_and_never_average_averages() {
    let dates = ["2024-01-05", "2024-01-31", "2024-03-01", "2024-03-02", "2024-03-03", "2025-02-01", "", "2025-03-09"];
    let satisfied =
        ["very_satisfied", "neither", "very_satisfied", "very_satisfied", "neither", "neither", "very_satisfied", "very_satisfied"];
    let wave = survey([texts("TP01", &satisfied), texts("at", &dates)], |options| options.collected_at = Some("at".into()));
    let found = rolling(&[("all".into(), wave.clone())], "TP01", &RollingOptions::default()).expect("months");
    assert_eq!((found.num_rows(), text(&found, 0, "month"), text(&found, 14, "month")), (15, "2024-01".into(), "2025-03".into()));
    let row = |row: usize| (number(&found, row, "value"), number(&found, row, "n"), number(&found, row, "months"));
    assert_eq!((row(0), row(2), row(13)), ((0.5, 2.0, 1.0), (0.6, 5.0, 2.0), (0.5, 4.0, 2.0)));
    assert_eq!((cell(&found, 10, "complete"), cell(&found, 11, "complete")), (Value::Boolean(false), Value::Boolean(true)));
    // Two files of the same answers pool to the same figures.
    let part = |range: std::ops::Range<usize>| {
        survey([texts("TP01", &satisfied[range.clone()]), texts("at", &dates[range])], |options| options.collected_at = Some("at".into()))
    };
    let split = rolling(&[("one".into(), part(0..4)), ("two".into(), part(4..8))], "TP01", &RollingOptions::default()).expect("months");
    assert_eq!((number(&split, 2, "value"), number(&split, 2, "n")), (0.6, 5.0));
    let by_count = rolling(
        &[("2024-01".into(), counts(&[("a", 1.0, 4.0)])), ("2024-02".into(), counts(&[("a", 90.0, 100.0)]))],
        "TP01",
        &RollingOptions::default(),
    );
    assert_eq!(number(&by_count.expect("months"), 1, "value"), 0.875);
    assert_eq!(
        kind(rolling(&[("winter".into(), counts(&[("a", 1.0, 4.0)]))], "TP01", &RollingOptions::default())),
        Some(ErrorKind::InvalidArgument)
    );
    let undated = survey([texts("TP01", &answers(1, 4))], |_| {});
    assert_eq!(kind(rolling(&[("x".into(), undated)], "TP01", &RollingOptions::default())), Some(ErrorKind::InvalidArgument));
    let wrong = survey([texts("TP01", &answers(1, 2)), texts("at", &["2024-13-01", "2024-01-01"])], |options| {
        options.collected_at = Some("at".into())
    });
    let error = rolling(&[("x".into(), wrong)], "TP01", &RollingOptions::default()).expect_err("no month 13").to_string();
    assert!(error.contains("column `at`, row 1"), "{error}");
    assert_eq!(kind(rolling(&[], "TP01", &RollingOptions::default())), Some(ErrorKind::InsufficientData));
}

proptest! {
    #[test]
    fn a_comparison_turned_round_changes_sign(x1 in 0_usize..40, more1 in 1_usize..40, x2 in 0_usize..40, more2 in 1_usize..40) {
        let of = |x: usize, n: usize| counts(&[("a", x as f64, n as f64)]);
        let (a, b) = (of(x1, x1 + more1), of(x2, x2 + more2));
        let there = compare(&a, &b, "TP01", &CompareOptions::default()).expect("a comparison");
        let back = compare(&b, &a, "TP01", &CompareOptions::default()).expect("a comparison");
        prop_assert!((there.ci.0 + back.ci.1).abs() < 1e-12 && (there.ci.1 + back.ci.0).abs() < 1e-12);
        prop_assert!((there.statistic + back.statistic).abs() < 1e-12 || there.statistic.is_nan());
        prop_assert!(there.ci.0 >= -1.0 && there.ci.1 <= 1.0 && there.ci.0 <= there.difference && there.difference <= there.ci.1 && there.ci.0 < there.ci.1);
    }

    #[test]
    fn the_order_of_rows_changes_no_bit(rows in proptest::collection::vec((0_usize..3, 0_usize..4, 0.2_f64..5.0), 12..40), turn in 1_usize..12) {
        let of = |rows: &[(usize, usize, f64)]| {
            let satisfied: Vec<&str> = rows.iter().map(|row| ["very_satisfied", "neither", ""][row.0]).collect();
            let area: Vec<&str> = rows.iter().map(|row| ["e", "n", "s", "w"][row.1]).collect();
            let wt: Vec<f64> = rows.iter().map(|row| row.2).collect();
            let survey = survey([texts("TP01", &satisfied), texts("area", &area), numbers("wt", &wt)], |options| options.weights = Some("wt".into()));
            let groups = survey.compare_groups("TP01", &["area".into()], &GroupOptions::default()).ok();
            let letters = survey.column_letters("TP01", &["area".into()], &LetterOptions { min_base: 0.0, ..LetterOptions::default() }).ok();
            (groups.map(|table| table.batch().clone()), letters.map(|letters| letters.tests.batch().clone()))
        };
        let mut turned = rows.clone();
        turned.rotate_left(turn);
        prop_assert_eq!(of(&rows), of(&turned));
    }
}

#[test]
fn a_wave_against_itself_by_another_level_keeps_its_estimates() {
    let wave = counts(&[("a", 30.0, 50.0)]);
    let found = compare(&wave, &wave, "TP01", &options(|options| options.level = 0.9)).expect("a comparison");
    let own = wave.score("TP01", None, &ScoreOptions { level: 0.9, ..ScoreOptions::default() }).expect("a score");
    // What is not known is NaN, which equals nothing.
    assert_eq!((format!("{:?}", found.before), found.difference, found.p_value), (format!("{own:?}"), 0.0, 1.0));
}
