//! E01: content, product, lead or cooperating unit differs from the baseline.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::values::LOCKED;
use crate::rules::{Check, Rule};

/// E01.
pub static RULE: Rule = Rule {
    code: "E01",
    name: "locked-cell-changed",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    for field in LOCKED {
        if let Some(approved) = row.locked_difference(field) {
            let hit = row
                .hit("E01", field)
                .with("right", Arg::Plain(approved.clone()))
                .remedied("blank", approved.is_empty())
                .with("approved", Arg::Quoted(approved));
            hits.push(hit.since(row.superseded(field)));
        }
    }
}
