//! Proof that one event is in a ledger, for somebody who does not have the ledger. docs/spec/ledger.md section 9.

use std::fmt;

use citx_core::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ConsentLedger;
use super::chain::{self, Hash, Sealed, commitment, hex, unhex};
use super::rows::{self, CHUNK};
use super::store::{FIELDS, Row, Rows, broken, number};

/// That one event, with these values, is among the first `size` of a ledger whose root was noted elsewhere. It holds the event's personal
/// values and their salts: to hand it out is to disclose them. `Debug` shows none.
///
/// # Example
/// ```
/// use citx_core::consent::{Controller, Event, Policy, Purpose, Status};
/// use citx_core::time::{TimeZone, Timestamp};
/// use citx_store::{ConsentLedger, InclusionProof, LedgerOptions};
///
/// let policy = Policy::builtin("uk-2026")?
///     .with_controller(Controller::new("Anytown Council", "public_authority", "Europe/London".parse()?))?
///     .with_purpose(Purpose::new("newsletter", "direct_marketing", "consent"))?;
/// let ledger = ConsentLedger::open(":memory:", &policy, &LedgerOptions::new())?;
/// for citizen in ["C-17", "C-18", "C-19"] {
///     let mut event = Event::new(citizen, Status::Given, Timestamp::parse("2026-03-01", TimeZone::UTC)?);
///     (event.purpose, event.channel) = (Some("newsletter".to_owned()), Some("email".to_owned()));
///     ledger.append(&event)?;
/// }
/// // Noted elsewhere, in a minute book say.
/// let (size, root) = ledger.root()?;
/// let proof = ledger.prove(2, size)?.to_json();
/// // By whoever has the note, without the ledger.
/// assert_eq!(InclusionProof::read(&proof)?.verify(size, &root)?, 2);
/// assert!(InclusionProof::read(&proof.replace("C-18", "C-99"))?.verify(size, &root).is_err());
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    format: u8,
    size: u64,
    event: Form,
    /// The hash of the event before.
    previous: String,
    values: Vec<Value>,
    /// The hashes beside the way from the event to the root, the nearest first.
    path: Vec<String>,
}

/// A row of `events`; hashes and bytes in hex.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    id: u64,
    recorded_at: i64,
    captured_at: i64,
    status: String,
    scope: String,
    purpose: Option<String>,
    channel: Option<String>,
    topic: Option<String>,
    notice: Option<String>,
    valid_from: Option<i64>,
    valid_until: Option<i64>,
    method: Option<String>,
    jurisdiction: Option<String>,
    source: Option<String>,
    /// In the order of the fields, from the citizen's on.
    commitments: [Option<String>; 6],
    erases: Option<String>,
    mark: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    field: usize,
    salt: String,
    value: String,
}

impl ConsentLedger {
    /// How many events there are, and the root of the Merkle tree over their hashes (RFC 9162 section 2.1), in hex. Noted elsewhere, it lets
    /// single events be proved later, where [`ConsentLedger::head`] lets the whole be.
    ///
    /// # Errors
    /// `Io`, `Corrupted`; `InsufficientData` for a ledger without events.
    pub fn root(&self) -> Result<(u64, String)> {
        self.read(|rows| {
            let size = rows::last(rows, self.store.identity())?.id;
            if size == 0 {
                return Err(Error::new(ErrorKind::InsufficientData, "a ledger without events has no root"));
            }
            Ok((size, hex(&root(rows, size, 0)?.0)))
        })
    }

    /// Proves that an event is among the first `size`, for somebody who has the root of so many.
    ///
    /// # Errors
    /// `NotFound` for an event that is not among them; `OutOfRange` for more than there are; `Io`, `Corrupted`.
    pub fn prove(&self, id: u64, size: u64) -> Result<InclusionProof> {
        self.read(|rows| {
            let last = rows::last(rows, self.store.identity())?.id;
            if size > last {
                return Err(Error::new(ErrorKind::OutOfRange, format!("the ledger has {last} events, not {size}")));
            }
            if id == 0 || id > size {
                return Err(Error::new(ErrorKind::NotFound, format!("event {id} is not among the first {size}")));
            }
            let previous = rows::hash_of(rows, self.store.identity(), id - 1)?.ok_or_else(|| broken(id))?;
            let mut found = None;
            let read = |row: Row<'_>| {
                let genuine = row.id == id && chain::hash(&previous, id, row.sealed, row.mark) == row.hash;
                found = Sealed::read(row.sealed).filter(|_| genuine).zip(row.values).map(|(sealed, values)| {
                    let values = values.into_iter().enumerate().filter_map(|(index, value)| {
                        let (salt, value) = value?;
                        Some(Value { field: index + 1, salt: hex(salt), value: value.to_owned() })
                    });
                    (Form::of(id, &sealed, row.mark), values.collect())
                });
                Ok(())
            };
            rows::taking(|take| rows.some(&[id], take), read)?;
            let (event, values) = found.ok_or_else(|| broken(id))?;
            let (_, path) = root(rows, size, id)?;
            let path = path.iter().map(|hash| hex(hash)).collect();
            Ok(InclusionProof { format: 1, size, event, previous: hex(&previous), values, path })
        })
    }
}

impl InclusionProof {
    /// Reads a proof from its JSON.
    ///
    /// # Errors
    /// `InvalidArgument` for what is none; `FormatVersion` for a newer one.
    pub fn read(json: &str) -> Result<Self> {
        // The error's own text may quote a value.
        let proof: Self = serde_json::from_str(json).map_err(|_| wrong())?;
        if proof.format > 1 {
            return Err(Error::new(ErrorKind::FormatVersion, "the proof is of a newer format; update citx"));
        }
        Ok(proof)
    }

    /// As JSON, which `docs/spec/ledger.md` describes.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_else(|_| unreachable!("BUG: names and texts are JSON"))
    }

    /// Recomputes everything and compares with what was noted; returns the event's id.
    ///
    /// # Errors
    /// `Corrupted` where it does not prove its event for this root; `InvalidArgument` for a root that is not 64 hexadecimal digits.
    pub fn verify(&self, size: u64, root: &str) -> Result<u64> {
        let root: Hash = unhex(root).ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "a root has 64 hexadecimal digits"))?;
        let proved = || {
            let (event, commitments) = (&self.event, self.event.commitments()?);
            for Value { field, salt, value } in &self.values {
                let committed = commitments.get(field.checked_sub(1)?)?.as_ref()?;
                (commitment(&unhex(salt)?, value) == *committed).then_some(())?;
            }
            let path: Vec<Hash> = self.path.iter().map(|hash| unhex(hash)).collect::<Option<_>>()?;
            let (erases, mark) = (bytes(&event.erases)?, bytes(&event.mark)?);
            let mut sealed = Vec::new();
            event.sealed(&commitments, erases.as_deref()).write(&mut sealed);
            let hash = leaf(&chain::hash(&unhex(&self.previous)?, event.id, &sealed, mark.as_deref()));
            (up(hash, event.id.checked_sub(1)?, size, &path)? == root).then_some(event.id)
        };
        let differs = || Error::new(ErrorKind::Corrupted, "the proof does not lead from its event to this root");
        proved().filter(|_| self.size == size && self.format == 1).ok_or_else(differs)
    }
}

impl fmt::Debug for InclusionProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InclusionProof(event {} of {})", self.event.id, self.size)
    }
}

impl Form {
    fn of(id: u64, sealed: &Sealed<'_>, mark: Option<&[u8]>) -> Self {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self {
            id,
            recorded_at: sealed.recorded_at,
            captured_at: sealed.captured_at,
            status: sealed.status.to_owned(),
            scope: sealed.scope.to_owned(),
            purpose: text(sealed.purpose),
            channel: text(sealed.channel),
            topic: text(sealed.topic),
            notice: text(sealed.notice),
            valid_from: sealed.valid_from,
            valid_until: sealed.valid_until,
            method: text(sealed.method),
            jurisdiction: text(sealed.jurisdiction),
            source: text(sealed.source),
            commitments: sealed.commitments.map(|hash| hash.map(|hash| hex(hash))),
            erases: sealed.erases.map(hex),
            mark: mark.map(hex),
        }
    }

    /// `None` for what is not in hex.
    fn commitments(&self) -> Option<[Option<Hash>; FIELDS]> {
        let mut commitments = [None; FIELDS];
        for (place, hash) in commitments.iter_mut().zip(&self.commitments) {
            *place = hash.as_deref().map(|hash| unhex(hash).ok_or(())).transpose().ok()?;
        }
        Some(commitments)
    }

    fn sealed<'a>(&'a self, commitments: &'a [Option<Hash>; FIELDS], erases: Option<&'a [u8]>) -> Sealed<'a> {
        Sealed {
            recorded_at: self.recorded_at,
            captured_at: self.captured_at,
            status: &self.status,
            scope: &self.scope,
            purpose: self.purpose.as_deref(),
            channel: self.channel.as_deref(),
            topic: self.topic.as_deref(),
            notice: self.notice.as_deref(),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            method: self.method.as_deref(),
            jurisdiction: self.jurisdiction.as_deref(),
            source: self.source.as_deref(),
            commitments: commitments.each_ref().map(Option::as_ref),
            erases,
        }
    }
}

/// Bytes that may be absent; `None` for what is not in hex.
fn bytes(text: &Option<String>) -> Option<Option<Vec<u8>>> {
    let Some(text) = text else { return Some(None) };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| unhex::<1>(str::from_utf8(pair).ok()?).map(|[byte]| byte);
    if rest.is_empty() { Some(Some(pairs.iter().map(byte).collect::<Option<_>>()?)) } else { None }
}

fn wrong() -> Error {
    Error::new(ErrorKind::InvalidArgument, "this is not a proof of a ledger")
}

fn leaf(hash: &Hash) -> Hash {
    Sha256::new().chain_update([0]).chain_update(hash).finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// From a leaf to the root (RFC 9162 section 2.1.3.2); `None` for a path of another length.
fn up(mut hash: Hash, mut place: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    let mut last = size.checked_sub(1).filter(|last| place <= *last)?;
    for beside in path {
        if last == 0 {
            return None;
        }
        if place % 2 == 1 || place == last {
            hash = node(beside, &hash);
            while place.is_multiple_of(2) && place != 0 {
                (place, last) = (place / 2, last / 2);
            }
        } else {
            hash = node(&hash, beside);
        }
        (place, last) = (place / 2, last / 2);
    }
    (last == 0).then_some(hash)
}

/// The root of the first `size` events, and the hashes beside the way to the event `wanted`, if it is among them.
fn root(rows: &mut dyn Rows, size: u64, wanted: u64) -> Result<(Hash, Vec<Hash>)> {
    let (mut read, mut path) = (Vec::new().into_iter(), Vec::new());
    let mut next = |id: u64| {
        if read.len() == 0 {
            read = rows.hashes(number(id)?, number(id.saturating_add(CHUNK as u64))?)?.into_iter();
        }
        read.next().ok_or_else(|| broken(id))
    };
    Ok((tree(1, size, wanted, &mut path, &mut next)?, path))
}

/// The same for `size` events from `first` on; `next` gives their hashes in order.
fn tree(first: u64, size: u64, wanted: u64, path: &mut Vec<Hash>, next: &mut dyn FnMut(u64) -> Result<Hash>) -> Result<Hash> {
    if size <= 1 {
        return Ok(leaf(&next(first)?));
    }
    // The largest power of two below the size: the depth is at most 64.
    let half = 1 << (size - 1).ilog2();
    let left = tree(first, half, wanted, path, next)?;
    let right = tree(first + half, size - half, wanted, path, next)?;
    if (first..first + half).contains(&wanted) {
        path.push(right);
    } else if (first + half..first + size).contains(&wanted) {
        path.push(left);
    }
    Ok(node(&left, &right))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree by its definition (RFC 9162 section 2.1.1), to hold the walk to.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [one] => leaf(one),
            many => {
                let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
                node(&defined(left), &defined(right))
            }
        }
    }

    #[test]
    fn every_event_of_every_small_tree_is_proved_and_nothing_else_is() {
        for size in 1..=70_u64 {
            let leaves: Vec<Hash> = (1..=size).map(|id| [id as u8; 32]).collect();
            for wanted in 1..=size {
                let (path, root) = path_of(&leaves, wanted);
                assert_eq!(root, defined(&leaves), "size {size}");
                let own = leaf(&leaves[wanted as usize - 1]);
                assert_eq!(up(own, wanted - 1, size, &path), Some(root), "event {wanted} of {size}");
                for other in (1..=size).filter(|other| *other != wanted) {
                    assert_ne!(up(own, other - 1, size, &path), Some(root), "event {wanted} as {other} of {size}");
                }
                assert_ne!(up([9; 32], wanted - 1, size, &path), Some(root));
                if let Some((_, short)) = path.split_last() {
                    assert_eq!(up(own, wanted - 1, size, short), None);
                }
                assert_eq!(up(own, wanted - 1, size, &[path.as_slice(), &[[0; 32]]].concat()), None);
            }
            assert_eq!(up([0; 32], size, size, &[]), None);
        }
    }

    fn path_of(leaves: &[Hash], wanted: u64) -> (Vec<Hash>, Hash) {
        let mut path = Vec::new();
        let mut next = leaves.iter();
        let root = tree(1, leaves.len() as u64, wanted, &mut path, &mut |id| next.next().copied().ok_or_else(|| broken(id)));
        (path, root.expect("a root"))
    }
}
