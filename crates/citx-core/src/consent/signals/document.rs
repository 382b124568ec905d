use std::fmt;

use sha2::{Digest, Sha256};

/// A file that events or facts were read from: its name and the SHA-256 of its bytes, by which it is known again. It is evidence; it holds
/// nothing of what the file says.
///
/// # Example
/// ```
/// use citx_core::consent::signals::Document;
///
/// let document = Document::of("tps.txt", b"01632960000\n");
/// assert!(document.to_string().starts_with("tps.txt sha256:"));
/// assert_eq!(document.row(3), format!("{document} row 3"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    name: String,
    sha256: [u8; 32],
}

impl Document {
    /// The file of that name and content.
    pub fn of(name: impl Into<String>, bytes: &[u8]) -> Self {
        Self::new(name, Sha256::digest(bytes).into())
    }

    /// A file whose digest is known.
    pub fn new(name: impl Into<String>, sha256: [u8; 32]) -> Self {
        Self { name: name.into(), sha256 }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SHA-256 of its bytes.
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The evidence that one of its rows is.
    pub fn row(&self, row: usize) -> String {
        format!("{self} row {row}")
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} sha256:", self.name)?;
        self.sha256.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
