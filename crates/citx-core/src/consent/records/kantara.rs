use super::{ControllerProfile, ReceiptPurpose, texts, uuid};
use crate::consent::signals::json_object;
use crate::consent::{RecordedEvent, Status};
use crate::json::quote;
use crate::{Error, ErrorKind, Result};

/// A consent receipt after the Kantara Initiative's *Consent Receipt Specification* 1.1.0, as JSON that its schema accepts. The same event and profile
/// give the same receipt, its id too.
///
/// # Errors
/// `InvalidArgument` for an event that gives no consent: there is no receipt of a refusal. `OutOfRange` for one before 1970.
///
/// # Example
/// ```
/// use citx_core::consent::records::{ControllerProfile, ReceiptPurpose, kantara_receipt};
/// use citx_core::consent::{Event, RecordedEvent, Status};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let mut event = Event::new("C-17", Status::Given, Timestamp::parse("2026-03-01T10:00:00Z", TimeZone::UTC)?);
/// event.purpose = Some("newsletter".to_owned());
/// let recorded = RecordedEvent { id: 1, recorded_at: event.captured_at, event };
/// let profile = ControllerProfile {
///     name: "Anytown Council".to_owned(),
///     contact: "Data protection officer".to_owned(),
///     address: vec![("streetAddress".to_owned(), "1 High Street".to_owned())],
///     email: "dpo@anytown.example".to_owned(),
///     phone: "+44 1632 960000".to_owned(),
///     policy_url: "https://anytown.example/privacy".to_owned(),
///     jurisdiction: "GB".to_owned(),
///     language: "en".to_owned(),
/// };
/// let purpose = ReceiptPurpose {
///     service: "News".to_owned(),
///     purpose: "To send the newsletter".to_owned(),
///     categories: vec!["6 - Marketing".to_owned()],
///     personal_data: vec!["2 - Contact".to_owned()],
///     sensitive_data: Vec::new(),
///     termination: "On withdrawal".to_owned(),
///     third_party: None,
/// };
/// let receipt = kantara_receipt(&recorded, &profile, &purpose)?;
/// assert!(receipt.contains("\"consentTimestamp\":1772359200"));
/// # Ok::<(), citx_core::Error>(())
/// ```
pub fn kantara_receipt(recorded: &RecordedEvent, profile: &ControllerProfile, purpose: &ReceiptPurpose) -> Result<String> {
    let event = &recorded.event;
    if !matches!(event.status, Status::Given | Status::Renewed) {
        let message = format!("a consent receipt is of consent given or renewed, found `{}`", event.status.as_str());
        return Err(Error::new(ErrorKind::InvalidArgument, message));
    }
    let seconds = event.captured_at.as_micros().div_euclid(1_000_000);
    if seconds < 0 {
        return Err(Error::new(ErrorKind::OutOfRange, "a consent receipt counts seconds since 1970"));
    }
    let controller = json_object([
        ("piiController", quote(&profile.name)),
        ("contact", quote(&profile.contact)),
        ("address", json_object(profile.address.iter().map(|(name, value)| (name.as_str(), quote(value))))),
        ("email", quote(&profile.email)),
        ("phone", quote(&profile.phone)),
    ]);
    let mut purposes = vec![
        ("purpose", quote(&purpose.purpose)),
        ("purposeCategory", texts(&purpose.categories)),
        ("consentType", quote("EXPLICIT")),
        ("piiCategory", texts(&purpose.personal_data)),
        ("primaryPurpose", "true".to_owned()),
        ("termination", quote(&purpose.termination)),
        ("thirdPartyDisclosure", purpose.third_party.is_some().to_string()),
    ];
    purposes.extend(purpose.third_party.as_deref().map(|name| ("thirdPartyName", quote(name))));
    let service = json_object([("service", quote(&purpose.service)), ("purposes", format!("[{}]", json_object(purposes)))]);
    Ok(json_object([
        ("version", quote("KI-CR-v1.1.0")),
        ("jurisdiction", quote(event.jurisdiction.as_deref().unwrap_or(&profile.jurisdiction))),
        ("consentTimestamp", seconds.to_string()),
        ("collectionMethod", quote(event.method.as_deref().unwrap_or("not recorded"))),
        (
            "consentReceiptID",
            quote(&uuid(
                &["citx receipt 1", &profile.name, &event.citizen, event.purpose.as_deref().unwrap_or_default(), event.status.as_str()],
                &[recorded.id as i64, recorded.recorded_at.as_micros(), event.captured_at.as_micros()],
            )),
        ),
        ("language", quote(&profile.language)),
        ("piiPrincipalId", quote(&event.citizen)),
        ("piiControllers", format!("[{controller}]")),
        ("policyUrl", quote(&profile.policy_url)),
        ("services", format!("[{service}]")),
        ("sensitive", (!purpose.sensitive_data.is_empty()).to_string()),
        ("spiCat", texts(&purpose.sensitive_data)),
    ]))
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::consent::Event;
    use crate::time::Timestamp;

    fn profile() -> ControllerProfile {
        ControllerProfile {
            name: "Anytown \"Council\"".to_owned(),
            contact: "DPO".to_owned(),
            address: vec![("streetAddress".to_owned(), "1 High Street".to_owned())],
            email: "dpo@anytown.example".to_owned(),
            phone: "+44 1632 960000".to_owned(),
            policy_url: "https://anytown.example/privacy".to_owned(),
            jurisdiction: "GB".to_owned(),
            language: "en".to_owned(),
        }
    }

    fn purpose(third_party: Option<&str>) -> ReceiptPurpose {
        ReceiptPurpose {
            service: "News".to_owned(),
            purpose: "To send the newsletter".to_owned(),
            categories: vec!["6 - Marketing".to_owned()],
            personal_data: vec!["2 - Contact".to_owned()],
            sensitive_data: Vec::new(),
            termination: "On withdrawal".to_owned(),
            third_party: third_party.map(str::to_owned),
        }
    }

    fn recorded(id: u64, status: Status, seconds: i64) -> RecordedEvent {
        let mut event = Event::new("C-17", status, Timestamp::from_micros(seconds * 1_000_000));
        event.purpose = Some("newsletter".to_owned());
        RecordedEvent { id, recorded_at: event.captured_at, event }
    }

    /// What the schema of version 1.1 requires, with its types.
    #[test]
    fn a_receipt_has_what_its_schema_requires() {
        for third_party in [None, Some("Printers Ltd")] {
            let text = kantara_receipt(&recorded(7, Status::Given, 1_772_359_200), &profile(), &purpose(third_party)).expect("a receipt");
            let receipt: Json = serde_json::from_str(&text).expect("JSON");
            let texts = ["version", "jurisdiction", "collectionMethod", "consentReceiptID", "piiPrincipalId", "policyUrl", "language"];
            assert!(texts.iter().all(|name| receipt[name].is_string()), "{text}");
            assert_eq!((&receipt["version"], &receipt["consentTimestamp"]), (&Json::from("KI-CR-v1.1.0"), &Json::from(1_772_359_200)));
            assert!(receipt["sensitive"] == false && receipt["spiCat"].is_array());
            let controller = &receipt["piiControllers"][0];
            assert_eq!(controller["piiController"], "Anytown \"Council\"");
            assert!(controller["address"].is_object() && ["contact", "email", "phone"].iter().all(|name| controller[name].is_string()));
            let inner = &receipt["services"][0]["purposes"][0];
            assert!(["consentType", "termination"].iter().all(|name| inner[name].is_string()));
            assert!(["purposeCategory", "piiCategory"].iter().all(|name| inner[name].is_array()));
            assert_eq!(inner["thirdPartyDisclosure"], third_party.is_some());
            assert_eq!(inner.get("thirdPartyName").and_then(Json::as_str), third_party);
        }
    }

    #[test]
    fn a_receipt_is_of_consent_only_and_names_its_event() {
        let receipt = |id, status, seconds| kantara_receipt(&recorded(id, status, seconds), &profile(), &purpose(None));
        let first = receipt(1, Status::Given, 5).expect("a receipt");
        assert_eq!(first, receipt(1, Status::Given, 5).expect("a receipt"));
        assert_ne!(first, receipt(2, Status::Given, 5).expect("a receipt"), "another event has another id");
        assert_eq!(receipt(1, Status::Withdrawn, 5).expect_err("no consent").kind(), ErrorKind::InvalidArgument);
        assert_eq!(receipt(1, Status::Given, -5).expect_err("before 1970").kind(), ErrorKind::OutOfRange);
        let id: Json = serde_json::from_str(&first).expect("JSON");
        let id = id["consentReceiptID"].as_str().expect("an id").to_owned();
        let parts: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!((id.as_bytes()[14], b"89ab".contains(&id.as_bytes()[19])), (b'8', true), "{id}");
    }
}
