//! Statuses and errors.

use std::fmt;

use engine::{Error, ErrorKind};

use crate::guard;
use crate::raw::citx_str;

/// How a call went: CITX_STATUS_OK or the number of an error kind, the same in every language. New numbers may appear;
/// old ones keep their meaning.
pub type citx_status = u32;

/// The call did what it says.
pub const CITX_STATUS_OK: citx_status = 0;
/// An argument that can never be right.
pub const CITX_STATUS_INVALID_ARGUMENT: citx_status = 10;
/// A number outside its range.
pub const CITX_STATUS_OUT_OF_RANGE: citx_status = 11;
/// Text that is not a rule.
pub const CITX_STATUS_RULE_SYNTAX: citx_status = 20;
/// A rule whose types do not fit.
pub const CITX_STATUS_RULE_TYPE: citx_status = 21;
/// A name that the schema, book or policy does not have.
pub const CITX_STATUS_UNKNOWN_NAME: citx_status = 22;
/// Something asked for by key that is not there.
pub const CITX_STATUS_NOT_FOUND: citx_status = 30;
/// Something that is there already, with other content.
pub const CITX_STATUS_CONFLICT: citx_status = 31;
/// An object in use elsewhere.
pub const CITX_STATUS_BUSY: citx_status = 32;
/// A policy that cannot be loaded.
pub const CITX_STATUS_POLICY_INVALID: citx_status = 40;
/// A policy written for another version of citx.
pub const CITX_STATUS_POLICY_UNSUPPORTED: citx_status = 41;
/// Too few observations for the figure asked for.
pub const CITX_STATUS_INSUFFICIENT_DATA: citx_status = 50;
/// An iteration that did not arrive.
pub const CITX_STATUS_NOT_CONVERGED: citx_status = 51;
/// A figure withheld to protect small groups.
pub const CITX_STATUS_SUPPRESSED: citx_status = 52;
/// The operating system refused to read or write.
pub const CITX_STATUS_IO: citx_status = 60;
/// Stored data that was damaged or tampered with.
pub const CITX_STATUS_CORRUPTED: citx_status = 61;
/// A file of a version that this library does not read.
pub const CITX_STATUS_FORMAT_VERSION: citx_status = 62;
/// Input beyond a stated limit.
pub const CITX_STATUS_LIMIT_EXCEEDED: citx_status = 70;
/// The caller cancelled the call.
pub const CITX_STATUS_CANCELLED: citx_status = 71;
/// Asked for something this build or version does not do.
pub const CITX_STATUS_UNSUPPORTED: citx_status = 72;
/// A bug in citx, caught before it reached the caller; the object of the call is unusable from then on.
pub const CITX_STATUS_PANIC: citx_status = 99;

/// What went wrong. Belongs to whoever received it: read by any thread, freed once.
pub struct citx_error {
    status: citx_status,
    message: String,
    line: usize,
    column: usize,
    span: (usize, usize),
    snippet: Option<String>,
    suggestion: Option<String>,
}

impl citx_error {
    pub(crate) fn boxed(error: &Error) -> Box<Self> {
        let rule = error.rule_error();
        Box::new(Self {
            status: error.kind().code(),
            message: error.to_string(),
            line: rule.map_or(0, |rule| rule.line),
            column: rule.map_or(0, |rule| rule.column),
            span: rule.map_or((0, 0), |rule| rule.span),
            snippet: rule.map(|rule| rule.snippet.clone()),
            suggestion: rule.and_then(|rule| rule.suggestion.clone()),
        })
    }
}

impl fmt::Debug for citx_error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "citx_error({})", self.status)
    }
}

/// The name of a status, such as `InvalidArgument`; `Ok` for CITX_STATUS_OK; none for a number without meaning. Valid
/// for ever. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_status_name(status: citx_status) -> citx_str {
    const NAMES: [&str; 20] = [
        "InvalidArgument",
        "OutOfRange",
        "RuleSyntax",
        "RuleType",
        "UnknownName",
        "NotFound",
        "Conflict",
        "Busy",
        "PolicyInvalid",
        "PolicyUnsupported",
        "InsufficientData",
        "NotConverged",
        "Suppressed",
        "Io",
        "Corrupted",
        "FormatVersion",
        "LimitExceeded",
        "Cancelled",
        "Unsupported",
        "Panic",
    ];
    if status == CITX_STATUS_OK {
        return citx_str::view("Ok");
    }
    let position = ErrorKind::ALL.iter().position(|kind| kind.code() == status);
    citx_str::view_of(position.and_then(|position| NAMES.get(position).copied()))
}

/// The status that the call returned; CITX_STATUS_OK for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_error_status(error: Option<&citx_error>) -> citx_status {
    error.map_or(CITX_STATUS_OK, |error| error.status)
}

/// What was wanted, what was found, what to do; for a rule also the line with a caret line below it. Never a value from
/// data. A view into `error`; none for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_error_message(error: Option<&citx_error>) -> citx_str {
    citx_str::view_of(error.map(|error| error.message.as_str()))
}

/// The line in the rule's text, from 1; 0 where the error is not about a rule. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_error_line(error: Option<&citx_error>) -> usize {
    error.map_or(0, |error| error.line)
}

/// The column in that line in code points, from 1; 0 where the error is not about a rule. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_error_column(error: Option<&citx_error>) -> usize {
    error.map_or(0, |error| error.column)
}

/// Where the fault starts in the rule's text, in bytes; 0 where the error is not about a rule. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_error_span_start(error: Option<&citx_error>) -> usize {
    error.map_or(0, |error| error.span.0)
}

/// Where the fault ends in the rule's text, in bytes; 0 where the error is not about a rule. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_error_span_end(error: Option<&citx_error>) -> usize {
    error.map_or(0, |error| error.span.1)
}

/// The line of the rule with a caret line below it. A view into `error`; none where the error is not about a rule.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_error_snippet(error: Option<&citx_error>) -> citx_str {
    citx_str::view_of(error.and_then(|error| error.snippet.as_deref()))
}

/// A name that may have been meant in the rule. A view into `error`; none where there is none. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_error_suggestion(error: Option<&citx_error>) -> citx_str {
    citx_str::view_of(error.and_then(|error| error.suggestion.as_deref()))
}

/// Frees an error; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_error_free(error: Option<Box<citx_error>>) {
    guard::free(error);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_status() {
        let header = [
            CITX_STATUS_INVALID_ARGUMENT,
            CITX_STATUS_OUT_OF_RANGE,
            CITX_STATUS_RULE_SYNTAX,
            CITX_STATUS_RULE_TYPE,
            CITX_STATUS_UNKNOWN_NAME,
            CITX_STATUS_NOT_FOUND,
            CITX_STATUS_CONFLICT,
            CITX_STATUS_BUSY,
            CITX_STATUS_POLICY_INVALID,
            CITX_STATUS_POLICY_UNSUPPORTED,
            CITX_STATUS_INSUFFICIENT_DATA,
            CITX_STATUS_NOT_CONVERGED,
            CITX_STATUS_SUPPRESSED,
            CITX_STATUS_IO,
            CITX_STATUS_CORRUPTED,
            CITX_STATUS_FORMAT_VERSION,
            CITX_STATUS_LIMIT_EXCEEDED,
            CITX_STATUS_CANCELLED,
            CITX_STATUS_UNSUPPORTED,
            CITX_STATUS_PANIC,
        ];
        assert_eq!(header.to_vec(), ErrorKind::ALL.map(ErrorKind::code).to_vec());
        for kind in ErrorKind::ALL {
            let name = citx_status_name(kind.code());
            assert_eq!(name.text("name").expect("UTF-8"), format!("{kind:?}"));
        }
        assert_eq!(citx_status_name(1).text("name").expect("empty"), "");
    }
}
