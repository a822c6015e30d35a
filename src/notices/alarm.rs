//! Operator's alarms: each line once, again when it comes back after it was gone.

use std::collections::BTreeMap;

use super::scene::{Candidate, Scene, Weight, addresses};
use super::{Notice, address};
use crate::domain::notice::{Audience, Item, SendReason};

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "alarm",
    find,
};

/// Subject of an alarm's line.
pub(crate) fn subject(line: &str) -> String {
    format!("alarm|{}", address::short_hash(line))
}

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    for to in addresses(&scene.input.config.mail.operator) {
        for line in scene.input.alarms {
            let subject = subject(line);
            if scene.told(&to, &subject).is_some() {
                continue;
            }
            out.push(Candidate {
                to: to.clone(),
                audience: Audience::Operator,
                subject: subject.clone(),
                item: Item {
                    reason: SendReason::OperatorAlarm,
                    department: None,
                    task: None,
                    step: None,
                    key: subject,
                    facts: BTreeMap::from([("line".to_owned(), line.clone())]),
                },
                weight: Weight::News,
            });
        }
    }
}
