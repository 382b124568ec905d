//! Calls of the operating system that fail, tear and lose what they write, by a shim that is loaded before libc (`shim.c`).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use citx_core::ErrorKind;
use citx_store::ConsentLedger;
use tempfile::TempDir;

use super::model::{Step, Writer, check, go_on, open, policy};
use super::writer::{Call, Task, command};
use super::{Random, beside, folder, kind, skipped, thorough};

/// The shim, compiled; `None`, and a word about it, where that cannot be.
fn shim() -> Option<&'static Path> {
    static SHIM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let compile = || {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/damage/shim.c");
        let place = |name: String| Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let (new, shim) = (place(format!("damage-shim.{}", std::process::id())), place("damage-shim.so".to_owned()));
        let built = cfg!(target_os = "linux")
            && Command::new("cc")
                .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
                .args([&new, &source])
                .arg("-ldl")
                .status()
                .is_ok_and(|status| status.success())
            && std::fs::rename(&new, &shim).is_ok();
        if !built {
            skipped("faults of the operating system need Linux and a C compiler, `cc`");
        }
        built.then_some(shim)
    };
    SHIM.get_or_init(compile).as_deref()
}

/// What becomes of a call while something goes wrong.
struct Outcome {
    answered: Option<Vec<u64>>,
    failed: Option<u32>,
    calls: u64,
}

/// Makes a call while `fault` happens at the operating system's call number `at`.
fn expose(shim: &Path, path: &Path, call: Call, fault: &str, at: u64, seed: u64) -> Outcome {
    let output = command(path, &Task::Exposed(call))
        .env("LD_PRELOAD", shim)
        .env("FAULT_FILES", path)
        .env("FAULT_KIND", fault)
        .env("FAULT_AT", at.to_string())
        .env("FAULT_SEED", seed.to_string())
        .output()
        .expect("a writer");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_ne!(output.status.code(), Some(101), "panicked: {text}{}", String::from_utf8_lossy(&output.stderr));
    let line = |word: &str| text.lines().find_map(|line| line.split_once(word)).map(|(_, rest)| rest.to_owned());
    let calls = std::fs::read_to_string(beside(path, ".calls")).map_or(0, |calls| calls.parse().expect("a number"));
    Outcome {
        answered: line("answered ").map(|ids| ids.split_whitespace().map(|id| id.parse().expect("an id")).collect()),
        failed: line("failed ").map(|code| code.trim().parse().expect("a code")),
        calls,
    }
}

/// A ledger as it is before a call.
struct Before {
    folder: TempDir,
    steps: Vec<Vec<u64>>,
}

impl Before {
    /// After `steps` steps, closed or left by a writer that was killed.
    fn after(steps: u64, closed: bool) -> Self {
        let folder = folder();
        let path = folder.path().join("consent.db");
        let ledger = open(&path).expect("a ledger");
        let steps = (0..steps).map(|number| Step::of("a", number).run(&ledger).expect("done")).collect();
        let copy = super::folder();
        if closed {
            drop(ledger);
        }
        copy_all(folder.path(), copy.path());
        Self { folder: copy, steps }
    }

    fn copy(&self) -> (TempDir, PathBuf, [Writer; 1]) {
        let copy = folder();
        copy_all(self.folder.path(), copy.path());
        let path = copy.path().join("consent.db");
        (copy, path, [Writer { name: "a".to_owned(), acknowledged: self.steps.clone() }])
    }
}

fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        if !path.to_string_lossy().ends_with("-shm") {
            std::fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
        }
    }
}

/// The faults, each with how many seeds it is tried.
fn faults() -> Vec<(&'static str, u64)> {
    let seeds = if thorough() { 8 } else { 2 };
    vec![("fail", 1), ("broken", 1), ("full", 1), ("read", 1), ("torn", 1), ("kill", 1), ("lost", 1 + seeds)]
}

/// Makes a call while each of the operating system's calls in it goes wrong in each way, one after the other, and has `judge` look at what is left.
fn sweep(before: &Before, call: Call, mut judge: impl FnMut(&str, &Path, &mut [Writer; 1], &Outcome)) {
    let Some(shim) = shim() else { return };
    let count = |fault| {
        let (_folder, path, _) = before.copy();
        let outcome = expose(shim, &path, call, fault, u64::MAX >> 33, 0);
        assert!(outcome.answered.is_some(), "{call:?} without a fault");
        outcome.calls
    };
    let (writes, reads) = (count("count"), count("read"));
    assert!(writes > 3, "{writes} calls");
    let mut random = Random(writes);
    for (fault, seeds) in faults() {
        let calls = if fault == "read" { reads } else { writes };
        for seed in 0..seeds {
            // One beyond the last is a power cut after the answer.
            for at in 1..=calls + 1 {
                if !thorough() && calls > 12 && at <= calls && random.below(calls) > 12 {
                    continue;
                }
                let (_folder, path, mut writers) = before.copy();
                let outcome = expose(shim, &path, call, fault, at, seed);
                let what = format!("{call:?}, {fault} at {at} of {calls}, seed {seed}");
                eprintln!("{what}");
                if let Some(code) = outcome.failed {
                    // SQLite takes a sector that cannot be read for damage.
                    let kind = ErrorKind::from_code(code);
                    assert!(kind == Some(ErrorKind::Io) || (kind == Some(ErrorKind::Corrupted) && fault == "read"), "{what}: {kind:?}");
                }
                judge(&what, &path, &mut writers, &outcome);
            }
        }
    }
}

/// Requires that a step is there if it was acknowledged, and whole or not at all if it was not.
fn whole_or_not_at_all(_: &str, path: &Path, writers: &mut [Writer; 1], outcome: &Outcome) {
    writers[0].acknowledged.extend(outcome.answered.clone());
    let ledger = check(path, writers);
    go_on(&ledger, &mut writers[0]);
    drop(ledger);
    drop(check(path, writers));
}

fn step(number: u64) {
    sweep(&Before::after(number, true), Call::Step { number, again: false }, whole_or_not_at_all);
}

#[test]
fn an_append_among_faults() {
    step(11);
}

#[test]
fn a_batch_among_faults() {
    step(15);
}

#[test]
fn an_erasure_among_faults() {
    step(7);
}

#[test]
fn an_append_that_failed_is_made_again() {
    sweep(&Before::after(3, true), Call::Step { number: 3, again: true }, whole_or_not_at_all);
}

#[test]
fn an_erasure_that_failed_is_made_again() {
    sweep(&Before::after(7, true), Call::Step { number: 7, again: true }, whole_or_not_at_all);
}

#[test]
fn opening_after_a_crash_among_faults() {
    sweep(&Before::after(9, false), Call::Open, |what, path, writers, outcome| {
        let length = writers[0].acknowledged.iter().flatten().max();
        assert!(outcome.answered.as_ref().is_none_or(|answer| answer.iter().max() == length), "{what}");
        drop(check(path, writers));
    });
}

#[test]
fn creation_among_faults() {
    sweep(&Before { folder: folder(), steps: Vec::new() }, Call::Open, |_, path, writers, _| {
        let ledger = check(path, writers);
        go_on(&ledger, &mut writers[0]);
    });
}

#[test]
fn closing_among_faults() {
    sweep(&Before::after(9, false), Call::Close, |_, path, writers, _| drop(check(path, writers)));
}

#[test]
fn accepting_a_head_among_faults() {
    let before = Before::after(5, true);
    let path = before.folder.path().join("consent.db");
    let backup = std::fs::read(&path).expect("a backup");
    drop(Step::of("a", 5).run(&open(&path).expect("a ledger")).expect("done"));
    std::fs::write(&path, backup).expect("restored");
    sweep(&before, Call::AcceptHead, |what, path, writers, outcome| {
        let opened = open(path);
        match &opened {
            Err(error) => assert!(error.kind() == ErrorKind::Corrupted && outcome.answered.is_none(), "{what}: {error}"),
            Ok(_) => assert!(outcome.answered.is_none() || outcome.answered == Some(vec![5]), "{what}"),
        }
        drop(opened);
        assert_eq!(ConsentLedger::accept_head(path, policy()).expect("accepted").0, 5, "{what}");
        drop(check(path, writers));
    });
}

/// A disk that says it wrote, and did not: nothing can save the event, but its head shows that it is gone.
#[test]
fn writes_that_are_lost_in_silence_are_found() {
    let Some(shim) = shim() else { return };
    let (mut found, mut unharmed) = (0, 0);
    for number in [7, 11, 15] {
        let before = Before::after(number, true);
        for seed in 0..if thorough() { 40 } else { 8 } {
            let (_folder, path, mut writers) = before.copy();
            let outcome = expose(shim, &path, Call::Step { number, again: false }, "lie", 0, seed);
            writers[0].acknowledged.push(outcome.answered.expect("answered"));
            let opened = open(&path);
            match &opened {
                Ok(_) => {
                    drop(opened);
                    drop(check(&path, &mut writers));
                    unharmed += 1;
                }
                Err(_) => {
                    assert_eq!(kind(&opened), Some(ErrorKind::Corrupted), "step {number}, seed {seed}");
                    found += 1;
                }
            }
        }
    }
    assert!(found > 12, "found {found}, unharmed {unharmed}");
}
