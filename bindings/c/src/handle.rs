//! What an opaque pointer points at: the content, and whether a panic has poisoned it.

use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::{Error, ErrorKind, Result};

/// An object behind an opaque pointer. All are boxed; those that share their content hold an `Arc` inside.
pub(crate) trait Handle: Send + Sync {
    /// Its name in C.
    const NAME: &'static str;

    /// Set by the first panic in a call on it.
    fn poisoned(&self) -> &AtomicBool;

    /// # Errors
    /// `Panic` once poisoned.
    fn check(&self) -> Result<()> {
        if self.poisoned().load(Ordering::Relaxed) {
            let message = format!("this {} was left unusable by a panic in an earlier call; free it", Self::NAME);
            return Err(Error::new(ErrorKind::Panic, message));
        }
        Ok(())
    }
}

/// An object that never changes: `const citx_x *`, by any number of threads at once.
pub(crate) trait SharedHandle: Handle {
    type Content;

    fn content(&self) -> &Self::Content;

    fn boxed(content: Self::Content) -> Box<Self>;
}

/// An object that setters change: `citx_x *`, by one thread at a time.
pub(crate) trait ExclusiveHandle: Handle {
    type Content;

    fn lock(&self) -> &RwLock<Self::Content>;

    fn boxed(content: Self::Content) -> Box<Self>;
}

pub(crate) struct Shared<T> {
    pub(crate) content: T,
    pub(crate) poisoned: AtomicBool,
}

pub(crate) struct Exclusive<T> {
    pub(crate) content: RwLock<T>,
    pub(crate) poisoned: AtomicBool,
}

impl<T> Shared<T> {
    pub(crate) fn new(content: T) -> Self {
        Self { content, poisoned: AtomicBool::new(false) }
    }
}

impl<T> Exclusive<T> {
    pub(crate) fn new(content: T) -> Self {
        Self { content: RwLock::new(content), poisoned: AtomicBool::new(false) }
    }
}

/// Makes the tuple struct `$name(Shared<$content>)` a handle.
macro_rules! shared {
    ($name:ident, $content:ty) => {
        $crate::handle::handle!($name);
        impl $crate::handle::SharedHandle for $name {
            type Content = $content;

            fn content(&self) -> &$content {
                &self.0.content
            }

            fn boxed(content: $content) -> Box<Self> {
                Box::new(Self($crate::handle::Shared::new(content)))
            }
        }
    };
}

/// Makes the tuple struct `$name(Exclusive<$content>)` a handle.
macro_rules! exclusive {
    ($name:ident, $content:ty) => {
        $crate::handle::handle!($name);
        impl $crate::handle::ExclusiveHandle for $name {
            type Content = $content;

            fn lock(&self) -> &std::sync::RwLock<$content> {
                &self.0.content
            }

            fn boxed(content: $content) -> Box<Self> {
                Box::new(Self($crate::handle::Exclusive::new(content)))
            }
        }
    };
}

macro_rules! handle {
    ($name:ident) => {
        impl $crate::handle::Handle for $name {
            const NAME: &'static str = stringify!($name);

            fn poisoned(&self) -> &std::sync::atomic::AtomicBool {
                &self.0.poisoned
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

pub(crate) use {exclusive, handle, shared};
