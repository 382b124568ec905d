use std::collections::{BTreeMap, BTreeSet};

use super::audit::limits;
use super::cells::{Cells, Status};
use super::solve::{Answer, Program, Whole};
use super::{DisclosureRule, SuppressOptions};
use crate::{Error, ErrorKind, Result};

/// The status of each cell: primary by the rule, and as many secondary ones as it takes until no reader can find out a primary one.
///
/// The proof of each primary cell is a move: changes of withheld cells that keep every sum, after which it has another count. The true table
/// and the moved one look alike, so nobody who sees only what is published can tell which it is.
pub(super) fn protect(cells: &Cells, rule: &DisclosureRule, options: &SuppressOptions, preferred: &[bool]) -> Result<Vec<Status>> {
    let mut search = Search::new(cells, rule, options, preferred);
    search.follow_ranks();
    loop {
        search.meet_line_totals();
        if !search.prove_all()? {
            break;
        }
    }
    search.prune()?;
    search.verify()?;
    Ok(search.status)
}

/// Changes of cells that keep every sum, by cell.
type Move = BTreeMap<usize, i64>;

/// What must be proved: that a cell may have another count, even to somebody who knows `but`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    cell: usize,
    but: Option<usize>,
}

struct Search<'a> {
    cells: &'a Cells,
    rule: &'a DisclosureRule,
    options: &'a SuppressOptions,
    /// Cells withheld elsewhere, which cost less here.
    preferred: &'a [bool],
    status: Vec<Status>,
    /// Withheld whatever the proofs need.
    fixed: Vec<bool>,
    moves: Vec<Move>,
    /// The moves of each cell.
    of: Vec<Vec<usize>>,
    proofs: BTreeMap<Claim, usize>,
    largest: f64,
}

/// How far from a cell its move is looked for first, in lines; the whole table comes last. A cell of a table by two categories reaches
/// all of that table in two.
const REACH: [usize; 3] = [2, 4, usize::MAX];
/// Linear programs spent on withholding less, by count and not by time, so that the answer is the same on every machine.
const PRUNING: usize = 600;

impl<'a> Search<'a> {
    fn new(cells: &'a Cells, rule: &'a DisclosureRule, options: &'a SuppressOptions, preferred: &'a [bool]) -> Self {
        let value = |at: usize| cells.cells[at].value.unwrap_or(0);
        let primary = |at: usize| rule.withholds(value(at).unsigned_abs()) || cells.cells[at].status == Status::Primary;
        let status: Vec<Status> =
            (0..cells.cells.len()).map(|at| if primary(at) { Status::Primary } else { cells.cells[at].status }).collect();
        let fixed = status
            .iter()
            .zip(&cells.cells)
            .map(|(&status, cell)| status == Status::Primary || (status != Status::None && !cell.unseen))
            .collect();
        let largest = (0..status.len()).map(value).max().unwrap_or(0).max(1) as f64;
        let of = vec![Vec::new(); status.len()];
        Self { cells, rule, options, preferred, status, fixed, moves: Vec::new(), of, proofs: BTreeMap::new(), largest }
    }

    fn value(&self, at: usize) -> i64 {
        self.cells.cells[at].value.unwrap_or(0)
    }

    fn hidden(&self, at: usize) -> bool {
        self.status[at] != Status::None
    }

    /// Withholds a cell for the rule's sake.
    fn withhold(&mut self, at: usize) -> bool {
        let new = !self.hidden(at);
        if new {
            self.status[at] = Status::Secondary;
        }
        self.fixed[at] = true;
        new
    }

    /// The rule's ranks and cascade, until nothing changes.
    fn follow_ranks(&mut self) {
        let rule = self.rule.secondary();
        if rule.rank < 2 && rule.cascade == 0 {
            return;
        }
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for line in &self.cells.lines {
                let mut ranked: Vec<usize> = line.parts.iter().copied().filter(|&part| self.value(part) > 0).collect();
                ranked.sort_by_key(|&part| (self.value(part), part));
                let smallest_hidden = ranked.first().is_some_and(|&first| self.hidden(first));
                let by_rank = if smallest_hidden { rule.rank } else { 0 };
                let by_parent = if self.hidden(line.total) { rule.cascade } else { 0 };
                for &part in ranked.iter().take(by_rank.max(by_parent)) {
                    changed |= self.withhold(part);
                }
            }
        }
    }

    /// Withholds the smallest cells of each line until those withheld add up to what is asked for.
    fn meet_line_totals(&mut self) {
        let wanted = self.options.line_total.max(self.rule.secondary().line_total.into());
        let wanted = i64::try_from(wanted).unwrap_or(i64::MAX);
        let mut changed = wanted > 0;
        while std::mem::take(&mut changed) {
            for line in &self.cells.lines {
                let hidden: Vec<usize> = line.terms().map(|(cell, _)| cell).filter(|&cell| self.hidden(cell)).collect();
                let sum: i64 = hidden.iter().map(|&cell| self.value(cell)).sum();
                if sum >= wanted || !hidden.iter().any(|&cell| self.status[cell] == Status::Primary) {
                    continue;
                }
                let open = line.terms().map(|(cell, _)| cell).filter(|&cell| !self.hidden(cell) && self.value(cell) > 0);
                if let Some(next) = open.min_by_key(|&cell| (cell == line.total, self.value(cell), cell)) {
                    changed |= self.withhold(next);
                }
            }
        }
    }

    fn claims(&self) -> Vec<Claim> {
        let mut claims: Vec<Claim> =
            (0..self.status.len()).filter(|&cell| self.fixed[cell]).map(|cell| Claim { cell, but: None }).collect();
        if self.options.singletons {
            let mut pairs = BTreeSet::new();
            for line in &self.cells.lines {
                let hidden: Vec<usize> = line.terms().map(|(cell, _)| cell).filter(|&cell| self.hidden(cell)).collect();
                // Who is all of a line knows the whole of it; who is in a part of 1 is the total of 1 too.
                for &one in hidden.iter().filter(|&&cell| self.value(cell) == 1 && cell != line.total) {
                    let themself = |cell: usize| cell == one || (cell == line.total && self.value(cell) == 1);
                    let others = hidden.iter().filter(|&&cell| !themself(cell) && self.status[cell] == Status::Primary);
                    pairs.extend(others.map(|&cell| Claim { cell, but: Some(one) }));
                }
            }
            claims.extend(pairs);
        }
        claims
    }

    /// Finds a move for every claim, withholding what it takes; whether anything more is withheld now.
    fn prove_all(&mut self) -> Result<bool> {
        let mut more = false;
        for claim in self.claims() {
            if self.proved(claim) {
                continue;
            }
            let step = match self.cheapest(claim, 2, true)? {
                Some((_, step)) => step,
                None => self.reach(claim)?,
            };
            more |= step.keys().any(|&cell| !self.hidden(cell));
            for &cell in step.keys() {
                if self.status[cell] == Status::None {
                    self.status[cell] = Status::Secondary;
                }
            }
            self.keep(claim, step);
        }
        Ok(more)
    }

    fn keep(&mut self, claim: Claim, step: Move) {
        for &cell in step.keys() {
            self.of[cell].push(self.moves.len());
        }
        self.proofs.insert(claim, self.moves.len());
        self.moves.push(step);
    }

    /// Whether a move that is known proves it, which is then kept as its proof.
    fn proved(&mut self, claim: Claim) -> bool {
        let needed = self.options.needed(self.value(claim.cell));
        let serves = |&&at: &&usize| {
            let step = &self.moves[at];
            step.get(&claim.cell).is_some_and(|change| change.abs() >= needed)
                && claim.but.is_none_or(|but| !step.contains_key(&but))
                && step.keys().all(|&cell| self.hidden(cell))
        };
        let found = self.proofs.get(&claim).into_iter().chain(&self.of[claim.cell]).find(serves).copied();
        if let Some(found) = found {
            self.proofs.insert(claim, found);
        }
        found.is_some()
    }

    /// The cheapest move among all cells, shown or not, near the claim's if there is one.
    fn reach(&self, claim: Claim) -> Result<Move> {
        for reach in REACH {
            if let Some((_, step)) = self.cheapest(claim, reach, false)? {
                return Ok(step);
            }
        }
        let row = self.cells.cells[claim.cell].key.iter().map(|(column, _)| self.cells.columns[*column].as_str());
        let by = row.collect::<Vec<_>>().join(" and ");
        let message = format!("a cell by {by} cannot be protected so far; ask for a smaller width or let the reader know less");
        Err(Error::new(ErrorKind::NotConverged, message))
    }

    /// The cheapest move up or down; cells that are shown take part at their cost, or not at all.
    fn cheapest(&self, claim: Claim, reach: usize, only_hidden: bool) -> Result<Option<(f64, Move)>> {
        let near = self.near(claim, reach, only_hidden);
        let needed = self.options.needed(self.value(claim.cell));
        let mut best: Option<(f64, Move)> = None;
        for change in [needed, -needed] {
            let Some(found) = self.program(&near, claim.cell, change)? else { continue };
            if only_hidden {
                return Ok(Some(found));
            }
            if best.as_ref().is_none_or(|(cost, _)| found.0 < cost - 1e-9) {
                best = Some(found);
            }
        }
        Ok(best)
    }

    /// The cells that take part: within `reach` lines of the claim's, the grand total only if there is no other way.
    fn near(&self, claim: Claim, reach: usize, only_hidden: bool) -> Vec<usize> {
        let takes_part = |cell: usize| {
            let shown = !self.hidden(cell);
            let grand = self.cells.cells[cell].key.is_empty() && shown && reach < usize::MAX;
            Some(cell) != claim.but && !grand && !(shown && (only_hidden || self.value(cell) < self.limits(cell).0))
        };
        let mut seen = BTreeSet::from([claim.cell]);
        let mut edge = vec![claim.cell];
        for _ in 0..reach.min(self.status.len()) {
            let mut next = Vec::new();
            for &line in edge.iter().flat_map(|&cell| &self.cells.of[cell]) {
                let new = self.cells.lines[line].terms().map(|(cell, _)| cell).filter(|&cell| takes_part(cell) && seen.insert(cell));
                next.extend(new.collect::<Vec<_>>());
            }
            if next.is_empty() {
                break;
            }
            edge = next;
        }
        seen.into_iter().collect()
    }

    fn limits(&self, cell: usize) -> (i64, Option<i64>) {
        limits(self.status[cell], Some(self.rule), self.options)
    }

    fn cost(&self, cell: usize) -> f64 {
        if self.hidden(cell) {
            // Not 0: a move of few cells serves more claims and needs fewer cells later.
            return 0.001;
        }
        let is_total = self.cells.of[cell].iter().any(|&line| self.cells.lines[line].total == cell);
        let cost = 1.0 + self.value(cell) as f64 / self.largest + if is_total { 2.0 } else { 0.0 };
        let cost = if self.value(cell) == 0 { cost + 5.0 } else { cost };
        if self.preferred.get(cell) == Some(&true) { cost / 10.0 } else { cost }
    }

    /// Each cell may rise and fall; the claim's cell changes by exactly `change`.
    fn program(&self, near: &[usize], target: usize, change: i64) -> Result<Option<(f64, Move)>> {
        let mut program = Program::default();
        for &cell in near {
            let (low, high) = self.limits(cell);
            let (down, up) = (self.value(cell) - low, high.map(|high| high - self.value(cell)));
            let cost = self.cost(cell) / change.unsigned_abs() as f64;
            let mut limits = [(0, up), (0, Some(down.max(0)))];
            if cell == target {
                if change < -down || up.is_some_and(|up| change > up) {
                    return Ok(None);
                }
                limits = [(change.max(0), Some(change.max(0))), ((-change).max(0), Some((-change).max(0)))];
            }
            program.variables.extend(limits.map(|(low, high)| Whole { cost, low, high }));
        }
        let place: BTreeMap<usize, usize> = near.iter().enumerate().map(|(at, &cell)| (cell, at)).collect();
        let lines: BTreeSet<usize> = near.iter().flat_map(|&cell| self.cells.of[cell].iter().copied()).collect();
        for line in lines {
            let terms = self.cells.lines[line].terms().filter_map(|(cell, sign)| Some((*place.get(&cell)?, sign)));
            program.equations.push((terms.flat_map(|(at, sign)| [(2 * at, sign), (2 * at + 1, -sign)]).collect(), 0));
        }
        Ok(match program.least()? {
            Answer::Attained { cost, values, .. } => {
                let changes = near.iter().zip(values.chunks(2)).map(|(&cell, change)| (cell, change[0] - change[1]));
                Some((cost, changes.filter(|(_, change)| *change != 0).collect()))
            }
            _ => None,
        })
    }

    /// Shows secondary cells again, the largest first, where everything stays proved without them.
    fn prune(&mut self) -> Result<()> {
        let mut open: Vec<usize> = (0..self.status.len())
            .filter(|&cell| self.status[cell] == Status::Secondary && !self.fixed[cell] && !self.cells.cells[cell].unseen)
            .collect();
        open.sort_by_key(|&cell| (std::cmp::Reverse(self.value(cell)), cell));
        let mut budget = PRUNING;
        for cell in open {
            self.status[cell] = Status::None;
            let (proofs, moves) = (self.proofs.clone(), self.moves.len());
            if !self.prove_without(cell, &mut budget)? {
                self.status[cell] = Status::Secondary;
                (self.proofs, _) = (proofs, self.moves.truncate(moves));
                self.of.iter_mut().for_each(|of| of.retain(|&at| at < moves));
            }
        }
        Ok(())
    }

    fn prove_without(&mut self, cell: usize, budget: &mut usize) -> Result<bool> {
        let broken: Vec<Claim> =
            self.proofs.iter().filter(|(_, at)| self.moves[**at].contains_key(&cell)).map(|(&claim, _)| claim).collect();
        for claim in broken {
            if claim.but == Some(cell) {
                // Who is alone in a cell that is shown learns nothing from it.
                self.proofs.remove(&claim);
                continue;
            }
            if self.proved(claim) {
                continue;
            }
            *budget = budget.saturating_sub(1);
            match if *budget == 0 { None } else { self.cheapest(claim, 2, true)? } {
                Some((_, step)) => self.keep(claim, step),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Every claim has a move that keeps every sum and every limit, in whole numbers.
    fn verify(&self) -> Result<()> {
        let sound = |claim: Claim| {
            let step = self.proofs.get(&claim).map(|&at| &self.moves[at])?;
            let change = |cell: usize| step.get(&cell).copied().unwrap_or(0);
            let enough = change(claim.cell).abs() >= self.options.needed(self.value(claim.cell));
            let unknown = claim.but.is_none_or(|but| change(but) == 0);
            let within = step.iter().all(|(&cell, change)| {
                let ((low, high), moved) = (self.limits(cell), self.value(cell) + change);
                self.hidden(cell) && moved >= low && high.is_none_or(|high| moved <= high)
            });
            let lines = step.keys().flat_map(|&cell| &self.cells.of[cell]);
            let sums =
                lines.into_iter().all(|&line| self.cells.lines[line].terms().map(|(cell, sign)| sign * change(cell)).sum::<i64>() == 0);
            (enough && unknown && within && sums).then_some(())
        };
        match self.claims().into_iter().find(|&claim| sound(claim).is_none()) {
            None => Ok(()),
            Some(_) => Err(Error::new(ErrorKind::NotConverged, "a withheld cell was not proved to be protected")),
        }
    }
}
