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

/// Codes of about equally many citizens each; a value that many share has one of its own. `None` where nobody has a value, or values span
/// more than a double holds.
pub(super) fn make(raw: Raw<'_>, valid: Option<&BooleanBuffer>) -> Option<Coarse> {
    let rows = raw.len();
    let is_valid = |row: usize| valid.is_none_or(|valid| valid.value(row));
    let looked_at = (0..rows).step_by(rows.div_ceil(SAMPLE).max(1)).filter(|row| is_valid(*row)).map(|row| raw.position(row));
    // A NaN lies above every bound.
    let mut sample: Vec<i64> = looked_at.filter(|position| *position != i64::MAX).collect();
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

#[cfg(test)]
mod tests {
    use arrow_array::builder::BooleanBufferBuilder;
    use proptest::prelude::*;

    use super::super::column::Position;
    use super::*;

    /// For each row and predicate, what the codes and the open rows' values say, and what the values alone say; nothing where no row has
    /// a number.
    fn by_codes_and_by_values(raw: Raw<'_>, valid: &[bool], cuts: &[i64], predicates: &[Predicate]) -> (Vec<Vec<bool>>, Vec<Vec<bool>>) {
        let mut bits = BooleanBufferBuilder::new(valid.len());
        valid.iter().for_each(|valid| bits.append(*valid));
        let has_number = (0..valid.len()).any(|row| valid[row] && raw.position(row) != i64::MAX);
        let coarse = make(raw, Some(&bits.finish()));
        assert_eq!(coarse.is_some(), has_number);
        let Some(coarse) = coarse else { return (Vec::new(), Vec::new()) };
        let edges = Edges::new(&coarse, cuts, predicates);
        let least: Vec<(usize, bool)> = edges.least().collect();
        let mut room = [0_u16; BLOCK_ROWS];
        room.iter_mut().zip(&coarse.codes).for_each(|(code, kept)| *code = *kept);
        let mut open: Mask = [0; 64];
        let mut masks: Vec<Mask> = vec![[0; 64]; predicates.len()];
        for (row, is_valid) in valid.iter().enumerate() {
            let (code, is_open) = if *is_valid { least[usize::from(room[row])] } else { (cuts.len() + 1, false) };
            open[row / 64] |= u64::from(is_open) << (row % 64);
            for (mask, predicate) in masks.iter_mut().zip(predicates) {
                mask[row / 64] |= u64::from(predicate.holds[code]) << (row % 64);
            }
        }
        edges.close(raw, 0, &room, &open, &mut masks);
        let rows = 0..valid.len();
        let by_codes = rows.clone().map(|row| masks.iter().map(|mask| mask[row / 64] >> (row % 64) & 1 == 1).collect()).collect();
        let exact = |row: usize| if valid[row] { cuts.partition_point(|cut| *cut <= raw.position(row)) } else { cuts.len() + 1 };
        let by_values = rows.map(|row| predicates.iter().map(|predicate| predicate.holds[exact(row)]).collect()).collect();
        (by_codes, by_values)
    }

    fn predicates(cuts: usize, seed: u64) -> Vec<Predicate> {
        (0..9).map(|index| Predicate { holds: (0..cuts + 2).map(|code| (seed >> ((code * 7 + index) % 61)) & 1 == 1).collect() }).collect()
    }

    fn cuts(mut positions: Vec<i64>) -> Vec<i64> {
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn open_rows_are_closed_of_numbers(
            rows in proptest::collection::vec((prop_oneof![Just(0_i64), -50..50_i64, any::<i64>()], any::<bool>()), 1..BLOCK_ROWS),
            at in proptest::collection::vec(prop_oneof![-60..60_i64, any::<i64>()], 1..12),
            seed in any::<u64>(),
        ) {
            let (values, valid): (Vec<i64>, Vec<bool>) = rows.into_iter().unzip();
            let cuts = cuts(at);
            let (codes, exact) = by_codes_and_by_values(Raw::I64(&values), &valid, &cuts, &predicates(cuts.len(), seed));
            prop_assert_eq!(codes, exact);
        }

        #[test]
        fn open_rows_are_closed_of_floats(
            rows in proptest::collection::vec((prop_oneof![Just(0.0), Just(-0.0), 0.0..9.0, Just(f64::NAN), -1e300..1e300], any::<bool>()), 1..BLOCK_ROWS),
            at in proptest::collection::vec(prop_oneof![0.0..9.0, -1e300..1e300], 1..12),
            seed in any::<u64>(),
        ) {
            let (values, valid): (Vec<f64>, Vec<bool>) = rows.into_iter().unzip();
            let cuts = cuts(at.into_iter().map(f64::position).collect());
            let (codes, exact) = by_codes_and_by_values(Raw::F64(&values), &valid, &cuts, &predicates(cuts.len(), seed));
            prop_assert_eq!(codes, exact);
        }
    }
}
