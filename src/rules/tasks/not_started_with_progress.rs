//! T24: not started with progress above 0.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::status::Status;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T24.
pub static RULE: Rule = Rule {
    code: "T24",
    name: "not-started-with-progress",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let idle = row
        .row
        .status()
        .is_some_and(|s| s.status == Status::NotStarted);
    let begun = row
        .row
        .number(Field::Progress)
        .is_some_and(|p| p > 0.0 && p < 100.0);
    if idle && begun {
        let mut hit = row.hit("T24", Field::Progress);
        if let Some(status) = row.cell(Field::Status) {
            hit = hit.related(status.at);
        }
        hits.push(hit);
    }
}
