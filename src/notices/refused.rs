//! An address that a mail server refused: a line for the Office, once.

use std::collections::BTreeMap;

use super::scene::{Candidate, Scene, Weight, addresses};
use super::{Notice, address};
use crate::domain::notice::{Audience, Item, SendReason};

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "refused",
    find,
};

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    let Some(office) = scene.input.config.roster.office() else {
        return;
    };
    for (written, answer) in scene.input.refused {
        let refused = address::bare_address(written);
        let subject = format!("refused|{refused}");
        for to in addresses(&office.mail) {
            if to == refused || scene.told(&to, &subject).is_some() {
                continue;
            }
            out.push(Candidate {
                to,
                audience: Audience::Office,
                subject: subject.clone(),
                item: Item {
                    reason: SendReason::AddressRefused,
                    department: None,
                    task: None,
                    step: None,
                    key: subject.clone(),
                    facts: BTreeMap::from([
                        ("address".to_owned(), refused.clone()),
                        ("answer".to_owned(), address::header(answer)),
                    ]),
                },
                weight: Weight::News,
            });
        }
    }
}
