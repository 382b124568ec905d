//! The conditions of a book as a network of masks: for each condition the rows where it is true and, where something asks for it, the rows
//! where it is false. Negations end at the leaves; a row where a leaf is unknown is in neither of its masks.

use std::collections::HashMap;

use citx_kernels::{Instruction, Junction, Program};

use super::super::plan::{Op, OpId, Operations, Type};
use super::super::row::Scalar;

/// A condition, and whether the rows are wanted where it is true or where it is false.
pub(super) type Side = (OpId, bool);

/// What a side comes to before any row is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Everyone,
    Nobody,
    /// A value, by its number.
    Mask(u32),
}

/// The network of the wanted sides.
pub(super) struct Network {
    pub program: Program,
    /// Masks that the instructions use.
    pub slots: usize,
    /// The slot that must hold a one for every row, if any does.
    pub everyone: Option<u32>,
    /// The slot that must hold zeros, if any does.
    pub nobody: Option<u32>,
}

/// What leaves a condition has.
pub(super) struct Needs<'a> {
    pub operations: &'a Operations,
    /// The values of operations that do not depend on rows.
    pub scalars: &'a [Scalar<'a>],
    /// Whether an operation is taken as a whole, whatever it is made of.
    pub whole: &'a [bool],
}

impl Needs<'_> {
    fn constant(&self, id: OpId) -> Option<Option<bool>> {
        let on_rows = self.operations.depends.get(id as usize).is_some_and(|depends| depends.on_rows());
        (!on_rows).then(|| self.scalars.get(id as usize).and_then(Scalar::truth))
    }

    /// Whether a condition is joined from others here, rather than being a leaf.
    fn is_joined(&self, id: OpId) -> bool {
        if self.whole.get(id as usize).copied().unwrap_or(false) {
            return false;
        }
        match self.operations.ops.get(id as usize) {
            Some(Op::And(_) | Op::Or(_) | Op::Not(_) | Op::IsTrue(_)) => true,
            Some(Op::IsNull(inner)) => {
                let of_condition = self.operations.types.get(*inner as usize) == Some(&Type::Boolean);
                of_condition && !matches!(self.operations.ops.get(*inner as usize), Some(Op::Column(_)))
            }
            _ => false,
        }
    }

    /// The sides that a joined side is made of.
    fn parts(&self, (id, wanted): Side, mut visit: impl FnMut(Side)) {
        match self.operations.ops.get(id as usize) {
            Some(Op::And(parts) | Op::Or(parts)) => parts.iter().for_each(|part| visit((*part, wanted))),
            Some(Op::Not(inner)) => visit((*inner, !wanted)),
            Some(Op::IsTrue(inner)) => visit((*inner, true)),
            Some(Op::IsNull(inner)) => [true, false].into_iter().for_each(|side| visit((*inner, side))),
            _ => {}
        }
    }

    /// The leaves that the wanted sides need, by operation.
    pub fn leaves(&self, wanted: &[Side]) -> Vec<Side> {
        let mut seen = vec![[false; 2]; self.operations.ops.len()];
        let mut open: Vec<Side> = wanted.to_vec();
        let mut leaves = Vec::new();
        while let Some((id, side)) = open.pop() {
            let Some(seen) = seen.get_mut(id as usize).map(|sides| &mut sides[usize::from(side)]) else { continue };
            if std::mem::replace(seen, true) || self.constant(id).is_some() {
                continue;
            }
            if self.is_joined(id) {
                self.parts((id, side), |part| open.push(part));
            } else {
                leaves.push((id, side));
            }
        }
        leaves.sort_unstable();
        leaves
    }
}

/// A step before slots are given: what it makes, from what.
enum Step {
    Join(Junction, u32, Vec<u32>),
    Not(u32, u32),
    Emit(u32, u32),
}

struct Builder<'a> {
    needs: &'a Needs<'a>,
    /// By operation: for false, for true.
    known: Vec<[Option<Known>; 2]>,
    steps: Vec<Step>,
    values: u32,
    everyone: Option<u32>,
    nobody: Option<u32>,
    /// Outputs by the side that they show.
    outputs: HashMap<Side, Vec<u32>>,
}

impl Network {
    /// `leaves` are all that [`Needs::leaves`] named, in any order, and each has the slot of its number; output `row` shows side `wanted[row]`.
    pub fn new(needs: &Needs<'_>, leaves: Vec<Side>, wanted: &[Side]) -> Self {
        let mut known = vec![[None; 2]; needs.operations.ops.len()];
        for (value, (id, side)) in leaves.iter().enumerate() {
            known[*id as usize][usize::from(*side)] = Some(Known::Mask(value as u32));
        }
        let mut outputs: HashMap<Side, Vec<u32>> = HashMap::new();
        for (row, side) in wanted.iter().enumerate() {
            outputs.entry(*side).or_default().push(row as u32);
        }
        let values = leaves.len() as u32;
        let mut builder = Builder { needs, known, steps: Vec::new(), values, everyone: None, nobody: None, outputs };
        for side in wanted {
            builder.lower(*side);
        }
        builder.allocate(leaves)
    }
}

impl Builder<'_> {
    fn known(&self, (id, side): Side) -> Option<Known> {
        self.known.get(id as usize).and_then(|sides| sides[usize::from(side)])
    }

    /// Brings a side and all that it is made of into the steps, parts first, without recursion.
    fn lower(&mut self, wanted: Side) {
        let mut open = vec![(wanted, false)];
        while let Some((side, parts_are_known)) = open.pop() {
            if self.known(side).is_some() && !self.outputs.contains_key(&side) {
                continue;
            }
            if !parts_are_known && self.known(side).is_none() && self.needs.constant(side.0).is_none() && self.needs.is_joined(side.0) {
                open.push((side, true));
                self.needs.parts(side, |part| open.push((part, false)));
                continue;
            }
            let value = self.known(side).unwrap_or_else(|| self.join(side));
            self.known[side.0 as usize][usize::from(side.1)] = Some(value);
            for row in self.outputs.remove(&side).unwrap_or_default() {
                let value = self.materialize(value);
                self.steps.push(Step::Emit(value, row));
            }
        }
    }

    fn join(&mut self, (id, side): Side) -> Known {
        if let Some(truth) = self.needs.constant(id) {
            return if truth == Some(side) { Known::Everyone } else { Known::Nobody };
        }
        let part = |builder: &Self, side: Side| builder.known(side).unwrap_or(Known::Nobody);
        match self.needs.operations.ops.get(id as usize) {
            Some(Op::And(parts)) => self.junction(parts, side, if side { Junction::And } else { Junction::Or }),
            Some(Op::Or(parts)) => self.junction(parts, side, if side { Junction::Or } else { Junction::And }),
            Some(Op::Not(inner)) => part(self, (*inner, !side)),
            Some(Op::IsTrue(inner)) => {
                let inner = part(self, (*inner, true));
                if side { inner } else { self.negate(inner) }
            }
            Some(Op::IsNull(inner)) => {
                let known = self.junction_of(vec![part(self, (*inner, true)), part(self, (*inner, false))], Junction::Or);
                if side { self.negate(known) } else { known }
            }
            _ => Known::Nobody,
        }
    }

    fn junction(&mut self, parts: &[OpId], side: bool, junction: Junction) -> Known {
        let parts = parts.iter().map(|part| self.known((*part, side)).unwrap_or(Known::Nobody)).collect();
        self.junction_of(parts, junction)
    }

    fn junction_of(&mut self, parts: Vec<Known>, junction: Junction) -> Known {
        let (neutral, decides) = match junction {
            Junction::And => (Known::Everyone, Known::Nobody),
            Junction::Or => (Known::Nobody, Known::Everyone),
        };
        if parts.contains(&decides) {
            return decides;
        }
        let mut masks: Vec<u32> = parts.iter().filter_map(|part| if let Known::Mask(value) = part { Some(*value) } else { None }).collect();
        masks.sort_unstable();
        masks.dedup();
        match *masks {
            [] => neutral,
            [one] => Known::Mask(one),
            _ => {
                let value = self.new_value();
                self.steps.push(Step::Join(junction, value, masks));
                Known::Mask(value)
            }
        }
    }

    fn negate(&mut self, known: Known) -> Known {
        match known {
            Known::Everyone => Known::Nobody,
            Known::Nobody => Known::Everyone,
            Known::Mask(from) => {
                let value = self.new_value();
                self.steps.push(Step::Not(value, from));
                Known::Mask(value)
            }
        }
    }

    fn new_value(&mut self) -> u32 {
        self.values += 1;
        self.values - 1
    }

    fn materialize(&mut self, known: Known) -> u32 {
        let next = self.values;
        let (slot, value) = match known {
            Known::Mask(value) => return value,
            Known::Everyone => (&mut self.everyone, next),
            Known::Nobody => (&mut self.nobody, next),
        };
        let value = *slot.get_or_insert(value);
        self.values = self.values.max(value + 1);
        value
    }

    /// Gives each value a slot; one that is not read any more frees its slot for the next.
    fn allocate(self, leaves: Vec<Side>) -> Network {
        let mut last_use = vec![0; self.values as usize];
        for (index, step) in self.steps.iter().enumerate() {
            let mut used = |value: u32| last_use[value as usize] = index;
            match step {
                Step::Join(_, to, parts) => parts.iter().chain([to]).copied().for_each(&mut used),
                Step::Not(to, from) => [*to, *from].into_iter().for_each(&mut used),
                Step::Emit(from, _) => used(*from),
            }
        }
        let mut slot_of: Vec<u32> = (0..self.values).collect();
        let constants: Vec<u32> = self.everyone.into_iter().chain(self.nobody).collect();
        let mut slots = leaves.len() as u32;
        for value in &constants {
            slot_of[*value as usize] = slots;
            slots += 1;
        }
        let (mut free, mut instructions, mut operands) = (Vec::new(), Vec::with_capacity(self.steps.len()), Vec::new());
        for (index, step) in self.steps.iter().enumerate() {
            let mut read: Vec<u32> = match step {
                Step::Join(_, _, parts) => parts.clone(),
                Step::Not(_, from) | Step::Emit(from, _) => vec![*from],
            };
            let parts: Vec<u32> = read.iter().map(|value| slot_of[*value as usize]).collect();
            read.retain(|value| last_use[*value as usize] == index && !constants.contains(value));
            free.extend(read.iter().map(|value| slot_of[*value as usize]));
            if let Step::Join(_, to, _) | Step::Not(to, _) = step {
                slot_of[*to as usize] = free.pop().unwrap_or_else(|| {
                    slots += 1;
                    slots - 1
                });
            }
            instructions.push(match step {
                Step::Join(junction, to, _) => {
                    let first = operands.len() as u32;
                    operands.extend(&parts);
                    Instruction::Join { junction: *junction, to: slot_of[*to as usize], parts: (first, parts.len() as u32) }
                }
                Step::Not(to, from) => Instruction::Not { to: slot_of[*to as usize], from: parts.first().copied().unwrap_or(*from) },
                Step::Emit(from, row) => Instruction::Emit { from: parts.first().copied().unwrap_or(*from), row: *row },
            });
        }
        let slot = |value: Option<u32>| value.map(|value| slot_of[value as usize]);
        Network {
            everyone: slot(self.everyone),
            nobody: slot(self.nobody),
            program: Program { instructions, operands },
            slots: slots as usize,
        }
    }
}
