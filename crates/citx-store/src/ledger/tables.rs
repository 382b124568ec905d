//! The two tables in which a server and files of format 1 keep events: `docs/spec/ledger.md` sections 8 and 10.

use citx_core::Result;

use super::chain::{Hash, Sealed};
use super::store::{FIELDS, Row, Stored, Take, Values, broken};

/// The columns of `events`, in order.
pub(super) const COLUMNS: [&str; 23] = [
    "id",
    "recorded_at",
    "captured_at",
    "status",
    "scope",
    "purpose",
    "channel",
    "topic",
    "notice",
    "valid_from",
    "valid_until",
    "method",
    "jurisdiction",
    "source",
    "citizen_hash",
    "contact_hash",
    "evidence_hash",
    "actor_hash",
    "idempotency_hash",
    "contact_key_hash",
    "erases",
    "mark",
    "hash",
];

/// A row of `events`.
pub(super) struct EventRow {
    pub(super) id: u64,
    pub(super) sealed: Vec<u8>,
    pub(super) mark: Option<Vec<u8>>,
    pub(super) hash: Hash,
    /// The hash of the one before, where that was asked for; `None` if it is not there.
    pub(super) before: Option<Hash>,
}

/// A row of `personal`.
pub(super) struct Personal {
    pub(super) event: u64,
    pub(super) field: usize,
    pub(super) salt: Hash,
    pub(super) value: String,
}

/// Rows of both tables, each in its order. Where a row cannot be read, they end before it.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) events: Vec<EventRow>,
    pub(super) personal: Vec<Personal>,
}

impl Tables {
    /// Hands the events on with their values. A value without an event, too, is handed on, as an event that is damaged.
    pub(super) fn hand(&self, take: Take<'_>) {
        let mut rest = self.personal.as_slice();
        for EventRow { id, sealed, mark, hash, before } in &self.events {
            let (own, others) = rest.split_at(rest.partition_point(|row| row.event <= *id));
            rest = others;
            let values = values(*id, own);
            if !take(Row { id: *id, sealed, mark: mark.as_deref(), hash: *hash, before: *before, values }) {
                return;
            }
        }
        if let Some(spare) = rest.first() {
            take(Row { id: spare.event, sealed: &[], mark: None, hash: Hash::default(), before: None, values: None });
        }
    }
}

fn values(id: u64, rows: &[Personal]) -> Option<Values<'_>> {
    let mut values = [None; FIELDS];
    for row in rows {
        let place = values.get_mut(row.field.checked_sub(1)?).filter(|place| place.is_none() && row.event == id)?;
        *place = Some((&row.salt, row.value.as_str()));
    }
    Some(values)
}

impl Stored {
    /// What the columns of `events` say of it.
    pub(super) fn read(&self) -> Result<Sealed<'_>> {
        Sealed::read(&self.sealed).ok_or_else(|| broken(self.id))
    }

    /// Its rows of `personal`: field, salt, value.
    pub(super) fn personal(&self) -> impl Iterator<Item = (i64, &Hash, &String)> {
        (1..).zip(&self.values).filter_map(|(field, value)| value.as_ref().map(|(salt, value)| (field, salt, value)))
    }
}
