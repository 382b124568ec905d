//! Rules as sums of products: a rule is true where one of its terms is, and a term where the codes of all its channels leave it standing.
//!
//! For each channel and code there is a row of bits, one for each term. The AND of the rows of a citizen's codes are the terms that hold; the
//! first terms of all rules come first, then the second ones of those that have two, so that their OR are the rules that are true.

use std::sync::Arc;

use super::super::plan::{Constant, Op, Operations};
use super::cuts::{Code, NULL};
use super::moment::{Moment, Table};
use super::program::{FALSE, TRUE, Truth};

/// The most terms of a rule, and the most conditions in them.
const MAX_TERMS: usize = 32;
const MAX_CONDITIONS: usize = 1_024;

/// The most bytes of all rows.
const MAX_BYTES: usize = 64 << 20;

/// What a condition is to be.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Wanted {
    True,
    False,
    NotTrue,
    NotFalse,
}

impl Wanted {
    pub const ALL: [Self; 4] = [Self::True, Self::False, Self::NotTrue, Self::NotFalse];

    pub fn fits(self, truth: Truth) -> bool {
        match self {
            Self::True => truth == TRUE,
            Self::False => truth == FALSE,
            Self::NotTrue => truth != TRUE,
            Self::NotFalse => truth != FALSE,
        }
    }

    /// What a condition is where its negation is that.
    pub fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::NotTrue => Self::NotFalse,
            Self::NotFalse => Self::NotTrue,
        }
    }

    /// Whether an AND is that where all its parts are, and an OR where one is; else it is the other way round.
    pub fn is_of_all(self) -> bool {
        matches!(self, Self::True | Self::NotFalse)
    }
}

/// One of some conditions on a channel, by their places, is as wanted.
#[derive(Clone)]
struct Literal {
    channel: u32,
    any: Vec<(u32, Wanted)>,
}

impl Literal {
    fn holds(&self, truths: &[Truth]) -> bool {
        self.any.iter().any(|(place, wanted)| truths.get(*place as usize).is_some_and(|truth| wanted.fits(*truth)))
    }
}

/// A sum of products.
#[derive(Clone, Default)]
pub(super) struct Sum {
    terms: Vec<Vec<Literal>>,
}

impl Sum {
    pub fn condition(channel: u32, place: u32, wanted: Wanted) -> Self {
        Self { terms: vec![vec![Literal { channel, any: vec![(place, wanted)] }]] }
    }

    pub fn constant(holds: bool) -> Self {
        Self { terms: if holds { vec![Vec::new()] } else { Vec::new() } }
    }

    fn is_short(&self) -> bool {
        let conditions = self.terms.iter().flatten().map(|literal| literal.any.len()).sum::<usize>();
        self.terms.len() <= MAX_TERMS && conditions <= MAX_CONDITIONS
    }

    /// Where all parts hold; `None` where that would be too long.
    pub fn all<'s>(parts: impl Iterator<Item = Option<&'s Self>>) -> Option<Self> {
        let mut all = Self::constant(true);
        for part in parts {
            match part?.terms.as_slice() {
                many if all.terms.len() * many.len() > MAX_TERMS => return None,
                [one] => all.terms.iter_mut().for_each(|term| term.extend_from_slice(one)),
                many => {
                    let joined = |term: &Vec<Literal>| many.iter().map(|other| [term.as_slice(), other].concat()).collect::<Vec<_>>();
                    all.terms = all.terms.iter().flat_map(joined).collect();
                }
            }
            if !all.is_short() {
                return None;
            }
        }
        Some(all)
    }

    /// Where one of the parts holds.
    pub fn any<'s>(parts: impl Iterator<Item = Option<&'s Self>>) -> Option<Self> {
        let mut any = Self::default();
        for part in parts {
            for term in &part?.terms {
                let same = any.terms.iter_mut().find_map(|known| match (known.as_mut_slice(), term.as_slice()) {
                    ([known], [one]) if known.channel == one.channel => Some((known, one)),
                    _ => None,
                });
                match same {
                    Some((known, one)) => known.any.extend_from_slice(&one.any),
                    None => any.terms.push(term.clone()),
                }
            }
            if !any.is_short() {
                return None;
            }
        }
        Some(any)
    }
}

/// Whether a constant condition is as wanted.
pub(super) fn is_constant(operations: &Operations, id: u32, wanted: Wanted) -> bool {
    match operations.ops.get(id as usize) {
        Some(Op::Constant(Constant::Boolean(value))) => wanted.fits(if *value { TRUE } else { FALSE }),
        _ => matches!(wanted, Wanted::NotTrue | Wanted::NotFalse),
    }
}

/// The terms of some rules, which are the first roots.
#[derive(Default)]
pub(super) struct Terms {
    /// How many roots there are.
    pub roots: usize,
    /// The n-th terms of all rules that have so many: in which word of a row they begin, and how many they are.
    rounds: Vec<(usize, usize)>,
    /// By word, the bits that are terms.
    used: Vec<u64>,
    /// By word of terms, the word of their roots.
    root_words: Vec<u32>,
    /// By term, its channels: from one place to the next in a list.
    starts: Vec<u32>,
    channels: Vec<u32>,
    /// By channel, the conditions that terms have on it.
    literals: Vec<Vec<(usize, Literal)>>,
}

/// What the codes of one channel leave standing: a row of bits for each, and the last for null.
#[derive(Clone)]
pub(super) struct Mask {
    bits: Arc<[u64]>,
    words: usize,
}

impl Terms {
    /// Whether the rows take so little memory that it is worth it: `codes` is how many each channel has.
    pub fn fit<'s>(sums: impl Iterator<Item = &'s Sum>, codes: impl Iterator<Item = usize>) -> bool {
        let terms = sums.map(|sum| sum.terms.len()).sum::<usize>();
        codes.sum::<usize>().saturating_mul(terms / 8) <= MAX_BYTES
    }

    /// How the roots are to be ordered.
    pub fn rank(sum: &Sum) -> usize {
        MAX_TERMS.saturating_sub(sum.terms.len())
    }

    /// The terms of roots in the order of their ranks.
    pub fn new(sums: &[Sum], channels: usize) -> Self {
        let mut terms = Self { roots: sums.len(), literals: vec![Vec::new(); channels], ..Self::default() };
        for round in 0.. {
            let roots = sums.partition_point(|sum| sum.terms.len() > round);
            if roots == 0 {
                break;
            }
            let first = terms.used.len();
            terms.rounds.push((first, roots));
            for (root, term) in sums.iter().take(roots).map(|sum| sum.terms.get(round)).enumerate() {
                let number = first * 64 + root;
                if root % 64 == 0 {
                    terms.used.push(0);
                    terms.root_words.push(root as u32 / 64);
                    terms.starts.resize(number, terms.channels.len() as u32);
                }
                if let Some(used) = terms.used.last_mut() {
                    *used |= 1 << (root % 64);
                }
                terms.starts.push(terms.channels.len() as u32);
                let start = terms.channels.len();
                for literal in term.into_iter().flatten() {
                    if let Some(literals) = terms.literals.get_mut(literal.channel as usize) {
                        literals.push((number, literal.clone()));
                    }
                    if !terms.channels.get(start..).unwrap_or_default().contains(&literal.channel) {
                        terms.channels.push(literal.channel);
                    }
                }
            }
        }
        terms.starts.push(terms.channels.len() as u32);
        terms
    }

    /// What the codes of a channel leave standing, by what its conditions are then.
    pub fn mask(&self, channel: usize, table: &Table) -> Mask {
        let literals = self.literals.get(channel).map(Vec::as_slice).unwrap_or_default();
        let words = if literals.is_empty() { 0 } else { self.used.len() };
        let mut bits = Vec::new();
        for truths in table.rows().take(if words == 0 { 0 } else { usize::MAX }) {
            let start = bits.len();
            bits.resize(start + words, u64::MAX);
            for (term, literal) in literals {
                if let Some(word) = bits.get_mut(start + term / 64).filter(|_| !literal.holds(truths)) {
                    *word &= !(1 << (term % 64));
                }
            }
        }
        Mask { bits: bits.into(), words }
    }

    fn holds(&self, term: usize, codes: &[Code], moment: &Moment) -> bool {
        let place = |term: usize| self.starts.get(term).map_or(0, |start| *start as usize);
        self.channels.get(place(term)..place(term + 1)).unwrap_or_default().iter().all(|channel| {
            let (mask, code) = (moment.masks.get(*channel as usize), codes.get(*channel as usize));
            mask.zip(code).is_some_and(|(mask, code)| mask.row(*code).get(term / 64).is_some_and(|word| word >> (term % 64) & 1 == 1))
        })
    }

    fn is_true(&self, root: usize, codes: &[Code], moment: &Moment) -> bool {
        let mut rounds = self.rounds.iter().take_while(|(_, roots)| root < *roots);
        rounds.any(|(first, _)| self.holds(first * 64 + root, codes, moment))
    }

    /// The roots that flip where a channel's row of terms becomes another, all codes being there already; `flip` hears of each.
    pub fn differing(
        &self,
        (was, now): (&[u64], &[u64]),
        codes: &[Code],
        moment: &Moment,
        members: &mut [u64],
        mut flip: impl FnMut(u32, bool),
    ) {
        for (index, (was, now)) in was.iter().zip(now).enumerate() {
            let mut differing = was ^ now;
            if differing == 0 {
                continue;
            }
            let root_word = self.root_words.get(index).map_or(0, |word| *word as usize);
            let Some(member) = members.get_mut(root_word) else { continue };
            // A rule that is true can only fall with a term, one that is not can only rise with one.
            differing &= now ^ *member;
            while differing != 0 {
                let bit = differing.trailing_zeros() as usize;
                differing &= differing - 1;
                let root = root_word * 64 + bit;
                let is_member = *member >> bit & 1 == 1;
                let flips = if is_member { !self.is_true(root, codes, moment) } else { self.holds(index * 64 + bit, codes, moment) };
                if flips {
                    *member ^= 1 << bit;
                    flip(root as u32, !is_member);
                }
            }
        }
    }

    /// The same where any code may be another. `standing` is memory to work in.
    pub fn all(&self, codes: &[Code], moment: &Moment, members: &mut [u64], standing: &mut Vec<u64>, mut flip: impl FnMut(u32, bool)) {
        standing.clear();
        standing.extend_from_slice(&self.used);
        for (mask, code) in moment.masks.iter().zip(codes) {
            standing.iter_mut().zip(mask.row(*code)).for_each(|(standing, row)| *standing &= row);
        }
        let words = self.roots.div_ceil(64);
        for (index, member) in members.iter_mut().enumerate().take(words) {
            let round = |(first, roots): &(usize, usize)| if index * 64 < *roots { standing.get(first + index).copied() } else { None };
            let now = self.rounds.iter().map_while(round).fold(0, |now, word| now | word);
            let known = if (index + 1) * 64 <= self.roots { u64::MAX } else { (1 << (self.roots % 64)) - 1 };
            let mut differing = (*member ^ now) & known;
            *member ^= differing;
            while differing != 0 {
                let bit = differing.trailing_zeros();
                flip(index as u32 * 64 + bit, now >> bit & 1 == 1);
                differing &= differing - 1;
            }
        }
    }
}

impl Mask {
    /// The terms that a code leaves standing; empty where no term looks at the channel.
    pub fn row(&self, code: Code) -> &[u64] {
        let start = if code == NULL { self.bits.len().saturating_sub(self.words) } else { usize::from(code) * self.words };
        self.bits.get(start..start + self.words).unwrap_or_default()
    }
}
