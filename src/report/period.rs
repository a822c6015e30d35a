//! A period's workbook: one sheet per table, the comparison with the period before below the first.

use crate::book::{Book, Cell, CellValue, Print, Sheet, StyleId, Table};
use crate::config::Rounding;
use crate::domain::consolidation::Class;
use crate::domain::finding::Arg;
use crate::text::Vi;

use super::PeriodInput;
use super::facts::Facts;
use super::look::{Look, height, lines};
use super::tables::{Content, Item, all};

const HEAD: u32 = 5;

/// Builds the workbook.
pub fn build(input: &PeriodInput<'_>) -> Book {
    let facts = Facts::new(input);
    let args = [
        ("period", Arg::Plain(input.days.name.clone())),
        ("plan", Arg::Plain(input.config.plan.title.clone())),
    ];
    let mut book = Book {
        title: input.text.say("report.period.document", &args).to_string(),
        author: input.config.plan.board.clone(),
        created: Some(input.days.cut_off.at(0, 0, 0, 0)),
        ..Book::default()
    };
    let look = Look::new(&mut book.styles, input.config.figures.decimals);
    for content in all(input, &facts) {
        let mut sheet = sheet(input, &look, &content);
        if content.key == "departments" {
            notes(input, &look, &mut sheet);
        }
        book.sheets.push(sheet);
    }
    book
}

fn across(sheet: &mut Sheet, row: u32, (first, last): (u16, u16), text: Vi, style: StyleId) {
    let value = CellValue::Text(text);
    sheet
        .merges
        .push((row, first, row, last, Cell { value, style }));
}

fn sheet(input: &PeriodInput<'_>, look: &Look, content: &Content) -> Sheet {
    let word = |key: &str| input.text.word(&format!("report.period.{key}"));
    let last = u16::try_from(content.columns.len()).unwrap_or(u16::MAX) - 1;
    let days = [
        ("period", Arg::Plain(input.days.name.clone())),
        ("from", Arg::Date(input.days.from)),
        ("to", Arg::Date(input.until())),
    ];
    let mut sheet = Sheet {
        name: word(&format!("sheet.{}", content.key)).to_string(),
        widths: (0..).zip(content.columns.iter().map(|(_, w)| *w)).collect(),
        freeze: (HEAD + 1, 1),
        print: Print {
            landscape: true,
            fit: (1, 0),
            repeat_rows: Some((HEAD, HEAD)),
            footer: Some(input.text.say("report.period.footer", &days)),
            center: true,
            ..Print::default()
        },
        ..Sheet::default()
    };
    let plan = &input.config.plan;
    let half = last / 2;
    let nation = |key: &str| input.text.word(&format!("report.{key}"));
    across(
        &mut sheet,
        0,
        (0, half.saturating_sub(1).max(1)),
        Vi::quoted(&plan.parent),
        look.line,
    );
    across(
        &mut sheet,
        1,
        (0, half.saturating_sub(1).max(1)),
        Vi::quoted(&plan.board),
        look.line_rule,
    );
    across(
        &mut sheet,
        0,
        (half.max(2), last),
        nation("nation"),
        look.line_bold,
    );
    across(
        &mut sheet,
        1,
        (half.max(2), last),
        nation("motto"),
        look.line_rule,
    );
    across(
        &mut sheet,
        2,
        (0, last),
        word(&format!("title.{}", content.key)),
        look.title,
    );
    across(
        &mut sheet,
        3,
        (0, last),
        input
            .text
            .say(&input.in_time("report.period.subtitle"), &days),
        look.subtitle,
    );
    sheet.heights.extend([(2, 30.0), (3, 19.0), (4, 6.0)]);
    if content.rows.is_empty() {
        across(
            &mut sheet,
            HEAD,
            (0, last),
            word(&format!("empty.{}", content.key)),
            look.unit,
        );
        sheet.freeze = (0, 0);
        sheet.print.repeat_rows = None;
        return sheet;
    }
    body(input, look, content, &mut sheet);
    sheet
}

fn body(input: &PeriodInput<'_>, look: &Look, content: &Content, sheet: &mut Sheet) {
    let word = |key: &str| input.text.word(&format!("report.period.column.{key}"));
    let headings: Vec<Vi> = content.columns.iter().map(|(key, _)| word(key)).collect();
    let tall = content
        .columns
        .iter()
        .zip(&headings)
        .map(|((_, w), h)| lines(h.as_str(), *w - 2.0))
        .max();
    sheet.heights.push((HEAD, height(tall.unwrap_or(1)) + 4.0));
    let count = u32::try_from(content.rows.len()).unwrap_or(u32::MAX - HEAD - 1);
    for (row, items) in (HEAD + 1..).zip(&content.rows) {
        let strong = content.total && row == HEAD + count;
        let mut tall = 1;
        for ((col, item), (_, width)) in (0_u16..).zip(items).zip(&content.columns) {
            let (value, style) = cell(input, look, item, strong);
            if let CellValue::Text(text) = &value {
                tall = tall.max(lines(text.as_str(), *width));
            }
            sheet.put(row, col, value, style);
        }
        sheet.heights.push((row, height(tall)));
    }
    sheet.tables.push(Table {
        name: content.name.to_owned(),
        first_row: HEAD,
        first_col: 0,
        last_row: HEAD + count - u32::from(content.total),
        headings,
        heading_style: look.head,
        banded: false,
    });
}

fn cell(input: &PeriodInput<'_>, look: &Look, item: &Item, strong: bool) -> (CellValue, StyleId) {
    let text = |s: &str| CellValue::Text(Vi::quoted(s));
    match item {
        Item::Text(s) if s.is_empty() => (CellValue::Blank, look.text),
        Item::Text(s) => (text(s), if strong { look.strong } else { look.text }),
        Item::Alarm(s) => (text(s), look.alarm),
        Item::Count(n) => {
            #[expect(clippy::cast_precision_loss, reason = "counts of tasks are small")]
            let value = CellValue::Number(*n as f64);
            (
                value,
                if strong {
                    look.count_strong
                } else {
                    look.count
                },
            )
        }
        Item::Rate(Some(percent)) => {
            let style = if strong { look.rate_strong } else { look.rate };
            // The very number of the printed digits: 4.76 / 100 would be 0.047599999999999996.
            let fraction = (percent * 1e6).round() / 1e8;
            (CellValue::Number(fraction), style)
        }
        Item::Rate(None) => {
            let words = input.text.word("report.period.not_available");
            (CellValue::Text(words), look.center)
        }
        Item::Number(Some(n)) => (
            CellValue::Number(*n),
            if n.fract() == 0.0 {
                look.count
            } else {
                look.number
            },
        ),
        Item::Number(None) => (CellValue::Blank, look.center),
        Item::Day(Some(day)) => (CellValue::Date(*day), look.day),
        Item::Day(None) => (CellValue::Blank, look.day),
    }
}

/// Below the first table: how rates are rounded, who counts twice, and the comparison with the period before.
fn notes(input: &PeriodInput<'_>, look: &Look, sheet: &mut Sheet) {
    let word = |key: &str| input.text.word(&format!("report.period.{key}"));
    let mut row = sheet
        .cells
        .iter()
        .map(|(row, _, _)| *row)
        .max()
        .unwrap_or(HEAD)
        + 2;
    let decimals = [(
        "decimals",
        Arg::Days(i64::from(input.config.figures.decimals)),
    )];
    let rounding = match input.config.figures.rounding {
        Rounding::HalfUp => "report.period.rounding_half_up",
        Rounding::Truncate => "report.period.rounding_truncate",
    };
    for words in [
        input.text.say(rounding, &decimals),
        input.text.word("report.word.several_leads"),
    ] {
        sheet.put(row, 0, CellValue::Text(words), look.remark);
        row += 1;
    }
    let Some(previous) = input.previous else {
        return;
    };
    row += 1;
    sheet.put(row, 0, CellValue::Text(word("compare")), look.unit);
    row += 1;
    for (col, key) in [
        (0, "compare_item"),
        (1, "compare_now"),
        (2, "compare_before"),
        (3, "compare_difference"),
    ] {
        sheet.put(row, col, CellValue::Text(word(key)), look.head);
    }
    let (now, before) = (&input.consolidation.all.counts, &previous.all.counts);
    let pairs = [
        (word("column.total"), now.total, before.total),
        (word("done"), now.done(), before.done()),
        (
            word("overdue_all"),
            now.of(Class::Overdue),
            before.of(Class::Overdue),
        ),
    ];
    for (label, now, before) in pairs {
        row += 1;
        #[expect(clippy::cast_precision_loss, reason = "counts of tasks are small")]
        let (now, before) = (now as f64, before as f64);
        sheet.put(row, 0, CellValue::Text(label), look.text);
        sheet.put(row, 1, CellValue::Number(now), look.count);
        sheet.put(row, 2, CellValue::Number(before), look.count);
        sheet.put(row, 3, CellValue::Number(now - before), look.count);
    }
}
