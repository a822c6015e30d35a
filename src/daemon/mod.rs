//! The daemon: wake → snapshot → advance → publish → commit → deliver, and what keeps it alive.
//!
//! Three threads: all I/O on the share in one (it may hang as long as a dead server likes), mails in another, signals, heartbeat
//! and watchdog in the first. They meet in the store and in [`health::Health`]. In front of them stands a process of its own that
//! ends in time whatever hangs ([`guard`]).

pub mod alarms;
mod answers;
pub mod counts;
mod done;
mod drafts;
pub mod guard;
pub mod health;
mod mails;
pub mod perform;
mod post;
mod publishing;
mod purge;
mod setup;
mod standing;
pub mod told;
pub mod troubles;
mod worker;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, never, select, unbounded};
use jiff::Timestamp;
use sd_notify::NotifyState;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

pub use self::done::Done;
use self::health::Health;
pub use self::mails::Delivery;
pub use self::perform::perform;
pub use self::post::Post;
pub use self::publishing::words;
pub use self::purge::unkept;
pub use self::setup::{Advance, OwnedParse, PassError, Setup, Steady};
use crate::shell::clock;
use crate::shell::store::{Store, StoreError};

/// Exit: done.
const OK: u8 = 0;
/// Exit: a defect of ours.
const DEFECT: u8 = 70;
/// Exit: try again.
const TRY_AGAIN: u8 = 75;
/// Exit: the settings are wrong.
const CONFIG: u8 = 78;

/// Time the threads get to end by themselves; a hanging share is then left to the kernel.
const END_WITHIN: Duration = Duration::from_secs(3);
/// Between two heartbeats.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// Everything made from the settings.
#[derive(Debug)]
pub struct Loaded {
    /// For passes.
    pub setup: Setup,
    /// For mails.
    pub delivery: Box<dyn Delivery>,
}

/// Reads the settings anew; an error is one text for the operator, and the old ones stay.
pub type Load = dyn Fn() -> Result<Loaded, String> + Send + Sync;

/// What the first thread tells the others.
enum Control {
    Stop,
    Reload(Box<Setup>),
}

/// Runs behind its guard until a signal ends it; returns the exit code.
pub fn run(load: &Load, guard: u32) -> u8 {
    if !guard::follow(guard) {
        tracing::error!("the daemon's process is started by `annexd run` only");
        return DEFECT;
    }
    let loaded = match load() {
        Ok(loaded) => loaded,
        Err(why) => {
            tracing::error!("{why}");
            return CONFIG;
        }
    };
    let config = loaded.setup.config.clone();
    let (store, mail_store) = match open_stores(&config) {
        Ok(stores) => stores,
        Err(e) => {
            tracing::error!("{e}");
            return if matches!(e, StoreError::NotLocal(..)) {
                CONFIG
            } else {
                TRY_AGAIN
            };
        }
    };
    let signals = match signals() {
        Ok(signals) => signals,
        Err(e) => {
            tracing::error!(error = %e, "signals cannot be caught");
            return DEFECT;
        }
    };
    let health = Arc::new(Mutex::new(Health {
        pid: guard,
        ..Health::after_restart(&config)
    }));
    if let Some(words) = &store.rebuilt {
        health::alarm(&health, &format!("{words}; mails are held"));
    }
    let (to_worker, worker_control) = unbounded();
    let (to_mails, mails_control) = unbounded();
    let (ended, ends) = bounded(2);
    let mut threads = 0;
    threads += spawn("share", &ended, {
        let (health, to_mails) = (Arc::clone(&health), to_mails.clone());
        let setup = loaded.setup;
        move || worker::run(setup, store, &worker_control, &to_mails, &health)
    });
    threads += spawn("mails", &ended, {
        let (health, config) = (Arc::clone(&health), config.clone());
        let delivery = loaded.delivery;
        move || mails::run(config, delivery, mail_store, &mails_control, &health)
    });
    if threads < 2 {
        return DEFECT;
    }
    Front {
        load,
        config,
        health,
        signals,
        ends,
        to_worker,
        to_mails,
    }
    .run()
}

fn open_stores(config: &crate::config::Config) -> Result<(Store, Store), StoreError> {
    let store = Store::open(&config.state_dir)?;
    let second = Store::again(&config.state_dir)?;
    Ok((store, second))
}

/// Starts a thread that tells how it ended; returns how many were started.
fn spawn(
    name: &'static str,
    ended: &Sender<(&'static str, bool)>,
    body: impl FnOnce() + Send + 'static,
) -> u32 {
    let ended = ended.clone();
    let started = std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            let sound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).is_ok();
            // Nobody listens any more when the process is about to end.
            let _ = ended.send((name, sound));
        });
    match started {
        Ok(_) => 1,
        Err(e) => {
            tracing::error!(thread = name, error = %e, "a thread cannot be started");
            0
        }
    }
}

fn signals() -> std::io::Result<Receiver<i32>> {
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    let (sender, receiver) = unbounded();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for signal in signals.forever() {
                if sender.send(signal).is_err() {
                    break;
                }
            }
        })?;
    Ok(receiver)
}

/// The first thread: signals, heartbeat, watchdog.
struct Front<'a> {
    load: &'a Load,
    config: crate::config::Config,
    health: Arc<Mutex<Health>>,
    signals: Receiver<i32>,
    ends: Receiver<(&'static str, bool)>,
    to_worker: Sender<Control>,
    to_mails: Sender<mails::Control>,
}

impl Front<'_> {
    fn run(mut self) -> u8 {
        guard::tell(&[NotifyState::Ready]);
        let watchdog = sd_notify::watchdog_enabled();
        let beat = watchdog.map_or(HEARTBEAT, |limit| (limit / 3).min(HEARTBEAT));
        let mut next = Instant::now();
        loop {
            if Instant::now() >= next {
                self.beat(watchdog.is_some());
                next = Instant::now() + beat;
            }
            select! {
                recv(self.signals) -> signal => match signal {
                    Ok(SIGHUP) => self.reload(),
                    Ok(_) => return self.stop(),
                    Err(_) => return DEFECT,
                },
                recv(self.ends) -> end => {
                    let name = end.map_or("?", |(name, _)| name);
                    tracing::error!(thread = name, "a thread ended by a defect; the daemon ends so that it is started again");
                    return DEFECT;
                }
                recv(never::<()>()) -> _ => {}
                default(next.saturating_duration_since(Instant::now())) => {}
            }
        }
    }

    fn beat(&self, watchdog: bool) {
        if watchdog {
            guard::tell(&[NotifyState::Watchdog]);
        }
        health::write(&self.health, &self.config);
    }

    fn reload(&mut self) {
        if let Ok(usec) = NotifyState::monotonic_usec_now() {
            guard::tell(&[NotifyState::Reloading, usec]);
        }
        match (self.load)() {
            Ok(loaded) => {
                if loaded.setup.config.state_dir == self.config.state_dir {
                    self.config = loaded.setup.config.clone();
                    // The threads read their settings when they are next awake.
                    let _ = self.to_mails.send(mails::Control::Reload(
                        Box::new(self.config.clone()),
                        loaded.delivery,
                    ));
                    let _ = self.to_worker.send(Control::Reload(Box::new(loaded.setup)));
                    health::with(&self.health, |h| {
                        h.config_error = None;
                        h.config_error_since = None;
                    });
                    tracing::info!("the settings were reloaded");
                } else {
                    self.keep_old("state_dir cannot change while running; restart for that");
                }
            }
            Err(why) => self.keep_old(&why),
        }
        self.beat(false);
        guard::tell(&[NotifyState::Ready]);
    }

    fn keep_old(&self, why: &str) {
        tracing::error!("the new settings are refused, the old ones stay: {why}");
        health::with(&self.health, |h| {
            h.config_error = Some(why.to_owned());
            h.config_error_since.get_or_insert_with(Timestamp::now);
        });
        let first = why.lines().next().unwrap_or_default();
        health::alarm(
            &self.health,
            &format!("the changed settings are refused and the old ones stay: {first}"),
        );
    }

    fn stop(self) -> u8 {
        guard::tell(&[NotifyState::Stopping]);
        tracing::info!("ending");
        health::with(&self.health, |h| "stopping".clone_into(&mut h.state));
        let _ = self.to_worker.send(Control::Stop);
        let _ = self.to_mails.send(mails::Control::Stop);
        let patience = clock::Stopwatch::start();
        let mut running = 2;
        while running > 0 {
            let left = END_WITHIN.saturating_sub(patience.elapsed());
            match self.ends.recv_timeout(left) {
                Ok(_) => running -= 1,
                Err(_) => {
                    tracing::warn!(
                        "a thread hangs (a share or server that does not answer); nothing half-done is left behind"
                    );
                    break;
                }
            }
        }
        health::with(&self.health, |h| "stopped".clone_into(&mut h.state));
        health::write(&self.health, &self.config);
        OK
    }
}
