//! What the share's thread does besides passes: looks at the clock, backs the database up, tidies the vault.

use std::time::Instant;

use jiff::Timestamp;

use super::Worker;
use crate::daemon::health::{self, Failure};
use crate::domain::now::Now;
use crate::shell::clock::{self, Look};
use crate::shell::store::CLOCK_DOUBT;

impl Worker<'_> {
    /// The moment to go by: the clock's, or the one that should be where the clock is not believed.
    pub(super) fn moment(&mut self) -> Now {
        let zone = clock::zone(&self.setup.config);
        let (wall, machine) = (Timestamp::now(), clock::machine());
        let doubts = self.clock_doubted;
        let asked = doubts && matches!(self.store.meta(CLOCK_DOUBT), Ok(None));
        let look = if asked {
            self.trust.believe(wall, machine)
        } else {
            self.trust.look(wall, machine, &zone)
        };
        match look {
            Look::Same if self.clock_doubted == self.trust.is_doubted() => {}
            Look::Stepped(seconds) => tracing::warn!(seconds, "the clock went back"),
            Look::Doubted(shown, should) => self.doubt_clock(shown, should),
            Look::Same | Look::Believed => {
                tracing::warn!("the clock is believed again");
                self.clock_doubted = false;
                if let Err(e) = self.store.clear_meta(CLOCK_DOUBT) {
                    tracing::error!(error = %e, "it could not be written down");
                }
                health::with(self.health, |h| h.clock_error = None);
                self.pass_at = Some(Instant::now());
            }
        }
        self.trust.spread();
        clock::now(&self.setup.config, self.setup.as_of)
    }

    /// A clock that jumped makes no wave of mails and moves no figure: the operator is told, and what should be goes on.
    fn doubt_clock(&mut self, shown: Timestamp, should: Timestamp) {
        let zone = clock::zone(&self.setup.config);
        let day = |t: Timestamp| t.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string();
        let until = "until it is right, or until `annexd notices --release` says that it is";
        let (shown, day_now) = (day(shown), day(should));
        let words = if shown < day_now {
            format!(
                "the clock shows {shown} and was at {day_now} before; no new day begins {until}"
            )
        } else {
            format!(
                "the clock shows {shown} and should show {day_now}; it is not believed, figures are as of {day_now} and mails are held {until}"
            )
        };
        self.clock_doubted = true;
        if let Err(e) = self.store.set_meta(CLOCK_DOUBT, &words) {
            tracing::error!(error = %e, "it could not be written down");
        }
        health::alarm(self.health, &words);
        health::with(self.health, |h| {
            h.clock_error = Some(Failure {
                reason: words,
                since: should,
                next_try: None,
            });
        });
        self.pass_at = Some(Instant::now());
    }

    /// Somebody removed the database: a restart rebuilds it.
    pub(super) fn check_database(&mut self, now: &Now) {
        if !self.store.is_gone() || std::mem::replace(&mut self.database_gone, true) {
            return;
        }
        let text = "the database file was removed while annexd runs: restart annexd, it is rebuilt from the vault's journal then";
        health::alarm(self.health, text);
        if let Err(e) = self.store.alarm(now.instant, text) {
            tracing::error!(error = %e, "an alarm could not be written down");
        }
    }

    pub(super) fn nightly(&mut self) {
        match self.store.backup() {
            Ok(path) => tracing::info!(file = %path.display(), "the database was backed up"),
            Err(e) => health::alarm(
                self.health,
                &format!("the database could not be backed up: {e}"),
            ),
        }
        if let Err(e) = self.store.tidy_journal() {
            tracing::warn!(error = %e, "the vault's journal could not be begun anew");
        }
        let keep = self.setup.config.vault.keep_days;
        let in_use = self.store.hashes_in_use().unwrap_or_default();
        if keep > 0 && !in_use.is_empty() && !self.clock_doubted {
            match self.vault.tidy(keep, &in_use) {
                Ok(0) => {}
                Ok(n) => tracing::info!(versions = n, "old versions left the vault"),
                Err(e) => tracing::warn!(error = %e, "the vault could not be tidied"),
            }
        }
    }
}
