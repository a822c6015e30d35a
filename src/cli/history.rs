//! `annexd history`: who changed what when, accepted or not.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde_json::json;

use super::{Session, exit, look::Look, output};
use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::ledger::{Change, Event, EventKind, Proposal};
use crate::text::{self, Text};

/// Prints a task's history, oldest first.
pub(super) fn run(session: &Session, task: &str, as_of: Option<Date>, json: bool) -> i32 {
    let events = match Look::events(session, as_of, None) {
        Ok(events) => events,
        Err(code) => return code,
    };
    let wanted = crate::vn::fold::key(task);
    let of_task: Vec<&Event> = events.iter().filter(|e| concerns(e, &wanted)).collect();
    let words = &session.core.text;
    if json {
        let rows: Vec<_> = of_task.iter().map(|e| as_json(e)).collect();
        output::json(&json!({ "task": task, "events": rows }));
    } else if of_task.is_empty() {
        output::print(
            words
                .say(
                    "cli.history_none",
                    &[("task", Arg::Quoted(task.to_owned()))],
                )
                .as_str(),
        );
    } else {
        let mut out = String::new();
        for event in of_task {
            line(&mut out, event, session, words);
        }
        output::print(&out);
    }
    exit::OK
}

fn concerns(event: &Event, wanted: &str) -> bool {
    if crate::vn::fold::key(&event.task) == wanted {
        return true;
    }
    match &event.kind {
        EventKind::Accepted { row, .. } | EventKind::Marked { row } => {
            crate::vn::fold::key(&row.values.code) == wanted
        }
        EventKind::Figure { figure, .. } => crate::vn::fold::key(&figure.indicator) == wanted,
        _ => false,
    }
}

fn as_json(e: &Event) -> serde_json::Value {
    let (what, changes, codes) = parts(e);
    json!({
        "at": e.at.to_string(),
        "day": e.day.to_string(),
        "department": e.department,
        "task": e.task,
        "by": e.by,
        "file": e.source.file,
        "sheet": e.source.sheet,
        "cell": e.source.cell.map(|c| c.to_string()),
        "version": e.version,
        "what": what,
        "accepted": !matches!(
            e.kind,
            EventKind::Held { .. } | EventKind::Proposed { .. } | EventKind::Settled { approved: false, .. }
        ),
        "codes": codes,
        "changes": changes.iter().map(|c| json!({"field": c.field.name(), "old": c.old, "new": c.new})).collect::<Vec<_>>(),
    })
}

fn parts(e: &Event) -> (&'static str, Vec<Change>, &[String]) {
    let told = |p: &Proposal| -> Vec<Change> {
        let field = p.field.unwrap_or(Field::Content);
        vec![Change {
            field,
            old: p.old.clone(),
            new: p.new.clone(),
        }]
    };
    match &e.kind {
        EventKind::Accepted {
            changes,
            after_freeze: false,
            ..
        } => ("accepted", changes.clone(), &[]),
        EventKind::Accepted { changes, .. } => ("after-freeze", changes.clone(), &[]),
        EventKind::Held { codes, changes } => ("held", changes.clone(), codes),
        EventKind::Withdrawn => ("withdrawn", Vec::new(), &[]),
        EventKind::Marked { .. } => ("marked", Vec::new(), &[]),
        EventKind::Approved { .. } => ("plan", Vec::new(), &[]),
        EventKind::Proposed { proposal } => ("proposed", told(proposal), &[]),
        EventKind::Settled {
            proposal,
            approved: true,
        } => ("approved", told(proposal), &[]),
        EventKind::Settled { proposal, .. } => ("dropped", told(proposal), &[]),
        EventKind::Purged { .. } => ("purged", Vec::new(), &[]),
        EventKind::Received { .. } => ("received", Vec::new(), &[]),
        EventKind::Figure { .. } => ("figure", Vec::new(), &[]),
    }
}

fn line(out: &mut String, e: &Event, session: &Session, words: &Text) {
    let (what, changes, codes) = parts(e);
    let local =
        e.at.to_zoned(crate::shell::clock::zone(&session.core.config));
    let place = e.source.cell.map_or_else(
        || e.source.sheet.clone(),
        |c| format!("{}!{c}", e.source.sheet),
    );
    let _ = writeln!(
        out,
        "{} {:02}:{:02}  {}  {}{}",
        text::date(local.date()),
        local.hour(),
        local.minute(),
        e.department,
        words.word(&format!("cli.event.{what}")),
        if codes.is_empty() {
            String::new()
        } else {
            format!(": {}", codes.join(", "))
        },
    );
    let by =
        e.by.as_deref()
            .map(|b| format!(" · {b}"))
            .unwrap_or_default();
    if !e.source.file.is_empty() {
        let _ = writeln!(out, "    {} · {place}{by}", e.source.file);
    }
    for c in changes {
        let _ = writeln!(
            out,
            "    {}: “{}” → “{}”",
            words.field(c.field),
            text::shorten(&c.old, 60),
            text::shorten(&c.new, 60)
        );
    }
    if let EventKind::Figure { figure, .. } = &e.kind {
        let part = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), |n| n.to_string());
        let _ = writeln!(
            out,
            "    {} {}: {}/{}",
            figure.indicator,
            figure.period,
            part(figure.numerator),
            part(figure.denominator)
        );
    }
}
