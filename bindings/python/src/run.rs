//! Long calls: off the calling thread, so that Ctrl-C and progress reach Python while they run.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use citx::{Error, ErrorKind, Run};
use pyo3::prelude::*;

use crate::error::{Answer, caught, invalid};
use crate::options::Count;

/// How often a long call looks for signals and reports progress: soon enough for a person, rarely enough to cost nothing.
const POLL: Duration = Duration::from_millis(50);

/// Stops long calls from another thread.
#[pyclass(frozen, module = "citx")]
pub(crate) struct CancelToken(citx::CancelToken);

#[pymethods]
impl CancelToken {
    #[new]
    fn new() -> Self {
        Self(citx::CancelToken::new())
    }

    /// Ask the calls that hold this token to stop.
    fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether it was asked.
    #[getter]
    fn cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    fn __repr__(&self) -> String {
        format!("CancelToken(cancelled={})", if self.0.is_cancelled() { "True" } else { "False" })
    }
}

/// The keyword arguments of a long call.
#[derive(Default)]
pub(crate) struct Long<'py> {
    threads: usize,
    cancel: citx::CancelToken,
    progress: Option<Bound<'py, PyAny>>,
    memory_limit: Option<u64>,
}

impl<'py> Long<'py> {
    pub(crate) fn new(
        threads: Option<Count>,
        cancel: Option<Bound<'py, CancelToken>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> Answer<Self> {
        let threads = match threads {
            None => 0,
            Some(Count(threads)) if threads > 0 => usize::try_from(threads).unwrap_or(usize::MAX),
            Some(_) => return Err(invalid("`threads` must be at least 1; leave it out for all cores")),
        };
        if progress.as_ref().is_some_and(|progress| !progress.is_callable()) {
            return Err(invalid("`progress` must be a function of one number"));
        }
        let cancel = cancel.map(|token| token.get().0.clone()).unwrap_or_default();
        Ok(Self { threads, cancel, progress, memory_limit: None })
    }

    /// The same, refused before it starts where it may take more than so many bytes.
    pub(crate) fn memory_limit(mut self, bytes: Option<Count>) -> Self {
        self.memory_limit = bytes.map(|Count(bytes)| bytes);
        self
    }

    /// Does `work` on a thread of its own. Ctrl-C, or an exception from the progress function, cancels it and is raised once it has stopped.
    pub(crate) fn call<T: Send>(self, py: Python<'py>, work: impl FnOnce(&Run) -> citx::Result<T> + Send) -> Answer<T> {
        let share = Arc::new(AtomicU64::new(0));
        let told = share.clone();
        let run = Run::new().threads(self.threads).cancel(self.cancel.clone()).progress(move |done| {
            // Positive floats order as their bits do.
            told.fetch_max(done.max(0.0).to_bits(), Ordering::Relaxed);
        });
        let run = match self.memory_limit {
            Some(bytes) => run.memory_limit(bytes),
            None => run,
        };
        thread::scope(|scope| {
            let (sender, mut receiver) = mpsc::channel();
            let body = move || sender.send(caught(|| work(&run)));
            thread::Builder::new()
                .spawn_scoped(scope, body)
                .map_err(|error| Error::new(ErrorKind::Io, "no thread could be started").caused_by(error))?;
            let mut stop = None;
            loop {
                let (result, back) = py.detach(move || (receiver.recv_timeout(POLL), receiver));
                receiver = back;
                match (result, stop) {
                    (Ok(_), Some(reason)) => return Err(reason),
                    (Ok(result), None) => {
                        let value = result?;
                        self.tell(1.0)?;
                        return Ok(value);
                    }
                    (Err(mpsc::RecvTimeoutError::Disconnected), _) => {
                        return Err(Error::new(ErrorKind::Panic, "the thread of a long call vanished").into());
                    }
                    (Err(mpsc::RecvTimeoutError::Timeout), None) => {
                        let heard = py.check_signals().map_err(Into::into);
                        stop = heard.and_then(|()| self.tell(f64::from_bits(share.load(Ordering::Relaxed)))).err();
                        if stop.is_some() {
                            self.cancel.cancel();
                        }
                    }
                    (Err(mpsc::RecvTimeoutError::Timeout), reason) => stop = reason,
                }
            }
        })
    }

    fn tell(&self, share: f64) -> Answer<()> {
        if let Some(progress) = &self.progress {
            progress.call1((share.min(1.0),))?;
        }
        Ok(())
    }
}
