//! Conditions that have no form of their own: values are computed for a block of rows, one operation after another.

use std::collections::HashMap;

use super::super::Context;
use super::super::block::Block;
use super::super::columns::Reader;
use super::super::plan::{Depends, Op, OpId, Operations};
use super::super::row::Scalar;
use super::super::sources::Bound as Sources;
use super::super::vector::{Mask, Vector};
use super::Question;

/// The values of operations, by vectors.
pub(super) struct General<'a> {
    operations: &'a Operations,
    context: &'a Context,
    sources: &'a Sources<'a>,
    /// By index of the schema.
    readers: HashMap<u32, Reader<'a>>,
    /// The values of operations that do not depend on rows.
    scalars: &'a [Scalar<'a>],
    wanted: Vec<OpId>,
    /// The operations of rows that are needed, in order, and with each those whose last use it is.
    steps: Vec<(OpId, Vec<OpId>)>,
}

impl<'a> General<'a> {
    pub fn new(question: &Question<'a>, readers: HashMap<u32, Reader<'a>>, scalars: &'a [Scalar<'a>], wanted: Vec<OpId>) -> Self {
        let Question { operations, context, sources, .. } = *question;
        let mut general = Self { operations, context, sources, readers, scalars, wanted, steps: Vec::new() };
        general.steps = general.plan_steps();
        general
    }

    fn on_rows(&self, id: OpId) -> bool {
        self.operations.depends.get(id as usize).copied().is_some_and(Depends::on_rows)
    }

    fn plan_steps(&self) -> Vec<(OpId, Vec<OpId>)> {
        let count = self.wanted.iter().max().map_or(0, |last| *last as usize + 1);
        let (mut needed, mut last_use) = (vec![false; count], vec![None; count]);
        for id in &self.wanted {
            if let Some(needed) = needed.get_mut(*id as usize) {
                *needed = true;
            }
        }
        for (index, op) in self.operations.ops.iter().enumerate().take(count).rev() {
            let id = index as OpId;
            if !needed.get(index).copied().unwrap_or(false) || !self.on_rows(id) {
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
        for id in &self.wanted {
            if let Some(last_use) = last_use.get_mut(*id as usize) {
                *last_use = None;
            }
        }
        let mut released: HashMap<OpId, Vec<OpId>> = HashMap::new();
        for (index, last_use) in last_use.iter().enumerate() {
            if let Some(last_use) = last_use {
                released.entry(*last_use).or_default().push(index as OpId);
            }
        }
        let steps = (0..count as OpId).filter(|&id| needed.get(id as usize) == Some(&true) && self.on_rows(id));
        steps.map(|id| (id, released.remove(&id).unwrap_or_default())).collect()
    }

    /// What is wanted, in that order, for `rows` rows from `start`.
    pub fn block(&self, start: usize, rows: usize) -> Vec<Mask> {
        let count = self.steps.last().map_or(0, |(last, _)| *last as usize + 1);
        let mut vectors: Vec<Option<Vector<'a>>> = vec![None; count];
        for (id, released) in &self.steps {
            let index = *id as usize;
            let (Some(op), Some(data_type)) = (self.operations.ops.get(index), self.operations.types.get(index)) else { continue };
            let vector = match op {
                Op::Column(column) => self.readers.get(column).map(|reader| reader.read(start, rows)),
                op if op.reads_source() => Some(self.sources.block(op, self.context, start, rows)),
                op => {
                    let block =
                        Block { rows, operations: self.operations, context: self.context, vectors: &vectors, scalars: self.scalars };
                    Some(block.apply(op, *data_type))
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
        let wanted = |id: &OpId| match vectors.get(*id as usize).and_then(Option::as_ref) {
            Some(Vector::Mask(mask)) => mask.clone(),
            Some(_) => Mask::constant(rows, None),
            None => Mask::constant(rows, self.scalars.get(*id as usize).and_then(Scalar::truth)),
        };
        self.wanted.iter().map(wanted).collect()
    }
}
