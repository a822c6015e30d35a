//! T22: completed with progress below 100.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::status::Status;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T22.
pub static RULE: Rule = Rule {
    code: "T22",
    name: "completed-below-100",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let completed = row
        .row
        .status()
        .is_some_and(|s| s.status == Status::Completed);
    let below = row
        .row
        .number(Field::Progress)
        .is_some_and(|p| (0.0..100.0).contains(&p));
    if completed && below {
        let mut hit = row.hit("T22", Field::Progress);
        if let Some(status) = row.cell(Field::Status) {
            hit = hit.related(status.at);
        }
        hits.push(hit);
    }
}
