//! A file that is there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, ErrorKind as IoKind, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use citx_core::{Error, ErrorKind, Result};

/// Tells apart the files that one process writes at a time.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// Writes a file beside `path`, syncs it and moves it there; whatever fails, nothing is left but what was there before.
pub(crate) fn replace(path: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>) -> Result<()> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        // A pipe or a device: there is nothing to keep whole, and it must not be replaced by a file.
        let mut file = OpenOptions::new().write(true).open(path).map_err(|error| failure(&error))?;
        return write(&mut file);
    }
    let (beside, file) = create_beside(path)?;
    let written = fill(file, write).and_then(|()| fs::rename(&beside, path).map_err(|error| failure(&error)));
    if written.is_err() {
        // The first error is the one to tell; a file that cannot be removed either changes nothing about it.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn fill(file: File, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>) -> Result<()> {
    let mut buffer = BufWriter::new(file);
    write(&mut buffer)?;
    let file = buffer.into_inner().map_err(|error| failure(error.error()))?;
    file.sync_all().map_err(|error| failure(&error))
}

fn create_beside(path: &Path) -> Result<(PathBuf, File)> {
    let name = path.file_name().ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "expected the path of a file"))?;
    loop {
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}-{}.tmp", process::id(), COUNTER.fetch_add(1, Ordering::Relaxed)));
        let beside = path.with_file_name(hidden);
        match OpenOptions::new().write(true).read(true).create_new(true).open(&beside) {
            Ok(file) => return Ok((beside, file)),
            // Left over from a process of the same number that was killed.
            Err(error) if error.kind() == IoKind::AlreadyExists => {}
            Err(error) => return Err(failure(&error)),
        }
    }
}

fn failure(error: &std::io::Error) -> Error {
    let what = match error.kind() {
        IoKind::NotFound => "the folder to write to does not exist",
        IoKind::PermissionDenied => "permission denied",
        IoKind::StorageFull => "the disk is full",
        IoKind::IsADirectory | IoKind::DirectoryNotEmpty => "this is a folder, not a file",
        _ => "the system could not write the file",
    };
    Error::new(ErrorKind::Io, what).caused_by(std::io::Error::from(error.kind()))
}
