//! Where an operand has just ended: operators, closing brackets, or the end.

use crate::Result;

use super::super::ast::{Syntax, Test};
use super::super::lex::Token;
use super::{CasePart, Frame, Infix, Link, Next, Operand, Parser, precedence};

impl Parser<'_> {
    pub(super) fn after(&mut self, mut operand: Operand) -> Result<Next> {
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
                "AND" => self.chain(operand, Link::And).map(|()| None)?,
                "OR" => self.chain(operand, Link::Or).map(|()| None)?,
                "||" => self.chain(operand, Link::Concat).map(|()| None)?,
                "::" => Some(self.cast_behind(operand)?),
                "AS" => Some(self.cast(operand)?),
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
            Some(Frame::Cast { .. }) => "AS and a type",
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

    fn chain(&mut self, operand: Operand, link: Link) -> Result<()> {
        let operand = self.reduce(operand, link.precedence() + 1)?;
        match self.frames.last_mut() {
            Some(Frame::BetweenLow { .. }) if link != Link::Concat => {
                if link == Link::Or {
                    return Err(self.expected("the AND of BETWEEN"));
                }
                if let Some(Frame::BetweenLow { value, negated }) = self.pop_bracket() {
                    self.frames.push(Frame::BetweenHigh { value, low: operand.node, negated });
                }
            }
            Some(Frame::Chain { link: found, parts, .. }) if *found == link => parts.push(operand.node),
            _ => self.push(Frame::Chain { link, start: operand.span.0, parts: vec![operand.node] })?,
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
            Some(Frame::Parenthesis { .. } | Frame::Call { .. } | Frame::In { .. } | Frame::Extract { .. }) => self.at += 1,
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
            Some(Frame::Extract { part, start }) => self.node(Syntax::Extract(part, inner.node), (start, end)),
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
