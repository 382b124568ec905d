use super::AttributeType;
use crate::table::{Column, Table, Value};
use crate::time::{TimeZone, Timestamp};
use crate::{Error, ErrorKind, Result};

/// Which columns say what the consent rules and the exports need. Every field is the name of a column; absent is unknown.
///
/// # Example
/// ```
/// use citx_core::citizens::FactColumns;
///
/// let facts = FactColumns::new().email("email").birth_date("dob").address(["address_1", "postcode"]);
/// assert_eq!(facts.email.as_deref(), Some("email"));
///
/// let mut facts = FactColumns::new();
/// facts.set("phone", ["mobile"])?;
/// assert!(facts.set("fax", ["fax"]).is_err());
/// # Ok::<(), citx_core::Error>(())
/// ```
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

/// The types of column that can be a fact.
#[derive(Clone, Copy)]
enum Wanted {
    Text,
    TextOrInteger,
    Boolean,
    DateOrInstant,
    Any,
}

impl Wanted {
    fn takes(self, found: AttributeType) -> bool {
        use AttributeType::{Boolean, Date, Integer, Null, Text, Timestamp};
        match self {
            _ if found == Null => true,
            Self::Text => found == Text,
            Self::TextOrInteger => matches!(found, Text | Integer),
            Self::Boolean => found == Boolean,
            // Text is looked at value by value: dates often come as text.
            Self::DateOrInstant => matches!(found, Date | Timestamp | Text),
            Self::Any => true,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::TextOrInteger => "text or whole numbers",
            Self::Boolean => "true or false",
            Self::DateOrInstant => "dates or instants",
            Self::Any => "anything",
        }
    }
}

macro_rules! facts {
    (one { $($name:ident $wanted:ident $doc:literal,)* } many { $($list:ident $list_wanted:ident $list_doc:literal,)* }) => {
        impl FactColumns {
            /// The names of all facts.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name),)* $(stringify!($list),)*];

            $(
                #[doc = $doc]
                #[must_use]
                pub fn $name(mut self, column: impl Into<String>) -> Self {
                    self.$name = Some(column.into());
                    self
                }
            )*

            $(
                #[doc = $list_doc]
                #[must_use]
                pub fn $list<C: Into<String>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
                    self.$list = columns.into_iter().map(Into::into).collect();
                    self
                }
            )*

            /// Sets a fact by its name, as project files and other languages give it.
            ///
            /// # Errors
            /// `UnknownName` for a fact that is not one, `InvalidArgument` for more than one column where a fact has one.
            pub fn set<C: Into<String>>(&mut self, fact: &str, columns: impl IntoIterator<Item = C>) -> Result<()> {
                let mut columns: Vec<String> = columns.into_iter().map(Into::into).collect();
                match fact {
                    $(stringify!($list) => self.$list = columns,)*
                    one if !Self::NAMES.contains(&one) => return Err(crate::table::unknown_name("fact", fact, Self::NAMES.iter().copied())),
                    _ if columns.len() > 1 => {
                        let message = format!("fact `{fact}` has one column, found {}", columns.len());
                        return Err(Error::new(ErrorKind::InvalidArgument, message));
                    }
                    $(stringify!($name) => self.$name = columns.pop(),)*
                    _ => {}
                }
                Ok(())
            }

            /// Fact, column and what the column must be.
            fn all(&self) -> Vec<(&'static str, &str, Wanted)> {
                let mut all = Vec::new();
                $(all.extend(self.$name.iter().map(|column| (stringify!($name), column.as_str(), Wanted::$wanted)));)*
                $(all.extend(self.$list.iter().map(|column| (stringify!($list), column.as_str(), Wanted::$list_wanted)));)*
                all
            }
        }
    };
}

facts! {
    one {
    email Text "With the column of the e-mail address.",
    phone Text "With the column of the phone number: text, because a number loses its leading zero.",
    birth_date DateOrInstant "With the column of the date of birth.",
    deceased Boolean "With the column that says whether the citizen has died.",
    preferred_channel Text "With the column of the channel the citizen asked to be contacted by.",
    subscriber_kind Text "With the column that says `individual` or `corporate`.",
    collected_at DateOrInstant "With the column of when the contact details were collected.",
    collected_how Text "With the column of how the contact details were collected.",
    tps_listed_at DateOrInstant "With the column of since when the number is on the TPS or CTPS.",
    tps_screened_at DateOrInstant "With the column of when the number was last screened.",
    mps_listed Boolean "With the column that says whether the address is on the MPS.",
    safe_contact Text "With the column of the safe-contact instruction.",
    language Text "With the column of the language of messages.",
    household TextOrInteger "With the column of what makes a household.",
    }
    many {
    address TextOrInteger "With the columns of the postal address.",
    special_category Any "With the columns of special category data.",
    }
}

impl FactColumns {
    /// No facts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Facts and their columns, in the order of [`FactColumns::NAMES`].
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.all().into_iter().map(|(fact, column, _)| (fact, column))
    }

    /// Whether every column is there and of a type that can be its fact.
    pub(super) fn check(&self, table: &Table) -> Result<()> {
        for (fact, name, wanted) in self.all() {
            let column = table.column(name).map_err(|error| error.context(format!("fact `{fact}`")))?;
            let found = AttributeType::of(column.data_type());
            if !wanted.takes(found) {
                let message = format!("fact `{fact}` needs {}, but column `{name}` is {found}", wanted.words());
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
            if let (Wanted::DateOrInstant, Some(row)) = (wanted, first_that_is_no_date(&column)) {
                let message = format!("fact `{fact}` needs dates such as 2026-11-22, but column `{name}`, row {} is other text", row + 1);
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
        }
        Ok(())
    }
}

/// The first row of a column with text that is neither blank nor a date or an instant.
fn first_that_is_no_date(column: &Column) -> Option<usize> {
    if AttributeType::of(column.data_type()) != AttributeType::Text {
        return None;
    }
    let readable = |text: &str| text.trim().is_empty() || Timestamp::parse(text, TimeZone::UTC).is_ok();
    column.values().position(|value| matches!(value, Value::Text(text) if !readable(&text)))
}
