//! The audience: the members of a segment who may be contacted, each with channel, basis and rule, and the others with reasons.
//! Nothing else in citx makes a contact list.

use crate::Result;
use crate::citizens::Population;
use crate::consent::ConsentView;
use crate::run::Run;
use crate::segments::Segment;
use crate::table::Table;

/// What is sent, and which way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudienceOptions {
    /// The purpose of the message.
    pub purpose: String,
    /// The channels to try, in the caller's order.
    pub channels: Vec<String>,
    /// Whether the citizen's preferred channel is tried first.
    pub prefer_citizen: bool,
    /// One message for each household at most.
    pub one_per_household: bool,
}

/// Who may be contacted, and why not the others. `Debug` shows sizes only.
#[derive(Clone)]
pub struct Audience {
    _todo: (),
}

impl AudienceOptions {
    /// The citizen's preferred channel first, then these; everyone for themselves.
    pub fn new<C: Into<String>>(purpose: impl Into<String>, channels: impl IntoIterator<Item = C>) -> Self {
        Self {
            purpose: purpose.into(),
            channels: channels.into_iter().map(Into::into).collect(),
            prefer_citizen: true,
            one_per_household: false,
        }
    }

    /// Whether the citizen's preferred channel is tried first.
    #[must_use]
    pub fn prefer_citizen(mut self, prefer: bool) -> Self {
        self.prefer_citizen = prefer;
        self
    }

    /// One message for each household at most.
    #[must_use]
    pub fn one_per_household(mut self, one: bool) -> Self {
        self.one_per_household = one;
        self
    }
}

impl Segment {
    /// The members who may be contacted, and why not the others.
    ///
    /// # Errors
    /// `InvalidArgument` without channels, or one per household without a household fact; `Cancelled`.
    pub fn audience(&self, view: &ConsentView, options: &AudienceOptions, run: &Run) -> Result<Audience> {
        let _ = (view, options, run);
        unimplemented!()
    }
}

impl Audience {
    /// Key, channel, basis, rule: one row for each citizen who may be contacted, in population order.
    pub fn allowed(&self) -> &Table {
        unimplemented!()
    }

    /// Key, channel, reason, rule: one row for each channel tried in vain.
    pub fn refused(&self) -> &Table {
        unimplemented!()
    }

    /// Outcome, channel, rule, reason and how many.
    pub fn summary(&self) -> Table {
        unimplemented!()
    }

    /// The citizens it was chosen from.
    pub fn population(&self) -> &Population {
        unimplemented!()
    }

    /// The row in the population of each row of [`Audience::allowed`].
    pub fn allowed_rows(&self) -> &[usize] {
        unimplemented!()
    }

    /// The purpose it was made for.
    pub fn purpose(&self) -> &str {
        unimplemented!()
    }
}

impl std::fmt::Debug for Audience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Audience")
    }
}
