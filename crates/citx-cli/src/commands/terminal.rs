//! The person at the terminal: progress on stderr where it is one, and Ctrl-C.

use std::sync::OnceLock;
use std::time::Duration;

use citx::{CancelToken, Run};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// One switch for the process, because it has one Ctrl-C.
static INTERRUPT: OnceLock<CancelToken> = OnceLock::new();

pub(super) struct Terminal {
    bar: ProgressBar,
    interrupt: CancelToken,
}

impl Terminal {
    /// Shows progress unless `quiet`; indicatif shows none where stderr is no terminal.
    pub(super) fn new(quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(1000), target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {percent:>3}%") {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        let interrupt = INTERRUPT.get_or_init(|| {
            let token = CancelToken::new();
            let switch = token.clone();
            // Where a host has a handler already, it stays: then the host ends the call.
            drop(ctrlc::try_set_handler(move || switch.cancel()));
            token
        });
        Self { bar, interrupt: interrupt.clone() }
    }

    pub(super) fn run(&self, threads: usize) -> Run {
        let bar = self.bar.clone();
        Run::new().threads(threads).cancel(self.interrupt.clone()).progress(move |share| bar.set_position((share * 1000.0) as u64))
    }

    pub(super) fn step(&self, what: &str) {
        self.bar.set_position(0);
        self.bar.set_message(what.to_owned());
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    pub(super) fn interrupted(&self) -> bool {
        self.interrupt.is_cancelled()
    }
}
