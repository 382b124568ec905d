//! How often a citizen may be contacted, counted from contacts that the host knows of.

use std::fmt;
use std::sync::Arc;

use crate::citizens::Population;
use crate::consent::ConsentView;
use crate::rules::{Event, EventSource, NO_EVENTS};
use crate::table::unknown_name;
use crate::{Bitmap, Error, ErrorKind, Result, Run};

/// Citizens counted together.
const PIECE: usize = 65_536;

/// At most so many contacts in any stretch of so many days, counted from the contacts that were made, and heeded by the policy's timing
/// rules as its own caps are: emergency, statutory and service messages of `uk-2026` are exempt.
///
/// A contact counts from its instant until the same time of day so many days later in the controller's zone, which it does not reach any
/// more; one after the view's instant does not count. The contacts of a record that was merged with the citizen's count too.
///
/// # Example
/// ```
/// use citx_core::audience::{AudienceOptions, Cap};
/// use citx_core::engagement::{EventColumns, Events};
/// use citx_core::table::{Column, Table};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let at = Timestamp::parse("2026-11-20T10:00:00Z", TimeZone::UTC)?;
/// let sent = Table::from_columns([
///     Column::text("id", [Some("C-17")]),
///     Column::text("kind", [Some("sent")]),
///     Column::timestamp("at", [Some(at)]),
/// ])?;
/// let contacts = Events::from_table(&sent, &EventColumns::default())?;
/// let options = AudienceOptions::new("newsletter", ["email"]).cap(Cap::new(3, 30, contacts).kinds(["sent"]));
/// assert!(options.cap.is_some());
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Cap {
    /// How many contacts there may be.
    pub at_most: u32,
    /// In any stretch of so many days.
    pub days: u32,
    /// The contacts that were made.
    pub contacts: Arc<dyn EventSource>,
    /// The kinds of event that are contacts; empty: all.
    pub kinds: Vec<String>,
    /// The channels whose contacts count together, and which it holds for; empty: all. A contact without a channel counts for each.
    pub channels: Vec<String>,
}

fn words<W: Into<String>>(words: impl IntoIterator<Item = W>) -> Vec<String> {
    words.into_iter().map(Into::into).collect()
}

impl Cap {
    /// A cap over all of these contacts.
    pub fn new(at_most: u32, days: u32, contacts: impl EventSource + 'static) -> Self {
        Self { at_most, days, contacts: Arc::new(contacts), kinds: Vec::new(), channels: Vec::new() }
    }

    /// The same counting only events of these kinds.
    #[must_use]
    pub fn kinds<W: Into<String>>(self, kinds: impl IntoIterator<Item = W>) -> Self {
        Self { kinds: words(kinds), ..self }
    }

    /// The same for these channels only.
    #[must_use]
    pub fn channels<W: Into<String>>(self, channels: impl IntoIterator<Item = W>) -> Self {
        Self { channels: words(channels), ..self }
    }

    /// Whether it holds for messages through a channel.
    pub(super) fn holds(&self, channel: &str) -> bool {
        self.channels.is_empty() || self.channels.iter().any(|known| known == channel)
    }

    fn check(&self, view: &ConsentView) -> Result<i32> {
        let wrong = |kind, message: &str| Err(Error::new(kind, message));
        if self.at_most == 0 {
            return wrong(ErrorKind::OutOfRange, "a cap is at least 1 contact: for none at all make no audience");
        }
        let days = i32::try_from(self.days).ok().filter(|days| *days > 0);
        let Some(days) = days else { return wrong(ErrorKind::OutOfRange, "a cap is over at least 1 day, and at most 2,147,483,647") };
        let known = view.policy().channels();
        if let Some(channel) = self.channels.iter().find(|channel| !known.contains(&channel.as_str())) {
            return Err(unknown_name("channel of the policy", channel, known).context("cap"));
        }
        if !self.channels.is_empty() && !self.contacts.has_channels() {
            return wrong(ErrorKind::InvalidArgument, "a cap on channels needs contacts that say through which channel they were made");
        }
        view.heeds_caps()?;
        Ok(days)
    }

    fn is_contact(&self, event: &Event<'_>) -> bool {
        let kind = self.kinds.is_empty() || self.kinds.iter().any(|kind| kind == event.kind);
        kind && event.channel.is_none_or(|channel| self.holds(channel))
    }

    /// The members who have had as many contacts as there may be.
    ///
    /// # Errors
    /// `OutOfRange` for a cap that is none; `UnknownName` for a channel; `InvalidArgument` for channels where the contacts have none;
    /// `PolicyUnsupported` for a policy that heeds no caps; `Cancelled`.
    pub(super) fn reached(&self, people: &Population, members: &Bitmap, view: &ConsentView, run: &Run) -> Result<Bitmap> {
        let days = self.check(view)?;
        let numbers = self.contacts.citizens(people, run)?;
        let merged = view.merged();
        let made = |number: u32| {
            let mut made: u64 = 0;
            if number != NO_EVENTS {
                let mut visit = |event: Event<'_>| made += u64::from(self.is_contact(&event) && view.counts_still(event.at, days));
                self.contacts.each(number, &mut visit);
            }
            made
        };
        let full = |row: &usize| {
            let own = numbers.get(*row).map_or(0, |number| made(*number));
            let others = if merged.is_empty() { None } else { people.key_text(*row).and_then(|key| merged.get(&*key)) };
            let others = others.into_iter().flatten().filter_map(|key| self.contacts.citizen(key)).map(made);
            own + others.sum::<u64>() >= u64::from(self.at_most)
        };
        let rows: Vec<usize> = members.ones_iter().collect();
        let pieces: Vec<&[usize]> = rows.chunks(PIECE).collect();
        let found = run.map(pieces.len(), |piece| {
            Ok(pieces.get(piece).copied().unwrap_or_default().iter().copied().filter(full).collect::<Vec<_>>())
        })?;
        let mut reached = Bitmap::zeros(members.len());
        found.into_iter().flatten().for_each(|row| reached.set(row));
        Ok(reached)
    }
}

impl fmt::Debug for Cap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cap({} in {} days)", self.at_most, self.days)
    }
}
