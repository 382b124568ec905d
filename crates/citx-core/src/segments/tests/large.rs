//! Populations large enough for compact forms of their columns, and for every form of a condition.

use citx_kernels::Level;

use super::*;
use crate::rules::Plan;

/// More than a piece of parallel work, and not a whole number of blocks.
const ROWS: u64 = 70_001;

fn random(row: u64, salt: u64) -> u64 {
    let mixed = (row + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt.wrapping_mul(0xD1B5_4A32_D192_ED03);
    (mixed ^ mixed >> 31).wrapping_mul(0x94D0_49BB_1331_11EB) >> 11
}

fn some<T>(row: u64, salt: u64, value: T) -> Option<T> {
    (!random(row, salt).is_multiple_of(7)).then_some(value)
}

fn crowd() -> Population {
    let rows = || 0..ROWS;
    let day = 86_400_000_000_i64;
    let at = |row| 1_700_000_000_000_000 + (random(row, 1) % 900) as i64 * day / 2 + if random(row, 2).is_multiple_of(3) { 0 } else { 1 };
    let lat = |row: u64| match row % 501 {
        0 => f64::NAN,
        1 => 91.0,
        _ => 51.0 + (random(row, 3) % 1_000) as f64 / 1_000.0,
    };
    let columns = [
        Column::integer("id", rows().map(|row| Some(row as i64))),
        Column::timestamp("at", rows().map(|row| some(row, 4, Timestamp::from_micros(at(row))))),
        Column::float("lat", rows().map(|row| some(row, 5, lat(row)))),
        Column::float("lon", rows().map(|row| some(row, 6, -0.5 + (random(row, 7) % 1_000) as f64 / 900.0))),
        Column::text("ward", rows().map(|row| some(row, 8, format!("ward {}", random(row, 9) % 400)))),
        Column::text("email", rows().map(|row| some(row, 10, format!("{}@example.org", random(row, 11))))),
        Column::integer("opens", rows().map(|row| some(row, 12, (random(row, 13) % 40) as i64))),
        Column::float(
            "arrears",
            rows().map(|row| some(row, 14, if random(row, 15).is_multiple_of(2) { 0.0 } else { (random(row, 16) % 4_000) as f64 / 1.5 })),
        ),
        Column::new(
            "flag",
            std::sync::Arc::new(rows().map(|row| some(row, 17, random(row, 18).is_multiple_of(2))).collect::<arrow_array::BooleanArray>()),
        ),
    ];
    Population::from_table(Table::from_columns(columns).expect("columns of one length"), "id").expect("unique keys")
}

/// Few rules on each column, or many; thresholds at midnights, or beside them.
fn rules(many: bool) -> Vec<(String, String)> {
    let count = if many { 120 } else { 2 };
    let mut rules = vec![
        "flag AND NOT (opens > 3)".to_owned(),
        "days_since(at) > 180 OR at IS NULL".to_owned(),
        "at < TIMESTAMP '2024-01-01 00:00:00.000001' AND flag IS NOT TRUE".to_owned(),
        "NOT within_m(lat, lon, 51.5, 0, 20000)".to_owned(),
        "email LIKE '1%' AND ward IS NOT NULL".to_owned(),
    ];
    for index in 0..count {
        let day = format!("2024-{:02}-{:02}", 1 + index % 12, 1 + index % 28);
        rules.push(format!("at >= TIMESTAMP '{day} 00:00:00' AND NOT (at >= TIMESTAMP '2025-{:02}-15 00:00:00')", 1 + index % 12));
        rules.push(format!("ward IN ('ward {index}', 'ward {}', 'nowhere') OR opens = {}", index * 3, index % 50));
        rules.push(format!(
            "within_m(lat, lon, {}, {}, {})",
            51.0 + f64::from(index) / 130.0,
            -0.4 + f64::from(index) / 150.0,
            500 * (1 + index % 60)
        ));
        rules.push(format!("arrears > {} AND arrears <= {}", index * 20, index * 20 + 500));
        rules.push(format!("NOT (ward <> 'ward {index}')"));
    }
    rules.into_iter().enumerate().map(|(index, rule)| (format!("s{index}"), rule)).collect()
}

#[test]
fn compact_forms_and_threads_and_processors_change_nothing() {
    let people = crowd();
    for (many, zone) in [(false, "UTC"), (true, "UTC"), (true, "Europe/London")] {
        let time_zone = zone.parse().expect("a zone");
        let context = Context { as_of: Timestamp::parse("2025-06-01", time_zone).expect("an instant"), time_zone };
        let book = SegmentBook::new(rules(many).into_iter().map(|(name, rule)| SegmentDefinition::new(name, rule))).expect("rules");
        let plan: Plan = book.compile(people.schema()).expect("compiles");
        // A bare table has no compact forms.
        let expected = plan.members(people.table(), &context, &Run::new().threads(1).level(Level::Portable)).expect("evaluates");
        for level in Level::available() {
            for threads in [1, 2, 3, 8] {
                let run = Run::new().threads(threads).level(level);
                let membership = book.evaluate(&people, &context, &run).expect("evaluates");
                for (segment, expected) in membership.segments().iter().zip(&expected) {
                    assert_eq!(segment.bitmap(), expected, "{}: {level:?}, {threads} threads, {zone}", segment.name());
                    assert_eq!(segment.len(), expected.words().iter().map(|word| word.count_ones() as usize).sum::<usize>());
                }
            }
        }
    }
}

#[test]
fn answers_are_those_of_single_records() {
    let (people, context) = (crowd(), context());
    let book = SegmentBook::new(rules(true).into_iter().map(|(name, rule)| SegmentDefinition::new(name, rule))).expect("rules");
    let membership = book.evaluate(&people, &context, &Run::new()).expect("evaluates");
    let plan = book.compile(people.schema()).expect("compiles");
    for row in (0..ROWS as usize).step_by(997) {
        let values: Vec<Value> = people.table().row(row).fields().iter().map(|(_, value)| value.clone()).collect();
        let outcomes = plan.evaluate_row(&values, &context).expect("values of the schema");
        for (segment, outcome) in membership.segments().iter().zip(outcomes) {
            assert_eq!(segment.bitmap().get(row), outcome == Some(true), "{}, row {row}", segment.name());
        }
    }
}

#[test]
fn a_plan_tells_how_it_is_answered() {
    let book = SegmentBook::new(rules(true).into_iter().map(|(name, rule)| SegmentDefinition::new(name, rule))).expect("rules");
    let parts = book.explain_plan(&crowd(), &context(), &crate::rules::Sources::new(), &Run::new()).expect("explains");
    let text = |column: &str| -> Vec<String> {
        let column = parts.column(column).expect("a column");
        column.values().map(|value| if let Value::Text(text) = value { text } else { String::new() }).collect()
    };
    let forms: Vec<(String, String)> = text("reads").into_iter().zip(text("form")).collect();
    let form_of = |reads: &str| forms.iter().find(|(read, _)| read == reads).map(|(_, form)| form.as_str());
    assert_eq!(form_of("lat, lon"), Some("grid"));
    assert_eq!(form_of("flag"), Some("bits"));
    assert!(matches!(form_of("ward"), Some("look up" | "look up patterns")), "{forms:?}");
    assert!(text("why").iter().all(|why| !why.is_empty()));
}
