//! Audiences to files.

use std::path::{Path, PathBuf};

use citx_core::Result;
use citx_core::audience::Audience;

/// How GOV.UK Notify files are written.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct NotifyOptions {
    /// Placeholder and column, such as `name` and `first_name`.
    pub personalisation: Vec<(String, String)>,
    /// Start of the file names: `PREFIX-CHANNEL-K.csv`; the default is `audience`.
    pub prefix: Option<String>,
}

/// Writes one file for each channel, split at Notify's row limit, and returns their paths.
///
/// # Errors
/// `UnknownName` for a column, `InvalidArgument` for a channel that Notify does not have or without contact facts, `Io`.
pub fn write_notify(audience: &Audience, directory: impl AsRef<Path>, options: &NotifyOptions) -> Result<Vec<PathBuf>> {
    let _ = (audience, directory.as_ref(), options);
    unimplemented!()
}

/// Writes key, channel, contact, basis and rule of everyone who may be contacted.
///
/// # Errors
/// `Io`.
pub fn write_audience_csv(audience: &Audience, path: impl AsRef<Path>) -> Result<()> {
    let _ = (audience, path.as_ref());
    unimplemented!()
}

/// The same as Parquet.
///
/// # Errors
/// `Io`.
#[cfg(feature = "parquet")]
pub fn write_audience_parquet(audience: &Audience, path: impl AsRef<Path>) -> Result<()> {
    let _ = (audience, path.as_ref());
    unimplemented!()
}
