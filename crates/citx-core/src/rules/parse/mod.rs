//! Tokens to a syntax tree, by operator precedence with a stack of its own: nesting costs memory that is bounded, never machine stack.

mod after;
mod cast;
mod operand;

pub(super) use cast::target;

use crate::{Error, ErrorKind, Result};

use super::ast::{Arithmetic, Ast, Comparison, Node, NodeId, Part, Syntax};
use super::functions::Function;
use super::lex::{Lexeme, Span, Token, error_at, lex};

/// The longest text of a rule, in bytes.
pub(super) const MAX_TEXT_BYTES: usize = 64 * 1024;
/// How many brackets may be open at once, and how many levels the tree may have; a chain of ANDs or ORs is one level.
pub(super) const MAX_DEPTH: usize = 1_000;
/// How many nodes a rule may have.
pub(super) const MAX_NODES: usize = 100_000;

/// How tightly operators bind, as in DuckDB and PostgreSQL.
pub(super) mod precedence {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const IS: u8 = 4;
    pub const COMPARISON: u8 = 5;
    pub const BETWEEN_IN_LIKE: u8 = 6;
    pub const CONCAT: u8 = 7;
    pub const SUM: u8 = 8;
    pub const PRODUCT: u8 = 9;
    pub const SIGN: u8 = 10;
}

/// Parses a rule's text.
pub(super) fn parse(text: &str) -> Result<Ast> {
    if text.len() > MAX_TEXT_BYTES {
        let message = format!("a rule has at most {MAX_TEXT_BYTES} bytes, found {}", text.len());
        return Err(Error::new(ErrorKind::LimitExceeded, message));
    }
    let mut parser = Parser::new(text)?;
    if parser.peek() == &Token::End {
        return Err(parser.syntax_here("the rule is empty; expected a condition"));
    }
    loop {
        let operand = parser.operand()?;
        if parser.after(operand)? == Next::Done {
            return Ok(Ast { nodes: parser.nodes });
        }
    }
}

/// A node and where it stands, its parentheses included.
#[derive(Clone, Copy)]
struct Operand {
    node: NodeId,
    span: Span,
}

#[derive(PartialEq, Eq)]
enum Next {
    Operand,
    Done,
}

#[derive(Clone, Copy)]
enum Infix {
    Compare(Comparison),
    Arithmetic(Arithmetic),
    Distinct { negated: bool },
}

enum Frame {
    // Brackets: they end where their closing token stands.
    Parenthesis {
        start: usize,
    },
    Call {
        function: Function,
        start: usize,
        arguments: Vec<NodeId>,
    },
    In {
        value: Operand,
        negated: bool,
        list: Vec<NodeId>,
    },
    Case {
        start: usize,
        operand: Option<NodeId>,
        branches: Vec<(NodeId, NodeId)>,
        when: Option<NodeId>,
        expects: CasePart,
        otherwise: Option<NodeId>,
    },
    BetweenLow {
        value: Operand,
        negated: bool,
    },
    Cast {
        start: usize,
    },
    Extract {
        part: Part,
        start: usize,
    },
    // Operators: they end where one that binds less tightly stands.
    Not {
        start: usize,
    },
    Sign {
        negative: bool,
        start: usize,
    },
    Infix {
        infix: Infix,
        left: Operand,
    },
    Chain {
        link: Link,
        start: usize,
        parts: Vec<NodeId>,
    },
    BetweenHigh {
        value: Operand,
        low: NodeId,
        negated: bool,
    },
    Like {
        value: Operand,
        fold: bool,
        negated: bool,
    },
}

/// What joins any number of parts on one level.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    And,
    Or,
    Concat,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CasePart {
    Operand,
    When,
    Then,
    Else,
}

impl Frame {
    /// How tightly an operator binds; `None` for a bracket.
    fn precedence(&self) -> Option<u8> {
        match self {
            Self::Parenthesis { .. }
            | Self::Call { .. }
            | Self::In { .. }
            | Self::Case { .. }
            | Self::BetweenLow { .. }
            | Self::Cast { .. }
            | Self::Extract { .. } => None,
            Self::Not { .. } => Some(precedence::NOT),
            Self::Sign { .. } => Some(precedence::SIGN),
            Self::Infix { infix, .. } => Some(infix.precedence()),
            Self::Chain { link, .. } => Some(link.precedence()),
            Self::BetweenHigh { .. } | Self::Like { .. } => Some(precedence::BETWEEN_IN_LIKE),
        }
    }
}

impl Link {
    fn precedence(self) -> u8 {
        match self {
            Self::And => precedence::AND,
            Self::Or => precedence::OR,
            Self::Concat => precedence::CONCAT,
        }
    }

    fn join(self, parts: Vec<NodeId>) -> Syntax {
        match self {
            Self::And => Syntax::And(parts),
            Self::Or => Syntax::Or(parts),
            Self::Concat => Syntax::Concat(parts),
        }
    }
}

impl Infix {
    fn precedence(self) -> u8 {
        match self {
            Self::Compare(_) => precedence::COMPARISON,
            Self::Distinct { .. } => precedence::IS,
            Self::Arithmetic(Arithmetic::Add | Arithmetic::Subtract) => precedence::SUM,
            Self::Arithmetic(_) => precedence::PRODUCT,
        }
    }

    fn of(token: &Token) -> Option<Self> {
        let Token::Symbol(symbol) = token else { return None };
        Some(match *symbol {
            "=" => Self::Compare(Comparison::Equal),
            "<>" => Self::Compare(Comparison::NotEqual),
            "<" => Self::Compare(Comparison::Less),
            "<=" => Self::Compare(Comparison::LessOrEqual),
            ">" => Self::Compare(Comparison::Greater),
            ">=" => Self::Compare(Comparison::GreaterOrEqual),
            "+" => Self::Arithmetic(Arithmetic::Add),
            "-" => Self::Arithmetic(Arithmetic::Subtract),
            "*" => Self::Arithmetic(Arithmetic::Multiply),
            "/" => Self::Arithmetic(Arithmetic::Divide),
            "%" => Self::Arithmetic(Arithmetic::Remainder),
            _ => return None,
        })
    }
}

struct Parser<'a> {
    text: &'a str,
    lexemes: Vec<Lexeme>,
    at: usize,
    nodes: Vec<Node>,
    /// How many levels are below each node.
    depths: Vec<usize>,
    frames: Vec<Frame>,
    /// How many of the frames are brackets.
    open: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self> {
        Ok(Self { text, lexemes: lex(text)?, at: 0, nodes: Vec::new(), depths: Vec::new(), frames: Vec::new(), open: 0 })
    }
}

impl Parser<'_> {
    fn token(&self, ahead: usize) -> &Token {
        self.lexemes.get(self.at + ahead).map_or(&Token::End, |lexeme| &lexeme.token)
    }

    fn peek(&self) -> &Token {
        self.token(0)
    }

    fn span(&self) -> Span {
        self.lexemes.get(self.at).map_or((self.text.len(), self.text.len()), |lexeme| lexeme.span)
    }

    /// The end of the token before the next.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.lexemes.get(at)).map_or(0, |lexeme| lexeme.span.1)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek().is_word(word);
        self.at += usize::from(found);
        found
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek().is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    fn error(&self, kind: ErrorKind, span: Span, message: impl Into<String>) -> Error {
        error_at(self.text, kind, span, message)
    }

    fn syntax_here(&self, message: impl Into<String>) -> Error {
        self.error(ErrorKind::RuleSyntax, self.span(), message)
    }

    /// `expected X, found Y`, at the next token.
    fn expected(&self, wanted: &str) -> Error {
        let found = match self.peek() {
            Token::End => "the end of the rule".to_owned(),
            Token::Word(word) => format!("`{word}`"),
            Token::Quoted(name) => format!("`\"{name}\"`"),
            Token::Number(_) => "a number".to_owned(),
            Token::Text(_) => "text in quotes".to_owned(),
            Token::Symbol(symbol) => format!("`{symbol}`"),
        };
        self.syntax_here(format!("expected {wanted}, found {found}"))
    }
}

impl Parser<'_> {
    fn node(&mut self, syntax: Syntax, span: Span) -> Result<Operand> {
        let below = |child: NodeId| self.depths.get(child).map_or(1, |depth| depth + 1);
        let depth = syntax.children().into_iter().map(below).max().unwrap_or(0);
        if depth > MAX_DEPTH {
            return Err(self.error(ErrorKind::LimitExceeded, span, format!("a rule is at most {MAX_DEPTH} levels deep")));
        }
        if self.nodes.len() >= MAX_NODES {
            return Err(self.error(ErrorKind::LimitExceeded, span, format!("a rule has at most {MAX_NODES} parts")));
        }
        self.nodes.push(Node { syntax, span });
        self.depths.push(depth);
        Ok(Operand { node: self.nodes.len() - 1, span })
    }

    fn push(&mut self, frame: Frame) -> Result<()> {
        if frame.precedence().is_none() {
            self.open += 1;
            if self.open > MAX_DEPTH {
                return Err(self.error(ErrorKind::LimitExceeded, self.span(), format!("a rule is at most {MAX_DEPTH} brackets deep")));
            }
        }
        self.frames.push(frame);
        Ok(())
    }

    fn pop_bracket(&mut self) -> Option<Frame> {
        self.open -= 1;
        self.frames.pop()
    }

    /// Ends the operators on top of the stack that bind at least as tightly as `least`, with `right` as the last one's right side.
    fn reduce(&mut self, mut right: Operand, least: u8) -> Result<Operand> {
        while let Some(frame) = self.frames.pop_if(|frame| frame.precedence().is_some_and(|precedence| precedence >= least)) {
            let to = |start: usize| (start, right.span.1);
            let node = right.node;
            let (syntax, span) = match frame {
                Frame::Not { start } => (Syntax::Not(node), to(start)),
                Frame::Sign { negative, start } => (Syntax::Sign { negative, value: node }, to(start)),
                Frame::Chain { link, start, mut parts } => {
                    parts.push(node);
                    (link.join(parts), to(start))
                }
                Frame::BetweenHigh { value, low, negated } => {
                    (Syntax::Between { value: value.node, low, high: node, negated }, to(value.span.0))
                }
                Frame::Like { value, fold, negated } => {
                    (Syntax::Like { value: value.node, pattern: node, escape: None, fold, negated }, to(value.span.0))
                }
                Frame::Infix { infix, left } => {
                    let syntax = match infix {
                        Infix::Compare(comparison) => Syntax::Compare(comparison, left.node, node),
                        Infix::Arithmetic(arithmetic) => Syntax::Arithmetic(arithmetic, left.node, node),
                        Infix::Distinct { negated } => Syntax::Distinct { left: left.node, right: node, negated },
                    };
                    (syntax, to(left.span.0))
                }
                bracket => {
                    self.frames.push(bracket);
                    return Ok(right);
                }
            };
            right = self.node(syntax, span)?;
        }
        Ok(right)
    }
}
