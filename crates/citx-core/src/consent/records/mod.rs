//! Records out: what events become in the record forms of others.

mod iso27560;
mod kantara;

use sha2::{Digest, Sha256};

use crate::json::quote;

pub use iso27560::{ConsentRecord, Processing};
pub use kantara::kantara_receipt;

/// Who the controller is, as receipts say it. No law gives these: they come from the controller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControllerProfile {
    /// Its name.
    pub name: String,
    /// The person or office to turn to.
    pub contact: String,
    /// Its address, by the names of schema.org's `PostalAddress`: `streetAddress`, `postalCode`, ...
    pub address: Vec<(String, String)>,
    /// Its e-mail address.
    pub email: String,
    /// Its telephone number.
    pub phone: String,
    /// Where its privacy notice is.
    pub policy_url: String,
    /// Its jurisdiction, used where an event names none: `GB`.
    pub jurisdiction: String,
    /// The language of the receipt: `en`.
    pub language: String,
}

/// What a receipt says of a purpose beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceiptPurpose {
    /// The service that it is part of.
    pub service: String,
    /// The purpose in words.
    pub purpose: String,
    /// Its categories, such as `6 - Marketing`.
    pub categories: Vec<String>,
    /// The categories of personal data, such as `2 - Contact`.
    pub personal_data: Vec<String>,
    /// Those of them that are sensitive.
    pub sensitive_data: Vec<String>,
    /// When the processing ends.
    pub termination: String,
    /// To whom the data are disclosed, if to anybody.
    pub third_party: Option<String>,
}

fn texts(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quote(text)).collect();
    format!("[{}]", quoted.join(","))
}

/// A UUID of version 8 (RFC 9562): a digest of these texts and numbers.
fn uuid(texts: &[&str], numbers: &[i64]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    numbers.iter().for_each(|number| hash.update(number.to_le_bytes()));
    let mut number = hash.finalize().iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    number = number & !(0xf << 76) | 8 << 76;
    number = number & !(0b11 << 62) | 0b10 << 62;
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
