//! A roll-up sheet: one row a group, one column a figure, all formulas over the task table, and a total that counts each task once.

use crate::book::{CellValue, Chart, ChartKind, Series, Sheet, Style, Styles};
use crate::domain::cell::column_name;
use crate::domain::consolidation::GroupScore;
use crate::text::Vi;

use super::board::{Board, Groups};
use super::figures::{self, By, CLASSES, RATES, Tally, count_cell, rate_cell};
use super::page::{
    BODY_ROW, Column, HEADING_ROW, Kind, Looks, Placed, Row, Tone, begin, column, count, hidden,
    narrow, widths, word, words,
};
use super::palette;
use super::paper;

/// What a roll-up is of.
pub(super) struct Rollup<'a> {
    pub key: &'static str,
    pub table: &'static str,
    /// Heading key of the first column.
    pub first: &'static str,
    pub by: By,
    pub groups: &'a Groups,
    pub scores: &'a [GroupScore],
    pub note: Vi,
}

/// Groups that a chart can name.
const BARS_MAX: usize = 16;

/// The Excel row of the total below so many groups.
pub(super) fn total_row(groups: usize) -> u32 {
    BODY_ROW + count(groups) + 1
}

impl Rollup<'_> {
    fn columns(&self, scored: bool) -> Vec<Column> {
        let mut columns = vec![
            column(self.first, 28.0, Kind::Words),
            column("total", 7.0, Kind::Whole),
        ];
        columns.extend(CLASSES.iter().map(|(key, _)| column(key, 8.8, Kind::Whole)));
        for key in ["due_count", "done_count", "on_time_count"] {
            columns.push(column(key, 8.0, Kind::Whole));
        }
        columns.extend(RATES.iter().map(|(key, _, _)| column(key, 9.8, Kind::Rate)));
        if scored {
            for key in [
                "score_quantity",
                "score_quality",
                "score_timeliness",
                "score_total",
            ] {
                columns.push(column(key, 9.0, Kind::Number));
            }
        }
        columns.push(hidden("key"));
        columns
    }

    /// The finished sheet.
    pub(super) fn sheet(&self, board: &Board, styles: &mut Styles) -> Sheet {
        let mut sheet = begin(board, styles, self.key, Some(&self.note));
        let groups = &self.groups.list;
        if groups.is_empty() {
            let style = styles.id(Style::default());
            sheet.put(
                HEADING_ROW,
                0,
                word(board.text, &format!("empty.{}", self.key)),
                style,
            );
            return sheet;
        }
        let scored = self.scores.iter().any(|g| g.score.is_some());
        let columns = self.columns(scored);
        widths(&mut sheet, &columns);
        sheet.freeze = (BODY_ROW, 1);
        let tallies = figures::tallies(board, self.by, groups);
        let key_column = column_name(narrow(columns.len() - 1));
        let mut rows = Vec::with_capacity(groups.len());
        for (i, (group, tally)) in groups.iter().zip(&tallies).enumerate() {
            let at = BODY_ROW + count(i) + 1;
            let criterion = self.by.criterion(board, &format!("${key_column}{at}"));
            let mut values = vec![words(&group.name)];
            figures_of(board, &mut values, Some(&criterion), at, tally);
            if scored {
                let score = self.scores.get(i).and_then(|g| g.score.as_ref());
                values.extend(
                    [
                        score.map(|s| s.quantity),
                        score.map(|s| s.quality),
                        score.map(|s| s.timeliness),
                        score.map(|s| s.total),
                    ]
                    .map(|n| n.map_or(CellValue::Blank, CellValue::Number)),
                );
            }
            values.push(words(&group.key));
            let mut row = Row::new(values);
            if tally.at(figures::OVERDUE) > 0 {
                row = row.accent(usize::from(figures::OVERDUE), palette::OVERDUE);
            }
            if tally.at(figures::SOON) > 0 {
                row = row.accent(usize::from(figures::SOON), palette::SOON);
            }
            rows.push(row);
        }
        let mut placed = Placed {
            sheet: &mut sheet,
            first_row: HEADING_ROW,
        };
        let next = placed.table(board, styles, self.table, &columns, rows);
        self.total(board, styles, &mut sheet, next, &columns);
        let below = self.chart(board, &mut sheet, next + 2, &tallies);
        sheet.print.area = Some((0, 0, below, narrow(columns.len() - 2)));
        sheet
    }

    /// The states of the groups as bars, below the table; returns the last row it covers.
    fn chart(&self, board: &Board, sheet: &mut Sheet, at: u32, tallies: &[Tally]) -> u32 {
        let groups = self.groups.list.len();
        let most = tallies.iter().map(|t| t.total).max().unwrap_or(0);
        if groups > BARS_MAX || most == 0 {
            return at - 2;
        }
        let last = HEADING_ROW + count(groups);
        let name = sheet.name.clone();
        let series = CLASSES
            .iter()
            .enumerate()
            .map(|(i, (key, classes))| {
                let col = figures::EARLY + narrow(i);
                let meaning = palette::class(classes[0]);
                Series {
                    name: board.heading(key),
                    categories: (name.clone(), BODY_ROW, 0, last, 0),
                    values: (name.clone(), BODY_ROW, col, last, col),
                    color: meaning.strong,
                    point_colors: Vec::new(),
                    pattern: meaning.hatch,
                }
            })
            .collect();
        let height = 110 + 30 * count(groups);
        sheet.charts.push(Chart {
            kind: ChartKind::BarStacked,
            title: Some(board.text.word(&format!("title.{}", self.key))),
            series,
            at: (at, 0),
            size: (1180, height),
            y_title: None,
            legend: true,
            labels: true,
            most,
            alt: board.text.word("overview.chart_departments_alt"),
        });
        let last = at + height / 20 + 1;
        paper::chart_below(sheet, at, last);
        last
    }

    fn total(
        &self,
        board: &Board,
        styles: &mut Styles,
        sheet: &mut Sheet,
        row: u32,
        columns: &[Column],
    ) {
        let tally = figures::tally_all(board);
        let mut values = vec![word(board.text, "heading.grand_total")];
        figures_of(board, &mut values, None, row + 1, &tally);
        let mut looks = Looks::new(styles, board);
        values.resize(columns.len() - 1, CellValue::Blank);
        for (i, (value, column)) in values.into_iter().zip(columns).enumerate() {
            let kind = if i == 0 { Kind::Label } else { column.kind };
            let style = looks.of(kind, Tone::Total);
            sheet.put(row, narrow(i), value, style);
        }
    }
}

/// Appends the counted columns and rates of a row.
fn figures_of(
    board: &Board,
    values: &mut Vec<CellValue>,
    criterion: Option<&str>,
    row: u32,
    tally: &Tally,
) {
    for c in figures::TOTAL..=figures::ON_TIME_ALL {
        values.push(count_cell(board, c, criterion, row, tally));
    }
    for (_, n, d) in RATES {
        values.push(rate_cell(
            board,
            (&format!("{}{row}", column_name(*n)), tally.at(*n)),
            (&format!("{}{row}", column_name(*d)), tally.at(*d)),
        ));
    }
}
