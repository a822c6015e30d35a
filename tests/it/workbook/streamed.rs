//! Big sheets are streamed past the writing library: what a program finds in them is the same, cell by cell.

use annexd::book::xlsx::render;
use annexd::book::{Book, Cell, CellValue, Sheet, Shown, Stored, Style, StyleId, Table, Tape};
use annexd::config::Limits;
use annexd::domain::grid::Grid;
use annexd::intake::read_grid;
use annexd::text::Vi;
use jiff::civil::date;

use super::parts;

/// Texts that a package must escape, keep or cut.
const HARD: &[&str] = &[
    "a & b < c > d \"e\" 'f'",
    "  spaces at both ends ",
    "two\nlines",
    "two\r\nlines",
    "\ttab",
    "bell \u{7} and escape \u{1b}",
    "_x0041_ looks like an escape",
    "_x00zz_ does not",
    "=1+1",
    "Đề án số hóa; tổ dân phố – “ngoặc kép”",
    "emoji 🙂 and \u{fffe}",
    "",
];

fn value(row: u32, col: u16) -> CellValue {
    let text = HARD[(row as usize + usize::from(col)) % HARD.len()];
    match col {
        0 => CellValue::Number(f64::from(row)),
        1 => CellValue::Number(f64::from(row) / 3.0 - 1e-7),
        2 => CellValue::Date(date(2026, 1, 1).saturating_add(jiff::Span::new().days(row))),
        3 => CellValue::DateTime(date(2026, 6, 30).at(13, 45, 10, 0)),
        4 => CellValue::Blank,
        5 => CellValue::Link(
            format!("file:///../phong a/bieu.xlsx#'Biểu 1'!C{row}"),
            Vi::quoted(&format!("C{row}")),
        ),
        6 => CellValue::Link("internal:'Trang'!A1".to_owned(), Vi::quoted(text)),
        _ => CellValue::Text(Vi::quoted(text)),
    }
}

fn style(col: u16) -> Style {
    Style {
        bold: col.is_multiple_of(2),
        wrap: true,
        // Two styles that look the same to the writer: its numbers do not shift.
        size: if col == 4 { 110 } else { 0 },
        format: if col == 2 { "dd/mm/yyyy" } else { "" },
        quote_prefix: col > 6,
        ..Style::default()
    }
}

/// A sheet of so many rows and ten columns, with a table, a merged title and heights.
fn book(rows: u32, tape: bool) -> Book {
    let mut book = Book::default();
    let styles: Vec<StyleId> = (0..10).map(|col| book.styles.id(style(col))).collect();
    let mut sheet = Sheet {
        name: "Trang".to_owned(),
        heights: vec![(0, 30.0), (1, 27.3)],
        widths: vec![(0, 8.0), (7, 30.0)],
        freeze: (2, 1),
        ..Sheet::default()
    };
    let title = Cell {
        value: CellValue::Text(Vi::quoted("Tiêu đề & số liệu")),
        style: styles[1],
    };
    sheet.merges.push((0, 0, 0, 9, title));
    sheet.tables.push(Table {
        name: "Bang".to_owned(),
        first_row: 1,
        first_col: 0,
        last_row: rows + 1,
        headings: (0..10).map(|n| Vi::quoted(&format!("Cột {n}"))).collect(),
        heading_style: styles[0],
        banded: false,
    });
    let mut long = Tape::default();
    for row in 2..rows + 2 {
        let height = 13.2 * f64::from(row % 4 + 1);
        if tape {
            long.row(row, height);
        } else {
            sheet.heights.push((row, height));
        }
        for col in 0..10 {
            let (value, style) = (value(row, col), styles[usize::from(col)]);
            if tape {
                long.put(col, Shown::of(&value), style);
            } else {
                sheet.put(row, col, value, style);
            }
        }
    }
    sheet.tape = tape.then_some(long);
    book.sheets.push(sheet);
    book
}

fn grid(bytes: &[u8]) -> Grid {
    let limits = Limits {
        parser_memory_bytes: 0,
        ..annexd::config::Config::defaults().limits
    };
    read_grid(bytes, &limits).unwrap()
}

#[test]
fn a_streamed_sheet_holds_what_the_library_would_write() {
    let streamed = render(&book(600, false)).unwrap();
    let mut plain = book(600, false);
    // A formula keeps a sheet from being streamed.
    let formula = CellValue::Formula("=1+1".to_owned(), Stored::Number(2.0));
    plain.sheets[0].put(700, 12, formula, StyleId::default());
    let plain = render(&plain).unwrap();
    let sheet = |bytes: &[u8]| parts(bytes, "xl/worksheets/sheet1.xml").remove(0).1;
    assert!(
        sheet(&streamed).contains("inlineStr"),
        "this one is streamed"
    );
    assert!(!sheet(&plain).contains("inlineStr"), "and this one is not");
    let (ours, mut theirs) = (grid(&streamed), grid(&plain));
    theirs.sheets[0].cells.retain(|c| !c.formula);
    assert!(ours.sheets[0].cells.len() > 5000);
    assert_eq!(ours, theirs);
    for part in ["xl/worksheets/_rels/", "xl/tables/", "xl/workbook.xml"] {
        assert_eq!(parts(&streamed, part), parts(&plain, part), "{part}");
    }
    let tag = |xml: &str, name: &str| {
        let start = xml
            .find(&format!("<{name}"))
            .unwrap_or_else(|| panic!("no {name}"));
        let end = xml[start..].find(&format!("</{name}>"));
        xml[start..end.map_or(xml.len(), |e| start + e)].to_owned()
    };
    for name in ["cols", "mergeCells", "hyperlinks", "sheetViews"] {
        assert_eq!(
            tag(&sheet(&streamed), name),
            tag(&sheet(&plain), name),
            "{name}"
        );
    }
    let heights = |xml: &str| -> Vec<String> {
        let rows = xml.split("<row ").skip(1).filter(|r| !r.contains("<f>"));
        rows.filter_map(|r| Some(r.split_once("ht=\"")?.1.split('"').next()?.to_owned()))
            .collect()
    };
    assert_eq!(heights(&sheet(&streamed)), heights(&sheet(&plain)));
    assert!(sheet(&streamed).contains("<dimension ref=\"A1:J602\"/>"));
}

#[test]
fn a_list_on_tape_gives_the_same_bytes_as_cells_do() {
    assert!(render(&book(600, true)).unwrap() == render(&book(600, false)).unwrap());
    // Also where it is too short to be streamed.
    let (tape, cells) = (render(&book(20, true)), render(&book(20, false)));
    assert_eq!(grid(&tape.unwrap()), grid(&cells.unwrap()));
}
