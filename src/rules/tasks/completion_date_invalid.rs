//! T21: not a readable day.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::reading::FieldValue;
use crate::domain::status::Status;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T21.
pub static RULE: Rule = Rule {
    code: "T21",
    name: "completion-date-invalid",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let status = row.row.status().map(|s| s.status);
    let open = status.is_some_and(|s| s != Status::Completed);
    if matches!(row.row.value(Field::CompletedDate), FieldValue::NotADay) {
        hits.push(
            row.hit("T21", Field::CompletedDate)
                .with("example", row.likely(Field::CompletedDate))
                .remedied("open", open),
        );
    }
}
