//! Policies and the facts of one decision.

use std::mem::MaybeUninit;

use engine::{Controller, Date, Error, ErrorKind, Facts, FrequencyCap, Policy, Purpose, QuietHours, Result, Timestamp, Value};

use super::error::{citx_error, citx_status};
use super::population::schema_table;
use super::record::zone;
use super::table::citx_table;
use super::text::citx_names;
use crate::guard;
use crate::handle::{Exclusive, ExclusiveHandle as _, Shared, SharedHandle as _, exclusive, shared};
use crate::raw::{self, Options, citx_pairs, citx_str, citx_strs};

/// Versioned rule data, made the body's own by its controller and purposes. Never changes.
pub struct citx_policy(Shared<Named>);
shared!(citx_policy, Named);

/// A policy with its id, so that the id can be a view.
pub(crate) struct Named {
    pub(crate) policy: Policy,
    id: String,
}

/// Facts known for one decision, set by the slots that citx_policy_fact gives.
pub struct citx_facts(Exclusive<Slots>);
exclusive!(citx_facts, Slots);

/// One place for each fact of a policy.
pub(crate) struct Slots {
    names: Vec<String>,
    values: Vec<Option<Value>>,
}

/// What the controller contacts people for, and on which lawful basis.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_purpose {
    /// sizeof(citx_purpose).
    pub struct_size: usize,
    /// Its name.
    pub name: citx_str,
    /// `direct_marketing`, `service`, ...
    pub message_class: citx_str,
    /// `consent`, `contract`, ...
    pub basis: citx_str,
    /// Further constants by name, such as `justification.task`.
    pub constants: citx_pairs,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists.
unsafe impl Options for citx_purpose {
    const NAME: &'static str = "citx_purpose";
}

/// When permitted messages are deferred. `start` and `end` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_quiet_hours {
    /// sizeof(citx_quiet_hours).
    pub struct_size: usize,
    /// When they begin on the controller's clock, such as `21:00`.
    pub start: citx_str,
    /// When they end, on the next day unless it is later; `24:00` is the end of the day.
    pub end: citx_str,
    /// The days on which they begin, `monday` to `sunday`; left out: every day.
    pub days: citx_strs,
    /// The kinds of channel that they hold for; left out: all.
    pub channel_kinds: citx_strs,
    /// The message classes that they hold for; left out: all. Emergency and statutory messages never wait.
    pub message_classes: citx_strs,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists.
unsafe impl Options for citx_quiet_hours {
    const NAME: &'static str = "citx_quiet_hours";
}

/// How often a citizen is contacted at most. `at_most` and `within` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_frequency_cap {
    /// sizeof(citx_frequency_cap).
    pub struct_size: usize,
    /// How many messages there may be, from 1.
    pub at_most: u32,
    /// In any stretch of time this long, such as `7 days`.
    pub within: citx_str,
    /// The kinds of channel whose messages count together; left out: all.
    pub channel_kinds: citx_strs,
    /// The message classes that count together; left out: all.
    pub message_classes: citx_strs,
}

// SAFETY: `repr(C)`, a size first, and zeros are no number, empty texts and lists.
unsafe impl Options for citx_frequency_cap {
    const NAME: &'static str = "citx_frequency_cap";
}

impl citx_policy {
    fn of(policy: Policy) -> Box<Self> {
        let id = policy.id();
        Self::boxed(Named { policy, id })
    }
}

impl Slots {
    /// The facts that are set.
    pub(crate) fn facts(&self) -> Facts {
        let set = self.names.iter().zip(&self.values).filter_map(|(name, value)| Some((name, value.as_ref()?)));
        set.fold(Facts::new(), |facts, (name, value)| facts.with(name, value.clone()))
    }

    fn set(&mut self, slot: u32, value: Value) -> Result<()> {
        let slots = self.values.len();
        match self.values.get_mut(slot as usize) {
            Some(place) => {
                *place = Some(value);
                Ok(())
            }
            None => Err(Error::new(ErrorKind::OutOfRange, format!("there is no slot {slot}; the policy has {slots} facts"))),
        }
    }
}

/// A policy that ships with citx, such as `uk-2026`. `*out` is to be freed with citx_policy_free. Status: UNKNOWN_NAME,
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_builtin(
    name: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_policy>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_policy::of(Policy::builtin(name.text("name")?)?));
        Ok(())
    })
}

/// A policy from its TOML text. `*out` is to be freed with citx_policy_free. Status: POLICY_INVALID,
/// POLICY_UNSUPPORTED, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_parse(
    toml: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_policy>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_policy::of(Policy::parse(toml.text("toml")?)?));
        Ok(())
    })
}

/// A policy from a TOML file. `*out` is to be freed with citx_policy_free. Status: IO, and as citx_policy_parse. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_read(
    path: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_policy>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(citx_policy::of(engine::read_policy(path.text("path")?)?));
        Ok(())
    })
}

/// The same rules for this body. `kind` is `public_authority`, `housing_association`, `charity` or `company`; its days
/// begin in `time_zone`.
///
/// `*out` is to be freed with citx_policy_free; `policy` stays valid. Status: INVALID_ARGUMENT, UNKNOWN_NAME for the
/// zone. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_with_controller(
    policy: Option<&citx_policy>,
    name: citx_str,
    kind: citx_str,
    time_zone: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_policy>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        let out = guard::place(out, "out")?;
        let controller = Controller::new(name.text("name")?, kind.text("kind")?, zone(&time_zone)?);
        out.write(citx_policy::of(named.policy.with_controller(controller)?));
        Ok(())
    })
}

/// The same with one more purpose, or another one of that name.
///
/// `*out` is to be freed with citx_policy_free; `policy` stays valid. Status: INVALID_ARGUMENT, UNKNOWN_NAME for a
/// constant. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_policy_with_purpose(
    policy: Option<&citx_policy>,
    purpose: *const citx_purpose,
    out: Option<&mut MaybeUninit<Box<citx_policy>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or a purpose with its size, as the header asks.
        let given = unsafe { raw::options(purpose) }?.ok_or_else(|| guard::null("purpose"))?;
        let purpose = Purpose::new(given.name.text("name")?, given.message_class.text("message_class")?, given.basis.text("basis")?);
        let constants = given.constants.pairs("constants")?;
        let purpose = constants.into_iter().fold(purpose, |purpose, (name, value)| purpose.constant(name, value));
        out.write(citx_policy::of(named.policy.with_purpose(purpose)?));
        Ok(())
    })
}

/// The same with more quiet hours, in which permitted messages are deferred.
///
/// `*out` is to be freed with citx_policy_free; `policy` stays valid. Status: POLICY_INVALID for a time or day that is none, or
/// an unknown kind or class, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_policy_with_quiet_hours(
    policy: Option<&citx_policy>,
    quiet_hours: *const citx_quiet_hours,
    out: Option<&mut MaybeUninit<Box<citx_policy>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or quiet hours with their size, as the header asks.
        let given = unsafe { raw::options(quiet_hours) }?.ok_or_else(|| guard::null("quiet_hours"))?;
        let quiet = QuietHours::new(given.start.text("start")?, given.end.text("end")?)
            .days(given.days.texts("days")?)
            .channel_kinds(given.channel_kinds.texts("channel_kinds")?)
            .message_classes(given.message_classes.texts("message_classes")?);
        out.write(citx_policy::of(named.policy.with_quiet_hours(quiet)?));
        Ok(())
    })
}

/// The same with one more cap on how often a citizen is contacted, counted from events `disclosed`, which writing an
/// audience appends to the ledger.
///
/// `*out` is to be freed with citx_policy_free; `policy` stays valid. Status: POLICY_INVALID for no message, a time that is
/// none, or an unknown kind or class, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_policy_with_frequency_cap(
    policy: Option<&citx_policy>,
    cap: *const citx_frequency_cap,
    out: Option<&mut MaybeUninit<Box<citx_policy>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or a cap with its size, as the header asks.
        let given = unsafe { raw::options(cap) }?.ok_or_else(|| guard::null("cap"))?;
        let cap = FrequencyCap::new(given.at_most, given.within.text("within")?)
            .channel_kinds(given.channel_kinds.texts("channel_kinds")?)
            .message_classes(given.message_classes.texts("message_classes")?);
        out.write(citx_policy::of(named.policy.with_frequency_cap(cap)?));
        Ok(())
    })
}

/// `uk-2026@1.0.0#hash`; the hash covers rules, controller, purposes, quiet hours and caps. Valid until `policy` is freed; none for NULL.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_id(policy: Option<&citx_policy>) -> citx_str {
    guard::get(policy, citx_str::NONE, |named| citx_str::view(&named.id))
}

/// Its rules: a table of `order`, `stage`, `id`, `guard`, `outcome`, `basis`, `when_unknown`, `because`, `reason`,
/// `condition`, `source`, `confidence`, `reach`, in the order in which they are asked.
///
/// `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_explain(
    policy: Option<&citx_policy>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        guard::place(out, "out")?.write(citx_table::boxed(named.policy.explain()));
        Ok(())
    })
}

/// The rules that can be shown never to decide: a table of `rule` and `finding`, a row each.
///
/// `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_check(
    policy: Option<&citx_policy>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        guard::place(out, "out")?.write(citx_table::boxed(named.policy.check()));
        Ok(())
    })
}

/// Which rules can allow a message: a table with a row for each message class and a column for each kind of channel.
///
/// `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_compact(
    policy: Option<&citx_policy>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        guard::place(out, "out")?.write(citx_table::boxed(named.policy.compact()));
        Ok(())
    })
}

/// What is different in `other`: a table of `what`, `name`, `change`, `field`, `from`, `to`.
///
/// `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_diff(
    policy: Option<&citx_policy>,
    other: Option<&citx_policy>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        let out = guard::place(out, "out")?;
        out.write(citx_table::boxed(named.policy.diff(&guard::given(other, "other")?.policy)));
        Ok(())
    })
}

/// The channels it knows. `*out` is to be freed with citx_names_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_channels(
    policy: Option<&citx_policy>,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        let channels = named.policy.channels().into_iter().map(str::to_owned).collect();
        guard::place(out, "out")?.write(citx_names::boxed(channels));
        Ok(())
    })
}

/// The facts that a question may carry: a table of `name` and `type`. `*out` is to be freed with citx_table_free.
/// Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_facts(
    policy: Option<&citx_policy>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        guard::place(out, "out")?.write(schema_table(named.policy.facts())?);
        Ok(())
    })
}

/// The slot of the fact `name`, for the citx_facts_set functions with facts of this policy. Status: UNKNOWN_NAME,
/// INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_fact(
    policy: Option<&citx_policy>,
    name: citx_str,
    slot: Option<&mut MaybeUninit<u32>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        let slot = guard::place(slot, "slot")?;
        let name = name.text("name")?;
        let (index, _) = named
            .policy
            .facts()
            .find(name)
            .ok_or_else(|| Error::new(ErrorKind::UnknownName, format!("the policy has no fact `{name}`")))?;
        slot.write(u32::try_from(index).map_err(|_| Error::new(ErrorKind::LimitExceeded, "too many facts"))?);
        Ok(())
    })
}

/// Frees a policy; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_policy_free(policy: Option<Box<citx_policy>>) {
    guard::free(policy);
}

/// No facts yet; what is not set is unknown. `*out` is to be freed with citx_facts_free; it may outlive `policy`.
/// Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_facts_new(
    policy: Option<&citx_policy>,
    out: Option<&mut MaybeUninit<Box<citx_facts>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        let out = guard::place(out, "out")?;
        let names: Vec<String> = named.policy.facts().attributes().iter().map(|fact| fact.name.clone()).collect();
        out.write(citx_facts::boxed(Slots { values: names.iter().map(|_| None).collect(), names }));
        Ok(())
    })
}

/// Sets a fact to true or false. Status: OUT_OF_RANGE for the slot, INVALID_ARGUMENT, BUSY. A value of another type
/// than the fact's is found when a decision is asked. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_facts_set_bool(
    facts: *mut citx_facts,
    slot: u32,
    value: bool,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(facts) }, err, |facts| facts.set(slot, Value::Boolean(value)))
}

/// Sets a fact to a whole number. Status: as citx_facts_set_bool. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_facts_set_int(
    facts: *mut citx_facts,
    slot: u32,
    value: i64,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(facts) }, err, |facts| facts.set(slot, Value::Integer(value)))
}

/// Sets a fact to a floating point number. Status: as citx_facts_set_bool. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_facts_set_float(
    facts: *mut citx_facts,
    slot: u32,
    value: f64,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(facts) }, err, |facts| facts.set(slot, Value::Float(value)))
}

/// Sets a fact to text, which is copied. Status: as citx_facts_set_bool. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_facts_set_str(
    facts: *mut citx_facts,
    slot: u32,
    value: citx_str,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(facts) }, err, |facts| facts.set(slot, Value::Text(value.text("value")?.to_owned())))
}

/// Sets a fact to a date: days since 1970-01-01. Status: as citx_facts_set_bool. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_facts_set_date(
    facts: *mut citx_facts,
    slot: u32,
    days: i32,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(facts) }, err, |facts| facts.set(slot, Value::Date(Date::from_days(days))))
}

/// Sets a fact to an instant: microseconds since 1970-01-01T00:00:00Z. Status: as citx_facts_set_bool. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_facts_set_instant(
    facts: *mut citx_facts,
    slot: u32,
    micros: i64,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(facts) }, err, |facts| facts.set(slot, Value::Timestamp(Timestamp::from_micros(micros))))
}

/// Sets a fact to null: unknown. Status: as citx_facts_set_bool. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_facts_set_null(
    facts: *mut citx_facts,
    slot: u32,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(facts) }, err, |facts| facts.set(slot, Value::Null))
}

/// Forgets all facts, so that the same object serves the next decision. Status: INVALID_ARGUMENT, BUSY. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_facts_clear(facts: *mut citx_facts, err: Option<&mut MaybeUninit<Box<citx_error>>>) -> citx_status {
    // SAFETY: NULL or live, as the header asks.
    guard::change(unsafe { raw::object(facts) }, err, |facts| {
        facts.values.fill(None);
        Ok(())
    })
}

/// Frees facts; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_facts_free(facts: Option<Box<citx_facts>>) {
    guard::free(facts);
}
