//! The share's own thread: when to look, when to run a pass, when to try again.

mod chores;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, never, select};
use jiff::Timestamp;
use jiff::civil::DateTime;

use super::done::Done;
use super::health::{self, Health, LastPass};
use super::perform::perform;
use super::setup::{PassError, Setup};
use super::{Control, mails};
use crate::domain::now::Now;
use crate::settle::Settle;
use crate::shell::answer;
use crate::shell::clock::{self, Stopwatch, Trust};
use crate::shell::folder::{self, Identity, ShareError};
use crate::shell::publish::Outcome;
use crate::shell::snapshot::{Patience, Scanner};
use crate::shell::store::{CLOCK_DOUBT, Store};
use crate::shell::vault::Vault;
use crate::shell::watch::{Hint, Watch, Watching};

/// Longest wait for a path that is never quiet.
const BUSY_MAX: Duration = Duration::from_secs(60);
/// How often the wall clock is looked at for the day's times.
const CLOCK_LOOK: Duration = Duration::from_secs(20);
/// First wait before an incomplete file is looked at again; it doubles.
const AGAIN_FIRST: Duration = Duration::from_secs(2);
/// Rescans in a row that found what no event told, before events are given up.
const BLIND_MAX: u32 = 2;
/// Between two backups of the database.
const BACKUP: Duration = Duration::from_secs(24 * 3600);

/// Runs until told to stop.
pub fn run(
    setup: Setup,
    store: Store,
    control: &Receiver<Control>,
    to_mails: &Sender<mails::Control>,
    health: &Mutex<Health>,
) {
    let vault = match Vault::open(&setup.config.state_dir) {
        Ok(vault) => vault,
        Err(e) => {
            health::alarm(health, &format!("the vault cannot be opened: {e}"));
            return;
        }
    };
    let stored = |key| store.meta(key).ok().flatten();
    // Whoever let mails go has looked at the clock too.
    let last = stored("last_seen").filter(|_| stored("mails_released").is_none());
    let last = last.and_then(|t| t.parse().ok());
    let doubted = stored(CLOCK_DOUBT).is_some();
    let trust = Trust::since(last, doubted, clock::machine());
    let scanner = Scanner::remembering(store.meta("absences").ok().flatten().as_deref());
    let settle = Settle::new(
        Duration::from_millis(setup.config.watch.settle_ms),
        BUSY_MAX,
    );
    let now = Instant::now();
    let mut worker = Worker {
        setup,
        store,
        vault,
        scanner,
        settle,
        watch: None,
        identity: None,
        stopwatch: Stopwatch::start(),
        to_mails,
        health,
        pass_at: Some(now),
        look_at: now,
        again: AGAIN_FIRST,
        last_local: None,
        last_pass: None,
        blind: 0,
        release_seen: false,
        unseen: false,
        trust,
        clock_doubted: doubted,
        backup_at: now + BACKUP,
    };
    worker.run(control);
}

struct Worker<'a> {
    setup: Setup,
    store: Store,
    vault: Vault,
    scanner: Scanner,
    settle: Settle,
    watch: Option<Watch>,
    identity: Option<Identity>,
    stopwatch: Stopwatch,
    to_mails: &'a Sender<mails::Control>,
    health: &'a Mutex<Health>,
    /// When a pass is due for its own reasons (start, retry, time of day).
    pass_at: Option<Instant>,
    /// When the folder is looked at next.
    look_at: Instant,
    again: Duration,
    last_local: Option<DateTime>,
    last_pass: Option<(Timestamp, Instant)>,
    blind: u32,
    /// A person's release was seen and waits for offices to open.
    release_seen: bool,
    /// The last look came to nothing.
    unseen: bool,
    /// How far the clock is believed, and whether it is not.
    trust: Trust,
    clock_doubted: bool,
    backup_at: Instant,
}

impl Worker<'_> {
    fn run(&mut self, control: &Receiver<Control>) {
        loop {
            let hints = self
                .watch
                .as_ref()
                .map_or_else(never, |w| w.hints().clone());
            let wait = self.wait();
            select! {
                recv(control) -> told => match told {
                    Ok(Control::Stop) | Err(_) => return,
                    Ok(Control::Reload(setup)) => self.reload(*setup),
                },
                recv(hints) -> hint => match hint {
                    Ok(hint) => self.hint(hint),
                    // Never so while the watch keeps its channel open.
                    Err(_) => self.rearm("the watcher ended"),
                },
                default(wait) => {}
            }
            self.work();
        }
    }

    /// Monotonic time; it starts high enough for changes that lie before the start.
    fn at(&self) -> Duration {
        BACKUP + self.stopwatch.elapsed()
    }

    /// Until something is due.
    fn wait(&self) -> Duration {
        let now = Instant::now();
        let settled = self.settle.next().map(|at| at.saturating_sub(self.at()));
        [
            Some(self.look_at.saturating_duration_since(now)),
            self.pass_at.map(|at| at.saturating_duration_since(now)),
            settled,
            Some(CLOCK_LOOK),
        ]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or(CLOCK_LOOK)
    }

    fn work(&mut self) {
        if Instant::now() >= self.look_at {
            self.busy(true);
            self.look();
            self.busy(false);
        }
        let ready = self.settle.ready(self.at());
        let now = self.moment();
        let due = self.pass_at.is_some_and(|at| Instant::now() >= at);
        let released = self.is_released();
        if due || !ready.is_empty() || released || self.time_of_day(&now) {
            tracing::debug!(paths = ?ready, "a pass begins");
            self.busy(true);
            self.pass(&now);
            self.busy(false);
        }
        if Instant::now() >= self.backup_at {
            self.backup_at = Instant::now() + BACKUP;
            self.nightly();
        }
    }

    fn busy(&self, busy: bool) {
        health::with(self.health, |h| {
            h.busy_since = busy.then(Timestamp::now);
        });
    }

    fn hint(&mut self, hint: Hint) {
        match hint {
            Hint::Path(path) => self.settle.note(&path, self.at()),
            Hint::Everything(why) => {
                tracing::debug!("{why}: the whole share is looked at");
                if why.starts_with("the watcher failed") {
                    self.rearm(&why);
                }
                self.look_at = self
                    .look_at
                    .min(Instant::now() + Duration::from_millis(500));
            }
        }
    }

    /// Starts the watch anew: its watches are on folders that may be gone.
    fn rearm(&mut self, why: &str) {
        tracing::info!("the share is watched anew: {why}");
        self.watch = None;
        self.identity = None;
        self.look_at = Instant::now();
    }

    /// Compares the folder with what was read; this finds what no event told.
    fn look(&mut self) {
        match folder::scan(&self.setup.config) {
            Ok(listing) => {
                if self.identity != Some(listing.identity) {
                    if self.identity.is_some() {
                        tracing::warn!("another folder stands at the share's path");
                    }
                    self.watch = None;
                }
                if self.watch.is_none() {
                    let watch = Watch::start(&self.setup.config);
                    let words = match &watch.watching {
                        Watching::Events => "events".to_owned(),
                        Watching::Polling(why) => format!("polling: {why}"),
                    };
                    tracing::info!("watching by {words}");
                    health::with(self.health, |h| h.watching = words);
                    self.watch = Some(watch);
                    if self.identity.is_some() {
                        self.pass_at = Some(Instant::now());
                    }
                    self.identity = Some(listing.identity);
                }
                let recovered = std::mem::take(&mut self.unseen);
                health::with(self.health, |h| {
                    if recovered {
                        "idle".clone_into(&mut h.state);
                        h.failure = None;
                    }
                });
                self.restore_output();
                self.news(&listing);
                let config = &self.setup.config.watch;
                let polling = self
                    .watch
                    .as_ref()
                    .is_none_or(|w| matches!(w.watching, Watching::Polling(_)));
                let seconds = if polling {
                    config.poll_s
                } else {
                    config.rescan_s
                };
                self.look_at = Instant::now() + Duration::from_secs(seconds.max(1));
                if self.scanner.full_due(&self.setup.config) {
                    self.pass_at = Some(Instant::now());
                }
            }
            Err(e) => self.share_trouble(&e),
        }
    }

    /// Notes what differs from what was read; a file that has long been quiet is ready at once.
    fn news(&mut self, listing: &folder::Listing) {
        if self.last_pass.is_none() {
            return;
        }
        let at = self.at();
        let wall = Timestamp::now().as_nanosecond();
        let mut unheard = false;
        for (path, changed_ns) in self.scanner.news(listing) {
            let age = u64::try_from(wall - changed_ns).map_or(Duration::ZERO, Duration::from_nanos);
            unheard |= !self.settle.has(&path) && age > Duration::from_secs(1);
            self.settle.note(&path, at.saturating_sub(age));
        }
        let events = self
            .watch
            .as_ref()
            .is_some_and(|w| w.watching == Watching::Events);
        if !events {
            return;
        }
        self.blind = if unheard { self.blind + 1 } else { 0 };
        if self.blind >= BLIND_MAX
            && let Some(watch) = &mut self.watch
        {
            watch.give_up("rescans found changes that no event told");
            tracing::warn!(
                "rescans found changes that no event told: the share is polled from now on"
            );
            health::with(self.health, |h| {
                "polling: rescans found changes that no event told".clone_into(&mut h.watching);
            });
        }
    }

    /// A consolidated workbook that was removed or moved away, or in whose place something else stands, is published again.
    fn restore_output(&mut self) {
        let config = &self.setup.config;
        let target = config.share.join(&config.publish.consolidated);
        let asking = answer::asking();
        let gone = match std::fs::symlink_metadata(&target) {
            Ok(found) => !found.is_file(),
            Err(e) => e.kind() == std::io::ErrorKind::NotFound,
        };
        drop(asking);
        if gone && self.pass_at.is_none() && self.last_pass.is_some() {
            tracing::warn!(file = ?config.publish.consolidated, "the published workbook is gone; it is published again");
            self.pass_at = Some(Instant::now());
        }
    }

    fn share_trouble(&mut self, e: &ShareError) {
        self.unseen = true;
        let wait = Duration::from_secs(self.setup.config.watch.poll_s.max(1));
        self.look_at = Instant::now() + wait;
        let next = later(wait);
        health::with(self.health, |h| {
            if h.state != "share-away" {
                tracing::warn!("{e}; nothing is concluded, it is tried again");
            }
            if matches!(e, ShareError::Away(..)) {
                "share-away".clone_into(&mut h.state);
            }
            h.note_failure(&e.to_string(), Timestamp::now(), next);
        });
        if matches!(e, ShareError::Away(..)) {
            self.watch = None;
            // The pass that was due stays due for when the share is back.
            self.pass_at = Some(Instant::now() + wait);
        }
    }

    /// Whether one of the day's times has come since the last pass: midnight, the hour of digests, the end of quiet hours.
    fn time_of_day(&self, now: &Now) -> bool {
        let Some(last) = self.last_local else {
            return false;
        };
        let notices = &self.setup.config.notices;
        now.local.date() > last.date()
            || [notices.send_at, notices.quiet_to]
                .iter()
                .any(|t| last.time() < *t && *t <= now.local.time())
    }

    /// Whether a person released held mails since the last look.
    fn is_released(&mut self) -> bool {
        let set = matches!(self.store.meta("mails_released"), Ok(Some(_)));
        let news = set && !self.release_seen;
        self.release_seen = set;
        news
    }

    fn pass(&mut self, now: &Now) {
        self.pass_at = None;
        let alarms = health::with(self.health, |h| std::mem::take(&mut h.untold));
        let done = perform(
            &self.setup,
            &mut self.store,
            &self.vault,
            &mut self.scanner,
            Patience::Daemon,
            now,
            &alarms,
        );
        match done {
            Ok(done) => return self.committed(now, &done, &alarms),
            Err(PassError::Share(e)) => {
                self.pass_at = Some(
                    Instant::now() + Duration::from_secs(self.setup.config.watch.poll_s.max(1)),
                );
                self.share_trouble(&e);
            }
            Err(e) => {
                let wait = Duration::from_secs(self.setup.config.publish.retry_s.max(1));
                self.pass_at = Some(Instant::now() + wait);
                let words = e.to_string();
                // The same trouble at every try is one line.
                if health::with(self.health, |h| {
                    h.failure.as_ref().is_none_or(|f| f.reason != words)
                }) {
                    tracing::error!("{words}; the pass is kept and tried again");
                }
                health::with(self.health, |h| {
                    "failing".clone_into(&mut h.state);
                    h.note_failure(&e.to_string(), Timestamp::now(), later(wait));
                });
            }
        }
        // Nobody was told yet.
        health::with(self.health, |h| {
            h.untold.splice(0..0, alarms).for_each(drop)
        });
    }

    fn committed(&mut self, now: &Now, done: &Done, told: &[String]) {
        self.last_local = Some(now.local);
        self.last_pass = Some((now.instant, Instant::now()));
        let watch = &self.setup.config.watch;
        let blocked = done
            .troubles
            .iter()
            .any(|t| t.kind == "beside" || t.kind == "not-written");
        let wait = if done.troubles.iter().any(|t| t.kind == "unsettled") {
            let wait = self.again;
            self.again = (self.again * 2).min(Duration::from_secs(watch.rescan_s.max(2)));
            Some(wait)
        } else {
            self.again = AGAIN_FIRST;
            blocked.then(|| Duration::from_secs(self.setup.config.publish.retry_s.max(1)))
        };
        let doubt = (done.doubted > 0).then(|| Duration::from_secs(watch.deletion_s.max(1)));
        let wait = [wait, doubt].into_iter().flatten().min();
        self.pass_at = wait.map(|w| Instant::now() + w);
        let written = done
            .published
            .iter()
            .filter(|p| p.outcome != Outcome::Unchanged)
            .count();
        let pass = LastPass {
            at: now.instant,
            as_of: now.as_of,
            took_ms: done.took_ms,
            files: done.files,
            written,
        };
        if let Err(e) = self.store.record_pass(now.instant, &pass) {
            tracing::warn!(error = %e, "the pass was not written down");
        }
        tracing::info!(
            files = done.files,
            written,
            took_ms = done.took_ms,
            "pass committed"
        );
        for alarm in done.alarms.iter().filter(|a| !told.contains(a)) {
            health::show(self.health, alarm);
        }
        health::with(self.health, |h| {
            "idle".clone_into(&mut h.state);
            h.failure = None;
            h.pass = Some(pass);
            h.note_troubles(&done.troubles, now.instant, wait.and_then(later));
        });
        health::write(self.health, &self.setup.config);
        // The mails' thread looks at the outbox by itself too.
        let _ = self.to_mails.send(mails::Control::Kick);
    }

    fn reload(&mut self, setup: Setup) {
        let quiet = Duration::from_millis(setup.config.watch.settle_ms);
        self.settle.set(quiet, BUSY_MAX);
        if setup.config.share != self.setup.config.share {
            self.identity = None;
        }
        self.setup = setup;
        self.scanner.forget();
        self.watch = None;
        self.look_at = Instant::now();
        self.pass_at = Some(Instant::now());
    }
}

fn later(wait: Duration) -> Option<Timestamp> {
    Timestamp::now()
        .checked_add(jiff::SignedDuration::try_from(wait).ok()?)
        .ok()
}
