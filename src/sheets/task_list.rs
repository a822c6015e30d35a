//! A list of chosen tasks: every column by the key of its heading, so that a task reads the same on each sheet that lists it.

use super::board::{Board, Freshness};
use super::page::{Column, List, Row, count, day, fraction, integer, whole, words};
use super::palette::Meaning;
use crate::book::{CellValue, Sheet, Styles};
use crate::domain::consolidation::{Class, ConsolidatedTask};
use crate::text::Vi;

/// A sheet that lists some tasks.
pub(super) struct TaskList {
    /// Key below `sheet` and `title`.
    pub key: &'static str,
    /// Name of the native table.
    pub table: &'static str,
    pub columns: &'static [Column],
    /// Tasks by index, in order.
    pub tasks: Vec<usize>,
    pub note: Option<Vi>,
    /// The column that carries a colour, and which.
    pub accent: (&'static str, fn(Class) -> Meaning),
    /// Sets rows back whose figures are old or missing.
    pub muted: bool,
}

impl TaskList {
    /// The finished sheet.
    pub(super) fn sheet(self, board: &Board, styles: &mut Styles) -> Sheet {
        let accent = self.columns.iter().position(|c| c.key == self.accent.0);
        let rows = self.tasks.iter().enumerate().map(|(place, index)| {
            let task = &board.c.tasks[*index];
            let values = self.columns.iter();
            let values = values.map(|c| value(board, place, *index, c.key)).collect();
            let old = board.keys[*index].freshness != Freshness::Fresh;
            let row = Row::new(values).muted(self.muted && old);
            match accent {
                Some(column) => row.accent(column, self.accent.1(task.score.class)),
                None => row,
            }
        });
        let list = List {
            key: self.key,
            table: self.table,
            columns: self.columns,
            rows,
            note: self.note,
            freeze: 2,
            pages: 1,
        };
        list.sheet(board, styles)
    }
}

/// Tasks of a class by index, ordered by something of theirs.
pub(super) fn of_class<K: Ord>(
    board: &Board,
    class: Class,
    order: impl Fn(&ConsolidatedTask) -> K,
) -> Vec<usize> {
    let mut chosen: Vec<usize> = (0..board.c.tasks.len())
        .filter(|i| board.c.tasks[*i].score.class == class)
        .collect();
    chosen.sort_by_key(|i| (order(&board.c.tasks[*i]), *i));
    chosen
}

/// What a task has under a heading; `place` is its place in the list.
fn value(board: &Board, place: usize, index: usize, key: &str) -> CellValue {
    let task = &board.c.tasks[index];
    let (v, s) = (&task.row.values, &task.score);
    match key {
        "stt" => whole(u64::from(count(place) + 1)),
        "code" => board.task_link(index),
        "content" => words(&v.content),
        "lead" => words(&board.lead_names(task)),
        "person" => words(&v.persons.join("; ")),
        "deadline_text" => words(&v.deadline_text),
        "effective" => day(s.effective),
        "days_left" => integer(s.days_left),
        "working_days_left" => integer(s.working_days_left),
        "days_late" => integer(s.days_late),
        "working_days_late" => integer(s.working_days_late),
        "progress" => fraction(v.progress),
        "class" => CellValue::Text(board.class(s.class)),
        "result" => words(&v.result),
        "late_reason" => words(&v.late_reason),
        "difficulty" => words(&v.difficulty),
        "proposal" => words(&v.proposal),
        "commit_date" => day(v.commit_date),
        "explanation" => words(&v.explanation),
        "office_remark" => words(&v.office_remark),
        "remark" => words(&super::board::remark(board, index).unwrap_or_default()),
        other => {
            debug_assert!(false, "no task has a {other}");
            CellValue::Blank
        }
    }
}
