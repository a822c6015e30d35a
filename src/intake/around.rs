//! A row against the rows around it: further lines of a task, repeated headings, what follows.

use super::headings::HeadingBlock;
use super::row_cells::{Known, RowCells};
use super::rows::Ahead;
use super::view::SheetView;
use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::reading::TaskRow;
use crate::vn::fold::key;

/// Whether a row is a further line of the task above it: its content is merged with that task's and it has no number or code of its own.
pub(super) fn continues(
    view: &SheetView<'_>,
    row: &RowCells<'_>,
    known: &[Known],
    task: &TaskRow,
) -> bool {
    let Some(content) = known.iter().find(|k| k.field == Field::Content) else {
        return false;
    };
    let own = row
        .cells
        .iter()
        .any(|(f, ..)| matches!(f, Field::Stt | Field::Code | Field::Content));
    let above = view.covered_by(CellRef::new(row.row, content.col));
    !own && above == Some(CellRef::new(task.row, content.col))
}

/// Whether most rows with content have a running number.
pub(super) fn mostly_numbered(rows: &[RowCells<'_>]) -> bool {
    let content: Vec<&RowCells<'_>> = rows
        .iter()
        .filter(|r| r.get(Field::Content).is_some())
        .collect();
    let numbered = content
        .iter()
        .filter(|r| {
            r.get(Field::Stt)
                .is_some_and(|t| t.contains(|c: char| c.is_ascii_digit()))
        })
        .count();
    numbered * 2 > content.len()
}

/// What follows a row.
pub(super) fn ahead(rows: &[RowCells<'_>], n: usize, numbered: bool) -> Ahead {
    let next = rows[n + 1..].iter().find(|r| !r.cells.is_empty());
    let Some(next) = next else {
        return Ahead {
            numbered,
            ..Ahead::default()
        };
    };
    let own = rows[n]
        .get(Field::Stt)
        .unwrap_or_default()
        .trim_end_matches(['.', ' '])
        .to_owned();
    let below = next.get(Field::Stt).unwrap_or_default();
    Ahead {
        task_follows: next.get(Field::Content).is_some() && next.cells.len() > 1,
        goes_below: !own.is_empty()
            && below.strip_prefix(own.as_str()).is_some_and(|rest| {
                rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit())
            }),
        numbered,
    }
}

/// The last row of a repeated heading: it may be flatter than the first one.
pub(super) fn repeat_ends(view: &SheetView<'_>, block: &HeadingBlock, row: u32) -> u32 {
    let tallest = row + (block.last - block.first);
    let mut last = row;
    while last < tallest {
        let (same, other) = alike(view, block, last + 1);
        if same == 0 || other * 3 > same {
            break;
        }
        last += 1;
    }
    last
}

/// Whether a heading row says the same as another, column by column.
pub(super) fn same_heading(view: &SheetView<'_>, block: &HeadingBlock, row: u32) -> bool {
    let (same, other) = alike(view, block, row);
    same >= 2 && other * 3 <= same
}

/// Cells of a row that say what the heading says in their column, and others.
fn alike(view: &SheetView<'_>, block: &HeadingBlock, row: u32) -> (usize, usize) {
    let mut same = 0;
    let mut other = 0;
    for cell in view.row(row) {
        let text = key(&view.text(cell).text);
        if text.is_empty() {
            continue;
        }
        let matches = block.headings.iter().any(|h| {
            h.at.col == cell.at.col
                && (key(&h.parent) == text
                    || key(&h.child) == text
                    || key(&h.parent).starts_with(&text))
        });
        if matches {
            same += 1;
        } else {
            other += 1;
        }
    }
    (same, other)
}
