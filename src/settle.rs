//! Events and monotonic time → paths that have gone quiet. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

/// A path that is being worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dirty {
    since: Duration,
    last: Duration,
}

/// Gathers hints until each path has been quiet long enough, or has been busy for too long to wait any more.
#[derive(Clone, Debug)]
pub struct Settle {
    quiet: Duration,
    cap: Duration,
    dirty: BTreeMap<String, Dirty>,
}

impl Settle {
    /// `quiet` is the time without a hint after which a path is ready, `cap` the longest wait for it; both monotonic.
    #[must_use]
    pub const fn new(quiet: Duration, cap: Duration) -> Self {
        Self {
            quiet,
            cap,
            dirty: BTreeMap::new(),
        }
    }

    /// Notes that something happened to a path at a time.
    pub fn note(&mut self, path: &str, at: Duration) {
        self.dirty
            .entry(path.to_owned())
            .and_modify(|d| d.last = d.last.max(at))
            .or_insert(Dirty {
                since: at,
                last: at,
            });
    }

    /// Takes the paths that are ready at a time.
    pub fn ready(&mut self, at: Duration) -> Vec<String> {
        let (quiet, cap) = (self.quiet, self.cap);
        let mut ready = Vec::new();
        self.dirty.retain(|path, dirty| {
            if due(*dirty, quiet, cap) <= at {
                ready.push(path.clone());
                false
            } else {
                true
            }
        });
        ready
    }

    /// When the next path will be ready, if nothing more happens to it.
    #[must_use]
    pub fn next(&self) -> Option<Duration> {
        self.dirty
            .values()
            .map(|d| due(*d, self.quiet, self.cap))
            .min()
    }

    /// Whether a path is being waited for.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.dirty.contains_key(path)
    }

    /// Whether nothing is being waited for.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.dirty.is_empty()
    }

    /// Forgets everything (a pass looked at all).
    pub fn clear(&mut self) {
        self.dirty.clear();
    }

    /// Changes the waits (settings reloaded).
    pub const fn set(&mut self, quiet: Duration, cap: Duration) {
        self.quiet = quiet;
        self.cap = cap;
    }
}

fn due(dirty: Dirty, quiet: Duration, cap: Duration) -> Duration {
    (dirty.last + quiet).min(dirty.since + cap.max(quiet))
}
