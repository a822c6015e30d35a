//! The big numbers, each with its rate, numerator and denominator.

use super::{Page, TILES};
use crate::book::{Align, CellValue, Stored, Style, VAlign};
use crate::domain::cell::column_name;
use crate::domain::finding::{Arg, Severity};
use crate::sheets::board::Board;
use crate::sheets::due_soon::first_step;
use crate::sheets::figures::{self, Tally, rate_cell};
use crate::sheets::page::{counted, rate_format, whole};
use crate::sheets::palette::{self, Meaning};
use crate::sheets::rollup::total_row;

/// Colour of the tile of all tasks.
const ALL: Meaning = Meaning {
    strong: palette::NAVY,
    soft: palette::HEADING,
    hatch: None,
};

/// Address of a total of the departments' sheet; none while it is empty.
pub(super) fn total_address(board: &Board, column: u16) -> Option<String> {
    (!board.departments.list.is_empty()).then(|| {
        format!(
            "'{}'!${}${}",
            board.sheet_name("by_department"),
            column_name(column),
            total_row(board.departments.list.len())
        )
    })
}

/// A figure of the departments' total row.
fn total(board: &Board, column: u16, tally: &Tally) -> CellValue {
    match total_address(board, column) {
        Some(at) => counted(format!("={at}"), tally.at(column)),
        None => whole(tally.at(column)),
    }
}

/// A rate over the departments' total row, and its parts in words.
fn rate(page: &Page, n: u16, d: u16, middle: &str, tally: &Tally) -> (CellValue, CellValue) {
    let board = page.board;
    let between = board.text.word(middle).to_string();
    let words = format!("{}{between}{}", tally.at(n), tally.at(d));
    match (total_address(board, n), total_address(board, d)) {
        (Some(na), Some(da)) => (
            rate_cell(board, (&na, tally.at(n)), (&da, tally.at(d))),
            CellValue::Formula(format!("={na}&\"{between}\"&{da}"), Stored::Text(words)),
        ),
        _ => (
            CellValue::Blank,
            CellValue::Text(crate::text::Vi::quoted(&words)),
        ),
    }
}

pub(super) fn draw(page: &mut Page) {
    let board = page.board;
    let tally = figures::tally_all(board);
    let departments = board.text.say(
        "overview.foot_total",
        &[("count", Arg::Count(board.departments.list.len() as u64))],
    );
    tile(
        page,
        0,
        ALL,
        "tile_total",
        total(board, figures::TOTAL, &tally),
        None,
        CellValue::Text(departments),
    );
    let rated = [
        (
            1,
            palette::DONE,
            "tile_done",
            figures::DONE_ALL,
            figures::TOTAL,
            "overview.foot_of_all",
        ),
        (
            2,
            palette::DONE,
            "tile_on_time",
            figures::ON_TIME_ALL,
            figures::DUE,
            "overview.foot_of_due",
        ),
        (
            3,
            palette::OVERDUE,
            "tile_overdue",
            figures::OVERDUE,
            figures::TOTAL,
            "overview.foot_of_all",
        ),
    ];
    for (place, meaning, label, n, d, middle) in rated {
        let meaning = if meaning == palette::OVERDUE && tally.at(n) == 0 {
            palette::DONE
        } else {
            meaning
        };
        let (value, foot) = rate(page, n, d, middle, &tally);
        let number = total(page.board, n, &tally);
        tile(page, place, meaning, label, number, Some(value), foot);
    }
    let soon = board.text.say(
        "overview.foot_due_soon",
        &[("days", Arg::Days(first_step(board)))],
    );
    tile(
        page,
        4,
        palette::SOON,
        "tile_due_soon",
        total(board, figures::SOON, &tally),
        None,
        CellValue::Text(soon),
    );
    let explain = board.text.say(
        "overview.foot_data",
        &[("explain", Arg::Count(findings(board, Severity::Explain)))],
    );
    let errors = findings_cell(board, Severity::Error);
    let meaning = if findings(board, Severity::Error) > 0 {
        palette::OVERDUE
    } else {
        palette::DONE
    };
    tile(
        page,
        5,
        meaning,
        "tile_data",
        errors,
        None,
        CellValue::Text(explain),
    );
}

/// Findings of a severity.
pub(super) fn findings(board: &Board, severity: Severity) -> u64 {
    board
        .c
        .findings
        .iter()
        .filter(|f| f.severity == severity)
        .count() as u64
}

/// The same as a formula over the findings' table.
pub(super) fn findings_cell(board: &Board, severity: Severity) -> CellValue {
    let n = findings(board, severity);
    if board.c.findings.is_empty() {
        return whole(n);
    }
    let formula = format!(
        "=COUNTIFS(LoiDuLieu[{}],\"{}\")",
        board.heading("severity"),
        board.text.word(&format!("severity.{}", severity.name()))
    );
    counted(formula, n)
}

fn tile(
    page: &mut Page,
    place: u16,
    meaning: Meaning,
    label: &str,
    number: CellValue,
    rate: Option<CellValue>,
    foot: CellValue,
) {
    let (left, right) = (place * 4, place * 4 + 3);
    let base = Style {
        color: Some(meaning.strong),
        fill: Some(meaning.soft),
        border: Some(0xFF_FFFF),
        align: Align::Center,
        valign: VAlign::Center,
        ..Style::default()
    };
    let words = page.word(&format!("overview.{label}"));
    let small = Style {
        bold: true,
        size: 90,
        ..base.clone()
    };
    page.span(TILES, (left, right), words, small);
    let big = Style {
        bold: true,
        size: 240,
        format: "#,##0",
        ..base.clone()
    };
    match rate {
        Some(rate) => {
            page.span(TILES + 1, (left, left + 1), number, big);
            let style = Style {
                bold: true,
                size: 150,
                format: rate_format(page.board.decimals()),
                ..base.clone()
            };
            page.span(TILES + 1, (left + 2, right), rate, style);
        }
        None => page.span(TILES + 1, (left, right), number, big),
    }
    let foot_style = Style {
        size: 95,
        color: Some(palette::INK),
        ..base
    };
    page.span(TILES + 2, (left, right), foot, foot_style);
}
