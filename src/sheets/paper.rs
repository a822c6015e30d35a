//! How much room texts take: heights of rows, and where a printed page ends.

use super::page::Column;
use crate::book::{CellValue, Sheet};
use crate::text::Vi;

/// Lines a row shows at most; a monstrous text stays in its cell without making the page endless.
const LINES_MAX: u32 = 12;

/// The height of a row of headings in points.
pub(super) fn heading_height(columns: &[Column], headings: &[Vi]) -> f64 {
    let lines = columns
        .iter()
        .zip(headings)
        .filter(|(c, _)| !c.hidden)
        .map(|(c, h)| lines(h.as_str(), c.width - 2.0))
        .max()
        .unwrap_or(1);
    f64::from(lines.max(2)) * 13.5 + 5.0
}

/// Lines a text takes in a column, words kept whole; an estimate that is rather a line too many.
pub(super) fn lines(text: &str, width: f64) -> u32 {
    // A letter of 10 pt Times takes nine tenths of a digit of 11 pt; the cell's padding is half a digit.
    let room = ((width - 0.7) / 0.86).max(1.0);
    let mut lines = 0;
    for paragraph in text.split('\n') {
        lines += 1;
        let mut used = 0.0;
        for word in paragraph.split(' ') {
            let mut length = 0.0;
            for c in word.chars() {
                length += letter(c);
            }
            if used > 0.0 && used + 0.6 + length > room {
                lines += 1;
                used = 0.0;
            } else if used > 0.0 {
                used += 0.6;
            }
            used += length;
            while used > room {
                lines += 1;
                used -= room;
            }
        }
        if lines > LINES_MAX {
            return lines;
        }
    }
    lines
}

/// Width of a letter against the average one.
const fn letter(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | ',' | ';' | ':' | '\'' | '(' | ')' | '-' => 0.65,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 1.6,
        'A'..='Z' | '\u{0110}' => 1.4,
        _ => 1.0,
    }
}

/// The height of a row in points: its longest text, within [`LINES_MAX`] lines.
pub(super) fn row_height(columns: &[Column], values: &[CellValue]) -> f64 {
    let lines = values
        .iter()
        .zip(columns)
        .filter(|(_, c)| !c.hidden)
        .map(|(v, c)| match v {
            CellValue::Text(t) | CellValue::Link(_, t) => lines(t.as_str(), c.width),
            _ => 1,
        })
        .max()
        .unwrap_or(1);
    f64::from(lines.clamp(1, LINES_MAX)) * 13.2 + 3.5
}

/// Points of a printed page's height and width inside its margins.
const PAGE: (f64, f64) = (512.0, 770.0);

/// Points of the sheet that one printed page holds, at the scale at which all its columns fit across.
fn page_height(sheet: &Sheet) -> f64 {
    let across: f64 = sheet
        .widths
        .iter()
        .filter(|(col, _)| !sheet.hidden_columns.contains(col))
        .map(|(_, width)| width * 5.25 + 3.75)
        .sum();
    PAGE.0 / (PAGE.1 / across.max(1.0)).min(1.0)
}

/// How many printed pages rows fill.
fn pages(sheet: &Sheet, rows: std::ops::RangeInclusive<u32>) -> f64 {
    let heights: std::collections::HashMap<u32, f64> = sheet.heights.iter().copied().collect();
    let tall: f64 = rows.map(|r| heights.get(&r).copied().unwrap_or(15.0)).sum();
    tall / page_height(sheet)
}

/// A table (`headings` to `last`) below another: a new page begins before its title where the two do not share one, and its headings come again on the
/// pages it spills over, unless what stands above is itself longer than a page.
pub(super) fn second_table(sheet: &mut Sheet, headings: u32, last: u32) {
    let title = headings.saturating_sub(1);
    let above = sheet.print.breaks.last().copied().unwrap_or(0);
    if title > above && pages(sheet, above..=last) > 1.0 {
        sheet.print.breaks.push(title);
    }
    // The line between the two is blank.
    if pages(sheet, above..=title.saturating_sub(2)) <= 1.0 {
        sheet.print.repeat_rows = Some((headings, headings));
    }
}

/// Pages that are rather printed smaller, as one.
const SQUEEZED: f64 = 1.4;

/// A chart (`first` to `last`) below the only table: it stands on the table's page where there is nearly room for it, else on its own; it is neither
/// cut nor headed by the table's headings.
pub(super) fn chart_below(sheet: &mut Sheet, first: u32, last: u32) {
    let needed = pages(sheet, 0..=last);
    if needed > SQUEEZED {
        sheet.print.breaks.push(first);
    } else if needed > 1.0 {
        sheet.print.fit = (1, 1);
    }
    if pages(sheet, 0..=first) <= 1.0 {
        sheet.print.repeat_rows = None;
    }
}
