use std::ops::Range;

use crate::{BLOCK_WORDS, Level, Mask, simd};

/// How masks are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Junction {
    /// In all.
    And,
    /// In any.
    Or,
}

/// A step of a program over the masks of a block; masks are known by their place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instruction {
    /// `to` becomes the junction of the masks that `parts` of the operands name: one or more.
    Join {
        /// And, or.
        junction: Junction,
        /// Where the result goes; it may be one of the parts.
        to: u32,
        /// The first operand, and how many.
        parts: (u32, u32),
    },
    /// `to` becomes the rows of the block that are not in `from`.
    Not {
        /// Where the result goes.
        to: u32,
        /// What is negated.
        from: u32,
    },
    /// The mask `from` is written to output `row`.
    Emit {
        /// What is written.
        from: u32,
        /// Which output.
        row: u32,
    },
}

/// Instructions, and the masks that their parts name.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// In the order in which they run.
    pub instructions: Vec<Instruction>,
    /// The operands of joins.
    pub operands: Vec<u32>,
}

/// Where the masks of a block are written.
#[derive(Debug)]
pub struct Outputs<'o, 'w> {
    /// The words of each result.
    pub rows: &'o mut [&'w mut [u64]],
    /// Where the block's words stand in them.
    pub place: Range<usize>,
    /// To which the ones in them are added.
    pub counts: &'o mut [u64],
}

/// Runs a program over one block; `all` has a one for each row that is there.
///
/// # Panics
/// If an instruction names a mask, an operand or an output that is not there.
pub fn run(level: Level, program: &Program, masks: &mut [Mask], all: &Mask, outputs: &mut Outputs<'_, '_>) {
    simd::run(level.or_less(), program, masks, all, outputs);
}

/// Writes the words of a mask to `to`, and returns how many ones they have.
pub fn emit(mask: &Mask, to: &mut [u64]) -> u64 {
    to.iter_mut()
        .zip(mask)
        .map(|(to, word)| {
            *to = *word;
            u64::from(word.count_ones())
        })
        .sum()
}

/// The program, by a compiler that vectorises; `emit` writes a result. `STEP` words are joined at a time, so few that they stay in registers
/// whatever the number of parts. With 256-bit vectors 32 words, which would fit, were not kept there: 1.2 s where 16 take .78.
#[inline(always)]
pub(crate) fn interpret<const STEP: usize>(
    program: &Program,
    masks: &mut [Mask],
    all: &Mask,
    outputs: &mut Outputs<'_, '_>,
    emit: impl Fn(&Mask, &mut [u64]) -> u64,
) {
    let operands = &program.operands;
    for instruction in &program.instructions {
        match *instruction {
            Instruction::Join { junction, to, parts: (first, count) } => {
                let parts = &operands[first as usize..(first + count) as usize];
                match junction {
                    Junction::And => join::<STEP>(masks, to, parts, |a, b| a & b),
                    Junction::Or => join::<STEP>(masks, to, parts, |a, b| a | b),
                }
            }
            Instruction::Not { to, from } => {
                for start in (0..BLOCK_WORDS).step_by(STEP) {
                    let from: [u64; STEP] = std::array::from_fn(|word| masks[from as usize][start + word]);
                    let negated: [u64; STEP] = std::array::from_fn(|word| !from[word] & all[start + word]);
                    masks[to as usize][start..start + STEP].copy_from_slice(&negated);
                }
            }
            Instruction::Emit { from, row } => {
                let words = &mut outputs.rows[row as usize][outputs.place.clone()];
                outputs.counts[row as usize] += emit(&masks[from as usize], words);
            }
        }
    }
}

#[inline(always)]
fn join<const STEP: usize>(masks: &mut [Mask], to: u32, parts: &[u32], op: impl Fn(u64, u64) -> u64) {
    let (first, rest) = parts.split_first().unwrap_or((&to, &[]));
    for start in (0..BLOCK_WORDS).step_by(STEP) {
        let words = |mask: &Mask| -> [u64; STEP] { std::array::from_fn(|word| mask[start + word]) };
        let mut joined = words(&masks[*first as usize]);
        for part in rest {
            let part = words(&masks[*part as usize]);
            for (joined, part) in joined.iter_mut().zip(part) {
                *joined = op(*joined, part);
            }
        }
        masks[to as usize][start..start + STEP].copy_from_slice(&joined);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_level_joins_as_words_do(seed in any::<u64>(), used in 1_usize..=BLOCK_WORDS) {
            let mut state = seed | 1;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                state ^ state >> 29
            };
            let mut all = [0; BLOCK_WORDS];
            all[..used].fill(u64::MAX);
            all[used - 1] = u64::MAX >> (seed % 64);
            let leaves: Vec<Mask> = (0..4).map(|_| std::array::from_fn(|word| next() & all[word])).collect();
            let operands = vec![0, 1, 2, 3, 0];
            let instructions = vec![
                Instruction::Join { junction: Junction::And, to: 4, parts: (0, 3) },
                Instruction::Join { junction: Junction::Or, to: 5, parts: (3, 2) },
                Instruction::Not { to: 6, from: 4 },
                Instruction::Emit { from: 4, row: 0 },
                Instruction::Emit { from: 5, row: 1 },
                Instruction::Emit { from: 6, row: 2 },
            ];
            let program = Program { instructions, operands };
            let expected: [Vec<u64>; 3] = [
                (0..used).map(|word| leaves[0][word] & leaves[1][word] & leaves[2][word]).collect(),
                (0..used).map(|word| leaves[3][word] | leaves[0][word]).collect(),
                (0..used).map(|word| !(leaves[0][word] & leaves[1][word] & leaves[2][word]) & all[word]).collect(),
            ];
            for level in Level::available() {
                let mut masks = leaves.clone();
                masks.resize(7, [0; BLOCK_WORDS]);
                let mut buffer = vec![7_u64; 3 * BLOCK_WORDS + 8];
                let start = buffer.as_ptr().align_offset(64).min(8);
                let mut counts = [0; 3];
                {
                    let mut rows: Vec<&mut [u64]> = buffer[start..].chunks_mut(BLOCK_WORDS).take(3).collect();
                    let mut outputs = Outputs { rows: &mut rows, place: 0..used, counts: &mut counts };
                    run(level, &program, &mut masks, &all, &mut outputs);
                }
                for (row, expected) in expected.iter().enumerate() {
                    let from = start + row * BLOCK_WORDS;
                    prop_assert_eq!(&buffer[from..from + used], expected.as_slice(), "{:?}", level);
                    prop_assert_eq!(counts[row], expected.iter().map(|word| u64::from(word.count_ones())).sum::<u64>());
                }
            }
        }
    }
}
