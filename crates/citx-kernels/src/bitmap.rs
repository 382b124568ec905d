use std::fmt;
use std::sync::Arc;

use crate::Words;

/// A fixed number of bits, 64 to a word, least significant first; bits beyond the length are zero.
///
/// ```text
/// word 0                word 1
/// bit 63 ... bit 1 0    bit 63 ... bit 1 0
/// row 63 ... row 1 0    row 127 ... row 65 64
/// ```
#[derive(Clone)]
pub struct Bitmap {
    words: Arc<Words>,
    /// Which row of `words`.
    row: usize,
    len: usize,
    /// How many ones, where that is known.
    ones: Option<usize>,
}

impl Bitmap {
    /// `len` zeros.
    pub fn zeros(len: usize) -> Self {
        Self::of(vec![0; len.div_ceil(64)], len)
    }

    /// `len` ones.
    pub fn ones(len: usize) -> Self {
        Self::from_words(vec![u64::MAX; len.div_ceil(64)], len)
    }

    /// The first `len` bits of `words`; missing words are zero, what is beyond is dropped.
    pub fn from_words(mut words: Vec<u64>, len: usize) -> Self {
        words.resize(len.div_ceil(64), 0);
        if let (Some(last), used @ 1..) = (words.last_mut(), len % 64) {
            *last &= (1 << used) - 1;
        }
        Self::of(words, len)
    }

    /// The first `len` bits of each of the first rows, which have `ones` ones; they share the memory. Bits beyond the length must be zero.
    pub fn from_rows(words: Words, len: usize, ones: &[u64]) -> Vec<Self> {
        let words = Arc::new(words);
        ones.iter().enumerate().map(|(row, ones)| Self { words: words.clone(), row, len, ones: Some(*ones as usize) }).collect()
    }

    fn of(words: Vec<u64>, len: usize) -> Self {
        Self { words: Arc::new(Words::single(words)), row: 0, len, ones: None }
    }

    /// How many bits, ones and zeros.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bits at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The words, 64 bits each.
    pub fn words(&self) -> &[u64] {
        self.words.slice(self.row, self.len.div_ceil(64))
    }

    /// Whether bit `index` is one; false beyond the end.
    pub fn get(&self, index: usize) -> bool {
        self.words().get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// Sets bit `index` to one; does nothing beyond the end. A bitmap that shares its words gets words of its own first.
    pub fn set(&mut self, index: usize) {
        if index >= self.len {
            return;
        }
        if Arc::get_mut(&mut self.words).is_none() {
            *self = Self::of(self.words().to_vec(), self.len);
        }
        self.ones = None;
        let (row, words) = (self.row, self.len.div_ceil(64));
        if let Some(shared) = Arc::get_mut(&mut self.words)
            && let Some(word) = shared.slice_mut(row, words).get_mut(index / 64)
        {
            *word |= 1 << (index % 64);
        }
    }

    /// How many ones.
    pub fn count_ones(&self) -> usize {
        self.ones.unwrap_or_else(|| self.words().iter().map(|word| word.count_ones() as usize).sum())
    }

    /// The indices of the ones, ascending.
    pub fn ones_iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words().iter().enumerate().flat_map(|(index, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                (left != 0).then(|| {
                    left &= left - 1;
                    index * 64 + bit
                })
            })
        })
    }

    /// The bits in both; `other` counts as zero beyond its end.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    /// The bits in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    /// The bits in this and not in `other`.
    #[must_use]
    pub fn and_not(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }

    /// The bits not in this.
    #[must_use]
    pub fn not(&self) -> Self {
        Self::from_words(self.words().iter().map(|word| !word).collect(), self.len)
    }

    fn zip(&self, other: &Self, op: impl Fn(u64, u64) -> u64) -> Self {
        let other = other.words().iter().copied().chain(std::iter::repeat(0));
        Self::from_words(self.words().iter().zip(other).map(|(&a, b)| op(a, b)).collect(), self.len)
    }
}

impl FromIterator<bool> for Bitmap {
    fn from_iter<I: IntoIterator<Item = bool>>(bits: I) -> Self {
        let (mut words, mut len) = (Vec::new(), 0);
        for bit in bits {
            if len % 64 == 0 {
                words.push(0);
            }
            if let Some(word) = words.last_mut() {
                *word |= u64::from(bit) << (len % 64);
            }
            len += 1;
        }
        Self::of(words, len)
    }
}

impl PartialEq for Bitmap {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.words() == other.words()
    }
}

impl Eq for Bitmap {}

impl fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bitmap({} of {})", self.count_ones(), self.len)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_bitmap_is_a_set_of_indices(a in proptest::collection::vec(any::<bool>(), 0..300), seed in any::<u64>()) {
            let b: Vec<bool> = a.iter().enumerate().map(|(i, _)| seed.rotate_left(i as u32) & 1 == 1).collect();
            let set = |bits: &[bool]| bits.iter().enumerate().filter(|(_, bit)| **bit).map(|(i, _)| i).collect::<BTreeSet<_>>();
            let (x, y): (Bitmap, Bitmap) = (a.iter().copied().collect(), b.iter().copied().collect());
            let ones = |bitmap: &Bitmap| bitmap.ones_iter().collect::<BTreeSet<_>>();
            prop_assert_eq!(x.count_ones(), set(&a).len());
            prop_assert_eq!(ones(&x.and(&y)), &set(&a) & &set(&b));
            prop_assert_eq!(ones(&x.or(&y)), &set(&a) | &set(&b));
            prop_assert_eq!(ones(&x.and_not(&y)), &set(&a) - &set(&b));
            prop_assert_eq!(x.not().count_ones() + x.count_ones(), a.len());
        }
    }
}
