//! Segment books and explanations.

use std::mem::MaybeUninit;

use engine::{Context, Explanation, Record, Result, SegmentBook, SegmentDefinition, Timestamp};

use super::error::{citx_error, citx_status};
use super::membership::citx_membership;
use super::population::citx_population;
use super::record::{citx_record, zone};
use super::run::citx_run_options;
use super::text::citx_names;
use crate::guard;
use crate::handle::{ExclusiveHandle as _, Shared, SharedHandle as _, shared};
use crate::raw::{self, citx_pairs, citx_str};

/// A set of named rules. Never changes.
pub struct citx_segment_book(Shared<SegmentBook>);
shared!(citx_segment_book, SegmentBook);

/// Why a record is in a segment or not: a tree of the rule's predicates. The parts of an explanation live as long as it
/// does.
pub struct citx_explanation {
    text: String,
    outcome: citx_truth,
    values: Record,
    parts: Vec<citx_explanation>,
}

/// True, false or unknown: one of CITX_TRUTH_*.
pub type citx_truth = u32;

/// False.
pub const CITX_TRUTH_FALSE: citx_truth = 0;
/// True.
pub const CITX_TRUTH_TRUE: citx_truth = 1;
/// Unknown, or not a condition.
pub const CITX_TRUTH_UNKNOWN: citx_truth = 2;

impl citx_explanation {
    pub(crate) fn of(explanation: Explanation) -> Self {
        Self {
            text: explanation.text,
            outcome: explanation.outcome.map_or(CITX_TRUTH_UNKNOWN, citx_truth::from),
            values: explanation.values.into_iter().collect(),
            parts: explanation.parts.into_iter().map(Self::of).collect(),
        }
    }
}

impl std::fmt::Debug for citx_explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("citx_explanation")
    }
}

/// A book of these segments: name and rule. Every rule is parsed.
///
/// `*out` is to be freed with citx_segment_book_free. Status: RULE_SYNTAX with line, column and snippet, UNKNOWN_NAME
/// or RULE_SYNTAX for `in_segment` of an unknown segment or in a circle, INVALID_ARGUMENT for a name, LIMIT_EXCEEDED.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_new(
    rules: citx_pairs,
    out: Option<&mut MaybeUninit<Box<citx_segment_book>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        let rules = rules.pairs("rules")?.into_iter().map(|(name, rule)| SegmentDefinition::new(name, rule));
        out.write(citx_segment_book::boxed(SegmentBook::new(rules)?));
        Ok(())
    })
}

/// A book from TOML text: `name = "rule"`, or a table `[name]` with `rule`, `description`, `owner`, `review_by`.
///
/// `*out` is to be freed with citx_segment_book_free. Status: as citx_segment_book_new. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_parse(
    toml: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_segment_book>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_segment_book::boxed(SegmentBook::parse_toml(toml.text("toml")?)?));
        Ok(())
    })
}

/// A book from a TOML file. `*out` is to be freed with citx_segment_book_free. Status: IO, and as
/// citx_segment_book_new. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_read(
    path: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_segment_book>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_segment_book::boxed(engine::read_segment_book(path.text("path")?)?));
        Ok(())
    })
}

/// How many segments; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_len(book: Option<&citx_segment_book>) -> usize {
    guard::get(book, 0, |book| book.definitions().len())
}

/// The name of the segment at `index`, from 0, valid until `book` is freed; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_name(book: Option<&citx_segment_book>, index: usize) -> citx_str {
    guard::get(book, citx_str::NONE, |book| citx_str::view_of(book.definitions().get(index).map(|segment| segment.name.as_str())))
}

/// Who is in which segment at `as_of`: a date such as `2026-11-22`, which starts at midnight in `time_zone` (UTC if
/// empty), or an instant such as `2026-11-22T09:30:00Z`. A citizen is a member only where the rule is true: unknown is
/// not.
///
/// `run` may be NULL. `*out` is to be freed with citx_membership_free; it may outlive `book` and `people`. Status:
/// UNKNOWN_NAME, RULE_TYPE, INVALID_ARGUMENT, LIMIT_EXCEEDED, CANCELLED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_segment_book_evaluate(
    book: Option<&citx_segment_book>,
    people: Option<&citx_population>,
    as_of: citx_str,
    time_zone: citx_str,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_membership>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(citx_membership::of(book.evaluate(people, &context(&as_of, &time_zone)?, &run)?));
        Ok(())
    })
}

/// The names of the segments that one record is in, in the book's order; no population is needed.
///
/// `as_of` and `time_zone` as citx_segment_book_evaluate. `*out` is to be freed with citx_names_free. Status:
/// UNKNOWN_NAME for an attribute that a rule reads and the record lacks, RULE_TYPE, INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_match(
    book: Option<&citx_segment_book>,
    record: Option<&citx_record>,
    as_of: citx_str,
    time_zone: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let record = guard::given_lock(record, "record")?;
        out.write(citx_names::boxed(book.match_record(&record, &context(&as_of, &time_zone)?)?));
        Ok(())
    })
}

/// Why one record is in the segment `name` or not. `as_of` and `time_zone` as citx_segment_book_evaluate.
///
/// `*out` is to be freed with citx_explanation_free. Status: UNKNOWN_NAME, RULE_TYPE, INVALID_ARGUMENT, BUSY. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_explain(
    book: Option<&citx_segment_book>,
    name: citx_str,
    record: Option<&citx_record>,
    as_of: citx_str,
    time_zone: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_explanation>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let record = guard::given_lock(record, "record")?;
        let explanation = book.explain(name.text("name")?, &record, &context(&as_of, &time_zone)?)?;
        out.write(Box::new(citx_explanation::of(explanation)));
        Ok(())
    })
}

/// The attributes that the segment `name` reads, through `in_segment` too, sorted. `*out` is to be freed with
/// citx_names_free. Status: UNKNOWN_NAME, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_columns_used(
    book: Option<&citx_segment_book>,
    name: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        out.write(citx_names::boxed(book.columns_used(name.text("name")?)?));
        Ok(())
    })
}

/// Frees a book; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_segment_book_free(book: Option<Box<citx_segment_book>>) {
    guard::free(book);
}

/// The expression as canonical text, a view into `explanation`; none for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_explanation_text(explanation: Option<&citx_explanation>) -> citx_str {
    citx_str::view_of(explanation.map(|explanation| explanation.text.as_str()))
}

/// Whether it is true, false or unknown; CITX_TRUTH_UNKNOWN for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_explanation_outcome(explanation: Option<&citx_explanation>) -> citx_truth {
    explanation.map_or(CITX_TRUTH_UNKNOWN, |explanation| explanation.outcome)
}

/// The attribute values that it read. `*out` is to be freed with citx_record_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_explanation_values(
    explanation: Option<&citx_explanation>,
    out: Option<&mut MaybeUninit<Box<citx_record>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let explanation = explanation.ok_or_else(|| guard::null("explanation"))?;
        guard::place(out, "out")?.write(citx_record::boxed(explanation.values.clone()));
        Ok(())
    })
}

/// How many parts it has; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_explanation_num_parts(explanation: Option<&citx_explanation>) -> usize {
    explanation.map_or(0, |explanation| explanation.parts.len())
}

/// The part at `index`, from 0; it belongs to `explanation` and must not be freed. NULL beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_explanation_part(explanation: Option<&citx_explanation>, index: usize) -> Option<&citx_explanation> {
    explanation.and_then(|explanation| explanation.parts.get(index))
}

/// Frees an explanation that is not a part of another; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_explanation_free(explanation: Option<Box<citx_explanation>>) {
    guard::free(explanation);
}

/// The instant and zone of the arguments `as_of` and `time_zone`.
pub(crate) fn context(as_of: &citx_str, time_zone: &citx_str) -> Result<Context> {
    let time_zone = zone(time_zone)?;
    Ok(Context { as_of: Timestamp::parse(as_of.text("as_of")?, time_zone)?, time_zone })
}
