//! T35: the row is marked as a state secret.

use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T35.
pub static RULE: Rule = Rule {
    code: "T35",
    name: "secret-row",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if let Some(cell) = row.row.secret {
        let mut hit = row.hit_row("T35");
        hit.cell = Some(cell);
        hit.field = None;
        hit.value = String::new();
        hit.task = None;
        hits.push(hit);
    }
}
