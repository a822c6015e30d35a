//! T13: a status that is none of the known words.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::reading::FieldValue;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T13.
pub static RULE: Rule = Rule {
    code: "T13",
    name: "status-unknown",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if matches!(row.row.value(Field::Status), FieldValue::UnknownStatus) {
        hits.push(
            row.hit("T13", Field::Status)
                .with("example", row.likely(Field::Status)),
        );
    }
}
