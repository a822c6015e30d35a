//! Sheet: one A4 page for leaders: state of play, charts, what is late, indicators, whose figures are missing or old.

mod charts;
mod lists;
mod tiles;

use super::SheetPlan;
use super::board::Board;
use super::page::merged;
use super::palette;
use crate::book::{Align, CellValue, Print, Sheet, Style, StyleId, Styles, VAlign};
use crate::domain::finding::Arg;
use crate::text::Vi;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "overview",
    build: |board, styles| Some(build(board, styles)),
};

/// Columns of the page's grid; the data of the charts stand beyond them, outside the print.
const COLUMNS: u16 = 24;
/// Width of a grid column, characters.
const WIDTH: f64 = 6.2;
/// The same in pixels.
const PIXELS: u32 = 48;
/// First column of the right half.
const RIGHT: u16 = 12;
/// Rows of the page.
const TILES: u32 = 5;
const CHARTS: u32 = 9;
const CHART_ROWS: u32 = 11;
const LISTS: u32 = CHARTS + 1 + CHART_ROWS + 1;
const LIST_ROWS: u32 = 12;
const BOTTOM: u32 = LISTS + 2 + LIST_ROWS + 1;
const BOTTOM_ROWS: u32 = 4;

/// Builds one part of the page.
struct Page<'a, 'b> {
    board: &'a Board<'b>,
    styles: &'a mut Styles,
    sheet: Sheet,
}

impl Page<'_, '_> {
    fn style(&mut self, style: Style) -> StyleId {
        self.styles.id(style)
    }

    /// Puts a value over some columns of a row.
    fn span(&mut self, row: u32, cols: (u16, u16), value: CellValue, style: Style) {
        self.area((row, cols.0, row, cols.1), value, style);
    }

    fn area(&mut self, area: (u32, u16, u32, u16), value: CellValue, style: Style) {
        let id = self.style(style);
        if (area.0, area.1) == (area.2, area.3) {
            self.sheet.put(area.0, area.1, value, id);
        } else {
            merged(&mut self.sheet, area, value, id);
        }
    }

    fn word(&self, key: &str) -> CellValue {
        CellValue::Text(self.board.text.word(key))
    }

    fn section(&mut self, row: u32, cols: (u16, u16), title: Vi) {
        self.span(
            row,
            cols,
            CellValue::Text(title),
            Style {
                bold: true,
                size: 110,
                color: Some(palette::NAVY),
                border_bottom: Some(palette::NAVY),
                valign: VAlign::Center,
                ..Style::default()
            },
        );
    }
}

fn build(board: &Board, styles: &mut Styles) -> Sheet {
    let sheet = Sheet {
        name: board.sheet_name("overview"),
        gridlines: false,
        tab_color: Some(palette::NAVY),
        ..Sheet::default()
    };
    let mut page = Page {
        board,
        styles,
        sheet,
    };
    for col in 0..COLUMNS {
        page.sheet.widths.push((col, WIDTH));
    }
    heights(&mut page.sheet);
    heading(&mut page);
    tiles::draw(&mut page);
    charts::draw(&mut page);
    lists::draw(&mut page);
    page.sheet.print = Print {
        landscape: true,
        fit: (1, 1),
        area: Some((0, 0, BOTTOM + BOTTOM_ROWS, COLUMNS - 1)),
        footer: Some(board.subtitle()),
        center: true,
        ..Print::default()
    };
    page.sheet
}

/// Heights in points; together they fill an A4 page across.
fn heights(sheet: &mut Sheet) {
    let mut set = |row: u32, height: f64| sheet.heights.push((row, height));
    for (row, height) in [(0, 16.0), (1, 16.0), (2, 28.0), (3, 16.0), (4, 6.0)] {
        set(row, height);
    }
    for (row, height) in [(0, 16.0), (1, 31.0), (2, 15.0), (3, 8.0)] {
        set(TILES + row, height);
    }
    set(CHARTS, 18.0);
    for row in 1..=CHART_ROWS {
        set(CHARTS + row, 15.5);
    }
    set(LISTS - 1, 6.0);
    set(LISTS, 18.0);
    set(LISTS + 1, 15.0);
    for row in 0..LIST_ROWS {
        set(LISTS + 2 + row, 13.5);
    }
    set(BOTTOM - 1, 6.0);
    set(BOTTOM, 18.0);
    for row in 1..=BOTTOM_ROWS {
        set(BOTTOM + row, 14.5);
    }
}

/// National heading, title and day (Decree 30/2020/ND-CP, annex I).
fn heading(page: &mut Page) {
    let line = |bold: bool, underline: bool| Style {
        bold,
        underline,
        size: 115,
        color: Some(palette::INK),
        align: Align::Center,
        valign: VAlign::Center,
        ..Style::default()
    };
    let plan = page.board.config.plan.clone();
    let own = |s: &str| CellValue::Text(Vi::quoted(s));
    page.span(0, (0, 9), own(&plan.parent), line(false, false));
    page.span(1, (0, 9), own(&plan.board), line(true, true));
    let (nation, motto) = (page.word("nation.name"), page.word("nation.motto"));
    page.span(0, (12, 23), nation, line(true, false));
    page.span(1, (12, 23), motto, line(true, true));
    let title = format!(
        "{} {}",
        page.board.text.word("title.overview"),
        page.board.c.plan_title.to_uppercase()
    );
    page.span(
        2,
        (0, 23),
        own(&title),
        Style {
            bold: true,
            size: if title.chars().count() > 90 { 130 } else { 155 },
            color: Some(palette::NAVY),
            align: Align::Center,
            valign: VAlign::Center,
            wrap: true,
            ..Style::default()
        },
    );
    let day = page
        .board
        .text
        .say("overview.as_of", &[("day", Arg::Date(page.board.c.as_of))]);
    page.span(
        3,
        (0, 23),
        CellValue::Text(day),
        Style {
            italic: true,
            size: 115,
            color: Some(palette::INK),
            align: Align::Center,
            valign: VAlign::Center,
            ..Style::default()
        },
    );
}
