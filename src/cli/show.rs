//! `annexd explain` and `annexd notices`: what the core says, printed.

use std::path::Path;

use jiff::civil::Date;

use super::look::Look;
use super::{Session, exit, look, output};
use crate::daemon::alarms;
use crate::kpi;
use crate::pass;
use crate::shell::mailer;
use crate::shell::store::Store;

/// Explains a task, an indicator or a department down to its cells.
pub(super) fn explain(session: &Session, what: &str, as_of: Option<Date>, json: bool) -> i32 {
    let (look, consolidation) = match looked(session, as_of) {
        Ok(both) => both,
        Err(code) => return code,
    };
    let events = match Look::events(session, Some(look.now.as_of), None) {
        Ok(events) => events,
        Err(code) => return code,
    };
    let figures = match look.ledger(session) {
        Ok(ledger) => ledger.figures,
        Err(code) => return code,
    };
    let files = look.snapshot.as_ref().map_or(&[][..], |s| &s.files);
    let evidence = kpi::Evidence {
        figures: &figures,
        events: &events,
        files,
    };
    let text = &session.core.text;
    match kpi::explain(&consolidation, what, &evidence, text, &session.core.config) {
        Some(explanation) if json => output::print(&super::explain::json(&explanation)),
        Some(explanation) => output::print(&super::explain::text(&explanation, text)),
        None => {
            output::error(&super::explain::unknown(what, text));
            return exit::FOUND;
        }
    }
    exit::OK
}

/// Shows what would be sent now; with `preview`, as files; with `release`, frees what the fuse holds.
pub(super) fn notices(
    session: &Session,
    as_of: Option<Date>,
    preview: Option<&Path>,
    release: bool,
    json: bool,
) -> i32 {
    if release {
        return free(session);
    }
    let look = match look::take(session, as_of) {
        Ok(look) => look,
        Err(code) => return code,
    };
    let (alarms, released) = match kept(session, &look) {
        Ok(kept) => kept,
        Err(code) => return code,
    };
    let core = &session.core;
    let cx = core.context(&alarms, released, true);
    // Today's files judged as of the day, as `once` would.
    let (plan, consolidation) = match &look.snapshot {
        Some(snapshot) => pass::foresee(&look.state, snapshot, &look.now, &cx),
        // Without the share a pass says nothing.
        None => return exit::TRY_AGAIN,
    };
    output::print(&super::notices::print(
        &plan,
        &consolidation,
        &core.text,
        json,
    ));
    if let Some(dir) = preview {
        let mut shown = plan.clone();
        shown.decisions.extend(plan.waiting.iter().cloned());
        let composed = pass::compose(&shown, &consolidation, &look.now, &cx);
        if let Err(e) = std::fs::create_dir_all(dir) {
            output::error(&format!("cannot make {}: {e}", dir.display()));
            return exit::TRY_AGAIN;
        }
        for mail in &composed.mails {
            let outcome = mailer::write_eml(dir, mail, &core.config.mail.from, look.now.instant);
            if !matches!(outcome, crate::outbox::Outcome::Sent(_)) {
                output::error(&format!("{}: {outcome:?}", mail.to));
                return exit::TRY_AGAIN;
            }
        }
    }
    exit::OK
}

/// What the next pass is given besides the share: alarms for the operator, and whether a person released what the fuse held.
fn kept(session: &Session, look: &Look) -> Result<(Vec<String>, bool), i32> {
    let mut alarms = Vec::new();
    let mut released = false;
    if let Some(store) = look::store(session)? {
        let told = alarms::carried_alarms(&store).and_then(|kept| {
            alarms = kept;
            store.meta("mails_released")
        });
        released = told
            .map_err(|e| {
                output::error(&e.to_string());
                exit::TRY_AGAIN
            })?
            .is_some();
    }
    alarms.extend(alarms::mail_alarms(&look.state));
    Ok((alarms, released))
}

/// Lets held mails go with the next pass.
fn free(session: &Session) -> i32 {
    let dir = &session.core.config.state_dir;
    let freed = Store::again(dir).and_then(|mut store| store.release_mails());
    match freed {
        Ok(count) => {
            let queued = if count > 0 {
                format!("{count} held mails are free; ")
            } else {
                String::new()
            };
            output::print(&format!(
                "{queued}what the fuse holds goes out with the next pass"
            ));
            exit::OK
        }
        Err(e) => {
            output::error(&e.to_string());
            exit::TRY_AGAIN
        }
    }
}

/// Queues mails again that were given up.
pub(super) fn retry(session: &Session) -> i32 {
    let now = session.now(None).instant;
    match Store::again(&session.core.config.state_dir).and_then(|mut s| s.retry_mails(now)) {
        Ok(count) => {
            output::print(&format!(
                "{count} mails that were given up are tried again: at once by a running daemon, else with the next `annexd once`"
            ));
            exit::OK
        }
        Err(e) => {
            output::error(&e.to_string());
            exit::TRY_AGAIN
        }
    }
}

fn looked(
    session: &Session,
    as_of: Option<Date>,
) -> Result<(Look, crate::domain::consolidation::Consolidation), i32> {
    let look = look::take(session, as_of)?;
    let consolidation = look.consolidation(session)?;
    Ok((look, consolidation))
}
