//! Texts: joined, trimmed, looked up and searched.

use memchr::memmem::Finder;

use super::super::like::Pattern;
use super::super::plan::{Set, Side};
use super::*;

/// A set of texts to look many others up in: most are told apart by their length.
pub(super) struct TextSet<'s> {
    texts: &'s [std::sync::Arc<str>],
    /// Bit `n` is set if a text has `n` bytes; the last bit is for all longer ones.
    lengths: u64,
}

impl<'s> TextSet<'s> {
    pub fn of(set: &'s Set) -> Self {
        let texts: &[_] = if let Set::Texts(texts) = set { texts } else { &[] };
        Self { texts, lengths: texts.iter().fold(0, |lengths, text| lengths | Self::length(text)) }
    }

    fn length(text: &str) -> u64 {
        1 << text.len().min(63)
    }

    pub fn has(&self, text: &str) -> bool {
        if self.lengths & Self::length(text) == 0 {
            return false;
        }
        // A few comparisons are faster than a search.
        if self.texts.len() <= 8 {
            return self.texts.iter().any(|one| **one == *text);
        }
        self.texts.binary_search_by(|one| (**one).cmp(text)).is_ok()
    }
}

impl Block<'_, '_> {
    /// Whether `test` holds of each text; unknown where it is null.
    pub(super) fn test_text(&self, a: OpId, test: impl Fn(&str) -> bool) -> Mask {
        match self.texts(a) {
            TextOperand::Each(texts) => Mask::known(self.rows, texts.bits(test), &texts.valid),
            TextOperand::All(text) => Mask::constant(self.rows, text.map(test)),
        }
    }

    pub(super) fn like(&self, a: OpId, pattern: &Pattern) -> Mask {
        let TextOperand::Each(texts) = self.texts(a) else { return self.test_text(a, |text| pattern.matches(text)) };
        let lowered = pattern.folds().then(|| self.mapped_chars(a, f::lower, str::make_ascii_lowercase));
        let texts = lowered.as_ref().unwrap_or(texts);
        let fits = match pattern.part() {
            Some(part) => texts.holding(part),
            None => texts.bits(|text| pattern.fits(text)),
        };
        Mask::known(self.rows, fits, &texts.valid)
    }

    pub(super) fn two_texts(&self, a: OpId, b: OpId, test: impl Fn(&str, &str) -> bool) -> Mask {
        if let TextOperand::All(Some(same)) = self.texts(b) {
            return self.test_text(a, |text| test(text, same));
        }
        let (a, b) = (self.texts(a), self.texts(b));
        let valid = both(&a.valid(self.rows), &b.valid(self.rows));
        Mask::known(self.rows, bits(self.rows, |row| test(a.get(row), b.get(row))), &valid)
    }

    pub(super) fn contains(&self, a: OpId, b: OpId) -> Mask {
        match (self.texts(a), self.texts(b)) {
            (TextOperand::Each(texts), TextOperand::All(Some(part))) => {
                Mask::known(self.rows, texts.holding(&Finder::new(part.as_bytes())), &texts.valid)
            }
            _ => self.two_texts(a, b, |a, b| a.contains(b)),
        }
    }

    /// Patterns from a column: taken apart anew only where they differ from the one before.
    pub(super) fn like_value(&self, value: OpId, pattern: OpId, escape: Option<char>, fold: bool) -> Mask {
        let (texts, patterns) = (self.texts(value), self.texts(pattern));
        let valid = both(&texts.valid(self.rows), &patterns.valid(self.rows));
        let mut last: Option<(&str, Option<Pattern>)> = None;
        let fits = build(self.rows, valid, |row| {
            let text = patterns.get(row);
            let (_, pattern) = match &mut last {
                Some(same) if same.0 == text => same,
                other => other.insert((text, Pattern::new(text, escape, fold))),
            };
            pattern.as_ref().map(|pattern| pattern.matches(texts.get(row)))
        });
        Mask::known(self.rows, bits_of(&fits.data, |fits| fits), &fits.valid)
    }

    pub(super) fn mapped_chars(&self, a: OpId, change: fn(char) -> char, ascii: fn(&mut str)) -> Texts<'static> {
        let texts = self.texts(a);
        Texts::build(self.rows, texts.valid(self.rows), |row, buffer| {
            let (text, start) = (texts.get(row), buffer.len());
            if !text.is_ascii() {
                return buffer.extend(text.chars().map(change));
            }
            buffer.push_str(text);
            if let Some(added) = buffer.get_mut(start..) {
                ascii(added);
            }
        })
    }

    pub(super) fn concat(&self, parts: &[OpId]) -> Vector<'static> {
        let parts: Vec<TextOperand<'_>> = parts.iter().map(|part| self.texts(*part)).collect();
        let valid = parts.iter().fold(None, |valid, part| both(&valid, &part.valid(self.rows)));
        let has_value = valid.clone();
        Vector::Texts(Texts::build(self.rows, valid, |row, buffer| {
            if is_set(&has_value, row) {
                parts.iter().for_each(|part| buffer.push_str(part.get(row)));
            }
        }))
    }

    pub(super) fn trim(&self, side: Side, text: OpId, characters: OpId, op: &Op) -> Vector<'static> {
        let TextOperand::All(Some(characters)) = self.texts(characters) else { return self.by_rows(op, Type::Text) };
        let texts = self.texts(text);
        Vector::Texts(Texts::build(self.rows, texts.valid(self.rows), |row, buffer| {
            buffer.push_str(match characters {
                " " => f::trim(side, texts.get(row), f::is_blank),
                some => f::trim(side, texts.get(row), |ch| some.contains(ch)),
            });
        }))
    }
}
