//! Durable things: consent ledgers, tables in and out, audience exports.
#![forbid(unsafe_code)]

mod export;
#[cfg(feature = "sqlite")]
mod ledger;
mod read;
mod write;

#[cfg(feature = "parquet")]
pub use export::write_audience_parquet;
pub use export::{NotifyOptions, write_audience_csv, write_notify};
#[cfg(feature = "sqlite")]
pub use ledger::{ConsentLedger, LedgerOptions};
pub use read::{
    OnError, ReadOptions, read_instrument, read_policy, read_population, read_segment_book, read_table, read_table_and_rejected,
};
pub use write::write_csv;
#[cfg(feature = "parquet")]
pub use write::write_parquet;
