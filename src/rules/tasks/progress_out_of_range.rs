//! T16: progress below 0 or above 100.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T16.
pub static RULE: Rule = Rule {
    code: "T16",
    name: "progress-out-of-range",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if row
        .row
        .number(Field::Progress)
        .is_some_and(|p| !(0.0..=100.0).contains(&p))
    {
        hits.push(
            row.hit("T16", Field::Progress)
                .with("example", row.likely(Field::Progress)),
        );
    }
}
