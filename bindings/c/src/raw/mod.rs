//! Everything that trusts a pointer from C: text, lists, option structs and objects that setters change.

pub(crate) mod arrow;

use std::ffi::{c_char, c_void};
use std::marker::PhantomData;
use std::ptr;

use engine::{Error, ErrorKind, Result, Run};

use crate::exports::record::citx_type;
use crate::exports::run::{citx_cancel, citx_run_options};
use crate::guard;
use crate::handle::SharedHandle;

/// Text: `len` bytes of UTF-8 at `data`, not ended by a zero byte.
///
/// As an input it is read during the call only, and `{NULL, 0}` is the empty text or, for what may be left out,
/// nothing. As an output it is a view into the object asked and valid until that object is changed or freed; `{NULL,
/// 0}` says that there is none.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_str {
    /// The first byte.
    data: *const c_char,
    /// How many bytes.
    len: usize,
}

/// A list of texts, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_strs {
    /// The first text.
    items: *const citx_str,
    /// How many texts.
    len: usize,
}

/// A name and its value.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_pair {
    /// The name.
    pub name: citx_str,
    /// The value.
    pub value: citx_str,
}

/// A list of names and values, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_pairs {
    /// The first pair.
    items: *const citx_pair,
    /// How many pairs.
    len: usize,
}

/// One item of a list, by its type. All zeros is null.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_value {
    /// What kind of value it has: one of CITX_TYPE_*.
    pub r#type: citx_type,
    /// A whole number; days since 1970-01-01 of a date; microseconds since 1970-01-01T00:00:00Z of an instant; of a
    /// boolean 0 is false, anything else true.
    pub integer: i64,
    /// A floating point number.
    pub number: f64,
    /// Text; an exact decimal written as `-12.340`.
    pub text: citx_str,
}

/// A list of values, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_values {
    /// The first value.
    items: *const citx_value,
    /// How many values.
    len: usize,
}

/// A list of numbers, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_numbers {
    /// The first number.
    items: *const f64,
    /// How many numbers.
    len: usize,
}

/// The members of one segment, as citx_segment_to_roaring writes them.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_bitmap {
    /// The segment's name.
    name: citx_str,
    /// The first byte.
    data: *const u8,
    /// How many bytes.
    len: usize,
}

/// The members of some segments, read during the call only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct citx_bitmaps {
    /// The first of them.
    items: *const citx_bitmap,
    /// How many.
    len: usize,
}

impl citx_str {
    /// No text.
    pub(crate) const NONE: Self = Self { data: ptr::null(), len: 0 };

    /// A view of `text`, to be valid as long as the object that owns it.
    pub(crate) fn view(text: &str) -> Self {
        Self { data: text.as_ptr().cast(), len: text.len() }
    }

    /// A view of `text`, or no text.
    pub(crate) fn view_of(text: Option<&str>) -> Self {
        text.map_or(Self::NONE, Self::view)
    }

    /// The text of the argument `name`.
    pub(crate) fn text(&self, name: &str) -> Result<&str> {
        // SAFETY: the caller promises `len` readable bytes at `data` for the time of the call; `slice` refuses NULL and absurd lengths.
        let bytes = unsafe { slice(self.data.cast::<u8>(), self.len, name) }?;
        std::str::from_utf8(bytes).map_err(|error| {
            let message = format!("the argument `{name}` is not UTF-8 from byte {} on", error.valid_up_to());
            Error::new(ErrorKind::InvalidArgument, message)
        })
    }

    /// The text of the argument `name`, if it was given.
    pub(crate) fn maybe(&self, name: &str) -> Result<Option<String>> {
        if self.data.is_null() && self.len == 0 { Ok(None) } else { self.text(name).map(|text| Some(text.to_owned())) }
    }
}

impl citx_strs {
    /// The texts of the argument `name`.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>> {
        // SAFETY: the caller promises `len` texts at `items` for the time of the call.
        let items = unsafe { slice(self.items, self.len, name) }?;
        items.iter().map(|item| item.text(name).map(str::to_owned)).collect()
    }
}

impl citx_pairs {
    /// The names and values of the argument `name`.
    pub(crate) fn pairs(&self, name: &str) -> Result<Vec<(String, String)>> {
        // SAFETY: the caller promises `len` pairs at `items` for the time of the call.
        let items = unsafe { slice(self.items, self.len, name) }?;
        items.iter().map(|item| Ok((item.name.text(name)?.to_owned(), item.value.text(name)?.to_owned()))).collect()
    }
}

impl citx_values {
    /// The values of the argument `name`.
    pub(crate) fn values(&self, name: &str) -> Result<&[citx_value]> {
        // SAFETY: the caller promises `len` values at `items` for the time of the call.
        unsafe { slice(self.items, self.len, name) }
    }
}

impl citx_numbers {
    /// The numbers of the argument `name`.
    pub(crate) fn numbers(&self, name: &str) -> Result<&[f64]> {
        // SAFETY: the caller promises `len` numbers at `items` for the time of the call.
        unsafe { slice(self.items, self.len, name) }
    }
}

impl citx_bitmaps {
    /// The names and bytes of the argument `name`.
    pub(crate) fn bitmaps(&self, name: &str) -> Result<Vec<(&str, &[u8])>> {
        // SAFETY: the caller promises `len` bitmaps at `items` for the time of the call.
        let items = unsafe { slice(self.items, self.len, name) }?;
        items.iter().map(|item| item.bytes(name)).collect()
    }
}

impl citx_bitmap {
    fn bytes(&self, name: &str) -> Result<(&str, &[u8])> {
        // SAFETY: the caller promises `len` bytes at `data` for the time of the call.
        let bytes = unsafe { slice(self.data, self.len, name) }?;
        Ok((self.name.text(name)?, bytes))
    }
}

/// `len` items at `data`.
///
/// # Safety
/// If `data` is not NULL, `len` initialised items lie there during `'a`.
pub(crate) unsafe fn slice<'a, T>(data: *const T, len: usize, name: &str) -> Result<&'a [T]> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Error::new(ErrorKind::InvalidArgument, format!("the argument `{name}` is NULL with a length of {len}")));
    }
    if len > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(Error::new(ErrorKind::InvalidArgument, format!("the argument `{name}` is longer than the address space")));
    }
    if !data.is_aligned() {
        return Err(Error::new(ErrorKind::InvalidArgument, format!("the argument `{name}` is not aligned")));
    }
    // SAFETY: not NULL, aligned, not longer than the address space, and the caller promises the items.
    Ok(unsafe { std::slice::from_raw_parts(data, len) })
}

/// The item at `data`; `None` for NULL.
///
/// # Safety
/// As [`slice`], for one item.
pub(crate) unsafe fn item<T: Copy>(data: *const T, name: &str) -> Result<Option<T>> {
    if data.is_null() {
        return Ok(None);
    }
    // SAFETY: as promised by the caller.
    Ok(unsafe { slice(data, 1, name) }?.first().copied())
}

/// The object that a setter changes.
///
/// # Safety
/// `object` is NULL or came from this library and has not been freed.
pub(crate) unsafe fn object<'a, T>(object: *mut T) -> Option<&'a T> {
    // SAFETY: NULL or live, as the caller promises.
    unsafe { object.as_ref() }
}

/// A struct of options that may grow: its first field is its size as the caller's header knew it, and all zeros is a
/// value of it.
///
/// # Safety
/// The type is `repr(C)`, begins with a `usize`, and is valid when all its bytes are zero.
pub(crate) unsafe trait Options: Copy {
    /// Its name in C.
    const NAME: &'static str;
}

/// The options at `pointer`, with zeros for the fields that the caller's header did not have yet; `None` for NULL.
///
/// # Safety
/// `pointer` is NULL, or at it lie a `usize` and as many bytes, it included, as that says.
pub(crate) unsafe fn options<T: Options>(pointer: *const T) -> Result<Option<T>> {
    if pointer.is_null() {
        return Ok(None);
    }
    if !pointer.is_aligned() {
        return Err(Error::new(ErrorKind::InvalidArgument, format!("a {} is not aligned", T::NAME)));
    }
    // SAFETY: the first field is a `usize`, and the caller promises it.
    let size = unsafe { pointer.cast::<usize>().read() };
    if size < size_of::<usize>() || size > 16 * size_of::<T>() {
        let message = format!("the field `struct_size` of a {} must be sizeof({}), found {size}", T::NAME, T::NAME);
        return Err(Error::new(ErrorKind::InvalidArgument, message));
    }
    // SAFETY: the caller promises `size` bytes, and any byte is a valid `u8`.
    let bytes = unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), size) };
    let known = size.min(size_of::<T>());
    if bytes.iter().skip(known).any(|byte| *byte != 0) {
        let message = format!("a {} sets a field that this version of citx does not have", T::NAME);
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    // SAFETY: all zeros is a value of `T`, as `Options` promises.
    let mut options: T = unsafe { std::mem::zeroed() };
    // SAFETY: `known` bytes are readable there and writable here, and the two do not overlap.
    unsafe { ptr::copy_nonoverlapping(pointer.cast::<u8>(), ptr::from_mut(&mut options).cast::<u8>(), known) };
    Ok(Some(options))
}

/// A function of the host that hears of progress, and what it asked to be given.
struct Progress {
    call: unsafe extern "C" fn(share: f64, data: *mut c_void),
    data: *mut c_void,
    _not_auto: PhantomData<*mut ()>,
}

// SAFETY: the header says that `progress` is called from threads of citx, with `data`.
unsafe impl Send for Progress {}
// SAFETY: the header says that calls may come from several threads at once.
unsafe impl Sync for Progress {}

impl Progress {
    fn tell(&self, share: f64) {
        // SAFETY: the header says that `progress` must be callable until the call that it was given to returns.
        unsafe { (self.call)(share, self.data) }
    }
}

/// How a long call runs.
///
/// # Safety
/// As [`options`]; the token in it is NULL or live.
pub(crate) unsafe fn run(pointer: *const citx_run_options) -> Result<Run> {
    // SAFETY: as promised by the caller.
    let Some(options) = (unsafe { self::options(pointer) })? else { return Ok(Run::new()) };
    let mut run = Run::new().threads(options.threads as usize);
    if options.memory_limit > 0 {
        run = run.memory_limit(options.memory_limit);
    }
    // SAFETY: NULL or live, as promised by the caller.
    let cancel: Option<&citx_cancel> = unsafe { options.cancel.as_ref() };
    if cancel.is_some() {
        run = run.cancel(guard::given(cancel, "cancel")?.clone());
    }
    if let Some(call) = options.progress {
        let progress = Progress { call, data: options.progress_data, _not_auto: PhantomData };
        run = run.progress(move |share| progress.tell(share));
    }
    Ok(run)
}

/// The content of an object in a struct of options.
///
/// # Safety
/// `object` is NULL or came from this library and has not been freed.
pub(crate) unsafe fn given<'a, H: SharedHandle + 'a>(object: *const H, name: &str) -> Result<Option<&'a H::Content>> {
    // SAFETY: NULL or live, as the caller promises.
    let object: Option<&'a H> = unsafe { object.as_ref() };
    object.map(|object| guard::given(Some(object), name)).transpose()
}
