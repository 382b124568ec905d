//! One rule as a list of gates over conditions.

use super::super::plan::{Op, OpId, Operations};
use super::super::row::{Scalar, apply};
use super::cone::Fixed;
use super::cuts::{Code, NULL};
use super::terms::{Sum, Wanted, is_constant};

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
#[derive(Default)]
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

    pub fn renumber(&mut self, leaves: &[u32]) {
        for wire in &mut self.wires {
            if let Wire::Leaf(leaf) = wire {
                *leaf = leaves.get(*leaf as usize).copied().unwrap_or(0);
            }
        }
    }

    pub fn renumber_members(&mut self, roots: &[u32]) {
        for wire in &mut self.wires {
            if let Wire::Member(root) = wire {
                *root = roots.get(*root as usize).copied().unwrap_or(0);
            }
        }
    }

    /// The rule, and that it is not true, as sums of products; `None` where they would be too long. `condition` makes one of a condition,
    /// `member` knows those of other rules.
    pub fn sums<'s>(
        &self,
        operations: &Operations,
        condition: impl Fn(u32, Wanted) -> Option<Sum>,
        member: impl Fn(u32, bool) -> Option<&'s Sum>,
    ) -> [Option<Sum>; 2] {
        let mut needed = vec![[false; 4]; self.wires.len()];
        if let Some(last) = needed.last_mut() {
            *last = Wanted::ALL.map(|wanted| matches!(wanted, Wanted::True | Wanted::NotTrue));
        }
        for place in (0..self.wires.len()).rev() {
            for wanted in Wanted::ALL {
                if needed.get(place).is_some_and(|needed| needed[wanted as usize]) {
                    for (part, wanted) in self.parts(operations, place, wanted).into_iter().flatten() {
                        if let Some(needed) = needed.get_mut(part as usize) {
                            needed[wanted as usize] = true;
                        }
                    }
                }
            }
        }
        let mut sums: Vec<[Option<Sum>; 4]> = Vec::with_capacity(self.wires.len());
        for (place, (wire, needed)) in self.wires.iter().zip(&needed).enumerate() {
            let sum = |wanted: Wanted| {
                if !needed[wanted as usize] {
                    return None;
                }
                match wire {
                    Wire::Fixed(id) => return Some(Sum::constant(is_constant(operations, *id, wanted))),
                    Wire::Leaf(leaf) => return condition(*leaf, wanted),
                    Wire::Member(root) => return member(*root, matches!(wanted, Wanted::True | Wanted::NotFalse)).cloned(),
                    _ => {}
                }
                let parts = self.parts(operations, place, wanted)?;
                let parts = parts.iter().map(|(part, wanted)| sums.get(*part as usize)?[*wanted as usize].as_ref());
                if self.is_of_all(place, wanted) { Sum::all(parts) } else { Sum::any(parts) }
            };
            let all = Wanted::ALL.map(sum);
            sums.push(all);
        }
        let mut last = sums.pop().unwrap_or_default();
        [Wanted::True, Wanted::NotTrue].map(|wanted| last[wanted as usize].take())
    }

    /// What the parts of a gate are to be for it to be as wanted: all of them, or one of them. `None` for what is no such gate.
    fn parts(&self, operations: &Operations, place: usize, wanted: Wanted) -> Option<Vec<(u32, Wanted)>> {
        let operands = |start: u32, end: u32| self.operands.get(start as usize..end as usize).unwrap_or_default();
        Some(match *self.wires.get(place)? {
            Wire::And(start, end) | Wire::Or(start, end) => operands(start, end).iter().map(|part| (*part, wanted)).collect(),
            Wire::Not(part) => vec![(part, wanted.negated())],
            Wire::Other(id, start, end) => {
                let part = *operands(start, end).first()?;
                match (operations.ops.get(id as usize)?, wanted) {
                    (Op::IsTrue(_), Wanted::True | Wanted::NotFalse) => vec![(part, Wanted::True)],
                    (Op::IsTrue(_), Wanted::False | Wanted::NotTrue) => vec![(part, Wanted::NotTrue)],
                    (Op::IsNull(_), Wanted::True | Wanted::NotFalse) => vec![(part, Wanted::NotTrue), (part, Wanted::NotFalse)],
                    (Op::IsNull(_), Wanted::False | Wanted::NotTrue) => vec![(part, Wanted::True), (part, Wanted::False)],
                    _ => return None,
                }
            }
            Wire::Fixed(_) | Wire::Leaf(_) | Wire::Code(..) | Wire::Member(_) => return None,
        })
    }

    fn is_of_all(&self, place: usize, wanted: Wanted) -> bool {
        // That something is unknown takes two: that it is not true, and not false.
        wanted.is_of_all() != matches!(self.wires.get(place), Some(Wire::Or(..)))
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
