//! Sheet: findings, what must be done first.

use super::SheetPlan;
use super::board::Board;
use super::page::{Column, Kind, List, Row, column, word, words};
use super::palette;
use crate::book::CellValue;
use crate::domain::finding::Finding;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "findings",
    build: |board, styles| {
        let mut findings: Vec<&Finding> = board.c.findings.iter().collect();
        // Stable: within a severity the order of files, sheets and cells stays.
        findings.sort_by_key(|f| f.severity);
        let list = List {
            key: "findings",
            table: "LoiDuLieu",
            columns: COLUMNS,
            rows: findings.into_iter().map(|f| row(board, f)),
            note: Some(board.text.word("note.findings")),
            freeze: 1,
            pages: 1,
        };
        Some(list.sheet(board, styles))
    },
};

const COLUMNS: &[Column] = &[
    column("finding_code", 8.5, Kind::Mark),
    column("severity", 13.0, Kind::Mark),
    column("department", 19.0, Kind::Words),
    column("finding_file", 23.0, Kind::Words),
    column("source_sheet", 12.0, Kind::Words),
    column("cell", 9.0, Kind::Link),
    column("code", 11.0, Kind::Code),
    column("value", 18.0, Kind::Words),
    column("message", 42.0, Kind::Label),
    column("remedy", 38.0, Kind::Label),
];

fn row(board: &Board, f: &Finding) -> Row {
    let file = f.file.as_deref().unwrap_or_default();
    let sheet = f.sheet.as_deref().unwrap_or_default();
    let cell = f.cell.map(|c| c.to_string()).unwrap_or_default();
    let department = f
        .department
        .as_deref()
        .map_or_else(String::new, |d| board.department(d));
    Row::new(vec![
        words(&f.code),
        word(board.text, &format!("severity.{}", f.severity.name())),
        words(&department),
        words(file),
        words(sheet),
        board.source_link(file, sheet, &cell),
        words(&board.code_of(f.task.as_deref().unwrap_or_default())),
        words(&f.value),
        CellValue::Text(board.text.message(f)),
        CellValue::Text(board.text.remedy(f)),
    ])
    .accent(1, palette::severity(f.severity))
}
