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

#[test]
fn two_withheld_in_each_line_are_no_proof() {
    let found = audit(&[four_by_four(&[])], &by(&["r", "c"]), &AuditOptions::default()).expect("adds up");
    assert_eq!(found.num_rows(), 9);
    // w|b is the second: 47, exactly.
    assert_eq!((whole(&found, 1, "lower"), whole(&found, 1, "upper")), (Some(47), Some(47)));
    assert!(truth(&found, 1, "recoverable") && !truth(&found, 1, "protected"));
    assert_eq!((0..9).filter(|&row| truth(&found, row, "recoverable")).count(), 1);
    let safe = audit(&[four_by_four(&["xb"])], &by(&["r", "c"]), &AuditOptions::default()).expect("adds up");
    assert_eq!((whole(&safe, 1, "lower"), whole(&safe, 1, "upper")), (Some(0), Some(78)));
    assert!((0..10).all(|row| truth(&safe, row, "protected") && truth(&safe, row, "attained")));
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
