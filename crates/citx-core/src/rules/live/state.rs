//! What is kept of each row: its codes, and the rules that are true for it.

use super::super::plan::Operations;
use super::Cells;
use super::circuit::Circuit;
use super::cuts::Code;
use super::moment::Moment;
use super::program::Truth;

/// As few changed channels as this are looked at one by one.
const FEW: usize = 3;

/// The rows of all: codes by channel, and a bit for each root that is true.
pub(super) struct State {
    pub channels: usize,
    pub codes: Vec<Code>,
    pub words: usize,
    pub members: Vec<u64>,
    /// By root, how many rows it is true for.
    pub counts: Vec<usize>,
}

/// Memory to work in.
#[derive(Default)]
pub(super) struct Scratch {
    /// Roots without terms to evaluate.
    dirty: Vec<u64>,
    /// Whether to evaluate all terms.
    is_all: bool,
    truths: Vec<Truth>,
    standing: Vec<u64>,
    /// Channels whose code changed, and what it was.
    changed: Vec<(u32, Code)>,
}

/// One row, to be changed in place.
pub(super) struct Row<'r> {
    pub number: u32,
    pub codes: &'r mut [Code],
    pub members: &'r mut [u64],
}

/// From what its codes meant before to what is to be known of a row.
pub(super) struct Settling<'s> {
    pub circuit: &'s Circuit,
    pub operations: &'s Operations,
    pub before: &'s Moment,
    pub after: &'s Moment,
}

pub(super) fn bit(words: &[u64], index: u32) -> bool {
    words.get(index as usize / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
}

pub(super) fn flip(words: &mut [u64], index: u32) {
    if let Some(word) = words.get_mut(index as usize / 64) {
        *word ^= 1 << (index % 64);
    }
}

fn set(words: &mut [u64], index: u32) {
    if let Some(word) = words.get_mut(index as usize / 64) {
        *word |= 1 << (index % 64);
    }
}

/// The places at which two rows of a table differ, and whether the truth there rises, looking at eight at once.
fn differing(was: &[Truth], now: &[Truth], mut visit: impl FnMut(usize, bool)) {
    let (was_eights, now_eights) = (was.chunks(8), now.chunks(8));
    for (index, (was, now)) in was_eights.zip(now_eights).enumerate() {
        if was != now {
            let differing = was.iter().zip(now).enumerate().filter(|(_, (was, now))| was != now);
            differing.for_each(|(place, (was, now))| visit(index * 8 + place, now > was));
        }
    }
}

impl Scratch {
    pub fn new(roots: usize) -> Self {
        Self { dirty: vec![0; roots.div_ceil(64)], ..Self::default() }
    }

    /// Has every root evaluated.
    pub fn ask_all(&mut self, circuit: &Circuit) {
        self.is_all = true;
        (circuit.terms.roots..circuit.roots.len()).for_each(|root| set(&mut self.dirty, root as u32));
    }
}

impl State {
    pub fn row(&mut self, number: u32) -> Row<'_> {
        let (codes, members) = (number as usize * self.channels, number as usize * self.words);
        Row {
            number,
            codes: self.codes.get_mut(codes..codes + self.channels).unwrap_or_default(),
            members: self.members.get_mut(members..members + self.words).unwrap_or_default(),
        }
    }

    /// The codes and members of a row.
    pub fn read(&self, number: u32) -> (&[Code], &[u64]) {
        let (codes, members) = (number as usize * self.channels, number as usize * self.words);
        (
            self.codes.get(codes..codes + self.channels).unwrap_or_default(),
            self.members.get(members..members + self.words).unwrap_or_default(),
        )
    }

    /// Counts what became true and what no longer is, and says so by rule.
    pub fn count(&mut self, circuit: &Circuit, flipped: &[(u32, bool)], flips: &mut Vec<(u32, bool)>) {
        for &(root, is_true) in flipped {
            if let Some(count) = self.counts.get_mut(root as usize) {
                *count = if is_true { *count + 1 } else { count.saturating_sub(1) };
            }
            let rules = circuit.roots.get(root as usize).map(|root| root.rules.as_slice()).unwrap_or_default();
            flips.extend(rules.iter().map(|rule| (*rule, is_true)));
        }
        flips.sort_unstable();
    }
}

impl Settling<'_> {
    /// Takes up the codes of these channels, and has the roots evaluated that read a condition which differs.
    pub fn codes(&self, row: &mut Row<'_>, channels: &[u32], cells: &impl Cells, scratch: &mut Scratch) {
        scratch.changed.clear();
        for index in channels.iter().copied() {
            let place = index as usize;
            let (Some(channel), Some(code)) = (self.circuit.channels.get(place), row.codes.get_mut(place)) else { continue };
            let now = self.after.code(self.operations, channel, place, cells, row.number);
            let was = std::mem::replace(code, now);
            let (Some(before), Some(after)) = (self.before.tables.get(place), self.after.tables.get(place)) else { continue };
            if was != now || !before.is_same(after) {
                scratch.changed.push((index, was));
            }
        }
        if scratch.changed.len() > FEW {
            scratch.ask_all(self.circuit);
            return;
        }
        if self.circuit.terms.roots == self.circuit.roots.len() {
            return;
        }
        for &(index, was) in &scratch.changed {
            let index = index as usize;
            let tables = self.before.tables.get(index).zip(self.after.tables.get(index));
            let (Some(channel), Some((before, after)), Some(now)) = (self.circuit.channels.get(index), tables, row.codes.get(index)) else {
                continue;
            };
            differing(before.row(was), after.row(*now), |place, rises| {
                let roots = self.circuit.leaves.get(channel.first as usize + place).map(|leaf| leaf.roots.as_slice());
                for &(root, bearing) in roots.unwrap_or_default() {
                    // A rule that is true can only fall, one that is not can only rise.
                    let matters = if bit(row.members, root) == rises { bearing.opposite } else { bearing.same };
                    if matters {
                        set(&mut scratch.dirty, root);
                    }
                }
            });
        }
    }

    /// Looks at the terms of which a channel's code speaks otherwise now; `flip` hears which roots became true, and which no longer are.
    fn terms(&self, row: &mut Row<'_>, scratch: &mut Scratch, mut flip: impl FnMut(u32, bool)) {
        let Scratch { is_all, standing, changed, .. } = scratch;
        let (terms, codes) = (&self.circuit.terms, &*row.codes);
        if std::mem::take(is_all) {
            terms.all(codes, self.after, row.members, standing, flip);
            return;
        }
        for &(index, was) in changed.iter() {
            let index = index as usize;
            let masks = self.before.masks.get(index).zip(self.after.masks.get(index));
            if let (Some((before, after)), Some(now)) = (masks, codes.get(index)) {
                terms.differing((before.row(was), after.row(*now)), codes, self.after, row.members, &mut flip);
            }
        }
    }

    /// Evaluates the roots asked for and those that call them; `flipped` takes those that became true, and those that no longer are.
    pub fn roots(&self, row: &mut Row<'_>, scratch: &mut Scratch, flipped: &mut Vec<(u32, bool)>) {
        self.terms(row, scratch, |root, is_true| flipped.push((root, is_true)));
        let Scratch { dirty, truths, .. } = scratch;
        for (root, _) in flipped.iter() {
            let callers = self.circuit.roots.get(*root as usize).map(|root| root.callers.as_slice()).unwrap_or_default();
            callers.iter().for_each(|caller| set(dirty, *caller));
        }
        let mut word = 0;
        while let Some(bits) = dirty.get(word).copied() {
            if bits == 0 {
                word += 1;
                continue;
            }
            let number = word as u32 * 64 + bits.trailing_zeros();
            flip(dirty, number);
            let Some(root) = self.circuit.roots.get(number as usize) else { continue };
            let leaf = |leaf: u32| {
                let leaf = self.circuit.leaves.get(leaf as usize);
                let found = leaf.and_then(|leaf| {
                    let (code, table) = (row.codes.get(leaf.channel as usize)?, self.after.tables.get(leaf.channel as usize)?);
                    Some(table.truth(*code, leaf.place))
                });
                found.unwrap_or(super::program::UNKNOWN)
            };
            let is_true =
                root.program.is_true((self.operations, &self.after.fixed), row.codes, leaf, |root| bit(row.members, root), truths);
            if is_true != bit(row.members, number) {
                flip(row.members, number);
                flipped.push((number, is_true));
                // They all lie behind, so that this walk comes to them.
                root.callers.iter().for_each(|caller| set(dirty, *caller));
            }
        }
    }
}
