//! Decisions → mails.

use std::collections::{BTreeMap, BTreeSet};

use super::template::{TemplateError, Templates};
use super::view::{DepartmentLine, FindingLine, Frame, Section, TaskLine};
use super::{address, held_back, picture, scene};
use crate::config::Config;
use crate::domain::assessment::Verdict;
use crate::domain::consolidation::{ConsolidatedTask, Consolidation};
use crate::domain::finding::{Arg, Severity};
use crate::domain::notice::{Audience, Decision, Item, Mail, SaidLedger, SendReason};
use crate::domain::now::Now;
use crate::text::{self, Text};

/// Tasks printed in a section; more are counted.
const TASKS_MAX: usize = 40;
/// Findings printed in a section; more are counted.
const FINDINGS_MAX: usize = 20;
/// Characters of a task's content that are printed.
const CONTENT_CHARS_MAX: usize = 300;

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

fn audience_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Owner => "owner",
        Audience::Head => "head",
        Audience::Office => "office",
        Audience::Leader => "leader",
        Audience::Operator => "operator",
    }
}

/// Who an address is, by the config.
fn greeting(desk: &Desk<'_>, decision: &Decision) -> String {
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

/// Name of the section that a reason belongs to.
fn section_of(reason: SendReason) -> &'static str {
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
            sections.push(section(desk, notice.name, &items));
        }
    }
    sections
}

fn section(desk: &Desk<'_>, kind: &str, items: &[&Item]) -> Section {
    let mut section = Section {
        kind: kind.to_owned(),
        ..Section::default()
    };
    if kind == "weekly" {
        section.weeks.push(picture::week(desk, items));
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
            section.lines.push(format!("{to}: {answer}"));
        }
        if item.task.is_some() {
            section.tasks.push(task_line(desk, item));
        } else if let Some(code) = &item.department {
            section.departments.push(department_line(desk, code, item));
        }
        if kind == "held_back" {
            section.findings.extend(findings(desk, item));
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

fn task_line(desk: &Desk<'_>, item: &Item) -> TaskLine {
    let id = item.task.as_deref().unwrap_or("");
    let mut line = match desk.tasks.get(id) {
        Some(task) => line_of(desk, task),
        None => TaskLine {
            code: id.to_owned(),
            ..TaskLine::default()
        },
    };
    let fact = |name: &str| item.facts.get(name).cloned().unwrap_or_default();
    line.reason = serde_name(item.reason);
    line.from = fact("from");
    line.to = fact("to");
    line.since = fact("since");
    if item.reason == SendReason::Resolved {
        line.how = how(desk, &fact("how"));
    }
    line
}

fn how(desk: &Desk<'_>, how: &str) -> String {
    let key = format!("notice.how.{how}");
    if desk.text.has(&key) {
        desk.text.word(&key).to_string()
    } else {
        desk.text.word("notice.how.other").to_string()
    }
}

/// The word of a reason in JSON.
pub(crate) fn serde_name(reason: SendReason) -> String {
    serde_json::to_value(reason)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// A task as a mail prints it.
pub(crate) fn line_of(desk: &Desk<'_>, task: &ConsolidatedTask) -> TaskLine {
    let values = &task.row.values;
    let score = &task.score;
    let old = task.row.stale
        || desk
            .consolidation
            .departments
            .iter()
            .any(|d| d.code == task.row.department && d.stale_since.is_some())
        || desk.consolidation.findings.iter().any(|f| {
            f.code == "L03" && f.department.as_deref() == Some(task.row.department.as_str())
        });
    TaskLine {
        code: values.code.clone(),
        content: text::shorten(&values.content, CONTENT_CHARS_MAX),
        department: task.lead_name.clone(),
        deadline: text::shorten(&values.deadline_text, 80),
        due: score.effective.map(text::date).unwrap_or_default(),
        late_days: score.days_late,
        late_working_days: score.working_days_late,
        left_working_days: score.working_days_left,
        left_days: score.days_left,
        file: task.row.source.file.clone(),
        sheet: task.row.source.sheet.clone(),
        cell: task
            .row
            .source
            .cell
            .map(|c| c.to_string())
            .unwrap_or_default(),
        commit: values
            .commit_date
            .filter(|_| !values.explanation.trim().is_empty())
            .map(text::date),
        explanation: text::shorten(&values.explanation, 160),
        commit_passed: values
            .commit_date
            .is_some_and(|d| d < desk.consolidation.as_of),
        figures_on: (old && !task.unreported).then(|| text::date(task.row.figures_on)),
        unreported: task.unreported,
        held: desk.consolidation.held.contains_key(&task.row.id),
        ..TaskLine::default()
    }
}

/// A department as a mail prints it.
pub(crate) fn department_line(desk: &Desk<'_>, code: &str, item: &Item) -> DepartmentLine {
    let department = desk.config.roster.by_code(code);
    let state = desk
        .consolidation
        .departments
        .iter()
        .find(|d| d.code == code);
    let fact = |name: &str| item.facts.get(name).cloned().unwrap_or_default();
    DepartmentLine {
        name: department.map_or_else(
            || desk.text.word("notice.whole_share").to_string(),
            |d| d.name.clone(),
        ),
        code: code.to_owned(),
        state: section_of(item.reason).to_owned(),
        folder: department
            .and_then(|d| d.folder.clone())
            .unwrap_or_default(),
        file: state.and_then(|s| s.file.clone()).unwrap_or_default(),
        figures_on: state.and_then(|s| s.figures_on).map(text::date),
        how: if item.reason == SendReason::Resolved {
            how(desk, &fact("how"))
        } else {
            String::new()
        },
        since: fact("since"),
    }
}

fn findings(desk: &Desk<'_>, item: &Item) -> Vec<FindingLine> {
    let wanted = item.facts.get("severity").map_or("", String::as_str);
    let roster = &desk.config.roster;
    desk.consolidation
        .findings
        .iter()
        .filter(|f| held_back::is_told_here(f) && f.severity.name() == wanted)
        .filter(|f| {
            let code = f
                .department
                .as_deref()
                .filter(|c| roster.by_code(c).is_some());
            code == item.department.as_deref()
        })
        .map(|f| FindingLine {
            severity: f.severity.name().to_owned(),
            severity_word: desk
                .text
                .word(&format!("notice.severity.{}", f.severity.name()))
                .to_string(),
            file: f.file.clone().unwrap_or_default(),
            sheet: f.sheet.clone().unwrap_or_default(),
            cell: cells(f),
            message: desk.text.message(f).to_string(),
            remedy: if f.severity == Severity::Info {
                String::new()
            } else {
                desk.text.remedy(f).to_string()
            },
            task: f.task.clone().unwrap_or_default(),
        })
        .collect()
}

fn cells(finding: &crate::domain::finding::Finding) -> String {
    const SHOWN: usize = 6;
    let mut cells: Vec<String> = finding
        .cells
        .iter()
        .take(SHOWN)
        .map(ToString::to_string)
        .collect();
    if cells.is_empty() {
        cells.extend(finding.cell.map(|c| c.to_string()));
    }
    let mut joined = cells.join(", ");
    if finding.cells.len() > SHOWN {
        joined.push('…');
    }
    joined
}

/// The subject: what kind of mail, the day, and counts; no text of a department.
fn subject(desk: &Desk<'_>, decision: &Decision, sections: &[Section]) -> String {
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
        add("overdue", week.all.open_overdue);
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
fn file_name(desk: &Desk<'_>, decision: &Decision, message_id: &str) -> String {
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
