//! E10: a change of a figure that belongs to a frozen period.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// E10.
pub static RULE: Rule = Rule {
    code: "E10",
    name: "after-freeze",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if let Some((field, cut_off)) = row.after_freeze() {
        let after = cut_off.tomorrow().unwrap_or(cut_off);
        hits.push(
            row.hit("E10", field)
                .with("cut_off", Arg::Date(cut_off))
                .with("example", Arg::Date(after)),
        );
    }
}
