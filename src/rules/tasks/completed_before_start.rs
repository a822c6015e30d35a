//! T37: completed before the task's start.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T37.
pub static RULE: Rule = Rule {
    code: "T37",
    name: "completed-before-start",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let (Some(done), Some(start)) = (row.row.day(Field::CompletedDate), row.row.day(Field::Start))
    else {
        return;
    };
    if done < start {
        let mut hit = row
            .hit("T37", Field::CompletedDate)
            .with("start", Arg::Date(start))
            .with("example", Arg::Date(row.input.config.plan.start.min(done)));
        if let Some(cell) = row.cell(Field::Start) {
            hit = hit.related(cell.at);
        }
        hits.push(hit);
    }
}
