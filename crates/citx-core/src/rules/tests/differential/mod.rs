//! Rules mean the same here and in databases: random rules over random tables, row by row, in the SQL that `to_sql` writes.
//!
//! `CITX_RULES_PYTHON` is a Python with duckdb and pyarrow, `CITX_RULES_PGHOST` the socket of a PostgreSQL server, `CITX_RULES_SPARK` a
//! Python with pyspark: without them their part is skipped, and says so. `CITX_RULES` is how many rules are drawn for each, `CITX_RULES_SEED`
//! another seed. What disagrees is made as small as it can be and kept: it becomes a line of `kept.tsv`, and those are asked first of all. Its
//! line of `tests/conformance/rules.tsv`, where every language reads it, is printed: lines of that file are asked too.

mod conformance;
mod kept;
mod oracles;
mod shrink;

use std::path::Path;

use super::super::*;
use super::random::{DAYS, Random, Writer, table_with_lists};
use super::reference::Reference;

use oracles::{DuckDb, Oracle, Postgres, Spark};

/// How many rules are asked over one table.
const RULES_A_TABLE: usize = 40;
const ROWS: [usize; 7] = [1, 2, 3, 17, 64, 65, 200];

type Outcomes = Vec<Option<bool>>;

/// What a rule comes to for each row, by blocks; by rows and by the reference it must come to the same.
fn outcomes(table: &Table, rule: &Rule, context: &Context) -> Result<Outcomes, String> {
    let schema = Schema::of(table);
    let negation = Rule::parse("not_r", &format!("NOT ({})", rule.text())).map_err(|error| error.to_string())?;
    let rules = [rule.clone(), negation];
    let plan = Plan::compile(&rules, &schema).map_err(|error| error.to_string())?;
    let truths = plan.evaluate(table, context, &Run::new().threads(1)).map_err(|error| error.to_string())?;
    let [rule, negation] = &truths[..] else { return Err("two rules have two outcomes".to_owned()) };
    let members = plan.members(table, context, &Run::new().threads(1)).map_err(|error| error.to_string())?;
    if (&rule.is_false, &rule.is_true) != (&negation.is_true, &negation.is_false)
        || members != [rule.is_true.clone(), negation.is_true.clone()]
    {
        return Err("those who are not members and those for whom it is false differ".to_owned());
    }
    let mut outcomes = Vec::with_capacity(table.num_rows());
    for row in 0..table.num_rows() {
        let outcome = if rule.is_true.get(row) { Some(true) } else { rule.is_false.get(row).then_some(false) };
        let values: Vec<Value> = table.row(row).fields().iter().map(|(_, value)| value.clone()).collect();
        let by_row = plan.evaluate_row(&values, context).map_err(|error| error.to_string())?;
        let reference = Reference { rules: &rules, schema: &schema, row: &values, context }.rule(0);
        if by_row.first() != Some(&outcome) || reference != outcome {
            return Err(format!("row {row}: {outcome:?} by blocks, {by_row:?} by rows, {reference:?} by the reference"));
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// The SQL of a rule; `None` where the dialect cannot mean it.
fn sql(table: &Table, rule: &Rule, dialect: Dialect, context: &Context) -> Result<Option<String>, String> {
    let plan = Plan::compile(std::slice::from_ref(rule), &Schema::of(table)).map_err(|error| error.to_string())?;
    match plan.to_sql(0, dialect, context) {
        Ok(sql) => Ok(Some(sql)),
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::LimitExceeded) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Why an oracle does not say of a rule what is said here; `None` if it does.
fn disagreement(oracle: &mut dyn Oracle, table: &Table, rule: &Rule, context: &Context) -> Option<String> {
    // A part of a rule need not be one.
    Plan::compile(std::slice::from_ref(rule), &Schema::of(table)).ok()?;
    let here = match outcomes(table, rule, context) {
        Ok(here) => here,
        Err(message) => return Some(message),
    };
    let sql = match sql(table, rule, oracle.dialect(), context) {
        Ok(sql) => sql?,
        Err(message) => return Some(message),
    };
    let there = oracle.ask(table, std::slice::from_ref(&sql)).pop()?;
    differs(oracle, &here, there).map(|message| format!("{message}\n{sql}"))
}

fn differs(oracle: &dyn Oracle, here: &Outcomes, there: Result<Outcomes, String>) -> Option<String> {
    match there {
        Ok(there) if there == *here => None,
        Ok(there) => {
            let row = here.iter().zip(&there).position(|(here, there)| here != there).unwrap_or(here.len().min(there.len()));
            Some(format!("row {row}: {:?} here, {:?} in {}", here.get(row), there.get(row), oracle.dialect()))
        }
        Err(message) if oracle.may_refuse(&message) => None,
        Err(message) => Some(message),
    }
}

fn context(random: &mut Random) -> Context {
    let zone = random.pick(&["UTC", "UTC", "Europe/London", "America/Sao_Paulo", "Pacific/Apia"]).parse().expect("a zone");
    let as_of = random.pick(&["2026-11-22", "2024-02-29", "2026-03-29T00:30:00Z", "2011-12-30"]);
    Context { as_of: Timestamp::parse(as_of, zone).expect("an instant"), time_zone: zone }
}

fn rules(random: &mut Random, schema: &Schema) -> Vec<Rule> {
    let mut rules = Vec::with_capacity(RULES_A_TABLE);
    while rules.len() < RULES_A_TABLE {
        let depth = random.below(4);
        let text = Writer { random: &mut *random, called: Vec::new() }.condition(depth);
        let rule = Rule::parse("r", &text).unwrap_or_else(|error| panic!("{error}"));
        // The writer knows nothing of scales: products beyond 38 digits behind the point are refused.
        if Plan::compile(std::slice::from_ref(&rule), schema).is_ok() {
            rules.push(rule);
        }
    }
    rules
}

/// Asks again about the failures that are kept in a file; the first that still is one.
fn ask_again(oracle: &mut dyn Oracle, path: &Path) -> Result<(), String> {
    let dialect = oracle.dialect();
    let cases = kept::cases(path).into_iter().filter(|case| case.dialect == dialect);
    for kept::Case { place, table, rule, context, .. } in cases {
        if let Some(why) = disagreement(oracle, &table, &rule, &context) {
            return Err(format!("{place}: {}: {why}", rule.text()));
        }
    }
    Ok(())
}

/// Makes a failure small and keeps it in a file; what is to be said of it.
fn keep(oracle: &mut dyn Oracle, table: &Table, rule: &Rule, context: &Context, path: &Path) -> String {
    let (table, rule) = shrink::shrink(table, rule, &mut |table, rule| disagreement(oracle, table, rule, context).is_some());
    let line = kept::line(oracle.dialect(), &table, &rule, context);
    let again = kept::case(&line, "the line to be kept".to_owned());
    let kept = match disagreement(oracle, &again.table, &again.rule, &again.context) {
        None => "not kept, because alone it does not fail: the seed is".to_owned(),
        Some(why) => match kept::keep(path, &line) {
            Ok(()) => format!("{why}\nkept in {}", path.display()),
            Err(error) => format!("{why}\nto be kept in {}, which cannot be written: {error}", path.display()),
        },
    };
    format!("{}: {kept}\n{line}\n{}", rule.text(), conformance::line(&table, &rule, context))
}

/// Asks about `count` random rules; the first that fails is kept in a file.
fn compare(oracle: &mut dyn Oracle, seed: u64, count: usize, path: &Path) -> Result<(), String> {
    let random = &mut Random(seed);
    let (mut asked, mut unsaid) = (0, 0);
    let mut failures = Vec::new();
    while asked + unsaid < count {
        let rows = random.pick(&ROWS);
        let table = table_with_lists(random, rows, &DAYS[..oracle.days()]);
        let context = context(random);
        let rules = rules(random, &Schema::of(&table));
        let mut sqls = Vec::new();
        let mut wanted = Vec::new();
        for rule in &rules {
            let here = outcomes(&table, rule, &context);
            match (here, sql(&table, rule, oracle.dialect(), &context)) {
                (Ok(here), Ok(Some(sql))) => {
                    sqls.push(sql);
                    wanted.push((rule, here));
                }
                (Ok(_), Ok(None)) => unsaid += 1,
                (Err(message), _) | (_, Err(message)) => failures.push((rule.clone(), message)),
            }
        }
        asked += sqls.len();
        for (there, (rule, here)) in oracle.ask(&table, &sqls).into_iter().zip(wanted) {
            failures.extend(differs(oracle, &here, there).map(|message| (rule.clone(), message)));
        }
        if let Some((rule, message)) = failures.pop() {
            let small = keep(oracle, &table, &rule, &context, path);
            return Err(format!("seed {seed}, {asked} rules in: {}: {message}\nmade small: {small}", rule.text()));
        }
    }
    eprintln!("{}: {asked} rules mean the same, {unsaid} cannot be said", oracle.dialect());
    assert!(unsaid * 4 < count, "most rules can be said");
    Ok(())
}

fn check(oracle: Option<Box<dyn Oracle>>, name: &str, variable: &str) {
    let Some(mut oracle) = oracle else {
        eprintln!("skipped: rules are not compared with {name}, because {variable} is not set");
        return;
    };
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().expect("a number"));
    let (seed, count, path) = (number("CITX_RULES_SEED", 20_261_122), number("CITX_RULES", 1_000) as usize, kept::path());
    ask_again(&mut *oracle, &path).unwrap_or_else(|failure| panic!("{failure}"));
    conformance::check(&mut *oracle);
    compare(&mut *oracle, seed, count, &path).unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn rules_mean_what_duckdb_says() {
    check(DuckDb::from_environment().map(|oracle| Box::new(oracle) as Box<dyn Oracle>), "DuckDB", oracles::PYTHON);
}

#[test]
fn rules_mean_what_postgres_says() {
    check(Postgres::from_environment().map(|oracle| Box::new(oracle) as Box<dyn Oracle>), "PostgreSQL", oracles::PGHOST);
}

#[test]
fn rules_mean_what_spark_says() {
    check(Spark::from_environment().map(|oracle| Box::new(oracle) as Box<dyn Oracle>), "Spark", oracles::SPARK);
}

/// Here they mean one thing, whether or not a database can be asked.
#[test]
fn what_was_kept_means_one_thing_here() {
    for case in kept::cases(&kept::path()) {
        let found = outcomes(&case.table, &case.rule, &case.context);
        assert!(found.is_ok(), "{}: {}: {found:?}", case.place, case.rule.text());
    }
}

#[test]
fn every_table_can_be_kept() {
    let random = &mut Random(11);
    for _ in 0..50 {
        let table = table_with_lists(random, 7, &DAYS);
        let names: Vec<String> = table.columns().map(|column| format!("\"{}\" IS NULL", column.name())).collect();
        let rule = Rule::parse("r", &names.join(" OR ")).expect("parses");
        let context = context(random);
        let line = kept::line(Dialect::Spark, &table, &rule, &context);
        let case = kept::case(&line, "a line".to_owned());
        assert_eq!((case.dialect, case.rule.text()), (Dialect::Spark, rule.text()));
        assert_eq!((case.context.as_of, case.context.time_zone), (context.as_of, context.time_zone));
        for (kept, column) in case.table.columns().zip(table.columns()).filter(|(_, column)| !column.array().data_type().is_nested()) {
            assert_eq!(kept.array().data_type(), column.array().data_type());
        }
        assert_eq!(kept::line(Dialect::Spark, &case.table, &case.rule, &case.context), line);
    }
}

/// A database that says the same of every row.
struct Stubborn(Option<bool>);

impl Oracle for Stubborn {
    fn dialect(&self) -> Dialect {
        Dialect::DuckDb
    }

    fn days(&self) -> usize {
        DAYS.len()
    }

    fn ask(&mut self, table: &Table, sql: &[String]) -> Vec<Result<Outcomes, String>> {
        sql.iter().map(|_| Ok(vec![self.0; table.num_rows()])).collect()
    }
}

#[test]
fn what_fails_is_kept_and_asked_first_from_then_on() {
    let path = std::env::temp_dir().join(format!("citx-kept-{}.tsv", std::process::id()));
    let _ = std::fs::remove_file(&path);
    assert_eq!(ask_again(&mut Stubborn(None), &path), Ok(()));
    let failure = compare(&mut Stubborn(None), 1, 100, &path).expect_err("not every rule is unknown");
    let kept = std::fs::read_to_string(&path).expect("written");
    assert!(kept.lines().count() == 1 && kept.contains("\tTRUE\t") && failure.contains(kept.trim_end()), "{kept}{failure}");
    assert!(ask_again(&mut Stubborn(None), &path).is_err_and(|failure| failure.contains(".tsv:1: TRUE: row 0")));
    assert_eq!(ask_again(&mut Stubborn(Some(true)), &path), Ok(()));
    // The same failure is kept once.
    assert!(compare(&mut Stubborn(None), 1, 100, &path).is_err());
    assert_eq!(std::fs::read_to_string(&path).expect("there"), kept);
    std::fs::remove_file(&path).expect("there");
}

#[test]
fn every_json_fits_its_schema() {
    let random = &mut Random(7);
    let rules: Vec<Rule> = (0..500)
        .map(|index| {
            Rule::parse("r", &Writer { random: &mut *random, called: vec!["other".to_owned()] }.condition(index % 5)).expect("parses")
        })
        .collect();
    let documents: Vec<String> = rules.iter().map(Rule::to_json).collect();
    let Some(fitting) = oracles::fitting("rule.schema.json", &documents) else {
        eprintln!("skipped: JSON is not compared with its schema, because {} is not set", oracles::PYTHON);
        return;
    };
    for (document, fits) in documents.iter().zip(fitting) {
        assert!(fits, "{document}");
    }
    // What is refused here does not fit there.
    let wrong = [
        r#"{}"#,
        r#"{"and":[{"column":"a"}]}"#,
        r#"{"agee":[]}"#,
        r#"{"column":""}"#,
        r#"{"age":[]}"#,
        r#"{"in":{"value":{"column":"a"},"list":[]}}"#,
        r#"{"like":{"value":{"column":"a"},"pattern":{"text":"a"},"fold":true}}"#,
        r#"{"date":"tomorrow"}"#,
        r#"{"integer":1.5}"#,
        r#"{"decimal":1.5}"#,
        r#"{"null":false}"#,
        r#"{"column":"a","text":"b"}"#,
    ]
    .map(str::to_owned);
    assert_eq!(oracles::fitting("rule.schema.json", &wrong), Some(vec![false; wrong.len()]));
    assert!(wrong.iter().all(|json| Rule::from_json("r", json).is_err()));
    let book = crate::segments::SegmentBook::parse_toml("[a]\nrule = 'n > 1.50'\nowner = 'o'\nreview_by = '2027-04-01'").expect("TOML");
    let books = [book.to_json(), r#"{"segments":[{"name":"a","rule":"n > 1"}]}"#.to_owned(), r#"{"segments":[{"name":"a"}]}"#.to_owned()];
    assert_eq!(oracles::fitting("book.schema.json", &books), Some(vec![true, true, false]));
}
