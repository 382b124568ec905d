use std::fmt;

use super::{ControllerProfile, ReceiptPurpose, texts, uuid};
use crate::consent::signals::json_object;
use crate::consent::{RecordedEvent, Scope, Status};
use crate::json::quote;
use crate::time::{DAY_MICROS, Timestamp};
use crate::{Error, ErrorKind, Result};

const SCHEMA: &str = "ISO/IEC TS 27560:2023";
/// The names of the parties that every record has.
const CONTROLLER: &str = "controller";
const PRINCIPAL: &str = "pii_principal";
const RECIPIENT: &str = "recipient";

/// What a record says of the processing beside what a receipt says. What is left out is left out of the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Processing {
    /// The lawful basis, as the policy names it; left out, `consent`.
    pub lawful_basis: Option<String>,
    /// How the data are processed.
    pub processing_method: Option<String>,
    /// Where they are stored.
    pub storage_locations: Vec<String>,
    /// Where they are processed.
    pub processing_locations: Vec<String>,
    /// Where they must stay.
    pub geographic_restrictions: Vec<String>,
    /// How consent is taken back.
    pub withdrawal_method: Option<String>,
    /// The rights that the person has.
    pub privacy_rights: Vec<String>,
    /// The codes of conduct kept.
    pub codes_of_conduct: Vec<String>,
    /// Where the impact assessment is.
    pub impact_assessment: Option<String>,
    /// The authority to turn to.
    pub authority_party: Option<String>,
}

impl Processing {
    /// Nothing said.
    pub fn new() -> Self {
        Self::default()
    }
}

/// A consent record shaped after ISO/IEC TS 27560:2023: header, processing, parties, and every event of one citizen that concerns one purpose. A receipt is
/// an extract of it.
///
/// # Example
/// ```
/// use citx_core::consent::records::{ConsentRecord, ControllerProfile, Processing, ReceiptPurpose};
/// use citx_core::consent::{Event, RecordedEvent, Status};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let event = |id, status, at| {
///     let mut event = Event::new("C-17", status, Timestamp::parse(at, TimeZone::UTC)?);
///     event.purpose = Some("newsletter".to_owned());
///     Ok::<_, citx_core::Error>(RecordedEvent { id, recorded_at: event.captured_at, event })
/// };
/// let history = [event(1, Status::Given, "2026-03-01")?, event(2, Status::Withdrawn, "2026-04-01")?];
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
/// let record = ConsentRecord::new(&history, "newsletter", &profile, &purpose, &Processing::new())?;
/// assert!(record.to_json().contains(r#""state":"withdrawn""#));
/// assert!(!record.receipt(1)?.contains("withdrawn"), "the receipt of the first event");
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ConsentRecord {
    header: String,
    processing: String,
    /// The parties by name.
    parties: Vec<(String, String)>,
    events: Vec<Entry>,
}

#[derive(Clone, PartialEq, Eq)]
struct Entry {
    id: u64,
    party: String,
    json: String,
}

impl ConsentRecord {
    /// The record of the events in a citizen's `history` that concern the purpose: those that name it, and those that name none. In order of time.
    ///
    /// # Errors
    /// `NotFound` where no event concerns it; `InvalidArgument` for events of several citizens.
    pub fn new(
        history: &[RecordedEvent],
        purpose: &str,
        profile: &ControllerProfile,
        words: &ReceiptPurpose,
        processing: &Processing,
    ) -> Result<Self> {
        let names = |recorded: &&RecordedEvent| {
            let event = &recorded.event;
            event.scope == Scope::All || event.purpose.as_deref().is_none_or(|name| name == purpose)
        };
        let mut events: Vec<&RecordedEvent> = history.iter().filter(names).collect();
        events.sort_by_key(|recorded| (recorded.event.captured_at, recorded.event.status.rank(), recorded.id));
        let Some(first) = events.first() else {
            return Err(Error::new(ErrorKind::NotFound, format!("no event concerns the purpose `{purpose}`")));
        };
        let citizen = &first.event.citizen;
        if history.iter().any(|recorded| recorded.event.citizen != *citizen) {
            return Err(Error::new(ErrorKind::InvalidArgument, "a record is of one citizen, found events of several"));
        }
        let id = uuid(&["citx record 1", &profile.name, citizen, purpose], &[]);
        let header = json_object([("schema_version", quote(SCHEMA)), ("record_id", quote(&id)), ("pii_principal_id", quote(citizen))]);
        let processing = processing_section(&events, profile, words, processing);
        let mut parties = vec![(CONTROLLER.to_owned(), controller(profile)), (PRINCIPAL.to_owned(), party(PRINCIPAL, PRINCIPAL, None))];
        parties.extend(words.third_party.as_deref().map(|name| (RECIPIENT.to_owned(), party(RECIPIENT, "third_party", Some(name)))));
        let entries: Vec<Entry> = events.iter().map(|recorded| Entry::of(recorded)).collect();
        for entry in &entries {
            if parties.iter().all(|(known, _)| *known != entry.party) {
                parties.push((entry.party.clone(), party(&entry.party, "acting_for_principal_or_controller", None)));
            }
        }
        Ok(Self { header, processing, parties, events: entries })
    }

    /// The whole record, as JSON.
    pub fn to_json(&self) -> String {
        self.json(&self.events.iter().collect::<Vec<_>>())
    }

    /// The receipt of one event, as JSON: the record with that event only, and the parties that it needs.
    ///
    /// # Errors
    /// `NotFound` for an event that is not in the record.
    pub fn receipt(&self, event: u64) -> Result<String> {
        let entry = self.events.iter().find(|entry| entry.id == event);
        let entry = entry.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("the record has no event {event}")))?;
        Ok(self.json(&[entry]))
    }

    fn json(&self, events: &[&Entry]) -> String {
        let needed =
            |name: &String| [CONTROLLER, PRINCIPAL, RECIPIENT].contains(&name.as_str()) || events.iter().any(|entry| entry.party == *name);
        let parties: Vec<&str> = self.parties.iter().filter(|(name, _)| needed(name)).map(|(_, json)| json.as_str()).collect();
        let events: Vec<&str> = events.iter().map(|entry| entry.json.as_str()).collect();
        json_object([
            ("header", self.header.clone()),
            ("processing", self.processing.clone()),
            ("party", format!("[{}]", parties.join(","))),
            ("event", format!("[{}]", events.join(","))),
        ])
    }
}

impl fmt::Debug for ConsentRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConsentRecord({} events)", self.events.len())
    }
}

fn processing_section(events: &[&RecordedEvent], profile: &ControllerProfile, words: &ReceiptPurpose, more: &Processing) -> String {
    let notice = events.iter().rev().find_map(|recorded| recorded.event.notice.as_deref());
    let mut privacy_notice = vec![("uri", quote(&profile.policy_url))];
    privacy_notice.extend(notice.map(|notice| ("version", quote(notice))));
    let stated = events.iter().rev().find_map(|recorded| recorded.event.jurisdiction.clone());
    let kind = |kind: &String| {
        let sensitive = words.sensitive_data.contains(kind);
        json_object([("type", quote(kind)), ("sensitive", sensitive.to_string())])
    };
    let information: Vec<String> = words.personal_data.iter().map(kind).collect();
    let mut methods: Vec<String> = events.iter().filter_map(|recorded| recorded.event.method.clone()).collect();
    methods.dedup();
    let collected = if methods.is_empty() { "not recorded".to_owned() } else { methods.join(", ") };
    let mut purpose = vec![
        ("purpose", quote(&words.purpose)),
        ("type", texts(&words.categories)),
        ("lawful_basis", quote(more.lawful_basis.as_deref().unwrap_or("consent"))),
        ("pii_information", format!("[{}]", information.join(","))),
        ("controllers", texts(&[CONTROLLER.to_owned()])),
        ("collection_method", quote(&collected)),
        ("retention", quote(&words.termination)),
        ("services", texts(std::slice::from_ref(&words.service))),
        ("jurisdictions", texts(&[stated.unwrap_or_else(|| profile.jurisdiction.clone())])),
    ];
    if words.third_party.is_some() {
        purpose.push(("recipients", texts(&[RECIPIENT.to_owned()])));
    }
    let lists = [
        ("storage_locations", &more.storage_locations),
        ("processing_locations", &more.processing_locations),
        ("geographic_restrictions", &more.geographic_restrictions),
        ("privacy_rights", &more.privacy_rights),
        ("codes_of_conduct", &more.codes_of_conduct),
    ];
    purpose.extend(lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| (name, texts(list))));
    let ones = [
        ("processing_method", &more.processing_method),
        ("withdrawal_method", &more.withdrawal_method),
        ("impact_assessment", &more.impact_assessment),
        ("authority_party", &more.authority_party),
    ];
    purpose.extend(ones.into_iter().filter_map(|(name, text)| Some((name, quote(text.as_deref()?)))));
    json_object([
        ("privacy_notice", json_object(privacy_notice)),
        ("language", quote(&profile.language)),
        ("purposes", format!("[{}]", json_object(purpose))),
    ])
}

fn controller(profile: &ControllerProfile) -> String {
    json_object([
        ("id", quote(CONTROLLER)),
        ("name", quote(&profile.name)),
        ("address", json_object(profile.address.iter().map(|(name, value)| (name.as_str(), quote(value))))),
        ("email", quote(&profile.email)),
        ("url", quote(&profile.policy_url)),
        ("phone", quote(&profile.phone)),
        ("role", quote(CONTROLLER)),
        ("contact", quote(&profile.contact)),
        ("type", quote("organisation")),
    ])
}

fn party(id: &str, role: &str, name: Option<&str>) -> String {
    let mut fields = vec![("id", quote(id))];
    fields.extend(name.map(|name| ("name", quote(name))));
    fields.push(("role", quote(role)));
    json_object(fields)
}

impl Entry {
    fn of(recorded: &RecordedEvent) -> Self {
        let event = &recorded.event;
        let from = event.valid_from.unwrap_or(event.captured_at);
        let (kind, state) = words(event.status);
        let party = match event.actor.as_deref() {
            None | Some("self") => PRINCIPAL,
            Some(actor) => actor,
        };
        let mut fields = vec![("time", quote(&event.captured_at.to_string()))];
        fields.extend(event.valid_until.and_then(|until| Some(("validity_duration", quote(&duration(from, until)?)))));
        fields.extend([("entity_id", quote(party)), ("type", quote(kind)), ("state", quote(state)), ("id", recorded.id.to_string())]);
        fields.extend([("status", quote(event.status.as_str())), ("scope", quote(event.scope.as_str()))]);
        let texts = [
            ("channel", &event.channel),
            ("topic", &event.topic),
            ("contact", &event.contact),
            ("notice", &event.notice),
            ("method", &event.method),
        ];
        fields.extend(texts.into_iter().filter_map(|(name, text)| Some((name, quote(text.as_deref()?)))));
        fields.extend(event.valid_from.map(|from| ("valid_from", quote(&from.to_string()))));
        fields.push(("recorded_at", quote(&recorded.recorded_at.to_string())));
        Self { id: recorded.id, party: party.to_owned(), json: json_object(fields) }
    }
}

/// What a status is about, and the consent status of the Data Privacy Vocabulary 2 that it leaves.
fn words(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Given | Status::Agreed | Status::TopicOn => ("consent", "given"),
        Status::Renewed => ("consent", "renewed"),
        Status::Refused => ("consent", "refused"),
        Status::Withdrawn | Status::TopicOff => ("consent", "withdrawn"),
        Status::Erased => ("erasure", "invalidated"),
        Status::Objected | Status::ObjectionUpheld | Status::ObjectionOverridden => ("objection", "unknown"),
        Status::Restricted | Status::Released => ("restriction", "unknown"),
        Status::Bounced | Status::Suppressed => ("contact_point", "unknown"),
        Status::Disclosed => ("disclosure", "unknown"),
        Status::Merged | Status::Unmerged => ("identity", "unknown"),
    }
}

/// A duration of ISO 8601: whole days, or seconds. `None` for one that does not last.
fn duration(from: Timestamp, until: Timestamp) -> Option<String> {
    let micros = until.as_micros().checked_sub(from.as_micros()).filter(|micros| *micros > 0)?;
    if micros % DAY_MICROS == 0 {
        return Some(format!("P{}D", micros / DAY_MICROS));
    }
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    Some(if rest == 0 { format!("PT{seconds}S") } else { format!("PT{seconds}.{rest:06}S") })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value as Json;

    use super::*;
    use crate::consent::Event;

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

    fn words() -> ReceiptPurpose {
        ReceiptPurpose {
            service: "News".to_owned(),
            purpose: "To send the newsletter".to_owned(),
            categories: vec!["6 - Marketing".to_owned()],
            personal_data: vec!["2 - Contact".to_owned(), "10 - Health".to_owned()],
            sensitive_data: vec!["10 - Health".to_owned()],
            termination: "On withdrawal".to_owned(),
            third_party: Some("Printers Ltd".to_owned()),
        }
    }

    fn event(id: u64, status: Status, purpose: Option<&str>, day: i64) -> RecordedEvent {
        let mut event = Event::new("C-17", status, Timestamp::from_micros(day * DAY_MICROS));
        event.purpose = purpose.map(str::to_owned);
        RecordedEvent { id, recorded_at: event.captured_at, event }
    }

    fn record(history: &[RecordedEvent]) -> Result<ConsentRecord> {
        ConsentRecord::new(history, "newsletter", &profile(), &words(), &Processing::new())
    }

    fn json(text: &str) -> Json {
        serde_json::from_str(text).expect("JSON")
    }

    fn history() -> Vec<RecordedEvent> {
        let mut given = event(3, Status::Given, Some("newsletter"), 10);
        given.event.notice = Some("privacy-2026".to_owned());
        given.event.valid_until = Some(Timestamp::from_micros(40 * DAY_MICROS));
        let mut staff = event(5, Status::Withdrawn, None, 30);
        (staff.event.actor, staff.event.scope) = (Some("staff-7".to_owned()), Scope::All);
        vec![staff, event(4, Status::Given, Some("surveys"), 20), given, event(6, Status::Objected, None, 35)]
    }

    #[test]
    fn a_record_has_every_event_that_concerns_the_purpose_in_order_of_time() {
        let record = json(&record(&history()).expect("a record").to_json());
        let states: Vec<(i64, &str, &str)> = record["event"]
            .as_array()
            .expect("events")
            .iter()
            .map(|event| {
                (event["id"].as_i64().expect("an id"), event["type"].as_str().expect("a type"), event["state"].as_str().expect("a state"))
            })
            .collect();
        assert_eq!(states, [(3, "consent", "given"), (5, "consent", "withdrawn"), (6, "objection", "unknown")]);
        assert_eq!(record["event"][0]["validity_duration"], "P30D");
        assert_eq!(record["event"][1]["entity_id"], "staff-7");
        assert_eq!(record["processing"]["privacy_notice"]["version"], "privacy-2026");
        let purpose = &record["processing"]["purposes"][0];
        assert_eq!((&purpose["lawful_basis"], &purpose["recipients"][0]), (&Json::from("consent"), &Json::from("recipient")));
        assert_eq!(purpose["pii_information"][1], serde_json::json!({ "type": "10 - Health", "sensitive": true }));
        assert_eq!(purpose.get("impact_assessment"), None, "nobody said so");
        assert_eq!(
            (&record["header"]["schema_version"], &record["header"]["pii_principal_id"]),
            (&Json::from(SCHEMA), &Json::from("C-17"))
        );
    }

    #[test]
    fn every_party_that_is_named_is_there() {
        let record = json(&record(&history()).expect("a record").to_json());
        let ids: Vec<&str> = record["party"].as_array().expect("parties").iter().filter_map(|party| party["id"].as_str()).collect();
        assert_eq!(ids, ["controller", "pii_principal", "recipient", "staff-7"]);
        assert_eq!(record["party"][2]["name"], "Printers Ltd");
    }

    #[test]
    fn a_record_is_of_one_citizen_and_keeps_its_id() {
        let mut others = history();
        others[1].event.citizen = "C-18".to_owned();
        assert_eq!(record(&others).expect_err("two citizens").kind(), ErrorKind::InvalidArgument);
        assert_eq!(record(&history()[1..2]).expect_err("another purpose").kind(), ErrorKind::NotFound);
        assert_eq!(record(&[]).expect_err("nothing").kind(), ErrorKind::NotFound);
        let id = |history: &[RecordedEvent]| json(&record(history).expect("a record").to_json())["header"]["record_id"].clone();
        assert_eq!(id(&history()), id(&history()[..1]), "a record that grows is the same record");
    }

    proptest! {
        /// Whatever happened, a receipt says nothing that the record does not say.
        #[test]
        fn a_receipt_is_an_extract(statuses in prop::collection::vec((0..Status::ALL.len(), 0..50_i64, any::<bool>()), 1..8)) {
            let history: Vec<RecordedEvent> = statuses
                .iter()
                .zip(1..)
                .map(|((status, day, named), id)| {
                    let mut event = event(id, Status::ALL[*status], named.then_some("newsletter"), *day);
                    event.event.actor = named.then(|| format!("staff-{id}"));
                    event
                })
                .collect();
            let record = record(&history).expect("a record");
            let whole = json(&record.to_json());
            prop_assert_eq!(whole["event"].as_array().map(Vec::len), Some(history.len()));
            for id in 1..=history.len() as u64 {
                let receipt = json(&record.receipt(id).expect("a receipt"));
                prop_assert_eq!(&receipt["header"], &whole["header"]);
                prop_assert_eq!(&receipt["processing"], &whole["processing"]);
                for section in ["event", "party"] {
                    let all = whole[section].as_array().expect("a list");
                    prop_assert!(receipt[section].as_array().expect("a list").iter().all(|one| all.contains(one)));
                }
                prop_assert_eq!(&receipt["event"][0]["id"], &Json::from(id));
                prop_assert_eq!(receipt["event"].as_array().map(Vec::len), Some(1));
            }
            prop_assert!(record.receipt(99).is_err());
        }
    }
}
