//! E06: another completion day than was accepted.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::domain::reading::FieldValue;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// E06.
pub static RULE: Rule = Rule {
    code: "E06",
    name: "completion-date-moved",
    severity: Severity::Explain,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let Some(accepted) = row.accepted.map(|a| &a.values) else {
        return;
    };
    let Some(before) = accepted.completed else {
        return;
    };
    if row.explained() || !row.completed() || !row.has(Field::CompletedDate) {
        return;
    }
    let moved = match row.row.value(Field::CompletedDate) {
        FieldValue::Day(now) => *now != before && !row.closes_another(before, *now),
        FieldValue::Blank => !row.values.deadline.recurs(),
        _ => false,
    };
    if moved {
        hits.push(
            row.hit("E06", Field::CompletedDate)
                .with("before", Arg::Date(before))
                .remedied("no_column", !row.has_reason_column()),
        );
    }
}
