use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{
    CountsOptions, Instrument, Management, ManagementOptions, PerceptionPart, RepresentativenessOptions, Survey, SurveyOptions, TsmReturn,
    TsmReturnOptions, last_responses,
};
use crate::ErrorKind;
use crate::table::{Column, Table, Value};

const MEASURES: [&str; 12] = ["TP01", "TP02", "TP03", "TP04", "TP05", "TP06", "TP07", "TP08", "TP09", "TP10", "TP11", "TP12"];

fn tsm() -> Instrument {
    Instrument::builtin("tsm-2022").expect("ships with citx")
}

/// `n` respondents: of four, three are satisfied with everything; two thirds are older, every third answered online.
fn answers(n: usize) -> Vec<Column> {
    let text = |name: &str, cell: &dyn Fn(usize) -> &'static str| Column::text(name, (0..n).map(|row| Some(cell(row))));
    let mut columns: Vec<Column> = MEASURES
        .iter()
        .map(|measure| {
            let (yes, no) = if *measure == "TP08" { ("Agree", "Strongly disagree") } else { ("Fairly satisfied", "Very dissatisfied") };
            text(measure, &|row| if row % 4 < 3 { yes } else { no })
        })
        .collect();
    columns.push(text("age", &|row| if row % 3 < 2 { "older" } else { "younger" }));
    columns.push(text("mode", &|row| if row % 3 == 0 { "internet" } else { "telephone" }));
    columns.push(text("date", &|row| if row % 2 == 0 { "2024-05-01" } else { "2024-09-30" }));
    columns.push(text("repair", &|row| if row % 5 < 4 { "Yes" } else { "No" }));
    columns.push(Column::integer("id", (0..n).map(|row| Some(row as i64))));
    columns
}

fn options() -> SurveyOptions {
    SurveyOptions {
        instrument: Some(tsm()),
        frame_size: Some(2400),
        selection: Some("srs".into()),
        mode: Some("mode".into()),
        collected_at: Some("date".into()),
        key: Some("id".into()),
        ..SurveyOptions::default()
    }
}

fn survey(n: usize) -> Survey {
    Survey::from_table(&Table::from_columns(answers(n)).expect("a table"), &options()).expect("a survey")
}

fn figures(rows: &[(&str, Option<&str>, &str, &str)]) -> Table {
    Table::from_columns([
        Column::text("measure", rows.iter().map(|row| Some(row.0))),
        Column::text("tenure", rows.iter().map(|row| row.1)),
        Column::text("numerator", rows.iter().map(|row| Some(row.2))),
        Column::text("denominator", rows.iter().map(|row| Some(row.3))),
    ])
    .expect("a table")
}

fn management(rows: &[(&str, Option<&str>, &str, &str)]) -> Management {
    Management::from_table(&figures(rows), &ManagementOptions::default()).expect("figures")
}

fn in_2024(parts: Vec<PerceptionPart>, management: Option<&Management>) -> TsmReturn {
    let options = TsmReturnOptions { landlord: "Anytown Homes".into(), year: "2024/25".into(), ..TsmReturnOptions::default() };
    TsmReturn::new(parts, management, &options).expect("a return")
}

fn codes(tsm: &TsmReturn) -> Vec<&str> {
    tsm.warnings().iter().map(|warning| warning.code.as_str()).collect()
}

fn text(table: &Table, row: usize, column: &str) -> String {
    match table.row(row).get(column) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Null) => "null".to_owned(),
        other => panic!("{column} is {other:?}"),
    }
}

fn number(table: &Table, row: usize, column: &str) -> f64 {
    match table.row(row).get(column) {
        Some(Value::Float(number)) => *number,
        Some(Value::Integer(number)) => *number as f64,
        other => panic!("{column} is {other:?}"),
    }
}

#[test]
fn management_figures_are_rounded_half_up_and_keep_their_symbols() {
    let found = management(&[
        ("RP01", None, "1", "800"),
        ("RP02(1)", None, "382", "800"),
        ("rp02 2", None, "[E]", "[E]"),
        ("BS01", None, "23462", "23464"),
        ("BS05", None, "0", "0"),
        ("BS02", None, "", ""),
        ("BS03", None, "7", "7"),
        ("NM01_1", None, "1873", "32416"),
        ("CH01(1)", Some("LCRA"), "2,233", "28,478"),
        ("CH01(1)", Some("LCHO"), "174", "3938"),
    ]);
    let published: Vec<&str> = found.figures().iter().filter_map(|figure| figure.published.as_deref()).collect();
    assert_eq!(published, ["0.1", "47.8", "[E]", "100.0", "[U]", "[X]", "100.0", "57.8", "78.4", "44.2"]);
    let exact: Vec<bool> = found.figures().iter().map(|figure| figure.is_exactly_100).collect();
    assert_eq!(exact, [false, false, false, false, false, false, true, false, false, false]);
    let checks = found.checks().expect("a table");
    assert_eq!((checks.num_rows(), text(&checks, 0, "code")), (1, "RoundsTo100".to_owned()));
}

#[test]
fn figures_that_cannot_be_are_refused_or_asked_about() {
    let refuse = |rows: &[(&str, Option<&str>, &str, &str)]| {
        Management::from_table(&figures(rows), &ManagementOptions::default()).expect_err("refused")
    };
    assert_eq!(refuse(&[("BS09", None, "1", "2")]).kind(), ErrorKind::UnknownName);
    assert_eq!(refuse(&[("RP02", None, "1", "2")]).kind(), ErrorKind::InvalidArgument);
    assert_eq!(refuse(&[("", None, "1", "2")]).kind(), ErrorKind::UnknownName);
    for bad in ["-1", "NaN", "inf", "[Q]", "many"] {
        let error = refuse(&[("BS01", None, bad, "2")]);
        assert!(error.to_string().contains("column `numerator`, row 1"), "{error}");
    }
    assert!(refuse(&[("BS01", None, "1", "2"), ("BS01", None, "1", "2")]).to_string().contains("row 1 too"));
    let found = management(&[
        ("BS01", None, "11", "10"),
        ("BS02", None, "1", "0"),
        ("NM01(1)", None, "5", "1000"),
        ("NM01(2)", None, "6", "1001"),
        ("CH01(1)", None, "50", "1000"),
        ("CH01(2)", None, "60", "1000"),
        ("CH02(1)", None, "49", "49"),
    ]);
    let checks = found.checks().expect("a table");
    let found: Vec<String> = (0..checks.num_rows()).map(|row| text(&checks, row, "code")).collect();
    let wanted = [
        "NumeratorAboveDenominator",
        "NumeratorWithoutDenominator",
        "HateIncidentsAboveCases",
        "StageTwoAboveStageOne",
        "HomesDiffer",
        "ComplaintsDiffer",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_return_has_all_measures_of_each_tenure() {
    let mut rented = PerceptionPart::new("LCRA", survey(600));
    rented.filters = vec![("TP02".into(), "repair".into())];
    let shared = PerceptionPart::new("LCHO", survey(600));
    let all = in_2024(vec![rented, shared], Some(&management(&[("BS05", None, "0", "0")])));
    let table = all.measures().expect("a table");
    // 12 of each tenure, 10 of all homes, 4 of complaints by tenure.
    assert_eq!(table.num_rows(), 24 + 10 + 8);
    let row = |measure: &str, tenure: &str| {
        (0..table.num_rows()).find(|&row| text(&table, row, "measure") == measure && text(&table, row, "tenure") == tenure).expect("a row")
    };
    assert_eq!(text(&table, row("TP02", "LCHO"), "published"), "[Z]");
    assert_eq!(text(&table, row("CH01(1)", "LCHO"), "published"), "[X]");
    assert_eq!(text(&table, row("BS05", "null"), "symbol"), "[U]");
    let tp02 = row("TP02", "LCRA");
    assert_eq!((text(&table, tp02, "published"), number(&table, tp02, "n")), ("75.0".to_owned(), 600.0));
    assert!((number(&table, tp02, "filter_share") - 0.8).abs() < 1e-12);
    // 0.75 of rented homes lies between the median of 73.6 and the upper quartile of 79.6.
    assert_eq!((number(&table, tp02, "quartile"), text(&table, tp02, "benchmark_year")), (2.0, "2024/25".to_owned()));
    let regulator = 1.96 * (0.25 / 600.0 * 1800.0 / 2399.0_f64).sqrt();
    assert!((number(&table, tp02, "regulator_moe") - regulator).abs() < 1e-12);
    assert!((number(&table, tp02, "moe") - regulator).abs() > 1e-3);
    assert!(codes(&all).contains(&"AnsweredDespiteFilter"));
    assert_eq!(all.sheets().expect("sheets").len(), 9);
}

#[test]
fn the_sample_rule_knows_a_census() {
    let rule = |n: usize, selection: &str| {
        let mut options = options();
        options.selection = Some(selection.into());
        let survey = Survey::from_table(&Table::from_columns(answers(n)).expect("a table"), &options).expect("a survey");
        let samples = in_2024(vec![PerceptionPart::new("LCRA", survey)], None).samples().expect("a table");
        (number(&samples, 0, "required"), number(&samples, 0, "short_by"), text(&samples, 0, "rule"))
    };
    assert_eq!(rule(331, "srs"), (332.0, 1.0, "not met".into()));
    assert_eq!(rule(332, "srs"), (332.0, 0.0, "met".into()));
    assert_eq!(rule(300, "census"), (332.0, 32.0, "met by census".into()));
    let large = |mut part: PerceptionPart| {
        part.population = Some(2501);
        in_2024(vec![part], None)
    };
    assert!(codes(&large(PerceptionPart::new("LCRA", survey(300)))).contains(&"SampleShort"));
}

#[test]
fn methods_are_predominant_above_half_and_published_from_fifty() {
    let methods = in_2024(vec![PerceptionPart::new("LCRA", survey(140))], None).methods().expect("a table");
    assert_eq!((text(&methods, 0, "method"), text(&methods, 0, "predominant")), ("telephone".into(), "telephone".into()));
    assert_eq!((text(&methods, 1, "published"), number(&methods, 1, "responses")), ("[S]".into(), 47.0));
    let mut part = PerceptionPart::new("LCRA", survey(600));
    part.previous_mode = Some("internet".into());
    let tsm = in_2024(vec![part], None);
    assert!(codes(&tsm).contains(&"ModeChange"));
    assert_eq!(text(&tsm.methods().expect("a table"), 1, "published"), "75.0");
}

#[test]
fn representativeness_is_chi_squared_and_the_effect_of_weighting() {
    let shares = Table::from_columns([
        Column::text("characteristic", [Some("age"), Some("age")]),
        Column::text("category", [Some("older"), Some("younger")]),
        Column::float("share", [Some(0.5), Some(0.5)]),
    ])
    .expect("a table");
    let found = survey(600).representativeness(&shares, &RepresentativenessOptions::default()).expect("assessed");
    let (categories, all) = (&found.categories, &found.characteristics);
    // 400 and 200 where 300 and 300 are expected: (100^2 + 100^2) / 300.
    assert!((number(all, 0, "chi_squared") - 200.0 / 3.0).abs() < 1e-9);
    assert!((number(all, 0, "dissimilarity") - 1.0 / 6.0).abs() < 1e-12);
    assert!((number(categories, 0, "difference_pp") - 100.0 / 6.0).abs() < 1e-9);
    assert!((number(categories, 0, "residual") - 100.0 / 150.0_f64.sqrt()).abs() < 1e-9);
    // Propensities 1/3 and 1/6 of a frame of 2,400: their standard deviation is 1/12.
    assert!((number(all, 0, "r_indicator") - (1.0 - 2.0 / 12.0)).abs() < 1e-12);
    assert!(number(all, 0, "effect_pp").abs() < 1e-9);
    assert_eq!(all.row(0).get("material"), Some(&Value::Boolean(false)));
    let wrong = Table::from_columns([
        Column::text("characteristic", [Some("age")]),
        Column::text("category", [Some("older")]),
        Column::float("share", [Some(0.5)]),
    ])
    .expect("a table");
    let error = survey(40).representativeness(&wrong, &RepresentativenessOptions::default()).expect_err("half is missing");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn what_nobody_states_is_missing_and_not_made_up() {
    let summary = survey(600).summary_of_approach(&BTreeMap::new()).expect("a summary");
    let letters: String = summary.items.iter().map(|item| item.item.as_str()).collect();
    assert_eq!(letters, "abcdefghijk");
    assert_eq!(
        summary.missing(),
        ["sample_method", "representativeness", "weighting", "contractors", "exclusions", "incentives", "other_issues"]
    );
    let item = |name: &str| summary.items.iter().find(|item| item.name == name).map(|item| item.text.as_str());
    assert_eq!(item("timing"), Some("collected from 2024-05-01 to 2024-09-30"));
    assert_eq!(item("incentives"), Some("not stated"));
    assert_eq!(item("achieved_sample"), Some("600 answers of a relevant tenant population of 2400; 332 are required"));
    let said = BTreeMap::from([("incentives".to_owned(), "none".to_owned()), ("g".to_owned(), "Acme interviewed".to_owned())]);
    let summary = survey(600).summary_of_approach(&said).expect("a summary");
    assert!(!summary.missing().contains(&"incentives") && !summary.missing().contains(&"contractors"));
    assert!(summary.to_markdown().contains("## j. Incentives offered\n\nnone\n"));
    let wrong = BTreeMap::from([("incentive".to_owned(), "none".to_owned())]);
    let error = survey(600).summary_of_approach(&wrong).expect_err("misspelt");
    assert!(error.kind() == ErrorKind::UnknownName && error.to_string().contains("`incentives`"), "{error}");
}

#[test]
fn weighted_counts_need_the_unweighted_answers() {
    let rows = ["very_satisfied", "fairly_satisfied", "neither", "fairly_dissatisfied", "very_dissatisfied"];
    // Calico 2024/25: weighted and unweighted answers to TP01.
    let (weighted, plain) = ([355.4, 284.1, 91.5, 61.6, 67.4], [342.0, 289.0, 95.0, 64.0, 70.0]);
    let table = Table::from_columns([
        Column::text("landlord", [Some("Calico"); 5]),
        Column::text("measure", [Some("TP01"); 5]),
        Column::text("answer", rows.map(Some)),
        Column::float("n", weighted.map(Some)),
    ])
    .expect("a table");
    let survey = Survey::from_counts(&table, &CountsOptions::new(tsm(), "landlord", "measure", "answer", "n")).expect("counts");
    let mut part = PerceptionPart::new("LCRA", survey);
    part.unit = Some("Calico".into());
    let without = in_2024(vec![part.clone()], None);
    assert!(codes(&without).contains(&"UnweightedMissing"));
    part.unweighted = rows.iter().zip(plain).map(|(answer, n)| ((*answer).to_owned(), n)).collect();
    let with = in_2024(vec![part], None);
    assert!(!codes(&with).contains(&"UnweightedMissing"));
    assert_eq!(text(&with.measures().expect("a table"), 0, "published"), "74.4");
    let weighting = with.weighting().expect("a table");
    assert!((number(&weighting, 0, "tp01_unweighted") - 631.0 / 860.0).abs() < 1e-12);
    assert!((number(&weighting, 0, "effect_pp") - 100.0 * (639.5 - 631.0) / 860.0).abs() < 1e-9);
}

#[test]
fn the_review_finds_dates_duplicates_and_words() {
    let mut columns = answers(40);
    columns.retain(|column| !["date", "id", "TP12", "TP04"].contains(&column.name()));
    columns.push(Column::text("date", (0..40).map(|row| Some(if row < 3 { "2024-03-31" } else { "2025-03-31T18:00:00" }))));
    columns.push(Column::integer("id", (0..40).map(|row| Some(i64::from(row / 2)))));
    columns.push(Column::text("TP04", (0..40).map(|row| Some(if row < 10 { "Don't know" } else { "Neither" }))));
    let survey = Survey::from_table(&Table::from_columns(columns).expect("a table"), &options()).expect("a survey");
    let mut part = PerceptionPart::new("LCRA", survey);
    part.approach.insert("sample_method".into(), "A quota by age".into());
    part.excluded = Some(12);
    let mut options = TsmReturnOptions::default();
    (options.year, options.lcho_homes) = ("2024/25".into(), Some(1000));
    let tsm = TsmReturn::new(vec![part], None, &options).expect("a return");
    let found = codes(&tsm);
    for code in [
        "LchoMissing",
        "SampleShort",
        "CensusWouldSuffice",
        "SmallBase",
        "MeasureMissing",
        "ScaleMismatch",
        "OutsideReportingYear",
        "DuplicateRespondents",
        "IncentivesUndisclosed",
        "ExclusionsWithoutReason",
        "SampleMethodContradicts",
        "ManagementMissing",
        "FilterMissing",
    ] {
        assert!(found.contains(&code), "{code} is not among {found:?}");
    }
    let outside = tsm.warnings().iter().find(|warning| warning.code == "OutsideReportingYear").map(|warning| warning.sentence.as_str());
    assert_eq!(outside, Some("3 answers were not collected between 2024-04-01 and 2025-03-31"));
    for year in ["2024", "2024/26", "24/25", ""] {
        options.year = year.into();
        assert_eq!(TsmReturn::new(Vec::new(), None, &options).expect_err("no year").kind(), ErrorKind::InvalidArgument, "{year}");
    }
}

#[test]
fn the_last_answer_of_each_is_kept() {
    let table = |times: [&'static str; 4]| {
        Table::from_columns([
            Column::text("tenant", [Some("a"), Some("b"), Some("a"), None]),
            Column::text("at", times.map(Some)),
            Column::integer("row", (0..4).map(Some)),
        ])
        .expect("a table")
    };
    let kept = last_responses(&table(["2024-05-02", "2024-05-01", "2024-05-01", "2024-05-01"]), "tenant", "at").expect("kept");
    assert_eq!((0..kept.num_rows()).map(|row| number(&kept, row, "row")).collect::<Vec<_>>(), [0.0, 1.0, 3.0]);
    let error = last_responses(&table(["2024-05-01"; 4]), "tenant", "at").expect_err("a tie");
    assert!(error.kind() == ErrorKind::Conflict && error.to_string().contains("rows 1 and 3"), "{error}");
    assert_eq!(last_responses(&table(["", "", "2024-05-01", ""]), "tenant", "at").expect_err("no date").kind(), ErrorKind::InvalidArgument);
}

#[test]
fn a_sample_that_misses_its_population_is_weighted_or_asked_about() {
    // Of 400 older tenants 360 are satisfied, of 200 younger ones 100; the population is half and half.
    let older = |row: i32| row < 400;
    let satisfied = |row: i32| if older(row) { row < 360 } else { row < 500 };
    let table = Table::from_columns([
        Column::text("TP01", (0..600).map(|row| Some(if satisfied(row) { "Very satisfied" } else { "Neither" }))),
        Column::text("age", (0..600).map(|row| Some(if older(row) { "older" } else { "younger" }))),
        Column::float("wt", (0..600).map(|row| Some(if older(row) { 0.75 } else { 1.5 }))),
    ])
    .expect("a table");
    let shares = Table::from_columns([
        Column::text("characteristic", [Some("age"), Some("age")]),
        Column::text("category", [Some("younger"), Some("older")]),
        Column::integer("count", [Some(500), Some(500)]),
    ])
    .expect("a table");
    let tsm = |weights: Option<&str>| {
        let mut options = SurveyOptions::default();
        (options.instrument, options.weights) = (Some(tsm()), weights.map(str::to_owned));
        let mut part = PerceptionPart::new("LCRA", Survey::from_table(&table, &options).expect("a survey"));
        (part.targets, part.population) = (Some(shares.clone()), Some(1000));
        in_2024(vec![part], None)
    };
    let (plain, weighted) = (tsm(None), tsm(Some("wt")));
    let effect = |tsm: &TsmReturn| number(&tsm.characteristics().expect("a table"), 0, "effect_pp");
    assert!((effect(&plain) - 100.0 * (0.7 - 460.0 / 600.0)).abs() < 1e-9 && effect(&weighted).abs() < 1e-9);
    assert!(codes(&plain).contains(&"UnrepresentativeUnweighted") && !codes(&plain).contains(&"WeightingMissesTarget"));
    assert!(!codes(&weighted).iter().any(|code| ["UnrepresentativeUnweighted", "WeightingMissesTarget", "WeightsDear"].contains(code)));
    let table = weighted.weighting().expect("a table");
    // Kish: 600^2 / (400 x 0.75^2 + 200 x 1.5^2)
    assert!((number(&table, 0, "n_eff") - 360_000.0 / 675.0).abs() < 1e-9);
    assert!((number(&table, 0, "effect_pp") - 100.0 * (0.7 - 460.0 / 600.0)).abs() < 1e-9);
    assert_eq!(text(&weighted.measures().expect("a table"), 0, "published"), "70.0");
    let counts = weighted.answer_counts().expect("a table");
    assert_eq!((number(&counts, 0, "respondents"), number(&counts, 0, "weighted")), (460.0, 420.0));
}

const SCALE: [&str; 5] = ["Very satisfied", "Fairly satisfied", "Neither", "Fairly dissatisfied", "Very dissatisfied"];

/// A share rounded half up to tenths of a percent (or, of a rate, of one in a thousand), in whole numbers only.
fn tenths(numerator: u64, denominator: u64, per: u64) -> String {
    let tenths = (20 * per * numerator + denominator) / (2 * denominator);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The first row's.
fn cell(table: &Table, column: &str) -> Value {
    table.column(column).expect("is there").value(0)
}

proptest! {
    #[test]
    fn management_figures_are_those_of_whole_numbers(denominator in 1_u64..200_000, share in 0.0..=1.0_f64) {
        let numerator = (denominator as f64 * share) as u64;
        let (n, d) = (numerator.to_string(), denominator.to_string());
        let found = management(&[("BS01", None, &n, &d), ("NM01(1)", None, &n, &d)]);
        let published: Vec<&str> = found.figures().iter().filter_map(|figure| figure.published.as_deref()).collect();
        prop_assert_eq!(published, [tenths(numerator, denominator, 100), tenths(numerator, denominator, 1000)]);
        prop_assert_eq!(found.figures()[0].is_exactly_100, numerator == denominator);
    }

    #[test]
    fn answers_in_any_order_and_their_counts_make_one_return(
        mut given in prop::collection::vec(0_usize..6, 1..120), rotate in 0_usize..120,
    ) {
        prop_assume!(given.iter().any(|&answer| answer < 5));
        let of_answers = |given: &[usize]| {
            let column = Column::text("TP01", given.iter().map(|&answer| SCALE.get(answer).copied()));
            let options = SurveyOptions { mode: None, collected_at: None, key: None, ..options() };
            let survey = Survey::from_table(&Table::from_columns([column]).expect("a table"), &options).expect("a survey");
            in_2024(vec![PerceptionPart::new("LCRA", survey)], None).measures().expect("a table")
        };
        let first = of_answers(&given);
        let count = |at: usize| given.iter().filter(|&&answer| answer == at).count();
        let counts = Table::from_columns([
            Column::text("who", SCALE.map(|_| Some("A"))),
            Column::text("measure", SCALE.map(|_| Some("TP01"))),
            Column::text("answer", SCALE.map(Some)),
            Column::integer("n", (0..5).map(|at| i64::try_from(count(at)).ok())),
            Column::integer("frame", [Some(2400); 5]),
        ])
        .expect("a table");
        let mut columns = CountsOptions::new(tsm(), "who", "measure", "answer", "n");
        columns.frame_size = Some("frame".into());
        let mut part = PerceptionPart::new("LCRA", Survey::from_counts(&counts, &columns).expect("a survey"));
        part.unit = Some("A".into());
        let counted = in_2024(vec![part], None).measures().expect("a table");
        for column in ["published", "n", "value"] {
            prop_assert_eq!(cell(&first, column), cell(&counted, column), "{}", column);
        }
        let answered = (0..5).map(count).sum::<usize>() as u64;
        prop_assert_eq!(text(&first, 0, "published"), tenths((count(0) + count(1)) as u64, answered, 100));
        let at = rotate % given.len();
        given.rotate_left(at);
        let rotated = of_answers(&given);
        for column in first.column_names() {
            prop_assert_eq!(cell(&rotated, column), cell(&first, column), "{}", column);
        }
    }
}
