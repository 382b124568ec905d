//! One row at a time, and values that need no row.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::time::{Date, TimeZone, Timestamp};

use super::Context;
use super::ast::{Arithmetic, Part};
use super::casts;
use super::functions as f;
use super::like::Pattern;
use super::parts;
use super::plan::{Constant, Op, OpId, Operations, Set};
use super::sources::Bound;

const DAY_MICROS: i64 = 86_400_000_000;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Decimal(i128, i8),
    Text(Cow<'a, str>),
    Date(i32),
    Timestamp(i64),
    List(Arc<[Scalar<'a>]>),
}

impl<'a> Scalar<'a> {
    pub(super) fn of(constant: &'a Constant) -> Self {
        match constant {
            Constant::Null => Self::Null,
            Constant::Boolean(value) => Self::Boolean(*value),
            Constant::Integer(value) => Self::Integer(*value),
            Constant::Float(bits) => Self::Float(f64::from_bits(*bits)),
            Constant::Decimal(digits, scale) => Self::Decimal(*digits, *scale),
            Constant::Text(text) => Self::Text(Cow::Borrowed(text)),
            Constant::Date(days) => Self::Date(*days),
            Constant::Timestamp(micros) => Self::Timestamp(*micros),
        }
    }

    pub(super) fn to_constant(&self) -> Constant {
        match self {
            // No constant is a list.
            Self::Null | Self::List(_) => Constant::Null,
            Self::Boolean(value) => Constant::Boolean(*value),
            Self::Integer(value) => Constant::Integer(*value),
            Self::Float(value) => Constant::Float(value.to_bits()),
            Self::Decimal(digits, scale) => Constant::Decimal(*digits, *scale),
            Self::Text(text) => Constant::Text(text.as_ref().into()),
            Self::Date(days) => Constant::Date(*days),
            Self::Timestamp(micros) => Constant::Timestamp(*micros),
        }
    }

    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The same without borrowing.
    pub fn into_owned(self) -> Scalar<'static> {
        match self {
            Self::Null => Scalar::Null,
            Self::Boolean(value) => Scalar::Boolean(value),
            Self::Integer(value) => Scalar::Integer(value),
            Self::Float(value) => Scalar::Float(value),
            Self::Decimal(digits, scale) => Scalar::Decimal(digits, scale),
            Self::Text(text) => Scalar::Text(Cow::Owned(text.into_owned())),
            Self::Date(days) => Scalar::Date(days),
            Self::Timestamp(micros) => Scalar::Timestamp(micros),
            Self::List(items) => Scalar::List(items.iter().cloned().map(Scalar::into_owned).collect()),
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl<T: Into<Self>> From<Option<T>> for Scalar<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<bool> for Scalar<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Scalar<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

/// The values of all operations for one row, in their order. `column` gives the attribute at an index.
pub(super) fn evaluate<'a>(
    operations: &'a Operations,
    column: impl Fn(u32) -> Scalar<'a>,
    bound: &Bound<'_>,
    context: &Context,
) -> Vec<Scalar<'a>> {
    let mut values: Vec<Scalar<'a>> = Vec::with_capacity(operations.ops.len());
    for op in &operations.ops {
        let value = match op {
            Op::Constant(constant) => Scalar::of(constant),
            Op::Column(index) => column(*index),
            op if op.reads_source() => bound.row(op, context),
            op => apply(op, operations, &|id| values.get(id as usize).unwrap_or(&Scalar::Null), Some(context)),
        };
        values.push(value);
    }
    values
}

/// What an operation comes to, given its operands. Without a context, only what does not depend on one may be asked.
pub(super) fn apply<'v, 'a: 'v>(
    op: &Op,
    operations: &Operations,
    get: &impl Fn(OpId) -> &'v Scalar<'a>,
    context: Option<&Context>,
) -> Scalar<'a> {
    use Scalar::{Boolean, Date as Day, Decimal, Float, Integer, List, Null, Text, Timestamp as Instant};
    let zone = context.map(|context| context.time_zone);
    match op {
        Op::Constant(_) | Op::Column(_) | Op::EventCount(_) | Op::EventAt { .. } | Op::MayContact(..) => Null,
        Op::AsOf => context.map_or(Null, |context| Instant(context.as_of.as_micros())),
        Op::ToFloat(a) => match get(*a) {
            Integer(a) => Float(*a as f64),
            Decimal(digits, scale) => Float(f::decimal_to_float(*digits, *scale)),
            _ => Null,
        },
        Op::ToDecimal(a, to) => {
            let (digits, scale) = match get(*a) {
                Integer(a) => (i128::from(*a), 0),
                Decimal(digits, scale) => (*digits, *scale),
                _ => return Null,
            };
            f::rescale(digits, scale, *to).map_or(Null, |digits| Decimal(digits, *to))
        }
        Op::ToTimestamp(a) => match (get(*a), zone) {
            (Day(day), Some(zone)) => Date::from_days(*day).midnight(zone).map_or(Null, |at| Instant(at.as_micros())),
            _ => Null,
        },
        Op::ToDate(a) => match (get(*a), zone) {
            (Instant(at), Some(zone)) => Timestamp::from_micros(*at).date(zone).map_or(Null, |day| Day(day.as_days())),
            _ => Null,
        },
        Op::Cast(a, target) => casts::cast(get(*a), *target, zone),
        Op::Arithmetic(arithmetic, a, b) => calculate(*arithmetic, get(*a), get(*b)),
        Op::Negate(a) => match get(*a) {
            Integer(a) => a.checked_neg().into(),
            Float(a) => Float(-a),
            Decimal(digits, scale) => digits.checked_neg().map_or(Null, |digits| Decimal(digits, *scale)),
            _ => Null,
        },
        Op::Abs(a) => match get(*a) {
            Integer(a) => a.checked_abs().into(),
            Float(a) => Float(a.abs()),
            Decimal(digits, scale) => digits.checked_abs().map_or(Null, |digits| Decimal(digits, *scale)),
            _ => Null,
        },
        Op::Round(a, places) => match get(*a) {
            Integer(a) => f::round_integer(*a, *places).into(),
            Float(a) => Float(f::round_float(*a, *places)),
            Decimal(digits, scale) => {
                let rounded = f::round_decimal(*digits, *scale, *places);
                rounded.map_or(Null, |digits| Decimal(digits, f::rounded_scale(*scale, *places)))
            }
            _ => Null,
        },
        Op::Floor(a) | Op::Ceil(a) => {
            let up = matches!(op, Op::Ceil(_));
            match get(*a) {
                Integer(a) => Integer(*a),
                Float(a) => Float(if up { a.ceil() } else { a.floor() }),
                Decimal(digits, scale) => f::whole_digits(*digits, *scale, up).map_or(Null, |digits| Decimal(digits, 0)),
                _ => Null,
            }
        }
        Op::Least(parts) => extreme(parts, get, Ordering::Less),
        Op::Greatest(parts) => extreme(parts, get, Ordering::Greater),
        Op::Extract(part, a) => match (get(*a), zone) {
            (Day(day), _) => parts::of_date(*part, i64::from(*day)).into(),
            (Instant(at), Some(zone)) => {
                Timestamp::from_micros(*at).local_micros(zone).and_then(|local| parts::of_clock(*part, local)).into()
            }
            _ => Null,
        },
        Op::Truncate(part, a) => match (get(*a), zone) {
            (Day(day), _) => parts::start_of(*part, i64::from(*day)).and_then(|day| i32::try_from(day).ok()).map_or(Null, Day),
            (Instant(at), Some(zone)) => truncate(*part, *at, zone).map_or(Null, Instant),
            _ => Null,
        },
        Op::ShiftDate(a, interval) => match get(*a) {
            Day(day) => Date::from_days(*day).checked_add(*interval).map_or(Null, |day| Day(day.as_days())),
            _ => Null,
        },
        Op::ShiftTimestamp(a, interval) => match (get(*a), zone) {
            (Instant(at), Some(zone)) => {
                Timestamp::from_micros(*at).checked_add(*interval, zone).map_or(Null, |at| Instant(at.as_micros()))
            }
            _ => Null,
        },
        Op::AddDays(a, b) => match (get(*a), get(*b)) {
            (Day(day), Integer(days)) => add_days(*day, *days).map_or(Null, Day),
            _ => Null,
        },
        Op::DaysBetween(a, b) => match (get(*a), get(*b)) {
            (Day(a), Day(b)) => Integer(i64::from(*a) - i64::from(*b)),
            _ => Null,
        },
        Op::YearsBetween(a, b) => match (get(*a), get(*b)) {
            (Day(a), Day(b)) => Date::from_days(*a).age_of(Date::from_days(*b)).map(i64::from).into(),
            _ => Null,
        },
        Op::Lower(a) => map_text(get(*a), |text| Text(text.chars().map(f::lower).collect::<String>().into())),
        Op::Upper(a) => map_text(get(*a), |text| Text(text.chars().map(f::upper).collect::<String>().into())),
        Op::Length(a) => map_text(get(*a), |text| Integer(text.chars().count() as i64)),
        Op::Concat(parts) => {
            let text = |part: &OpId| if let Text(text) = get(*part) { Some(text.as_ref()) } else { None };
            parts.iter().map(text).collect::<Option<String>>().map_or(Null, |joined| Text(joined.into()))
        }
        Op::Trim(side, a, b) => match (get(*a), get(*b)) {
            (Text(text), Text(characters)) => {
                // A blank stands for every width of it.
                let goes = |ch: char| if characters == " " { f::is_blank(ch) } else { characters.contains(ch) };
                Text(f::trim(*side, text, goes).to_owned().into())
            }
            _ => Null,
        },
        Op::Equal(a, b) => compare(get(*a), get(*b)).map(Ordering::is_eq).into(),
        Op::Less(a, b) => compare(get(*a), get(*b)).map(Ordering::is_lt).into(),
        Op::Same(a, b) => {
            let (a, b) = (get(*a), get(*b));
            Boolean(a.is_null() && b.is_null() || compare(a, b) == Some(Ordering::Equal))
        }
        Op::In(a, set) => {
            let Some(set) = operations.sets.get(*set as usize) else { return Null };
            is_in(set, get(*a)).into()
        }
        Op::Holds(list, value) => match get(*list) {
            List(items) => {
                let value = get(*value);
                Boolean(items.iter().any(|item| equal(item, value)))
            }
            _ => Null,
        },
        Op::HoldsAny(list, set) => match (get(*list), operations.sets.get(*set as usize)) {
            (List(items), Some(set)) => Boolean(items.iter().any(|item| is_in(set, item) == Some(true))),
            _ => Null,
        },
        Op::Like(a, pattern) => {
            let Some(pattern) = operations.patterns.get(*pattern as usize) else { return Null };
            map_text(get(*a), |text| Boolean(pattern.matches(text)))
        }
        Op::LikeValue { value, pattern, escape, fold } => match (get(*value), get(*pattern)) {
            (Text(text), Text(pattern)) => Pattern::new(pattern, *escape, *fold).map(|pattern| pattern.matches(text)).into(),
            _ => Null,
        },
        Op::Regexp(a, regexp) => {
            let Some(regexp) = operations.regexps.get(*regexp as usize) else { return Null };
            map_text(get(*a), |text| Boolean(regexp.is_in(text)))
        }
        Op::StartsWith(a, b) => two_texts(get(*a), get(*b), |a, b| a.starts_with(b)),
        Op::EndsWith(a, b) => two_texts(get(*a), get(*b), |a, b| a.ends_with(b)),
        Op::Contains(a, b) => two_texts(get(*a), get(*b), |a, b| a.contains(b)),
        Op::WithinM(parts) => match parts.map(get) {
            [Float(lat), Float(lon), Float(lat0), Float(lon0), Float(metres)] => f::within_m(*lat, *lon, *lat0, *lon0, *metres).into(),
            _ => Null,
        },
        Op::WithinMAny(parts, set) => match (parts.map(get), operations.places.get(*set as usize)) {
            ([Float(lat), Float(lon), Float(metres)], Some(set)) => set.any_within(*lat, *lon, *metres).into(),
            _ => Null,
        },
        Op::Not(a) => get(*a).truth().map(|value| !value).into(),
        Op::And(parts) => junction(parts, get, false),
        Op::Or(parts) => junction(parts, get, true),
        Op::IsNull(a) => Boolean(get(*a).is_null()),
        Op::IsTrue(a) => Boolean(*get(*a) == Boolean(true)),
        Op::Case(conditions, values) => {
            let chosen = conditions.iter().position(|condition| *get(*condition) == Boolean(true)).unwrap_or(conditions.len());
            values.get(chosen).map_or(Null, |value| get(*value).clone())
        }
    }
}

/// Whether a value is in a set; `None` for what no set has.
fn is_in(set: &Set, value: &Scalar<'_>) -> Option<bool> {
    Some(match value {
        Scalar::Integer(value) | Scalar::Timestamp(value) => set.has_integer(*value),
        Scalar::Date(day) => set.has_integer(i64::from(*day)),
        Scalar::Float(value) => set.has_float(*value),
        Scalar::Decimal(digits, _) => set.has_decimal(*digits),
        Scalar::Text(text) => set.has_text(text),
        Scalar::Null | Scalar::Boolean(_) | Scalar::List(_) => return None,
    })
}

/// The least or greatest of the values that are not null.
fn extreme<'v, 'a: 'v>(parts: &[OpId], get: &impl Fn(OpId) -> &'v Scalar<'a>, wanted: Ordering) -> Scalar<'a> {
    let mut found: &Scalar<'a> = &Scalar::Null;
    for part in parts {
        let value = get(*part);
        if found.is_null() || compare(value, found) == Some(wanted) {
            found = value;
        }
    }
    found.clone()
}

/// The start of the local year, day, hour and so on in which an instant lies.
fn truncate(part: Part, at: i64, zone: TimeZone) -> Option<i64> {
    let local = Timestamp::from_micros(at).local_micros(zone)?;
    if part.is_of_time() {
        return at.checked_sub(parts::passed(part, local));
    }
    let start = parts::start_of(part, local.div_euclid(DAY_MICROS))?;
    Some(Date::from_days(i32::try_from(start).ok()?).midnight(zone)?.as_micros())
}

/// A date so many days on; `None` beyond what a date can hold.
pub(super) fn add_days(day: i32, days: i64) -> Option<i32> {
    i64::from(day).checked_add(days).and_then(|day| i32::try_from(day).ok())
}

/// AND and OR: `decides` if one part is that, else unknown if one part is unknown.
fn junction<'v, 'a: 'v>(parts: &[OpId], get: &impl Fn(OpId) -> &'v Scalar<'a>, decides: bool) -> Scalar<'a> {
    let mut unknown = false;
    for part in parts {
        match get(*part).truth() {
            Some(value) if value == decides => return Scalar::Boolean(decides),
            Some(_) => {}
            None => unknown = true,
        }
    }
    if unknown { Scalar::Null } else { Scalar::Boolean(!decides) }
}

fn map_text<'a>(value: &Scalar<'a>, map: impl FnOnce(&str) -> Scalar<'a>) -> Scalar<'a> {
    match value {
        Scalar::Text(text) => map(text),
        _ => Scalar::Null,
    }
}

fn two_texts<'a>(a: &Scalar<'a>, b: &Scalar<'a>, test: impl FnOnce(&str, &str) -> bool) -> Scalar<'a> {
    match (a, b) {
        (Scalar::Text(a), Scalar::Text(b)) => Scalar::Boolean(test(a, b)),
        _ => Scalar::Null,
    }
}

/// Whether two values of one type are equal and neither is null.
pub(super) fn equal(a: &Scalar<'_>, b: &Scalar<'_>) -> bool {
    compare(a, b) == Some(Ordering::Equal)
}

/// The order of two values of one type; `None` if either is null.
pub(super) fn compare(a: &Scalar<'_>, b: &Scalar<'_>) -> Option<Ordering> {
    use Scalar::{Boolean, Date, Decimal, Float, Integer, Text, Timestamp};
    Some(match (a, b) {
        (Boolean(a), Boolean(b)) => a.cmp(b),
        (Integer(a), Integer(b)) | (Timestamp(a), Timestamp(b)) => a.cmp(b),
        (Date(a), Date(b)) => a.cmp(b),
        (Float(a), Float(b)) => {
            if f::float_equal(*a, *b) {
                Ordering::Equal
            } else if f::float_less(*a, *b) {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (Decimal(a, a_scale), Decimal(b, b_scale)) => f::compare_decimals(*a, *a_scale, *b, *b_scale),
        (Text(a), Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        _ => return None,
    })
}

fn calculate<'a>(arithmetic: Arithmetic, a: &Scalar<'a>, b: &Scalar<'a>) -> Scalar<'a> {
    match (a, b) {
        (Scalar::Integer(a), &Scalar::Integer(b)) => match arithmetic {
            Arithmetic::Add => a.checked_add(b),
            Arithmetic::Subtract => a.checked_sub(b),
            Arithmetic::Multiply => a.checked_mul(b),
            Arithmetic::Remainder => f::integer_remainder(*a, b),
            Arithmetic::Divide => None,
        }
        .into(),
        (Scalar::Float(a), Scalar::Float(b)) => Scalar::Float(match arithmetic {
            Arithmetic::Add => a + b,
            Arithmetic::Subtract => a - b,
            Arithmetic::Multiply => a * b,
            Arithmetic::Divide => a / b,
            Arithmetic::Remainder => a % b,
        }),
        (Scalar::Decimal(a, a_scale), &Scalar::Decimal(b, b_scale)) => {
            let a_scale = *a_scale;
            let (digits, scale) = match arithmetic {
                Arithmetic::Add => (a.checked_add(b), a_scale),
                Arithmetic::Subtract => (a.checked_sub(b), a_scale),
                Arithmetic::Multiply => (a.checked_mul(b), a_scale.saturating_add(b_scale)),
                Arithmetic::Remainder => (f::decimal_remainder(*a, b), a_scale),
                Arithmetic::Divide => (None, 0),
            };
            digits.map_or(Scalar::Null, |digits| Scalar::Decimal(digits, scale))
        }
        _ => Scalar::Null,
    }
}
