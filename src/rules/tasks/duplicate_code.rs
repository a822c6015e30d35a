//! T03: a code that stands on two rows of one annex.

use crate::domain::field::Field;
use crate::domain::finding::{Arg, Severity};
use crate::domain::reading::TaskRow;
use crate::rules::matching::key;
use crate::rules::scene::{Hit, RowView};
use crate::rules::suggest::row_at;
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
        let content = |r: &TaskRow| key(r.text(Field::Content));
        let same =
            row_at(&row.table.rows, first).is_some_and(|twin| content(twin) == content(row.row));
        let code = row.free_code().unwrap_or_default();
        hits.push(
            row.hit("T03", Field::Code)
                .related(first)
                .with("example", Arg::Plain(code))
                .remedied("same", same),
        );
    }
}
