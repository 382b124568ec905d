//! Questions and decisions.

use std::mem::MaybeUninit;
use std::ptr;

use engine::{Decision, Outcome, Question, Result};

use super::policy::citx_facts;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_str};

/// The answer to a question, with its legal reason and evidence. Never changes; its texts are views, valid until it is
/// freed.
pub struct citx_decision(Shared<Decision>);
shared!(citx_decision, Decision);

/// What is asked: may we contact this citizen, about this, this way?
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_question {
    /// sizeof(citx_question).
    pub struct_size: usize,
    /// Key of the citizen.
    pub citizen: citx_str,
    /// Purpose of the message.
    pub purpose: citx_str,
    /// Channel of the message.
    pub channel: citx_str,
    /// Topic within the purpose, if any.
    pub topic: citx_str,
    /// What else is known; NULL for nothing.
    pub facts: *const citx_facts,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and no facts.
unsafe impl Options for citx_question {
    const NAME: &'static str = "citx_question";
}

/// Allow, deny or defer: one of CITX_OUTCOME_*.
pub type citx_outcome = u32;

/// No: the answer of a decision that is not there.
pub const CITX_OUTCOME_DENY: citx_outcome = 0;
/// Yes.
pub const CITX_OUTCOME_ALLOW: citx_outcome = 1;
/// Not now.
pub const CITX_OUTCOME_DEFER: citx_outcome = 2;

impl citx_decision {
    pub(crate) fn of(decision: Decision) -> Box<Self> {
        Self::boxed(decision)
    }
}

/// The question at a pointer.
///
/// # Safety
/// As [`raw::options`]; its facts are NULL or live.
pub(crate) unsafe fn question(pointer: *const citx_question) -> Result<Question> {
    // SAFETY: as promised by the caller.
    let given = unsafe { raw::options(pointer) }?.ok_or_else(|| guard::null("question"))?;
    let mut question = Question::new(given.citizen.text("citizen")?, given.purpose.text("purpose")?, given.channel.text("channel")?);
    question.topic = given.topic.maybe("topic")?;
    // SAFETY: NULL or live, as promised by the caller.
    let facts: Option<&citx_facts> = unsafe { given.facts.as_ref() };
    if facts.is_some() {
        question.facts = guard::given_lock(facts, "facts")?.facts();
    }
    Ok(question)
}

/// Allow, deny or defer; CITX_OUTCOME_DENY for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_outcome(decision: Option<&citx_decision>) -> citx_outcome {
    guard::get(decision, CITX_OUTCOME_DENY, |decision| match decision.outcome {
        Outcome::Allow => CITX_OUTCOME_ALLOW,
        Outcome::Deny => CITX_OUTCOME_DENY,
        Outcome::Defer => CITX_OUTCOME_DEFER,
    })
}

/// Whether the outcome is to allow; false for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_allowed(decision: Option<&citx_decision>) -> bool {
    guard::get(decision, false, Decision::allowed)
}

/// The rule that decided, such as `R13`. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_rule(decision: Option<&citx_decision>) -> citx_str {
    guard::get(decision, citx_str::NONE, |decision| citx_str::view(&decision.rule))
}

/// The rule that permitted it, before timing; none where none did. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_permitted_by(decision: Option<&citx_decision>) -> citx_str {
    guard::get(decision, citx_str::NONE, |decision| citx_str::view_of(decision.permitted_by.as_deref()))
}

/// The basis relied on when allowed: `consent`, ..., `soft_opt_in`; else none. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_basis(decision: Option<&citx_decision>) -> citx_str {
    guard::get(decision, citx_str::NONE, |decision| citx_str::view_of(decision.basis.as_deref()))
}

/// The reason, in plain words. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_reason(decision: Option<&citx_decision>) -> citx_str {
    guard::get(decision, citx_str::NONE, |decision| citx_str::view(&decision.reason))
}

/// The policy that decided, `uk-2026@1.0.0#hash`. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_policy(decision: Option<&citx_decision>) -> citx_str {
    guard::get(decision, citx_str::NONE, |decision| citx_str::view(&decision.policy))
}

/// How many events the deciding rule read; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_num_evidence(decision: Option<&citx_decision>) -> usize {
    guard::get(decision, 0, |decision| decision.evidence.len())
}

/// Their ids, citx_decision_num_evidence of them, valid until `decision` is freed; NULL where there are none. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_evidence(decision: Option<&citx_decision>) -> *const u64 {
    guard::get(decision, ptr::null(), |decision| if decision.evidence.is_empty() { ptr::null() } else { decision.evidence.as_ptr() })
}

/// Whether the same events and facts give another answer within 400 days; then `*micros` is the instant: microseconds
/// since 1970-01-01T00:00:00Z. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_until(decision: Option<&citx_decision>, micros: Option<&mut MaybeUninit<i64>>) -> bool {
    guard::get(decision, false, |decision| match (decision.until, micros) {
        (Some(until), Some(micros)) => {
            micros.write(until.as_micros());
            true
        }
        (until, _) => until.is_some(),
    })
}

/// Frees a decision; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_decision_free(decision: Option<Box<citx_decision>>) {
    guard::free(decision);
}
