//! A workbook value as text, for goldens and for searching.

use std::fmt::Write;
use std::path::Path;

use annexd::book::{Book, Cell, CellValue};
use annexd::domain::cell::CellRef;

fn value(cell: &Cell) -> String {
    match &cell.value {
        CellValue::Blank => String::new(),
        CellValue::Text(t) => t.as_str().replace('\n', " / "),
        CellValue::Number(n) => n.to_string(),
        CellValue::Date(d) => d.to_string(),
        CellValue::DateTime(t) => t.to_string(),
        CellValue::Formula(f, stored) => format!("={f} -> {stored:?}"),
        CellValue::Link(target, t) => format!("[{t}]({target})"),
    }
}

/// Everything a reader can see, one line per cell.
pub fn text(book: &Book) -> String {
    let mut out = String::new();
    for sheet in &book.sheets {
        writeln!(out, "== {}", sheet.name).unwrap();
        let mut lines: Vec<(u32, u16, String)> = sheet
            .cells
            .iter()
            .map(|(r, c, cell)| (*r, *c, value(cell)))
            .collect();
        lines.extend(
            sheet
                .merges
                .iter()
                .map(|(r, c, _, _, cell)| (*r, *c, value(cell))),
        );
        for table in &sheet.tables {
            for (col, heading) in (table.first_col..).zip(&table.headings) {
                lines.push((table.first_row, col, heading.to_string()));
            }
        }
        lines.extend(
            sheet
                .notes
                .iter()
                .map(|(r, c, n)| (*r, *c, format!("note: {}", n.as_str().replace('\n', " / ")))),
        );
        lines.sort();
        for (row, col, words) in lines.iter().filter(|(_, _, w)| !w.is_empty()) {
            writeln!(out, "{} {words}", CellRef::new(*row, *col)).unwrap();
        }
    }
    out
}

/// Compares with a golden file; `UPDATE=1` rewrites it.
pub fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == actual,
        "{name} differs; UPDATE=1 cargo test rewrites it\n{actual}"
    );
}

/// Keeps a rendered file in the folder named by `LOOK`, to be looked at.
pub fn look(name: &str, bytes: &[u8]) {
    assert!(!bytes.is_empty());
    if let Some(folder) = std::env::var_os("LOOK") {
        let extension = if name.contains('.') { "" } else { ".xlsx" };
        std::fs::write(Path::new(&folder).join(format!("{name}{extension}")), bytes).unwrap();
    }
}
