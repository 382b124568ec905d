use citx_core::{Error, ErrorKind, Result};

/// What happens to a bad row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnError {
    /// The whole read fails, naming file, column and row.
    #[default]
    Fail,
    /// The row is set aside with a reason.
    Quarantine,
}

/// How a file is read. Types, encoding and delimiter concern text formats; Parquet and Arrow files have types of their own.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Types by column: `text`, `integer`, `float`, `decimal(10, 2)`, `boolean`, `date`, `date:%d/%m/%Y`, `timestamp`, `timestamp:FORMAT`.
    /// An instant without an offset is UTC.
    pub types: Vec<(String, String)>,
    /// Encoding of a CSV file, such as `utf-8` (default) or `windows-1252`: the labels of the WHATWG Encoding Standard.
    pub encoding: Option<String>,
    /// What happens to a bad row.
    pub on_error: OnError,
    /// Sheet of a workbook; absent is the first.
    pub sheet: Option<String>,
    /// What stands between the cells of a CSV file; absent is `,`, or where the header has none `;`, a tab or `|`.
    pub delimiter: Option<char>,
}

impl ReadOptions {
    /// UTF-8, commas, the first sheet, types found by looking, and a bad row fails the whole read.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the type of one more column.
    #[must_use]
    pub fn column_type(mut self, column: impl Into<String>, data_type: impl Into<String>) -> Self {
        self.types.push((column.into(), data_type.into()));
        self
    }

    /// With the encoding of a CSV file.
    #[must_use]
    pub fn encoding(mut self, label: impl Into<String>) -> Self {
        self.encoding = Some(label.into());
        self
    }

    /// With what happens to a bad row.
    #[must_use]
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = on_error;
        self
    }

    /// With the sheet of a workbook.
    #[must_use]
    pub fn sheet(mut self, name: impl Into<String>) -> Self {
        self.sheet = Some(name.into());
        self
    }

    /// With what stands between the cells of a CSV file.
    #[must_use]
    pub fn delimiter(mut self, delimiter: char) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    pub(super) fn refuse_types(&self, format: &str) -> Result<()> {
        if self.types.is_empty() {
            return Ok(());
        }
        let message = format!("the columns of {format} files have types of their own; leave `types` out");
        Err(Error::new(ErrorKind::InvalidArgument, message))
    }
}

impl std::str::FromStr for OnError {
    type Err = Error;

    /// `fail` or `quarantine`.
    fn from_str(word: &str) -> Result<Self> {
        match word {
            "fail" => Ok(Self::Fail),
            "quarantine" => Ok(Self::Quarantine),
            _ => Err(Error::new(ErrorKind::InvalidArgument, format!("on_error is `fail` or `quarantine`, found `{word}`"))),
        }
    }
}
