/// Which columns say what the consent rules and the exports need. Every field is the name of a column; absent is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FactColumns {
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number, for calls and text messages.
    pub phone: Option<String>,
    /// Postal address: one column with line breaks or commas, or one column for each line.
    pub address: Vec<String>,
    /// Date of birth.
    pub birth_date: Option<String>,
    /// Whether the citizen has died.
    pub deceased: Option<String>,
    /// The channel the citizen asked to be contacted by.
    pub preferred_channel: Option<String>,
    /// `individual` or `corporate` (PECR reg. 2).
    pub subscriber_kind: Option<String>,
    /// When the contact details were collected.
    pub collected_at: Option<String>,
    /// How: `sale`, `support`, `service`, ...
    pub collected_how: Option<String>,
    /// Since when the number is on the TPS or CTPS.
    pub tps_listed_at: Option<String>,
    /// When the number was last screened against them.
    pub tps_screened_at: Option<String>,
    /// Whether the address is on the MPS.
    pub mps_listed: Option<String>,
    /// A safe-contact instruction: the channels that must not be used, separated by commas, or `none` for no instruction.
    pub safe_contact: Option<String>,
    /// Language of messages, BCP 47.
    pub language: Option<String>,
    /// What makes a household: a UPRN or an id.
    pub household: Option<String>,
    /// Columns of special category data (UK GDPR Art. 9).
    pub special_category: Vec<String>,
}
