//! Escalation: the head of the department on its day; later the leader in charge and the Office. Each is told once; after that the Monday digest goes on.

use std::collections::BTreeSet;

use super::Notice;
use super::scene::{Candidate, Scene, Weight, addresses, is_overdue, ladder_subject, task_item};
use crate::domain::consolidation::ConsolidatedTask;
use crate::domain::notice::{Audience, SendReason};
use crate::domain::roster::Department;

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "escalation",
    find,
};

/// Matter of the head.
pub(crate) const HEAD: &str = "late-head";
/// Matter of the leader.
pub(crate) const LEADER: &str = "late-leader";
/// Matter of the Office.
pub(crate) const OFFICE: &str = "late-office";

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    let settings = &scene.input.config.notices;
    let office: BTreeSet<String> = scene
        .input
        .config
        .roster
        .office()
        .map(|d| addresses(&d.mail))
        .unwrap_or_default();
    for task in scene.tasks.values() {
        if task.unreported || !is_overdue(task) {
            continue;
        }
        let late = task.score.working_days_late.unwrap_or(0);
        for department in scene.talking_owners(task) {
            let mut tell = |matter: &str, step: u32, to: &BTreeSet<String>| {
                if late >= i64::from(step.max(1)) {
                    offer(scene, out, (matter, step), task, department, to);
                }
            };
            tell(
                HEAD,
                settings.escalate_head_days,
                &addresses(&department.head),
            );
            tell(
                LEADER,
                settings.escalate_leader_days,
                &scene.leaders(&department.code),
            );
            tell(OFFICE, settings.escalate_leader_days, &office);
        }
    }
}

fn offer(
    scene: &Scene<'_>,
    out: &mut Vec<Candidate>,
    (matter, step): (&str, u32),
    task: &ConsolidatedTask,
    department: &Department,
    to: &BTreeSet<String>,
) {
    let subject = ladder_subject(matter, task);
    let (reason, audience) = match matter {
        HEAD => (SendReason::EscalatedToHead, Audience::Head),
        LEADER => (SendReason::EscalatedToLeader, Audience::Leader),
        _ => (SendReason::EscalatedToOffice, Audience::Office),
    };
    for to in to {
        if scene.told(to, &subject).is_none() {
            out.push(Candidate {
                to: to.clone(),
                audience,
                subject: subject.clone(),
                item: task_item(reason, &department.code, task, step, subject.clone()),
                weight: Weight::News,
            });
        }
    }
}
