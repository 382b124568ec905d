use super::Received;
use super::gpp::{OptOutMapping, OptOuts};
use crate::consent::{Event, Facts};

/// What the value of a request's `Sec-GPC` header says: `1` exactly is a Global Privacy Control, which asks that personal data be neither sold nor
/// shared nor used for targeted advertising. Anything else is no signal, and no signal is not consent.
///
/// Source: W3C, *Global Privacy Control*, working draft of 3 December 2024, section 3.
///
/// # Example
/// ```
/// use citx_core::consent::signals::{OptOutMapping, Received, gpc_header};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let received = Received::new("C-17", Timestamp::parse("2026-11-22", TimeZone::UTC)?);
/// let mapping = OptOutMapping::new().targeted_advertising("web-ads");
/// assert_eq!(gpc_header(Some("1"), &mapping, &received).0.len(), 1);
/// assert!(gpc_header(Some("true"), &mapping, &received).0.is_empty());
/// # Ok::<(), citx_core::Error>(())
/// ```
pub fn gpc_header(value: Option<&str>, mapping: &OptOutMapping, received: &Received) -> (Vec<Event>, Facts) {
    let gpc = value == Some("1");
    mapping.of(OptOuts { sale: gpc, sharing: gpc, targeted_advertising: gpc, gpc }, "gpc", "Sec-GPC: 1", received)
}
