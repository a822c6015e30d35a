//! Phases, and what is printed: nothing cut, nothing headed wrongly.

use annexd::book::{CellValue, Sheet};

use super::super::workbook::{config, fixture};
use super::{build, sheet, stored};

/// The cell of a sheet.
fn cell(sheet: &Sheet, row: u32, col: u16) -> Option<&CellValue> {
    let found = sheet.cells.iter().find(|(r, c, _)| (*r, *c) == (row, col));
    found.map(|(_, _, cell)| &cell.value)
}

#[test]
fn phases_count_what_explain_tells_of_them() {
    let c = fixture(40);
    let book = build(&c);
    let trend = sheet(&book, "Xu hướng");
    let table = trend
        .tables
        .iter()
        .find(|t| t.name == "GiaiDoan")
        .expect("a table of phases");
    let groups = annexd::kpi::by_phase(&c, &config());
    assert!(groups.len() >= 2);
    for (i, group) in groups.iter().enumerate() {
        let row = table.first_row + 1 + u32::try_from(i).unwrap();
        let figure = |offset: u16| stored(cell(trend, row, table.first_col + offset).unwrap());
        let counts = &group.counts;
        let overdue = counts.of(annexd::domain::consolidation::Class::Overdue);
        let wanted = [counts.total, counts.done(), counts.on_time(), overdue];
        for (offset, wanted) in (1..).zip(wanted) {
            assert_eq!(figure(offset), wanted as f64, "{} {offset}", group.name);
        }
    }
}

#[test]
fn nothing_on_paper_is_cut_or_headed_wrongly() {
    let book = build(&fixture(40));
    // The frozen columns come again on every page across; a title in them would be cut there.
    let tasks = sheet(&book, "Nhiệm vụ");
    assert!(tasks.print.fit.0 > 1);
    assert!(cell(tasks, 0, 0).is_none() && cell(tasks, 0, tasks.freeze.1).is_some());
    // The steps of the tasks have their own headings on every page, and begin a page.
    let explained = sheet(&book, "Diễn giải");
    let steps = explained
        .tables
        .iter()
        .find(|t| t.name == "CacBuocTinh")
        .unwrap();
    assert_eq!(
        explained.print.repeat_rows,
        Some((steps.first_row, steps.first_row))
    );
    assert_eq!(explained.print.breaks, [steps.first_row - 1]);
    // Every figure leads to where it stands and to its rows: from there the source cell is one click away.
    let figures = &explained.tables[0];
    for row in figures.first_row + 1..=figures.last_row {
        for col in [0, 3] {
            let Some(CellValue::Link(target, _)) = cell(explained, row, col) else {
                panic!("no link in row {row}, column {col}");
            };
            let name = target.split('\'').nth(1).unwrap();
            assert!(book.sheets.iter().any(|s| s.name == name), "{target}");
        }
    }
    for s in &book.sheets {
        for chart in &s.charts {
            let below = s.tables.iter().map(|t| t.last_row).max().unwrap_or(0);
            assert!(
                chart.at.1 >= 9 || s.tables.is_empty() || chart.at.0 > below,
                "{}: a chart covers a table",
                s.name
            );
        }
    }
}
