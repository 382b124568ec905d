//! Conditions that compare values of a row with the clock's hands: cuts that move.

use crate::time::{Date, TimeZone, Timestamp};

use super::super::plan::{Constant, Op, OpId, Operations, Set, Type};
use super::hand::Hand;

/// The most values of a list that are followed each for itself.
const MAX_LISTED: usize = 64;

/// A place among the values that goes with time: values that are not below it have reached it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Mark {
    pub hand: Hand,
    kind: Kind,
    /// Whether only values beyond have reached it.
    beyond: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// Where the hand points, and so many days on.
    Plus(i64),
    /// The last birth date of those who are so many years old on the day to which the hand points.
    Born(i64),
}

impl Mark {
    /// Values that the hand itself has reached, or passed.
    pub fn at(hand: Hand, beyond: bool) -> Self {
        Self { hand, kind: Kind::Plus(0), beyond }
    }

    /// `None` beyond the calendar.
    pub fn place(&self, as_of: Timestamp, zone: TimeZone) -> Option<i128> {
        let points = self.hand.value(as_of, zone)?;
        let at = match self.kind {
            Kind::Plus(days) => i128::from(points) + i128::from(days),
            Kind::Born(years) => born(Date::from_days(i32::try_from(points).ok()?), years)?,
        };
        Some(at + i128::from(self.beyond))
    }

    /// How many microseconds it takes for it to move by one.
    pub fn unit(&self) -> i64 {
        if self.hand.is_day() { crate::time::DAY_MICROS } else { 1 }
    }
}

/// The last birth date of those who are `years` or more old on `today`.
fn born(today: Date, years: i64) -> Option<i128> {
    let (year, month, day) = today.ymd()?;
    let birth_year = i64::from(year).checked_sub(years).and_then(|year| i32::try_from(year).ok());
    // 29 February of a common year is the 28th: who is born a day later is not as old yet.
    let found = birth_year.and_then(|year| Date::from_ymd(year, month, day).or_else(|| Date::from_ymd(year, month, day.checked_sub(1)?)));
    let beyond = if years > 0 { i128::from(i32::MIN) - 1 } else { i128::from(i32::MAX) };
    Some(found.map_or(beyond, |date| i128::from(date.as_days())))
}

/// A condition that is true, or false, for the values that lie in one of some ranges of marks.
pub(super) struct Timed {
    /// The operation whose values are compared.
    pub value: OpId,
    /// Whether a value beyond the calendar counts as null: ages are not computed there.
    pub in_calendar: bool,
    /// From a mark, or the beginning, up to a mark, or the end.
    pub ranges: Vec<(Option<Mark>, Option<Mark>)>,
}

/// How a side of a comparison goes with time.
enum Side {
    /// Days from a value to the hand.
    DaysSince(OpId, Hand),
    DaysUntil(OpId, Hand),
    Age(OpId, Hand),
}

fn side(operations: &Operations, id: OpId, timed: &[bool]) -> Option<Side> {
    let free = |id: OpId| timed.get(id as usize) == Some(&false);
    match operations.ops.get(id as usize)? {
        Op::DaysBetween(a, b) if free(*b) => Some(Side::DaysSince(*b, Hand::of(operations, *a)?)),
        Op::DaysBetween(a, b) if free(*a) => Some(Side::DaysUntil(*a, Hand::of(operations, *b)?)),
        Op::YearsBetween(a, b) if free(*b) => Some(Side::Age(*b, Hand::of(operations, *a)?)),
        _ => None,
    }
}

/// Against a whole number: less than it, equal to it, greater than it.
#[derive(Clone, Copy, PartialEq)]
enum Test {
    Below,
    Equal,
    Above,
}

fn against(side: &Side, test: Test, number: i64) -> Option<(Option<Mark>, Option<Mark>)> {
    let mark = |hand: &Hand, kind, beyond| Some(Mark { hand: hand.clone(), kind, beyond });
    Some(match side {
        // days_since < n where the value lies behind the hand less n days.
        Side::DaysSince(_, hand) => {
            let kind = Kind::Plus(number.checked_neg()?);
            match test {
                Test::Below => (mark(hand, kind, true), None),
                Test::Equal => (mark(hand, kind, false), mark(hand, kind, true)),
                Test::Above => (None, mark(hand, kind, false)),
            }
        }
        Side::DaysUntil(_, hand) => {
            let kind = Kind::Plus(number);
            match test {
                Test::Below => (None, mark(hand, kind, false)),
                Test::Equal => (mark(hand, kind, false), mark(hand, kind, true)),
                Test::Above => (mark(hand, kind, true), None),
            }
        }
        Side::Age(_, hand) => {
            let older = Kind::Born(number.checked_add(1)?);
            match test {
                Test::Below => (mark(hand, Kind::Born(number), true), None),
                Test::Equal => (mark(hand, older, true), mark(hand, Kind::Born(number), true)),
                Test::Above => (None, mark(hand, older, true)),
            }
        }
    })
}

impl Timed {
    /// The condition as ranges between marks, if it is of such a form.
    pub fn of(operations: &Operations, id: OpId, timed: &[bool]) -> Option<Self> {
        let number = |id: OpId| match operations.ops.get(id as usize) {
            Some(Op::Constant(Constant::Integer(number))) => Some(*number),
            _ => None,
        };
        let sided = |side: Side, ranges| {
            let (value, in_calendar) = match side {
                Side::DaysSince(value, _) | Side::DaysUntil(value, _) => (value, false),
                Side::Age(value, _) => (value, true),
            };
            Self { value, in_calendar, ranges }
        };
        match operations.ops.get(id as usize)? {
            Op::In(a, set) => {
                let (side, Set::Integers(numbers)) = (side(operations, *a, timed)?, operations.sets.get(*set as usize)?) else {
                    return None;
                };
                if numbers.len() > MAX_LISTED {
                    return None;
                }
                let ranges = numbers.iter().map(|number| against(&side, Test::Equal, *number)).collect::<Option<Vec<_>>>()?;
                Some(sided(side, ranges))
            }
            op @ (Op::Less(a, b) | Op::Equal(a, b) | Op::Same(a, b)) => {
                let less = matches!(op, Op::Less(..));
                let test = |less_test| if less { less_test } else { Test::Equal };
                if let (Some(side), Some(number)) = (side(operations, *a, timed), number(*b)) {
                    let range = against(&side, test(Test::Below), number)?;
                    return Some(sided(side, vec![range]));
                }
                if let (Some(number), Some(side)) = (number(*a), side(operations, *b, timed)) {
                    let range = against(&side, test(Test::Above), number)?;
                    return Some(sided(side, vec![range]));
                }
                Self::direct(operations, *a, *b, less, timed)
            }
            _ => None,
        }
    }

    /// A value beside the hand itself.
    fn direct(operations: &Operations, a: OpId, b: OpId, less: bool, timed: &[bool]) -> Option<Self> {
        let free = |id: OpId| {
            let data_type = operations.types.get(id as usize);
            timed.get(id as usize) == Some(&false) && matches!(data_type, Some(Type::Date | Type::Timestamp))
        };
        let (value, hand, value_first) = match (free(a), free(b)) {
            (true, false) => (a, Hand::of(operations, b)?, true),
            (false, true) => (b, Hand::of(operations, a)?, false),
            _ => return None,
        };
        let mark = |beyond| Some(Mark::at(hand.clone(), beyond));
        let range = match (less, value_first) {
            (true, true) => (None, mark(false)),
            (true, false) => (mark(true), None),
            (false, _) => (mark(false), mark(true)),
        };
        Some(Self { value, in_calendar: false, ranges: vec![range] })
    }
}
