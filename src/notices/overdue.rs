//! Overdue ladder: the owner hears on its steps, then every so many working days, unless an acknowledgement rests the repeats.

use super::Notice;
use super::ladder::{is_repeat, overdue_step};
use super::scene::{Candidate, Scene, Weight, addresses, is_overdue, ladder_subject, task_item};
use crate::domain::notice::{Audience, SendReason};

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "overdue",
    find,
};

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    let settings = &scene.input.config.notices;
    for task in scene.tasks.values() {
        if task.unreported || !is_overdue(task) {
            continue;
        }
        let Some(step) = task
            .score
            .working_days_late
            .and_then(|late| overdue_step(&settings.overdue_days, settings.repeat_days, late))
        else {
            continue;
        };
        let subject = ladder_subject("late", task);
        let rests = scene.rests(&task.row.id);
        for department in scene.talking_owners(task) {
            for to in addresses(&department.mail) {
                let told = scene.told(&to, &subject);
                if told.is_some_and(|s| rests || s.step >= Some(step)) {
                    continue;
                }
                let reason = if told.is_some() && is_repeat(&settings.overdue_days, step) {
                    SendReason::Repeat
                } else {
                    SendReason::Overdue
                };
                let key = format!("{subject}|{step}");
                out.push(Candidate {
                    to,
                    audience: Audience::Owner,
                    subject: subject.clone(),
                    item: task_item(reason, &department.code, task, step, key),
                    weight: Weight::News,
                });
            }
        }
    }
}
