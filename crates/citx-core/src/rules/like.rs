//! LIKE and ILIKE patterns, taken apart once: what stands between their `%` is looked for piece by piece.

use memchr::memmem::Finder;

use super::functions::lower;

/// A pattern: a piece at the start, pieces one behind the other, a piece at the end.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    first: Piece,
    middle: Vec<Piece>,
    /// `None` without a `%`: then the first piece is the whole text.
    last: Option<Piece>,
    fold: bool,
}

/// What stands between two `%`: no text is skipped within it.
#[derive(Clone, Debug)]
enum Piece {
    /// Nothing: it stands everywhere. The C library's comparison of no bytes can cost hundreds of cycles.
    Empty,
    Text(Box<Finder<'static>>),
    /// With a `_` in it, here `None`.
    Characters(Vec<Option<char>>),
}

/// A part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    One(char),
    AnyOne,
    AnyMany,
}

impl Pattern {
    /// Whether case does not matter; the parts are in lower case then.
    pub fn folds(&self) -> bool {
        self.fold
    }

    /// What it consists of.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = self.first.parts();
        for piece in self.middle.iter().chain(&self.last) {
            parts.push(Part::AnyMany);
            parts.extend(piece.parts());
        }
        parts
    }

    /// What a text needs to have anywhere in it to fit, if that is all; in lower case if the pattern folds.
    pub fn part(&self) -> Option<&Finder<'static>> {
        match (&self.first, self.middle.as_slice(), &self.last) {
            (Piece::Empty, [Piece::Text(part)], Some(Piece::Empty)) => Some(part),
            _ => None,
        }
    }

    /// `None` if the pattern ends in its escape character.
    pub fn new(pattern: &str, escape: Option<char>, fold: bool) -> Option<Self> {
        let mut pieces = vec![Vec::new()];
        let mut chars = pattern.chars();
        while let Some(ch) = chars.next() {
            let unit = match ch {
                ch if Some(ch) == escape => Some(chars.next()?),
                '%' => {
                    pieces.push(Vec::new());
                    continue;
                }
                '_' => None,
                ch => Some(ch),
            };
            if let Some(piece) = pieces.last_mut() {
                piece.push(if fold { unit.map(lower) } else { unit });
            }
        }
        let mut pieces = pieces.into_iter();
        let first = Piece::of(pieces.next()?);
        let last = pieces.next_back().map(Piece::of);
        Some(Self { first, middle: pieces.filter(|piece| !piece.is_empty()).map(Piece::of).collect(), last, fold })
    }

    /// Whether all of `text` fits the pattern. Linear, save where a piece has a `_`: then at worst the product of the lengths.
    pub fn matches(&self, text: &str) -> bool {
        if !self.fold {
            self.fits(text)
        } else if text.is_ascii() {
            self.fits(&text.to_ascii_lowercase())
        } else {
            self.fits(&text.chars().map(lower).collect::<String>())
        }
    }

    /// The same of a text that is in lower case if the pattern folds.
    pub fn fits(&self, text: &str) -> bool {
        let Some(mut rest) = self.first.strip(text) else { return false };
        let Some(last) = &self.last else { return rest.is_empty() };
        // Each piece as far to the front as it can be leaves the most for the next.
        for piece in &self.middle {
            match piece.find(rest) {
                Some(behind) => rest = behind,
                None => return false,
            }
        }
        last.ends(rest)
    }
}

impl Piece {
    fn parts(&self) -> Vec<Part> {
        match self {
            Self::Empty => Vec::new(),
            Self::Text(finder) => String::from_utf8_lossy(finder.needle()).chars().map(Part::One).collect(),
            Self::Characters(characters) => characters.iter().map(|ch| ch.map_or(Part::AnyOne, Part::One)).collect(),
        }
    }

    fn of(units: Vec<Option<char>>) -> Self {
        match units.iter().copied().collect::<Option<String>>() {
            Some(text) if text.is_empty() => Self::Empty,
            Some(text) => Self::Text(Box::new(Finder::new(text.as_bytes()).into_owned())),
            None => Self::Characters(units),
        }
    }

    /// What is behind the piece, if `text` starts with it.
    fn strip<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Empty => Some(text),
            Self::Text(piece) if text.as_bytes().starts_with(piece.needle()) => text.get(piece.needle().len()..),
            Self::Text(_) => None,
            Self::Characters(units) => {
                let mut rest = text.chars();
                let fits = units.iter().all(|unit| rest.next().is_some_and(|found| unit.is_none_or(|wanted| wanted == found)));
                fits.then_some(rest.as_str())
            }
        }
    }

    /// What is behind the first place where the piece stands in `text`.
    fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Empty => Some(text),
            Self::Text(piece) => piece.find(text.as_bytes()).and_then(|at| text.get(at + piece.needle().len()..)),
            Self::Characters(_) => text.char_indices().find_map(|(at, _)| self.strip(text.get(at..)?)),
        }
    }

    fn ends(&self, text: &str) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(piece) => text.as_bytes().ends_with(piece.needle()),
            Self::Characters(units) => {
                let start = units.len().checked_sub(1).and_then(|last| text.char_indices().rev().nth(last));
                start.and_then(|(at, _)| text.get(at..)).and_then(|end| self.strip(end)).is_some()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, by recursion.
    fn like(text: &[char], pattern: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['%', rest @ ..] => (0..=text.len()).any(|skipped| like(&text[skipped..], rest)),
            ['_', rest @ ..] => !text.is_empty() && like(&text[1..], rest),
            [wanted, rest @ ..] => text.first() == Some(wanted) && like(&text[1..], rest),
        }
    }

    proptest! {
        #[test]
        fn a_pattern_fits_what_its_definition_says(text in "[ab\u{e9}]{0,12}", pattern in "[ab\u{e9}%%_]{0,8}") {
            let chars = |text: &str| text.chars().collect::<Vec<char>>();
            let wanted = like(&chars(&text), &chars(&pattern));
            prop_assert_eq!(Pattern::new(&pattern, None, false).expect("no escape").matches(&text), wanted);
            prop_assert_eq!(Pattern::new(&pattern.to_uppercase(), None, true).expect("no escape").matches(&text), wanted);
        }
    }

    #[test]
    fn long_pieces_in_huge_texts_are_found_in_linear_time() {
        let text = "a".repeat(2_000_000);
        let pattern = Pattern::new(&format!("%{}b%", "a".repeat(30_000)), None, false).expect("no escape");
        assert!(!pattern.matches(&text) && pattern.matches(&format!("{text}b")));
    }
}
