//! States by department, and the trend; their data stand beside the page, as formulas over the departments' sheet.

use super::{CHART_ROWS, CHARTS, COLUMNS, PIXELS, Page};
use crate::book::{CellValue, Chart, ChartKind, Series, Style};
use crate::domain::cell::column_name;
use crate::domain::finding::Arg;
use crate::sheets::figures::{self, By, Tally};
use crate::sheets::page::{BODY_ROW, count, counted, narrow};
use crate::sheets::palette::{self, Meaning};
use crate::text::{Vi, shorten};

/// What the bars are made of: key below `group`, columns of the departments' sheet, meaning.
const GROUPS: &[(&str, &[u16], Meaning)] = &[
    (
        "done_in_time",
        &[figures::EARLY, figures::ON_TIME],
        palette::DONE,
    ),
    ("done_late", &[figures::LATE], palette::DONE_LATE),
    ("done_unknown", &[figures::UNKNOWN], palette::DONE_UNKNOWN),
    ("open_in_time", &[figures::IN_TIME], palette::IN_TIME),
    ("due_soon", &[figures::SOON], palette::SOON),
    ("overdue", &[figures::OVERDUE], palette::OVERDUE),
    (
        "rest",
        &[
            figures::NOT_STARTED,
            figures::NOT_STARTED + 1,
            figures::OTHER,
        ],
        palette::REST,
    ),
];

/// Departments a chart of this height can name.
const BARS_MAX: usize = 12;
/// First column of the charts' data.
const DATA: u16 = COLUMNS + 2;
/// Grid columns of the left chart.
const LEFT_COLUMNS: u16 = 14;

pub(super) fn draw(page: &mut Page) {
    let board = page.board;
    let tallies = figures::tallies(board, By::Department, &board.departments.list);
    let shown = chosen(&tallies);
    let title = if shown.len() < tallies.len() {
        board.text.say(
            "overview.chart_departments_top",
            &[("count", Arg::Count(shown.len() as u64))],
        )
    } else {
        board.text.word("overview.chart_departments")
    };
    page.section(CHARTS, (0, LEFT_COLUMNS - 1), title);
    data(page, &shown, &tallies);
    let most = shown.iter().map(|d| tallies[*d].total).max().unwrap_or(0);
    if most == 0 {
        let none = page.word("overview.none_counted");
        page.span(CHARTS + 1, (0, LEFT_COLUMNS - 1), none, palette::remark());
    } else {
        let chart = departments(page, shown.len(), most);
        page.sheet.charts.push(chart);
    }
    let right = (LEFT_COLUMNS + 1, COLUMNS - 1);
    let trend = page.board.c.trend.len() >= 2;
    let key = if trend { "chart_trend" } else { "chart_ring" };
    let title = page.board.text.word(&format!("overview.{key}"));
    page.section(CHARTS, right, title);
    let chart = if trend {
        let mut chart = crate::sheets::trend::chart(page.board, &page.board.sheet_name("trend"));
        chart.title = None;
        chart.alt = page.board.text.word("overview.chart_trend_alt");
        Some(chart)
    } else {
        (most > 0).then(|| ring(page, shown.len()))
    };
    if let Some(mut chart) = chart {
        chart.at = (CHARTS + 1, right.0);
        chart.size = (PIXELS * u32::from(COLUMNS - right.0), height());
        page.sheet.charts.push(chart);
    }
}

/// Height of the charts in pixels: their rows are 15.5 points high.
const fn height() -> u32 {
    CHART_ROWS * 31 * 2 / 3
}

/// The departments shown: all, or those with the most overdue tasks, in printed order.
fn chosen(tallies: &[Tally]) -> Vec<usize> {
    let mut all: Vec<usize> = (0..tallies.len()).collect();
    if all.len() > BARS_MAX {
        all.sort_by_key(|i| {
            (
                std::cmp::Reverse(tallies[*i].at(figures::OVERDUE)),
                std::cmp::Reverse(tallies[*i].total),
                *i,
            )
        });
        all.truncate(BARS_MAX);
        all.sort_unstable();
    }
    all
}

/// The figures the charts draw, outside the printed page.
fn data(page: &mut Page, shown: &[usize], tallies: &[Tally]) {
    let board = page.board;
    let (name_style, number, heading) = (
        page.style(palette::remark()),
        page.style(Style {
            size: 100,
            color: Some(palette::MUTED),
            ..Style::default()
        }),
        page.style(palette::heading()),
    );
    page.sheet.widths.push((DATA, 34.0));
    let title = page.word("overview.chart_data");
    page.sheet.put(CHARTS, DATA, title, heading);
    for (j, (key, _, _)) in GROUPS.iter().enumerate() {
        let word = page.word(&format!("group.{key}"));
        page.sheet.put(CHARTS, DATA + 1 + narrow(j), word, heading);
        page.sheet.widths.push((DATA + 1 + narrow(j), 13.0));
    }
    let sheet = board.sheet_name("by_department");
    for (i, d) in shown.iter().enumerate() {
        let row = CHARTS + 1 + count(i);
        let name = Vi::quoted(&shorten(&board.departments.list[*d].name, 40));
        page.sheet.put(row, DATA, CellValue::Text(name), name_style);
        for (j, (_, columns, _)) in GROUPS.iter().enumerate() {
            let terms: Vec<String> = columns
                .iter()
                .map(|c| format!("'{sheet}'!{}{}", column_name(*c), BODY_ROW + count(*d) + 1))
                .collect();
            let n = columns.iter().map(|c| tallies[*d].at(*c)).sum();
            let cell = counted(format!("={}", terms.join("+")), n);
            page.sheet.put(row, DATA + 1 + narrow(j), cell, number);
        }
    }
    let row = CHARTS + 1 + count(shown.len());
    let all = figures::tally_all(board);
    for (j, (_, columns, _)) in GROUPS.iter().enumerate() {
        let n = columns.iter().map(|c| all.at(*c)).sum();
        let terms: Vec<String> = columns
            .iter()
            .filter_map(|c| super::tiles::total_address(board, *c))
            .collect();
        if !terms.is_empty() {
            let cell = counted(format!("={}", terms.join("+")), n);
            page.sheet.put(row, DATA + 1 + narrow(j), cell, number);
        }
    }
    let word = page.word("heading.grand_total");
    page.sheet.put(row, DATA, word, name_style);
}

fn departments(page: &Page, n: usize, most: u64) -> Chart {
    let sheet = page.sheet.name.clone();
    let (first, last) = (CHARTS + 1, CHARTS + count(n));
    let series = GROUPS
        .iter()
        .enumerate()
        .map(|(j, (key, _, meaning))| {
            let col = DATA + 1 + narrow(j);
            Series {
                name: page.board.text.word(&format!("group.{key}")),
                categories: (sheet.clone(), first, DATA, last, DATA),
                values: (sheet.clone(), first, col, last, col),
                color: meaning.strong,
                point_colors: Vec::new(),
                pattern: meaning.hatch,
            }
        })
        .collect();
    Chart {
        kind: ChartKind::BarStacked,
        title: None,
        series,
        at: (CHARTS + 1, 0),
        size: (PIXELS * u32::from(LEFT_COLUMNS), height()),
        y_title: None,
        legend: true,
        labels: n <= 8,
        most,
        alt: page.board.text.word("overview.chart_departments_alt"),
    }
}

fn ring(page: &Page, n: usize) -> Chart {
    let sheet = page.sheet.name.clone();
    let row = CHARTS + 1 + count(n);
    let last = DATA + narrow(GROUPS.len());
    Chart {
        kind: ChartKind::Doughnut,
        title: None,
        series: vec![Series {
            name: page.board.text.word("overview.chart_ring"),
            categories: (sheet.clone(), CHARTS, DATA + 1, CHARTS, last),
            values: (sheet, row, DATA + 1, row, last),
            color: palette::NAVY,
            point_colors: GROUPS.iter().map(|(_, _, m)| m.strong).collect(),
            pattern: None,
        }],
        at: (0, 0),
        size: (400, 200),
        y_title: None,
        legend: true,
        labels: true,
        most: 0,
        alt: page.board.text.word("overview.chart_ring_alt"),
    }
}
