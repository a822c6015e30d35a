//! T23: progress 100 and not completed.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::status::Status;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T23.
pub static RULE: Rule = Rule {
    code: "T23",
    name: "full-progress-not-completed",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let open = row
        .row
        .status()
        .is_some_and(|s| s.status != Status::Completed);
    let full = row
        .row
        .number(Field::Progress)
        .is_some_and(|p| (p - 100.0).abs() < 1e-9);
    if open && full {
        let mut hit = row.hit("T23", Field::Status);
        if let Some(progress) = row.cell(Field::Progress) {
            hit = hit.related(progress.at);
        }
        hits.push(hit);
    }
}
