//! The wall clock: the only place that reads it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

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
    let mending = *CORRECTION.lock().unwrap_or_else(PoisonError::into_inner);
    let now = at(mending.of(Timestamp::now()), config, as_of);
    Now {
        doubted: matches!(mending, Correction::Ahead(_)),
        ..now
    }
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
        doubted: false,
    }
}

/// Time since the machine started, a sleep of the machine included: what a wall clock is measured against.
#[must_use]
pub fn machine() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// What stands for the wall clock while it is not believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Correction {
    /// It is believed.
    #[default]
    None,
    /// It runs ahead by so much.
    Ahead(SignedDuration),
    /// It is behind this moment, at which time stands until it has caught up.
    Stands(Timestamp),
}

impl Correction {
    /// The moment to go by when the clock shows `wall`.
    #[must_use]
    pub fn of(self, wall: Timestamp) -> Timestamp {
        match self {
            Self::None => wall,
            Self::Ahead(by) => wall.checked_sub(by).unwrap_or(wall),
            Self::Stands(at) => at.max(wall),
        }
    }
}

/// What every thread of the daemon goes by.
static CORRECTION: Mutex<Correction> = Mutex::new(Correction::None);

/// What a look at the clock came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// As before.
    Same,
    /// It went back within the day by so many seconds, as time servers do.
    Stepped(i64),
    /// It is no longer believed: what it shows, and what it should show.
    Doubted(Timestamp, Timestamp),
    /// It is believed again.
    Believed,
}

/// Seconds a clock may go back without a word (time servers step).
const BACK_S: i64 = 300;
/// Seconds a clock may run ahead of the machine's own time.
const AHEAD_S: i64 = 48 * 3600;
/// Seconds a daemon may have been off: a quarter and some days. Its first pass is as good as a jump after more.
const OFF_S: i64 = 100 * 86_400;

/// Whether the clock shows so much more than when a pass was last committed that nobody believes it unasked.
#[must_use]
pub fn is_far_ahead(last_seen: Timestamp, wall: Timestamp) -> bool {
    wall.as_second() - last_seen.as_second() > OFF_S
}

/// Whether the clock is behind the last committed pass by more than a step; by how many seconds.
#[must_use]
pub fn behind(last_seen: Timestamp, wall: Timestamp) -> Option<i64> {
    let behind = last_seen.as_second() - wall.as_second();
    (behind > BACK_S).then_some(behind)
}

/// How far the wall clock is believed: measured against the machine's own time, which nobody sets.
///
/// A clock that is not believed stops nothing: figures go by the time that should be, and the fuse holds mails, until the clock is
/// right again or a person says that it is.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The last moment that was believed; none before the first.
    good: Option<Timestamp>,
    /// The machine's time at it, or at this one's making.
    machine: Duration,
    /// How far ahead the clock may be before it is doubted, seconds.
    ahead_s: i64,
    doubt: bool,
}

impl Trust {
    /// Goes on from the last moment the store knows; `doubted` when the clock was not believed then.
    #[must_use]
    pub const fn since(last_seen: Option<Timestamp>, doubted: bool, machine: Duration) -> Self {
        Self {
            good: last_seen,
            machine,
            ahead_s: if doubted { AHEAD_S } else { OFF_S },
            doubt: false,
        }
    }

    /// Looks at the clock.
    pub fn look(&mut self, wall: Timestamp, machine: Duration, zone: &TimeZone) -> Look {
        let Some(good) = self.good else {
            return self.believe(wall, machine);
        };
        let passed_s = wall.as_second() - good.as_second();
        let day = |t: Timestamp| t.to_zoned(zone.clone()).date();
        if passed_s < -BACK_S {
            if day(wall) < day(good) {
                return self.doubts(wall, good);
            }
            self.believe(wall, machine);
            return Look::Stepped(-passed_s);
        }
        let should = good.checked_add(self.alive(machine)).unwrap_or(good);
        if wall.as_second() - should.as_second() > self.ahead_s {
            return self.doubts(wall, should);
        }
        self.believe(wall, machine)
    }

    /// Takes the clock as right whatever it shows: a person has looked.
    pub const fn believe(&mut self, wall: Timestamp, machine: Duration) -> Look {
        self.good = Some(wall);
        self.machine = machine;
        self.ahead_s = AHEAD_S;
        if std::mem::replace(&mut self.doubt, false) {
            return Look::Believed;
        }
        Look::Same
    }

    fn doubts(&mut self, wall: Timestamp, should: Timestamp) -> Look {
        if std::mem::replace(&mut self.doubt, true) {
            return Look::Same;
        }
        self.ahead_s = AHEAD_S;
        Look::Doubted(wall, should)
    }

    fn alive(&self, machine: Duration) -> SignedDuration {
        let alive = machine.saturating_sub(self.machine);
        SignedDuration::try_from(alive).unwrap_or_default()
    }

    /// Whether the last look did not believe the clock.
    #[must_use]
    pub const fn is_doubted(&self) -> bool {
        self.doubt
    }

    /// What stands for the clock now.
    #[must_use]
    pub fn correction(&self, wall: Timestamp, machine: Duration) -> Correction {
        let Some(good) = self.good.filter(|_| self.doubt) else {
            return Correction::None;
        };
        if wall < good {
            return Correction::Stands(good);
        }
        let should = good.checked_add(self.alive(machine)).unwrap_or(good);
        Correction::Ahead(wall.duration_since(should))
    }

    /// Lets every thread of this process go by it.
    pub fn spread(&self) {
        let mending = self.correction(Timestamp::now(), machine());
        *CORRECTION.lock().unwrap_or_else(PoisonError::into_inner) = mending;
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
