//! One rule as a list of gates over conditions.

use std::collections::HashMap;

use super::super::plan::{Op, OpId, Operations};
use super::super::row::{Scalar, apply};
use super::cone::Fixed;

/// False, unknown, true: AND is the least of its parts, OR the greatest.
pub(super) type Truth = u8;
pub(super) const FALSE: Truth = 0;
pub(super) const UNKNOWN: Truth = 1;
pub(super) const TRUE: Truth = 2;

pub(super) fn truth_of(value: Option<bool>) -> Truth {
    match value {
        Some(true) => TRUE,
        Some(false) => FALSE,
        None => UNKNOWN,
    }
}

fn scalar_of(truth: Truth) -> Scalar<'static> {
    match truth {
        TRUE => Scalar::Boolean(true),
        FALSE => Scalar::Boolean(false),
        _ => Scalar::Null,
    }
}

/// One truth of a program: those that it is made from come before it.
pub(super) enum Wire {
    /// A constant.
    Fixed(OpId),
    /// A condition, by its number.
    Leaf(u32),
    /// Membership in a rule, by its root.
    Member(u32),
    Gate(Gate),
}

pub(super) enum Gate {
    And(Box<[u32]>),
    Or(Box<[u32]>),
    Not(u32),
    /// Any other operation on conditions.
    Other(OpId, Box<[u32]>),
}

/// The wires of one rule; the last is its truth.
pub(super) struct Program {
    wires: Vec<Wire>,
}

impl Program {
    pub fn new(wires: Vec<Wire>) -> Self {
        Self { wires }
    }

    pub fn leaves(&self) -> impl Iterator<Item = u32> {
        self.wires.iter().filter_map(|wire| if let Wire::Leaf(leaf) = wire { Some(*leaf) } else { None })
    }

    pub fn renumber(&mut self, number: &[u32]) {
        for wire in &mut self.wires {
            if let Wire::Leaf(leaf) = wire {
                *leaf = number.get(*leaf as usize).copied().unwrap_or(0);
            }
        }
    }

    /// Whether the rule is true. `scratch` is memory to work in.
    pub fn is_true(
        &self,
        operations: &Operations,
        fixed: &Fixed,
        leaf: impl Fn(u32) -> Truth,
        member: impl Fn(u32) -> bool,
        scratch: &mut Vec<Truth>,
    ) -> bool {
        scratch.clear();
        for wire in &self.wires {
            let truth = match wire {
                Wire::Leaf(number) => leaf(*number),
                Wire::Gate(Gate::And(parts)) => parts.iter().fold(TRUE, |least, part| least.min(at(scratch, *part))),
                Wire::Gate(Gate::Or(parts)) => parts.iter().fold(FALSE, |greatest, part| greatest.max(at(scratch, *part))),
                Wire::Gate(Gate::Not(part)) => TRUE - at(scratch, *part),
                Wire::Member(root) => truth_of(Some(member(*root))),
                Wire::Fixed(id) => truth_of(fixed.get(*id).truth()),
                Wire::Gate(Gate::Other(id, parts)) => other(operations, *id, parts, scratch, fixed),
            };
            scratch.push(truth);
        }
        scratch.last() == Some(&TRUE)
    }
}

fn at(scratch: &[Truth], place: u32) -> Truth {
    scratch.get(place as usize).copied().unwrap_or(UNKNOWN)
}

/// An operation that is rare, by the evaluator of rows.
fn other(operations: &Operations, id: OpId, parts: &[u32], scratch: &[Truth], fixed: &Fixed) -> Truth {
    let Some(op) = operations.ops.get(id as usize) else { return UNKNOWN };
    let (mut ids, mut place) = (Vec::with_capacity(parts.len()), 0);
    op.operands(|operand| {
        let part = parts.get(place).copied().unwrap_or(0);
        ids.push((operand, scalar_of(at(scratch, part))));
        place += 1;
    });
    const NULL: Scalar<'static> = Scalar::Null;
    let get = |wanted: OpId| ids.iter().find(|(id, _)| *id == wanted).map_or(&NULL, |(_, scalar)| scalar);
    truth_of(apply(op, operations, &get, Some(&fixed.context)).truth())
}

/// All rules as one list of gates, for when most of them are to be evaluated: what several rules share is evaluated once.
pub(super) struct Network {
    gates: Vec<Shared>,
    /// The nodes that gates read: conditions by their numbers, and gates behind them.
    operands: Vec<u32>,
    /// By root, its node.
    roots: Vec<u32>,
}

/// A gate over the operands from `start` to `end`.
struct Shared {
    kind: Kind,
    start: u32,
    end: u32,
}

#[derive(Clone, Copy)]
enum Kind {
    And,
    Or,
    Not,
    IsTrue,
    Fixed(OpId),
    Other(OpId),
}

impl Network {
    /// The gates `ids`, in order, over conditions whose nodes `leaves` are; the roots' operations are among both.
    pub fn new(operations: &Operations, ids: impl IntoIterator<Item = OpId>, leaves: HashMap<OpId, u32>, roots: &[OpId]) -> Self {
        let count = leaves.len() as u32;
        let (mut nodes, mut network) = (leaves, Self { gates: Vec::new(), operands: Vec::new(), roots: Vec::new() });
        for id in ids {
            let start = network.operands.len() as u32;
            let op = operations.ops.get(id as usize);
            if let Some(op) = op {
                op.operands(|operand| network.operands.push(nodes.get(&operand).copied().unwrap_or(0)));
            }
            let kind = match op {
                Some(Op::And(_)) => Kind::And,
                Some(Op::Or(_)) => Kind::Or,
                Some(Op::Not(_)) => Kind::Not,
                Some(Op::IsTrue(_)) => Kind::IsTrue,
                Some(Op::Constant(_)) | None => Kind::Fixed(id),
                Some(_) => Kind::Other(id),
            };
            nodes.insert(id, count + network.gates.len() as u32);
            network.gates.push(Shared { kind, start, end: network.operands.len() as u32 });
        }
        network.roots = roots.iter().map(|id| nodes.get(id).copied().unwrap_or(0)).collect();
        network
    }

    /// Evaluates all gates. `values` holds the truths of the conditions, and takes those of the gates behind them.
    pub fn evaluate(&self, operations: &Operations, fixed: &Fixed, values: &mut Vec<Truth>) {
        for gate in &self.gates {
            let parts = self.operands.get(gate.start as usize..gate.end as usize).unwrap_or_default();
            let first = || parts.first().map_or(UNKNOWN, |part| at(values, *part));
            let truth = match gate.kind {
                Kind::And => parts.iter().fold(TRUE, |least, part| least.min(at(values, *part))),
                Kind::Or => parts.iter().fold(FALSE, |greatest, part| greatest.max(at(values, *part))),
                Kind::Not => TRUE - first(),
                Kind::IsTrue => truth_of(Some(first() == TRUE)),
                Kind::Fixed(id) => truth_of(fixed.get(id).truth()),
                Kind::Other(id) => other(operations, id, parts, values, fixed),
            };
            values.push(truth);
        }
    }

    /// The roots from `word` * 64 on that are true, as bits.
    pub fn word(&self, word: usize, values: &[Truth]) -> u64 {
        let roots = self.roots.iter().skip(word * 64).take(64).enumerate();
        roots.fold(0, |bits, (bit, node)| bits | u64::from(at(values, *node) == TRUE) << bit)
    }
}
