//! T36: "as above" with nothing above it in its group.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::files::cell_mark;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T36.
pub static RULE: Rule = Rule {
    code: "T36",
    name: "ditto-without-source",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    for (field, cell) in &row.row.cells {
        if *field != Field::DraftOnly && cell_mark("T36", cell) {
            hits.push(row.hit_reading("T36", *field));
        }
    }
}
