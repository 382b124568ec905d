use std::fmt;
use std::str::FromStr;

use arrow_schema::DataType;

use crate::table::Table;
use crate::{Error, ErrorKind, Result};

/// What kind of values an attribute has, as rules see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttributeType {
    /// Only nulls: fits everywhere.
    Null,
    /// True or false.
    Boolean,
    /// Whole numbers, computed in i64.
    Integer,
    /// Binary floating point, computed in f64.
    Float,
    /// Exact decimals.
    Decimal {
        /// How many digits in all.
        precision: u8,
        /// How many of them behind the point.
        scale: i8,
    },
    /// Text.
    Text,
    /// Calendar dates.
    Date,
    /// Instants.
    Timestamp,
    /// Lists of values of one type, of which `has_any` and `has_all` ask what they hold.
    List(ElementType),
    /// Carried, but no rule can name it: time of day, binary, struct, lists of these or of lists.
    Other,
}

/// What kind of values the lists of a list attribute hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ElementType {
    /// Only nulls.
    Null,
    /// True or false.
    Boolean,
    /// Whole numbers.
    Integer,
    /// Binary floating point.
    Float,
    /// Exact decimals.
    Decimal {
        /// How many digits in all.
        precision: u8,
        /// How many of them behind the point.
        scale: i8,
    },
    /// Text.
    Text,
    /// Calendar dates.
    Date,
    /// Instants.
    Timestamp,
}

/// One attribute: its name and type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The column's name.
    pub name: String,
    /// The type of its values.
    pub data_type: AttributeType,
}

/// The attributes of a population, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    attributes: Vec<Attribute>,
}

impl Schema {
    /// A schema of these attributes.
    pub fn new(attributes: impl IntoIterator<Item = Attribute>) -> Self {
        Self { attributes: attributes.into_iter().collect() }
    }

    /// The attributes that the columns of `table` are.
    pub fn of(table: &Table) -> Self {
        let attribute =
            |column: crate::table::Column| Attribute { name: column.name().to_owned(), data_type: AttributeType::of(column.data_type()) };
        Self::new(table.columns().map(attribute))
    }

    /// The attributes, in order.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The position and type of an attribute.
    pub fn find(&self, name: &str) -> Option<(usize, AttributeType)> {
        let index = self.attributes.iter().position(|attribute| attribute.name == name)?;
        Some((index, self.attributes.get(index)?.data_type))
    }
}

impl AttributeType {
    /// The kind of values an Arrow type has.
    pub fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean,
            integer if integer.is_integer() => Self::Integer,
            float if float.is_floating() => Self::Float,
            DataType::Decimal32(precision, scale)
            | DataType::Decimal64(precision, scale)
            | DataType::Decimal128(precision, scale)
            | DataType::Decimal256(precision, scale) => Self::Decimal { precision: *precision, scale: *scale },
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::Text,
            DataType::Date32 | DataType::Date64 => Self::Date,
            DataType::Timestamp(_, _) => Self::Timestamp,
            DataType::Dictionary(_, values) => Self::of(values),
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                Self::of(item.data_type()).as_element().map_or(Self::Other, Self::List)
            }
            _ => Self::Other,
        }
    }

    /// The same as a type of list elements; lists and what rules cannot read are none.
    pub fn as_element(self) -> Option<ElementType> {
        Some(match self {
            Self::Null => ElementType::Null,
            Self::Boolean => ElementType::Boolean,
            Self::Integer => ElementType::Integer,
            Self::Float => ElementType::Float,
            Self::Decimal { precision, scale } => ElementType::Decimal { precision, scale },
            Self::Text => ElementType::Text,
            Self::Date => ElementType::Date,
            Self::Timestamp => ElementType::Timestamp,
            Self::List(_) | Self::Other => return None,
        })
    }
}

impl From<ElementType> for AttributeType {
    fn from(element: ElementType) -> Self {
        match element {
            ElementType::Null => Self::Null,
            ElementType::Boolean => Self::Boolean,
            ElementType::Integer => Self::Integer,
            ElementType::Float => Self::Float,
            ElementType::Decimal { precision, scale } => Self::Decimal { precision, scale },
            ElementType::Text => Self::Text,
            ElementType::Date => Self::Date,
            ElementType::Timestamp => Self::Timestamp,
        }
    }
}

impl fmt::Display for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean => f.write_str("boolean"),
            Self::Integer => f.write_str("integer"),
            Self::Float => f.write_str("float"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision}, {scale})"),
            Self::Text => f.write_str("text"),
            Self::Date => f.write_str("date"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::List(element) => write!(f, "list of {}", Self::from(*element)),
            Self::Other => f.write_str("other"),
        }
    }
}

impl FromStr for AttributeType {
    type Err = Error;

    /// The type of the words that `Display` shows.
    ///
    /// # Example
    /// ```
    /// # use citx_core::citizens::AttributeType;
    /// assert_eq!("decimal(10, 2)".parse::<AttributeType>()?, AttributeType::Decimal { precision: 10, scale: 2 });
    /// assert_eq!("list of text".parse::<AttributeType>()?.to_string(), "list of text");
    /// assert!("varchar".parse::<AttributeType>().is_err());
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    fn from_str(words: &str) -> Result<Self> {
        let plain = |words: &str| match words {
            "null" => Some(Self::Null),
            "boolean" => Some(Self::Boolean),
            "integer" => Some(Self::Integer),
            "float" => Some(Self::Float),
            "text" => Some(Self::Text),
            "date" => Some(Self::Date),
            "timestamp" => Some(Self::Timestamp),
            "other" => Some(Self::Other),
            _ => decimal(words),
        };
        let list = |words: &str| plain(words.strip_prefix("list of ")?)?.as_element().map(Self::List);
        plain(words).or_else(|| list(words)).ok_or_else(|| {
            let known = "boolean, integer, float, decimal(10, 2), text, date, timestamp, list of one of these, null or other";
            Error::new(ErrorKind::InvalidArgument, format!("there is no type `{words}`; expected {known}"))
        })
    }
}

fn decimal(words: &str) -> Option<AttributeType> {
    let (precision, scale) = words.strip_prefix("decimal(")?.strip_suffix(')')?.split_once(',')?;
    Some(AttributeType::Decimal { precision: precision.trim().parse().ok()?, scale: scale.trim().parse().ok()? })
}
