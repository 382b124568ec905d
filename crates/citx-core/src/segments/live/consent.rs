//! Who may be contacted, as live rules ask it of a consent view.

use std::fmt;
use std::sync::Arc;

use crate::citizens::Population;
use crate::rules::{EventSource, MaskSource, Sources};
use crate::run::Run;
use crate::{Bitmap, Result};

/// What live segments read beside the citizens' attributes, and keep: events, and consent.
///
/// # Example
/// ```
/// use citx_core::engagement::{EventColumns, Events};
/// use citx_core::segments::LiveSources;
/// use citx_core::table::{Column, Table};
/// use citx_core::time::Timestamp;
///
/// let table = Table::from_columns([
///     Column::text("id", [Some("C-17")]),
///     Column::text("kind", [Some("open")]),
///     Column::timestamp("at", [Some(Timestamp::from_micros(0))]),
/// ])?;
/// let sources = LiveSources::new().events(Events::from_table(&table, &EventColumns::default())?);
/// # assert!(format!("{sources:?}").contains("events: true"));
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct LiveSources {
    pub(super) events: Option<Arc<dyn EventSource>>,
    pub(super) view: Option<Arc<dyn MaskSource>>,
}

impl LiveSources {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// The events so far, for `event_count`, `first_event` and `last_event`.
    #[must_use]
    pub fn events(mut self, events: impl EventSource + 'static) -> Self {
        self.events = Some(Arc::new(events));
        self
    }

    /// Consent, for `may_contact`: a [`ConsentView`](crate::consent::ConsentView).
    #[must_use]
    pub fn view(mut self, view: impl MaskSource + 'static) -> Self {
        self.view = Some(Arc::new(view));
        self
    }
}

impl LiveSources {
    /// For one call.
    pub(super) fn borrowed(&self) -> Sources<'_> {
        let mut sources = Sources::new();
        if let Some(events) = self.events.as_deref() {
            sources = sources.events(events);
        }
        if let Some(view) = self.view.as_deref() {
            sources = sources.view(view);
        }
        sources
    }
}

impl fmt::Debug for LiveSources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveSources").field("events", &self.events.is_some()).field("view", &self.view.is_some()).finish()
    }
}

/// One purpose and channel, and by row whether a contact is allowed.
struct Asked {
    purpose: String,
    channel: String,
    allowed: Vec<u64>,
}

/// What a view says of everyone, for the purposes and channels that rules ask about.
#[derive(Default)]
pub(super) struct Consent {
    view: Option<Arc<dyn MaskSource>>,
    asked: Vec<Asked>,
}

impl Consent {
    pub fn new(view: Option<Arc<dyn MaskSource>>, asked: &[(&str, &str)], people: &Population, run: &Run) -> Result<Self> {
        let mut consent = Self { view, asked: Vec::new() };
        if let Some(view) = &consent.view {
            for (purpose, channel) in asked {
                let allowed = view.may_contact(people, purpose, channel, run)?.words().to_vec();
                consent.asked.push(Asked { purpose: (*purpose).to_owned(), channel: (*channel).to_owned(), allowed });
            }
        }
        Ok(consent)
    }

    /// Whether any rule asks.
    pub fn is_asked(&self) -> bool {
        !self.asked.is_empty()
    }

    /// How many purposes and channels rules ask about.
    pub fn len(&self) -> usize {
        self.asked.len()
    }

    pub fn is_allowed(&self, row: u32, purpose: &str, channel: &str) -> bool {
        let asked = self.asked.iter().find(|asked| asked.purpose == purpose && asked.channel == channel);
        asked.is_some_and(|asked| asked.allowed.get(row as usize / 64).is_some_and(|word| word >> (row % 64) & 1 == 1))
    }

    /// What the view says of one citizen, who is a population of one.
    pub fn decide(&self, person: &Population) -> Result<Vec<bool>> {
        let Some(view) = &self.view else { return Ok(Vec::new()) };
        let run = Run::new().threads(1);
        let decide = |asked: &Asked| view.may_contact(person, &asked.purpose, &asked.channel, &run).map(|mask: Bitmap| mask.get(0));
        self.asked.iter().map(decide).collect()
    }

    /// Writes down what was decided of a row.
    pub fn set(&mut self, row: u32, decided: &[bool]) {
        for (asked, is_allowed) in self.asked.iter_mut().zip(decided) {
            let word = row as usize / 64;
            if word >= asked.allowed.len() {
                asked.allowed.resize(word + 1, 0);
            }
            if let Some(word) = asked.allowed.get_mut(word) {
                *word = *word & !(1 << (row % 64)) | u64::from(*is_allowed) << (row % 64);
            }
        }
    }

    /// The rows of which two views say something else.
    pub fn differing(&self, other: &Self) -> Vec<u32> {
        let words = self.asked.iter().map(|asked| asked.allowed.len()).max().unwrap_or(0);
        let word = |consent: &Self, asked: usize, word: usize| {
            consent.asked.get(asked).and_then(|asked| asked.allowed.get(word)).copied().unwrap_or(0)
        };
        let mut rows = Vec::new();
        for index in 0..words {
            let mut bits = (0..self.asked.len()).fold(0, |bits, asked| bits | (word(self, asked, index) ^ word(other, asked, index)));
            while bits != 0 {
                rows.push(index as u32 * 64 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
        rows
    }
}
