//! Whether the mail server lets us in, tried without sending anything.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::Access;
use crate::config::{MailSettings, Security};
use crate::outbox::Outcome;

/// Longest a probe lasts, in steps of `timeout_s`.
const PROBE_STEPS: u32 = 4;

/// Connects, encrypts, logs in and takes leave, as every delivery would; no mail is sent. The text tells how far it came.
///
/// # Errors
/// Why no mail would be handed over, in the words of the step that failed.
pub fn probe(settings: &MailSettings) -> Result<String, String> {
    let access = Access::new(settings).map_err(line)?;
    let timeout = Duration::from_secs(settings.timeout_s.clamp(1, 30));
    let (report, reports) = channel();
    let started = thread::Builder::new()
        .name("annexd-probe".to_owned())
        .spawn(move || {
            let _ = report.send(access.try_login(timeout));
        });
    if let Err(e) = started {
        return Err(format!("no thread for the connection: {e}"));
    }
    let told = match reports.recv_timeout(timeout * PROBE_STEPS) {
        Ok(told) => told,
        Err(RecvTimeoutError::Timeout) => return Err("no answer in time".to_owned()),
        Err(RecvTimeoutError::Disconnected) => return Err("the conversation broke off".to_owned()),
    };
    told.map_err(line)?;
    let security = match settings.security {
        Security::None => "without encryption",
        Security::Starttls => "with STARTTLS",
        Security::Tls => "with TLS",
    };
    let login = if settings.username.is_empty() {
        "no login is set".to_owned()
    } else {
        format!("the login of {} is accepted", settings.username)
    };
    Ok(format!("{security}, {login}"))
}

fn line(outcome: Outcome) -> String {
    match outcome {
        Outcome::Transient { line, .. }
        | Outcome::Permanent(line)
        | Outcome::Config(line)
        | Outcome::Uncertain(line)
        | Outcome::Sent(line) => line,
    }
}
