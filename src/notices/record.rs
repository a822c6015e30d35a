//! The ledger of what was said: writing it down, and forgetting what was closed a year ago.

use jiff::civil::Date;

use super::scene::Candidate;
use super::{Digest, address};
use crate::domain::notice::{Said, SaidLedger, SendReason};

/// Days after which a closed matter is forgotten.
const KEPT_DAYS: i32 = 366;

/// Key of a matter to an address.
pub(crate) fn key(to: &str, subject: &str) -> String {
    format!("{to}|{subject}")
}

/// Writes a digest down as said.
pub(crate) fn apply(said: &mut SaidLedger, digest: &Digest, day: Date, domain: &str) {
    let thread = address::message_id(&digest.to, day, domain);
    for candidate in &digest.candidates {
        write(said, candidate, day, &thread);
    }
    said.last_digest.insert(digest.to.clone(), day);
}

fn write(said: &mut SaidLedger, candidate: &Candidate, day: Date, thread: &str) {
    let item = &candidate.item;
    if item.reason == SendReason::DeadlineMoved
        && let Some(memory) = item.task.as_ref().and_then(|t| said.tasks.get_mut(t))
    {
        memory.move_told = true;
    }
    let rests = item
        .task
        .as_ref()
        .and_then(|t| said.tasks.get(t))
        .map_or((0, 0), |m| (m.rests, m.rested_days));
    let slot = key(&candidate.to, &candidate.subject);
    let closed = (item.reason == SendReason::Resolved).then_some(day);
    match said.said.get_mut(&slot) {
        Some(old) if old.closed.is_none() => {
            old.reason = item.reason;
            old.step = item.step.or(old.step);
            old.key.clone_from(&item.key);
            old.last = day;
            old.times += 1;
            (old.rests, old.rested_days) = rests;
            old.closed = closed;
        }
        _ => {
            said.said.insert(
                slot,
                Said {
                    to: candidate.to.clone(),
                    subject: candidate.subject.clone(),
                    reason: item.reason,
                    step: item.step,
                    key: item.key.clone(),
                    first: day,
                    last: day,
                    times: 1,
                    thread: thread.to_owned(),
                    rests: rests.0,
                    rested_days: rests.1,
                    closed,
                },
            );
        }
    }
}

/// Applies what changes the ledger without a word: a matter closed, or a key that shrank.
pub(crate) fn apply_silent(said: &mut SaidLedger, silent: &[Candidate], day: Date) {
    for candidate in silent {
        if let Some(old) = said.said.get_mut(&key(&candidate.to, &candidate.subject)) {
            if candidate.item.reason == SendReason::Resolved {
                old.closed = Some(day);
            } else {
                old.key.clone_from(&candidate.item.key);
            }
        }
    }
}

/// Forgets matters that were closed more than a year ago.
pub(crate) fn forget(said: &mut SaidLedger, day: Date) {
    said.said.retain(|_, s| {
        s.closed
            .is_none_or(|c| day.since(c).map_or(0, |span| span.get_days()) <= KEPT_DAYS)
    });
}
