//! Annex missing: the department hears at once and again every so many working days, its head and the Office once when it lasts.

use super::Notice;
use super::scene::{Candidate, Scene, Silence, Weight, addresses, department_item};
use crate::domain::notice::{Audience, SendReason};

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "missing",
    find,
};

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    silent_annex(scene, out, Silence::Missing);
}

/// Offers the notices about annexes that are silent in one way.
pub(crate) fn silent_annex(scene: &Scene<'_>, out: &mut Vec<Candidate>, kind: Silence) {
    let (matter, reason) = match kind {
        Silence::Missing => ("missing", SendReason::AnnexMissing),
        Silence::Stale => ("stale", SendReason::AnnexStale),
    };
    let settings = &scene.input.config.notices;
    let roster = &scene.input.config.roster;
    for department in &roster.departments {
        if scene.silent.get(department.code.as_str()) != Some(&kind) {
            continue;
        }
        let subject = format!("{matter}|{}", department.code);
        let mut lasting = false;
        for to in addresses(&department.mail) {
            let told = scene.told(&to, &subject);
            let since = |d| scene.input.calendar.working_days(d, scene.day);
            lasting |= told
                .is_some_and(|s| since(s.first) >= i64::from(settings.escalate_head_days.max(1)));
            let repeat = settings.repeat_days;
            let due = told.is_none_or(|s| repeat > 0 && since(s.last) >= i64::from(repeat));
            if due {
                out.push(Candidate {
                    to,
                    audience: Audience::Owner,
                    subject: subject.clone(),
                    item: department_item(reason, &department.code, subject.clone()),
                    weight: Weight::News,
                });
            }
        }
        if !lasting {
            continue;
        }
        let office = roster.office().map(|d| addresses(&d.mail));
        let upward = [
            (Audience::Head, addresses(&department.head)),
            (Audience::Office, office.unwrap_or_default()),
        ];
        for (audience, list) in upward {
            let subject = format!("{subject}|up");
            for to in list {
                if scene.told(&to, &subject).is_none() {
                    out.push(Candidate {
                        to,
                        audience,
                        subject: subject.clone(),
                        item: department_item(reason, &department.code, subject.clone()),
                        weight: Weight::News,
                    });
                }
            }
        }
    }
}
