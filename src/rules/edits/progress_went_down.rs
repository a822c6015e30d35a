//! E04: progress is lower than last accepted.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// E04.
pub static RULE: Rule = Rule {
    code: "E04",
    name: "progress-went-down",
    severity: Severity::Explain,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let Some(accepted) = row.accepted.map(|a| &a.values) else {
        return;
    };
    // Another task's row under a mistaken code (E01) is no step back of this one.
    let mistaken = row.content_of_another().is_some() && row.has(Field::Code);
    if mistaken || row.explained() || row.values.deadline.recurs() {
        return;
    }
    if let (Some(now), Some(before)) = (row.row.number(Field::Progress), accepted.progress)
        && now < before
    {
        hits.push(
            row.hit("E04", Field::Progress)
                .with("before", Arg::Percent(before))
                .remedied("no_column", !row.has_reason_column()),
        );
    }
}
