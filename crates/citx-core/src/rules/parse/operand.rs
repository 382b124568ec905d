//! Where an operand must stand: signs, NOT, opening brackets, and then a value, a column or a call.

use crate::{Error, ErrorKind, Result, RuleLocation, table};

use super::super::ast::{Literal, Syntax};
use super::super::functions::Function;
use super::super::lex::{Span, Token};
use super::super::literal;
use super::{CasePart, Frame, Operand, Parser};

impl Parser<'_> {
    /// Reads what opens (signs, NOT, brackets) onto the stack, and then one operand.
    pub(super) fn operand(&mut self) -> Result<Operand> {
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
            "CAST" | "TRY_CAST" if call => {
                self.at += 2;
                self.refuse_subquery()?;
                self.push(Frame::Cast { start })?;
                return Ok(None);
            }
            "EXTRACT" if call => {
                self.extract(start)?;
                return Ok(None);
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

    pub(super) fn refuse_subquery(&self) -> Result<()> {
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
            let mut location = RuleLocation::new(self.text, span);
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

    pub(super) fn check_arguments(&self, function: Function, found: usize, span: Span) -> Result<()> {
        match function.refuses(found) {
            Some(message) => Err(self.error(ErrorKind::RuleType, span, message)),
            None => Ok(()),
        }
    }
}
