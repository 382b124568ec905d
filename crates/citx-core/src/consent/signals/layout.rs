//! Layouts of the sections of a GPP string, as data: the names of the fields in their order and how each is written.
//!
//! Source: IAB Tech Lab, *Global Privacy Platform*, section specifications, as the official encoder (iabgpp-es) has them in 2026.

/// How a field is written.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// An integer of so many bits.
    Integer(u8),
    /// So many integers of two bits.
    Choices(usize),
    Flag,
    Flags(usize),
    /// As many flags as the field of this name says.
    FlagsOf(&'static str),
    Letters(u8),
    Instant,
    Vendors,
    Restrictions,
}

use Kind::{Choices, Flag, Flags, FlagsOf, Instant, Integer, Letters, Restrictions, Vendors};

pub(super) type Field = (&'static str, Kind);

/// One section.
pub(super) struct Layout {
    pub(super) id: u16,
    pub(super) name: &'static str,
    pub(super) core: &'static [Field],
    /// The other segments: any order, each at most once.
    pub(super) others: &'static [&'static [Field]],
}

const CHOICE: Kind = Integer(2);
const VERSION: Field = ("Version", Integer(6));
const MSPA_VERSION: Field = ("MspaVersion", Integer(6));
const SHARING_NOTICE: Field = ("SharingNotice", CHOICE);
const PROCESSING_NOTICE: Field = ("ProcessingNotice", CHOICE);
const SALE_NOTICE: Field = ("SaleOptOutNotice", CHOICE);
const SHARING_OUT_NOTICE: Field = ("SharingOptOutNotice", CHOICE);
const TARGETED_NOTICE: Field = ("TargetedAdvertisingOptOutNotice", CHOICE);
const SENSITIVE_NOTICE: Field = ("SensitiveDataProcessingOptOutNotice", CHOICE);
const LIMIT_NOTICE: Field = ("SensitiveDataLimitUseNotice", CHOICE);
const SALE: Field = ("SaleOptOut", CHOICE);
const SHARING: Field = ("SharingOptOut", CHOICE);
const TARGETED: Field = ("TargetedAdvertisingOptOut", CHOICE);
const CHILD: Field = ("KnownChildSensitiveDataConsents", CHOICE);
const PERSONAL: Field = ("PersonalDataConsents", CHOICE);
const ADDITIONAL: Field = ("AdditionalDataProcessingConsent", CHOICE);
const COVERED: Field = ("MspaCoveredTransaction", CHOICE);
const OPTION: Field = ("MspaOptOutOptionMode", CHOICE);
const PROVIDER: Field = ("MspaServiceProviderMode", CHOICE);
const MODE: Field = ("MspaMode", CHOICE);

const fn sensitive(count: usize) -> Field {
    ("SensitiveDataProcessing", Choices(count))
}

const fn children(count: usize) -> Field {
    ("KnownChildSensitiveDataConsents", Choices(count))
}

const GPC: &[Field] = &[("GpcSegmentType", Integer(2)), ("Gpc", Flag)];
const SENSITIVE_SEGMENT: &[Field] = &[sensitive(8)];

/// How many bits the layout of `usnat` has since version 2.
pub(super) const USNAT_2_BITS: usize = 70;
/// Its layout before.
pub(super) const USNAT_1: &[Field] = &usnat(12, 2);

const fn usnat(sensitive_count: usize, child_count: usize) -> [Field; 16] {
    [
        VERSION,
        SHARING_NOTICE,
        SALE_NOTICE,
        SHARING_OUT_NOTICE,
        TARGETED_NOTICE,
        SENSITIVE_NOTICE,
        LIMIT_NOTICE,
        SALE,
        SHARING,
        TARGETED,
        sensitive(sensitive_count),
        children(child_count),
        PERSONAL,
        COVERED,
        OPTION,
        PROVIDER,
    ]
}

/// The states whose fields differ in the first notice, the numbers of choices and the additional consent only.
const fn state(first: Field, sensitive_count: usize, child: Field) -> [Field; 12] {
    [VERSION, first, SALE_NOTICE, TARGETED_NOTICE, SALE, TARGETED, sensitive(sensitive_count), child, ADDITIONAL, COVERED, OPTION, PROVIDER]
}

const fn early_state(sensitive_count: usize, child: Field) -> [Field; 11] {
    [VERSION, SHARING_NOTICE, SALE_NOTICE, TARGETED_NOTICE, SALE, TARGETED, sensitive(sensitive_count), child, COVERED, OPTION, PROVIDER]
}

const fn sensitive_notice_state(first: Field, notice: Field) -> [Field; 12] {
    [VERSION, first, SALE_NOTICE, TARGETED_NOTICE, notice, SALE, TARGETED, sensitive(8), CHILD, COVERED, OPTION, PROVIDER]
}

const MSPA_STATE: &[Field] =
    &[MSPA_VERSION, COVERED, MODE, PROCESSING_NOTICE, SALE_NOTICE, TARGETED_NOTICE, SALE, TARGETED, CHILD, ADDITIONAL];

/// Canada's TCF: its ranges are of Fibonacci integers, in old strings of 16 bits an id.
pub(super) const TCF_CA: u16 = 5;
pub(super) const TCF_EU: u16 = 2;
pub(super) const USP: u16 = 6;
pub(super) const USNAT: u16 = 7;

pub(super) const LAYOUTS: &[Layout] = &[
    Layout {
        id: TCF_CA,
        name: "tcfcav1",
        core: &[
            VERSION,
            ("Created", Instant),
            ("LastUpdated", Instant),
            ("CmpId", Integer(12)),
            ("CmpVersion", Integer(12)),
            ("ConsentScreen", Integer(6)),
            ("ConsentLanguage", Letters(2)),
            ("VendorListVersion", Integer(12)),
            ("TcfPolicyVersion", Integer(6)),
            ("UseNonStandardStacks", Flag),
            ("SpecialFeatureExpressConsent", Flags(12)),
            ("PurposesExpressConsent", Flags(24)),
            ("PurposesImpliedConsent", Flags(24)),
            ("VendorExpressConsent", Vendors),
            ("VendorImpliedConsent", Vendors),
            ("PubRestrictions", Restrictions),
        ],
        others: &[
            &[
                ("PubPurposesSegmentType", Integer(3)),
                ("PubPurposesExpressConsent", Flags(24)),
                ("PubPurposesImpliedConsent", Flags(24)),
                ("NumCustomPurposes", Integer(6)),
                ("CustomPurposesExpressConsent", FlagsOf("NumCustomPurposes")),
                ("CustomPurposesImpliedConsent", FlagsOf("NumCustomPurposes")),
            ],
            &[("DisclosedVendorsSegmentType", Integer(3)), ("DisclosedVendors", Vendors)],
        ],
    },
    Layout { id: USNAT, name: "usnat", core: &usnat(16, 3), others: &[GPC] },
    Layout {
        id: 8,
        name: "usca",
        core: &[
            VERSION,
            SALE_NOTICE,
            SHARING_OUT_NOTICE,
            LIMIT_NOTICE,
            SALE,
            SHARING,
            sensitive(9),
            children(2),
            PERSONAL,
            COVERED,
            OPTION,
            PROVIDER,
        ],
        others: &[GPC],
    },
    Layout { id: 9, name: "usva", core: &early_state(8, CHILD), others: &[] },
    Layout { id: 10, name: "usco", core: &early_state(7, CHILD), others: &[GPC] },
    Layout { id: 11, name: "usut", core: &sensitive_notice_state(SHARING_NOTICE, SENSITIVE_NOTICE), others: &[] },
    Layout { id: 12, name: "usct", core: &early_state(8, children(3)), others: &[GPC] },
    Layout { id: 13, name: "usfl", core: &state(PROCESSING_NOTICE, 8, children(3)), others: &[] },
    Layout { id: 14, name: "usmt", core: &state(SHARING_NOTICE, 8, children(3)), others: &[GPC] },
    Layout { id: 15, name: "usor", core: &state(PROCESSING_NOTICE, 11, children(3)), others: &[GPC] },
    Layout { id: 16, name: "ustx", core: &state(PROCESSING_NOTICE, 8, CHILD), others: &[GPC] },
    Layout { id: 17, name: "usde", core: &state(PROCESSING_NOTICE, 9, children(5)), others: &[GPC] },
    Layout {
        id: 18,
        name: "usia",
        core: &sensitive_notice_state(PROCESSING_NOTICE, ("SensitiveDataOptOutNotice", CHOICE)),
        others: &[GPC],
    },
    Layout { id: 19, name: "usne", core: &state(PROCESSING_NOTICE, 8, CHILD), others: &[GPC] },
    Layout { id: 20, name: "usnh", core: &state(PROCESSING_NOTICE, 8, children(3)), others: &[GPC] },
    Layout { id: 21, name: "usnj", core: &state(PROCESSING_NOTICE, 10, children(5)), others: &[GPC] },
    Layout { id: 22, name: "ustn", core: &state(PROCESSING_NOTICE, 8, CHILD), others: &[GPC] },
    Layout { id: 23, name: "usmn", core: &state(PROCESSING_NOTICE, 8, CHILD), others: &[GPC] },
    Layout {
        id: 24,
        name: "usmd",
        core: &[MSPA_VERSION, COVERED, MODE, PROCESSING_NOTICE, SALE_NOTICE, TARGETED_NOTICE, SALE, TARGETED, ADDITIONAL],
        others: &[GPC],
    },
    Layout { id: 25, name: "usin", core: MSPA_STATE, others: &[SENSITIVE_SEGMENT] },
    Layout { id: 26, name: "usky", core: MSPA_STATE, others: &[SENSITIVE_SEGMENT] },
    Layout { id: 27, name: "usri", core: MSPA_STATE, others: &[SENSITIVE_SEGMENT] },
];
