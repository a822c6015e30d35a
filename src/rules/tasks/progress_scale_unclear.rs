//! T17: a plain number of 0 < x <= 1 where other rows of the column are above 1.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T17.
pub static RULE: Rule = Rule {
    code: "T17",
    name: "progress-scale-unclear",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let Some(cell) = row.cell(Field::Progress) else {
        return;
    };
    if cell.marks.scale_unclear {
        let typed = row.row.number(Field::Progress).unwrap_or_default();
        hits.push(
            row.hit("T17", Field::Progress)
                .with("typed", Arg::Percent(typed))
                .with("meant", Arg::Percent(typed * 100.0)),
        );
    }
}
