//! Domains' moments from counts of answers, where every domain is a union of cells: one pass over the rows for all breakdowns at once.

use super::cells::Occupied;
use super::decimal::DecimalSum;
use super::design::Design;
use super::exact::times_power_of_two;
use super::variance::Moments;
use super::{ExactSum, ShortDecimal};

/// Respondents who gave one answer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    n: i64,
    /// Sum of the weights' decimals, in units of the histogram's exponent.
    digits: i128,
    /// Sum of the squared weights in fixed point.
    squares: i64,
}

impl Tally {
    /// Adds the sums of a block: of the low parts of weights with [`ONE`] each, of the high parts, and of the squares.
    fn add(&mut self, &[low, high, squares]: &[i64; 3]) {
        self.n += low / ONE;
        self.digits += i128::from(low % ONE) + (i128::from(high) << LOW);
        self.squares += squares;
    }
}

/// Answers to questions by their cell: a stratum, and a group of each classification.
#[derive(Debug)]
pub(crate) struct Histogram {
    cells: Occupied,
    /// Where the rows of each cell begin.
    starts: Vec<u32>,
    /// By question, then by row with a weight, cell by cell: the place of the answer.
    answers: Vec<Vec<u8>>,
    /// For each of those rows the low part of its weight's digits with [`ONE`], their high part, and the squared weight.
    weights: Vec<[i64; 3]>,
    scale: Scale,
    strata: usize,
    /// Groups of each classification.
    groups: Vec<usize>,
}

/// What digits and squares are counted in.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// Weights are digits x 10^`exponent`.
    exponent: i16,
    /// Squared weights, as scaled by the design, are squares over this.
    square: f64,
    /// What a weight scaled by the design is on its own scale.
    unit: f64,
}

/// Rows of a cell whose weights stay in the cache from question to question: the low parts of so many leave room for their number.
const BLOCK: usize = 512;

/// Bits of the low part of a weight's digits.
const LOW: u32 = 40;

/// A respondent, counted above the low parts of a block's weights.
const ONE: i64 = 1 << 52;

/// Cells beyond which counting rows one by one is no slower.
const MOST_CELLS: usize = 1 << 17;

impl Histogram {
    /// The histogram of questions' answers over classifications by their codes, each below its number of groups. Nothing for designs whose variances are not sums
    /// over respondents, or for weights whose decimals lie too far apart to be counted in whole numbers.
    pub fn new(design: &Design, decimals: &[ShortDecimal], questions: &[&[u8]], codes: &[&[u32]], groups: &[usize]) -> Option<Self> {
        let (strata, sampled) = design.strata_of_respondents()?;
        if sampled.iter().any(|&sampled| sampled < 2.0) {
            return None;
        }
        let rows = design.rows();
        let exponent = decimals.iter().map(ShortDecimal::exponent).min()?;
        let all_codes: Vec<&[u32]> = std::iter::once(strata).chain(codes.iter().copied()).collect();
        let sizes: Vec<usize> = std::iter::once(sampled.len()).chain(groups.iter().copied()).collect();
        let cells = Occupied::new(&all_codes, &sizes, &design.weights);
        if cells.count > MOST_CELLS {
            return None;
        }
        let mut starts = vec![0_u32; cells.count + 1];
        cells.of_row.iter().filter(|&&cell| cell != Occupied::NONE).for_each(|&cell| starts[cell as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut next = starts.clone();
        let mut sorted = vec![0_u32; *starts.last()? as usize];
        for (row, &cell) in cells.of_row.iter().enumerate().filter(|&(_, &cell)| cell != Occupied::NONE) {
            sorted[next[cell as usize] as usize] = row as u32;
            next[cell as usize] += 1;
        }
        // Scaled weights are below 2: their squares, added up, stay below 2^62.
        let bits = 60 - (64 - (rows as u64).leading_zeros() as i32);
        let scale = Scale { exponent, square: times_power_of_two(1.0, bits - 2), unit: design.unit_weight() };
        let lanes = |&row: &u32| {
            let digits = decimals[row as usize].in_units_of(exponent)?;
            let low = (digits & ((1 << LOW) - 1)) as i64;
            Some([low | ONE, (digits >> LOW) as i64, (design.weights[row as usize].powi(2) * scale.square) as i64])
        };
        let weights = sorted.iter().map(lanes).collect::<Option<Vec<_>>>()?;
        let answers = questions.iter().map(|answers| sorted.iter().map(|&row| answers[row as usize]).collect()).collect();
        Some(Self { cells, starts, answers, weights, scale, strata: sampled.len(), groups: groups.to_vec() })
    }

    /// For questions one after the other, each with so many places of answers: the tallies of everyone, then of each classification's groups,
    /// each by stratum and answer. Answers at other places are left out. Weights are read once for all questions.
    pub fn tally(&self, first: usize, places: &[usize]) -> Vec<Vec<Vec<Tally>>> {
        let groups = || std::iter::once(&1).chain(&self.groups);
        let room = |places: usize| groups().map(|groups| vec![Tally::default(); groups * self.strata * places]).collect();
        let mut tallies: Vec<Vec<Vec<Tally>>> = places.iter().map(|&places| room(places)).collect();
        // Answers that do not count are added up beyond the others: a choice by row would be guessed wrong too often.
        let mut sums = vec![[0_i64; 3]; places.iter().copied().max().unwrap_or(0) + 1];
        for (cell, range) in self.starts.windows(2).enumerate() {
            let stratum = self.cells.categories[0][cell] as usize;
            for start in (range[0] as usize..range[1] as usize).step_by(BLOCK) {
                let block = start..(start + BLOCK).min(range[1] as usize);
                let weights = &self.weights[block.clone()];
                for ((tallies, &places), answers) in tallies.iter_mut().zip(places).zip(&self.answers[first..]) {
                    let sums = &mut sums[..=places];
                    sums.fill([0; 3]);
                    for (&answer, [low, high, square]) in answers[block.clone()].iter().zip(weights) {
                        let sum = &mut sums[usize::from(answer).min(places)];
                        sum[0] += low;
                        sum[1] += high;
                        sum[2] += square;
                    }
                    for (classification, tallies) in tallies.iter_mut().enumerate() {
                        let group = if classification == 0 { 0 } else { self.cells.categories[classification][cell] as usize };
                        let at = (group * self.strata + stratum) * places;
                        tallies[at..at + places].iter_mut().zip(&*sums).for_each(|(tally, sums)| tally.add(sums));
                    }
                }
            }
        }
        tallies
    }

    /// How many tallies a group has.
    pub fn group_size(&self, answers: usize) -> usize {
        self.strata * answers
    }

    /// The exact sum of the weights of each answer.
    pub fn sums(&self, group: &[Tally], answers: usize) -> Vec<DecimalSum> {
        let digits = |answer: usize| group.iter().skip(answer).step_by(answers).map(|tally| tally.digits).sum();
        (0..answers).map(|answer| DecimalSum::of(digits(answer), self.scale.exponent)).collect()
    }

    /// The moments of a group whose answers have these values; nothing where nobody gave one. As [`Design::moments`].
    pub fn moments(&self, design: &Design, group: &[Tally], values: &[f64], base: Option<f64>) -> Option<Moments> {
        let strata: Vec<&[Tally]> = group.chunks(values.len()).collect();
        let n = group.iter().map(|tally| tally.n).sum::<i64>() as f64;
        let weight = |tally: &Tally| tally.digits as f64 * 10f64.powi(i32::from(self.scale.exponent));
        let square = |tally: &Tally| tally.squares as f64 / self.scale.square * self.scale.unit * self.scale.unit;
        let by_answer = |of: &dyn Fn(&Tally) -> f64| -> Vec<f64> {
            (0..values.len()).map(|answer| strata.iter().map(|tallies| of(&tallies[answer])).collect::<ExactSum>().value()).collect()
        };
        let weights = by_answer(&weight);
        let all = weights.iter().copied().collect::<ExactSum>().value();
        if all <= 0.0 {
            return None;
        }
        let value = weights.iter().zip(values).map(|(weight, value)| weight * value).collect::<ExactSum>().value() / all;
        let spread = weights.iter().zip(values).map(|(weight, own)| weight * (own - value).powi(2)).collect::<ExactSum>().value() / all;
        let mut variance = ExactSum::new();
        for (stratum, tallies) in strata.iter().enumerate() {
            let (sampled, left_out) = design.stratum(stratum as u32);
            let n = base.unwrap_or(sampled);
            let residual = |of: &dyn Fn(&Tally) -> f64, power: i32| {
                tallies.iter().zip(values).map(|(tally, own)| of(tally) * ((own - value) / all).powi(power)).collect::<ExactSum>().value()
            };
            let (sum, squares) = (residual(&weight, 1), residual(&square, 2));
            variance.add(left_out * n / (n - 1.0) * (squares - sum * sum / n).max(0.0));
        }
        let squares = by_answer(&square).into_iter().collect::<ExactSum>().value();
        let occupied = strata.iter().filter(|tallies| tallies.iter().any(|tally| tally.n > 0)).count() as f64;
        Some(Moments {
            n,
            value,
            variance: variance.value(),
            df: n - occupied,
            n_eff: all * all / squares,
            weight: all,
            simple: spread / (n - 1.0),
        })
    }
}
