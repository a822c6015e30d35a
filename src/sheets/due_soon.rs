//! Sheet: what comes due next, the nearest first.

use crate::domain::consolidation::Class;
use crate::domain::finding::Arg;

use super::SheetPlan;
use super::board::Board;
use super::page::{Column, Kind, List, Row, column, count, day, fraction, integer, whole, words};
use super::palette;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "due_soon",
    build: |board, styles| {
        let mut soon: Vec<usize> = (0..board.c.tasks.len())
            .filter(|i| board.c.tasks[*i].score.class == Class::DueSoon)
            .collect();
        soon.sort_by_key(|i| (board.c.tasks[*i].score.days_left, *i));
        let rows = soon.into_iter().enumerate().map(|(i, t)| row(board, i, t));
        let list = List {
            key: "due_soon",
            table: "SapDenHan",
            columns: COLUMNS,
            rows,
            note: Some(
                board
                    .text
                    .say("note.due_soon", &[("days", Arg::Days(first_step(board)))]),
            ),
            freeze: 2,
            pages: 1,
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

fn row(board: &Board, i: usize, index: usize) -> Row {
    let task = &board.c.tasks[index];
    let (v, s) = (&task.row.values, &task.score);
    Row::new(vec![
        whole(u64::from(count(i) + 1)),
        board.task_link(index),
        words(&v.content),
        words(&board.lead_names(task)),
        words(&v.persons.join("; ")),
        words(&v.deadline_text),
        day(s.effective),
        integer(s.days_left),
        integer(s.working_days_left),
        fraction(v.progress),
        words(&v.result),
        words(&super::board::remark(board, index).unwrap_or_default()),
    ])
    .accent(7, palette::SOON)
}
