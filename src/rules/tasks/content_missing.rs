//! T01: a task row without its content.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T01.
pub static RULE: Rule = Rule {
    code: "T01",
    name: "content-missing",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if row.blank(Field::Content) {
        hits.push(
            row.hit("T01", Field::Content)
                .with("example", row.likely(Field::Content)),
        );
    }
}
