//! The consent ledger.

use std::mem::MaybeUninit;

use engine::{ConsentLedger, Event, LedgerOptions, RecordedEvent, Result, Scope, Status, TimeZone, Timestamp};

use super::decision::{citx_decision, citx_question, question};
use super::error::{citx_error, citx_status};
use super::policy::citx_policy;
use super::table::citx_table;
use super::text::citx_text;
use super::view::citx_view;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_str};

/// An append-only, hash-chained ledger of consent events. Locked inside, so it is shared like an object that never
/// changes.
pub struct citx_ledger(Shared<ConsentLedger>);
shared!(citx_ledger, ConsentLedger);

/// One consent event. `citizen`, `status` and `captured_at` must be there. Instants are texts such as
/// `2026-11-22T09:30:00Z`; a date starts at midnight in the controller's zone.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_event {
    /// sizeof(citx_event).
    pub struct_size: usize,
    /// Key of the citizen.
    pub citizen: citx_str,
    /// Purpose it concerns; may be left out where `scope` is `all`.
    pub purpose: citx_str,
    /// Channel it concerns; left out for all channels of the purpose.
    pub channel: citx_str,
    /// `given`, `refused`, `withdrawn`, `objected`, ...
    pub status: citx_str,
    /// When it was said.
    pub captured_at: citx_str,
    /// How: `web`, `phone`, `paper`, `sms`, `import`, ...
    pub method: citx_str,
    /// Contact point it is about, if only one.
    pub contact: citx_str,
    /// Topic within the purpose.
    pub topic: citx_str,
    /// `channel` (the default), `purpose` or `all`.
    pub scope: citx_str,
    /// Privacy notice under which it was given.
    pub notice: citx_str,
    /// Where the evidence lies.
    pub evidence_ref: citx_str,
    /// From when it holds; left out is `captured_at`.
    pub valid_from: citx_str,
    /// Until when it holds (not at that instant any more).
    pub valid_until: citx_str,
    /// Who acted: `self`, `parent`, `attorney`, or staff.
    pub actor: citx_str,
    /// Jurisdiction, such as `GB-ENG`.
    pub jurisdiction: citx_str,
    /// System it came from.
    pub source: citx_str,
    /// Appending twice with one key is appending once.
    pub idempotency_key: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts.
unsafe impl Options for citx_event {
    const NAME: &'static str = "citx_event";
}

/// Opens or creates the ledger at `path`; `:memory:` is one without a file. `read_only` refuses to append, and to
/// create.
///
/// `*out` is to be freed with citx_ledger_free, which closes it; it may outlive `policy`. Status: IO, CORRUPTED where
/// the database is behind its head file, FORMAT_VERSION, BUSY, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_open(
    path: citx_str,
    policy: Option<&citx_policy>,
    read_only: bool,
    out: Option<&mut MaybeUninit<Box<citx_ledger>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        let policy = &guard::given(policy, "policy")?.policy;
        let ledger = ConsentLedger::open(path.text("path")?, policy, &LedgerOptions::new().read_only(read_only))?;
        out.write(citx_ledger::boxed(ledger));
        Ok(())
    })
}

/// Appends one event; returns when it is durable, its number (1, 2, 3, ...) in `*id`.
///
/// Status: INVALID_ARGUMENT, UNKNOWN_NAME for a purpose or channel that the policy does not have, CONFLICT for an
/// idempotency key used with other content, BUSY, IO, UNSUPPORTED where opened read only. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_ledger_append(
    ledger: Option<&citx_ledger>,
    event: *const citx_event,
    id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let id = guard::place(id, "id")?;
        // SAFETY: NULL or an event with its size, as the header asks.
        let given = unsafe { raw::options(event) }?.ok_or_else(|| guard::null("event"))?;
        id.write(ledger.append(&to_event(&given, zone(ledger))?)?);
        Ok(())
    })
}

/// Appends a table's events, columns named as the fields of citx_event, in one transaction: all or none. `*appended` is
/// how many were new.
///
/// Status: as citx_ledger_append, naming column and row. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_append_table(
    ledger: Option<&citx_ledger>,
    events: Option<&citx_table>,
    appended: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let appended = guard::place(appended, "appended")?;
        appended.write(ledger.append_table(guard::given(events, "events")?)?);
        Ok(())
    })
}

/// One decision at the instant `at`; a date starts at midnight in the controller's zone.
///
/// `*out` is to be freed with citx_decision_free. Status: as citx_view_decide; IO and CORRUPTED where the ledger cannot
/// be read: it never decides then. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_ledger_decide(
    ledger: Option<&citx_ledger>,
    question: *const citx_question,
    at: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_decision>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or a question with its size, as the header asks.
        let question = unsafe { self::question(question) }?;
        let at = Timestamp::parse(at.text("at")?, zone(ledger))?;
        out.write(citx_decision::of(ledger.decide(&question, at)?));
        Ok(())
    })
}

/// The consent of everyone at the instant `at`; where `known_at` is not empty, as it was known then. Dates start at
/// midnight in the controller's zone.
///
/// `*out` is to be freed with citx_view_free; it may outlive `ledger`. Status: IO, CORRUPTED, INVALID_ARGUMENT. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_as_of(
    ledger: Option<&citx_ledger>,
    at: citx_str,
    known_at: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_view>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let out = guard::place(out, "out")?;
        let at = Timestamp::parse(at.text("at")?, zone(ledger))?;
        let known_at = instant(&known_at, "known_at", zone(ledger))?;
        out.write(citx_view::boxed(ledger.as_of(at, known_at)?));
        Ok(())
    })
}

/// A citizen's events in order, with `id` and `recorded_at`: a table. `*out` is to be freed with citx_table_free.
/// Status: IO, CORRUPTED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_history(
    ledger: Option<&citx_ledger>,
    citizen: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let out = guard::place(out, "out")?;
        out.write(citx_table::boxed(RecordedEvent::to_table(&ledger.history(citizen.text("citizen")?)?)));
        Ok(())
    })
}

/// Recomputes every hash and compares the head; `*verified` is how many events were verified. Status: CORRUPTED naming
/// the first bad event, IO, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_verify(
    ledger: Option<&citx_ledger>,
    verified: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let verified = guard::place(verified, "verified")?;
        verified.write(ledger.verify()?);
        Ok(())
    })
}

/// The last event's number and chain hash in hex: kept elsewhere, it shows a later truncation.
///
/// `*hash` is to be freed with citx_text_free. Status: IO, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_head(
    ledger: Option<&citx_ledger>,
    sequence: Option<&mut MaybeUninit<u64>>,
    hash: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let (sequence, hash) = (guard::place(sequence, "sequence")?, guard::place(hash, "hash")?);
        let head = ledger.head()?;
        sequence.write(head.0);
        hash.write(citx_text::boxed(head.1));
        Ok(())
    })
}

/// Accepts the database at `path` as it is after a backup was restored: writes its head file anew. A deliberate act, on
/// a ledger that is not open.
///
/// `*hash` is to be freed with citx_text_free. Status: IO, CORRUPTED where the chain does not verify, INVALID_ARGUMENT.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_accept_head(
    path: citx_str,
    policy: Option<&citx_policy>,
    sequence: Option<&mut MaybeUninit<u64>>,
    hash: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        let (sequence, hash) = (guard::place(sequence, "sequence")?, guard::place(hash, "hash")?);
        let head = ConsentLedger::accept_head(path.text("path")?, &named.policy)?;
        sequence.write(head.0);
        hash.write(citx_text::boxed(head.1));
        Ok(())
    })
}

/// Erases a citizen: removes every personal value of theirs and leaves a suppression mark; the chain still verifies, and the citizen is
/// denied as erased from then on. `*id` is the number of the erasure. Status: NOT_FOUND for a citizen without events, IO, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_erase(
    ledger: Option<&citx_ledger>,
    citizen: citx_str,
    id: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let id = guard::place(id, "id")?;
        id.write(ledger.erase(citizen.text("citizen")?)?);
        Ok(())
    })
}

/// How many events, in `*out`. Status: IO, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_len(
    ledger: Option<&citx_ledger>,
    out: Option<&mut MaybeUninit<u64>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(ledger, err, |ledger| {
        let out = guard::place(out, "out")?;
        out.write(ledger.len()?);
        Ok(())
    })
}

/// Closes a ledger; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_ledger_free(ledger: Option<Box<citx_ledger>>) {
    guard::free(ledger);
}

/// The zone in which the controller's days begin.
pub(super) fn zone(ledger: &ConsentLedger) -> TimeZone {
    ledger.policy().controller().map_or(TimeZone::UTC, |controller| controller.time_zone)
}

pub(super) fn instant(text: &citx_str, name: &str, zone: TimeZone) -> Result<Option<Timestamp>> {
    match text.text(name)? {
        "" => Ok(None),
        text => Timestamp::parse(text, zone).map(Some).map_err(|error| error.context(format!("`{name}`"))),
    }
}

pub(super) fn to_event(given: &citx_event, zone: TimeZone) -> Result<Event> {
    let status: Status = given.status.text("status")?.parse()?;
    let captured_at = Timestamp::parse(given.captured_at.text("captured_at")?, zone).map_err(|error| error.context("`captured_at`"))?;
    let mut event = Event::new(given.citizen.text("citizen")?, status, captured_at);
    event.purpose = given.purpose.maybe("purpose")?;
    event.channel = given.channel.maybe("channel")?;
    event.method = given.method.maybe("method")?;
    event.contact = given.contact.maybe("contact")?;
    event.topic = given.topic.maybe("topic")?;
    event.scope = match given.scope.text("scope")? {
        "" => Scope::default(),
        scope => scope.parse()?,
    };
    event.notice = given.notice.maybe("notice")?;
    event.evidence_ref = given.evidence_ref.maybe("evidence_ref")?;
    event.valid_from = instant(&given.valid_from, "valid_from", zone)?;
    event.valid_until = instant(&given.valid_until, "valid_until", zone)?;
    event.actor = given.actor.maybe("actor")?;
    event.jurisdiction = given.jurisdiction.maybe("jurisdiction")?;
    event.source = given.source.maybe("source")?;
    event.idempotency_key = given.idempotency_key.maybe("idempotency_key")?;
    Ok(event)
}
