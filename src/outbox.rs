//! The outbox: mails on their way, their states, back-off and giving up. Pure: sending and storing are handed in.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::domain::notice::{Mail, MailState, OutboxEntry, SaidLedger, SendReason};

/// Seconds between tries once the first retries are used up.
const HOURLY_S: u64 = 3600;
/// Minutes before a mail of unknown outcome is tried once more.
const UNCERTAIN_MINUTES: i64 = 30;
/// Longest error line kept, in characters.
const LINE_CHARS_MAX: usize = 300;

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Handed over; the server's answer.
    Sent(String),
    /// Not handed over; to be tried again.
    Transient {
        /// What happened.
        line: String,
        /// The server could not be reached at all: other mails would fare no better now.
        unreachable: bool,
    },
    /// Refused for this recipient for good.
    Permanent(String),
    /// A setting is wrong (login, certificate, encryption): the operator must act; the queue is kept.
    Config(String),
    /// The body had gone out and no answer came: the server may have it.
    Uncertain(String),
}

/// When to try again and when to give up.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// First retries, seconds (`[mail] retry_s`).
    pub retry_s: &'a [u64],
    /// Then hourly for so many days (`[mail] give_up_days`).
    pub give_up_days: u64,
}

/// What a round of deliveries did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Mails tried.
    pub tried: u64,
    /// Mails handed over.
    pub sent: u64,
    /// Mails given up in this round: address and answer.
    pub failed: Vec<(String, String)>,
    /// Mails that still wait.
    pub waiting: u64,
    /// Lines for the operator.
    pub alarms: Vec<String>,
    /// Mails that were taken back before their body went out, by Message-ID: they are not in the queue any more.
    pub gone: Vec<String>,
}

/// Queues mails; one that is queued already (same Message-ID) is not queued twice. Returns how many were new.
pub fn enqueue(outbox: &mut Vec<OutboxEntry>, mails: Vec<Mail>) -> usize {
    let before = outbox.len();
    for mail in mails {
        if outbox.iter().any(|e| e.mail.message_id == mail.message_id) {
            continue;
        }
        outbox.push(OutboxEntry {
            next_try: mail.queued,
            mail,
            state: MailState::Pending,
            attempts: 0,
            last_error: None,
            sent: None,
            uncertain: 0,
            before: BTreeMap::new(),
        });
    }
    outbox.len() - before
}

/// Drops a mail that never went out when a new one to the same person says everything it said again: a server that was away
/// for days does not bring the same reminder twice.
pub fn supersede(outbox: &mut Vec<OutboxEntry>, mails: &mut [Mail], said: &SaidLedger) {
    outbox.retain(|entry| {
        let fresh = entry.state == MailState::Pending && entry.uncertain == 0;
        let Some(mail) = mails
            .iter_mut()
            .find(|m| fresh && m.to == entry.mail.to && m.message_id != entry.mail.message_id)
        else {
            return true;
        };
        let Some(day) = digest_day(&entry.mail) else {
            return true;
        };
        // What it told and no later mail told again would be lost with it.
        if said
            .said
            .values()
            .any(|s| s.to == entry.mail.to && s.last == day)
        {
            return true;
        }
        if mail.in_reply_to.as_ref() == Some(&entry.mail.message_id) {
            mail.in_reply_to.clone_from(&entry.mail.in_reply_to);
        }
        false
    });
}

/// Takes mails of earlier days that never left back: the day's digest tells what is still true of them, and a server that was away
/// for days brings each person one mail, not two. A weekly digest and a mail that a server may have stay.
pub fn take_back(outbox: &mut Vec<OutboxEntry>, said: &mut SaidLedger, today: Date) {
    outbox.retain(|entry| {
        let day = digest_day(&entry.mail).filter(|day| *day < today);
        let left = entry.state != MailState::Pending || entry.uncertain > 0;
        let (Some(day), false, false) = (day, left, entry.before.is_empty()) else {
            return true;
        };
        let untouched = entry.before.keys().all(|key| {
            said.said
                .get(key)
                .is_some_and(|s| s.last == day && s.reason != SendReason::WeeklyDigest)
        });
        if !untouched {
            return true;
        }
        for (key, before) in &entry.before {
            let told = match before {
                Some(before) => said.said.insert(key.clone(), before.clone()),
                None => said.said.remove(key),
            };
            let moved = told.filter(|t| t.reason == SendReason::DeadlineMoved);
            let task = moved.as_ref().and_then(|t| t.subject.split_once('|'));
            if let Some(memory) = task.and_then(|(_, id)| said.tasks.get_mut(id)) {
                memory.move_told = false;
            }
        }
        false
    });
}

/// Notes on new mails what the ledger held before them.
pub fn remember(outbox: &mut [OutboxEntry], before: &SaidLedger, after: &SaidLedger) {
    for entry in outbox.iter_mut().filter(|e| e.before.is_empty()) {
        let Some(day) = digest_day(&entry.mail) else {
            continue;
        };
        if after.last_digest.get(&entry.mail.to) != Some(&day) {
            continue;
        }
        entry.before = after
            .said
            .iter()
            .filter(|(key, s)| {
                s.to == entry.mail.to && s.last == day && before.said.get(*key) != Some(s)
            })
            .map(|(key, _)| (key.clone(), before.said.get(key).cloned()))
            .collect();
    }
}

/// Takes mails that did not go out yet off the queue; what they told counts as untold and is told anew. Returns how many.
pub fn withdraw(
    outbox: &mut Vec<OutboxEntry>,
    said: &mut SaidLedger,
    holds: impl Fn(&Mail) -> bool,
) -> usize {
    let before = outbox.len();
    outbox.retain(|entry| {
        if !holds(&entry.mail) {
            return true;
        }
        let day = digest_day(&entry.mail);
        said.said
            .retain(|_, s| s.to != entry.mail.to || Some(s.last) != day || s.closed.is_some());
        if day.is_some() && said.last_digest.get(&entry.mail.to) == day.as_ref() {
            said.last_digest.remove(&entry.mail.to);
        }
        false
    });
    before - outbox.len()
}

/// The day a digest is for: its file's name begins with it.
fn digest_day(mail: &Mail) -> Option<Date> {
    mail.name.get(..10)?.parse().ok()
}

/// Settles what a crash left behind: a mail found in `Sending` had its body on the way. Call once at start, then store it.
///
/// With `repeatable` (files: the same mail takes the same name) it is simply tried again; nobody gets it twice.
pub fn recover(outbox: &mut [OutboxEntry], now: Timestamp, repeatable: bool) {
    const WHY: &str = "interrupted while the message was handed over";
    for entry in outbox.iter_mut().filter(|e| e.state == MailState::Sending) {
        if repeatable {
            entry.state = MailState::Pending;
            entry.last_error = Some(line(WHY));
            entry.next_try = now;
        } else {
            uncertain(entry, now, WHY);
        }
    }
}

/// Whether a mail is to be tried now; with `all`, also one whose time has not come (a mail of unknown outcome always waits).
#[must_use]
pub fn is_due(entry: &OutboxEntry, now: Timestamp, all: bool) -> bool {
    match entry.state {
        MailState::Pending => all || entry.next_try <= now,
        MailState::Uncertain => entry.next_try <= now,
        MailState::Sending | MailState::Sent | MailState::Failed | MailState::Held => false,
    }
}

/// Whether a mail still waits to be handed over.
#[must_use]
pub const fn is_waiting(entry: &OutboxEntry) -> bool {
    matches!(
        entry.state,
        MailState::Pending | MailState::Sending | MailState::Uncertain | MailState::Held
    )
}

/// The earliest moment at which any mail is to be tried.
#[must_use]
pub fn next_due(outbox: &[OutboxEntry]) -> Option<Timestamp> {
    outbox
        .iter()
        .filter(|e| matches!(e.state, MailState::Pending | MailState::Uncertain))
        .map(|e| e.next_try)
        .min()
}

/// Queues a mail again that was given up: an address or a setting was mended.
pub const fn reopen(entry: &mut OutboxEntry, now: Timestamp) {
    entry.state = MailState::Pending;
    entry.attempts = 0;
    entry.next_try = now;
}

/// Mails given up that are no matter any more: their address takes mail again, as a later one shows, is not written to any more
/// (`named`), or a later one that was given up too told all of it.
#[must_use]
pub fn outlived<'o>(
    outbox: &'o [OutboxEntry],
    named: &dyn Fn(&str) -> bool,
) -> Vec<&'o OutboxEntry> {
    let told_by = |old: &OutboxEntry, new: &OutboxEntry| match new.state {
        MailState::Sent => true,
        MailState::Failed => {
            let mut keys = old.before.keys();
            !old.before.is_empty() && keys.all(|key| new.before.contains_key(key))
        }
        _ => false,
    };
    outbox
        .iter()
        .filter(|old| old.state == MailState::Failed)
        .filter(|old| {
            let mut later = outbox
                .iter()
                .filter(|new| new.mail.to == old.mail.to && new.mail.queued > old.mail.queued);
            !named(&old.mail.to) || later.any(|new| told_by(old, new))
        })
        .collect()
}

/// Records the beginning of the hand-over; stored before the body goes out.
pub const fn begin(entry: &mut OutboxEntry) {
    entry.state = MailState::Sending;
}

/// Records what became of an attempt.
pub fn settle(entry: &mut OutboxEntry, outcome: &Outcome, now: Timestamp, policy: Policy<'_>) {
    entry.attempts = entry.attempts.saturating_add(1);
    match outcome {
        Outcome::Sent(answer) => {
            entry.state = MailState::Sent;
            entry.sent = Some(now);
            entry.last_error = Some(line(answer));
        }
        Outcome::Transient { line: why, .. } => {
            entry.last_error = Some(line(why));
            let spent = entry.attempts as usize > policy.retry_s.len();
            let days = i64::try_from(policy.give_up_days).unwrap_or(i64::MAX / 100);
            let limit = SignedDuration::from_hours(days.saturating_mul(24));
            if spent && now.duration_since(entry.mail.queued) >= limit {
                entry.state = MailState::Failed;
            } else {
                entry.state = MailState::Pending;
                entry.next_try = later(now, back_off(policy, entry.attempts));
            }
        }
        Outcome::Config(why) => {
            entry.last_error = Some(line(why));
            entry.state = MailState::Pending;
            entry.next_try = later(now, back_off(policy, entry.attempts));
        }
        Outcome::Permanent(why) => {
            entry.last_error = Some(line(why));
            entry.state = MailState::Failed;
        }
        Outcome::Uncertain(why) => uncertain(entry, now, why),
    }
}

fn uncertain(entry: &mut OutboxEntry, now: Timestamp, why: &str) {
    entry.uncertain = entry.uncertain.saturating_add(1);
    entry.last_error = Some(line(why));
    if entry.uncertain > 1 {
        // Tried once more already: a third copy would nag.
        entry.state = MailState::Sent;
        entry.sent = Some(now);
        entry.last_error = Some(line(&format!("handed over twice, never confirmed: {why}")));
    } else {
        entry.state = MailState::Uncertain;
        entry.next_try = now
            .checked_add(SignedDuration::from_mins(UNCERTAIN_MINUTES))
            .unwrap_or(now);
    }
}

fn back_off(policy: Policy<'_>, attempts: u32) -> u64 {
    let index = attempts.saturating_sub(1) as usize;
    policy.retry_s.get(index).copied().unwrap_or(HOURLY_S)
}

fn later(now: Timestamp, seconds: u64) -> Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX / 2);
    now.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

fn line(text: &str) -> String {
    crate::text::shorten(text, LINE_CHARS_MAX)
}

/// The same mail with a line that it may have been received already, in text and HTML.
#[must_use]
pub fn with_hint(mail: &Mail, hint: &str) -> Mail {
    let mut again = mail.clone();
    again.text = format!("({hint})\n\n{}", mail.text);
    if let Some(at) = mail
        .html
        .find("<body")
        .and_then(|b| mail.html[b..].find('>').map(|e| b + e + 1))
    {
        let note = format!(
            "<p style=\"margin:0;padding:10px 28px;background-color:#fff8e1;color:#5a4300;font-family:'Times New Roman',Times,serif;font-size:14px;\">{hint}</p>"
        );
        again.html.insert_str(at, &note);
    }
    again
}

/// Tries every mail that is due, oldest first: each state is stored before the next step, so that a crash loses nothing and repeats at most one mail.
///
/// `send` must call its second argument right before the body goes out, and must not send it when that returns false. `persist` tells
/// whether the mail was there: of one whose hand-over begins (`Sending`), false says that it was taken back meanwhile.
///
/// # Errors
/// The first error of `persist`; what was not stored is then as if it had not happened.
pub fn drive<E>(
    outbox: &mut [OutboxEntry],
    options: &Drive<'_>,
    clock: &mut dyn FnMut() -> Timestamp,
    send: &mut dyn FnMut(&Mail, &mut dyn FnMut() -> bool) -> Outcome,
    persist: &mut dyn FnMut(&OutboxEntry) -> Result<bool, E>,
) -> Result<Round, E> {
    let mut round = Round::default();
    let mut stopped = false;
    for entry in outbox.iter_mut() {
        let now = clock();
        // A clock that ran ahead may have put a try off for years.
        let longest = options.policy.retry_s.iter().max().copied();
        let longest = longest.unwrap_or_default().max(HOURLY_S);
        entry.next_try = entry.next_try.min(later(now, longest));
        if !is_due(entry, now, options.all) {
            continue;
        }
        if stopped {
            let wait = options.policy.retry_s.first().copied().unwrap_or(HOURLY_S);
            entry.next_try = entry.next_try.max(later(now, wait));
            persist(entry)?;
            continue;
        }
        let mail = if entry.uncertain > 0 {
            with_hint(&entry.mail, options.hint)
        } else {
            entry.mail.clone()
        };
        let before = entry.state;
        let mut claim = None;
        let outcome = {
            let mut before_body = || {
                begin(entry);
                let claimed = persist(entry);
                let may = matches!(claimed, Ok(true));
                claim = Some(claimed);
                may
            };
            send(&mail, &mut before_body)
        };
        match claim {
            Some(Err(e)) => {
                entry.state = before;
                return Err(e);
            }
            Some(Ok(false)) => {
                entry.state = before;
                round.gone.push(entry.mail.message_id.clone());
                continue;
            }
            Some(Ok(true)) | None => {}
        }
        settle(entry, &outcome, clock(), options.policy);
        persist(entry)?;
        round.tried += 1;
        stopped = note(&mut round, entry, &outcome);
    }
    let here = |e: &&OutboxEntry| is_waiting(e) && !round.gone.contains(&e.mail.message_id);
    round.waiting = outbox.iter().filter(here).count() as u64;
    Ok(round)
}

/// How a round of deliveries goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Drive<'a> {
    /// Try also what has to wait (`annexd once` in a fresh process).
    pub all: bool,
    /// Back-off.
    pub policy: Policy<'a>,
    /// The line of a mail that may have been received already.
    pub hint: &'a str,
}

/// Counts an outcome; true when the rest of the round would fare no better.
fn note(round: &mut Round, entry: &OutboxEntry, outcome: &Outcome) -> bool {
    let to = &entry.mail.to;
    let last = entry.last_error.clone().unwrap_or_default();
    match (outcome, entry.state) {
        (Outcome::Sent(_), _) => round.sent += 1,
        (_, MailState::Failed) => {
            round
                .alarms
                .push(format!("mail to {to} was given up: {last}"));
            round.failed.push((to.clone(), last));
        }
        (_, MailState::Sent) => {
            round.sent += 1;
            round.alarms.push(format!("mail to {to}: {last}"));
        }
        (Outcome::Config(_), _) => {
            round
                .alarms
                .push(format!("mail cannot be sent with these settings: {last}"));
            return true;
        }
        _ => {}
    }
    matches!(
        outcome,
        Outcome::Transient {
            unreachable: true,
            ..
        }
    )
}
