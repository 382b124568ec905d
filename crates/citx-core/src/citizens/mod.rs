//! Citizens: their schema, keys, fact columns, and the [`Population`] that holds them.

mod facts;
mod population;
mod schema;

pub use facts::FactColumns;
pub use population::Population;
pub use schema::{Attribute, AttributeType, Schema};
