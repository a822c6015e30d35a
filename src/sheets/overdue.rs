//! Sheet: what is late, the latest first.

use crate::domain::consolidation::Class;

use super::SheetPlan;
use super::board::Board;
use super::page::{Column, Kind, column};
use super::palette;
use super::task_list::{TaskList, of_class};

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "overdue",
    build: |board, styles| {
        let list = TaskList {
            key: "overdue",
            table: "QuaHan",
            columns: COLUMNS,
            tasks: latest(board),
            note: Some(board.text.word("note.overdue")),
            accent: ("days_late", palette::class),
            muted: true,
        };
        Some(list.sheet(board, styles))
    },
};

const COLUMNS: &[Column] = &[
    column("stt", 5.0, Kind::Whole),
    column("code", 10.0, Kind::Link),
    column("content", 36.0, Kind::Words),
    column("lead", 18.0, Kind::Words),
    column("person", 14.0, Kind::Words),
    column("deadline_text", 13.0, Kind::Words),
    column("effective", 11.5, Kind::Date),
    column("days_late", 9.0, Kind::Whole),
    column("working_days_late", 9.0, Kind::Whole),
    column("progress", 8.0, Kind::Percent),
    column("late_reason", 24.0, Kind::Words),
    column("difficulty", 24.0, Kind::Words),
    column("commit_date", 11.5, Kind::Date),
    column("explanation", 20.0, Kind::Words),
    column("remark", 20.0, Kind::Label),
];

/// Overdue tasks by index, the latest first.
pub(super) fn latest(board: &Board) -> Vec<usize> {
    of_class(board, Class::Overdue, |t| {
        std::cmp::Reverse(t.score.days_late)
    })
}
