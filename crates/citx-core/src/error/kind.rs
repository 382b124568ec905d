/// What went wrong, stable across versions and languages: the number is the C status and picks the Python and .NET exception.
///
/// Numbers are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument that can never be right.
    InvalidArgument = 10,
    /// A number outside its range.
    OutOfRange = 11,
    /// Text that is not a rule.
    RuleSyntax = 20,
    /// A rule whose types do not fit.
    RuleType = 21,
    /// A name that the schema, book or policy does not have.
    UnknownName = 22,
    /// Something asked for by key that is not there.
    NotFound = 30,
    /// Something that is there already, with other content.
    Conflict = 31,
    /// An object in use elsewhere.
    Busy = 32,
    /// A policy that cannot be loaded.
    PolicyInvalid = 40,
    /// A policy written for another version of citx.
    PolicyUnsupported = 41,
    /// Too few observations for the figure asked for.
    InsufficientData = 50,
    /// An iteration that did not arrive.
    NotConverged = 51,
    /// A figure withheld to protect small groups.
    Suppressed = 52,
    /// The operating system refused to read or write.
    Io = 60,
    /// Stored data that was damaged or tampered with.
    Corrupted = 61,
    /// A file of a version that this library does not read.
    FormatVersion = 62,
    /// Input beyond a stated limit.
    LimitExceeded = 70,
    /// The caller cancelled the call.
    Cancelled = 71,
    /// Asked for something this build or version does not do.
    Unsupported = 72,
    /// A bug in citx, caught at a language boundary.
    Panic = 99,
}

impl ErrorKind {
    /// Every kind, in the order of its code.
    pub const ALL: [ErrorKind; 20] = [
        Self::InvalidArgument,
        Self::OutOfRange,
        Self::RuleSyntax,
        Self::RuleType,
        Self::UnknownName,
        Self::NotFound,
        Self::Conflict,
        Self::Busy,
        Self::PolicyInvalid,
        Self::PolicyUnsupported,
        Self::InsufficientData,
        Self::NotConverged,
        Self::Suppressed,
        Self::Io,
        Self::Corrupted,
        Self::FormatVersion,
        Self::LimitExceeded,
        Self::Cancelled,
        Self::Unsupported,
        Self::Panic,
    ];

    /// The number that every language shows.
    pub const fn code(self) -> u32 {
        self as u32
    }

    /// The kind of a code, if there is one.
    pub fn from_code(code: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}
