//! What is hashed: commitments to personal values, the chain, the suppression mark. docs/spec/ledger.md section 2 and 6.

use sha2::{Digest, Sha256};

use super::store::FIELDS;

/// A SHA-256 digest.
pub(super) type Hash = [u8; 32];

/// The format whose bytes these are.
const FORMAT: u8 = 1;

/// An event as the chain sees it: personal values as commitments only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sealed<'a> {
    pub(super) recorded_at: i64,
    pub(super) captured_at: i64,
    pub(super) status: &'a str,
    pub(super) scope: &'a str,
    pub(super) purpose: Option<&'a str>,
    pub(super) channel: Option<&'a str>,
    pub(super) topic: Option<&'a str>,
    pub(super) notice: Option<&'a str>,
    pub(super) valid_from: Option<i64>,
    pub(super) valid_until: Option<i64>,
    pub(super) method: Option<&'a str>,
    pub(super) jurisdiction: Option<&'a str>,
    pub(super) source: Option<&'a str>,
    /// Commitments in the order of [`super::store::FIELDS`]; that of the citizen is always there.
    pub(super) commitments: [Option<&'a Hash>; FIELDS],
    pub(super) erases: Option<&'a [u8]>,
}

/// The hash of the empty ledger.
pub(super) fn genesis(ledger_id: &[u8; 16], mark_key: &[u8; 32]) -> Hash {
    let mut hash = Sha256::new();
    hash.update(b"citx ledger genesis");
    hash.update([FORMAT]);
    hash.update(ledger_id);
    hash.update(mark_key);
    hash.finalize().into()
}

/// The commitment to a personal value.
pub(super) fn commitment(salt: &[u8; 32], value: &str) -> Hash {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(value.as_bytes());
    hash.finalize().into()
}

/// HMAC-SHA-256 (RFC 2104) of a citizen's key.
pub(super) fn mark(key: &[u8; 32], citizen: &str) -> Hash {
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(key).for_each(|(place, key)| *place ^= key);
        block
    };
    let mut inner = Sha256::new();
    inner.update(pad(0x36));
    inner.update(citizen.as_bytes());
    let mut outer = Sha256::new();
    outer.update(pad(0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

/// The hash of an event after `previous`, of its sealed bytes and its mark.
pub(super) fn hash(previous: &Hash, id: u64, sealed: &[u8], mark: Option<&[u8]>) -> Hash {
    let mut hash = Sha256::new();
    hash.update(b"citx ledger event");
    hash.update([FORMAT]);
    hash.update(previous);
    hash.update(id.to_le_bytes());
    hash.update(sealed);
    hash.update([u8::from(mark.is_some())]);
    if let Some(mark) = mark {
        hash.update(length(mark));
        hash.update(mark);
    }
    hash.finalize().into()
}

/// Databases keep values under 2^31 bytes, so that the length fits.
fn length(bytes: &[u8]) -> [u8; 4] {
    (bytes.len() as u32).to_le_bytes()
}

/// Writes bytes after their length.
pub(super) fn write_bytes(into: &mut Vec<u8>, bytes: &[u8]) {
    into.extend(length(bytes));
    into.extend_from_slice(bytes);
}

impl<'a> Sealed<'a> {
    /// Writes the bytes that are hashed between number and mark.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        let text = write_bytes;
        let optional = |bytes: &mut Vec<u8>, value: Option<&[u8]>| {
            bytes.push(u8::from(value.is_some()));
            if let Some(value) = value {
                text(bytes, value);
            }
        };
        bytes.extend(self.recorded_at.to_le_bytes());
        bytes.extend(self.captured_at.to_le_bytes());
        text(bytes, self.status.as_bytes());
        text(bytes, self.scope.as_bytes());
        for name in [self.purpose, self.channel, self.topic, self.notice] {
            optional(bytes, name.map(str::as_bytes));
        }
        for instant in [self.valid_from, self.valid_until] {
            bytes.push(u8::from(instant.is_some()));
            if let Some(instant) = instant {
                bytes.extend_from_slice(&instant.to_le_bytes());
            }
        }
        for name in [self.method, self.jurisdiction, self.source] {
            optional(bytes, name.map(str::as_bytes));
        }
        let [citizen, others @ ..] = self.commitments;
        bytes.extend_from_slice(citizen.unwrap_or(&[0; 32]));
        for commitment in others {
            bytes.push(u8::from(commitment.is_some()));
            bytes.extend_from_slice(commitment.map_or(&[], Hash::as_slice));
        }
        optional(bytes, self.erases);
    }

    /// Reads those bytes; `None` for what was not written so.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let sealed = Self {
            recorded_at: i64::from_le_bytes(*reader.array()?),
            captured_at: i64::from_le_bytes(*reader.array()?),
            status: reader.text()?,
            scope: reader.text()?,
            purpose: reader.optional(Reader::text)?,
            channel: reader.optional(Reader::text)?,
            topic: reader.optional(Reader::text)?,
            notice: reader.optional(Reader::text)?,
            valid_from: reader.optional(Reader::array)?.map(|bytes| i64::from_le_bytes(*bytes)),
            valid_until: reader.optional(Reader::array)?.map(|bytes| i64::from_le_bytes(*bytes)),
            method: reader.optional(Reader::text)?,
            jurisdiction: reader.optional(Reader::text)?,
            source: reader.optional(Reader::text)?,
            commitments: [
                Some(reader.array()?),
                reader.optional(Reader::array)?,
                reader.optional(Reader::array)?,
                reader.optional(Reader::array)?,
                reader.optional(Reader::array)?,
                reader.optional(Reader::array)?,
            ],
            erases: reader.optional(Reader::bytes)?,
        };
        reader.0.is_empty().then_some(sealed)
    }
}

/// What is left to read.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(array)
    }

    /// Bytes after their length.
    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = u32::from_le_bytes(*self.array()?) as usize;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        str::from_utf8(self.bytes()?).ok()
    }

    fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.array()? {
            [0] => Some(None),
            [1] => read(self).map(Some),
            _ => None,
        }
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of lower-case hexadecimal digits, exactly `N` of them.
pub(super) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut bytes = [0; N];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Computed with Python's hashlib and hmac from docs/spec/ledger.md, not with this code: tests/golden/ledger_hashes.py.
    const GENESIS: &str = "263ac577aea1d413c47eabba1a1a0673b01499896314681465272f1a7d209174";
    const FULL: &str = "8c0f4cbf7de73d19d074af79d2b86fd68dfed174649243673e65ace77ce4bf7d";
    const BARE: &str = "e181c651854c35c2a57f47e7d3a19d0a043d73854270b1a0951058320ede5a9e";
    const MARK: &str = "8d4cb9e25708bed91ee48bf645372011a05c95966909c3952f118dbc697fa0a8";

    #[test]
    fn hashes_are_those_of_the_specification() {
        let (ledger_id, mark_key) = ([7; 16], [9; 32]);
        let genesis = genesis(&ledger_id, &mark_key);
        assert_eq!(hex(&genesis), GENESIS);
        let values = ["C-17", "c@example.org", "form 881", "self", "k1", "c@example.org"];
        let commitments: Vec<Hash> = (1..).zip(values).map(|(salt, value)| commitment(&[salt; 32], value)).collect();
        let full = Sealed {
            recorded_at: 1_770_000_000_000_001,
            captured_at: -5,
            status: "given",
            scope: "channel",
            purpose: Some("newsletter"),
            channel: Some("email"),
            topic: Some("parks"),
            notice: Some("privacy-2026"),
            valid_from: Some(-1),
            valid_until: Some(i64::MAX),
            method: Some("web"),
            jurisdiction: Some("GB-ENG"),
            source: Some("crm \u{e9}"),
            commitments: std::array::from_fn(|field| commitments.get(field)),
            erases: None,
        };
        let bytes = |sealed: &Sealed<'_>| {
            let mut bytes = Vec::new();
            sealed.write(&mut bytes);
            assert_eq!(Sealed::read(&bytes).as_ref(), Some(sealed));
            for end in 0..bytes.len() {
                assert_eq!(Sealed::read(&bytes[..end]), None);
            }
            assert_eq!(Sealed::read(&[&bytes[..], &[0]].concat()), None);
            bytes
        };
        let first = hash(&genesis, 1, &bytes(&full), None);
        assert_eq!(hex(&first), FULL);
        let mark = mark(&mark_key, "C-17");
        assert_eq!(hex(&mark), MARK);
        let erases: Vec<u8> = [1_u64, 2].iter().flat_map(|id| id.to_le_bytes()).collect();
        let citizen = commitment(&[8; 32], "C-17");
        let bare = Sealed {
            status: "erased",
            scope: "all",
            commitments: [Some(&citizen), None, None, None, None, None],
            erases: Some(&erases),
            ..Sealed::default()
        };
        assert_eq!(hex(&hash(&first, 2, &bytes(&bare), Some(&mark))), BARE);
    }

    #[test]
    fn hexadecimal_digits_read_back_and_nothing_else_does() {
        assert_eq!(unhex::<2>(&hex(&[0, 255])), Some([0, 255]));
        for text in ["00f", "00FF", "00f ", "00ffff", "+0ff", "\u{e9}\u{e9}"] {
            assert_eq!(unhex::<2>(text), None);
        }
    }
}
