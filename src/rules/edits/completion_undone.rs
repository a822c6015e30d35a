//! E05: completed before and not completed now.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::domain::occurrence::is_completed;
use crate::domain::reading::FieldValue;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// E05.
pub static RULE: Rule = Rule {
    code: "E05",
    name: "completion-undone",
    severity: Severity::Explain,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let Some(accepted) = row.accepted.map(|a| &a.values) else {
        return;
    };
    if row.explained() || row.values.deadline.recurs() || row.broken(Field::Status) {
        return;
    }
    let unreadable = matches!(row.row.value(Field::Status), FieldValue::UnknownStatus);
    if is_completed(accepted) && !row.completed() && !unreadable {
        let place = [Field::Status, Field::CompletedDate, Field::Progress]
            .into_iter()
            .find(|f| row.has(*f));
        let mut hit = match place {
            Some(field) => row.hit("E05", field),
            None => row.hit_row("E05"),
        };
        if let Some(day) = accepted.completed {
            hit = hit.with("before", Arg::Date(day));
        }
        hits.push(hit.remedied("no_column", !row.has_reason_column()));
    }
}
