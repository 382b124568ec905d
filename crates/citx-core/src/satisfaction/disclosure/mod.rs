//! Disclosure control: which counts to withhold so that none of them can be found from the others, and the proof.

mod audit;
mod cells;
mod publish;
mod rules;
mod scores;
mod solve;
mod suppress;
#[cfg(test)]
mod tests;
mod totals;

pub use audit::{AuditOptions, audit};
pub use publish::suppress;
pub use rules::DisclosureRule;
pub use scores::protect_scores;
pub use totals::with_totals;

use super::instrument::invalid;
use crate::Result;

/// Which columns of tables of counts are what. Several tables may share categories; each has those of its columns.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CellOptions {
    /// Columns of the categories.
    pub categories: Vec<String>,
    /// Column of the count of people, unweighted.
    pub count: String,
    /// The label of a total: `Total` unless `totals` says otherwise.
    pub total: String,
    /// Column and label of its totals, where it differs.
    pub totals: Vec<(String, String)>,
    /// Child and parent column, such as area and region: a child's category implies its parent's.
    pub hierarchies: Vec<(String, String)>,
    /// Columns of figures about the people counted, such as a percentage satisfied or a mean: withheld with the count.
    pub figures: Vec<String>,
    /// Column of a share, and the category whose total it is a share of: withheld if the count or that total is.
    pub shares: Vec<(String, String)>,
}

impl CellOptions {
    /// Counts in `count` by `categories`, with totals labelled `Total`.
    pub fn new<S: Into<String>>(categories: impl IntoIterator<Item = S>, count: impl Into<String>) -> Self {
        Self {
            categories: categories.into_iter().map(Into::into).collect(),
            count: count.into(),
            total: "Total".into(),
            totals: Vec::new(),
            hierarchies: Vec::new(),
            figures: Vec::new(),
            shares: Vec::new(),
        }
    }

    fn total(&self, category: &str) -> &str {
        self.totals.iter().find(|(column, _)| column == category).map_or(self.total.as_str(), |(_, label)| label)
    }

    fn place(&self, category: &str) -> Option<usize> {
        self.categories.iter().position(|name| name == category)
    }

    /// Positions of child and ancestor, grandparents too.
    fn hierarchy(&self) -> Vec<(usize, usize)> {
        let place = |(child, parent): &(String, String)| Some((self.place(child)?, self.place(parent)?));
        let mut pairs: Vec<(usize, usize)> = self.hierarchies.iter().filter_map(place).collect();
        let mut at = 0;
        while let Some(&(child, parent)) = pairs.get(at) {
            let above: Vec<usize> = pairs.iter().filter(|(low, _)| *low == parent).map(|&(_, high)| high).collect();
            for high in above {
                if !pairs.contains(&(child, high)) && high != child {
                    pairs.push((child, high));
                }
            }
            at += 1;
        }
        pairs
    }

    fn check(&self) -> Result<()> {
        let names = self.totals.iter().map(|(column, _)| column).chain(self.shares.iter().map(|(_, of)| of));
        let names = names.chain(self.hierarchies.iter().flat_map(|(child, parent)| [child, parent]));
        for name in names {
            if self.place(name).is_none() {
                return Err(crate::table::unknown_name("category", name, self.categories.iter().map(String::as_str)));
            }
        }
        if self.categories.contains(&self.count) {
            return Err(invalid(format!("column `{}` cannot be both a category and the count", self.count)));
        }
        Ok(())
    }
}

/// How well withheld counts are protected, and against whom.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SuppressOptions {
    /// Whoever reads the tables must be left with counts at least this far apart for each count withheld for its own sake: 1 unless
    /// said otherwise, so that it is not known exactly.
    pub width: u64,
    /// The same, in percent of the count; the greater of the two holds.
    pub percent: f64,
    /// Also protect against the only member of a withheld cell of 1, who knows it, in the lines of that cell (the default).
    pub singletons: bool,
    /// The least a withheld count may be, as the reader knows: 1 where the rule shows every 0, else 0, unless said here.
    pub floor: Option<u64>,
    /// The reader knows which counts are withheld for their own sake, so that they are below the rule's threshold. Not the default:
    /// both kinds carry one symbol.
    pub knows_primary: bool,
    /// Counts withheld from one line add up to at least this; the rule's, if that is more.
    pub line_total: u64,
}

impl Default for SuppressOptions {
    fn default() -> Self {
        Self { width: 1, percent: 0.0, singletons: true, floor: None, knows_primary: false, line_total: 0 }
    }
}

impl SuppressOptions {
    fn check(&self) -> Result<()> {
        if !(0.0..=1e6).contains(&self.percent) {
            return Err(invalid("`percent` must be 0 or more"));
        }
        if self.width == 0 || self.width > 1_000_000 {
            return Err(invalid("`width` must be from 1 to 1,000,000"));
        }
        if self.floor.is_some_and(|floor| floor > 1_000_000) {
            return Err(invalid("`floor` must be at most 1,000,000"));
        }
        Ok(())
    }

    /// How far apart two counts that a reader cannot tell apart must be.
    fn needed(&self, count: i64) -> i64 {
        let share = (count as f64 * self.percent / 100.0).ceil() as i64;
        share.max(self.width as i64)
    }
}
