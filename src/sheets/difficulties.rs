//! Sheet: difficulties and proposals, gathered for the leaders.

use super::SheetPlan;
use super::board::Board;
use super::page::{Column, Kind, column};
use super::palette;
use super::task_list::TaskList;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "difficulties",
    build: |board, styles| {
        let list = TaskList {
            key: "difficulties",
            table: "VuongMac",
            columns: COLUMNS,
            tasks: told(board),
            note: None,
            accent: ("class", palette::class),
            muted: false,
        };
        Some(list.sheet(board, styles))
    },
};

const COLUMNS: &[Column] = &[
    column("stt", 6.0, Kind::Whole),
    column("code", 11.0, Kind::Link),
    column("content", 36.0, Kind::Words),
    column("lead", 20.0, Kind::Words),
    column("class", 15.0, Kind::Mark),
    column("difficulty", 38.0, Kind::Words),
    column("proposal", 34.0, Kind::Words),
    column("late_reason", 28.0, Kind::Words),
    column("office_remark", 24.0, Kind::Words),
];

/// Tasks by index whose unit tells a difficulty or proposes something.
pub(super) fn told(board: &Board) -> Vec<usize> {
    (0..board.c.tasks.len())
        .filter(|i| {
            let v = &board.c.tasks[*i].row.values;
            !v.difficulty.trim().is_empty() || !v.proposal.trim().is_empty()
        })
        .collect()
}
