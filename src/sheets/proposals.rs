//! Sheet: changes that departments propose against the baseline.

use super::SheetPlan;
use super::board::Board;
use super::page::{Column, Kind, List, Row, column, count, day, whole, word, words};
use crate::book::CellValue;
use crate::domain::ledger::Proposal;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "proposals",
    build: |board, styles| {
        let rows = board
            .c
            .proposals
            .iter()
            .enumerate()
            .map(|(i, p)| row(board, i, p));
        let list = List {
            key: "proposals",
            table: "DeNghi",
            columns: COLUMNS,
            rows,
            note: Some(board.text.word("note.proposals")),
            freeze: 2,
            pages: 1,
        };
        Some(list.sheet(board, styles))
    },
};

const COLUMNS: &[Column] = &[
    column("stt", 6.0, Kind::Whole),
    column("code", 11.0, Kind::Code),
    column("department", 22.0, Kind::Words),
    column("field", 18.0, Kind::Label),
    column("old_approved", 36.0, Kind::Words),
    column("new_proposed", 36.0, Kind::Words),
    column("document", 20.0, Kind::Words),
    column("since", 11.5, Kind::Date),
    column("finding_file", 26.0, Kind::Words),
    column("source_sheet", 14.0, Kind::Words),
    column("cell", 8.0, Kind::Link),
];

fn row(board: &Board, i: usize, p: &Proposal) -> Row {
    Row::new(vec![
        whole(u64::from(count(i) + 1)),
        words(&board.code_of(&p.task)),
        words(&board.department(&p.department)),
        p.field.map_or_else(
            || word(board.text, "remark.outside_plan"),
            |f| CellValue::Text(board.text.field(f)),
        ),
        words(&p.old),
        words(&p.new),
        words(p.document.as_deref().unwrap_or_default()),
        day(Some(p.since)),
        words(&p.source.file),
        words(&p.source.sheet),
        board.cell_link(&p.source),
    ])
}
