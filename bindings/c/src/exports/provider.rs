//! The consent check of Dynamics 365.

use std::cell::RefCell;
use std::ffi::c_void;
use std::mem::MaybeUninit;

use engine::consent::dynamics::{ConsentProvider, ProviderMapping};

use super::error::{citx_error, citx_status};
use super::population::citx_population;
use super::text::citx_text;
use super::view::citx_view;
use crate::guard;
use crate::handle::{Shared, SharedHandle as _, shared};
use crate::raw::{self, Options, citx_str};

/// Answers the consent check of Dynamics 365 Customer Insights - Journeys. Never changes.
pub struct citx_provider(Shared<ConsentProvider>);
shared!(citx_provider, ConsentProvider);

/// Where the tokens that end unsubscribe addresses come from.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_tokens {
    /// sizeof(citx_tokens).
    pub struct_size: usize,
    /// Gives the opaque token of a contact point, 1 to 200 letters, digits, `-`, `_`, `.` or `~`. Called during
    /// citx_provider_answer on its thread, once for each address wanted; the text must stay valid until that returns.
    pub token: Option<unsafe extern "C" fn(contact: citx_str, data: *mut c_void) -> citx_str>,
    /// Given to `token`.
    pub data: *mut c_void,
}

// SAFETY: `repr(C)`, a size first, and zeros are no function.
unsafe impl Options for citx_tokens {
    const NAME: &'static str = "citx_tokens";
}

/// A provider for everyone in a view; whose contact point one is, say its events and the contact columns of `people`, which
/// may be NULL. `mapping` is TOML that says what a tenant's identifiers mean (docs/spec/records.md).
///
/// `*out` is to be freed with citx_provider_free; it may outlive `view` and `people`. Status: INVALID_ARGUMENT for text that
/// is no mapping, UNKNOWN_NAME for a purpose or channel that the policy does not have, or a mapped column. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_provider_new(
    view: Option<&citx_view>,
    people: Option<&citx_population>,
    mapping: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_provider>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(view, err, |view| {
        let out = guard::place(out, "out")?;
        let people = people.map(|people| guard::given(Some(people), "people")).transpose()?;
        out.write(citx_provider::boxed(ConsentProvider::new(view, people, ProviderMapping::parse(mapping.text("mapping")?)?)?));
        Ok(())
    })
}

/// The same with the mapping in a file. Status: IO, and as citx_provider_new. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_provider_read(
    view: Option<&citx_view>,
    people: Option<&citx_population>,
    path: citx_str,
    out: Option<&mut MaybeUninit<Box<citx_provider>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(view, err, |view| {
        let out = guard::place(out, "out")?;
        let people = people.map(|people| guard::given(Some(people), "people")).transpose()?;
        out.write(citx_provider::boxed(ConsentProvider::new(view, people, engine::read_provider_mapping(path.text("path")?)?)?));
        Ok(())
    })
}

/// Answers a request: JSON in, JSON out. `tokens` may be NULL where no unsubscribe address is wanted.
///
/// What has no place in the mapping is denied, which is not an error. `*json` is to be freed with citx_text_free. Status:
/// INVALID_ARGUMENT for text that is no such request, or an address wanted that cannot be made; LIMIT_EXCEEDED for more than
/// 1,000 contact points, one of more than 1,024 bytes, or more than 1 MiB. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn citx_provider_answer(
    provider: Option<&citx_provider>,
    request: citx_str,
    tokens: *const citx_tokens,
    json: Option<&mut MaybeUninit<Box<citx_text>>>,
    err: Option<&mut MaybeUninit<Box<citx_error>>>,
) -> citx_status {
    guard::call(provider, err, |provider| {
        let json = guard::place(json, "json")?;
        // SAFETY: NULL or tokens with their size, as the header asks.
        let tokens = unsafe { raw::options(tokens) }?;
        let failed = RefCell::new(None);
        let token = |contact: &str| {
            let Some((call, data)) = tokens.and_then(|tokens| Some((tokens.token?, tokens.data))) else { return String::new() };
            // SAFETY: the header says that `token` must be callable until this call returns.
            let given = unsafe { call(citx_str::view(contact), data) };
            given.text("token").map(str::to_owned).unwrap_or_else(|error| {
                failed.borrow_mut().get_or_insert(error);
                String::new()
            })
        };
        let answer = provider.answer(request.text("request")?, &token);
        match failed.into_inner() {
            Some(error) => return Err(error),
            None => json.write(citx_text::boxed(answer?)),
        };
        Ok(())
    })
}

/// Frees a provider; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_provider_free(provider: Option<Box<citx_provider>>) {
    guard::free(provider);
}
