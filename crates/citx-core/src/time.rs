//! Instants, zones and calendar steps. Instants are UTC microseconds; dates are days since 1970-01-01.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::{Error, ErrorKind, Result};

/// Microseconds in a day without clock changes.
pub const DAY_MICROS: i64 = 86_400_000_000;

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A calendar date: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// An IANA time zone, such as `Europe/London`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone(Tz);

/// A step in time: calendar months and days, then exact microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Calendar months; a year is twelve.
    pub months: i32,
    /// Calendar days; a week is seven.
    pub days: i32,
    /// Exact microseconds; an hour is 3.6e9.
    pub micros: i64,
}

impl Timestamp {
    /// The instant `micros` microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Reads `2026-11-22` (local midnight starting that day), `2026-11-22T09:30:00Z`, an offset such as `+01:00`, or no
    /// offset (UTC). `T` may be a blank; seconds and fractions may be absent.
    ///
    /// # Errors
    /// `InvalidArgument` for anything else.
    pub fn parse(text: &str, zone: TimeZone) -> Result<Self> {
        if let Ok(date) = text.parse::<Date>() {
            return date
                .midnight(zone)
                .ok_or_else(|| Error::new(ErrorKind::OutOfRange, "a date outside the years that can be computed with"));
        }
        Self::parse_datetime(text).ok_or_else(|| {
            Error::new(ErrorKind::InvalidArgument, "expected a date such as 2026-11-22 or an instant such as 2026-11-22T09:30:00Z")
        })
    }

    /// Reads a date with a time; without an offset it is UTC. `None` if it is neither.
    pub fn parse_datetime(text: &str) -> Option<Self> {
        let text = text.trim_ascii();
        let text = text.strip_suffix(['Z', 'z']).map_or(text.to_owned(), |rest| format!("{rest}+00:00"));
        for format in
            ["%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M%:z", "%Y-%m-%d %H:%M%:z", "%Y-%m-%d %H:%M:%S%.f%#z"]
        {
            if let Ok(instant) = DateTime::parse_from_str(&text, format) {
                return Some(Self(instant.timestamp_micros()));
            }
        }
        for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"] {
            if let Ok(naive) = NaiveDateTime::parse_from_str(&text, format) {
                return Some(Self(naive.and_utc().timestamp_micros()));
            }
        }
        None
    }

    /// The calendar date at this instant in `zone`; `None` beyond the calendar's range.
    pub fn date(self, zone: TimeZone) -> Option<Date> {
        Some(Date::from_chrono(self.local(zone)?.date()))
    }

    /// The wall clock at this instant in `zone`.
    fn local(self, zone: TimeZone) -> Option<NaiveDateTime> {
        let utc = DateTime::from_timestamp_micros(self.0)?.naive_utc();
        utc.checked_add_offset(zone.0.offset_from_utc_datetime(&utc).fix())
    }

    /// The wall clock at this instant in `zone`, in microseconds as if it were UTC.
    pub(crate) fn local_micros(self, zone: TimeZone) -> Option<i64> {
        Some(self.local(zone)?.and_utc().timestamp_micros())
    }

    /// This instant and `interval`: months and days as calendar steps on the wall clock of `zone`, then exact microseconds.
    /// A month step from the 31st ends on the last day of a shorter month. `None` beyond the calendar's range.
    pub fn checked_add(self, interval: Interval, zone: TimeZone) -> Option<Self> {
        let stepped = if interval.months == 0 && interval.days == 0 {
            self
        } else {
            let local = self.local(zone)?;
            let date = Date::from_chrono(local.date()).checked_add(Interval { micros: 0, ..interval })?;
            zone.resolve(date.to_chrono()?.and_time(local.time()))?
        };
        stepped.0.checked_add(interval.micros).map(Self)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::from_timestamp_micros(self.0) {
            Some(instant) => write!(f, "{:?}Z", instant.naive_utc()),
            None => write!(f, "{} us", self.0),
        }
    }
}

impl Date {
    /// The date `days` days after 1970-01-01.
    pub const fn from_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn as_days(self) -> i32 {
        self.0
    }

    /// The date of a year, month (1 to 12) and day (1 to 31), if there is one.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self::from_chrono)
    }

    /// Year, month (1 to 12) and day (1 to 31); `None` beyond the calendar's range.
    pub fn ymd(self) -> Option<(i32, u32, u32)> {
        self.to_chrono().map(|date| (date.year(), date.month(), date.day()))
    }

    pub(crate) fn from_chrono(date: NaiveDate) -> Self {
        Self(date.to_epoch_days())
    }

    pub(crate) fn to_chrono(self) -> Option<NaiveDate> {
        NaiveDate::from_epoch_days(self.0)
    }

    /// The instant at which this date starts in `zone`; `None` beyond the calendar's range.
    pub fn midnight(self, zone: TimeZone) -> Option<Timestamp> {
        zone.resolve(self.to_chrono()?.and_time(NaiveTime::MIN))
    }

    /// This date and the months and days of `interval`; a month step from the 31st ends on the last day of a shorter month.
    /// `None` beyond the calendar's range, or if the interval has a time.
    pub fn checked_add(self, interval: Interval) -> Option<Self> {
        if interval.micros != 0 {
            return None;
        }
        let months = Months::new(interval.months.unsigned_abs());
        let days = Days::new(u64::from(interval.days.unsigned_abs()));
        let date = self.to_chrono()?;
        let date = if interval.months < 0 { date.checked_sub_months(months)? } else { date.checked_add_months(months)? };
        let date = if interval.days < 0 { date.checked_sub_days(days)? } else { date.checked_add_days(days)? };
        Some(Self::from_chrono(date))
    }

    /// Whole years from `birth` to this date: whoever is born on 29 February turns a year older on 1 March of a common year.
    pub fn age_of(self, birth: Self) -> Option<i32> {
        let (year, month, day) = self.ymd()?;
        let (birth_year, birth_month, birth_day) = birth.ymd()?;
        Some(year - birth_year - i32::from((month, day) < (birth_month, birth_day)))
    }
}

impl FromStr for Date {
    type Err = Error;

    /// Reads `2026-11-22`, exactly.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::new(ErrorKind::InvalidArgument, "expected a date such as 2026-11-22");
        if text.len() != 10 || !text.is_ascii() {
            return Err(wrong());
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self::from_chrono).map_err(|_| wrong())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_chrono() {
            Some(date) => write!(f, "{date:?}"),
            None => write!(f, "{} d", self.0),
        }
    }
}

impl TimeZone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// The zone's IANA name.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// How far the wall clock is ahead of UTC at an instant, in microseconds; `None` beyond the calendar's range.
    pub(crate) fn offset_micros(self, at: Timestamp) -> Option<i64> {
        let utc = DateTime::from_timestamp_micros(at.0)?.naive_utc();
        Some(i64::from(self.0.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * 1_000_000)
    }

    /// The instant of a wall clock reading in microseconds as if it were UTC; see [`Date::midnight`] for readings that occur
    /// twice or not at all.
    pub(crate) fn instant_of(self, local_micros: i64) -> Option<Timestamp> {
        self.resolve(DateTime::from_timestamp_micros(local_micros)?.naive_utc())
    }

    /// The first and the last instant that a wall clock reading can mean: one, unless the clock is put back over it, when it occurs
    /// twice, or forward, when it is read by the offset after the change and by the one before. `None` beyond the calendar's range.
    pub(crate) fn readings(self, local_micros: i64) -> Option<(Timestamp, Timestamp)> {
        let local = DateTime::from_timestamp_micros(local_micros)?.naive_utc();
        let micros = |instant: DateTime<Tz>| Timestamp(instant.timestamp_micros());
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(instant) => Some((micros(instant), micros(instant))),
            LocalResult::Ambiguous(first, last) => Some((micros(first), micros(last))),
            LocalResult::None => {
                let offset = |days| self.offset_micros(Timestamp(local_micros.checked_add(days)?));
                let (before, after) = (offset(-DAY_MICROS)?, offset(DAY_MICROS)?);
                Some((Timestamp(local_micros.checked_sub(after)?), Timestamp(local_micros.checked_sub(before)?)))
            }
        }
    }

    /// The instants, in microseconds, at which clocks are put forward between two dates, ascending.
    pub(crate) fn gaps(&self, from: Date, to: Date) -> Vec<i64> {
        let offset = |at| self.offset_micros(Timestamp(at));
        let mut gaps = Vec::new();
        for day in from.0..to.0 {
            let (mut low, mut high) = (i64::from(day) * DAY_MICROS, i64::from(day + 1) * DAY_MICROS);
            let (before, after) = (offset(low), offset(high));
            if before < after {
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    if offset(middle) == before { low = middle } else { high = middle }
                }
                gaps.push(high);
            }
        }
        gaps
    }

    /// The instant of a wall clock reading: the earlier of two, and where the clock was put forward over it, the instant of the change.
    fn resolve(self, local: NaiveDateTime) -> Option<Timestamp> {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => Some(Timestamp(instant.timestamp_micros())),
            LocalResult::None => {
                // A gap: the offset before it maps the reading past the change by as much as the reading lies inside the gap.
                let before = local.checked_sub_signed(TimeDelta::days(1))?;
                let offset = self.0.offset_from_utc_datetime(&before).fix();
                let (mut low, mut high) =
                    (before.and_utc().timestamp_micros(), local.checked_sub_offset(offset)?.and_utc().timestamp_micros());
                let jumped = |at: i64| {
                    DateTime::from_timestamp_micros(at).is_some_and(|at| self.0.offset_from_utc_datetime(&at.naive_utc()).fix() != offset)
                };
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    if jumped(middle) { high = middle } else { low = middle }
                }
                Some(Timestamp(high))
            }
        }
    }
}

impl FromStr for TimeZone {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        name.parse().map(Self).map_err(|_| {
            Error::new(ErrorKind::UnknownName, format!("there is no time zone `{name}`; expected an IANA name such as Europe/London"))
        })
    }
}

impl Default for TimeZone {
    fn default() -> Self {
        Self::UTC
    }
}

impl Interval {
    /// The interval the other way.
    #[must_use]
    pub fn negated(self) -> Option<Self> {
        Some(Self { months: self.months.checked_neg()?, days: self.days.checked_neg()?, micros: self.micros.checked_neg()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        name.parse().expect("a zone")
    }

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn instant(text: &str) -> Timestamp {
        Timestamp::parse(text, TimeZone::UTC).expect("an instant")
    }

    #[test]
    fn a_date_is_local_midnight() {
        let at = |text, name| Timestamp::parse(text, zone(name)).expect("an instant");
        assert_eq!(at("2026-07-01", "Europe/London"), instant("2026-06-30T23:00:00Z"));
        assert_eq!(at("2026-07-01 09:00", "Europe/London"), instant("2026-07-01T09:00:00Z"));
        assert_eq!(at("2026-07-01T09:00:00.5+02:00", "Europe/London"), instant("2026-07-01T07:00:00.5Z"));
        assert!(Timestamp::parse("01/07/2026", TimeZone::UTC).is_err());
        assert!(Timestamp::parse("2026-7-1", TimeZone::UTC).is_err());
    }

    #[test]
    fn a_midnight_that_the_clock_skips_is_the_instant_of_the_change() {
        // Brazil put clocks forward at midnight of 4 November 2018.
        assert_eq!(date("2018-11-04").midnight(zone("America/Sao_Paulo")), Some(instant("2018-11-04T03:00:00Z")));
        // Samoa left out 30 December 2011.
        assert_eq!(date("2011-12-30").midnight(zone("Pacific/Apia")), Some(instant("2011-12-30T10:00:00Z")));
    }

    #[test]
    fn months_clamp_to_the_end_of_the_month_and_days_keep_the_wall_clock() {
        let month = Interval { months: 1, ..Interval::default() };
        let day = Interval { days: 1, ..Interval::default() };
        assert_eq!(date("2024-01-31").checked_add(month), Some(date("2024-02-29")));
        assert_eq!(date("2024-03-31").checked_add(month.negated().expect("small")), Some(date("2024-02-29")));
        // Clocks in London go forward on 29 March 2026: the day has 23 hours.
        let london = zone("Europe/London");
        assert_eq!(instant("2026-03-28T12:00:00Z").checked_add(day, london), Some(instant("2026-03-29T11:00:00Z")));
        assert_eq!(Timestamp::from_micros(i64::MAX).checked_add(day, london), None);
    }

    #[test]
    fn a_leapling_ages_on_the_first_of_march() {
        let born = date("2004-02-29");
        assert_eq!(date("2022-02-28").age_of(born), Some(17));
        assert_eq!(date("2022-03-01").age_of(born), Some(18));
        assert_eq!(date("2024-02-29").age_of(born), Some(20));
    }
}
