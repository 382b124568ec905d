//! The rules of a plan wired for change: which values decide which conditions, and which rules these reach.

use std::collections::{BTreeSet, HashMap};

use super::super::plan::{Op, OpId, Operations, Type};
use super::cone::Cone;
use super::cuts::{Cuts, MAX_CUTS, NULL, cuts_of, decided_by};
use super::dial::{Mark, Timed};
use super::hand::Hand;
use super::moment::Table;
use super::program::{Bearing, Program, Range, Wire};
use super::terms::{Sum, Terms};

/// The most conditions that share the codes of one channel: their tables grow with the square.
const MAX_LEAVES: usize = 512;

/// The most codes times conditions in a table.
const MAX_TABLE: usize = 1 << 22;

/// Everything about some rules that no row and no instant changes.
pub(super) struct Circuit {
    pub channels: Vec<Channel>,
    pub leaves: Vec<Leaf>,
    pub roots: Vec<Root>,
    pub terms: Terms,
    /// By rule, its root.
    pub root_of: Vec<u32>,
    /// By attribute, the channels that read it.
    pub by_attribute: Vec<Vec<u32>>,
    /// What is read of events and consent: the operation, and the channels that read it.
    pub sources: Vec<(OpId, Vec<u32>)>,
}

/// A value of each row, kept as a code by which all conditions on it are decided.
pub(super) struct Channel {
    pub cone: Cone,
    pub kind: Kind,
    /// Its conditions, numbered from here on.
    pub first: u32,
    pub leaves: Vec<OpId>,
}

pub(super) enum Kind {
    /// The value lies between cuts that stay.
    Still(OpId, Cuts),
    /// The value lies between marks that go with time.
    Moving { in_calendar: bool, marks: Vec<Mark>, ranges: Vec<Vec<(Option<usize>, Option<usize>)>> },
    /// The one condition itself is evaluated. The hands on which it depends, if time does anything to it.
    Plain(Pace),
}

/// How time changes a condition that is evaluated as a whole.
pub(super) enum Pace {
    None,
    /// Only when one of these turns from one day to the next.
    Days(Vec<Hand>),
    /// At any instant.
    Any,
}

/// One condition made from values.
pub(super) struct Leaf {
    pub channel: u32,
    pub place: u32,
    /// The roots that read it and have no terms, and how they go with it.
    pub roots: Vec<(u32, Bearing)>,
}

/// One rule, or several that are the same.
pub(super) struct Root {
    pub rules: Vec<u32>,
    /// For a root that has no terms.
    pub program: Program,
    /// The roots without terms that ask for membership in it, all of them behind it.
    pub callers: Vec<u32>,
}

/// What a condition is when rules are taken apart.
enum Node {
    Member(u32),
    Fixed,
    Leaf,
    Gate,
}

struct Builder<'o> {
    operations: &'o Operations,
    timed: Vec<bool>,
    roots: HashMap<OpId, u32>,
    /// Leaves by operation, numbered in the order in which they are met.
    found: HashMap<OpId, u32>,
    order: Vec<OpId>,
}

impl Builder<'_> {
    fn op(&self, id: OpId) -> Option<&Op> {
        self.operations.ops.get(id as usize)
    }

    fn is_condition(&self, id: OpId) -> bool {
        matches!(self.operations.types.get(id as usize), Some(Type::Boolean | Type::Null))
    }

    fn node(&self, id: OpId, root: OpId) -> Node {
        let Some(op) = self.op(id) else { return Node::Fixed };
        if let Op::IsTrue(called) = op
            && let Some(called) = self.roots.get(called)
        {
            return Node::Member(*called);
        }
        if id != root
            && matches!(op, Op::IsTrue(_) | Op::IsNull(_) | Op::Same(..))
            && let Some(called) = self.roots.get(&id)
        {
            return Node::Member(*called);
        }
        if matches!(op, Op::Constant(_)) {
            return Node::Fixed;
        }
        let (mut any, mut all) = (false, true);
        op.operands(|operand| {
            any = true;
            all &= self.is_condition(operand);
        });
        if any && all { Node::Gate } else { Node::Leaf }
    }

    fn leaf(&mut self, id: OpId) -> u32 {
        let next = self.order.len() as u32;
        let number = *self.found.entry(id).or_insert(next);
        if number == next {
            self.order.push(id);
        }
        number
    }

    /// The rule's own gates in order, down to leaves and to the rules that it calls.
    fn program(&mut self, root: OpId) -> (Program, Vec<u32>) {
        let (mut open, mut met) = (vec![root], BTreeSet::new());
        let mut callees = Vec::new();
        while let Some(id) = open.pop() {
            if met.insert(id)
                && matches!(self.node(id, root), Node::Gate)
                && let Some(op) = self.op(id)
            {
                op.operands(|operand| open.push(operand));
            }
        }
        // An operation has a greater number than its operands, so that this order evaluates them first.
        let places: HashMap<OpId, u32> = met.iter().enumerate().map(|(place, id)| (*id, place as u32)).collect();
        let (mut wires, mut operands) = (Vec::with_capacity(met.len()), Vec::new());
        for id in met {
            wires.push(match self.node(id, root) {
                Node::Fixed => Wire::Fixed(id),
                Node::Leaf => Wire::Leaf(self.leaf(id)),
                Node::Member(called) => {
                    callees.push(called);
                    Wire::Member(called)
                }
                Node::Gate => {
                    let start = operands.len() as u32;
                    if let Some(op) = self.op(id) {
                        op.operands(|operand| operands.extend(places.get(&operand).copied()));
                    }
                    let end = operands.len() as u32;
                    match self.op(id) {
                        Some(Op::And(_)) => Wire::And(start, end),
                        Some(Op::Or(_)) => Wire::Or(start, end),
                        Some(Op::Not(_)) => Wire::Not(operands.last().copied().unwrap_or(0)),
                        _ => Wire::Other(id, start, end),
                    }
                }
            });
        }
        (Program::new(wires, operands), callees)
    }
}

impl Circuit {
    pub fn new(operations: &Operations, rules: &[OpId]) -> Self {
        let ordered: BTreeSet<OpId> = rules.iter().copied().collect();
        let roots: HashMap<OpId, u32> = ordered.iter().enumerate().map(|(place, id)| (*id, place as u32)).collect();
        let timed = timed(operations);
        let mut builder = Builder { operations, timed, roots, found: HashMap::new(), order: Vec::new() };
        let mut compiled = Vec::with_capacity(ordered.len());
        let mut callers: Vec<Vec<u32>> = vec![Vec::new(); ordered.len()];
        let ordered: Vec<OpId> = ordered.into_iter().collect();
        for (place, op) in ordered.iter().copied().enumerate() {
            let (program, callees) = builder.program(op);
            for callee in callees {
                if let Some(callers) = callers.get_mut(callee as usize) {
                    callers.push(place as u32);
                }
            }
            compiled.push(Root { rules: Vec::new(), program, callers: Vec::new() });
        }
        let (channels, number) = channels(operations, &builder.timed, &builder.order);
        let mut circuit = Self {
            terms: Terms::default(),
            leaves: Vec::new(),
            channels,
            roots: compiled,
            root_of: rules.iter().map(|id| builder.roots.get(id).copied().unwrap_or(0)).collect(),
            by_attribute: Vec::new(),
            sources: Vec::new(),
        };
        circuit.number_leaves(&number);
        circuit.find_terms(operations, callers);
        for (rule, root) in circuit.root_of.iter().enumerate() {
            if let Some(root) = circuit.roots.get_mut(*root as usize) {
                root.rules.push(rule as u32);
            }
        }
        circuit.find_readers(operations);
        circuit
    }

    /// Leaves by the order of channels; `number` is by the order in which they were met.
    fn number_leaves(&mut self, number: &[u32]) {
        for (index, channel) in self.channels.iter().enumerate() {
            let leaf = |place: usize| Leaf { channel: index as u32, place: place as u32, roots: Vec::new() };
            self.leaves.extend((0..channel.leaves.len()).map(leaf));
        }
        self.roots.iter_mut().for_each(|root| root.program.renumber(number));
    }

    /// Makes sums of products of the rules that are short as such, and puts them first. `callers` is by root.
    fn find_terms(&mut self, operations: &Operations, callers: Vec<Vec<u32>>) {
        let mut sums: Vec<[Option<Sum>; 2]> = Vec::with_capacity(self.roots.len());
        for root in &self.roots {
            let condition = |leaf: u32, wanted| {
                let leaf = self.leaves.get(leaf as usize)?;
                Some(Sum::condition(leaf.channel, leaf.place, wanted))
            };
            let member = |root: u32, is_true: bool| sums.get(root as usize)?[usize::from(!is_true)].as_ref();
            let own = root.program.sums(operations, condition, member);
            sums.push(own);
        }
        let mut sums: Vec<Option<Sum>> = sums.into_iter().map(|[sum, _]| sum).collect();
        if !Terms::fit(sums.iter().flatten(), self.channels.iter().map(Channel::codes)) {
            sums.fill(None);
        }
        let mut order: Vec<usize> = (0..sums.len()).collect();
        order.sort_by_key(|root| sums.get(*root).and_then(Option::as_ref).map_or(usize::MAX, Terms::rank));
        let mut places = vec![0_u32; order.len()];
        for (place, root) in order.iter().enumerate() {
            if let Some(slot) = places.get_mut(*root) {
                *slot = place as u32;
            }
        }
        let place = |root: &u32| places.get(*root as usize).copied().unwrap_or(0);
        self.root_of.iter_mut().for_each(|root| *root = place(root));
        let mut roots: Vec<Option<Root>> = std::mem::take(&mut self.roots).into_iter().map(Some).collect();
        let mut taken = Vec::new();
        for (index, old) in order.into_iter().enumerate() {
            let Some(mut root) = roots.get_mut(old).and_then(Option::take) else { continue };
            root.callers = callers.get(old).map(|callers| callers.iter().map(place).collect()).unwrap_or_default();
            match sums.get_mut(old).and_then(Option::take) {
                Some(sum) => {
                    taken.push(sum);
                    root.program = Program::default();
                }
                None => {
                    root.program.renumber_members(&places);
                    for (leaf, bearing) in root.program.bearings() {
                        if let Some(leaf) = self.leaves.get_mut(leaf as usize) {
                            leaf.roots.push((index as u32, bearing));
                        }
                    }
                }
            }
            self.roots.push(root);
        }
        for root in &mut self.roots {
            root.callers.retain(|caller| *caller as usize >= taken.len());
        }
        self.terms = Terms::new(&taken, self.channels.len());
    }

    /// Has rules look at codes themselves wherever what a code means stays, as `tables` say, and is one range.
    pub fn look_at_codes(&mut self, tables: &[Table]) {
        let range = |(leaf, number): (&Leaf, u32)| {
            let (channel, table) = (self.channels.get(leaf.channel as usize)?, tables.get(leaf.channel as usize)?);
            let stays = !matches!(channel.kind, Kind::Moving { .. });
            let place = number.checked_sub(channel.first)?;
            Some((leaf.channel, Range::of(table.column(place), table.truth(NULL, place)).filter(|_| stays)?))
        };
        let ranges: Vec<Option<(u32, Range)>> = self.leaves.iter().zip(0..).map(range).collect();
        for root in &mut self.roots {
            root.program.look_at_codes(|leaf| ranges.get(leaf as usize).copied().flatten());
        }
    }

    fn find_readers(&mut self, operations: &Operations) {
        let mut sources: HashMap<OpId, Vec<u32>> = HashMap::new();
        for (index, channel) in self.channels.iter().enumerate() {
            for id in channel.cone.ops() {
                match operations.ops.get(*id as usize) {
                    Some(Op::Column(attribute)) => {
                        let attribute = *attribute as usize;
                        if attribute >= self.by_attribute.len() {
                            self.by_attribute.resize(attribute + 1, Vec::new());
                        }
                        if let Some(channels) = self.by_attribute.get_mut(attribute) {
                            channels.push(index as u32);
                        }
                    }
                    Some(Op::EventCount(_) | Op::EventAt { .. } | Op::MayContact(..)) => {
                        sources.entry(*id).or_default().push(index as u32);
                    }
                    _ => {}
                }
            }
        }
        self.sources = sources.into_iter().collect();
        self.sources.sort_unstable();
    }
}

impl Channel {
    /// How many codes it has, with that for null.
    fn codes(&self) -> usize {
        match &self.kind {
            Kind::Still(_, cuts) => cuts.len() + 2,
            Kind::Moving { marks, .. } => marks.len() + 2,
            Kind::Plain(_) => 3,
        }
    }
}

/// Which operations go with the instant asked for, apart from what events it takes in.
fn timed(operations: &Operations) -> Vec<bool> {
    let mut timed: Vec<bool> = Vec::with_capacity(operations.ops.len());
    for op in &operations.ops {
        let mut any = matches!(op, Op::AsOf);
        op.operands(|operand| any |= timed.get(operand as usize) == Some(&true));
        timed.push(any);
    }
    timed
}

/// A channel in the making.
struct Draft {
    cuts: Option<Cuts>,
    leaves: Vec<OpId>,
    marks: Vec<Mark>,
    mark_places: HashMap<Mark, usize>,
    ranges: Vec<Vec<(Option<usize>, Option<usize>)>>,
}

impl Draft {
    fn new(cuts: Option<Cuts>) -> Self {
        Self { cuts, leaves: Vec::new(), marks: Vec::new(), mark_places: HashMap::new(), ranges: Vec::new() }
    }

    fn has_room(&self, cuts: usize) -> bool {
        let cuts = self.cuts.as_ref().map_or(self.marks.len(), Cuts::len) + cuts;
        self.leaves.is_empty() || self.leaves.len() < MAX_LEAVES && cuts < MAX_CUTS && (cuts + 2) * (self.leaves.len() + 1) <= MAX_TABLE
    }

    fn mark(&mut self, mark: Mark) -> usize {
        let next = self.marks.len();
        let place = *self.mark_places.entry(mark.clone()).or_insert(next);
        if place == next {
            self.marks.push(mark);
        }
        place
    }
}

/// The channels of the leaves, and by leaf its number in their order.
fn channels(operations: &Operations, timed: &[bool], leaves: &[OpId]) -> (Vec<Channel>, Vec<u32>) {
    let mut still: HashMap<OpId, Vec<Draft>> = HashMap::new();
    let mut moving: HashMap<(OpId, bool), Vec<Draft>> = HashMap::new();
    let mut order: Vec<(OpId, bool, bool)> = Vec::new();
    let mut plain: Vec<OpId> = Vec::new();
    for leaf in leaves.iter().copied() {
        if let Some(value) = decided_by(operations, leaf, timed)
            && let Some(cuts) = cuts_of(operations, leaf, value).filter(|cuts| cuts.len() < MAX_CUTS)
        {
            let drafts = still.entry(value).or_default();
            if drafts.is_empty() {
                order.push((value, false, false));
            }
            if !drafts.last().is_some_and(|draft| draft.has_room(cuts.len())) {
                drafts.push(Draft::new(operations.types.get(value as usize).copied().and_then(Cuts::of)));
            }
            if let Some(draft) = drafts.last_mut() {
                draft.leaves.push(leaf);
                if let Some(known) = &mut draft.cuts {
                    known.join(cuts);
                }
            }
        } else if let Some(form) = Timed::of(operations, leaf, timed) {
            let drafts = moving.entry((form.value, form.in_calendar)).or_default();
            if drafts.is_empty() {
                order.push((form.value, true, form.in_calendar));
            }
            if !drafts.last().is_some_and(|draft| draft.has_room(2 * form.ranges.len())) {
                drafts.push(Draft::new(None));
            }
            if let Some(draft) = drafts.last_mut() {
                draft.leaves.push(leaf);
                let mut ranges = Vec::with_capacity(form.ranges.len());
                for (from, to) in form.ranges {
                    ranges.push((from.map(|mark| draft.mark(mark)), to.map(|mark| draft.mark(mark))));
                }
                draft.ranges.push(ranges);
            }
        } else {
            plain.push(leaf);
        }
    }
    let mut channels: Vec<Channel> = Vec::new();
    let mut next = 0;
    let mut push = |cone, kind, leaves: Vec<OpId>| {
        let first = next;
        next += leaves.len() as u32;
        channels.push(Channel { cone, kind, first, leaves });
    };
    for (value, is_moving, in_calendar) in order {
        let drafts = if is_moving { moving.remove(&(value, in_calendar)) } else { still.remove(&value) };
        for draft in drafts.unwrap_or_default() {
            let kind = match draft.cuts {
                Some(cuts) => Kind::Still(value, cuts),
                None => Kind::Moving { in_calendar, marks: draft.marks, ranges: draft.ranges },
            };
            push(Cone::new(operations, value), kind, draft.leaves);
        }
    }
    for leaf in plain {
        let cone = Cone::new(operations, leaf);
        let pace = pace(operations, leaf, &cone, timed);
        push(cone, Kind::Plain(pace), vec![leaf]);
    }
    let by_op: HashMap<OpId, u32> = channels
        .iter()
        .flat_map(|channel| channel.leaves.iter().enumerate().map(|(place, id)| (*id, channel.first + place as u32)))
        .collect();
    let number = leaves.iter().map(|id| by_op.get(id).copied().unwrap_or(0)).collect();
    (channels, number)
}

/// How time changes a condition that is evaluated as a whole.
fn pace(operations: &Operations, leaf: OpId, cone: &Cone, timed: &[bool]) -> Pace {
    let is_timed = |id: OpId| timed.get(id as usize) == Some(&true);
    if !is_timed(leaf) {
        return Pace::None;
    }
    let mut hands = Vec::new();
    // From the top down: a hand that points at days is not looked below.
    let (mut open, mut met) = (vec![leaf], BTreeSet::new());
    while let Some(id) = open.pop() {
        if !is_timed(id) || !met.insert(id) {
            continue;
        }
        match operations.ops.get(id as usize) {
            Some(Op::ToDate(_)) if cone.ops().binary_search(&id).is_err() => match Hand::of(operations, id) {
                Some(hand) => hands.push(hand),
                None => return Pace::Any,
            },
            Some(Op::AsOf) | None => return Pace::Any,
            Some(op) => op.operands(|operand| open.push(operand)),
        }
    }
    Pace::Days(hands)
}
