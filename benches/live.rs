//! Live segments from Rust: `citx-bench-live PARQUET KEY AS_OF BOOK.toml`. Prints one line of JSON for `compare/compare.py`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

mod measure;

use std::collections::BTreeSet;
use std::time::Instant;

use citx::segments::LiveSegments;
use citx::table::{Record, Value};
use citx::{Context, Error, ErrorKind, Population, ReadOptions, Result, Run, SegmentBook, TimeZone, Timestamp};
use measure::{json_line, timed};

const UPSERTS: usize = 50_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, key, as_of, book] = arguments.as_slice() else {
        return Err(Error::new(ErrorKind::InvalidArgument, "usage: citx-bench-live PARQUET KEY AS_OF BOOK.toml"));
    };
    let context = Context { as_of: Timestamp::parse(as_of, TimeZone::UTC)?, time_zone: TimeZone::UTC };
    let book = citx::read_segment_book(book)?;
    let people = citx::read_population(path, key, &ReadOptions::default())?;
    let (start, mut live) = timed(|| book.live(&people, &context, &Run::new()))?;
    let rows = rows(&people)?;
    let one = upserts(&mut live, &one_attribute(&rows, key, &read(&book)?))?;
    let whole = upserts(&mut live, &rows)?;
    let fields = [
        ("rows", people.len().to_string()),
        ("segments", book.definitions().len().to_string()),
        ("start_wall", start.wall.to_string()),
        ("start_cpu", start.cpu.to_string()),
        ("one_us", format!("{:?}", one.microseconds)),
        ("one_changes", one.changes.to_string()),
        ("whole_us", format!("{:?}", whole.microseconds)),
        ("whole_changes", whole.changes.to_string()),
    ];
    println!("{}", json_line(&fields));
    Ok(())
}

/// The attributes that some rule reads.
fn read(book: &SegmentBook) -> Result<Vec<String>> {
    let mut names = BTreeSet::new();
    for definition in book.definitions() {
        names.extend(book.columns_used(&definition.name)?);
    }
    Ok(names.into_iter().collect())
}

/// Rows that citizens spread over the table are to have: each another's, under their own key.
fn rows(people: &Population) -> Result<Vec<Record>> {
    let key = people.key_name();
    // Coprime with a table of any size that is not its multiple, so that the rows are spread and differ.
    let at = |i: usize| (i * 7_368_787) % people.len();
    let row = |i: usize| people.row(&people.key(at(i)).unwrap_or_default());
    (0..UPSERTS)
        .map(|i| {
            let mut record = row(i + 1)?;
            if let Some(own) = row(i)?.get(key) {
                record.set(key, own.clone());
            }
            Ok(record)
        })
        .collect()
}

/// The same rows, but only one of the attributes `names` each, in turn.
fn one_attribute(rows: &[Record], key: &str, names: &[String]) -> Vec<Record> {
    let value = |row: &Record, name: &str| (name.to_owned(), row.get(name).cloned().unwrap_or(Value::Null));
    rows.iter().zip(names.iter().cycle()).map(|(row, name)| [value(row, key), value(row, name)].into_iter().collect()).collect()
}

struct Taken {
    /// The median, and what 99 of 100 stay below.
    microseconds: [f64; 2],
    changes: usize,
}

fn upserts(live: &mut LiveSegments, records: &[Record]) -> Result<Taken> {
    let (mut taken, mut changes) = (Vec::with_capacity(records.len()), 0);
    for record in records {
        let start = Instant::now();
        let came = live.upsert(record)?;
        taken.push(start.elapsed().as_secs_f64() * 1e6);
        changes += came.len();
    }
    taken.sort_by(f64::total_cmp);
    let at = |share: f64| taken.get((taken.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    Ok(Taken { microseconds: [at(0.5), at(0.99)], changes })
}
