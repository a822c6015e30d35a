//! Sheet: difficulties and proposals, gathered for the leaders.

use super::SheetPlan;
use super::board::Board;
use super::page::{Column, Kind, List, Row, column, count, whole, words};
use super::palette;
use crate::book::CellValue;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "difficulties",
    build: |board, styles| {
        let rows = told(board)
            .into_iter()
            .enumerate()
            .map(|(i, t)| row(board, i, t));
        let list = List {
            key: "difficulties",
            table: "VuongMac",
            columns: COLUMNS,
            rows,
            note: None,
            freeze: 2,
            pages: 1,
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

fn row(board: &Board, i: usize, index: usize) -> Row {
    let task = &board.c.tasks[index];
    let v = &task.row.values;
    Row::new(vec![
        whole(u64::from(count(i) + 1)),
        board.task_link(index),
        words(&v.content),
        words(&board.lead_names(task)),
        CellValue::Text(board.class(task.score.class)),
        words(&v.difficulty),
        words(&v.proposal),
        words(&v.late_reason),
        words(&v.office_remark),
    ])
    .accent(4, palette::class(task.score.class))
}
