//! A process that writes: this same program, started again with only the test below, which says on its output what it was answered.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use citx_core::Result;
use citx_store::ConsentLedger;

use super::beside;
use super::model::{Step, open, policy};

/// What a writer is to do.
#[derive(Clone, Debug)]
pub enum Task {
    /// One step after the other, from a number on.
    Steps { name: String, from: u64 },
    /// The same from the first one on, by several threads that share one ledger.
    Threads { names: Vec<String> },
    /// One new ledger after the other.
    Create,
    /// Accepts the head, whatever head file is put there in between.
    AcceptHead,
    /// One call, which alone is exposed to what the shim does.
    Exposed(Call),
}

/// A call that is exposed to faults.
#[derive(Clone, Copy, Debug)]
pub enum Call {
    /// A step of the writer `a`; again, a second time, where the first one failed.
    Step {
        number: u64,
        again: bool,
    },
    Open,
    Close,
    AcceptHead,
}

const TASK: &str = "CITX_WRITER_TASK";
const LEDGER: &str = "CITX_WRITER_LEDGER";

/// The command that starts a writer.
pub fn command(path: &Path, task: &Task) -> Command {
    let task = match task {
        Task::Steps { name, from } => format!("steps {name} {from}"),
        Task::Threads { names } => format!("threads {}", names.join(" ")),
        Task::Create => "create".to_owned(),
        Task::AcceptHead => "accept".to_owned(),
        Task::Exposed(Call::Step { number, again }) => format!("exposed step {number} {again}"),
        Task::Exposed(call) => format!("exposed {call:?}").to_lowercase(),
    };
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "writer::a_process_of_its_own", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(TASK, task).env(LEDGER, path).stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

/// A writer that runs.
pub struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    pub fn start(path: &Path, task: &Task) -> Self {
        let mut child = command(path, task).spawn().expect("a writer");
        let lines = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, lines }
    }

    /// What it is answered next; `None` at the end of what it said.
    pub fn next(&mut self) -> Option<Vec<u64>> {
        self.next_of_all().map(|(_, ids)| ids)
    }

    /// Whose step is answered next, and with what.
    pub fn next_of_all(&mut self) -> Option<(String, Vec<u64>)> {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).expect("its output") == 0 {
                return None;
            }
            assert!(!line.contains(" failed "), "{line}");
            if let Some((before, ids)) = line.split_once(" answered ") {
                let name = before.split_whitespace().last().unwrap_or_default().to_owned();
                return Some((name, ids.split_whitespace().map(|id| id.parse().expect("an id")).collect()));
            }
        }
    }

    /// Kills it, as `kill -9` does, and returns what else it had been answered.
    pub fn kill(self) -> Vec<Vec<u64>> {
        self.kill_all().into_iter().map(|(_, ids)| ids).collect()
    }

    /// The same, and whose steps they were.
    pub fn kill_all(mut self) -> Vec<(String, Vec<u64>)> {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
        std::iter::from_fn(|| self.next_of_all()).collect()
    }
}

#[test]
#[ignore = "is started by the other tests, as a process of its own"]
fn a_process_of_its_own() {
    let task = std::env::var(TASK).expect("a task");
    let path = PathBuf::from(std::env::var_os(LEDGER).expect("a ledger"));
    let words: Vec<&str> = task.split(' ').collect();
    let done = match words.as_slice() {
        ["steps", name, from] => open(&path).and_then(|ledger| steps(&ledger, name, from.parse().expect("a number"))),
        ["threads", names @ ..] => threads(&path, names),
        ["create"] => create(&path),
        ["accept"] => accept(&path),
        ["exposed", call @ ..] => exposed(&path, call),
        _ => panic!("no such task"),
    };
    if let Err(error) = done {
        report(Err(error));
    }
}

/// One line at once, so that it is there whole or not at all.
fn tell(name: &str, word: &str, numbers: &[u64]) {
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    std::io::stdout().write_all(format!("{name} {word} {}\n", numbers.join(" ")).as_bytes()).expect("told");
}

fn steps(ledger: &ConsentLedger, name: &str, from: u64) -> Result<()> {
    for number in from.. {
        tell(name, "answered", &Step::of(name, number).run(ledger)?);
    }
    Ok(())
}

fn threads(path: &Path, names: &[&str]) -> Result<()> {
    let ledger = open(path)?;
    std::thread::scope(|scope| {
        let threads: Vec<_> = names.iter().map(|name| scope.spawn(|| steps(&ledger, name, 0))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("did not panic"))
    })
}

/// `consent.db.0`, `consent.db.1`, ...
fn create(path: &Path) -> Result<()> {
    for number in 0.. {
        drop(open(&beside(path, &format!(".{number}")))?);
        tell("-", "answered", &[number]);
    }
    Ok(())
}

fn accept(path: &Path) -> Result<()> {
    loop {
        std::fs::copy(beside(path, ".newer"), beside(path, ".copy")).expect("a copy");
        std::fs::rename(beside(path, ".copy"), beside(path, ".head")).expect("put there");
        tell("-", "answered", &[ConsentLedger::accept_head(path, policy())?.0]);
    }
}

fn exposed(path: &Path, call: &[&str]) -> Result<()> {
    // The shim sees the attempt to open these.
    let lever = |end: &str| drop(std::fs::File::open(beside(path, end)));
    match call {
        ["step", number, again] => {
            let ledger = open(path)?;
            let step = Step::of("a", number.parse().expect("a number"));
            lever(".on");
            let mut result = step.run(&ledger);
            if *again == "true" && result.is_err() {
                result = step.run(&ledger);
            }
            report(result);
        }
        ["open"] => {
            lever(".on");
            report(open(path).and_then(|ledger| ledger.len()).map(|length| vec![length]));
        }
        ["close"] => {
            let ledger = open(path)?;
            lever(".on");
            drop(ledger);
            report(Ok(Vec::new()));
        }
        ["accepthead"] => {
            lever(".on");
            report(ConsentLedger::accept_head(path, policy()).map(|(length, _)| vec![length]));
        }
        _ => panic!("no such call"),
    }
    lever(".off");
    Ok(())
}

fn report(result: Result<Vec<u64>>) {
    match result {
        Ok(ids) => tell("-", "answered", &ids),
        Err(error) => {
            eprintln!("{error}");
            tell("-", "failed", &[u64::from(error.kind().code())]);
        }
    }
}
