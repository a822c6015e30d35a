//! Bytes of an annex → raw cells → headings → rows → a [`Reading`]: facts with their cells, no verdict.

mod above;
mod around;
mod cells;
mod decide;
mod formats;
mod headings;
mod meaning;
mod names;
mod numerals;
mod package;
pub mod prescan;
mod problems;
mod rewrap;
mod row_cells;
mod rows;
mod samples;
mod shape;
mod sheet_facts;
mod table;
mod unit_names;
mod unit_persons;
mod unit_roles;
pub mod units;
mod view;
mod words;
mod xlsx;

use std::sync::Arc;

pub use names::{is_litter, is_other_spreadsheet};
pub use package::letters;
pub use words::AnnexWords;
pub use xlsx::read_grid;

use above::Above;
use headings::{HeadingBlock, HeadingReader, Look, TableKind};
use shape::is_column_numbers;
use table::{RowReader, TableRows, TableSpan};
use view::SheetView;

use crate::config::{Deadlines, Limits, Plan};
use crate::domain::calendar::Calendar;
use crate::domain::cell::CellRef;
use crate::domain::grid::{Grid, GridSheet};
use crate::domain::reading::{IndicatorTable, Reading, TaskRow, TaskTable};
use crate::domain::roster::Roster;
use crate::vn::Words;

/// What a workbook is read against.
#[derive(Clone, Copy, Debug)]
pub struct ReadContext<'a> {
    /// Words of cells.
    pub words: &'a Words,
    /// Departments.
    pub roster: &'a Roster,
    /// The plan, for recurring deadlines.
    pub plan: &'a Plan,
    /// Deadline switches.
    pub deadlines: &'a Deadlines,
    /// Lunar days.
    pub calendar: &'a Calendar,
    /// Limits.
    pub limits: &'a Limits,
}

/// Reads raw cells into tables of tasks and indicators; never fails, what is amiss is among the problems.
#[must_use]
pub fn read(grid: Arc<Grid>, cx: &ReadContext<'_>) -> Reading {
    let words = AnnexWords::embedded();
    let mut reading = Reading {
        date_1904: grid.date_1904,
        modified_by: grid.modified_by.clone(),
        template: grid.template.clone(),
        ..Reading::default()
    };
    let headings = HeadingReader::new(words, cx.words);
    let reader = RowReader {
        cx,
        words,
        cells: cells::CellReader::new(cx, grid.date_1904),
    };
    let views: Vec<SheetView<'_>> = grid.sheets.iter().map(SheetView::new).collect();
    let mut found: Vec<Vec<TableSpan>> = views.iter().map(|v| spans(v, &headings, false)).collect();
    if found.iter().all(Vec::is_empty) {
        found = views.iter().map(|v| spans(v, &headings, true)).collect();
    }
    let mut others = 0;
    let mut lacking = Vec::new();
    for (view, spans) in views.iter().zip(&found) {
        let sheet: Arc<str> = Arc::from(view.sheet.name.as_str());
        let mut unit = None;
        for span in spans {
            let mut above = above::read_above(view, span.above_from, span.block.first, cx, words);
            if above.year.is_none() && cx.words.years(&above.title).is_empty() {
                above.year = above::one_year(std::iter::once(view.sheet.name.as_str()), cx, words);
            }
            // A label above the first table of a sheet holds for those below it.
            unit = above.unit.clone().or(unit);
            above.unit.clone_from(&unit);
            let rows = match span.kind {
                TableKind::Other => {
                    others += 1;
                    continue;
                }
                TableKind::Tasks if problems::lacks_content(span) => {
                    lacking.push((Arc::clone(&sheet), span));
                    continue;
                }
                _ => reader.read(view, span, &above, &sheet),
            };
            problems::of_table(
                &mut reading.problems,
                view,
                span,
                &above,
                &rows,
                grid.template.is_some(),
            );
            put(&mut reading, view, span, above, rows, &sheet);
        }
    }
    problems::of_workbook(&mut reading, &grid, &lacking, others);
    drop(views);
    reading.grid = without_secrets(grid, &reading);
    reading
}

fn put(
    reading: &mut Reading,
    view: &SheetView<'_>,
    span: &TableSpan,
    above: Above,
    rows: TableRows,
    sheet: &Arc<str>,
) {
    let columns = table::columns(view, &span.decided);
    if span.kind == TableKind::Indicators {
        reading.indicators.push(IndicatorTable {
            sheet: Arc::clone(sheet),
            columns,
            rows: rows.rows,
            skipped: rows.skipped,
            period: above.period,
        });
    } else {
        reading.tables.push(TaskTable {
            sheet: Arc::clone(sheet),
            hidden_sheet: view.sheet.hidden,
            heading_row: span.block.first,
            columns,
            title: above.title,
            title_year: above.year,
            unit: above.unit,
            rows: rows.rows,
            skipped: rows.skipped,
        });
    }
}

/// Finds the tables of a sheet: headings, each with the rows to the next one; a repeated heading begins no table.
fn spans(view: &SheetView<'_>, reader: &HeadingReader<'_>, loose: bool) -> Vec<TableSpan> {
    let mut found: Vec<TableSpan> = Vec::new();
    let mut n = 0;
    while n < view.row_count() {
        let row = view.row_at(n);
        n += 1;
        let inside = !found.is_empty();
        let heading = reader.is_heading(view, row, Look { loose, inside })
            || reader.is_heading_pair(view, row, inside);
        if !heading || is_column_numbers(view, row) {
            continue;
        }
        if let Some(span) = found.last_mut()
            && around::same_heading(view, &span.block, row)
        {
            let last = around::repeat_ends(view, &span.block, row);
            span.repeats.push((row, last));
            n = view.position(last + 1);
            continue;
        }
        let block = reader.block(view, shape::reaches_up(view, row));
        let (kind, decided) = reader.decide(view, &block);
        let above_from = found.last_mut().map_or(0, |before| {
            let from = title_begins(view, before, &block);
            before.end = from;
            from
        });
        n = view.position(block.last + 1);
        found.push(TableSpan {
            block,
            kind,
            decided,
            above_from,
            end: u32::MAX,
            repeats: Vec::new(),
        });
    }
    found
}

/// Where the rows above a further heading stop to belong to the table before: lines of a title have few cells and no running number.
fn title_begins(view: &SheetView<'_>, before: &TableSpan, block: &HeadingBlock) -> u32 {
    let mut from = block.first;
    let floor = view.position(before.block.last + 1);
    let mut n = view.position(block.first);
    while n > floor {
        let row = view.row_at(n - 1);
        // A gap of rows separates the tables in any case.
        if from > row + 3 {
            break;
        }
        let cells = view.row(row);
        let filled = cells
            .iter()
            .filter(|c| !view.text(c).text.is_empty())
            .count();
        let numbered = cells.iter().any(|c| {
            view.text(c)
                .text
                .trim_end_matches('.')
                .parse::<u32>()
                .is_ok()
        });
        if filled > 2 || numbered {
            break;
        }
        from = row;
        n -= 1;
    }
    from
}

/// The raw cells without the rows that are state secrets.
fn without_secrets(mut grid: Arc<Grid>, reading: &Reading) -> Arc<Grid> {
    let rows = || {
        let tasks = reading.tables.iter().flat_map(|t| &t.rows);
        let indicators = reading.indicators.iter().flat_map(|t| &t.rows);
        tasks.chain(indicators).filter(|r| r.secret.is_some())
    };
    if rows().next().is_none() {
        return grid;
    }
    let inner = Arc::make_mut(&mut grid);
    for sheet in &mut inner.sheets {
        blank_rows(sheet, rows());
    }
    grid
}

fn blank_rows<'r>(sheet: &mut GridSheet, secret: impl Iterator<Item = &'r TaskRow>) {
    let rows: std::collections::BTreeSet<u32> = secret
        .filter(|r| *r.sheet == *sheet.name)
        .flat_map(|r| {
            let stamp: Option<CellRef> = r.secret;
            let lines = r.unspoken.iter().flat_map(|u| u.lines.clone());
            std::iter::once(r.row)
                .chain(stamp.map(|at| at.row))
                .chain(lines)
        })
        .collect();
    if !rows.is_empty() {
        sheet.cells.retain(|c| !rows.contains(&c.at.row));
    }
}
