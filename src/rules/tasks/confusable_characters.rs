//! T33: letters of another script, l for I, O for 0.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::files::cell_mark;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T33.
pub static RULE: Rule = Rule {
    code: "T33",
    name: "confusable-characters",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    for (field, cell) in &row.row.cells {
        if *field != Field::DraftOnly && cell_mark("T33", cell) {
            hits.push(row.hit_reading("T33", *field));
        }
    }
}
