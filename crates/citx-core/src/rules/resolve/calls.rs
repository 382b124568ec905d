//! Functions and CASE.

use crate::{Error, ErrorKind, Result};

use super::super::ast::{Literal, NodeId};
use super::super::functions::Function;
use super::super::plan::{Constant, Op, OpId, Type};
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
