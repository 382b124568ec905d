//! Damage to a ledger, really done: writers killed, disks full, writes failed, torn and lost, bytes flipped, files cut, swapped and put
//! back. What is left is an error, or a ledger with every event that was acknowledged: `docs/spec/ledger.md`, section 5.
//!
//! `make test` runs a part of it, `make crash` all: `CITX_CRASHES` is how many writers are killed, and asks for every byte and every call.
#![cfg(feature = "sqlite")]

mod bytes;
mod contents;
mod faults;
mod files;
mod formats;
mod full;
mod kill;
mod model;
mod together;
mod writer;

use std::io::Write;
use std::path::{Path, PathBuf};

use citx_core::{ErrorKind, Result};

/// How many writers are killed.
fn crashes() -> u64 {
    std::env::var("CITX_CRASHES").map_or(20, |crashes| crashes.parse().expect("CITX_CRASHES is a number"))
}

/// Whether everything is to be tried, and not a part.
fn thorough() -> bool {
    std::env::var_os("CITX_CRASHES").is_some()
}

/// Says what cannot be done here, past the test harness, which keeps what passing tests print to itself.
fn skipped(why: &str) {
    writeln!(std::io::stderr(), "SKIPPED: {why}").expect("can be said");
}

/// A folder in memory, where there is one: for what does not depend on a disk.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a folder")
}

/// A fixed sequence of numbers, so that a failure comes again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 ^ (self.0 >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

fn kind<T>(result: &Result<T>) -> Option<ErrorKind> {
    result.as_ref().err().map(citx_core::Error::kind)
}

/// `consent.db` and an end: `-wal`, `.head`.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(end);
    PathBuf::from(beside)
}
