//! The value of one operation for one row.

use super::super::Context;
use super::super::plan::{Op, OpId, Operations};
use super::super::row::{Scalar, apply};
use super::Cells;

/// An operation and those below it that depend on the row, in order.
pub(super) struct Cone {
    top: OpId,
    ops: Box<[OpId]>,
}

/// The values of the operations that depend on no row, by operation.
pub(super) struct Fixed {
    pub context: Context,
    pub values: Vec<Scalar<'static>>,
}

const NULL: Scalar<'static> = Scalar::Null;

impl Fixed {
    pub fn new(operations: &Operations, context: &Context) -> Self {
        let mut fixed = Self { context: *context, values: Vec::with_capacity(operations.ops.len()) };
        for (op, depends) in operations.ops.iter().zip(&operations.depends) {
            let value = match op {
                _ if depends.on_rows() => Scalar::Null,
                Op::Constant(constant) => Scalar::of(constant).into_owned(),
                op => apply(op, operations, &|id| fixed.get(id), Some(context)),
            };
            fixed.values.push(value);
        }
        fixed
    }

    pub fn get(&self, id: OpId) -> &Scalar<'static> {
        self.values.get(id as usize).unwrap_or(&NULL)
    }
}

impl Cone {
    pub fn new(operations: &Operations, top: OpId) -> Self {
        let on_rows = |id: OpId| operations.depends.get(id as usize).is_some_and(|depends| depends.on_rows());
        let (mut ops, mut open) = (Vec::new(), vec![top]);
        let mut seen = std::collections::HashSet::new();
        while let Some(id) = open.pop() {
            if on_rows(id) && seen.insert(id) {
                ops.push(id);
                if let Some(op) = operations.ops.get(id as usize) {
                    op.operands(|operand| open.push(operand));
                }
            }
        }
        ops.sort_unstable();
        Self { top, ops: ops.into() }
    }

    /// The operations that depend on the row; the last is the whole.
    pub fn ops(&self) -> &[OpId] {
        &self.ops
    }

    /// The operation itself.
    pub fn top(&self) -> OpId {
        self.top
    }

    pub fn value<'a>(&self, operations: &'a Operations, fixed: &'a Fixed, cells: &'a impl Cells, row: u32) -> Scalar<'a> {
        if let [only] = *self.ops {
            return operations.ops.get(only as usize).map_or(Scalar::Null, |op| {
                read(op, fixed, cells, row).unwrap_or_else(|| apply(op, operations, &|id| fixed.get(id), Some(&fixed.context)))
            });
        }
        let mut values: Vec<Scalar<'a>> = Vec::with_capacity(self.ops.len());
        for id in &self.ops {
            let Some(op) = operations.ops.get(*id as usize) else { continue };
            let value = read(op, fixed, cells, row).unwrap_or_else(|| {
                let get = |id: OpId| match self.ops.binary_search(&id) {
                    Ok(place) => values.get(place).unwrap_or(&NULL),
                    Err(_) => fixed.get(id),
                };
                apply(op, operations, &get, Some(&fixed.context))
            });
            values.push(value);
        }
        values.pop().unwrap_or_else(|| fixed.get(self.top).clone())
    }
}

/// What is read from the row itself; `None` for an operation on other values.
fn read<'a>(op: &Op, fixed: &Fixed, cells: &'a impl Cells, row: u32) -> Option<Scalar<'a>> {
    Some(match op {
        Op::Column(attribute) => cells.cell(*attribute, row),
        Op::EventCount(sought) => Scalar::Integer(cells.event_count(row, &sought.filter(&fixed.context))),
        Op::EventAt { sought, last } => {
            let at = cells.event_at(row, &sought.filter(&fixed.context), *last);
            at.map_or(Scalar::Null, |at| Scalar::Timestamp(at.as_micros()))
        }
        Op::MayContact(purpose, channel) => Scalar::Boolean(cells.may_contact(row, purpose, channel)),
        _ => return None,
    })
}
