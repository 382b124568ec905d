//! Dates and instants. Instants are microseconds; a wall clock reading is the microseconds it would be in UTC.

use crate::Result;
use crate::time::{DAY_MICROS, Date, Interval, TimeZone};

use super::super::ast::Part;
use super::super::plan::{Constant, Op, OpId, Type};
use super::{Dialect, Sql, Writer};

/// The days at either end of the calendar.
const FIRST_DAY: i32 = -96_465_292;
const LAST_DAY: i32 = 95_026_236;
/// The week before it begins outside the calendar.
const FIRST_MONDAY: i32 = FIRST_DAY + 4;

impl Writer<'_> {
    pub(super) fn time(&mut self, op: &Op) -> Result<Sql> {
        match op {
            Op::ToTimestamp(a) => {
                let local = self.bind(&self.get(*a), |writer, v| {
                    let days = writer.days(v);
                    writer.on_days(v, (FIRST_DAY, LAST_DAY), &format!("{days} * {DAY_MICROS}"))
                })?;
                self.resolve(&local)
            }
            Op::ToDate(a) => {
                let inside = self.in_calendar(&self.get(*a))?;
                let local = self.local(&inside)?;
                self.bind(&local, |writer, v| {
                    let day = writer.date_of_local(v);
                    Ok(writer.on_micros(v, (FIRST_DAY, LAST_DAY), &day))
                })
            }
            Op::ShiftDate(a, interval) => match steppable(*interval) {
                None => Ok(self.null(Type::Date)),
                Some(range) => self.bind(&self.get(*a), |writer, v| {
                    let stepped = writer.stepped_date(v, *interval);
                    writer.on_days(v, range, &stepped)
                }),
            },
            Op::ShiftTimestamp(a, interval) => self.shift(&self.get(*a), *interval),
            Op::AddDays(a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                let days = self.days(&a.to_string());
                Ok(Sql::atom(match self.dialect {
                    Dialect::DuckDb => {
                        format!("TRY(DATE '1970-01-01' + TRY_CAST(CAST({days} AS HUGEINT) + {b} AS INTEGER))")
                    }
                    Dialect::Postgres => format!("(DATE '1970-01-01' + CAST(CAST({days} AS NUMERIC) + {b} AS INTEGER))"),
                    Dialect::Spark => format!("date_from_unix_date(TRY_CAST(try_add({days}, {}) AS INT))", b.text),
                }))
            }
            Op::DaysBetween(a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                Ok(match self.dialect {
                    Dialect::DuckDb => Sql::test(format!("{a} - {b}")),
                    Dialect::Postgres => Sql::atom(format!("CAST({a} - {b} AS BIGINT)")),
                    Dialect::Spark => Sql::atom(format!("CAST(datediff({}, {}) AS BIGINT)", a.text, b.text)),
                })
            }
            Op::YearsBetween(today, birth) => {
                let Some(Constant::Date(today)) = self.constants.get(today) else {
                    return self.unsupported("an age at a date that varies");
                };
                let Some((year, month, day)) = Date::from_days(*today).ymd() else { return Ok(self.null(Type::Integer)) };
                let today = i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day);
                self.bind(&self.get(*birth), |writer, v| {
                    let year = match writer.dialect {
                        // PostgreSQL has no year 0.
                        Dialect::Postgres => format!("extract(year FROM {v}) + CASE WHEN {v} < DATE '0001-01-01' THEN 1 ELSE 0 END"),
                        _ => format!("year({v})"),
                    };
                    let part = |name: &str| match writer.dialect {
                        Dialect::Postgres => format!("extract({name} FROM {v})"),
                        _ => format!("{name}({v})"),
                    };
                    // Of two dates as numbers such as 20261122, 10,000 is a year.
                    let birth = format!("(({year}) * 10000 + {} * 100 + {})", part("month"), part("day"));
                    writer.on_days(v, (FIRST_DAY, LAST_DAY), &format!("CAST(floor(({today} - {birth}) / 10000.0) AS BIGINT)"))
                })
            }
            Op::Extract(part, a) => self.extract(*part, *a),
            Op::Truncate(part, a) => self.truncate(*part, *a),
            _ => self.unsupported("one of the rule's operations on dates"),
        }
    }

    /// A date as DuckDB writes it; null beyond the calendar.
    pub(super) fn written_date(&mut self, date: &Sql) -> Result<Sql> {
        self.bind(date, |writer, v| writer.on_days(v, (FIRST_DAY, LAST_DAY), &format!("CAST({v} AS VARCHAR)")))
    }

    /// A part of a date, or of a wall clock.
    fn extract(&mut self, part: Part, a: OpId) -> Result<Sql> {
        let sql = self.get(a);
        if self.type_of(a) == Type::Date {
            return self.bind(&sql, |writer, v| {
                let then = writer.part_of_date(part, v);
                writer.on_days(v, (FIRST_DAY, LAST_DAY), &then)
            });
        }
        let inside = self.in_calendar(&sql)?;
        let local = self.local(&inside)?;
        self.bind(&local, |writer, v| {
            let counted = |writer: &Self, unit: i64, of: i64| {
                let passed = writer.passed(v, unit * of);
                match writer.dialect {
                    Dialect::DuckDb => format!("{passed} // {unit}"),
                    Dialect::Postgres => format!("{passed} / {unit}"),
                    Dialect::Spark => format!("{passed} div {unit}L"),
                }
            };
            let then = match part {
                Part::Hour => counted(writer, 3_600_000_000, 24),
                Part::Minute => counted(writer, 60_000_000, 60),
                Part::Second => counted(writer, 1_000_000, 60),
                part => {
                    let date = format!("({})", writer.date_of_local(v));
                    writer.part_of_date(part, &date)
                }
            };
            Ok(writer.on_micros(v, (FIRST_DAY, LAST_DAY), &then))
        })
    }

    /// How much of a unit of microseconds has passed, as an operand.
    fn passed(&self, v: &str, unit: i64) -> String {
        match self.dialect {
            Dialect::Spark => format!("pmod({v}, {unit}L)"),
            _ => format!("(({v} % {unit} + {unit}) % {unit})"),
        }
    }

    fn part_of_date(&self, part: Part, v: &str) -> String {
        let (duckdb, postgres, spark) = match part {
            Part::Year => ("year", "year", "YEAR"),
            Part::IsoYear => ("isoyear", "isoyear", "YEAROFWEEK"),
            Part::Quarter => ("quarter", "quarter", "QUARTER"),
            Part::Month => ("month", "month", "MONTH"),
            Part::Week => ("week", "week", "WEEK"),
            Part::Day => ("day", "day", "DAY"),
            Part::DayOfYear => ("dayofyear", "doy", "DOY"),
            Part::DayOfWeek => ("dayofweek", "dow", "DAYOFWEEK"),
            Part::IsoDayOfWeek => ("isodow", "isodow", "DAYOFWEEK_ISO"),
            // The start of a day.
            Part::Hour | Part::Minute | Part::Second => return format!("CASE WHEN {v} IS NOT NULL THEN {} END", self.integer(0)),
        };
        match self.dialect {
            Dialect::DuckDb => format!("CAST({duckdb}({v}) AS BIGINT)"),
            // PostgreSQL has no year 0.
            Dialect::Postgres if matches!(part, Part::Year | Part::IsoYear) => {
                format!("CAST(extract({postgres} FROM {v}) + CASE WHEN extract({postgres} FROM {v}) < 0 THEN 1 ELSE 0 END AS BIGINT)")
            }
            Dialect::Postgres => format!("CAST(extract({postgres} FROM {v}) AS BIGINT)"),
            Dialect::Spark if part == Part::DayOfWeek => format!("CAST(dayofweek({v}) - 1 AS BIGINT)"),
            Dialect::Spark => format!("CAST(extract({spark} FROM {v}) AS BIGINT)"),
        }
    }

    /// The start of the year, month and so on.
    fn truncate(&mut self, part: Part, a: OpId) -> Result<Sql> {
        let sql = self.get(a);
        if self.type_of(a) == Type::Date {
            return self.bind(&sql, |writer, v| {
                let start = writer.start_of(part, v);
                writer.on_days(v, (FIRST_DAY, LAST_DAY), &start)
            });
        }
        let inside = self.in_calendar(&sql)?;
        let unit = match part {
            Part::Hour => 3_600_000_000,
            Part::Minute => 60_000_000,
            Part::Second => 1_000_000,
            part => {
                let local = self.local(&inside)?;
                let first = if part == Part::Week { FIRST_MONDAY } else { FIRST_DAY };
                let start = self.bind(&local, |writer, v| {
                    let date = format!("({})", writer.date_of_local(v));
                    let start = format!("({})", writer.start_of(part, &date));
                    Ok(writer.on_micros(v, (first, LAST_DAY), &format!("{} * {DAY_MICROS}", writer.days(&start))))
                })?;
                return self.resolve(&start);
            }
        };
        self.bind(&inside, |writer, v| {
            let local = writer.local(&Sql::atom(v))?;
            Ok(format!("({v} - {})", writer.passed(&local.to_string(), unit)))
        })
    }

    fn start_of(&self, part: Part, v: &str) -> String {
        let unit = part.name();
        match (self.dialect, part) {
            (_, Part::Day | Part::Hour | Part::Minute | Part::Second) => v.to_owned(),
            (Dialect::DuckDb, _) => format!("CAST(date_trunc('{unit}', {v}) AS DATE)"),
            (Dialect::Postgres, _) => format!("CAST(date_trunc('{unit}', CAST({v} AS TIMESTAMP)) AS DATE)"),
            (Dialect::Spark, _) => format!("trunc({v}, '{unit}')"),
        }
    }

    /// Days since 1970, as an operand.
    fn days(&self, date: &str) -> String {
        match self.dialect {
            Dialect::DuckDb => format!("({date} - DATE '1970-01-01')"),
            Dialect::Postgres => format!("CAST({date} - DATE '1970-01-01' AS BIGINT)"),
            Dialect::Spark => format!("CAST(unix_date({date}) AS BIGINT)"),
        }
    }

    /// An expression of a date, null for dates outside the range. Spark has no such dates.
    fn on_days(&self, date: &str, (first, last): (i32, i32), then: &str) -> Result<String> {
        Ok(match self.dialect {
            Dialect::Spark => then.to_owned(),
            Dialect::Postgres => {
                let first = self.date(first).unwrap_or_else(|_| "DATE '4713-01-01 BC'".to_owned());
                format!("CASE WHEN {date} BETWEEN {first} AND {} THEN {then} END", self.date(last)?)
            }
            Dialect::DuckDb => format!("CASE WHEN {date} BETWEEN {} AND {} THEN {then} END", self.date(first)?, self.date(last)?),
        })
    }

    /// An expression of microseconds, null outside the days.
    fn on_micros(&self, micros: &str, (first, last): (i32, i32), then: &str) -> String {
        let (first, last) = (i64::from(first) * DAY_MICROS, i64::from(last) * DAY_MICROS + (DAY_MICROS - 1));
        format!("CASE WHEN {micros} BETWEEN {} AND {} THEN {then} END", self.integer(first), self.integer(last))
    }

    fn in_calendar(&mut self, micros: &Sql) -> Result<Sql> {
        self.bind(micros, |writer, v| Ok(writer.on_micros(v, (FIRST_DAY, LAST_DAY), v)))
    }

    /// The date of a wall clock reading.
    fn date_of_local(&self, v: &str) -> String {
        match self.dialect {
            Dialect::DuckDb => format!("CAST(make_timestamp({v}) AS DATE)"),
            Dialect::Postgres => {
                format!("DATE '1970-01-01' + CAST(({v} - ({v} % {DAY_MICROS} + {DAY_MICROS}) % {DAY_MICROS}) / {DAY_MICROS} AS INTEGER)")
            }
            Dialect::Spark => format!("date_from_unix_date(CAST(({v} - pmod({v}, {DAY_MICROS}L)) div {DAY_MICROS}L AS INT))"),
        }
    }

    fn stepped_date(&self, v: &str, interval: Interval) -> String {
        match self.dialect {
            Dialect::DuckDb | Dialect::Postgres => {
                format!("CAST({v} + INTERVAL '{} months {} days' AS DATE)", interval.months, interval.days)
            }
            Dialect::Spark => format!("date_add(add_months({v}, {}), {})", interval.months, interval.days),
        }
    }

    /// A timestamp without a zone, of a wall clock reading.
    fn clock(&self, v: &str) -> String {
        match self.dialect {
            Dialect::DuckDb => format!("make_timestamp({v})"),
            // Products of intervals are computed in double, which holds so many seconds and so many microseconds exactly.
            Dialect::Postgres => {
                format!("(TIMESTAMP 'epoch' + {v} / 1000000 * INTERVAL '1 second' + {v} % 1000000 * INTERVAL '1 microsecond')")
            }
            Dialect::Spark => format!("timestampadd(MICROSECOND, {v}, TIMESTAMP_NTZ '1970-01-01 00:00:00')"),
        }
    }

    /// The microseconds of a timestamp without a zone.
    fn reading(&self, clock: &str) -> String {
        match self.dialect {
            Dialect::DuckDb => format!("epoch_us({clock})"),
            Dialect::Postgres => format!("CAST(extract(epoch FROM {clock}) * 1000000 AS BIGINT)"),
            Dialect::Spark => format!("timestampdiff(MICROSECOND, TIMESTAMP_NTZ '1970-01-01 00:00:00', {clock})"),
        }
    }

    /// What the wall clock shows at an instant.
    fn local(&mut self, micros: &Sql) -> Result<Sql> {
        if self.context.time_zone == TimeZone::UTC {
            return Ok(micros.clone());
        }
        self.bind(micros, |writer, v| Ok(writer.wall_clock(v)))
    }

    fn wall_clock(&self, v: &str) -> String {
        let zone = self.context.time_zone.name();
        self.reading(&match self.dialect {
            Dialect::DuckDb => format!("timezone('{zone}', make_timestamptz({v}))"),
            Dialect::Postgres => format!("({} AT TIME ZONE 'UTC' AT TIME ZONE '{zone}')", self.clock(v)),
            Dialect::Spark => format!("convert_timezone('UTC', '{zone}', {})", self.clock(v)),
        })
    }

    /// The instant at which the wall clock first shows a reading, or is put forward over it.
    fn resolve(&mut self, local: &Sql) -> Result<Sql> {
        if self.context.time_zone == TimeZone::UTC {
            return Ok(local.clone());
        }
        let year = |year| Date::from_ymd(year, 1, 1).unwrap_or(Date::from_days(0));
        let gaps = self.context.time_zone.gaps(year(1850), year(2150));
        let gaps: Vec<String> = gaps.into_iter().map(|gap| self.integer(gap)).collect();
        let found = self.bind(local, |writer, v| {
            // The instants that it is by the offsets of a day before and of a day after.
            let by = |writer: &Self, day: String| Sql::test(format!("{v} - ({} - ({day}))", writer.wall_clock(&format!("({day})"))));
            let (before, after) = (by(writer, format!("{v} - {DAY_MICROS}")), by(writer, format!("{v} + {DAY_MICROS}")));
            let found = writer.bind(&before, |writer, a| {
                let found = writer.bind(&after, |writer, b| {
                    let skipped = writer.first_between(&gaps, b, a);
                    let (is_a, is_b) = (format!("{} = {v}", writer.wall_clock(a)), format!("{} = {v}", writer.wall_clock(b)));
                    Ok(format!("CASE WHEN {is_a} AND ({a} <= {b} OR NOT ({is_b})) THEN {a} WHEN {is_b} THEN {b} ELSE {skipped} END"))
                })?;
                Ok(found.text)
            })?;
            Ok(found.text)
        })?;
        // The first and the last hours of the calendar are those of UTC.
        self.in_calendar(&found)
    }

    /// The first of some instants that is later than one and no later than another.
    fn first_between(&self, instants: &[String], after: &str, until: &str) -> String {
        let list = instants.join(", ");
        match self.dialect {
            _ if instants.is_empty() => self.null(Type::Timestamp).text,
            Dialect::DuckDb => format!("list_min(list_filter([{list}], lambda g: g > {after} AND g <= {until}))"),
            Dialect::Postgres => format!("(SELECT min(g) FROM unnest(ARRAY[{list}]) AS g WHERE g > {after} AND g <= {until})"),
            Dialect::Spark => format!("array_min(filter(array({list}), g -> g > {after} AND g <= {until}))"),
        }
    }

    /// An instant and an interval: calendar steps on the wall clock, then exact microseconds.
    fn shift(&mut self, micros: &Sql, interval: Interval) -> Result<Sql> {
        let mut stepped = micros.clone();
        if interval.months != 0 || interval.days != 0 {
            let Some(range) = steppable(Interval { micros: 0, ..interval }) else { return Ok(self.null(Type::Timestamp)) };
            let inside = self.in_calendar(micros)?;
            let local = self.local(&inside)?;
            let clock = self.bind(&local, |writer, v| {
                let (clock, Interval { months, days, .. }) = (writer.clock(v), interval);
                let later = match writer.dialect {
                    Dialect::Spark => format!("({clock} + make_ym_interval(0, {months}) + make_dt_interval({days}))"),
                    _ => format!("({clock} + INTERVAL '{months} months {days} days')"),
                };
                Ok(writer.on_micros(v, range, &writer.reading(&later)))
            })?;
            stepped = self.resolve(&clock)?;
        }
        if interval.micros == 0 {
            return Ok(stepped);
        }
        match self.dialect {
            Dialect::DuckDb => Ok(Sql::atom(format!("TRY_CAST(CAST({} AS HUGEINT) + ({}) AS BIGINT)", stepped.text, interval.micros))),
            Dialect::Postgres => {
                let sum = Sql::test(format!("CAST({} AS NUMERIC) + ({})", stepped.text, interval.micros));
                self.bind(&sum, |_, v| Ok(format!("CASE WHEN {v} BETWEEN {} AND {} THEN CAST({v} AS BIGINT) END", i64::MIN, i64::MAX)))
            }
            Dialect::Spark => Ok(Sql::atom(format!("try_add({}, {})", stepped.text, self.integer(interval.micros)))),
        }
    }
}

/// The first and the last day from which an interval's step stays in the calendar.
fn steppable(interval: Interval) -> Option<(i32, i32)> {
    let can = |day: i32| Date::from_days(day).checked_add(interval).is_some();
    let forward = interval.months > 0 || interval.days > 0;
    let backward = interval.months < 0 || interval.days < 0;
    // The furthest day on the way to `to` from which it can be stepped, given that it can be from 0.
    let furthest = |to: i32| {
        let (mut good, mut bad) = (0, to);
        if can(to) {
            return to;
        }
        while i32::abs_diff(good, bad) > 1 {
            let middle = good + (bad - good) / 2;
            if can(middle) { good = middle } else { bad = middle }
        }
        good
    };
    if !can(0) {
        // Longer than from here to an end of the calendar: the other end may still be far enough.
        let start = if forward && !backward { FIRST_DAY } else { LAST_DAY };
        if !can(start) {
            return None;
        }
        let (mut good, mut bad) = (start, 0);
        while i32::abs_diff(good, bad) > 1 {
            let middle = good + (bad - good) / 2;
            if can(middle) { good = middle } else { bad = middle }
        }
        return Some((start.min(good), start.max(good)));
    }
    Some((furthest(FIRST_DAY), furthest(LAST_DAY)))
}
