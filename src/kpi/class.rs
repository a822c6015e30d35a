//! Class of a task (SPEC §6 and §11): what the unit said, then completion against the due day, then the due day against the as-of day.

use super::{Facts, Figure, step};
use crate::domain::consolidation::{Class, TaskScore};
use crate::domain::deadline::DeadlineKind;
use crate::domain::finding::Arg;
use crate::domain::occurrence::{self, Keeping};
use crate::domain::status::Status;

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "class",
    fill,
};

fn fill(facts: &Facts<'_>, score: &mut TaskScore) {
    told(facts, score);
    score.completed = completed(facts);
    score.class = class(facts);
    decided(facts, score);
}

/// The completion day that counts: of a recurring task that of the last occurrence, once all are closed.
fn completed(facts: &Facts<'_>) -> Option<jiff::civil::Date> {
    match &facts.occurrences {
        Some(o) => o.closed.last().and_then(|c| c.day),
        None if facts.status == Status::Completed => facts.values.completed,
        None => None,
    }
}

fn class(facts: &Facts<'_>) -> Class {
    match facts.status {
        Status::Suspended => return Class::Suspended,
        Status::Adjustment => return Class::Adjustment,
        Status::CannotDo => return Class::CannotDo,
        Status::Cancelled => return Class::Cancelled,
        _ => {}
    }
    if let Some(occurrences) = &facts.occurrences {
        return match (&occurrences.current, occurrences.closed.last()) {
            (None, Some(last)) => done(facts, last.day),
            _ => open(facts),
        };
    }
    if facts.status == Status::Completed {
        return done(facts, facts.values.completed);
    }
    open(facts)
}

fn done(facts: &Facts<'_>, day: Option<jiff::civil::Date>) -> Class {
    let Some(due) = facts.due else {
        return Class::DoneUnknown;
    };
    match occurrence::kept(due, day, facts.cx.calendar) {
        Keeping::Early => Class::DoneEarly,
        Keeping::OnTime => Class::DoneOnTime,
        Keeping::Late => Class::DoneLate,
        _ => Class::DoneUnknown,
    }
}

fn open(facts: &Facts<'_>) -> Class {
    let cx = &facts.cx;
    let soft = facts.values.deadline.rule.as_ref().is_some_and(|r| r.soft);
    if let Some(effective) = facts.effective
        && cx.as_of > effective
        && !soft
    {
        return Class::Overdue;
    }
    if not_begun(facts) {
        return Class::NotStartedPeriod;
    }
    let Some(effective) = facts.effective else {
        return no_due_day(facts);
    };
    let first_step = cx.config.notices.due_soon_days.first();
    match first_step {
        Some(days)
            if !soft && cx.calendar.working_days(cx.as_of, effective) <= i64::from(*days) =>
        {
            Class::DueSoon
        }
        _ => Class::OpenInTime,
    }
}

/// The as-of day lies before the first day of the stated period or of the start column, and the unit has not said that it is under way.
fn not_begun(facts: &Facts<'_>) -> bool {
    if !matches!(facts.status, Status::NotStarted | Status::Waiting) {
        return false;
    }
    let as_of = facts.cx.as_of;
    facts.values.start.is_some_and(|d| as_of < d)
        || facts.values.deadline.opens.is_some_and(|d| as_of < d)
}

fn no_due_day(facts: &Facts<'_>) -> Class {
    let deadline = &facts.values.deadline;
    let kind = match (deadline.kind, deadline.readings.first()) {
        (DeadlineKind::Ambiguous, Some(stated)) => stated.kind,
        (kind, _) => kind,
    };
    match kind {
        DeadlineKind::OpenEnded => Class::NoDue,
        DeadlineKind::Conditional => Class::Waiting,
        DeadlineKind::Empty if facts.status == Status::Ongoing => Class::NoDue,
        _ => Class::Unresolved,
    }
}

/// Notes what the class was decided from.
fn told(facts: &Facts<'_>, score: &mut TaskScore) {
    let values = facts.values;
    step(score, "as_of", &[("date", Arg::Date(facts.cx.as_of))]);
    if values.status_text.trim().is_empty() {
        step(score, "status_untold", &[]);
    } else {
        step(
            score,
            "status_told",
            &[("status", Arg::Quoted(values.status_text.clone()))],
        );
    }
    if values.deadline_text.trim().is_empty() {
        step(score, "deadline_untold", &[]);
    } else {
        step(
            score,
            "deadline_told",
            &[("text", Arg::Quoted(values.deadline_text.clone()))],
        );
    }
    let (Some(due), Some(effective)) = (facts.due, facts.effective) else {
        let kind = values.deadline.kind.name().replace('-', "_");
        step(score, format!("no_due_day_{kind}"), &[]);
        return;
    };
    step(score, "due_nominal", &[("date", Arg::Date(due.day))]);
    if effective != due.day {
        step(
            score,
            "due_rolled",
            &[
                ("date", Arg::Date(due.day)),
                ("effective", Arg::Date(effective)),
            ],
        );
    } else if facts.cx.calendar.roll_forward && !facts.cx.calendar.is_working(due.day) {
        step(score, "due_kept", &[("date", Arg::Date(due.day))]);
    }
}

/// Notes the decision in words.
fn decided(facts: &Facts<'_>, score: &mut TaskScore) {
    let mut args = Vec::new();
    if let Some(day) = score.completed {
        args.push(("completed", Arg::Date(day)));
    }
    if let Some(due) = facts.due {
        args.push(("due", Arg::Date(due.day)));
    }
    if let Some(effective) = facts.effective {
        args.push(("effective", Arg::Date(effective)));
    }
    let first_step = facts.cx.config.notices.due_soon_days.first();
    args.push(("days", Arg::Days(first_step.map_or(0, |d| i64::from(*d)))));
    let begins = facts.values.start.max(facts.values.deadline.opens);
    if let Some(begins) = begins {
        args.push(("begins", Arg::Date(begins)));
    }
    let class = score.class;
    let key = match class {
        Class::DoneUnknown if facts.due.is_none() => "class_done_no_due".to_owned(),
        class => format!("class_{}", class.name()),
    };
    step(score, key, &args);
}
