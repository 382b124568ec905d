//! Consent decisions for everyone from Rust: `citx-bench-consent PARQUET KEY AS_OF EVENTS.parquet THREADS`. Prints one line of JSON for
//! `compare/compare.py`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use citx::consent::{Outcome, Verdict};
use citx::{
    Bitmap, ConsentView, Error, ErrorKind, FactColumns, Population, Question, ReadOptions, Result, Run, TimeZone, Timestamp, read_table,
};
use citx_benches::{PURPOSES, best, forget_peak, json_line, median, memory_mb, policy, timed};

const REPEATS: usize = 3;
const QUESTIONS: usize = 101;
const LOOKED_UP: usize = 10_000;
const CHANNELS: [&str; 5] = ["email", "sms", "phone", "post", "app"];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, key, as_of, events, threads] = arguments.as_slice() else {
        return Err(Error::new(ErrorKind::InvalidArgument, "usage: citx-bench-consent PARQUET KEY AS_OF EVENTS.parquet THREADS"));
    };
    let threads = threads.parse().map_err(|_| Error::new(ErrorKind::InvalidArgument, "THREADS is not a number"))?;
    let run = Run::new().threads(threads);
    let options = ReadOptions::default();
    let people = citx::read_population(path, key, &options)?.with_facts(FactColumns::new().birth_date("birth_date"))?;
    let events = read_table(events, &[], &options)?;
    let policy = policy()?;
    let as_of = Timestamp::parse(as_of, TimeZone::UTC)?;
    let (view_time, view) = timed(|| ConsentView::from_table(&events, &policy, as_of))?;
    drop(events);
    let base = memory_mb("VmRSS");
    forget_peak();
    let (bind, ()) = timed(|| view.bind(&people, &run))?;
    let bound = memory_mb("VmRSS");
    let (masks, ()) = best(REPEATS, || masks(&view, &people, &run))?;
    let (mask, _) = best(REPEATS, || view.mask(&people, "newsletter", "email", &run))?;
    let (all, decisions) = best(REPEATS, || decisions(&view, &people, &run))?;
    let keys: Vec<String> = (0..QUESTIONS).filter_map(|index| people.key(index * people.len() / QUESTIONS)).collect();
    let mut next = keys.iter().cycle();
    let one = median(QUESTIONS, || {
        let citizen = next.next().cloned().unwrap_or_default();
        view.decide(&Question::new(citizen, "newsletter", "email")).map(|_| ())
    })?;
    let [by_row, by_key] = looked_up(&view, &people, &run)?;
    let fields = [
        ("rows", people.len().to_string()),
        ("view_cpu", view_time.cpu.to_string()),
        ("view_wall", view_time.wall.to_string()),
        ("bind_cpu", bind.cpu.to_string()),
        ("bind_wall", bind.wall.to_string()),
        ("base_mb", base.to_string()),
        ("bound_mb", bound.to_string()),
        ("peak_mb", memory_mb("VmHWM").to_string()),
        ("masks_cpu", masks.cpu.to_string()),
        ("mask_cpu", mask.cpu.to_string()),
        ("all_cpu", all.cpu.to_string()),
        ("all_wall", all.wall.to_string()),
        ("one_us", (one * 1e6).to_string()),
        ("by_row_us", (by_row * 1e6).to_string()),
        ("by_key_us", (by_key * 1e6).to_string()),
        ("decisions", decisions.to_string()),
        ("allowed", format!("{:?}", allowed(&view, &people, &run)?)),
    ];
    println!("{}", json_line(&fields));
    Ok(())
}

fn asked() -> impl Iterator<Item = (&'static str, &'static str)> {
    PURPOSES.iter().flat_map(|[purpose, ..]| CHANNELS.iter().map(|channel| (*purpose, *channel)))
}

/// Whether each citizen may be contacted, for every purpose and channel; one mask at a time is kept.
fn masks(view: &ConsentView, people: &Population, run: &Run) -> Result<()> {
    asked().try_for_each(|(purpose, channel)| view.mask(people, purpose, channel, run).map(|_| ()))
}

/// How many may be contacted.
fn allowed(view: &ConsentView, people: &Population, run: &Run) -> Result<Vec<usize>> {
    let everyone = Bitmap::ones(people.len());
    let is_allowed = |verdict: &Verdict| verdict.outcome == Outcome::Allow;
    let count = |(purpose, channel)| Ok(view.decide_many(people, &everyone, purpose, channel, &[], run)?.iter().filter(is_allowed).count());
    asked().map(count).collect()
}

/// The rule for everyone, for every purpose and channel; one result at a time is kept.
fn decisions(view: &ConsentView, people: &Population, run: &Run) -> Result<usize> {
    let everyone = Bitmap::ones(people.len());
    let decide = |(purpose, channel)| Ok(view.decide_many(people, &everyone, purpose, channel, &[], run)?.len());
    asked().map(decide).sum()
}

/// Seconds for one outcome, rule and reason out of what was decided for everyone: by row, and by a key not asked for before.
fn looked_up(view: &ConsentView, people: &Population, run: &Run) -> Result<[f64; 2]> {
    let verdicts = view.decide_many(people, &Bitmap::ones(people.len()), "newsletter", "email", &[], run)?;
    let rows: Vec<usize> = (0..LOOKED_UP).map(|index| index.wrapping_mul(0x9e37_79b9_7f4a_7c15) % people.len()).collect();
    let keys: Vec<String> = rows.iter().filter_map(|row| people.key((row + 1) % people.len())).collect();
    let reason = |row: Option<usize>| row.and_then(|row| verdicts.get(row)).map_or(0, |verdict| view.reason(&verdict, people, &[]).len());
    let (by_row, letters) = timed(|| Ok(rows.iter().map(|row| reason(Some(*row))).sum::<usize>()))?;
    let (by_key, more) = timed(|| Ok(keys.iter().map(|key| reason(people.find(key))).sum::<usize>()))?;
    std::hint::black_box((letters, more));
    Ok([by_row, by_key].map(|time| time.wall / LOOKED_UP as f64))
}
