//! A ledger in a file from Rust: `citx-bench-ledger AS_OF EVENTS.parquet FOLDER`. Prints one line of JSON for `compare/compare.py`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::path::Path;

use citx::{ConsentLedger, Error, ErrorKind, LedgerOptions, Question, ReadOptions, Result, TimeZone, Timestamp, read_table};
use citx_benches::{forget_peak, json_line, median, memory_mb, policy, timed};

const QUESTIONS: usize = 1_001;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [as_of, events, folder] = arguments.as_slice() else {
        return Err(Error::new(ErrorKind::InvalidArgument, "usage: citx-bench-ledger AS_OF EVENTS.parquet FOLDER"));
    };
    let as_of = Timestamp::parse(as_of, TimeZone::UTC)?;
    let events = read_table(events, &[], &ReadOptions::default())?;
    let path = Path::new(folder).join("consent.db");
    let ledger = ConsentLedger::open(&path, &policy()?, &LedgerOptions::new())?;
    let citizens = events.column("citizen")?;
    forget_peak();
    let (import, appended) = timed(|| ledger.append_table(&events))?;
    let peak = memory_mb("VmHWM");
    let (again, known) = timed(|| ledger.append_table(&events))?;
    let (view, _) = timed(|| ledger.as_of(as_of, None))?;
    let (verify, _) = timed(|| ledger.verify())?;
    let mut row = 0;
    let one = median(QUESTIONS, || {
        row = (row + events.num_rows() / QUESTIONS).min(events.num_rows() - 1);
        let citizen = citx::Value::read(citizens.array(), row);
        let key = match citizen {
            citx::Value::Integer(key) => key.to_string(),
            _ => String::new(),
        };
        ledger.decide(&Question::new(key, "newsletter", "email"), as_of).map(|_| ())
    })?;
    let fields = [
        ("events", events.num_rows().to_string()),
        ("appended", appended.to_string()),
        ("import_wall", import.wall.to_string()),
        ("import_cpu", import.cpu.to_string()),
        ("peak_mb", peak.to_string()),
        ("again_wall", again.wall.to_string()),
        ("known", known.to_string()),
        ("view_wall", view.wall.to_string()),
        ("view_cpu", view.cpu.to_string()),
        ("verify_wall", verify.wall.to_string()),
        ("one_us", (one * 1e6).to_string()),
    ];
    println!("{}", json_line(&fields));
    Ok(())
}
