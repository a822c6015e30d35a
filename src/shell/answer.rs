//! Since when a call to the share has not returned: noted around every such call, read by whoever tells the operator.
//!
//! A share that hangs gives no error, so nothing that waits for its answer can report it; another thread has to see the wait.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// When the call under way began, milliseconds since 1970; none: zero. One thread of a process talks to the share.
static SINCE_MS: AtomicI64 = AtomicI64::new(0);

/// A call to the share under way; it has returned when this is dropped.
#[derive(Debug)]
#[must_use = "the call counts as returned when this is dropped"]
pub struct Asking(());

/// Notes that a call to the share begins.
pub fn asking() -> Asking {
    SINCE_MS.store(Timestamp::now().as_millisecond(), Ordering::Relaxed);
    Asking(())
}

impl Drop for Asking {
    fn drop(&mut self) {
        SINCE_MS.store(0, Ordering::Relaxed);
    }
}

/// When the call began that the share has not answered yet.
#[must_use]
pub fn waiting_since() -> Option<Timestamp> {
    match SINCE_MS.load(Ordering::Relaxed) {
        0 => None,
        ms => Timestamp::from_millisecond(ms).ok(),
    }
}
