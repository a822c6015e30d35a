//! What is amiss about sheets and headings, stated without a verdict.

use std::sync::Arc;

use super::above::Above;
use super::headings::{Decided, TableKind};
use super::table::{TableRows, TableSpan};
use super::view::SheetView;
use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::grid::{Grid, Value};
use crate::domain::reading::{Problem, Reading, TaskRow};

/// Cells named beside the first one of what is hidden.
const RELATED_MAX: usize = 50;

/// Fields that only a task table has.
const TASK_FIELDS: &[Field] = &[
    Field::Code,
    Field::Lead,
    Field::Coop,
    Field::Deadline,
    Field::Product,
    Field::Status,
    Field::Progress,
    Field::CompletedDate,
    Field::Result,
];

fn problem(
    code: &str,
    sheet: Option<&str>,
    cell: Option<CellRef>,
    field: Option<Field>,
    value: String,
) -> Problem {
    Problem {
        code: code.to_owned(),
        sheet: sheet.map(str::to_owned),
        cell,
        field,
        value,
        related: Vec::new(),
        args: Vec::new(),
    }
}

/// Whether a heading looks like one of tasks but has no column for their content.
pub(super) fn lacks_content(span: &TableSpan) -> bool {
    span.kind == TableKind::Tasks && !span.decided.iter().any(|d| d.field == Some(Field::Content))
}

/// Problems of one table: headings, missing columns, hidden data.
pub(super) fn of_table(
    problems: &mut Vec<Problem>,
    view: &SheetView<'_>,
    span: &TableSpan,
    above: &Above,
    rows: &TableRows,
    issued: bool,
) {
    let sheet = view.sheet.name.as_str();
    for d in &span.decided {
        if let Some(first) = d.twin_of {
            let twin = &span.decided[first];
            let mut p = problem(
                "S03",
                Some(sheet),
                Some(d.heading.at),
                twin.field,
                d.heading.text(),
            );
            p.related.push(twin.heading.at);
            p.args.push(("first".to_owned(), twin.heading.text()));
            problems.push(p);
        } else if d.field.is_none() && !d.passed {
            problems.push(problem(
                "S04",
                Some(sheet),
                Some(d.heading.at),
                None,
                d.heading.text(),
            ));
        }
    }
    if span.kind == TableKind::Tasks {
        let has = |f: Field| span.decided.iter().any(|d| d.field == Some(f));
        let at = span
            .decided
            .first()
            .map(|d| CellRef::new(span.block.first, d.heading.at.col));
        if !has(Field::Deadline) {
            problems.push(problem(
                "S02",
                Some(sheet),
                at,
                Some(Field::Deadline),
                String::new(),
            ));
        }
        if !has(Field::Lead) && above.unit.is_none() {
            problems.push(problem(
                "S02",
                Some(sheet),
                at,
                Some(Field::Lead),
                String::new(),
            ));
        }
    }
    hidden(problems, view, span, rows, issued);
}

/// S06: hidden sheets, rows and columns with task data.
fn hidden(
    problems: &mut Vec<Problem>,
    view: &SheetView<'_>,
    span: &TableSpan,
    rows: &TableRows,
    issued: bool,
) {
    let sheet = view.sheet.name.as_str();
    let shown_secret = |r: &&TaskRow| r.secret.is_none();
    if view.sheet.hidden {
        if let Some(row) = rows.rows.first() {
            let mut p = problem("S06", Some(sheet), Some(row.first), None, sheet.to_owned());
            p.args.push(("what".to_owned(), "sheet".to_owned()));
            problems.push(p);
        }
        return;
    }
    let hidden_rows: Vec<&TaskRow> = rows.rows.iter().filter(|r| r.hidden).collect();
    if let Some(first) = hidden_rows.first() {
        let mut p = problem("S06", Some(sheet), Some(first.first), None, String::new());
        p.related = hidden_rows
            .iter()
            .skip(1)
            .take(RELATED_MAX)
            .map(|r| r.first)
            .collect();
        p.args.push(("what".to_owned(), "rows".to_owned()));
        p.args
            .push(("count".to_owned(), hidden_rows.len().to_string()));
        problems.push(p);
    }
    for d in &span.decided {
        let Some(field) = d.field else { continue };
        if !view.col_hidden(d.heading.at.col)
            || field == Field::Stt
            || (issued && field == Field::Code)
        {
            continue;
        }
        let filled = rows
            .rows
            .iter()
            .filter(shown_secret)
            .filter_map(|r| r.cell(field))
            .find(|c| !c.value.is_blank() && c.marks.merged_from.is_none());
        if let Some(cell) = filled {
            let mut p = problem(
                "S06",
                Some(sheet),
                Some(cell.at),
                Some(field),
                String::new(),
            );
            p.args.push(("what".to_owned(), "column".to_owned()));
            p.args.push(("heading".to_owned(), d.heading.text()));
            problems.push(p);
        }
    }
}

/// Whether nothing but small whole numbers stands below a heading: counts of a summary, neither days nor years.
fn holds_counts(grid: &Grid, sheet: &str, span: &TableSpan, column: &Decided) -> bool {
    let mut below = grid
        .sheets
        .iter()
        .filter(|s| s.name == sheet)
        .flat_map(|s| &s.cells)
        .filter(|c| c.at.col == column.heading.at.col && c.at.row > span.block.last)
        .peekable();
    below.peek().is_some()
        && below.all(|c| matches!(c.value, Value::Number(n) if n.fract() == 0.0 && n < 1990.0))
}

/// Problems of the whole workbook: no table, tables without content, no task, the 1904 system.
pub(super) fn of_workbook(
    reading: &mut Reading,
    grid: &Grid,
    lacking: &[(Arc<str>, &TableSpan)],
    others: usize,
) {
    for (sheet, span) in lacking {
        let task_like = span
            .decided
            .iter()
            .filter(|d| d.field.is_some_and(|f| TASK_FIELDS.contains(&f)))
            .count();
        // Beside a table of tasks, a table that neither names nor dates any is somebody's summary.
        let named = span.decided.iter().any(|d| {
            d.field == Some(Field::Code)
                || d.field == Some(Field::Deadline) && !holds_counts(grid, sheet, span, d)
        });
        if !reading.tables.is_empty() && (task_like < 3 || !named) {
            continue;
        }
        if reading.tables.is_empty() && !reading.indicators.is_empty() && task_like < 3 {
            continue;
        }
        let at = span
            .decided
            .first()
            .map(|d| CellRef::new(span.block.first, d.heading.at.col));
        let mut p = problem("S02", Some(sheet), at, Some(Field::Content), String::new());
        let unknown = span.decided.iter().find(|d| d.field.is_none() && !d.passed);
        if let Some(d) = unknown {
            p.args.push(("remedy".to_owned(), "renamed".to_owned()));
            p.args.push(("place".to_owned(), d.heading.at.to_string()));
        }
        reading.problems.push(p);
    }
    if reading.tables.is_empty()
        && reading.indicators.is_empty()
        && lacking.is_empty()
        && others == 0
    {
        let first = grid
            .sheets
            .iter()
            .find(|s| !s.hidden)
            .or_else(|| grid.sheets.first());
        reading.problems.push(problem(
            "S01",
            first.map(|s| s.name.as_str()),
            None,
            None,
            String::new(),
        ));
    }
    if !reading.tables.is_empty() && reading.tables.iter().all(|t| t.rows.is_empty()) {
        let empty: Vec<Problem> = reading
            .tables
            .iter()
            .map(|t| {
                let col = t.columns.first().map_or(0, |c| c.at.col);
                let mut p = problem("S05", Some(&t.sheet), None, None, String::new());
                p.related.push(CellRef::new(t.heading_row, col));
                p
            })
            .collect();
        reading.problems.extend(empty);
    }
    if grid.date_1904 {
        reading
            .problems
            .push(problem("S07", None, None, None, String::new()));
    }
}
