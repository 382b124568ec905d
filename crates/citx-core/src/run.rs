//! How a long call runs: on how many threads, who may stop it, who hears of its progress.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use citx_kernels::Level;
use rayon::prelude::*;

use crate::{Error, ErrorKind, Result};

/// Stops a call from another thread. Clones share the switch.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token that has not been cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the calls that hold this token to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// # Errors
    /// `Cancelled` once [`CancelToken::cancel`] was called.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::new(ErrorKind::Cancelled, "the call was cancelled")) } else { Ok(()) }
    }
}

type Progress = Arc<dyn Fn(f64) + Send + Sync>;

/// How a long call runs. The default is all cores, no cancelling, no progress.
///
/// Threads live in a pool made for the call and gone with it: a host's own rayon pool is never used, and a forked child
/// inherits no dead workers. Work is cut into fixed pieces, so results do not depend on the number of threads.
#[derive(Clone, Default)]
pub struct Run {
    threads: Option<usize>,
    cancel: CancelToken,
    progress: Option<Progress>,
    memory_limit: Option<u64>,
    level: Option<Level>,
}

impl Run {
    /// All cores, no cancelling, no progress.
    pub fn new() -> Self {
        Self::default()
    }

    /// At most this many threads; 0 is all cores.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = (threads > 0).then_some(threads);
        self
    }

    /// Stops with `Cancelled` soon after `cancel` is cancelled.
    #[must_use]
    pub fn cancel(mut self, cancel: CancelToken) -> Self {
        self.cancel = cancel;
        self
    }

    /// Calls `progress` with the share done, in [0, 1], from worker threads.
    #[must_use]
    pub fn progress(mut self, progress: impl Fn(f64) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    /// Refuses with `LimitExceeded`, before it starts, what may take more than so many bytes.
    #[must_use]
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// Whether `what` may take so many bytes.
    ///
    /// # Errors
    /// `LimitExceeded` beyond [`Run::memory_limit`].
    pub fn check_memory(&self, what: &str, bytes: u64) -> Result<()> {
        match self.memory_limit {
            Some(limit) if bytes > limit => {
                let message = format!("{what} may take {bytes} bytes, the limit is {limit}; raise it, or ask for less at once");
                Err(Error::new(ErrorKind::LimitExceeded, message))
            }
            _ => Ok(()),
        }
    }

    /// At most how many threads it uses.
    pub fn thread_count(&self) -> usize {
        self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    }

    /// The same run without progress: for what comes before the part whose progress is told.
    pub(crate) fn quiet(&self) -> Self {
        Self { progress: None, ..self.clone() }
    }

    /// Uses no more of the processor than this: for measuring, and for tests. Results do not depend on it.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// The kernels to use.
    pub(crate) fn kernels(&self) -> Level {
        self.level.map_or_else(Level::detect, Level::or_less)
    }

    /// # Errors
    /// `Cancelled` once the token was cancelled.
    pub fn check(&self) -> Result<()> {
        self.cancel.check()
    }

    /// Does `piece(0)`, ..., `piece(pieces - 1)` in parallel and returns their results in that order.
    ///
    /// # Errors
    /// The error of the lowest failing piece, `Cancelled`, or `Io` where the system gives no threads.
    pub fn map<T: Send>(&self, pieces: usize, piece: impl Fn(usize) -> Result<T> + Send + Sync) -> Result<Vec<T>> {
        let done = AtomicUsize::new(0);
        let one = |index: usize| {
            self.check()?;
            let result = piece(index);
            if let Some(progress) = &self.progress {
                progress((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / pieces as f64);
            }
            result
        };
        let threads = self.thread_count().min(pieces);
        let results: Vec<Result<T>> = if threads <= 1 {
            (0..pieces).map(one).collect()
        } else {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .map_err(|error| Error::new(ErrorKind::Io, "no threads could be started").caused_by(error))?;
            pool.install(|| (0..pieces).into_par_iter().map(one).collect())
        };
        results.into_iter().collect()
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("threads", &self.threads).field("cancel", &self.cancel).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_at_any_number_of_threads() {
        for threads in [0, 1, 2, 3, 8] {
            let squares = Run::new().threads(threads).map(100, |i| Ok(i * i)).expect("no piece fails");
            assert_eq!(squares, (0..100).map(|i| i * i).collect::<Vec<_>>());
        }
        assert!(Run::new().map(0, |_| Ok(())).expect("nothing to do").is_empty());
    }

    #[test]
    fn a_cancelled_call_stops() {
        let cancel = CancelToken::new();
        cancel.cancel();
        let error = Run::new().cancel(cancel).map(3, |_| Ok(())).expect_err("cancelled");
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }
}
