//! Citizens: their schema, keys, fact columns, and the [`Population`] that holds them.

mod compact;
mod facts;
mod features;
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
pub(crate) use population::Snapshot;
pub use rejected::{Rejected, Rejection};
pub use schema::{Attribute, AttributeType, ElementType, Schema};
pub(crate) use upsert::{check_columns, keys_in, keys_to_write, values_in};
