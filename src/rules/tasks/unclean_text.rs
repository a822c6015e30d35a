//! T34: control characters, no-break or zero-width spaces, too long.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::files::cell_mark;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T34.
pub static RULE: Rule = Rule {
    code: "T34",
    name: "unclean-text",
    severity: Severity::Info,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    for (field, cell) in &row.row.cells {
        if *field != Field::DraftOnly && cell_mark("T34", cell) {
            hits.push(row.hit_reading("T34", *field));
        }
    }
}
