//! E11: a change of a row that another department leads.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// E11.
pub static RULE: Rule = Rule {
    code: "E11",
    name: "not-the-lead",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if let Some(leader) = row.foreign_lead()
        && row.says_something_new()
    {
        hits.push(row.hit_row("E11").with("leader", Arg::Plain(leader)));
    }
}
