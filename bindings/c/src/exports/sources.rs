//! What rules read beside the attributes of citizens, and the calls that are given it.

use std::mem::MaybeUninit;

use engine::segments::LiveSources;
use engine::{ConsentView, Events, FactColumns, Result, Sources};

use super::book::{citx_explanation, citx_segment_book, context};
use super::error::{citx_error, citx_status};
use super::events::citx_events;
use super::membership::citx_membership;
use super::population::{citx_fact_columns, citx_population, fact_columns};
use super::record::citx_record;
use super::run::citx_run_options;
use super::table::citx_table;
use super::text::citx_names;
use super::view::citx_view;
use crate::guard;
use crate::handle::SharedHandle as _;
use crate::raw::{self, Options, citx_str};

/// What rules may read beside the attributes of citizens. NULL in its place, or zeros: nothing, so that a rule which asks
/// for events or consent is refused.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_sources {
    /// sizeof(citx_sources).
    pub struct_size: usize,
    /// For event_count, first_event and last_event.
    pub events: *const citx_events,
    /// For may_contact.
    pub view: *const citx_view,
    /// Which name of a single record is the citizen's key; empty is `citizen_id`. A population knows its own.
    pub key: citx_str,
    /// Which names of a single record are facts of consent; NULL is none. A population knows its own.
    pub facts: *const citx_fact_columns,
}

// SAFETY: `repr(C)`, a size first, and zeros are NULL and empty texts.
unsafe impl Options for citx_sources {
    const NAME: &'static str = "citx_sources";
}

/// The content of a [`citx_sources`].
#[derive(Default)]
pub(crate) struct Given<'a> {
    events: Option<&'a Events>,
    pub(crate) view: Option<&'a ConsentView>,
    key: Option<String>,
    facts: Option<FactColumns>,
}

impl Given<'_> {
    pub(crate) fn sources(&self) -> Sources<'_> {
        let mut sources = Sources::new();
        if let Some(events) = self.events {
            sources = sources.events(events);
        }
        if let Some(view) = self.view {
            sources = sources.view(view);
        }
        if let Some(key) = self.key.as_deref() {
            sources = sources.key(key);
        }
        match &self.facts {
            Some(facts) => sources.facts(facts),
            None => sources,
        }
    }

    pub(crate) fn live(&self) -> LiveSources {
        let mut sources = LiveSources::new();
        if let Some(events) = self.events {
            sources = sources.events(events.clone());
        }
        if let Some(view) = self.view {
            sources = sources.view(view.clone());
        }
        sources
    }
}

/// The sources of a call.
///
/// # Safety
/// As [`raw::options`]; what they point at is NULL or live.
pub(crate) unsafe fn given<'a>(sources: *const citx_sources) -> Result<Given<'a>> {
    // SAFETY: as promised by the caller.
    let Some(sources) = (unsafe { raw::options(sources) })? else { return Ok(Given::default()) };
    // SAFETY: NULL or columns with their size, as promised by the caller.
    let facts = unsafe { raw::options(sources.facts) }?;
    Ok(Given {
        // SAFETY: NULL or live, as promised by the caller.
        events: unsafe { raw::given(sources.events, "events") }?,
        // SAFETY: NULL or live, as promised by the caller.
        view: unsafe { raw::given(sources.view, "view") }?,
        key: sources.key.maybe("key")?.filter(|key| !key.is_empty()),
        facts: facts.as_ref().map(fact_columns).transpose()?,
    })
}

/// As citx_segment_book_evaluate, with events and consent for the rules that ask for them.
///
/// `sources` and `run` may be NULL. `*out` is to be freed with citx_membership_free; it may outlive all that it was made
/// from. Status: as citx_segment_book_evaluate, and INVALID_ARGUMENT for a rule that asks for what was not given. Since
/// 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_segment_book_evaluate_with(
    book: Option<&citx_segment_book>,
    people: Option<&citx_population>,
    as_of: citx_str,
    time_zone: citx_str,
    sources: *const citx_sources,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_membership>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        // SAFETY: NULL or sources with their size, as the header asks.
        let sources = unsafe { given(sources) }?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        let membership = book.evaluate_with(people, &context(&as_of, &time_zone)?, &sources.sources(), &run)?;
        out.write(citx_membership::of(membership));
        Ok(())
    })
}

/// How citx_segment_book_evaluate_with would answer the book, a row for each part: a table of `reads`, `form`,
/// `conditions` and `why`. A form is `compare`, `look up`, `look up patterns`, `look up patterns of coarse codes`,
/// `grid`, `bits`, `compute` or `join`.
///
/// `sources` and `run` may be NULL. `*out` is to be freed with citx_table_free. Status: as
/// citx_segment_book_evaluate_with. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_segment_book_explain_plan(
    book: Option<&citx_segment_book>,
    people: Option<&citx_population>,
    as_of: citx_str,
    time_zone: citx_str,
    sources: *const citx_sources,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        // SAFETY: NULL or sources with their size, as the header asks.
        let sources = unsafe { given(sources) }?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(citx_table::boxed(book.explain_plan(people, &context(&as_of, &time_zone)?, &sources.sources(), &run)?));
        Ok(())
    })
}

/// As citx_segment_book_match, with events and consent; the citizen's key is the record's `key` of `sources`.
///
/// `sources` may be NULL. `*out` is to be freed with citx_names_free. Status: as citx_segment_book_match and
/// citx_segment_book_evaluate_with. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_segment_book_match_with(
    book: Option<&citx_segment_book>,
    record: Option<&citx_record>,
    as_of: citx_str,
    time_zone: citx_str,
    sources: *const citx_sources,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let record = guard::given_lock(record, "record")?;
        // SAFETY: NULL or sources with their size, as the header asks.
        let sources = unsafe { given(sources) }?;
        let names = book.match_record_with(&record, &context(&as_of, &time_zone)?, &sources.sources())?;
        out.write(citx_names::boxed(names));
        Ok(())
    })
}

/// As citx_segment_book_explain, with events and consent; the citizen's key is the record's `key` of `sources`.
///
/// `sources` may be NULL. `*out` is to be freed with citx_explanation_free. Status: as citx_segment_book_explain and
/// citx_segment_book_evaluate_with. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_segment_book_explain_with(
    book: Option<&citx_segment_book>,
    name: citx_str,
    record: Option<&citx_record>,
    as_of: citx_str,
    time_zone: citx_str,
    sources: *const citx_sources,
    out: Option<&mut MaybeUninit<Box<citx_explanation>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(book, err, |book| {
        let out = guard::place(out, "out")?;
        let record = guard::given_lock(record, "record")?;
        // SAFETY: NULL or sources with their size, as the header asks.
        let sources = unsafe { given(sources) }?;
        let context = context(&as_of, &time_zone)?;
        let explanation = book.explain_with(name.text("name")?, &record, &context, &sources.sources())?;
        out.write(Box::new(citx_explanation::of(explanation)));
        Ok(())
    })
}

/// Why one citizen of the membership, by key, a whole number written as text, is in the segment `name` or not.
///
/// `sources` may be NULL. `*out` is to be freed with citx_explanation_free. Status: UNKNOWN_NAME for the segment,
/// NOT_FOUND for the citizen, INVALID_ARGUMENT for a rule that asks for what was not given. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_membership_explain(
    membership: Option<&citx_membership>,
    name: citx_str,
    key: citx_str,
    sources: *const citx_sources,
    out: Option<&mut MaybeUninit<Box<citx_explanation>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(membership, err, |membership| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or sources with their size, as the header asks.
        let sources = unsafe { given(sources) }?;
        let explanation = membership.membership.explain_with(name.text("name")?, key.text("key")?, &sources.sources())?;
        out.write(Box::new(citx_explanation::of(explanation)));
        Ok(())
    })
}
