//! The syntax tree: nodes in one vector, children before parents, so that passes are loops and a drop never recurses.

use std::fmt;

use crate::table::Decimal;
use crate::time::{Date, Interval, Timestamp};

use super::functions::Function;
use super::lex::Span;

/// The index of a node in [`Ast::nodes`].
pub(super) type NodeId = usize;

#[derive(Clone, Debug)]
pub(super) struct Ast {
    /// Children before parents; the last is the root.
    pub nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub syntax: Syntax,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Decimal(Decimal),
    Text(String),
    Date(Date),
    Timestamp(Timestamp),
    Interval(Interval),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// What CAST can make of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Boolean,
    Integer,
    Float,
    /// So many digits in all (1 to 38), and so many of them behind the point.
    Decimal {
        precision: u8,
        scale: i8,
    },
    Text,
    Date,
    Timestamp,
}

/// A part of a date or of a wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Year,
    IsoYear,
    Quarter,
    Month,
    Week,
    Day,
    DayOfYear,
    /// Sunday is 0.
    DayOfWeek,
    /// Monday is 1.
    IsoDayOfWeek,
    Hour,
    Minute,
    Second,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Null,
    True,
    False,
    Unknown,
}

#[derive(Clone, Debug)]
pub(super) enum Syntax {
    Column(String),
    Literal(Literal),
    Sign {
        negative: bool,
        value: NodeId,
    },
    Not(NodeId),
    And(Vec<NodeId>),
    Or(Vec<NodeId>),
    Compare(Comparison, NodeId, NodeId),
    Distinct {
        left: NodeId,
        right: NodeId,
        negated: bool,
    },
    Arithmetic(Arithmetic, NodeId, NodeId),
    /// Two or more texts, joined.
    Concat(Vec<NodeId>),
    Between {
        value: NodeId,
        low: NodeId,
        high: NodeId,
        negated: bool,
    },
    In {
        value: NodeId,
        list: Vec<NodeId>,
        negated: bool,
    },
    Like {
        value: NodeId,
        pattern: NodeId,
        escape: Option<char>,
        fold: bool,
        negated: bool,
    },
    Is {
        value: NodeId,
        test: Test,
        negated: bool,
    },
    Call(Function, Vec<NodeId>),
    /// CAST, TRY_CAST and `::` are one: what cannot be cast is null.
    Cast(NodeId, Target),
    Extract(Part, NodeId),
    InSegment(String),
    Case {
        operand: Option<NodeId>,
        branches: Vec<(NodeId, NodeId)>,
        otherwise: Option<NodeId>,
    },
}

impl Ast {
    pub fn root(&self) -> NodeId {
        self.nodes.len().saturating_sub(1)
    }
}

impl Syntax {
    /// The direct parts, in the order of the text.
    pub fn children(&self) -> Vec<NodeId> {
        match self {
            Self::Column(_) | Self::Literal(_) | Self::InSegment(_) => Vec::new(),
            Self::Sign { value, .. } | Self::Not(value) | Self::Is { value, .. } | Self::Cast(value, _) | Self::Extract(_, value) => {
                vec![*value]
            }
            Self::And(parts) | Self::Or(parts) | Self::Concat(parts) | Self::Call(_, parts) => parts.clone(),
            Self::Compare(_, left, right) | Self::Distinct { left, right, .. } | Self::Arithmetic(_, left, right) => vec![*left, *right],
            Self::Between { value, low, high, .. } => vec![*value, *low, *high],
            Self::In { value, list, .. } => std::iter::once(*value).chain(list.iter().copied()).collect(),
            Self::Like { value, pattern, .. } => vec![*value, *pattern],
            Self::Case { operand, branches, otherwise } => {
                let branches = branches.iter().flat_map(|(when, then)| [*when, *then]);
                operand.iter().copied().chain(branches).chain(otherwise.iter().copied()).collect()
            }
        }
    }
}

impl fmt::Display for Target {
    /// The type as a rule writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Boolean => "BOOLEAN",
            Self::Integer => "BIGINT",
            Self::Float => "DOUBLE",
            Self::Decimal { precision, scale } => return write!(f, "DECIMAL({precision}, {scale})"),
            Self::Text => "TEXT",
            Self::Date => "DATE",
            Self::Timestamp => "TIMESTAMP",
        })
    }
}

/// Words for parts; the first of each is its name.
const PARTS: [(Part, &[&str]); 12] = [
    (Part::Year, &["year", "years"]),
    (Part::IsoYear, &["isoyear"]),
    (Part::Quarter, &["quarter", "quarters"]),
    (Part::Month, &["month", "months"]),
    (Part::Week, &["week", "weeks"]),
    (Part::Day, &["day", "days"]),
    (Part::DayOfYear, &["doy", "dayofyear"]),
    (Part::DayOfWeek, &["dow", "dayofweek", "weekday"]),
    (Part::IsoDayOfWeek, &["isodow"]),
    (Part::Hour, &["hour", "hours"]),
    (Part::Minute, &["minute", "minutes"]),
    (Part::Second, &["second", "seconds"]),
];

impl Part {
    /// The part that a word, in any case, means.
    pub fn named(word: &str) -> Option<Self> {
        PARTS.iter().find(|(_, words)| words.iter().any(|known| known.eq_ignore_ascii_case(word))).map(|(part, _)| *part)
    }

    pub fn name(self) -> &'static str {
        PARTS.iter().find(|(part, _)| *part == self).and_then(|(_, words)| words.first()).map_or("", |word| *word)
    }

    pub fn all() -> impl Iterator<Item = Self> {
        PARTS.iter().map(|(part, _)| *part)
    }

    /// Whether `date_trunc` can cut off what is smaller.
    pub fn is_unit(self) -> bool {
        !matches!(self, Self::IsoYear | Self::DayOfYear | Self::DayOfWeek | Self::IsoDayOfWeek)
    }

    /// Whether it is a part of the time of day.
    pub fn is_of_time(self) -> bool {
        matches!(self, Self::Hour | Self::Minute | Self::Second)
    }
}
