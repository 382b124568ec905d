//! The one error type: a stable kind, a message, and the context it happened in.

mod kind;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

pub use kind::ErrorKind;

/// The result of everything in citx that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error: one word wide, cheap to clone, safe to send.
///
/// Messages name files, columns and row numbers, never a value: personal data does not leave through errors.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    context: Vec<String>,
    rule: Option<RuleLocation>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// Where in a rule's text an error lies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleLocation {
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
    /// Start and end in bytes of the rule's text.
    pub span: (usize, usize),
    /// The line itself, or the part of a long one around the place, with a caret line below it.
    pub snippet: String,
    /// A name that may have been meant.
    pub suggestion: Option<String>,
}

/// How many code points of a line an error shows at most.
const SNIPPET: usize = 160;

impl RuleLocation {
    /// The location of the bytes `span` of `text`; positions beyond the text are its end.
    pub fn new(text: &str, span: (usize, usize)) -> Self {
        let floor = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let (start, end) = (floor(span.0), floor(span.1.max(span.0)));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let before = text[line_start..start].chars().count();
        let width = text[start..end.clamp(start, line_end)].chars().count().max(1);
        let from = before.saturating_sub(SNIPPET / 2);
        let shown: String = text[line_start..line_end].chars().skip(from).take(SNIPPET).collect();
        let carets = "^".repeat(width.min(SNIPPET - (before - from)));
        Self {
            line: text[..start].matches('\n').count() + 1,
            column: before + 1,
            span: (start, end),
            snippet: format!("{shown}\n{}{carets}", " ".repeat(before - from)),
            suggestion: None,
        }
    }
}

impl Error {
    /// An error of `kind`: lower case, no full stop; what was wanted, what was found, what to do.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), context: Vec::new(), rule: None, source: None }))
    }

    /// The same error with what it happened to: a file, a purpose, a segment. The last context added is shown first.
    #[must_use]
    pub fn context(self, context: impl Into<String>) -> Self {
        self.with(|inner| inner.context.push(context.into()))
    }

    /// The same error with the error below it.
    #[must_use]
    pub fn caused_by(self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.with(|inner| inner.source = Some(Arc::new(source)))
    }

    /// The same error with its place in a rule.
    #[must_use]
    pub fn at(self, location: RuleLocation) -> Self {
        self.with(|inner| inner.rule = Some(location))
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where in a rule, for the kinds that concern one.
    pub fn rule_error(&self) -> Option<&RuleLocation> {
        self.0.rule.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for context in self.0.context.iter().rev() {
            write!(f, "{context}: ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(rule) = &self.0.rule {
            write!(f, " (line {}, column {})", rule.line, rule.column)?;
            if let Some(name) = &rule.suggestion {
                write!(f, "; did you mean `{name}`?")?;
            }
            write!(f, "\n{}", rule.snippet)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn codes_are_distinct_and_read_back() {
        for kind in ErrorKind::ALL {
            assert_eq!(ErrorKind::from_code(kind.code()), Some(kind));
        }
    }

    #[test]
    fn a_location_counts_code_points_and_points_at_the_name() {
        let text = "a = 'é' AND\n  agee > 3";
        let at = text.find("agee").expect("there");
        let location = RuleLocation::new(text, (at, at + 4));
        assert_eq!((location.line, location.column), (2, 3));
        assert_eq!(location.snippet, "  agee > 3\n  ^^^^");
        assert_eq!(RuleLocation::new("", (9, 12)).column, 1);
        let long = RuleLocation::new(&"x".repeat(60_000), (40_000, 60_000));
        assert_eq!(long.column, 40_001);
        assert_eq!(long.snippet, format!("{}\n{}{}", "x".repeat(160), " ".repeat(80), "^".repeat(80)));
    }

    #[test]
    fn context_reads_from_the_outside_in() {
        let error = Error::new(ErrorKind::Io, "cannot be read").context("column `dob`").context("residents.csv");
        assert_eq!(error.to_string(), "residents.csv: column `dob`: cannot be read");
    }
}
