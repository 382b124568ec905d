//! Consent records and receipts in the forms of others.

use std::mem::MaybeUninit;

use engine::consent::records::{self, ConsentRecord, ControllerProfile, Processing, ReceiptPurpose};
use engine::{Error, ErrorKind, RecordedEvent, Result, Table, TimeZone};

use super::error::{citx_error, citx_status};
use super::table::citx_table;
use super::text::citx_text;
use crate::guard;
use crate::handle::SharedHandle as _;
use crate::raw::{self, Options, citx_pairs, citx_str, citx_strs};

/// Who the controller is, as receipts say it. All must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_controller_profile {
    /// sizeof(citx_controller_profile).
    pub struct_size: usize,
    /// Its name.
    pub name: citx_str,
    /// The person or office to turn to.
    pub contact: citx_str,
    /// Its address, by the names of PostalAddress of schema.org: `streetAddress`, `postalCode`, ...
    pub address: citx_pairs,
    /// Its e-mail address.
    pub email: citx_str,
    /// Its telephone number.
    pub phone: citx_str,
    /// Where its privacy notice is.
    pub policy_url: citx_str,
    /// Its jurisdiction, such as `GB`, used where an event names none.
    pub jurisdiction: citx_str,
    /// The language of the receipt, such as `en`.
    pub language: citx_str,
}

/// What a receipt says of a purpose beside its name. `service`, `purpose` and `termination` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_receipt_purpose {
    /// sizeof(citx_receipt_purpose).
    pub struct_size: usize,
    /// The service that it is part of.
    pub service: citx_str,
    /// The purpose in words.
    pub purpose: citx_str,
    /// Its categories, such as `6 - Marketing`.
    pub categories: citx_strs,
    /// The categories of personal data, such as `2 - Contact`.
    pub personal_data: citx_strs,
    /// Those of them that are sensitive.
    pub sensitive_data: citx_strs,
    /// When the processing ends.
    pub termination: citx_str,
    /// To whom the data are disclosed, if to anybody.
    pub third_party: citx_str,
}

/// What a record says of the processing; what is left out is left out of the record.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_processing {
    /// sizeof(citx_processing).
    pub struct_size: usize,
    /// The lawful basis.
    pub lawful_basis: citx_str,
    /// How the data are processed.
    pub processing_method: citx_str,
    /// Where they are stored.
    pub storage_locations: citx_strs,
    /// Where they are processed.
    pub processing_locations: citx_strs,
    /// Where they must stay.
    pub geographic_restrictions: citx_strs,
    /// How consent is withdrawn.
    pub withdrawal_method: citx_str,
    /// The rights that the person has.
    pub privacy_rights: citx_strs,
    /// The codes of conduct kept.
    pub codes_of_conduct: citx_strs,
    /// Where the impact assessment is.
    pub impact_assessment: citx_str,
    /// The authority to turn to.
    pub authority_party: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists.
unsafe impl Options for citx_controller_profile {
    const NAME: &'static str = "citx_controller_profile";
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists.
unsafe impl Options for citx_receipt_purpose {
    const NAME: &'static str = "citx_receipt_purpose";
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists.
unsafe impl Options for citx_processing {
    const NAME: &'static str = "citx_processing";
}

/// The receipt of one consent after the Kantara Initiative's specification 1.1.0, as JSON. `history` is what
/// citx_ledger_history gives.
///
/// `*json` is to be freed with citx_text_free. Status: NOT_FOUND for an event that is not in the history, INVALID_ARGUMENT,
/// for one that gives no consent too, OUT_OF_RANGE for one before 1970, UNKNOWN_NAME for a column. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_kantara_receipt(
    history: Option<&citx_table>,
    event_id: u64,
    controller: *const citx_controller_profile,
    words: *const citx_receipt_purpose,
    json: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(history, err, |history| {
        let json = guard::place(json, "json")?;
        // SAFETY: NULL or structs with their sizes, as the header asks.
        let (controller, words) = unsafe { said(controller, words) }?;
        let events = RecordedEvent::from_table(history, TimeZone::UTC)?;
        let recorded = events.iter().find(|recorded| recorded.id == event_id);
        let recorded = recorded.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("there is no event {event_id}")))?;
        json.write(citx_text::boxed(records::kantara_receipt(recorded, &controller, &words)?));
        Ok(())
    })
}

/// The record of a citizen's consent to a purpose, shaped after ISO/IEC TS 27560, as JSON. `history` is what
/// citx_ledger_history gives; `processing` may be NULL.
///
/// `*json` is to be freed with citx_text_free. Status: NOT_FOUND where no event concerns the purpose, INVALID_ARGUMENT, for
/// events of several citizens too, UNKNOWN_NAME for a column. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_consent_record(
    history: Option<&citx_table>,
    purpose: citx_str,
    controller: *const citx_controller_profile,
    words: *const citx_receipt_purpose,
    processing: *const citx_processing,
    json: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(history, err, |history| {
        let json = guard::place(json, "json")?;
        // SAFETY: NULL or structs with their sizes, as the header asks.
        let record = unsafe { record(history, &purpose, controller, words, processing) }?;
        json.write(citx_text::boxed(record.to_json()));
        Ok(())
    })
}

/// The receipt of one event of such a record, as JSON. The rest is as for citx_consent_record.
///
/// `*json` is to be freed with citx_text_free. Status: as citx_consent_record, NOT_FOUND for an event that is not in the
/// record too. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_consent_receipt(
    history: Option<&citx_table>,
    purpose: citx_str,
    event_id: u64,
    controller: *const citx_controller_profile,
    words: *const citx_receipt_purpose,
    processing: *const citx_processing,
    json: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(history, err, |history| {
        let json = guard::place(json, "json")?;
        // SAFETY: NULL or structs with their sizes, as the header asks.
        let record = unsafe { record(history, &purpose, controller, words, processing) }?;
        json.write(citx_text::boxed(record.receipt(event_id)?));
        Ok(())
    })
}

/// # Safety
/// As [`raw::options`], for each.
unsafe fn record(
    history: &Table,
    purpose: &citx_str,
    controller: *const citx_controller_profile,
    words: *const citx_receipt_purpose,
    processing: *const citx_processing,
) -> Result<ConsentRecord> {
    // SAFETY: as promised by the caller.
    let (controller, words) = unsafe { said(controller, words) }?;
    // SAFETY: as promised by the caller.
    let processing = unsafe { raw::options(processing) }?.map_or_else(|| Ok(Processing::new()), |given| self::processing(&given))?;
    let events = RecordedEvent::from_table(history, TimeZone::UTC)?;
    ConsentRecord::new(&events, purpose.text("purpose")?, &controller, &words, &processing)
}

/// # Safety
/// As [`raw::options`], for both.
unsafe fn said(
    controller: *const citx_controller_profile,
    words: *const citx_receipt_purpose,
) -> Result<(ControllerProfile, ReceiptPurpose)> {
    // SAFETY: as promised by the caller.
    let controller = unsafe { raw::options(controller) }?.ok_or_else(|| guard::null("controller"))?;
    // SAFETY: as promised by the caller.
    let words = unsafe { raw::options(words) }?.ok_or_else(|| guard::null("words"))?;
    let profile = ControllerProfile {
        name: needed(&controller.name, "name")?,
        contact: needed(&controller.contact, "contact")?,
        address: controller.address.pairs("address")?,
        email: needed(&controller.email, "email")?,
        phone: needed(&controller.phone, "phone")?,
        policy_url: needed(&controller.policy_url, "policy_url")?,
        jurisdiction: needed(&controller.jurisdiction, "jurisdiction")?,
        language: needed(&controller.language, "language")?,
    };
    let words = ReceiptPurpose {
        service: needed(&words.service, "service")?,
        purpose: needed(&words.purpose, "purpose")?,
        categories: words.categories.texts("categories")?,
        personal_data: words.personal_data.texts("personal_data")?,
        sensitive_data: words.sensitive_data.texts("sensitive_data")?,
        termination: needed(&words.termination, "termination")?,
        third_party: words.third_party.maybe("third_party")?,
    };
    Ok((profile, words))
}

fn needed(text: &citx_str, name: &str) -> Result<String> {
    text.maybe(name)?.ok_or_else(|| guard::null(name))
}

fn processing(given: &citx_processing) -> Result<Processing> {
    let mut processing = Processing::new();
    processing.lawful_basis = given.lawful_basis.maybe("lawful_basis")?;
    processing.processing_method = given.processing_method.maybe("processing_method")?;
    processing.storage_locations = given.storage_locations.texts("storage_locations")?;
    processing.processing_locations = given.processing_locations.texts("processing_locations")?;
    processing.geographic_restrictions = given.geographic_restrictions.texts("geographic_restrictions")?;
    processing.withdrawal_method = given.withdrawal_method.maybe("withdrawal_method")?;
    processing.privacy_rights = given.privacy_rights.texts("privacy_rights")?;
    processing.codes_of_conduct = given.codes_of_conduct.texts("codes_of_conduct")?;
    processing.impact_assessment = given.impact_assessment.maybe("impact_assessment")?;
    processing.authority_party = given.authority_party.maybe("authority_party")?;
    Ok(processing)
}
