//! S08: text typed in a TCVN3 or VNI font.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::files::cell_mark;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// S08.
pub static RULE: Rule = Rule {
    code: "S08",
    name: "legacy-encoding",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    for (field, cell) in &row.row.cells {
        if *field != Field::DraftOnly && cell_mark("S08", cell) {
            hits.push(row.hit("S08", *field));
        }
    }
}
