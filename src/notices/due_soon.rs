//! Due-soon ladder: the owner hears of a deadline some working days before it.

use super::Notice;
use super::ladder::due_soon_step;
use super::scene::{
    Candidate, Scene, Weight, addresses, is_open_in_time, ladder_subject, task_item,
};
use crate::domain::notice::{Audience, SendReason};

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "due_soon",
    find,
};

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    let steps = &scene.input.config.notices.due_soon_days;
    for task in scene.tasks.values() {
        if task.unreported || !is_open_in_time(task) {
            continue;
        }
        let soft = task
            .row
            .values
            .deadline
            .rule
            .as_ref()
            .is_some_and(|r| r.soft);
        let Some(step) = task
            .score
            .working_days_left
            .and_then(|left| due_soon_step(steps, left))
        else {
            continue;
        };
        // A weekly task is named at its last step only.
        if soft && Some(step) != steps.iter().copied().min() {
            continue;
        }
        let subject = ladder_subject("due", task);
        for department in scene.talking_owners(task) {
            for to in addresses(&department.mail) {
                let told = scene.told(&to, &subject).and_then(|s| s.step);
                if told.is_some_and(|last| last <= step) {
                    continue;
                }
                let key = format!("{subject}|{step}");
                out.push(Candidate {
                    to,
                    audience: Audience::Owner,
                    subject: subject.clone(),
                    item: task_item(SendReason::DueSoon, &department.code, task, step, key),
                    weight: Weight::News,
                });
            }
        }
    }
}
