//! The truths of all rules for all rows, kept while values change, events come in and time moves.
//!
//! Each value that conditions are made from is kept as a code: between which of the conditions' constants it lies. A change of a value is a
//! change of its code, or nothing; two rows of bits tell which terms of rules differ between two codes. A rule that is too long as a sum of
//! terms is a program instead, and each of its conditions knows it. Constants that go with time are marks: moving one over sorted keys gives
//! the rows whose code changes.
//!
//! ```text
//! attribute --cone--> value --cuts--> code --mask--> terms --> rule
//!                                          --table--> conditions --program--> rule
//! ```

mod circuit;
mod cone;
mod cuts;
mod dial;
mod hand;
mod moment;
mod program;
mod state;
mod sweep;
mod terms;
mod track;

use citx_kernels::prefetch;

use crate::run::Run;
use crate::time::Timestamp;
use crate::{Bitmap, Result};

use super::plan::{Op, OpId};
use super::row::Scalar;
use super::{Context, EventFilter, Plan};
use circuit::{Channel, Circuit};
use cuts::NULL;
use moment::Moment;
use state::{Scratch, Settling, State, bit, flip};
use track::{Entries, Track};

/// Rows whose codes are computed in one piece.
const PIECE: usize = 1 << 14;

/// Where the attributes and events of the rows are.
pub(crate) trait Cells: Sync {
    /// The value of an attribute, by its index in the schema.
    fn cell(&self, attribute: u32, row: u32) -> Scalar<'_>;

    /// How many rows.
    fn rows(&self) -> u32;

    /// How many of the events asked for a row's citizen has.
    fn event_count(&self, row: u32, wanted: &EventFilter<'_>) -> i64;

    /// When the last of them was, or the first.
    fn event_at(&self, row: u32, wanted: &EventFilter<'_>, last: bool) -> Option<Timestamp>;

    /// The instants of all events of a kind, perhaps only through one channel, and their citizens' rows.
    fn events(&self, kind: &str, channel: Option<&str>) -> Vec<(i64, u32)>;

    /// Whether a row's citizen may be contacted.
    fn may_contact(&self, row: u32, purpose: &str, channel: &str) -> bool;
}

/// For whom the rules of a plan are true.
pub(crate) struct Standing {
    plan: Plan,
    circuit: Circuit,
    moment: Moment,
    state: State,
    /// Made when time is first asked about.
    tracks: Option<Vec<Track>>,
    /// The next change, if nothing was written since it was asked for.
    next: Option<Option<Timestamp>>,
    scratch: Scratch,
    /// Channels to evaluate, and the roots that flipped.
    channels: Vec<u32>,
    flipped: Vec<(u32, bool)>,
}

impl Standing {
    /// The rules for the rows of `cells`, for which they are true as `members` says.
    pub fn new(plan: Plan, cells: &impl Cells, members: &[Bitmap], context: &Context, run: &Run) -> Result<Self> {
        let rules: Vec<OpId> = plan.inner.rules.iter().map(|rule| rule.root).collect();
        let operations = &plan.inner.operations;
        let mut circuit = Circuit::new(operations, &rules);
        let moment = Moment::new(&circuit, operations, context);
        circuit.look_at_codes(&moment.tables);
        let rows = cells.rows() as usize;
        let codes = run.map(rows.div_ceil(PIECE), |piece| {
            let rows = piece * PIECE..rows.min((piece + 1) * PIECE);
            let mut codes = Vec::with_capacity(rows.len() * circuit.channels.len());
            for row in rows {
                let code = |(index, channel): (usize, &Channel)| moment.code(operations, channel, index, cells, row as u32);
                codes.extend(circuit.channels.iter().enumerate().map(code));
            }
            Ok(codes)
        })?;
        let (roots, words) = (circuit.roots.len(), circuit.roots.len().div_ceil(64));
        let mut state = State {
            channels: circuit.channels.len(),
            codes: codes.concat(),
            words,
            members: vec![0; words * rows],
            counts: vec![0; roots],
        };
        for (index, root) in circuit.roots.iter().enumerate() {
            let Some(members) = root.rules.first().and_then(|rule| members.get(*rule as usize)) else { continue };
            members.ones_iter().for_each(|row| flip(state.row(row as u32).members, index as u32));
            if let Some(count) = state.counts.get_mut(index) {
                *count = members.count_ones();
            }
        }
        let (scratch, channels, flipped) = (Scratch::new(roots), Vec::new(), Vec::new());
        Ok(Self { plan, circuit, moment, state, tracks: None, next: None, scratch, channels, flipped })
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn context(&self) -> &Context {
        &self.moment.fixed.context
    }

    fn root(&self, rule: usize) -> u32 {
        self.circuit.root_of.get(rule).copied().unwrap_or(0)
    }

    /// How many rows a rule is true for.
    pub fn count(&self, rule: usize) -> usize {
        self.state.counts.get(self.root(rule) as usize).copied().unwrap_or(0)
    }

    pub fn is_member(&self, row: u32, rule: usize) -> bool {
        bit(self.state.read(row).1, self.root(rule))
    }

    /// The rows for which each rule is true.
    pub fn members(&self, rows: usize) -> Vec<Bitmap> {
        let mut members: Vec<Bitmap> = self.circuit.roots.iter().map(|_| Bitmap::zeros(rows)).collect();
        for (row, words) in self.state.members.chunks(self.state.words.max(1)).enumerate() {
            for (index, word) in words.iter().enumerate() {
                let mut word = *word;
                while word != 0 {
                    if let Some(members) = members.get_mut(index * 64 + word.trailing_zeros() as usize) {
                        members.set(row);
                    }
                    word &= word - 1;
                }
            }
        }
        self.circuit.root_of.iter().filter_map(|root| members.get(*root as usize).cloned()).collect()
    }

    /// Takes in the row behind the last, whose values are there already.
    pub fn insert(&mut self, has_events: bool, cells: &impl Cells, flips: &mut Vec<(u32, bool)>) {
        let row = cells.rows().saturating_sub(1);
        self.state.codes.resize(self.state.channels * (row as usize + 1), NULL);
        self.state.members.resize(self.state.words * (row as usize + 1), 0);
        self.scratch.ask_all(&self.circuit);
        self.channels.clear();
        self.channels.extend(0..self.circuit.channels.len() as u32);
        if has_events {
            self.tracks = None;
        }
        self.settle(row, None, cells, flips);
    }

    /// Asks for what is kept of a row, which will be updated soon.
    pub fn prefetch(&self, row: u32) {
        let (codes, members) = self.state.read(row);
        prefetch(codes);
        prefetch(members);
    }

    /// Takes in new values of these attributes.
    pub fn update(&mut self, row: u32, attributes: &[u32], cells: &impl Cells, flips: &mut Vec<(u32, bool)>) {
        self.channels.clear();
        for attribute in attributes {
            if let Some(channels) = self.circuit.by_attribute.get(*attribute as usize) {
                self.channels.extend_from_slice(channels);
            }
        }
        self.settle(row, None, cells, flips);
    }

    /// Takes in an event of a row's citizen.
    pub fn append(&mut self, row: u32, event: (&str, Option<&str>, Timestamp), cells: &impl Cells, flips: &mut Vec<(u32, bool)>) {
        let (kind, channel, at) = event;
        let takes = |op: Option<&Op>| match op {
            Some(Op::EventCount(sought) | Op::EventAt { sought, .. }) => {
                *sought.kind == *kind && sought.channel.as_deref().is_none_or(|wanted| Some(wanted) == channel)
            }
            _ => false,
        };
        let operations = &self.plan.inner.operations;
        for track in self.tracks.iter_mut().flatten() {
            if let Entries::Events(id) = track.entries
                && takes(operations.ops.get(id as usize))
            {
                track.index.insert(at.as_micros(), row);
            }
        }
        self.update_sources(row, takes, cells, flips);
    }

    /// Takes in that a row's citizen may be contacted, or no longer.
    pub fn consent(&mut self, row: u32, cells: &impl Cells, flips: &mut Vec<(u32, bool)>) {
        self.update_sources(row, |op| matches!(op, Some(Op::MayContact(..))), cells, flips);
    }

    /// Evaluates anew what reads the sources that `reads` picks.
    fn update_sources(&mut self, row: u32, reads: impl Fn(Option<&Op>) -> bool, cells: &impl Cells, flips: &mut Vec<(u32, bool)>) {
        self.channels.clear();
        for (id, channels) in &self.circuit.sources {
            if reads(self.plan.inner.operations.ops.get(*id as usize)) {
                self.channels.extend_from_slice(channels);
            }
        }
        self.settle(row, None, cells, flips);
    }

    /// Evaluates the channels of a row anew, and what depends on them. `before` is what its codes meant, if they mean something else now.
    fn settle(&mut self, row: u32, before: Option<&Moment>, cells: &impl Cells, flips: &mut Vec<(u32, bool)>) {
        self.next = None;
        self.flipped.clear();
        let operations = &self.plan.inner.operations;
        let settling = Settling { circuit: &self.circuit, operations, before: before.unwrap_or(&self.moment), after: &self.moment };
        let mut one = self.state.row(row);
        settling.codes(&mut one, &self.channels, cells, &mut self.scratch);
        settling.roots(&mut one, &mut self.scratch, &mut self.flipped);
        if !self.flipped.is_empty() {
            self.state.count(&self.circuit, &self.flipped, flips);
        }
        // When time alone moves, only what events say of a row can give it another key.
        let channels: &[u32] = if before.is_none() || !self.circuit.sources.is_empty() { &self.channels } else { &[] };
        for track in self.tracks.iter_mut().flatten().filter(|track| matches!(track.entries, Entries::Keys)) {
            for index in track.channels.iter().filter(|index| channels.contains(index)) {
                let channel = self.circuit.channels.get(*index as usize);
                if let Some(key) = channel.and_then(|channel| self.moment.key(operations, channel, cells, row)) {
                    track.index.insert(key, row);
                }
            }
        }
        if self.tracks.iter().flatten().any(|track| track.index.is_worn()) {
            self.tracks = None;
        }
    }

    /// Whether the rules ask for events of a kind.
    pub fn asks_events(&self, kind: &str) -> bool {
        let asks = |op: &Op| matches!(op, Op::EventCount(sought) | Op::EventAt { sought, .. } if *sought.kind == *kind);
        self.plan.inner.operations.ops.iter().any(asks)
    }
}
