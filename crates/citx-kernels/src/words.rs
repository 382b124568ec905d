use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Words in a cache line; rows of masks begin at one, so that they can be written past the caches.
const LINE: usize = 8;

/// Memory of a result that was dropped, kept for the next one: a fresh gigabyte costs more to map than to fill.
///
/// It keeps one buffer at most. Clones share it.
#[derive(Clone, Default)]
pub struct Spare(Arc<Mutex<Option<Vec<u64>>>>);

/// Equally long rows of words in one buffer.
pub struct Words {
    data: Vec<u64>,
    /// Where the first row begins: at a cache line.
    start: usize,
    /// From one row to the next, in words.
    stride: usize,
    home: Weak<Mutex<Option<Vec<u64>>>>,
}

impl Spare {
    /// Nothing kept yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// `rows` rows of at least `words` words each, each beginning at a cache line. Their content is undefined in meaning: zeros, or
    /// what an earlier result left. `None` if there is not enough memory.
    pub fn rows(&self, rows: usize, words: usize) -> Option<Words> {
        let stride = words.div_ceil(LINE).checked_mul(LINE)?;
        let needed = stride.checked_mul(rows)?.checked_add(LINE)?;
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Half of a large buffer unused would be memory nobody asked for.
        let data = match kept.filter(|kept| kept.len() >= needed && kept.len() / 2 <= needed) {
            Some(kept) => kept,
            None => zeros(needed)?,
        };
        // `align_offset` may say that it cannot tell; the rows then begin anywhere, which is slower and still right.
        let start = data.as_ptr().align_offset(LINE * size_of::<u64>());
        Some(Words { start: if start < LINE { start } else { 0 }, data, stride, home: Arc::downgrade(&self.0) })
    }
}

/// Zeros straight from the system, mapped when they are first written; `None` where it has no more.
fn zeros(words: usize) -> Option<Vec<u64>> {
    let mut probe: Vec<u64> = Vec::new();
    probe.try_reserve_exact(words).ok()?;
    drop(probe);
    Some(vec![0; words])
}

impl Words {
    /// A single row.
    pub(crate) fn single(data: Vec<u64>) -> Self {
        Self { stride: data.len(), start: 0, data, home: Weak::new() }
    }

    /// From one row to the next, in words.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// The rows, each of the stride's length.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut [u64]> {
        let stride = self.stride.max(1);
        self.data.get_mut(self.start..).unwrap_or_default().chunks_exact_mut(stride)
    }

    pub(crate) fn slice(&self, row: usize, words: usize) -> &[u64] {
        let start = self.start + row * self.stride;
        self.data.get(start..start + words).unwrap_or(&[])
    }

    pub(crate) fn slice_mut(&mut self, row: usize, words: usize) -> &mut [u64] {
        let start = self.start + row * self.stride;
        self.data.get_mut(start..start + words).unwrap_or(&mut [])
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        if let Some(home) = self.home.upgrade() {
            let mut kept = home.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.as_ref().is_none_or(|kept| kept.len() < self.data.len()) {
                *kept = Some(std::mem::take(&mut self.data));
            }
        }
    }
}

impl fmt::Debug for Spare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map_or(0, Vec::len);
        write!(f, "Spare({kept} words)")
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({} words a row)", self.stride)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_result_is_used_again() {
        let spare = Spare::new();
        let mut words = spare.rows(3, 10).expect("a little memory");
        assert_eq!(words.stride(), 16);
        assert_eq!(words.rows_mut().take(3).map(|row| row.len()).sum::<usize>(), 48);
        let first = words.slice(0, 1).as_ptr();
        assert_eq!(first as usize % 64, 0);
        drop(words);
        assert_eq!(spare.rows(3, 10).expect("the same").slice(0, 1).as_ptr(), first);
        assert!(spare.rows(usize::MAX, usize::MAX).is_none());
    }
}
