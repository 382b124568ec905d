//! Writers and readers at once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use citx_core::consent::Status;
use citx_store::ConsentLedger;

use super::folder;
use super::model::{Writer, at, check, event, newsletter, open, open_read_only};
use super::writer::{Running, Task};

#[test]
fn four_processes_with_threads_write_while_others_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("consent.db");
    drop(open(&path).expect("a ledger"));
    let names = |process: char| ["1", "2"].map(|thread| format!("{process}{thread}"));
    let mut writers: Vec<Writer> = ['a', 'b', 'c', 'd'].iter().flat_map(|process| names(*process)).map(|name| Writer::new(&name)).collect();
    let (newest, done) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let read = |reader: u64| {
            let (mut reads, mut seen) = (0, 0);
            while !done.load(Ordering::Acquire) || reads < 5 {
                let told = newest.load(Ordering::Acquire);
                let ledger = open_read_only(&path).expect("opens for reading");
                let length = ledger.len().expect("reads");
                assert!(length >= told.max(seen), "reader {reader} sees {length} events, {told} were acknowledged, {seen} seen before");
                assert!(ledger.verify().expect("verifies") >= length);
                assert_eq!(ledger.decide(&newsletter("a1/0/gone"), at("2026-02-01")).map(|decision| decision.allowed()).ok(), Some(false));
                (reads, seen) = (reads + 1, length);
            }
        };
        let readers: Vec<_> = (0..2).map(|reader| scope.spawn(move || read(reader))).collect();
        let run = |process: char| {
            let mut running = Running::start(&path, &Task::Threads { names: names(process).to_vec() });
            let mut told = Vec::new();
            while told.len() < 24 {
                let (name, ids) = running.next_of_all().expect("goes on");
                newest.fetch_max(ids.iter().copied().max().unwrap_or(0), Ordering::AcqRel);
                told.push((name, ids));
            }
            told.extend(running.kill_all());
            told
        };
        let processes: Vec<_> = ['a', 'b', 'c', 'd'].map(|process| scope.spawn(move || run(process))).into_iter().collect();
        for (name, ids) in processes.into_iter().flat_map(|process| process.join().expect("ran")) {
            writers.iter_mut().find(|writer| writer.name == name).expect("a writer").acknowledged.push(ids);
        }
        done.store(true, Ordering::Release);
        readers.into_iter().for_each(|reader| reader.join().expect("read"));
    });
    drop(check(&path, &mut writers));
}

/// Decides by `reader` while `writer` appends much, and returns how often that was before the transaction's end.
fn decide_during(writer: &ConsentLedger, reader: &ConsentLedger, name: &str) -> u32 {
    let citizen = format!("{name} 0");
    writer.append(&event(&citizen, Status::Given, name)).expect("appended");
    let many: Vec<_> = (0..10_000).map(|row| event(&format!("{name} {row}"), Status::Withdrawn, &format!("{name} row {row}"))).collect();
    let (length, begun, finished) = (writer.len().expect("reads"), AtomicBool::new(false), AtomicBool::new(false));
    let during = std::thread::scope(|scope| {
        scope.spawn(|| {
            begun.store(true, Ordering::Release);
            assert_eq!(writer.append_all(&many).expect("appended").len(), many.len());
            finished.store(true, Ordering::Release);
        });
        let mut during = 0;
        while !finished.load(Ordering::Acquire) {
            let writing = begun.load(Ordering::Acquire);
            let allowed = reader.decide(&newsletter(&citizen), at("2026-06-01")).expect("decided").allowed();
            let old = reader.len().expect("reads") == length;
            assert!(allowed || !old, "the withdrawal is not there yet");
            during += u32::from(writing && old && allowed && !finished.load(Ordering::Acquire));
        }
        during
    });
    assert!(!reader.decide(&newsletter(&citizen), at("2026-06-01")).expect("decided").allowed());
    during
}

#[test]
fn readers_do_not_wait_for_a_long_transaction() {
    for name in ["a reader", "another writer", "the writer itself"] {
        let folder = folder();
        let path = folder.path().join("consent.db");
        let writer = open(&path).expect("a ledger");
        let (reader, other) = (open_read_only(&path), open(&path).expect("opens"));
        let during = match name {
            "a reader" => decide_during(&writer, &reader.expect("opens"), name),
            "another writer" => decide_during(&writer, &other, name),
            _ => decide_during(&writer, &writer, name),
        };
        assert!(during >= 10, "{name}: {during} decisions while the transaction was open");
    }
}
