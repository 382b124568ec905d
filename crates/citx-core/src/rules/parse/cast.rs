//! CAST, `::` and EXTRACT: the types and parts that rules name.

use crate::{Error, ErrorKind, Result, RuleLocation, table};

use super::super::ast::{Part, Syntax, Target};
use super::super::lex::Token;
use super::{Frame, Operand, Parser};

/// Digits in all, and behind the point, of DECIMAL without its own, as in DuckDB.
const DEFAULT_DECIMAL: (u8, i8) = (18, 3);
const MAX_PRECISION: u8 = 38;

/// The type that a text names, as behind AS.
pub(in super::super) fn target(text: &str) -> Option<Target> {
    let mut parser = Parser::new(text).ok()?;
    let target = parser.target().ok()?;
    (parser.peek() == &Token::End).then_some(target)
}

impl Parser<'_> {
    /// `x::type`, from the operator.
    pub(super) fn cast_behind(&mut self, operand: Operand) -> Result<Operand> {
        self.at += 1;
        let target = self.target()?;
        self.node(Syntax::Cast(operand.node, target), (operand.span.0, self.end()))
    }

    /// `AS type)`, the rest of a CAST.
    pub(super) fn cast(&mut self, operand: Operand) -> Result<Operand> {
        let value = self.reduce(operand, 0)?;
        let Some(Frame::Cast { start }) = self.frames.last() else {
            return Err(self.expected("an operator or the end of the rule"));
        };
        let start = *start;
        self.at += 1;
        let target = self.target()?;
        if !self.take_symbol(")") {
            return Err(self.expected("`)` behind the type"));
        }
        self.pop_bracket();
        self.node(Syntax::Cast(value.node, target), (start, self.end()))
    }

    fn target(&mut self) -> Result<Target> {
        let Token::Word(word) = self.peek().clone() else { return Err(self.expected("a type")) };
        let target = match word.to_ascii_uppercase().as_str() {
            "BOOLEAN" | "BOOL" => Target::Boolean,
            "INTEGER" | "INT" | "BIGINT" => Target::Integer,
            "DOUBLE" | "FLOAT" | "REAL" => Target::Float,
            "DECIMAL" | "NUMERIC" => {
                self.at += 1;
                return self.decimal();
            }
            "TEXT" | "VARCHAR" | "STRING" => Target::Text,
            "DATE" => Target::Date,
            "TIMESTAMP" | "TIMESTAMPTZ" => Target::Timestamp,
            _ => {
                let message =
                    format!("there is no type `{word}`; expected BOOLEAN, BIGINT, DOUBLE, DECIMAL(p, s), TEXT, DATE or TIMESTAMP");
                return Err(self.syntax_here(message));
            }
        };
        self.at += 1;
        if word.eq_ignore_ascii_case("DOUBLE") {
            self.take_word("PRECISION");
        }
        Ok(target)
    }

    /// `(p)`, `(p, s)` or nothing, behind DECIMAL.
    fn decimal(&mut self) -> Result<Target> {
        if !self.take_symbol("(") {
            let (precision, scale) = DEFAULT_DECIMAL;
            return Ok(Target::Decimal { precision, scale });
        }
        let precision = self.digits(1, MAX_PRECISION)?;
        let scale = if self.take_symbol(",") { self.digits(0, precision)? } else { 0 };
        if !self.take_symbol(")") {
            return Err(self.expected("`)` behind the digits of DECIMAL"));
        }
        Ok(Target::Decimal { precision, scale: scale as i8 })
    }

    fn digits(&mut self, least: u8, most: u8) -> Result<u8> {
        let wanted = format!("a whole number from {least} to {most}");
        let Token::Number(digits) = self.peek() else { return Err(self.expected(&wanted)) };
        match digits.parse() {
            Ok(digits) if (least..=most).contains(&digits) => {
                self.at += 1;
                Ok(digits)
            }
            _ => Err(self.syntax_here(format!("expected {wanted}"))),
        }
    }

    /// `EXTRACT(part FROM`, the operand still to come.
    pub(super) fn extract(&mut self, start: usize) -> Result<()> {
        self.at += 2;
        let span = self.span();
        let (Token::Word(word) | Token::Text(word)) = self.peek() else { return Err(self.expected("a part such as YEAR")) };
        let Some(part) = Part::named(word) else {
            let message = format!("there is no part `{word}` of a date or time");
            let mut location = RuleLocation::new(self.text, span);
            location.suggestion = table::nearest(&word.to_ascii_lowercase(), Part::all().map(Part::name)).map(str::to_owned);
            return Err(Error::new(ErrorKind::RuleSyntax, message).at(location));
        };
        self.at += 1;
        if !self.take_word("FROM") {
            return Err(self.expected("FROM"));
        }
        self.push(Frame::Extract { part, start })
    }
}
