//! Durable things: consent ledgers, tables in and out, audience exports.
//!
//! What is read and written, and how, is in `docs/spec/files.md`; the bytes of a ledger are in `docs/spec/ledger.md`. The features
//! `sqlite`, `postgres`, `parquet` and `xlsx`, all on by default, bring the ledger and those kinds of files.
#![forbid(unsafe_code)]

mod export;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod ledger;
mod read;
mod write;

#[cfg(feature = "parquet")]
pub use export::write_audience_parquet;
pub use export::{CustomerMatchOptions, NotifyOptions, write_audience_csv, write_customer_match, write_notify};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use ledger::{ConsentLedger, InclusionProof, LedgerOptions, SubjectAccess};
pub use read::{
    OnError, ReadOptions, read_address_list, read_document, read_instrument, read_number_list, read_policy, read_population,
    read_preference_mapping, read_preferences, read_provider_mapping, read_segment_book, read_table, read_table_and_rejected,
};
#[cfg(feature = "xlsx")]
pub use read::{TsmRelease, read_tsm_release};
pub use write::write_csv;
#[cfg(feature = "parquet")]
pub use write::write_parquet;
