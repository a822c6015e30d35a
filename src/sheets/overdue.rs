//! Sheet: what is late, the latest first.

use crate::domain::consolidation::Class;

use super::SheetPlan;
use super::board::{Board, Freshness};
use super::page::{Column, Kind, List, Row, column, count, day, fraction, integer, whole, words};
use super::palette;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "overdue",
    build: |board, styles| {
        let rows = latest(board)
            .into_iter()
            .enumerate()
            .map(|(i, t)| row(board, i, t))
            .collect();
        let list = List {
            key: "overdue",
            table: "QuaHan",
            columns: COLUMNS,
            rows,
            note: Some(board.text.word("note.overdue")),
            freeze: 2,
            pages: 1,
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
    let mut late: Vec<usize> = (0..board.c.tasks.len())
        .filter(|i| board.c.tasks[*i].score.class == Class::Overdue)
        .collect();
    late.sort_by_key(|i| (std::cmp::Reverse(board.c.tasks[*i].score.days_late), *i));
    late
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
        integer(s.days_late),
        integer(s.working_days_late),
        fraction(v.progress),
        words(&v.late_reason),
        words(&v.difficulty),
        day(v.commit_date),
        words(&v.explanation),
        words(&super::board::remark(board, index).unwrap_or_default()),
    ])
    .muted(board.keys[index].freshness != Freshness::Fresh)
    .accent(7, palette::OVERDUE)
}
