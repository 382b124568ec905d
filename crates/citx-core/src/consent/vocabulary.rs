//! The names that guards may read: state, what is built from question and policy, facts, and constants of the purpose.

use super::state::State;
use crate::citizens::AttributeType;
use crate::table::Value;

/// A column of the state that events fold into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StateColumn {
    SubjectErased,
    ProcessingRestricted,
    ConsentStatus,
    GivenAt,
    ConsentNamesChannel,
    GivenByParent,
    ObjectedAt,
    ObjectionStatus,
    OptedOut,
    AgreedAt,
    TopicStatus,
    ContactBounced,
    ContactSuppressed,
    LineObjected,
    CapReached,
}

/// A column that is built from the question, the policy and the facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Built {
    PurposeKnown,
    ChannelKnown,
    Purpose,
    Channel,
    ChannelKind,
    ControllerKind,
    MessageClass,
    EffectiveClass,
    Basis,
    ContactAbsent,
    SafeContactBars,
    SpecialCategoryUsed,
    Topic,
    InQuietHours,
}

/// Where the values of a name come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    State(StateColumn),
    Built(Built),
    /// A fact, by its number.
    Fact(usize),
    /// A constant of the purpose, by its number.
    Constant(usize),
    /// A fact where it is known, else the constant.
    FactOrConstant(usize, usize),
}

impl Origin {
    /// Whether the value differs by citizen, not only by purpose and channel.
    pub(super) fn is_personal(self) -> bool {
        match self {
            Self::State(_) | Self::Fact(_) | Self::FactOrConstant(..) => true,
            Self::Built(built) => [Built::ContactAbsent, Built::SafeContactBars, Built::SpecialCategoryUsed].contains(&built),
            Self::Constant(_) => false,
        }
    }
}

/// One name.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) data_type: AttributeType,
    pub(super) origin: Origin,
    pub(super) description: String,
}

use AttributeType::{Boolean, Text, Timestamp};

const STATE: [(&str, AttributeType, StateColumn, &str); 15] = [
    ("subject_erased", Boolean, StateColumn::SubjectErased, "Whether the citizen was erased"),
    ("processing_restricted", Boolean, StateColumn::ProcessingRestricted, "Whether processing is restricted (Art. 18)"),
    ("consent_status", Text, StateColumn::ConsentStatus, "none, given, refused, withdrawn, expired or reconsent"),
    ("given_at", Timestamp, StateColumn::GivenAt, "When the standing consent was given or last renewed"),
    ("consent_names_channel", Boolean, StateColumn::ConsentNamesChannel, "Whether consent was given for this very channel"),
    ("given_by_parent", Boolean, StateColumn::GivenByParent, "Whether a parent gave, or last renewed, the consent that stands"),
    ("objected_at", Timestamp, StateColumn::ObjectedAt, "Latest objection covering this channel, this purpose or all"),
    ("objection_status", Text, StateColumn::ObjectionStatus, "Objection naming this purpose: none, pending, upheld or overridden"),
    ("opted_out", Boolean, StateColumn::OptedOut, "Whether this very purpose was refused, withdrawn or objected to"),
    ("agreed_at", Timestamp, StateColumn::AgreedAt, "When the citizen specifically agreed to live calls"),
    ("topic_status", Text, StateColumn::TopicStatus, "Subscription to the topic asked about: none, on or off"),
    ("contact_bounced", Boolean, StateColumn::ContactBounced, "Whether a message to the contact point came back"),
    ("contact_suppressed", Boolean, StateColumn::ContactSuppressed, "Whether the contact point must not be used"),
    (
        "line_objected",
        Boolean,
        StateColumn::LineObjected,
        "Whether anyone on the contact point objected to this channel, whatever the purpose",
    ),
    ("cap_reached", Boolean, StateColumn::CapReached, "Whether as many messages were disclosed as a cap allows"),
];

const BUILT: [(&str, AttributeType, Built, &str); 14] = [
    ("purpose_known", Boolean, Built::PurposeKnown, "Whether the policy has the purpose asked about"),
    ("channel_known", Boolean, Built::ChannelKnown, "Whether the policy has the channel asked about"),
    ("purpose", Text, Built::Purpose, "The purpose asked about"),
    ("channel", Text, Built::Channel, "The channel asked about"),
    ("channel_kind", Text, Built::ChannelKind, "Its kind"),
    ("controller_kind", Text, Built::ControllerKind, "What kind of body the controller is"),
    ("message_class", Text, Built::MessageClass, "The class that the purpose states"),
    ("effective_class", Text, Built::EffectiveClass, "The class after the definitions"),
    ("basis", Text, Built::Basis, "The lawful basis that the purpose states"),
    ("contact_absent", Boolean, Built::ContactAbsent, "Whether the contact point is null or blank; unknown where it is not mapped"),
    ("safe_contact_bars", Boolean, Built::SafeContactBars, "Whether a safe-contact instruction bars the channel; unknown if unreadable"),
    ("special_category_used", Boolean, Built::SpecialCategoryUsed, "Whether special category data chose the citizen"),
    ("topic", Text, Built::Topic, "The topic asked about; null for none"),
    ("in_quiet_hours", Boolean, Built::InQuietHours, "Whether these are quiet hours for the channel and class"),
];

/// The names that every policy has.
pub(super) fn fixed() -> impl Iterator<Item = Item> {
    let item = |name: &str, data_type, origin, description: &str| Item {
        name: name.to_owned(),
        data_type,
        origin,
        description: description.to_owned(),
    };
    let state = STATE.iter().map(move |(name, data_type, column, words)| item(name, *data_type, Origin::State(*column), words));
    state.chain(BUILT.iter().map(move |(name, data_type, built, words)| item(name, *data_type, Origin::Built(*built), words)))
}

impl StateColumn {
    /// The words of a column that is text.
    pub(super) fn words(self) -> &'static [&'static str] {
        match self {
            // In the order of the enums that say it.
            Self::ConsentStatus => &["none", "given", "refused", "withdrawn", "expired", "reconsent"],
            Self::ObjectionStatus => &["none", "pending", "upheld", "overridden"],
            Self::TopicStatus => &["none", "on", "off"],
            _ => &[],
        }
    }
}

impl State {
    /// The place of its word in [`StateColumn::words`], for a state column that is text.
    pub(super) fn code(&self, column: StateColumn) -> Option<u8> {
        match column {
            StateColumn::ConsentStatus => Some(self.consent as u8),
            StateColumn::ObjectionStatus => Some(self.qualified as u8),
            StateColumn::TopicStatus => Some(self.topic_on.map_or(0, |on| 1 + u8::from(!on))),
            _ => None,
        }
    }

    /// The value of a state column.
    pub(super) fn value(&self, column: StateColumn) -> Value {
        let instant = |at: Option<_>| at.map_or(Value::Null, Value::Timestamp);
        match column {
            StateColumn::SubjectErased => Value::Boolean(self.erased > 0),
            StateColumn::ProcessingRestricted => Value::Boolean(self.restricted > 0),
            StateColumn::ConsentStatus | StateColumn::ObjectionStatus | StateColumn::TopicStatus => {
                let word = self.code(column).and_then(|code| column.words().get(usize::from(code)));
                word.map_or(Value::Null, |word| Value::Text((*word).to_owned()))
            }
            StateColumn::GivenAt => instant(self.given_at),
            StateColumn::ConsentNamesChannel => Value::Boolean(self.names_channel),
            StateColumn::GivenByParent => Value::Boolean(self.by_parent),
            StateColumn::ObjectedAt => instant(self.objected_at),
            StateColumn::OptedOut => Value::Boolean(self.opted_out > 0),
            StateColumn::AgreedAt => instant(self.agreed_at),
            StateColumn::ContactBounced => Value::Boolean(self.bounced > 0),
            StateColumn::ContactSuppressed => Value::Boolean(self.suppressed > 0),
            StateColumn::LineObjected => Value::Boolean(self.line_objected > 0),
            StateColumn::CapReached => Value::Boolean(self.capped > 0),
        }
    }

    /// The events behind a state column.
    pub(super) fn evidence(&self, column: StateColumn) -> Vec<u64> {
        let ids = match column {
            StateColumn::SubjectErased => [self.erased, 0],
            StateColumn::ProcessingRestricted => [self.restricted, 0],
            StateColumn::ConsentStatus => self.consent_ids,
            StateColumn::GivenAt | StateColumn::ConsentNamesChannel | StateColumn::GivenByParent if self.given_at.is_some() => {
                self.consent_ids
            }
            StateColumn::GivenAt | StateColumn::ConsentNamesChannel | StateColumn::GivenByParent => [0, 0],
            StateColumn::ObjectedAt => [self.objected_id, 0],
            StateColumn::ObjectionStatus => [self.qualified_id, 0],
            StateColumn::OptedOut => [self.opted_out, 0],
            StateColumn::AgreedAt => [self.agreed_id, 0],
            StateColumn::TopicStatus => [self.topic_id, 0],
            StateColumn::ContactBounced => [self.bounced, 0],
            StateColumn::ContactSuppressed => [self.suppressed, 0],
            StateColumn::LineObjected => [self.line_objected, 0],
            StateColumn::CapReached => [self.capped, 0],
        };
        ids.into_iter().filter(|id| *id > 0).collect()
    }
}
