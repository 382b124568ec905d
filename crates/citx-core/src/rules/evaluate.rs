//! Everyone at once: blocks of rows, in parallel, through the shared operations.

use std::collections::HashMap;

use crate::run::Run;
use crate::table::Table;
use crate::{Bitmap, Error, ErrorKind, Result};

use super::block::Block;
use super::columns::{NULL_KEY, Reader, keys};
use super::plan::{Depends, Op, OpId, Operations, Type};
use super::row::{self, Scalar};
use super::sources::Bound;
use super::vector::{BLOCK_ROWS, Mask, Vector};
use super::{Context, Truths};

/// Rows in a piece of parallel work: sixteen blocks, a whole number of words.
const PIECE_ROWS: usize = 16 * BLOCK_ROWS;

/// What a condition on one dictionary-encoded column comes to for each of its values, and for null.
struct Verdicts {
    column: u32,
    by_key: Vec<Option<bool>>,
    null: Option<bool>,
}

struct Evaluator<'a> {
    operations: &'a Operations,
    context: &'a Context,
    bound: &'a Bound<'a>,
    roots: &'a [OpId],
    /// By index of the schema.
    readers: HashMap<u32, Reader<'a>>,
    scalars: Vec<Scalar<'a>>,
    verdicts: HashMap<OpId, Verdicts>,
    /// The operations of rows that the roots need, in order, and with each those whose last use it is.
    steps: Vec<(OpId, Vec<OpId>)>,
}

/// The truths of the operations `roots`; `is_false` is left empty unless `falses` is asked for.
pub(super) fn evaluate(
    operations: &Operations,
    roots: &[OpId],
    columns: &HashMap<u32, usize>,
    table: &Table,
    (context, bound): (&Context, &Bound<'_>),
    falses: bool,
    run: &Run,
) -> Result<Vec<Truths>> {
    run.check()?;
    let rows = table.num_rows();
    let readers = |column: &usize| table.batch().columns().get(*column).map(Reader::new);
    let readers = columns.iter().filter_map(|(index, column)| Some((*index, readers(column)?))).collect();
    let evaluator = Evaluator::new(operations, (context, bound), roots, readers, Some(rows));
    let pieces = run.map(rows.div_ceil(PIECE_ROWS), |piece| evaluator.piece(piece * PIECE_ROWS, rows, falses, run))?;
    let mut words: Vec<(Vec<u64>, Vec<u64>)> = Vec::new();
    words.try_reserve_exact(roots.len()).map_err(|_| too_large())?;
    words.resize_with(roots.len(), Default::default);
    for piece in pieces {
        for ((truths, falses), mask) in words.iter_mut().zip(piece) {
            truths.try_reserve(mask.truths.len()).map_err(|_| too_large())?;
            truths.extend(mask.truths);
            falses.extend(mask.falses);
        }
    }
    let bitmap = |words, asked: bool| Bitmap::from_words(words, if asked { rows } else { 0 });
    Ok(words.into_iter().map(|(is_true, is_false)| Truths { is_true: bitmap(is_true, true), is_false: bitmap(is_false, falses) }).collect())
}

fn too_large() -> Error {
    Error::new(ErrorKind::LimitExceeded, "there is not enough memory for the memberships")
}

impl<'a> Evaluator<'a> {
    /// With `rows` given, conditions on dictionary columns with fewer values than that are decided once for each value.
    fn new(
        operations: &'a Operations,
        (context, bound): (&'a Context, &'a Bound<'a>),
        roots: &'a [OpId],
        readers: HashMap<u32, Reader<'a>>,
        rows: Option<usize>,
    ) -> Self {
        // With every attribute null, operations that read none still have their value, and conditions have theirs for null.
        let scalars = row::evaluate(operations, |_| Scalar::Null, &Bound::default(), context);
        let mut evaluator = Self { operations, context, bound, roots, readers, scalars, verdicts: HashMap::new(), steps: Vec::new() };
        if let Some(rows) = rows {
            evaluator.verdicts = evaluator.decide_dictionaries(rows);
        }
        evaluator.steps = evaluator.plan_steps();
        evaluator
    }

    fn depends(&self, id: OpId) -> Depends {
        self.operations.depends.get(id as usize).copied().unwrap_or(Depends::Nothing)
    }

    fn decide_dictionaries(&self, rows: usize) -> HashMap<OpId, Verdicts> {
        let mut verdicts = HashMap::new();
        for (&column, reader) in &self.readers {
            let Reader::Dictionary { dictionary, .. } = reader else { continue };
            if dictionary.len() >= rows {
                continue;
            }
            let is_condition =
                |(op, data_type): (&Op, &Type)| *data_type == Type::Boolean && !op.is_logical() && !matches!(op, Op::Constant(_));
            let conditions: Vec<OpId> = (0..self.operations.ops.len() as OpId)
                .filter(|&id| self.depends(id) == Depends::Column(column))
                .filter(|&id| {
                    let index = id as usize;
                    self.operations.ops.get(index).zip(self.operations.types.get(index)).is_some_and(is_condition)
                })
                .collect();
            let plain = HashMap::from([(column, Reader::Plain(dictionary))]);
            let evaluator = Evaluator::new(self.operations, (self.context, self.bound), &conditions, plain, None);
            let mut by_key: Vec<Vec<Option<bool>>> = vec![Vec::with_capacity(dictionary.len()); conditions.len()];
            for start in (0..dictionary.len()).step_by(BLOCK_ROWS) {
                let rows = BLOCK_ROWS.min(dictionary.len() - start);
                for (verdict, mask) in by_key.iter_mut().zip(evaluator.block(start, rows)) {
                    verdict.extend((0..rows).map(|row| mask.get(row)));
                }
            }
            for (id, by_key) in conditions.iter().zip(by_key) {
                let null = self.scalars.get(*id as usize).and_then(Scalar::truth);
                verdicts.insert(*id, Verdicts { column, by_key, null });
            }
        }
        verdicts
    }

    fn plan_steps(&self) -> Vec<(OpId, Vec<OpId>)> {
        let count = self.operations.ops.len();
        let (mut needed, mut last_use) = (vec![false; count], vec![None; count]);
        for root in self.roots {
            if let Some(needed) = needed.get_mut(*root as usize) {
                *needed = true;
            }
        }
        for (index, op) in self.operations.ops.iter().enumerate().rev() {
            let id = index as OpId;
            if !needed.get(index).copied().unwrap_or(false) || !self.depends(id).on_rows() || self.verdicts.contains_key(&id) {
                continue;
            }
            op.operands(|operand| {
                if let (Some(needed), Some(last_use)) = (needed.get_mut(operand as usize), last_use.get_mut(operand as usize)) {
                    *needed = true;
                    // Operations are visited from the last, so the first to ask is the last to use.
                    last_use.get_or_insert(id);
                }
            });
        }
        for root in self.roots {
            if let Some(last_use) = last_use.get_mut(*root as usize) {
                *last_use = None;
            }
        }
        let mut released: HashMap<OpId, Vec<OpId>> = HashMap::new();
        for (index, last_use) in last_use.iter().enumerate() {
            if let Some(last_use) = last_use {
                released.entry(*last_use).or_default().push(index as OpId);
            }
        }
        let steps = (0..count as OpId).filter(|&id| needed.get(id as usize) == Some(&true) && self.depends(id).on_rows());
        steps.map(|id| (id, released.remove(&id).unwrap_or_default())).collect()
    }

    /// The masks of the roots for the rows of one piece.
    fn piece(&self, start: usize, rows: usize, falses: bool, run: &Run) -> Result<Vec<Mask>> {
        let mut whole: Vec<Mask> = self.roots.iter().map(|_| Mask { truths: Vec::new(), falses: Vec::new() }).collect();
        let end = rows.min(start + PIECE_ROWS);
        for start in (start..end).step_by(BLOCK_ROWS) {
            run.check()?;
            for (whole, block) in whole.iter_mut().zip(self.block(start, BLOCK_ROWS.min(end - start))) {
                whole.truths.extend(block.truths);
                if falses {
                    whole.falses.extend(block.falses);
                }
            }
        }
        Ok(whole)
    }

    /// The masks of the roots for the rows of one block.
    fn block(&self, start: usize, rows: usize) -> Vec<Mask> {
        let mut vectors: Vec<Option<Vector<'a>>> = vec![None; self.operations.ops.len()];
        let mut key_blocks: HashMap<u32, Vec<u32>> = HashMap::new();
        for (id, released) in &self.steps {
            let index = *id as usize;
            let (Some(op), Some(data_type)) = (self.operations.ops.get(index), self.operations.types.get(index)) else { continue };
            let vector = match (op, self.verdicts.get(id)) {
                (_, Some(verdicts)) => {
                    let keys = key_blocks.entry(verdicts.column).or_insert_with(|| match self.readers.get(&verdicts.column) {
                        Some(Reader::Dictionary { column, .. }) => keys(column, start, rows),
                        _ => vec![NULL_KEY; rows],
                    });
                    Some(Vector::Mask(verdicts.gather(keys)))
                }
                (Op::Column(column), None) => self.readers.get(column).map(|reader| reader.read(start, rows)),
                (op, None) => {
                    let block =
                        Block { rows, operations: self.operations, context: self.context, vectors: &vectors, scalars: &self.scalars };
                    Some(self.bound.block(op, self.context, start, rows).unwrap_or_else(|| block.apply(op, *data_type)))
                }
            };
            if let Some(slot) = vectors.get_mut(index) {
                *slot = vector;
            }
            for operand in released {
                if let Some(slot) = vectors.get_mut(*operand as usize) {
                    *slot = None;
                }
            }
        }
        let root = |id: &OpId| match vectors.get(*id as usize).and_then(Option::as_ref) {
            Some(Vector::Mask(mask)) => mask.clone(),
            Some(_) => Mask::constant(rows, None),
            None => Mask::constant(rows, self.scalars.get(*id as usize).and_then(Scalar::truth)),
        };
        self.roots.iter().map(root).collect()
    }
}

impl Verdicts {
    fn gather(&self, keys: &[u32]) -> Mask {
        let verdict = |key: &u32| self.by_key.get(*key as usize).copied().unwrap_or(self.null);
        let (mut truths, mut falses) = (Vec::with_capacity(keys.len().div_ceil(64)), Vec::with_capacity(keys.len().div_ceil(64)));
        for word in keys.chunks(64) {
            let (mut is_true, mut is_false) = (0, 0);
            for (bit, key) in word.iter().enumerate() {
                let verdict = verdict(key);
                is_true |= u64::from(verdict == Some(true)) << bit;
                is_false |= u64::from(verdict == Some(false)) << bit;
            }
            truths.push(is_true);
            falses.push(is_false);
        }
        Mask { truths, falses }
    }
}
