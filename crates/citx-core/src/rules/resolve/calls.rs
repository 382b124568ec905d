//! Functions and CASE.

use crate::{Error, ErrorKind, Result, RuleLocation};

use super::super::ast::{Literal, NodeId};
use super::super::functions::{self, Function};
use super::super::plan::{Constant, Op, OpId, Side, Type};
use super::{Scope, Typed};

impl Scope<'_, '_> {
    /// A day as a date: dates as they are, timestamps by their local date.
    fn day(&mut self, node: NodeId, wanted: &str) -> Result<(OpId, Type)> {
        match self.beside(node, Type::Date)? {
            (id, from @ (Type::Date | Type::Timestamp)) => Ok((self.cast(id, from, Type::Date), Type::Date)),
            (id, Type::Null) => Ok((id, Type::Null)),
            (_, other) => Err(self.type_error(node, format!("{wanted} a date; this is {}", other.name()))),
        }
    }

    pub(super) fn call(&mut self, function: Function, arguments: &[NodeId]) -> Result<Typed> {
        let wanted = format!("{} wants", function.name());
        match (function, arguments) {
            (Function::AsOf, _) => Ok(self.add(Op::AsOf, Type::Timestamp)),
            (Function::Age | Function::DaysSince, [day]) => {
                let (day, _) = self.day(*day, &wanted)?;
                let as_of = self.builder().add(Op::AsOf, Type::Timestamp);
                let today = self.cast(as_of, Type::Timestamp, Type::Date);
                let op = if function == Function::Age { Op::YearsBetween(today, day) } else { Op::DaysBetween(today, day) };
                Ok(self.add(op, Type::Integer))
            }
            (Function::Abs, [value]) => {
                let (id, data_type) = self.number(*value, &wanted)?;
                Ok(self.add(Op::Abs(id), data_type))
            }
            (Function::Lower | Function::Upper | Function::Length, [value]) => {
                let id = self.text(*value, &wanted)?;
                Ok(match function {
                    Function::Lower => self.add(Op::Lower(id), Type::Text),
                    Function::Upper => self.add(Op::Upper(id), Type::Text),
                    _ => self.add(Op::Length(id), Type::Integer),
                })
            }
            (Function::DateTrunc, [unit, value]) => self.date_trunc(*unit, *value),
            (Function::Round, [value, places @ ..]) => self.round(*value, places.first().copied()),
            (Function::Floor | Function::Ceil, [value]) => {
                let (id, data_type) = self.number(*value, &wanted)?;
                let op = if function == Function::Floor { Op::Floor(id) } else { Op::Ceil(id) };
                Ok(match data_type {
                    Type::Integer => Typed::Value(id, data_type),
                    Type::Decimal(_) => self.add(op, Type::Decimal(0)),
                    other => self.add(op, other),
                })
            }
            (Function::Least | Function::Greatest, values) => {
                let (ids, data_type) = self.unify(values)?;
                Ok(match (function, ids.as_slice()) {
                    (_, [id]) => Typed::Value(*id, data_type),
                    (Function::Least, _) => self.add(Op::Least(ids.into()), data_type),
                    _ => self.add(Op::Greatest(ids.into()), data_type),
                })
            }
            (Function::Trim | Function::LTrim | Function::RTrim, [value, characters @ ..]) => {
                let id = self.text(*value, &wanted)?;
                let characters = match characters.first() {
                    Some(characters) => self.text(*characters, &wanted)?,
                    None => self.builder().constant(Constant::Text(" ".into())),
                };
                let side = match function {
                    Function::LTrim => Side::Start,
                    Function::RTrim => Side::End,
                    _ => Side::Both,
                };
                Ok(self.add(Op::Trim(side, id, characters), Type::Text))
            }
            (Function::RegexpLike, [value, pattern, flags @ ..]) => self.regexp_like(*value, *pattern, flags.first().copied()),
            (Function::HasAny, [list, items @ ..]) => self.has_any(*list, items),
            (Function::HasAll, [list, items @ ..]) => self.has_all(*list, items),
            (Function::StartsWith | Function::EndsWith | Function::Contains, [a, b]) => {
                let (a, b) = (self.text(*a, &wanted)?, self.text(*b, &wanted)?);
                let op = match function {
                    Function::StartsWith => Op::StartsWith(a, b),
                    Function::EndsWith => Op::EndsWith(a, b),
                    _ => Op::Contains(a, b),
                };
                Ok(self.add(op, Type::Boolean))
            }
            (Function::WithinM, [lat, lon, lat0, lon0, metres]) => {
                let mut parts = [0; 5];
                for (part, node) in parts.iter_mut().zip([lat, lon, lat0, lon0, metres]) {
                    let (id, data_type) = self.number(*node, &wanted)?;
                    *part = self.cast(id, data_type, Type::Float);
                }
                Ok(self.add(Op::WithinM(parts), Type::Boolean))
            }
            (Function::EventCount | Function::FirstEvent | Function::LastEvent | Function::MayContact | Function::WithinMAny, _) => {
                self.outside(function, arguments)
            }
            (Function::Coalesce, values) => self.coalesce(values),
            (Function::NullIf, [value, other]) => {
                let (a, b) = self.pair(*value, *other)?;
                let equal = self.boolean(Op::Equal(a.min(b), a.max(b)));
                let (id, data_type) = self.value(*value)?;
                let null = self.builder().constant(Constant::Null);
                Ok(self.add(Op::Case([equal].into(), [null, id].into()), data_type))
            }
            // The parser checked the number of arguments.
            _ => Err(Error::new(ErrorKind::RuleType, format!("{wanted} other arguments"))),
        }
    }

    fn round(&mut self, value: NodeId, places: Option<NodeId>) -> Result<Typed> {
        let (id, data_type) = self.number(value, "round wants")?;
        let places = match places {
            None => 0,
            Some(node) => {
                let (places, _) = self.value(node)?;
                match self.builder().as_constant(places) {
                    Some(Constant::Integer(places)) => (*places).clamp(-400, 400) as i32,
                    Some(Constant::Null) => return Ok(Typed::Value(places, data_type)),
                    _ => return Err(self.type_error(node, "round wants the number of digits as a whole number, written in the rule")),
                }
            }
        };
        Ok(match data_type {
            Type::Integer if places >= 0 => Typed::Value(id, data_type),
            Type::Decimal(scale) if places >= i32::from(scale) => Typed::Value(id, data_type),
            Type::Decimal(scale) => self.add(Op::Round(id, places), Type::Decimal(functions::rounded_scale(scale, places))),
            other => self.add(Op::Round(id, places), other),
        })
    }

    fn regexp_like(&mut self, value: NodeId, pattern: NodeId, flags: Option<NodeId>) -> Result<Typed> {
        let id = self.text(value, "regexp_like wants")?;
        let mut texts = [String::new(), String::new()];
        for (text, node) in texts.iter_mut().zip([Some(pattern), flags].into_iter().flatten()) {
            let written = self.text(node, "regexp_like wants")?;
            match self.builder().as_constant(written) {
                Some(Constant::Text(constant)) => constant.as_ref().clone_into(text),
                Some(Constant::Null) => return Ok(Typed::Value(written, Type::Boolean)),
                _ => return Err(self.type_error(node, "regexp_like wants its pattern and flags written in the rule, as text in quotes")),
            }
        }
        let [expression, flags] = texts;
        let span = self.nodes.get(pattern).map_or((0, 0), |node| node.span);
        let regexp = self.resolver.builder.regexp(&expression, &flags).map_err(|error| error.at(RuleLocation::new(self.text, span)))?;
        Ok(self.add(Op::Regexp(id, regexp), Type::Boolean))
    }

    /// Values of several nodes in their common type.
    fn unify(&mut self, nodes: &[NodeId]) -> Result<(Vec<OpId>, Type)> {
        let mut common = Type::Null;
        for literals in [false, true] {
            for node in nodes.iter().copied() {
                if self.literal_text(node).is_some() != literals {
                    continue;
                }
                let (_, data_type) = if literals { self.beside(node, common)? } else { self.value(node)? };
                common = Self::common(common, data_type)
                    .ok_or_else(|| self.type_error(node, format!("{} does not fit beside {}", data_type.name(), common.name())))?;
            }
        }
        let mut ids = Vec::with_capacity(nodes.len());
        for node in nodes {
            let (id, data_type) = self.beside(*node, common)?;
            ids.push(self.cast(id, data_type, common));
        }
        Ok((ids, common))
    }

    fn coalesce(&mut self, values: &[NodeId]) -> Result<Typed> {
        let (ids, data_type) = self.unify(values)?;
        let Some((last, firsts)) = ids.split_last() else { return Ok(self.literal(&Literal::Null)) };
        let mut conditions = Vec::with_capacity(firsts.len());
        for id in firsts {
            let null = self.boolean(Op::IsNull(*id));
            conditions.push(self.boolean(Op::Not(null)));
        }
        if conditions.is_empty() {
            return Ok(Typed::Value(*last, data_type));
        }
        Ok(self.add(Op::Case(conditions.into(), ids.into()), data_type))
    }

    pub(super) fn case(&mut self, operand: Option<NodeId>, branches: &[(NodeId, NodeId)], otherwise: Option<NodeId>) -> Result<Typed> {
        let mut conditions = Vec::with_capacity(branches.len());
        for (when, _) in branches {
            conditions.push(match operand {
                Some(operand) => {
                    let (a, b) = self.pair(operand, *when)?;
                    self.boolean(Op::Equal(a.min(b), a.max(b)))
                }
                None => self.condition(*when, "WHEN wants a condition")?,
            });
        }
        let nodes: Vec<NodeId> = branches.iter().map(|(_, then)| *then).chain(otherwise).collect();
        let (mut values, data_type) = self.unify(&nodes)?;
        if data_type == Type::Null {
            return Ok(self.literal(&Literal::Null));
        }
        if otherwise.is_none() {
            values.push(self.builder().constant(Constant::Null));
        }
        Ok(self.add(Op::Case(conditions.into(), values.into()), data_type))
    }
}
