//! T30: a computed column that the unit keeps differs from the recomputed value.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T30.
pub static RULE: Rule = Rule {
    code: "T30",
    name: "kpi-differs",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    for field in [Field::Class, Field::DaysLate, Field::DaysLeft] {
        if let Some(computed) = row.differs_from_kept(field) {
            hits.push(row.hit("T30", field).with("computed", computed));
        }
    }
}
