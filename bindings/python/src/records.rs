//! Records out, and the consent check of Dynamics 365.

use std::path::PathBuf;

use citx::consent::dynamics::{self, ProviderMapping};
use citx::consent::records::{self, ConsentRecord, ControllerProfile, Processing, ReceiptPurpose};
use citx::{RecordedEvent, TimeZone};
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use crate::citizens::Population;
use crate::consent::ConsentView;
use crate::error::{Answer, detached, invalid};
use crate::input;
use crate::options::pairs;

/// The texts of a mapping by name, each asked for once.
struct Fields<'py> {
    what: &'static str,
    given: Bound<'py, PyMapping>,
}

impl<'py> Fields<'py> {
    /// # Errors
    /// `InvalidArgument` for what is no mapping, or has other names.
    fn of(what: &'static str, given: &Bound<'py, PyAny>, known: &[&str]) -> Answer<Self> {
        let given = given.cast::<PyMapping>().map_err(|_| invalid(format!("`{what}` must be a mapping")))?.clone();
        for name in given.keys()?.iter() {
            let name: String = name.extract().map_err(|_| invalid(format!("the names of `{what}` must be text")))?;
            if !known.contains(&name.as_str()) {
                return Err(invalid(format!("`{what}` has no field `{name}`; it has {}", known.join(", "))));
            }
        }
        Ok(Self { what, given })
    }

    fn get(&self, name: &str) -> Answer<Option<Bound<'py, PyAny>>> {
        if !self.given.contains(name)? {
            return Ok(None);
        }
        Ok(Some(self.given.get_item(name)?).filter(|value| !value.is_none()))
    }

    fn optional(&self, name: &str) -> Answer<Option<String>> {
        let wrong = || invalid(format!("`{}`: `{name}` must be text", self.what));
        self.get(name)?.map(|value| value.extract().map_err(|_| wrong())).transpose()
    }

    fn text(&self, name: &str) -> Answer<String> {
        self.optional(name)?.ok_or_else(|| invalid(format!("`{}` needs `{name}`", self.what)))
    }

    fn texts(&self, name: &str) -> Answer<Vec<String>> {
        let wrong = || invalid(format!("`{}`: `{name}` must be a list of texts", self.what));
        self.get(name)?.map_or(Ok(Vec::new()), |value| value.extract().map_err(|_| wrong()))
    }
}

pub(crate) fn profile(given: &Bound<'_, PyAny>) -> Answer<ControllerProfile> {
    let known = ["name", "contact", "address", "email", "phone", "policy_url", "jurisdiction", "language"];
    let fields = Fields::of("controller", given, &known)?;
    Ok(ControllerProfile {
        name: fields.text("name")?,
        contact: fields.text("contact")?,
        address: pairs("address", fields.get("address")?.as_ref())?,
        email: fields.text("email")?,
        phone: fields.text("phone")?,
        policy_url: fields.text("policy_url")?,
        jurisdiction: fields.text("jurisdiction")?,
        language: fields.text("language")?,
    })
}

pub(crate) fn words(given: &Bound<'_, PyAny>) -> Answer<ReceiptPurpose> {
    let known = ["service", "purpose", "categories", "personal_data", "sensitive_data", "termination", "third_party"];
    let fields = Fields::of("words", given, &known)?;
    Ok(ReceiptPurpose {
        service: fields.text("service")?,
        purpose: fields.text("purpose")?,
        categories: fields.texts("categories")?,
        personal_data: fields.texts("personal_data")?,
        sensitive_data: fields.texts("sensitive_data")?,
        termination: fields.text("termination")?,
        third_party: fields.optional("third_party")?,
    })
}

fn processing(given: Option<&Bound<'_, PyAny>>) -> Answer<Processing> {
    let mut processing = Processing::new();
    let Some(given) = given else { return Ok(processing) };
    let known = [
        "lawful_basis",
        "processing_method",
        "storage_locations",
        "processing_locations",
        "geographic_restrictions",
        "withdrawal_method",
        "privacy_rights",
        "codes_of_conduct",
        "impact_assessment",
        "authority_party",
    ];
    let fields = Fields::of("processing", given, &known)?;
    processing.lawful_basis = fields.optional("lawful_basis")?;
    processing.processing_method = fields.optional("processing_method")?;
    processing.storage_locations = fields.texts("storage_locations")?;
    processing.processing_locations = fields.texts("processing_locations")?;
    processing.geographic_restrictions = fields.texts("geographic_restrictions")?;
    processing.withdrawal_method = fields.optional("withdrawal_method")?;
    processing.privacy_rights = fields.texts("privacy_rights")?;
    processing.codes_of_conduct = fields.texts("codes_of_conduct")?;
    processing.impact_assessment = fields.optional("impact_assessment")?;
    processing.authority_party = fields.optional("authority_party")?;
    Ok(processing)
}

fn history(py: Python<'_>, events: &Bound<'_, PyAny>) -> Answer<Vec<RecordedEvent>> {
    Ok(RecordedEvent::from_table(&input::table(py, events)?, TimeZone::UTC)?)
}

/// The receipt of a recorded event, as JSON.
#[pyfunction(name = "_kantara_receipt")]
pub(crate) fn kantara_receipt(
    py: Python<'_>,
    events: &Bound<'_, PyAny>,
    event_id: u64,
    controller: &Bound<'_, PyAny>,
    words: &Bound<'_, PyAny>,
) -> Answer<String> {
    let events = history(py, events)?;
    let recorded = events.iter().find(|recorded| recorded.id == event_id);
    let recorded = recorded.ok_or_else(|| citx::Error::new(citx::ErrorKind::NotFound, format!("there is no event {event_id}")))?;
    Ok(records::kantara_receipt(recorded, &profile(controller)?, &self::words(words)?)?)
}

/// The record of a citizen and purpose, or the receipt of one of its events, as JSON.
#[pyfunction(name = "_consent_record")]
#[pyo3(signature = (events, purpose, controller, words, processing, event_id))]
pub(crate) fn consent_record(
    py: Python<'_>,
    events: &Bound<'_, PyAny>,
    purpose: &str,
    controller: &Bound<'_, PyAny>,
    words: &Bound<'_, PyAny>,
    processing: Option<&Bound<'_, PyAny>>,
    event_id: Option<u64>,
) -> Answer<String> {
    let (controller, words, processing) = (profile(controller)?, self::words(words)?, self::processing(processing)?);
    let record = ConsentRecord::new(&history(py, events)?, purpose, &controller, &words, &processing)?;
    Ok(event_id.map_or_else(|| Ok(record.to_json()), |id| record.receipt(id))?)
}

/// Answers the consent check of Dynamics 365 Customer Insights - Journeys.
#[pyclass(frozen, module = "citx")]
pub(crate) struct ConsentProvider(dynamics::ConsentProvider);

#[pymethods]
impl ConsentProvider {
    #[new]
    #[pyo3(signature = (view, *, mapping, people=None))]
    fn new(py: Python<'_>, view: &Bound<'_, ConsentView>, mapping: &str, people: Option<&Bound<'_, Population>>) -> Answer<Self> {
        let (view, people) = (view.get().0.clone(), people.map(|people| people.get().0.clone()));
        Ok(Self(detached(py, || dynamics::ConsentProvider::new(&view, people.as_ref(), ProviderMapping::parse(mapping)?))?))
    }

    /// A provider whose mapping is in a file.
    #[staticmethod]
    #[pyo3(signature = (view, *, mapping, people=None))]
    fn read(py: Python<'_>, view: &Bound<'_, ConsentView>, mapping: PathBuf, people: Option<&Bound<'_, Population>>) -> Answer<Self> {
        let (view, people) = (view.get().0.clone(), people.map(|people| people.get().0.clone()));
        Ok(Self(detached(py, || dynamics::ConsentProvider::new(&view, people.as_ref(), citx::read_provider_mapping(mapping)?))?))
    }

    /// Answer a request.
    #[pyo3(signature = (request, *, token=None))]
    fn answer(&self, request: &str, token: Option<&Bound<'_, PyAny>>) -> Answer<String> {
        let failed = std::cell::RefCell::new(None);
        let ask = |point: &str| -> String {
            let Some(token) = token else { return String::new() };
            token.call1((point,)).and_then(|token| token.extract()).unwrap_or_else(|error| {
                failed.borrow_mut().get_or_insert(error);
                String::new()
            })
        };
        let answer = self.0.answer(request, &ask);
        match failed.into_inner() {
            Some(error) => Err(error.into()),
            None => Ok(answer?),
        }
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}
