//! E01: content, product, lead or cooperating unit differs from the baseline.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::values::LOCKED;
use crate::rules::{Check, Rule};

/// E01.
pub static RULE: Rule = Rule {
    code: "E01",
    name: "locked-cell-changed",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if let (Some(code), Some(place)) = (row.content_of_another(), row.cell(Field::Code))
        && let Some(approved) = row.locked_difference(Field::Content)
    {
        // The code was mistaken, not the content: the other cells differ for the same cause.
        hits.push(
            row.hit("E01", Field::Content)
                .with("code", Arg::Plain(code.to_owned()))
                .with("place", Arg::Cell(place.at))
                .remedied("anothers", true)
                .with("approved", Arg::Quoted(approved)),
        );
        return;
    }
    for field in LOCKED {
        if let Some(approved) = row.locked_difference(field) {
            let hit = row
                .hit("E01", field)
                .with("right", Arg::Plain(approved.clone()))
                .remedied("blank", approved.is_empty())
                .with("approved", Arg::Quoted(approved));
            hits.push(hit.since(row.superseded(field)));
        }
    }
}
