use std::path::Path;

use citx::{Error, ErrorKind};
use serde::Serialize;

/// Something wrong with a project, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// What kind of error the run would end with.
    #[serde(serialize_with = "kind_name")]
    pub kind: ErrorKind,
    /// Line of the project file, from 1.
    pub line: Option<usize>,
    /// Column, from 1.
    pub column: Option<usize>,
    /// What was wanted, what was found, what to do.
    pub message: String,
}

/// The kind's name, as every language shows it.
pub(crate) fn kind_name<S: serde::Serializer>(kind: &ErrorKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{kind:?}"))
}

impl Problem {
    /// A problem at a place of the file, where it has one.
    pub(crate) fn at(place: Option<(usize, usize)>, kind: ErrorKind, message: String) -> Self {
        let (line, column) = place.unzip();
        Self { kind, line, column, message }
    }

    /// The first of these as an error that says how many more there are.
    pub(crate) fn first_of(problems: &[Self], path: &Path) -> Error {
        let Some(first) = problems.first() else { return Error::new(ErrorKind::InvalidArgument, "the project file is not well formed") };
        let more = match problems.len() - 1 {
            0 => String::new(),
            1 => " (and 1 more problem; `citx check` lists them)".to_owned(),
            more => format!(" (and {more} more problems; `citx check` lists them)"),
        };
        Error::new(first.kind, format!("{first}{more}")).context(path.display().to_string())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}
