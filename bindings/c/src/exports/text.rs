//! Text and lists of names.

use crate::guard;
use crate::handle::{Shared, shared};
use crate::raw::citx_str;

/// Text of its own.
pub struct citx_text(Shared<String>);
shared!(citx_text, String);

/// The text, valid until `text` is freed; none for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_text_str(text: Option<&citx_text>) -> citx_str {
    guard::get(text, citx_str::NONE, |text| citx_str::view(text))
}

/// Frees a text; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_text_free(text: Option<Box<citx_text>>) {
    guard::free(text);
}

/// A list of names: segments, columns, files, warnings.
pub struct citx_names(Shared<Vec<String>>);
shared!(citx_names, Vec<String>);

/// How many names; 0 for NULL. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_names_len(names: Option<&citx_names>) -> usize {
    guard::get(names, 0, Vec::len)
}

/// The name at `index`, from 0, valid until `names` is freed; none beyond the end. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_names_get(names: Option<&citx_names>, index: usize) -> citx_str {
    guard::get(names, citx_str::NONE, |names| citx_str::view_of(names.get(index).map(String::as_str)))
}

/// Frees a list of names; NULL does nothing. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn citx_names_free(names: Option<Box<citx_names>>) {
    guard::free(names);
}
