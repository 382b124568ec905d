//! How long a list of citizens stands: the first instant at which the decision about any of them changes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicI64, Ordering};

use super::case::{Asking, Case, HORIZON, quiet_edge};
use super::data::RuleData;
use super::decision::Verdict;
use super::engine::{Answer, Fixed};
use super::facts::{FactTable, Known};
use super::gates::Gates;
use super::view::ConsentView;
use super::vocabulary::{Built, Item, Origin};
use crate::citizens::Population;
use crate::table::Value;
use crate::time::Timestamp;
use crate::{Result, Run};

/// Citizens that are looked at together.
const PIECE: usize = 4_096;

impl ConsentView {
    /// The first instant after the view's, within 400 days, at which the same events and facts give one of `verdicts` another outcome or
    /// rule: the least `until` of the single decisions. `None` if there is none.
    ///
    /// # Errors
    /// As [`ConsentView::decide_many`].
    pub fn first_change(
        &self,
        people: &Population,
        verdicts: &[Verdict],
        (purpose, channel): (&str, &str),
        columns_used: &[String],
        run: &Run,
    ) -> Result<Option<Timestamp>> {
        let special = !Self::special_category_used(people, columns_used).is_empty();
        let mut asking = Asking::new(self, (purpose, channel, None), special);
        narrow(&mut asking)?;
        let least = AtomicI64::new(i64::MAX);
        let pieces: Vec<&[Verdict]> = verdicts.chunks(PIECE).collect();
        run.map(pieces.len(), |piece| {
            let look = Look { asking: &asking, people, channel, least: &least };
            look.over(pieces.get(piece).copied().unwrap_or_default(), run)
        })?;
        Ok(Some(least.into_inner()).filter(|least| *least != i64::MAX).map(Timestamp::from_micros))
    }
}

/// Leaves only the names that a rule reads which this question leaves open, in whatever class the definitions put it as time passes.
fn narrow(asking: &mut Asking<'_>) -> Result<()> {
    let (view, nobody) = (asking.view, Known::default());
    let data = view.policy().data();
    let now = asking.fixed(view.as_of())?;
    let everyones = Case::new(asking, "", nobody).critical(&now);
    let mut classes: Vec<Option<String>> = Vec::new();
    let mut read: Vec<usize> = data.definitions.reads.iter().flatten().copied().collect();
    for at in [view.as_of()].into_iter().chain(everyones) {
        let fixed = asking.fixed(at)?;
        if !classes.contains(&fixed.class) {
            read.extend(open(data, &fixed)?);
            classes.push(fixed.class);
        }
    }
    asking.matters.retain(|(number, _)| read.contains(number));
    Ok(())
}

/// The names read by the rules that can still go either way.
fn open(data: &RuleData, fixed: &Fixed<'_>) -> Result<Vec<usize>> {
    let quiet = |item: &Item| item.origin == Origin::Built(Built::InQuietHours);
    let given = |item: &Item| (!item.origin.is_personal() && !quiet(item)).then(|| fixed.value(item, None));
    let given: Vec<Option<Value>> = data.vocabulary.iter().map(given).collect();
    let mut read = Vec::new();
    for stage in [&data.permission, &data.timing] {
        let gates = Gates::new(data, stage, &given)?;
        let reads = gates.rules().iter().filter_map(|rule| stage.reads.get(rule.checked_sub(stage.first)?));
        read.extend(reads.flatten().copied());
    }
    Ok(read)
}

struct Look<'a> {
    asking: &'a Asking<'a>,
    people: &'a Population,
    channel: &'a str,
    /// The least found so far, by whomever.
    least: &'a AtomicI64,
}

impl Look<'_> {
    /// Lowers `least` to the first change among these.
    fn over(&self, verdicts: &[Verdict], run: &Run) -> Result<()> {
        let view = self.asking.view;
        let data = view.policy().data();
        let rows: Vec<usize> = verdicts.iter().map(|verdict| verdict.row).collect();
        let facts = FactTable::of(self.people, &rows, self.channel, data, view.context().time_zone)?;
        let keys: Vec<Cow<'_, str>> = rows.iter().map(|row| self.people.key_text(*row).unwrap_or_default()).collect();
        let mut instants = Instants { asking: self.asking, kept: HashMap::new() };
        let now = self.asking.fixed(view.as_of())?;
        let mut candidates: Vec<(Timestamp, usize)> = Vec::new();
        let waits = view.policy().quiet().next().is_some();
        for (index, key) in keys.iter().enumerate() {
            let critical = Case::new(self.asking, key, facts.row(index, data)).critical(&now);
            for at in critical.iter().copied().chain([view.as_of()]).filter(|_| waits) {
                candidates.extend(instants.at(at)?.1.map(|edge| (edge, index)));
            }
            candidates.extend(critical.into_iter().map(|at| (at, index)));
        }
        let end = view.as_of().as_micros().saturating_add(HORIZON);
        candidates.retain(|(at, _)| at.as_micros() <= end);
        candidates.sort_unstable();
        for (at, index) in candidates {
            run.check()?;
            let (Some(verdict), Some(key)) = (verdicts.get(index), keys.get(index)) else { continue };
            if at.as_micros() >= self.least.load(Ordering::Relaxed) {
                break;
            }
            let now = Answer { outcome: verdict.outcome, rule: verdict.rule, permitted_by: None };
            let case = Case::new(self.asking, key, facts.row(index, data));
            if case.answer(&instants.at(at)?.0)?.0.differs(&now) {
                self.least.fetch_min(at.as_micros(), Ordering::Relaxed);
                break;
            }
        }
        Ok(())
    }
}

/// What many citizens share of an instant: what the question brings to it, and when quiet hours next begin or end.
struct Instants<'a> {
    asking: &'a Asking<'a>,
    kept: HashMap<Timestamp, (Fixed<'a>, Option<Timestamp>)>,
}

impl<'a> Instants<'a> {
    fn at(&mut self, at: Timestamp) -> Result<&(Fixed<'a>, Option<Timestamp>)> {
        Ok(match self.kept.entry(at) {
            Entry::Occupied(kept) => kept.into_mut(),
            Entry::Vacant(place) => {
                let fixed = self.asking.fixed(at)?;
                let edge = quiet_edge(&fixed);
                place.insert((fixed, edge))
            }
        })
    }
}
