//! T09: no such date or period.

use crate::domain::deadline::DeadlineKind;
use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T09.
pub static RULE: Rule = Rule {
    code: "T09",
    name: "deadline-invalid",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let Some(deadline) = row.row.deadline() else {
        return;
    };
    if deadline.kind == DeadlineKind::Invalid {
        hits.push(
            row.hit("T09", Field::Deadline)
                .with("example", row.likely(Field::Deadline)),
        );
    }
}
