//! T03: a code that stands on two rows of one annex.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T03.
pub static RULE: Rule = Rule {
    code: "T03",
    name: "duplicate-code",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if let Some(first) = row.twin {
        hits.push(row.hit("T03", Field::Code).related(first));
    }
}
