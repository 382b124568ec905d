//! Dates and instants: steps, parts and changes from one to the other. The zone is asked once for each day.

use crate::time::Interval;

use super::super::ast::Part;
use super::super::clock::Clock;
use super::super::parts;
use super::*;

const DAY: i64 = 86_400_000_000;

fn date(days: i64) -> Option<Date> {
    i32::try_from(days).ok().map(Date::from_days)
}

fn days_of(date: Date) -> i64 {
    i64::from(date.as_days())
}

impl Block<'_, '_> {
    pub(super) fn time(&self, op: &Op) -> Vector<'static> {
        let mut operand = None;
        op.operands(|id| operand = Some(id));
        let Some((of, Vector::Integers(values))) = operand.and_then(|id| Some((self.type_of(id), self.vector(id)?))) else {
            return Vector::Mask(Mask::constant(self.rows, None));
        };
        let mut clock = Clock::new(self.context.time_zone);
        Vector::Integers(match op {
            Op::ToTimestamp(_) => map(values, |days| clock.midnight(days_of(date(days)?))),
            Op::ToDate(_) => map(values, |at| clock.date(at)),
            Op::ShiftDate(_, interval) => map(values, |days| date(days)?.checked_add(*interval).map(days_of)),
            Op::ShiftTimestamp(_, interval) => map(values, |at| shift(&mut clock, at, *interval)),
            Op::Extract(part, _) if of == Type::Date => map(values, |days| parts::of_date(*part, days)),
            Op::Extract(part, _) => map(values, |at| parts::of_clock(*part, clock.local(at)?)),
            Op::Truncate(part, _) if of == Type::Date => map(values, |days| parts::start_of(*part, days)),
            Op::Truncate(part, _) => map(values, |at| truncate(&mut clock, *part, at)),
            _ => map(values, |_| None),
        })
    }
}

/// As [`crate::time::Timestamp::checked_add`].
fn shift(clock: &mut Clock, at: i64, interval: Interval) -> Option<i64> {
    let stepped = if interval.months == 0 && interval.days == 0 {
        at
    } else {
        let local = clock.local(at)?;
        let day = date(local.div_euclid(DAY))?.checked_add(Interval { micros: 0, ..interval })?;
        clock.instant(days_of(day).checked_mul(DAY)?.checked_add(local.rem_euclid(DAY))?)?
    };
    stepped.checked_add(interval.micros)
}

fn truncate(clock: &mut Clock, part: Part, at: i64) -> Option<i64> {
    let local = clock.local(at)?;
    if part.is_of_time() {
        return at.checked_sub(parts::passed(part, local));
    }
    clock.midnight(parts::start_of(part, local.div_euclid(DAY))?)
}
