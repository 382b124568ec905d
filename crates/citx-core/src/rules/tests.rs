//! Tests of the rule language.

use super::*;
use crate::table::Column;

fn context() -> Context {
    Context { as_of: Timestamp::parse("2026-11-22", TimeZone::UTC).expect("an instant"), time_zone: TimeZone::UTC }
}

fn table() -> Table {
    let day = |text: &str| Some(text.parse().expect("a date"));
    Table::from_columns([
        Column::integer("n", [Some(1), Some(5), None, Some(-3)]),
        Column::float("x", [Some(0.5), Some(f64::NAN), None, Some(-0.0)]),
        Column::text("t", [Some("abc"), Some("Zoe"), None, Some("")]),
        Column::boolean("b", [Some(true), Some(false), None, Some(true)]),
        Column::date("d", [day("1950-01-31"), day("2004-02-29"), None, day("2026-11-22")]),
    ])
    .expect("columns of one length")
}

fn outcomes(rule: &str) -> Vec<Option<bool>> {
    let table = table();
    let plan = Plan::compile(&[Rule::parse("r", rule).expect(rule)], &Schema::of(&table)).expect(rule);
    let truths = plan.evaluate(&table, &context(), &Run::new()).expect(rule).remove(0);
    let by_block: Vec<Option<bool>> = (0..table.num_rows())
        .map(|row| if truths.is_true.get(row) { Some(true) } else { truths.is_false.get(row).then_some(false) })
        .collect();
    let by_row: Vec<Option<bool>> = (0..table.num_rows())
        .map(|row| {
            let values: Vec<Value> = table.row(row).fields().iter().map(|(_, value)| value.clone()).collect();
            plan.evaluate_row(&values, &context()).expect(rule)[0]
        })
        .collect();
    assert_eq!(by_block, by_row, "{rule}");
    by_block
}

#[test]
fn rules_hold_as_sql_says() {
    const T: Option<bool> = Some(true);
    const F: Option<bool> = Some(false);
    const U: Option<bool> = None;
    for (rule, expected) in [
        ("n > 0", [T, T, U, F]),
        ("n BETWEEN 1 AND 4", [T, F, U, F]),
        ("n NOT IN (1, NULL)", [F, U, U, U]),
        ("x > 1e308", [F, T, U, F]),
        ("x = 0", [F, F, U, T]),
        ("b AND n > 0 OR t LIKE 'Z%'", [T, T, U, F]),
        ("t ILIKE '%B_'", [T, F, U, F]),
        ("age(d) >= 22", [T, T, U, F]),
        ("days_since(d) = 0", [F, F, U, T]),
        ("d + INTERVAL '1 month' = DATE '1950-02-28'", [T, F, U, F]),
        ("d < '1960-01-01'", [T, F, U, F]),
        ("coalesce(n, 7) = 7", [F, F, T, F]),
        ("n IS NULL OR b IS NOT TRUE", [F, T, T, F]),
        ("n / 0 > 1", [T, T, U, F]),
        ("CASE WHEN n > 1 THEN 'big' WHEN n IS NULL THEN 'none' ELSE 'small' END = 'none'", [F, F, T, F]),
        ("n IS NOT DISTINCT FROM NULL", [F, F, T, F]),
        ("1.5 < n", [F, T, U, F]),
        ("as_of() >= TIMESTAMP '2026-11-22 00:00:00'", [T, T, T, T]),
        ("length(t || 'x') = 4", [T, T, U, F]),
    ] {
        assert_eq!(outcomes(rule), expected, "{rule}");
    }
}
