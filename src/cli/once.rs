//! `annexd once`: one pass, and the mails that are due.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Session, exit, output};
use crate::daemon::Delivery as _;
use crate::daemon::{Done, PassError, perform};
use crate::domain::notice::MailState;
use crate::domain::now::Now;
use crate::shell::clock;
use crate::shell::lock;
use crate::shell::publish::Outcome;
use crate::shell::snapshot::{Patience, Scanner};
use crate::shell::store::{Store, StoreError};
use crate::shell::vault::Vault;

/// What became of the mails.
#[derive(Clone, Copy, Debug, Default)]
struct Mails {
    queued: u32,
    sent: u64,
    waiting: u64,
    failed: u64,
}

/// Runs one pass; 75 when something must be tried again.
pub(super) fn run(session: &Session, as_of: Option<Date>, no_send: bool, json: bool) -> i32 {
    let config = &session.core.config;
    let now = session.now(as_of);
    let _lock = match lock::take(&config.state_dir) {
        Ok(lock) => lock,
        Err(e) => {
            output::error(&e.to_string());
            return exit::TRY_AGAIN;
        }
    };
    let (mut store, vault) = match open(session) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    if let Some(words) = &store.rebuilt {
        output::error(&format!("{words}; mails are held"));
    }
    let (now, last_seen) = match believed(&store, now) {
        Ok(both) => both,
        Err(e) => {
            output::error(&e.to_string());
            return exit::TRY_AGAIN;
        }
    };
    let setup = session.setup(as_of, true);
    let mut scanner = Scanner::remembering(store.meta("absences").ok().flatten().as_deref());
    let done = perform(
        &setup,
        &mut store,
        &vault,
        &mut scanner,
        Patience::Once,
        &now,
        &[],
    );
    // Not believed, it is not written down as seen either.
    let kept = last_seen.map_or(Ok(()), |last| store.set_meta("last_seen", &last));
    if let Err(e) = kept {
        output::error(&e.to_string());
    }
    let (done, trouble) = match done {
        Ok(done) => (Some(done), None),
        Err(e) => (None, Some(e)),
    };
    // What was committed by an earlier pass is handed over also when this one came to nothing.
    let away = matches!(trouble, Some(PassError::Share(_)));
    let mails = if away {
        Mails::default()
    } else {
        match deliver(session, &mut store, &now, no_send, &done) {
            Ok(mails) => mails,
            Err(e) => {
                output::error(&e.to_string());
                return exit::TRY_AGAIN;
            }
        }
    };
    let Some(done) = done else {
        if let Some(e) = trouble {
            output::error(&e.to_string());
        }
        return exit::TRY_AGAIN;
    };
    for t in &done.troubles {
        tracing::warn!(kind = t.kind, file = t.file, "{}", t.reason);
    }
    if json {
        output::json(&as_json(session, &done, mails, &now));
    } else {
        output::print(&as_text(session, &done, mails, &now));
    }
    let again = done.again || done.refused.is_some() || (!no_send && mails.waiting > 0);
    if again { exit::TRY_AGAIN } else { exit::OK }
}

/// The moment of the pass: a clock that is months ahead of the last one lets no mail go unasked. What the last one was comes with it.
fn believed(store: &Store, now: Now) -> Result<(Now, Option<String>), StoreError> {
    let last = store.meta("last_seen")?;
    let seen: Option<jiff::Timestamp> = last.as_ref().and_then(|t| t.parse().ok());
    let far = seen.is_some_and(|seen| clock::is_far_ahead(seen, now.instant));
    if !far || now.as_of_given || store.meta("mails_released")?.is_some() {
        return Ok((now, None));
    }
    output::error(&format!(
        "the clock shows {} and the last pass was at {}: mails are held until `annexd notices --release` says that it is right",
        now.local.date(),
        last.as_deref().unwrap_or_default()
    ));
    Ok((
        Now {
            doubted: true,
            ..now
        },
        last,
    ))
}

fn open(session: &Session) -> Result<(Store, Vault), i32> {
    let dir = &session.core.config.state_dir;
    let store = Store::open(dir).map_err(|e| {
        output::error(&e.to_string());
        if matches!(e, StoreError::NotLocal(..)) {
            exit::CONFIG
        } else {
            exit::TRY_AGAIN
        }
    })?;
    let vault = Vault::open(dir).map_err(|e| {
        output::error(&format!("the vault cannot be opened: {e}"));
        exit::TRY_AGAIN
    })?;
    Ok((store, vault))
}

fn deliver(
    session: &Session,
    store: &mut Store,
    now: &Now,
    no_send: bool,
    done: &Option<Done>,
) -> Result<Mails, StoreError> {
    let before = store.outbox()?.len();
    if !no_send {
        let mut post = session.post(true, now.as_of_given.then_some(now.as_of));
        if !post.is_open() {
            if before > 0 {
                output::error("mails wait: the day is a rest day");
            }
        } else if let Some(why) = post.deliver(store, now)? {
            output::error(&format!("mails wait: {why}"));
        }
    }
    let outbox = store.outbox()?;
    let failed = outbox
        .iter()
        .filter(|e| e.state == MailState::Failed)
        .count();
    Ok(Mails {
        queued: done.as_ref().map_or(0, |d| d.queued),
        sent: (before - outbox.len().min(before)) as u64,
        waiting: (outbox.len() - failed) as u64,
        failed: failed as u64,
    })
}

fn is_published(done: &Done, path: &str) -> bool {
    done.refused.is_none()
        && done
            .published
            .iter()
            .any(|p| p.path == path && !matches!(p.outcome, Outcome::Beside(..)))
}

fn as_json(session: &Session, done: &Done, mails: Mails, now: &Now) -> Value {
    let config = &session.core.config;
    let told = &done.told;
    let [errors, explain, warnings, info] = told.findings;
    let departments: Vec<Value> = told
        .departments
        .iter()
        .map(|d| {
            json!({
                "code": d.code, "name": d.name, "file": d.file, "tasks": d.tasks, "accepted": d.accepted,
                "held": d.held, "stale_since": d.stale_since.map(|s| s.to_string()),
            })
        })
        .collect();
    json!({
        "as_of": now.as_of.to_string(),
        "published": is_published(done, &config.publish.consolidated),
        "consolidated": config.share.join(&config.publish.consolidated).display().to_string(),
        "departments": departments,
        "totals": told.totals,
        "findings": {"error": errors, "explain": explain, "warning": warnings, "info": info},
        "notices": {"queued": mails.queued, "sent": mails.sent, "waiting": mails.waiting, "failed": mails.failed, "held": done.held},
        "troubles": done.troubles.iter().map(|t| json!({"kind": t.kind, "file": t.file, "reason": t.reason})).collect::<Vec<_>>(),
    })
}

fn as_text(session: &Session, done: &Done, mails: Mails, now: &Now) -> String {
    let config = &session.core.config;
    let text = &session.core.text;
    let told = &done.told;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "as of {}: {} tasks of {} departments",
        now.as_of,
        told.tasks,
        told.departments.len()
    );
    for (class, n) in &told.classes {
        let _ = writeln!(out, "  {n:>5}  {}", text.word(&format!("class.{class}")));
    }
    out.push_str("departments:\n");
    for d in &told.departments {
        let stale = d
            .stale_since
            .map_or_else(String::new, |s| format!(", figures of {s}"));
        let _ = writeln!(
            out,
            "  {:>5}  tasks, {} accepted, {} held{stale}: {} {}",
            d.tasks, d.accepted, d.held, d.code, d.name
        );
    }
    let [errors, explain, warnings, info] = told.findings;
    let _ = writeln!(
        out,
        "findings: {errors} errors, {explain} to explain, {warnings} warnings, {info} for information"
    );
    for (code, place, message) in &told.asking {
        let _ = writeln!(out, "  [{code}] {place}\n        {message}");
    }
    if told.more > 0 {
        let _ = writeln!(
            out,
            "  … and {} more: see the consolidated workbook",
            told.more
        );
    }
    let _ = writeln!(
        out,
        "mails: {} queued, {} sent, {} waiting, {} failed",
        mails.queued, mails.sent, mails.waiting, mails.failed
    );
    if let Some(why) = &done.refused {
        let _ = writeln!(out, "NOT PUBLISHED: {why}");
    } else {
        let _ = writeln!(
            out,
            "consolidated workbook: {}",
            config.share.join(&config.publish.consolidated).display()
        );
        let _ = writeln!(
            out,
            "feedback: {}",
            config.share.join(&config.publish.feedback).display()
        );
    }
    out
}
