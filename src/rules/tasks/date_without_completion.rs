//! T19: a completion day on a task that is not completed.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::domain::status::Status;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T19.
pub static RULE: Rule = Rule {
    code: "T19",
    name: "date-without-completion",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let open = row
        .row
        .status()
        .is_some_and(|s| s.status != Status::Completed);
    // A recurring task keeps the day of its last occurrence while the next one is under way.
    let recurs = row.values.deadline.recurs();
    if open && !recurs && row.row.day(Field::CompletedDate).is_some() {
        let mut hit = row.hit("T19", Field::CompletedDate);
        if let Some(status) = row.cell(Field::Status) {
            hit = hit
                .related(status.at)
                .with("status", Arg::Quoted(status.text.clone()));
        }
        hits.push(hit);
    }
}
