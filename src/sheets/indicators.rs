//! Sheet: indicators with their targets, and every period that was reported.

use super::SheetPlan;
use super::board::Board;
use super::figures::rate_cell;
use super::page::{
    BODY_ROW, Column, HEADING_ROW, Kind, Placed, Row, begin, column, count, fraction, integer,
    widths, word, words,
};
use super::palette;
use crate::book::{CellValue, Sheet, Style, Styles};
use crate::config::periods;
use crate::domain::consolidation::IndicatorScore;
use crate::domain::finding::Arg;
use crate::domain::indicator::{Operator, PeriodKey};
use crate::text::Vi;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "indicators",
    build: |board, styles| Some(build(board, styles)),
};

const COLUMNS: &[Column] = &[
    column("indicator_code", 10.0, Kind::Code),
    column("indicator", 36.0, Kind::Words),
    column("phase", 11.0, Kind::Mark),
    column("target", 10.0, Kind::Mark),
    column("period", 17.0, Kind::Mark),
    column("numerator", 9.0, Kind::Whole),
    column("denominator", 9.0, Kind::Whole),
    column("rate", 10.0, Kind::Rate),
    column("rating", 12.0, Kind::Mark),
    column("missing", 9.0, Kind::Whole),
    column("change", 11.0, Kind::Change),
    column("chart", 17.0, Kind::Code),
    column("indicator_explanation", 28.0, Kind::Words),
    column("department", 16.0, Kind::Words),
    column("file", 24.0, Kind::Words),
    column("source_sheet", 13.0, Kind::Words),
    column("cell", 8.0, Kind::Link),
];
/// Columns that are printed; the source stands beyond them.
const PRINTED: u16 = 14;

const PERIODS: &[Column] = &[
    column("indicator_code", 10.0, Kind::Code),
    column("indicator", 36.0, Kind::Words),
    column("phase", 11.0, Kind::Mark),
    column("target", 10.0, Kind::Mark),
    column("period", 17.0, Kind::Mark),
    column("numerator", 9.0, Kind::Whole),
    column("denominator", 9.0, Kind::Whole),
    column("rate", 10.0, Kind::Rate),
];

fn build(board: &Board, styles: &mut Styles) -> Sheet {
    let note = board.text.word("note.indicators");
    let mut sheet = begin(board, styles, "indicators", Some(&note));
    let scores = &board.c.indicators;
    widths(&mut sheet, COLUMNS);
    if scores.is_empty() {
        let style = styles.id(Style::default());
        sheet.put(HEADING_ROW, 0, word(board.text, "empty.indicators"), style);
        return sheet;
    }
    sheet.freeze = (BODY_ROW, 2);
    let rows = scores
        .iter()
        .enumerate()
        .map(|(i, s)| row(board, s, BODY_ROW + count(i) + 1));
    let mut placed = Placed {
        sheet: &mut sheet,
        first_row: HEADING_ROW,
    };
    let next = placed.table(board, styles, "ChiTieu", COLUMNS, rows);
    for (i, score) in scores.iter().enumerate() {
        sheet.heights.push((BODY_ROW + count(i), height(score)));
    }
    let last = series(board, styles, &mut sheet, next + 1);
    sheet.print.area = Some((0, 0, last, PRINTED - 1));
    sheet
}

/// Tall enough for the texts.
fn height(score: &IndicatorScore) -> f64 {
    let explanation = score.latest.as_ref().map_or("", |f| f.explanation.as_str());
    let lines = super::paper::lines(&score.indicator.name, 36.0)
        .max(super::paper::lines(explanation, 28.0))
        .clamp(2, 12);
    f64::from(lines) * 13.5 + 4.0
}

fn row(board: &Board, s: &IndicatorScore, at: u32) -> Row {
    let latest = s.latest.as_ref();
    let rating = word(board.text, &format!("rating.{}", s.rating.name()));
    let source = latest.map(|f| f.source.clone()).unwrap_or_default();
    Row::new(vec![
        words(&s.indicator.code),
        words(&s.indicator.name),
        phase(s),
        CellValue::Text(target(board, s)),
        latest.map_or(CellValue::Blank, |f| {
            CellValue::Text(period(board, f.period))
        }),
        integer(latest.and_then(|f| f.numerator)),
        integer(latest.and_then(|f| f.denominator)),
        ratio(
            board,
            latest.and_then(|f| f.numerator),
            latest.and_then(|f| f.denominator),
            at,
        ),
        rating,
        integer(s.missing),
        fraction(s.trend),
        words(&course(board, s)),
        words(latest.map_or("", |f| f.explanation.as_str())),
        words(&latest.map_or_else(String::new, |f| board.department(&f.department))),
        words(&source.file),
        words(&source.sheet),
        board.cell_link(&source),
    ])
    .accent(8, palette::rating(s.rating))
}

/// Numerator and denominator stand in columns F and G of the row.
fn ratio(board: &Board, numerator: Option<i64>, denominator: Option<i64>, at: u32) -> CellValue {
    match (
        numerator.and_then(|n| u64::try_from(n).ok()),
        denominator.and_then(|d| u64::try_from(d).ok()),
    ) {
        (Some(n), Some(d)) => rate_cell(board, (&format!("F{at}"), n), (&format!("G{at}"), d)),
        _ => CellValue::Blank,
    }
}

fn phase(s: &IndicatorScore) -> CellValue {
    let (from, to) = (s.indicator.from, s.indicator.to);
    let text = if from == to {
        from.to_string()
    } else {
        format!("{from} - {to}")
    };
    CellValue::Text(Vi::quoted(&text))
}

/// The target as printed.
pub(super) fn target(board: &Board, s: &IndicatorScore) -> Vi {
    let key = match s.indicator.operator {
        Operator::AtLeast => "at_least",
        Operator::Above => "above",
        Operator::Equal => "equal",
        Operator::AtMost => "at_most",
        Operator::Below => "below",
        Operator::Qualitative => "qualitative",
    };
    let percent = Arg::Percent(s.indicator.target.unwrap_or(0.0));
    board
        .text
        .say(&format!("operator.{key}"), &[("target", percent)])
}

/// Periods that the course of an indicator tells at most.
const COURSE: usize = 3;

/// The rates of the last periods, oldest first: readable in every program and on paper.
fn course(board: &Board, s: &IndicatorScore) -> String {
    let rates: Vec<String> = s
        .series
        .iter()
        .filter_map(|(.., value)| *value)
        .map(|v| crate::text::percent(v, usize::from(board.decimals())))
        .collect();
    if rates.len() < 2 {
        return String::new();
    }
    rates[rates.len().saturating_sub(COURSE)..].join(" → ")
}

/// The period as printed.
pub(super) fn period(board: &Board, key: PeriodKey) -> Vi {
    let name = periods::resolve(key, board.config).map(|d| d.name);
    Vi::quoted(&name.unwrap_or_else(|| key.to_string()))
}

/// Every period reported, indicator by indicator.
fn series(board: &Board, styles: &mut Styles, sheet: &mut Sheet, title_row: u32) -> u32 {
    let mut rows = Vec::new();
    let first_body = title_row + 2;
    for s in &board.c.indicators {
        for (key, numerator, denominator, _) in &s.series {
            let at = first_body + count(rows.len()) + 1;
            rows.push(Row::new(vec![
                words(&s.indicator.code),
                words(&s.indicator.name),
                phase(s),
                CellValue::Text(target(board, s)),
                CellValue::Text(period(board, *key)),
                integer(*numerator),
                integer(*denominator),
                ratio(board, *numerator, *denominator, at),
            ]));
        }
    }
    if rows.is_empty() {
        return title_row;
    }
    let title = styles.id(Style {
        bold: true,
        size: 120,
        color: Some(palette::NAVY),
        ..Style::default()
    });
    sheet.put(title_row, 0, word(board.text, "trend.series"), title);
    let mut placed = Placed {
        sheet,
        first_row: title_row + 1,
    };
    placed.table(board, styles, "ChiTieuKy", PERIODS, rows)
}
