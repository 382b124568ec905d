//! Audiences to files: for GOV.UK Notify, for Google Customer Match, and as tables with the contact point of each citizen.

mod address;
mod contacts;
mod customer_match;
mod notify;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::Path;

use citx_core::audience::Audience;
use citx_core::table::{Column, Table};
use citx_core::{Error, ErrorKind, Result};

pub use customer_match::{CustomerMatchOptions, write_customer_match};
pub use notify::{NotifyOptions, write_notify};

use contacts::Contacts;
use sha2::{Digest, Sha256};

use crate::read::file_name;
#[cfg(feature = "parquet")]
use crate::write::parquet_to;
use crate::write::{csv_to, replace};

/// Writes key, channel, contact, basis and rule of everyone who may be contacted. Where the audience was chosen by a ledger's view, the
/// ledger records it first: an event `disclosed` for each citizen.
///
/// # Errors
/// `Io`, and nothing is left half written; the ledger's own, and nothing is written.
pub fn write_audience_csv(audience: &Audience, path: impl AsRef<Path>) -> Result<()> {
    let (list, path) = (contact_list(audience)?, path.as_ref());
    handed_out(path, |file| csv_to(&list, file), |digest| disclose(audience, "csv", digest))
}

/// The same as Parquet.
///
/// # Errors
/// As [`write_audience_csv`].
#[cfg(feature = "parquet")]
pub fn write_audience_parquet(audience: &Audience, path: impl AsRef<Path>) -> Result<()> {
    let (list, path) = (contact_list(audience)?, path.as_ref());
    handed_out(path, |file| parquet_to(&list, file), |digest| disclose(audience, "parquet", digest))
}

/// Records everyone in an audience.
fn disclose(audience: &Audience, form: &str, digest: &str) -> Result<()> {
    let channels = audience.allowed().column("channel")?;
    let channels: Vec<String> = (0..audience.allowed_rows().len()).map(|index| contacts::word(&channels, index)).collect();
    audience.disclose(audience.allowed_rows().iter().copied().zip(channels.iter().map(String::as_str)), form, digest)
}

/// Writes a file, has what it hands out recorded by its SHA-256, and only then puts it into its place.
fn handed_out(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>,
    record: impl FnOnce(&str) -> Result<()>,
) -> Result<()> {
    let through = |file: &mut (dyn Write + Send)| {
        let mut digest = Digesting { file, sha: Sha256::new() };
        write(&mut digest)?;
        record(&hex(&digest.sha.finalize()))
    };
    replace(path, through).map_err(|error| error.context(file_name(path)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hashes what goes through.
struct Digesting<'f> {
    file: &'f mut (dyn Write + Send),
    sha: Sha256,
}

impl Write for Digesting<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sha.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
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
