//! The types that a column of a text format can be declared as.

use chrono::format::{Item, StrftimeItems};
use citx_core::{Error, ErrorKind, Result};

/// What the cells of a column are read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CellType {
    Null,
    Text,
    Integer,
    Float,
    Decimal { precision: u8, scale: i8 },
    Boolean,
    Date(Option<String>),
    Timestamp(Option<String>),
}

impl CellType {
    /// Reads `text`, `decimal(10, 2)`, `date:%d/%m/%Y` and the like.
    pub(super) fn parse(spec: &str) -> Result<Self> {
        let (word, format) = match spec.split_once(':') {
            Some((word, format)) => (word.trim(), Some(format)),
            None => (spec.trim(), None),
        };
        let lower = word.to_ascii_lowercase();
        match (lower.as_str(), format) {
            ("text" | "string", None) => Ok(Self::Text),
            ("integer" | "int", None) => Ok(Self::Integer),
            ("float", None) => Ok(Self::Float),
            ("boolean" | "bool", None) => Ok(Self::Boolean),
            ("date", format) => Ok(Self::Date(format.map(checked).transpose()?)),
            ("timestamp", format) => Ok(Self::Timestamp(format.map(checked).transpose()?)),
            (decimal, None) if decimal.starts_with("decimal") => Self::decimal(decimal).ok_or_else(|| unknown(spec)),
            _ => Err(unknown(spec)),
        }
    }

    fn decimal(word: &str) -> Option<Self> {
        let inside = word.strip_prefix("decimal")?.trim().strip_prefix('(')?.strip_suffix(')')?;
        let (precision, scale) = inside.split_once(',')?;
        let (precision, scale) = (precision.trim().parse().ok()?, scale.trim().parse().ok()?);
        ((1..=38).contains(&precision) && (0..=precision as i8).contains(&scale)).then_some(Self::Decimal { precision, scale })
    }

    /// What a cell should have been, for messages.
    pub(super) fn wanted(&self) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Integer => "a whole number of at most 64 bits".to_owned(),
            Self::Float => "a number".to_owned(),
            Self::Decimal { precision, scale } => {
                format!("a number with at most {} digits before and {scale} behind the point", i16::from(*precision) - i16::from(*scale))
            }
            Self::Boolean => "true or false (or yes, no, y, n, t, f, 1, 0)".to_owned(),
            Self::Date(None) => "a date such as 2026-11-22".to_owned(),
            Self::Date(Some(format)) => format!("a date of the form {format}"),
            Self::Timestamp(None) => "an instant such as 2026-11-22T09:30:00Z".to_owned(),
            Self::Timestamp(Some(format)) => format!("an instant of the form {format}"),
        }
    }
}

/// A format that chrono can read.
fn checked(format: &str) -> Result<String> {
    if format.is_empty() || StrftimeItems::new(format).any(|item| matches!(item, Item::Error)) {
        let message = format!("`{format}` is no date format; expected one such as %d/%m/%Y");
        return Err(Error::new(ErrorKind::InvalidArgument, message));
    }
    Ok(format.to_owned())
}

fn unknown(spec: &str) -> Error {
    let message = format!(
        "there is no column type `{spec}`; expected text, integer, float, decimal(10, 2), boolean, date, date:FORMAT, timestamp or timestamp:FORMAT"
    );
    Error::new(ErrorKind::InvalidArgument, message)
}
