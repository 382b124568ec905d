//! One rule as a list of gates over conditions.

use std::collections::HashMap;

use super::super::plan::{Op, OpId, Operations};
use super::super::row::{Scalar, apply};
use super::cone::Fixed;
use super::cuts::{Code, NULL};

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
#[derive(Clone, Copy)]
pub(super) enum Wire {
    /// A constant.
    Fixed(OpId),
    /// A condition, by its number.
    Leaf(u32),
    /// A condition that looks at one code.
    Code(u32, Range),
    /// Membership in a rule, by its root.
    Member(u32),
    /// Gates, over the operands from one place to another.
    And(u32, u32),
    Or(u32, u32),
    Not(u32),
    /// Any other operation on conditions.
    Other(OpId, u32, u32),
}

/// What a condition is for codes from `from` up to `to`, for others, and for null.
#[derive(Clone, Copy)]
pub(super) struct Range {
    from: Code,
    to: Code,
    inside: Truth,
    outside: Truth,
    null: Truth,
}

impl Range {
    /// The range that says the same as the truths by code, if there is one.
    pub fn of(truths: impl Iterator<Item = Truth>, null: Truth) -> Option<Self> {
        let truths: Vec<Truth> = truths.collect();
        [TRUE, FALSE].into_iter().find_map(|inside| {
            let from = truths.iter().position(|truth| *truth == inside).unwrap_or(0);
            let to = truths.iter().rposition(|truth| *truth == inside).map_or(0, |last| last + 1);
            let is_so = |(code, truth): (usize, &Truth)| *truth == if (from..to).contains(&code) { inside } else { TRUE - inside };
            let (first, behind) = (Code::try_from(from).ok()?, Code::try_from(to).ok()?);
            truths.iter().enumerate().all(is_so).then_some(Self { from: first, to: behind, inside, outside: TRUE - inside, null })
        })
    }

    fn truth(self, code: Code) -> Truth {
        if code == NULL {
            self.null
        } else if self.from <= code && code < self.to {
            self.inside
        } else {
            self.outside
        }
    }
}

/// Whether a rule may rise as a condition rises and fall as it falls, and the other way.
#[derive(Clone, Copy)]
pub(super) struct Bearing {
    pub same: bool,
    pub opposite: bool,
}

/// The wires of one rule; the last is its truth.
pub(super) struct Program {
    wires: Vec<Wire>,
    operands: Vec<u32>,
}

impl Program {
    pub fn new(wires: Vec<Wire>, operands: Vec<u32>) -> Self {
        Self { wires, operands }
    }

    /// Its conditions, and how the rule goes with each of them.
    pub fn bearings(&self) -> Vec<(u32, Bearing)> {
        let mut bearings = vec![Bearing { same: false, opposite: false }; self.wires.len()];
        if let Some(last) = bearings.last_mut() {
            last.same = true;
        }
        let mut found = Vec::new();
        for (place, wire) in self.wires.iter().enumerate().rev() {
            let own = bearings.get(place).copied().unwrap_or(Bearing { same: true, opposite: true });
            let below = match wire {
                Wire::Not(_) => Bearing { same: own.opposite, opposite: own.same },
                Wire::Other(..) => Bearing { same: true, opposite: true },
                _ => own,
            };
            let mut join = |part: u32| {
                if let Some(bearing) = bearings.get_mut(part as usize) {
                    bearing.same |= below.same;
                    bearing.opposite |= below.opposite;
                }
            };
            match wire {
                Wire::Leaf(leaf) => found.push((*leaf, own)),
                Wire::Not(part) => join(*part),
                Wire::And(start, end) | Wire::Or(start, end) | Wire::Other(_, start, end) => {
                    self.operands.get(*start as usize..*end as usize).unwrap_or_default().iter().for_each(|part| join(*part));
                }
                _ => {}
            }
        }
        found
    }

    pub fn renumber(&mut self, number: &[u32]) {
        for wire in &mut self.wires {
            if let Wire::Leaf(leaf) = wire {
                *leaf = number.get(*leaf as usize).copied().unwrap_or(0);
            }
        }
    }

    /// Has the conditions look at codes themselves for which `known` gives channel and range.
    pub fn look_at_codes(&mut self, known: impl Fn(u32) -> Option<(u32, Range)>) {
        for wire in &mut self.wires {
            if let Wire::Leaf(leaf) = wire
                && let Some((channel, range)) = known(*leaf)
            {
                *wire = Wire::Code(channel, range);
            }
        }
    }

    /// Whether the rule is true. `scratch` is memory to work in.
    pub fn is_true(
        &self,
        (operations, fixed): (&Operations, &Fixed),
        codes: &[Code],
        leaf: impl Fn(u32) -> Truth,
        member: impl Fn(u32) -> bool,
        scratch: &mut Vec<Truth>,
    ) -> bool {
        scratch.clear();
        let parts = |start: u32, end: u32| self.operands.get(start as usize..end as usize).unwrap_or_default();
        for wire in &self.wires {
            let truth = match *wire {
                Wire::Code(channel, range) => codes.get(channel as usize).map_or(UNKNOWN, |code| range.truth(*code)),
                Wire::And(start, end) => parts(start, end).iter().fold(TRUE, |least, part| least.min(at(scratch, *part))),
                Wire::Or(start, end) => parts(start, end).iter().fold(FALSE, |greatest, part| greatest.max(at(scratch, *part))),
                Wire::Not(part) => TRUE - at(scratch, part),
                Wire::Leaf(number) => leaf(number),
                Wire::Member(root) => truth_of(Some(member(root))),
                Wire::Fixed(id) => truth_of(fixed.get(id).truth()),
                Wire::Other(id, start, end) => other(operations, id, parts(start, end), scratch, fixed),
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
    runs: Vec<Run>,
    /// The nodes that gates read: conditions by their numbers, and gates behind them.
    operands: Vec<u32>,
    /// By root, its node.
    roots: Vec<u32>,
}

/// Gates of one form, none of which reads another.
struct Run {
    form: Form,
    /// How many operands each has.
    arity: usize,
    gates: usize,
    /// Where their operands begin.
    start: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
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
        let ids = in_levels(operations, ids, &leaves);
        let (mut nodes, mut network) = (leaves, Self { runs: Vec::new(), operands: Vec::new(), roots: Vec::new() });
        let mut last_level = None;
        for (level, id) in ids {
            let start = network.operands.len();
            let op = operations.ops.get(id as usize);
            if let Some(op) = op {
                op.operands(|operand| network.operands.push(nodes.get(&operand).copied().unwrap_or(0)));
            }
            let form = match op {
                Some(Op::And(_)) => Form::And,
                Some(Op::Or(_)) => Form::Or,
                Some(Op::Not(_)) => Form::Not,
                Some(Op::IsTrue(_)) => Form::IsTrue,
                Some(Op::Constant(_)) | None => Form::Fixed(id),
                Some(_) => Form::Other(id),
            };
            let arity = network.operands.len() - start;
            nodes.insert(id, nodes.len() as u32);
            match network.runs.last_mut() {
                Some(run) if last_level == Some(level) && run.form == form && run.arity == arity => run.gates += 1,
                _ => network.runs.push(Run { form, arity, gates: 1, start }),
            }
            last_level = Some(level);
        }
        network.roots = roots.iter().map(|id| nodes.get(id).copied().unwrap_or(0)).collect();
        network
    }

    /// Evaluates all gates. `values` holds the truths of the conditions, and takes those of the gates behind them.
    pub fn evaluate(&self, operations: &Operations, fixed: &Fixed, values: &mut Vec<Truth>) {
        let mut known = values.len();
        values.resize(known + self.runs.iter().map(|run| run.gates).sum::<usize>(), UNKNOWN);
        for run in &self.runs {
            let (before, gates) = values.split_at_mut(known);
            let gates = gates.get_mut(..run.gates).unwrap_or_default();
            let operands = self.operands.get(run.start..run.start + run.gates * run.arity).unwrap_or_default();
            match (run.form, run.arity) {
                (Form::And, 2) => joined::<2>(before, gates, operands, TRUE, Ord::min),
                (Form::And, 3) => joined::<3>(before, gates, operands, TRUE, Ord::min),
                (Form::And, 4) => joined::<4>(before, gates, operands, TRUE, Ord::min),
                (Form::Or, 2) => joined::<2>(before, gates, operands, FALSE, Ord::max),
                (Form::Or, 3) => joined::<3>(before, gates, operands, FALSE, Ord::max),
                (Form::Or, 4) => joined::<4>(before, gates, operands, FALSE, Ord::max),
                (form, arity) => {
                    for (index, gate) in gates.iter_mut().enumerate() {
                        let parts = operands.get(index * arity..(index + 1) * arity).unwrap_or_default();
                        let first = || parts.first().map_or(UNKNOWN, |part| at(before, *part));
                        *gate = match form {
                            Form::And => parts.iter().fold(TRUE, |least, part| least.min(at(before, *part))),
                            Form::Or => parts.iter().fold(FALSE, |greatest, part| greatest.max(at(before, *part))),
                            Form::Not => TRUE - first(),
                            Form::IsTrue => truth_of(Some(first() == TRUE)),
                            Form::Fixed(id) => truth_of(fixed.get(id).truth()),
                            Form::Other(id) => other(operations, id, parts, before, fixed),
                        };
                    }
                }
            }
            known += run.gates;
        }
    }

    /// The roots from `word` * 64 on that are true, as bits.
    pub fn word(&self, word: usize, values: &[Truth]) -> u64 {
        let roots = self.roots.get(word * 64..).unwrap_or_default().iter().take(64).enumerate();
        roots.fold(0, |bits, (bit, node)| bits | u64::from(at(values, *node) == TRUE) << bit)
    }
}

/// AND or OR of `N` parts each.
fn joined<const N: usize>(before: &[Truth], gates: &mut [Truth], operands: &[u32], neutral: Truth, join: fn(Truth, Truth) -> Truth) {
    for (gate, parts) in gates.iter_mut().zip(operands.as_chunks::<N>().0) {
        *gate = parts.iter().fold(neutral, |joined, part| join(joined, at(before, *part)));
    }
}

/// Gates behind their operands, and beside others of their form: a run of them costs the processor no surprises.
fn in_levels(operations: &Operations, ids: impl IntoIterator<Item = OpId>, leaves: &HashMap<OpId, u32>) -> Vec<(usize, OpId)> {
    let mut levels: HashMap<OpId, usize> = HashMap::new();
    let mut order = Vec::new();
    for id in ids {
        let (mut level, mut parts) = (0, 0_usize);
        let Some(op) = operations.ops.get(id as usize) else { continue };
        op.operands(|operand| {
            parts += 1;
            level = level.max(if leaves.contains_key(&operand) { 0 } else { levels.get(&operand).copied().unwrap_or(0) } + 1);
        });
        levels.insert(id, level);
        let form = match op {
            Op::And(_) => 0,
            Op::Or(_) => 1,
            Op::Not(_) => 2,
            _ => 3,
        };
        order.push((level, form, parts, id));
    }
    order.sort_unstable();
    order.into_iter().map(|(level, .., id)| (level, id)).collect()
}
