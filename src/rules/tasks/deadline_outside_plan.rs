//! T12: the deadline lies before the plan starts, after it ends, or before the task's own start.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T12.
pub static RULE: Rule = Rule {
    code: "T12",
    name: "deadline-outside-plan",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let deadline = &row.values.deadline;
    let Some(due) = deadline.final_due() else {
        return;
    };
    let plan = &row.input.config.plan;
    let before_start = row.values.start.is_some_and(|s| due.day < s);
    if row.filled(Field::Deadline) && (due.day < plan.start || due.day > plan.end || before_start) {
        let mut hit = row
            .hit("T12", Field::Deadline)
            .with("due", Arg::Date(due.day))
            .with("from", Arg::Date(plan.start))
            .with("to", Arg::Date(plan.end));
        if before_start && let Some(start) = row.cell(Field::Start) {
            hit = hit.related(start.at);
        }
        hits.push(row.dated(hit));
    }
}
