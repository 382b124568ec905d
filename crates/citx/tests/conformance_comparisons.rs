//! The cases of tests/conformance/comparisons.tsv: comparisons, drivers and disclosure.

mod support;

use std::collections::HashMap;
use std::path::PathBuf;

use citx::satisfaction::{
    Allocation, AuditOptions, CellOptions, CompareOptions, Comparison, DisclosureRule, DrawOptions, DriverOptions, Drivers, GroupOptions,
    LetterOptions, RollingOptions, SuppressOptions, TrendOptions, audit, compare, rolling, suppress, trend,
};
use citx::{CountsOptions, Instrument, Population, ReadOptions, Result, Survey, SurveyOptions, Table, Value};
use support::{Case, cases, expected_error};

type Pairs = HashMap<String, String>;

/// What a case asks for.
enum Found {
    Comparison(Box<Comparison>),
    Drivers(Drivers),
    Table(Table),
}

fn pairs(text: &str) -> Pairs {
    let item = |item: &str| item.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).expect("name=value");
    text.split(';').filter(|part| !part.is_empty()).map(item).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

fn set(field: &mut String, options: &Pairs, name: &str) {
    options.get(name).into_iter().for_each(|value| field.clone_from(value));
}

fn table(name: &str) -> Result<Table> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "tests", name].iter().collect();
    citx::read_table(path, &[], &ReadOptions::new())
}

fn survey(name: &str, given: &str) -> Result<Survey> {
    let table = table(name)?;
    if given == "counts" {
        let mut options = CountsOptions::new(Instrument::builtin("tsm-2022")?, "unit", "measure", "answer", "n");
        options.frame_size = Some("frame".into());
        return Survey::from_counts(&table, &options);
    }
    let given = pairs(given);
    let list = |name: &str| given.get(name).map(|names| vec![names.clone()]).unwrap_or_default();
    let mut options = SurveyOptions::default();
    (options.weights, options.strata) = (given.get("weights").cloned(), given.get("strata").cloned());
    (options.psu, options.fpc, options.lonely_psu) = (list("psu"), list("fpc"), given.get("lonely_psu").cloned());
    Survey::from_table(&table, &options)
}

/// Waves named by month, the first of 2025 first.
fn waves(case: &Case) -> Result<Vec<(String, Survey)>> {
    let tables = case.raw("table").split('|').enumerate();
    tables.map(|(at, table)| Ok((format!("2025-{:02}", at + 1), survey(table, case.raw("survey"))?))).collect()
}

fn found(case: &Case) -> Result<Found> {
    let (words, given) = (case.raw("call").split('|').collect::<Vec<_>>(), pairs(case.raw("options")));
    let names = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<String>>();
    let level = given.get("level").map_or(0.95, |level| number(level));
    match words.as_slice() {
        ["compare", measure, unit] => {
            let (before, after) = case.raw("table").split_once('|').expect("two tables");
            let mut options = CompareOptions::default();
            (options.unit, options.level) = (Some((*unit).to_owned()), level);
            options.fpc = given.get("fpc").is_some_and(|fpc| fpc == "true");
            set(&mut options.interval, &given, "interval");
            set(&mut options.test, &given, "test");
            let (before, after) = (survey(before, case.raw("survey"))?, survey(after, case.raw("survey"))?);
            compare(&before, &after, measure, &options).map(|comparison| Found::Comparison(Box::new(comparison)))
        }
        ["compare_groups", measure, by @ ..] => {
            let mut options = GroupOptions::default();
            options.group = given.get("group").cloned();
            set(&mut options.reference, &given, "reference");
            set(&mut options.adjust, &given, "adjust");
            let first = case.raw("table").split('|').next().expect("a table");
            survey(first, case.raw("survey"))?.compare_groups(measure, &names(by), &options).map(Found::Table)
        }
        ["trend", measure, unit] => {
            let mut options = TrendOptions::default();
            options.compare.unit = Some((*unit).to_owned());
            set(&mut options.chart, &given, "chart");
            trend(&waves(case)?, measure, &options).map(|trend| Found::Table(trend.table))
        }
        ["rolling", measure, unit] => {
            let mut options = RollingOptions::default();
            options.unit = Some((*unit).to_owned());
            options.months = given.get("months").map_or(options.months, |months| number(months) as u32);
            rolling(&waves(case)?, measure, &options).map(Found::Table)
        }
        ["letters", question, by @ ..] => {
            let mut options = LetterOptions::default();
            options.min_base = 0.0;
            set(&mut options.mode, &given, "mode");
            let letters = survey(case.raw("table"), case.raw("survey"))?.column_letters(question, &names(by), &options)?;
            Ok(Found::Table(letters.tests))
        }
        ["drivers", outcome, drivers @ ..] => {
            let mut options = DriverOptions::default();
            options.replicates = 0;
            set(&mut options.missing, &given, "missing");
            survey(case.raw("table"), case.raw("survey"))?.drivers(outcome, &names(drivers), &options).map(Found::Drivers)
        }
        ["draw", n] => {
            let mut options = DrawOptions::default();
            (options.strata, options.one_per) = (given.get("strata").cloned(), given.get("one_per").cloned());
            options.seed = given.get("seed").map_or(0, |seed| number(seed) as u64);
            if given.get("allocation").is_some_and(|allocation| allocation == "equal") {
                options.allocation = Allocation::Equal;
            }
            Population::from_table(table(case.raw("table"))?, "id")?.draw(number(n) as u64, &options).map(Found::Table)
        }
        ["audit", count, categories @ ..] => {
            let cells = CellOptions::new(names(categories), *count);
            audit(&[table(case.raw("table"))?], &cells, &AuditOptions::default()).map(Found::Table)
        }
        ["suppress", rule, count, categories @ ..] => {
            let cells = CellOptions::new(names(categories), *count);
            let tables = [table(case.raw("table"))?];
            let mut made = suppress(&tables, &cells, &DisclosureRule::builtin(rule)?, &SuppressOptions::default())?;
            Ok(Found::Table(made.remove(0)))
        }
        other => panic!("{other:?}"),
    }
}

/// A number, or the text in its place.
fn field(found: &Found, row: &Pairs, name: &str) -> std::result::Result<f64, String> {
    let table = match found {
        Found::Comparison(comparison) => {
            return match name {
                "difference" => Ok(comparison.difference),
                "ci_low" => Ok(comparison.ci.0),
                "ci_high" => Ok(comparison.ci.1),
                "statistic" => Ok(comparison.statistic),
                "p_value" => Ok(comparison.p_value),
                "method" => Err(comparison.method.clone()),
                other => panic!("no comparison has `{other}`"),
            };
        }
        Found::Drivers(drivers) if row.is_empty() => {
            return match name {
                "r_squared" => Ok(drivers.r_squared),
                "n" => Ok(drivers.n as f64),
                "missing" => Err(drivers.missing.clone()),
                other => panic!("no drivers have `{other}`"),
            };
        }
        Found::Drivers(drivers) => &drivers.table,
        Found::Table(table) => table,
    };
    let cell = |at: usize, name: &str| table.column(name).expect("a column").value(at);
    let is = |at: usize| row.iter().all(|(name, value)| cell(at, name) == Value::Text(value.clone()));
    match cell((0..table.num_rows()).find(|&at| is(at)).expect("the row"), name) {
        Value::Float(number) => Ok(number),
        Value::Integer(number) => Ok(number as f64),
        Value::Text(text) => Err(text),
        Value::Boolean(flag) => Err(flag.to_string()),
        Value::Null => Err(String::new()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_case_is_as_the_other_programs_have_it() {
    let cases = cases("comparisons.tsv");
    for case in &cases {
        let (found, expected, place) = (found(case), case.raw("expected"), case.place());
        if let Some(kind) = expected_error(expected) {
            assert_eq!(found.err().map(|error| error.kind()), Some(kind), "{place}");
            continue;
        }
        let (found, row) = (found.unwrap_or_else(|error| panic!("{place}: {error}")), pairs(case.raw("row")));
        for (name, wanted) in pairs(expected) {
            match field(&found, &row, &name) {
                Err(text) => assert_eq!(text, wanted, "{place}, {name}"),
                Ok(ours) => {
                    let (theirs, tolerance) = (number(&wanted), number(case.raw("tolerance")));
                    assert!((ours - theirs).abs() <= tolerance * theirs.abs(), "{place}, {name}: {ours} against {theirs}");
                }
            }
        }
    }
    assert!(cases.len() > 100, "{}", cases.len());
}
