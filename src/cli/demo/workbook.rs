//! The demonstration's workbooks, laid out as offices do it.

use jiff::civil::Date;

use super::plan::{Demo, DemoLayout, DemoTask, DemoUnit};
use crate::book::{Align, Book, CellValue, Print, Sheet, Style, StyleId, VAlign};
use crate::text::Vi;

/// Styles of a hand-made annex.
struct Looks {
    title: StyleId,
    italic: StyleId,
    head: StyleId,
    number: StyleId,
    area: StyleId,
    text: StyleId,
    date: StyleId,
    bold: StyleId,
}

impl Looks {
    fn new(book: &mut Book) -> Self {
        let cell = Style {
            wrap: true,
            border: Some(0),
            valign: VAlign::Top,
            size: 110,
            ..Style::default()
        };
        Self {
            title: book.styles.id(Style {
                bold: true,
                align: Align::Center,
                size: 130,
                ..Style::default()
            }),
            italic: book.styles.id(Style {
                italic: true,
                align: Align::Center,
                size: 120,
                ..Style::default()
            }),
            head: book.styles.id(Style {
                bold: true,
                align: Align::Center,
                valign: VAlign::Center,
                fill: Some(0xDD_EB_F7),
                ..cell.clone()
            }),
            number: book.styles.id(Style {
                italic: true,
                align: Align::Center,
                size: 100,
                ..cell.clone()
            }),
            area: book.styles.id(Style {
                bold: true,
                ..cell.clone()
            }),
            date: book.styles.id(Style {
                format: "dd/mm/yyyy",
                align: Align::Center,
                ..cell.clone()
            }),
            bold: book.styles.id(Style {
                bold: true,
                align: Align::Center,
                size: 120,
                ..Style::default()
            }),
            text: book.styles.id(cell),
        }
    }
}

fn words(s: &str) -> CellValue {
    CellValue::Text(Vi::quoted(s))
}

fn width(field: &str) -> f64 {
    match field {
        "stt" => 5.0,
        "code" => 9.0,
        "content" => 46.0,
        "product" | "result" | "evidence" => 26.0,
        "progress" => 10.0,
        "late_reason" | "difficulty" | "explanation" | "proposal" | "coop" | "lead" => 22.0,
        _ => 14.0,
    }
}

/// The approved annex of all departments.
pub(super) fn baseline(demo: &Demo) -> Book {
    let columns: Vec<(String, String)> = demo.layout["office"]
        .columns
        .iter()
        .filter(|(f, _)| {
            [
                "stt", "code", "content", "product", "lead", "coop", "deadline",
            ]
            .contains(&f.as_str())
        })
        .cloned()
        .collect();
    let tasks: Vec<&DemoTask> = demo.task.iter().collect();
    let mut book = Book::default();
    let looks = Looks::new(&mut book);
    let layout = DemoLayout { columns };
    let sheet = annex(demo, &looks, &layout, None, &tasks, &|task, field| {
        typed(demo, task, field, None)
    });
    book.sheets.push(sheet);
    finish(demo, book)
}

/// A department's annex with what it typed, slips included.
pub(super) fn department(demo: &Demo, unit: &DemoUnit, today: Date) -> Book {
    let tasks: Vec<&DemoTask> = demo.task.iter().filter(|t| t.lead == unit.code).collect();
    let mut book = Book::default();
    let looks = Looks::new(&mut book);
    let layout = &demo.layout[&unit.layout];
    let sheet = annex(demo, &looks, layout, Some(unit), &tasks, &|task, field| {
        demo.slip
            .iter()
            .find(|s| s.task == task.code && s.field == field)
            .map(|s| {
                s.number
                    .map_or_else(|| words(s.text.as_deref().unwrap_or("")), CellValue::Number)
            })
            .unwrap_or_else(|| typed(demo, task, field, Some(today)))
    });
    book.sheets.push(sheet);
    if demo.figure.iter().any(|f| f.unit == unit.code) {
        book.sheets.push(figures(demo, &looks, unit));
    }
    finish(demo, book)
}

fn finish(demo: &Demo, mut book: Book) -> Book {
    book.title.clone_from(&demo.annex);
    book.created = Some(jiff::civil::date(2026, 4, 24).at(8, 0, 0, 0));
    book
}

/// What a careful unit types into a cell; `today` none gives the approved annex.
fn typed(demo: &Demo, task: &DemoTask, field: &str, today: Option<Date>) -> CellValue {
    let text = |s: &str| {
        if s.is_empty() {
            CellValue::Blank
        } else {
            words(s)
        }
    };
    let done = today.and_then(|t| task.done_by(t));
    let open = task.done.is_some() && done.is_none();
    match field {
        "code" => words(&task.code),
        "content" => words(&task.content),
        "product" => words(&task.product),
        "lead" => words(
            demo.unit
                .iter()
                .find(|u| u.code == task.lead)
                .map_or(task.lead.as_str(), |u| &u.name),
        ),
        "coop" => text(&task.coop),
        "deadline" => words(&task.deadline),
        _ if today.is_none() => CellValue::Blank,
        "status" if open => text(
            demo.task
                .iter()
                .find(|t| t.done.is_none())
                .map_or("", |t| t.status.as_str()),
        ),
        "status" => text(&task.status),
        "progress" => CellValue::Number(if open { 50.0 } else { task.progress }),
        "completed_date" => done.map_or(CellValue::Blank, CellValue::Date),
        "result" => text(&task.result),
        "evidence" if !open => text(&task.evidence),
        "late_reason" => text(&task.late_reason),
        "difficulty" => text(&task.difficulty),
        _ => CellValue::Blank,
    }
}

fn annex(
    demo: &Demo,
    looks: &Looks,
    layout: &DemoLayout,
    unit: Option<&DemoUnit>,
    tasks: &[&DemoTask],
    value: &dyn Fn(&DemoTask, &str) -> CellValue,
) -> Sheet {
    let last = u16::try_from(layout.columns.len().saturating_sub(1)).unwrap_or(0);
    let mut sheet = Sheet {
        name: demo.sheet.clone(),
        gridlines: true,
        ..Sheet::default()
    };
    let mut row = 0;
    for (text, look) in [
        (&demo.annex, looks.title),
        (&demo.title, looks.title),
        (&demo.attached, looks.italic),
    ] {
        let cell = crate::book::Cell {
            value: words(text),
            style: look,
        };
        sheet.merges.push((row, 0, row, last, cell));
        row += 1;
    }
    if let Some(unit) = unit {
        sheet.put(
            row,
            0,
            words(&format!("{} {}", demo.unit_label, unit.name)),
            StyleId::default(),
        );
        row += 1;
    }
    row += 1;
    for (i, (field, heading)) in layout.columns.iter().enumerate() {
        let col = u16::try_from(i).unwrap_or(u16::MAX);
        sheet.widths.push((col, width(field)));
        sheet.put(row, col, words(heading), looks.head);
        sheet.put(row + 1, col, words(&format!("({})", i + 1)), looks.number);
    }
    sheet.freeze = (row + 2, 3);
    sheet.print = Print {
        landscape: true,
        fit: (1, 0),
        repeat_rows: Some((row, row)),
        ..Print::default()
    };
    row += 2;
    let mut count = 0;
    for (index, area) in demo.area.iter().enumerate() {
        let of_area: Vec<&&DemoTask> = tasks.iter().filter(|t| t.area == index + 1).collect();
        if of_area.is_empty() {
            continue;
        }
        sheet.put(row, 0, words(&area.number), looks.area);
        let title = crate::book::Cell {
            value: words(&area.title),
            style: looks.area,
        };
        sheet.merges.push((row, 1, row, last, title));
        row += 1;
        for task in of_area {
            count += 1;
            for (i, (field, _)) in layout.columns.iter().enumerate() {
                let col = u16::try_from(i).unwrap_or(u16::MAX);
                let value = if field == "stt" {
                    CellValue::Number(f64::from(count))
                } else {
                    value(task, field)
                };
                let look = if matches!(value, CellValue::Date(_)) {
                    looks.date
                } else {
                    looks.text
                };
                sheet.put(row, col, value, look);
            }
            row += 1;
        }
    }
    row += 1;
    sheet.put(row, 2, words(&demo.signature_left), looks.bold);
    sheet.put(
        row,
        last.saturating_sub(2),
        words(&demo.signature_right),
        looks.bold,
    );
    sheet
}

fn figures(demo: &Demo, looks: &Looks, unit: &DemoUnit) -> Sheet {
    let order = [
        "kpi_code",
        "kpi_name",
        "period",
        "numerator",
        "denominator",
        "rate",
        "explanation",
    ];
    let mut sheet = Sheet {
        name: demo.indicators_sheet.clone(),
        gridlines: true,
        ..Sheet::default()
    };
    let head = crate::book::Cell {
        value: words(&demo.indicators_title),
        style: looks.title,
    };
    sheet.merges.push((0, 0, 0, 6, head));
    sheet.put(
        1,
        0,
        words(&format!("{} {}", demo.unit_label, unit.name)),
        StyleId::default(),
    );
    for (i, field) in order.iter().enumerate() {
        let col = u16::try_from(i).unwrap_or(u16::MAX);
        sheet
            .widths
            .push((col, if *field == "kpi_name" { 46.0 } else { 18.0 }));
        sheet.put(3, col, words(&demo.indicator_headings[*field]), looks.head);
    }
    let catalogue = crate::config::catalogue::indicators(&crate::config::Config::defaults());
    let of_unit = demo.figure.iter().filter(|f| f.unit == unit.code);
    for (row, figure) in (4..).zip(of_unit) {
        let name = catalogue
            .iter()
            .find(|k| k.code == figure.code)
            .map_or(figure.code.as_str(), |k| &k.name);
        sheet.put(row, 0, words(&figure.code), looks.text);
        sheet.put(row, 1, words(name), looks.text);
        sheet.put(row, 2, words(&figure.period), looks.text);
        #[expect(
            clippy::cast_precision_loss,
            reason = "demonstration figures are small"
        )]
        {
            sheet.put(
                row,
                3,
                CellValue::Number(figure.numerator as f64),
                looks.text,
            );
            sheet.put(
                row,
                4,
                CellValue::Number(figure.denominator as f64),
                looks.text,
            );
        }
        sheet.put(row, 5, CellValue::Blank, looks.text);
        sheet.put(row, 6, CellValue::Blank, looks.text);
    }
    sheet
}
