//! T27: the typed class disagrees with the dates.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T27.
pub static RULE: Rule = Rule {
    code: "T27",
    name: "status-contradicts-dates",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let Some(claim) = row.row.status().and_then(|s| s.claims) else {
        return;
    };
    if row.contradicts(claim) {
        let word = if row.completed() { "done" } else { "doing" };
        let mut hit = row
            .hit("T27", Field::Status)
            .with("example", Arg::Word(format!("field.example.{word}")));
        if let Some(due) = row.due() {
            hit = hit.with("due", Arg::Date(row.input.calendar.effective(due)));
        }
        hits.push(hit);
    }
}
