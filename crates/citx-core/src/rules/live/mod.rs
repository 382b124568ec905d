//! The truths of all rules for all rows, kept while values change and time moves.

use crate::run::Run;
use crate::table::Table;
use crate::time::Timestamp;
use crate::{Bitmap, Result};

use super::row::{self, Scalar};
use super::sources::Bound;
use super::{Context, Plan};

/// Where the attributes of the rows are.
pub(crate) trait Cells {
    /// The value of an attribute, by its index in the schema.
    fn cell(&self, attribute: u32, row: u32) -> Scalar<'_>;

    /// How many rows.
    fn rows(&self) -> u32;
}

/// For whom the rules of a plan are true.
pub(crate) struct Standing {
    plan: Plan,
    context: Context,
    /// Words of one row's members.
    words: usize,
    members: Vec<u64>,
    counts: Vec<usize>,
}

impl Standing {
    pub fn new(plan: Plan, table: &Table, context: &Context, run: &Run) -> Result<Self> {
        let truths = plan.members(table, context, run)?;
        let words = truths.len().div_ceil(64);
        let mut members = vec![0; words * table.num_rows()];
        for (rule, truths) in truths.iter().enumerate() {
            for row in truths.ones_iter() {
                if let Some(word) = members.get_mut(row * words + rule / 64) {
                    *word |= 1 << (rule % 64);
                }
            }
        }
        let counts = truths.iter().map(Bitmap::count_ones).collect();
        Ok(Self { plan, context: *context, words, members, counts })
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn context(&self) -> &Context {
        &self.context
    }

    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    pub fn is_member(&self, row: u32, rule: usize) -> bool {
        self.members.get(row as usize * self.words + rule / 64).is_some_and(|word| word >> (rule % 64) & 1 == 1)
    }

    /// The rows for which each rule is true.
    pub fn members(&self) -> Vec<Bitmap> {
        let rows = if self.words == 0 { 0 } else { self.members.len() / self.words };
        let mut members: Vec<Bitmap> = self.counts.iter().map(|_| Bitmap::zeros(rows)).collect();
        for (row, words) in self.members.chunks(self.words.max(1)).enumerate() {
            for (rule, members) in members.iter_mut().enumerate() {
                if words.get(rule / 64).is_some_and(|word| word >> (rule % 64) & 1 == 1) {
                    members.set(row);
                }
            }
        }
        members
    }

    /// The same rules compiled against a schema in which an attribute that is null everywhere has another type.
    pub fn replace(&mut self, plan: Plan, _cells: &impl Cells) {
        self.plan = plan;
    }

    /// Takes in the row behind the last, whose values are there already.
    pub fn insert(&mut self, cells: &impl Cells, flips: &mut Vec<(u32, bool)>) {
        let row = cells.rows().saturating_sub(1);
        self.members.resize(self.words * (row as usize + 1), 0);
        self.evaluate(row, cells, flips);
    }

    /// Takes in new values of these attributes.
    pub fn update(&mut self, row: u32, _attributes: &[u32], cells: &impl Cells, flips: &mut Vec<(u32, bool)>) {
        self.evaluate(row, cells, flips);
    }

    /// Moves time forward; `changed` hears, row by row, which rules became true and which no longer are.
    pub fn advance(&mut self, as_of: Timestamp, cells: &impl Cells, changed: &mut dyn FnMut(u32, &[(u32, bool)])) {
        self.context.as_of = as_of;
        let mut flips = Vec::new();
        for row in 0..cells.rows() {
            flips.clear();
            self.evaluate(row, cells, &mut flips);
            if !flips.is_empty() {
                changed(row, &flips);
            }
        }
    }

    fn evaluate(&mut self, row: u32, cells: &impl Cells, flips: &mut Vec<(u32, bool)>) {
        let inner = self.plan.inner.clone();
        let values = row::evaluate(&inner.operations, |attribute| cells.cell(attribute, row), &Bound::default(), &self.context);
        for (rule, compiled) in inner.rules.iter().enumerate() {
            let truth = values.get(compiled.root as usize).and_then(Scalar::truth) == Some(true);
            if truth != self.is_member(row, rule) {
                if let Some(word) = self.members.get_mut(row as usize * self.words + rule / 64) {
                    *word ^= 1 << (rule % 64);
                }
                if let Some(count) = self.counts.get_mut(rule) {
                    *count = if truth { *count + 1 } else { *count - 1 };
                }
                flips.push((rule as u32, truth));
            }
        }
    }
}
