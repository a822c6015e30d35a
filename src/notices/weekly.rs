//! Monday digest: leaders hear of their departments, the Office of all, a head of what was escalated and does not rest.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::scene::{Candidate, Scene, Weight, addresses, is_overdue, ladder_subject};
use super::{Input, Notice, address, escalation};
use crate::domain::consolidation::{Class, ConsolidatedTask};
use crate::domain::notice::{Audience, Item, SaidLedger, SendReason};

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "weekly",
    find,
};

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    if !is_due(scene.input) {
        return;
    }
    let roster = &scene.input.config.roster;
    for leader in &roster.leaders {
        let open = scene.tasks.values().any(|t| {
            is_open(t)
                && departments_of(scene, t)
                    .iter()
                    .any(|c| leader.departments.iter().any(|d| d == "*" || d == c))
        });
        if open {
            let fact = ("departments", leader.departments.join("\n"));
            offer(scene, out, Audience::Leader, &leader.mail, fact);
        }
    }
    if let Some(office) = roster.office()
        && scene.tasks.values().any(|t| is_open(t))
    {
        let fact = ("departments", "*".to_owned());
        offer(scene, out, Audience::Office, &office.mail, fact);
    }
    for department in &roster.departments {
        for to in addresses(&department.head) {
            let late: Vec<&str> = scene
                .tasks
                .values()
                .filter(|t| {
                    is_head_reminded(scene, t, &to)
                        && scene.owners(t).iter().any(|d| d.code == department.code)
                })
                .map(|t| t.row.id.as_str())
                .collect();
            if !late.is_empty() {
                offer(
                    scene,
                    out,
                    Audience::Head,
                    &[to],
                    ("tasks", late.join("\n")),
                );
            }
        }
    }
}

fn offer(
    scene: &Scene<'_>,
    out: &mut Vec<Candidate>,
    audience: Audience,
    list: &[String],
    (name, fact): (&str, String),
) {
    let about = address::short_hash(&format!("{audience:?}|{fact}"));
    for to in addresses(list) {
        let item = Item {
            reason: SendReason::WeeklyDigest,
            department: None,
            task: None,
            step: None,
            key: format!("weekly|{}|{about}", scene.day),
            facts: BTreeMap::from([(name.to_owned(), fact.clone())]),
        };
        out.push(Candidate {
            to,
            audience,
            subject: "weekly".to_owned(),
            item,
            weight: Weight::News,
        });
    }
}

fn departments_of(scene: &Scene<'_>, task: &ConsolidatedTask) -> Vec<String> {
    let owners = scene.owners(task);
    if owners.is_empty() {
        vec![task.row.department.clone()]
    } else {
        owners.iter().map(|d| d.code.clone()).collect()
    }
}

/// Whether a head was told of a late task whose repeats do not rest.
fn is_head_reminded(scene: &Scene<'_>, task: &ConsolidatedTask, to: &str) -> bool {
    is_overdue(task)
        && !task.unreported
        && !scene.rests(&task.row.id)
        && scene
            .told(to, &ladder_subject(escalation::HEAD, task))
            .is_some()
}

/// Whether a task is something to be followed up.
pub(crate) fn is_open(task: &ConsolidatedTask) -> bool {
    matches!(
        task.score.class,
        Class::OpenInTime
            | Class::DueSoon
            | Class::Overdue
            | Class::Waiting
            | Class::Unresolved
            | Class::Suspended
            | Class::Adjustment
            | Class::CannotDo
    )
}

/// The week's digest is due on its first working day, or at the first pass after it in the same week.
fn is_due(input: &Input<'_>) -> bool {
    let day = input.now.as_of;
    let Some((monday, first)) = week(input) else {
        return false;
    };
    match input.said.weekly_week {
        None => day == first,
        Some(done) => done < monday && day >= first,
    }
}

/// Monday of the week, and the week's first working day if it has one.
fn week(input: &Input<'_>) -> Option<(Date, Date)> {
    let day = input.now.as_of;
    let back = i64::from(day.weekday().to_monday_zero_offset());
    let monday = day.checked_sub(jiff::Span::new().days(back)).ok()?;
    let first = input.calendar.working_on_or_after(monday);
    let sunday = monday.checked_add(jiff::Span::new().days(6)).ok()?;
    (first <= sunday).then_some((monday, first))
}

/// Remembers that the week's digest was considered.
pub(crate) fn mark(said: &mut SaidLedger, input: &Input<'_>) {
    if let Some((monday, first)) = week(input)
        && input.now.as_of >= first
    {
        said.weekly_week = said.weekly_week.max(Some(monday));
    }
}
