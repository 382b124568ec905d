use proptest::prelude::*;

use super::*;
use crate::ErrorKind;
use crate::table::{Column, Table, Value};

const ROWS: [&str; 4] = ["w", "x", "y", "z"];
const COLUMNS: [&str; 4] = ["a", "b", "c", "d"];

/// A table by two categories, with its totals.
fn crossed(counts: &[Vec<i64>]) -> Table {
    let cells = || counts.iter().enumerate().flat_map(|(row, counts)| (0..counts.len()).map(move |column| (row, column)));
    let table = Table::from_columns([
        Column::text("r", cells().map(|(row, _)| Some(format!("r{row}")))),
        Column::text("c", cells().map(|(_, column)| Some(format!("c{column}")))),
        Column::integer("n", cells().map(|(row, column)| Some(counts[row][column]))),
    ]);
    with_totals(&table.expect("columns"), &by(&["r", "c"])).expect("counts")
}

fn by(categories: &[&str]) -> CellOptions {
    CellOptions::new(categories.iter().copied(), "n")
}

fn rule(under: u32, zero: bool) -> DisclosureRule {
    let text = format!("name = 'test'\nsource = 'test'\nsymbol = '*'\n[primary]\nunder = {under}\nzero = {zero}");
    DisclosureRule::parse(&text).expect("a rule")
}

fn with_status(table: &Table, hidden: impl Fn(usize) -> bool) -> Table {
    let status = Column::boolean("suppressed", (0..table.num_rows()).map(|row| Some(hidden(row))));
    Table::from_columns(table.columns().filter(|column| column.name() != "suppressed").chain([status])).expect("columns")
}

/// The example of sdcTable's `test-simpleheuristic.R`.
fn four_by_four(extra: &[&str]) -> Table {
    let counts = [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]];
    let hidden = ["wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"];
    let cells = || ROWS.iter().flat_map(|row| COLUMNS.iter().map(move |column| (*row, *column)));
    let place = |name: &str, names: &[&str]| names.iter().position(|known| *known == name).expect("known");
    let table = Table::from_columns([
        Column::text("r", cells().map(|(row, _)| Some(row))),
        Column::text("c", cells().map(|(_, column)| Some(column))),
        Column::integer("n", cells().map(|(row, column)| Some(counts[place(row, &ROWS)][place(column, &COLUMNS)]))),
    ]);
    let table = with_totals(&table.expect("columns"), &by(&["r", "c"])).expect("counts");
    let names: Vec<String> = cells().map(|(row, column)| format!("{row}{column}")).collect();
    with_status(&table, |row| names.get(row).is_some_and(|name| hidden.contains(&name.as_str()) || extra.contains(&name.as_str())))
}

fn whole(table: &Table, row: usize, name: &str) -> Option<i64> {
    match table.row(row).get(name) {
        Some(Value::Integer(value)) => Some(*value),
        _ => None,
    }
}

fn truth(table: &Table, row: usize, name: &str) -> bool {
    table.row(row).get(name) == Some(&Value::Boolean(true))
}

fn hidden(table: &Table) -> Vec<usize> {
    let status: Vec<Value> = table.column("suppressed").expect("there").values().collect();
    (0..status.len()).filter(|&row| status[row] != Value::Text("none".into())).collect()
}

/// Counts by area, and by area and age without rows of totals.
fn linked(north: i64) -> [Table; 2] {
    let area = Table::from_columns([
        Column::text("r", ["north", "south", "Total"].map(Some)),
        Column::integer("n", [north, 70, north + 70].map(Some)),
    ]);
    let both = Table::from_columns([
        Column::text("r", ["north", "north", "south", "south"].map(Some)),
        Column::text("c", ["young", "old", "young", "old"].map(Some)),
        Column::integer("n", [3, 20, 30, 40].map(Some)),
    ]);
    [area.expect("columns"), both.expect("columns")]
}

#[test]
fn a_total_that_another_table_shows_gives_a_count_away() {
    let options = by(&["r", "c"]);
    let [area, both] = linked(23);
    let one_hidden = [with_status(&area, |_| false), with_status(&both, |row| row == 0)];
    let found = audit(&one_hidden, &options, &AuditOptions::default()).expect("an audit");
    assert_eq!((whole(&found, 0, "lower"), whole(&found, 0, "upper"), truth(&found, 0, "recoverable")), (Some(3), Some(3), true));
    let shown = suppress(&[area, both], &options, &rule(5, false), &SuppressOptions::default()).expect("protected");
    let status = |table: &Table, row: usize| table.row(row).get("suppressed").cloned();
    assert_eq!(status(&shown[1], 0), Some(Value::Text("primary".into())));
    assert_eq!(status(&shown[1], 1), Some(Value::Text("secondary".into())));
    let found = audit(&shown, &options, &AuditOptions::default()).expect("an audit");
    assert!((0..found.num_rows()).all(|row| truth(&found, row, "protected")) && found.num_rows() >= 2);
}

#[test]
fn parts_may_leave_something_of_a_total_but_not_exceed_it() {
    let options = by(&["r", "c"]);
    let shown = suppress(&linked(25), &options, &rule(5, false), &SuppressOptions::default()).expect("protected");
    assert_eq!(whole(&shown[1], 1, "n"), None, "the two that are in no age are taken to be known");
    let error = suppress(&linked(22), &options, &rule(5, false), &SuppressOptions::default()).expect_err("too many");
    assert!(error.kind() == ErrorKind::InvalidArgument && error.to_string().contains("table 2 has more people"), "{error}");
}

#[test]
fn two_withheld_in_each_line_are_no_proof() {
    let found = audit(&[four_by_four(&[])], &by(&["r", "c"]), &AuditOptions::default()).expect("adds up");
    assert_eq!(found.num_rows(), 9);
    // w|b is the second: 47, exactly.
    assert_eq!((whole(&found, 1, "lower"), whole(&found, 1, "upper")), (Some(47), Some(47)));
    assert!(truth(&found, 1, "recoverable") && !truth(&found, 1, "protected"));
    assert_eq!((0..9).filter(|&row| truth(&found, row, "recoverable")).count(), 1);
    for (extra, most) in [("xd", 78), ("xb", 141)] {
        let safe = audit(&[four_by_four(&[extra])], &by(&["r", "c"]), &AuditOptions::default()).expect("adds up");
        assert_eq!((whole(&safe, 1, "lower"), whole(&safe, 1, "upper")), (Some(0), Some(most)), "{extra}");
        assert!((0..10).all(|row| truth(&safe, row, "protected") && truth(&safe, row, "attained")));
    }
}

#[test]
fn regions_are_withheld_as_in_sdc_table() {
    let table = Table::from_columns([
        Column::text("region", [Some("a"), Some("b"), Some("c"), Some("Total")]),
        Column::integer("n", [Some(1), Some(2), Some(1), Some(4)]),
    ])
    .expect("columns");
    let rule = rule(2, false);
    let extra = |singletons, line_total| {
        let options = SuppressOptions { singletons, line_total, floor: Some(0), ..SuppressOptions::default() };
        let shown = suppress(std::slice::from_ref(&table), &by(&["region"]), &rule, &options).expect("protected");
        hidden(&shown[0]).len() - 2
    };
    assert_eq!([extra(false, 0), extra(true, 0), extra(false, 3), extra(false, 5)], [0, 1, 1, 2]);
    // Whoever knows that each 0 is shown knows two withheld counts that sum to 2.
    let known = SuppressOptions { singletons: false, ..SuppressOptions::default() };
    assert_eq!(hidden(&suppress(&[table], &by(&["region"]), &rule, &known).expect("protected")[0]).len(), 3);
}

/// The least and greatest of each cell over all tables of `size` cells that fit.
fn enumerate(values: &[i64], hidden: &[bool], lines: &[(usize, Vec<usize>)]) -> Vec<(i64, i64)> {
    fn walk(
        at: usize,
        now: &mut Vec<i64>,
        inner: usize,
        values: &[i64],
        fits: &dyn Fn(&[i64]) -> bool,
        met: &mut Vec<(i64, i64)>,
        hidden: &[bool],
    ) {
        if at == inner {
            if fits(now) {
                met.iter_mut().zip(now.iter()).for_each(|(met, &value)| *met = (met.0.min(value), met.1.max(value)));
            }
            return;
        }
        let largest = values.iter().copied().max().unwrap_or(0);
        let range = if hidden[at] { 0..=largest } else { values[at]..=values[at] };
        for value in range {
            now[at] = value;
            walk(at + 1, now, inner, values, fits, met, hidden);
        }
    }
    let mut now = values.to_vec();
    let mut met = values.iter().map(|&value| (value, value)).collect();
    let fits = |now: &[i64]| lines.iter().all(|(total, parts)| values[*total] == parts.iter().map(|&part| now[part]).sum::<i64>());
    // Only inner cells are withheld: totals are as they are.
    let inner = hidden.iter().rposition(|&hidden| hidden).map_or(0, |at| at + 1);
    walk(0, &mut now, inner, values, &fits, &mut met, hidden);
    met
}

fn three_way(counts: &[i64]) -> Table {
    let bit = |at: usize, shift: usize| Some(format!("{}", at >> shift & 1));
    let table = Table::from_columns([
        Column::text("x", (0..8).map(|at| bit(at, 2))),
        Column::text("y", (0..8).map(|at| bit(at, 1))),
        Column::text("z", (0..8).map(|at| bit(at, 0))),
        Column::integer("n", counts.iter().copied().map(Some)),
    ]);
    with_totals(&table.expect("columns"), &by(&["x", "y", "z"])).expect("counts")
}

fn same_as_enumerated(table: &Table, categories: &[&str], inner_hidden: &[bool]) -> std::result::Result<(), TestCaseError> {
    let mut withheld = inner_hidden.to_vec();
    withheld.resize(table.num_rows(), false);
    let marked = with_status(table, |row| withheld[row]);
    let read = cells::Cells::read(std::slice::from_ref(&marked), &by(categories), Some("suppressed")).expect("adds up");
    let values: Vec<i64> = read.cells.iter().map(|cell| cell.value.expect("known")).collect();
    let lines: Vec<(usize, Vec<usize>)> = read.lines.iter().map(|line| (line.total, line.parts.clone())).collect();
    let expected = enumerate(&values, &withheld, &lines);
    let found = audit(&[marked], &by(categories), &AuditOptions::default()).expect("adds up");
    for (row, at) in (0..withheld.len()).filter(|&at| withheld[at]).enumerate() {
        let bounds = (whole(&found, row, "lower").expect("bound"), whole(&found, row, "upper").expect("bound"));
        prop_assert_eq!(bounds, expected[at]);
        prop_assert_eq!(truth(&found, row, "recoverable"), bounds.0 == bounds.1);
        prop_assert!(truth(&found, row, "attained"));
    }
    Ok(())
}

/// No cell withheld for its own sake is known exactly, whether the reader has the true counts withheld or only what is published.
fn is_safe(tables: &[Table], options: &CellOptions, rule: &DisclosureRule) -> std::result::Result<usize, TestCaseError> {
    let shown = suppress(tables, options, rule, &SuppressOptions::default()).expect("protected");
    let audited = AuditOptions { rule: Some(rule.clone()), ..AuditOptions::default() };
    let found = audit(&shown, options, &audited).expect("adds up");
    for row in 0..found.num_rows() {
        prop_assert!(!truth(&found, row, "recoverable"), "row {row}");
    }
    for (table, shown) in tables.iter().zip(&shown) {
        for row in 0..table.num_rows() {
            let count = whole(table, row, "n").expect("a count");
            let status = shown.row(row).get("suppressed").cloned();
            prop_assert_eq!(rule.withholds(count as u64), status == Some(Value::Text("primary".into())));
            prop_assert_eq!(whole(shown, row, "n").is_none(), status != Some(Value::Text("none".into())));
        }
    }
    Ok(found.num_rows())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn bounds_are_those_of_all_tables_of_two_categories(
        counts in prop::collection::vec(prop::collection::vec(0..3_i64, 3), 3),
        hidden in prop::collection::vec(prop::bool::weighted(0.55), 9).prop_filter("few", |hidden| hidden.iter().filter(|&&one| one).count() < 7),
    ) {
        same_as_enumerated(&crossed(&counts), &["r", "c"], &hidden)?;
    }

    #[test]
    fn bounds_are_those_of_all_tables_of_three_categories(
        counts in prop::collection::vec(0..3_i64, 8), hidden in prop::collection::vec(prop::bool::weighted(0.7), 8),
    ) {
        same_as_enumerated(&three_way(&counts), &["x", "y", "z"], &hidden)?;
    }

    #[test]
    fn what_is_withheld_cannot_be_found(
        counts in prop::collection::vec(prop::collection::vec(0..25_i64, 4), 2..6), zero: bool, under in 2..12_u32,
    ) {
        is_safe(&[crossed(&counts)], &by(&["r", "c"]), &rule(under, zero))?;
    }

    #[test]
    fn nor_in_three_categories(counts in prop::collection::vec(0..25_i64, 8), zero: bool, under in 2..12_u32) {
        is_safe(&[three_way(&counts)], &by(&["x", "y", "z"]), &rule(under, zero))?;
    }

    #[test]
    fn nor_from_two_tables_of_the_same_people(
        people in prop::collection::vec((0..3_u8, 0..2_u8, 0..4_u8), 20..120), totals: bool, under in 2..12_u32,
    ) {
        let count = |of: &dyn Fn(&(u8, u8, u8)) -> u8, size: u8, name: &str| {
            let cells: Vec<(u8, u8)> = (0..3).flat_map(|region| (0..size).map(move |other| (region, other))).collect();
            let n = |&(region, other): &(u8, u8)| people.iter().filter(|who| who.0 == region && of(who) == other).count() as i64;
            let table = Table::from_columns([
                Column::text("region", cells.iter().map(|(region, _)| Some(region.to_string()))),
                Column::text(name, cells.iter().map(|(_, other)| Some(other.to_string()))),
                Column::integer("n", cells.iter().map(|cell| Some(n(cell)))),
            ]).expect("columns");
            if totals { with_totals(&table, &by(&["region", name])).expect("counts") } else { table }
        };
        let tables = [count(&|who| who.1, 2, "gender"), count(&|who| who.2, 4, "age")];
        is_safe(&tables, &by(&["region", "gender", "age"]), &rule(under, false))?;
    }
}

fn scores(respondents: usize, columns: usize, min_base: u64) -> Table {
    use crate::satisfaction::{Instrument, ScoreOptions, Survey, SurveyOptions};
    let draw = |row: usize, column: usize| {
        let mixed = (row as u64 * 31 + column as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40
    };
    let rows = || 0..respondents;
    let answers = ["very_satisfied", "fairly_satisfied", "neither", "fairly_dissatisfied", "refused"];
    let mut table = vec![
        Column::text("TP01", rows().map(|row| Some(answers[draw(row, 100) as usize % 5]))),
        Column::text("TP05", rows().map(|row| Some(answers[draw(row, 101) as usize % 4]))),
    ];
    let group = |row: usize, column: usize| (draw(row, column) % 8).min(draw(row, column + 50) % (3 + column as u64 % 4));
    table.extend((0..columns).map(|column| Column::text(format!("c{column}"), rows().map(|row| Some(format!("g{}", group(row, column)))))));
    let mut by: Vec<Vec<String>> = (0..columns).map(|column| vec![format!("c{column}")]).collect();
    by.extend((0..columns).flat_map(|one| (0..one).map(move |other| vec![format!("c{other}"), format!("c{one}")])));
    let instrument = Some(Instrument::builtin("tsm-2022").expect("ships with citx"));
    let options = SurveyOptions { instrument, ..SurveyOptions::default() };
    let survey = Survey::from_table(&Table::from_columns(table).expect("columns"), &options).expect("answers");
    survey.scores(&by, &ScoreOptions { min_base, ..ScoreOptions::default() }).expect("scores")
}

#[test]
fn small_groups_of_a_survey_are_withheld_with_what_gives_them_away() {
    let table = scores(300, 4, 0);
    let rule = DisclosureRule::builtin("cx-usual").expect("ships with citx");
    let shown = protect_scores(&table, &rule, &SuppressOptions::default()).expect("protected");
    assert_eq!(shown.column_names(), table.column_names());
    let small = (0..table.num_rows()).filter(|&row| (1..10).contains(&whole(&table, row, "n").expect("n"))).collect::<Vec<_>>();
    assert!(small.len() > 5);
    assert!(small.iter().all(|&row| truth(&shown, row, "suppressed") && whole(&shown, row, "n").is_none()));
    let withheld = (0..table.num_rows()).filter(|&row| truth(&shown, row, "suppressed")).count();
    assert!(withheld > small.len() && withheld < table.num_rows() * 3 / 4, "{withheld} of {}", table.num_rows());
    let hidden_value = |row: usize| shown.row(row).get("value") == Some(&Value::Null);
    assert!((0..table.num_rows()).all(|row| !truth(&shown, row, "suppressed") || hidden_value(row)));
    assert!(protect_scores(&shown, &rule, &SuppressOptions::default()).is_err());
}

#[test]
fn two_hundred_breakdowns_of_a_survey_of_595_are_made_safe() {
    let table = scores(595, 20, 10);
    let rule = DisclosureRule::builtin("cx-usual").expect("ships with citx");
    let shown = protect_scores(&table, &rule, &SuppressOptions::default()).expect("protected");
    let withheld = (0..table.num_rows()).filter(|&row| truth(&shown, row, "suppressed")).count();
    assert!(withheld > 0 && withheld < table.num_rows(), "{withheld} of {}", table.num_rows());
}

#[test]
fn bad_tables_are_refused_by_row() {
    let table = |labels: [&str; 3], counts: [Option<f64>; 3]| {
        Table::from_columns([Column::text("r", labels.map(Some)), Column::float("n", counts)]).expect("columns")
    };
    let rule = rule(5, false);
    let error = |table: Table| suppress(&[table], &by(&["r"]), &rule, &SuppressOptions::default()).expect_err("wrong");
    let wrong = error(table(["a", "b", "Total"], [Some(1.0), Some(2.0), Some(4.0)]));
    assert!(wrong.kind() == ErrorKind::InvalidArgument && wrong.to_string().contains("row 3"), "{wrong}");
    for counts in [[Some(0.5), Some(2.0), Some(2.5)], [Some(-1.0), Some(2.0), Some(1.0)], [None, Some(2.0), Some(2.0)]] {
        assert!(error(table(["a", "b", "Total"], counts)).to_string().contains("row 1"));
    }
    assert_eq!(error(table(["a", "b", "Total"], [Some(1e10), Some(0.0), Some(1e10)])).kind(), ErrorKind::OutOfRange);
    assert!(error(table(["a", "a", "Total"], [Some(1.0), Some(1.0), Some(2.0)])).to_string().contains("row 2"));
    let empty = Table::from_columns([Column::text("r", Vec::<Option<&str>>::new()), Column::integer("n", [])]).expect("columns");
    assert_eq!(suppress(&[empty], &by(&["r"]), &rule, &SuppressOptions::default()).expect("nothing")[0].num_rows(), 0);
    let published = Table::from_columns([
        Column::text("r", [Some("a"), Some("b"), Some("Total")]),
        Column::integer("n", [None, Some(9), Some(4)]),
        Column::boolean("suppressed", [Some(true), Some(false), Some(false)]),
    ]);
    let error = audit(&[published.expect("columns")], &by(&["r"]), &AuditOptions::default()).expect_err("9 of 4");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn rules_ship_and_bad_ones_name_their_line() {
    for name in DisclosureRule::names() {
        let rule = DisclosureRule::builtin(name).expect(name);
        assert!(rule.name() == name && !rule.source().is_empty() && rule.threshold() > 1, "{name}");
    }
    for (text, line) in [
        ("name = 'a'\nsource = 'b'\nsymbol = ''\n[primary]\nunder = 5\nzero = true", "line 3"),
        ("name = 'a'\nsource = 'b'\nsymbol = '*'\n[primary]\nunder = 0\nzero = true", "line 5"),
        ("name = 'a'\nsource = 'b'\nsymbol = '*'\n[primary]\nunder = 5\nzero = true\nmore = 1", "line 7"),
    ] {
        let error = DisclosureRule::parse(text).expect_err("wrong").to_string();
        assert!(error.contains(line), "{error}");
    }
    let rounds = DisclosureRule::builtin("nhs-round5").expect("ships with citx");
    assert_eq!([5, 7, 8, 12, 13, 0].map(|count| rounds.rounded(count)), [5, 5, 10, 10, 15, 0]);
}

#[test]
fn the_second_rank_and_the_children_of_a_withheld_total_are_withheld() {
    let rule = DisclosureRule::builtin("nhs-fft").expect("ships with citx");
    let site = ["S1", "S1", "S1", "S1", "S1", "S2", "S2", "S2", "Total"];
    let ward = ["a", "b", "c", "d", "Total", "e", "f", "Total", "Total"];
    let n = [40, 3, 9, 0, 52, 1, 2, 3, 55].map(Some);
    let table = Table::from_columns([
        Column::text("site", site.map(Some)),
        Column::text("ward", ward.map(Some)),
        Column::integer("n", n),
        Column::float("positive", [0.9, 0.5, 0.8, 0.0, 0.85, 1.0, 0.5, 0.6, 0.7].map(Some)),
    ])
    .expect("columns");
    let mut options = by(&["site", "ward"]);
    options.hierarchies = vec![("ward".into(), "site".into())];
    options.figures = vec!["positive".into()];
    let shown = &suppress(&[table], &options, &rule, &SuppressOptions::default()).expect("protected")[0];
    let withheld = hidden(shown);
    // b by size, c as the second rank, e and f and their site by size, the other site as the second of its rank.
    assert_eq!(withheld, [0, 1, 2, 4, 5, 6, 7].into_iter().filter(|row| withheld.contains(row)).collect::<Vec<_>>());
    assert!([1, 2, 4, 5, 6, 7].iter().all(|row| withheld.contains(row)) && !withheld.contains(&3));
    assert!(shown.row(2).get("positive") == Some(&Value::Float(0.8)) && shown.row(1).get("positive") == Some(&Value::Null));
}

/// Bounds by scipy's integer programs; `tests/golden/disclosure/make.py`.
#[test]
fn bounds_equal_those_of_scipy() {
    let text = include_str!("../../../../../tests/golden/disclosure/bounds.csv");
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let mut cases: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    cases.dedup();
    assert!(cases.len() >= 40);
    for case in cases {
        let rows: Vec<&Vec<&str>> = rows.iter().filter(|row| row[0] == case).collect();
        let dimensions: Vec<usize> = (1..4).filter(|&at| !rows[0][at].is_empty()).collect();
        let names: Vec<String> = dimensions.iter().map(|at| format!("d{at}")).collect();
        let mut columns: Vec<Column> =
            dimensions.iter().zip(&names).map(|(&at, name)| Column::text(name, rows.iter().map(|row| Some(row[at])))).collect();
        columns.push(Column::integer("n", rows.iter().map(|row| row[4].parse().ok())));
        columns.push(Column::boolean("suppressed", rows.iter().map(|row| Some(row[5] == "1"))));
        let options = CellOptions::new(names, "n");
        let found = audit(&[Table::from_columns(columns).expect("columns")], &options, &AuditOptions::default()).expect("adds up");
        let expected: Vec<&&Vec<&str>> = rows.iter().filter(|row| row[5] == "1").collect();
        assert_eq!(found.num_rows(), expected.len());
        for (row, expected) in expected.iter().enumerate() {
            let bounds = (whole(&found, row, "lower"), whole(&found, row, "upper"));
            assert_eq!(bounds, (expected[6].parse().ok(), expected[7].parse().ok()), "case {case}, row {row}");
            assert!(truth(&found, row, "attained"), "case {case}, row {row}");
        }
    }
}
