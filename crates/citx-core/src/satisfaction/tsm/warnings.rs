use crate::Result;
use crate::table::{Column, Table};

/// Something that a regulator, or an auditor, would ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReturnWarning {
    /// What it is, in one word, such as `SampleShort`.
    pub code: String,
    /// `LCRA`, `LCHO` or `Combined`, if it is about one of them.
    pub tenure: Option<String>,
    /// The measure it is about, if it is about one.
    pub measure: Option<String>,
    /// What was found and what is wanted, as a sentence.
    pub sentence: String,
}

/// The warnings of a return, in the order in which its parts were looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Warnings {
    pub all: Vec<ReturnWarning>,
    pub tenure: Option<String>,
}

impl Warnings {
    pub fn of(tenure: &str) -> Self {
        Self { all: Vec::new(), tenure: Some(tenure.to_owned()) }
    }

    pub fn add(&mut self, code: &str, measure: Option<&str>, sentence: impl Into<String>) {
        let (code, measure) = (code.to_owned(), measure.map(str::to_owned));
        self.all.push(ReturnWarning { code, tenure: self.tenure.clone(), measure, sentence: sentence.into() });
    }
}

/// Warnings as a table: code, tenure, measure, sentence.
pub(super) fn table(warnings: &[ReturnWarning]) -> Result<Table> {
    Table::from_columns([
        Column::text("code", warnings.iter().map(|warning| Some(&warning.code))),
        Column::text("tenure", warnings.iter().map(|warning| warning.tenure.as_ref())),
        Column::text("measure", warnings.iter().map(|warning| warning.measure.as_ref())),
        Column::text("sentence", warnings.iter().map(|warning| Some(&warning.sentence))),
    ])
}
