//! Where the answer of a condition on one ordered column can change: its cut points.
//!
//! A comparison of a column, or of a monotone function of it, with what is the same for all rows changes at one or two places. Between the
//! cuts of all conditions on a column, one value stands for all.

use std::cmp::Ordering;

use crate::time::TimeZone;

use super::super::Context;
use super::super::plan::{Op, OpId, Operations, Set, Type};
use super::super::row::{self, Scalar};
use super::column::{Position, Raw};

/// Where a value reaches a constant, and where it passes it.
const BOTH: [Ordering; 2] = [Ordering::Equal, Ordering::Greater];

/// A column of ordered values, and what is known before any row is read.
pub(super) struct Cutter<'a> {
    pub operations: &'a Operations,
    pub context: &'a Context,
    /// The values of operations that do not depend on rows.
    pub scalars: &'a [Scalar<'a>],
    pub column: u32,
    pub raw: Raw<'a>,
    /// Reads the value at a position of the column's own type.
    pub value: &'a dyn Fn(i64) -> Scalar<'a>,
    /// Whether positions are the numbers, days or microseconds that rules compute with.
    pub plain: bool,
    /// A minute in positions, of a column of instants.
    pub minute: i64,
}

impl Cutter<'_> {
    fn op(&self, id: OpId) -> Option<&Op> {
        self.operations.ops.get(id as usize)
    }

    fn on_rows(&self, id: OpId) -> bool {
        self.operations.depends.get(id as usize).is_some_and(|depends| depends.on_rows())
    }

    fn scalar(&self, id: OpId) -> &Scalar<'_> {
        self.scalars.get(id as usize).unwrap_or(&Scalar::Null)
    }

    /// Adds the positions at which the condition `id` changes, the least of each stretch; `None` if they cannot be told.
    pub fn cuts(&self, id: OpId, cuts: &mut Vec<i64>) -> Option<()> {
        // Whole numbers from 2^63 on are null.
        if matches!(self.raw, Raw::U64(_)) {
            cuts.push(0);
        }
        match self.op(id)? {
            Op::IsNull(inner) => match self.op(*inner)? {
                Op::Column(_) if self.plain => Some(()),
                _ => None,
            },
            Op::Less(a, b) if !self.on_rows(*b) => self.compare(*a, *b, &[Ordering::Equal], cuts),
            Op::Less(a, b) if !self.on_rows(*a) => self.compare(*b, *a, &[Ordering::Greater], cuts),
            Op::Equal(a, b) | Op::Same(a, b) if !self.on_rows(*b) => self.compare(*a, *b, &BOTH, cuts),
            Op::Equal(a, b) | Op::Same(a, b) if !self.on_rows(*a) => self.compare(*b, *a, &BOTH, cuts),
            Op::In(value, set) => self.contained(*value, self.operations.sets.get(*set as usize)?, cuts),
            _ => None,
        }
    }

    /// Cuts where the order of `value` and `constant` first is one of `wanted`.
    fn compare(&self, value: OpId, constant: OpId, wanted: &[Ordering], cuts: &mut Vec<i64>) -> Option<()> {
        let constant = self.scalar(constant);
        if *constant == Scalar::Null {
            // Unknown wherever there is a value, or, of a difference, the same for all values; what a step beyond the calendar makes of one
            // is null too.
            return (self.plain && matches!(self.op(value)?, Op::Column(_))).then_some(());
        }
        if self.plain && matches!(self.op(value)?, Op::Column(_)) {
            return self.around(self.position_of(constant)?, wanted, cuts);
        }
        self.bisect(value, constant, wanted, cuts)
    }

    fn contained(&self, value: OpId, set: &Set, cuts: &mut Vec<i64>) -> Option<()> {
        let data_type = *self.operations.types.get(value as usize)?;
        let plain = self.plain && matches!(self.op(value)?, Op::Column(_));
        let mut one = |constant: Scalar<'_>| match plain {
            true => self.around(self.position_of(&constant)?, &BOTH, cuts),
            false => self.bisect(value, &constant, &BOTH, cuts),
        };
        match set {
            Set::Integers(values) => values.iter().try_for_each(|value| one(typed(*value, data_type)?)),
            Set::Floats(values) => values.iter().try_for_each(|bits| one(Scalar::Float(f64::from_bits(*bits)))),
            Set::Decimals(_) | Set::Texts(_) => None,
        }
    }

    fn position_of(&self, constant: &Scalar<'_>) -> Option<i64> {
        match constant {
            Scalar::Integer(value) | Scalar::Timestamp(value) => match self.raw {
                Raw::U64(_) => Some(u64::try_from(*value).map_or(i64::MIN, Position::position)),
                _ => Some(*value),
            },
            Scalar::Date(days) => Some(i64::from(*days)),
            Scalar::Float(value) if !value.is_nan() => match self.raw {
                Raw::F64(_) => Some(value.position()),
                _ => None,
            },
            _ => None,
        }
    }

    fn around(&self, position: i64, wanted: &[Ordering], cuts: &mut Vec<i64>) -> Option<()> {
        let (least, greatest, _) = self.raw.bounds();
        if wanted.contains(&Ordering::Equal) && position > least && position <= greatest {
            cuts.push(position);
        }
        if wanted.contains(&Ordering::Greater) && position >= least && position < greatest {
            cuts.push(position + 1);
        }
        // Behind infinity there is only NaN, which no bound can tell from the rest.
        (!matches!(self.raw, Raw::F32(_) | Raw::F64(_)) || position < greatest).then_some(())
    }

    /// The operations from the column to `value`, innermost first, if each keeps the order of its operand or turns it round; with whether
    /// the whole turns it round.
    fn chain(&self, value: OpId) -> Option<(Vec<OpId>, bool)> {
        let (mut chain, mut turned, mut at) = (Vec::new(), false, value);
        loop {
            let op = self.op(at)?;
            chain.push(at);
            let zone = self.context.time_zone;
            let (next, turns) = match op {
                Op::Column(column) => {
                    chain.reverse();
                    return (*column == self.column).then_some((chain, turned));
                }
                Op::ToFloat(inner) | Op::ToDate(inner) | Op::ToTimestamp(inner) | Op::ShiftDate(inner, _) => (*inner, false),
                Op::ToDecimal(inner, scale) if *scale <= 18 && self.operations.types.get(*inner as usize) == Some(&Type::Integer) => {
                    (*inner, false)
                }
                // Days on the wall clock can change places where clocks go back, and months where one is shorter: a month before the noon
                // of 28 March 2026 lies behind that before the midnight after it.
                Op::ShiftTimestamp(inner, interval) if interval.months == 0 && (zone == TimeZone::UTC || interval.days == 0) => {
                    (*inner, false)
                }
                Op::Negate(inner) => (*inner, true),
                Op::AddDays(inner, other) | Op::DaysBetween(inner, other) | Op::YearsBetween(inner, other) if !self.on_rows(*other) => {
                    (*inner, false)
                }
                Op::DaysBetween(other, inner) | Op::YearsBetween(other, inner) if !self.on_rows(*other) => (*inner, true),
                _ => return None,
            };
            turned ^= turns;
            at = next;
        }
    }

    /// Looks for the places by halving: where the value begins and ends to exist, and where it reaches and passes the constant.
    fn bisect(&self, value: OpId, constant: &Scalar<'_>, wanted: &[Ordering], cuts: &mut Vec<i64>) -> Option<()> {
        let (chain, turned) = self.chain(value)?;
        let order = |position: i64| -> Option<Ordering> {
            let order = row::compare(&self.evaluate(&chain, position), constant)?;
            Some(if turned { order.reverse() } else { order })
        };
        let (least, greatest, zero) = self.raw.bounds();
        order(zero)?;
        let first = if order(least).is_some() { least } else { least_where(least, zero, |at| order(at).is_some()) };
        let beyond = if order(greatest).is_some() { None } else { Some(least_where(zero, greatest, |at| order(at).is_none())) };
        let last = beyond.map_or(greatest, |beyond| beyond - 1);
        if first > least {
            cuts.push(first);
        }
        cuts.extend(beyond);
        for wanted in wanted.iter().map(|wanted| if turned { wanted_turned(*wanted) } else { *wanted }) {
            let reached = |at: i64| order(at).is_some_and(|order| order >= wanted);
            if reached(first) || !reached(last) {
                continue;
            }
            let cut = least_where(first, last, reached);
            if !self.is_steady(&chain, cut, reached) {
                return None;
            }
            cuts.push(cut);
        }
        // Behind infinity there is only NaN.
        (!matches!(self.raw, Raw::F32(_) | Raw::F64(_))).then_some(())
    }

    fn evaluate(&self, chain: &[OpId], position: i64) -> Scalar<'_> {
        let mut values: Vec<(OpId, Scalar<'_>)> = Vec::with_capacity(chain.len());
        for id in chain {
            let next = match self.op(*id) {
                Some(Op::Column(_)) => (self.value)(position),
                Some(op) => {
                    let get = |wanted: OpId| {
                        let known = values.iter().find(|(id, _)| *id == wanted);
                        known.map_or_else(|| self.scalars.get(wanted as usize).unwrap_or(&Scalar::Null), |(_, value)| value)
                    };
                    row::apply(op, self.operations, &get, Some(self.context))
                }
                None => Scalar::Null,
            };
            values.push((*id, next));
        }
        values.pop().map_or(Scalar::Null, |(_, value)| value)
    }

    /// Whether the answer changes once near `cut`: clocks that go back over midnight give a date twice.
    fn is_steady(&self, chain: &[OpId], cut: i64, reached: impl Fn(i64) -> bool) -> bool {
        let to_date = chain.iter().any(|id| matches!(self.op(*id), Some(Op::ToDate(_))));
        if !to_date || self.context.time_zone == TimeZone::UTC {
            return true;
        }
        // Since clocks were standardised they change by whole minutes and by less than three hours.
        (-180..=180_i64).all(|minutes| {
            let at = cut.saturating_add(minutes * self.minute);
            reached(at) == (at >= cut)
        })
    }
}

/// A value that falls reaches a constant where one that rises passes it.
fn wanted_turned(wanted: Ordering) -> Ordering {
    if wanted == Ordering::Equal { Ordering::Greater } else { Ordering::Equal }
}

/// The least place in `from..=to` where `test` holds, given that it holds at `to` and on from there downward to where it begins.
fn least_where(from: i64, to: i64, test: impl Fn(i64) -> bool) -> i64 {
    let (mut fails, mut holds) = (from, to);
    while holds.wrapping_sub(fails) as u64 > 1 {
        let middle = fails.wrapping_add((holds.wrapping_sub(fails) as u64 / 2) as i64);
        if test(middle) { holds = middle } else { fails = middle }
    }
    holds
}

fn typed(value: i64, data_type: Type) -> Option<Scalar<'static>> {
    Some(match data_type {
        Type::Integer => Scalar::Integer(value),
        Type::Timestamp => Scalar::Timestamp(value),
        Type::Date => Scalar::Date(i32::try_from(value).ok()?),
        _ => return None,
    })
}
