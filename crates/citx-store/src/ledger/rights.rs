//! What the law gives citizens to ask of a ledger: erasure, rectification; and records that turn out to be of one person.

use std::collections::BTreeSet;

use citx_core::consent::records::{ConsentRecord, ControllerProfile, Processing, ReceiptPurpose};
use citx_core::consent::{Event, RecordedEvent, Scope, Status};
use citx_core::time::Timestamp;
use citx_core::{Error, ErrorKind, Result};

use super::rows::{self, Committing};
use super::store::{Field, Last, Rows, Stored};
use super::{ConsentLedger, chain, ids_of, now};

impl ConsentLedger {
    /// Erases a citizen (Art. 17): removes every personal value of theirs, leaves a suppression mark, and returns the id of the erasure. The
    /// chain still verifies; the citizen is denied as erased, at whatever instant. One who is erased already has the id of that erasure.
    /// Records that were merged with theirs are erased by themselves; what they say of this one goes with it.
    ///
    /// # Errors
    /// `NotFound` for a citizen without events; `Io`, after which erasing again is safe.
    pub fn erase(&self, citizen: &str) -> Result<u64> {
        let id = self.write(|rows, mut last| {
            let ids = ids_of(rows, Field::Citizen, citizen)?;
            let mark = chain::mark(&self.store.identity().mark_key, citizen);
            if ids.is_empty() {
                // Erased already, perhaps by a call whose answer was lost.
                let erased = rows::erasures(rows, Some(&[mark]))?.marks.last().map(|(_, erasure)| (erasure.id, last));
                return erased.ok_or_else(|| Error::new(ErrorKind::NotFound, "the ledger has no events of this citizen"));
            }
            let mut ids: BTreeSet<u64> = ids.into_iter().collect();
            for event in self.of_person(rows, citizen)? {
                if event.event.merged_with() == Some(citizen) {
                    ids.insert(event.id);
                }
            }
            self.remove(rows, &mut last, citizen, ids, mark)?;
            Ok((last.id, last))
        })?;
        self.store.scrub()?;
        Ok(id)
    }

    /// Corrects an event that was recorded wrongly (Art. 16): takes its personal values out of the ledger, so that it says nothing of anybody
    /// any more, and appends `corrected` in the same transaction. Returns the id of the corrected event.
    ///
    /// # Errors
    /// `NotFound` for an event that is not there, was erased or is an erasure, which stands; `InvalidArgument` for a correction that says the
    /// same; as [`ConsentLedger::append`] for the corrected event, which must be new: `Conflict` where it is there already.
    pub fn rectify(&self, id: u64, corrected: &Event) -> Result<u64> {
        self.check(corrected, false)?;
        let committed = self.commit(std::slice::from_ref(corrected))?;
        let id = self.write(|rows, mut last| {
            let gone = || Error::new(ErrorKind::NotFound, format!("the ledger has no event {id}, or it was erased"));
            if id == 0 || id > last.id || rows::erasures(rows, None)?.ids.contains(&id) {
                return Err(gone());
            }
            let wrong = rows::load(rows, self.store.identity(), &[id])?.pop().ok_or_else(gone)?;
            if wrong.event == *corrected {
                return Err(Error::new(ErrorKind::InvalidArgument, "the corrected event says what the recorded one does"));
            }
            // Of nobody: a citizen's own mark would deny them as erased.
            let mark = chain::mark(&self.store.identity().mark_key, &format!("\0event {id}"));
            self.remove(rows, &mut last, &wrong.event.citizen, BTreeSet::from([id]), mark)?;
            // The wrong event's idempotency key may be used again: it is gone.
            if self.known(rows, std::slice::from_ref(corrected)).map_err(|(_, error)| error)?.iter().any(Option::is_some) {
                return Err(Error::new(ErrorKind::Conflict, "the corrected event is in the ledger already"));
            }
            let at = now().max(last.recorded_at);
            rows::seal(rows, &mut last, committed, at)?;
            Ok((last.id, last))
        })?;
        self.store.scrub()?;
        Ok(id)
    }

    /// Says that two records are of one person, from an instant on: each then counts for both, by rules that lift no refusal
    /// (`docs/spec/consent.md` section 3). The events of neither change. `actor` is who found it out. Returns the ids of the two events that
    /// say so.
    ///
    /// # Errors
    /// `InvalidArgument` for a record and itself, `NotFound` for two records without events.
    pub fn merge(&self, citizen: &str, other: &str, at: Timestamp, actor: Option<&str>) -> Result<[u64; 2]> {
        self.join([citizen, other], at, actor, Status::Merged)
    }

    /// Says that two merged records are of two people after all: from then on each counts for itself again.
    ///
    /// # Errors
    /// As [`ConsentLedger::merge`].
    pub fn unmerge(&self, citizen: &str, other: &str, at: Timestamp, actor: Option<&str>) -> Result<[u64; 2]> {
        self.join([citizen, other], at, actor, Status::Unmerged)
    }

    fn join(&self, [citizen, other]: [&str; 2], at: Timestamp, actor: Option<&str>, status: Status) -> Result<[u64; 2]> {
        if citizen == other {
            return Err(Error::new(ErrorKind::InvalidArgument, "a record is merged with another, not with itself"));
        }
        let says = |citizen: &str, other: &str| {
            let mut event = Event::new(citizen, status, at);
            event.scope = Scope::All;
            event.evidence_ref = Some(other.to_owned());
            event.actor = actor.map(str::to_owned);
            event
        };
        let events = [says(citizen, other), says(other, citizen)];
        events.iter().try_for_each(|event| self.check(event, false))?;
        let committed = self.commit(&events)?;
        self.write(|rows, mut last| {
            if ids_of(rows, Field::Citizen, citizen)?.is_empty() && ids_of(rows, Field::Citizen, other)?.is_empty() {
                return Err(Error::new(ErrorKind::NotFound, "the ledger has no events of either citizen"));
            }
            let at = now().max(last.recorded_at);
            rows::seal(rows, &mut last, committed, at)?;
            Ok(([last.id - 1, last.id], last))
        })
    }

    /// Removes the personal values of these events, and appends the erasure that lists them. The erasure's own are committed to, but not kept.
    pub(super) fn remove(
        &self,
        rows: &mut dyn Rows,
        last: &mut Last,
        citizen: &str,
        mut ids: BTreeSet<u64>,
        mark: chain::Hash,
    ) -> Result<()> {
        let now = now().max(last.recorded_at);
        let mut event = Event::new(citizen, Status::Erased, Timestamp::from_micros(now));
        event.scope = Scope::All;
        rows.forget(&ids.iter().copied().collect::<Vec<_>>())?;
        ids.insert(last.id + 1);
        let erases: Vec<u8> = ids.iter().flat_map(|id| id.to_le_bytes()).collect();
        let mut committing = Committing::default();
        committing.commit(&event, None, Some(&erases))?;
        let mut erasure = committing.events();
        for Stored { mark: place, values, .. } in &mut erasure {
            *place = Some(mark);
            values.fill(None);
        }
        rows::seal(rows, last, erasure, now)
    }

    /// The receipt of one event, as JSON shaped after ISO/IEC TS 27560 (see [`ConsentRecord`]): of the citizen's history, what the policy
    /// knows of controller, purpose and lawful basis, and `more` of both.
    ///
    /// # Errors
    /// `NotFound` for an event that is not there or was erased; `InvalidArgument` for one without a purpose; `Io`, `Corrupted`.
    pub fn receipt(&self, id: u64, more: Option<(&ControllerProfile, &ReceiptPurpose)>) -> Result<String> {
        let gone = || Error::new(ErrorKind::NotFound, format!("the ledger has no event {id}, or it was erased"));
        let history = self.read(|rows| {
            if id == 0 || id > rows::last(rows, self.store.identity())?.id || rows::erasures(rows, None)?.ids.contains(&id) {
                return Err(gone());
            }
            let event = rows::load(rows, self.store.identity(), &[id])?.pop().ok_or_else(gone)?;
            let ids = ids_of(rows, Field::Citizen, &event.event.citizen)?;
            rows::load(rows, self.store.identity(), &ids)
        })?;
        let purpose = history.iter().find(|event| event.id == id).ok_or_else(gone)?.event.purpose.clone();
        let purpose =
            purpose.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "a receipt is of a purpose, which the event does not name"))?;
        let name = self.policy.controller().map(|controller| controller.name.clone()).unwrap_or_default();
        let profile = ControllerProfile { name, ..ControllerProfile::default() };
        let words = ReceiptPurpose { purpose: purpose.clone(), ..ReceiptPurpose::default() };
        let (profile, words) = more.unwrap_or((&profile, &words));
        let mut processing = Processing::new();
        processing.lawful_basis = self.policy.purposes().iter().find(|known| known.name == purpose).map(|known| known.basis.clone());
        ConsentRecord::new(&history, &purpose, profile, words, &processing)?.receipt(id)
    }

    /// Every event of a citizen and of the records that theirs was ever merged with, in order.
    ///
    /// # Errors
    /// `Io`, `Corrupted`.
    pub fn history_of_person(&self, citizen: &str) -> Result<Vec<RecordedEvent>> {
        let mut events = self.read(|rows| self.of_person(rows, citizen))?;
        events.sort_by_key(|event| event.id);
        Ok(events)
    }
}
