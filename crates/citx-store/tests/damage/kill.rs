//! Writers killed at random moments.

use std::time::{Duration, Instant};

use citx_core::ErrorKind;
use citx_store::ConsentLedger;

use super::model::{Writer, check, go_on, open, policy};
use super::writer::{Running, Task};
use super::{Random, beside, crashes, kind};

/// Lets some answers come and a little time pass.
fn let_run(running: &mut Running, random: &mut Random, answers: u64) -> Vec<Vec<u64>> {
    let told = (0..random.below(answers)).map_while(|_| running.next()).collect();
    let (start, wait) = (Instant::now(), Duration::from_micros(random.below(3000)));
    while start.elapsed() < wait {
        std::hint::spin_loop();
    }
    told
}

fn start(path: &std::path::Path, writer: &Writer) -> Running {
    Running::start(path, &Task::Steps { name: writer.name.clone(), from: writer.acknowledged.len() as u64 })
}

#[test]
fn a_killed_writer_loses_nothing_that_it_was_told() {
    let mut random = Random(1);
    for round in 0..crashes().div_ceil(5) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("consent.db");
        let mut writers = [Writer::new("a")];
        for crash in 0..5 {
            eprintln!("ledger {round}, crash {crash}");
            let mut running = start(&path, &writers[0]);
            writers[0].acknowledged.extend(let_run(&mut running, &mut random, 40));
            writers[0].acknowledged.extend(running.kill());
            let ledger = check(&path, &mut writers);
            go_on(&ledger, &mut writers[0]);
        }
        drop(check(&path, &mut writers));
    }
}

#[test]
fn a_killed_writer_does_not_hold_up_another() {
    let mut random = Random(2);
    for crash in 0..crashes().div_ceil(4) {
        eprintln!("crash {crash}");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("consent.db");
        let mut writers = [Writer::new("a"), Writer::new("b")];
        let [mut first, mut second] = [start(&path, &writers[0]), start(&path, &writers[1])];
        writers[0].acknowledged.extend(let_run(&mut first, &mut random, 20));
        writers[0].acknowledged.extend(first.kill());
        writers[1].acknowledged.extend((0..25).map_while(|_| second.next()));
        assert_eq!(writers[1].acknowledged.len(), 25, "the other goes on");
        writers[1].acknowledged.extend(let_run(&mut second, &mut random, 5));
        writers[1].acknowledged.extend(second.kill());
        let ledger = check(&path, &mut writers);
        writers.iter_mut().for_each(|writer| go_on(&ledger, writer));
        drop(ledger);
        drop(check(&path, &mut writers));
    }
}

#[test]
fn a_killed_creation_is_completed() {
    let mut random = Random(3);
    for crash in 0..crashes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("consent.db");
        let mut running = Running::start(&path, &Task::Create);
        let mut created = let_run(&mut running, &mut random, 4);
        created.extend(running.kill());
        for number in 0..=created.len() {
            let ledger = check(&beside(&path, &format!(".{number}")), &mut [Writer::new("a")]);
            assert_eq!(ledger.len().expect("a ledger"), 0, "crash {crash}, ledger {number}");
            go_on(&ledger, &mut Writer::new("a"));
        }
    }
}

#[test]
fn a_killed_acceptance_leaves_one_head_or_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("consent.db");
    let mut writers = [Writer::new("a")];
    for _ in 0..5 {
        go_on(&open(&path).expect("a ledger"), &mut writers[0]);
    }
    let backup = std::fs::read(&path).expect("a backup");
    let mut ahead = Writer { name: "a".to_owned(), acknowledged: writers[0].acknowledged.clone() };
    go_on(&open(&path).expect("a ledger"), &mut ahead);
    std::fs::copy(beside(&path, ".head"), beside(&path, ".newer")).expect("kept");
    std::fs::write(&path, backup).expect("restored");
    let (mut refused, mut accepted, mut random) = (0, 0, Random(4));
    for crash in 0..crashes() {
        let mut running = Running::start(&path, &Task::AcceptHead);
        let answers = let_run(&mut running, &mut random, 6);
        assert!(answers.iter().chain(&running.kill()).all(|answer| *answer == [5]), "crash {crash}");
        match open(&path) {
            Ok(ledger) => {
                accepted += 1;
                drop(ledger);
            }
            opened => {
                refused += 1;
                assert_eq!(kind(&opened), Some(ErrorKind::Corrupted), "crash {crash}");
                assert_eq!(ConsentLedger::accept_head(&path, policy()).expect("accepted").0, 5);
            }
        }
        drop(check(&path, &mut writers));
    }
    assert!(refused > 0, "refused {refused}, accepted {accepted}");
}
