//! The syntax tree: nodes in one vector, children before parents, so that passes are loops and a drop never recurses.

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
    Sign { negative: bool, value: NodeId },
    Not(NodeId),
    And(Vec<NodeId>),
    Or(Vec<NodeId>),
    Compare(Comparison, NodeId, NodeId),
    Distinct { left: NodeId, right: NodeId, negated: bool },
    Arithmetic(Arithmetic, NodeId, NodeId),
    Concat(NodeId, NodeId),
    Between { value: NodeId, low: NodeId, high: NodeId, negated: bool },
    In { value: NodeId, list: Vec<NodeId>, negated: bool },
    Like { value: NodeId, pattern: NodeId, escape: Option<char>, fold: bool, negated: bool },
    Is { value: NodeId, test: Test, negated: bool },
    Call(Function, Vec<NodeId>),
    InSegment(String),
    Case { operand: Option<NodeId>, branches: Vec<(NodeId, NodeId)>, otherwise: Option<NodeId> },
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
            Self::Sign { value, .. } | Self::Not(value) | Self::Is { value, .. } => vec![*value],
            Self::And(parts) | Self::Or(parts) | Self::Call(_, parts) => parts.clone(),
            Self::Compare(_, left, right)
            | Self::Distinct { left, right, .. }
            | Self::Arithmetic(_, left, right)
            | Self::Concat(left, right) => vec![*left, *right],
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
