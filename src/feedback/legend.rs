//! The legend of a page in the annex's own layout.

use crate::book::{Cell, CellValue, Sheet, Style, StyleId, Styles, VAlign};
use crate::domain::finding::Severity;
use crate::text::Text;

use super::look::{HELD_FILL, HELD_INK, LINE, severity_colors};

/// Colours of the legend with their words, worst first.
const LINES: [(&str, Option<Severity>); 5] = [
    ("legend_error", Some(Severity::Error)),
    ("legend_held", None),
    ("legend_explain", Some(Severity::Explain)),
    ("legend_warning", Some(Severity::Warning)),
    ("legend_info", Some(Severity::Info)),
];

/// Writes the legend below the table.
pub fn write(sheet: &mut Sheet, styles: &mut Styles, text: &Text, row: u32, columns: (u16, u16)) {
    let word = |key: &str| text.word(&format!("feedback.layout.{key}"));
    let plain = Style {
        border: Some(LINE),
        valign: VAlign::Center,
        ..Style::default()
    };
    let title = styles.id(Style {
        bold: true,
        ..Style::default()
    });
    let (first, last) = columns;
    put(
        sheet,
        row,
        (first, last),
        CellValue::Text(word("legend")),
        title,
    );
    let mut at = row + 1;
    for (key, severity) in LINES {
        let (fill, ink) = severity.map_or((HELD_FILL, HELD_INK), severity_colors);
        let style = styles.id(Style {
            fill: Some(fill),
            color: Some(ink),
            italic: severity.is_none(),
            bold: severity.is_some(),
            ..plain.clone()
        });
        put(sheet, at, (first, last), CellValue::Text(word(key)), style);
        sheet.heights.push((at, 18.0));
        at += 1;
    }
    let hint = styles.id(Style {
        italic: true,
        wrap: true,
        valign: VAlign::Top,
        color: Some(0x0059_5959),
        ..Style::default()
    });
    put(
        sheet,
        at,
        (first, last),
        CellValue::Text(word("legend_note")),
        hint,
    );
    sheet.heights.push((at, 64.0));
}

fn put(sheet: &mut Sheet, row: u32, (first, last): (u16, u16), value: CellValue, style: StyleId) {
    if first == last {
        sheet.put(row, first, value, style);
    } else {
        sheet
            .merges
            .push((row, first, row, last, Cell { value, style }));
    }
}
