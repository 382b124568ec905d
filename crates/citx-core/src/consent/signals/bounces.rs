use serde::Deserialize;

use super::Received;
use super::bits::wrong;
use crate::consent::{Event, Status};
use crate::time::{DAY_MICROS, Timestamp};
use crate::{Error, Result};

const LADDER: &str = include_str!("../../../data/signals/suppression-ladder.toml");

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum BounceKind {
    /// It was delivered.
    Delivered,
    /// It was refused for now: a full mailbox, a server that is down.
    Soft,
    /// It can never be delivered: no such address.
    Hard,
    /// It was delivered, and the recipient reported it as spam.
    Complaint,
}

impl std::str::FromStr for BounceKind {
    type Err = Error;

    /// `delivered`, `soft`, `hard` or `complaint`.
    fn from_str(word: &str) -> Result<Self> {
        match word {
            "delivered" => Ok(Self::Delivered),
            "soft" => Ok(Self::Soft),
            "hard" => Ok(Self::Hard),
            "complaint" => Ok(Self::Complaint),
            _ => Err(wrong("a message was `delivered`, or it came back `soft` or `hard`, or as a `complaint`")),
        }
    }
}

/// What became of one message to one contact point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: BounceKind,
}

/// For how long a contact point that failed is not used: data, with its source.
///
/// # Example
/// ```
/// use citx_core::consent::signals::{Bounce, BounceKind, Ladder, Received};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let at = |text| Timestamp::parse(text, TimeZone::UTC);
/// let history = [Bounce { at: at("2026-03-01T10:00:00Z")?, kind: BounceKind::Hard }];
/// let received = Received::new("C-17", at("2026-03-01")?).channel("email").contact("c17@example.org");
/// let events = Ladder::builtin()?.events(&history, &received)?;
/// assert_eq!(events[0].valid_until, Some(at("2026-03-08T10:00:00Z")?));
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Ladder {
    /// Version of the data.
    pub version: String,
    /// Where it comes from.
    pub source: String,
    /// So many soft bounces in a row are a hard one.
    pub soft_bounces: u32,
    /// How long the 1st, 2nd, ... listing lasts, in days; the last number is that of all that follow.
    pub listing_days: Vec<u32>,
    /// A listing that began longer ago than this, in days, does not count any more.
    pub memory_days: u32,
}

impl Ladder {
    /// The ladder that ships with citx.
    ///
    /// # Errors
    /// None in practice; those of [`Ladder::parse`].
    pub fn builtin() -> Result<Self> {
        Self::parse(LADDER)
    }

    /// A ladder from its TOML text.
    ///
    /// # Errors
    /// `InvalidArgument` for text that is not a ladder, or one without a step.
    pub fn parse(text: &str) -> Result<Self> {
        let ladder: Self = toml::from_str(text).map_err(|error| wrong("not a suppression ladder").caused_by(error))?;
        if ladder.soft_bounces == 0 || ladder.listing_days.is_empty() || ladder.listing_days.contains(&0) {
            return Err(wrong("a suppression ladder needs `soft_bounces` and `listing_days` of 1 or more"));
        }
        Ok(ladder)
    }

    /// The events that the history of one contact point leaves, in any order given: `bounced`, until the end of its listing, for a hard
    /// bounce and for the last of so many soft ones in a row; `suppressed`, for ever, for the first complaint. A delivery ends a
    /// row of soft bounces; what fails while a listing stands begins no other.
    ///
    /// # Errors
    /// `InvalidArgument` without a channel and a contact point in `received`, whose `at` is not used; `OutOfRange` for a listing that would
    /// end beyond the instants that there are.
    pub fn events(&self, history: &[Bounce], received: &Received) -> Result<Vec<Event>> {
        if received.channel.is_none() || received.contact.is_none() {
            return Err(wrong("a bounce is of a contact point on a channel: give both"));
        }
        let mut history = history.to_vec();
        history.sort_by_key(|bounce| (bounce.at, bounce.kind));
        let (mut events, mut listed, mut soft, mut complained) = (Vec::new(), Vec::<Timestamp>::new(), 0, false);
        let mut until: Option<Timestamp> = None;
        for Bounce { at, kind } in history {
            let standing = until.is_some_and(|until| at < until);
            match kind {
                BounceKind::Delivered => soft = 0,
                BounceKind::Complaint if !complained => {
                    complained = true;
                    events.push(self.event(Status::Suppressed, at, None, "complaint", received));
                }
                BounceKind::Soft if !standing && soft + 1 < self.soft_bounces => soft += 1,
                BounceKind::Soft | BounceKind::Hard if !standing => {
                    let memory = i64::from(self.memory_days) * DAY_MICROS;
                    listed.retain(|earlier| at.as_micros().saturating_sub(earlier.as_micros()) <= memory);
                    let end = self.listing_end(at, listed.len())?;
                    let evidence = if kind == BounceKind::Hard { "hard bounce" } else { "soft bounces in a row" };
                    events.push(self.event(Status::Bounced, at, Some(end), evidence, received));
                    listed.push(at);
                    (until, soft) = (Some(end), 0);
                }
                _ => {}
            }
        }
        Ok(events)
    }

    fn listing_end(&self, at: Timestamp, earlier: usize) -> Result<Timestamp> {
        let days = self.listing_days.get(earlier).or(self.listing_days.last()).copied().unwrap_or_default();
        let end = at.as_micros().checked_add(i64::from(days) * DAY_MICROS);
        end.map(Timestamp::from_micros).ok_or_else(|| Error::new(crate::ErrorKind::OutOfRange, "a listing without an end"))
    }

    fn event(&self, status: Status, at: Timestamp, until: Option<Timestamp>, evidence: &str, received: &Received) -> Event {
        let evidence = format!("{evidence}, ladder {}", self.version);
        let mut event = received.event(status, None, "bounce", &evidence);
        event.captured_at = at;
        event.valid_until = until;
        event.actor = None;
        event
    }
}
