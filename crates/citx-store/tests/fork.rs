//! A ledger that is open when its process forks. A binary of its own, so that no other test's thread is in the middle of something.
#![cfg(unix)]

use std::sync::Arc;

use citx_core::consent::{Controller, Event, Policy, Purpose, Question, Status};
use citx_core::time::Timestamp;
use citx_store::{ConsentLedger, LedgerOptions};

unsafe extern "C" {
    fn fork() -> i32;
    fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
    fn _exit(status: i32) -> !;
}

fn given(citizen: &str) -> Event {
    let mut event = Event::new(citizen, Status::Given, Timestamp::from_micros(0));
    (event.purpose, event.channel) = (Some("newsletter".to_owned()), Some("email".to_owned()));
    event
}

/// Runs `child` in a forked child, `parent` meanwhile, and returns the child's exit status.
fn forked(child: impl FnOnce() -> bool, parent: impl FnOnce()) -> i32 {
    // SAFETY: the child runs `child` only, which takes no lock that another thread can hold, and leaves by `_exit`.
    let process = unsafe { fork() };
    assert!(process >= 0, "forked");
    if process == 0 {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(child)).unwrap_or(false);
        // SAFETY: ends the child without running the parent's exit handlers.
        unsafe { _exit(i32::from(!done)) };
    }
    drop(child);
    parent();
    let mut status = -1;
    // SAFETY: waits for the child made above, `status` outlives the call.
    assert_eq!(unsafe { waitpid(process, &raw mut status, 0) }, process);
    status
}

#[test]
fn a_forked_child_appends_and_outlives_its_parents_connection() {
    let policy = Policy::builtin("uk-2026")
        .and_then(|policy| policy.with_controller(Controller::new("Anytown", "charity", "Europe/London".parse()?)))
        .and_then(|policy| policy.with_purpose(Purpose::new("newsletter", "direct_marketing", "consent")))
        .expect("a policy");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("consent.db");
    let ledger = Arc::new(ConsentLedger::open(&path, &policy, &LedgerOptions::new()).expect("a ledger"));
    ledger.append(&given("parent")).expect("appended");
    let (first, closed) = (folder.path().join("first"), folder.path().join("closed"));
    let wait_for = |path: &std::path::Path| {
        while !path.exists() {
            std::thread::yield_now();
        }
    };
    let in_child = Arc::clone(&ledger);
    let (first_told, closed_seen) = (first.clone(), closed.clone());
    let status = forked(
        move || {
            let ledger = in_child;
            let seen =
                ledger.decide(&Question::new("parent", "newsletter", "email"), Timestamp::from_micros(1)).expect("decided").allowed();
            ledger.append(&given("child")).expect("appended");
            std::fs::write(&first_told, "").expect("told");
            wait_for(&closed_seen);
            seen && (0..20).all(|index| ledger.append(&given(&format!("child {index}"))).is_ok())
        },
        move || {
            wait_for(&first);
            ledger.append(&given("parent again")).expect("appended");
            drop(ledger);
            std::fs::write(&closed, "").expect("told");
        },
    );
    assert_eq!(status, 0);
    let again = ConsentLedger::open(&path, &policy, &LedgerOptions::new()).expect("nothing was lost");
    assert_eq!(again.verify().expect("whole"), 23);
}
