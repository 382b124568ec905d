//! Years, weeks, hours: parts of dates and wall clocks, and dates and clocks cut down to them.

use chrono::{Datelike, NaiveDate};

use crate::time::Date;

use super::ast::Part;

const DAY: i64 = 86_400_000_000;

/// A part of a date; a time of day is zero. `None` beyond the calendar.
pub(super) fn of_date(part: Part, days: i64) -> Option<i64> {
    let date = calendar(days)?;
    Some(match part {
        Part::Year => date.year().into(),
        Part::IsoYear => date.iso_week().year().into(),
        Part::Quarter => date.quarter().into(),
        Part::Month => date.month().into(),
        Part::Week => date.iso_week().week().into(),
        Part::Day => date.day().into(),
        Part::DayOfYear => date.ordinal().into(),
        Part::DayOfWeek => date.weekday().num_days_from_sunday().into(),
        Part::IsoDayOfWeek => date.weekday().number_from_monday().into(),
        Part::Hour | Part::Minute | Part::Second => 0,
    })
}

/// A part of a wall clock reading in microseconds.
pub(super) fn of_clock(part: Part, local: i64) -> Option<i64> {
    let time = local.rem_euclid(DAY);
    match part {
        Part::Hour => Some(time / 3_600_000_000),
        Part::Minute => Some(time / 60_000_000 % 60),
        Part::Second => Some(time / 1_000_000 % 60),
        part => of_date(part, local.div_euclid(DAY)),
    }
}

/// The first day of the year, month and so on in which a date lies; a week starts on Monday.
pub(super) fn start_of(part: Part, days: i64) -> Option<i64> {
    let date = calendar(days)?;
    let start = match part {
        Part::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1)?,
        Part::Quarter => NaiveDate::from_ymd_opt(date.year(), date.month0() / 3 * 3 + 1, 1)?,
        Part::Month => date.with_day(1)?,
        Part::Week => return Some(days - i64::from(date.weekday().num_days_from_monday())),
        _ => date,
    };
    Some(i64::from(Date::from_chrono(start).as_days()))
}

/// How many microseconds of its hour, minute or second have passed on a wall clock.
pub(super) fn passed(part: Part, local: i64) -> i64 {
    local.rem_euclid(match part {
        Part::Hour => 3_600_000_000,
        Part::Minute => 60_000_000,
        _ => 1_000_000,
    })
}

fn calendar(days: i64) -> Option<NaiveDate> {
    Date::from_days(i32::try_from(days).ok()?).to_chrono()
}
