//! IN, has_any and has_all: what can be looked up in a set, and what is compared.

use std::collections::HashMap;
use std::sync::Arc;

use crate::Result;

use super::super::ast::NodeId;
use super::super::functions;
use super::super::plan::{Constant, Op, OpId, Set, Type};
use super::{LIST_ONLY, Scope, Typed};

impl Scope<'_, '_> {
    /// `x IN (a, b)` is `x = a OR x = b`; the constants of x's own type are one set.
    pub(super) fn in_list(&mut self, value: NodeId, list: &[NodeId]) -> Result<OpId> {
        let mut parts = Vec::new();
        let mut sets: HashMap<OpId, Vec<Constant>> = HashMap::new();
        for item in list {
            let (a, b) = self.pair(value, *item)?;
            let builder = &self.resolver.builder;
            match (builder.as_constant(a), builder.as_constant(b)) {
                (None, Some(constant)) if !matches!(constant, Constant::Null | Constant::Boolean(_)) => {
                    sets.entry(a).or_default().push(constant.clone());
                }
                _ => parts.push(self.boolean(Op::Equal(a.min(b), a.max(b)))),
            }
        }
        let mut looked_up: Vec<_> = sets.into_iter().collect();
        looked_up.sort_unstable_by_key(|(id, _)| *id);
        for (id, constants) in looked_up {
            let scale = match self.builder().operations.types.get(id as usize) {
                Some(Type::Decimal(scale)) => *scale,
                _ => 0,
            };
            let set = self.builder().set(set_of(constants, scale));
            parts.push(self.boolean(Op::In(id, set)));
        }
        Ok(self.boolean(Op::Or(parts.into())))
    }

    /// A list column, and the type of its elements; null where the column is always null.
    fn list(&self, node: NodeId, wanted: &str) -> Result<(OpId, Type)> {
        match self.value(node)? {
            (id, Type::List(element)) => Ok((id, Type::of_element(element))),
            (id, Type::Null) => Ok((id, Type::Null)),
            (_, other) => Err(self.type_error(node, format!("{wanted} wants a list; this is {}", other.name()))),
        }
    }

    /// Values to look for, as operations that compare with the elements.
    fn items(&mut self, items: &[NodeId], element: Type) -> Result<Vec<OpId>> {
        items.iter().map(|item| self.item(*item, element)).collect()
    }

    fn item(&mut self, node: NodeId, element: Type) -> Result<OpId> {
        use Type::{Date, Decimal, Float, Integer, List, Null, Timestamp};
        let (id, data_type) = self.beside(node, element)?;
        Ok(match (element, data_type) {
            (_, List(_)) => return Err(self.type_error(node, LIST_ONLY)),
            (Null, _) | (_, Null) | (Decimal(_), Decimal(_)) => id,
            (element, data_type) if element == data_type => id,
            (Float, Integer | Decimal(_)) => self.cast(id, data_type, Float),
            (Decimal(_), Integer) => self.cast(id, Integer, Decimal(0)),
            (Integer, Decimal(_)) if self.builder().as_constant(id).is_some() => self.whole(id),
            (Timestamp, Date) => self.cast(id, Date, Timestamp),
            (element, data_type) => {
                let message =
                    format!("the elements of the list are not comparable: each is {}; this is {}", element.name(), data_type.name());
                return Err(self.type_error(node, message));
            }
        })
    }

    /// A decimal constant as the integer that equals it; null, which no list holds, if there is none.
    fn whole(&mut self, id: OpId) -> OpId {
        let whole = match self.builder().as_constant(id) {
            Some(&Constant::Decimal(digits, scale)) => at_scale(digits, scale, 0).and_then(|whole| i64::try_from(whole).ok()),
            _ => None,
        };
        self.builder().constant(whole.map_or(Constant::Null, Constant::Integer))
    }

    /// Whether a list holds one of several values: the constants are one set.
    pub(super) fn has_any(&mut self, list: NodeId, items: &[NodeId]) -> Result<Typed> {
        let (list, element) = self.list(list, "has_any")?;
        let items = self.items(items, element)?;
        let is_constant = |id: &OpId| {
            let constant = self.resolver.builder.as_constant(*id);
            element != Type::Null && constant.is_some_and(|constant| !matches!(constant, Constant::Null | Constant::Boolean(_)))
        };
        let (constants, others): (Vec<OpId>, Vec<OpId>) = items.into_iter().partition(is_constant);
        let mut parts: Vec<OpId> = others.into_iter().map(|item| self.boolean(Op::Holds(list, item))).collect();
        match *constants {
            [] => {}
            [item] => parts.push(self.boolean(Op::Holds(list, item))),
            _ => {
                let scale = if let Type::Decimal(scale) = element { scale } else { 0 };
                let constants = constants.iter().filter_map(|id| self.resolver.builder.as_constant(*id).cloned()).collect();
                let set = self.builder().set(set_of(constants, scale));
                parts.push(self.boolean(Op::HoldsAny(list, set)));
            }
        }
        Ok(Typed::Value(self.boolean(Op::Or(parts.into())), Type::Boolean))
    }

    /// Whether a list holds each of several values.
    pub(super) fn has_all(&mut self, list: NodeId, items: &[NodeId]) -> Result<Typed> {
        let (list, element) = self.list(list, "has_all")?;
        let parts: Vec<OpId> = self.items(items, element)?.into_iter().map(|item| self.boolean(Op::Holds(list, item))).collect();
        Ok(Typed::Value(self.boolean(Op::And(parts.into())), Type::Boolean))
    }
}

/// Constants of one type as a set to look values of that type up in.
fn set_of(constants: Vec<Constant>, scale: i8) -> Set {
    let (mut integers, mut floats, mut decimals, mut texts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for constant in constants {
        match constant {
            Constant::Integer(value) | Constant::Timestamp(value) => integers.push(value),
            Constant::Date(days) => integers.push(i64::from(days)),
            Constant::Float(bits) => floats.push(functions::float_key(f64::from_bits(bits))),
            // What has no digits at this scale equals no value of it.
            Constant::Decimal(digits, from) => decimals.extend(at_scale(digits, from, scale)),
            Constant::Text(text) => texts.push(text),
            Constant::Null | Constant::Boolean(_) => {}
        }
    }
    fn sorted<T: Ord>(mut values: Vec<T>) -> Arc<[T]> {
        values.sort_unstable();
        values.dedup();
        values.into()
    }
    if !texts.is_empty() {
        Set::Texts(sorted(texts))
    } else if !floats.is_empty() {
        Set::Floats(sorted(floats))
    } else if !integers.is_empty() {
        Set::Integers(sorted(integers))
    } else {
        Set::Decimals(sorted(decimals))
    }
}

/// The digits of the same number at another scale, if it has such.
fn at_scale(digits: i128, from: i8, to: i8) -> Option<i128> {
    if to >= from {
        return functions::rescale(digits, from, to);
    }
    let unit = 10_i128.checked_pow(u32::try_from(i16::from(from) - i16::from(to)).ok()?)?;
    (digits % unit == 0).then(|| digits / unit)
}
