//! T25: overdue, or completed late, or stopped, and no reason or difficulty given.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::occurrence::Keeping;
use crate::domain::status::Status;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T25.
pub static RULE: Rule = Rule {
    code: "T25",
    name: "late-without-reason",
    severity: Severity::Explain,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if row.explained() || row.broken(Field::LateReason) || row.broken(Field::Difficulty) {
        return;
    }
    let said = row.values.status;
    let stopped = matches!(said, Some(Status::Suspended | Status::CannotDo));
    let counted = !matches!(
        said,
        Some(Status::Suspended | Status::CannotDo | Status::Adjustment | Status::Cancelled)
    );
    let late = counted && matches!(row.lateness(), Keeping::Overdue | Keeping::Late);
    if !stopped && !late {
        return;
    }
    let place = [Field::LateReason, Field::Difficulty, Field::Status]
        .into_iter()
        .find(|f| row.has(*f));
    let mut hit = match place {
        Some(field) => row.hit("T25", field),
        None => row.hit_row("T25"),
    };
    hit.value = String::new();
    hits.push(hit.remedied("no_column", !row.has_reason_column()));
}
