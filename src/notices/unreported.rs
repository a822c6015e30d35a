//! Tasks of the plan that no annex reports: said to be unreported when their day comes, never accused of being late.

use super::Notice;
use super::ladder::due_soon_step;
use super::scene::{Candidate, Scene, Weight, addresses, is_open_in_time, is_overdue, task_item};
use crate::domain::notice::{Audience, SendReason};

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "unreported",
    find,
};

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    let steps = &scene.input.config.notices.due_soon_days;
    for task in scene.tasks.values().filter(|t| t.unreported) {
        let past = is_overdue(task);
        let soon = is_open_in_time(task)
            && task
                .score
                .working_days_left
                .and_then(|left| due_soon_step(steps, left))
                .is_some();
        if !past && !soon {
            continue;
        }
        let subject = format!("unreported|{}", task.row.id);
        let due = task
            .score
            .effective
            .map(|d| d.to_string())
            .unwrap_or_default();
        let key = format!("{subject}|{due}|{}", if past { "past" } else { "soon" });
        for department in scene.talking_owners(task) {
            for to in addresses(&department.mail) {
                if scene.told(&to, &subject).is_some_and(|s| s.key == key) {
                    continue;
                }
                let mut item = task_item(
                    SendReason::Unreported,
                    &department.code,
                    task,
                    0,
                    key.clone(),
                );
                item.step = None;
                out.push(Candidate {
                    to,
                    audience: Audience::Owner,
                    subject: subject.clone(),
                    item,
                    weight: Weight::News,
                });
            }
        }
    }
}
