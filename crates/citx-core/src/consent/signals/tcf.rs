use super::Received;
use super::bits::{Bits, MAX_BYTES, Ranges, Restriction, Vendors, json_numbers, json_restrictions, wrong};
use crate::consent::{Event, Status};
use crate::json::quote;
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};

/// A Transparency and Consent String of the IAB's TCF, decoded in full.
///
/// Version 2 (with all its policy versions) and, so that old evidence can be read, version 1. Purposes and features are numbered from 1.
///
/// Source: IAB Tech Lab, *Transparency and Consent String with Global Vendor & CMP List Formats*, v2.
///
/// # Example
/// ```
/// use citx_core::consent::signals::TcfString;
///
/// let tcf = TcfString::parse("CPA9dwAPA9dwAKjACBENAPCIAEBAAECAAIAAAAAAAAAA")?;
/// assert_eq!((tcf.cmp_id, tcf.purpose_consents), (675, vec![2, 10]));
/// assert!(TcfString::parse("CPA9dwAPA9dwAKjACBENAPCIAEBAAECA").is_err(), "it is cut off");
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TcfString {
    /// Version of the format: 2, or 1.
    pub version: u8,
    /// When the string was first made.
    pub created: Timestamp,
    /// When it was last changed; whole days from policy version 4 on.
    pub last_updated: Timestamp,
    /// The consent management platform.
    pub cmp_id: u16,
    /// Its version.
    pub cmp_version: u16,
    /// The screen of it on which consent was given.
    pub consent_screen: u8,
    /// Language of the texts, two capital letters.
    pub consent_language: String,
    /// Version of the global vendor list.
    pub vendor_list_version: u16,
    /// Version of the TCF policy; 1 for strings of version 1.
    pub policy_version: u8,
    /// Whether it holds for one service or group of services only.
    pub service_specific: bool,
    /// Whether texts other than the standard's were shown.
    pub non_standard_texts: bool,
    /// Special features that were opted in to.
    pub special_feature_opt_ins: Vec<u8>,
    /// Purposes that were consented to.
    pub purpose_consents: Vec<u8>,
    /// Purposes on a legitimate interest that were disclosed and not objected to.
    pub purpose_legitimate_interests: Vec<u8>,
    /// Whether purpose 1 was not disclosed because the publisher's country treats it apart.
    pub purpose_one_treatment: bool,
    /// The publisher's country, two capital letters.
    pub publisher_country: String,
    /// Vendors with consent.
    pub vendor_consents: Vendors,
    /// Vendors on a legitimate interest that were not objected to.
    pub vendor_legitimate_interests: Vendors,
    /// What the publisher lays down for vendors, in the order of the string.
    pub publisher_restrictions: Vec<Restriction>,
    /// The vendors disclosed to the person; absent if the string has no such segment.
    pub vendors_disclosed: Option<Vendors>,
    /// The vendors that the publisher allows; absent if the string has no such segment.
    pub vendors_allowed: Option<Vendors>,
    /// Consent to the publisher's own purposes; absent if the string has no such segment.
    pub publisher: Option<PublisherPurposes>,
}

/// The publisher's own segment of a [`TcfString`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublisherPurposes {
    /// Standard purposes that were consented to.
    pub consents: Vec<u8>,
    /// Standard purposes on a legitimate interest that were not objected to.
    pub legitimate_interests: Vec<u8>,
    /// How many purposes of its own the publisher has.
    pub custom_purposes: u8,
    /// Those of them that were consented to.
    pub custom_consents: Vec<u8>,
    /// Those of them on a legitimate interest that were not objected to.
    pub custom_legitimate_interests: Vec<u8>,
}

/// Which purposes of the TCF make up a purpose of the controller, and for which vendor. Data of the caller: what a TCF purpose means for a
/// controller is not in the string.
///
/// # Example
/// ```
/// use citx_core::consent::Status;
/// use citx_core::consent::signals::{Received, TcfMapping, TcfString};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let received = Received::new("C-17", Timestamp::parse("2026-11-22", TimeZone::UTC)?);
/// let mapping = TcfMapping::new().purpose(2, "web-ads").purpose(3, "profiling");
/// let text = "CPA9dwAPA9dwAKjACBENAPCIAEBAAECAAIAAAAAAAAAA";
/// let events = mapping.events(text, &received)?;
/// assert_eq!([events[0].status, events[1].status], [Status::Refused, Status::Given]);
/// assert_eq!(events[1].evidence_ref.as_deref(), Some(text));
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TcfMapping {
    purposes: Vec<(String, Vec<u8>)>,
    vendor: Option<u16>,
}

impl TcfString {
    /// Decodes a string.
    ///
    /// # Errors
    /// `InvalidArgument` for a string that is malformed or cut off, has a segment twice or one that is not known, or names no real consent
    /// management platform (ids 0 and 1 are reserved); `Unsupported` for another version; `LimitExceeded` for more than 64 KiB.
    pub fn parse(text: &str) -> Result<Self> {
        let tcf = Self::decode(text)?;
        if tcf.cmp_id < 2 {
            return Err(wrong(format!("TCF string: a consent management platform's id is 2 or more, found {}", tcf.cmp_id)));
        }
        Ok(tcf)
    }

    /// As [`TcfString::parse`], for the strings within a GPP string, where the official decoder takes any platform.
    pub(super) fn decode(text: &str) -> Result<Self> {
        if text.len() > MAX_BYTES {
            let message = format!("a TCF string of at most {MAX_BYTES} bytes is read, found {}", text.len());
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
        let mut segments = text.split('.');
        let core = segments.next().unwrap_or_default();
        let mut tcf = Self::core(core).map_err(|error| error.context("TCF string, core segment"))?;
        for (number, segment) in segments.enumerate() {
            tcf.segment(segment).map_err(|error| error.context(format!("TCF string, segment {}", number + 2)))?;
        }
        Ok(tcf)
    }

    fn core(text: &str) -> Result<Self> {
        let bits = &mut Bits::of(text)?;
        let version = bits.integer(6)? as u8;
        if !matches!(version, 1 | 2) {
            return Err(Error::new(ErrorKind::Unsupported, format!("expected version 2 (or 1), found {version}")));
        }
        let mut tcf = Self {
            version,
            created: bits.instant()?,
            last_updated: bits.instant()?,
            cmp_id: bits.small(12)?,
            cmp_version: bits.small(12)?,
            consent_screen: bits.integer(6)? as u8,
            consent_language: bits.letters(2)?,
            vendor_list_version: bits.small(12)?,
            policy_version: 1,
            service_specific: false,
            non_standard_texts: false,
            special_feature_opt_ins: Vec::new(),
            purpose_consents: Vec::new(),
            purpose_legitimate_interests: Vec::new(),
            purpose_one_treatment: false,
            publisher_country: "AA".to_owned(),
            vendor_consents: Vendors::default(),
            vendor_legitimate_interests: Vendors::default(),
            publisher_restrictions: Vec::new(),
            vendors_disclosed: None,
            vendors_allowed: None,
            publisher: None,
        };
        if version == 1 {
            tcf.purpose_consents = numbers(bits, 24)?;
            tcf.vendor_consents = first_version_vendors(bits)?;
            return Ok(tcf);
        }
        tcf.policy_version = bits.integer(6)? as u8;
        tcf.service_specific = bits.flag()?;
        tcf.non_standard_texts = bits.flag()?;
        tcf.special_feature_opt_ins = numbers(bits, 12)?;
        tcf.purpose_consents = numbers(bits, 24)?;
        tcf.purpose_legitimate_interests = numbers(bits, 24)?;
        tcf.purpose_one_treatment = bits.flag()?;
        tcf.publisher_country = bits.letters(2)?;
        tcf.vendor_consents = bits.vendors(Ranges::Fixed).map_err(|error| error.context("vendor consents"))?;
        tcf.vendor_legitimate_interests = bits.vendors(Ranges::Fixed).map_err(|error| error.context("vendors on a legitimate interest"))?;
        tcf.publisher_restrictions = bits.restrictions(Ranges::Fixed).map_err(|error| error.context("publisher restrictions"))?;
        Ok(tcf)
    }

    fn segment(&mut self, text: &str) -> Result<()> {
        let mut bits = Bits::of(text)?;
        let twice = match bits.integer(3)? {
            1 => self.vendors_disclosed.replace(bits.vendors(Ranges::Fixed)?).is_some(),
            2 => self.vendors_allowed.replace(bits.vendors(Ranges::Fixed)?).is_some(),
            3 => self.publisher.replace(PublisherPurposes::read(&mut bits)?).is_some(),
            kind => return Err(wrong(format!("expected a segment of type 1, 2 or 3, found {kind}"))),
        };
        if self.version == 1 || twice {
            return Err(wrong("a segment of this type occurs twice, or in a string of version 1"));
        }
        bits.padding()
    }

    /// It as JSON, with the names of the official decoder.
    pub fn to_json(&self) -> String {
        let publisher = self.publisher.clone().unwrap_or_default();
        let ids = |ids: &[u8]| json_numbers(ids.iter());
        let set = |vendors: &Option<Vendors>| json_numbers(vendors.iter().flat_map(Vendors::iter));
        let fields = [
            ("version", self.version.to_string()),
            ("created", quote(&self.created.to_string())),
            ("lastUpdated", quote(&self.last_updated.to_string())),
            ("cmpId", self.cmp_id.to_string()),
            ("cmpVersion", self.cmp_version.to_string()),
            ("consentScreen", self.consent_screen.to_string()),
            ("consentLanguage", quote(&self.consent_language)),
            ("vendorListVersion", self.vendor_list_version.to_string()),
            ("policyVersion", self.policy_version.to_string()),
            ("isServiceSpecific", self.service_specific.to_string()),
            ("useNonStandardTexts", self.non_standard_texts.to_string()),
            ("specialFeatureOptins", ids(&self.special_feature_opt_ins)),
            ("purposeConsents", ids(&self.purpose_consents)),
            ("purposeLegitimateInterests", ids(&self.purpose_legitimate_interests)),
            ("purposeOneTreatment", self.purpose_one_treatment.to_string()),
            ("publisherCountryCode", quote(&self.publisher_country)),
            ("vendorConsents", json_numbers(self.vendor_consents.iter())),
            ("vendorLegitimateInterests", json_numbers(self.vendor_legitimate_interests.iter())),
            ("publisherRestrictions", json_restrictions(&self.publisher_restrictions, ["purposeId", "restrictionType", "vendors"])),
            ("vendorsDisclosed", set(&self.vendors_disclosed)),
            ("vendorsAllowed", set(&self.vendors_allowed)),
            ("publisherConsents", ids(&publisher.consents)),
            ("publisherLegitimateInterests", ids(&publisher.legitimate_interests)),
            ("numCustomPurposes", publisher.custom_purposes.to_string()),
            ("publisherCustomConsents", ids(&publisher.custom_consents)),
            ("publisherCustomLegitimateInterests", ids(&publisher.custom_legitimate_interests)),
        ];
        super::json_object(fields)
    }

    /// Whether the person consented to a purpose, for a vendor if one is given: the publisher neither forbids it nor rests it on a
    /// legitimate interest.
    fn consents(&self, purpose: u8, vendor: Option<u16>) -> bool {
        let barred = |vendor: u16| {
            let bars =
                |restriction: &Restriction| restriction.purpose == purpose && restriction.kind != 1 && restriction.vendors.contains(vendor);
            self.publisher_restrictions.iter().any(bars)
        };
        self.purpose_consents.contains(&purpose) && vendor.is_none_or(|vendor| self.vendor_consents.contains(vendor) && !barred(vendor))
    }
}

impl PublisherPurposes {
    fn read(bits: &mut Bits<'_>) -> Result<Self> {
        let (consents, legitimate_interests) = (numbers(bits, 24)?, numbers(bits, 24)?);
        let custom_purposes = bits.integer(6)? as u8;
        Ok(Self {
            consents,
            legitimate_interests,
            custom_purposes,
            custom_consents: numbers(bits, custom_purposes.into())?,
            custom_legitimate_interests: numbers(bits, custom_purposes.into())?,
        })
    }
}

impl TcfMapping {
    /// A mapping of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one more purpose of the TCF that the controller's purpose needs. One that needs several is given only if all are.
    #[must_use]
    pub fn purpose(mut self, tcf_purpose: u8, purpose: impl Into<String>) -> Self {
        let purpose = purpose.into();
        match self.purposes.iter_mut().find(|(known, _)| *known == purpose) {
            Some((_, needed)) => needed.push(tcf_purpose),
            None => self.purposes.push((purpose, vec![tcf_purpose])),
        }
        self.purposes.sort();
        self
    }

    /// The same for one vendor of the global vendor list: its consent is needed too. Without one, the purposes alone count.
    #[must_use]
    pub fn vendor(mut self, vendor: u16) -> Self {
        self.vendor = Some(vendor);
        self
    }

    /// What a string says of each purpose, in the order of their names: `given`, or `refused`. The string is the evidence.
    ///
    /// # Errors
    /// As [`TcfString::parse`]; `Unsupported` for a string of version 1, which has not counted since 15 August 2020; `InvalidArgument`
    /// for a TCF purpose outside 1 to 24.
    pub fn events(&self, text: &str, received: &Received) -> Result<Vec<Event>> {
        let tcf = TcfString::parse(text)?;
        if tcf.version != 2 {
            return Err(Error::new(ErrorKind::Unsupported, "TCF strings of version 1 have not counted since 15 August 2020"));
        }
        if self.purposes.iter().flat_map(|(_, needed)| needed).any(|purpose| !(1..=24).contains(purpose)) {
            return Err(wrong("purposes of the TCF are numbered from 1 to 24"));
        }
        let event = |(purpose, needed): &(String, Vec<u8>)| {
            let given = needed.iter().all(|number| tcf.consents(*number, self.vendor));
            let status = if given { Status::Given } else { Status::Refused };
            received.event(status, Some(purpose), "tcf", text)
        };
        Ok(self.purposes.iter().map(event).collect())
    }
}

/// The numbers, from 1, of the bits that are set.
fn numbers(bits: &mut Bits<'_>, count: usize) -> Result<Vec<u8>> {
    let flags = bits.flags(count)?;
    Ok((1..).zip(flags).filter_map(|(number, flag)| flag.then_some(number)).collect())
}

/// Vendors as version 1 has them: ranges have a default, and only the default "no" was ever in use.
fn first_version_vendors(bits: &mut Bits<'_>) -> Result<Vendors> {
    let greatest = bits.small(16)?;
    if !bits.flag()? {
        return Ok(Vendors::of_flags(&bits.flags(greatest.into())?));
    }
    if bits.flag()? {
        return Err(wrong("vendor ranges with the default `consent` are not read"));
    }
    bits.range(Ranges::Fixed)
}
