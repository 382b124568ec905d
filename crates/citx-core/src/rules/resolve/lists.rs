//! IN: what can be looked up in a set, and what is compared.

use std::collections::HashMap;
use std::sync::Arc;

use crate::Result;

use super::super::ast::NodeId;
use super::super::functions;
use super::super::plan::{Constant, Op, OpId, Set, Type};
use super::Scope;

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
