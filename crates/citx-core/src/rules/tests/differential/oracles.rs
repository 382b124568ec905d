//! Databases that say what a condition comes to.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::super::super::*;
use super::{Outcomes, conformance};
use crate::json;

pub const PYTHON: &str = "CITX_RULES_PYTHON";
pub const PGHOST: &str = "CITX_RULES_PGHOST";
pub const SPARK: &str = "CITX_RULES_SPARK";

/// A database.
pub trait Oracle {
    fn dialect(&self) -> Dialect;

    /// How many of the generator's days it has.
    fn days(&self) -> usize;

    /// What each condition comes to for each row, or why it fails.
    fn ask(&mut self, table: &Table, sql: &[String]) -> Vec<Result<Outcomes, String>>;

    /// Whether it may fail so, as `docs/spec/rule-forms.md` says: it never gives another outcome.
    fn may_refuse(&self, _message: &str) -> bool {
        false
    }
}

fn outcome(letter: char) -> Option<bool> {
    match letter {
        't' => Some(true),
        'f' => Some(false),
        _ => None,
    }
}

/// `python/tests/rules_oracle.py`, running.
struct Script {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    path: PathBuf,
}

impl Script {
    fn start(variable: &str, name: &str) -> Option<Self> {
        let python = std::env::var_os(variable)?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        // A relative path is one from the repository's root, wherever the tests run.
        let python = if Path::new(&python).components().count() > 1 { root.join(python) } else { python.into() };
        let mut child = Command::new(&python)
            .arg(root.join("python/tests/rules_oracle.py"))
            .arg(name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
        let path = std::env::temp_dir().join(format!("citx-rules-{name}-{}.arrow", std::process::id()));
        let (requests, answers) = (child.stdin.take(), BufReader::new(child.stdout.take().expect("a pipe")));
        Some(Self { child, requests, answers, path })
    }

    fn ask(&mut self, table: &Table, sql: &[String]) -> Vec<Result<Outcomes, String>> {
        if sql.is_empty() {
            return Vec::new();
        }
        self.write(table);
        let path = self.path.to_str().expect("a path in UTF-8").to_owned();
        self.request(&path, sql)
    }

    fn write(&self, table: &Table) {
        let file = std::fs::File::create(&self.path).expect("a file among temporary ones");
        let mut writer = arrow_ipc::writer::FileWriter::try_new(file, table.schema()).expect("an Arrow file");
        writer.write(table.batch()).expect("written");
        writer.finish().expect("written");
    }

    fn request(&mut self, path: &str, sql: &[String]) -> Vec<Result<Outcomes, String>> {
        let sql: Vec<String> = sql.iter().map(|sql| json::quote(sql)).collect();
        let path = json::quote(path);
        let requests = self.requests.as_mut().expect("open until the end");
        writeln!(requests, "{{\"table\":{path},\"sql\":[{}]}}", sql.join(",")).expect("the script reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the script answers");
        let document = json::Document::read(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let json::Value::Array(answers) = document.get(document.root()) else { panic!("no answers: {line}") };
        let read = |id: &json::ValueId| match document.get(*id) {
            json::Value::Text(letters) => Ok(letters.chars().map(outcome).collect()),
            json::Value::Object(pairs) => Err(format!("{:?}", document.get(pairs[0].1))),
            other => panic!("{other:?} is no answer"),
        };
        answers.iter().map(read).collect()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // It ends at the end of its input.
        drop(self.requests.take());
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Which JSON documents fit a JSON Schema of `docs/spec`; `None` without a Python.
pub fn fitting(schema: &str, documents: &[String]) -> Option<Vec<bool>> {
    let answers = Script::start(PYTHON, "schema")?.request(schema, documents);
    Some(answers.into_iter().map(|answer| answer.expect("an answer") == [Some(true)]).collect())
}

pub struct DuckDb(Script);

impl DuckDb {
    pub fn from_environment() -> Option<Self> {
        Script::start(PYTHON, "duckdb").map(Self)
    }
}

impl Oracle for DuckDb {
    fn dialect(&self) -> Dialect {
        Dialect::DuckDb
    }

    fn days(&self) -> usize {
        // The largest and the smallest of 32 bits are its infinities.
        17
    }

    fn ask(&mut self, table: &Table, sql: &[String]) -> Vec<Result<Outcomes, String>> {
        self.0.ask(table, sql)
    }

    /// DuckDB 2.0 fails to plan some comparisons with a CASE that has a null and a constant among its outcomes.
    fn may_refuse(&self, message: &str) -> bool {
        message.contains("BindBuiltinScalarFunction did not return a BoundFunctionExpression")
    }
}

pub struct Spark(Script);

impl Spark {
    pub fn from_environment() -> Option<Self> {
        Script::start(SPARK, "spark").map(Self)
    }
}

impl Oracle for Spark {
    fn dialect(&self) -> Dialect {
        Dialect::Spark
    }

    fn days(&self) -> usize {
        14
    }

    fn ask(&mut self, table: &Table, sql: &[String]) -> Vec<Result<Outcomes, String>> {
        self.0.ask(table, sql)
    }
}

/// A server, through `psql`.
pub struct Postgres {
    host: String,
}

impl Postgres {
    pub fn from_environment() -> Option<Self> {
        std::env::var(PGHOST).ok().map(|host| Self { host })
    }

    fn run(&self, script: &str) -> (String, String) {
        let mut child = Command::new("psql")
            .args(["-X", "-q", "-A", "-t", "-h", &self.host, "-U", "citx", "postgres"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("psql runs");
        let mut input = child.stdin.take().expect("a pipe");
        let script = script.to_owned();
        let writing = std::thread::spawn(move || input.write_all(script.as_bytes()));
        let output = child.wait_with_output().expect("psql ends");
        writing.join().expect("no panic").expect("psql reads");
        (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

impl Oracle for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn days(&self) -> usize {
        14
    }

    fn ask(&mut self, table: &Table, sql: &[String]) -> Vec<Result<Outcomes, String>> {
        let mut script =
            "SET client_min_messages = error; SET TimeZone = 'Asia/Kolkata'; SET jit = off; SET statement_timeout = '20s';\n".to_owned();
        script.push_str(&load(table));
        for (index, sql) in sql.iter().enumerate() {
            let letters = format!("CASE WHEN ({sql}) THEN 't' WHEN NOT ({sql}) THEN 'f' ELSE 'n' END");
            let _ = writeln!(script, "\\echo <{index}\nSELECT string_agg({letters}, '' ORDER BY row_number) FROM people;");
        }
        let (answers, errors) = self.run(&script);
        let mut found: Vec<Result<Outcomes, String>> = sql.iter().map(|_| Err(errors.clone())).collect();
        let mut at = None;
        for line in answers.lines() {
            match line.strip_prefix('<') {
                Some(index) => at = index.parse::<usize>().ok(),
                None => {
                    if let Some(place) = at.take().and_then(|at| found.get_mut(at)) {
                        *place = Ok(line.chars().map(outcome).collect());
                    }
                }
            }
        }
        found
    }

    /// It fails where a float goes beyond what a double holds, and where an instant or a date goes beyond its calendar.
    fn may_refuse(&self, message: &str) -> bool {
        [
            "value out of range: overflow",
            "value out of range: underflow",
            "date out of range",
            "timestamp out of range",
            "integer out of range",
        ]
        .iter()
        .any(|known| message.contains(known))
    }
}

/// A table as PostgreSQL reads it.
fn load(table: &Table) -> String {
    let mut columns = vec!["row_number bigint".to_owned()];
    for attribute in Schema::of(table).attributes() {
        let data_type = match attribute.data_type {
            AttributeType::Boolean | AttributeType::Null => "boolean",
            AttributeType::Integer => "bigint",
            AttributeType::Float => "double precision",
            AttributeType::Decimal { .. } => "numeric",
            AttributeType::Date => "date",
            AttributeType::List(ElementType::Boolean) => "boolean[]",
            AttributeType::List(ElementType::Integer) => "bigint[]",
            AttributeType::List(ElementType::Float) => "double precision[]",
            AttributeType::List(ElementType::Date) => "date[]",
            AttributeType::List(_) => "text[]",
            AttributeType::Timestamp if attribute.name.ends_with('0') => "timestamptz",
            AttributeType::Timestamp => "timestamp",
            _ => "text",
        };
        columns.push(format!("\"{}\" {data_type}", attribute.name.replace('"', "\"\"")));
    }
    let mut script = format!("CREATE TEMP TABLE people ({});\nSET TimeZone = 'UTC';\nCOPY people FROM STDIN;\n", columns.join(", "));
    for row in 0..table.num_rows() {
        let _ = write!(script, "{row}");
        for (_, value) in table.row(row).fields() {
            let plain = |text: String| text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r");
            let _ = write!(script, "\t{}", text(value).map_or("\\N".to_owned(), plain));
        }
        script.push('\n');
    }
    script.push_str("\\.\nSET TimeZone = 'Asia/Kolkata';\n");
    script
}

/// A value as PostgreSQL writes it; `None` for null.
fn text(value: &Value) -> Option<String> {
    let Value::List(items) = value else { return conformance::text(value) };
    let quoted = |text: String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let items: Vec<String> = items.iter().map(|item| text(item).map_or("NULL".to_owned(), quoted)).collect();
    Some(format!("{{{}}}", items.join(",")))
}
