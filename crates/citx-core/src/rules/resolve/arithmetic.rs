//! Arithmetic on numbers, dates and intervals.

use crate::Result;
use crate::time::Interval;

use super::super::ast::{Arithmetic, NodeId};
use super::super::plan::{Constant, Op, Type};
use super::{Scope, Typed};

impl Scope<'_, '_> {
    pub(super) fn arithmetic(&mut self, arithmetic: Arithmetic, left: NodeId, right: NodeId) -> Result<Typed> {
        use Arithmetic::{Add, Divide, Multiply, Subtract};
        match (arithmetic, self.typed.get(left).copied(), self.typed.get(right).copied()) {
            (Add, Some(Typed::Interval(interval)), _) => return self.shift(right, interval),
            (Add, _, Some(Typed::Interval(interval))) => return self.shift(left, interval),
            (Subtract, _, Some(Typed::Interval(interval))) => {
                let back = interval.negated().ok_or_else(|| self.type_error(right, "the interval is too long"))?;
                return self.shift(left, back);
            }
            _ => {}
        }
        let ((a, a_type), (b, b_type)) = (self.value(left)?, self.value(right)?);
        match (arithmetic, a_type, b_type) {
            (Subtract, Type::Date, Type::Date) => return Ok(self.add(Op::DaysBetween(a, b), Type::Integer)),
            (Add, Type::Date, Type::Integer) => return Ok(self.add(Op::AddDays(a, b), Type::Date)),
            (Add, Type::Integer, Type::Date) => return Ok(self.add(Op::AddDays(b, a), Type::Date)),
            (Subtract, Type::Date, Type::Integer) => {
                let back = self.builder().add(Op::Negate(b), Type::Integer);
                return Ok(self.add(Op::AddDays(a, back), Type::Date));
            }
            // The null is a day or days: either way nothing comes of it.
            (Add | Subtract, Type::Date, Type::Null) | (Add | Subtract, Type::Null, Type::Date) => {
                return Ok(Typed::Value(self.builder().constant(Constant::Null), Type::Null));
            }
            (Subtract, Type::Date | Type::Timestamp, Type::Date | Type::Timestamp) => {
                return Err(self.type_error(right, "instants cannot be subtracted; use days_since(..), or compare with + INTERVAL '..'"));
            }
            _ => {}
        }
        let ((a, a_type), (b, b_type)) = (self.number(left, "arithmetic wants")?, self.number(right, "arithmetic wants")?);
        let data_type = match Self::common(a_type, b_type) {
            Some(Type::Null) | None => return Ok(Typed::Value(self.builder().constant(Constant::Null), Type::Null)),
            Some(_) if arithmetic == Divide => Type::Float,
            Some(common) => common,
        };
        let Type::Decimal(scale) = data_type else {
            let (a, b) = (self.cast(a, a_type, data_type), self.cast(b, b_type, data_type));
            return Ok(self.add(Op::Arithmetic(arithmetic, a, b), data_type));
        };
        if arithmetic != Multiply {
            let (a, b) = (self.cast(a, a_type, data_type), self.cast(b, b_type, data_type));
            return Ok(self.add(Op::Arithmetic(arithmetic, a, b), Type::Decimal(scale)));
        }
        let scaled = |data_type: Type| if let Type::Decimal(scale) = data_type { scale } else { 0 };
        let (a_scale, b_scale) = (scaled(a_type), scaled(b_type));
        let (a, b) = (self.cast(a, a_type, Type::Decimal(a_scale)), self.cast(b, b_type, Type::Decimal(b_scale)));
        match a_scale.checked_add(b_scale).filter(|scale| *scale <= 38) {
            Some(scale) => Ok(self.add(Op::Arithmetic(Multiply, a, b), Type::Decimal(scale))),
            None => Err(self.type_error(right, "the product has more than 38 digits behind the point; multiply by a float such as 1e0")),
        }
    }

    fn shift(&mut self, node: NodeId, interval: Interval) -> Result<Typed> {
        match self.value(node)? {
            (id, Type::Date) if interval.micros == 0 => Ok(self.add(Op::ShiftDate(id, interval), Type::Date)),
            (id, from @ (Type::Date | Type::Timestamp)) => {
                let id = self.cast(id, from, Type::Timestamp);
                Ok(self.add(Op::ShiftTimestamp(id, interval), Type::Timestamp))
            }
            (id, Type::Null) => Ok(Typed::Value(id, Type::Null)),
            (_, other) => {
                Err(self.type_error(node, format!("an interval can only be added to a date or a timestamp; this is {}", other.name())))
            }
        }
    }
}
