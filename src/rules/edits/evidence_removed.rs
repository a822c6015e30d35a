//! E07: evidence accepted before is gone.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// E07.
pub static RULE: Rule = Rule {
    code: "E07",
    name: "evidence-removed",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if !row.blank(Field::Evidence) {
        return;
    }
    let before = row
        .accepted
        .map(|a| a.values.evidence.as_str())
        .filter(|e| !e.is_empty())
        .or_else(|| row.remark("E07").map(|r| r.old.as_str()));
    if let Some(before) = before {
        hits.push(
            row.hit("E07", Field::Evidence)
                .with("right", Arg::Plain(before.to_owned()))
                .with("before", Arg::Quoted(before.to_owned())),
        );
    }
}
