//! Signals in: what arrives from browsers, mailboxes, telephones and lists becomes consent events with their evidence.
//!
//! Pure functions: the time is an argument, and nothing is read or sent. The raw signal goes into the event's `evidence_ref`, which a ledger
//! keeps as a personal value; it never appears in an error. `docs/spec/signals.md` has the sources and the choices made.

mod bits;
mod bounces;
mod document;
mod gpc;
mod gpp;
mod layout;
mod lists;
mod one_click;
mod preferences;
mod sms;
mod tcf;
#[cfg(test)]
mod tests;

pub use bits::{Restriction, Vendors};
pub use bounces::{Bounce, BounceKind, Ladder};
pub use document::Document;
pub use gpc::gpc_header;
pub use gpp::{GppSection, GppString, GppValue, OptOutMapping, OptOuts};
pub use lists::{AddressColumns, AddressList, NumberList, screen_calls, screen_post, with_screening};
pub use one_click::{OneClick, is_one_click};
pub use preferences::{PreferenceMapping, PreferenceWords, Statement};
pub use sms::{SmsReply, SmsWords};
pub use tcf::{PublisherPurposes, TcfMapping, TcfString};

use super::{Event, Status};
use crate::json::quote;
use crate::time::Timestamp;

/// Whose signal it is, when it came, and on which channel and contact point.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// Key of the citizen.
    pub citizen: String,
    /// When it came; the `captured_at` of its events.
    pub at: Timestamp,
    /// The channel that its events are about; absent for every one.
    pub channel: Option<String>,
    /// The contact point that they are about, if only one.
    pub contact: Option<String>,
    /// The system that it came from.
    pub source: Option<String>,
}

impl std::fmt::Debug for Received {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Received").field("at", &self.at).field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl Received {
    /// A signal of a citizen at an instant.
    pub fn new(citizen: impl Into<String>, at: Timestamp) -> Self {
        Self { citizen: citizen.into(), at, channel: None, contact: None, source: None }
    }

    /// The same on a channel.
    #[must_use]
    pub fn channel(mut self, channel: impl Into<String>) -> Self {
        self.channel = Some(channel.into());
        self
    }

    /// The same for a contact point.
    #[must_use]
    pub fn contact(mut self, contact: impl Into<String>) -> Self {
        self.contact = Some(contact.into());
        self
    }

    /// The same from a system.
    #[must_use]
    pub fn source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// An event of this signal; all there is if it names neither purpose nor channel.
    fn event(&self, status: Status, purpose: Option<&str>, method: &str, evidence: &str) -> Event {
        let mut event = Event::new(&self.citizen, status, self.at);
        event.purpose = purpose.map(str::to_owned);
        event.channel.clone_from(&self.channel);
        event.contact.clone_from(&self.contact);
        event.source.clone_from(&self.source);
        event.method = Some(method.to_owned());
        event.evidence_ref = Some(evidence.to_owned());
        event.actor = Some("self".to_owned());
        if event.purpose.is_none() && event.channel.is_none() {
            event.scope = super::Scope::All;
        }
        event
    }
}

/// A JSON object of values that are JSON already.
pub(super) fn json_object<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|(name, json)| format!("{}:{json}", quote(name))).collect();
    format!("{{{}}}", fields.join(","))
}
