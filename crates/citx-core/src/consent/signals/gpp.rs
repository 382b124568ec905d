use super::bits::{Bits, MAX_BYTES, Ranges, Restriction, Vendors, json_numbers, json_restrictions, wrong};
use super::layout::{self, Field, Kind, LAYOUTS, Layout};
use super::tcf::TcfString;
use super::{Received, json_object};
use crate::consent::{Event, Facts, Status};
use crate::json::quote;
use crate::table::Value;
use crate::time::Timestamp;
use crate::{Error, ErrorKind, Result};

/// The value that says "opted out"; 0 is not applicable, 2 is "did not opt out", 3 is reserved.
const OPTED_OUT: u64 = 1;
const DID_NOT_OPT_OUT: u64 = 2;

/// A string of the IAB's Global Privacy Platform, decoded: the sections of the TCF in Europe and Canada, of the United States and their states.
///
/// # Example
/// ```
/// use citx_core::consent::signals::{GppString, OptOuts};
///
/// let gpp = GppString::parse("DBABTA~1YYN")?;
/// assert_eq!(gpp.section("uspv1").and_then(|section| section.text("OptOutSale")), Some("Y"));
/// assert_eq!(gpp.opt_outs(), OptOuts { sale: true, sharing: false, targeted_advertising: false, gpc: false });
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GppString {
    sections: Vec<GppSection>,
}

/// One section of a [`GppString`], with its fields by the names of the specification.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GppSection {
    /// Its id.
    pub id: u16,
    /// Its name: `usnat`; `section-ID` for one that is not known, whose fields are not read.
    pub name: String,
    /// Its fields, in their order.
    pub fields: Vec<(String, GppValue)>,
}

/// The value of a field of a section.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum GppValue {
    /// A number.
    Integer(u64),
    /// Numbers.
    Integers(Vec<u64>),
    /// Yes or no.
    Flag(bool),
    /// Yeses and nos.
    Flags(Vec<bool>),
    /// Text.
    Text(String),
    /// An instant.
    Instant(Timestamp),
    /// Vendors.
    Vendors(Vendors),
    /// What a publisher lays down.
    Restrictions(Vec<Restriction>),
}

/// What a GPP string says that the person does not want.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OptOuts {
    /// Sale of personal data.
    pub sale: bool,
    /// Sharing for advertising across contexts.
    pub sharing: bool,
    /// Targeted advertising.
    pub targeted_advertising: bool,
    /// Whether a section carries a Global Privacy Control, which asks for all three.
    pub gpc: bool,
}

/// Which purposes of the controller are sale, sharing and targeted advertising. Data of the caller.
///
/// # Example
/// ```
/// use citx_core::consent::Status;
/// use citx_core::consent::signals::{OptOutMapping, Received};
/// use citx_core::time::{TimeZone, Timestamp};
///
/// let received = Received::new("C-17", Timestamp::parse("2026-11-22", TimeZone::UTC)?);
/// let mapping = OptOutMapping::new().sale("partners").targeted_advertising("web-ads");
/// let (events, facts) = mapping.events("DBABTA~1YYN", &received)?;
/// assert_eq!((events[0].purpose.as_deref(), events[0].status), (Some("partners"), Status::Objected));
/// assert_eq!(facts.names().collect::<Vec<_>>(), ["gpc"]);
/// # Ok::<(), citx_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptOutMapping {
    sale: Vec<String>,
    sharing: Vec<String>,
    targeted_advertising: Vec<String>,
    status: Status,
}

impl GppString {
    /// Decodes a string. Sections whose ids are not known are kept by name, their fields unread, as the specification asks.
    ///
    /// # Errors
    /// `InvalidArgument` for a string that is malformed or cut off, or whose header lists other sections than follow; `Unsupported`
    /// for another version of the header or of a TCF section; `LimitExceeded` for more than 64 KiB.
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() > MAX_BYTES {
            let message = format!("a GPP string of at most {MAX_BYTES} bytes is read, found {}", text.len());
            return Err(Error::new(ErrorKind::LimitExceeded, message));
        }
        let mut parts = text.split('~');
        let header = parts.next().unwrap_or_default();
        let parts: Vec<&str> = parts.collect();
        let ids = header_ids(header, parts.len()).map_err(|error| error.context("GPP string, header"))?;
        let section =
            |(id, part): (&u16, &&str)| GppSection::read(*id, part).map_err(|error| error.context(format!("GPP string, section {id}")));
        Ok(Self { sections: ids.iter().zip(&parts).map(section).collect::<Result<_>>()? })
    }

    /// Its sections, in the order of their ids.
    pub fn sections(&self) -> &[GppSection] {
        &self.sections
    }

    /// The section of that name.
    pub fn section(&self, name: &str) -> Option<&GppSection> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// What the sections of the United States say, all together: one that opts out is enough. The reserved value 3 counts as an opt-out,
    /// because what cannot be read must not become contact.
    pub fn opt_outs(&self) -> OptOuts {
        let any = |test: &dyn Fn(&GppSection) -> bool| self.sections.iter().any(test);
        let out = |name: &str| any(&|section| section.integer(name).is_some_and(|value| value == OPTED_OUT || value > DID_NOT_OPT_OUT));
        let gpc = any(&|section| section.get("Gpc") == Some(&GppValue::Flag(true)));
        OptOuts {
            sale: gpc || out("SaleOptOut") || any(&|section| section.text("OptOutSale") == Some("Y")),
            sharing: gpc || out("SharingOptOut"),
            targeted_advertising: gpc || out("TargetedAdvertisingOptOut"),
            gpc,
        }
    }

    /// It as JSON: `sectionIds`, and `sections` by name, fields by the names of the specification.
    pub fn to_json(&self) -> String {
        let section = |section: &GppSection| {
            let fields = section.fields.iter().map(|(name, value)| (name.as_str(), value.to_json()));
            (section.name.clone(), json_object(fields))
        };
        let sections: Vec<(String, String)> = self.sections.iter().map(section).collect();
        let sections = json_object(sections.iter().map(|(name, json)| (name.as_str(), json.clone())));
        json_object([("sectionIds", json_numbers(self.sections.iter().map(|section| section.id))), ("sections", sections)])
    }
}

/// The section ids of a header: type 3, version 1, ranges of Fibonacci integers.
fn header_ids(text: &str, parts: usize) -> Result<Vec<u16>> {
    let bits = &mut Bits::of(text)?;
    let (kind, version) = (bits.integer(6)?, bits.integer(6)?);
    if kind != 3 {
        return Err(wrong(format!("a GPP string begins with a header of type 3, found {kind}")));
    }
    if version != 1 {
        return Err(Error::new(ErrorKind::Unsupported, format!("expected version 1, found {version}")));
    }
    let ids = bits.range(Ranges::Fibonacci)?;
    if ids.len() != parts {
        return Err(wrong(format!("it lists {} sections, but {parts} follow", ids.len())));
    }
    Ok(ids.iter().collect())
}

impl GppSection {
    fn read(id: u16, text: &str) -> Result<Self> {
        let section = |name: &str, fields| Self { id, name: name.to_owned(), fields };
        if text.trim().is_empty() {
            return Err(wrong("the section is blank"));
        }
        match id {
            layout::TCF_EU => Ok(section("tcfeuv2", tcf_fields(TcfString::decode(text)?))),
            layout::USP => Ok(section("uspv1", usp_fields(text)?)),
            _ => match LAYOUTS.iter().find(|layout| layout.id == id) {
                None => Ok(section(&format!("section-{id}"), Vec::new())),
                Some(layout) => {
                    let fields = match fields_of(layout, text, Ranges::Fibonacci) {
                        Err(_) if id == layout::TCF_CA => fields_of(layout, text, Ranges::Fixed),
                        fields => fields,
                    };
                    Ok(section(layout.name, fields?))
                }
            },
        }
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&GppValue> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value of a field that is a number.
    pub fn integer(&self, name: &str) -> Option<u64> {
        match self.get(name)? {
            GppValue::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// The value of a field that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            GppValue::Text(value) => Some(value),
            _ => None,
        }
    }
}

impl GppValue {
    fn to_json(&self) -> String {
        match self {
            Self::Integer(value) => value.to_string(),
            Self::Integers(values) => json_numbers(values.iter()),
            Self::Flag(value) => value.to_string(),
            Self::Flags(values) => json_numbers(values.iter()),
            Self::Text(text) => quote(text),
            Self::Instant(at) => quote(&at.to_string()),
            Self::Vendors(vendors) => json_numbers(vendors.iter()),
            Self::Restrictions(restrictions) => json_restrictions(restrictions, ["key", "type", "ids"]),
        }
    }
}

type Fields = Vec<(String, GppValue)>;

fn fields_of(layout: &Layout, text: &str, ranges: Ranges) -> Result<Fields> {
    let mut segments = text.split('.');
    let core = segments.next().unwrap_or_default();
    let mut fields = read_core(layout, core, ranges).map_err(|error| error.context("core segment"))?;
    let mut seen = Vec::new();
    for segment in segments {
        let (number, read) = read_other(layout, segment, ranges)?;
        if seen.contains(&number) {
            return Err(wrong("a segment of one type occurs twice"));
        }
        seen.push(number);
        fields.extend(read);
    }
    Ok(fields)
}

fn read_core(layout: &Layout, text: &str, ranges: Ranges) -> Result<Fields> {
    let version = Bits::of(text)?.integer(6)?;
    if !matches!((layout.id, version), (_, 1) | (layout::USNAT, 2)) {
        return Err(Error::new(ErrorKind::Unsupported, format!("version {version} of `{}` is not known", layout.name)));
    }
    let mut bits = Bits::of(text)?;
    if layout.id != layout::USNAT {
        return read(&mut bits, layout.core, ranges);
    }
    // Encoders did not follow the version: which layout it is shows in the length alone, as in the official decoder.
    let fields = if bits.left() < layout::USNAT_2_BITS { layout::USNAT_1 } else { layout.core };
    let mut fields = read(&mut bits, fields, ranges)?;
    let (sensitive, children) = if version == 1 { (12, 2) } else { (16, 3) };
    for (name, value) in &mut fields {
        match (name.as_str(), value) {
            ("SensitiveDataProcessing", GppValue::Integers(values)) => values.resize(sensitive, 0),
            ("KnownChildSensitiveDataConsents", GppValue::Integers(values)) => values.resize(children, 0),
            _ => {}
        }
    }
    Ok(fields)
}

/// A segment behind the core, with its place among those of the layout. Where there is but one it says no type, or its own.
fn read_other(layout: &Layout, text: &str, ranges: Ranges) -> Result<(usize, Fields)> {
    let kind = match layout.id {
        layout::TCF_CA => match Bits::of(text)?.integer(3)? {
            3 => 0,
            1 => 1,
            kind => return Err(wrong(format!("expected a segment of type 1 or 3, found {kind}"))),
        },
        _ => 0,
    };
    let fields = layout.others.get(kind).ok_or_else(|| wrong(format!("`{}` has one segment only", layout.name)))?;
    let read = read(&mut Bits::of(text)?, fields, ranges)?;
    match read.first() {
        Some((name, GppValue::Integer(found))) if name == "GpcSegmentType" && *found != 1 => {
            Err(wrong(format!("expected a segment of type 1, found {found}")))
        }
        _ => Ok((kind, read)),
    }
}

fn read(bits: &mut Bits<'_>, layout: &[Field], ranges: Ranges) -> Result<Fields> {
    let mut fields = Fields::new();
    for (name, kind) in layout {
        let value = match *kind {
            Kind::Integer(width) => bits.integer(width).map(GppValue::Integer),
            Kind::Choices(count) => (0..count).map(|_| bits.integer(2)).collect::<Result<_>>().map(GppValue::Integers),
            Kind::Flag => bits.flag().map(GppValue::Flag),
            Kind::Flags(count) => bits.flags(count).map(GppValue::Flags),
            Kind::FlagsOf(count) => bits.flags(number_in(&fields, count)).map(GppValue::Flags),
            Kind::Letters(count) => bits.letters(count).map(GppValue::Text),
            Kind::Instant => bits.instant().map(GppValue::Instant),
            Kind::Vendors => bits.vendors(ranges).map(GppValue::Vendors),
            // Early encoders wrote none at all.
            Kind::Restrictions if bits.left() < 12 => Ok(GppValue::Restrictions(Vec::new())),
            Kind::Restrictions => bits.restrictions(ranges).map(GppValue::Restrictions),
        };
        fields.push(((*name).to_owned(), value.map_err(|error| error.context(format!("field `{name}`")))?));
    }
    Ok(fields)
}

fn number_in(fields: &Fields, name: &str) -> usize {
    let number = fields.iter().find_map(|(known, value)| match value {
        GppValue::Integer(value) if known == name => usize::try_from(*value).ok(),
        _ => None,
    });
    number.unwrap_or_default()
}

/// The US Privacy string: the version and three letters.
fn usp_fields(text: &str) -> Result<Fields> {
    let letters: Vec<char> = text.chars().collect();
    let [version @ '1'..='9', notice, sale, covered] = letters[..] else {
        return Err(wrong("a US Privacy string has a version from 1 to 9 and three letters"));
    };
    if [notice, sale, covered].iter().any(|letter| !matches!(letter, 'Y' | 'N' | '-')) {
        return Err(wrong("the letters of a US Privacy string are `Y`, `N` and `-`"));
    }
    let letter = |name: &str, letter: char| (name.to_owned(), GppValue::Text(letter.to_string()));
    let version = GppValue::Integer(version.to_digit(10).unwrap_or_default().into());
    Ok(vec![("Version".to_owned(), version), letter("Notice", notice), letter("OptOutSale", sale), letter("LspaCovered", covered)])
}

/// A TCF string with the names that GPP has for its fields.
fn tcf_fields(tcf: TcfString) -> Fields {
    let set = |numbers: &[u8], count: u8| GppValue::Flags((1..=count).map(|number| numbers.contains(&number)).collect());
    let number = |value: u16| GppValue::Integer(value.into());
    let vendors = |vendors: Option<Vendors>| GppValue::Vendors(vendors.unwrap_or_default());
    let publisher = tcf.publisher.unwrap_or_default();
    let fields = [
        ("Version", number(tcf.version.into())),
        ("Created", GppValue::Instant(tcf.created)),
        ("LastUpdated", GppValue::Instant(tcf.last_updated)),
        ("CmpId", number(tcf.cmp_id)),
        ("CmpVersion", number(tcf.cmp_version)),
        ("ConsentScreen", number(tcf.consent_screen.into())),
        ("ConsentLanguage", GppValue::Text(tcf.consent_language)),
        ("VendorListVersion", number(tcf.vendor_list_version)),
        ("PolicyVersion", number(tcf.policy_version.into())),
        ("IsServiceSpecific", GppValue::Flag(tcf.service_specific)),
        ("UseNonStandardStacks", GppValue::Flag(tcf.non_standard_texts)),
        ("SpecialFeatureOptins", set(&tcf.special_feature_opt_ins, 12)),
        ("PurposeConsents", set(&tcf.purpose_consents, 24)),
        ("PurposeLegitimateInterests", set(&tcf.purpose_legitimate_interests, 24)),
        ("PurposeOneTreatment", GppValue::Flag(tcf.purpose_one_treatment)),
        ("PublisherCountryCode", GppValue::Text(tcf.publisher_country)),
        ("VendorConsents", GppValue::Vendors(tcf.vendor_consents)),
        ("VendorLegitimateInterests", GppValue::Vendors(tcf.vendor_legitimate_interests)),
        ("PublisherRestrictions", GppValue::Restrictions(tcf.publisher_restrictions)),
        ("PublisherConsents", set(&publisher.consents, 24)),
        ("PublisherLegitimateInterests", set(&publisher.legitimate_interests, 24)),
        ("NumCustomPurposes", number(publisher.custom_purposes.into())),
        ("PublisherCustomConsents", set(&publisher.custom_consents, publisher.custom_purposes)),
        ("PublisherCustomLegitimateInterests", set(&publisher.custom_legitimate_interests, publisher.custom_purposes)),
        ("VendorsAllowed", vendors(tcf.vendors_allowed)),
        ("VendorsDisclosed", vendors(tcf.vendors_disclosed)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Default for OptOutMapping {
    fn default() -> Self {
        Self { sale: Vec::new(), sharing: Vec::new(), targeted_advertising: Vec::new(), status: Status::Objected }
    }
}

impl OptOutMapping {
    /// A mapping of nothing, whose events are objections.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with a purpose that is a sale of personal data.
    #[must_use]
    pub fn sale(mut self, purpose: impl Into<String>) -> Self {
        self.sale.push(purpose.into());
        self
    }

    /// The same with a purpose that is sharing for advertising across contexts.
    #[must_use]
    pub fn sharing(mut self, purpose: impl Into<String>) -> Self {
        self.sharing.push(purpose.into());
        self
    }

    /// The same with a purpose that is targeted advertising.
    #[must_use]
    pub fn targeted_advertising(mut self, purpose: impl Into<String>) -> Self {
        self.targeted_advertising.push(purpose.into());
        self
    }

    /// The same, its events refusals instead of objections.
    #[must_use]
    pub fn refusals(mut self) -> Self {
        self.status = Status::Refused;
        self
    }

    /// What a GPP string says: an event for each purpose that is opted out of, in the order of their names, and the fact `gpc` (true) if any
    /// opt-out or Global Privacy Control is known. Nothing is ever given: no opt-out is not consent.
    ///
    /// # Errors
    /// As [`GppString::parse`].
    pub fn events(&self, text: &str, received: &Received) -> Result<(Vec<Event>, Facts)> {
        Ok(self.of(GppString::parse(text)?.opt_outs(), "gpp", text, received))
    }

    pub(super) fn of(&self, outs: OptOuts, method: &str, evidence: &str, received: &Received) -> (Vec<Event>, Facts) {
        let kinds = [(outs.sale, &self.sale), (outs.sharing, &self.sharing), (outs.targeted_advertising, &self.targeted_advertising)];
        let mut purposes: Vec<&String> = kinds.into_iter().filter(|(out, _)| *out).flat_map(|(_, purposes)| purposes).collect();
        purposes.sort();
        purposes.dedup();
        let events = purposes.into_iter().map(|purpose| received.event(self.status, Some(purpose), method, evidence)).collect();
        let facts = match outs {
            OptOuts { sale: false, sharing: false, targeted_advertising: false, gpc: false } => Facts::new(),
            _ => Facts::new().with("gpc", Value::Boolean(true)),
        };
        (events, facts)
    }
}
