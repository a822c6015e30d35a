//! The mails' own thread: a hanging share does not stop them, a hanging server does not stop passes.

use std::sync::Mutex;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};
use jiff::Timestamp;

use super::counts::outbox_counts;
use super::health::{self, Health};
use crate::config::Config;
use crate::domain::notice::MailState;
use crate::domain::now::Now;
use crate::shell::clock;
use crate::shell::store::{Store, StoreError};

/// Hands over what is due, recording each result in the store before the next mail.
pub trait Delivery: Send + std::fmt::Debug {
    /// Whether anything may go out at this moment: not on rest days and in quiet hours.
    fn is_open(&self) -> bool {
        true
    }

    /// Tries what is due now; a text tells the operator why something stays.
    ///
    /// # Errors
    /// The store is not readable or writable.
    fn deliver(&mut self, store: &mut Store, now: &Now) -> Result<Option<String>, StoreError>;
}

/// What the other threads tell this one.
pub enum Control {
    /// A pass was committed: look.
    Kick,
    /// End.
    Stop,
    /// New settings.
    Reload(Box<Config>, Box<dyn Delivery>),
}

/// Longest sleep: the clock may have jumped.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// Runs until told to stop.
pub fn run(
    mut config: Config,
    mut delivery: Box<dyn Delivery>,
    mut store: Store,
    control: &Receiver<Control>,
    health: &Mutex<Health>,
) {
    // The first pass decides first: what it finds settled is not sent.
    let mut wait = LOOK_AGAIN;
    loop {
        match control.recv_timeout(wait) {
            Ok(Control::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(Control::Reload(new, deliverer)) => {
                config = *new;
                delivery = deliverer;
            }
            Ok(Control::Kick) | Err(RecvTimeoutError::Timeout) => {}
        }
        let now = clock::now(&config, None);
        let open = delivery.is_open();
        let error = match open.then(|| delivery.deliver(&mut store, &now)) {
            None => None,
            Some(Ok(error)) => error,
            Some(Err(e)) => Some(e.to_string()),
        };
        if let Some(e) = &error {
            tracing::warn!("mails wait: {e}");
        }
        let counts = outbox_counts(&store).unwrap_or_default();
        health::with(health, |h| {
            h.mail_error = error;
            (h.mails_waiting, h.mails_held, h.mails_failed) = counts;
        });
        wait = open
            .then(|| next_look(&store, now.instant))
            .flatten()
            .unwrap_or(LOOK_AGAIN);
    }
}

/// Until the next mail may be tried.
fn next_look(store: &Store, now: Timestamp) -> Option<Duration> {
    let next = store
        .outbox()
        .ok()?
        .into_iter()
        .filter(|e| {
            matches!(
                e.state,
                MailState::Pending | MailState::Uncertain | MailState::Sending
            )
        })
        .map(|e| e.next_try)
        .min()?;
    let wait = Duration::try_from(next.duration_since(now)).unwrap_or(Duration::ZERO);
    Some(wait.clamp(Duration::from_secs(1), LOOK_AGAIN))
}
