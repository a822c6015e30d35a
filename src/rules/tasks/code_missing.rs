//! T02: no task code, though the annex has a code column.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T02.
pub static RULE: Rule = Rule {
    code: "T02",
    name: "code-missing",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if row.blank(Field::Code) {
        hits.push(
            row.hit("T02", Field::Code)
                .with("example", row.likely(Field::Code)),
        );
    }
}
