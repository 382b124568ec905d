//! What the tests of whole projects share.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use citx::{ReadOptions, Run, Table, Value};
use tempfile::TempDir;

/// A copy of one of the examples, to be run and thrown away.
pub struct Example {
    folder: TempDir,
}

impl Example {
    pub fn new(name: &str) -> Self {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
        let folder = tempfile::tempdir().expect("a folder");
        for entry in std::fs::read_dir(source).expect("the example") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                std::fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("can be copied");
            }
        }
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn run(&self, as_of: &str) -> citx_cli::RunSummary {
        citx_cli::run(self.path("citx.toml"), as_of, &Run::new()).expect("the example runs")
    }

    pub fn table(&self, name: &str) -> Table {
        citx::read_table(self.path(name), &[], &ReadOptions::default()).expect("a table")
    }

    /// Every file of the output folder.
    pub fn outputs(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = std::fs::read_dir(self.path("out")).expect("the output folder");
        let files = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
        files
            .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read(&path).expect("can be read")))
            .filter(|(name, _)| !name.starts_with("consent.db") && name != ".lock")
            .collect()
    }

    pub fn edit(&self, from: &str, to: &str) {
        let path = self.path("citx.toml");
        let text = std::fs::read_to_string(&path).expect("a project");
        assert!(text.contains(from), "the project file does not say {from}");
        std::fs::write(path, text.replace(from, to)).expect("can be written");
    }
}

/// A folder with these files.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("can be written");
    }
    folder
}

/// The program, in that folder.
pub fn citx(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_citx")).args(arguments).current_dir(folder).output().expect("the program starts")
}

pub fn status(output: &Output) -> i32 {
    output.status.code().expect("an exit status")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

pub fn text(table: &Table, column: &str, row: usize) -> String {
    match table.column(column).expect("a column").value(row) {
        Value::Text(text) => text,
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        _ => String::new(),
    }
}

pub fn number(table: &Table, column: &str, row: usize) -> Option<f64> {
    match table.column(column).expect("a column").value(row) {
        Value::Float(number) => Some(number),
        Value::Integer(number) => Some(number as f64),
        _ => None,
    }
}
