//! T26: completed and no product or document named, where the annex has a column for it.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::status::Status;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T26.
pub static RULE: Rule = Rule {
    code: "T26",
    name: "completed-without-evidence",
    severity: Severity::Explain,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let places = [Field::Evidence, Field::Result];
    let Some(place) = places.into_iter().find(|f| row.has(*f)) else {
        return;
    };
    let named = places.into_iter().any(|f| row.filled(f));
    let completed = row
        .row
        .status()
        .map_or_else(|| row.completed(), |s| s.status == Status::Completed);
    if completed && !named {
        hits.push(row.hit("T26", place));
    }
}
