//! Live segments from Rust: `citx-bench-live PARQUET KEY AS_OF BOOK.toml`. Prints one line of JSON for `compare/compare.py`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use std::collections::BTreeSet;
use std::time::Instant;

use citx::segments::LiveSegments;
use citx::table::{Record, Value};
use citx::{Context, Error, ErrorKind, Population, ReadOptions, Result, Run, SegmentBook, TimeZone, Timestamp};
use citx_benches::{json_line, timed};

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
    let attributes = read(&book)?;
    let one = upserts(&mut live, &rows.iter().zip(attributes.iter().cycle()).map(|(row, name)| row.one(key, name)).collect::<Vec<_>>())?;
    let row =
        upserts(&mut live, &rows.iter().zip(attributes.iter().cycle().skip(1)).map(|(row, name)| row.whole(name)).collect::<Vec<_>>())?;
    let other = upserts(&mut live, &rows.into_iter().map(|row| row.other).collect::<Vec<_>>())?;
    let fields = [
        ("rows", people.len().to_string()),
        ("segments", book.definitions().len().to_string()),
        ("start_wall", start.wall.to_string()),
        ("start_cpu", start.cpu.to_string()),
        ("one_us", format!("{:?}", one.microseconds)),
        ("one_changes", one.changes.to_string()),
        ("row_us", format!("{:?}", row.microseconds)),
        ("row_changes", row.changes.to_string()),
        ("other_us", format!("{:?}", other.microseconds)),
        ("other_changes", other.changes.to_string()),
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

/// What a citizen has, and what another has, under the first one's key.
struct Row {
    own: Record,
    other: Record,
}

impl Row {
    /// One attribute of the other's.
    fn one(&self, key: &str, name: &str) -> Record {
        let value = |name: &str| (name.to_owned(), self.other.get(name).cloned().unwrap_or(Value::Null));
        [value(key), value(name)].into_iter().collect()
    }

    /// All of the citizen's own attributes but that one.
    fn whole(&self, name: &str) -> Record {
        let mut record = self.own.clone();
        record.set(name, self.other.get(name).cloned().unwrap_or(Value::Null));
        record
    }
}

/// Citizens spread over the table.
fn rows(people: &Population) -> Result<Vec<Row>> {
    let key = people.key_name();
    // A prime, so that the rows differ in a table of any size that is not its multiple.
    let row = |i: usize| people.row(&people.key((i * 7_368_787) % people.len()).unwrap_or_default());
    (0..UPSERTS)
        .map(|i| {
            let (own, mut other) = (row(i)?, row(i + 1)?);
            other.set(key, own.get(key).cloned().unwrap_or(Value::Null));
            Ok(Row { own, other })
        })
        .collect()
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
