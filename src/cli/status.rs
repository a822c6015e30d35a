//! `annexd status`: what the daemon is doing, what is refused, held or retried, since when, until when.

use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::session::{broken, tell_all};
use super::{Session, exit, output};
use crate::config::ConfigProblem;
use crate::daemon::counts::outbox_counts;
use crate::daemon::health::{self, Health};
use crate::domain::notice::{MailState, OutboxEntry};
use crate::shell::clock;
use crate::shell::store::{Store, StoreError};

/// A heartbeat older than this is a stopped or hanging daemon, seconds.
const STALE_S: i64 = 30;
/// Lines shown of each list.
const SHOWN: usize = 40;

/// What the store knows.
struct Stored {
    outbox: Vec<OutboxEntry>,
    alarms: Vec<(String, String)>,
    last_seen: Option<String>,
    held_why: Option<String>,
    counts: (usize, usize, usize),
}

/// Prints the state, also when the settings are wrong by now: the daemon may well run on the old ones.
pub(super) fn of(given: Option<&Path>, json: bool) -> i32 {
    let (session, wrong) = match broken::load(given) {
        Ok(both) => both,
        Err(e) => return e.tell(),
    };
    session.start_log();
    let code = run(&session, &wrong, json);
    if wrong.is_empty() {
        return code;
    }
    tell_all(&wrong);
    exit::FOUND
}

/// Prints the state; exit 1 when the daemon is not running or cannot do its work.
fn run(session: &Session, wrong: &[ConfigProblem], json: bool) -> i32 {
    let config = &session.core.config;
    let zone = clock::zone(config);
    let now = session.now(None).instant;
    let heartbeat = health::read(&config.status.heartbeat_file).ok();
    let stored = match Store::read_only(&config.state_dir).and_then(|s| stored(&s)) {
        Ok(stored) => Some(stored),
        Err(StoreError::Absent(_)) => None,
        Err(e) => {
            output::error(&e.to_string());
            None
        }
    };
    let alive = heartbeat.as_ref().is_some_and(|h| is_alive(h, now));
    let well = alive
        && heartbeat.as_ref().is_some_and(|h| {
            h.failure.is_none() && h.config_error.is_none() && h.clock_error.is_none() && !h.hangs()
        })
        && wrong.is_empty();
    if json {
        let mut all = as_json(heartbeat.as_ref(), stored.as_ref(), alive, well);
        let told: Vec<Value> = wrong
            .iter()
            .map(|p| json!({"file": p.file, "line": p.line, "message": p.message, "remedy": p.remedy}))
            .collect();
        all["settings_wrong"] = Value::Array(told);
        output::json(&all);
    } else {
        if !wrong.is_empty() {
            let used = if alive {
                "; the daemon runs on those it has read before"
            } else {
                "; annexd cannot start with them"
            };
            output::print(&format!(
                "the settings are WRONG ({} to mend, see below){used}",
                wrong.len()
            ));
        }
        output::print(&as_text(
            heartbeat.as_ref(),
            stored.as_ref(),
            alive,
            &zone,
            now,
        ));
    }
    if well { exit::OK } else { exit::FOUND }
}

fn stored(store: &Store) -> Result<Stored, StoreError> {
    Ok(Stored {
        outbox: store.outbox()?,
        alarms: store.alarms(10)?,
        last_seen: store.meta("last_seen")?,
        held_why: store.meta("mails_held")?,
        counts: outbox_counts(store)?,
    })
}

fn is_alive(h: &Health, now: Timestamp) -> bool {
    let age = now.as_second() - h.at.as_second();
    age < STALE_S
        && h.state != "stopped"
        && std::path::Path::new("/proc")
            .join(h.pid.to_string())
            .exists()
}

fn as_json(heartbeat: Option<&Health>, stored: Option<&Stored>, alive: bool, well: bool) -> Value {
    let outbox: Vec<Value> = stored
        .map(|s| s.outbox.iter())
        .into_iter()
        .flatten()
        .map(|e| {
            json!({
                "to": e.mail.to, "subject": e.mail.subject, "state": e.state, "attempts": e.attempts,
                "queued": e.mail.queued, "next_try": e.next_try, "last_error": e.last_error,
            })
        })
        .collect();
    json!({
        "running": alive,
        "well": well,
        "daemon": heartbeat,
        "last_pass": stored.and_then(|s| s.last_seen.clone()),
        "mails": stored.map(|s| {
            let (waiting, held, failed) = s.counts;
            json!({ "waiting": waiting, "held": held, "failed": failed })
        }),
        "mails_held_because": stored.and_then(|s| s.held_why.clone()),
        "outbox": outbox,
        "alarms": stored.map(|s| s.alarms.clone()).unwrap_or_default(),
    })
}

fn as_text(
    heartbeat: Option<&Health>,
    stored: Option<&Stored>,
    alive: bool,
    zone: &TimeZone,
    now: Timestamp,
) -> String {
    let time = |t: Timestamp| {
        t.to_zoned(zone.clone())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string()
    };
    let mut out = String::new();
    match heartbeat {
        Some(h) if alive => {
            let age = now.as_second() - h.at.as_second();
            let _ = writeln!(
                out,
                "annexd {} is running: process {}, since {}, heartbeat {age} s ago",
                h.version,
                h.pid,
                time(h.started)
            );
            daemon_text(&mut out, h, &time);
        }
        Some(h) => {
            let _ = writeln!(out, "annexd is NOT running (last heartbeat {})", time(h.at));
        }
        None => out.push_str("annexd is NOT running (no heartbeat file)\n"),
    }
    match stored {
        Some(s) => stored_text(&mut out, s, &time),
        None => out.push_str("no ledger yet: nothing was accepted so far\n"),
    }
    out
}

fn daemon_text(out: &mut String, h: &Health, time: &dyn Fn(Timestamp) -> String) {
    let _ = writeln!(out, "state: {}", h.state);
    if let Some(since) = h.no_answer_since {
        let _ = writeln!(
            out,
            "NOT WORKING: the share does not answer since {}; nothing is concluded meanwhile",
            time(since)
        );
    } else if let Some(since) = h.busy_since.filter(|_| h.state != "idle") {
        let _ = writeln!(
            out,
            "busy with the share since {} (long means that it does not answer)",
            time(since)
        );
    }
    let _ = writeln!(out, "share: {}, watched by {}", h.share, h.watching);
    if let Some(p) = &h.pass {
        let _ = writeln!(
            out,
            "last pass: {}, as of {}, {} files, {} written, {} ms",
            time(p.at),
            p.as_of,
            p.files,
            p.written,
            p.took_ms
        );
    }
    let next =
        |at: Option<Timestamp>| at.map_or_else(String::new, |t| format!(", next try {}", time(t)));
    if let Some(f) = &h.failure {
        let _ = writeln!(
            out,
            "NOT WORKING: {} (since {}{})",
            f.reason,
            time(f.since),
            next(f.next_try)
        );
    }
    if let Some(e) = &h.config_error {
        let _ = writeln!(
            out,
            "the changed settings are refused{}, the old ones are used: {e}",
            h.config_error_since
                .map_or_else(String::new, |t| format!(" since {}", time(t)))
        );
    }
    if let Some(e) = &h.clock_error {
        let _ = writeln!(out, "{} (since {})", e.reason, time(e.since));
    }
    if let Some(e) = &h.mail_error {
        let _ = writeln!(out, "mails cannot be handed over: {e}");
    }
    if !h.troubles.is_empty() {
        let _ = writeln!(out, "to be looked at ({}):", h.troubles.len());
        for s in h.troubles.iter().take(SHOWN) {
            let t = &s.trouble;
            let _ = writeln!(
                out,
                "  {:<12} {}: {} (since {}{})",
                t.kind,
                t.file,
                t.reason,
                time(s.since),
                next(s.next_try)
            );
        }
        more(out, h.troubles.len());
    }
}

fn stored_text(out: &mut String, s: &Stored, time: &dyn Fn(Timestamp) -> String) {
    if let Some(last) = s.last_seen.as_ref().and_then(|t| t.parse().ok()) {
        let _ = writeln!(out, "last committed pass: {}", time(last));
    }
    let (waiting, held, failed) = s.counts;
    let _ = writeln!(
        out,
        "mails: {waiting} waiting, {held} held, {failed} given up"
    );
    if let Some(why) = &s.held_why {
        let _ = writeln!(
            out,
            "new mails are held: {why}; let them go with `annexd notices --release`"
        );
    }
    for e in s.outbox.iter().take(SHOWN) {
        let word = match e.state {
            MailState::Held => "held",
            MailState::Failed => "given up",
            MailState::Uncertain => "uncertain",
            MailState::Pending | MailState::Sending | MailState::Sent => "waiting",
        };
        let error = e
            .last_error
            .as_ref()
            .map_or_else(String::new, |e| format!(": {e}"));
        let next = match e.state {
            MailState::Pending | MailState::Uncertain => format!(", next try {}", time(e.next_try)),
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "  {word:<9} {} since {}, {} tries{next}{error}",
            e.mail.to,
            time(e.mail.queued),
            e.attempts
        );
    }
    more(out, s.outbox.len());
    if !s.alarms.is_empty() {
        out.push_str("newest alarms:\n");
        for (at, text) in &s.alarms {
            let at = at.parse().map_or_else(|_| at.clone(), time);
            let _ = writeln!(out, "  {at} {text}");
        }
    }
}

fn more(out: &mut String, len: usize) {
    if len > SHOWN {
        let _ = writeln!(
            out,
            "  … and {} more (--format json shows all)",
            len - SHOWN
        );
    }
}
