//! Decisions → mails.

use std::collections::{BTreeMap, BTreeSet};

use super::heading::{audience_name, file_name, greeting, subject};
use super::lines::{department_line, findings, task_line};
use super::template::{TemplateError, Templates};
use super::view::{Frame, Section};
use super::{address, ladder, picture};
use crate::config::Config;
use crate::domain::consolidation::{ConsolidatedTask, Consolidation};
use crate::domain::notice::{Decision, Item, Mail, SaidLedger, SendReason};
use crate::domain::now::Now;
use crate::domain::verdict::Verdict;
use crate::text::{self, Text};

/// Tasks printed in a section; more are counted.
const TASKS_MAX: usize = 40;
/// Findings printed in a section; more are counted.
const FINDINGS_MAX: usize = 20;

/// Mails, and templates that failed on the way.
#[derive(Clone, Debug, Default)]
pub struct Composed {
    /// One mail per decision, in their order.
    pub mails: Vec<Mail>,
    /// Replaced templates that failed: the built-in ones stood in; an alarm for the operator.
    pub problems: Vec<TemplateError>,
}

/// What the composing of a mail looks at.
pub(crate) struct Desk<'a> {
    pub consolidation: &'a Consolidation,
    pub config: &'a Config,
    pub text: &'a Text,
    pub tasks: BTreeMap<&'a str, &'a ConsolidatedTask>,
}

/// Composes one mail per decision; `said` is the ledger after the plan, for the threads.
#[must_use]
pub fn compose(
    decisions: &[Decision],
    said: &SaidLedger,
    consolidation: &Consolidation,
    config: &Config,
    text: &Text,
    templates: &Templates,
    now: &Now,
) -> Composed {
    let desk = Desk {
        consolidation,
        config,
        text,
        tasks: consolidation
            .tasks
            .iter()
            .map(|t| (t.row.id.as_str(), t))
            .collect(),
    };
    let threads = threads(said);
    let domain = address::domain(&config.mail.from);
    let mut composed = Composed::default();
    for decision in decisions {
        let frame = frame(&desk, decision);
        let (plain, html, problem) = templates.render(&frame);
        composed
            .problems
            .extend(problem.filter(|p| !composed.problems.contains(p)));
        let message_id = address::message_id(&decision.to, decision.day, &domain);
        let in_reply_to = decision
            .items
            .iter()
            .filter_map(|item| threads.get(&(decision.to.as_str(), matter(item))))
            .find(|thread| **thread != message_id)
            .map(|thread| (*thread).to_owned());
        composed.mails.push(Mail {
            name: file_name(&desk, decision, &message_id),
            message_id,
            to: decision.to.clone(),
            subject: frame.subject,
            text: plain,
            html,
            in_reply_to,
            queued: now.instant,
        });
    }
    composed
}

/// First mail of each matter, by address and by task or department; the weekly digest begins anew each week.
fn threads(said: &SaidLedger) -> BTreeMap<(&str, String), &str> {
    let mut threads: BTreeMap<(&str, String), (jiff::civil::Date, &str)> = BTreeMap::new();
    for s in said.said.values() {
        let matter = match s.subject.split_once('|') {
            Some(("due" | "late" | "late-head" | "late-leader" | "late-office", rest)) => rest
                .rsplit_once('|')
                .map_or_else(|| rest.to_owned(), |(task, _)| task.to_owned()),
            Some(("missing" | "stale" | "unreported", _)) => s.subject.clone(),
            _ => continue,
        };
        let slot = threads
            .entry((s.to.as_str(), matter))
            .or_insert((s.first, s.thread.as_str()));
        if s.first < slot.0 {
            *slot = (s.first, s.thread.as_str());
        }
    }
    threads
        .into_iter()
        .map(|(key, (_, thread))| (key, thread))
        .collect()
}

fn matter(item: &Item) -> String {
    match (item.reason, &item.task) {
        (SendReason::AnnexMissing | SendReason::AnnexStale, _) => item.key.clone(),
        (SendReason::Resolved, None) => item
            .key
            .strip_prefix("resolved|")
            .unwrap_or(&item.key)
            .to_owned(),
        (_, Some(task)) => task.clone(),
        _ => String::new(),
    }
}

fn frame(desk: &Desk<'_>, decision: &Decision) -> Frame {
    let sections = sections(desk, decision);
    let office = desk.config.roster.office();
    let concerns: BTreeSet<&str> = decision
        .items
        .iter()
        .filter(|i| matches!(i.reason, SendReason::HeldBack | SendReason::Remarks))
        .filter_map(|i| i.department.as_deref())
        .collect();
    let answer = decision.items.iter().any(|i| {
        matches!(
            i.reason,
            SendReason::Overdue | SendReason::Repeat | SendReason::EscalatedToHead
        )
    });
    Frame {
        subject: address::header(&subject(desk, decision, &sections)),
        greeting: greeting(desk, decision),
        audience: audience_name(decision.audience).to_owned(),
        day: text::date(decision.day),
        plan: desk.config.plan.title.clone(),
        board: desk.config.plan.board.clone(),
        parent: desk.config.plan.parent.clone(),
        office: office.map_or_else(
            || desk.text.word("notice.office").to_string(),
            |d| d.name.clone(),
        ),
        answer,
        rest_times: desk.config.notices.rest_times_max,
        rest_days: desk.config.notices.rest_days_max,
        consolidated: desk.config.publish.consolidated.clone(),
        feedback: concerns
            .iter()
            .map(|code| format!("{}/{code}.xlsx", desk.config.publish.feedback))
            .collect(),
        sections,
    }
}

/// Name of the section that a reason belongs to.
pub(super) fn section_of(reason: SendReason) -> &'static str {
    match reason {
        SendReason::OperatorAlarm => "alarm",
        SendReason::WeeklyDigest => "weekly",
        SendReason::EscalatedToHead
        | SendReason::EscalatedToLeader
        | SendReason::EscalatedToOffice => "escalation",
        SendReason::Overdue | SendReason::Repeat => "overdue",
        SendReason::DueSoon => "due_soon",
        SendReason::Unreported => "unreported",
        SendReason::HeldBack | SendReason::Remarks => "held_back",
        SendReason::AnnexMissing => "missing",
        SendReason::AnnexStale => "stale",
        SendReason::DeadlineMoved => "moved",
        SendReason::AddressRefused => "refused",
        SendReason::Resolved => "resolved",
    }
}

fn sections(desk: &Desk<'_>, decision: &Decision) -> Vec<Section> {
    let mut sections = Vec::new();
    for notice in super::ALL {
        let items: Vec<&Item> = decision
            .items
            .iter()
            .filter(|i| section_of(i.reason) == notice.name)
            .collect();
        if !items.is_empty() {
            let elsewhere = elsewhere(decision);
            sections.push(section(desk, notice.name, &items, &elsewhere));
        }
    }
    sections
}

/// Tasks whose state a section besides the weekly one tells.
fn elsewhere(decision: &Decision) -> BTreeSet<&str> {
    let tells = |i: &&Item| ladder::rank(i.reason) > 0 || i.reason == SendReason::Unreported;
    let told = decision.items.iter().filter(tells);
    told.filter_map(|i| i.task.as_deref()).collect()
}

fn section(desk: &Desk<'_>, kind: &str, items: &[&Item], elsewhere: &BTreeSet<&str>) -> Section {
    let mut section = Section {
        kind: kind.to_owned(),
        ..Section::default()
    };
    if kind == "weekly" {
        section.weeks.push(picture::week(desk, items, elsewhere));
        return section;
    }
    for item in items {
        if let Some(line) = item.facts.get("line") {
            section.lines.push(line.clone());
        }
        if let Some(mails) = item.facts.get("fuse") {
            section.fuse.clone_from(mails);
        }
        if let (Some(to), Some(answer)) = (item.facts.get("address"), item.facts.get("answer")) {
            let answer = answer.strip_prefix(&format!("{to}: ")).unwrap_or(answer);
            section.lines.push(format!("{to}: {answer}"));
        }
        if item.task.is_some() {
            section.tasks.push(task_line(desk, item));
        } else if let Some(code) = &item.department {
            section.departments.push(department_line(desk, code, item));
        }
        if kind == "held_back" {
            section.findings.extend(findings(desk, item));
            section.never |= !desk.consolidation.tasks.iter().any(|t| {
                Some(&t.row.department) == item.department.as_ref() && !t.row.version.is_empty()
            });
            section.whole |= desk.consolidation.departments.iter().any(|d| {
                Some(&d.code) == item.department.as_ref()
                    && d.verdict == Some(Verdict::HeldBack)
                    && item.reason == SendReason::HeldBack
            });
        }
    }
    section.tasks.sort_by(|a, b| {
        (b.late_working_days, a.left_working_days, &a.code).cmp(&(
            a.late_working_days,
            b.left_working_days,
            &b.code,
        ))
    });
    section.more = section.tasks.len().saturating_sub(TASKS_MAX);
    section.tasks.truncate(TASKS_MAX);
    section.findings_more = section.findings.len().saturating_sub(FINDINGS_MAX);
    section.findings.truncate(FINDINGS_MAX);
    section
}
