//! Quiet hours and frequency caps: when a message that is permitted has to wait.

use serde::Deserialize;

use super::data::{invalid, step};
use crate::Result;
use crate::time::{DAY_MICROS, Date, Interval, TimeZone, Timestamp};

/// Hours in which messages wait, on the wall clock of the controller's zone. Of a time that the clock skips or repeats, the quiet is
/// the longer: it begins at the first instant that the time can mean, and ends at the last.
///
/// # Example
/// ```
/// use citx_core::consent::{Policy, QuietHours};
///
/// let quiet = QuietHours::new("21:00", "08:00").channel_kinds(["live_call", "automated_call"]);
/// let policy = Policy::builtin("uk-2026")?.with_quiet_hours(quiet)?;
/// assert_eq!(policy.quiet_hours().count(), 1);
/// assert!(policy.with_quiet_hours(QuietHours::new("21:00", "25:00")).is_err());
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct QuietHours {
    /// `21:00`: when they begin.
    pub from: String,
    /// `08:00`: when they end, on the next day unless it is later than `from`; `24:00` for the end of the day.
    pub to: String,
    /// The days on which they begin, `monday` to `sunday`; empty: every day.
    #[serde(default)]
    pub days: Vec<String>,
    /// The kinds of channel that they hold for; empty: all.
    #[serde(default)]
    pub channel_kinds: Vec<String>,
    /// The message classes (after the definitions) that they hold for; empty: all.
    #[serde(default)]
    pub message_classes: Vec<String>,
    /// Where they come from.
    #[serde(default)]
    pub source: Option<String>,
}

/// At most so many messages in any stretch of time, counted from `disclosed` events.
///
/// # Example
/// ```
/// use citx_core::consent::{FrequencyCap, Policy};
///
/// let cap = FrequencyCap::new(2, "7 days").message_classes(["direct_marketing"]);
/// let policy = Policy::builtin("uk-2026")?.with_frequency_cap(cap)?;
/// assert_eq!(policy.frequency_caps().count(), 1);
/// assert!(policy.with_frequency_cap(FrequencyCap::new(0, "7 days")).is_err());
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FrequencyCap {
    /// How many messages there may be.
    pub at_most: u32,
    /// `7 days`: in any stretch of time this long; days and months are those of the controller's zone.
    pub within: String,
    /// The kinds of channel whose messages count together, and which it holds for; empty: all.
    #[serde(default)]
    pub channel_kinds: Vec<String>,
    /// The message classes, as purposes state them, that count together, and which it holds for; empty: all.
    #[serde(default)]
    pub message_classes: Vec<String>,
    /// Where it comes from.
    #[serde(default)]
    pub source: Option<String>,
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn words<W: Into<String>>(words: impl IntoIterator<Item = W>) -> Vec<String> {
    words.into_iter().map(Into::into).collect()
}

impl QuietHours {
    /// Quiet hours every day, for everything that the policy's timing rules do not exempt.
    pub fn new(from: impl Into<String>, to: impl Into<String>) -> Self {
        let (days, channel_kinds, message_classes) = (Vec::new(), Vec::new(), Vec::new());
        Self { from: from.into(), to: to.into(), days, channel_kinds, message_classes, source: None }
    }

    /// The same beginning on these days only, `monday` to `sunday`.
    #[must_use]
    pub fn days<W: Into<String>>(self, days: impl IntoIterator<Item = W>) -> Self {
        Self { days: words(days), ..self }
    }

    /// The same for these kinds of channel only.
    #[must_use]
    pub fn channel_kinds<W: Into<String>>(self, kinds: impl IntoIterator<Item = W>) -> Self {
        Self { channel_kinds: words(kinds), ..self }
    }

    /// The same for these message classes only.
    #[must_use]
    pub fn message_classes<W: Into<String>>(self, classes: impl IntoIterator<Item = W>) -> Self {
        Self { message_classes: words(classes), ..self }
    }
}

impl FrequencyCap {
    /// A cap over all messages that the policy's timing rules do not exempt.
    pub fn new(at_most: u32, within: impl Into<String>) -> Self {
        Self { at_most, within: within.into(), channel_kinds: Vec::new(), message_classes: Vec::new(), source: None }
    }

    /// The same for these kinds of channel only.
    #[must_use]
    pub fn channel_kinds<W: Into<String>>(self, kinds: impl IntoIterator<Item = W>) -> Self {
        Self { channel_kinds: words(kinds), ..self }
    }

    /// The same for these message classes only.
    #[must_use]
    pub fn message_classes<W: Into<String>>(self, classes: impl IntoIterator<Item = W>) -> Self {
        Self { message_classes: words(classes), ..self }
    }
}

/// What quiet hours or a cap are about.
#[derive(Clone, Debug)]
pub(super) struct Concerns {
    kinds: Vec<String>,
    classes: Vec<String>,
}

impl Concerns {
    fn new(kinds: &[String], classes: &[String], (known_kinds, known_classes): (&[&str], &[String])) -> Result<Self> {
        if let Some(kind) = kinds.iter().find(|kind| !known_kinds.contains(&kind.as_str())) {
            return Err(invalid(format!("no channel is of the kind `{kind}`")));
        }
        if let Some(class) = classes.iter().find(|class| !known_classes.contains(class)) {
            return Err(invalid(format!("`{class}` is not among the message classes")));
        }
        Ok(Self { kinds: kinds.to_vec(), classes: classes.to_vec() })
    }

    pub(super) fn holds(&self, kind: Option<&str>, class: Option<&str>) -> bool {
        let holds = |words: &[String], word: Option<&str>| words.is_empty() || words.iter().any(|known| Some(known.as_str()) == word);
        holds(&self.kinds, kind) && holds(&self.classes, class)
    }
}

/// Quiet hours, read.
#[derive(Clone, Debug)]
pub(super) struct Quiet {
    pub(super) given: QuietHours,
    pub(super) concerns: Concerns,
    /// Monday first.
    days: [bool; 7],
    /// Microseconds from the midnight of the day on which they begin; the end may lie on the next day.
    from: i64,
    to: i64,
}

impl Quiet {
    /// Reads quiet hours; `known` is the policy's kinds of channel and message classes.
    ///
    /// # Errors
    /// `PolicyInvalid`.
    pub(super) fn new(given: QuietHours, known: (&[&str], &[String])) -> Result<Self> {
        let concerns = Concerns::new(&given.channel_kinds, &given.message_classes, known)?;
        let (from, to) = (clock(&given.from, "from")?, clock(&given.to, "to")?);
        if from == DAY_MICROS || from == to {
            return Err(invalid("`from` is a time before 24:00 and other than `to`; a whole day is from 00:00 to 24:00"));
        }
        if let Some(day) = given.days.iter().find(|day| !DAYS.contains(&day.as_str())) {
            return Err(invalid(format!("`days` are {}, found `{day}`", DAYS.join(", "))));
        }
        let days = DAYS.map(|day| given.days.is_empty() || given.days.iter().any(|one| one == day));
        let to = if to < from { to + DAY_MICROS } else { to };
        Ok(Self { given, concerns, days, from, to })
    }

    /// The quiet that begins on a day, if any does.
    fn span(&self, day: i64, zone: TimeZone) -> Option<(Timestamp, Timestamp)> {
        // 1970-01-01 was a Thursday.
        let begins = usize::try_from((day + 3).rem_euclid(7)).ok().and_then(|weekday| self.days.get(weekday));
        let midnight = day.checked_mul(DAY_MICROS).filter(|_| begins == Some(&true))?;
        let (start, _) = zone.readings(midnight.checked_add(self.from)?)?;
        let (_, end) = zone.readings(midnight.checked_add(self.to)?)?;
        Some((start, end))
    }

    /// Whether an instant lies in them.
    pub(super) fn holds(&self, at: Timestamp, zone: TimeZone) -> bool {
        let Some(today) = day_of(at, zone) else { return false };
        let mut spans = (today - 2..=today + 1).filter_map(|day| self.span(day, zone));
        spans.any(|(start, end)| start <= at && at < end)
    }

    /// The first instant after `at` from which it is quiet by any of them, or no more.
    pub(super) fn change(quiet: &[&Self], at: Timestamp, zone: TimeZone) -> Option<Timestamp> {
        let today = day_of(at, zone)?;
        let holds = |at: Timestamp| quiet.iter().any(|quiet| quiet.holds(at, zone));
        // They come again every week.
        let spans = (today - 2..=today + 9).flat_map(|day| quiet.iter().filter_map(move |quiet| quiet.span(day, zone)));
        let mut edges: Vec<Timestamp> = spans.flat_map(|(start, end)| [start, end]).filter(|edge| *edge > at).collect();
        edges.sort_unstable();
        let now = holds(at);
        edges.into_iter().find(|edge| holds(*edge) != now)
    }
}

fn day_of(at: Timestamp, zone: TimeZone) -> Option<i64> {
    at.date(zone).map(Date::as_days).map(i64::from)
}

/// `21:00` in microseconds from midnight.
fn clock(text: &str, field: &str) -> Result<i64> {
    let wrong = || invalid(format!("`{field}` is a time of day such as 08:00, at most 24:00"));
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = text.split_once(':').filter(|(hours, minutes)| digits(hours) && digits(minutes)).ok_or_else(wrong)?;
    let (hours, minutes): (i64, i64) = (hours.parse().map_err(|_| wrong())?, minutes.parse().map_err(|_| wrong())?);
    let total = hours * 60 + minutes;
    if minutes < 60 && total <= 24 * 60 { Ok(total * 60_000_000) } else { Err(wrong()) }
}

/// Whether a message sent at `sent` still counts at `at` towards a cap within a time; that of the very end does not.
pub(crate) fn counts_still(sent: Timestamp, within: Interval, zone: TimeZone, at: Timestamp) -> bool {
    sent.checked_add(within, zone).is_none_or(|end| at < end)
}

/// A frequency cap, read.
#[derive(Clone, Debug)]
pub(super) struct Cap {
    pub(super) given: FrequencyCap,
    pub(super) concerns: Concerns,
    pub(super) at_most: usize,
    pub(super) within: Interval,
}

impl Cap {
    /// Reads a cap; `known` is the policy's kinds of channel and message classes.
    ///
    /// # Errors
    /// `PolicyInvalid`.
    pub(super) fn new(given: FrequencyCap, known: (&[&str], &[String])) -> Result<Self> {
        let concerns = Concerns::new(&given.channel_kinds, &given.message_classes, known)?;
        let within = step(&given.within)?;
        if given.at_most == 0 || within.months.max(within.days) <= 0 && within.micros <= 0 {
            return Err(invalid("a cap is at least 1 message within a time such as `7 days`"));
        }
        Ok(Self { at_most: given.at_most as usize, given, concerns, within })
    }
}
