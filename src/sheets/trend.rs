//! Sheet: how the figures went, day by day, with charts and sparklines.

use super::SheetPlan;
use super::board::Board;
use super::figures::rate_cell;
use super::page::{
    BODY_ROW, Column, HEADING_ROW, Kind, Looks, Placed, Row, Tone, begin, column, count, whole,
    widths, word,
};
use super::palette;
use crate::book::{CellValue, Chart, ChartKind, Series, Sheet, SparkKind, Styles};
use crate::domain::cell::column_name;
use crate::domain::consolidation::{Class, TrendPoint};

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "trend",
    build: |board, styles| Some(build(board, styles)),
};

const COLUMNS: &[Column] = &[
    column("day", 12.0, Kind::Date),
    column("total", 9.0, Kind::Whole),
    column("done_count", 11.0, Kind::Whole),
    column("open_in_time", 12.0, Kind::Whole),
    column("due_soon", 10.0, Kind::Whole),
    column("overdue", 10.0, Kind::Whole),
    column("completion_rate", 12.0, Kind::Rate),
    column("overdue_rate", 12.0, Kind::Rate),
];

/// First column beside the table.
const SIDE: u16 = 9;
/// Row of what stands below the chart beside the table.
const PHASES_BELOW: u32 = BODY_ROW + 24;

/// Series of the charts: key below `trend`, column, colour.
const SERIES: &[(&str, u16, u32)] = &[
    ("done", 2, palette::DONE.strong),
    ("open", 3, palette::IN_TIME.strong),
    ("overdue", 5, palette::OVERDUE.strong),
];

fn build(board: &Board, styles: &mut Styles) -> Sheet {
    let mut sheet = begin(board, styles, "trend", None);
    widths(&mut sheet, COLUMNS);
    let points = &board.c.trend;
    if points.len() < 2 {
        let style = styles.id(palette::remark());
        sheet.put(HEADING_ROW, 0, word(board.text, "empty.trend"), style);
        if points.is_empty() {
            return sheet;
        }
    }
    let rows = points
        .iter()
        .enumerate()
        .map(|(i, p)| Row::new(values(board, p, BODY_ROW + count(i) + 1)));
    sheet.freeze = (BODY_ROW, 1);
    let first_row = if points.len() < 2 {
        HEADING_ROW + 1
    } else {
        HEADING_ROW
    };
    let mut placed = Placed {
        sheet: &mut sheet,
        first_row,
    };
    placed.table(board, styles, "XuHuong", COLUMNS, rows);
    let below = if points.len() >= 2 {
        summary(board, styles, &mut sheet);
        charts(board, &mut sheet);
        PHASES_BELOW
    } else {
        HEADING_ROW
    };
    super::phases::put(board, styles, &mut sheet, (below, SIDE));
    sheet
}

fn values(board: &Board, point: &TrendPoint, row: u32) -> Vec<CellValue> {
    let c = &point.counts;
    let row = if board.c.trend.len() < 2 {
        row + 1
    } else {
        row
    };
    vec![
        CellValue::Date(point.day),
        whole(c.total),
        whole(c.done()),
        whole(c.of(Class::OpenInTime)),
        whole(c.of(Class::DueSoon)),
        whole(c.of(Class::Overdue)),
        rate_cell(
            board,
            (&format!("C{row}"), c.done()),
            (&format!("B{row}"), c.total),
        ),
        rate_cell(
            board,
            (&format!("F{row}"), c.of(Class::Overdue)),
            (&format!("B{row}"), c.total),
        ),
    ]
}

/// First, last and a sparkline for each series, beside the table.
fn summary(board: &Board, styles: &mut Styles, sheet: &mut Sheet) {
    let mut looks = Looks::new(styles, board);
    let (label, number) = (
        looks.of(Kind::Label, Tone::Plain),
        looks.of(Kind::Whole, Tone::Plain),
    );
    let heading = styles.id(palette::heading());
    let last_row = BODY_ROW + count(board.c.trend.len());
    let name = sheet.name.clone();
    for (i, key) in ["first", "last", "spark"].iter().enumerate() {
        let col = SIDE + 1 + u16::try_from(i).unwrap_or(0);
        sheet.put(
            HEADING_ROW,
            col,
            word(board.text, &format!("trend.{key}")),
            heading,
        );
    }
    sheet.put(
        HEADING_ROW,
        SIDE,
        word(board.text, "heading.figure"),
        heading,
    );
    sheet.widths.extend([
        (SIDE - 1, 3.0),
        (SIDE, 26.0),
        (SIDE + 1, 10.0),
        (SIDE + 2, 10.0),
        (SIDE + 3, 16.0),
    ]);
    for (i, (key, col, _)) in SERIES.iter().enumerate() {
        let row = BODY_ROW + count(i);
        let letter = column_name(*col);
        let (first, last) = (
            board.c.trend.first().map_or(0, |p| of(p, *col)),
            board.c.trend.last().map_or(0, |p| of(p, *col)),
        );
        sheet.put(row, SIDE, word(board.text, &format!("trend.{key}")), label);
        let cell = |at: u32, n: u64| super::page::counted(format!("={letter}{at}"), n);
        sheet.put(row, SIDE + 1, cell(BODY_ROW + 1, first), number);
        sheet.put(row, SIDE + 2, cell(last_row, last), number);
        sheet.put(row, SIDE + 3, CellValue::Blank, label);
        sheet.sparklines.push((
            row,
            SIDE + 3,
            format!("'{name}'!${letter}${}:${letter}${last_row}", BODY_ROW + 1),
            SparkKind::Line,
        ));
    }
}

fn of(point: &TrendPoint, col: u16) -> u64 {
    match col {
        2 => point.counts.done(),
        3 => point.counts.of(Class::OpenInTime),
        _ => point.counts.of(Class::Overdue),
    }
}

fn charts(board: &Board, sheet: &mut Sheet) {
    let name = sheet.name.clone();
    let mut lines = chart(board, &name);
    lines.at = (BODY_ROW + 5, SIDE);
    lines.size = (620, 330);
    sheet.charts.push(lines);
}

/// The line chart of the trend; the overview shows it too.
pub(super) fn chart(board: &Board, sheet: &str) -> Chart {
    let last = HEADING_ROW + count(board.c.trend.len());
    let series = SERIES
        .iter()
        .map(|(key, col, color)| Series {
            name: board.text.word(&format!("trend.{key}")),
            categories: (sheet.to_owned(), BODY_ROW, 0, last, 0),
            values: (sheet.to_owned(), BODY_ROW, *col, last, *col),
            color: *color,
            point_colors: Vec::new(),
            pattern: None,
        })
        .collect();
    Chart {
        kind: ChartKind::Line,
        title: Some(board.text.word("trend.title")),
        series,
        at: (0, 0),
        size: (480, 260),
        y_title: None,
        legend: true,
        labels: false,
        most: 0,
        alt: board.text.word("trend.alt"),
    }
}
