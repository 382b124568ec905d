//! Reads the golden files: CSV with a header, quotes where a field has a comma.
#![allow(dead_code, reason = "each test uses what it needs of it")]

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Float64Array, StringArray};
use citx_core::satisfaction::SurveyOptions;
use citx_core::table::{Column, Table};

pub struct Csv {
    header: HashMap<String, usize>,
    rows: Vec<Vec<String>>,
}

impl Csv {
    /// A file of the repository, by its path from the root.
    pub fn read(path: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = text.lines().filter(|line| !line.starts_with('#')).map(fields);
        let header = lines.next().expect("a header").into_iter().enumerate().map(|(at, name)| (name, at)).collect();
        Self { header, rows: lines.collect() }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn get(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.header[column]]
    }

    pub fn number(&self, row: usize, column: &str) -> Option<f64> {
        let cell = self.get(row, column);
        (!cell.is_empty()).then(|| cell.parse().unwrap_or_else(|_| panic!("{column}, row {row}: not a number")))
    }

    /// The rows for which `keep` holds.
    pub fn filter(&self, keep: impl Fn(usize) -> bool) -> Self {
        let rows = (0..self.len()).filter(|&row| keep(row)).map(|row| self.rows[row].clone()).collect();
        Self { header: self.header.clone(), rows }
    }

    pub fn texts(&self, column: &str) -> Column {
        let cell = |row| Some(self.get(row, column)).filter(|cell| !cell.is_empty());
        Column::new(column, Arc::new((0..self.len()).map(cell).collect::<StringArray>()))
    }

    pub fn numbers(&self, column: &str) -> Column {
        Column::new(column, Arc::new((0..self.len()).map(|row| self.number(row, column)).collect::<Float64Array>()))
    }

    /// A table of some columns as text and some as numbers.
    pub fn table(&self, texts: &[&str], numbers: &[&str]) -> Table {
        let texts = texts.iter().map(|name| self.texts(name));
        Table::from_columns(texts.chain(numbers.iter().map(|name| self.numbers(name)))).expect("columns of one length")
    }
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().expect("never empty").push(c),
        }
    }
    fields
}

/// Fails where `ours` is not `theirs` to a relative `tolerance`.
#[track_caller]
pub fn close(what: &str, ours: f64, theirs: f64, tolerance: f64) {
    let near = (ours - theirs).abs() <= tolerance * theirs.abs().max(1e-12);
    assert!(near || (ours.is_nan() && theirs.is_nan()), "{what}: {ours} against {theirs}");
}

/// How the random designs of `tests/golden/survey/designs.csv` were drawn.
pub fn design_options(kind: &str) -> SurveyOptions {
    let mut options = SurveyOptions::default();
    options.weights = Some("weight".into());
    let stratified = ["strata", "strata_fpc", "strata_fraction", "zero_weights", "lonely_certainty", "lonely_adjust", "psu_strata_fpc"];
    options.strata = stratified.contains(&kind).then(|| "stratum".into());
    options.psu = match kind {
        "psu" | "psu_strata_fpc" => vec!["psu".into()],
        "two_stage" => vec!["psu".into(), "ssu".into()],
        _ => Vec::new(),
    };
    options.fpc = match kind {
        "simple" | "strata" | "zero_weights" | "psu" => Vec::new(),
        "two_stage" => vec!["fpc1".into(), "fpc2".into()],
        _ => vec!["fpc1".into()],
    };
    options.lonely_psu = kind.strip_prefix("lonely_").map(str::to_owned);
    options
}
