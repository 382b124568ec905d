//! Files that were cut, mixed up, taken away, and put back from another moment or another ledger.

use std::path::Path;

use citx_core::ErrorKind;
use citx_core::consent::Status;
use citx_store::ConsentLedger;

use super::contents::{Bench, Contents, Files, Found, Small, open_quickly};
use super::model::{at, event, open, open_read_only, policy};
use super::{Random, folder, kind, thorough};

const PAGE: usize = 4096;
/// Of the log: a header, then frames, each a header and a page.
const LOG_HEADER: usize = 32;
const FRAME: usize = 24 + PAGE;

#[test]
fn a_file_that_was_cut() {
    let (small, bench, mut random) = (Small::new(), Bench::new(), Random(7));
    for (files, which, step) in [
        (&small.closed, Files::DATABASE, 512),
        (&small.killed, Files::DATABASE, 512),
        (&small.killed, Files::LOG, FRAME / 2),
        (&small.closed, Files::HEAD, 1),
    ] {
        let truth = bench.contents(files);
        let length = files.of(which).len();
        let places = (0..length).step_by(step).chain((0..60).map(|_| random.below(length as u64) as usize));
        let mut found = 0;
        for place in places {
            let cut = files.with(which, |bytes| bytes.truncate(place));
            found += u32::from(bench.judge(&cut, &format!("file {which}, {place} bytes kept"), &[&truth]) == Found::Damage);
        }
        assert!(found > 20, "file {which}: {found}");
        let grown = files.with(which, |bytes| bytes.extend([0x5a; 5000]));
        bench.judge(&grown, &format!("file {which} with rubbish at its end"), &[&truth]);
    }
}

/// Swaps two pieces of one length, or copies the first over the second.
fn mix(bytes: &mut [u8], first: usize, second: usize, length: usize, swap: bool) {
    let piece = bytes[first..first + length].to_vec();
    if swap {
        bytes.copy_within(second..second + length, first);
    }
    bytes[second..second + length].copy_from_slice(&piece);
}

#[test]
fn pages_in_the_place_of_others() {
    let (small, bench) = (Small::new(), Bench::new());
    // Pages; frames; the pages of frames, without what their headers say of them.
    for (files, which, start, step, length) in [
        (&small.closed, Files::DATABASE, 0, PAGE, PAGE),
        (&small.killed, Files::LOG, LOG_HEADER, FRAME, FRAME),
        (&small.killed, Files::LOG, LOG_HEADER + FRAME - PAGE, FRAME, PAGE),
    ] {
        let truth = bench.contents(files);
        let pieces = (files.of(which).len() - start).div_ceil(step);
        let mut found = 0;
        for first in 0..pieces {
            for second in (0..pieces).filter(|second| *second != first) {
                let swap = first < second;
                let (from, to) = (start + first * step, start + second * step);
                let mixed = files.with(which, |bytes| mix(bytes, from, to, length, swap));
                found += u32::from(bench.judge(&mixed, &format!("file {which}, page {first} for {second}"), &[&truth]) == Found::Damage);
            }
        }
        assert!(found > 10, "file {which}: {found}");
    }
}

#[test]
fn a_file_that_is_gone() {
    let (small, bench) = (Small::new(), Bench::new());
    for (files, what) in [
        (small.closed.without(Files::DATABASE), "the database is gone"),
        (small.closed.without(Files::HEAD), "the head is gone"),
        (small.killed.without(Files::DATABASE), "the database under a log is gone"),
        (small.killed.without(Files::LOG), "the log is gone"),
        (small.killed.without(Files::HEAD), "the head is gone, the log is there"),
        (small.killed.without(Files::LOG).without(Files::HEAD), "only the database is there"),
    ] {
        files.write(&bench.path);
        assert_eq!(kind(&open_read_only(&bench.path)), Some(ErrorKind::Corrupted), "{what}");
        assert_eq!(kind(&open(&bench.path)), Some(ErrorKind::Corrupted), "{what}");
        assert_eq!(kind(&open_quickly(&bench.path)), Some(ErrorKind::Corrupted), "{what}");
    }
}

/// The files of a ledger after each of some calls, and what it said then.
fn moments(path: &Path) -> Vec<(Files, Contents)> {
    let (bench, mut files) = (Bench::new(), Vec::new());
    for (close, erased, events) in [
        (true, None, vec![("C-1", Status::Given), ("C-2", Status::Given), ("C-3", Status::Given)]),
        (false, None, vec![("C-2", Status::Withdrawn)]),
        (true, None, vec![("C-4", Status::Objected)]),
        (true, Some("C-3"), vec![]),
        (false, None, vec![("C-4", Status::Given)]),
        (false, None, vec![("C-1", Status::Withdrawn)]),
    ] {
        let ledger = open(path).expect("a ledger");
        for (citizen, status) in events {
            let mut event = event(citizen, status, &format!("{citizen} {}", status.as_str()));
            event.captured_at = at("2026-03-10");
            ledger.append(&event).expect("appended");
            files.push(Files::read(path));
        }
        if let Some(citizen) = erased {
            ledger.erase(citizen).expect("erased");
            files.push(Files::read(path));
        }
        if close {
            drop(ledger);
            files.push(Files::read(path));
        } else {
            // The next one finds the log that this one leaves.
            let left = Files::read(path);
            drop(ledger);
            left.write(path);
        }
    }
    files
        .into_iter()
        .map(|files| {
            let contents = bench.contents(&files);
            (files, contents)
        })
        .collect()
}

#[test]
fn files_of_different_moments() {
    let (folder, bench) = (folder(), Bench::new());
    let moments = moments(&folder.path().join("consent.db"));
    let (mut refused, mut opened) = (0, 0);
    for (head, (heads, then)) in moments.iter().enumerate() {
        // Only a state that the ledger was in, and none before its head.
        let states: Vec<&Contents> =
            moments.iter().map(|(_, contents)| contents).filter(|contents| contents.head.0 >= then.head.0).collect();
        for (database, (databases, _)) in moments.iter().enumerate() {
            for (log, (logs, _)) in moments.iter().enumerate() {
                if !thorough() && (head + database + log) % 3 != 0 {
                    continue;
                }
                let files = Files([databases.0[0].clone(), logs.0[1].clone(), heads.0[2].clone()]);
                match bench.judge(&files, &format!("database {database}, log {log}, head {head}"), &states) {
                    Found::Damage => refused += 1,
                    Found::NoHarm => opened += 1,
                }
            }
        }
    }
    assert!(refused > 50 && opened > 10, "refused {refused}, opened {opened}");
}

#[test]
fn files_of_two_ledgers() {
    let (bench, ledgers) = (Bench::new(), [Small::new(), Small::new()]);
    let truths = ledgers.each_ref().map(|ledger| bench.contents(&ledger.killed));
    let variants: Vec<&Files> = ledgers.iter().flat_map(|ledger| [&ledger.closed, &ledger.killed]).collect();
    let (mut refused, mut opened) = (0, 0);
    for databases in &variants {
        for logs in &variants {
            for (truth, heads) in truths.iter().zip(&ledgers) {
                let files = Files([databases.0[0].clone(), logs.0[1].clone(), heads.closed.0[2].clone()]);
                match bench.judge(&files, "files of two ledgers", &[truth]) {
                    Found::Damage => refused += 1,
                    Found::NoHarm => opened += 1,
                }
            }
        }
    }
    assert!(refused > opened && opened >= 4, "refused {refused}, opened {opened}");
}

#[test]
fn a_backup_behind_its_head_is_refused_until_the_head_is_accepted() {
    let (folder, bench) = (folder(), Bench::new());
    let moments = moments(&folder.path().join("consent.db"));
    let (newest, _) = moments.last().expect("a moment");
    for (backup, then) in moments.iter().filter(|(files, contents)| files.0[Files::LOG].is_none() && contents.head.0 < 7) {
        let restored = Files([backup.0[0].clone(), None, newest.0[2].clone()]);
        restored.write(&bench.path);
        for opened in [open(&bench.path), open_read_only(&bench.path), open_quickly(&bench.path)] {
            assert_eq!(kind(&opened), Some(ErrorKind::Corrupted));
            assert!(opened.err().is_some_and(|error| error.to_string().contains("behind its head")));
        }
        assert!(Files::read(&bench.path) == restored, "refusing changes nothing");
        assert_eq!(ConsentLedger::accept_head(&bench.path, policy()).expect("accepted"), then.head);
        for open in [open, open_read_only, open_quickly] {
            assert!(open(&bench.path).and_then(|ledger| Contents::of(&ledger)).expect("accepted") == *then);
        }
        let ledger = open(&bench.path).expect("accepted");
        assert_eq!(ledger.append(&event("C-2", Status::Withdrawn, "again")).expect("goes on"), then.head.0 + 1);
    }
}
