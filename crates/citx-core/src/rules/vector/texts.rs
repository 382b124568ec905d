//! Texts of the rows of one block.

use arrow_array::{GenericStringArray, LargeStringArray, OffsetSizeTrait, StringArray};
use arrow_buffer::ArrowNativeType;
use memchr::memmem::Finder;

use super::super::columns::NULL_KEY;
use super::{Valid, bits, ones};

/// Texts; what stands where there is no value means nothing.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Texts<'a> {
    pub data: Strings<'a>,
    pub valid: Valid,
}

#[derive(Clone, Debug)]
pub(in crate::rules) enum Strings<'a> {
    /// Where they lie: `rows` of a column, from row `start`.
    Column {
        column: &'a StringArray,
        start: usize,
        rows: usize,
    },
    LargeColumn {
        column: &'a LargeStringArray,
        start: usize,
        rows: usize,
    },
    Apart(Vec<&'a str>),
    /// One buffer, where each text starts in it, and its end.
    Owned {
        buffer: String,
        offsets: Vec<i64>,
    },
}

impl<'a> Strings<'a> {
    /// Those that `keys` point at; empty where a key points at none.
    pub fn pick(&self, keys: &[u32]) -> Self {
        fn apart<'t>(keys: &[u32], get: impl Fn(usize) -> &'t str) -> Strings<'t> {
            Strings::Apart(keys.iter().map(|&key| if key == NULL_KEY { "" } else { get(key as usize) }).collect())
        }
        match self {
            Self::Column { column, start, .. } => apart(keys, |key| text(column, start + key)),
            Self::LargeColumn { column, start, .. } => apart(keys, |key| text(column, start + key)),
            Self::Apart(texts) => apart(keys, |key| texts.get(key).copied().unwrap_or("")),
            Self::Owned { .. } => build(keys.len(), |row, buffer| buffer.push_str(keys.get(row).map_or("", |&key| self.get(key as usize)))),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Column { rows, .. } | Self::LargeColumn { rows, .. } => *rows,
            Self::Apart(texts) => texts.len(),
            Self::Owned { offsets, .. } => offsets.len().saturating_sub(1),
        }
    }

    fn get(&self, row: usize) -> &str {
        match self {
            Self::Column { column, start, .. } => text(column, start + row),
            Self::LargeColumn { column, start, .. } => text(column, start + row),
            Self::Apart(texts) => texts.get(row).copied().unwrap_or(""),
            Self::Owned { buffer, offsets } => slice(buffer, offsets, row),
        }
    }
}

fn text<O: OffsetSizeTrait>(column: &GenericStringArray<O>, row: usize) -> &str {
    if row < arrow_array::Array::len(column) { column.value(row) } else { "" }
}

fn slice<'b>(buffer: &'b str, offsets: &[i64], row: usize) -> &'b str {
    match offsets.get(row..row + 2) {
        Some([start, end]) => buffer.get(start.as_usize()..end.as_usize()).unwrap_or(""),
        _ => "",
    }
}

fn build(rows: usize, mut write: impl FnMut(usize, &mut String)) -> Strings<'static> {
    let (mut buffer, mut offsets) = (String::new(), Vec::with_capacity(rows + 1));
    offsets.push(0);
    for row in 0..rows {
        write(row, &mut buffer);
        offsets.push(buffer.len() as i64);
    }
    Strings::Owned { buffer, offsets }
}

impl Texts<'_> {
    pub fn len(&self) -> usize {
        self.data.len()
    }

    pub fn get(&self, row: usize) -> &str {
        self.data.get(row)
    }

    /// Texts that `write` appends, one for each row.
    pub fn build(rows: usize, valid: Valid, write: impl FnMut(usize, &mut String)) -> Texts<'static> {
        Texts { data: build(rows, write), valid }
    }

    /// Bit `i` of the result is `test` of text `i`, where there is one.
    pub fn bits(&self, test: impl Fn(&str) -> bool) -> Vec<u64> {
        let valid = self.valid.as_deref();
        match &self.data {
            Strings::Column { column, start, rows } => bits_where(*rows, valid, |row| test(text(column, start + row))),
            Strings::LargeColumn { column, start, rows } => bits_where(*rows, valid, |row| test(text(column, start + row))),
            Strings::Apart(texts) => bits_where(texts.len(), valid, |row| test(texts.get(row).copied().unwrap_or(""))),
            Strings::Owned { buffer, offsets } => bits_where(self.len(), valid, |row| test(slice(buffer, offsets, row))),
        }
    }

    /// Bit `i` of the result is whether text `i` holds the finder's needle. Texts that lie together are searched as one; what the result
    /// says where there is no text means nothing.
    pub fn holding(&self, finder: &Finder<'_>) -> Vec<u64> {
        match &self.data {
            _ if finder.needle().is_empty() => ones(self.len()),
            Strings::Column { column, start, rows } => {
                rows_holding(column.value_data(), column.value_offsets().get(*start..=start + rows).unwrap_or_default(), finder)
            }
            Strings::LargeColumn { column, start, rows } => {
                rows_holding(column.value_data(), column.value_offsets().get(*start..=start + rows).unwrap_or_default(), finder)
            }
            Strings::Apart(_) => self.bits(|text| finder.find(text.as_bytes()).is_some()),
            Strings::Owned { buffer, offsets } => rows_holding(buffer.as_bytes(), offsets, finder),
        }
    }
}

/// Bit `i` of the result is `test(i)`. Rows without a one in `valid` are not tested, and cost no wrong guess of a branch.
fn bits_where(rows: usize, valid: Option<&[u64]>, test: impl Fn(usize) -> bool) -> Vec<u64> {
    let Some(valid) = valid else { return bits(rows, test) };
    let word = |(index, &valid): (usize, &u64)| {
        let (mut left, mut bits) = (valid, 0);
        while left != 0 {
            let bit = left.trailing_zeros();
            left &= left - 1;
            bits |= u64::from(test(index * 64 + bit as usize)) << bit;
        }
        bits
    };
    valid.iter().enumerate().map(word).collect()
}

/// The rows whose bytes hold the needle, which is not empty. Row `i` is from offset `i` to the next.
///
/// Linear in the bytes: a row is searched from its start at most once, and only if the needle could fit into it.
fn rows_holding<O: OffsetSizeTrait>(bytes: &[u8], offsets: &[O], finder: &Finder<'_>) -> Vec<u64> {
    let rows = offsets.len().saturating_sub(1);
    let mut holding = vec![0; rows.div_ceil(64)];
    let needle = finder.needle().len();
    let Some(end) = offsets.last().map(|end| end.as_usize()) else { return holding };
    let mut row = 0;
    while let Some(&[start, next]) = offsets.get(row..row + 2) {
        let start = start.as_usize();
        if next.as_usize() - start < needle {
            row += 1;
            continue;
        }
        let Some(at) = bytes.get(start..end).and_then(|rest| finder.find(rest)) else { break };
        let hit = start + at;
        row += offsets.get(row + 1..).unwrap_or_default().iter().take_while(|end| end.as_usize() <= hit).count();
        // A hit may begin in one row and end in another.
        let fits = offsets.get(row + 1).is_some_and(|end| hit + needle <= end.as_usize());
        if let Some(word) = holding.get_mut(row / 64) {
            *word |= u64::from(fits) << (row % 64);
        }
        row += 1;
    }
    holding
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_that_lie_together_are_searched_one_by_one(texts in prop::collection::vec("[ab\u{e9}]{0,6}", 0..200), needle in "[ab\u{e9}]{0,3}", start in 0_usize..50) {
            let column = StringArray::from_iter_values(&texts);
            let large = LargeStringArray::from_iter_values(&texts);
            let start = start.min(texts.len());
            let (rows, rest) = (texts.len() - start, &texts[start..]);
            let forms = [
                Strings::Column { column: &column, start, rows },
                Strings::LargeColumn { column: &large, start, rows },
                Strings::Apart(rest.iter().map(String::as_str).collect()),
                build(rows, |row, buffer| buffer.push_str(&rest[row])),
            ];
            let wanted = bits(rows, |row| rest[row].contains(&needle));
            for data in forms {
                let texts = Texts { data, valid: None };
                prop_assert_eq!(&texts.holding(&Finder::new(needle.as_bytes())), &wanted);
                prop_assert_eq!(&texts.bits(|text| text.contains(&needle)), &wanted);
                prop_assert!((0..rows).all(|row| texts.get(row) == rest[row]));
            }
        }
    }

    #[test]
    fn a_needle_that_begins_in_every_row_and_fits_into_none_takes_linear_time() {
        let short = build(200_000, |_, buffer| buffer.push('a'));
        let needle = "a".repeat(50_000);
        let texts = Texts { data: short, valid: None };
        assert!(texts.holding(&Finder::new(needle.as_bytes())).iter().all(|word| *word == 0));
    }
}
