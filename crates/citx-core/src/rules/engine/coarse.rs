//! Numbers of many different values by coarse codes that are kept with the population: for most citizens the code decides every condition;
//! where a cut point lies among the values of one code, the value itself is read.

use arrow_buffer::BooleanBuffer;
use citx_kernels::{BLOCK_ROWS, Level, Mask};

use crate::citizens::Coarse;

use super::class::Predicate;
use super::codes::{Codes, coder, encode};
use super::column::Raw;

/// Values that are looked at to find bounds.
const SAMPLE: usize = 1 << 16;

/// So few codes, null's with them, that they are looked up by permutes.
pub(super) const MOST_BOUNDS: usize = 4_000;

/// Codes of about equally many citizens each; a value that many share has one of its own.
pub(super) fn make(raw: Raw<'_>, valid: Option<&BooleanBuffer>) -> Option<Coarse> {
    let rows = raw.len();
    let is_valid = |row: usize| valid.is_none_or(|valid| valid.value(row));
    let mut sample: Vec<i64> =
        (0..rows).step_by(rows.div_ceil(SAMPLE).max(1)).filter(|row| is_valid(*row)).map(|row| raw.position(row)).collect();
    sample.sort_unstable();
    let stride = sample.len().div_ceil(MOST_BOUNDS / 2).max(1);
    let mut bounds: Vec<i64> = Vec::with_capacity(MOST_BOUNDS);
    let mut previous = None;
    for value in sample.iter().step_by(stride) {
        bounds.push(*value);
        if previous == Some(*value) {
            bounds.extend(value.checked_add(1));
        }
        previous = Some(*value);
    }
    bounds.sort_unstable();
    bounds.dedup();
    let null = bounds.len() as u16 + 1;
    let coder = coder(&Codes::Cut { raw, cuts: bounds.clone(), days: false })?;
    let mut room = Box::new([0; BLOCK_ROWS]);
    let mut codes = Vec::with_capacity(rows);
    for start in (0..rows).step_by(BLOCK_ROWS) {
        let count = BLOCK_ROWS.min(rows - start);
        encode(Level::detect(), raw, &coder, start, count, &mut room);
        codes.extend((0..count).map(|row| if is_valid(start + row) { room[row] } else { null }));
    }
    Some(Coarse { bounds, codes })
}

/// What the coarse codes of a column leave open.
pub(super) struct Edges {
    cuts: Vec<i64>,
    /// By coarse code: the cuts among its values.
    inside: Vec<(u32, u32)>,
    /// By cut: the predicates that change there, and what they become.
    changes: Vec<Vec<(u32, bool)>>,
}

impl Edges {
    /// `predicates` say what holds between the cuts.
    pub fn new(coarse: &Coarse, cuts: &[i64], predicates: &[Predicate]) -> Self {
        let below = |position: i64| cuts.partition_point(|cut| *cut <= position) as u32;
        let inside = (0..=coarse.bounds.len())
            .map(|code| {
                let first = code.checked_sub(1).and_then(|before| coarse.bounds.get(before)).map_or(0, |least| below(*least));
                let end = coarse.bounds.get(code).map_or(cuts.len() as u32, |above| below(above.saturating_sub(1)));
                (first, end.max(first))
            })
            .collect();
        let change = |cut: usize| {
            let at = |predicate: &Predicate, code: usize| predicate.holds.get(code).copied().unwrap_or(false);
            let changed = predicates.iter().enumerate().filter(|(_, predicate)| at(predicate, cut) != at(predicate, cut + 1));
            changed.map(|(index, predicate)| (index as u32, at(predicate, cut + 1))).collect()
        };
        Self { cuts: cuts.to_vec(), inside, changes: (0..cuts.len()).map(change).collect() }
    }

    /// By coarse code: where its least value lies between the cuts, and whether a cut lies among its values.
    pub fn least(&self) -> impl Iterator<Item = (usize, bool)> {
        self.inside.iter().map(|(first, end)| (*first as usize, end > first))
    }

    /// Puts the masks right for the rows that `open` names, whose bits are those of the least value of their code.
    pub fn close(&self, raw: Raw<'_>, start: usize, codes: &[u16; BLOCK_ROWS], open: &Mask, masks: &mut [Mask]) {
        for (index, mut word) in open.iter().copied().enumerate() {
            while word != 0 {
                let (row, bit) = (index * 64 + word.trailing_zeros() as usize, word & word.wrapping_neg());
                word ^= bit;
                let position = raw.position(start + row);
                let Some((first, end)) = self.inside.get(usize::from(codes[row])) else { continue };
                for cut in *first as usize..*end as usize {
                    if position < self.cuts[cut] {
                        break;
                    }
                    for (predicate, holds) in &self.changes[cut] {
                        let word = &mut masks[*predicate as usize][index];
                        *word = if *holds { *word | bit } else { *word & !bit };
                    }
                }
            }
        }
    }
}
