//! Watches over a conversation: the phase of each moment is known, and no step lasts longer than it may.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::not_stored;
use crate::outbox::Outcome;

/// Step of the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    Starttls,
    Auth,
    From,
    Recipient,
    Data,
    Body,
}

/// What the conversation tells its supervisor.
pub(super) enum Report {
    Step(Step),
    /// The server waits for the body: may it go out?
    MayBodyGo,
    Done(Outcome),
}

/// Watches over a conversation: no step lasts longer than `timeout` (connecting with banner and greeting: three of them), the whole not longer than ten.
pub(super) fn supervise(
    timeout: Duration,
    reports: &Receiver<Report>,
    grant: &Sender<bool>,
    before_body: &mut dyn FnMut() -> bool,
) -> Outcome {
    let end = Instant::now() + timeout * 10;
    let mut step = Step::Connect;
    loop {
        let allowed = match step {
            Step::Connect | Step::Starttls => timeout * 3,
            Step::Auth => timeout * 2,
            _ => timeout,
        };
        let slack = Duration::from_millis(250);
        let left = (end.saturating_duration_since(Instant::now())).min(allowed + slack);
        match reports.recv_timeout(left) {
            Ok(Report::Step(next)) => step = next,
            Ok(Report::MayBodyGo) => {
                let may = before_body();
                let _ = grant.send(may);
                if !may {
                    return not_stored();
                }
                step = Step::Body;
            }
            Ok(Report::Done(outcome)) => return outcome,
            Err(e) => {
                let what = match e {
                    RecvTimeoutError::Timeout => "timed out",
                    RecvTimeoutError::Disconnected => "broke off",
                };
                let line = format!("{}: {what}", step.name());
                return lost(step, line);
            }
        }
    }
}

/// No usable answer in a step.
pub(super) fn lost(step: Step, line: String) -> Outcome {
    if step == Step::Body {
        Outcome::Uncertain(line)
    } else {
        Outcome::Transient {
            line,
            unreachable: matches!(step, Step::Connect | Step::Starttls),
        }
    }
}

impl Step {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::Starttls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::From => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Body => "message body",
        }
    }
}
