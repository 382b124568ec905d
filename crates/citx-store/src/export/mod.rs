//! Audiences to files: for GOV.UK Notify, and as tables with the contact point of each citizen.

mod address;
mod contacts;
mod notify;
#[cfg(test)]
mod tests;

use std::path::Path;

use citx_core::audience::Audience;
use citx_core::table::{Column, Table};
use citx_core::{Error, ErrorKind, Result};

pub use notify::{NotifyOptions, write_notify};

use contacts::Contacts;

/// Writes key, channel, contact, basis and rule of everyone who may be contacted.
///
/// # Errors
/// `Io`, and nothing is left half written.
pub fn write_audience_csv(audience: &Audience, path: impl AsRef<Path>) -> Result<()> {
    crate::write_csv(&contact_list(audience)?, path)
}

/// The same as Parquet.
///
/// # Errors
/// As [`write_audience_csv`].
#[cfg(feature = "parquet")]
pub fn write_audience_parquet(audience: &Audience, path: impl AsRef<Path>) -> Result<()> {
    crate::write_parquet(&contact_list(audience)?, path)
}

/// Key, channel, contact, basis, rule. The contact is null for a channel without one, such as a portal, and where the fact is not known.
fn contact_list(audience: &Audience) -> Result<Table> {
    let contacts = Contacts::of(audience)?;
    let allowed = audience.allowed();
    let channels = allowed.column("channel")?;
    let contact = |(index, &row): (usize, &usize)| contacts.text(&contacts::word(&channels, index), row);
    let contact = Column::text("contact", audience.allowed_rows().iter().enumerate().map(contact));
    Table::from_columns([allowed.column("key")?, channels, contact, allowed.column("basis")?, allowed.column("rule")?])
}

/// The error for something that was asked of an export and cannot be.
fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}
