//! CAST, and the parts of dates and instants.

use crate::Result;

use super::super::ast::{NodeId, Part, Target};
use super::super::plan::{Op, OpId, Type};
use super::{Scope, Typed};

impl Scope<'_, '_> {
    pub(super) fn explicit_cast(&mut self, value: NodeId, target: Target) -> Result<Typed> {
        let (id, from) = self.value(value)?;
        let to = match target {
            Target::Boolean => Type::Boolean,
            Target::Integer => Type::Integer,
            Target::Float => Type::Float,
            Target::Decimal { scale, .. } => Type::Decimal(scale),
            Target::Text => Type::Text,
            Target::Date => Type::Date,
            Target::Timestamp => Type::Timestamp,
        };
        let possible = match (from, to) {
            (Type::Null, _) => return Ok(self.add(Op::Cast(id, target), to)),
            (Type::List(_), _) => false,
            (_, Type::Text) | (Type::Text, _) => true,
            (Type::Date | Type::Timestamp, to) => matches!(to, Type::Date | Type::Timestamp),
            (_, to) => !matches!(to, Type::Date | Type::Timestamp),
        };
        if !possible {
            return Err(self.type_error(value, format!("{} cannot be cast to {target}", from.name())));
        }
        // What never fails is the operation that comparisons use too.
        let same = match (from, to) {
            (from, to) if from == to && !matches!(to, Type::Decimal(_)) => true,
            (Type::Integer | Type::Decimal(_), Type::Float) | (Type::Date, Type::Timestamp) | (Type::Timestamp, Type::Date) => true,
            _ => false,
        };
        Ok(if same { Typed::Value(self.cast(id, from, to), to) } else { self.add(Op::Cast(id, target), to) })
    }

    /// A date or a timestamp.
    pub(super) fn moment(&mut self, node: NodeId, wanted: &str) -> Result<(OpId, Type)> {
        match self.value(node)? {
            (id, data_type @ (Type::Date | Type::Timestamp | Type::Null)) => Ok((id, data_type)),
            (_, other) => Err(self.type_error(node, format!("{wanted} a date or a timestamp; this is {}", other.name()))),
        }
    }

    /// `date_trunc('month', x)`.
    pub(super) fn date_trunc(&mut self, unit: NodeId, value: NodeId) -> Result<Typed> {
        let part = self.literal_text(unit).and_then(Part::named).filter(|part| part.is_unit());
        let Some(part) = part else {
            let units: Vec<&str> = Part::all().filter(|part| part.is_unit()).map(Part::name).collect();
            return Err(self.type_error(unit, format!("date_trunc wants one of these in quotes: {}", units.join(", "))));
        };
        let (id, data_type) = self.moment(value, "date_trunc wants")?;
        Ok(self.add(Op::Truncate(part, id), data_type))
    }
}
