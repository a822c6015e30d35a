//! T04: a task that the baseline does not have.

use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T04.
pub static RULE: Rule = Rule {
    code: "T04",
    name: "outside-plan",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if row.input.baseline.is_some() && row.planned.is_none() && !row.id.is_empty() {
        hits.push(row.hit_row("T04").since(row.withdrawn()));
    }
}
