//! The head file: the last event that somebody was told of. docs/spec/ledger.md section 3 and 4.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use citx_core::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};

use super::super::chain::{Hash, hex, unhex};

/// What a head file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) ledger_id: [u8; 16],
    pub(super) sequence: u64,
    pub(super) hash: Hash,
}

/// The head file of a database, and the files that replacing it needs.
#[derive(Clone, Debug)]
pub(super) struct HeadFile {
    path: PathBuf,
    new: PathBuf,
    lock: PathBuf,
}

impl Head {
    fn text(&self) -> String {
        let lines = format!("citx ledger head 1\nledger {}\nsequence {}\nhash {}\n", hex(&self.ledger_id), self.sequence, hex(&self.hash));
        let check = hex(&Sha256::digest(lines.as_bytes()));
        format!("{lines}check {check}\n")
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes).ok()?;
        let mut lines = text.lines();
        let mut field = |name: &str| lines.next()?.strip_prefix(name);
        field("citx ledger head 1").filter(|rest| rest.is_empty())?;
        let ledger_id = unhex(field("ledger ")?)?;
        let sequence = field("sequence ")?.parse().ok()?;
        let head = Self { ledger_id, sequence, hash: unhex(field("hash ")?)? };
        // Written out again, a head is the same to the byte, or it was not written by a ledger.
        (head.text() == text).then_some(head)
    }
}

impl HeadFile {
    /// The head file beside `database`.
    pub(super) fn of(database: &Path) -> Self {
        let beside = |end: &str| {
            let mut path = database.as_os_str().to_owned();
            path.push(end);
            PathBuf::from(path)
        };
        Self { path: beside(".head"), new: beside(".head-new"), lock: beside(".head-lock") }
    }

    /// The head; `None` if there is no file.
    ///
    /// # Errors
    /// `Corrupted`, `Io`.
    pub(super) fn read(&self) -> Result<Option<Head>> {
        match fs::read(&self.path) {
            Ok(bytes) => match Head::parse(&bytes) {
                Some(head) => Ok(Some(head)),
                None => Err(Error::new(ErrorKind::Corrupted, "the ledger's head file is damaged")),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused("the ledger's head file cannot be read", error)),
        }
    }

    /// Moves the head forward to `head`, never backward.
    ///
    /// # Errors
    /// `Io`, and what [`HeadFile::read`] gives.
    pub(super) fn advance(&self, head: &Head) -> Result<()> {
        self.replace(head, |current| current.is_none_or(|current| current.sequence < head.sequence))
    }

    /// Makes `head` the head, whatever it was.
    ///
    /// # Errors
    /// `Io`.
    pub(super) fn accept(&self, head: &Head) -> Result<()> {
        self.replace_where(head, || Ok(true))
    }

    fn replace(&self, head: &Head, wanted: impl Fn(Option<Head>) -> bool) -> Result<()> {
        self.replace_where(head, || Ok(wanted(self.read()?)))
    }

    fn replace_where(&self, head: &Head, wanted: impl Fn() -> Result<bool>) -> Result<()> {
        let io = |error| refused("the ledger's head file cannot be written", error);
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&self.lock).map_err(io)?;
        lock.lock().map_err(io)?;
        if wanted()? {
            let mut file = File::create(&self.new).map_err(io)?;
            file.write_all(head.text().as_bytes()).map_err(io)?;
            file.sync_all().map_err(io)?;
            drop(file);
            fs::rename(&self.new, &self.path).map_err(io)?;
            sync_folder(&self.path).map_err(io)?;
        }
        lock.unlock().map_err(io)
    }
}

/// Makes a rename in the folder of `path` durable.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Windows has no handle to sync a folder by; its file systems journal the rename.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

fn refused(message: &str, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, message).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_reads_back_and_any_changed_byte_shows() {
        let head = Head { ledger_id: [1; 16], sequence: 42, hash: [0xab; 32] };
        let text = head.text();
        assert_eq!(Head::parse(text.as_bytes()), Some(head));
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                assert_eq!(Head::parse(&bytes), None, "byte {at}, bit {bit}");
            }
            assert_eq!(Head::parse(&text.as_bytes()[..at]), None);
        }
        assert_eq!(Head::parse(format!("{text}\n").as_bytes()), None);
        assert_eq!(Head::parse(text.replace('\n', "\r\n").as_bytes()), None);
    }

    #[test]
    fn a_head_never_goes_backward_unless_accepted() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = HeadFile::of(&folder.path().join("consent.db"));
        assert_eq!(file.read()?, None);
        let head = |sequence| Head { ledger_id: [1; 16], sequence, hash: [2; 32] };
        file.advance(&head(5))?;
        file.advance(&head(3))?;
        assert_eq!(file.read()?, Some(head(5)));
        file.accept(&head(3))?;
        assert_eq!(file.read()?, Some(head(3)));
        Ok(())
    }
}
