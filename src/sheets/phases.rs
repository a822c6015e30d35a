//! The phases of the plan as a table of live formulas over the due days of the task list; it stands on the sheet of the trend.

use super::board::Board;
use super::figures::{CLASSES, rate_cell};
use super::page::{Column, Kind, Placed, Row, column, count, counted, narrow, word};
use super::palette;
use crate::book::{CellValue, Sheet, Style, Styles};
use crate::domain::cell::column_name;
use crate::domain::consolidation::{Class, ConsolidatedTask};
use crate::text::Vi;

const COLUMNS: &[Column] = &[
    column("plan_phase", 26.0, Kind::Label),
    column("total", 10.0, Kind::Whole),
    column("done_count", 10.0, Kind::Whole),
    column("on_time_count", 16.0, Kind::Whole),
    column("overdue", 10.0, Kind::Whole),
    column("completion_rate", 11.0, Kind::Rate),
    column("overdue_rate", 11.0, Kind::Rate),
];

/// Classes that count as completed, and those of them that count as on time, as the first columns of a roll-up.
const DONE: std::ops::Range<usize> = 0..4;
const ON_TIME: std::ops::Range<usize> = 0..2;

/// Puts the table with its title at a row and column; nothing where the plan has no phases or nothing to count.
pub(super) fn put(board: &Board, styles: &mut Styles, sheet: &mut Sheet, (row, col): (u32, u16)) {
    let spans = board.c.phases();
    if spans.is_empty() || board.c.tasks.is_empty() {
        return;
    }
    let title = styles.id(Style {
        bold: true,
        size: 120,
        color: Some(palette::NAVY),
        ..Style::default()
    });
    sheet.put(row, col, word(board.text, "trend.phases"), title);
    let first = row + 2;
    let rows: Vec<_> = spans
        .iter()
        .enumerate()
        .map(|(i, span)| line(board, *span, first + count(i) + 1, col))
        .collect();
    for (i, c) in COLUMNS.iter().enumerate() {
        let at = col + narrow(i);
        if !sheet.widths.iter().any(|(known, _)| *known == at) {
            sheet.widths.push((at, c.width));
        }
    }
    let mut placed = Placed {
        sheet,
        first_row: row + 1,
    };
    let after = placed.beside(board, styles, ("GiaiDoan", col), COLUMNS, rows);
    let remark = styles.id(palette::remark());
    sheet.put(after, col, word(board.text, "trend.phases_note"), remark);
}

/// One phase; `at` is its Excel row.
fn line(board: &Board, (from, to): (i16, i16), at: u32, col: u16) -> Row {
    let inside =
        |t: &&ConsolidatedTask| t.score.due.is_some_and(|d| (from..=to).contains(&d.year()));
    let classes = |range: std::ops::Range<usize>| -> Vec<Class> {
        CLASSES[range]
            .iter()
            .flat_map(|(_, c)| c.iter().copied())
            .collect()
    };
    let due = board.tasks_column("due");
    let years = format!("{due},\">=\"&DATE({from},1,1),{due},\"<=\"&DATE({to},12,31)");
    let of = |wanted: Option<&[Class]>| {
        let n = board
            .c
            .tasks
            .iter()
            .filter(inside)
            .filter(|t| wanted.is_none_or(|w| w.contains(&t.score.class)))
            .count();
        let parts: Vec<String> = match wanted {
            None => vec![format!("COUNTIFS({years})")],
            Some(wanted) => wanted
                .iter()
                .map(|c| {
                    let column = board.tasks_column("class");
                    format!("COUNTIFS({years},{column},\"{}\")", board.class(*c))
                })
                .collect(),
        };
        (format!("={}", parts.join("+")), n as u64)
    };
    let figures = [
        of(None),
        of(Some(&classes(DONE))),
        of(Some(&classes(ON_TIME))),
        of(Some(&[Class::Overdue])),
    ];
    let letter = |i: u16| format!("{}{at}", column_name(col + i));
    let [total, done, _, late] = [figures[0].1, figures[1].1, figures[2].1, figures[3].1];
    let mut values = vec![CellValue::Text(Vi::quoted(&format!("{from} - {to}")))];
    values.extend(figures.into_iter().map(|(f, n)| counted(f, n)));
    values.push(rate_cell(board, (&letter(2), done), (&letter(1), total)));
    values.push(rate_cell(board, (&letter(4), late), (&letter(1), total)));
    Row::new(values)
}
