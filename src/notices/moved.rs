//! A deadline that moved: the owner hears the old and the new one.

use super::Notice;
use super::scene::{Candidate, Scene, Weight, addresses, task_item};
use crate::domain::consolidation::Class;
use crate::domain::notice::{Audience, KnownDue, SendReason};
use crate::text;

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "moved",
    find,
};

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    for (id, task) in &scene.tasks {
        let Some(memory) = scene.said.tasks.get(*id) else {
            continue;
        };
        let Some(before) = &memory.due_before else {
            continue;
        };
        if task.score.class.is_done() || task.score.class == Class::Cancelled {
            continue;
        }
        let subject = format!("moved|{id}");
        let key = format!("{subject}|{}", printed(&memory.due));
        for department in scene.talking_owners(task) {
            for to in addresses(&department.mail) {
                if scene.told(&to, &subject).is_some_and(|s| s.key == key) {
                    continue;
                }
                let mut item = task_item(
                    SendReason::DeadlineMoved,
                    &department.code,
                    task,
                    0,
                    key.clone(),
                );
                item.step = None;
                item.facts.insert("from".to_owned(), printed(before));
                item.facts.insert("to".to_owned(), printed(&memory.due));
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

fn printed(due: &KnownDue) -> String {
    match due.day {
        Some(day) => text::date(day),
        None => text::shorten(&due.text, 80),
    }
}
