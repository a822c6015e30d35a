//! The wall clock: the only place that reads it.

use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::config::Config;
use crate::domain::now::Now;

/// The time zone of the settings.
#[must_use]
pub fn zone(config: &Config) -> TimeZone {
    config.zone()
}

/// The moment of a pass; `as_of` replaces the day the numbers are for.
#[must_use]
pub fn now(config: &Config, as_of: Option<Date>) -> Now {
    at(Timestamp::now(), config, as_of)
}

/// The same for a given instant, for replays and tests.
#[must_use]
pub fn at(instant: Timestamp, config: &Config, as_of: Option<Date>) -> Now {
    let local = Zoned::new(instant, zone(config)).datetime();
    Now {
        instant,
        local,
        as_of: as_of.unwrap_or_else(|| local.date()),
        as_of_given: as_of.is_some(),
    }
}

/// What the wall clock did since it was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// It ran as clocks do.
    None,
    /// It went back by so many seconds: no new daily run until it catches up.
    Back(i64),
    /// It went ahead by so many seconds that nobody slept: mails are held.
    Ahead(i64),
}

/// Seconds a clock may go back without a word (time servers step).
const BACK_S: i64 = 300;
/// Seconds a clock may run ahead of the monotonic time between two looks.
const AHEAD_S: i64 = 48 * 3600;

/// Compares the clock with the last moment the store knows. `running` is the monotonic time since that moment where this very
/// process saw it: a daemon that was off for days is no jump.
#[must_use]
pub fn jump(last_seen: Option<Timestamp>, now: Timestamp, running: Option<Duration>) -> Jump {
    let Some(last) = last_seen else {
        return Jump::None;
    };
    let passed = now.as_second() - last.as_second();
    if passed < -BACK_S {
        return Jump::Back(-passed);
    }
    let alive = running.map(|d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX));
    match alive {
        Some(alive) if passed - alive > AHEAD_S => Jump::Ahead(passed),
        _ => Jump::None,
    }
}

/// Monotonic time since the process started to look, for timers.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts one.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
