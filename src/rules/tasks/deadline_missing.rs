//! T08: an empty deadline.

use crate::domain::deadline::DeadlineKind;
use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T08.
pub static RULE: Rule = Rule {
    code: "T08",
    name: "deadline-missing",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let empty = row
        .row
        .deadline()
        .is_some_and(|d| d.kind == DeadlineKind::Empty);
    if row.blank(Field::Deadline) || empty {
        let hit = row.hit("T08", Field::Deadline);
        hits.push(row.dated(hit));
    }
}
