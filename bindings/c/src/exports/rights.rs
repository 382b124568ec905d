//! What citizens may ask of a ledger, records of one person, and proofs.

use std::mem::MaybeUninit;

use engine::rules::Sources;
use engine::{ConsentLedger, InclusionProof, Result, Timestamp};

use super::book::citx_segment_book;
use super::error::{citx_error, citx_status};
use super::ledger::{citx_event, citx_ledger, instant, to_event, zone};
use super::population::citx_population;
use super::text::citx_text;
use crate::guard;
use crate::handle::SharedHandle as _;
use crate::raw::{self, citx_str};

/// Corrects an event that was recorded wrongly: takes its personal values out of the ledger and appends `corrected` in the
/// same transaction; `*id` is the number of the corrected event. An erasure stands.
///
/// Status: NOT_FOUND for an event that is not there, was erased or is an erasure; INVALID_ARGUMENT, for a correction that
/// says the same too; the others as citx_ledger_append, CONFLICT where the corrected event is there already. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_ledger_rectify(
    ledger: Option<&citx_ledger>,
    event_id: u64,
    corrected: *const citx_event,
    id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let id = guard::place(id, "id")?;
        // SAFETY: NULL or an event with its size, as the header asks.
        let corrected = unsafe { raw::options(corrected) }?.ok_or_else(|| guard::null("corrected"))?;
        id.write(ledger.rectify(event_id, &to_event(&corrected, zone(ledger))?)?);
        Ok(())
    })
}

/// Says that two records are of one person from the instant `at` on: each then counts for both, and no event of either
/// changes. `actor` is who found it out; it may be empty. `*id` is the number of the event that `citizen` gets; that of
/// `other` is the next.
///
/// Status: INVALID_ARGUMENT, for a record and itself too; NOT_FOUND where neither has an event; IO. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_merge(
    ledger: Option<&citx_ledger>,
    citizen: citx_str,
    other: citx_str,
    at: citx_str,
    actor: citx_str,
    id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    join(ConsentLedger::merge, ledger, [citizen, other, at, actor], id, err)
}

/// Says that two merged records are of two people after all: from the instant `at` on each counts for itself. The rest is
/// as for citx_ledger_merge.
///
/// Status: INVALID_ARGUMENT, NOT_FOUND, IO. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_unmerge(
    ledger: Option<&citx_ledger>,
    citizen: citx_str,
    other: citx_str,
    at: citx_str,
    actor: citx_str,
    id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    join(ConsentLedger::unmerge, ledger, [citizen, other, at, actor], id, err)
}

/// `ConsentLedger::merge` or `unmerge`.
type Join = fn(&ConsentLedger, &str, &str, Timestamp, Option<&str>) -> Result<[u64; 2]>;

fn join(
    what: Join,
    ledger: Option<&citx_ledger>,
    [citizen, other, at, actor]: [citx_str; 4],
    id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let id = guard::place(id, "id")?;
        let (at, actor) = (Timestamp::parse(at.text("at")?, zone(ledger))?, actor.maybe("actor")?);
        let [first, _] = what(ledger, citizen.text("citizen")?, other.text("other")?, at, actor.as_deref())?;
        id.write(first);
        Ok(())
    })
}

/// Everything that is held about a citizen, as JSON: the ledger's events, decisions and recipients; the attributes in
/// `people` and, of those, why the citizen is in each segment of `book` or not. Both may be NULL. An empty `at` is now.
///
/// `*json` is to be freed with citx_text_free. Status: IO, CORRUPTED, UNKNOWN_NAME, RULE_TYPE, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_subject_access(
    ledger: Option<&citx_ledger>,
    citizen: citx_str,
    at: citx_str,
    people: Option<&citx_population>,
    book: Option<&citx_segment_book>,
    json: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let json = guard::place(json, "json")?;
        let mut held = ledger.subject_access(citizen.text("citizen")?, instant(&at, "at", zone(ledger))?)?;
        if people.is_some() {
            held = held.with_population(guard::given(people, "people")?, ledger)?;
        }
        if book.is_some() {
            held = held.with_segments(guard::given(book, "book")?, &Sources::new())?;
        }
        json.write(citx_text::boxed(held.to_json()));
        Ok(())
    })
}

/// The receipt of one event, as JSON shaped after ISO/IEC TS 27560, of what the policy knows of controller and purpose.
///
/// `*json` is to be freed with citx_text_free. Status: NOT_FOUND for an event that is not there or was erased,
/// INVALID_ARGUMENT, for one without a purpose too, IO, CORRUPTED. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_receipt(
    ledger: Option<&citx_ledger>,
    event_id: u64,
    json: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let json = guard::place(json, "json")?;
        json.write(citx_text::boxed(ledger.receipt(event_id, None)?));
        Ok(())
    })
}

/// How many events there are, and the root of the Merkle tree over their hashes (RFC 9162) in hex: noted elsewhere, it
/// lets single events be proved later.
///
/// `*root` is to be freed with citx_text_free. Status: INSUFFICIENT_DATA for a ledger without events, IO, CORRUPTED,
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_root(
    ledger: Option<&citx_ledger>,
    size: Option<&mut MaybeUninit<u64>>,
    root: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let (size, root) = (guard::place(size, "size")?, guard::place(root, "root")?);
        let found = ledger.root()?;
        size.write(found.0);
        root.write(citx_text::boxed(found.1));
        Ok(())
    })
}

/// Proves, as JSON, that an event is among the first `size`, for whoever has their root. The proof holds the event's
/// personal values.
///
/// `*json` is to be freed with citx_text_free. Status: NOT_FOUND for an event that is not among them, OUT_OF_RANGE for
/// more than there are, IO, CORRUPTED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_prove(
    ledger: Option<&citx_ledger>,
    event_id: u64,
    size: u64,
    json: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let json = guard::place(json, "json")?;
        json.write(citx_text::boxed(ledger.prove(event_id, size)?.to_json()));
        Ok(())
    })
}

/// Checks a proof, without the ledger, against a size and root that were noted; `*event_id` is what it proves.
///
/// Status: CORRUPTED where it does not prove its event for this root, FORMAT_VERSION, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_verify_proof(
    proof: citx_str,
    size: u64,
    root: citx_str,
    event_id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let event_id = guard::place(event_id, "event_id")?;
        event_id.write(InclusionProof::read(proof.text("proof")?)?.verify(size, root.text("root")?)?);
        Ok(())
    })
}
