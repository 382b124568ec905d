//! Errors of the core as the exceptions of `citx.exceptions`.

use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use citx::{Error, ErrorKind};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// The core's error, or a Python exception on its way through.
pub(crate) enum Failure {
    Core(Error),
    Python(PyErr),
}

/// What every function here returns.
pub(crate) type Answer<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self::Python(error)
    }
}

impl From<std::convert::Infallible> for Failure {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Core(error) => Python::attach(|py| exception(py, &error).unwrap_or_else(|broken| broken)),
            Failure::Python(error) => error,
        }
    }
}

/// An argument that can never be right.
pub(crate) fn invalid(message: impl Into<String>) -> Failure {
    Error::new(ErrorKind::InvalidArgument, message).into()
}

/// Does `work`; a panic becomes an error. Its message stays out of the error, because it may quote a value.
pub(crate) fn caught<T>(work: impl FnOnce() -> citx::Result<T>) -> citx::Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::new(ErrorKind::Panic, "a bug in citx was stopped before it could do harm; please report it")))
}

/// The same for work that meets Python.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Answer<T>) -> Answer<T> {
    caught(|| Ok(work()))?
}

/// Does `work` without the GIL.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> citx::Result<T> + Send) -> Answer<T> {
    Ok(py.detach(|| caught(work))?)
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let make = MAKE.get_or_try_init(py, || py.import("citx.exceptions")?.getattr("_from_code").map(Bound::unbind))?;
    let rule = error.rule_error().map(|place| (place.line, place.column, place.span));
    let errno = io_error(error).and_then(std::io::Error::raw_os_error);
    let instance = make.bind(py).call1((error.kind().code(), format!("{:?}", error.kind()), error.to_string(), rule, errno))?;
    Ok(PyErr::from_value(instance))
}

fn io_error(error: &Error) -> Option<&std::io::Error> {
    let mut next = error.source();
    while let Some(source) = next {
        if let Some(found) = source.downcast_ref() {
            return Some(found);
        }
        next = source.source();
    }
    None
}

/// Raises the exception of a code as the core would: for the tests of the exceptions.
#[pyfunction]
pub(crate) fn _fail(py: Python<'_>, code: u32) -> Answer<()> {
    let kind = ErrorKind::from_code(code).ok_or_else(|| invalid("there is no kind of that code"))?;
    #[allow(clippy::panic)]
    detached(py, || if kind == ErrorKind::Panic { panic!("as the test wants") } else { Err(Error::new(kind, "as the test wants")) })
}
