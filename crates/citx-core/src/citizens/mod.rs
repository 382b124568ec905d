//! Citizens: their schema, keys, fact columns, and the [`Population`] that holds them.

mod compact;
mod facts;
mod fit;
mod keys;
mod population;
mod rejected;
mod schema;
#[cfg(test)]
mod tests;
mod upsert;

pub(crate) use compact::{Coarse, Compact, Days, Map, NONE};
pub use facts::FactColumns;
pub(crate) use keys::{KeyIndex, Keys};
pub use population::Population;
pub use rejected::{Rejected, Rejection};
pub use schema::{Attribute, AttributeType, ElementType, Schema};
pub(crate) use upsert::{check_columns, key_texts, keys_in, values_in};
