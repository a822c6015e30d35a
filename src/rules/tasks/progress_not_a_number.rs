//! T15: neither a number nor a percentage.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::reading::FieldValue;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T15.
pub static RULE: Rule = Rule {
    code: "T15",
    name: "progress-not-a-number",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if matches!(row.row.value(Field::Progress), FieldValue::NotANumber) {
        hits.push(
            row.hit("T15", Field::Progress)
                .with("example", row.likely(Field::Progress)),
        );
    }
}
