//! Who a mail addresses, its subject line and the name of its file.

use super::compose::Desk;
use super::view::Section;
use super::{address, scene};
use crate::domain::finding::Arg;
use crate::domain::notice::{Audience, Decision};

pub(super) fn audience_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Owner => "owner",
        Audience::Head => "head",
        Audience::Office => "office",
        Audience::Leader => "leader",
        Audience::Operator => "operator",
    }
}

/// Who an address is, by the config.
pub(super) fn greeting(desk: &Desk<'_>, decision: &Decision) -> String {
    let roster = &desk.config.roster;
    let is_in = |list: &[String]| scene::addresses(list).contains(&decision.to);
    let mut names: Vec<String> = Vec::new();
    match decision.audience {
        Audience::Leader => {
            names.extend(
                roster
                    .leaders
                    .iter()
                    .filter(|l| is_in(&l.mail))
                    .map(|l| l.name.clone()),
            );
        }
        Audience::Head => {
            for d in roster.departments.iter().filter(|d| is_in(&d.head)) {
                let name = Arg::Plain(d.name.clone());
                names.push(
                    desk.text
                        .say("notice.greeting.head", &[("name", name)])
                        .to_string(),
                );
            }
        }
        Audience::Operator => names.push(desk.text.word("notice.greeting.operator").to_string()),
        Audience::Owner | Audience::Office => {}
    }
    if names.is_empty() {
        names.extend(
            roster
                .departments
                .iter()
                .filter(|d| is_in(&d.mail))
                .map(|d| d.name.clone()),
        );
    }
    if names.is_empty() {
        names.push(decision.to.clone());
    }
    names.dedup();
    names.join("; ")
}

/// The subject: what kind of mail, the day, and counts; no text of a department.
pub(super) fn subject(desk: &Desk<'_>, decision: &Decision, sections: &[Section]) -> String {
    let day = Arg::Date(decision.day);
    let find = |kind: &str| sections.iter().find(|s| s.kind == kind);
    let count = |s: &Section| s.tasks.len() + s.more;
    let mut parts: Vec<String> = Vec::new();
    let mut add = |key: &str, n: usize| {
        if n > 0 {
            let n = Arg::Count(u64::try_from(n).unwrap_or(u64::MAX));
            parts.push(
                desk.text
                    .say(&format!("notice.count.{key}"), &[("n", n)])
                    .to_string(),
            );
        }
    };
    let late = find("overdue").map_or(0, count) + find("escalation").map_or(0, count);
    let weekly = find("weekly").and_then(|s| s.weeks.first());
    if let Some(week) = weekly {
        add("overdue", week.all.open_overdue - week.all.unknown_late);
    } else {
        add("overdue", late);
    }
    add("due_soon", find("due_soon").map_or(0, count));
    add("unreported", find("unreported").map_or(0, count));
    add(
        "findings",
        find("held_back").map_or(0, |s| s.findings.len() + s.findings_more),
    );
    add(
        "missing",
        find("missing").map_or(0, |s| s.departments.len()),
    );
    add("stale", find("stale").map_or(0, |s| s.departments.len()));
    add("moved", find("moved").map_or(0, count));
    add(
        "resolved",
        find("resolved").map_or(0, |s| count(s) + s.departments.len()),
    );
    add("refused", find("refused").map_or(0, |s| s.lines.len()));
    let kind = if weekly.is_some() {
        "weekly"
    } else if find("alarm").is_some() {
        "alarm"
    } else if find("escalation").is_some() {
        "escalation"
    } else if late > 0 || find("due_soon").is_some() {
        "reminder"
    } else {
        "notice"
    };
    let head = desk
        .text
        .say(&format!("notice.subject.{kind}"), &[("day", day)])
        .to_string();
    if parts.is_empty() {
        head
    } else {
        format!("{head}: {}", parts.join(", "))
    }
}

/// Name of the `.eml` file: day, department or office held, and eight digits that tell it from others.
pub(super) fn file_name(desk: &Desk<'_>, decision: &Decision, message_id: &str) -> String {
    let roster = &desk.config.roster;
    let is_in = |list: &[String]| scene::addresses(list).contains(&decision.to);
    let who = match decision.audience {
        Audience::Leader | Audience::Operator => audience_name(decision.audience).to_owned(),
        Audience::Head => roster
            .departments
            .iter()
            .find(|d| is_in(&d.head))
            .map_or_else(|| "head".to_owned(), |d| format!("{}-head", d.code)),
        Audience::Owner | Audience::Office => roster
            .departments
            .iter()
            .find(|d| is_in(&d.mail))
            .map_or_else(|| "mail".to_owned(), |d| d.code.clone()),
    };
    let who: String = who
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(40)
        .collect();
    let hash = address::short_hash(message_id);
    format!("{}_{who}_{}", decision.day, &hash[..8])
}
