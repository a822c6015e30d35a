//! Sheet: what comes due next, the nearest first.

use crate::domain::consolidation::Class;
use crate::domain::finding::Arg;

use super::SheetPlan;
use super::board::Board;
use super::page::{Column, Kind, column};
use super::palette;
use super::task_list::{TaskList, of_class};

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "due_soon",
    build: |board, styles| {
        let days = [("days", Arg::Days(first_step(board)))];
        let list = TaskList {
            key: "due_soon",
            table: "SapDenHan",
            columns: COLUMNS,
            tasks: of_class(board, Class::DueSoon, |t| t.score.days_left),
            note: Some(board.text.say("note.due_soon", &days)),
            accent: ("days_left", palette::class),
            muted: false,
        };
        Some(list.sheet(board, styles))
    },
};

const COLUMNS: &[Column] = &[
    column("stt", 6.0, Kind::Whole),
    column("code", 11.0, Kind::Link),
    column("content", 44.0, Kind::Words),
    column("lead", 22.0, Kind::Words),
    column("person", 18.0, Kind::Words),
    column("deadline_text", 15.0, Kind::Words),
    column("effective", 11.5, Kind::Date),
    column("days_left", 9.0, Kind::Whole),
    column("working_days_left", 10.0, Kind::Whole),
    column("progress", 9.0, Kind::Percent),
    column("result", 34.0, Kind::Words),
    column("remark", 26.0, Kind::Label),
];

/// The ladder's first step, working days.
pub(super) fn first_step(board: &Board) -> i64 {
    board
        .config
        .notices
        .due_soon_days
        .first()
        .map_or(0, |d| i64::from(*d))
}
