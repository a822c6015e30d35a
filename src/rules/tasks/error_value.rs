//! T28: a formula error in a column that is read.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::files::cell_mark;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T28.
pub static RULE: Rule = Rule {
    code: "T28",
    name: "error-value",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    for (field, cell) in &row.row.cells {
        if *field != Field::DraftOnly && cell_mark("T28", cell) {
            hits.push(row.hit_reading("T28", *field));
        }
    }
}
