//! Signals: what arrives from browsers, mailboxes, telephones and lists, read as events and facts.

use std::mem::MaybeUninit;

use engine::consent::signals::{
    self, AddressColumns, AddressList, Bounce, GppString, Ladder, NumberList, OneClick, OptOutMapping, Received, SmsWords, TcfMapping,
    TcfString,
};
use engine::{Date, Error, ErrorKind, Event, Facts, Record, Result, TimeZone, Timestamp};

use super::error::{citx_error, citx_status};
use super::policy::citx_policy;
use super::population::citx_population;
use super::record::{citx_record, zone};
use super::table::citx_table;
use super::text::citx_text;
use crate::guard;
use crate::handle::{ExclusiveHandle as _, Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_pairs, citx_str, citx_strs};

/// Whose signal it is, and where it came from. `citizen` and `at` must be there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_signal {
    /// sizeof(citx_signal).
    pub struct_size: usize,
    /// Key of the citizen.
    pub citizen: citx_str,
    /// When it came; a date starts at midnight UTC.
    pub at: citx_str,
    /// Channel it concerns.
    pub channel: citx_str,
    /// Contact point it concerns.
    pub contact: citx_str,
    /// System it came from.
    pub source: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts.
unsafe impl Options for citx_signal {
    const NAME: &'static str = "citx_signal";
}

/// Which purposes an opt-out concerns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_opt_outs {
    /// sizeof(citx_opt_outs).
    pub struct_size: usize,
    /// Purposes that are a sale of personal data.
    pub sale: citx_strs,
    /// Purposes that are sharing for advertising across contexts.
    pub sharing: citx_strs,
    /// Purposes that are targeted advertising.
    pub targeted_advertising: citx_strs,
    /// What an opt-out is: `objected` (the default) or `refused`.
    pub status: citx_str,
}

// SAFETY: `repr(C)`, a size first, and zeros are empty texts and lists.
unsafe impl Options for citx_opt_outs {
    const NAME: &'static str = "citx_opt_outs";
}

/// The numbers of the Telephone Preference Service, or the Corporate one. Never changes.
pub struct citx_number_list(Shared<NumberList>);
shared!(citx_number_list, NumberList);

/// The addresses of the Mailing Preference Service. Never changes.
pub struct citx_address_list(Shared<AddressList>);
shared!(citx_address_list, AddressList);

/// What the header `Sec-GPC` opts out of: events as citx_ledger_append_table takes them, and the facts that follow: `gpc`, if it is
/// set. `header` is none where there was none.
///
/// `*out` is to be freed with citx_table_free, `*facts` with citx_record_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_signal_gpc(
    signal: *const citx_signal,
    header: citx_str,
    opt_outs: *const citx_opt_outs,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    facts: Option<&mut MaybeUninit<Box<citx_record>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let (out, facts) = (guard::place(out, "out")?, guard::place(facts, "facts")?);
        // SAFETY: NULL or a signal with its size, as the header asks.
        let received = unsafe { self::received(signal) }?;
        // SAFETY: NULL or opt-outs with their size, as the header asks.
        let mapping = unsafe { mapping(opt_outs) }?;
        let (events, found) = signals::gpc_header(header.maybe("header")?.as_deref(), &mapping, &received);
        out.write(table(&events));
        facts.write(record(&found));
        Ok(())
    })
}

/// What an IAB GPP string opts out of. The rest is as for citx_signal_gpc.
///
/// `*out` is to be freed with citx_table_free, `*facts` with citx_record_free. Status: INVALID_ARGUMENT for a string that is none,
/// UNSUPPORTED for another version, LIMIT_EXCEEDED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_signal_gpp(
    signal: *const citx_signal,
    text: citx_str,
    opt_outs: *const citx_opt_outs,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    facts: Option<&mut MaybeUninit<Box<citx_record>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let (out, facts) = (guard::place(out, "out")?, guard::place(facts, "facts")?);
        // SAFETY: NULL or a signal with its size, as the header asks.
        let received = unsafe { self::received(signal) }?;
        // SAFETY: NULL or opt-outs with their size, as the header asks.
        let mapping = unsafe { mapping(opt_outs) }?;
        let (events, found) = mapping.events(text.text("text")?, &received)?;
        out.write(table(&events));
        facts.write(record(&found));
        Ok(())
    })
}

/// What an IAB TCF string says of each purpose. `purposes` names purposes of the policy and the TCF purpose, `1` to `24`, that
/// each needs; one that needs several is named several times. `vendor` must be among the vendors that consent was given to; 0 asks
/// for none.
///
/// `*out` are events, to be freed with citx_table_free. Status: INVALID_ARGUMENT for a string that is none, UNSUPPORTED for another
/// version, LIMIT_EXCEEDED. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_signal_tcf(
    signal: *const citx_signal,
    text: citx_str,
    purposes: citx_pairs,
    vendor: u32,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or a signal with its size, as the header asks.
        let received = unsafe { self::received(signal) }?;
        let wrong = |message: &str| Error::new(ErrorKind::InvalidArgument, message);
        let mut mapping = TcfMapping::new();
        for (purpose, needed) in purposes.pairs("purposes")? {
            mapping =
                mapping.purpose(needed.parse().map_err(|_| wrong("the values of `purposes` must be numbers of TCF purposes"))?, purpose);
        }
        if vendor != 0 {
            mapping = mapping.vendor(u16::try_from(vendor).map_err(|_| wrong("`vendor` is at most 65535"))?);
        }
        out.write(table(&mapping.events(text.text("text")?, &received)?));
        Ok(())
    })
}

/// What a click on an unsubscribe address (RFC 8058) says: consent to the purpose is withdrawn, and objected to.
///
/// `*out` are events, to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_signal_one_click(
    signal: *const citx_signal,
    address: citx_str,
    purpose: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or a signal with its size, as the header asks.
        let received = unsafe { self::received(signal) }?;
        out.write(table(&OneClick::events(purpose.text("purpose")?, address.text("address")?, &received)));
        Ok(())
    })
}

/// What an answer to a text message says: STOP and its like. `purpose` is what the message was for; none for all.
///
/// `*out` are events, none where the answer says nothing, to be freed with citx_table_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_signal_sms(
    signal: *const citx_signal,
    message: citx_str,
    purpose: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or a signal with its size, as the header asks.
        let received = unsafe { self::received(signal) }?;
        let purpose = purpose.maybe("purpose")?;
        out.write(table(&SmsWords::builtin()?.events(message.text("message")?, purpose.as_deref(), &received)));
        Ok(())
    })
}

/// What the bounces of a contact point come to. `history` are instants, as text, and what was at each: `hard`, `soft`,
/// `complaint` or `delivered`; the signal names channel and contact, and its `at` is not used.
///
/// `*out` are events, to be freed with citx_table_free. Status: INVALID_ARGUMENT, OUT_OF_RANGE. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_signal_bounces(
    signal: *const citx_signal,
    history: citx_pairs,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        // SAFETY: NULL or a signal with its size, as the header asks.
        let received = unsafe { self::received(signal) }?;
        let bounce = |(at, kind): (String, String)| Ok(Bounce { at: Timestamp::parse(&at, TimeZone::UTC)?, kind: kind.parse()? });
        let history = history.pairs("history")?.into_iter().map(bounce).collect::<Result<Vec<_>>>()?;
        out.write(table(&Ladder::builtin()?.events(&history, &received)?));
        Ok(())
    })
}

/// All fields of an IAB TCF string of version 2 or 1, as JSON. `*json` is to be freed with citx_text_free. Status:
/// INVALID_ARGUMENT for text that is no such string, UNSUPPORTED, LIMIT_EXCEEDED. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_tcf_json(
    text: citx_str,
    json: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let json = guard::place(json, "json")?;
        json.write(citx_text::boxed(TcfString::parse(text.text("text")?)?.to_json()));
        Ok(())
    })
}

/// All sections of an IAB GPP string, as JSON. `*json` is to be freed with citx_text_free. Status: as citx_tcf_json. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_gpp_json(
    text: citx_str,
    json: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let json = guard::place(json, "json")?;
        json.write(citx_text::boxed(GppString::parse(text.text("text")?)?.to_json()));
        Ok(())
    })
}

/// What an answer to a text message is: `revoked`, `unclear`, `help` or `other`. `*reply` is to be freed with citx_text_free. Status: INVALID_ARGUMENT. Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_sms_reply(
    message: citx_str,
    reply: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let reply = guard::place(reply, "reply")?;
        reply.write(citx_text::boxed(SmsWords::builtin()?.read(message.text("message")?).as_str().to_owned()));
        Ok(())
    })
}

/// The headers by which one click unsubscribes (RFC 8058): `*header` is for `List-Unsubscribe`, `*post` for
/// `List-Unsubscribe-Post`. `address`, which starts with `https:`, and the opaque `token` make the address to post to; `mailto` may be
/// none.
///
/// `*header` and `*post` are to be freed with citx_text_free. Status: INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_one_click_headers(
    address: citx_str,
    token: citx_str,
    mailto: citx_str,
    header: Option<&mut MaybeUninit<Box<citx_text>>>,
    post: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let (header, post) = (guard::place(header, "header")?, guard::place(post, "post")?);
        let headers = OneClick::build(address.text("address")?, token.text("token")?, mailto.maybe("mailto")?.as_deref())?;
        header.write(citx_text::boxed(headers.list_unsubscribe()));
        post.write(citx_text::boxed(headers.list_unsubscribe_post().unwrap_or_default().to_owned()));
        Ok(())
    })
}

/// Whether a POST with this content type and body is a click on such an address. Status: INVALID_ARGUMENT, for a body that is
/// not UTF-8 too. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_is_one_click(
    content_type: citx_str,
    body: citx_str,
    out: Option<&mut MaybeUninit<bool>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        out.write(signals::is_one_click(content_type.text("content_type")?, body.text("body")?.as_bytes()));
        Ok(())
    })
}

/// The numbers of a licensee's file, whose data are as of the day `released`; numbers are compared as `policy` says.
///
/// `*out` is to be freed with citx_number_list_free; it may outlive `policy`. Status: IO, INVALID_ARGUMENT naming the row. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_number_list_read(
    path: citx_str,
    released: citx_str,
    policy: Option<&citx_policy>,
    out: Option<&mut MaybeUninit<Box<citx_number_list>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(policy, err, |named| {
        let out = guard::place(out, "out")?;
        out.write(citx_number_list::boxed(engine::read_number_list(path.text("path")?, day(&released)?, &named.policy)?));
        Ok(())
    })
}

/// How many numbers; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_number_list_len(list: Option<&citx_number_list>) -> usize {
    guard::get(list, 0, NumberList::len)
}

/// Frees a list of numbers; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_number_list_free(list: Option<Box<citx_number_list>>) {
    guard::free(list);
}

/// The addresses of a file, whose data are as of the day `released`. `address` are the columns of its lines; `surname` and
/// `postcode` name a column or are none.
///
/// `*out` is to be freed with citx_address_list_free. Status: IO, UNKNOWN_NAME for a column, INVALID_ARGUMENT. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_address_list_read(
    path: citx_str,
    released: citx_str,
    address: citx_strs,
    surname: citx_str,
    postcode: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_address_list>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        let columns = columns(address.texts("address")?, &surname, &postcode)?;
        out.write(citx_address_list::boxed(engine::read_address_list(path.text("path")?, day(&released)?, &columns)?));
        Ok(())
    })
}

/// How many addresses; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_address_list_len(list: Option<&citx_address_list>) -> usize {
    guard::get(list, 0, AddressList::len)
}

/// How many rows match nobody, because no address could be read; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_address_list_unread(list: Option<&citx_address_list>) -> usize {
    guard::get(list, 0, AddressList::unread)
}

/// Frees a list of addresses; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_address_list_free(list: Option<Box<citx_address_list>>) {
    guard::free(list);
}

/// Screens everyone's number, the fact `phone`, against the TPS and the CTPS: a table of key, `number`, `tps_listed_at`,
/// `tps_screened_at` and `evidence`, for citx_population_with_screening. `previous` is the screening before, or NULL: a number that
/// it found on neither list was registered since.
///
/// `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT where no column is known as `phone`. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_screen_calls(
    people: Option<&citx_population>,
    tps: Option<&citx_number_list>,
    ctps: Option<&citx_number_list>,
    previous: Option<&citx_table>,
    policy: Option<&citx_policy>,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        let out = guard::place(out, "out")?;
        let previous = previous.map(|previous| guard::given(Some(previous), "previous")).transpose()?;
        let (tps, ctps, policy) = (guard::given(tps, "tps")?, guard::given(ctps, "ctps")?, guard::given(policy, "policy")?);
        out.write(citx_table::boxed(signals::screen_calls(people, tps, ctps, previous, &policy.policy)?));
        Ok(())
    })
}

/// Screens everyone's address against the MPS: a table of key, `mps_listed` and `evidence`. `address` are columns of the
/// population, or empty for those known as the fact `address`; then `surname` and `postcode` must be none.
///
/// `*out` is to be freed with citx_table_free. Status: INVALID_ARGUMENT where no column is known as an address, UNKNOWN_NAME for a
/// column. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_screen_post(
    people: Option<&citx_population>,
    mps: Option<&citx_address_list>,
    address: citx_strs,
    surname: citx_str,
    postcode: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        let out = guard::place(out, "out")?;
        let mps = guard::given(mps, "mps")?;
        let columns = columns(address.texts("address")?, &surname, &postcode)?;
        if columns.address.is_empty() && (columns.surname.is_some() || columns.postcode.is_some()) {
            return Err(Error::new(ErrorKind::InvalidArgument, "a surname or postcode goes with `address`"));
        }
        let columns = Some(columns).filter(|columns| !columns.address.is_empty());
        out.write(citx_table::boxed(signals::screen_post(people, mps, columns.as_ref())?));
        Ok(())
    })
}

/// The population with what a screening found, known as facts.
///
/// `*out` is to be freed with citx_population_free; `people` stays valid. Status: INVALID_ARGUMENT, UNKNOWN_NAME for a column.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_population_with_screening(
    people: Option<&citx_population>,
    screening: Option<&citx_table>,
    out: Option<&mut MaybeUninit<Box<citx_population>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(people, err, |people| {
        let out = guard::place(out, "out")?;
        out.write(citx_population::boxed(signals::with_screening(people, guard::given(screening, "screening")?)?));
        Ok(())
    })
}

/// The events of a preference centre's export, a `.csv`, `.parquet`, `.arrow` or `.xlsx` file, by a mapping in a TOML file
/// (docs/spec/signals.md), with keys by which a ledger takes the same file once. `at` is when all of it was said, where the mapping
/// names no column for that; days begin in `time_zone`, none being UTC.
///
/// `*out` is to be freed with citx_table_free. Status: IO, INVALID_ARGUMENT naming column and row, UNKNOWN_NAME. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_preferences_read(
    path: citx_str,
    mapping: citx_str,
    at: citx_str,
    time_zone: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_table>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::create(err, || {
        let out = guard::place(out, "out")?;
        let zone = zone(&time_zone)?;
        let at = super::ledger::instant(&at, "at", zone)?;
        let mapping = engine::read_preference_mapping(mapping.text("mapping")?)?;
        out.write(table(&engine::read_preferences(path.text("path")?, &mapping, at, zone)?));
        Ok(())
    })
}

fn table(events: &[Event]) -> Box<citx_table> {
    citx_table::boxed(Event::to_table(events))
}

fn record(facts: &Facts) -> Box<citx_record> {
    citx_record::boxed(facts.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect::<Record>())
}

/// # Safety
/// As [`raw::options`].
unsafe fn received(signal: *const citx_signal) -> Result<Received> {
    // SAFETY: as promised by the caller.
    let given = unsafe { raw::options(signal) }?.ok_or_else(|| guard::null("signal"))?;
    let at = Timestamp::parse(given.at.text("at")?, TimeZone::UTC).map_err(|error| error.context("`at`"))?;
    let mut received = Received::new(given.citizen.text("citizen")?, at);
    received.channel = given.channel.maybe("channel")?;
    received.contact = given.contact.maybe("contact")?;
    received.source = given.source.maybe("source")?;
    Ok(received)
}

/// # Safety
/// As [`raw::options`].
unsafe fn mapping(opt_outs: *const citx_opt_outs) -> Result<OptOutMapping> {
    // SAFETY: as promised by the caller.
    let given = unsafe { raw::options(opt_outs) }?.ok_or_else(|| guard::null("opt_outs"))?;
    let mapping = given.sale.texts("sale")?.into_iter().fold(OptOutMapping::new(), OptOutMapping::sale);
    let mapping = given.sharing.texts("sharing")?.into_iter().fold(mapping, OptOutMapping::sharing);
    let targeted = given.targeted_advertising.texts("targeted_advertising")?;
    let mapping = targeted.into_iter().fold(mapping, OptOutMapping::targeted_advertising);
    match given.status.text("status")? {
        "" | "objected" => Ok(mapping),
        "refused" => Ok(mapping.refusals()),
        _ => Err(Error::new(ErrorKind::InvalidArgument, "`status` is `objected` or `refused`")),
    }
}

fn columns(address: Vec<String>, surname: &citx_str, postcode: &citx_str) -> Result<AddressColumns> {
    let mut columns = AddressColumns::new(address);
    columns.surname = surname.maybe("surname")?;
    columns.postcode = postcode.maybe("postcode")?;
    Ok(columns)
}

fn day(text: &citx_str) -> Result<Date> {
    text.text("released")?.parse().map_err(|error: Error| error.context("`released`"))
}
