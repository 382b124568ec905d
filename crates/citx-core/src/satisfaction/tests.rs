use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, StringArray};
use proptest::prelude::*;

use super::*;
use crate::citizens::Population;
use crate::table::{Column, Table, Value};
use crate::{Bitmap, CancelToken, ErrorKind, Run};

fn texts(name: &str, values: &[Option<&str>]) -> Column {
    Column::new(name, Arc::new(StringArray::from(values.to_vec())))
}

fn some_texts(name: &str, values: &[&str]) -> Column {
    Column::new(name, Arc::new(StringArray::from(values.to_vec())))
}

fn numbers(name: &str, values: &[f64]) -> Column {
    Column::new(name, Arc::new(Float64Array::from(values.to_vec())))
}

fn table(columns: impl IntoIterator<Item = Column>) -> Table {
    Table::from_columns(columns).expect("columns of one length")
}

fn tsm() -> Instrument {
    Instrument::builtin("tsm-2022").expect("ships with citx")
}

fn weighted() -> SurveyOptions {
    SurveyOptions { instrument: Some(tsm()), weights: Some("wt".into()), ..SurveyOptions::default() }
}

fn cell(table: &Table, row: usize, column: &str) -> Value {
    table.column(column).expect("a column of scores").value(row)
}

fn kind<T>(result: crate::Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

const ANSWERS: [&str; 6] =
    ["very_satisfied", "fairly_satisfied", "neither", "fairly_dissatisfied", "very_dissatisfied", "not_applicable_dont_know"];

#[test]
fn scores_have_the_columns_of_the_contract() {
    let table = table([
        some_texts("TP01", &["Very satisfied", "Neither", "neither"]),
        numbers("wt", &[1.0, 2.0, 1.0]),
        some_texts("area", &["n", "s", "s"]),
    ]);
    let scores = Survey::from_table(&table, &weighted())
        .expect("a survey")
        .scores(&[vec!["area".into()]], &ScoreOptions::default())
        .expect("scores");
    let expected = "measure by group value std_error ci_low ci_high level df n n_eff deff moe unit published published_unit method suppressed warnings base";
    assert_eq!(scores.column_names().join(" "), expected);
    assert_eq!(scores.num_rows(), 3);
    assert_eq!((cell(&scores, 0, "by"), cell(&scores, 0, "group")), (Value::Null, Value::Null));
    assert_eq!((cell(&scores, 1, "by"), cell(&scores, 1, "group")), (Value::Text("area".into()), Value::Text("n".into())));
    assert_eq!(cell(&scores, 0, "published"), Value::Text("25.0".into()));
    // One answer in the group: a value, but no degrees of freedom.
    assert_eq!(
        (cell(&scores, 1, "value"), cell(&scores, 1, "ci_low"), cell(&scores, 1, "df")),
        (Value::Float(1.0), Value::Null, Value::Float(0.0))
    );
}

#[test]
fn small_bases_are_withheld_but_named() {
    let table = table([some_texts("TP01", &["Very satisfied"; 3]), some_texts("TP05", &["don't know"; 3])]);
    let options = SurveyOptions { instrument: Some(tsm()), ..SurveyOptions::default() };
    let survey = Survey::from_table(&table, &options).expect("a survey");
    let strict = ScoreOptions { min_base: 4, ..ScoreOptions::default() };
    let estimate = survey.score("TP01", None, &strict).expect("withheld, not an error");
    assert!(estimate.is_suppressed() && estimate.value.is_nan() && estimate.ci.0.is_nan() && estimate.n_eff.is_nan());
    assert_eq!((estimate.n, estimate.published.as_deref()), (3, Some("[S]")));
    let scores = survey.scores(&[], &strict).expect("scores");
    assert_eq!(
        (cell(&scores, 0, "suppressed"), cell(&scores, 0, "value"), cell(&scores, 0, "moe")),
        (Value::Boolean(true), Value::Null, Value::Null)
    );
    let open = survey.scores(&[], &ScoreOptions::default()).expect("scores");
    assert_eq!(
        (cell(&open, 1, "published"), cell(&open, 1, "n"), cell(&open, 1, "suppressed")),
        (Value::Text("[U]".into()), Value::Integer(0), Value::Boolean(false))
    );
    assert_eq!(kind(survey.score("TP05", None, &ScoreOptions::default())), Some(ErrorKind::InsufficientData));
}

#[test]
fn groups_come_from_answers_population_and_segments() {
    let people = Population::from_table(
        table([
            Column::new("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
            Column::new("old", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, Some(true)]))),
        ]),
        "id",
    )
    .expect("citizens");
    let mask: Bitmap = [true, false, false, true].into_iter().collect();
    let answers = table([
        some_texts("who", &["4", "2", "3", "9", "1"]),
        some_texts("TP01", &["very_satisfied", "neither", "very_satisfied", "very_satisfied", "neither"]),
        Column::new("area", Arc::new(Int64Array::from(vec![10, 9, 9, 10, 10]))),
    ]);
    let options = SurveyOptions { instrument: Some(tsm()), key: Some("who".into()), ..SurveyOptions::default() };
    let survey =
        Survey::from_table(&answers, &options).expect("a survey").with_population(&people, &[("near".into(), mask)]).expect("joined");
    let by: Vec<Vec<String>> = vec![vec!["segment:near".into()], vec!["old".into()], vec!["area".into(), "old".into()]];
    let scores = survey.scores(&by, &ScoreOptions::default()).expect("scores");
    let rows: Vec<String> = (1..scores.num_rows())
        .map(|row| match (cell(&scores, row, "by"), cell(&scores, row, "group"), cell(&scores, row, "n"), cell(&scores, row, "value")) {
            (Value::Text(by), Value::Text(group), Value::Integer(n), Value::Float(value)) => format!("{by}: {group} {n} {value}"),
            other => panic!("{other:?}"),
        })
        .collect();
    // Respondent 9 is no citizen; citizen 3 has no `old`.
    let expected = [
        "segment:near: in 2 0.5",
        "segment:near: out 2 0.5",
        "old: false 1 0",
        "old: true 2 0.5",
        "area x old: 9 x false 1 0",
        "area x old: 10 x true 2 0.5",
    ];
    assert_eq!(rows, expected);
    for (names, expected) in [("segment:far", ErrorKind::UnknownName), ("ara", ErrorKind::UnknownName)] {
        assert_eq!(kind(survey.scores(&[vec![names.into()]], &ScoreOptions::default())), Some(expected));
    }
    assert_eq!(kind(survey.scores(&[vec![]], &ScoreOptions::default())), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(survey.with_population(&people, &[("short".into(), Bitmap::zeros(3))])), Some(ErrorKind::InvalidArgument));
    let keyless = Survey::from_table(&answers, &SurveyOptions::default()).expect("a survey");
    assert_eq!(kind(keyless.with_population(&people, &[])), Some(ErrorKind::InvalidArgument));
    assert_eq!(
        kind(keyless.proportion_by("TP01", "neither", &[vec!["segment:near".into()]], &ScoreOptions::default())),
        Some(ErrorKind::InvalidArgument)
    );
}

#[test]
fn bad_weights_and_answers_are_named_by_column_and_row() {
    let with = |weights: ArrayRef| {
        Survey::from_table(&table([some_texts("TP01", &["neither"; 3]), Column::new("wt", weights)]), &weighted())
            .expect_err("a bad weight")
    };
    let floats = |values: Vec<Option<f64>>| with(Arc::new(Float64Array::from(values)));
    for error in [
        floats(vec![Some(1.0), Some(-1.0), Some(1.0)]),
        floats(vec![Some(1.0), None, Some(1.0)]),
        floats(vec![Some(1.0), Some(f64::NAN), Some(1.0)]),
        floats(vec![Some(1.0), Some(f64::INFINITY), Some(1.0)]),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("column `wt`, row 2"), "{error}");
    }
    assert_eq!(floats(vec![Some(0.0); 3]).kind(), ErrorKind::InsufficientData);
    assert_eq!(with(Arc::new(StringArray::from(vec!["a"; 3]))).kind(), ErrorKind::InvalidArgument);
    let secret = table([some_texts("TP01", &["neither", "my secret answer", "neither"]), numbers("wt", &[1.0; 3])]);
    let error = Survey::from_table(&secret, &weighted()).expect_err("no such answer");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("row 2") && !error.to_string().contains("secret"), "{error}");
}

#[test]
fn every_figure_names_its_base() {
    let homes = [Some("1"), Some("2"), Some("2")];
    let answers = table([
        some_texts("TP01", &["neither", "very_satisfied", "neither"]),
        texts("id", &["a", "b", "c"].map(Some)),
        texts("home", &homes),
    ]);
    let survey = |base: &str, key: Option<&str>| {
        let options = SurveyOptions {
            instrument: Some(tsm()),
            base: Some(base.into()),
            base_key: key.map(str::to_owned),
            ..SurveyOptions::default()
        };
        Survey::from_table(&answers, &options)
    };
    let citizens = survey("citizen", Some("id")).expect("one answer of each");
    let withheld = ScoreOptions { min_base: 4, ..ScoreOptions::default() };
    for options in [ScoreOptions::default(), withheld] {
        assert_eq!(citizens.score("TP01", None, &options).expect("a score").base, "citizen");
        let scores = citizens.scores(&[vec!["home".into()]], &options).expect("scores");
        let base = scores.column("base").expect("is there");
        assert!(base.len() == 3 && (0..3).all(|row| base.value(row) == Value::Text("citizen".into())));
    }
    let error = survey("home", Some("home")).expect_err("a home twice");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("row 3") && error.to_string().contains("row 2"), "{error}");
    assert_eq!(kind(survey("home", None)), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(survey("homes", Some("id"))), Some(ErrorKind::InvalidArgument));
    let answered = survey("answer", None).expect("answers need no key");
    let change = compare(&answered, &citizens, "TP01", &CompareOptions::default()).expect("compares");
    assert_eq!((change.changed, change.warnings.last().map(String::as_str)), (vec!["base".to_owned()], Some("DifferentMethod")));
}

#[test]
fn arguments_that_cannot_be_right_are_refused() {
    let one = table([some_texts("TP01", &["neither", "very_satisfied"]), numbers("wt", &[1.0; 2]), texts("s", &[Some("a"), None])]);
    let survey = |change: &dyn Fn(&mut SurveyOptions)| {
        let mut options = weighted();
        change(&mut options);
        kind(Survey::from_table(&one, &options))
    };
    assert_eq!(survey(&|_| ()), None);
    assert_eq!(survey(&|options| options.weights = Some("w".into())), Some(ErrorKind::UnknownName));
    assert_eq!(survey(&|options| options.strata = Some("s".into())), Some(ErrorKind::InvalidArgument));
    assert_eq!(survey(&|options| options.mode = Some("channel".into())), Some(ErrorKind::UnknownName));
    assert_eq!(survey(&|options| options.selection = Some("random".into())), Some(ErrorKind::InvalidArgument));
    assert_eq!(survey(&|options| options.lonely_psu = Some("ignore".into())), Some(ErrorKind::InvalidArgument));
    assert_eq!(survey(&|options| options.frame_size = Some(1)), Some(ErrorKind::OutOfRange));
    assert_eq!(survey(&|options| options.fpc = vec!["wt".into(), "wt".into()]), Some(ErrorKind::InvalidArgument));
    assert_eq!(survey(&|options| options.questions = vec![("TP99".into(), "TP01".into())]), Some(ErrorKind::UnknownName));
    assert_eq!(survey(&|options| options.questions = vec![("TP01".into(), "q1".into())]), Some(ErrorKind::UnknownName));
    assert_eq!(
        survey(&|options| options.questions = vec![("TP01".into(), "TP01".into()), ("TP01".into(), "TP01".into())]),
        Some(ErrorKind::InvalidArgument)
    );
    assert_eq!(
        survey(&|options| (options.instrument, options.questions) = (None, vec![("TP01".into(), "TP01".into())])),
        Some(ErrorKind::InvalidArgument)
    );
    let survey = Survey::from_table(&one, &weighted()).expect("a survey");
    let score = |level: f64, method: &str| {
        kind(survey.score("TP01", None, &ScoreOptions { level, method: method.into(), min_base: 0, ..ScoreOptions::default() }))
    };
    assert_eq!(score(95.0, "wilson"), Some(ErrorKind::OutOfRange));
    assert_eq!(score(f64::NAN, "wilson"), Some(ErrorKind::OutOfRange));
    assert_eq!(score(0.95, "wald"), Some(ErrorKind::InvalidArgument));
    assert_eq!(score(0.95, "logit"), None);
    assert_eq!(kind(survey.score("TP02", None, &ScoreOptions::default())), Some(ErrorKind::UnknownName));
    assert_eq!(kind(survey.score("TP01", Some("u"), &ScoreOptions::default())), Some(ErrorKind::NotFound));
    assert_eq!(kind(survey.mean("TP01", &ScoreOptions::default())), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(survey.mean("nothing", &ScoreOptions::default())), Some(ErrorKind::UnknownName));
    let empty = table([some_texts("TP01", &[]), numbers("wt", &[])]);
    assert_eq!(kind(Survey::from_table(&empty, &weighted())), Some(ErrorKind::InsufficientData));
    let missing = table([texts("TP01", &[None, None]), numbers("wt", &[1.0, 1.0])]);
    let survey = Survey::from_table(&missing, &weighted()).expect("a survey without answers");
    assert_eq!(kind(survey.score("TP01", None, &ScoreOptions::default())), Some(ErrorKind::InsufficientData));
    assert_eq!(survey.scores(&[], &ScoreOptions::default()).expect("a row").num_rows(), 1);
}

#[test]
fn a_stratum_of_one_is_refused_without_naming_it() {
    let one = table([
        some_texts("TP01", &["neither", "very_satisfied", "neither"]),
        numbers("wt", &[1.0; 3]),
        some_texts("s", &["a", "private", "a"]),
    ]);
    let survey = |lonely: Option<&str>| {
        let options = SurveyOptions { strata: Some("s".into()), lonely_psu: lonely.map(str::to_owned), ..weighted() };
        Survey::from_table(&one, &options).expect("a design").score("TP01", None, &ScoreOptions::default())
    };
    let error = survey(None).expect_err("one PSU");
    assert_eq!(error.kind(), ErrorKind::InsufficientData);
    assert!(
        error.to_string().contains("column `s`: the stratum of row 2 has one PSU") && !error.to_string().contains("private"),
        "{error}"
    );
    assert!(survey(Some("certainty")).expect("allowed").std_error < survey(Some("adjust")).expect("allowed").std_error);
}

#[test]
fn shares_of_0_and_1_keep_an_interval_and_one_answer_has_none() {
    let options = SurveyOptions { instrument: Some(tsm()), ..SurveyOptions::default() };
    let score = |answers: &[&str], method: &str| {
        let survey = Survey::from_table(&table([some_texts("TP01", answers)]), &options).expect("a survey");
        survey.score("TP01", None, &ScoreOptions { method: method.into(), ..ScoreOptions::default() }).expect("a score")
    };
    let all = score(&["very_satisfied"; 10], "wilson");
    assert_eq!((all.value, all.std_error, all.ci.1, all.n_eff), (1.0, 0.0, 1.0, 10.0));
    assert!(all.ci.0 > 0.6 && all.ci.0 < 0.7 && all.deff.is_nan(), "{all:?}");
    let none = score(&["neither"; 10], "logit");
    assert_eq!((none.ci.0, none.method.as_str()), (0.0, "wilson"));
    assert!((none.ci.1 - (1.0 - all.ci.0)).abs() < 1e-12 && none.warnings.contains(&"LogitUndefined".to_owned()));
    let one = score(&["neither"], "wilson");
    assert!(one.ci.0.is_nan() && one.moe.is_nan() && one.std_error.is_nan() && one.warnings.contains(&"NoDegreesOfFreedom".to_owned()));
}

#[test]
fn quotas_and_censuses_carry_a_warning() {
    let answers = table([some_texts("TP01", &["neither", "very_satisfied"])]);
    for (selection, warned) in [("srs", false), ("systematic", false), ("stratified", false), ("quota", true), ("census", true)] {
        let options = SurveyOptions { instrument: Some(tsm()), selection: Some(selection.into()), ..SurveyOptions::default() };
        let estimate =
            Survey::from_table(&answers, &options).expect("a survey").score("TP01", None, &ScoreOptions::default()).expect("a score");
        assert_eq!(estimate.warnings.contains(&"NonProbabilitySample".to_owned()), warned, "{selection}");
    }
}

#[test]
fn means_of_a_scale_are_published_by_its_rounding() {
    let scale = ScaleOptions {
        answers: ["1", "2", "3"].map(String::from).to_vec(),
        excluded: vec!["9".into()],
        figure: "mean".into(),
        ..ScaleOptions::default()
    };
    let instrument = Instrument::scale("effort", scale).expect("a scale");
    let answers = table([
        Column::new("q", Arc::new(Int64Array::from(vec![1, 2, 2, 3, 9, 3, 3, 3]))),
        numbers("wt", &[0.1, 0.2, 0.3, 0.1, 5.0, 0.1, 0.1, 0.1]),
    ]);
    let options = SurveyOptions {
        instrument: Some(instrument),
        questions: vec![("effort".into(), "q".into())],
        weights: Some("wt".into()),
        ..SurveyOptions::default()
    };
    let estimate =
        Survey::from_table(&answers, &options).expect("a survey").score("effort", None, &ScoreOptions::default()).expect("a score");
    assert_eq!((estimate.unit.as_str(), estimate.method.as_str(), estimate.n), ("mean", "t", 7));
    assert_eq!((estimate.published.as_deref(), estimate.published_unit.as_deref()), (Some("2.30"), Some("mean")));
}

#[test]
fn scales_that_contradict_themselves_are_refused() {
    let parse = |text: &str| kind(Instrument::parse(&format!("name = 'x'\n{text}")));
    assert_eq!(parse("[scale.a]\nanswers = [1, 2]\npositive = [1]\nexcluded = [3]"), None);
    for bad in [
        "",
        "[scale.a]\nanswers = []\npositive = []",
        "[scale.a]\nanswers = [1, 2]",
        "[scale.a]\nanswers = [1, 2]\npositive = [3]",
        "[scale.a]\nanswers = [1, 2, 1.0]\npositive = [1]",
        "[scale.a]\nanswers = [1, 2]\npositive = [1]\nexcluded = [2]",
        "[scale.a]\nanswers = ['a', 'A ']\npositive = ['a']",
        "[scale.a]\nanswers = ['a', 'b']\nfigure = 'mean'",
        "[scale.a]\nanswers = [1, 2]\nfigure = 'mean'\nvalues = [1]",
        "[scale.a]\nanswers = [1, 2]\nfigure = 'median'",
        "[scale.a]\nanswers = [1, 2]\npositive = [1]\ndecimals = 99",
        "[scale.a]\nanswers = [1, 2]\npositive = [1]\nexclude = [3]",
        "[scale.a]\nanswers = [1, 2]\npositive = [1]\n[scale.a.spellings]\n3 = ['three']",
        "[scale.a]\nanswers = [1]\npositive = [1]\n[scale.b]\nanswers = [1]\npositive = [1]",
        "[scale.a]\nanswers = [1]\npositive = [1]\n[[measure]]\ncode = 'm'\nscale = 'b'",
        "[scale.a]\nanswers = [1]\npositive = [1]\n[[measure]]\ncode = 'm'\nscale = 'a'\n[[measure]]\ncode = 'm'\nscale = 'a'",
        "[scale.a]\nanswers = [1]\npositive = [1]\n[precision]\nz = 1.96\np = 0.5\nbands = []",
        "[[",
    ] {
        assert_eq!(parse(bad), Some(ErrorKind::InvalidArgument), "{bad}");
    }
    assert_eq!(kind(Instrument::builtin("tsm-2023")), Some(ErrorKind::UnknownName));
}

#[test]
fn the_builtin_instrument_explains_itself() {
    let table = tsm().explain();
    assert_eq!(table.num_rows(), 12);
    assert_eq!(cell(&table, 7, "scale"), Value::Text("agreement".into()));
    assert_eq!((cell(&table, 1, "tenures"), cell(&table, 1, "not_applicable")), (Value::Text("LCRA".into()), Value::Boolean(false)));
    assert!(
        Instrument::scale("x", ScaleOptions { answers: vec!["1".into()], positive: vec!["1".into()], ..ScaleOptions::default() })
            .expect("a scale")
            .explain()
            .num_rows()
            == 0
    );
}

fn counts_table(count: ArrayRef) -> Table {
    table([
        some_texts("landlord", &["b", "b", "a", "a"]),
        some_texts("measure", &["TP01", "TP01", "TP09", "TP09"]),
        some_texts("answer", &["Very satisfied", "Neither", "Very satisfied", "Refused"]),
        Column::new("n", count),
        numbers("population", &[5000.0, 5000.0, 8.0, 8.0]),
    ])
}

fn counts_options() -> CountsOptions {
    CountsOptions { frame_size: Some("population".into()), ..CountsOptions::new(tsm(), "landlord", "measure", "answer", "n") }
}

#[test]
fn counts_are_scored_by_unit() {
    let decimals = Decimal128Array::from(vec![1_230, 2_460, 700, 300]).with_precision_and_scale(10, 2).expect("fits");
    let survey = Survey::from_counts(&counts_table(Arc::new(decimals)), &counts_options()).expect("counts");
    assert_eq!((survey.units(), survey.measures()), (vec!["a", "b"], vec!["TP01", "TP09"]));
    let scores = survey.scores(&[], &ScoreOptions::default()).expect("scores");
    let groups: Vec<_> = (0..2).map(|row| (cell(&scores, row, "by"), cell(&scores, row, "group"), cell(&scores, row, "measure"))).collect();
    let text = |text: &str| Value::Text(text.into());
    assert_eq!(groups, [(text("landlord"), text("a"), text("TP09")), (text("landlord"), text("b"), text("TP01"))]);
    let estimate = survey.score("TP01", Some("b"), &ScoreOptions::default()).expect("a score");
    assert_eq!((estimate.published.as_deref(), estimate.n), (Some("33.3"), 37));
    assert!(estimate.warnings.contains(&"WeightedCounts".to_owned()));
    let small = survey.score("TP09", Some("a"), &ScoreOptions::default()).expect("a score");
    assert!(small.warnings.contains(&"SampleExceedsFrame".to_owned()) && small.ci.0 > 0.0);
    assert_eq!(kind(survey.score("TP09", Some("c"), &ScoreOptions::default())), Some(ErrorKind::NotFound));
    assert_eq!(kind(survey.score("TP09", None, &ScoreOptions::default())), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(survey.score("TP02", Some("a"), &ScoreOptions::default())), Some(ErrorKind::InsufficientData));
    assert_eq!(kind(survey.score("TP20", Some("a"), &ScoreOptions::default())), Some(ErrorKind::UnknownName));
    assert_eq!(kind(survey.scores(&[vec!["landlord".into()]], &ScoreOptions::default())), Some(ErrorKind::InvalidArgument));
    assert_eq!(kind(survey.mean("n", &ScoreOptions::default())), Some(ErrorKind::InvalidArgument));
}

#[test]
fn bad_counts_are_named_by_column_and_row() {
    let with = |values: Vec<Option<f64>>| Survey::from_counts(&counts_table(Arc::new(Float64Array::from(values))), &counts_options());
    for bad in [None, Some(-0.5), Some(f64::NAN), Some(f64::INFINITY)] {
        let error = with(vec![Some(1.0), Some(1.0), bad, Some(1.0)]).expect_err("a bad count");
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("column `n`, row 3"), "{error}");
    }
    let huge = with(vec![Some(1e307); 4]).expect("counts").score("TP01", Some("b"), &ScoreOptions::default());
    assert!(huge.is_ok_and(|estimate| estimate.value == 0.5));
    let huge = with(vec![Some(f64::MAX); 4]).expect("counts").score("TP01", Some("b"), &ScoreOptions::default());
    assert_eq!(kind(huge), Some(ErrorKind::OutOfRange));
    assert_eq!(kind(Survey::from_counts(&table([]), &counts_options())), Some(ErrorKind::InsufficientData));
}

fn respondents() -> impl Strategy<Value = Vec<(usize, u32, u8, bool)>> {
    proptest::collection::vec((0_usize..6, 1_u32..2_000_000, 0_u8..3, any::<bool>()), 6..40)
}

fn answers_of(rows: &[(usize, u32, u8, bool)]) -> Table {
    table([
        some_texts("TP01", &rows.iter().map(|row| ANSWERS[row.0]).collect::<Vec<_>>()),
        numbers("wt", &rows.iter().map(|row| f64::from(row.1) / 1000.0).collect::<Vec<_>>()),
        some_texts("s", &rows.iter().map(|row| ["x", "y", "z"][usize::from(row.2)]).collect::<Vec<_>>()),
        some_texts("g", &rows.iter().map(|row| if row.3 { "u" } else { "v" }).collect::<Vec<_>>()),
    ])
}

/// Bits, so that NaN equals NaN.
fn bits(table: &Table) -> Vec<String> {
    (0..table.num_rows())
        .map(|row| {
            let bits = |column: Column| match column.value(row) {
                Value::Float(number) => format!("{:x}", number.to_bits()),
                Value::Integer(number) => number.to_string(),
                Value::Text(text) => text,
                other => format!("{other:?}"),
            };
            table.columns().map(bits).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_rows_changes_no_bit(rows in respondents(), seed in any::<u64>()) {
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| (u64::from(row.1) ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for strata in [None, Some("s".to_owned())] {
            for psu in [vec![], vec!["g".to_owned()]] {
                let options = SurveyOptions { strata: strata.clone(), psu: psu.clone(), lonely_psu: Some("adjust".into()), frame_size: Some(100), ..weighted() };
                let scores = |rows: &[_]| Survey::from_table(&answers_of(rows), &options).and_then(|survey| survey.scores(&[vec!["g".into()], vec!["s".into(), "g".into()]], &ScoreOptions::default())).map(|table| bits(&table));
                prop_assert_eq!(scores(&rows).map_err(|error| error.kind()), scores(&shuffled).map_err(|error| error.kind()));
            }
        }
    }

    #[test]
    fn weights_times_ten_change_nothing(rows in respondents()) {
        let score = |factor: u32| {
            let rows: Vec<_> = rows.iter().map(|row| (row.0, row.1 * factor, row.2, row.3)).collect();
            Survey::from_table(&answers_of(&rows), &weighted()).and_then(|survey| survey.score("TP01", None, &ScoreOptions::default()))
        };
        if let (Ok(one), Ok(ten)) = (score(1), score(10)) {
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs() || a.is_nan() && b.is_nan();
            prop_assert!(close(one.value, ten.value) && close(one.std_error, ten.std_error) && close(one.ci.0, ten.ci.0) && close(one.n_eff, ten.n_eff));
            prop_assert_eq!(one.published, ten.published);
        }
    }

    #[test]
    fn counts_are_the_answers_counted(rows in respondents(), frame in proptest::option::of(40_u64..200)) {
        let answers = table([some_texts("TP01", &rows.iter().map(|row| ANSWERS[row.0]).collect::<Vec<_>>())]);
        let options = SurveyOptions { instrument: Some(tsm()), frame_size: frame, ..SurveyOptions::default() };
        let expanded = Survey::from_table(&answers, &options).and_then(|survey| survey.score("TP01", None, &ScoreOptions::default()));
        let count = |answer: usize| rows.iter().filter(|row| row.0 == answer).count() as i64;
        let counted = table([
            some_texts("unit", &["u"; 6]),
            some_texts("measure", &["TP01"; 6]),
            some_texts("answer", &ANSWERS),
            Column::new("count", Arc::new(Int64Array::from((0..6).map(count).collect::<Vec<_>>()))),
            Column::new("frame", Arc::new(Int64Array::from(vec![frame.map(|frame| frame as i64); 6]))),
        ]);
        let options = CountsOptions { frame_size: Some("frame".into()), ..CountsOptions::new(tsm(), "unit", "measure", "answer", "count") };
        let counted = Survey::from_counts(&counted, &options).and_then(|survey| survey.score("TP01", None, &ScoreOptions::default()));
        // `Debug` prints every digit and lets NaN equal NaN.
        prop_assert_eq!(format!("{:?}", expanded.map_err(|error| error.kind())), format!("{:?}", counted.map_err(|error| error.kind())));
    }

    #[test]
    fn nothing_panics_on_any_numbers(weights in proptest::collection::vec(any::<f64>(), 1..8), values in proptest::collection::vec(any::<f64>(), 8)) {
        let rows = weights.len();
        let table = table([numbers("wt", &weights), numbers("y", &values[..rows]), some_texts("g", &["a", "b", "a", "b", "a", "b", "a", "b"][..rows])]);
        for weighted in [true, false] {
            let options = SurveyOptions { weights: weighted.then(|| "wt".into()), ..SurveyOptions::default() };
            if let Ok(survey) = Survey::from_table(&table, &options) {
                let _ = survey.mean("y", &ScoreOptions::default());
                let _ = survey.mean_by("y", &[vec!["g".into()]], &ScoreOptions::default());
                let _ = survey.proportion("g", "a", &ScoreOptions::default()).map(|estimate| prop_assert_shape(&estimate));
            }
            for design in ["strata", "psu", "fpc"] {
                let mut options = SurveyOptions::default();
                match design {
                    "strata" => options.strata = Some("y".into()),
                    "psu" => options.psu = vec!["y".into(), "wt".into()],
                    _ => options.fpc = vec!["y".into()],
                }
                let _ = Survey::from_table(&table, &options).and_then(|survey| survey.proportion("g", "a", &ScoreOptions::default()));
            }
        }
    }
}

/// What holds of every estimate of a proportion.
fn prop_assert_shape(estimate: &Estimate) {
    assert!((0.0..=1.0).contains(&estimate.value));
    assert!(
        estimate.ci.0.is_nan()
            || (0.0 <= estimate.ci.0 && estimate.ci.0 <= estimate.value && estimate.value <= estimate.ci.1 && estimate.ci.1 <= 1.0),
        "{estimate:?}"
    );
}

#[test]
fn a_share_compares_numbers_by_value_and_text_as_it_is() {
    let answers = table([numbers("x", &[4.0, 5.0, 4.0]), some_texts("t", &["4", "4.0", "Yes"])]);
    let survey = Survey::from_table(&answers, &SurveyOptions::default()).expect("a survey");
    let share = |column: &str, equals: &str| survey.proportion(column, equals, &ScoreOptions::default()).expect("a share");
    assert_eq!((share("x", "4").value, share("x", "4.0").value), (2.0 / 3.0, 2.0 / 3.0));
    assert_eq!((share("t", "4").value, share("t", "yes").value), (1.0 / 3.0, 0.0));
    assert!(share("t", "yes").warnings.contains(&"ValueNotSeen".to_owned()));
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let rows: Vec<_> = (0..200).map(|row| (row % 6, (row * 7919 % 1000) as u32 + 1, (row % 3) as u8, row % 5 < 2)).collect();
    let survey = Survey::from_table(&answers_of(&rows), &SurveyOptions { strata: Some("s".into()), ..weighted() }).expect("a survey");
    let by = [vec!["g".to_owned()], vec!["g".to_owned(), "s".to_owned()]];
    let scores = |threads: usize| bits(&survey.scores_with(&by, &ScoreOptions::default(), &Run::new().threads(threads)).expect("scores"));
    let one = scores(1);
    for threads in [2, 3, 8] {
        assert_eq!(scores(threads), one);
    }
    let cancel = CancelToken::new();
    cancel.cancel();
    assert_eq!(kind(survey.scores_with(&by, &ScoreOptions::default(), &Run::new().cancel(cancel))), Some(ErrorKind::Cancelled));
}
