//! The audience of a segment.

use std::mem::MaybeUninit;

use engine::{Audience, AudienceOptions, Cap, CustomerMatchOptions, EqualityOptions, Error, ErrorKind, NotifyOptions, QuietHours, Result};

use super::error::{citx_error, citx_status};
use super::events::citx_events;
use super::figures::citx_breakdowns;
use super::membership::citx_segment;
use super::run::citx_run_options;
use super::table::citx_table;
use super::text::citx_names;
use super::view::citx_view;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_pairs, citx_str, citx_strs};

/// Who may be contacted, and why not the others. Never changes.
pub struct citx_audience(Shared<Audience>);
shared!(citx_audience, Audience);

/// What is sent, and which way. `purpose` and `channels` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_audience_options {
    /// sizeof(citx_audience_options).
    pub struct_size: usize,
    /// The purpose of the message.
    pub purpose: citx_str,
    /// The channels to try, in the caller's order.
    pub channels: citx_strs,
    /// `citizen` (the default): the citizen's preferred channel is tried first; `caller`: the caller's order alone.
    pub prefer: citx_str,
    /// `household`: one message for each household at most; left out: everyone for themselves.
    pub one_per: citx_str,
    /// How many contacts there may be in `cap_days` days; heeded where `cap_contacts` is given.
    pub cap_at_most: u32,
    /// The days of the cap.
    pub cap_days: u32,
    /// The contacts that were made; NULL for no cap beside the policy's own.
    pub cap_contacts: *const citx_events,
    /// The kinds of event that are contacts; empty: all.
    pub cap_kinds: citx_strs,
    /// The channels whose contacts count together, and which the cap holds for; empty: all.
    pub cap_channels: citx_strs,
    /// When hours begin in which this message waits, such as `21:00`, beside the policy's own; empty for none.
    pub quiet_from: citx_str,
    /// When they end, such as `08:00`.
    pub quiet_to: citx_str,
    /// The share of those allowed who are held out, in [0, 1).
    pub holdout: f64,
    /// The seed of the draw that holds out.
    pub seed: u64,
}

// SAFETY: `repr(C)`, a size first, and zeros are NULL, empty texts and lists, and numbers.
unsafe impl Options for citx_audience_options {
    const NAME: &'static str = "citx_audience_options";
}

/// The members of a segment who may be contacted, and why not the others: the only road to a contact list.
///
/// `run` may be NULL. `*out` is to be freed with citx_audience_free; it may outlive `segment` and `view`. Status:
/// INVALID_ARGUMENT, OUT_OF_RANGE for a cap or a holdout that is none, UNKNOWN_NAME for a channel of the cap,
/// POLICY_UNSUPPORTED for a cap or quiet hours that no rule of the policy heeds, CANCELLED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_segment_audience(
    segment: Option<&citx_segment>,
    view: Option<&citx_view>,
    options: *const citx_audience_options,
    run: *const citx_run_options,
    out: Option<&mut MaybeUninit<Box<citx_audience>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(segment, err, |segment| {
        let out = guard::place(out, "out")?;
        let view = guard::given(view, "view")?;
        // SAFETY: NULL or options with their size, as the header asks.
        let options = unsafe { raw::options(options) }?.ok_or_else(|| guard::null("options"))?;
        // SAFETY: NULL or options with their size, as the header asks.
        let run = unsafe { raw::run(run) }?;
        // SAFETY: NULL or live, as the header asks.
        let options = unsafe { audience_options(&options) }?;
        out.write(citx_audience::boxed(segment.audience(view, &options, &run)?));
        Ok(())
    })
}

/// Key, channel, basis, rule: one row for each citizen who may be contacted, in population order. `*out` is to be freed
/// with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_allowed(
    audience: Option<&citx_audience>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(audience, err, |audience| {
        guard::place(out, "out")?.write(citx_table::boxed(audience.allowed().clone()));
        Ok(())
    })
}

/// Key, channel, reason, rule: one row for each channel tried in vain. `*out` is to be freed with citx_table_free.
/// Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_refused(
    audience: Option<&citx_audience>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(audience, err, |audience| {
        guard::place(out, "out")?.write(citx_table::boxed(audience.refused().clone()));
        Ok(())
    })
}

/// Key, channel: one row for each citizen who might be contacted and is held out. `*out` is to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_held_out(
    audience: Option<&citx_audience>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(audience, err, |audience| {
        guard::place(out, "out")?.write(citx_table::boxed(audience.held_out().clone()));
        Ok(())
    })
}

/// Outcome (`allow`, `deny`, `defer`, `held_out`), channel, rule, reason and how many. `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_summary(
    audience: Option<&citx_audience>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(audience, err, |audience| {
        guard::place(out, "out")?.write(citx_table::boxed(audience.summary()));
        Ok(())
    })
}

/// Whether one of the allowed may not be contacted any more within 400 days, or only by another rule, though nobody does
/// anything; then `*micros` is the first such instant, from which the list must not be used: microseconds since
/// 1970-01-01T00:00:00Z. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_expires_at(audience: Option<&citx_audience>, micros: Option<&mut MaybeUninit<i64>>) -> bool {
    guard::get(audience, false, |audience| match (audience.expires_at(), micros) {
        (Some(expires), Some(micros)) => {
            micros.write(expires.as_micros());
            true
        }
        (expires, _) => expires.is_some(),
    })
}

/// Whom the gate leaves out: by, group, members, allowed, share, ci_low, ci_high, ratio, difference, difference_ci_low,
/// difference_ci_high, level, suppressed: everyone first, then the groups of each breakdown by columns of the population.
///
/// `level` 0 is 0.95. Groups of fewer than `min_base` members are withheld (10 is usual, 0 withholds none), and others with
/// them as far as they would give these away. `*out` is to be freed with citx_table_free. Status: UNKNOWN_NAME for a column,
/// INVALID_ARGUMENT, OUT_OF_RANGE for a level that is none. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_equality(
    audience: Option<&citx_audience>,
    by: citx_breakdowns,
    level: f64,
    min_base: u64,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(audience, err, |audience| {
        let out = guard::place(out, "out")?;
        let options = EqualityOptions::default().level(if level == 0.0 { 0.95 } else { level }).min_base(min_base);
        out.write(citx_table::boxed(audience.equality(&by.breakdowns()?, &options)?));
        Ok(())
    })
}

/// The same audience for another system: `system` is the recipient that the ledger records with what is handed out to it by
/// the citx_audience_write functions; without it, that is the kind of file.
///
/// `*out` is to be freed with citx_audience_free; `audience` stays valid. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_for_system(
    audience: Option<&citx_audience>,
    system: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_audience>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(audience, err, |audience| {
        let out = guard::place(out, "out")?;
        out.write(citx_audience::boxed(audience.for_system(system.text("system")?)));
        Ok(())
    })
}

/// Writes key, channel, contact, basis and rule of everyone who may be contacted as CSV. Status: IO, INVALID_ARGUMENT.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_write_csv(
    audience: Option<&citx_audience>,
    path: citx_str,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(audience, err, |audience| engine::write_audience_csv(audience, path.text("path")?))
}

/// The same as Parquet. Status: IO, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_write_parquet(
    audience: Option<&citx_audience>,
    path: citx_str,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(audience, err, |audience| engine::write_audience_parquet(audience, path.text("path")?))
}

/// Writes GOV.UK Notify files, one for each channel, split at Notify's row limit: `PREFIX-CHANNEL-K.csv`, the prefix
/// `audience` if empty. `personalisation` names placeholder and column.
///
/// `*out` are the files' paths, to be freed with citx_names_free. Status: UNKNOWN_NAME for a column, INVALID_ARGUMENT
/// for a channel that Notify does not have or without contact facts, IO. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_write_notify(
    audience: Option<&citx_audience>,
    directory: citx_str,
    prefix: citx_str,
    personalisation: citx_pairs,
    out: Option<&mut MaybeUninit<Box<citx_names>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(audience, err, |audience| {
        let out = guard::place(out, "out")?;
        let mut options = NotifyOptions::default();
        options.personalisation = personalisation.pairs("personalisation")?;
        options.prefix = Some(prefix.text("prefix")?).filter(|prefix| !prefix.is_empty()).map(str::to_owned);
        let paths = engine::write_notify(audience, directory.text("directory")?, &options)?;
        out.write(citx_names::boxed(paths.iter().map(|path| path.to_string_lossy().into_owned()).collect()));
        Ok(())
    })
}

/// Writes the file that Google Customer Match takes: Email, Phone, First Name, Last Name, Country, Zip, contact points and
/// names hashed by SHA-256. `columns` names columns of the citizens for `first_name`, `last_name`, `country` and `zip`.
///
/// `*out` is key and reason of those left out, because none of their contact points is allowed and valid, to be freed with
/// citx_table_free. Status: INVALID_ARGUMENT for a purpose that is not of the class `ad_audience`, UNKNOWN_NAME for a column,
/// IO. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_write_customer_match(
    audience: Option<&citx_audience>,
    path: citx_str,
    columns: citx_pairs,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(audience, err, |audience| {
        let out = guard::place(out, "out")?;
        let columns = columns.pairs("columns")?;
        let options = columns.iter().try_fold(CustomerMatchOptions::new(), |options, (name, column)| options.column(name, column))?;
        out.write(citx_table::boxed(engine::write_customer_match(audience, path.text("path")?, &options)?));
        Ok(())
    })
}

/// Frees an audience; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_audience_free(audience: Option<Box<citx_audience>>) {
    guard::free(audience);
}

/// # Safety
/// The contacts are NULL or live.
unsafe fn audience_options(given: &citx_audience_options) -> Result<AudienceOptions> {
    let wrong = |message: &str| Err(Error::new(ErrorKind::InvalidArgument, message));
    let options = AudienceOptions::new(given.purpose.text("purpose")?, given.channels.texts("channels")?);
    let options = match given.prefer.text("prefer")? {
        "" | "citizen" => options.prefer_citizen(true),
        "caller" => options.prefer_citizen(false),
        _ => return wrong("`prefer` is `citizen` or `caller`"),
    };
    let mut options = match given.one_per.text("one_per")? {
        "" => options,
        "household" => options.one_per_household(true),
        _ => return wrong("`one_per` is `household` or left out"),
    };
    // SAFETY: as promised by the caller.
    if let Some(contacts) = unsafe { raw::given(given.cap_contacts, "cap_contacts") }? {
        let cap = Cap::new(given.cap_at_most, given.cap_days, contacts.clone());
        options = options.cap(cap.kinds(given.cap_kinds.texts("cap_kinds")?).channels(given.cap_channels.texts("cap_channels")?));
    }
    let (from, to) = (given.quiet_from.text("quiet_from")?, given.quiet_to.text("quiet_to")?);
    if !from.is_empty() || !to.is_empty() {
        options = options.quiet_hours(QuietHours::new(from, to));
    }
    Ok(options.holdout(given.holdout, given.seed))
}
