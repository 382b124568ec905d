//! What a circuit is at one instant: where the marks lie, and what each code means.

use std::sync::Arc;

use crate::time::{Date, Timestamp};

use super::super::Context;
use super::super::plan::{Op, OpId, Operations};
use super::super::row::{Scalar, apply};
use super::Cells;
use super::circuit::{Channel, Circuit, Kind};
use super::cone::Fixed;
use super::cuts::{Code, NULL, whole};
use super::dial::Mark;
use super::program::{FALSE, TRUE, Truth, UNKNOWN, truth_of};
use super::terms::Mask;

pub(super) struct Moment {
    pub fixed: Fixed,
    /// By channel.
    pub tables: Vec<Table>,
    pub masks: Vec<Mask>,
    /// By channel; only of those that move.
    pub dials: Vec<Option<Dial>>,
}

/// The truths of a channel's conditions: a row for each code, and the last for null.
#[derive(Clone)]
pub(super) struct Table {
    truths: Arc<[Truth]>,
    width: usize,
}

/// The marks of one channel in order.
#[derive(Clone)]
pub(super) struct Dial {
    /// By mark; `None` beyond the calendar.
    pub places: Vec<Option<i128>>,
    /// Marks, from the first to the last.
    order: Arc<[u32]>,
    /// Their places in that order; what has no place is never reached.
    sorted: Vec<i128>,
}

impl Table {
    fn new(width: usize, truths: Vec<Truth>) -> Self {
        Self { truths: truths.into(), width }
    }

    /// Whether both are one table, not only equal.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.truths, &other.truths)
    }

    /// What the conditions are for a code.
    pub fn row(&self, code: Code) -> &[Truth] {
        let start = if code == NULL { self.truths.len().saturating_sub(self.width) } else { usize::from(code) * self.width };
        self.truths.get(start..start + self.width).unwrap_or_default()
    }

    /// What the conditions are for each code, and last for null.
    pub fn rows(&self) -> impl Iterator<Item = &[Truth]> {
        self.truths.chunks(self.width.max(1))
    }

    /// What one condition is for each code, from 0 on, without null.
    pub fn column(&self, place: u32) -> impl Iterator<Item = Truth> {
        let rows = self.truths.chunks(self.width.max(1));
        let codes = rows.len().saturating_sub(1);
        rows.take(codes).filter_map(move |row| row.get(place as usize).copied())
    }

    pub fn truth(&self, code: Code, place: u32) -> Truth {
        let start = if code == NULL { self.truths.len().saturating_sub(self.width) } else { usize::from(code) * self.width };
        self.truths.get(start + place as usize).copied().unwrap_or(UNKNOWN)
    }
}

impl Dial {
    fn new(marks: &[Mark], context: &Context, before: Option<&Self>) -> Self {
        let places: Vec<Option<i128>> = marks.iter().map(|mark| mark.place(context.as_of, context.time_zone)).collect();
        let place = |mark: &u32| places.get(*mark as usize).copied().flatten().unwrap_or(i128::MAX);
        // As long as no mark overtakes another, codes mean what they meant.
        let kept = before.filter(|before| {
            before.places.iter().map(Option::is_some).eq(places.iter().map(Option::is_some)) && before.order.is_sorted_by_key(place)
        });
        let order = kept.map_or_else(
            || {
                let mut order: Vec<u32> = (0..marks.len() as u32).collect();
                order.sort_by_key(place);
                order.into()
            },
            |before| before.order.clone(),
        );
        let sorted = order.iter().map(place).collect();
        Self { places, order, sorted }
    }

    fn is_ordered_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.order, &other.order)
    }

    pub fn code(&self, key: i64) -> Code {
        self.sorted.partition_point(|place| *place <= i128::from(key)) as Code
    }
}

impl Moment {
    pub fn new(circuit: &Circuit, operations: &Operations, context: &Context) -> Self {
        Self::build(circuit, operations, context, None)
    }

    /// The same circuit at another instant.
    pub fn at(&self, circuit: &Circuit, operations: &Operations, as_of: Timestamp) -> Self {
        Self::build(circuit, operations, &Context { as_of, ..self.fixed.context }, Some(self))
    }

    fn build(circuit: &Circuit, operations: &Operations, context: &Context, before: Option<&Self>) -> Self {
        let fixed = Fixed::new(operations, context);
        let (mut tables, mut dials) = (Vec::with_capacity(circuit.channels.len()), Vec::with_capacity(circuit.channels.len()));
        let mut masks = Vec::with_capacity(circuit.channels.len());
        for (index, channel) in circuit.channels.iter().enumerate() {
            let known = before.and_then(|before| before.tables.get(index));
            let (table, dial) = match &channel.kind {
                Kind::Moving { marks, ranges, .. } => {
                    let last = before.and_then(|before| before.dials.get(index)).and_then(Option::as_ref);
                    let dial = Dial::new(marks, context, last);
                    let kept = known.filter(|_| last.is_some_and(|last| last.is_ordered_as(&dial)));
                    let table = kept.cloned().unwrap_or_else(|| moving_table(operations, &fixed, channel, ranges, &dial));
                    (table, Some(dial))
                }
                Kind::Still(value, cuts) => {
                    let table = known.cloned().unwrap_or_else(|| {
                        let codes = 0..=cuts.len();
                        let rows = codes.map(|code| cuts.example(code)).chain([Some(Scalar::Null)]);
                        still_table(operations, &fixed, channel, *value, rows)
                    });
                    (table, None)
                }
                Kind::Plain(_) => (known.cloned().unwrap_or_else(|| Table::new(1, vec![FALSE, TRUE, UNKNOWN])), None),
            };
            let kept = known.filter(|known| known.is_same(&table)).and(before).and_then(|before| before.masks.get(index));
            masks.push(kept.cloned().unwrap_or_else(|| circuit.terms.mask(index, &table)));
            tables.push(table);
            dials.push(dial);
        }
        Self { fixed, tables, masks, dials }
    }

    /// Whether the codes of a channel mean what they mean in `other`.
    pub fn reads_as(&self, other: &Self, channel: usize) -> bool {
        match (self.dials.get(channel), other.dials.get(channel)) {
            (Some(Some(dial)), Some(Some(other))) => dial.is_ordered_as(other),
            _ => true,
        }
    }

    /// The key of a row by which a moving channel has it; `None` if it is null there.
    pub fn key(&self, operations: &Operations, channel: &Channel, cells: &impl Cells, row: u32) -> Option<i64> {
        let key = whole(&channel.cone.value(operations, &self.fixed, cells, row))?;
        match channel.kind {
            Kind::Moving { in_calendar: true, .. } => i32::try_from(key).ok().and_then(|day| Date::from_days(day).ymd()).map(|_| key),
            _ => Some(key),
        }
    }

    pub fn code(&self, operations: &Operations, channel: &Channel, index: usize, cells: &impl Cells, row: u32) -> Code {
        match &channel.kind {
            Kind::Still(_, cuts) => cuts.code(&channel.cone.value(operations, &self.fixed, cells, row)),
            Kind::Moving { .. } => {
                let dial = self.dials.get(index).and_then(Option::as_ref);
                self.key(operations, channel, cells, row).zip(dial).map_or(NULL, |(key, dial)| dial.code(key))
            }
            Kind::Plain(_) => match channel.cone.value(operations, &self.fixed, cells, row) {
                Scalar::Boolean(value) => Code::from(value),
                _ => NULL,
            },
        }
    }
}

/// What a condition comes to where the operation `value` is `scalar` and all else is fixed.
fn decide(operations: &Operations, fixed: &Fixed, condition: OpId, value: OpId, scalar: &Scalar<'_>) -> Truth {
    if condition == value {
        return truth_of(scalar.truth());
    }
    let Some(op) = operations.ops.get(condition as usize) else { return UNKNOWN };
    let get = |id: OpId| if id == value { scalar } else { fixed.get(id) };
    truth_of(apply(op, operations, &get, Some(&fixed.context)).truth())
}

fn still_table<'v>(
    operations: &Operations,
    fixed: &Fixed,
    channel: &Channel,
    value: OpId,
    rows: impl Iterator<Item = Option<Scalar<'v>>>,
) -> Table {
    let mut truths = Vec::new();
    for row in rows {
        for leaf in &channel.leaves {
            // A code that no value has can mean anything.
            truths.push(row.as_ref().map_or(UNKNOWN, |scalar| decide(operations, fixed, *leaf, value, scalar)));
        }
    }
    Table::new(channel.leaves.len(), truths)
}

fn moving_table(
    operations: &Operations,
    fixed: &Fixed,
    channel: &Channel,
    ranges: &[Vec<(Option<usize>, Option<usize>)>],
    dial: &Dial,
) -> Table {
    let mut ranks = vec![0_usize; dial.order.len()];
    for (rank, mark) in dial.order.iter().enumerate() {
        if let Some(slot) = ranks.get_mut(*mark as usize) {
            *slot = rank;
        }
    }
    let rank = |mark: usize| ranks.get(mark).copied().unwrap_or(0);
    let is_placed = |mark: &Option<usize>| mark.is_none_or(|mark| dial.places.get(mark).is_some_and(Option::is_some));
    let mut truths = Vec::new();
    for code in 0..=dial.order.len() {
        for (leaf, ranges) in channel.leaves.iter().zip(ranges) {
            let lies_in = |(from, to): &(Option<usize>, Option<usize>)| {
                from.is_none_or(|mark| code > rank(mark)) && to.is_none_or(|mark| code <= rank(mark))
            };
            truths.push(if ranges.iter().all(|(from, to)| is_placed(from) && is_placed(to)) {
                truth_of(Some(ranges.iter().any(lies_in)))
            } else if matches!(operations.ops.get(*leaf as usize), Some(Op::Same(..))) {
                FALSE
            } else {
                UNKNOWN
            });
        }
    }
    let value = channel.cone.top();
    truths.extend(channel.leaves.iter().map(|leaf| null_of(operations, fixed, *leaf, value)));
    Table::new(channel.leaves.len(), truths)
}

/// What a condition on a null value is. The value may stand one operation deeper, which is null with it.
fn null_of(operations: &Operations, fixed: &Fixed, condition: OpId, value: OpId) -> Truth {
    let null = Scalar::Null;
    let Some(op) = operations.ops.get(condition as usize) else { return UNKNOWN };
    let on_row = |id: OpId| operations.depends.get(id as usize).is_some_and(|depends| depends.on_rows());
    let get = |id: OpId| if id == value || on_row(id) { &null } else { fixed.get(id) };
    truth_of(apply(op, operations, &get, Some(&fixed.context)).truth())
}
