//! One rule as a list of gates over conditions.

use super::super::plan::{OpId, Operations};
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
