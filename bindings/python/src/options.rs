//! Arguments that several functions take: instants, keys, names, pairs.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use citx::{Context, Date, TimeZone, Timestamp};
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDate, PyDateTime, PyInt, PyMapping, PyString, PyTuple, PyTzInfoAccess};

use crate::error::{Answer, invalid};
use crate::value::type_name;

/// An instant given as text, a date (local midnight in `zone`), or a datetime (naive is UTC).
pub(crate) fn instant(name: &str, given: &Bound<'_, PyAny>, zone: TimeZone) -> Answer<Timestamp> {
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(Timestamp::parse(text.to_cow()?.as_ref(), zone).map_err(|error| error.context(format!("`{name}`")))?);
    }
    if let Ok(datetime) = given.cast::<PyDateTime>() {
        if let Some(instant) = micros(datetime)? {
            return Ok(instant);
        }
    } else if let Ok(date) = given.cast::<PyDate>() {
        return day(date)?.midnight(zone).ok_or_else(|| invalid(format!("`{name}` is outside the years that can be computed with")));
    }
    Err(invalid(format!("`{name}` must be text, a date or a datetime, not {}", type_name(given))))
}

/// The same where it may be left out.
pub(crate) fn optional_instant(name: &str, given: Option<&Bound<'_, PyAny>>, zone: TimeZone) -> Answer<Option<Timestamp>> {
    given.map(|given| instant(name, given, zone)).transpose()
}

/// The instant of a datetime; `None` for the null that pandas counts among the datetimes.
pub(crate) fn micros(datetime: &Bound<'_, PyDateTime>) -> Answer<Option<Timestamp>> {
    if datetime.get_type().name()? == "NaTType" {
        return Ok(None);
    }
    let utc = if datetime.get_tzinfo().is_some() {
        let zero = DateTime::<Utc>::UNIX_EPOCH.into_pyobject(datetime.py())?;
        // Python's own subtraction asks each zone for its offset; datetime has microseconds, a pandas timestamp's nanoseconds are floored.
        let since = datetime.call_method1("__sub__", (zero,))?;
        let part = |name: &str| -> PyResult<i64> { since.getattr(name)?.extract() };
        (part("days")? * 86_400 + part("seconds")?) * 1_000_000 + part("microseconds")?
    } else {
        datetime.extract::<NaiveDateTime>()?.and_utc().timestamp_micros()
    };
    Ok(Some(Timestamp::from_micros(utc)))
}

/// The date of a Python date.
pub(crate) fn day(date: &Bound<'_, PyDate>) -> Answer<Date> {
    Ok(Date::from_days(date.extract::<NaiveDate>()?.to_epoch_days()))
}

/// A zone by its name.
pub(crate) fn zone(name: &str) -> Answer<TimeZone> {
    Ok(name.parse()?)
}

/// What rules are asked for: an instant, and the zone in which days begin.
pub(crate) fn context(as_of: &Bound<'_, PyAny>, time_zone: &str) -> Answer<Context> {
    let time_zone = zone(time_zone)?;
    Ok(Context { as_of: instant("as_of", as_of, time_zone)?, time_zone })
}

/// A key as canonical text.
pub(crate) fn key(given: &Bound<'_, PyAny>) -> Answer<String> {
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(text.to_cow()?.into_owned());
    }
    if !given.is_instance_of::<PyBool>()
        && let Ok(whole) = given.call_method0("__index__")
        && let Ok(whole) = whole.cast::<PyInt>()
    {
        return Ok(whole.str()?.to_cow()?.into_owned());
    }
    Err(invalid(format!("a key must be text or a whole number, not {}", type_name(given))))
}

/// A count: a whole number that is not negative.
pub(crate) struct Count(pub(crate) u64);

impl<'py> FromPyObject<'_, 'py> for Count {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        given.extract().map(Self).map_err(|error| {
            let outside = error.is_instance_of::<PyOverflowError>(given.py());
            if outside { invalid("a count must be a whole number from 0 to 2^64 - 1").into() } else { error }
        })
    }
}

/// The same, where the argument has a default.
pub(crate) fn count(given: &Bound<'_, PyAny>) -> PyResult<u64> {
    given.extract().map(|Count(count)| count)
}

/// Names given as one text or as several.
#[derive(Default)]
pub(crate) struct Names(pub(crate) Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Names {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if given.is_instance_of::<PyString>() { Ok(Self(vec![given.extract()?])) } else { Ok(Self(given.extract()?)) }
    }
}

/// Breakdowns: one name, or a list of names and tuples of names; a tuple is crossed.
pub(crate) fn breakdowns(by: Option<&Bound<'_, PyAny>>) -> Answer<Option<Vec<Vec<String>>>> {
    let Some(by) = by else { return Ok(None) };
    let crossed = |item: &Bound<'_, PyAny>| -> Answer<Vec<String>> {
        let Names(names) = item.extract().map_err(|_| invalid("each item of `by` must be a name or a tuple of names"))?;
        if names.is_empty() { Err(invalid("an item of `by` names no column")) } else { Ok(names) }
    };
    if by.is_instance_of::<PyString>() || by.is_instance_of::<PyTuple>() {
        return Ok(Some(vec![crossed(by)?]));
    }
    let items = by.try_iter().map_err(|_| invalid("`by` must be a name, or a list of names and tuples of names"))?;
    items.map(|item| crossed(&item?)).collect::<Answer<_>>().map(Some)
}

/// Names and texts of a mapping, in its order.
pub(crate) fn pairs(name: &str, given: Option<&Bound<'_, PyAny>>) -> Answer<Vec<(String, String)>> {
    let wrong = || invalid(format!("`{name}` must be a mapping of texts to texts"));
    let Some(given) = given else { return Ok(Vec::new()) };
    let items = given.cast::<PyMapping>().map_err(|_| wrong())?.items()?;
    items.iter().map(|item| item.extract().map_err(|_| wrong())).collect()
}
