//! E08: the content is that of a task whose code has vanished.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// E08.
pub static RULE: Rule = Rule {
    code: "E08",
    name: "code-changed",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if let Some(old) = &row.old_code {
        hits.push(
            row.hit("E08", Field::Code)
                .with("old", Arg::Quoted(old.clone())),
        );
    }
}
