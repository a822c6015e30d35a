//! What is late, the indicators, whose figures are missing or old, what waits for a decision.

use super::{BOTTOM, BOTTOM_ROWS, COLUMNS, LIST_ROWS, LISTS, Page, RIGHT};
use crate::book::{Align, CellValue, Style, VAlign};
use crate::domain::consolidation::{DepartmentState, IndicatorScore, Rating};
use crate::domain::finding::{Arg, Severity};
use crate::domain::verdict::Verdict;
use crate::sheets::board::{Board, Freshness};
use crate::sheets::figures::rate;
use crate::sheets::page::{count, counted, integer, rate_format, whole};
use crate::sheets::palette::{self, Meaning};
use crate::sheets::{difficulties, indicators, overdue};
use crate::text::{Vi, shorten};

/// Columns of the left lists end here.
const LEFT_END: u16 = RIGHT - 2;

pub(super) fn draw(page: &mut Page) {
    late(page);
    targets(page);
    missing(page);
    waiting(page);
}

fn cell(size: u16) -> Style {
    Style {
        size,
        color: Some(palette::INK),
        border_bottom: Some(palette::LINE),
        valign: VAlign::Center,
        ..Style::default()
    }
}

fn head() -> Style {
    Style {
        bold: true,
        size: 90,
        color: Some(palette::NAVY),
        fill: Some(palette::HEADING),
        align: Align::Center,
        valign: VAlign::Center,
        ..Style::default()
    }
}

/// "and so many more, see the sheet".
fn more(page: &mut Page, row: u32, cols: (u16, u16), n: usize, sheet: &str) {
    let name = page.board.sheet_name(sheet);
    let words = page.board.text.say(
        "overview.more",
        &[
            ("count", Arg::Count(n as u64)),
            ("sheet", Arg::Plain(name.clone())),
        ],
    );
    let style = Style {
        italic: true,
        color: Some(palette::LINK),
        ..cell(90)
    };
    let link = CellValue::Link(format!("internal:'{name}'!A1"), words);
    page.span(row, cols, link, style);
}

/// The tasks that are late the longest; two grid rows each.
fn late(page: &mut Page) {
    let title = page.board.text.word("overview.top_overdue");
    page.section(LISTS, (0, LEFT_END), title);
    let all = overdue::latest(page.board);
    let top = LISTS + 2;
    if all.is_empty() {
        let none = page.word("overview.none_overdue");
        page.span(LISTS + 1, (0, LEFT_END), none, good());
        return;
    }
    for (cols, key) in [
        ((0, 6), "overview.task"),
        ((7, 9), "heading.lead"),
        ((10, 10), "overview.days"),
    ] {
        let word = page.word(key);
        page.span(LISTS + 1, cols, word, head());
    }
    let room = usize::try_from(LIST_ROWS / 2).unwrap_or(6);
    let shown = if all.len() > room {
        room - 1
    } else {
        all.len()
    };
    for (i, index) in all.iter().take(shown).enumerate() {
        let (first, last) = (top + 2 * count(i), top + 2 * count(i) + 1);
        let task = &page.board.c.tasks[*index];
        let wrap = Style {
            wrap: true,
            ..cell(90)
        };
        let v = &task.row.values;
        let label = if v.code.is_empty() {
            v.content.clone()
        } else {
            format!("{}. {}", v.code, v.content)
        };
        let words = match caution(page.board, *index) {
            Some(caution) => format!("{} ({caution})", shorten(&label, 66)),
            None => shorten(&label, 104),
        };
        let words = Vi::quoted(&words);
        let lead = Vi::quoted(&shorten(&page.board.lead_names(task), 52));
        let days = integer(task.score.days_late);
        page.area((first, 0, last, 6), CellValue::Text(words), wrap.clone());
        page.area((first, 7, last, 9), CellValue::Text(lead), wrap.clone());
        let number = Style {
            bold: true,
            color: Some(palette::OVERDUE.strong),
            align: Align::Center,
            format: "#,##0",
            size: 120,
            ..wrap
        };
        page.area((first, 10, last, 10), days, number);
    }
    if shown < all.len() {
        let row = top + 2 * count(shown);
        more(page, row, (0, LEFT_END), all.len() - shown, "overdue");
    }
}

/// That a task counts as late without a report that was accepted; nobody is blamed without saying so.
fn caution(board: &Board, index: usize) -> Option<Vi> {
    let task = &board.c.tasks[index];
    let held = board.c.held.contains_key(&task.row.id);
    let key = match board.keys[index].freshness {
        Freshness::Fresh => return None,
        Freshness::Missing if task.unreported && !held => "caution_unreported",
        Freshness::Missing => "caution_held",
        Freshness::Stale if held => "caution_held_again",
        Freshness::Stale => "caution_stale",
    };
    Some(board.text.word(&format!("overview.{key}")))
}

fn good() -> Style {
    Style {
        italic: true,
        color: Some(palette::DONE.strong),
        valign: VAlign::Center,
        size: 100,
        ..Style::default()
    }
}

/// Indicators of the running phase, those that miss their target first.
fn shown<'a>(board: &Board<'a>) -> Vec<&'a IndicatorScore> {
    let mut list: Vec<&IndicatorScore> = board
        .c
        .indicators
        .iter()
        .filter(|s| s.rating != Rating::NotYet)
        .collect();
    list.sort_by_key(|s| match s.rating {
        Rating::NotMet => 0,
        Rating::NoFigures => 2,
        _ => 1,
    });
    list
}

fn targets(page: &mut Page) {
    let title = page.board.text.word("overview.indicators");
    page.section(LISTS, (RIGHT, COLUMNS - 1), title);
    for (cols, key) in [
        ((12, 16), "heading.indicator"),
        ((17, 18), "heading.target"),
        ((19, 21), "overview.result"),
        ((22, 23), "heading.rating"),
    ] {
        let word = page.word(key);
        page.span(LISTS + 1, cols, word, head());
    }
    let board = page.board;
    let list = shown(board);
    let room = usize::try_from(LIST_ROWS).unwrap_or(12);
    let n = if list.len() > room {
        room - 1
    } else {
        list.len()
    };
    let top = LISTS + 2;
    // Few indicators get two grid rows each, for their whole names.
    let tall = if 2 * list.len() <= room { 2 } else { 1 };
    for (i, score) in list.iter().take(n).enumerate() {
        target(page, top + tall * count(i), tall, score);
    }
    if n < list.len() {
        let rest = list.len() - n;
        more(
            page,
            top + count(n),
            (RIGHT, COLUMNS - 1),
            rest,
            "indicators",
        );
    }
}

fn target(page: &mut Page, row: u32, tall: u32, score: &IndicatorScore) {
    let board = page.board;
    let last = row + tall - 1;
    let room = if tall > 1 { 96 } else { 44 };
    let name = format!("{}. {}", score.indicator.code, score.indicator.name);
    let name = Vi::quoted(&shorten(&name, room));
    let wrap = Style {
        wrap: tall > 1,
        ..cell(90)
    };
    page.area((row, 12, last, 16), CellValue::Text(name), wrap);
    let target = indicators::target(board, score);
    let middle = Style {
        align: Align::Center,
        ..cell(90)
    };
    page.area((row, 17, last, 18), CellValue::Text(target), middle);
    let value = score.latest.as_ref().and_then(|f| {
        let n = u64::try_from(f.numerator?).ok()?;
        let d = u64::try_from(f.denominator?).ok()?;
        rate(board, n, d)
    });
    let bar = Style {
        align: Align::Center,
        bold: true,
        format: rate_format(board.decimals()),
        ..cell(90)
    };
    let value = value.map_or(CellValue::Blank, CellValue::Number);
    if tall > 1 {
        // The bar under the number, like a bullet.
        let above = Style {
            border_bottom: None,
            ..bar.clone()
        };
        page.area((row, 19, row, 21), value.clone(), above);
        let hidden = Style {
            format: ";;;",
            ..bar
        };
        page.area((last, 19, last, 21), value, hidden);
    } else {
        page.area((row, 19, last, 21), value, bar);
    }
    page.sheet
        .data_bars
        .push((last, 19, last, 21, palette::IN_TIME.strong, 1.0));
    let meaning = palette::rating(score.rating);
    let rating = page.word(&format!("rating.{}", score.rating.name()));
    page.area((row, 22, last, 23), rating, means(meaning));
}

fn means(meaning: Meaning) -> Style {
    Style {
        bold: true,
        fill: Some(meaning.soft),
        align: Align::Center,
        ..cell(90)
    }
}

/// What is amiss with a department's figures; empty when nothing is.
fn amiss(board: &Board, d: &DepartmentState) -> String {
    let text = board.text;
    let mut parts: Vec<Vi> = Vec::new();
    if d.file.is_none() && d.stale_since.is_none() {
        parts.push(text.word("overview.never"));
    } else if let (Some(since), false) = (
        d.stale_since,
        matches!(
            d.verdict,
            Some(Verdict::Accepted | Verdict::AcceptedWithRemarks)
        ),
    ) {
        parts.push(text.say("overview.old_since", &[("day", Arg::Date(since))]));
    } else if let Some(on) = d.figures_on {
        let limit = i64::from(board.config.notices.stale_days);
        let old = on
            .until(board.c.as_of)
            .is_ok_and(|s| i64::from(s.get_days()) > limit);
        if old {
            parts.push(text.say("overview.old_figures", &[("day", Arg::Date(on))]));
        }
    }
    if d.held > 0 {
        parts.push(text.say("overview.held", &[("count", Arg::Count(d.held))]));
    }
    let key = board.departments.key(&d.code);
    let unreported = board
        .keys
        .iter()
        .zip(&board.c.tasks)
        .filter(|(k, t)| k.reporter == key && t.unreported)
        .count() as u64;
    if unreported > 0 {
        parts.push(text.say("overview.unreported", &[("count", Arg::Count(unreported))]));
    }
    let parts: Vec<&str> = parts.iter().map(Vi::as_str).collect();
    parts.join("; ")
}

fn missing(page: &mut Page) {
    let title = page.board.text.word("overview.missing");
    page.section(BOTTOM, (0, LEFT_END), title);
    let board = page.board;
    let list: Vec<(&str, String)> = board
        .c
        .departments
        .iter()
        .map(|d| (d.name.as_str(), amiss(board, d)))
        .filter(|(_, why)| !why.is_empty())
        .collect();
    if list.is_empty() {
        let fine = page.word("overview.none_missing");
        page.span(BOTTOM + 1, (0, LEFT_END), fine, good());
        return;
    }
    let room = usize::try_from(BOTTOM_ROWS).unwrap_or(4);
    let n = if list.len() > room {
        room - 1
    } else {
        list.len()
    };
    for (i, (name, why)) in list.iter().take(n).enumerate() {
        let row = BOTTOM + 1 + count(i);
        let name = Vi::quoted(&shorten(name, 34));
        page.span(row, (0, 4), CellValue::Text(name), cell(90));
        let style = Style {
            color: Some(palette::OVERDUE.strong),
            ..cell(90)
        };
        let why = Vi::quoted(&shorten(why, 58));
        page.span(row, (5, LEFT_END), CellValue::Text(why), style);
    }
    if n < list.len() {
        let row = BOTTOM + 1 + count(n);
        more(page, row, (0, LEFT_END), list.len() - n, "balance");
    }
}

/// What waits for a decision, each with a link to its sheet.
fn waiting(page: &mut Page) {
    let title = page.board.text.word("overview.to_do");
    page.section(BOTTOM, (RIGHT, COLUMNS - 1), title);
    let board = page.board;
    let rows = |table: &str, n: u64| {
        if n == 0 {
            whole(n)
        } else {
            counted(format!("=ROWS({table}[{}])", board.heading("stt")), n)
        }
    };
    let list = [
        (
            "errors",
            "findings",
            super::tiles::findings_cell(board, Severity::Error),
        ),
        (
            "explains",
            "findings",
            super::tiles::findings_cell(board, Severity::Explain),
        ),
        (
            "proposals",
            "proposals",
            rows("DeNghi", board.c.proposals.len() as u64),
        ),
        (
            "difficulties",
            "difficulties",
            rows("VuongMac", difficulties::told(board).len() as u64),
        ),
    ];
    for (i, (key, sheet, value)) in list.into_iter().enumerate() {
        let row = BOTTOM + 1 + count(i);
        let name = page.board.sheet_name(sheet);
        let words = page.board.text.word(&format!("overview.{key}"));
        let style = Style {
            color: Some(palette::LINK),
            ..cell(95)
        };
        let link = CellValue::Link(format!("internal:'{name}'!A1"), words);
        page.span(row, (RIGHT, 21), link, style);
        let number = Style {
            bold: true,
            align: Align::Center,
            format: "#,##0",
            ..cell(105)
        };
        page.span(row, (22, 23), value, number);
    }
}
