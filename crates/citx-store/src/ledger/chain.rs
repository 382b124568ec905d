//! What is hashed: commitments to personal values, the chain, the suppression mark. docs/spec/ledger.md section 2 and 6.

use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub(super) type Hash = [u8; 32];

/// The format whose bytes these are.
const FORMAT: u8 = 1;

/// An event as the chain sees it: personal values as commitments only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) id: u64,
    pub(super) recorded_at: i64,
    pub(super) captured_at: i64,
    pub(super) status: String,
    pub(super) scope: String,
    pub(super) purpose: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) topic: Option<String>,
    pub(super) notice: Option<String>,
    pub(super) valid_from: Option<i64>,
    pub(super) valid_until: Option<i64>,
    pub(super) method: Option<String>,
    pub(super) jurisdiction: Option<String>,
    pub(super) source: Option<String>,
    /// Commitments in the order of [`super::store::FIELDS`]; that of the citizen is always there.
    pub(super) commitments: [Option<Hash>; 6],
    pub(super) erases: Option<Vec<u8>>,
    pub(super) mark: Option<Vec<u8>>,
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

impl Sealed {
    /// The event's hash, after `previous`.
    pub(super) fn hash(&self, previous: &Hash) -> Hash {
        let mut hash = Writer(Sha256::new());
        hash.raw(b"citx ledger event");
        hash.raw(&[FORMAT]);
        hash.raw(previous);
        hash.raw(&self.id.to_le_bytes());
        hash.raw(&self.recorded_at.to_le_bytes());
        hash.raw(&self.captured_at.to_le_bytes());
        hash.bytes(self.status.as_bytes());
        hash.bytes(self.scope.as_bytes());
        for text in [&self.purpose, &self.channel, &self.topic, &self.notice] {
            hash.optional(text.as_deref().map(str::as_bytes), Writer::bytes);
        }
        for instant in [self.valid_from, self.valid_until] {
            hash.optional(instant.map(i64::to_le_bytes).as_ref().map(|bytes| &bytes[..]), Writer::raw);
        }
        for text in [&self.method, &self.jurisdiction, &self.source] {
            hash.optional(text.as_deref().map(str::as_bytes), Writer::bytes);
        }
        let [citizen, others @ ..] = &self.commitments;
        hash.raw(citizen.as_ref().unwrap_or(&[0; 32]));
        for commitment in others {
            hash.optional(commitment.as_ref().map(|bytes| &bytes[..]), Writer::raw);
        }
        hash.optional(self.erases.as_deref(), Writer::bytes);
        hash.optional(self.mark.as_deref(), Writer::bytes);
        hash.0.finalize().into()
    }
}

struct Writer(Sha256);

impl Writer {
    fn raw(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// SQLite keeps values under 2^31 bytes, so that the length fits.
    fn bytes(&mut self, bytes: &[u8]) {
        self.raw(&(bytes.len() as u32).to_le_bytes());
        self.raw(bytes);
    }

    fn optional(&mut self, bytes: Option<&[u8]>, write: fn(&mut Self, &[u8])) {
        self.raw(&[u8::from(bytes.is_some())]);
        if let Some(bytes) = bytes {
            write(self, bytes);
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
        let commit = |salt: u8, value| Some(commitment(&[salt; 32], value));
        let full = Sealed {
            id: 1,
            recorded_at: 1_770_000_000_000_001,
            captured_at: -5,
            status: "given".to_owned(),
            scope: "channel".to_owned(),
            purpose: Some("newsletter".to_owned()),
            channel: Some("email".to_owned()),
            topic: Some("parks".to_owned()),
            notice: Some("privacy-2026".to_owned()),
            valid_from: Some(-1),
            valid_until: Some(i64::MAX),
            method: Some("web".to_owned()),
            jurisdiction: Some("GB-ENG".to_owned()),
            source: Some("crm \u{e9}".to_owned()),
            commitments: [
                commit(1, "C-17"),
                commit(2, "c@example.org"),
                commit(3, "form 881"),
                commit(4, "self"),
                commit(5, "k1"),
                commit(6, "c@example.org"),
            ],
            erases: None,
            mark: None,
        };
        let first = full.hash(&genesis);
        assert_eq!(hex(&first), FULL);
        let mark = mark(&mark_key, "C-17");
        assert_eq!(hex(&mark), MARK);
        let bare = Sealed {
            id: 2,
            status: "erased".to_owned(),
            scope: "all".to_owned(),
            commitments: [commit(8, "C-17"), None, None, None, None, None],
            erases: Some([1_u64, 2].iter().flat_map(|id| id.to_le_bytes()).collect()),
            mark: Some(mark.to_vec()),
            ..Sealed::default()
        };
        assert_eq!(hex(&bare.hash(&first)), BARE);
    }

    #[test]
    fn hexadecimal_digits_read_back_and_nothing_else_does() {
        assert_eq!(unhex::<2>(&hex(&[0, 255])), Some([0, 255]));
        for text in ["00f", "00FF", "00f ", "00ffff", "+0ff", "\u{e9}\u{e9}"] {
            assert_eq!(unhex::<2>(text), None);
        }
    }
}
