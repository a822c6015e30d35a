//! T05: no lead department and none can be inferred.

use crate::domain::field::Field;
use crate::domain::finding::{Arg, Severity};
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T05.
pub static RULE: Rule = Rule {
    code: "T05",
    name: "lead-missing",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if row.blank(Field::Lead) && row.values.leads.is_empty() {
        hits.push(
            row.hit("T05", Field::Lead)
                .with("example", Arg::Plain(row.unit())),
        );
    }
}
