//! A task, a department, a finding as a mail prints them.

use super::compose::{Desk, section_of};
use super::view::{DepartmentLine, FindingLine, TaskLine};
use super::{held_back, scene};
use crate::domain::consolidation::ConsolidatedTask;
use crate::domain::finding::{Finding, Severity};
use crate::domain::notice::{Item, SendReason};
use crate::text;

/// Characters of a task's content that are printed.
const CONTENT_CHARS_MAX: usize = 300;

pub(super) fn task_line(desk: &Desk<'_>, item: &Item) -> TaskLine {
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
    let unknown = scene::is_unknown(task);
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
        figures_on: (old && !task.unreported && !unknown).then(|| text::date(task.row.figures_on)),
        unreported: task.unreported,
        held: desk.consolidation.held.contains_key(&task.row.id),
        held_done: desk.consolidation.held_done.contains(&task.row.id),
        unknown,
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

pub(super) fn findings(desk: &Desk<'_>, item: &Item) -> Vec<FindingLine> {
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

fn cells(finding: &Finding) -> String {
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
