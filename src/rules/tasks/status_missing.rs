//! T14: an empty status where the annex has the column.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T14.
pub static RULE: Rule = Rule {
    code: "T14",
    name: "status-missing",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if row.blank(Field::Status) {
        hits.push(
            row.hit("T14", Field::Status)
                .with("example", row.likely(Field::Status)),
        );
    }
}
