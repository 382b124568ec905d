use std::str::FromStr;

use crate::table::unknown_name;
use crate::{Error, Result};

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// The citizen consented.
    Given,
    /// The citizen was asked and said no.
    Refused,
    /// The citizen took consent back.
    Withdrawn,
    /// The citizen objected (Art. 21).
    Objected,
    /// The controller found for the objection (Art. 21(1)).
    ObjectionUpheld,
    /// The controller has compelling grounds against it (Art. 21(1)).
    ObjectionOverridden,
    /// Processing is restricted (Art. 18).
    Restricted,
    /// It is no longer restricted.
    Released,
    /// The citizen confirmed a standing consent.
    Renewed,
    /// The citizen specifically agreed to live calls (PECR reg. 21(4)).
    Agreed,
    /// The citizen subscribed to a topic.
    TopicOn,
    /// The citizen unsubscribed from a topic.
    TopicOff,
    /// A message came back.
    Bounced,
    /// The contact point must not be used.
    Suppressed,
    /// The record was disclosed to the citizen or a third party.
    Disclosed,
    /// Two records became one.
    Merged,
    /// They were taken apart again.
    Unmerged,
    /// The citizen was erased (Art. 17).
    Erased,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 18] = [
        Self::Given,
        Self::Refused,
        Self::Withdrawn,
        Self::Objected,
        Self::ObjectionUpheld,
        Self::ObjectionOverridden,
        Self::Restricted,
        Self::Released,
        Self::Renewed,
        Self::Agreed,
        Self::TopicOn,
        Self::TopicOff,
        Self::Bounced,
        Self::Suppressed,
        Self::Disclosed,
        Self::Merged,
        Self::Unmerged,
        Self::Erased,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Objected => "objected",
            Self::ObjectionUpheld => "objection_upheld",
            Self::ObjectionOverridden => "objection_overridden",
            Self::Restricted => "restricted",
            Self::Released => "released",
            Self::Renewed => "renewed",
            Self::Agreed => "agreed",
            Self::TopicOn => "topic_on",
            Self::TopicOff => "topic_off",
            Self::Bounced => "bounced",
            Self::Suppressed => "suppressed",
            Self::Disclosed => "disclosed",
            Self::Merged => "merged",
            Self::Unmerged => "unmerged",
            Self::Erased => "erased",
        }
    }

    /// Whether it is the citizen's choice about purposes or channels, and so must say which.
    pub(super) fn is_choice(self) -> bool {
        matches!(
            self,
            Self::Given
                | Self::Refused
                | Self::Withdrawn
                | Self::Objected
                | Self::ObjectionUpheld
                | Self::ObjectionOverridden
                | Self::Renewed
                | Self::Agreed
        )
    }

    /// The place among events of one instant: the later one wins, so restrictions come last.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Given => 0,
            Self::Renewed => 1,
            Self::Agreed | Self::TopicOn | Self::Released | Self::ObjectionOverridden | Self::Disclosed | Self::Unmerged => 2,
            Self::Refused | Self::Withdrawn | Self::Objected | Self::Restricted | Self::TopicOff => 3,
            Self::ObjectionUpheld | Self::Bounced | Self::Suppressed | Self::Merged | Self::Erased => 4,
        }
    }
}

impl FromStr for Status {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|status| status.as_str() == word);
        found.ok_or_else(|| unknown_name("consent status", word, Self::ALL.map(Self::as_str)))
    }
}

/// How far an event reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The purpose and channel that it names; one that it does not name is every one.
    #[default]
    Channel,
    /// Every channel of its purpose.
    Purpose,
    /// Everything.
    All,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Channel, Self::Purpose, Self::All];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Purpose => "purpose",
            Self::All => "all",
        }
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|scope| scope.as_str() == word);
        found.ok_or_else(|| unknown_name("scope of a consent event", word, Self::ALL.map(Self::as_str)))
    }
}
