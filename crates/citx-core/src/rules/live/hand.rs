//! The clock's hands: what is computed from the instant asked for alone, and when it moves.

use crate::time::{DAY_MICROS, Date, Interval, TimeZone, Timestamp};

use super::super::plan::{Constant, Op, OpId, Operations};

/// One step from the instant asked for to what rules compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Step {
    Shift(Interval),
    ToDate,
    ShiftDate(Interval),
    AddDays(i64),
    ToTimestamp,
}

/// A date or an instant that goes forward with time, save where clocks go back or a month is shorter than the one before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Hand {
    steps: Vec<Step>,
}

/// How far a step may fall back or stand still: months differ by three days, zones have shifted by one.
const SLACK: i64 = 6 * DAY_MICROS;

#[derive(Clone, Copy)]
enum At {
    Instant(Timestamp),
    Day(Date),
}

impl Hand {
    /// The instant that lies `window` before the one asked for; without a window, the instant itself.
    pub fn back(window: Option<Interval>) -> Option<Self> {
        match window {
            None => Some(Self { steps: Vec::new() }),
            Some(window) => Some(Self { steps: vec![Step::Shift(window.negated()?)] }),
        }
    }

    /// The operation as a hand; `None` if it is another function of time, or none.
    pub fn of(operations: &Operations, id: OpId) -> Option<Self> {
        let mut steps = Vec::new();
        let mut id = id;
        loop {
            let (step, below) = match operations.ops.get(id as usize)? {
                Op::AsOf => break,
                Op::ShiftTimestamp(a, interval) => (Step::Shift(*interval), *a),
                Op::ToDate(a) => (Step::ToDate, *a),
                Op::ShiftDate(a, interval) => (Step::ShiftDate(*interval), *a),
                Op::ToTimestamp(a) => (Step::ToTimestamp, *a),
                Op::AddDays(a, days) => match operations.ops.get(*days as usize)? {
                    Op::Constant(Constant::Integer(days)) => (Step::AddDays(*days), *a),
                    _ => return None,
                },
                _ => return None,
            };
            steps.push(step);
            id = below;
        }
        steps.reverse();
        Some(Self { steps })
    }

    /// Where it points at an instant: days or microseconds. `None` beyond the calendar.
    pub fn value(&self, as_of: Timestamp, zone: TimeZone) -> Option<i64> {
        Some(match self.through(self.steps.len(), as_of, zone)? {
            At::Instant(at) => at.as_micros(),
            At::Day(day) => i64::from(day.as_days()),
        })
    }

    /// After the first `count` steps.
    fn through(&self, count: usize, as_of: Timestamp, zone: TimeZone) -> Option<At> {
        self.steps.iter().take(count).try_fold(At::Instant(as_of), |at, step| {
            Some(match (*step, at) {
                (Step::Shift(interval), At::Instant(at)) => At::Instant(at.checked_add(interval, zone)?),
                (Step::ToDate, At::Instant(at)) => At::Day(at.date(zone)?),
                (Step::ShiftDate(interval), At::Day(day)) => At::Day(day.checked_add(interval)?),
                (Step::AddDays(days), At::Day(day)) => {
                    At::Day(Date::from_days(i64::from(day.as_days()).checked_add(days).and_then(|day| i32::try_from(day).ok())?))
                }
                (Step::ToTimestamp, At::Day(day)) => At::Instant(day.midnight(zone)?),
                _ => return None,
            })
        })
    }

    /// Whether it points at days rather than at instants.
    pub fn is_day(&self) -> bool {
        matches!(self.steps.last(), Some(Step::ToDate | Step::ShiftDate(_) | Step::AddDays(_)))
    }

    /// How far it may be from moving with time, in microseconds.
    pub fn slack(&self) -> i64 {
        SLACK * (2 + self.steps.len().min(1_000) as i64)
    }

    /// An instant after `from` up to which it does not go back: at most four days on.
    pub fn steady_until(&self, from: Timestamp, zone: TimeZone) -> Timestamp {
        let plus = |micros: i64| Timestamp::from_micros(from.as_micros().saturating_add(micros));
        let mut until = plus(4 * DAY_MICROS);
        for (count, step) in self.steps.iter().enumerate() {
            let on_calendar = match step {
                Step::Shift(interval) => interval.months != 0 || interval.days != 0,
                Step::ToDate => true,
                _ => false,
            };
            let reading = |at| match self.through(count, at, zone) {
                Some(At::Instant(at)) => Some(at),
                _ => None,
            };
            let Some(now) = reading(from).filter(|_| on_calendar) else { continue };
            let Some(turn) = next_turn(now, zone) else { continue };
            until = first(from, until, |at| reading(at).is_none_or(|reading| reading >= turn)).unwrap_or(until);
        }
        until
    }
}

/// The first instant in `(from, until]` at which `holds`, which it does from then on; `None` if it does not at `until`.
pub(super) fn first(from: Timestamp, until: Timestamp, holds: impl Fn(Timestamp) -> bool) -> Option<Timestamp> {
    if !holds(until) {
        return None;
    }
    let (mut low, mut high) = (from.as_micros(), until.as_micros());
    while high.saturating_sub(low) > 1 {
        let middle = low + (high - low) / 2;
        if holds(Timestamp::from_micros(middle)) { high = middle } else { low = middle }
    }
    Some(Timestamp::from_micros(high))
}

/// The next instant after `at` at which the local date changes or clocks do.
fn next_turn(at: Timestamp, zone: TimeZone) -> Option<Timestamp> {
    const QUARTER: i64 = DAY_MICROS / 4;
    let ahead = zone.offset_micros(at)?;
    let local = at.as_micros().checked_add(ahead)?;
    let midnight = (local.div_euclid(DAY_MICROS) + 1).checked_mul(DAY_MICROS)?.checked_sub(ahead)?;
    let mut from = at.as_micros();
    while from < midnight {
        let to = midnight.min(from + QUARTER);
        if zone.offset_micros(Timestamp::from_micros(to)) != Some(ahead) {
            return first(Timestamp::from_micros(from), Timestamp::from_micros(to), |at| zone.offset_micros(at) != Some(ahead));
        }
        from = to;
    }
    Some(Timestamp::from_micros(midnight))
}
