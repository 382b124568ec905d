//! Everything that a small ledger says, so that two of them can be compared, and the files that it lies in.

use std::path::{Path, PathBuf};

use citx_core::consent::{Decision, Outcome, RecordedEvent, Status};
use citx_core::{Error, ErrorKind, Result};
use citx_store::{ConsentLedger, LedgerOptions};
use tempfile::TempDir;

use super::model::{at, event, newsletter, open, open_read_only, policy};
use super::{beside, folder};

/// Those who are asked about; `C-3` is erased, and nobody is `C-5`.
const CITIZENS: [&str; 5] = ["C-1", "C-2", "C-3", "C-4", "C-5"];
const ENDS: [&str; 3] = ["", "-wal", ".head"];

/// All that can be read from a ledger.
#[derive(Debug, PartialEq, Eq)]
pub struct Contents {
    pub head: (u64, String),
    events: Vec<RecordedEvent>,
    histories: Vec<Vec<RecordedEvent>>,
    decisions: Vec<Decision>,
}

impl Contents {
    pub fn of(ledger: &ConsentLedger) -> Result<Self> {
        let (before, after) = (at("2026-03-15"), at("2026-06-01"));
        let mut decisions = Vec::new();
        let view = ledger.as_of(after, None)?;
        for citizen in CITIZENS {
            decisions.push(ledger.decide(&newsletter(citizen), before)?);
            decisions.push(ledger.decide(&newsletter(citizen), after)?);
            assert!(Some(&view.decide(&newsletter(citizen))?) == decisions.last(), "one decision, two answers");
        }
        let histories = CITIZENS.iter().map(|citizen| ledger.history(citizen)).collect::<Result<_>>()?;
        Ok(Self { head: ledger.head()?, events: ledger.events()?, histories, decisions })
    }

    /// How many of the decisions allow.
    pub fn allowed(&self) -> usize {
        self.decisions.iter().filter(|decision| decision.outcome == Outcome::Allow).count()
    }
}

/// Database, log and head file; `None` where one is not there.
#[derive(Clone, PartialEq, Eq)]
pub struct Files(pub [Option<Vec<u8>>; 3]);

impl Files {
    pub const DATABASE: usize = 0;
    pub const LOG: usize = 1;
    pub const HEAD: usize = 2;

    pub fn read(path: &Path) -> Self {
        Self(ENDS.map(|end| std::fs::read(beside(path, end)).ok()))
    }

    pub fn write(&self, path: &Path) {
        for end in ["", "-wal", "-shm", ".head", ".head-new"] {
            drop(std::fs::remove_file(beside(path, end)));
        }
        for (end, bytes) in ENDS.iter().zip(&self.0) {
            if let Some(bytes) = bytes {
                std::fs::write(beside(path, end), bytes).expect("written");
            }
        }
    }

    pub fn of(&self, which: usize) -> &[u8] {
        self.0[which].as_deref().expect("a file")
    }

    /// These files, one of them changed.
    pub fn with(&self, which: usize, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut files = self.clone();
        change(files.0[which].as_mut().expect("a file"));
        files
    }

    pub fn without(&self, which: usize) -> Self {
        let mut files = self.clone();
        files.0[which] = None;
        files
    }
}

/// A ledger of seven events, one of them an erasure: closed, and as a killed writer left it, with the last three in the log only.
pub struct Small {
    pub closed: Files,
    pub killed: Files,
}

impl Small {
    pub fn new() -> Self {
        let folder = folder();
        let path = folder.path().join("consent.db");
        let ledger = open(&path).expect("a ledger");
        for citizen in ["C-1", "C-2", "C-3"] {
            ledger.append(&event(citizen, Status::Given, citizen)).expect("appended");
        }
        ledger.erase("C-3").expect("erased");
        drop(ledger);
        let ledger = open(&path).expect("a ledger");
        for (citizen, status, day) in
            [("C-2", Status::Withdrawn, "2026-04-01"), ("C-4", Status::Objected, "2026-04-02"), ("C-1", Status::Renewed, "2026-04-03")]
        {
            let mut event = event(citizen, status, day);
            event.captured_at = at(day);
            ledger.append(&event).expect("appended");
        }
        let killed = Files::read(&path);
        drop(ledger);
        Self { closed: Files::read(&path), killed }
    }
}

/// A place in which ledgers are opened that were damaged.
pub struct Bench {
    _folder: TempDir,
    pub path: PathBuf,
}

/// What became of a ledger that was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Damage,
    NoHarm,
}

impl Bench {
    pub fn new() -> Self {
        let folder = folder();
        let path = folder.path().join("consent.db");
        Self { _folder: folder, path }
    }

    /// What a ledger of these files holds, opened for writing.
    pub fn contents(&self, files: &Files) -> Contents {
        files.write(&self.path);
        open(&self.path).and_then(|ledger| Contents::of(&ledger)).expect("sound")
    }

    /// Requires that a ledger of these files is refused, or says what `one_of` says; to readers, to writers, and after something was appended.
    pub fn judge(&self, files: &Files, what: &str, one_of: &[&Contents]) -> Found {
        let allowed = |found: Result<Contents>| match found {
            Ok(contents) => {
                assert!(one_of.contains(&&contents), "{what}: other contents, head {}", contents.head.0);
                Found::NoHarm
            }
            Err(error) => {
                let typed = matches!(error.kind(), ErrorKind::Corrupted | ErrorKind::FormatVersion | ErrorKind::Io);
                assert!(typed && !error.to_string().contains("C-"), "{what}: {error}");
                Found::Damage
            }
        };
        files.write(&self.path);
        let read = allowed(open_read_only(&self.path).and_then(|ledger| Contents::of(&ledger)));
        files.write(&self.path);
        let opened = open(&self.path);
        let written = allowed(opened.as_ref().map_err(Error::clone).and_then(Contents::of));
        let Ok(ledger) = opened else { return Found::Damage };
        let appended = ledger.append(&event("C-6", Status::Given, "C-6"));
        drop(ledger);
        match appended {
            Ok(id) => assert_eq!(open(&self.path).and_then(|ledger| ledger.verify()).ok(), Some(id), "{what}: appended to"),
            Err(error) => assert!(matches!(error.kind(), ErrorKind::Corrupted | ErrorKind::Io), "{what}: {error}"),
        }
        if read == written { read } else { Found::Damage }
    }
}

/// Opened without verifying.
pub fn open_quickly(path: &Path) -> Result<ConsentLedger> {
    ConsentLedger::open(path, policy(), &LedgerOptions::new().quick(true))
}
