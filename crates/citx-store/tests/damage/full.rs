//! A disk that is full, and a file that may not grow.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use citx_core::ErrorKind;
use tempfile::TempDir;

use super::model::{Step, Writer, check, go_on, open};
use super::writer::{Call, Task, command};
use super::{folder, kind, skipped};

/// A small file system of its own, in memory.
struct Disk(TempDir);

impl Disk {
    /// `None`, and a word about it, where nothing may be mounted.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(folder.path()).output();
        let mounted = cfg!(target_os = "linux") && mount.is_ok_and(|output| output.status.success());
        if !mounted {
            skipped("a disk that is really full needs the right to mount one");
        }
        mounted.then_some(Self(folder))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Fills it but for some blocks.
    fn fill(&self, blocks: u64) {
        let mut filler = File::create(self.path("filler")).expect("a file");
        let mut length = 0;
        while let Ok(written) = filler.write(&[0x5a; 4096]) {
            length += written as u64;
        }
        filler.set_len(length.saturating_sub(blocks * 4096)).expect("shortened");
    }

    /// Gives the filled blocks back at once: a removed file keeps its blocks while any process has it open, and a process that another
    /// test just started has until it runs its own program.
    fn free(&self) {
        let filler = File::options().write(true).open(self.path("filler")).expect("the filler");
        filler.set_len(0).expect("space again");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(self.0.path()).output());
    }
}

fn after(path: &Path, steps: u64) -> Writer {
    let ledger = open(path).expect("a ledger");
    let acknowledged = (0..steps).map(|number| Step::of("a", number).run(&ledger).expect("done")).collect();
    Writer { name: "a".to_owned(), acknowledged }
}

#[test]
fn a_full_disk_loses_nothing_that_was_acknowledged() {
    let Some(disk) = Disk::mount() else { return };
    // An append, a batch, an erasure.
    for number in [11, 15, 7] {
        let mut refused = 0;
        for blocks in 0..40 {
            let path = disk.path("consent.db");
            let mut writers = [after(&path, number)];
            let ledger = open(&path).expect("a ledger");
            disk.fill(blocks);
            match writers[0].in_flight().run(&ledger) {
                Ok(ids) => writers[0].acknowledged.push(ids),
                result => {
                    assert_eq!(kind(&result), Some(ErrorKind::Io), "step {number}, {blocks} blocks left");
                    refused += 1;
                }
            }
            assert!(ledger.verify().expect("still reads") >= number, "step {number}, {blocks} blocks left");
            drop(ledger);
            let opened = open(&path);
            assert!(matches!(kind(&opened), None | Some(ErrorKind::Io)), "step {number}, {blocks} blocks left: {:?}", kind(&opened));
            drop(opened);
            disk.free();
            let ledger = check(&path, &mut writers);
            go_on(&ledger, &mut writers[0]);
            drop(ledger);
            drop(check(&path, &mut writers));
            for entry in std::fs::read_dir(disk.0.path()).expect("a folder") {
                std::fs::remove_file(entry.expect("an entry").path()).expect("removed");
            }
        }
        assert!((1..40).contains(&refused), "step {number}: {refused} of 40 refused");
    }
}

#[test]
fn a_file_that_may_not_grow_loses_nothing_that_was_acknowledged() {
    if !cfg!(unix) {
        skipped("limits on the size of a file are Unix's");
        return;
    }
    for number in [11, 15, 7] {
        let mut refused = 0;
        // In units of 512 bytes; the database has about 80.
        for limit in (0..240).step_by(8) {
            let folder = folder();
            let path = folder.path().join("consent.db");
            let mut writers = [after(&path, number)];
            let exposed = command(&path, &Task::Exposed(Call::Step { number, again: false }));
            let mut limited = Command::new("sh");
            limited.args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\""]).arg(limit.to_string());
            limited.arg(exposed.get_program()).args(exposed.get_args());
            limited.envs(exposed.get_envs().filter_map(|(name, value)| Some((name, value?))));
            let output = limited.output().expect("a writer");
            assert_ne!(output.status.code(), Some(101), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            match text.lines().find_map(|line| line.split_once("answered ")) {
                Some((_, ids)) => writers[0].acknowledged.push(ids.split_whitespace().map(|id| id.parse().expect("an id")).collect()),
                None => {
                    assert!(text.contains("failed 60"), "step {number}, limit {limit}: {text}");
                    refused += 1;
                }
            }
            let ledger = check(&path, &mut writers);
            go_on(&ledger, &mut writers[0]);
        }
        assert!((1..30).contains(&refused), "step {number}: {refused} of 30 refused");
    }
}
