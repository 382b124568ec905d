//! Tokens to a syntax tree, by operator precedence with a stack of its own: nesting costs memory that is bounded, never machine stack.

use crate::{Error, ErrorKind, Result, table};

use super::ast::{Arithmetic, Ast, Comparison, Literal, Node, NodeId, Syntax, Test};
use super::functions::Function;
use super::lex::{Lexeme, Span, Token, error_at, lex};
use super::literal;

/// The longest text of a rule, in bytes.
pub(super) const MAX_TEXT_BYTES: usize = 64 * 1024;
/// How many brackets may be open at once, and how many levels the tree may have; a chain of ANDs or ORs is one level.
pub(super) const MAX_DEPTH: usize = 1_000;
/// How many nodes a rule may have.
pub(super) const MAX_NODES: usize = 100_000;

/// How tightly operators bind, as in DuckDB and PostgreSQL.
mod precedence {
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
    let lexemes = lex(text)?;
    let mut parser = Parser { text, lexemes, at: 0, nodes: Vec::new(), depths: Vec::new(), frames: Vec::new(), open: 0 };
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
    Concat,
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
        and: bool,
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
            Self::Parenthesis { .. } | Self::Call { .. } | Self::In { .. } | Self::Case { .. } | Self::BetweenLow { .. } => None,
            Self::Not { .. } => Some(precedence::NOT),
            Self::Sign { .. } => Some(precedence::SIGN),
            Self::Infix { infix, .. } => Some(infix.precedence()),
            Self::Chain { and: true, .. } => Some(precedence::AND),
            Self::Chain { and: false, .. } => Some(precedence::OR),
            Self::BetweenHigh { .. } | Self::Like { .. } => Some(precedence::BETWEEN_IN_LIKE),
        }
    }
}

impl Infix {
    fn precedence(self) -> u8 {
        match self {
            Self::Compare(_) => precedence::COMPARISON,
            Self::Distinct { .. } => precedence::IS,
            Self::Concat => precedence::CONCAT,
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
            "||" => Self::Concat,
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

// Tokens and errors.
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

// Nodes and frames.
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
                Frame::Chain { and, start, mut parts } => {
                    parts.push(node);
                    (if and { Syntax::And(parts) } else { Syntax::Or(parts) }, to(start))
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
                        Infix::Concat => Syntax::Concat(left.node, node),
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

// Where an operand must stand.
impl Parser<'_> {
    /// Reads what opens (signs, NOT, brackets) onto the stack, and then one operand.
    fn operand(&mut self) -> Result<Operand> {
        loop {
            let (start, end) = self.span();
            match self.peek().clone() {
                Token::Symbol(sign @ ("-" | "+")) => {
                    self.at += 1;
                    self.push(Frame::Sign { negative: sign == "-", start })?;
                }
                Token::Symbol("(") => {
                    self.at += 1;
                    self.refuse_subquery()?;
                    self.push(Frame::Parenthesis { start })?;
                }
                Token::Number(digits) => {
                    self.at += 1;
                    let literal = literal::number(&digits);
                    let literal = literal.ok_or_else(|| self.error(ErrorKind::RuleSyntax, (start, end), "not a number"))?;
                    return self.node(Syntax::Literal(literal), (start, end));
                }
                Token::Text(text) => {
                    self.at += 1;
                    return self.node(Syntax::Literal(Literal::Text(text)), (start, end));
                }
                Token::Quoted(name) => {
                    if name.is_empty() {
                        return Err(self.syntax_here("a column name between double quotes is empty"));
                    }
                    self.at += 1;
                    return self.node(Syntax::Column(name), (start, end));
                }
                Token::Word(word) => {
                    if let Some(operand) = self.word(word, (start, end))? {
                        return Ok(operand);
                    }
                }
                _ => return Err(self.expected("a column, a value or a function")),
            }
        }
    }

    /// Reads what a word begins; `None` if an operand is still to come.
    fn word(&mut self, word: String, (start, end): Span) -> Result<Option<Operand>> {
        let keyword = word.to_ascii_uppercase();
        let call = self.token(1).is_symbol("(");
        let literal = match keyword.as_str() {
            "NOT" => {
                self.at += 1;
                self.push(Frame::Not { start })?;
                return Ok(None);
            }
            "CASE" => {
                self.at += 1;
                let expects = if self.take_word("WHEN") { CasePart::When } else { CasePart::Operand };
                self.push(Frame::Case { start, operand: None, branches: Vec::new(), when: None, expects, otherwise: None })?;
                return Ok(None);
            }
            "AND" | "OR" | "IN" | "IS" | "LIKE" | "ILIKE" | "BETWEEN" | "ESCAPE" | "WHEN" | "THEN" | "ELSE" | "END" => {
                return Err(self.expected("a column, a value or a function"));
            }
            "SELECT" | "WITH" | "EXISTS" if keyword == "SELECT" || call => {
                return Err(self.syntax_here("a rule has no subqueries; use in_segment('name') for another segment"));
            }
            "CAST" | "TRY_CAST" | "EXTRACT" if call => {
                return Err(self.syntax_here(format!("{keyword} is not part of the rule language")));
            }
            "NULL" => Some(Literal::Null),
            "TRUE" => Some(Literal::Boolean(true)),
            "FALSE" => Some(Literal::Boolean(false)),
            "DATE" | "TIMESTAMP" | "INTERVAL" => {
                if let Some(operand) = self.typed_literal(&keyword, start)? {
                    return Ok(Some(operand));
                }
                None
            }
            _ => None,
        };
        if let Some(literal) = literal {
            self.at += 1;
            return self.node(Syntax::Literal(literal), (start, end)).map(Some);
        }
        if call {
            return self.call(&word, (start, end));
        }
        self.at += 1;
        self.node(Syntax::Column(word), (start, end)).map(Some)
    }

    /// `DATE '...'`, `TIMESTAMP '...'`, `INTERVAL '90 days'`, `INTERVAL 90 DAY`; `None` if the word is a column's name.
    fn typed_literal(&mut self, keyword: &str, start: usize) -> Result<Option<Operand>> {
        let (text, bare) = match self.token(1) {
            Token::Text(text) => (text.clone(), false),
            Token::Number(digits) if keyword == "INTERVAL" => (digits.clone(), true),
            _ => return Ok(None),
        };
        self.at += 2;
        let (literal, wanted) = match keyword {
            "DATE" => (literal::date(&text).map(Literal::Date), "a date such as DATE '2026-11-22'"),
            "TIMESTAMP" => (literal::date_or_timestamp(&text), "an instant such as TIMESTAMP '2026-11-22 09:30:00'"),
            _ => {
                let count: Option<i64> = text.trim_ascii().parse().ok();
                let unit = match (count, self.peek()) {
                    (Some(count), Token::Word(unit)) => literal::step(count, unit),
                    _ => None,
                };
                self.at += usize::from(unit.is_some());
                let interval = unit.or_else(|| if bare { None } else { literal::interval(&text) });
                (interval.map(Literal::Interval), "an interval such as INTERVAL '90 days' or INTERVAL 3 MONTH")
            }
        };
        let span = (start, self.end());
        match literal {
            Some(literal) => self.node(Syntax::Literal(literal), span).map(Some),
            None => Err(self.error(ErrorKind::RuleSyntax, span, format!("expected {wanted}"))),
        }
    }

    fn refuse_subquery(&self) -> Result<()> {
        match self.peek() {
            token if token.is_word("SELECT") => {
                Err(self.syntax_here("a rule has no subqueries; use in_segment('name') for another segment"))
            }
            _ => Ok(()),
        }
    }

    /// A call, from its name; `None` if its arguments are still to come.
    fn call(&mut self, name: &str, span: Span) -> Result<Option<Operand>> {
        let lower = name.to_ascii_lowercase();
        if lower == "in_segment" {
            return self.in_segment(span.0).map(Some);
        }
        let Some(function) = Function::named(&lower) else {
            let mut location = crate::RuleLocation::new(self.text, span);
            location.suggestion = table::nearest(&lower, Function::names()).map(str::to_owned);
            return Err(Error::new(ErrorKind::UnknownName, format!("there is no function `{name}`")).at(location));
        };
        self.at += 2;
        self.refuse_subquery()?;
        if self.take_symbol(")") {
            let span = (span.0, self.end());
            self.check_arguments(function, 0, span)?;
            return self.node(Syntax::Call(function, Vec::new()), span).map(Some);
        }
        self.push(Frame::Call { function, start: span.0, arguments: Vec::new() })?;
        Ok(None)
    }

    fn in_segment(&mut self, start: usize) -> Result<Operand> {
        self.at += 2;
        let Token::Text(name) = self.peek().clone() else {
            return Err(self.expected("a segment's name in single quotes"));
        };
        self.at += 1;
        if !self.take_symbol(")") {
            return Err(self.expected("`)` behind the segment's name"));
        }
        self.node(Syntax::InSegment(name), (start, self.end()))
    }

    fn check_arguments(&self, function: Function, found: usize, span: Span) -> Result<()> {
        let (least, most) = function.arity();
        if (least..=most).contains(&found) {
            return Ok(());
        }
        let wanted = if least == most { format!("{least}") } else { format!("at least {least}") };
        let message = format!("{} takes {wanted} argument{}, found {found}", function.name(), if least == 1 { "" } else { "s" });
        Err(self.error(ErrorKind::RuleType, span, message))
    }
}

// Where an operand has just ended.
impl Parser<'_> {
    fn after(&mut self, mut operand: Operand) -> Result<Next> {
        loop {
            if let Some(infix) = Infix::of(self.peek()) {
                self.infix(operand, infix)?;
                return Ok(Next::Operand);
            }
            let keyword = match self.peek() {
                Token::Word(word) => word.to_ascii_uppercase(),
                Token::Symbol(symbol) => (*symbol).to_owned(),
                Token::End => {
                    self.reduce(operand, 0)?;
                    return match self.frames.last() {
                        None => Ok(Next::Done),
                        Some(_) => Err(self.expected(self.closing())),
                    };
                }
                _ => return Err(self.expected("an operator or the end of the rule")),
            };
            let proceed = match keyword.as_str() {
                "AND" | "OR" => self.chain(operand, keyword == "AND").map(|()| None)?,
                "IS" => self.is(operand)?,
                "NOT" | "IN" | "BETWEEN" | "LIKE" | "ILIKE" => self.in_between_like(operand).map(|()| None)?,
                "ESCAPE" => Some(self.escape(operand)?),
                "," => self.comma(operand).map(|()| None)?,
                ")" => Some(self.close(operand)?),
                "WHEN" | "THEN" | "ELSE" | "END" => self.case_part(operand, &keyword)?,
                _ => return Err(self.expected("an operator or the end of the rule")),
            };
            match proceed {
                Some(whole) => operand = whole,
                None => return Ok(Next::Operand),
            }
        }
    }

    /// What the innermost bracket still wants.
    fn closing(&self) -> &'static str {
        match self.frames.iter().rev().find(|frame| frame.precedence().is_none()) {
            Some(Frame::Case { expects: CasePart::Operand, .. }) => "WHEN",
            Some(Frame::Case { expects: CasePart::When, .. }) => "THEN",
            Some(Frame::Case { .. }) => "END",
            Some(Frame::BetweenLow { .. }) => "the AND of BETWEEN",
            Some(_) => "`)`",
            None => "the end of the rule",
        }
    }

    fn infix(&mut self, operand: Operand, infix: Infix) -> Result<()> {
        let left = self.reduce(operand, infix.precedence() + u8::from(matches!(infix, Infix::Compare(_))))?;
        if matches!((infix, self.frames.last()), (Infix::Compare(_), Some(Frame::Infix { infix: Infix::Compare(_), .. }))) {
            return Err(self.syntax_here("comparisons do not chain; join them with AND"));
        }
        if let Some(Frame::BetweenLow { .. }) = self.frames.last()
            && infix.precedence() <= precedence::BETWEEN_IN_LIKE
        {
            return Err(self.expected("the AND of BETWEEN"));
        }
        self.at += 1;
        self.push(Frame::Infix { infix, left })
    }

    fn chain(&mut self, operand: Operand, and: bool) -> Result<()> {
        let own = if and { precedence::AND } else { precedence::OR };
        let operand = self.reduce(operand, own + 1)?;
        match self.frames.last_mut() {
            Some(Frame::BetweenLow { .. }) => {
                if !and {
                    return Err(self.expected("the AND of BETWEEN"));
                }
                if let Some(Frame::BetweenLow { value, negated }) = self.pop_bracket() {
                    self.frames.push(Frame::BetweenHigh { value, low: operand.node, negated });
                }
            }
            Some(Frame::Chain { and: found, parts, .. }) if *found == and => parts.push(operand.node),
            _ => self.push(Frame::Chain { and, start: operand.span.0, parts: vec![operand.node] })?,
        }
        self.at += 1;
        Ok(())
    }

    /// `IS [NOT] NULL | TRUE | FALSE | UNKNOWN | DISTINCT FROM ...`; `None` if an operand is still to come.
    fn is(&mut self, operand: Operand) -> Result<Option<Operand>> {
        let value = self.reduce(operand, precedence::IS)?;
        if let Some(Frame::BetweenLow { .. }) = self.frames.last() {
            return Err(self.expected("the AND of BETWEEN"));
        }
        self.at += 1;
        let negated = self.take_word("NOT");
        if self.take_word("DISTINCT") {
            if !self.take_word("FROM") {
                return Err(self.expected("FROM"));
            }
            self.push(Frame::Infix { infix: Infix::Distinct { negated }, left: value })?;
            return Ok(None);
        }
        let tests = [("NULL", Test::Null), ("TRUE", Test::True), ("FALSE", Test::False), ("UNKNOWN", Test::Unknown)];
        let Some((_, test)) = tests.into_iter().find(|(word, _)| self.peek().is_word(word)) else {
            return Err(self.expected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM"));
        };
        self.at += 1;
        self.node(Syntax::Is { value: value.node, test, negated }, (value.span.0, self.end())).map(Some)
    }

    fn in_between_like(&mut self, operand: Operand) -> Result<()> {
        let value = self.reduce(operand, precedence::BETWEEN_IN_LIKE)?;
        if let Some(Frame::BetweenLow { .. }) = self.frames.last() {
            return Err(self.expected("the AND of BETWEEN"));
        }
        let negated = self.take_word("NOT");
        if self.take_word("IN") {
            if !self.take_symbol("(") {
                return Err(self.expected("`(` and a list"));
            }
            self.refuse_subquery()?;
            return self.push(Frame::In { value, negated, list: Vec::new() });
        }
        if self.take_word("BETWEEN") {
            return self.push(Frame::BetweenLow { value, negated });
        }
        let fold = self.peek().is_word("ILIKE");
        if !fold && !self.peek().is_word("LIKE") {
            return Err(self.expected("IN, BETWEEN, LIKE or ILIKE"));
        }
        self.at += 1;
        self.push(Frame::Like { value, fold, negated })
    }

    fn escape(&mut self, operand: Operand) -> Result<Operand> {
        let pattern = self.reduce(operand, precedence::BETWEEN_IN_LIKE + 1)?;
        let Some(Frame::Like { value, fold, negated }) = self.frames.pop_if(|frame| matches!(frame, Frame::Like { .. })) else {
            return Err(self.expected("an operator or the end of the rule"));
        };
        self.at += 1;
        let one = match self.peek() {
            Token::Text(text) => {
                let mut chars = text.chars();
                (chars.next(), chars.next())
            }
            _ => return Err(self.expected("one character in single quotes")),
        };
        let (escape, None) = one else { return Err(self.syntax_here("expected at most one character to escape with")) };
        self.at += 1;
        let syntax = Syntax::Like { value: value.node, pattern: pattern.node, escape, fold, negated };
        self.node(syntax, (value.span.0, self.end()))
    }

    fn comma(&mut self, operand: Operand) -> Result<()> {
        let item = self.reduce(operand, 0)?;
        match self.frames.last_mut() {
            Some(Frame::Call { arguments: items, .. } | Frame::In { list: items, .. }) => items.push(item.node),
            None => return Err(self.expected("an operator or the end of the rule")),
            Some(_) => return Err(self.expected(self.closing())),
        }
        self.at += 1;
        Ok(())
    }

    fn close(&mut self, operand: Operand) -> Result<Operand> {
        let inner = self.reduce(operand, 0)?;
        match self.frames.last() {
            None => return Err(self.syntax_here("this `)` closes nothing")),
            Some(Frame::Parenthesis { .. } | Frame::Call { .. } | Frame::In { .. }) => self.at += 1,
            Some(_) => return Err(self.expected(self.closing())),
        }
        let end = self.end();
        match self.pop_bracket() {
            Some(Frame::Call { function, start, mut arguments }) => {
                arguments.push(inner.node);
                self.check_arguments(function, arguments.len(), (start, end))?;
                self.node(Syntax::Call(function, arguments), (start, end))
            }
            Some(Frame::In { value, negated, mut list }) => {
                list.push(inner.node);
                self.node(Syntax::In { value: value.node, list, negated }, (value.span.0, end))
            }
            Some(Frame::Parenthesis { start }) => Ok(Operand { node: inner.node, span: (start, end) }),
            _ => Ok(inner),
        }
    }

    /// WHEN, THEN, ELSE or END; the whole CASE at its end.
    fn case_part(&mut self, operand: Operand, keyword: &str) -> Result<Option<Operand>> {
        let part = self.reduce(operand, 0)?;
        let outside = !matches!(self.frames.last(), Some(Frame::Case { .. }));
        let wanted = if outside && self.frames.is_empty() { "an operator or the end of the rule" } else { self.closing() };
        let error = self.expected(wanted);
        let Some(Frame::Case { start, operand, branches, when, expects, otherwise }) = self.frames.last_mut() else { return Err(error) };
        let start = *start;
        match (*expects, keyword) {
            (CasePart::Operand, "WHEN") => *operand = Some(part.node),
            (CasePart::When, "THEN") => *when = Some(part.node),
            (CasePart::Then, "WHEN" | "ELSE" | "END") => branches.extend(when.take().map(|when| (when, part.node))),
            (CasePart::Else, "END") => *otherwise = Some(part.node),
            _ => return Err(error),
        }
        *expects = match keyword {
            "WHEN" => CasePart::When,
            "THEN" => CasePart::Then,
            _ => CasePart::Else,
        };
        self.at += 1;
        if keyword != "END" {
            return Ok(None);
        }
        match self.pop_bracket() {
            Some(Frame::Case { operand, branches, otherwise, .. }) => {
                self.node(Syntax::Case { operand, branches, otherwise }, (start, self.end())).map(Some)
            }
            _ => Ok(Some(part)),
        }
    }
}
