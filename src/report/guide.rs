//! The other sheets of an issued workbook: indicators' figures, the guide, the hidden lists.

use crate::book::{Cell, CellValue, Print, Sheet, StyleId, Validation, ValidationRule};
use crate::config::catalogue;
use crate::config::periods::{self, PeriodDays};
use crate::domain::finding::Arg;
use crate::domain::indicator::{Indicator, IndicatorFigure, Operator, PeriodKey, PeriodPart};
use crate::text::Vi;

use super::issue::{Input, STATUSES};
use super::look::{Look, height, lines};

/// Defined name of the list of statuses.
pub const STATUS_LIST: &str = "DS_TinhTrang";
const PERIOD_LIST: &str = "DS_Ky";
const INDICATOR_LIST: &str = "DS_ChiTieu";
/// Open lines at the end of the indicators' sheet.
const OPEN_LINES: u32 = 10;
const COLUMNS: [(&str, f64); 7] = [
    ("code", 12.0),
    ("name", 50.0),
    ("period", 24.0),
    ("numerator", 14.0),
    ("denominator", 14.0),
    ("rate", 11.0),
    ("explanation", 44.0),
];
const HEAD: u32 = 4;

/// The sheet of indicators' figures.
pub fn figures(input: &Input<'_>, look: &Look) -> Sheet {
    let text = input.text;
    let word = |key: &str| text.word(&format!("report.issue.figures.{key}"));
    let name = Arg::Plain(input.department.name.clone());
    let mut sheet = Sheet {
        name: word("sheet").to_string(),
        widths: (0..).zip(COLUMNS.map(|(_, width)| width)).collect(),
        protected: true,
        freeze: (HEAD + 1, 0),
        print: Print {
            landscape: true,
            fit: (1, 0),
            repeat_rows: Some((HEAD, HEAD)),
            footer: Some(text.say("report.issue.footer", &[("name", name.clone())])),
            ..Print::default()
        },
        ..Sheet::default()
    };
    sheet.put(0, 0, CellValue::Text(word("title")), look.section);
    sheet.put(
        1,
        0,
        CellValue::Text(text.say("report.unit", &[("name", name)])),
        look.unit,
    );
    let hint = Cell {
        value: CellValue::Text(word("hint")),
        style: look.hint,
    };
    sheet.merges.push((2, 0, 2, 6, hint));
    sheet
        .heights
        .extend([(0, 26.0), (1, 20.0), (2, 34.0), (HEAD, 24.0)]);
    for (col, (key, _)) in (0..).zip(COLUMNS) {
        sheet.put(HEAD, col, CellValue::Text(word(key)), look.head);
    }
    let mut row = HEAD + 1;
    for indicator in catalogue::indicators(input.config) {
        let mut own: Vec<&IndicatorFigure> = input
            .ledger
            .figures
            .iter()
            .filter(|f| f.indicator == indicator.code && f.department == input.department.code)
            .collect();
        own.sort_by_key(|f| f.period);
        let others = input
            .ledger
            .figures
            .iter()
            .any(|f| f.indicator == indicator.code && f.department != input.department.code);
        for figure in &own {
            line(input, look, &mut sheet, row, &indicator, Some(figure));
            row += 1;
        }
        if !own.is_empty() || (input.department.office && !others) {
            line(input, look, &mut sheet, row, &indicator, None);
            row += 1;
        }
    }
    for _ in 0..OPEN_LINES {
        for col in 0..7 {
            sheet.put(row, col, CellValue::Blank, open_style(look, col));
        }
        row += 1;
    }
    validations(input, &mut sheet, (HEAD + 1, row - 1), row - OPEN_LINES);
    sheet
}

fn open_style(look: &Look, col: u16) -> StyleId {
    match col {
        3 | 4 => look.open_count,
        0 | 2 | 5 => look.open_center,
        _ => look.open,
    }
}

fn line(
    input: &Input<'_>,
    look: &Look,
    sheet: &mut Sheet,
    row: u32,
    indicator: &Indicator,
    figure: Option<&IndicatorFigure>,
) {
    let count = |n: Option<i64>| {
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of files stay far below 2^53"
        )]
        n.map_or(CellValue::Blank, |n| CellValue::Number(n as f64))
    };
    let code = Vi::quoted(&indicator.code);
    let name = Vi::quoted(&indicator.name);
    sheet.put(row, 0, CellValue::Text(code), look.locked_center);
    sheet.put(row, 1, CellValue::Text(name), look.locked);
    let period = figure.and_then(|f| period_name(input, f.period));
    let period = period.map_or(CellValue::Blank, CellValue::Text);
    sheet.put(row, 2, period, open_style(look, 2));
    sheet.put(
        row,
        3,
        count(figure.and_then(|f| f.numerator)),
        open_style(look, 3),
    );
    sheet.put(
        row,
        4,
        count(figure.and_then(|f| f.denominator)),
        open_style(look, 4),
    );
    let reached = figure
        .filter(|_| indicator.operator == Operator::Qualitative)
        .and_then(|f| f.reached);
    let reached = reached.map_or(CellValue::Blank, |yes| {
        let key = if yes { "reached" } else { "not_reached" };
        CellValue::Text(input.text.word(&format!("report.issue.figures.{key}")))
    });
    sheet.put(row, 5, reached, open_style(look, 5));
    let words = figure.map_or("", |f| f.explanation.as_str());
    let words = if words.is_empty() {
        CellValue::Blank
    } else {
        CellValue::Text(Vi::quoted(words))
    };
    sheet.put(row, 6, words, open_style(look, 6));
    sheet
        .heights
        .push((row, height(lines(&indicator.name, COLUMNS[1].1))));
}

fn period_name(input: &Input<'_>, key: PeriodKey) -> Option<Vi> {
    let days: PeriodDays = periods::resolve(key, input.config)?;
    Some(Vi::quoted(&days.name))
}

fn validations(input: &Input<'_>, sheet: &mut Sheet, (first, last): (u32, u32), open: u32) {
    let word = |key: &str| input.text.word(&format!("report.issue.input.{key}"));
    let mut add = |(from, to): (u32, u32),
                   (left, right): (u16, u16),
                   rule,
                   title: &str,
                   hint: &str,
                   error: Option<&str>| {
        sheet.validations.push(Validation {
            range: (from, left, to, right),
            rule,
            input: Some((word(title), word(hint))),
            error: error.map(|key| (word(title), word(key))),
            soft: error.is_none(),
        });
    };
    let list = |name: &str| ValidationRule::ListName(format!("={name}"));
    let number = || ValidationRule::Number(0.0, 999_999_999_999.0);
    add(
        (open, last),
        (0, 0),
        list(INDICATOR_LIST),
        "status",
        "indicator_text",
        Some("indicator_error"),
    );
    add(
        (first, last),
        (2, 2),
        list(PERIOD_LIST),
        "period",
        "period_text",
        Some("period_error"),
    );
    add(
        (first, last),
        (3, 4),
        number(),
        "count",
        "count_text",
        Some("count_error"),
    );
    add(
        (first, last),
        (5, 5),
        ValidationRule::Number(0.0, 100.0),
        "count",
        "rate_text",
        None,
    );
}

/// The guide.
pub fn guide(input: &Input<'_>, look: &Look) -> Sheet {
    let text = input.text;
    let word = |key: &str| text.word(&format!("report.issue.guide.{key}"));
    let mut sheet = Sheet {
        name: word("sheet").to_string(),
        widths: vec![(0, 95.0)],
        protected: true,
        print: Print {
            fit: (1, 0),
            ..Print::default()
        },
        ..Sheet::default()
    };
    sheet.put(0, 0, CellValue::Text(word("title")), look.section);
    sheet.heights.push((0, 28.0));
    let mut row = 1;
    for number in 1..=11 {
        let words = word(&format!("l{number:02}"));
        sheet
            .heights
            .push((row, height(lines(words.as_str(), 95.0)) + 5.0));
        sheet.put(row, 0, CellValue::Text(words), look.prose);
        row += 1;
    }
    row += 1;
    sheet.put(row, 0, CellValue::Text(word("catalogue")), look.section);
    for indicator in catalogue::indicators(input.config) {
        row += 1;
        let item = [
            ("code", Arg::Plain(indicator.code)),
            ("name", Arg::Plain(indicator.name)),
        ];
        let words = text.say("report.issue.guide.item", &item);
        sheet
            .heights
            .push((row, height(lines(words.as_str(), 95.0))));
        sheet.put(row, 0, CellValue::Text(words), look.prose);
    }
    sheet
}

/// The very hidden sheet with the drop-down lists, and the defined names that refer to it.
pub fn lists(input: &Input<'_>) -> (Sheet, Vec<(String, String)>) {
    let name = input.text.word("report.issue.lists").to_string();
    let statuses = STATUSES
        .iter()
        .map(|(key, _)| input.text.word(&format!("report.issue.status.{key}")));
    let plan = &input.config.plan;
    let mut periods: Vec<Vi> = Vec::new();
    for year in plan.start.year()..=plan.end.year() {
        let parts = [
            PeriodPart::Quarter(1),
            PeriodPart::HalfOne,
            PeriodPart::Quarter(3),
            PeriodPart::NineMonths,
            PeriodPart::Year,
        ];
        periods.extend(
            parts
                .into_iter()
                .filter_map(|part| period_name(input, PeriodKey { year, part })),
        );
    }
    let codes = catalogue::indicators(input.config)
        .into_iter()
        .map(|i| Vi::quoted(&i.code));
    let columns: [(&str, Vec<Vi>); 3] = [
        (STATUS_LIST, statuses.collect()),
        (PERIOD_LIST, periods),
        (INDICATOR_LIST, codes.collect()),
    ];
    let mut sheet = Sheet {
        name: name.clone(),
        hidden: true,
        ..Sheet::default()
    };
    let mut names = Vec::new();
    for (col, (list, values)) in (0_u16..).zip(columns) {
        let letter = crate::domain::cell::column_name(col);
        let last = values.len().max(1);
        names.push((
            list.to_owned(),
            format!("='{name}'!${letter}$1:${letter}${last}"),
        ));
        for (row, value) in (0..).zip(values) {
            sheet.put(row, col, CellValue::Text(value), StyleId::default());
        }
    }
    (sheet, names)
}
