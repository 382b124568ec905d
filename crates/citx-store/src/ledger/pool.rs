//! The connections of a ledger: one for each thread that is using it, kept for the next.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use citx_core::{Error, ErrorKind, Result};

/// Connections, and the process that opened them: none may be used across a fork.
pub(super) struct Pool<C> {
    idle: Mutex<Vec<C>>,
    taken: AtomicUsize,
    process: AtomicU32,
    /// One writer at a time; the database only makes those of other processes wait.
    writing: Mutex<()>,
}

impl<C> Pool<C> {
    pub(super) fn new(connection: C) -> Self {
        Self {
            idle: Mutex::new(vec![connection]),
            taken: AtomicUsize::new(0),
            process: AtomicU32::new(std::process::id()),
            writing: Mutex::new(()),
        }
    }

    /// Uses a connection that is idle, or a new one. After a fork the child lets go of those of its parent by `abandon`.
    pub(super) fn with<T>(&self, open: impl Fn() -> Result<C>, abandon: impl Fn(C), what: impl FnOnce(&mut C) -> Result<T>) -> Result<T> {
        let idle = {
            let mut idle = self.lock(&self.idle)?;
            if self.is_forked() {
                if self.taken.load(Ordering::Acquire) > 0 {
                    return Err(forked());
                }
                idle.drain(..).for_each(abandon);
                self.process.store(std::process::id(), Ordering::Release);
            }
            self.taken.fetch_add(1, Ordering::AcqRel);
            idle.pop()
        };
        // Given back whatever happens, a panic of the caller's included.
        let mut taken = Taken { pool: self, connection: idle };
        if taken.connection.is_none() {
            taken.connection = Some(open()?);
        }
        match &mut taken.connection {
            Some(connection) => what(connection),
            None => Err(Error::new(ErrorKind::Io, "the ledger has no connection")),
        }
    }

    /// Held while writing.
    pub(super) fn writer(&self) -> Result<MutexGuard<'_, ()>> {
        self.lock(&self.writing)
    }

    fn is_forked(&self) -> bool {
        self.process.load(Ordering::Acquire) != std::process::id()
    }

    /// The lock. In a forked child, whoever of the parent's threads held it at that moment is not there to let it go.
    fn lock<'l, L>(&self, lock: &'l Mutex<L>) -> Result<MutexGuard<'l, L>> {
        if !self.is_forked() {
            return Ok(lock.lock().unwrap_or_else(PoisonError::into_inner));
        }
        for _ in 0..1000 {
            match lock.try_lock() {
                Ok(guard) => return Ok(guard),
                Err(TryLockError::Poisoned(error)) => return Ok(error.into_inner()),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
        Err(forked())
    }
}

struct Taken<'p, C> {
    pool: &'p Pool<C>,
    connection: Option<C>,
}

impl<C> Drop for Taken<'_, C> {
    fn drop(&mut self) {
        let mut idle = self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.connection.take());
        self.pool.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

fn forked() -> Error {
    Error::new(ErrorKind::Busy, "the process was forked while the ledger was in use; open it anew in the child")
}
