//! T29: a formula without a stored result in a column that is read.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::files::cell_mark;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T29.
pub static RULE: Rule = Rule {
    code: "T29",
    name: "not-calculated",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    for (field, cell) in &row.row.cells {
        if *field != Field::DraftOnly && cell_mark("T29", cell) {
            hits.push(row.hit_reading("T29", *field));
        }
    }
}
