//! E02: the deadline differs from the baseline.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// E02.
pub static RULE: Rule = Rule {
    code: "E02",
    name: "deadline-changed",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let mistaken = row.content_of_another().is_some() && row.has(Field::Code);
    if let Some(approved) = row.deadline_difference().filter(|_| !mistaken) {
        let hit = row
            .hit("E02", Field::Deadline)
            .with("right", Arg::Plain(approved.clone()))
            .remedied("blank", approved.is_empty())
            .with("approved", Arg::Quoted(approved));
        hits.push(hit.since(row.superseded(Field::Deadline)));
    }
}
