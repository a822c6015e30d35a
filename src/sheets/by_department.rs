//! Sheet: roll-up by lead department.

use super::SheetPlan;
use super::figures::By;
use super::rollup::Rollup;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "by_department",
    build: |board, styles| {
        let rollup = Rollup {
            key: "by_department",
            table: "TheoDonVi",
            first: "department",
            by: By::Department,
            groups: &board.departments,
            scores: &board.c.by_department,
            note: board.text.word("note.several_leads"),
        };
        Some(rollup.sheet(board, styles))
    },
};
