//! A department's workbook from the baseline: locked cells, drop-downs, what was accepted so far.

use std::collections::BTreeSet;

use crate::book::{Book, Cell, CellValue, Print, Sheet, StyleId, Validation, ValidationRule};
use crate::config::Config;
use crate::domain::baseline::Baseline;
use crate::domain::calendar::Calendar;
use crate::domain::deadline::{DeadlineKind, Precision};
use crate::domain::finding::Arg;
use crate::domain::ledger::{Ledger, LedgerRow};
use crate::domain::roster::{Department, UnitRef};
use crate::domain::status::Status;
use crate::domain::task::TaskValues;
use crate::text::{Text, Vi};

use super::guide;
use super::look::{Look, height, lines};

/// What a workbook is issued from.
pub struct Input<'a> {
    pub department: &'a Department,
    pub baseline: &'a Baseline,
    pub ledger: &'a Ledger,
    pub config: &'a Config,
    pub calendar: &'a Calendar,
    pub text: &'a Text,
}

/// Status words offered, in the order of the list.
pub const STATUSES: [(&str, Status); 7] = [
    ("not_started", Status::NotStarted),
    ("in_progress", Status::InProgress),
    ("completed", Status::Completed),
    ("waiting", Status::Waiting),
    ("suspended", Status::Suspended),
    ("adjustment", Status::Adjustment),
    ("cannot_do", Status::CannotDo),
];

const COLUMNS: [(&str, f64); 17] = [
    ("code", 12.0),
    ("stt", 5.0),
    ("content", 34.0),
    ("product", 19.0),
    ("lead", 14.0),
    ("coop", 15.0),
    ("deadline", 13.0),
    ("status", 13.0),
    ("progress", 8.0),
    ("completed", 12.0),
    ("result", 24.0),
    ("evidence", 18.0),
    ("late_reason", 18.0),
    ("difficulty", 18.0),
    ("commit", 12.0),
    ("explanation", 18.0),
    ("note", 12.0),
];
const LAST: u16 = 16;
const HEAD: u32 = 7;

/// A row to issue: the task's locked values and what was accepted of it.
struct Row<'a> {
    locked: &'a TaskValues,
    accepted: Option<&'a LedgerRow>,
    outside: bool,
}

/// Builds the workbook.
pub fn build(input: &Input<'_>) -> Book {
    let name = Arg::Plain(input.department.name.clone());
    let mut book = Book {
        title: input
            .text
            .say("report.issue.document", &[("name", name)])
            .to_string(),
        author: input.config.plan.board.clone(),
        created: Some(input.config.plan.start.at(0, 0, 0, 0)),
        properties: vec![(
            "annexd-template".to_owned(),
            input.config.template.version.clone(),
        )],
        ..Book::default()
    };
    let look = Look::new(&mut book.styles, input.config.figures.decimals);
    let rows = rows(input);
    book.sheets.push(tasks(input, &look, &rows));
    book.sheets.push(guide::figures(input, &look));
    book.sheets.push(guide::guide(input, &look));
    let (lists, names) = guide::lists(input);
    book.sheets.push(lists);
    book.names = names;
    book
}

/// Tasks this department owns or has reported, in the order of the annex, then its own additions.
fn rows<'a>(input: &Input<'a>) -> Vec<Row<'a>> {
    let code = &input.department.code;
    let mut out = Vec::new();
    let mut taken = BTreeSet::new();
    for task in &input.baseline.tasks {
        let accepted = input.ledger.rows.get(&task.id);
        let reported = accepted.is_some_and(|r| r.department == *code);
        if reported || owns(input.department, &task.values) {
            taken.insert(task.id.as_str());
            out.push(Row {
                locked: &task.values,
                accepted: accepted.filter(|r| r.department == *code),
                outside: false,
            });
        }
    }
    let own = input
        .ledger
        .rows
        .iter()
        .filter(|(id, row)| row.department == *code && !taken.contains(id.as_str()));
    out.extend(
        own.filter(|(_, row)| row.outside_plan || input.baseline.tasks.is_empty())
            .map(|(_, row)| Row {
                locked: &row.values,
                accepted: Some(row),
                outside: true,
            }),
    );
    out
}

/// Whether a department is the first lead; what nobody of the roster leads goes to the Office.
fn owns(department: &Department, values: &TaskValues) -> bool {
    match values.leads.first() {
        Some(UnitRef::Department(code)) => *code == department.code,
        _ => department.office,
    }
}

fn tasks(input: &Input<'_>, look: &Look, rows: &[Row<'_>]) -> Sheet {
    let text = input.text;
    let word = |key: &str| text.word(&format!("report.issue.{key}"));
    let name = Arg::Plain(input.department.name.clone());
    let mut sheet = Sheet {
        name: word("sheet").to_string(),
        widths: (0..).zip(COLUMNS.map(|(_, width)| width)).collect(),
        hidden_columns: vec![0],
        protected: true,
        freeze: (HEAD + 1, 3),
        print: Print {
            landscape: true,
            fit: (1, 0),
            repeat_rows: Some((HEAD, HEAD)),
            footer: Some(text.say("report.issue.footer", &[("name", name.clone())])),
            center: true,
            ..Print::default()
        },
        ..Sheet::default()
    };
    top(input, look, &mut sheet);
    let coded = rows.iter().any(|r| !r.locked.code.is_empty());
    for (col, (key, _)) in (0..).zip(COLUMNS) {
        if col > 0 || coded {
            sheet.put(
                HEAD,
                col,
                CellValue::Text(word(&format!("column.{key}"))),
                look.head,
            );
        }
    }
    sheet.heights.push((HEAD, 36.0));
    let mut at = HEAD + 1;
    let mut area: Option<String> = None;
    let mut areas = 0;
    for (number, row) in (1_u32..).zip(rows) {
        let own_area = if row.outside && row.locked.area.is_empty() {
            word("outside_area").to_string()
        } else {
            row.locked.area.clone()
        };
        if area.as_deref() != Some(&own_area) {
            let fallback = word("other_area");
            let title = if own_area.is_empty() {
                fallback.as_str()
            } else {
                &own_area
            };
            let single = own_area.is_empty() && rows.iter().all(|r| r.locked.area.is_empty());
            if !single {
                areas += 1;
                group(&mut sheet, look, at, areas, title);
                at += 1;
            }
            area = Some(own_area);
        }
        task(input, look, &mut sheet, at, number, row);
        at += 1;
    }
    if !rows.is_empty() {
        validations(input, &mut sheet, (HEAD + 1, at - 1));
    }
    signatures(input, look, &mut sheet, at + 1);
    sheet
}

fn across(sheet: &mut Sheet, row: u32, (first, last): (u16, u16), text: Vi, style: StyleId) {
    let value = CellValue::Text(text);
    sheet
        .merges
        .push((row, first, row, last, Cell { value, style }));
}

fn top(input: &Input<'_>, look: &Look, sheet: &mut Sheet) {
    let text = input.text;
    let word = |key: &str| text.word(&format!("report.{key}"));
    let plan = &input.config.plan;
    across(sheet, 0, (1, 4), Vi::quoted(&plan.parent), look.line);
    across(sheet, 1, (1, 4), Vi::quoted(&plan.board), look.line_rule);
    across(sheet, 0, (9, LAST), word("nation"), look.line_bold);
    across(sheet, 1, (9, LAST), word("motto"), look.line_rule);
    across(sheet, 2, (1, LAST), word("issue.title"), look.title);
    let subtitle = text.say(
        "report.issue.subtitle",
        &[("plan", Arg::Plain(plan.title.clone()))],
    );
    across(sheet, 3, (1, LAST), subtitle, look.subtitle);
    let unit = text.say(
        "report.unit",
        &[("name", Arg::Plain(input.department.name.clone()))],
    );
    sheet.put(4, 1, CellValue::Text(unit), look.unit);
    across(sheet, 5, (1, LAST), word("issue.hint"), look.hint);
    sheet
        .heights
        .extend([(2, 30.0), (3, 18.0), (4, 20.0), (5, 18.0), (6, 6.0)]);
}

/// A group row: numeral, and the title merged over the rest.
fn group(sheet: &mut Sheet, look: &Look, row: u32, number: usize, title: &str) {
    sheet.put(
        row,
        1,
        CellValue::Text(Vi::quoted(&roman(number))),
        look.group_number,
    );
    across(sheet, row, (2, LAST), Vi::quoted(title), look.group);
    sheet.heights.push((row, 20.0));
}

fn task(input: &Input<'_>, look: &Look, sheet: &mut Sheet, at: u32, number: u32, row: &Row<'_>) {
    let locked = row.locked;
    let empty = TaskValues::default();
    let said = row.accepted.map_or(&empty, |r| &r.values);
    let stt = if locked.stt.is_empty() {
        number.to_string()
    } else {
        locked.stt.clone()
    };
    let texts = [
        (0, &locked.code),
        (1, &stt),
        (2, &locked.content),
        (3, &locked.product),
        (4, &locked.lead_text),
        (5, &locked.coop),
        (6, &locked.deadline_text),
    ];
    for (col, words) in texts {
        let style = match (row.outside, col) {
            (true, 2..) => look.open,
            (_, 1 | 6) => look.locked_center,
            _ => look.locked,
        };
        if let (6, Some(day)) = (col, plain_day(locked)) {
            let style = if row.outside {
                look.open_day
            } else {
                look.locked_day
            };
            sheet.put(at, col, CellValue::Date(day), style);
            continue;
        }
        put_text(sheet, at, col, words, style);
    }
    let status = status(input.text, row);
    put_text(sheet, at, 7, status.as_str(), look.open_center);
    let number_of = |n: Option<f64>| n.map_or(CellValue::Blank, CellValue::Number);
    let day_of = |d: Option<jiff::civil::Date>| d.map_or(CellValue::Blank, CellValue::Date);
    sheet.put(at, 8, number_of(said.progress), look.open_number);
    sheet.put(at, 9, day_of(said.completed), look.open_day);
    let free = [
        (10, &said.result),
        (11, &said.evidence),
        (12, &said.late_reason),
        (13, &said.difficulty),
        (15, &said.explanation),
        (16, &said.note),
    ];
    let mut tall = 2;
    for (col, words) in free {
        put_text(sheet, at, col, words, look.open);
    }
    for (col, words) in texts.into_iter().chain(free) {
        tall = tall.max(lines(words, COLUMNS[usize::from(col)].1));
    }
    sheet.put(at, 14, day_of(said.commit_date), look.open_day);
    sheet.heights.push((at, height(tall)));
    if let Some(due) = locked.deadline.final_due() {
        let effective = input.calendar.effective(due);
        if effective != due.day {
            let note = input
                .text
                .say("report.issue.effective", &[("day", Arg::Date(effective))]);
            sheet.notes.push((at, 6, note));
        }
    }
}

/// The day of a deadline that is nothing but a day: it is written as a real date, as the unit is asked to.
fn plain_day(values: &TaskValues) -> Option<jiff::civil::Date> {
    let deadline = &values.deadline;
    let parts: Vec<i16> = values
        .deadline_text
        .split(['/', '.', '-'])
        .filter_map(|part| part.trim().parse().ok())
        .collect();
    match deadline.days.as_slice() {
        [due]
            if deadline.kind == DeadlineKind::Fixed
                && deadline.precision == Some(Precision::Day) =>
        {
            let day = due.day;
            let same = parts == [i16::from(day.day()), i16::from(day.month()), day.year()];
            (same && due.limit.is_none()).then_some(day)
        }
        _ => None,
    }
}

fn put_text(sheet: &mut Sheet, row: u32, col: u16, words: &str, style: StyleId) {
    let value = if words.is_empty() {
        CellValue::Blank
    } else {
        CellValue::Text(Vi::quoted(words))
    };
    sheet.put(row, col, value, style);
}

/// The status to show: as typed; where nothing was typed, what progress and completion say.
fn status(text: &Text, row: &Row<'_>) -> Vi {
    let said = row.accepted.map(|r| &r.values);
    if let Some(values) = said.filter(|v| !v.status_text.is_empty()) {
        return Vi::quoted(&values.status_text);
    }
    let key = match said {
        Some(v) if v.completed.is_some() || v.status == Some(Status::Completed) => "completed",
        Some(v) if v.progress.is_some_and(|p| p > 0.0) => "in_progress",
        _ => "not_started",
    };
    text.word(&format!("report.issue.status.{key}"))
}

fn validations(input: &Input<'_>, sheet: &mut Sheet, (first, last): (u32, u32)) {
    let word = |key: &str| input.text.word(&format!("report.issue.input.{key}"));
    let plan = &input.config.plan;
    let from = jiff::civil::date(plan.start.year(), 1, 1);
    let day_error = input.text.say(
        "report.issue.input.day_error",
        &[("from", Arg::Date(from)), ("to", Arg::Date(plan.end))],
    );
    let mut add = |col: u16, rule: ValidationRule, title: &str, hint: &str, error: Vi| {
        sheet.validations.push(Validation {
            range: (first, col, last, col),
            rule,
            input: Some((word(title), word(hint))),
            error: Some((word(title), error)),
            soft: false,
        });
    };
    let list = ValidationRule::ListName(format!("={}", guide::STATUS_LIST));
    add(7, list, "status", "status_text", word("status_error"));
    add(
        8,
        ValidationRule::Number(0.0, 100.0),
        "progress",
        "progress_text",
        word("progress_error"),
    );
    add(
        9,
        ValidationRule::Date(from, plan.end),
        "day",
        "day_text",
        day_error.clone(),
    );
    add(
        14,
        ValidationRule::Date(from, plan.end),
        "day",
        "commit_text",
        day_error,
    );
}

fn signatures(input: &Input<'_>, look: &Look, sheet: &mut Sheet, row: u32) {
    let word = |key: &str| input.text.word(&format!("report.issue.{key}"));
    across(sheet, row, (1, 3), word("preparer"), look.line_bold);
    across(sheet, row, (11, LAST), word("head"), look.line_bold);
    across(sheet, row + 1, (1, 3), word("sign"), look.subtitle);
    across(sheet, row + 1, (11, LAST), word("sign"), look.subtitle);
}

/// A number in Roman numerals.
#[must_use]
pub fn roman(number: usize) -> String {
    const PARTS: [(usize, &str); 9] = [
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = number;
    let mut out = String::new();
    for (value, letters) in PARTS {
        while rest >= value {
            out.push_str(letters);
            rest -= value;
        }
    }
    out
}
