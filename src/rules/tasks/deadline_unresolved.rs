//! T11: refers to something that is not in the annex.

use crate::domain::deadline::{DeadlineKind, Doubt};
use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T11.
pub static RULE: Rule = Rule {
    code: "T11",
    name: "deadline-unresolved",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let Some(deadline) = row.row.deadline() else {
        return;
    };
    if deadline.kind == DeadlineKind::Unresolved && !deadline.doubts.contains(&Doubt::NoYear) {
        let hit = row.hit("T11", Field::Deadline);
        hits.push(row.dated(hit));
    }
}
