//! Sheet: roll-up by person; only where annexes name persons.

use super::SheetPlan;
use super::figures::By;
use super::rollup::Rollup;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "by_person",
    build: |board, styles| {
        if board.persons.list.is_empty() {
            return None;
        }
        let rollup = Rollup {
            key: "by_person",
            table: "TheoCaNhan",
            first: "person",
            by: By::Person,
            groups: &board.persons,
            scores: &board.c.by_person,
            note: board.text.word("note.several_persons"),
        };
        Some(rollup.sheet(board, styles))
    },
};
