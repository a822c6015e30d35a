//! T32: a number typed as text.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::files::cell_mark;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T32.
pub static RULE: Rule = Rule {
    code: "T32",
    name: "number-as-text",
    severity: Severity::Info,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    for (field, cell) in &row.row.cells {
        if *field != Field::DraftOnly && cell_mark("T32", cell) {
            hits.push(row.hit_reading("T32", *field));
        }
    }
}
