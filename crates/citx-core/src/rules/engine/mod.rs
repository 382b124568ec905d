//! The physical side of a plan: how the conditions of a book are answered for everyone at once.
//!
//! ```text
//! Operations --bind to a table and an instant--> classes of leaves, network of masks --block by block--> bitmaps
//! ```
//!
//! Conditions on one column form a class with codes (`class`, `cuts`), circles on the map one with a grid (`circles`), flags and nulls are
//! read as they are, and what is left is computed value by value (`general`). Each leaf's mask goes to its slot; `network` joins them.

mod bind;
mod circles;
mod class;
mod coarse;
mod codes;
mod column;
mod cuts;
mod general;
mod network;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use citx_kernels::{BLOCK_ROWS, Bitmap, Mask, Spare};

use crate::citizens::Compact;
use crate::run::Run;
use crate::table::Table;
use crate::{Error, ErrorKind, Result};

use super::Context;
use super::plan::Operations;
use super::sources::Bound as Sources;

use bind::Bound;
use circles::CircleRoom;
use codes::CodeRoom;
use network::Side;

/// Rows in a piece of parallel work: sixteen blocks, a whole number of words.
pub(super) const PIECE_ROWS: usize = 16 * BLOCK_ROWS;

/// Masks that are worked on at once, in bytes. A book of few leaves has several blocks at once, so that each column is read in long
/// stretches, which is worth more than masks in the nearest cache. 2026-11-22, AMD Zen 5, 10 million citizens, 393 leaves: .092 s with 512
/// KiB, .086 with 1 MiB, .081 with 2, .080 with 4; 2,631 leaves: .32 with up to 2 MiB, .34 with 4.
pub(super) const NEAR_BYTES: usize = 2 << 20;

/// What is asked of the engine.
pub(super) struct Question<'a> {
    pub operations: &'a Operations,
    /// Where in the table the attributes are, by index of the schema.
    pub columns: &'a HashMap<u32, usize>,
    pub table: &'a Table,
    pub context: &'a Context,
    /// What is known of the citizens beside the table.
    pub sources: &'a Sources<'a>,
    /// Compact forms of the table's columns, where there are some.
    pub compact: Option<&'a Compact>,
    /// Memory of an earlier answer.
    pub spare: &'a Spare,
}

/// Working memory of a thread for the blocks of a piece.
struct Scratch {
    /// By block, by slot.
    masks: Vec<Vec<Mask>>,
    codes: CodeRoom,
    circles: CircleRoom,
    counts: Vec<u64>,
}

/// The rows on each of the wanted sides, each bitmap with its ones counted.
pub(super) fn evaluate(question: &Question<'_>, wanted: &[Side], run: &Run) -> Result<Vec<Bitmap>> {
    run.check()?;
    let rows = question.table.num_rows();
    let scalars = super::row::evaluate(question.operations, |_| super::row::Scalar::Null, &Sources::default(), question.context);
    let bound = Bound::new(question, &scalars, wanted, run)?;
    let pieces = rows.div_ceil(PIECE_ROWS);
    let mut words = question.spare.rows(wanted.len(), rows.div_ceil(64)).ok_or_else(too_large)?;
    let mut outputs: Vec<Vec<&mut [u64]>> = (0..pieces).map(|_| Vec::with_capacity(wanted.len())).collect();
    for row in words.rows_mut().take(wanted.len()) {
        for (piece, words) in outputs.iter_mut().zip(row.chunks_mut(PIECE_ROWS / 64)) {
            piece.push(words);
        }
    }
    let outputs: Vec<Mutex<Vec<&mut [u64]>>> = outputs.into_iter().map(Mutex::new).collect();
    let idle: Mutex<Vec<Scratch>> = Mutex::default();
    let counts = run.map(pieces, |piece| {
        let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = taken.unwrap_or_else(|| bound.scratch(wanted.len()));
        let mut outputs = outputs.get(piece).map(|outputs| outputs.lock().unwrap_or_else(PoisonError::into_inner));
        let outputs = outputs.as_deref_mut().map(Vec::as_mut_slice).unwrap_or_default();
        let end = rows.min((piece + 1) * PIECE_ROWS);
        let step = bound.blocks_at_once() * BLOCK_ROWS;
        for start in (piece * PIECE_ROWS..end).step_by(step) {
            run.check()?;
            bound.blocks(start..end.min(start + step), (start % PIECE_ROWS) / 64, outputs, &mut scratch);
        }
        let counts: Vec<u64> = scratch.counts.iter_mut().map(std::mem::take).collect();
        idle.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        Ok(counts)
    })?;
    drop(outputs);
    let mut ones = vec![0_u64; wanted.len()];
    for piece in counts {
        ones.iter_mut().zip(piece).for_each(|(ones, count)| *ones += count);
    }
    Ok(Bitmap::from_rows(words, rows, &ones))
}

/// How a question would be answered: what each part reads, its form, how many conditions, and why.
pub(super) fn explain(
    question: &Question<'_>,
    wanted: &[Side],
    run: &Run,
    name: impl Fn(u32) -> String,
) -> Result<Vec<(String, &'static str, usize, String)>> {
    let scalars = super::row::evaluate(question.operations, |_| super::row::Scalar::Null, &Sources::default(), question.context);
    Ok(Bound::new(question, &scalars, wanted, run)?.describe(name))
}

fn too_large() -> Error {
    Error::new(ErrorKind::LimitExceeded, "there is not enough memory for the memberships")
}
