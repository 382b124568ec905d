//! Who would move if a changed book were published.

use std::collections::{HashMap, HashSet};

use crate::Result;
use crate::citizens::Population;
use crate::rules::{Context, Sources};
use crate::run::Run;
use crate::table::Table;

use super::{Membership, SegmentBook, SegmentDefinition};

/// What publishing another book in place of this one would change.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BookDiff {
    /// The segments that only the other book has, in its order.
    pub added: Vec<String>,
    /// The segments that only this book has, in its order.
    pub removed: Vec<String>,
    /// The segments of both whose own rule is another, however it is written, or the places that it names, in the other book's order. Those that call them may move, too.
    pub changed: Vec<String>,
    /// Who would move: `segment`, `key` and `change`, which is `entered` or `left`, as [`super::MembershipDiff::changes`].
    pub moves: Table,
    /// `segment`, `before`, `after`, `entered` and `left` of each segment that was added, removed or changed or calls a changed one; null where
    /// a book lacks it.
    pub counts: Table,
}

impl SegmentBook {
    /// Who would enter and leave which segment if `other` were published in place of this book. Only segments that a change can reach are
    /// evaluated.
    ///
    /// # Errors
    /// As [`SegmentBook::evaluate`].
    ///
    /// # Example
    /// ```
    /// # use citx_core::{Run, citizens::Population, rules::Context, segments::SegmentBook, table::*, time::*};
    /// # let people = Population::from_table(Table::from_columns([Column::integer("id", [Some(1), Some(2), Some(3)])])?, "id")?;
    /// # let context = Context { as_of: Timestamp::from_micros(0), time_zone: TimeZone::UTC };
    /// let old = SegmentBook::parse_toml("late = 'id > 1'\nrest = \"NOT in_segment('late')\"\nfirst = 'id = 1'")?;
    /// let new = SegmentBook::parse_toml("late = 'id > 2'\nrest = \"NOT in_segment('late')\"\nall = 'TRUE'")?;
    /// let diff = old.diff(&new, &people, &context, &Run::new())?;
    /// assert_eq!((diff.added, diff.removed, diff.changed), (vec!["all".to_owned()], vec!["first".to_owned()], vec!["late".to_owned()]));
    /// let keys: Vec<Value> = diff.moves.column("key")?.values().collect();
    /// assert!(keys == [Value::Integer(2), Value::Integer(2)]); // left `late`, entered `rest`
    /// # Ok::<(), citx_core::Error>(())
    /// ```
    pub fn diff(&self, other: &Self, people: &Population, context: &Context, run: &Run) -> Result<BookDiff> {
        self.diff_with(other, people, context, &Sources::new(), run)
    }

    /// The same where rules read events or consent.
    ///
    /// # Errors
    /// As [`SegmentBook::evaluate_with`].
    pub fn diff_with(&self, other: &Self, people: &Population, context: &Context, sources: &Sources<'_>, run: &Run) -> Result<BookDiff> {
        let only_in = |one: &Self, other: &Self| -> Vec<String> {
            one.into_iter().map(|segment| &segment.name).filter(|name| other.rule(name).is_none()).cloned().collect()
        };
        let (added, removed) = (only_in(other, self), only_in(self, other));
        let moved = self.places().differing(other.places());
        let differs = |segment: &&SegmentDefinition| {
            let rules = self.rule(&segment.name).zip(other.rule(&segment.name));
            rules.is_some_and(|(old, new)| old.canonical() != new.canonical() || new.places().iter().any(|places| moved.contains(places)))
        };
        let changed: Vec<String> = other.into_iter().filter(differs).map(|segment| segment.name.clone()).collect();
        let reached = other.callers_of(&changed);
        let evaluate = |book: &Self, alone: &[String]| -> Result<Membership> {
            let alone: HashSet<&str> = alone.iter().map(String::as_str).collect();
            let concerned = |segment: &&SegmentDefinition| reached.contains(segment.name.as_str()) || alone.contains(segment.name.as_str());
            let names: Vec<&str> = book.into_iter().filter(concerned).map(|segment| segment.name.as_str()).collect();
            book.with_called(names.iter().copied())?.evaluate_with(people, context, sources, run)?.select(&names)
        };
        let (before, after) = (evaluate(self, &removed)?, evaluate(other, &added)?);
        let diff = after.diff(&before, run)?;
        Ok(BookDiff { added, removed, changed, moves: diff.changes, counts: diff.counts })
    }

    /// These segments and all that call them, at any remove.
    fn callers_of<'a>(&'a self, names: &'a [String]) -> HashSet<&'a str> {
        let mut callers: HashMap<&str, Vec<&str>> = HashMap::new();
        for rule in self.rules() {
            rule.segments().into_iter().for_each(|called| callers.entry(called).or_default().push(rule.name()));
        }
        let mut found: HashSet<&str> = names.iter().map(String::as_str).collect();
        let mut open: Vec<&str> = found.iter().copied().collect();
        while let Some(name) = open.pop() {
            let callers = callers.get(name).map(Vec::as_slice).unwrap_or_default();
            open.extend(callers.iter().filter(|caller| found.insert(**caller)));
        }
        found
    }
}
