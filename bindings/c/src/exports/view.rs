//! Consent at one instant.

use std::mem::MaybeUninit;

use engine::{Bitmap, ConsentView, TimeZone, Timestamp};

use super::decision::{citx_decision, citx_question, question};
use super::error::{citx_error, citx_status};
use super::policy::citx_policy;
use super::population::citx_population;
use super::run::citx_run_options;
use super::table::{citx_table, single};
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, citx_str};

/// The consent of everyone at one instant. Never changes.
pub struct citx_view(Shared<ConsentView>);
shared!(citx_view, ConsentView);

/// The consent that a table of events leaves at `as_of`, with no ledger: columns named as the fields of citx_event, of
/// which `citizen`, `status` and `captured_at` must be there. The events are numbered from 1 by row. A date starts at
/// midnight in the controller's zone.
///
/// `*out` is to be freed with citx_view_free; it may outlive `events` and `policy`. Status: UNKNOWN_NAME for a column,
/// INVALID_ARGUMENT naming column and row, POLICY_INVALID without a controller. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_view_from_events(
    events: Option<&citx_table>,
    policy: Option<&citx_policy>,
    as_of: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_view>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(events, err, |events| {
        let out = guard::place(out, "out")?;
        let policy = &guard::given(policy, "policy")?.policy;
        let zone = policy.controller().map_or(TimeZone::UTC, |controller| controller.time_zone);
        let as_of = Timestamp::parse(as_of.text("as_of")?, zone)?;
        out.write(citx_view::boxed(ConsentView::from_table(events, policy, as_of)?));
        Ok(())
    })
}

/// One decision at the instant of the view.
///
/// `*out` is to be freed with citx_decision_free. Status: UNKNOWN_NAME for a fact, INVALID_ARGUMENT, also for a fact of
/// another type, BUSY. An unknown purpose or channel is denied, which is not an error. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_view_decide(
    view: Option<&citx_view>,
    question: *const citx_question,
    out: Option<&mut MaybeUninit<Box<citx_decision>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(view, err, |view| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or a question with its size, as the header asks.
        let question = unsafe { self::question(question) }?;
        out.write(citx_decision::of(view.decide(&question)?));
        Ok(())
    })
}

/// Whether each citizen may be contacted, in population order, without nulls: a table of one column. Facts come from
/// the fact columns.
///
/// `run` may be NULL. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT, CANCELLED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_view_mask(
    view: Option<&citx_view>,
    people: Option<&citx_population>,
    purpose: citx_str,
    channel: citx_str,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(view, err, |view| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        out.write(single(view.mask(people, purpose.text("purpose")?, channel.text("channel")?, &run)?)?);
        Ok(())
    })
}

/// Prepares to decide about everyone in `people`, for every purpose and channel of the policy. The first question about a
/// population does it where it was not done before; a view keeps it for the population asked about last.
///
/// `run` may be NULL. Status: INVALID_ARGUMENT, UNKNOWN_NAME for a mapped column that is not there, CANCELLED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_view_bind(
    view: Option<&citx_view>,
    people: Option<&citx_population>,
    run: *const citx_run_options,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(view, err, |view| {
        let people = guard::given(people, "people")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        view.bind(people, &run)
    })
}

/// The outcome and the rule for each citizen: a table of `outcome` (`allow`, `deny` or `defer`) and `rule`, in population
/// order, both dictionaries of texts. Facts come from the fact columns.
///
/// `run` may be NULL. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT, UNKNOWN_NAME for a mapped column
/// that is not there, CANCELLED. An unknown purpose or channel is denied, which is not an error. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_view_decide_many(
    view: Option<&citx_view>,
    people: Option<&citx_population>,
    purpose: citx_str,
    channel: citx_str,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(view, err, |view| {
        let out = guard::place(out, "out")?;
        let people = guard::given(people, "people")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        let (purpose, channel) = (purpose.text("purpose")?, channel.text("channel")?);
        let verdicts = view.decide_many(people, &Bitmap::ones(people.len()), purpose, channel, &[], &run)?;
        out.write(citx_table::boxed(verdicts.to_table(view.policy())?));
        Ok(())
    })
}

/// Frees a view; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_view_free(view: Option<Box<citx_view>>) {
    guard::free(view);
}
