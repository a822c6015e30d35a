//! What the share's thread does besides passes: looks at the clock, backs the database up, tidies the vault.

use jiff::Timestamp;

use super::Worker;
use crate::daemon::health;
use crate::domain::now::Now;
use crate::shell::clock::{self, Jump};

impl Worker<'_> {
    /// A clock that jumped makes no wave of mails: they are held until a person has looked.
    pub(super) fn check_clock(&mut self, now: &Now) {
        let stored = self.store.meta("last_seen").ok().flatten();
        let last = stored.and_then(|s| s.parse::<Timestamp>().ok());
        let running = self.last_pass.map(|(_, at)| at.elapsed());
        let zone = clock::zone(&self.setup.config);
        let words = match clock::jump(last, now.instant, running) {
            Jump::None => return,
            Jump::Back(s) => {
                let earlier = last.is_some_and(|l| now.local.date() < l.to_zoned(zone).date());
                if !earlier {
                    tracing::warn!(seconds = s, "the clock went back");
                    return;
                }
                format!("the clock went back by {s} s to an earlier day")
            }
            Jump::Ahead(s) => format!("the clock went ahead by {s} s"),
        };
        let text = format!("{words}; mails are held until `annexd notices --release`");
        let kept = self.store.meta("mails_held").ok().flatten();
        if kept.is_none() {
            health::alarm(self.health, &text);
            let held = self.store.set_meta("mails_held", &words);
            let told = self.store.alarm(now.instant, &text);
            if let Err(e) = held.and(told) {
                tracing::error!(error = %e, "the hold on mails could not be written down");
            }
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
        if keep > 0 && !in_use.is_empty() {
            match self.vault.tidy(keep, &in_use) {
                Ok(0) => {}
                Ok(n) => tracing::info!(versions = n, "old versions left the vault"),
                Err(e) => tracing::warn!(error = %e, "the vault could not be tidied"),
            }
        }
    }
}
