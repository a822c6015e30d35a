//! Resolved: whoever was told hears in the next digest that the matter is settled; what needs no word is closed silently.

use std::collections::{BTreeMap, BTreeSet};

use super::scene::{Candidate, Scene, Silence, Weight};
use super::{Notice, alarm, held_back};
use crate::domain::consolidation::Class;
use crate::domain::finding::Severity;
use crate::domain::notice::{Audience, Item, Said, SendReason};

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "resolved",
    find,
};

/// How a matter stands.
enum Standing {
    /// It goes on.
    Open,
    /// Settled: told, with how.
    Settled(Weight, String),
    /// Closed without a word: replaced by another matter.
    Replaced,
}

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    let faults = faults(scene);
    let unjudged = unjudged(scene);
    let alarms: BTreeSet<String> = scene
        .input
        .alarms
        .iter()
        .map(|line| alarm::subject(line))
        .collect();
    for said in scene.said.said.values() {
        if said.closed.is_some() {
            continue;
        }
        let parts: Vec<&str> = said.subject.split('|').collect();
        let standing = match parts.as_slice() {
            ["due", .., due] => due_soon(scene, task_of(&said.subject, "due", due), due),
            [
                matter @ ("late" | "late-head" | "late-leader" | "late-office"),
                ..,
                due,
            ] => late(scene, task_of(&said.subject, matter, due), due, matter),
            ["unreported", ..] => unreported(scene, &said.subject["unreported|".len()..]),
            ["missing", code, ..] => silence(scene, code, Silence::Missing),
            ["stale", code, ..] => silence(scene, code, Silence::Stale),
            // What could not be judged has not been mended by that.
            ["held" | "remarks" | "warnings", code]
                if unjudged.contains("*") || unjudged.contains(code) =>
            {
                Standing::Open
            }
            [matter @ ("held" | "remarks" | "warnings"), code] => {
                finding(scene, &faults, matter, code)
            }
            ["alarm", "fuse"] => Standing::Open,
            ["alarm", ..] if !alarms.contains(&said.subject) => Standing::Replaced,
            ["refused", address] if !scene.input.refused.iter().any(|(a, _)| a == address) => {
                Standing::Replaced
            }
            _ => Standing::Open,
        };
        let (weight, how) = match standing {
            Standing::Open => continue,
            Standing::Settled(weight, how) => (weight, how),
            Standing::Replaced => (Weight::Silent, "replaced".to_owned()),
        };
        out.push(candidate(scene, said, weight, &how));
    }
}

fn candidate(scene: &Scene<'_>, said: &Said, weight: Weight, how: &str) -> Candidate {
    let parts: Vec<&str> = said.subject.split('|').collect();
    let about_task = matches!(
        parts.first(),
        Some(&("due" | "late" | "late-head" | "late-leader" | "late-office"))
    );
    let task = if about_task {
        let due = parts.last().copied().unwrap_or("");
        Some(task_of(&said.subject, parts[0], due).to_owned())
    } else {
        said.subject.strip_prefix("unreported|").map(str::to_owned)
    };
    let department = match &task {
        Some(id) => scene
            .tasks
            .get(id.as_str())
            .and_then(|t| scene.owners(t).first().map(|d| d.code.clone())),
        None => parts.get(1).map(|c| (*c).to_owned()),
    };
    let audience = match parts.first() {
        Some(&"late-head") => Audience::Head,
        Some(&"late-leader") => Audience::Leader,
        Some(&"late-office") => Audience::Office,
        Some(&"alarm") => Audience::Operator,
        _ if parts.last() == Some(&"up") => Audience::Head,
        _ => Audience::Owner,
    };
    let mut facts = BTreeMap::from([
        ("how".to_owned(), how.to_owned()),
        (
            "matter".to_owned(),
            parts.first().copied().unwrap_or("").to_owned(),
        ),
    ]);
    facts.insert("since".to_owned(), crate::text::date(said.first));
    Candidate {
        to: said.to.clone(),
        audience,
        subject: said.subject.clone(),
        item: Item {
            reason: SendReason::Resolved,
            department,
            task,
            step: None,
            key: format!("resolved|{}", said.subject),
            facts,
        },
        weight,
    }
}

/// The task of a ladder's subject; a task's identity may hold a bar itself.
fn task_of<'s>(subject: &'s str, matter: &str, due: &str) -> &'s str {
    let from = matter.len() + 1;
    let to = subject.len().saturating_sub(due.len() + 1);
    subject.get(from..to).unwrap_or("")
}

fn due_soon(scene: &Scene<'_>, id: &str, due: &str) -> Standing {
    let Some(task) = scene.tasks.get(id) else {
        return Standing::Replaced;
    };
    let same = task.score.effective.is_some_and(|d| d.to_string() == due);
    match task.score.class {
        class if class.is_done() => Standing::Settled(Weight::Passenger, class.name().to_owned()),
        Class::OpenInTime | Class::DueSoon if same => Standing::Open,
        _ => Standing::Replaced,
    }
}

fn late(scene: &Scene<'_>, id: &str, due: &str, matter: &str) -> Standing {
    let Some(task) = scene.tasks.get(id) else {
        return Standing::Settled(Weight::News, "withdrawn".to_owned());
    };
    if scene.talking_owners(task).is_empty() && !scene.owners(task).is_empty() {
        return Standing::Open;
    }
    let same = task.score.effective.is_some_and(|d| d.to_string() == due);
    let class = task.score.class;
    if class == Class::Overdue && same {
        return Standing::Open;
    }
    if class.is_done() {
        return Standing::Settled(Weight::News, class.name().to_owned());
    }
    let moved = scene
        .said
        .tasks
        .get(id)
        .is_some_and(|m| m.due_before.is_some())
        && !task.row.values.deadline.recurs();
    if moved {
        // The owner hears of the move itself.
        return if matter == "late" {
            Standing::Replaced
        } else {
            Standing::Settled(Weight::News, "moved".to_owned())
        };
    }
    if task.row.values.deadline.recurs() && !same {
        return Standing::Settled(Weight::News, "occurrence".to_owned());
    }
    Standing::Settled(Weight::News, class.name().to_owned())
}

fn unreported(scene: &Scene<'_>, id: &str) -> Standing {
    match scene.tasks.get(id) {
        Some(task) if task.unreported => Standing::Open,
        Some(_) => Standing::Settled(Weight::Passenger, "reported".to_owned()),
        None => Standing::Replaced,
    }
}

fn silence(scene: &Scene<'_>, code: &str, kind: Silence) -> Standing {
    match scene.silent.get(code) {
        Some(now) if *now == kind => Standing::Open,
        Some(_) => Standing::Replaced,
        None => Standing::Settled(Weight::News, "received".to_owned()),
    }
}

/// Which kinds of findings each department has.
fn faults<'a>(scene: &Scene<'a>) -> BTreeSet<(&'a str, Severity)> {
    scene
        .input
        .consolidation
        .findings
        .iter()
        .filter(|f| held_back::is_told_here(f))
        .map(|f| {
            let code = f
                .department
                .as_deref()
                .filter(|c| scene.input.config.roster.by_code(c).is_some());
            (code.unwrap_or("*"), f.severity)
        })
        .collect()
}

/// Departments of which something is held back or unread now: an error hides what else stands at its place, so that a remark
/// that is not found again may stand there as before. `*` is an annex of all departments.
fn unjudged<'a>(scene: &Scene<'a>) -> BTreeSet<&'a str> {
    scene
        .input
        .consolidation
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error || f.code == "F05")
        .filter(|f| held_back::is_told_here(f))
        .map(|f| f.department.as_deref().unwrap_or("*"))
        .collect()
}

fn finding(
    scene: &Scene<'_>,
    faults: &BTreeSet<(&str, Severity)>,
    matter: &str,
    code: &str,
) -> Standing {
    let severity = match matter {
        "held" => Severity::Error,
        "remarks" => Severity::Explain,
        _ => Severity::Warning,
    };
    // While the annex is away nothing can be said of what stood in it.
    if faults.contains(&(code, severity)) || scene.silent.get(code) == Some(&Silence::Missing) {
        return Standing::Open;
    }
    match severity {
        Severity::Error => Standing::Settled(Weight::News, "accepted".to_owned()),
        Severity::Explain => Standing::Settled(Weight::Passenger, "explained".to_owned()),
        Severity::Warning | Severity::Info => Standing::Replaced,
    }
}
