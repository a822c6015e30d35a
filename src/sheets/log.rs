//! Sheet: what was accepted and what was not, newest first; by day, since the moment of a pass is no input and the same inputs give the same bytes.

use super::SheetPlan;
use super::board::Board;
use super::page::{Column, Kind, List, Row, column, day, words};
use super::palette::{self, Meaning};
use crate::book::CellValue;
use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::indicator::IndicatorFigure;
use crate::domain::ledger::{Change, Event, EventKind, Proposal};
use crate::text::Vi;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "log",
    build: |board, styles| {
        let max = board.config.limits.log_rows;
        let mut rows = Vec::new();
        for event in &board.c.log {
            if rows.len() as u64 >= max {
                break;
            }
            rows_of(board, event, &mut rows);
        }
        let list = List {
            key: "log",
            table: "NhatKy",
            columns: COLUMNS,
            rows,
            note: Some(board.text.say("note.log", &[("count", Arg::Count(max))])),
            freeze: 0,
            pages: 1,
        };
        Some(list.sheet(board, styles))
    },
};

const COLUMNS: &[Column] = &[
    column("day", 11.5, Kind::Date),
    column("department", 22.0, Kind::Words),
    column("code", 13.0, Kind::Code),
    column("what", 22.0, Kind::Label),
    column("field", 18.0, Kind::Label),
    column("old", 34.0, Kind::Words),
    column("new", 34.0, Kind::Words),
    column("by", 18.0, Kind::Words),
    column("finding_file", 26.0, Kind::Words),
    column("source_sheet", 14.0, Kind::Words),
    column("cell", 8.0, Kind::Link),
];

/// One row for each changed field; one row for an event that changes none.
fn rows_of(board: &Board, event: &Event, rows: &mut Vec<Row>) {
    let text = board.text;
    let none: &[Change] = &[];
    let (what, changes, meaning): (Vi, &[Change], Option<Meaning>) = match &event.kind {
        EventKind::Accepted {
            changes,
            after_freeze,
            ..
        } => {
            let key = match (after_freeze, changes.is_empty()) {
                (true, _) => "event.accepted_after_freeze",
                (false, true) => "event.first",
                (false, false) => "event.accepted",
            };
            (
                text.word(key),
                changes,
                after_freeze.then_some(palette::SOON),
            )
        }
        EventKind::Held { codes, changes } => (
            text.say("event.held", &[("codes", Arg::Plain(codes.join(", ")))]),
            changes,
            Some(palette::OVERDUE),
        ),
        EventKind::Withdrawn => (text.word("event.withdrawn"), none, Some(palette::SAID)),
        EventKind::Purged { .. } => (text.word("event.purged"), none, Some(palette::OVERDUE)),
        EventKind::Approved { .. } => (text.word("event.plan"), none, None),
        EventKind::Marked { .. } => (text.word("event.marked"), none, Some(palette::REST)),
        EventKind::Proposed { proposal } => {
            rows.push(proposed(board, event, "event.proposed", proposal));
            return;
        }
        EventKind::Settled { proposal, approved } => {
            let key = if *approved {
                "event.approved"
            } else {
                "event.dropped"
            };
            rows.push(proposed(board, event, key, proposal));
            return;
        }
        EventKind::Received { .. } => return,
        EventKind::Figure { figure, old } => {
            let row = row(
                board,
                event,
                text.word("event.figure"),
                [
                    CellValue::Text(super::indicators::period(board, figure.period)),
                    words(&old.as_ref().map(parts).unwrap_or_default()),
                    words(&parts(figure)),
                ],
                None,
            );
            rows.push(row);
            return;
        }
    };
    if changes.is_empty() {
        let nothing = [CellValue::Blank, CellValue::Blank, CellValue::Blank];
        rows.push(row(board, event, what.clone(), nothing, meaning));
    }
    for change in changes {
        let values = [
            CellValue::Text(text.field(change.field)),
            words(&change.old),
            words(&change.new),
        ];
        rows.push(row(board, event, what.clone(), values, meaning));
    }
}

/// A proposal as it came or went.
fn proposed(board: &Board, event: &Event, key: &str, proposal: &Proposal) -> Row {
    let change = [
        CellValue::Text(board.text.field(proposal.field.unwrap_or(Field::Content))),
        words(&proposal.old),
        words(&proposal.new),
    ];
    row(
        board,
        event,
        board.text.word(key),
        change,
        Some(palette::SAID),
    )
}

fn parts(figure: &IndicatorFigure) -> String {
    match (figure.numerator, figure.denominator) {
        (Some(n), Some(d)) => format!("{n}/{d}"),
        (Some(n), None) => n.to_string(),
        _ => figure.explanation.clone(),
    }
}

fn row(
    board: &Board,
    event: &Event,
    what: Vi,
    change: [CellValue; 3],
    meaning: Option<Meaning>,
) -> Row {
    let mut values = vec![
        day(Some(event.day)),
        words(&board.department(&event.department)),
        match &event.kind {
            EventKind::Figure { figure, .. } => words(&figure.indicator),
            _ => words(&board.code_of(&event.task)),
        },
        CellValue::Text(what),
    ];
    values.extend(change);
    values.extend([
        words(event.by.as_deref().unwrap_or_default()),
        words(&event.source.file),
        words(&event.source.sheet),
        board.cell_link(&event.source),
    ]);
    let row = Row::new(values);
    match meaning {
        Some(meaning) => row.accent(3, meaning),
        None => row,
    }
}
