//! T20: a completion day after the as-of day.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T20.
pub static RULE: Rule = Rule {
    code: "T20",
    name: "completion-in-future",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if row
        .row
        .day(Field::CompletedDate)
        .is_some_and(|d| d > row.input.as_of)
    {
        hits.push(
            row.hit("T20", Field::CompletedDate)
                .with("as_of", Arg::Date(row.input.as_of)),
        );
    }
}
