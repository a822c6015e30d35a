//! T18: completed but no completion day, where the annex has the column.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::status::Status;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T18.
pub static RULE: Rule = Rule {
    code: "T18",
    name: "completed-without-date",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if row
        .row
        .status()
        .is_some_and(|s| s.status == Status::Completed)
        && row.blank(Field::CompletedDate)
    {
        hits.push(
            row.hit("T18", Field::CompletedDate)
                .with("example", row.likely(Field::CompletedDate)),
        );
    }
}
