//! Files and the project file.

use std::path::Path;

use citx::{Error, ErrorKind};
use pyo3::prelude::*;

use crate::error::{Answer, detached};

/// The text of a small file.
pub(crate) fn read_text(py: Python<'_>, path: &Path) -> Answer<String> {
    detached(py, || {
        std::fs::read_to_string(path)
            .map_err(|error| Error::new(ErrorKind::Io, "cannot be read as UTF-8 text").caused_by(error).context(path.display().to_string()))
    })
}
