//! Sheet: as of when, from which files, by which settings.

use super::SheetPlan;
use super::board::Board;
use super::due_soon::first_step;
use super::page::{
    BODY_ROW, Column, HEADING_ROW, Kind, Placed, Row, begin, column, day, whole, widths, word,
    words,
};
use super::palette;
use crate::book::{CellValue, Sheet, Style, Styles};
use crate::config::{Config, Rounding};
use crate::domain::consolidation::DepartmentState;
use crate::domain::finding::Arg;
use crate::text::{self, Text, Vi};

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "information",
    build: |board, styles| Some(build(board, styles)),
};

const SETTINGS: &[Column] = &[
    column("item", 44.0, Kind::Label),
    column("content_of", 60.0, Kind::Words),
];

const FILES: &[Column] = &[
    column("finding_file", 44.0, Kind::Words),
    column("department", 60.0, Kind::Words),
    column("state", 24.0, Kind::Label),
    column("tasks_counted", 10.0, Kind::Whole),
    column("figures_on", 12.0, Kind::Date),
    column("received", 17.0, Kind::Moment),
    column("by", 22.0, Kind::Words),
    column("hash", 38.0, Kind::Code),
];

const FROZEN: &[Column] = &[
    column("period", 44.0, Kind::Words),
    column("finding_file", 60.0, Kind::Words),
    column("by", 24.0, Kind::Words),
    column("at", 17.0, Kind::Moment),
];

fn build(board: &Board, styles: &mut Styles) -> Sheet {
    let mut sheet = begin(board, styles, "information", None);
    widths(&mut sheet, FILES);
    sheet.freeze = (BODY_ROW, 0);
    let rows = settings(board);
    let mut placed = Placed {
        sheet: &mut sheet,
        first_row: HEADING_ROW,
    };
    let next = placed.table(board, styles, "ThongTin", SETTINGS, rows);
    let files = board.c.departments.iter().map(|d| file(board, d)).collect();
    let next = section(
        board,
        styles,
        &mut sheet,
        next + 1,
        "files",
        "TepNguon",
        FILES,
        files,
    );
    let frozen = board
        .c
        .frozen
        .iter()
        .map(|f| {
            Row::new(vec![
                words(&f.period.to_string()),
                words(&f.path),
                words(&f.by),
                board.moment(Some(f.at)),
            ])
        })
        .collect();
    section(
        board,
        styles,
        &mut sheet,
        next + 1,
        "frozen",
        "KyDaChot",
        FROZEN,
        frozen,
    );
    sheet
}

/// A titled table, or one line where it is empty; returns the row after it.
#[expect(
    clippy::too_many_arguments,
    reason = "a title, a table and where it goes"
)]
fn section(
    board: &Board,
    styles: &mut Styles,
    sheet: &mut Sheet,
    at: u32,
    key: &str,
    table: &str,
    columns: &[Column],
    rows: Vec<Row>,
) -> u32 {
    let title = styles.id(Style {
        bold: true,
        size: 120,
        color: Some(palette::NAVY),
        ..Style::default()
    });
    sheet.put(at, 0, word(board.text, &format!("info.{key}")), title);
    if rows.is_empty() {
        let style = styles.id(palette::remark());
        sheet.put(at + 1, 0, word(board.text, &format!("empty.{key}")), style);
        return at + 2;
    }
    let mut placed = Placed {
        sheet,
        first_row: at + 1,
    };
    placed.table(board, styles, table, columns, rows)
}

fn file(board: &Board, d: &DepartmentState) -> Row {
    let verdict = d
        .verdict
        .map_or("none", crate::domain::verdict::Verdict::name);
    let hash = board
        .c
        .tasks
        .iter()
        .find(|t| {
            t.row.department == d.code
                && !t.unreported
                && !t.row.stale
                && Some(&t.row.source.file) == d.file.as_ref()
        })
        .map_or("", |t| t.row.version.as_str());
    Row::new(vec![
        words(d.file.as_deref().unwrap_or_default()),
        words(&d.name),
        word(board.text, &format!("verdict.{verdict}")),
        whole(d.tasks),
        day(d.figures_on),
        board.moment(d.received),
        words(d.modified_by.as_deref().unwrap_or_default()),
        words(&hash.chars().take(32).collect::<String>()),
    ])
}

fn settings(board: &Board) -> Vec<Row> {
    let (text, config, c) = (board.text, board.config, board.c);
    let mut rows = Vec::new();
    let mut add = |key: &str, value: CellValue| {
        rows.push(Row::new(vec![word(text, &format!("info.{key}")), value]));
    };
    add("plan", words(&c.plan_title));
    add("board", words(&config.plan.board));
    add("as_of", CellValue::Text(Vi::quoted(&text::date(c.as_of))));
    add("version", words(env!("CARGO_PKG_VERSION")));
    add(
        "tasks",
        CellValue::Text(Vi::quoted(&text::count(c.tasks.len() as u64))),
    );
    add("newest", moment_words(board));
    for (key, value) in rules(text, config, first_step(board)) {
        add(key, CellValue::Text(value));
    }
    for (file, reason) in &c.oddities {
        let key = format!("oddity.{reason}");
        let reason = if text.has(&key) {
            text.word(&key).to_string()
        } else {
            reason.clone()
        };
        add("oddity", words(&format!("{file}: {reason}")));
    }
    rows
}

fn moment_words(board: &Board) -> CellValue {
    match board.moment(board.c.newest_input) {
        CellValue::DateTime(t) => words(&format!(
            "{} {:02}:{:02}",
            text::date(t.date()),
            t.hour(),
            t.minute()
        )),
        _ => word(board.text, "info.none"),
    }
}

/// The settings that shape numbers.
fn rules(text: &Text, config: &Config, first_step: i64) -> Vec<(&'static str, Vi)> {
    let switch = |on: bool, yes: &str, no: &str| text.word(if on { yes } else { no });
    let decimals = [("decimals", Arg::Count(u64::from(config.figures.decimals)))];
    let rounding = match config.figures.rounding {
        Rounding::HalfUp => "info.rounding_half_up",
        Rounding::Truncate => "info.rounding_truncate",
    };
    let days = |list: &[jiff::civil::Date]| {
        if list.is_empty() {
            return text.word("info.none");
        }
        let list: Vec<String> = list.iter().map(|d| text::date(*d)).collect();
        Vi::quoted(&list.join(", "))
    };
    let s = &config.score;
    let score = if s.enabled {
        text.say(
            "info.score_on",
            &[
                ("quantity", Arg::Percent(s.quantity_weight)),
                ("quality", Arg::Percent(s.quality_weight)),
                ("timeliness", Arg::Percent(s.timeliness_weight)),
                ("lateness", Arg::Percent(s.lateness_percent)),
            ],
        )
    } else {
        text.word("info.score_off")
    };
    let stale = i64::from(config.notices.stale_days);
    vec![
        ("rounding", text.say(rounding, &decimals)),
        (
            "roll",
            switch(
                config.deadlines.roll_forward,
                "info.roll_on",
                "info.roll_off",
            ),
        ),
        (
            "before",
            switch(
                config.deadlines.before_excludes,
                "info.before_on",
                "info.before_off",
            ),
        ),
        (
            "culture_day",
            switch(
                config.calendar.culture_day,
                "info.culture_on",
                "info.culture_off",
            ),
        ),
        ("rest", days(&config.calendar.rest)),
        ("work", days(&config.calendar.work)),
        (
            "due_soon",
            text.say("info.working_days", &[("days", Arg::Days(first_step))]),
        ),
        (
            "stale",
            text.say("info.days", &[("days", Arg::Days(stale))]),
        ),
        ("score", score),
        ("rules", remapped(text, config)),
        ("own_rules", own_rules(text, config)),
    ]
}

fn remapped(text: &Text, config: &Config) -> Vi {
    if config.rules.is_empty() {
        return text.word("info.none");
    }
    let list: Vec<String> = config
        .rules
        .iter()
        .map(|(code, severity)| {
            let word = severity.map_or_else(
                || text.word("info.off"),
                |s| text.word(&format!("severity.{}", s.name())),
            );
            format!("{code}: {word}")
        })
        .collect();
    Vi::quoted(&list.join("; "))
}

fn own_rules(text: &Text, config: &Config) -> Vi {
    if config.own_rules.is_empty() {
        return text.word("info.none");
    }
    let list: Vec<String> = config
        .own_rules
        .iter()
        .map(|r| format!("{}: {}", r.code, r.message))
        .collect();
    Vi::quoted(&list.join("; "))
}
