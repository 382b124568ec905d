//! The one wrapper around every export: NULL checks, poison, panics, and errors as objects.

use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{RwLockReadGuard, TryLockError};

use engine::{Error, ErrorKind, Result};

use crate::exports::error::{CITX_STATUS_OK, citx_error, citx_status};
use crate::handle::{ExclusiveHandle, Handle, SharedHandle};

/// Where the caller wants the error; NULL is nowhere.
pub(crate) type ErrorOut<'a> = Option<&'a mut MaybeUninit<Box<citx_error>>>;

/// A call that makes something out of no object.
pub(crate) fn create(err: ErrorOut<'_>, body: impl FnOnce() -> Result<()>) -> citx_status {
    let outcome = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| Err(panicked()));
    report(outcome, err)
}

/// A call on an object that it does not change; a panic poisons the object.
pub(crate) fn call<H: SharedHandle>(handle: Option<&H>, err: ErrorOut<'_>, body: impl FnOnce(&H::Content) -> Result<()>) -> citx_status {
    on(handle, err, |handle| body(handle.content()))
}

/// A call that reads an object which setters change.
pub(crate) fn read<H: ExclusiveHandle>(handle: Option<&H>, err: ErrorOut<'_>, body: impl FnOnce(&H::Content) -> Result<()>) -> citx_status {
    on(handle, err, |handle| body(&*lock(handle)?))
}

/// A call that changes an object.
pub(crate) fn change<H: ExclusiveHandle>(
    handle: Option<&H>,
    err: ErrorOut<'_>,
    body: impl FnOnce(&mut H::Content) -> Result<()>,
) -> citx_status {
    on(handle, err, |handle| match handle.lock().try_write() {
        Ok(mut content) => body(&mut content),
        Err(TryLockError::WouldBlock) => Err(busy::<H>()),
        Err(TryLockError::Poisoned(_)) => Err(panicked()),
    })
}

/// A question about an object that has an answer whatever happens: `default` for NULL.
pub(crate) fn get<H: SharedHandle, T>(handle: Option<&H>, default: T, body: impl FnOnce(&H::Content) -> T) -> T {
    let Some(handle) = handle else { return default };
    catch_unwind(AssertUnwindSafe(|| body(handle.content()))).unwrap_or_else(|_| {
        handle.poisoned().store(true, Ordering::Relaxed);
        default
    })
}

/// Frees an object; NULL is nothing. A panic in a destructor is a leak, not a crash.
pub(crate) fn free<T>(object: Option<Box<T>>) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(object)));
}

/// A further object of a call.
pub(crate) fn given<'a, H: SharedHandle>(handle: Option<&'a H>, name: &str) -> Result<&'a H::Content> {
    let handle = handle.ok_or_else(|| null(name))?;
    handle.check()?;
    Ok(handle.content())
}

/// A further object of a call, one which setters change.
pub(crate) fn given_lock<'a, H: ExclusiveHandle>(handle: Option<&'a H>, name: &str) -> Result<RwLockReadGuard<'a, H::Content>> {
    let handle = handle.ok_or_else(|| null(name))?;
    handle.check()?;
    lock(handle)
}

/// Where an output goes. Asked for before anything is done, so that a call without a place for its result does nothing.
pub(crate) fn place<'a, T>(out: Option<&'a mut MaybeUninit<T>>, name: &str) -> Result<&'a mut MaybeUninit<T>> {
    out.ok_or_else(|| null(name))
}

/// The error for a pointer that must not be NULL.
pub(crate) fn null(name: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, format!("the argument `{name}` is NULL"))
}

fn on<H: Handle>(handle: Option<&H>, err: ErrorOut<'_>, body: impl FnOnce(&H) -> Result<()>) -> citx_status {
    let Some(handle) = handle else {
        let name = H::NAME.trim_start_matches("citx_");
        return report(Err(null(name)), err);
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        handle.check()?;
        body(handle)
    }));
    report(
        outcome.unwrap_or_else(|_| {
            handle.poisoned().store(true, Ordering::Relaxed);
            Err(panicked())
        }),
        err,
    )
}

fn lock<H: ExclusiveHandle>(handle: &H) -> Result<RwLockReadGuard<'_, H::Content>> {
    handle.lock().try_read().map_err(|error| match error {
        TryLockError::WouldBlock => busy::<H>(),
        TryLockError::Poisoned(_) => panicked(),
    })
}

fn busy<H: Handle>() -> Error {
    Error::new(ErrorKind::Busy, format!("this {} is being changed by another thread", H::NAME))
}

/// The panic's own message stays out: it may hold a value.
fn panicked() -> Error {
    Error::new(ErrorKind::Panic, "BUG: citx panicked in this call; please report it with what was called")
}

fn report(outcome: Result<()>, err: ErrorOut<'_>) -> citx_status {
    match outcome {
        Ok(()) => CITX_STATUS_OK,
        Err(error) => {
            let status = error.kind().code();
            if let Some(place) = err {
                place.write(citx_error::boxed(&error));
            }
            status
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::error::{CITX_STATUS_BUSY, CITX_STATUS_INVALID_ARGUMENT, CITX_STATUS_PANIC};
    use crate::exports::record::citx_record;

    #[test]
    fn an_object_that_another_call_changes_is_busy() {
        let record = citx_record::boxed(engine::Record::default());
        let held = record.lock().write().expect("not poisoned");
        assert_eq!(change(Some(&*record), None, |_| Ok(())), CITX_STATUS_BUSY);
        assert_eq!(read(Some(&*record), None, |_| Ok(())), CITX_STATUS_BUSY);
        drop(held);
        assert_eq!(change(Some(&*record), None, |_| Ok(())), CITX_STATUS_OK);
        let held = record.lock().read().expect("not poisoned");
        assert_eq!(change(Some(&*record), None, |_| Ok(())), CITX_STATUS_BUSY);
        assert_eq!(read(Some(&*record), None, |_| Ok(())), CITX_STATUS_OK);
        drop(held);
    }

    #[test]
    fn a_panic_while_reading_poisons() {
        let record = citx_record::boxed(engine::Record::default());
        assert_eq!(read(Some(&*record), None, |_| panic!("asked for")), CITX_STATUS_PANIC);
        assert_eq!(read(Some(&*record), None, |_| Ok(())), CITX_STATUS_PANIC);
        assert_eq!(create(None, || panic!("again")), CITX_STATUS_PANIC);
        assert_eq!(change(None::<&citx_record>, None, |_| Ok(())), CITX_STATUS_INVALID_ARGUMENT);
    }
}
