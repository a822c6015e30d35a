//! What a period's report tells, gathered once for the workbook and the Word document.

use std::cmp::Reverse;

use jiff::civil::Date;

use crate::domain::consolidation::{Class, ConsolidatedTask, Counts};
use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::ledger::{EventKind, Proposal};
use crate::text::{Vi, shorten};

use super::PeriodInput;

/// Months ahead that the outlook looks.
const AHEAD_MONTHS: i32 = 3;

/// The facts of a period.
pub struct Facts<'a> {
    /// Overdue tasks, the latest first.
    pub overdue: Vec<&'a ConsolidatedTask>,
    /// Tasks with difficulties that are not completed.
    pub difficulties: Vec<&'a ConsolidatedTask>,
    /// Tasks with proposals in words.
    pub proposals: Vec<&'a ConsolidatedTask>,
    /// Proposed changes of the baseline.
    pub changes: Vec<&'a Proposal>,
    /// Tasks completed within the period.
    pub completed: Vec<&'a ConsolidatedTask>,
    /// Open tasks that fall due within the next three months.
    pub next: Vec<&'a ConsolidatedTask>,
    /// Changes of figures that belong to a frozen period, oldest first.
    pub after_freeze: Vec<FrozenChange>,
}

/// A change after the freeze.
pub struct FrozenChange {
    /// As-of day of the pass that accepted it.
    pub day: Date,
    /// Department by name.
    pub department: String,
    /// Task or indicator.
    pub task: String,
    /// Field; none for an indicator's figure.
    pub field: Option<Field>,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
    /// Who saved the workbook, as it tells.
    pub by: String,
}

impl<'a> Facts<'a> {
    /// Gathers the facts.
    pub fn new(input: &PeriodInput<'a>) -> Self {
        let all = &input.consolidation.tasks;
        let pick = |keep: &dyn Fn(&ConsolidatedTask) -> bool| -> Vec<&'a ConsolidatedTask> {
            all.iter().filter(|t| keep(t)).collect()
        };
        let until = input
            .until()
            .checked_add(jiff::Span::new().months(AHEAD_MONTHS))
            .unwrap_or(Date::MAX);
        let mut overdue = pick(&|t| t.score.class == Class::Overdue);
        overdue.sort_by_key(|t| Reverse(t.score.days_late));
        let mut next = pick(&|t| {
            matches!(t.score.class, Class::OpenInTime | Class::DueSoon)
                && t.score.effective.is_some_and(|day| day <= until)
        });
        next.sort_by_key(|t| t.score.effective);
        let mut completed = pick(&|t| {
            t.score.class.is_done() && t.score.completed.is_some_and(|day| input.days.holds(day))
        });
        completed.sort_by_key(|t| t.score.completed);
        Self {
            overdue,
            difficulties: pick(&|t| {
                !t.row.values.difficulty.is_empty() && !t.score.class.is_done()
            }),
            proposals: pick(&|t| !t.row.values.proposal.is_empty()),
            changes: input.consolidation.proposals.iter().collect(),
            completed,
            next,
            after_freeze: after_freeze(input),
        }
    }
}

/// Name of a department by its code.
pub fn department(input: &PeriodInput<'_>, code: &str) -> String {
    let known = input
        .consolidation
        .departments
        .iter()
        .find(|d| d.code == code);
    known.map_or_else(|| code.to_owned(), |d| d.name.clone())
}

/// Reason of lateness as the unit gives it: its reason, else its difficulty.
pub fn reason(task: &ConsolidatedTask) -> &str {
    let values = &task.row.values;
    if values.late_reason.is_empty() {
        &values.difficulty
    } else {
        &values.late_reason
    }
}

/// What a proposed change says.
pub fn change_words(input: &PeriodInput<'_>, proposal: &Proposal) -> Vi {
    let quoted = |s: &str| Arg::Plain(shorten(s, 300));
    match proposal.field {
        Some(field) => input.text.say(
            "report.period.proposal.change",
            &[
                ("field", Arg::Field(field)),
                ("old", quoted(&proposal.old)),
                ("new", quoted(&proposal.new)),
            ],
        ),
        None => input.text.say(
            "report.period.proposal.new_task",
            &[("new", quoted(&proposal.new))],
        ),
    }
}

/// Tasks without a due day that counts, together.
pub fn no_due(counts: &Counts) -> u64 {
    [Class::NoDue, Class::Waiting, Class::Unresolved]
        .iter()
        .map(|c| counts.of(*c))
        .sum()
}

/// What the units said: suspended, adjustment asked, cannot be done, cancelled.
pub fn other(counts: &Counts) -> u64 {
    [
        Class::Suspended,
        Class::Adjustment,
        Class::CannotDo,
        Class::Cancelled,
    ]
    .iter()
    .map(|c| counts.of(*c))
    .sum()
}

fn after_freeze(input: &PeriodInput<'_>) -> Vec<FrozenChange> {
    let mut out = Vec::new();
    for event in input.consolidation.log.iter().rev() {
        let mut add = |field, old: &str, new: &str| {
            out.push(FrozenChange {
                day: event.day,
                department: department(input, &event.department),
                task: event.task.clone(),
                field,
                old: old.to_owned(),
                new: new.to_owned(),
                by: event.by.clone().unwrap_or_default(),
            });
        };
        match &event.kind {
            EventKind::Accepted {
                changes,
                after_freeze: true,
                ..
            } => {
                for change in changes {
                    add(Some(change.field), &change.old, &change.new);
                }
            }
            EventKind::Figure {
                figure,
                old: Some(old),
            } if closed(input, figure.period) => {
                let words = |f: &crate::domain::indicator::IndicatorFigure| {
                    let part = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
                    format!("{}/{}", part(f.numerator), part(f.denominator))
                };
                add(None, &words(old), &words(figure));
            }
            _ => {}
        }
    }
    out
}

fn closed(input: &PeriodInput<'_>, period: crate::domain::indicator::PeriodKey) -> bool {
    input
        .consolidation
        .frozen
        .iter()
        .any(|f| f.period == period)
}
