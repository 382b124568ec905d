//! citx from Rust on one table and one book: `citx-bench-segments PARQUET KEY AS_OF BOOK.toml THREADS`. Prints one line of JSON for `compare/compare.py`.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "printing is what this program is for")]

use citx::table::Table;
use citx::{
    Context, Error, ErrorKind, Membership, Population, ReadOptions, Result, Run, SegmentBook, SegmentDefinition, TimeZone, Timestamp,
};
use citx_benches::{Time, forget_peak, json_line, median, memory_mb, timed};

const REPEATS: usize = 3;
const RECORDS: usize = 101;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, key, as_of, book, threads] = arguments.as_slice() else {
        return Err(Error::new(ErrorKind::InvalidArgument, "usage: citx-bench-segments PARQUET KEY AS_OF BOOK.toml THREADS"));
    };
    let threads = threads.parse().map_err(|_| Error::new(ErrorKind::InvalidArgument, "THREADS is not a number"))?;
    let context = Context { as_of: Timestamp::parse(as_of, TimeZone::UTC)?, time_zone: TimeZone::UTC };
    let book = citx::read_segment_book(book)?;
    let (load, people) = load(path, key)?;
    let (base, load_peak) = (memory_mb("VmRSS"), memory_mb("VmHWM"));
    forget_peak();
    let (first, best, counts) = evaluate(&book, &people, &context, &Run::new().threads(threads))?;
    let mut fields = vec![
        ("rows", people.len().to_string()),
        ("version", format!("\"{}\"", env!("CARGO_PKG_VERSION"))),
        ("base_mb", base.to_string()),
        ("load_peak_mb", load_peak.to_string()),
        ("peak_mb", memory_mb("VmHWM").to_string()),
        ("first_wall", first.wall.to_string()),
        ("first_cpu", first.cpu.to_string()),
        ("wall", best.wall.to_string()),
        ("cpu", best.cpu.to_string()),
        ("counts", format!("{counts:?}")),
    ];
    for (name, seconds) in load.into_iter().chain(small_calls(book.definitions(), &people, &context)?) {
        fields.push((name, seconds.to_string()));
    }
    println!("{}", json_line(&fields));
    Ok(())
}

/// The population, and what its parts took: reading the file; the key index, taken alone; all else that is made of the table once.
fn load(path: &str, key: &str) -> Result<(Vec<(&'static str, f64)>, Population)> {
    let (read, table) = timed(|| citx::read_table(path, &[key], &ReadOptions::default()))?;
    let keys = Table::from_columns([table.column(key)?])?;
    let (index, _) = timed(|| Population::from_table(keys, key))?;
    let (all, people) = timed(|| Population::from_table(table, key))?;
    let times = vec![
        ("read_wall", read.wall),
        ("read_cpu", read.cpu),
        ("index_wall", index.wall),
        ("index_cpu", index.cpu),
        ("encode_wall", (all.wall - index.wall).max(0.0)),
        ("encode_cpu", (all.cpu - index.cpu).max(0.0)),
    ];
    Ok((times, people))
}

/// From a book to every membership, the plan made in the call and the previous result dropped first: what the first call took and the best,
/// and the counts.
fn evaluate(book: &SegmentBook, people: &Population, context: &Context, run: &Run) -> Result<(Time, Time, Vec<usize>)> {
    let mut times: Vec<Time> = Vec::new();
    let mut last: Option<Membership> = None;
    for _ in 0..REPEATS {
        drop(last.take());
        let (time, membership) = timed(|| book.evaluate(people, context, run))?;
        times.push(time);
        last = Some(membership);
    }
    let smallest = |part: fn(&Time) -> f64| times.iter().map(part).fold(f64::INFINITY, f64::min);
    let best = Time { wall: smallest(|time| time.wall), cpu: smallest(|time| time.cpu) };
    let counts = last.map_or(Vec::new(), |last| last.counts().into_iter().map(|(_, members)| members).collect());
    Ok((times[0], best, counts))
}

/// Seconds, medians: parsing all rules, compiling them against the table, naming one citizen's segments, explaining one citizen's place in one segment.
fn small_calls(definitions: &[SegmentDefinition], people: &Population, context: &Context) -> Result<Vec<(&'static str, f64)>> {
    let parse = median(5, || SegmentBook::new(definitions.to_vec()).map(|_| ()))?;
    let book = SegmentBook::new(definitions.to_vec())?;
    let compile = median(5, || book.check(people.schema()))?;
    let step = people.len() / RECORDS;
    let records = (0..RECORDS).filter_map(|i| people.key(i * step)).map(|key| people.row(&key)).collect::<Result<Vec<_>>>()?;
    let mut next = records.iter().cycle();
    let mut record = || next.next().ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "the table is empty"));
    let matched = median(RECORDS, || book.match_record(record()?, context).map(|_| ()))?;
    let mut segments = definitions.iter().cycle();
    let explained = median(RECORDS, || {
        let name = segments.next().map_or("", |definition| definition.name.as_str());
        book.explain(name, record()?, context).map(|_| ())
    })?;
    Ok(vec![("parse", parse), ("compile", compile), ("match", matched), ("explain", explained)])
}
