//! Second sheet: every finding with its place, its value, what is wrong and how to mend it.

use crate::book::{CellValue, Print, Sheet, Table};
use crate::domain::finding::{Arg, Finding};
use crate::text::{Vi, shorten};

use super::look::{Look, height, lines};
use super::scope::{Scope, cell_list, cells};

const KEYS: [&str; 10] = [
    "number", "severity", "code", "sheet", "cell", "task", "field", "value", "message", "remedy",
];
const WIDTHS: [f64; 10] = [5.0, 15.0, 8.0, 16.0, 15.0, 13.0, 16.0, 22.0, 46.0, 46.0];
const HEAD: u32 = 3;

/// Builds the sheet.
pub fn build(scope: &Scope<'_>, look: &Look) -> Sheet {
    let text = scope.input.text;
    let word = |key: &str| text.word(&format!("feedback.{key}"));
    let mut sheet = Sheet {
        name: word("sheet.list").to_string(),
        widths: (0..).zip(WIDTHS).collect(),
        freeze: (HEAD + 1, 0),
        print: Print {
            landscape: true,
            fit: (1, 0),
            repeat_rows: Some((HEAD, HEAD)),
            footer: Some(text.say(
                "feedback.footer",
                &[
                    ("name", Arg::Plain(scope.input.department.name.clone())),
                    ("day", Arg::Date(scope.part.as_of)),
                ],
            )),
            ..Print::default()
        },
        ..Sheet::default()
    };
    sheet.put(0, 0, CellValue::Text(word("list.title")), look.title);
    sheet.heights.push((0, 27.0));
    let told: Vec<&Finding> = scope
        .findings
        .iter()
        .chain(&scope.nobodys)
        .copied()
        .collect();
    if told.is_empty() {
        let cell = crate::book::Cell {
            value: CellValue::Text(word("list.green")),
            style: look.green,
        };
        sheet.merges.push((2, 0, 2, 8, cell));
        sheet.heights.push((2, 34.0));
        sheet.freeze = (0, 0);
        sheet.print.repeat_rows = None;
        return sheet;
    }
    let hint = crate::book::Cell {
        value: CellValue::Text(word("list.hint")),
        style: look.hint,
    };
    sheet.merges.push((1, 0, 1, 9, hint));
    sheet.heights.push((1, 20.0));
    sheet.heights.push((HEAD, 21.0));
    let last = HEAD + u32::try_from(told.len()).unwrap_or(u32::MAX - HEAD);
    for (row, finding) in (HEAD + 1..=last).zip(told) {
        line(scope, look, &mut sheet, row, finding);
    }
    sheet.tables.push(Table {
        name: "DanhSachLoi".to_owned(),
        first_row: HEAD,
        first_col: 0,
        last_row: last,
        headings: KEYS.iter().map(|k| word(&format!("list.{k}"))).collect(),
        heading_style: look.head,
        banded: false,
    });
    sheet
}

fn line(scope: &Scope<'_>, look: &Look, sheet: &mut Sheet, row: u32, finding: &Finding) {
    let text = scope.input.text;
    let severity = text.word(&format!("feedback.severity.{}", finding.severity.name()));
    let told = cells(finding);
    let places = Vi::quoted(&folded(&cell_list(&told, 60)));
    let message = text.message(finding);
    let remedy = text.remedy(finding);
    let value = Vi::quoted(&shorten(scope.value(finding), 300));
    let field = finding.field.map(|f| text.field(f)).unwrap_or_default();
    let task = Vi::quoted(
        finding
            .task
            .as_deref()
            .filter(|t| !t.starts_with('#'))
            .unwrap_or(""),
    );
    let tall = lines(message.as_str(), WIDTHS[8])
        .max(lines(remedy.as_str(), WIDTHS[9]))
        .max(lines(value.as_str(), WIDTHS[7]))
        .max(lines(field.as_str(), WIDTHS[6]))
        .max(lines(severity.as_str(), WIDTHS[1]))
        .max(lines(places.as_str(), WIDTHS[4]));
    let number = f64::from(row - HEAD);
    sheet.put(row, 0, CellValue::Number(number), look.center);
    sheet.put(
        row,
        1,
        CellValue::Text(severity),
        look.severity(finding.severity),
    );
    sheet.put(
        row,
        2,
        CellValue::Text(Vi::quoted(&finding.code)),
        look.center,
    );
    let in_sheet = Vi::quoted(&place_sheet(scope, finding));
    match scope.target_of(finding).filter(|_| told.is_empty()) {
        Some(target) => sheet.put(row, 3, CellValue::Link(target, in_sheet), look.link),
        None => sheet.put(row, 3, CellValue::Text(in_sheet), look.text),
    }
    let (place, style) = match (scope.page_of(finding), told.first()) {
        (Some(page), Some(cell)) => (
            CellValue::Link(Scope::target(page, *cell), places),
            look.link,
        ),
        _ => (CellValue::Text(places), look.text),
    };
    sheet.put(row, 4, place, style);
    sheet.put(row, 5, CellValue::Text(task), look.text);
    sheet.put(row, 6, CellValue::Text(field), look.text);
    sheet.put(row, 7, CellValue::Text(value), look.text);
    sheet.put(row, 8, CellValue::Text(message), look.text);
    sheet.put(row, 9, CellValue::Text(remedy), look.text);
    sheet.heights.push((row, height(tall)));
}

/// A list of cells with a line break after every third, since not every program wraps a link.
fn folded(list: &str) -> String {
    let names: Vec<&str> = list.split(", ").collect();
    let lines: Vec<String> = names.chunks(3).map(|part| part.join(", ")).collect();
    lines.join(",\n")
}

/// The sheet of the department's own workbook; the file beside it where there are several.
fn place_sheet(scope: &Scope<'_>, finding: &Finding) -> String {
    let sheet = finding.sheet.clone().unwrap_or_default();
    let own = |f: &str| scope.input.readings.iter().any(|(file, _)| *file == f);
    if let (Some(file), None) = (finding.file.as_deref(), &finding.department)
        && !own(file)
    {
        return format!("{file} {sheet}").trim_end().to_owned();
    }
    let file = finding
        .file
        .as_deref()
        .map(|f| f.rsplit('/').next().unwrap_or(f));
    match file {
        Some(file) if scope.input.readings.len() > 1 || sheet.is_empty() => {
            if sheet.is_empty() {
                file.to_owned()
            } else {
                format!("{sheet} ({file})")
            }
        }
        _ => sheet,
    }
}
