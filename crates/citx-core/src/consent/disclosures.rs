use std::sync::Arc;

use super::event::Event;
use crate::Result;

/// Where it is recorded to whom personal data was handed out: a ledger. A view that came from one brings it along to the audiences
/// chosen by it.
pub trait Disclosures: Send + Sync {
    /// Appends these `disclosed` events and returns when they are durable; one that is there already is not appended again.
    ///
    /// # Errors
    /// As the ledger's own.
    fn disclose(&self, events: &[Event]) -> Result<()>;
}

/// Shared by a view and the audiences chosen by it.
pub(crate) type Recorder = Option<Arc<dyn Disclosures>>;
