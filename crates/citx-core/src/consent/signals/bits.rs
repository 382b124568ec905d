//! Bits of the IAB's strings: base64url, integers, Fibonacci integers, sets of vendors.

use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};

/// The longest string that is read, in bytes. Real ones have a few thousand.
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// The most vendor ids that the restrictions of one string may name: over them a short string could name 268 million.
const MAX_RESTRICTED: usize = 1 << 20;
/// The most bits of a Fibonacci integer: those up to 2^31 have 44.
const MAX_FIBONACCI: usize = 48;

/// A set of vendor ids, as ranges in ascending order that do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vendors {
    ranges: Vec<(u16, u16)>,
}

/// What a publisher lays down for vendors and a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// The purpose.
    pub purpose: u8,
    /// 0: not allowed; 1: consent is required; 2: legitimate interest is required; 3 is undefined.
    pub kind: u8,
    /// The vendors.
    pub vendors: Vendors,
}

impl Vendors {
    fn of(mut ranges: Vec<(u16, u16)>) -> Self {
        ranges.sort_unstable();
        let mut joined: Vec<(u16, u16)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match joined.last_mut() {
                Some((_, end)) if u32::from(first) <= u32::from(*end) + 1 => *end = last.max(*end),
                _ => joined.push((first, last)),
            }
        }
        Self { ranges: joined }
    }

    /// The numbers, from 1, of the bits that are set.
    pub(super) fn of_flags(flags: &[bool]) -> Self {
        Self::of((1..).zip(flags).filter_map(|(id, set)| set.then_some((id, id))).collect())
    }

    /// Whether a vendor is in the set.
    pub fn contains(&self, vendor: u16) -> bool {
        let after = self.ranges.partition_point(|(first, _)| *first <= vendor);
        after.checked_sub(1).and_then(|index| self.ranges.get(index)).is_some_and(|(_, last)| vendor <= *last)
    }

    /// The ids, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.ranges.iter().flat_map(|(first, last)| *first..=*last)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ranges.iter().map(|(first, last)| usize::from(last - first) + 1).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }
}

/// How the ids of a set are written where they are written as ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ranges {
    /// 16 bits an id.
    Fixed,
    /// Differences as Fibonacci integers.
    Fibonacci,
}

/// Reads a segment bit by bit. What is missing is an error, never zeros.
pub(super) struct Bits<'a> {
    text: &'a [u8],
    at: usize,
}

pub(super) fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

impl<'a> Bits<'a> {
    /// # Errors
    /// `InvalidArgument` for text that is empty or not base64url without padding.
    pub(super) fn of(text: &'a str) -> Result<Self> {
        if text.is_empty() {
            return Err(wrong("a segment is empty"));
        }
        match text.bytes().position(|byte| six(byte).is_none()) {
            Some(index) => Err(wrong(format!("expected letters of base64url, found something else at byte {}", index + 1))),
            None => Ok(Self { text: text.as_bytes(), at: 0 }),
        }
    }

    pub(super) fn left(&self) -> usize {
        (self.text.len() * 6).saturating_sub(self.at)
    }

    fn bit(&mut self) -> Result<bool> {
        let (index, place) = (self.at / 6, self.at % 6);
        let byte = self.text.get(index).copied().and_then(six);
        let byte = byte.ok_or_else(|| wrong(format!("the segment ends at bit {} in the middle of a field", self.at)))?;
        self.at += 1;
        Ok(byte >> (5 - place) & 1 == 1)
    }

    /// An unsigned integer of up to 48 bits.
    pub(super) fn integer(&mut self, bits: u8) -> Result<u64> {
        (0..bits).try_fold(0, |number, _| Ok(number << 1 | u64::from(self.bit()?)))
    }

    pub(super) fn small(&mut self, bits: u8) -> Result<u16> {
        u16::try_from(self.integer(bits)?).map_err(|_| wrong("an integer of more than 16 bits"))
    }

    pub(super) fn flag(&mut self) -> Result<bool> {
        self.bit()
    }

    pub(super) fn flags(&mut self, count: usize) -> Result<Vec<bool>> {
        (0..count).map(|_| self.bit()).collect()
    }

    /// Capital letters of 6 bits each.
    pub(super) fn letters(&mut self, count: u8) -> Result<String> {
        let letter = |bits: &mut Self| match u8::try_from(bits.integer(6)?) {
            Ok(number @ 0..26) => Ok(char::from(b'A' + number)),
            _ => Err(wrong("expected a letter from A to Z in 6 bits")),
        };
        (0..count).map(|_| letter(self)).collect()
    }

    /// Tenths of a second since 1970 in 36 bits.
    pub(super) fn instant(&mut self) -> Result<Timestamp> {
        let tenths = i64::try_from(self.integer(36)?).map_err(|_| wrong("an instant out of range"))?;
        Ok(Timestamp::from_micros(tenths * 100_000))
    }

    /// A Fibonacci integer, 1 or more: bits of ascending weight 1, 2, 3, 5, ... up to two ones in a row.
    pub(super) fn fibonacci(&mut self) -> Result<u64> {
        let (mut weights, mut number, mut before) = ((1, 2), 0_u64, false);
        for _ in 0..MAX_FIBONACCI {
            match self.bit()? {
                true if before => return Ok(number),
                bit => {
                    number += if bit { weights.0 } else { 0 };
                    before = bit;
                }
            }
            weights = (weights.1, weights.0 + weights.1);
        }
        Err(wrong("a Fibonacci integer without an end"))
    }

    /// The ranges behind their count of 12 bits.
    fn ranges(&mut self, how: Ranges) -> Result<Vec<(u16, u16)>> {
        let count = self.small(12)?;
        let mut offset = 0_u64;
        let mut id = |bits: &mut Self| match how {
            Ranges::Fixed => bits.small(16),
            Ranges::Fibonacci => {
                offset = offset.saturating_add(bits.fibonacci()?);
                u16::try_from(offset).map_err(|_| wrong("an id of more than 16 bits"))
            }
        };
        let mut ranges = Vec::new();
        for _ in 0..count {
            let group = self.flag()?;
            let first = id(self)?;
            let last = if group { id(self)? } else { first };
            if first == 0 || last < first {
                return Err(wrong("a range of ids must begin at 1 or more and not end before it begins"));
            }
            ranges.push((first, last));
        }
        Ok(ranges)
    }

    /// A set of ids in ranges.
    pub(super) fn range(&mut self, how: Ranges) -> Result<Vendors> {
        self.ranges(how).map(Vendors::of)
    }

    /// A set of ids: the greatest in 16 bits, how it is written, and then a bit for each id or ranges.
    pub(super) fn vendors(&mut self, how: Ranges) -> Result<Vendors> {
        let greatest = self.small(16)?;
        if !self.flag()? {
            if usize::from(greatest) > self.left() {
                return Err(wrong(format!("a bit field of {greatest} ids is longer than what is left of its segment")));
            }
            return self.flags(greatest.into()).map(|flags| Vendors::of_flags(&flags));
        }
        let ranges = self.ranges(how)?;
        if ranges.iter().any(|(_, last)| *last > greatest) {
            return Err(wrong("an id above the greatest that its set declares"));
        }
        Ok(Vendors::of(ranges))
    }

    /// Restrictions behind their count of 12 bits.
    pub(super) fn restrictions(&mut self, how: Ranges) -> Result<Vec<Restriction>> {
        let count = self.small(12)?;
        let (mut restrictions, mut named) = (Vec::new(), 0);
        for _ in 0..count {
            let (purpose, kind) = (self.integer(6)? as u8, self.integer(2)? as u8);
            let vendors = match how {
                Ranges::Fixed => self.range(how)?,
                Ranges::Fibonacci => self.vendors(how)?,
            };
            named += vendors.len();
            if named > MAX_RESTRICTED {
                let message = format!("publisher restrictions may name at most {MAX_RESTRICTED} vendors in all");
                return Err(Error::new(ErrorKind::LimitExceeded, message));
            }
            restrictions.push(Restriction { purpose, kind, vendors });
        }
        Ok(restrictions)
    }

    /// Whether all that is left is zero, as padding is.
    pub(super) fn padding(mut self) -> Result<()> {
        while self.left() > 0 {
            if self.bit()? {
                return Err(wrong("something follows the last field of a segment"));
            }
        }
        Ok(())
    }
}

/// The six bits of a letter of base64url.
fn six(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

/// Numbers as a JSON array.
pub(super) fn json_numbers<N: ToString>(numbers: impl Iterator<Item = N>) -> String {
    let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(","))
}

/// Restrictions as a JSON array, with these names for their parts.
pub(super) fn json_restrictions(restrictions: &[Restriction], [purpose, kind, vendors]: [&str; 3]) -> String {
    let mut json = String::from("[");
    for (index, restriction) in restrictions.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let ids = json_numbers(restriction.vendors.iter());
        json.push_str(&format!("{comma}{{\"{purpose}\":{},\"{kind}\":{},\"{vendors}\":{ids}}}", restriction.purpose, restriction.kind));
    }
    json.push(']');
    json
}
