//! A text table as the raw cells of a workbook.
//!
//! ```text
//! > a line above the table            (one row, one cell in column A)
//! | STT | Nội dung | Ngày hoàn thành |
//! | 1   | Rà soát  | d:2026-06-12    |
//! sheet Tên trang                     (what follows stands on another sheet)
//! hide row 6 / hide col C / hide sheet
//! font VnTime B5 / font VNI B5
//! merge A1 C1
//! ```
//!
//! Cells: `d:2026-06-12` a day, `n:80` or a bare number a number, `p:0.8` a percentage, `e:#REF!` an error, `u:` a formula without a result,
//! `t:80` text; `\u{a0}` and the like are escapes. Everything else is text.

use annexd::domain::cell::CellRef;
use annexd::domain::grid::{Grid, GridCell, GridSheet, Legacy, Shown, Value};
use jiff::civil::Date;

/// Reads the lines of a workbook.
pub fn grid(lines: &[&str]) -> Grid {
    let mut book = Grid::default();
    let mut sheet = GridSheet {
        name: "Biểu 01".to_owned(),
        ..GridSheet::default()
    };
    let mut row = 0;
    for line in lines {
        if let Some(title) = line.strip_prefix("> ") {
            sheet.cells.extend(cell(row, 0, title));
            row += 1;
        } else if let Some(cells) = line.strip_prefix('|') {
            let cells = cells.trim_end().strip_suffix('|').unwrap_or(cells);
            for (col, text) in cells.split('|').enumerate() {
                sheet
                    .cells
                    .extend(cell(row, u16::try_from(col).unwrap(), text.trim()));
            }
            row += 1;
        } else {
            order(line, &mut book, &mut sheet, &mut row);
        }
    }
    book.sheets.push(sheet);
    book
}

fn order(line: &str, book: &mut Grid, sheet: &mut GridSheet, row: &mut u32) {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["sheet", ..] => {
            let name = line.trim_start_matches("sheet").trim().to_owned();
            if !sheet.cells.is_empty() {
                let done = std::mem::take(sheet);
                book.sheets.push(done);
            }
            sheet.name = name;
            *row = 0;
        }
        ["hide", "sheet"] => sheet.hidden = true,
        ["hide", "row", n] => sheet.hidden_rows.push(n.parse::<u32>().unwrap() - 1),
        ["hide", "col", name] => {
            let at: CellRef = format!("{name}1").parse().unwrap();
            sheet.hidden_cols.push(at.col);
        }
        ["merge", from, to] => sheet
            .merges
            .push((from.parse().unwrap(), to.parse().unwrap())),
        ["font", font, at] => {
            let at: CellRef = at.parse().unwrap();
            let legacy = match *font {
                "VnTime" => Legacy::Tcvn3,
                "VNI" => Legacy::Vni,
                other => panic!("no font {other}"),
            };
            let cell = sheet.cells.iter_mut().find(|c| c.at == at).unwrap();
            cell.font = legacy;
        }
        ["1904"] => book.date_1904 = true,
        ["template", version] => book.template = Some((*version).to_owned()),
        ["by", ..] => book.modified_by = Some(line.trim_start_matches("by").trim().to_owned()),
        ["blank"] => *row += 1,
        _ => panic!("not understood: {line}"),
    }
}

fn cell(row: u32, col: u16, text: &str) -> Option<GridCell> {
    if text.is_empty() {
        return None;
    }
    let (value, shown) = value(text);
    let formula = text.starts_with("u:");
    Some(GridCell {
        at: CellRef::new(row, col),
        value,
        shown,
        font: Legacy::No,
        formula,
        bold: false,
    })
}

fn value(text: &str) -> (Value, Shown) {
    if let Some(day) = text.strip_prefix("d:") {
        let day: Date = day.parse().unwrap();
        let serial = Date::constant(1899, 12, 30).until(day).unwrap().get_days();
        let at = day.at(0, 0, 0, 0);
        return (
            Value::Date {
                at,
                serial: f64::from(serial),
            },
            Shown::Day,
        );
    }
    if let Some(n) = text.strip_prefix("p:") {
        return (Value::Number(n.parse().unwrap()), Shown::Percent);
    }
    if let Some(n) = text.strip_prefix("n:") {
        return (Value::Number(n.parse().unwrap()), Shown::Plain);
    }
    if let Some(error) = text.strip_prefix("e:") {
        return (Value::Error(error.to_owned()), Shown::Plain);
    }
    if text == "u:" {
        return (Value::Uncalculated, Shown::Plain);
    }
    if let Some(plain) = text.strip_prefix("t:") {
        return (Value::Text(escaped(plain)), Shown::Plain);
    }
    match text.parse::<f64>() {
        Ok(n) => (Value::Number(n), Shown::Plain),
        Err(_) => (Value::Text(escaped(text)), Shown::Plain),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u{") {
        out.push_str(&rest[..at]);
        let end = at + rest[at..].find('}').unwrap();
        let code = u32::from_str_radix(&rest[at + 3..end], 16).unwrap();
        out.push(char::from_u32(code).unwrap());
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out.replace("\\n", "\n")
}
