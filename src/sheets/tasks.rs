//! Sheet: every task, computed columns beside, its source as a link.

use crate::book::{CellValue, Styles};
use crate::domain::consolidation::ConsolidatedTask;

use super::SheetPlan;
use super::board::{Board, Freshness, Keys, TASKS};
use super::page::{
    Column, Kind, List, Row, column, day, fraction, hidden, integer, whole, word, words,
};
use super::palette;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "tasks",
    build: |board, styles| Some(build(board, styles)),
};

/// Columns in the order of SPEC §11, then what we add, then the keys that formulas count by.
const COLUMNS: &[Column] = &[
    column("stt", 6.0, Kind::Whole),
    column("code", 10.0, Kind::Code),
    column("area", 17.0, Kind::Words),
    column("content", 38.0, Kind::Words),
    column("product", 24.0, Kind::Words),
    column("lead", 18.0, Kind::Words),
    column("person", 15.0, Kind::Words),
    column("coop", 18.0, Kind::Words),
    column("deadline_text", 14.0, Kind::Words),
    column("due", 11.5, Kind::Date),
    column("effective", 11.5, Kind::Date),
    column("status", 14.0, Kind::Words),
    column("progress", 9.0, Kind::Percent),
    column("completed", 11.5, Kind::Date),
    column("class", 15.0, Kind::Mark),
    column("bucket", 15.0, Kind::Mark),
    column("days_left", 9.0, Kind::Whole),
    column("days_late", 9.0, Kind::Whole),
    column("working_days_late", 10.0, Kind::Whole),
    column("expected", 10.0, Kind::Percent),
    column("difference", 10.0, Kind::Difference),
    column("result", 30.0, Kind::Words),
    column("evidence", 24.0, Kind::Words),
    column("late_reason", 24.0, Kind::Words),
    column("difficulty", 24.0, Kind::Words),
    column("office_remark", 20.0, Kind::Words),
    column("figures_on", 11.5, Kind::Date),
    column("file", 26.0, Kind::Words),
    column("source_sheet", 14.0, Kind::Words),
    column("cell", 8.0, Kind::Link),
    column("occurrences_due", 9.0, Kind::Whole),
    column("occurrences_done", 11.0, Kind::Whole),
    column("freshness", 9.0, Kind::Mark),
    column("remark", 30.0, Kind::Label),
    hidden("key_leads"),
    hidden("key_area"),
    hidden("key_persons"),
    hidden("key_reporter"),
    hidden("key_due"),
    hidden("key_progress"),
];

/// Index of a column, for accents and formulas of other sheets.
pub(super) fn index_of(key: &str) -> usize {
    COLUMNS.iter().position(|c| c.key == key).unwrap_or(0)
}

fn build(board: &Board, styles: &mut Styles) -> crate::book::Sheet {
    let (class_at, freshness_at) = (index_of("class"), index_of("freshness"));
    let rows = board
        .c
        .tasks
        .iter()
        .zip(&board.keys)
        .enumerate()
        .map(|(i, (task, keys))| {
            let fresh = keys.freshness == Freshness::Fresh;
            let mut row = Row::new(values(board, i, task, keys))
                .muted(!fresh)
                .accent(class_at, palette::class(task.score.class));
            if !fresh {
                row = row.accent(freshness_at, palette::SOON);
            }
            row
        });
    let list = List {
        key: "tasks",
        table: TASKS,
        columns: COLUMNS,
        rows,
        note: Some(board.text.word("note.tasks")),
        freeze: 2,
        pages: 3,
    };
    list.sheet(board, styles)
}

fn values(board: &Board, i: usize, task: &ConsolidatedTask, keys: &Keys) -> Vec<CellValue> {
    let (v, s, text) = (&task.row.values, &task.score, board.text);
    vec![
        whole(u64::try_from(i + 1).unwrap_or(0)),
        words(&v.code),
        words(&v.area),
        words(&v.content),
        words(&v.product),
        words(&board.lead_names(task)),
        words(&v.persons.join("; ")),
        words(&v.coop),
        words(&v.deadline_text),
        day(s.due),
        day(s.effective),
        words(&v.status_text),
        fraction(v.progress),
        day(v.completed.or(s.completed)),
        CellValue::Text(board.class(s.class)),
        word(text, &format!("bucket.{}", s.bucket.name())),
        integer(s.days_left),
        integer(s.days_late),
        integer(s.working_days_late),
        fraction(s.expected),
        fraction(s.difference),
        words(&v.result),
        words(&v.evidence),
        words(&v.late_reason),
        words(&v.difficulty),
        words(&v.office_remark),
        if keys.freshness == Freshness::Missing {
            CellValue::Blank
        } else {
            day(Some(task.row.figures_on))
        },
        words(&task.row.source.file),
        words(&task.row.source.sheet),
        board.cell_link(&task.row.source),
        integer(s.occurrences_due.map(i64::from)),
        integer(s.occurrences_done.map(i64::from)),
        word(text, &format!("freshness.{}", keys.freshness.name())),
        remark(board, i),
        words(&keys.leads),
        words(&keys.area),
        words(&keys.persons),
        words(&keys.reporter),
        whole(u64::from(keys.due)),
        match (keys.freshness, v.progress) {
            (Freshness::Fresh, Some(p)) => CellValue::Number(p),
            _ => CellValue::Blank,
        },
    ]
}

/// What a reader of the row must know besides.
fn remark(board: &Board, index: usize) -> CellValue {
    let mut parts: Vec<String> = super::board::remark(board, index).into_iter().collect();
    if board.c.tasks[index].row.outside_plan {
        parts.push(board.text.word("remark.outside_plan").to_string());
    }
    words(&parts.join(". "))
}
