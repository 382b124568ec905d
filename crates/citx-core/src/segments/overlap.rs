//! Which segments share members, and how many.

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array};
use citx_kernels::{Level, count_both};

use crate::run::Run;
use crate::table::{Column, Table};
use crate::{Error, ErrorKind, Result};

use super::{Membership, Segment, names_column, room};

/// The most segments of a matrix: its rows are their square.
const MAX_SEGMENTS: usize = 8_192;

/// Segments on a side of the squares that the matrix is worked out in.
const TILE: usize = 64;

/// Words of each segment that are compared before the next: those of two sides, 256 KiB, stay in the second cache.
const BLOCK_WORDS: usize = 256;

/// Bytes of the matrix for each two segments while it is made, the sums that it is made from included.
const ROW_BYTES: u64 = 2 * 4 + 4 * 8 + 8;

impl Membership {
    /// How many members every two segments share: a table of `a`, `b`, `both`, `either` and `jaccard`, which is both / either, and null where
    /// neither has a member. The whole matrix, row by row in the book's order: each pair in both orders, and each segment with itself.
    ///
    /// # Errors
    /// `LimitExceeded` beyond 8,192 segments (see [`Membership::select`]) or the run's limit of memory; `Cancelled`.
    ///
    /// # Example
    /// ```
    /// # use citx_core::{Run, citizens::Population, rules::Context, segments::SegmentBook, table::*, time::*};
    /// # let people = Population::from_table(Table::from_columns([Column::integer("id", [Some(1), Some(2), Some(3)])])?, "id")?;
    /// # let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
    /// let members = SegmentBook::parse_toml("a = 'id < 3'\nb = 'id > 1'")?.evaluate(&people, &context, &Run::new())?;
    /// let overlap = members.overlap(&Run::new())?;
    /// let row = overlap.row(1);
    /// assert_eq!((row.get("a"), row.get("b")), (Some(&Value::Text("a".into())), Some(&Value::Text("b".into()))));
    /// assert_eq!((row.get("both"), row.get("either")), (Some(&Value::Integer(1)), Some(&Value::Integer(3))));
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn overlap(&self, run: &Run) -> Result<Table> {
        let segments = self.segments();
        let count = segments.len();
        if count > MAX_SEGMENTS {
            let message = format!("an overlap is of at most {MAX_SEGMENTS} segments, these are {count}; select some");
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
        run.check_memory("the overlap", (count * count) as u64 * ROW_BYTES)?;
        let both = shared(segments, run)?;
        let sizes: Vec<i64> = segments.iter().map(|segment| segment.len() as i64).collect();
        let mut either = room(both.len(), "an overlap")?;
        let mut jaccard: Vec<Option<f64>> = room(both.len(), "an overlap")?;
        for (&a, row) in sizes.iter().zip(both.chunks(count.max(1))) {
            for (&b, &both) in sizes.iter().zip(row) {
                let union = a + b - both;
                either.push(union);
                jaccard.push((union > 0).then(|| both as f64 / union as f64));
            }
        }
        let codes = |code: fn(usize, usize) -> usize| (0..both.len()).map(|at| code(at, count) as i32).collect();
        Table::from_columns([
            names_column("a", codes(|at, count| at / count), self.names())?,
            names_column("b", codes(|at, count| at % count), self.names())?,
            Column::new("both", Arc::new(Int64Array::from(both))),
            Column::new("either", Arc::new(Int64Array::from(either))),
            Column::new("jaccard", Arc::new(Float64Array::from(jaccard))),
        ])
    }
}

/// The matrix of shared members, row by row.
fn shared(segments: &[Segment], run: &Run) -> Result<Vec<i64>> {
    let count = segments.len();
    let tiles: Vec<&[Segment]> = segments.chunks(TILE).collect();
    let pairs: Vec<(usize, usize)> = (0..tiles.len()).flat_map(|a| (a..tiles.len()).map(move |b| (a, b))).collect();
    let side = |index: usize| tiles.get(index).copied().unwrap_or_default();
    let pieces = run.map(pairs.len(), |piece| {
        let (a, b) = pairs.get(piece).copied().unwrap_or_default();
        Ok(tile(side(a), side(b)))
    })?;
    let mut both = room(count * count, "an overlap")?;
    both.resize(count * count, 0);
    for (&(a, b), piece) in pairs.iter().zip(&pieces) {
        for (row, values) in piece.chunks(side(b).len().max(1)).enumerate() {
            for (column, &value) in values.iter().enumerate() {
                // Both are numbers of segments, and so below `count`.
                let (row, column) = (a * TILE + row, b * TILE + column);
                both[row * count + column] = i64::from(value);
                both[column * count + row] = i64::from(value);
            }
        }
    }
    Ok(both)
}

/// How many members each of `rows` shares with each of `columns`.
fn tile(rows: &[Segment], columns: &[Segment]) -> Vec<u32> {
    let words = rows.first().map_or(0, |segment| segment.bitmap().words().len());
    let level = Level::detect();
    let mut both = vec![0_u32; rows.len() * columns.len()];
    for start in (0..words).step_by(BLOCK_WORDS) {
        let others: Vec<Option<&[u64]>> = columns.iter().map(|segment| block(segment, start)).collect();
        for (row, sums) in rows.iter().zip(both.chunks_mut(columns.len().max(1))) {
            let Some(one) = block(row, start) else { continue };
            for (sum, other) in sums.iter_mut().zip(&others) {
                if let Some(other) = other {
                    *sum += count_both(level, one, other) as u32;
                }
            }
        }
    }
    both
}

/// The words of a segment from `start`, unless it has no member there.
fn block(segment: &Segment, start: usize) -> Option<&[u64]> {
    let words = segment.bitmap().words();
    let block = words.get(start..words.len().min(start + BLOCK_WORDS))?;
    block.iter().any(|word| *word != 0).then_some(block)
}
