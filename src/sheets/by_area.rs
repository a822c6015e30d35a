//! Sheet: roll-up by area.

use super::SheetPlan;
use super::figures::By;
use super::rollup::Rollup;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "by_area",
    build: |board, styles| {
        let rollup = Rollup {
            key: "by_area",
            table: "TheoLinhVuc",
            first: "area",
            by: By::Area,
            groups: &board.areas,
            scores: &board.c.by_area,
            note: board.text.word("note.areas"),
        };
        Some(rollup.sheet(board, styles))
    },
};
